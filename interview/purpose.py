"""What an interview is held for: to assess a candidate, or for the candidate's own practice."""

from enum import StrEnum


class Purpose(StrEnum):
    """``practice`` is the candidate's own coaching: what is said in it and its report are theirs alone."""

    ASSESSMENT = "assessment"
    PRACTICE = "practice"
