"""What a person would see on a PDF page: its characters in drawing order, those hidden from the eye taken out."""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

# Nobody reads print below this size; the smallest that designers use is 5.
_TINY_PT = 4.0
_TINY_ADVANCE_PT = 2.0
# WCAG's ratio: 1 is the same colour, 21 black on white; light grey that people do use (#BBB on white) has 1.9.
# https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
_LOWEST_CONTRAST = 1.2
_SCAN_SHARE = 0.6
_PAINTS_REMEMBERED = 2_000

Colour = tuple[float, float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Paint:
    """A filled shape or a picture; ``colour`` is None where it cannot be known."""

    box: Box
    colour: Colour | None
    opaque: bool
    is_picture: bool


@dataclass(frozen=True, slots=True)
class VisiblePage:
    """Characters as pdfplumber's own dictionaries, and thin horizontal rules as (x0, x1, y).

    ``hidden_characters`` counts what was left out, or for a scan with a text layer, that layer.
    """

    characters: list[dict[str, Any]]
    rules: list[tuple[float, float, float]]
    hidden_characters: int


class DrawnTooLong(Exception):
    """The page was still being drawn at its deadline."""


class _Device(PDFPageAggregatorWithMarkedContent):
    """Notes on each object what pdfminer knows while drawing and then forgets: text mode and opacity."""

    fill_alpha = 1.0
    text_mode = 0
    deadline = math.inf
    drawn_count = 0

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self.text_mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def tag_cur_item(self) -> None:
        super().tag_cur_item()
        self.drawn_count += 1
        if self.drawn_count % 500 == 0 and time.monotonic() > self.deadline:
            raise DrawnTooLong
        if self.cur_item._objs:
            drawn: Any = self.cur_item._objs[-1]
            drawn.fill_alpha = self.fill_alpha
            drawn.text_mode = self.text_mode


class _Interpreter(PDFPageInterpreter):
    """Follows the opacity (``ca``) that pdfminer's interpreter skips."""

    def __init__(self, rsrcmgr: Any, device: _Device) -> None:
        super().__init__(rsrcmgr, device)
        self._alphas: list[float] = []

    def do_gs(self, name: Any) -> None:
        states = resolve1(self.resources.get("ExtGState")) if isinstance(self.resources, dict) else None
        state = resolve1(states.get(getattr(name, "name", None))) if isinstance(states, dict) else None
        alpha = resolve1(state.get("ca")) if isinstance(state, dict) else None
        if isinstance(alpha, int | float):
            self.device.fill_alpha = float(alpha)  # type: ignore[attr-defined]

    def do_q(self) -> None:
        super().do_q()
        self._alphas.append(self.device.fill_alpha)  # type: ignore[attr-defined]

    def do_Q(self) -> None:
        super().do_Q()
        if self._alphas:
            self.device.fill_alpha = self._alphas.pop()  # type: ignore[attr-defined]

    def do_Do(self, xobjid_arg: Any) -> None:
        before = self.device.fill_alpha  # type: ignore[attr-defined]
        super().do_Do(xobjid_arg)
        self.device.fill_alpha = before  # type: ignore[attr-defined]


def look_at(page: Page, deadline: float) -> VisiblePage:
    """The characters of ``page`` that a reader of it sees.

    Raises:
        DrawnTooLong: the page is not drawn by ``deadline`` (monotonic seconds).
    """
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    device.deadline = deadline
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    paints: list[Paint] = []
    drawn: list[tuple[dict[str, Any], LTChar, int]] = []
    rules: list[tuple[float, float, float]] = []
    for item in _flatten(device.get_result()._objs):
        if isinstance(item, LTChar):
            drawn.append((_character(page, item), item, len(paints)))
        elif isinstance(item, LTCurve | LTImage):
            box = _box(page, item)
            if box[3] - box[1] < 3 and box[2] - box[0] > 20:
                rules.append((box[0], box[2], box[1]))
            paint = _paint(item, box)
            if paint is not None and len(paints) < _PAINTS_REMEMBERED:
                paints.append(paint)
    _mend_sizes(character for character, _, _ in drawn)
    scan = _is_scan_with_text_layer(page, paints, [item for _, item, _ in drawn])
    seen: list[dict[str, Any]] = []
    hidden = 0
    for character, item, behind in drawn:
        is_hidden = scan or _is_hidden(page, character, item, paints, behind)
        if scan or not is_hidden:
            seen.append(character)
        if is_hidden and character["text"].strip():
            hidden += 1
    return VisiblePage(characters=seen, rules=rules, hidden_characters=hidden)


def _flatten(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, LTContainer):
            yield from _flatten(item._objs)
        else:
            yield item


def _box(page: Page, item: Any) -> Box:
    left, top = page.mediabox[:2]
    return (item.x0 + left, page.height - item.y1 + top, item.x1 + left, page.height - item.y0 + top)


def _character(page: Page, item: LTChar) -> dict[str, Any]:
    x0, top, x1, bottom = _box(page, item)
    return {
        "text": item.get_text(),
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "doctop": top,
        "size": item.size,
        "upright": item.upright,
        "height": bottom - top,
        "width": x1 - x0,
        "fontname": str(item.fontname),
    }


def _mend_sizes(characters: Iterable[dict[str, Any]]) -> None:
    """Bitmap fonts (old LaTeX) state a size of 1 and scale their glyphs: there, the advance tells the real size."""
    by_font: dict[tuple[str, float], list[dict[str, Any]]] = defaultdict(list)
    for character in characters:
        if character["size"] < _TINY_PT:
            by_font[character["fontname"], round(character["size"], 1)].append(character)
    for same in by_font.values():
        advance = median(character["width"] for character in same)
        if advance >= _TINY_ADVANCE_PT:
            for character in same:
                character["size"] = 2 * advance


def _paint(item: Any, box: Box) -> Paint | None:
    opaque = getattr(item, "fill_alpha", 1.0) > 0.9
    if isinstance(item, LTImage):
        return Paint(box=box, colour=None, opaque=opaque, is_picture=True)
    if not item.fill:
        return None
    return Paint(box=box, colour=_rgb(item.non_stroking_color, None), opaque=opaque, is_picture=False)


def _is_scan_with_text_layer(page: Page, paints: list[Paint], items: list[LTChar]) -> bool:
    """True for a scanned page with recognised text laid invisibly over it, as scanners write it.

    That text is the only one such a page has, so it is read, and reported as hidden all the same.
    """
    if not items or any(_text_mode(item) not in (3, 7) for item in items):
        return False
    page_area = page.width * page.height
    return any(
        paint.is_picture and (paint.box[2] - paint.box[0]) * (paint.box[3] - paint.box[1]) >= _SCAN_SHARE * page_area
        for paint in paints
    )


def _text_mode(item: LTChar) -> int:
    return int(getattr(item, "text_mode", 0))


def _is_hidden(page: Page, character: dict[str, Any], item: LTChar, paints: list[Paint], behind: int) -> bool:
    mode = _text_mode(item)
    # PDF 32000-1, 9.3.6: mode 3 neither fills nor strokes, 7 only clips.
    if mode in (3, 7) or getattr(item, "fill_alpha", 1.0) < 0.1:
        return True
    if character["size"] < _TINY_PT:
        return True
    x = (character["x0"] + character["x1"]) / 2
    y = (character["top"] + character["bottom"]) / 2
    left, top, right, bottom = page.cropbox
    if not (left <= x <= right and top <= y <= bottom):
        return True
    if any(paint.opaque and _covers(paint, x, y) for paint in paints[behind:]):
        return True
    state = item.graphicstate
    colour = _rgb(state.scolor, state.scs) if mode in (1, 5) else _rgb(state.ncolor, item.ncs)
    if colour is None:
        return False
    for paint in reversed(paints[:behind]):
        if paint.opaque and _covers(paint, x, y):
            return paint.colour is not None and _contrast(colour, paint.colour) < _LOWEST_CONTRAST
    return _contrast(colour, (1.0, 1.0, 1.0)) < _LOWEST_CONTRAST


def _covers(paint: Paint, x: float, y: float) -> bool:
    x0, y0, x1, y1 = paint.box
    return x0 <= x <= x1 and y0 <= y <= y1


def _rgb(value: Any, space: Any) -> Colour | None:
    """The colour as red, green and blue from 0 to 1, or None for patterns and inks that only a printer knows."""
    if getattr(space, "name", "DeviceRGB") in ("Separation", "DeviceN", "Lab", "Indexed", "Pattern"):
        return None
    parts = value if isinstance(value, tuple | list) else (value,)
    if not all(isinstance(part, int | float) for part in parts):
        return None
    parts = [min(1.0, max(0.0, float(part))) for part in parts]
    match parts:
        case [grey]:
            return (grey, grey, grey)
        case [red, green, blue]:
            return (red, green, blue)
        case [cyan, magenta, yellow, black]:
            return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
        case _:
            return None


def _contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
