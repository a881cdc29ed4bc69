"""A logo that was sent: only PNG and JPEG, of a sane size, and rid of all that is not the picture.

SVG is a document that may carry script and fetch from elsewhere; it is refused rather than cleaned.
"""

import struct
import zlib
from dataclasses import dataclass

from ivr.services.errors import FieldProblem, Invalid

MAX_BYTES = 512 * 1024
MAX_SIDE = 2000
_PNG = b"\x89PNG\r\n\x1a\n"
# The picture itself, its palette and transparency; comments, times and locations are left behind.
_PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA"})
# Start of frame: everything from C0 to CF that is no table (C4), extension (C8) or arithmetic conditioning (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture fit to be shown; ``suffix`` is for its file's name."""

    data: bytes
    content_type: str
    suffix: str


def read_logo(data: bytes) -> Logo:
    """The picture in these bytes. Raises Invalid (``empty_file``, ``unsupported_type``, ``too_large``, ``corrupt``)."""
    if not data:
        raise _refused("empty_file", "The file is empty.")
    if len(data) > MAX_BYTES:
        raise _refused("logo_too_large", f"A logo has {MAX_BYTES // 1024} KB at most.")
    try:
        if data.startswith(_PNG):
            return Logo(_png(data), "image/png", "png")
        if data.startswith(b"\xff\xd8\xff"):
            return Logo(_jpeg(data), "image/jpeg", "jpg")
    except (struct.error, IndexError):
        raise _corrupt() from None
    raise _refused("unsupported_type", "A logo is a PNG or JPEG file.")


def _png(data: bytes) -> bytes:
    at, kept, kinds = len(_PNG), [_PNG], []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunk = data[at : at + 12 + length]
        kind, body = chunk[4:8], chunk[8:-4]
        if len(chunk) != 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise _corrupt()
        if kind == b"IHDR":
            _check_sides(*struct.unpack_from(">II", body))
        if kind in _PNG_CHUNKS:
            kept.append(chunk)
        kinds.append(kind)
        at += len(chunk)
        if kind == b"IEND":
            break
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1:] != [b"IEND"]:
        raise _corrupt()
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    at, kept, has_frame = 2, [data[:2]], False
    while True:
        if data[at] != 0xFF:
            raise _corrupt()
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        if len(segment) != 2 + length or length < 2:
            raise _corrupt()
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            _check_sides(width, height)
            has_frame = True
        # APP0 (JFIF) and APP14 (Adobe's colours) belong to the picture; EXIF, comments and the like do not.
        if not 0xE0 <= marker <= 0xEF and marker != 0xFE or marker in (0xE0, 0xEE):
            kept.append(segment)
        at += len(segment)
        if marker == 0xDA:  # start of scan: from here on there is only the picture, up to its end mark
            end = data.rfind(b"\xff\xd9", at)
            if not has_frame or end < 0:
                raise _corrupt()
            return b"".join([*kept, data[at : end + 2]])


def _check_sides(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise _refused("logo_too_large", f"A logo has {MAX_SIDE} pixels a side at most.")


def _corrupt() -> Invalid:
    return _refused("corrupt", "The file is damaged.")


def _refused(code: str, sentence: str) -> Invalid:
    hint = f"Send a PNG or JPEG file of up to {MAX_BYTES // 1024} KB."
    return Invalid(code, sentence, hint, problems=[FieldProblem("logo", code, sentence)])
