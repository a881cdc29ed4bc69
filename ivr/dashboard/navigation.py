"""The sections of the dashboard: one table, in the order in which the page's head lists them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ivr.services.roles import Permission


@dataclass(frozen=True, slots=True)
class Section:
    """One entry: its address, the icon's name in ``icons.html``, what it is called, and who sees it."""

    href: str
    icon: str
    name: str
    needs: Permission = Permission.VIEW


SECTIONS = (
    Section("/interviews", "list", "Interviews"),
    Section("/live", "phone", "Live calls"),
    Section("/jobs", "job", "Jobs"),
    Section("/candidates", "people", "Candidates"),
    Section("/campaigns", "campaign", "Campaigns"),
    Section("/requests", "hand", "Requests"),
    Section("/insights", "chart", "Insights"),
    Section("/fairness", "scales", "Fairness and drift"),
    Section("/calibration", "target", "Calibration"),
    Section("/people", "person", "People", Permission.ADMINISTER),
    Section("/keys", "key", "Keys and webhooks", Permission.ADMINISTER),
    Section("/settings", "sliders", "Settings", Permission.ADMINISTER),
    Section("/status", "pulse", "Status"),
)


def sections_for(permits: Collection[Permission]) -> list[Section]:
    """What somebody with these permissions is shown."""
    return [section for section in SECTIONS if section.needs in permits]


GLOBALS: dict[str, Any] = {"sections_for": sections_for}
