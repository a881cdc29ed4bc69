"""What a simulated recording says: the text which the carrier double wrote into the WAV file (LIST/INFO, ICMT).

A browser writes no words into what it records. For such audio somebody who was there tells the double what is said in
it; without that it is an error, and words are never invented.
"""

import hashlib
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass

_NO_WORDS = "the recording carries no simulated words (no ICMT chunk), and nobody told what is said in it"


class UnknownAudio(Exception):
    """The bytes are no WAV, or carry no words of a simulated candidate."""


@dataclass(frozen=True, slots=True)
class SimulatedAudio:
    """The words and the length of one simulated recording."""

    text: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class _Sound:
    text: str | None
    duration_s: float


class ToldWords:
    """What is said in recordings that carry no words: told beforehand, one text for each, in the order in which the
    recordings first come; the same bytes again have the same words."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._known: dict[str, str] = {}

    def tell(self, texts: Sequence[str]) -> None:
        """The words of the next such recordings. Raises ValueError for what is no list of texts."""
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError("texts must be a list of texts")
        with self._lock:
            self._waiting = list(texts)

    def read(self, data: bytes) -> SimulatedAudio:
        """The words in the ICMT chunk, verbatim, or what was told where there is none, and the length in seconds.

        Raises:
            UnknownAudio: not a WAV file, or one of which nobody knows what is said.
        """
        found = _read(data)
        if found.text is not None:
            return SimulatedAudio(found.text, found.duration_s)
        name = hashlib.sha256(data).hexdigest()
        with self._lock:
            if name not in self._known:
                if not self._waiting:
                    raise UnknownAudio(_NO_WORDS)
                self._known[name] = self._waiting.pop(0)
            return SimulatedAudio(self._known[name], found.duration_s)


def _read(data: bytes) -> _Sound:
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise UnknownAudio("the file is not a WAV file")
    text: str | None = None
    byte_rate = 0
    sound_bytes = 0
    for name, body in _chunks(data, 12):
        if name == b"fmt " and len(body) >= 12:
            byte_rate = struct.unpack("<I", body[8:12])[0]
        elif name == b"data":
            sound_bytes = len(body)
        elif name == b"LIST" and body[:4] == b"INFO":
            for entry, value in _chunks(body, 4):
                if entry == b"ICMT":
                    text = value.rstrip(b"\x00").decode("utf-8", "strict")
    return _Sound(text, sound_bytes / byte_rate if byte_rate else 0.0)


def _chunks(data: bytes, start: int) -> list[tuple[bytes, bytes]]:
    found = []
    while start + 8 <= len(data):
        name, size = data[start : start + 4], struct.unpack("<I", data[start + 4 : start + 8])[0]
        found.append((name, data[start + 8 : start + 8 + size]))
        start += 8 + size + size % 2  # RIFF: chunks are padded to an even length
    return found
