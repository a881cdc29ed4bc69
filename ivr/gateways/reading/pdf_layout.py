"""Words on a page in the order a person reads them: columns one after the other, tables row by row."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from pdfplumber.utils.text import extract_words

# pdfplumber's default of 3 points glues words where LaTeX sets narrow spaces; a share of the font size does not:
# a space is 0.22 to 0.33 of the size in nearly every font, kerning within words stays under 0.1.
_WORD_GAP = 0.15
_GUTTER_PT = 6.0
_FEWEST_ROWS = 4
_SAME_LINE_PT = 1.2
_PROSE_CHARACTERS = 24
_DEEPEST = 6

Word = dict[str, Any]
Row = list[Word]
Rule = tuple[float, float, float]

_DATE_OR_LABEL = re.compile(r"\d{4}|\d/\d|:$")
# Arabic letters in their drawn shapes, as many PDFs hold them.
_DRAWN_FORMS = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class _Split:
    first: int
    last: int
    x: float
    rows: int


def text_of(characters: Sequence[dict[str, Any]], rules: Sequence[Rule]) -> str:
    """The text of one page, a line a row; ``rules`` are horizontal lines, which mark tables."""
    if not characters:
        return ""
    words = extract_words(list(characters), x_tolerance_ratio=_WORD_GAP, return_chars=True)
    level = [word for word in words if word["upright"]]
    turned = [word["text"] for word in words if not word["upright"]]
    lines = [_line(row) for row in _ordered(level, rules, 0)]
    if turned:
        lines.append(" ".join(turned))
    return "\n".join(lines)


def _size(word: Word) -> float:
    return float(word["bottom"] - word["top"]) or 1.0


def _rows(words: Sequence[Word]) -> list[Row]:
    """Words that stand on one line together, top to bottom and left to right."""
    rows: list[Row] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and word["bottom"] - rows[-1][0]["bottom"] < 0.4 * min(_size(word), _size(rows[-1][0])):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda word: word["x0"])
    return rows


def _ordered(words: Sequence[Word], rules: Sequence[Rule], depth: int) -> list[Row]:
    rows = _rows(words)
    split = _best_split(rows, rules) if depth < _DEEPEST else None
    if split is None:
        return rows
    inside = [word for row in rows[split.first : split.last + 1] for word in row]
    above = [word for row in rows[: split.first] for word in row]
    below = [word for row in rows[split.last + 1 :] for word in row]
    return [
        *(_ordered(above, rules, depth + 1) if above else []),
        *_ordered([word for word in inside if word["x0"] < split.x], rules, depth + 1),
        *_ordered([word for word in inside if word["x0"] >= split.x], rules, depth + 1),
        *(_ordered(below, rules, depth + 1) if below else []),
    ]


def _best_split(rows: Sequence[Row], rules: Sequence[Rule]) -> _Split | None:
    best: _Split | None = None
    for x in _candidates(rows):
        for first, last in _clear_runs(rows, x):
            left = [[word for word in row if word["x0"] < x] for row in rows[first : last + 1]]
            right = [[word for word in row if word["x0"] >= x] for row in rows[first : last + 1]]
            fewest = min(sum(map(bool, left)), sum(map(bool, right)))
            if fewest < _FEWEST_ROWS or (best is not None and fewest <= best.rows):
                continue
            if _are_columns([row for row in left if row], [row for row in right if row], x, rules):
                best = _Split(first=first, last=last, x=x, rows=fewest)
    return best


def _candidates(rows: Sequence[Row]) -> list[float]:
    """Where a second column may begin: left edges that several rows share, behind a gap."""
    if not rows:
        return []
    leftmost = min(row[0]["x0"] for row in rows)
    edges: Counter[int] = Counter()
    for row in rows:
        if row[0]["x0"] > leftmost + 40:
            edges[int(row[0]["x0"])] += 1
        for before, word in zip(row, row[1:], strict=False):
            if word["x0"] - before["x1"] > max(_GUTTER_PT, 0.6 * _size(word)):
                edges[int(word["x0"])] += 1
    return [edge - 0.5 for edge, count in edges.most_common(12) if count >= 2]


def _clear_runs(rows: Sequence[Row], x: float) -> list[tuple[int, int]]:
    """First and last row of each stretch in which no word stands in the gutter left of ``x``."""
    runs: list[tuple[int, int]] = []
    first: int | None = None
    for number, row in enumerate(rows):
        crossed = any(word["x0"] < x and word["x1"] > x - _GUTTER_PT + 1 for word in row)
        if crossed:
            if first is not None:
                runs.append((first, number - 1))
            first = None
        elif first is None:
            first = number
    if first is not None:
        runs.append((first, len(rows) - 1))
    return runs


def _are_columns(left: Sequence[Row], right: Sequence[Row], x: float, rules: Sequence[Rule]) -> bool:
    """True when both sides are read for themselves, False when they are cells of one row."""
    top = min(row[0]["top"] for row in (*left, *right))
    bottom = max(row[0]["bottom"] for row in (*left, *right))
    across = sum(1 for x0, x1, y in rules if x0 < x < x1 and top < y < bottom)
    if across >= 3:
        return False
    fewer, more = sorted((left, right), key=len)
    baselines = sorted(row[0]["bottom"] for row in more)
    shared = sum(any(abs(row[0]["bottom"] - line) <= _SAME_LINE_PT for line in baselines) for row in fewer)
    if shared < 0.6 * len(fewer):
        return True
    lengths = [median(sum(len(word["text"]) + 1 for word in row) for row in side) for side in (left, right)]
    if min(lengths) >= _PROSE_CHARACTERS:
        return True
    shorter = left if lengths[0] <= lengths[1] else right
    labels = sum(bool(_DATE_OR_LABEL.search(" ".join(word["text"] for word in row))) for row in shorter)
    return labels < 0.4 * len(shorter) and len(fewer) >= 6 and len(fewer) < 0.9 * len(more)


def _line(row: Row) -> str:
    glyphs: list[str] = []
    for word in row:
        if glyphs:
            glyphs.append(" ")
        glyphs.extend(character["text"] for character in word["chars"])
    return in_reading_order(glyphs)


def in_reading_order(glyphs: Sequence[str]) -> str:
    """The text of glyphs that stand from left to right on the page, with right-to-left scripts turned round."""
    directions = [_direction(glyph) for glyph in glyphs]
    if "R" not in directions:
        return _plain_forms("".join(glyphs))
    if directions.count("R") >= directions.count("L"):
        turned = [_mirrored(glyph) for glyph in reversed(glyphs)]
        turned_directions = directions[::-1]
        return _plain_forms("".join(_turn_runs(turned, turned_directions, "LN")))
    return _plain_forms("".join(_turn_runs(list(glyphs), directions, "R")))


def _turn_runs(glyphs: list[str], directions: Sequence[str], kinds: str) -> list[str]:
    """The glyphs with each run of these kinds, and the neutral ones inside it, reversed."""
    result = list(glyphs)
    start = 0
    while start < len(glyphs):
        if directions[start] not in kinds:
            start += 1
            continue
        end = start
        reach = start
        while reach + 1 < len(glyphs) and (directions[reach + 1] in kinds or directions[reach + 1] == "-"):
            reach += 1
            if directions[reach] in kinds:
                end = reach
        result[start : end + 1] = result[start : end + 1][::-1]
        if kinds == "LN":
            # Brackets inside were mirrored with the whole line and stand in their own direction again.
            result[start : end + 1] = [_mirrored(glyph) for glyph in result[start : end + 1]]
        start = end + 1
    return result


def _direction(glyph: str) -> str:
    for character in glyph:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return "R"
            case "L":
                return "L"
            case "EN" | "AN":
                return "N"
    return "-"


_MIRRORS = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def _mirrored(glyph: str) -> str:
    return glyph.translate(_MIRRORS)


def _plain_forms(text: str) -> str:
    return _DRAWN_FORMS.sub(lambda drawn: unicodedata.normalize("NFKC", drawn[0]), text)
