"""The visible text of a PDF, by pdfplumber."""

import io
import re
import time
from itertools import islice

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from ivr.gateways.reading.outcome import FEWEST_HIDDEN, MAX_CHARACTERS, MAX_PAGES, SOFT_LIMIT_S, CannotRead, Reading
from ivr.gateways.reading.pdf_layout import text_of
from ivr.gateways.reading.pdf_visibility import DrawnTooLong, look_at

# What pdfminer writes for a glyph whose font does not say which character it is.
_UNMAPPED = re.compile(r"\(cid:\d+\)")


def read_pdf(data: bytes, soft_limit_s: float = SOFT_LIMIT_S) -> Reading:
    """The text of the first 60 pages; pages that cannot be drawn are passed over while others can.

    Raises:
        CannotRead: ``encrypted``, ``corrupt``, ``no_text``, ``too_large`` or ``too_slow``.
    """
    deadline = time.monotonic() + soft_limit_s
    pdf = _open(data)
    texts: list[str] = []
    pages = failed = length = hidden = 0
    truncated = False
    for page_object in islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1):
        if pages == MAX_PAGES or length > MAX_CHARACTERS or time.monotonic() > deadline:
            truncated = True
            break
        pages += 1
        try:
            seen = look_at(Page(pdf, page_object, page_number=pages), deadline)
            text = text_of(seen.characters, seen.rules)
        except MemoryError:
            raise CannotRead("too_large") from None
        except DrawnTooLong:
            if not any(texts):
                raise CannotRead("too_slow") from None
            truncated = True
            break
        except Exception:
            # One broken page among good ones costs that page; its absence shows in ``truncated``.
            failed += 1
            continue
        hidden += seen.hidden_characters
        texts.append(text)
        length += len(text)
    if failed == pages:
        raise CannotRead("corrupt")
    return Reading(
        text=_without_unmapped("\n\n".join(texts)),
        pages=pages,
        hidden_text_found=hidden >= FEWEST_HIDDEN,
        truncated=truncated or failed > 0,
    )


def _open(data: bytes) -> PDF:
    try:
        # Mail gateways put bytes before the header, which would shift every offset in the file.
        return pdfplumber.open(io.BytesIO(data[data.index(b"%PDF-") :]))
    except Exception as failure:
        causes = (failure, *failure.args, failure.__cause__, failure.__context__)
        if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes):
            raise CannotRead("encrypted") from None
        if any(isinstance(cause, MemoryError) for cause in causes):
            raise CannotRead("too_large") from None
        raise CannotRead("corrupt") from None


def _without_unmapped(text: str) -> str:
    kept, unmapped = _UNMAPPED.subn("", text)
    if unmapped > len(re.sub(r"\s", "", kept)):
        raise CannotRead("no_text")
    return kept
