"""Which part of the data a page of numbers shows, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import request

from ivr.current import current_services
from ivr.services.drafts import JobFilters, Page
from ivr.services.statistics_drafts import AnalyticsFilters
from ivr.services.views import JobView

# In the address, in words, and how long it is; None is everything there is.
PERIODS = (
    ("30", "Last 30 days", timedelta(days=30)),
    ("90", "Last 90 days", timedelta(days=90)),
    ("365", "Last 12 months", timedelta(days=365)),
    ("all", "All time", None),
)
_DEFAULT = "90"
_JOBS = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen; anything unknown in the address is as if it were not there."""

    path: str
    period: str
    job_id: str | None
    with_demo: bool
    by: str
    now: datetime

    def filters(self) -> AnalyticsFilters:
        """The choice as the services take it."""
        length = next(length for name, _, length in PERIODS if name == self.period)
        since = None if length is None else self.now - length
        return AnalyticsFilters(self.job_id, since, None, self.with_demo)

    def part(self, name: str) -> str:
        """The address of a part of the page that is asked for by itself."""
        return self.href(by=self.by, path=f"{self.path}/{name}")

    def whole(self) -> str:
        """The same address with all parts in the page."""
        return self.href(by=self.by, more={"all": "1"})

    def href(self, *, by: str, path: str | None = None, more: Mapping[str, str] | None = None) -> str:
        """The same address with another unit of time."""
        path = path or self.path
        pairs = {
            "period": self.period if self.period != _DEFAULT else "",
            "job": self.job_id or "",
            "demo": "1" if self.with_demo else "",
            "by": by if by != "week" else "",
        }
        query = urlencode({name: value for name, value in (pairs | dict(more or {})).items() if value})
        return f"{path}?{query}" if query else path


def chosen(path: str | None = None) -> Chosen:
    """What the address of this request says; ``path`` is the page's where only a part of it was asked for."""
    given = request.args
    period = given.get("period", _DEFAULT)
    return Chosen(
        path or request.path,
        period if any(period == name for name, *_ in PERIODS) else _DEFAULT,
        given.get("job") or None,
        given.get("demo") == "1",
        "month" if given.get("by") == "month" else "week",
        current_services().clock(),
    )


def jobs_to_choose(organisation_id: str, job_id: str | None) -> tuple[JobView, ...]:
    """The newest jobs, and the chosen one wherever it stands. Raises NotFound for one of another organisation."""
    jobs = current_services().jobs
    found = jobs.list(organisation_id, JobFilters(), Page(limit=_JOBS)).items
    if job_id is not None and all(job.id != job_id for job in found):
        found = (*found, jobs.get(organisation_id, job_id))
    return tuple(found)
