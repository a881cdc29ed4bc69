"""The double's recordings: speech to a detector, words in the file, the length that was promised."""

from __future__ import annotations

import io
import stat
import time
import wave
from pathlib import Path

import numpy as np
import pytest
import webrtcvad

from scripts.simulator.audio import SAMPLE_RATE, Utterance, render_wav, speaking_time_s, words_in_wav

FRAME_S = 0.02


def _pcm(content: bytes) -> bytes:
    with wave.open(io.BytesIO(content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        return sound.readframes(sound.getnframes())


def _speech_frames(pcm: bytes) -> list[bool]:
    vad = webrtcvad.Vad(2)
    size = int(SAMPLE_RATE * FRAME_S) * 2
    return [vad.is_speech(pcm[i : i + size], SAMPLE_RATE) for i in range(0, len(pcm) - size + 1, size)]


def test_most_of_the_speech_and_little_of_the_silence_is_detected():
    for number in range(6):
        words = f"I have worked with queues for {number} years"
        frames = _speech_frames(_pcm(render_wav(Utterance(words, 12.0, lead_s=1.5, trail_s=5.0), "tones")))
        spoken = frames[75:675]
        assert sum(spoken) / len(spoken) > 0.85
        assert sum(frames[5:70]) == 0  # the detector needs a tenth of a second to learn the noise
        assert sum(frames[700:]) < 5


def test_silence_is_silence_and_says_that_no_words_are_known():
    content = render_wav(Utterance("", 0.0, lead_s=6.0), "tones")
    assert not any(_speech_frames(_pcm(content))[5:])
    assert words_in_wav(content) == ""


def test_words_of_any_script_stand_in_the_icmt_chunk_before_the_data():
    words = "Ich prüfe zuerst die Logs – 然后重启, потом всё"
    content = render_wav(Utterance(words, 3.0), "tones")
    assert words_in_wav(content) == words
    assert content.index(b"LIST") < content.index(b"data")
    assert int.from_bytes(content[4:8], "little") == len(content) - 8


def test_the_length_is_exact_and_the_bytes_are_the_same_each_time():
    utterance = Utterance("one two three", 4.25, lead_s=0.8, trail_s=5.0)
    content = render_wav(utterance, "tones")
    assert len(_pcm(content)) == round(10.05 * SAMPLE_RATE) * 2
    render_wav.cache_clear()
    assert render_wav(utterance, "tones") == content


def test_samples_are_of_mu_law_quality():
    samples = np.frombuffer(_pcm(render_wav(Utterance("hello there", 20.0), "tones")), dtype=np.int16)
    assert len(np.unique(samples)) <= 255


def test_half_a_minute_is_rendered_quickly():
    render_wav(Utterance("warm up", 1.0), "tones")
    started = time.process_time()
    for number in range(10):
        render_wav(Utterance(f"answer {number}", 30.0), "tones")
    assert (time.process_time() - started) / 10 < 0.06  # three times the 20 ms aimed at, for a busy machine


@pytest.mark.parametrize(
    ("seconds", "words", "duration"), [(0.5, "", 0.5), (5.8, "a b c d e", 5.8), (10.9, "a b c d e f g h i j", 10.9)]
)
def test_a_cut_keeps_only_what_was_said_by_then(seconds, words, duration):
    whole = Utterance("a b c d e f g h i j", 10.0, lead_s=0.8, trail_s=5.0)
    assert whole.cut(seconds).words == words
    assert whole.cut(seconds).duration_s == pytest.approx(duration)


def test_speaking_time_counts_words_and_unspaced_writing():
    assert speaking_time_s("word " * 150) == pytest.approx(60.0)
    assert speaking_time_s("我在柏林的一家公司工作了五年负责支付系统") > 2.5
    assert speaking_time_s("") == 0.0


def test_espeak_is_used_where_it_is_installed_and_fitted_to_the_length(tmp_path: Path, monkeypatch):
    with wave.open(str(tmp_path / "voice.wav"), "wb") as sound:
        sound.setparams((1, 2, 22050, 0, "NONE", "not compressed"))
        sound.writeframes((np.sin(np.arange(44100) / 20) * 20000).astype("<i2").tobytes())
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\ncat > /dev/null\necho "$@" > {tmp_path}/asked\ncp {tmp_path}/voice.wav "$6"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    content = render_wav(Utterance("ten words " * 5, 4.0, language="de-DE"), "auto")
    samples = np.abs(np.frombuffer(_pcm(content), dtype=np.int16).astype(int))
    assert (tmp_path / "asked").read_text().startswith("-v de -s 150")
    assert len(samples) == 4 * SAMPLE_RATE
    assert samples[:15000].max() > 15000
    assert samples[17000:].max() < 500
