"""From invitation to decision, above the list of interviews: five steps, and why the others did not come to each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from interview.statistics.funnel import Loss, Stage, StageCount
from ivr.current import current_services
from ivr.dashboard.list_address import Asked
from ivr.dashboard.pages import page
from ivr.dashboard.session import user
from ivr.services.statistics_drafts import AnalyticsFilters

_S = Stage
# Each step with the stages whose losses it tells: what lies between is on the page of insights.
_STEPS: tuple[tuple[Stage, str, tuple[Stage, ...]], ...] = (
    (_S.INVITED, "Invited", ()),
    (_S.REACHED, "Reached", (_S.DIALLED, _S.REACHED)),
    (_S.CONSENTED, "Said yes", (_S.CONSENTED,)),
    (_S.FINISHED, "Finished", (_S.FIRST_QUESTION, _S.FINISHED)),
    (_S.REVIEWED, "Decided", (_S.SCORED, _S.REVIEWED)),
)
_USUAL = timedelta(days=30)
_WIDTH, _HEIGHT = 200, 72


@dataclass(frozen=True, slots=True)
class Step:
    """``count`` came so far, a ``share`` of the step before; ``losses`` are why the others did not, most first."""

    title: str
    count: int
    share: float | None
    losses: tuple[Loss, ...]


def add_routes(blueprint: Blueprint) -> None:
    """Counted when it is looked at, so that the list does not wait for it."""
    blueprint.add_url_rule("/interviews/funnel", "funnel", _funnel, methods=["GET"])


def _funnel() -> Response:
    asked, services = Asked.of(request.args), current_services()
    now, with_demo = services.clock(), request.args.get("demo") == "1"
    filters = asked.filters(())
    since = filters.created_from
    if since is None and filters.created_to is None:
        since = now - _USUAL
    wanted = AnalyticsFilters(asked.job_id, since, filters.created_to, with_demo)
    found = services.insights.funnel(user().organisation_id, wanted)
    return page(
        "funnel_part.html" if request.headers.get("HX-Request") else "funnel.html",
        asked=asked,
        steps=steps_of(found.stages),
        since=since,
        until=asked.until or now,
        with_demo=with_demo,
        back=asked.href(),
        counted=asked.href("/interviews/funnel"),
    )


def steps_of(stages: Sequence[StageCount]) -> tuple[Step, ...]:
    """Eight stages as five steps."""
    by_stage = {one.stage: one for one in stages}
    steps: list[Step] = []
    for stage, title, told in _STEPS:
        count = by_stage[stage].count if stage in by_stage else 0
        before = steps[-1].count if steps else None
        lost: Counter[str] = Counter()
        still_open: Counter[str] = Counter()
        for one in told:
            for loss in by_stage[one].losses if one in by_stage else ():
                lost[loss.reason] += loss.count
                still_open[loss.reason] += loss.still_open
        losses = tuple(Loss(reason, number, still_open[reason]) for reason, number in lost.most_common())
        steps.append(Step(title, count, count / before if before else None, losses))
    return tuple(steps)


def funnel_svg(steps: Sequence[Step]) -> Markup:
    """The steps as bands side by side, each as high as its share of all, running into the next."""
    most = max((one.count for one in steps), default=0) or 1
    tops = [_HEIGHT - one.count / most * _HEIGHT for one in steps]
    bands = []
    for place, top in enumerate(tops):
        x, following = place * _WIDTH, tops[place + 1] if place + 1 < len(tops) else top
        bend = x + _WIDTH
        bands.append(
            f'<path class="b{place}" d="M{x} {top:.1f}H{bend - 46}C{bend - 24} {top:.1f} {bend - 26} {following:.1f} '
            f'{bend - 6} {following:.1f}H{bend}V{_HEIGHT}H{x}z"/>'
        )
    box = f'viewBox="0 0 {len(tops) * _WIDTH} {_HEIGHT}" preserveAspectRatio="none"'
    inside = "".join(bands)
    return Markup(f'<svg class="f" {box} aria-hidden="true">{inside}</svg>')  # noqa: S704 - numbers only


def day_words(at: datetime | date) -> str:
    """``2 Mar 2026``."""
    return f"{at.day} {at:%b} {at.year}"


GLOBALS: dict[str, Any] = {"funnel_svg": funnel_svg, "day_words": day_words}
