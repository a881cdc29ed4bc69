"""SVG elements with everything escaped: ids and names in a labelled set are somebody else's words."""

from collections.abc import Iterable

from markupsafe import Markup, escape


def tag(name: str, *inside: str | Markup, **attributes: str | float | None) -> Markup:
    """One element. ``class_`` and ``text_anchor`` are written as SVG has them; attributes that are None stay away."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _value(value))
        for key, value in attributes.items()
        if value is not None
    )
    content = Markup("").join(escape(piece) for piece in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, content)  # noqa: S704 - names are ours


def picture(width: float, height: float, label: str, inside: Iterable[Markup]) -> Markup:
    """A whole picture that scales with its place; ``label`` says in words what it shows."""
    drawn = Markup("").join(inside)
    return tag("svg", drawn, viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=label)


def _value(value: str | float | None) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
