"""The visible text of a Word document, by python-docx."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from ivr.gateways.reading.outcome import (
    FEWEST_HIDDEN,
    MAX_CHARACTERS,
    MAX_UNPACKED_BYTES,
    MAX_XML_TAGS,
    MAX_ZIP_ENTRIES,
    CannotRead,
    Reading,
)
from ivr.gateways.reading.word_visibility import Styles, is_visible

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Deleted or moved away by a tracked change, field codes, drawn shapes (their text boxes are fetched by name).
_PASSED_OVER = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:delText"), qn("w:pPr"), qn("w:rPr")}
_CHUNK_BYTES = 256 * 1024


def read_word(data: bytes) -> Reading:
    """The text of headers, body (tables row by row, text boxes where they are anchored), notes and footers.

    Raises:
        CannotRead: ``corrupt``, ``encrypted``, ``too_large`` or ``unsupported_type``.
    """
    _refuse_bombs(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except ValueError:
        # python-docx: "file is not a Word file, content type is ...": templates, documents with macros.
        raise CannotRead("unsupported_type") from None
    walk = _Walk(Styles(document.styles.element))
    headers, footers = _furniture(document)
    for part in headers:
        walk.blocks(part)
    walk.blocks(document.element.body)
    for relation in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for notes in _parts(document, relation):
            walk.blocks(notes)
    for part in footers:
        walk.blocks(part)
    text = "\n".join(walk.lines)
    return Reading(
        text=text,
        pages=1 + walk.page_breaks,
        hidden_text_found=walk.hidden >= FEWEST_HIDDEN,
        truncated=len(text) > MAX_CHARACTERS,
    )


def _refuse_bombs(data: bytes) -> None:
    """Check the archive by its directory and then by unpacking all of it piece by piece, since directories lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise CannotRead("corrupt") from None
    entries = archive.infolist()
    if len(entries) > MAX_ZIP_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise CannotRead("too_large")
    if any(entry.flag_bits & 1 for entry in entries):
        raise CannotRead("encrypted")
    unpacked = tags = 0
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        with archive.open(entry) as stream:
            before = b""
            while piece := stream.read(_CHUNK_BYTES):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED_BYTES:
                    raise CannotRead("too_large")
                # Open Packaging Conventions forbid DTDs (ECMA-376 part 2, 7.2.2), and so all entity bombs.
                if is_xml and _declares_a_dtd(before + piece):
                    raise CannotRead("corrupt")
                tags += piece.count(b"<") if is_xml else 0
                if tags > MAX_XML_TAGS:
                    raise CannotRead("too_large")
                before = piece[-32:]


def _declares_a_dtd(piece: bytes) -> bool:
    return any(word in piece for mark in ("<!DOCTYPE", "<!ENTITY") for word in _spellings(mark))


def _spellings(mark: str) -> tuple[bytes, ...]:
    return mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be")


def _furniture(document: Any) -> tuple[list[Any], list[Any]]:
    """Headers and footers, each part once however many sections share it."""
    headers: dict[int, Any] = {}
    footers: dict[int, Any] = {}
    for section in document.sections:
        for found, shown in (
            (headers, (section.header, section.first_page_header, section.even_page_header)),
            (footers, (section.footer, section.first_page_footer, section.even_page_footer)),
        ):
            for part in shown:
                if not part.is_linked_to_previous:
                    found[id(part._element)] = part._element
    return list(headers.values()), list(footers.values())


def _parts(document: Any, relation: str) -> Iterator[Any]:
    from docx.oxml.parser import parse_xml

    for link in document.part.rels.values():
        if link.reltype == relation and not link.is_external:
            yield parse_xml(link.target_part.blob)


class _Walk:
    """Collects visible lines in document order."""

    def __init__(self, styles: Styles) -> None:
        self.lines: list[str] = []
        self.hidden = 0
        self.page_breaks = 0
        self._styles = styles

    def blocks(self, container: Any) -> None:
        """Add the paragraphs and tables inside ``container``."""
        for child in container:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag not in _PASSED_OVER and isinstance(child.tag, str):
                # Content controls, notes, custom XML: wrappers around more blocks.
                self.blocks(child)

    def _table(self, table: Any) -> None:
        for row in table.iter(qn("w:tr")):
            if next(row.iterancestors(qn("w:tbl")), None) is not table:
                continue
            cells = []
            for cell in row.iter(qn("w:tc")):
                if next(cell.iterancestors(qn("w:tr")), None) is row:
                    inner = _Walk(self._styles)
                    inner.blocks(cell)
                    self.hidden += inner.hidden
                    self.page_breaks += inner.page_breaks
                    cells.append("\n".join(line for line in inner.lines if line.strip()))
            # A layout table (one long cell beside another) reads cell by cell, a real one row by row.
            separator = "\n" if any("\n" in cell for cell in cells) else " | "
            self.lines.append(separator.join(cell for cell in cells if cell))

    def _paragraph(self, paragraph: Any) -> None:
        pieces: list[str] = []
        boxes: list[Any] = []
        self._inline(paragraph, pieces, boxes)
        self.lines.append("".join(pieces))
        for box in boxes:
            self.blocks(box)

    def _inline(self, element: Any, pieces: list[str], boxes: list[Any]) -> None:
        for child in element:
            tag = child.tag
            if tag in _PASSED_OVER or not isinstance(tag, str):
                continue
            if tag == qn("w:r"):
                self._run(child, pieces, boxes)
            elif tag == f"{_MC}AlternateContent":
                self._alternate(child, pieces, boxes)
            else:
                self._inline(child, pieces, boxes)

    def _alternate(self, element: Any, pieces: list[str], boxes: list[Any]) -> None:
        # Choice and Fallback show the same thing for newer and older programs.
        chosen = element.find(f"{_MC}Choice")
        if chosen is None:
            chosen = element.find(f"{_MC}Fallback")
        if chosen is not None:
            boxes.extend(_text_boxes(chosen))

    def _run(self, run: Any, pieces: list[str], boxes: list[Any]) -> None:
        words: list[str] = []
        for child in run:
            if child.tag == qn("w:t"):
                words.append(child.text or "")
            elif child.tag in (qn("w:tab"), qn("w:ptab")):
                words.append(" ")
            elif child.tag in (qn("w:br"), qn("w:cr")):
                words.append("\n")
                self.page_breaks += child.get(qn("w:type")) == "page"
            elif child.tag == qn("w:lastRenderedPageBreak"):
                self.page_breaks += 1
            elif child.tag == qn("w:noBreakHyphen"):
                words.append("-")
            elif child.tag == f"{_MC}AlternateContent":
                self._alternate(child, words, boxes)
            elif child.tag in (qn("w:drawing"), qn("w:pict"), qn("w:object")):
                boxes.extend(_text_boxes(child))
        text = "".join(words)
        if text.strip() and not is_visible(run, self._styles):
            self.hidden += len(text.strip())
        else:
            pieces.append(text)


def _text_boxes(drawing: Any) -> list[Any]:
    """The outermost text boxes; one inside another is reached through it."""
    found: list[Any] = []
    for child in drawing:
        if child.tag == qn("w:txbxContent"):
            found.append(child)
        elif child.tag != f"{_MC}Fallback":
            found.extend(_text_boxes(child))
    return found
