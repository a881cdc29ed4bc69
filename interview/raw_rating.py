"""One sample of a rating as the model gave it, read strictly (assessment J10): nothing is guessed or filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview.question import Question
from interview.reply_reader import ReplyReader
from interview.rubric import Criterion


class KeyPointStatus(StrEnum):
    """In rising order."""

    MISSING = "missing"
    PARTIAL = "partial"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class RawKeyPoint:
    id: str
    status: KeyPointStatus
    quote: str | None


@dataclass(frozen=True, slots=True)
class RawCriterion:
    """``rating`` 1-5, or None where the model could not rate."""

    id: str
    reason: str
    quotes: tuple[str, ...]
    rating: int | None


@dataclass(frozen=True, slots=True)
class RawRating:
    """One sample, well formed and otherwise unchecked: key points and criteria in the question's order."""

    key_points: tuple[RawKeyPoint, ...]
    criteria: tuple[RawCriterion, ...]
    off_topic: bool
    needs_clarification: bool
    cannot_score_reason: str | None
    injection_suspected: bool


class BadRating(Exception):
    """The model's output is no rating of this question; ``problems`` say why, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse_rating(obj: object, question: Question, criteria: Sequence[Criterion]) -> RawRating:
    """The sample in ``obj`` (decoded JSON of an ``answer_rating`` reply).

    Raises:
        BadRating: anything is missing, unknown, double, of the wrong type or out of range (J10).
    """
    reader = ReplyReader()
    top = reader.record(obj, "the reply", _TOP)
    if top is None:
        raise BadRating(tuple(reader.problems))
    key_points = tuple(
        RawKeyPoint(
            id,
            reader.choice(item["status"], f"the status of {id}", KeyPointStatus) or KeyPointStatus.MISSING,
            reader.text_or_null(item["quote"], f"the quote of {id}"),
        )
        for id, item in reader.each(top["key_points"], "key_points", _KEY_POINT, [p.id for p in question.key_points])
    )
    judged = tuple(
        RawCriterion(
            id,
            reader.text(item["reason"], f"the reason of {id}"),
            reader.texts(item["quotes"], f"the quotes of {id}"),
            reader.rating(item["rating"], f"the rating of {id}"),
        )
        for id, item in reader.each(top["criteria"], "criteria", _CRITERION, [c.id for c in criteria])
    )
    rating = RawRating(
        key_points,
        judged,
        reader.flag(top["off_topic"], "off_topic"),
        reader.flag(top["needs_clarification"], "needs_clarification"),
        reader.text_or_null(top["cannot_score_reason"], "cannot_score_reason"),
        reader.flag(top["injection_suspected"], "injection_suspected"),
    )
    if reader.problems:
        raise BadRating(tuple(dict.fromkeys(reader.problems)))
    return rating


_TOP = frozenset(
    {"key_points", "criteria", "off_topic", "needs_clarification", "cannot_score_reason", "injection_suspected"}
)
_KEY_POINT = frozenset({"id", "status", "quote"})
_CRITERION = frozenset({"id", "reason", "quotes", "rating"})
