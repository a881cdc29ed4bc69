"""Every page of the dashboard, by the name under which it is photographed and looked at for barriers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """One page in one state. ``path`` names what it shows in braces: ``/interviews/{interview}``."""

    name: str
    path: str

    def address(self, ids: Mapping[str, str]) -> str:
        """Its path with these ids. Raises KeyError for one that is not given."""
        return self.path.format_map(ids)


# As somebody sees them who has not logged in.
OUTSIDE = (
    Shown("login", "/login"),
    Shown("forgot", "/login/forgot"),
)
# As an administrator sees them in a house with interviews, the newest state of each.
PAGES = (
    Shown("interviews", "/interviews"),
    Shown("interviews-nothing-found", "/interviews?q=nobody"),
    Shown("interview", "/interviews/{interview}"),
    Shown("insights", "/insights?demo=1"),
    Shown("insights-empty", "/insights"),
    Shown("fairness", "/fairness?demo=1"),
    Shown("calibration", "/calibration?demo=1"),
    Shown("people", "/people"),
    Shown("not-found", "/nowhere"),
)
# What is read in an empty house as well: nothing there yet, and what to do about it.
EMPTY = tuple(Shown(f"{one.name}-new-house", one.path) for one in PAGES if "{" not in one.path and "?" not in one.path)
# Read without being a page of its own.
FILES = frozenset(
    {
        "dashboard.static",
        "dashboard.branding_styles",
        "dashboard.branding_logo",
        "dashboard.audio",
        "dashboard.scorecard",
    }
)
# Reached by a link that works once, or led on from.
ONCE = frozenset({"dashboard.home", "dashboard.link_page", "dashboard.password_page", "dashboard.calibration"})
