"""What reading a document gives, what stops it, and the caps that hold for every kind."""

import re
from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 60
MAX_CHARACTERS = 200_000
MAX_ZIP_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
# Opening and closing tags of all XML parts; the fullest 60 pages have some 600,000, and a tree of more fills memory.
MAX_XML_TAGS = 2_000_000
# A letter that ran over the page's edge or a white full stop is no hidden message; fewer than these are not reported.
FEWEST_HIDDEN = 5
# The child gives up by itself a little before its parent would kill it, to return what it has read so far.
SOFT_LIMIT_S = 6.0

# Characters which show nothing: C0 and C1 controls but tab and newline, byte order mark, soft hyphen.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]")
# Tag characters show nothing either, save behind a black flag, where they spell England, Scotland or Wales.
# https://www.unicode.org/reports/tr51/#Emoji_Tag_Sequences
_REGIONAL_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")


class CannotRead(Exception):
    """The document gives no text; ``code`` is one of UnreadableDocument's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reading:
    """Text as it stands in the document, before tidying."""

    text: str
    pages: int
    hidden_text_found: bool
    truncated: bool


def tidy(reading: Reading) -> Reading:
    """The same reading with plain line ends, no invisible characters and at most one blank line in a row, capped.

    Raises:
        CannotRead: ``no_text`` when nothing visible is left.
    """
    text = reading.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    text = _INVISIBLE.sub("", text)
    text = _REGIONAL_FLAG.sub("\U0001f3f4", text)
    text, tags = _TAGS.subn("", text)
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not any(character.isalnum() for character in text):
        raise CannotRead("no_text")
    return Reading(
        text=text[:MAX_CHARACTERS].rstrip(),
        pages=reading.pages,
        hidden_text_found=reading.hidden_text_found or tags > 0,
        truncated=reading.truncated or len(text) > MAX_CHARACTERS,
    )
