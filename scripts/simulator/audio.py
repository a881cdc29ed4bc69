"""Telephone audio that a simulated candidate could have left: 8 kHz mono WAV with the spoken words in an ICMT chunk.

The sound is speech-like (a voiced harmonic stack under formants, at syllable rate) or espeak-ng's voice where that
program is installed; the same utterance always becomes the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import io
import math
import shutil
import struct
import subprocess
import tempfile
import wave
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
WORDS_PER_MINUTE = 150
SOFTWARE = "local carrier double"

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one recording holds: words spoken for ``speech_s`` seconds between two silences (seconds too)."""

    words: str
    speech_s: float
    lead_s: float = 0.0
    trail_s: float = 0.0
    language: str = "en"

    @property
    def duration_s(self) -> float:
        """Length of the whole recording in seconds."""
        return self.lead_s + self.speech_s + self.trail_s

    def cut(self, seconds: float) -> Utterance:
        """The first ``seconds`` of this utterance, with only the words that were spoken by then."""
        if seconds >= self.duration_s:
            return self
        lead_s = min(self.lead_s, seconds)
        speech_s = min(self.speech_s, max(0.0, seconds - lead_s))
        trail_s = max(0.0, seconds - lead_s - speech_s)
        words = self.words
        if speech_s < self.speech_s:
            words = leading_words(self.words, speech_s / self.speech_s)
        return replace(self, words=words, speech_s=speech_s, lead_s=lead_s, trail_s=trail_s)

    def trimmed(self) -> Utterance:
        """The same words without the silences around them, as ``trim="trim-silence"`` leaves them."""
        return replace(self, lead_s=0.0, trail_s=0.0) if self.words else self


def count_words(text: str) -> float:
    """How many words ``text`` has; writing without spaces counts one word for every two and a half characters."""
    return sum(1.0 if part.isascii() or len(part) < 12 else len(part) / 2.5 for part in text.split())


def speaking_time_s(text: str) -> float:
    """Seconds that ``text`` takes at 150 words a minute; 0.0 for no words."""
    return count_words(text) * 60 / WORDS_PER_MINUTE


def leading_words(text: str, share: float) -> str:
    """The first part of ``text``, whole words only; a text without spaces is cut between characters."""
    parts = text.split()
    if len(parts) > 1:
        return " ".join(parts[: math.floor(len(parts) * share)])
    return text[: math.floor(len(text) * share)]


@functools.lru_cache(maxsize=64)
def render_wav(utterance: Utterance, voice: str = "auto") -> bytes:
    """The WAV file of an utterance; ``voice`` is "tones", "espeak" or "auto" (espeak-ng where it is installed)."""
    seed = int.from_bytes(hashlib.sha256(repr(utterance).encode()).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    lead, speech, trail = (
        round(seconds * SAMPLE_RATE) for seconds in (utterance.lead_s, utterance.speech_s, utterance.trail_s)
    )
    signal = _line_noise(lead + speech + trail, offset=seed % SAMPLE_RATE)
    if speech and utterance.words:
        spoken = _espeak(utterance.words, utterance.language, speech) if voice in ("auto", "espeak") else None
        signal[lead : lead + speech] += _tones(speech, rng) if spoken is None else spoken
    return wav_bytes(mu_law_quality(signal), utterance.words)


def wav_bytes(samples: NDArray[np.int16], words: str) -> bytes:
    """A RIFF file: fmt, LIST/INFO with the words as UTF-8 in ICMT (empty for silence), then the samples.

    The list stands before the data, so a reader that believes in a 44-byte header is found out.
    """
    data = samples.tobytes()
    info = b"INFO" + _chunk(b"ISFT", SOFTWARE.encode() + b"\0") + _chunk(b"ICMT", words.encode() + b"\0")
    fmt = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16)
    body = b"WAVE" + _chunk(b"fmt ", fmt) + _chunk(b"LIST", info) + _chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def words_in_wav(content: bytes) -> str | None:
    """The words that a file of this module carries; None when it carries none or is no RIFF file."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return None
    position = 12
    while position + 8 <= len(content):
        name, size = content[position : position + 4], struct.unpack_from("<I", content, position + 4)[0]
        if name == b"LIST" and content[position + 8 : position + 12] == b"INFO":
            inner, end = position + 12, position + 8 + size
            while inner + 8 <= end:
                length = struct.unpack_from("<I", content, inner + 4)[0]
                if content[inner : inner + 4] == b"ICMT":
                    return content[inner + 8 : inner + 8 + length].rstrip(b"\0").decode()
                inner += 8 + length + length % 2
        position += 8 + size + size % 2
    return None


def wav_duration_s(content: bytes) -> float | None:
    """Seconds of sound in a WAV file; None when it cannot be read."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def mu_law_quality(signal: Samples) -> NDArray[np.int16]:
    """16-bit samples with the 8-bit resolution that a telephone line leaves (ITU-T G.711 mu-law)."""
    pcm = np.clip(signal * 32767, -32768, 32767).astype(np.int16)
    return _mu_law_table()[pcm.astype(np.int32) + 32768]


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + (b"\0" if len(content) % 2 else b"")


@functools.cache
def _mu_law_table() -> NDArray[np.int16]:
    linear = np.arange(-32768, 32768) / 32768
    compressed = np.round(np.sign(linear) * np.log1p(255 * np.abs(linear)) / np.log(256) * 127)
    expanded = np.sign(compressed) * (np.expm1(np.abs(compressed) / 127 * np.log(256)) / 255)
    return np.clip(np.round(expanded * 32767), -32768, 32767).astype(np.int16)


@functools.cache
def _noise_loop() -> Samples:
    return (np.random.default_rng(7).standard_normal(SAMPLE_RATE * 3) * 0.0006).astype(np.float32)


def _line_noise(length: int, offset: int) -> Samples:
    loop = np.roll(_noise_loop(), offset)
    return np.resize(loop, length) if length else np.zeros(0, dtype=np.float32)


@functools.cache
def _voice_loops() -> tuple[Samples, ...]:
    """Four seconds of voiced sound at each of four pitches, its loudness rising and falling four times a second."""
    time_s = np.arange(SAMPLE_RATE * 4) / SAMPLE_RATE
    loops = []
    for pitch_hz in (122.0, 138.0, 155.0, 171.0):
        # the pitch wavers a little, and closes its circle after four seconds so that the loop has no click
        phase = 2 * np.pi * (pitch_hz * time_s + 1.2 * np.sin(2 * np.pi * 0.75 * time_s))
        sound = np.zeros_like(time_s)
        for harmonic in range(1, int(3400 / pitch_hz)):
            frequency = harmonic * pitch_hz
            # two formants that move between vowels, over the falling slope of a voice
            first, second = 500 + 200 * np.sin(2 * np.pi * time_s), 1500 + 450 * np.sin(2 * np.pi * 0.5 * time_s)
            gain = np.exp(-(((frequency - first) / 180) ** 2)) + 0.6 * np.exp(-(((frequency - second) / 260) ** 2))
            sound += (0.04 + gain) / harmonic**0.4 * np.sin(harmonic * phase)
        syllables = 0.25 + 0.75 * np.sin(np.pi * 4 * time_s) ** 2
        sound *= syllables
        loops.append((0.35 * sound / np.abs(sound).max()).astype(np.float32))
    return tuple(loops)


def _tones(length: int, rng: np.random.Generator) -> Samples:
    loop = _voice_loops()[int(rng.integers(4))]
    signal = np.resize(np.roll(loop, int(rng.integers(len(loop)))), length).copy()
    # a short pause for breath every few seconds, as people make
    position = int(rng.integers(2, 5) * SAMPLE_RATE)
    while position < length - SAMPLE_RATE:
        signal[position : position + int(SAMPLE_RATE * 0.18)] *= 0.01
        position += int(rng.integers(3, 6) * SAMPLE_RATE)
    return signal


def _espeak(words: str, language: str, length: int) -> Samples | None:
    """espeak-ng's reading of the words, cut or padded to ``length`` samples; None when it is not to be had."""
    program = shutil.which("espeak-ng")
    if program is None:
        return None
    pace = max(80, min(450, round(count_words(words) * 60 * SAMPLE_RATE / length)))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "spoken.wav"
        command = [program, "-v", language.split("-")[0], "-s", str(pace), "-w", str(target), "--stdin"]
        try:
            subprocess.run(command, input=words.encode(), check=True, capture_output=True, timeout=20)
            with wave.open(str(target)) as sound:
                rate, raw = sound.getframerate(), sound.readframes(sound.getnframes())
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError):
            return None
    spoken = np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768
    if not len(spoken):
        return None
    at = np.arange(0, len(spoken), rate / SAMPLE_RATE)
    resampled = np.interp(at, np.arange(len(spoken)), spoken).astype(np.float32)
    fitted = np.zeros(length, dtype=np.float32)
    fitted[: min(length, len(resampled))] = resampled[:length]
    return fitted
