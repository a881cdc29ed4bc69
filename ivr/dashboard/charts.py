"""Pictures drawn on the server as SVG: sizes and places as attributes, colours by class, so that no style is inline."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

_BARS = 132
_STEP = 4
_WAVE_HEIGHT = 36
# A bar is never thinner than it is wide, so that silence shows as a line of dots.
_LEAST = 2.0
# The share of the scale, in percent, below which a zone has no room for its name.
_NARROWEST_NAMED = 14.0


def wave(peaks: Sequence[int]) -> Markup:
    """An answer's loudness (0-100) as bars; the player colours what has been heard."""
    bars = []
    for place, peak in enumerate(_resampled(peaks, _BARS)):
        height = max(_LEAST, peak / 100 * _WAVE_HEIGHT)
        top = (_WAVE_HEIGHT - height) / 2
        bars.append(f'<rect x="{place * _STEP}" y="{top:.1f}" width="2.4" height="{height:.1f}" rx="1.2"/>')
    width = max(1, len(bars)) * _STEP
    box = f'viewBox="0 0 {width} {_WAVE_HEIGHT}" preserveAspectRatio="none"'
    inside = "".join(bars)
    return Markup(f'<svg class="w" {box} aria-hidden="true">{inside}</svg>')  # noqa: S704 - numbers only


def scale(score: float, hire: float, consider: float) -> Markup:
    """Where a score lies between 0 and 10, and where the thresholds are."""
    low, high, at = _percent(consider), _percent(hire), _percent(score)
    words = (
        f"Scale from 0 to 10. Reject below {consider:g}, consider from {consider:g}, hire from {hire:g}. "
        f"This score is {score:.1f}."
    )
    # A label near an edge grows away from it.
    anchor, shift = ("end", 8) if at > 85 else ("start", -8) if at < 12 else ("middle", 0)
    parts = [
        f'<rect class="rej" x="0" y="26" width="{max(0.0, low - 0.4):.1f}%" height="10" rx="5"/>',
        f'<rect class="cons" x="{low:.1f}%" y="26" width="{max(0.0, high - low - 0.4):.1f}%" height="10"/>',
        f'<rect class="hire" x="{high:.1f}%" y="26" width="{100 - high:.1f}%" height="10" rx="5"/>',
        f'<circle cx="{at:.1f}%" cy="31" r="8"/>',
        f'<text class="now" x="{at:.1f}%" dx="{shift}" y="14" text-anchor="{anchor}">{score:.1f}</text>',
    ]
    for edge, value in ((low, consider), (high, hire)):
        if 3 <= edge <= 97:
            parts.append(f'<text class="edge" x="{edge:.1f}%" y="51" text-anchor="middle">{value:g}</text>')
    for name, start, end in (("Reject", 0.0, low), ("Consider", low, high), ("Hire", high, 100.0)):
        if end - start >= _NARROWEST_NAMED:
            middle = (start + end) / 2
            parts.append(f'<text x="{middle:.1f}%" y="66" text-anchor="middle">{name}</text>')
    inside = "".join(parts)
    return Markup(f'<svg class="band" role="img" aria-label="{words}">{inside}</svg>')  # noqa: S704 - numbers only


def bar(score: float | None, mark: float | None = None) -> Markup:
    """A score 0-10 as a bar with a notch at ``mark``; hatched where there is none."""
    if score is None:
        inside = '<rect class="none" width="100%" height="9" rx="4.5"/>'
    else:
        inside = f'<rect width="{_percent(score):.1f}%" height="9" rx="4.5"/>'
        if mark is not None:
            inside += f'<rect class="notch" x="{_percent(mark):.1f}%" y="0" width="2" height="9"/>'
    return Markup(f'<svg class="bar" aria-hidden="true">{inside}</svg>')  # noqa: S704 - numbers only


def pips(value: float, most: int = 5) -> Markup:
    """A rating as dots, the last one half full where it lies between two."""
    dots = []
    for place in range(most):
        full = min(1.0, max(0.0, value - place))
        x = place * 12
        dots.append(f'<rect class="o" x="{x}" width="9" height="9" rx="4.5"/>')
        if full > 0:
            dots.append(f'<rect x="{x}" width="{9 * full:.1f}" height="9" rx="{4.5 if full == 1 else 2}"/>')
    inside = "".join(dots)
    width = most * 12 - 3
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="pips" width="{width}" height="9" viewBox="0 0 {width} 9" aria-hidden="true">{inside}</svg>'
    )


def steps(done: int, total: int) -> Markup:
    """How far a conversation is: one block for each question."""
    total = min(total, 20)
    blocks = "".join(
        f'<rect class="{"on" if place < done else "o"}" x="{place * 15}" width="12" height="8" rx="3"/>'
        for place in range(total)
    )
    width = max(1, total * 15)
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="steps" width="{width}" height="8" viewBox="0 0 {width} 8" aria-hidden="true">{blocks}</svg>'
    )


def _percent(score: float) -> float:
    return min(100.0, max(0.0, score * 10))


def _resampled(peaks: Sequence[int], wanted: int) -> Sequence[int]:
    """At most ``wanted`` of them, each the loudest of its stretch."""
    if len(peaks) <= wanted:
        return peaks
    edges = [place * len(peaks) // wanted for place in range(wanted + 1)]
    return [max(peaks[start:end]) for start, end in zip(edges, edges[1:], strict=False)]


GLOBALS: Mapping[str, Callable[..., Any]] = {
    "bar_svg": bar, "pips_svg": pips, "scale_svg": scale, "steps_svg": steps, "wave_svg": wave,
}  # fmt: skip
