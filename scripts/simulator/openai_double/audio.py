"""What a simulated recording says: the text which the carrier double wrote into the WAV file (LIST/INFO, ICMT)."""

import struct
from dataclasses import dataclass


class UnknownAudio(Exception):
    """The bytes are no WAV, or carry no words of a simulated candidate."""


@dataclass(frozen=True, slots=True)
class SimulatedAudio:
    """The words and the length of one simulated recording."""

    text: str
    duration_s: float


def read_simulated_audio(data: bytes) -> SimulatedAudio:
    """The words in the ICMT chunk, verbatim, with the length of the sound in seconds.

    Raises:
        UnknownAudio: not a WAV file, or one without an ICMT chunk.
    """
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
    if text is None:
        raise UnknownAudio("the recording carries no simulated words (no ICMT chunk)")
    return SimulatedAudio(text, sound_bytes / byte_rate if byte_rate else 0.0)


def _chunks(data: bytes, start: int) -> list[tuple[bytes, bytes]]:
    found = []
    while start + 8 <= len(data):
        name, size = data[start : start + 4], struct.unpack("<I", data[start + 4 : start + 8])[0]
        found.append((name, data[start + 8 : start + 8 + size]))
        start += 8 + size + size % 2  # RIFF: chunks are padded to an even length
    return found
