"""What was said in practice, and how it went, is the candidate's: the organisation sees that it took place, no more."""

from db.models import Interview
from interview.purpose import Purpose
from ivr.services.errors import Conflict


def is_practice(interview: Interview) -> bool:
    """Whether it is the candidate's own practice."""
    return interview.purpose == Purpose.PRACTICE.value


def refuse_practice(interview: Interview) -> None:
    """Raises Conflict ``practice_is_private`` for the candidate's own practice."""
    if is_practice(interview):
        raise Conflict(
            "practice_is_private",
            "This is the candidate's own practice: its answers and its report are shown to the candidate alone.",
            "The candidate reads the report behind their link.",
        )
