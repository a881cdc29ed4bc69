"""An organisation's accent colour on our pages: checked for contrast, and the shades that follow from it."""

import re
from dataclasses import dataclass

# WCAG 2.2, 1.4.3: text of normal size needs 4.5:1, https://www.w3.org/TR/WCAG22/#contrast-minimum
ENOUGH = 4.5
# What our pages put an accent on: the darkest surface of the light theme, the lightest of the dark one.
_LIGHT, _DARK = "#eef1ec", "#1c2422"
_WHITE, _BLACK = "#ffffff", "#0e1312"
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Shades:
    """An accent with what stands on it and the tint behind it, each for the light and the dark theme."""

    accent: tuple[str, str]
    on_accent: tuple[str, str]
    soft: tuple[str, str]


def is_colour(text: str) -> bool:
    """Whether this is a colour as we keep it: ``#0a6068``."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrasts(accent: str) -> tuple[float, float]:
    """The ratios of text in this colour on our light pages, and of white text on it."""
    return contrast(accent, _LIGHT), contrast(accent, _WHITE)


def is_readable(accent: str) -> bool:
    """Whether text in this colour can be read on our light pages, and white text on it."""
    return min(contrasts(accent)) >= ENOUGH


def shades_of(accent: str) -> Shades:
    """The shades that go with a readable accent; each pair that meets on a page keeps 4.5:1."""
    bright = next(
        shade for shade in (_mixed(accent, _WHITE, step / 20) for step in range(21)) if contrast(shade, _DARK) >= 7
    )
    tint = next(
        shade for shade in (_mixed(_WHITE, accent, step / 100) for step in range(12, -1, -1))
        if contrast(accent, shade) >= ENOUGH
    )  # fmt: skip
    deep = next(
        shade for shade in (_mixed(_BLACK, accent, step / 100) for step in range(25, -1, -1))
        if contrast(bright, shade) >= ENOUGH
    )  # fmt: skip
    return Shades((accent, bright), (_WHITE, _BLACK), (tint, deep))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _mixed(one: str, other: str, share: float) -> str:
    """``one`` with so much of ``other`` in it."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
