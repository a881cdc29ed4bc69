"""The call as one picture: answers where they were given, as loud as they were, each a link to its question."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from ivr.dashboard.words import minutes
from ivr.services.call_picture import CallPicture

_TOP, _HEIGHT = 20, 40
# So many bars share the picture, each answer as many as it is long.
_BARS = 240
# Two numbers closer than this (in percent of the width) would stand in each other.
_APART = 2.4


def call_svg(picture: CallPicture, peaks: Mapping[str, Sequence[int]], numbers: Mapping[str, int]) -> Markup:
    """``peaks`` (0-100) by answer, ``numbers`` of the questions by their ids. Places are in percent, so that the
    picture is as wide as its page and its numbers are not stretched."""
    parts = []
    for call in picture.calls:
        x, width = _percent(call.start_s, picture), _percent(call.end_s - call.start_s, picture)
        parts.append(f'<rect class="line" x="{x:.2f}%" y="{_TOP}" width="{width:.2f}%" height="{_HEIGHT}" rx="6"/>')
    last = -_APART
    for one in picture.answers:
        number = numbers.get(one.question_id)
        if number is None:
            continue
        x, width = _percent(one.start_s, picture), _percent(one.end_s - one.start_s, picture)
        label = f"Question {number}, answered at {minutes(one.start_s)}"
        inside = [
            f'<rect class="said" x="{x:.2f}%" y="{_TOP}" width="{width:.2f}%" height="{_HEIGHT}" rx="3"/>',
            *_bars(peaks.get(one.answer_id, ()), x, width),
        ]
        if x - last >= _APART:
            inside.append(f'<text x="{x:.2f}%" y="13">{number}</text>')
            last = x
        parts.append(f'<a href="#q{number}" aria-label="{escape(label)}">{"".join(inside)}</a>')
    return Markup(f'<svg class="call">{"".join(parts)}</svg>')  # noqa: S704 - numbers, and words that are escaped


def _bars(peaks: Sequence[int], x: float, width: float) -> Sequence[str]:
    wanted = min(len(peaks), max(1, round(width / 100 * _BARS)))
    bars = []
    for place in range(wanted):
        stretch = peaks[place * len(peaks) // wanted : max((place + 1) * len(peaks) // wanted, 1)]
        height = max(2.0, max(stretch, default=0) / 100 * (_HEIGHT - 8))
        at = x + width * (place + 0.25) / wanted
        y = _TOP + (_HEIGHT - height) / 2
        bars.append(
            f'<rect class="loud" x="{at:.2f}%" y="{y:.1f}" width="{width / wanted / 2:.2f}%" height="{height:.1f}"/>'
        )
    return bars


def _percent(seconds: float, picture: CallPicture) -> float:
    return seconds / picture.duration_s * 100


GLOBALS: Mapping[str, Any] = {"call_svg": call_svg}
