"""What the address of the list of interviews says: which of them, in which order, and from where on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from interview.lifecycle import TERMINAL, InterviewStatus
from ivr.services.drafts import InterviewFilters
from ivr.services.interview_lists import Order

_S = InterviewStatus
_LONGEST_SEARCH = 100
# How many pages back "Before" knows the way; from further on it leads to the first.
TRAIL = 20

GROUPS: Mapping[str, tuple[_S, ...]] = {
    "review": (_S.NEEDS_REVIEW,),
    "unreached": (_S.UNREACHABLE, _S.FAILED),
    "phone": (_S.DIALING, _S.IN_PROGRESS),
    "waiting": (_S.SCHEDULED, _S.QUEUED),
    "scoring": (_S.INTERRUPTED, _S.PROCESSING),
    "done": tuple(sorted(TERMINAL - {_S.NEEDS_REVIEW, _S.UNREACHABLE, _S.FAILED})),
}
# Tabs by the groups above that they add up.
TABS = (
    ("all", "All", tuple(GROUPS)),
    ("person", "Needs a person", ("review", "unreached")),
    ("under_way", "Under way", ("phone", "scoring")),
    ("waiting", "Waiting", ("waiting",)),
    ("finished", "Finished", ("review", "unreached", "done")),
)
ORDERS = (
    (Order.NEWEST, "Newest first"),
    (Order.WAITING, "Needs a person longest"),
    (Order.SCORE, "Highest score"),
)
ADVICE = ("hire", "consider", "reject")
# What a saved view keeps. Not the name that was searched for: views are shared, and erasure does not look into them.
KEPT = ("view", "job", "from", "to", "advice", "sort")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; anything unknown in it is as if it were not there. ``until`` is the last day."""

    view: str
    q: str
    job_id: str | None
    since: date | None
    until: date | None
    advice: str | None
    order: Order
    cursor: str | None
    trail: tuple[str, ...]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """From an address's query, or from what a saved view kept."""
        view, advice, order = given.get("view", "all"), given.get("advice"), given.get("sort", "")
        known = {name for name, *_ in TABS} | set(GROUPS)
        return cls(
            view=view if view in known else "all",
            q=given.get("q", "").strip()[:_LONGEST_SEARCH],
            job_id=given.get("job") or None,
            since=_day(given.get("from")),
            until=_day(given.get("to")),
            advice=advice if advice in ADVICE else None,
            order=Order(order) if order in list(Order) else Order.NEWEST,
            cursor=given.get("cursor") or None,
            trail=tuple(part for part in given.get("trail", "").split(",") if part)[-TRAIL:],
        )

    @property
    def is_filtered(self) -> bool:
        """Whether more than a tab was chosen."""
        return bool(self.q or self.job_id or self.since or self.until or self.advice)

    def pairs(self) -> dict[str, str]:
        """What stands in the address, without what goes without saying."""
        found = {
            "view": self.view if self.view != "all" else "",
            "q": self.q,
            "job": self.job_id or "",
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "advice": self.advice or "",
            "sort": self.order.value if self.order is not Order.NEWEST else "",
            "cursor": self.cursor or "",
            "trail": ",".join(self.trail),
        }
        return {name: value for name, value in found.items() if value}

    def kept(self) -> dict[str, str]:
        """What a saved view keeps of it."""
        return {name: value for name, value in self.pairs().items() if name in KEPT}

    def href(self, path: str = "/interviews", **changes: Any) -> str:
        """The address with these changes; a change of what is listed begins at the first page."""
        pairs = replace(self, **({"cursor": None, "trail": ()} | changes)).pairs()
        query = urlencode(pairs)
        return f"{path}?{query}" if query else path

    def filters(self, statuses: tuple[_S, ...] | None = None) -> InterviewFilters:
        """The choice as the services take it; ``statuses`` instead of those of the view."""
        return InterviewFilters(
            job_id=self.job_id,
            statuses=tuple(status.value for status in (self._statuses() if statuses is None else statuses)),
            recommendation=self.advice,
            created_from=_begin(self.since),
            created_to=_begin(self.until + timedelta(days=1)) if self.until else None,
            q=self.q or None,
        )

    def _statuses(self) -> tuple[_S, ...]:
        """The statuses of a tab, or of a card's own view; empty means all."""
        if self.view == "all":
            return ()
        groups = next((groups for name, _, groups in TABS if name == self.view), (self.view,))
        return tuple(status for group in groups for status in GROUPS[group])


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    # Python's own last day has no day after it.
    return found if 1970 <= found.year <= 2999 else None


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
