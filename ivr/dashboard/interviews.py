"""All interviews: what needs a person first, tabs, search, orders, saved views, and pages by cursor."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, redirect, request

from ivr.current import current_services
from ivr.dashboard.list_address import ADVICE, GROUPS, ORDERS, TABS, TRAIL, Asked
from ivr.dashboard.pages import page
from ivr.dashboard.session import hidden_from, may_review, reader, user
from ivr.services.drafts import JobFilters, Page
from ivr.services.saved_views import SavedViewView
from ivr.services.views import JobView

_ROWS = 25
_JOBS = 100

# What waits for a person, as cards above the table: the group, title, what to do, and the tone.
_CARDS = (
    ("review", "Left for a person", "listen and decide", "w"),
    ("unreached", "Not reached", "try again or close", "w"),
    ("phone", "On the phone now", "being interviewed", "l"),
    ("waiting", "Waiting to be called", "at the next allowed hour", "l"),
)
_OLDEST = frozenset({"review", "unreached"})


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the list; ``count`` is how many there are in it."""

    name: str
    title: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits, how many of it, since when the first of them, and where to see them."""

    title: str
    hint: str
    tone: str
    count: int
    href: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class SavedLink:
    """A saved view with its address; ``is_here``: the page shows just that."""

    view: SavedViewView
    href: str
    is_here: bool


def add_routes(blueprint: Blueprint) -> None:
    """The list, which is also the first page."""
    blueprint.add_url_rule("/", "home", lambda: redirect("/interviews", code=303), methods=["GET"])
    blueprint.add_url_rule("/interviews", "interviews", _interviews, methods=["GET"])


def _interviews() -> Response:
    return show_list(Asked.of(request.args), done=request.args.get("done", ""))


def show_list(
    asked: Asked, status: int = 200, *, problem: str | None = None, name: str = "", is_shared: bool = False,
    done: str = "",
) -> Response:  # fmt: skip
    """The list; ``problem`` is why something was refused, ``name`` and ``is_shared`` what stood in the form of a saved
    view, ``done`` what was just done with how many (``cancel.3``)."""
    services, organisation_id, someone = current_services(), user().organisation_id, reader()
    lists = services.interview_lists
    tallies = lists.tallies(organisation_id, asked.filters(()), someone)
    groups = {
        group: [tallies[status.value] for status in statuses if status.value in tallies]
        for group, statuses in GROUPS.items()
    }
    counts = {group: sum(tally.count for tally in found) for group, found in groups.items()}
    found = lists.page(
        organisation_id, asked.filters(), someone, order=asked.order, limit=_ROWS, cursor=asked.cursor
    )
    older = newer = None
    if found.next_cursor is not None:
        trail = (*asked.trail, asked.cursor or "-")[-TRAIL:]
        older = asked.href(cursor=found.next_cursor, trail=trail)
    if asked.cursor is not None:
        *rest, last = asked.trail or ("-",)
        newer = asked.href(cursor=None if last == "-" else last, trail=tuple(rest))
    return page(
        "interviews.html",
        status,
        rows=found.items,
        blind=hidden_from(user(), [one.id for one in found.items if one.overall_score is not None]),
        tabs=[
            Tab(name, title, sum(counts[group] for group in groups), asked.href(view=name))
            for name, title, groups in TABS
        ],
        cards=[
            Card(
                title, hint, tone, counts[group], "/live" if group == "phone" else asked.href(view=group),
                min((tally.since for tally in groups[group]), default=None) if group in _OLDEST else None,
            )
            for group, title, hint, tone in _CARDS
        ],
        asked=asked,
        everything="/interviews",
        orders=ORDERS,
        advice=ADVICE,
        saved=_saved(asked),
        may_share=may_review(user()),
        jobs=_jobs(organisation_id, asked.job_id),
        is_filtered=asked.is_filtered,
        any_at_all=sum(counts.values()) > 0,
        older=older,
        newer=newer,
        problem=problem,
        saved_name=name,
        saved_shared=is_shared,
        done=_done(done),
    )  # fmt: skip


def _saved(asked: Asked) -> list[SavedLink]:
    here = asked.kept()
    return [
        SavedLink(view, Asked.of(view.filters).href(), not asked.q and view.filters == here)
        for view in current_services().saved_views.list(user())
    ]


def _done(said: str) -> tuple[str, int] | None:
    """What was done and with how many, as the address of the page afterwards says it."""
    what, _, number = said.partition(".")
    return (what, int(number)) if what in {"cancel", "retry"} and number.isdecimal() and len(number) < 4 else None


def _jobs(organisation_id: str, chosen: str | None) -> tuple[JobView, ...]:
    """The jobs to choose from, the newest first, and the chosen one wherever it stands."""
    jobs = current_services().jobs
    found = jobs.list(organisation_id, JobFilters(), Page(limit=_JOBS)).items
    if chosen is not None and all(job.id != chosen for job in found):
        found = (*found, jobs.get(organisation_id, chosen))
    return tuple(found)
