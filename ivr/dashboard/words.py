"""Our codes in a reader's words, and how moments, lengths, numbers and money are written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from interview.integrity_words import observed
from interview.phone import InvalidPhoneNumber, PhoneNumber
from interview.rubric import CRITERIA
from ivr.services.integrity_views import IntegrityNoteView
from ivr.services.views import CostView, EventView, InterviewView, ProgressView


@dataclass(frozen=True, slots=True)
class Label:
    """A chip: its words, its icon in the sprite, and its tone (a class of the style sheet)."""

    text: str
    icon: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an interview stands: a chip, a sentence why, and the moment of what comes next."""

    label: Label
    sentence: str = ""
    before_time: str = ""
    at: datetime | None = None
    is_live: bool = False


_STATUS = {
    "scheduled": Label("Scheduled", "clock", "out"),
    "queued": Label("Waiting to be called", "clock", "out"),
    "dialing": Label("Ringing", "phone", "live"),
    "in_progress": Label("On the phone", "phone", "live"),
    "interrupted": Label("Interrupted", "retry", "cons"),
    "processing": Label("Being scored", "clock", ""),
    "completed": Label("Finished", "ok", ""),
    "needs_review": Label("Needs a person", "person", "cons"),
    "unreachable": Label("Not reached", "retry", "cons"),
    "declined": Label("Declined", "x", "out"),
    "opted_out": Label("Does not want calls", "x", "out"),
    "canceled": Label("Canceled", "x", "out"),
    "failed": Label("Could not be called", "x", "rej"),
}
_RECOMMENDATION = {
    "hire": Label("Hire", "ok", "hire"),
    "consider": Label("Consider", "mid", "cons"),
    "reject": Label("Reject", "x", "rej"),
}
_ANSWER_STATE = {
    "scored": Label("Scored", "ok", "hire"),
    "no_response": Label("Nothing was said", "none", "out"),
    "skipped": Label("Passed over by the candidate", "none", "out"),
    "technical_failure": Label("Lost for a technical reason", "x", "rej"),
    "needs_review": Label("Left for a person to judge", "person", "cons"),
    "pending": Label("Waiting to be scored", "clock", "cons"),
}
_PHASE = {
    "not_started": "The call has just begun.",
    "door": "Hearing who calls and why.",
    "later": "Choosing another time.",
    "identity": "Saying whether it is the right person.",
    "paused": "Taking a break.",
    "stuck": "Being asked whether to go on.",
    "practice": "Trying out how to answer.",
    "playback_due": "Trying out how to answer.",
    "playback": "Hearing the try-out played back.",
    "candidate_question": "Asking something about the job.",
    "resume_question": "Being asked about the résumé.",
    "ended": "Saying goodbye.",
}
_OUTCOME = {
    "completed": "All questions were asked",
    "interrupted": "The call was interrupted",
    "declined": "The candidate declined",
    "callback_requested": "The candidate asked to be called later",
    "human_requested": "The candidate asked for a person",
    "voicemail": "A voicemail answered",
    "no_answer": "Nobody answered",
    "busy": "The line was busy",
    "failed": "The call could not be connected",
    "opted_out": "The candidate does not want to be called again",
}
_REASON = {
    "wrong_person": "Somebody else answered the telephone.",
    "human_requested": "The candidate asked to speak with a person.",
    "attempts_exhausted": "All tries are used up.",
    "no_consent": "There is no consent to call.",
    "opted_out": "The candidate does not want to be called again.",
    "not_whitelisted": "The number is not on the list of numbers that may be called.",
    "number_unreachable": "The carrier cannot reach this number.",
    "called_already": "This person seems to have been called already: our records are older than the carrier's.",
    "number_invalid": "The number cannot be called.",
    "our_fault": "The call ended by a fault of ours.",
    "declined": "The candidate declined the interview.",
}
_EVENT = {
    "interview.scheduled": "Call scheduled",
    "interview.queued": "Invited, call due",
    "call.placing": "Call placed",
    "call.inbound": "Called in",
    "call.browser": "Began to answer in a browser",
    "interview.invited": "Link for the candidate made",
    "interview.call_now": "Call asked for at once",
    "message.sent": "Text message sent",
    "message.failed": "Text message could not be sent",
    "candidate.texted": "Wrote a text message",
    "call.failed": "Call could not be placed",
    "call.unanswered": "Call not answered",
    "interview.words_deleted": "Audio and words deleted",
    "interview.started": "Agreed to automation and recording",
    "interview.resumed": "Agreed again, interview continued",
    "interview.identified": "Confirmed who is speaking",
    "interview.interrupted": "Call interrupted",
    "interview.processing": "Call over, scoring began",
    "interview.completed": "Result made by rule",
    "interview.needs_review": "Left for a person",
    "interview.unreachable": "Not reached, tries used up",
    "interview.declined": "Declined",
    "interview.canceled": "Canceled",
    "interview.failed": "Could not be called",
    "interview.reviewed": "Decided by a person",
    "interview.narrated": "Summary written",
    "candidate.asked_for_person": "Asked for a person",
    "candidate.contested_answer": "Said that an answer is not right",
    "candidate.asked_for_data": "Asked for a copy of their data",
    "request.created": "Request of the candidate written down",
    "request.taken": "Request of the candidate taken on",
    "request.put_down": "Request of the candidate put down again",
    "request.resolved": "Request of the candidate resolved",
    "practice.played": "Practised, and heard the recording",
    "practice.skipped": "Practice left out",
    "practice.not_ready": "Practised; the recording was not ready in time",
    "candidate.question_asked": "Asked something about the job",
    "candidate.question_looked_up": "Answer found among what was approved",
    "candidate.question_answered": "Heard the answer to their question",
    "candidate.question_passed_on": "Their question waits for a person",
    "candidate.question_nothing_said": "No question was heard",
    "resume_question.written": "Question about the résumé written",
    "resume_question.none": "No question about the résumé",
    "resume_question.asked": "Asked about the résumé, not scored",
    "resume_question.answered": "Answered the question about the résumé",
    "resume_question.passed": "Passed over the question about the résumé",
    "resume_question.nothing_said": "Nothing was said about the résumé",
    "resume_question.transcribed": "Answer about the résumé transcribed",
    "candidate.opted_out": "Asked not to be called again",
    "answer.captured": "Answered",
    "answer.passed": "Passed over",
    "answer.knockout": "Answered",
    "answer.transcribed": "Transcribed",
    "follow_up.written": "Follow-up question written",
    "follow_up.asked": "Follow-up question asked",
    "follow_up.answered": "Follow-up question answered",
    "follow_up.passed": "Follow-up question passed over",
    "follow_up.transcribed": "Follow-up answer transcribed",
    "answer.scored": "Rated",
    "answer.feedback": "Feedback noted",
    "review.created": "Decided by a person",
    "feedback.draft_requested": "Feedback sheet asked for",
    "feedback.drafted": "Feedback sheet drafted",
    "feedback.not_drafted": "Feedback sheet could not be drafted",
    "feedback.edited": "Feedback sheet changed",
    "feedback.released": "Feedback released to the candidate",
    "result.opened": "Looked at scores and recommendation",
}
_BY_EMAIL = {"message.sent": "E-mail sent", "message.failed": "E-mail could not be sent"}
_WARNINGS = frozenset({
    "call.failed", "call.unanswered", "interview.interrupted", "interview.needs_review", "interview.unreachable",
    "interview.declined", "interview.failed", "answer.passed", "candidate.asked_for_person", "candidate.opted_out",
    "candidate.question_passed_on", "candidate.contested_answer", "candidate.asked_for_data",
})  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DESCRIPTIONS = {criterion.id: criterion.description for criterion in CRITERIA}
_DIMENSIONS = {criterion.id: criterion.dimension.value for criterion in CRITERIA}


def status_label(status: str) -> Label:
    """The chip of an interview's status alone."""
    return _STATUS.get(status, Label(plain(status), "mid"))


def standing(interview: InterviewView) -> Standing:
    """The chip of an interview, why it stands there, and when it moves on."""
    label = status_label(interview.status)
    action = interview.next_action
    why = interview.waiting_reason or (action.why if action else "")
    at = action.at if action else None
    tries = f"Try {min(interview.attempts + 1, interview.max_attempts)} of {interview.max_attempts}"
    match interview.status:
        case "scheduled" | "queued" | "interrupted":
            before = f"{tries}:" if interview.attempts else "Call:"
            return Standing(label, why, before if at else "", at)
        case "dialing":
            return Standing(label, why, is_live=True)
        case "in_progress":
            return Standing(label, on_the_phone(interview.progress), is_live=True)
        case "processing" if interview.waiting_reason:
            waiting = Label("Waiting to be scored", "clock", "cons")
            because = why.removeprefix("Waiting to be scored: ")
            return Standing(waiting, because[:1].upper() + because[1:], "Next try:" if at else "", at)
        case "unreachable":
            tried = f"Called {interview.attempts} {'time' if interview.attempts == 1 else 'times'}."
            return Standing(label, tried)
        case "completed" | "canceled":
            return Standing(label, "")
        case "needs_review":
            return Standing(label, why)
        case _:
            return Standing(label, _REASON.get(interview.reason_code or "", why))


def on_the_phone(progress: ProgressView) -> str:
    """What is being talked about: ``Question 2 of 5``, or the part of the conversation around the questions."""
    if progress.phase in {"asking", "menu"} and progress.total:
        return f"Question {min(progress.question_index + 1, progress.total)} of {progress.total}"
    return _PHASE.get(progress.phase, "")


def recommendation(code: str | None) -> Label | None:
    """The chip of a recommendation or a decision."""
    return None if code is None else _RECOMMENDATION.get(code, Label(plain(code), "mid"))


def answer_state(code: str) -> Label:
    """The chip of an answer."""
    return _ANSWER_STATE.get(code, Label(plain(code), "mid"))


def note(found: IntegrityNoteView) -> str:
    """What was noticed in an answer, in one sentence."""
    return observed(found.signal, found.value) or plain(found.signal)


def outcome(code: str | None) -> str:
    """How a call ended, in words."""
    return "" if code is None else _OUTCOME.get(code, plain(code))


def reason(code: str | None) -> str:
    """Why an interview ended, in words."""
    return "" if code is None else _REASON.get(code, plain(code))


def event(happened: EventView, questions: Mapping[str, str]) -> str:
    """A line of the timeline; ``questions`` are their short names by id."""
    words = _EVENT.get(happened.type, plain(happened.type))
    if happened.data.get("channel") == "email":
        words = _BY_EMAIL.get(happened.type, words)
    question = questions.get(str(happened.data.get("question", "")))
    return f"{words}: {question}" if question else words


def event_tone(happened: EventView) -> str:
    """Whether a person did it, or it went another way than one would wish."""
    if happened.actor.startswith("user:"):
        return "h"
    return "w" if happened.type in _WARNINGS else ""


def actor(name: str) -> str:
    """Who did something, without the kind in front."""
    kind, _, rest = name.partition(":")
    return rest if rest else {"system": "the system", "candidate": "the candidate"}.get(kind, kind)


def plain(code: str) -> str:
    """A code that has no words of its own: ``answer.transcribed`` becomes "Answer transcribed"."""
    return re.sub(r"[._]+", " ", code).strip().capitalize()


def criterion(id: str) -> str:
    """The name of a criterion: ``named_behaviour`` becomes "Named behaviour"."""
    return plain(id)


def describe_criterion(id: str) -> str:
    """What the rater was told about a criterion."""
    return _DESCRIPTIONS.get(id, "")


def dimension_of(id: str) -> str:
    """To which dimension a criterion belongs."""
    return _DIMENSIONS.get(id, "")


def masked(phone: str) -> str:
    """A number of which one sees enough to know it again: ``+1 ••• 4321``."""
    try:
        return re.sub(r"\*+", " ••• ", PhoneNumber(phone).masked)
    except InvalidPhoneNumber:
        return "•••"


def day(at: datetime) -> str:
    """``2 Mar 2026, 10:00`` in UTC; the browser turns it into its own time."""
    moment = at.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"


def clock(at: datetime) -> str:
    """``10:00:03`` in UTC."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def iso(at: datetime) -> str:
    """For machines."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def minutes(seconds: float | None) -> str:
    """``1:04``, or ``1:02:04`` from an hour on."""
    if seconds is None:
        return ""
    whole = int(seconds + 0.5)
    left, rest = divmod(whole, 60)
    hours, left = divmod(left, 60)
    return f"{hours}:{left:02}:{rest:02}" if hours else f"{left}:{rest:02}"


def score(value: float | None) -> str:
    """One decimal; services have rounded already."""
    return "" if value is None else f"{value:.1f}"


def rating(value: float | None) -> str:
    """A rating 1-5, with a half where the median lies between two."""
    return "" if value is None else f"{value:g}"


def percent(share: float) -> str:
    """A share of one as whole percent."""
    return f"{share * 100:.0f}%"


def money(cost: CostView) -> str:
    """``$0.31``; small sums keep two figures that say something."""
    try:
        amount = Decimal(cost.amount)
    except InvalidOperation:
        return f"{cost.amount} {cost.unit}"
    places = 2 if amount >= Decimal("0.1") or not amount else 4
    return f"${amount:.{places}f}" if cost.unit == "USD" else f"{amount:.{places}f} {cost.unit}"


def initials(name: str) -> str:
    """Two letters for the round badge."""
    parts = [part for part in re.split(r"[\s._@-]+", name) if part]
    return "".join(part[0] for part in parts[:2]).upper()


FILTERS: Mapping[str, Callable[..., Any]] = {
    "actor": actor, "answer_state": answer_state, "clock": clock, "criterion": criterion, "day": day, "note": note,
    "describe_criterion": describe_criterion, "dimension_of": dimension_of, "event_tone": event_tone,
    "initials": initials, "iso": iso, "minutes": minutes, "masked": masked, "money": money, "outcome": outcome,
    "percent": percent, "plain": plain, "rating": rating, "reason": reason, "recommendation": recommendation,
    "score": score, "standing": standing,
}  # fmt: skip
