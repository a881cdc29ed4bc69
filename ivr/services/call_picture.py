"""The talk as one picture: calls laid end to end, and where in them each answer was given (no recording is needed)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ivr.services.views import AnswerView, CallView, InterviewView

CAPTURED = "answer.captured"


@dataclass(frozen=True, slots=True)
class CallSpan:
    """A call that somebody took, in seconds of the picture."""

    attempt: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """One take within the picture; ``answer_id`` leads to its waveform."""

    answer_id: str
    question_id: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class CallPicture:
    """All calls of an interview that somebody took, ``duration_s`` in all, without the time between them."""

    duration_s: float
    calls: tuple[CallSpan, ...]
    answers: tuple[AnswerSpan, ...]


def call_picture(interview: InterviewView) -> CallPicture | None:
    """The picture, or None while no call has ended or no answer is known to lie in one.

    An answer is known by the moment at which it ended and by its length, so that its place is right to a second or two.
    """
    calls = [call for call in interview.calls if _length_s(call) > 0]
    spans, begins = [], []
    at_s = 0.0
    for call in calls:
        spans.append(CallSpan(call.attempt, at_s, at_s + _length_s(call)))
        begins.append((call, at_s))
        at_s += _length_s(call)
    answers = []
    free_from_s = 0.0
    for take, ended_at in _captured(interview):
        place_s = _place_s(ended_at, begins)
        if place_s is None:
            continue
        # Two takes never overlap: what does not fit, because the length is the carrier's and the end is ours, is cut.
        start_s = max(free_from_s, place_s - take.duration_s)
        if place_s > start_s:
            answers.append(AnswerSpan(take.id, take.question.id, round(start_s, 1), round(place_s, 1)))
            free_from_s = place_s
    return CallPicture(at_s, tuple(spans), tuple(answers)) if answers else None


def _length_s(call: CallView) -> float:
    if call.started_at is None or call.ended_at is None:
        return 0.0
    return max(0.0, (call.ended_at - call.started_at).total_seconds())


def _captured(interview: InterviewView) -> Iterable[tuple[AnswerView, datetime]]:
    """Each take that was recorded with the moment of its end, in the order in which they were given."""
    takes = {(answer.question.id, answer.take): answer for answer in interview.answers}
    for event in sorted(interview.timeline, key=lambda one: one.at):
        if event.type == CAPTURED:
            take = takes.get((str(event.data.get("question")), int(event.data.get("take", 1))))
            if take is not None and take.duration_s > 0:
                yield take, event.at


def _place_s(at: datetime, begins: Iterable[tuple[CallView, float]]) -> float | None:
    for call, start_s in begins:
        if call.started_at is not None and call.ended_at is not None and call.started_at <= at:
            into_s = (at - call.started_at).total_seconds()
            if into_s <= _length_s(call):
                return start_s + into_s
    return None
