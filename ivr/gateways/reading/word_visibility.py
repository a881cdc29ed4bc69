"""Whether a run of a Word document can be seen: hidden, white on white, or too small to read."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

_TINY_HALF_POINTS = 8
_NEAR_WHITE = 0xF0
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHAPE_PROPERTIES = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}spPr"
_LONGEST_CHAIN = 20


class Styles:
    """The document's styles by id, each with those it is based on."""

    def __init__(self, element: Any) -> None:
        self._by_id = {style.get(qn("w:styleId")): style for style in element.iter(qn("w:style"))}
        self._defaults = element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._default_paragraph = next(
            (
                style
                for style in element.iter(qn("w:style"))
                if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")
            ),
            None,
        )

    def chain(self, style_id: str | None) -> Iterator[Any]:
        """The style, then what it is based on, nearest first."""
        style = self._by_id.get(style_id) if style_id else self._default_paragraph
        for _ in range(_LONGEST_CHAIN):
            if style is None:
                return
            yield style
            base = style.find(qn("w:basedOn"))
            style = self._by_id.get(base.get(qn("w:val"))) if base is not None else None

    @property
    def defaults(self) -> Any:
        """Run properties that hold for the whole document, or None."""
        return self._defaults


def is_visible(run: Any, styles: Styles) -> bool:
    """True when a reader of the printed page sees this run."""
    properties = list(_properties(run, styles))
    if _switched_on(properties, "w:vanish") or _switched_on(properties, "w:specVanish"):
        return False
    size = _first(properties, "w:sz")
    if size is not None and size.isdigit() and int(size) < _TINY_HALF_POINTS:
        return False
    colour = _first(properties, "w:color")
    return not (colour is not None and _is_white(colour) and _stands_on_white(run, properties, styles))


def _properties(run: Any, styles: Styles) -> Iterator[Any]:
    """Every w:rPr that counts for the run, the strongest first."""
    own = run.find(qn("w:rPr"))
    if own is not None:
        yield own
        named = own.find(qn("w:rStyle"))
        if named is not None:
            for style in styles.chain(named.get(qn("w:val"))):
                yield from style.findall(qn("w:rPr"))
    paragraph = next(run.iterancestors(qn("w:p")), None)
    named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") if paragraph is not None else None
    for style in styles.chain(named.get(qn("w:val")) if named is not None else None):
        yield from style.findall(qn("w:rPr"))
    if styles.defaults is not None:
        yield styles.defaults


def _first(properties: list[Any], name: str) -> str | None:
    for group in properties:
        found = group.find(qn(name))
        if found is not None:
            value = found.get(qn("w:val"))
            return None if value is None else str(value)
    return None


def _switched_on(properties: list[Any], name: str) -> bool:
    for group in properties:
        found = group.find(qn(name))
        if found is not None:
            return found.get(qn("w:val")) not in ("0", "false", "off")
    return False


def _is_white(colour: str) -> bool:
    if len(colour) != 6:
        return False
    try:
        return all(int(colour[place : place + 2], 16) >= _NEAR_WHITE for place in (0, 2, 4))
    except ValueError:
        return False


def _stands_on_white(run: Any, properties: list[Any], styles: Styles) -> bool:
    """False where something darker lies behind the run: highlight, shading, a table style, a filled shape, the page."""
    highlight = _first(properties, "w:highlight")
    if highlight not in (None, "none", "white"):
        return False
    if any(_is_dark(shading) for group in properties for shading in group.findall(qn("w:shd"))):
        return False
    for outer in run.iterancestors():
        tag = outer.tag
        if tag == qn("w:p"):
            if _shaded(outer, "w:pPr", "w:pStyle", styles):
                return False
        elif tag == qn("w:tc"):
            if _shaded(outer, "w:tcPr", None, styles):
                return False
        elif tag == qn("w:tbl"):
            if _shaded(outer, "w:tblPr", "w:tblStyle", styles):
                return False
        elif tag == qn("w:txbxContent") and _shape_is_dark(outer):
            return False
        elif tag == qn("w:document"):
            background = outer.find(qn("w:background"))
            return background is None or _is_white(background.get(qn("w:color")) or "FFFFFF")
    return True


def _shaded(element: Any, properties: str, style: str | None, styles: Styles) -> bool:
    group = element.find(qn(properties))
    if group is None:
        return False
    own = group.find(qn("w:shd"))
    if own is not None:
        return _is_dark(own)
    named = group.find(qn(style)) if style is not None else None
    if named is None:
        return False
    return any(_is_dark(shading) for base in styles.chain(named.get(qn("w:val"))) for shading in base.iter(qn("w:shd")))


def _is_dark(shading: Any) -> bool:
    if shading.get(qn("w:themeFill")) is not None and not str(shading.get(qn("w:themeFill"))).startswith("background1"):
        return True
    fill = shading.get(qn("w:fill")) or "auto"
    return fill != "auto" and not _is_white(fill)


def _shape_is_dark(content: Any) -> bool:
    """True when the shape around a text box has a fill that is not white."""
    shape = content.getparent()
    shape = shape.getparent() if shape is not None else None
    if shape is None:
        return False
    properties = shape.find(_SHAPE_PROPERTIES)
    if properties is not None:
        fill = properties.find(f"{_DRAWING}solidFill/{_DRAWING}srgbClr")
        if fill is not None:
            return not _is_white(fill.get("val") or "")
        return properties.find(f"{_DRAWING}noFill") is None
    # The older form: a VML shape with a fillcolor such as "#203864 [1604]".
    fill_colour = (shape.get("fillcolor") or "white").split()[0].lstrip("#")
    return shape.get("filled") not in ("f", "false") and fill_colour != "white" and not _is_white(fill_colour.upper())
