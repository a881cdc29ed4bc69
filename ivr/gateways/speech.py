"""What a recording's waveform tells: is it sound at all, when was speech, how loud.

numpy, soundfile and webrtcvad are imported when a recording is inspected, so that the web process never loads them.
"""

import hashlib
import io
import math
import struct
from typing import TYPE_CHECKING, Any

from interview.speech import SpeechFacts

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Samples = NDArray[float32]

MAX_BYTES = 64 * 1024 * 1024
_MAX_DURATION_S = 3_600
# webrtcvad takes these rates and frames of 10, 20 or 30 ms, https://github.com/wiseman/py-webrtcvad
_VAD_RATES_HZ = (8_000, 16_000, 32_000)
_FRAME_S = 0.03
# Of the modes 0 (hears speech everywhere) to 3 (misses soft voices): the second strictest.
_VAD_MODE = 2
# Far under any voice on a telephone line, over the line's own noise.
_NOISE_FLOOR_DBFS = -50.0
_SHORTEST_SPEECH_S = 0.15
_SHORTEST_GAP_S = 0.3
_PITCH_RATE_HZ = 8_000
_PITCH_FRAME_S = 0.03
_LOWEST_VOICE_HZ, _HIGHEST_VOICE_HZ = 70, 350
_VOICED_FROM = 0.7
_NEARLY = 0.9
_FEWEST_VOICED_FRAMES = 8
_PEAKS = 400
_QUIETEST_DBFS = -120.0
_CLIPPED_AT = 0.999


class UnreadableAudio(Exception):
    """The bytes are no whole recording. ``code``: empty, not_audio, truncated, unsupported or too_large."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def inspect_wav(data: bytes) -> SpeechFacts:
    """The facts of one WAV file, any usual rate and encoding; several channels are mixed.

    Raises:
        UnreadableAudio: empty, cut off, not a WAV (an HTML error page, say), or of no use to us.
    """
    _refuse_what_is_no_whole_wav(data)
    samples, rate_hz = _decode(data)
    intervals = _speech_intervals(samples, rate_hz)
    pauses = [later[0] - earlier[1] for earlier, later in zip(intervals, intervals[1:], strict=False)]
    return SpeechFacts(
        duration_s=len(samples) / rate_hz,
        speech_s=round(sum(end - start for start, end in intervals), 3),
        intervals=intervals,
        time_to_first_word_s=intervals[0][0] if intervals else None,
        longest_pause_s=round(max(pauses, default=0.0), 3),
        sha256=hashlib.sha256(data).hexdigest(),
        pitches_hz=_pitches_hz(samples, rate_hz, intervals),
        **_levels(samples),
    )


def pcm_length_s(data: bytes) -> float:
    """The length in seconds of a WAV file as browsers are asked to make it: 16-bit PCM, one or two channels, 8 to 48
    kHz. Nothing is decoded, and nothing heavy imported.

    Raises:
        UnreadableAudio: no such file, or not whole.
    """
    _refuse_what_is_no_whole_wav(data)
    at, length, kind = 12, 0, None
    while at + 8 <= len(data):
        name, (size,) = data[at : at + 4], struct.unpack_from("<L", data, at + 4)
        if name == b"fmt " and 16 <= size <= len(data) - at - 8:
            kind = struct.unpack_from("<HHLLHH", data, at + 8)
        elif name == b"data":
            length = min(size, len(data) - at - 8)
            break
        at += 8 + size + size % 2
    if kind is None or kind[0] != 1 or kind[1] not in (1, 2) or not 8_000 <= kind[2] <= 48_000 or kind[5] != 16:
        raise UnreadableAudio("unsupported", "The recording must be a WAV file with 16-bit PCM sound, 8 to 48 kHz.")
    if length == 0:
        raise UnreadableAudio("empty", "The recording has no sound in it.")
    return float(length / (kind[1] * 2) / kind[2])


def _refuse_what_is_no_whole_wav(data: bytes) -> None:
    if not data:
        raise UnreadableAudio("empty", "The recording is empty.")
    if len(data) > MAX_BYTES:
        raise UnreadableAudio("too_large", "The recording is too large.")
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        page = data[:512].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"{"))
        what = "an error page" if page else "no WAV sound"
        raise UnreadableAudio("not_audio", f"What came as the recording is {what}.")
    (stated,) = struct.unpack_from("<L", data, 4)
    # Programs that write to a pipe cannot go back and leave 0 or all ones: the sound runs to the end.
    streamed = stated in (0, 0xFFFFFFFF)
    at = 12
    while at + 8 <= len(data):
        name, (size,) = data[at : at + 4], struct.unpack_from("<L", data, at + 4)
        if name == b"data":
            if not (streamed and size in (0, 0xFFFFFFFF)) and at + 8 + size > len(data):
                raise UnreadableAudio("truncated", "The recording was cut off on its way.")
            break
        at += 8 + size + size % 2
    else:
        raise UnreadableAudio("truncated", "The recording has no sound in it; it was cut off on its way.")
    # One byte less is a missing padding byte, which some writers leave out.
    if not streamed and stated + 8 > len(data) + 1:
        raise UnreadableAudio("truncated", "The recording was cut off on its way.")


def _decode(data: bytes) -> "tuple[Samples, int]":
    import numpy as np
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            rate_hz, channels = int(sound.samplerate), int(sound.channels)
            if not 4_000 <= rate_hz <= 192_000 or channels > 8 or sound.frames > _MAX_DURATION_S * rate_hz:
                raise UnreadableAudio("unsupported", "The recording's sampling rate, channels or length are unusual.")
            frames = sound.read(dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError):
        raise UnreadableAudio("unsupported", "The recording's encoding cannot be read.") from None
    if len(frames) == 0:
        raise UnreadableAudio("empty", "The recording has no sound in it.")
    # A file of floating-point samples can hold "not a number" or more than full scale.
    mixed = np.clip(np.nan_to_num(frames.mean(axis=1)), -1.0, 1.0)
    return mixed.astype(np.float32), rate_hz


def _levels(samples: "Samples") -> dict[str, Any]:
    import numpy as np

    heights = np.abs(samples)
    edges = np.linspace(0, len(samples), min(_PEAKS, len(samples)) + 1).astype(int)[:-1]
    return {
        "peak_dbfs": _dbfs(float(heights.max())),
        "rms_dbfs": _dbfs(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))),
        "clipped_share": float(np.mean(heights >= _CLIPPED_AT)),
        "peaks": tuple(round(float(height) * 255) for height in np.maximum.reduceat(heights, edges)),
    }


def _dbfs(amplitude: float) -> float:
    return _QUIETEST_DBFS if amplitude <= 10 ** (_QUIETEST_DBFS / 20) else round(20 * math.log10(amplitude), 2)


def _speech_intervals(samples: "Samples", rate_hz: int) -> tuple[tuple[float, float], ...]:
    """Start and end in seconds of each stretch of speech, in order."""
    import numpy as np
    import webrtcvad

    at_rate_hz = next((rate for rate in _VAD_RATES_HZ if rate >= rate_hz), 16_000)
    heard = samples if at_rate_hz == rate_hz else _resampled(samples, rate_hz, at_rate_hz)
    # Whole numbers, the last frame filled up with silence.
    length = int(at_rate_hz * _FRAME_S)
    heard = np.concatenate([heard, np.zeros(-len(heard) % length, dtype=np.float32)])
    frames = heard.reshape(-1, length)
    levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    loud = levels > 10 ** (_NOISE_FLOOR_DBFS / 20)
    pcm = (frames * 32_767).astype("<i2")
    detector = webrtcvad.Vad(_VAD_MODE)
    spoken = [
        bool(detector.is_speech(frame.tobytes(), at_rate_hz)) and bool(is_loud)
        for frame, is_loud in zip(pcm, loud, strict=True)
    ]
    return _smoothed(spoken, len(samples) / rate_hz)


def _resampled(samples: "Samples", rate_hz: int, to_rate_hz: int) -> "Samples":
    """The samples at another rate: enough to find speech, not to listen to."""
    import numpy as np

    if to_rate_hz < rate_hz:
        # A moving average stands for the low-pass filter, against the mirror of what the lower rate cannot hold.
        width = rate_hz // to_rate_hz + 1
        samples = np.convolve(samples, np.full(width, 1 / width, dtype=np.float32), mode="same")
    count = max(1, round(len(samples) * to_rate_hz / rate_hz))
    positions = np.arange(count) * (rate_hz / to_rate_hz)
    heard: Samples = np.interp(positions, np.arange(len(samples)), samples).astype(np.float32)
    return heard


def _pitches_hz(
    samples: "Samples", rate_hz: int, intervals: tuple[tuple[float, float], ...]
) -> tuple[float | None, ...]:
    if rate_hz > _PITCH_RATE_HZ:
        samples, rate_hz = _resampled(samples, rate_hz, _PITCH_RATE_HZ), _PITCH_RATE_HZ
    return tuple(_pitch_hz(samples[int(start * rate_hz) : int(end * rate_hz)], rate_hz) for start, end in intervals)


def _pitch_hz(samples: "Samples", rate_hz: int) -> float | None:
    """The middle pitch of a stretch of speech; None where too little of it is voiced.

    By autocorrelation: a voiced frame is like itself one period later, and a voice's period lasts 1/350 to 1/70 s.
    """
    import numpy as np

    length = int(rate_hz * _PITCH_FRAME_S)
    shortest, longest = int(rate_hz / _HIGHEST_VOICE_HZ), int(rate_hz / _LOWEST_VOICE_HZ)
    found = []
    for start in range(0, len(samples) - length - longest + 1, length):
        frame = samples[start : start + length].astype(np.float64)
        window = samples[start : start + length + longest].astype(np.float64)
        likeness = np.correlate(window, frame, mode="valid")
        energies = np.convolve(window**2, np.ones(length), mode="valid")
        likeness = likeness / np.sqrt(np.maximum(energies * energies[0], 1e-12))
        lags = likeness[shortest : longest + 1]
        best = float(lags.max())
        if best >= _VOICED_FROM:
            # Two and three periods fit as well as one: the first peak that is nearly as high is the period.
            is_peak = (lags[1:-1] >= lags[:-2]) & (lags[1:-1] >= lags[2:]) & (lags[1:-1] >= _NEARLY * best)
            if is_peak.any():
                found.append(rate_hz / (shortest + 1 + int(np.argmax(is_peak))))
    if len(found) < _FEWEST_VOICED_FRAMES:
        return None
    return round(float(np.median(found)), 1)


def _smoothed(spoken: list[bool], duration_s: float) -> tuple[tuple[float, float], ...]:
    """Stretches of spoken frames: gaps under 0.3 s closed, then stretches under 0.15 s dropped."""
    stretches: list[tuple[float, float]] = []
    for number, is_spoken in enumerate(spoken):
        if not is_spoken:
            continue
        start, end = number * _FRAME_S, min((number + 1) * _FRAME_S, duration_s)
        if stretches and start - stretches[-1][1] < _SHORTEST_GAP_S:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return tuple((round(start, 3), round(end, 3)) for start, end in stretches if end - start >= _SHORTEST_SPEECH_S)
