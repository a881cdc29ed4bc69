"""Plain text: which encoding it is in."""

import codecs

from ivr.gateways.reading.outcome import CannotRead, Reading

# More letters beyond ASCII than any language written in Windows-1252 has: the text is in another encoding.
_FOREIGN_SHARE = 0.25


def read_plain(data: bytes) -> Reading:
    """The text of a UTF-8, UTF-16 (with byte order mark) or Windows-1252 file.

    Raises:
        CannotRead: ``unsupported_type`` for binary data, ``corrupt`` for another or a broken encoding.
    """
    text = _decode(data)
    if "\0" in text:
        raise CannotRead("unsupported_type")
    return Reading(text=text, pages=1, hidden_text_found=False, truncated=False)


def _decode(data: bytes) -> str:
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
            raise CannotRead("corrupt") from None
    if b"\0" in data:
        raise CannotRead("unsupported_type")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise CannotRead("corrupt") from None
    shown = [character for character in text if not character.isspace()]
    if sum(character > "\x7f" for character in shown) > _FOREIGN_SHARE * len(shown):
        raise CannotRead("corrupt")
    return text
