"""Speech: what the waveform shows, which bytes are no recording, and what follows by rule."""

import hashlib
import io
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview.speech import (
    SpeechFacts,
    filler_count,
    is_asr_suspect,
    is_hallucination,
    is_silent,
    spoken_units,
    words_per_minute,
)
from ivr.gateways.speech import UnreadableAudio, inspect_wav, pcm_length_s
from scripts.simulator.audio import Utterance, render_wav
from tests.gateways.material import hiss, silence, speech_like, wav

RATES_HZ = (8_000, 11_025, 16_000, 44_100, 48_000)


def answer(rate_hz: int = 8_000, loudness: float = 0.4) -> np.ndarray:
    """One second of a quiet line, three of speech, one and a half of pause, two of speech, one of line."""
    return np.concatenate(
        [
            hiss(1, rate_hz),
            speech_like(3, rate_hz, loudness),
            hiss(1.5, rate_hz),
            speech_like(2, rate_hz, loudness),
            hiss(1, rate_hz),
        ]
    )


def facts(speech_s: float = 30.0) -> SpeechFacts:
    return replace(inspect_wav(wav(silence(1))), speech_s=speech_s)


def written(samples: np.ndarray, rate_hz: int, subtype: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate_hz, subtype=subtype, format="WAV")
    return out.getvalue()


# --- the waveform ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("loudness", [0.05, 0.4, 0.95])
def test_speech_is_found_where_it_is(rate_hz: int, loudness: float) -> None:
    found = inspect_wav(wav(answer(rate_hz, loudness), rate_hz))
    assert found.duration_s == pytest.approx(8.5, abs=0.01)
    assert len(found.intervals) == 2
    (first, second) = found.intervals
    assert first == pytest.approx((1.0, 4.0), abs=0.15)
    assert second == pytest.approx((5.5, 7.5), abs=0.15)
    assert found.time_to_first_word_s == first[0]
    assert found.longest_pause_s == pytest.approx(1.5, abs=0.2)
    assert found.speech_s == pytest.approx(5.0, abs=0.3)
    assert not is_silent(found)


@pytest.mark.parametrize(
    "samples", [silence(5), hiss(5, dbfs=-70), hiss(5, dbfs=-45), hiss(5, dbfs=-36)], ids=["none", "-70", "-45", "-36"]
)
def test_a_quiet_or_noisy_line_is_no_speech(samples: np.ndarray) -> None:
    found = inspect_wav(wav(samples))
    assert is_silent(found)
    assert found.intervals == ()
    assert found.time_to_first_word_s is None
    assert found.longest_pause_s == 0


def test_a_click_is_dropped_and_a_breath_between_words_is_no_pause() -> None:
    click = np.concatenate([silence(1), speech_like(0.06), silence(1)])
    assert inspect_wav(wav(click)).intervals == ()
    breath = np.concatenate([speech_like(1), silence(0.2), speech_like(1)])
    assert len(inspect_wav(wav(breath)).intervals) == 1


def test_either_side_of_a_stereo_recording_is_heard() -> None:
    mono = answer()
    left_only = inspect_wav(wav(np.column_stack([mono, silence(8.5)])))
    assert left_only.speech_s == pytest.approx(inspect_wav(wav(mono)).speech_s, abs=0.3)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_U8", "ULAW", "ALAW", "FLOAT"])
def test_usual_encodings_are_read(subtype: str) -> None:
    found = inspect_wav(written(answer(), 8_000, subtype))
    assert found.speech_s == pytest.approx(5.0, abs=0.6)


def test_levels_are_in_decibels_below_full_scale() -> None:
    time_s = np.arange(16_000) / 8_000
    tone = inspect_wav(wav(0.5 * np.sin(2 * np.pi * 440 * time_s)))
    assert tone.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert tone.rms_dbfs == pytest.approx(-9.03, abs=0.05)
    assert tone.clipped_share == 0
    assert inspect_wav(wav(silence(1))).peak_dbfs == -120
    clipped = inspect_wav(wav(4 * np.sin(2 * np.pi * 440 * time_s)))
    assert clipped.clipped_share == pytest.approx(1 - 2 * np.arcsin(0.25) / np.pi, abs=0.02)


def test_peaks_draw_the_answer() -> None:
    found = inspect_wav(wav(np.concatenate([silence(2), 0.5 * np.ones(16_000)])))
    assert len(found.peaks) == 400
    assert set(found.peaks[:200]) == {0}
    assert set(found.peaks[200:]) == {127}
    assert len(inspect_wav(wav(np.zeros(10))).peaks) == 10


def test_the_hash_is_of_the_whole_file() -> None:
    data = wav(answer())
    assert inspect_wav(data).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("voice", ["tones", "auto"])
def test_what_the_carrier_double_says_is_speech_and_its_silence_is_not(voice: str) -> None:
    words = "I led the migration of the payments database and halved its failures"
    spoken = inspect_wav(render_wav(Utterance(words=words, speech_s=5, lead_s=1, trail_s=2), voice))
    assert spoken.speech_s == pytest.approx(5, abs=1)
    assert spoken.time_to_first_word_s == pytest.approx(1, abs=0.3)
    assert is_silent(inspect_wav(render_wav(Utterance(words="", speech_s=0, lead_s=5), voice)))


# --- what is no recording ----------------------------------------------------------------------------------------


def test_a_recording_cut_anywhere_is_refused() -> None:
    data = wav(answer())
    for keep in (20, 44, 45, 1_000, len(data) // 2, len(data) - 2):
        with pytest.raises(UnreadableAudio) as caught:
            inspect_wav(data[:keep])
        assert caught.value.code == "truncated"


def test_a_recording_cut_in_its_trailing_list_is_refused() -> None:
    data = wav(answer())
    tail = b"LIST" + struct.pack("<L", 100) + b"INFO" + b"x" * 96
    whole = data[:4] + struct.pack("<L", len(data) - 8 + len(tail)) + data[8:] + tail
    assert inspect_wav(whole).duration_s == pytest.approx(8.5)
    with pytest.raises(UnreadableAudio, match="cut off"):
        inspect_wav(whole[:-50])


def test_a_recording_written_to_a_pipe_runs_to_its_end() -> None:
    data = bytearray(wav(answer()))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert inspect_wav(bytes(data)).speech_s == pytest.approx(5.0, abs=0.3)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "not_audio"),
        (b"<?xml version='1.0'?><TwilioResponse/>", "not_audio"),
        (b'{"code": 20404}', "not_audio"),
        (b"ID3\x04\x00" + b"\0" * 200, "not_audio"),
        (b"RIFF\x10\0\0\0AVI LIST", "not_audio"),
        (b"RIFF" + b"\0" * 40, "not_audio"),
        (wav(np.zeros(0)), "empty"),
        (wav(np.zeros(100), rate_hz=50), "unsupported"),
    ],
)
def test_what_is_no_recording_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableAudio) as caught:
        inspect_wav(data)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")


def test_random_damage_is_refused_or_measured_but_never_fails_otherwise() -> None:
    whole = wav(answer()[:8_000])
    random = np.random.default_rng(7)
    for _ in range(300):
        data = bytearray(whole)
        for at in random.integers(0, 60, size=3):
            data[at] = random.integers(0, 256)
        try:
            found = inspect_wav(bytes(data))
        except UnreadableAudio:
            continue
        assert 0 <= found.speech_s <= found.duration_s + 0.001


def test_importing_loads_no_signal_library() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import ivr.gateways.speech, interview.speech; "
        "heavy = {'numpy', 'soundfile', 'webrtcvad'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script, str(Path(__file__).parents[2])], check=True, timeout=30, cwd="/")


# --- what follows by rule ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("speech_s", "silent"), [(0, True), (0.99, True), (1.0, False), (30, False)])
def test_S22_under_a_second_is_silence(speech_s: float, silent: bool) -> None:
    assert is_silent(facts(speech_s)) is silent


@pytest.mark.parametrize(
    ("text", "language", "units"),
    [
        ("I don't know — maybe 3.5 million, or so.", "en-US", 8),
        ("well-known things", "en", 2),
        ("मैंने हिन्दी में काम किया", "hi-IN", 5),
        ("東京で五年間、働きました。", "ja-JP", 11),
        ("我会说中文 OK", "zh-CN", 7),
        ("", "en", 0),
        ("... --", "en", 0),
    ],
)
def test_words_or_characters_are_counted(text: str, language: str, units: int) -> None:
    assert spoken_units(text, language) == units


@pytest.mark.parametrize(("words", "speech_s", "pace"), [(150, 60, 150), (5, 2, 150), (3, 0.5, None), (0, 10, 0)])
def test_S24_words_per_minute(words: int, speech_s: float, pace: float | None) -> None:
    assert words_per_minute(words, speech_s) == pace


@pytest.mark.parametrize(
    ("words", "speech_s", "language", "suspect"),
    [
        (50, 10, "en-US", False),
        (51, 10, "en-US", True),
        (80, 10, "ja-JP", False),
        (81, 10, "ja-JP", True),
        (60, 10, "zh-CN", False),
        (1, 0, "en-US", True),
        (0, 0, "en-US", False),
    ],
)
def test_S22_more_words_than_can_be_said_are_suspect(words: int, speech_s: float, language: str, suspect: bool) -> None:
    assert is_asr_suspect(words, speech_s, language) is suspect


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Um, so I, uh, you know, led it. Umm.", "en-US", 4),
        ("The umbrella and the ermine, ahead of time.", "en-US", 0),
        ("I like databases", "en-GB", 0),
        ("Äh, ich habe, ähm, geleitet", "de-DE", 2),
        ("Euh, j'ai travaillé, heu", "fr-FR", 2),
        ("Eh, o sea, trabajé", "es-MX", 2),
        ("えーと、あのー、東京で", "ja-JP", 2),
        ("Um uh", "xx", 0),
    ],
)
def test_S24_fillers_are_counted_by_language(text: str, language: str, count: int) -> None:
    assert filler_count(text, language) == count


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for watching!",
        "Thanks for watching.",
        "Thank you.",
        "Please subscribe to my channel",
        "Don't forget to like and subscribe!",
        "Subtitles by the Amara.org community",
        "you",
        "[Music]",
        "Bye. Bye. Bye.",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Vielen Dank fürs Zuschauen!",
        "Sous-titrage Société Radio-Canada",
        "Merci d'avoir regardé cette vidéo !",
        "¡Gracias por ver el vídeo!",
        "Subtítulos realizados por la comunidad de Amara.org",
        "Sottotitoli creati dalla comunità Amara.org",
        "Obrigado por assistir",
        "Dziękuję za oglądanie",
        "Субтитры сделал DimaTorzok",
        "Продолжение следует...",
        "İzlediğiniz için teşekkürler",
        "ご視聴ありがとうございました",
        "谢谢观看",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "시청해주셔서 감사합니다",
        "so so so so so so so so",
    ],
)
def test_S22_what_models_invent_for_silence_counts_only_on_near_silence(text: str) -> None:
    assert is_hallucination(text, facts(speech_s=1.2))
    assert not is_hallucination(text, facts(speech_s=2.5))


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "No, no, no.",
        "I don't know, sorry.",
        "Python and Go",
        "Thank you for the question, I used Kafka",
        "I would subscribe to the topic first",
        "Gracias, trabajé en Madrid",
        "",
    ],
)
def test_a_short_true_answer_is_believed(text: str) -> None:
    assert not is_hallucination(text, facts(speech_s=1.2))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_length_of_a_browsers_recording_is_read_from_its_header(rate_hz: int):
    audio = wav(silence(1.5, rate_hz), rate_hz)
    assert pcm_length_s(audio) == pytest.approx(inspect_wav(audio).duration_s) == pytest.approx(1.5, abs=0.01)


def test_a_browsers_recording_that_is_cut_off_anywhere_is_refused():
    audio = wav(silence(0.05))
    for length in range(len(audio) - 1):
        with pytest.raises(UnreadableAudio):
            pcm_length_s(audio[:length])


@pytest.mark.parametrize(
    ("at", "value"), [(20, 3), (20, 7), (22, 0), (22, 6), (24, 100), (24, 96_000), (34, 8), (34, 24), (16, 2)]
)
def test_other_kinds_of_wav_are_no_browsers(at: int, value: int):
    audio = bytearray(wav(silence(0.05)))
    struct.pack_into("<L" if at in (16, 24) else "<H", audio, at, value)
    with pytest.raises(UnreadableAudio):
        pcm_length_s(bytes(audio))
