"""The feedback sheet as a form holds it: an entry a line."""

from dataclasses import dataclass

from ivr.services.feedback import FeedbackDraft
from ivr.services.feedback_views import FeedbackView

_LONGEST_FIELD = 4000


@dataclass(frozen=True, slots=True)
class FeedbackForm:
    """What stands in the two fields, and why it was refused."""

    strengths: str = ""
    topics: str = ""
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, view: FeedbackView | None) -> "FeedbackForm":
        """The form of a sheet as it stands."""
        return cls() if view is None else cls("\n".join(view.strengths), "\n".join(view.topics))

    def draft(self, *, release: bool) -> FeedbackDraft:
        """The sheet as the service takes it; empty lines are none."""
        return FeedbackDraft(_lines(self.strengths), _lines(self.topics), release)


def _lines(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in text[:_LONGEST_FIELD].splitlines())
    return tuple(line for line in lines if line)
