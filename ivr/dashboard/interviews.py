"""All interviews: what needs a person first, tabs, search, and pages by cursor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from interview.lifecycle import TERMINAL, InterviewStatus
from ivr.current import current_services
from ivr.dashboard.pages import page
from ivr.dashboard.session import hidden_from, user
from ivr.services.drafts import InterviewFilters, JobFilters, Page
from ivr.services.views import JobView

_S = InterviewStatus
_ROWS = 25
_JOBS = 100
_LONGEST_SEARCH = 100
# How many pages back "Newer" knows the way; from further on it leads to the newest.
_TRAIL = 20

# What waits for a person, as cards above the table: statuses, title, what to do.
_CARDS = (
    ("review", (_S.NEEDS_REVIEW,), "Left for a person", "listen and decide", "w"),
    ("unreached", (_S.UNREACHABLE, _S.FAILED), "Not reached", "try again or close", "w"),
    ("phone", (_S.DIALING, _S.IN_PROGRESS), "On the phone now", "being interviewed", "l"),
    ("waiting", (_S.SCHEDULED, _S.QUEUED), "Waiting to be called", "at the next allowed hour", "l"),
)
# Tabs by the groups above that they add up.
_TABS = (
    ("all", "All", ("review", "unreached", "phone", "waiting", "scoring", "done")),
    ("person", "Needs a person", ("review", "unreached")),
    ("under_way", "Under way", ("phone", "scoring")),
    ("waiting", "Waiting", ("waiting",)),
    ("finished", "Finished", ("review", "unreached", "done")),
)
_GROUPS: Mapping[str, tuple[_S, ...]] = {
    **{name: statuses for name, statuses, *_ in _CARDS},
    "scoring": (_S.INTERRUPTED, _S.PROCESSING),
    "done": tuple(sorted(TERMINAL - {_S.NEEDS_REVIEW, _S.UNREACHABLE, _S.FAILED})),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the list; ``count`` is how many there are in it."""

    name: str
    title: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits, how many of it, and where to see them."""

    title: str
    hint: str
    tone: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address says; anything unknown in it is as if it were not there."""

    view: str
    q: str
    job_id: str | None
    cursor: str | None
    trail: tuple[str, ...]

    def href(self, **changes: Any) -> str:
        """The address of the list with these changes; a change of what is listed begins at the newest."""
        asked = replace(self, **({"cursor": None, "trail": ()} | changes))
        pairs = {
            "view": asked.view if asked.view != "all" else "",
            "q": asked.q,
            "job": asked.job_id or "",
            "cursor": asked.cursor or "",
            "trail": ",".join(asked.trail),
        }
        query = urlencode({name: value for name, value in pairs.items() if value})
        return f"/interviews?{query}" if query else "/interviews"


def add_routes(blueprint: Blueprint) -> None:
    """The list, which is also the first page."""
    blueprint.add_url_rule("/", "home", lambda: redirect("/interviews", code=303), methods=["GET"])
    blueprint.add_url_rule("/interviews", "interviews", _interviews, methods=["GET"])


def _interviews() -> Response:
    asked = _asked()
    services, organisation_id = current_services(), user().organisation_id
    filters = InterviewFilters(job_id=asked.job_id, q=asked.q or None)
    counts = {
        name: services.interviews.list(
            organisation_id, replace(filters, statuses=_values(statuses)), Page(limit=1, with_total=True)
        ).total
        or 0
        for name, statuses in _GROUPS.items()
    }
    found = services.interviews.list(
        organisation_id, replace(filters, statuses=_statuses(asked.view)), Page(_ROWS, asked.cursor)
    )
    older = newer = None
    if found.next_cursor is not None:
        trail = (*asked.trail, asked.cursor or "-")[-_TRAIL:]
        older = asked.href(cursor=found.next_cursor, trail=trail)
    if asked.cursor is not None:
        *rest, last = asked.trail or ("-",)
        newer = asked.href(cursor=None if last == "-" else last, trail=tuple(rest))
    return page(
        "interviews.html",
        rows=found.items,
        blind=hidden_from(user(), [one.id for one in found.items if one.overall_score is not None]),
        tabs=[
            Tab(name, title, sum(counts[group] for group in groups), asked.href(view=name))
            for name, title, groups in _TABS
        ],
        cards=[
            Card(title, hint, tone, counts[name], asked.href(view=name)) for name, _, title, hint, tone in _CARDS
        ],
        asked=asked,
        everything="/interviews",
        jobs=_jobs(organisation_id, asked.job_id),
        is_filtered=bool(asked.q or asked.job_id),
        any_at_all=sum(counts.values()) > 0,
        older=older,
        newer=newer,
    )


def _asked() -> _Asked:
    given = request.args
    view = given.get("view", "all")
    known = {name for name, *_ in _TABS} | set(_GROUPS)
    return _Asked(
        view=view if view in known else "all",
        q=given.get("q", "").strip()[:_LONGEST_SEARCH],
        job_id=given.get("job") or None,
        cursor=given.get("cursor") or None,
        trail=tuple(part for part in given.get("trail", "").split(",") if part)[-_TRAIL:],
    )


def _statuses(view: str) -> tuple[str, ...]:
    """The statuses of a tab, or of a card's own view; empty means all."""
    if view == "all":
        return ()
    groups = next((groups for name, _, groups in _TABS if name == view), (view,))
    return tuple(value for group in groups for value in _values(_GROUPS[group]))


def _values(statuses: tuple[_S, ...]) -> tuple[str, ...]:
    return tuple(status.value for status in statuses)


def _jobs(organisation_id: str, chosen: str | None) -> tuple[JobView, ...]:
    """The jobs to choose from, the newest first, and the chosen one wherever it stands."""
    jobs = current_services().jobs
    found = jobs.list(organisation_id, JobFilters(), Page(limit=_JOBS)).items
    if chosen is not None and all(job.id != chosen for job in found):
        found = (*found, jobs.get(organisation_id, chosen))
    return tuple(found)
