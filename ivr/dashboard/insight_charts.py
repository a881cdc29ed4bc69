"""Charts of the pages of numbers. Across they are measured in percent and down in pixels, so that words keep their
size on a telephone; every chart has its numbers in a table beside it."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

_PLOT_HEIGHT = 150
_TOP = 12
_LEFT = 9.0
# More names than these run into each other on a telephone.
_MOST_NAMES = 5


def meter(share: float | None, low: float | None = None, high: float | None = None) -> Markup:
    """A share 0-1 as a bar, with its interval as a line over it; hatched where there is none."""
    if share is None:
        inside = '<rect class="none" width="100%" height="12" rx="4"/>'
    else:
        inside = f'<rect class="o" width="100%" height="12" rx="4"/><rect width="{_of(share)}%" height="12" rx="4"/>'
        if low is not None and high is not None:
            reach = f'x1="{_of(low)}%" x2="{_of(high)}%" y1="6" y2="6"'
            inside += f'<line class="halo" {reach}/><line class="ci" {reach}/>'
    return Markup(f'<svg class="meter" height="12" aria-hidden="true">{inside}</svg>')  # noqa: S704 - numbers only


def budget(spent: float | None, projected: float | None) -> Markup:
    """How much of a budget is spent, and where the month is heading, as shares of it; 1 is all of it."""
    widest = max(1.0, projected or 0.0, spent or 0.0)
    parts = ['<rect class="o" width="100%" height="14" rx="5"/>']
    if projected is not None:
        parts.append(f'<rect class="to" width="{_of(projected / widest)}%" height="14" rx="5"/>')
    parts.append(f'<rect width="{_of((spent or 0.0) / widest)}%" height="14" rx="5"/>')
    if widest > 1.0:
        parts.append(f'<line class="limit" x1="{_of(1 / widest)}%" x2="{_of(1 / widest)}%" y1="0" y2="14"/>')
    return Markup(f'<svg class="meter budget" height="14" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S704


def shares_over_time(points: Sequence[tuple[str, float | None, float | None, float | None]]) -> Markup:
    """Shares 0-1 over time: (name, share, low, high) each, with a gap where there is none."""
    parts = [
        f'<line class="grid" x1="{_LEFT}%" x2="100%" y1="{_down(level)}" y2="{_down(level)}"/>'
        f'<text class="edge" x="{_LEFT - 1.5}%" y="{_down(level) + 4}" text-anchor="end">{level * 100:.0f}%</text>'
        for level in (0.0, 0.5, 1.0)
    ]
    places = [_across(number, len(points)) for number in range(len(points))]
    for (_, before, *_), (_, after, *_), start, end in zip(points, points[1:], places, places[1:], strict=False):
        if before is not None and after is not None:
            parts.append(
                f'<line class="trend" x1="{start}%" y1="{_down(before)}" x2="{end}%" y2="{_down(after)}"/>'
            )
    for (_, share, low, high), at in zip(points, places, strict=True):
        if share is None:
            continue
        if low is not None and high is not None:
            parts.append(f'<line class="ci" x1="{at}%" x2="{at}%" y1="{_down(low)}" y2="{_down(high)}"/>')
        parts.append(f'<circle cx="{at}%" cy="{_down(share)}" r="4.5"/>')
    parts += _names([name for name, *_ in points], places)
    return _plot(parts, "Agreement over time; the numbers stand in the table below.")


def amounts_over_time(points: Sequence[tuple[str, float]]) -> Markup:
    """Amounts over time as columns: (name, amount) each."""
    highest = max((amount for _, amount in points), default=0.0)
    width = (100 - _LEFT) / max(1, len(points))
    parts = [f'<line class="grid" x1="{_LEFT}%" x2="100%" y1="{_down(0)}" y2="{_down(0)}"/>']
    if highest:
        parts.append(
            f'<text class="edge" x="{_LEFT - 1.5}%" y="{_down(1) + 4}" text-anchor="end">{_amount(highest)}</text>'
        )
    places = [_across(number, len(points)) for number in range(len(points))]
    for (_, amount), at in zip(points, places, strict=True):
        top = _down(amount / highest) if highest else _down(0)
        thick = min(width * 0.7, 6.0)
        parts.append(
            f'<rect x="{at - thick / 2:.2f}%" y="{top}" width="{thick:.2f}%" height="{_down(0) - top:.1f}" rx="2"/>'
        )
    parts += _names([name for name, _ in points], places)
    return _plot(parts, "Cost over time; the numbers stand in the table below.")


def _plot(parts: Sequence[str], words: str) -> Markup:
    height = _TOP + _PLOT_HEIGHT + 26
    inside = "".join(parts)
    return Markup(  # noqa: S704 - numbers, and names that were escaped
        f'<svg class="plot" height="{height}" role="img" aria-label="{escape(words)}">{inside}</svg>'
    )


def _names(names: Sequence[str], places: Sequence[float]) -> list[str]:
    step = -(-len(names) // _MOST_NAMES) if names else 1
    # The newest always has its name.
    shown = [at for at in range(len(names)) if (len(names) - 1 - at) % step == 0]
    return [
        f'<text class="edge" x="{places[at]}%" y="{_TOP + _PLOT_HEIGHT + 20}" '
        f'text-anchor="{"end" if places[at] > 94 else "middle"}">{escape(names[at])}</text>'
        for at in shown
    ]


def _across(number: int, count: int) -> float:
    return round(_LEFT + (number + 0.5) / max(1, count) * (100 - _LEFT), 2)


def _down(share: float) -> float:
    return round(_TOP + (1 - min(1.0, max(0.0, share))) * _PLOT_HEIGHT, 1)


def _of(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.1f}"


def _amount(value: float) -> str:
    return f"${value:.2f}" if value >= 0.1 else f"${value:.3f}"


GLOBALS: Mapping[str, Callable[..., Any]] = {
    "amounts_svg": amounts_over_time, "budget_svg": budget, "meter_svg": meter, "shares_svg": shares_over_time,
}  # fmt: skip
