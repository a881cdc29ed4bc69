"""The report's pictures: agreement, levels, parts, guises, attacks and differences."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from scripts.evaluation.agreement import Agreement
from scripts.evaluation.bootstrap import Interval
from scripts.evaluation.comparison import Difference
from scripts.evaluation.pairs import Attack, GuisePair, Outcome
from scripts.evaluation.rows import LEVELS
from scripts.evaluation.svg import picture, tag
from scripts.evaluation.words import DIFFERENCES, OUTCOMES, number, share_words

_SIDE = 300.0
_LEFT, _TOP, _FIELD = 44.0, 14.0, 240.0
_ROW = 24.0
_LABELS, _WIDTH = 240.0, 740.0
_NUMBERS = 170.0
_LONGEST_LABEL = 33


def confusion(one: Agreement) -> Markup:
    """People's level against the judge's, darker where more of a person's level went."""
    cell = _FIELD / len(LEVELS)
    drawn = []
    for row, counts in enumerate(reversed(one.confusion)):
        total = sum(counts)
        for column, count in enumerate(counts):
            part = count / total if total else 0.0
            x, y = _LEFT + column * cell, _TOP + row * cell
            is_same = column == len(LEVELS) - 1 - row
            drawn.append(
                tag(
                    "rect", x=x + 1, y=y + 1, width=cell - 2, height=cell - 2, rx=4.0,
                    class_="cell same" if is_same else "cell", fill_opacity=0.06 + 0.94 * part,
                )
            )  # fmt: skip
            if count:
                drawn.append(
                    tag("text", str(count), x=x + cell / 2, y=y + cell / 2 + 4, text_anchor="middle",
                        class_="on" if part > 0.55 else "count")
                )  # fmt: skip
    drawn += _square_axes(cell / 2, cell)
    return picture(_SIDE, _SIDE, "How often each level of a person met each level of the judge", drawn)


def scatter(one: Agreement) -> Markup:
    """Each row at people's mean and the judge's rating; on the line both agree."""
    step = _FIELD / 5

    def at(value: float) -> float:
        return (value - 0.5) * step

    drawn = [
        tag("line", x1=_LEFT + at(level), x2=_LEFT + at(level), y1=_TOP, y2=_TOP + _FIELD, class_="grid")
        for level in LEVELS
    ]
    drawn += [
        tag("line", x1=_LEFT, x2=_LEFT + _FIELD, y1=_TOP + at(level), y2=_TOP + at(level), class_="grid")
        for level in LEVELS
    ]
    drawn.append(
        tag(
            "line",
            x1=_LEFT + at(1),
            y1=_TOP + _FIELD - at(1),
            x2=_LEFT + at(5),
            y2=_TOP + _FIELD - at(5),
            class_="even",
        )
    )
    for place, (human, model) in enumerate(one.points):
        # Points that fall together are moved a little, the same way in every report.
        aside = ((place * 7919) % 13 - 6) * 1.3
        drawn.append(tag("circle", cx=_LEFT + at(human) + aside, cy=_TOP + _FIELD - at(model), r=4.0, class_="point"))
    drawn += _square_axes(step / 2, step)
    return picture(_SIDE, _SIDE, "The judge's rating of each row against people's", drawn)


def levels(per_level: Mapping[int, Interval]) -> Markup:
    """For each level of a person, how often the judge gave the same."""
    step = _FIELD / 5
    drawn = []
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _TOP + _FIELD * (1 - part)
        drawn.append(tag("line", x1=_LEFT, x2=_LEFT + _FIELD, y1=y, y2=y, class_="grid"))
        drawn.append(tag("text", f"{100 * part:.0f}", x=_LEFT - 6, y=y + 4, text_anchor="end", class_="tick"))
    for level in LEVELS:
        middle = _LEFT + (level - 0.5) * step
        drawn.append(tag("text", str(level), x=middle, y=_TOP + _FIELD + 16, text_anchor="middle", class_="tick"))
        one = per_level.get(level)
        if one is None or one.value is None or one.low is None or one.high is None:
            continue
        top = _TOP + _FIELD * (1 - one.value)
        drawn.append(
            tag("rect", x=middle - 15, y=top, width=30.0, height=max(1.0, _FIELD * one.value), rx=3.0, class_="bar")
        )
        low, high = _TOP + _FIELD * (1 - one.low), _TOP + _FIELD * (1 - one.high)
        drawn.append(tag("line", x1=middle, x2=middle, y1=low, y2=high, class_="whisker"))
        drawn.append(tag("text", f"n {one.n}", x=middle, y=_TOP + _FIELD - 5, text_anchor="middle", class_="inbar"))
    drawn.append(
        tag("text", "a person's level", x=_LEFT + _FIELD / 2, y=_SIDE - 8, text_anchor="middle", class_="axis")
    )
    label = "Same level as a person, in percent: " + ", ".join(f"{k}: {share_words(v)}" for k, v in per_level.items())
    return picture(_SIDE, _SIDE, label, drawn)


def forest(parts: Sequence[Agreement]) -> Markup:
    """QWK of each part with its interval."""
    lowest = min([0.0, *(one.qwk.low for one in parts if one.qwk.low is not None)])
    rows = [(f"{one.name.replace('_', ' ')} ({one.rows})", one.qwk, "point") for one in parts]
    return _forest(rows, max(-1.0, lowest), 1.0, "QWK by part", sign=False)


def differences(found: Sequence[Difference]) -> Markup:
    """What differs between two configurations; left of the line is less than the other."""
    known = [one for one in found if one.difference.value is not None]
    ends = [abs(end) for one in known for end in (one.difference.low, one.difference.high) if end is not None]
    edge = max([0.1, *ends, *(abs(one.difference.value or 0.0) for one in known)])
    rows = [(DIFFERENCES[one.name], one.difference, one.verdict.replace(" ", "-")) for one in known]
    return _forest(rows, -edge, edge, "Differences between this and the other configuration", sign=True)


def dumbbells(pairs: Sequence[GuisePair]) -> Markup:
    """Each answer's score 0-10 as it is (ring) and in another guise (dot)."""
    height = _TOP + _ROW * len(pairs) + 30
    scale = (_WIDTH - _LABELS - _NUMBERS) / 10
    drawn = _ruler(range(0, 11, 2), lambda value: _LABELS + value * scale, height)
    for place, pair in enumerate(pairs):
        y = _TOP + _ROW * (place + 0.5)
        drawn.append(_label(f"{pair.row} · {pair.guise}" if pair.guise else pair.row, y))
        ends = [_LABELS + value * scale for value in (pair.base_score, pair.score) if value is not None]
        if len(ends) == 2:
            drawn.append(tag("line", x1=ends[0], x2=ends[1], y1=y, y2=y, class_="link"))
        if pair.base_score is not None:
            drawn.append(tag("circle", cx=_LABELS + pair.base_score * scale, cy=y, r=6.0, class_="ring"))
        if pair.score is not None:
            drawn.append(tag("circle", cx=_LABELS + pair.score * scale, cy=y, r=3.5, class_="point full"))
        told = f"{pair.gap:+.1f}" if pair.gap is not None else "one left to a person" if pair.is_torn else "no numbers"
        drawn.append(tag("text", told, x=_WIDTH - _NUMBERS + 16, y=y + 4, class_="value"))
    return picture(_WIDTH, height, "Scores of the same answers in different guises", drawn)


def attack_bars(found: Sequence[Attack]) -> Markup:
    """How far words to the grader moved the samples' score (0-10), and what became of it."""
    height = _TOP + _ROW * len(found) + 30
    middle = _LABELS + (_WIDTH - _LABELS - _NUMBERS) / 2
    scale = (_WIDTH - _LABELS - _NUMBERS) / 20
    drawn = _ruler((-10, -5, 0, 5, 10), lambda value: middle + value * scale, height)
    for place, one in enumerate(found):
        y = _TOP + _ROW * (place + 0.5)
        drawn.append(_label(one.row, y))
        kind = "bad" if one.outcome is Outcome.GAVE_WAY else "good" if one.outcome is Outcome.HELD else "aside"
        change = one.raw_change or 0.0
        width = max(2.0, abs(change) * scale)
        x = middle - (width if change < 0 else 0)
        drawn.append(tag("rect", x=x, y=y - 6, width=width, height=12.0, rx=2.0, class_=f"change {kind}"))
        raw = "" if one.raw_change is None else f"{one.raw_change:+.1f}  "
        drawn.append(
            tag("text", raw + OUTCOMES[one.outcome], x=_WIDTH - _NUMBERS + 16, y=y + 4, class_=f"value {kind}")
        )
    return picture(_WIDTH, height, "What words to the grader changed", drawn)


def _forest(rows: Sequence[tuple[str, Interval, str]], low: float, high: float, label: str, *, sign: bool) -> Markup:
    height = _TOP + _ROW * len(rows) + 30
    width = _WIDTH - _LABELS - _NUMBERS

    def at(value: float) -> float:
        return _LABELS + (max(low, min(high, value)) - low) / (high - low) * width

    drawn = _ruler([low, 0.0, high] if low < 0 else [0.0, 0.2, 0.4, 0.6, 0.8, 1.0], at, height)
    for place, (name, one, kind) in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        drawn.append(_label(name, y))
        if one.value is None:
            drawn.append(tag("text", "undefined", x=_WIDTH - _NUMBERS + 16, y=y + 4, class_="value"))
            continue
        if one.low is not None and one.high is not None:
            drawn.append(tag("line", x1=at(one.low), x2=at(one.high), y1=y, y2=y, class_=f"whisker {kind}"))
        drawn.append(tag("circle", cx=at(one.value), cy=y, r=5.0, class_=f"point full {kind}"))
        drawn.append(tag("text", number(one, sign=sign), x=_WIDTH - _NUMBERS + 16, y=y + 4, class_="value"))
    return picture(_WIDTH, height, label, drawn)


def _ruler(values: Sequence[float] | range, at: Callable[[float], float], height: float) -> list[Markup]:
    drawn = []
    for value in values:
        x = at(value)
        drawn.append(tag("line", x1=x, x2=x, y1=_TOP - 6, y2=height - 26, class_="zero" if value == 0 else "grid"))
        drawn.append(tag("text", f"{value:.2g}", x=x, y=height - 10, text_anchor="middle", class_="tick"))
    return drawn


def _label(text: str, y: float) -> Markup:
    short = text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
    return tag("text", tag("title", text), short, x=_LABELS - 14, y=y + 4, text_anchor="end", class_="name")


def _square_axes(first: float, step: float) -> list[Markup]:
    """Levels 1-5 along both sides of a square, people below and the judge to the left."""
    drawn = []
    for place, level in enumerate(LEVELS):
        along = first + place * step
        drawn.append(
            tag("text", str(level), x=_LEFT + along, y=_TOP + _FIELD + 16, text_anchor="middle", class_="tick")
        )
        drawn.append(
            tag("text", str(level), x=_LEFT - 8, y=_TOP + _FIELD - along + 4, text_anchor="end", class_="tick")
        )
    return drawn
