"""The words of the pages of numbers: stages, reasons, statuses, and how shares, changes and money are written."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from interview.statistics.calibration import Agreement
from ivr.dashboard.words import Label, plain

_STAGE = {
    "invited": "Invited",
    "dialled": "Called",
    "reached": "Somebody answered",
    "consented": "Agreed to the interview",
    "first_question": "Heard the first question",
    "finished": "Conversation over",
    "scored": "Scored",
    "reviewed": "Decided by a person",
}
_LOSS = {
    "waiting": "Waiting to be called",
    "canceled": "Canceled",
    "campaign_canceled": "Campaign canceled",
    "erased": "Erased",
    "busy": "Line busy",
    "no_answer": "Nobody answered",
    "no_key": "Answered, but no key was pressed",
    "voicemail": "Voicemail",
    "not_connected": "Could not be connected",
    "number_unreachable": "Number cannot be reached",
    "called_already": "Called already, before a restore",
    "opted_out": "Wants no calls",
    "hung_up_at_door": "Hung up at the greeting",
    "callback_requested": "Asked to be called later",
    "human_requested": "Asked for a person",
    "wrong_person": "Wrong person",
    "refused_recording": "Refused to be recorded",
    "no_identity": "Did not say who they are",
    "hung_up": "Line lost",
    "silence": "Fell silent",
    "interrupted": "Interrupted",
    "ended_by_candidate": "Ended early by the candidate",
    "ended_by_us": "Ended early by us",
    "our_fault": "A fault of ours",
    "on_the_telephone": "On the phone now",
    "being_scored": "Being scored",
    "no_score": "No score: too little could be rated",
    "decided_without_score": "Decided without a score",
    "awaiting_review": "Waiting for a decision",
    "not_whitelisted": "Not on the list of numbers",
    "no_consent": "No consent",
}
_IMPACT = {
    "ok": Label("No sign", "ok", "hire"),
    "watch": Label("Watch", "mid", "cons"),
    "flag": Label("Look into it", "x", "rej"),
    "insufficient": Label("Too few", "none", "out"),
}
_DRIFT = {
    "ok": Label("Steady", "ok", "hire"),
    "alarm": Label("Moved", "x", "rej"),
    "insufficient": Label("Too few scores", "none", "out"),
}
_RUN = {
    "ok": Label("As known", "ok", "hire"),
    "first": Label("Frozen", "ok", ""),
    "pending": Label("Being rated", "clock", "out"),
    "drifted": Label("Moved", "x", "rej"),
    "failed": Label("Failed", "x", "rej"),
    "incomplete": Label("Incomplete", "mid", "cons"),
    "insufficient": Label("Too few", "none", "out"),
}
_CALIBRATION = {
    "ok": Label("Agrees like people do", "ok", "hire"),
    "warn": Label("Under people’s agreement", "mid", "cons"),
    "insufficient": Label("Not enough yet", "none", "out"),
}
_PURPOSE = {
    "answer_rating": "Rating answers",
    "candidate_feedback": "Feedback drafts",
    "candidate_profile": "Profiles from résumés",
    "embedding": "Looking up facts",
    "follow_up": "Follow-up questions",
    "interview_narrative": "Summaries",
    "interview_questions": "Writing questions",
    "other": "Everything else",
    "question_check": "Checking questions",
    "resume_question": "Questions about the résumé",
    "speech": "Speaking questions",
    "transcription": "Transcription",
}
# Up to here agreement is fair at best (Landis and Koch 1977, https://doi.org/10.2307/2529310).
_FAIR_KAPPA = 0.4
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOTHING = "–"


def stage(code: str) -> str:
    """A stage of the funnel."""
    return _STAGE.get(code, plain(code))


def loss(code: str) -> str:
    """Why an interview came no further."""
    return _LOSS.get(code, plain(code))


def lower_first(text: str) -> str:
    """A reason in the middle of a line."""
    return text[:1].lower() + text[1:]


def impact(code: str) -> Label:
    """The chip of a group's rate beside the others'."""
    return _IMPACT.get(code, Label(plain(code), "mid"))


def drifted(code: str) -> Label:
    """The chip of a model with its prompt."""
    return _DRIFT.get(code, Label(plain(code), "mid"))


def control_run(code: str) -> Label:
    """The chip of a run over control answers."""
    return _RUN.get(code, Label(plain(code), "mid"))


def calibrated(found: Agreement) -> Label:
    """The chip of a rating round. That the model agrees no worse than people do is no praise where people hardly do."""
    if found.human_human is not None and found.human_human < _FAIR_KAPPA:
        return Label("People hardly agree themselves", "mid", "cons")
    return _CALIBRATION.get(found.status.value, Label(plain(found.status.value), "mid"))


def purpose(code: str | None) -> str:
    """What a model was asked for."""
    return _NOTHING if code is None else _PURPOSE.get(code, plain(code))


def share(value: float | None) -> str:
    """A share of one in whole percent, a dash where there is none."""
    return _NOTHING if value is None else f"{value * 100:.0f}%"


def number(value: float | None, places: int = 2) -> str:
    """A figure with so many places, a dash where there is none."""
    return _NOTHING if value is None else f"{value:.{places}f}".replace("-", "−")


def change(value: float | None, places: int = 2) -> str:
    """A difference with its sign, a true minus; a dash where there is none."""
    return _NOTHING if value is None else f"{value:+.{places}f}".replace("-", "−")


def usd(amount: str | None) -> str:
    """``$0.31``; small sums keep four places."""
    if amount is None:
        return _NOTHING
    value = Decimal(amount)
    return f"${value:,.{2 if value >= Decimal('0.1') or not value else 4}f}"


def date_of(day: date) -> str:
    """``2 Mar``."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def month_of(day: date) -> str:
    """``Mar 2026``."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "calibrated": calibrated, "change": change, "control_run": control_run, "date_of": date_of, "drifted": drifted,
    "impact": impact, "loss": loss, "lower_first": lower_first, "month_of": month_of, "number": number,
    "purpose": purpose, "share": share, "stage": stage, "usd": usd,
}  # fmt: skip
