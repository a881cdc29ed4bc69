"""How the house stands, in sentences: each part with its chip, what work is called, why it waits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ivr.dashboard.words import Label, plain
from ivr.services.house_status import HouseStatus, ModelStanding
from ivr.services.work import ParkedView

# What is a warning from so many days before a model ends, and from how old the queue is no more just busy.
SOON_DAYS = 60
OLD_S = 120.0
OK, WARN, BAD, OFF = (
    Label("Works", "ok", "hire"), Label("Look at it", "mid", "cons"), Label("Down", "x", "rej"),
    Label("Not set up", "none", "out"),
)  # fmt: skip
_WORK = {
    "announce_event": "Telling webhooks of an event",
    "answer_candidate_question": "Answering a candidate’s question",
    "check_questions": "Checking questions",
    "conclude_interview": "Making a result",
    "delete_carrier_copies": "Deleting copies at the carrier",
    "delete_recording": "Deleting a recording at the carrier",
    "deliver_webhook": "Sending a message to a webhook",
    "discard_practice": "Deleting a practice recording",
    "draft_feedback": "Drafting feedback",
    "draft_profile": "Drafting a profile",
    "end_sitting": "Ending an interview in the browser",
    "erase_candidate": "Forgetting a person",
    "erase_job": "Deleting a job",
    "narrate_interview": "Writing a summary",
    "note_integrity": "Looking at how answers were given",
    "place_call": "Placing a call",
    "place_test_call": "Placing a test call",
    "rate_controls": "Rating control answers",
    "read_resume": "Reading a résumé",
    "reconcile_call": "Asking the carrier what became of a call",
    "run_campaign": "Running a campaign",
    "score_answer": "Rating an answer",
    "send_account_email": "Sending an e-mail about an account",
    "send_alert": "Alerting the operator",
    "send_email": "Sending an e-mail",
    "send_sms": "Sending a text message",
    "speak_text": "Speaking a question",
    "transcribe_answer": "Transcribing an answer",
    "transcribe_resume_answer": "Transcribing an answer about a résumé",
    "write_follow_up": "Writing a follow-up question",
    "write_questions": "Writing questions",
    "write_resume_question": "Writing a question about a résumé",
}
# Work that asks a model.
NEEDS_MODEL = frozenset({
    "answer_candidate_question", "check_questions", "draft_feedback", "draft_profile", "narrate_interview",
    "rate_controls", "score_answer", "speak_text", "transcribe_answer",
    "transcribe_resume_answer", "write_follow_up", "write_questions", "write_resume_question",
})  # fmt: skip
# What work that asks a model may also fail of: the carrier's and the store's codes.
_NOT_OF_MODELS = frozenset({
    "bad_address", "bad_response", "bad_sid", "certificate", "no_answer_in_time", "not_audio", "not_ready",
    "redirected", "redis", "storage", "unmarked_response", "unreachable",
})  # fmt: skip
_WAITS = {
    "waiting_for_configuration": "Waits for a setting to be put right.",
    "poison": "It broke off five times; it is not begun again by itself.",
    "given_up": "Given up after all its tries.",
}
# ``TypeError at ivr.services.x:12``: where our own code broke off is for the log, not for a page.
_OURS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?: at [\w.?]+:\d+)?")
_CODE = re.compile(r"([a-z][a-z0-9_]*): ")


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the house: its name, its chip, and a sentence with, perhaps, a moment after it."""

    name: str
    label: Label
    sentence: str
    at: datetime | None = None
    after: str = ""

    @property
    def is_fine(self) -> bool:
        return self.label in (OK, OFF)


def lines_of(found: HouseStatus) -> tuple[Line, ...]:
    """Every part of the house in a sentence."""
    return (_database(found), _redis(found), _workers(found), _calls(found), _models(found), _queue(found))


def work_name(kind: str) -> str:
    """A kind of work in words."""
    return _WORK.get(kind, plain(kind))


def why_it_waits(parked: ParkedView) -> str:
    """Why a piece of work waits, in a sentence."""
    return _WAITS.get(parked.reason, "It waits for a person.")


def fault(error: str | None) -> str:
    """What failed, in a sentence without codes and places in our code."""
    text = (error or "").strip()
    if not text or _OURS.fullmatch(text):
        return "A fault of ours; the worker’s log says where."
    text = _CODE.sub("", text, count=1)
    return text[:1].upper() + text[1:]


def days_left(ends_on: date, now: datetime) -> str:
    """``in 12 days``, ``tomorrow``, ``since 3 days``."""
    days = (ends_on - now.date()).days
    if days < 0:
        return "since yesterday" if days == -1 else f"for {-days} days"
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def model_standing(model: ModelStanding, now: datetime) -> Label:
    """The chip of a model."""
    if model.ends_on is not None and model.ends_on <= now.date():
        return Label("Shut down", "x", "rej")
    if model.offered is False:
        return Label("Unknown to its server", "x", "rej")
    if model.ends_on is not None and (model.ends_on - now.date()).days <= SOON_DAYS:
        return Label("Ends soon", "mid", "cons")
    if model.problem is not None:
        return Label("Could not be asked", "mid", "cons")
    if model.offered is None:
        return Label("Not looked at yet", "none", "out")
    return Label("Offered", "ok", "hire")


def long(seconds: float) -> str:
    """``12 seconds``, ``3 minutes``, ``2 hours``, ``4 days``."""
    for name, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length or (seconds >= length and name != "minute"):
            count = int(seconds // length)
            return f"{count} {name}{'' if count == 1 else 's'}"
    count = max(0, int(seconds))
    return f"{count} second{'' if count == 1 else 's'}"


def _database(found: HouseStatus) -> Line:
    if found.parts.database:
        return Line("Database", OK, "It answers: what candidates say is kept.")
    return Line("Database", BAD, "It does not answer. The carrier is asked to try again, and callers hear an apology.")


def _redis(found: HouseStatus) -> Line:
    if found.parts.redis:
        return Line("Redis", OK, "It answers: workers are told at once of what is due.")
    return Line(
        "Redis", BAD,
        "It does not answer, so no new work is begun. Nothing is lost: calls that run go on, work waits in the "
        "database and begins by itself when Redis is back.",
    )  # fmt: skip


def _workers(found: HouseStatus) -> Line:
    signs = found.parts.workers
    if not found.parts.redis:
        return Line("Workers", WARN, "Whether any runs cannot be told while Redis is away.")
    if not signs:
        return Line(
            "Workers", BAD,
            "No worker has given a sign of life for a minute: nobody is called, and nothing is written down or rated, "
            "until one is started.",
        )  # fmt: skip
    count = "One runs" if len(signs) == 1 else f"{len(signs)} run"
    return Line("Workers", OK, f"{count}; last sign of life {long(signs[0])} ago.")


def _calls(found: HouseStatus) -> Line:
    if found.is_stopped:
        return Line("Calls", BAD, "The stop switch is set: nothing is dialled until it is released.")
    if found.paused_until is not None:
        return Line(
            "Calls", WARN, "Half of the last calls failed, so none is placed until", found.paused_until,
            "; then one tries whether the line is well again.",
        )  # fmt: skip
    return Line("Calls", OK, "They are placed as the rules allow.")


def _models(found: HouseStatus) -> Line:
    if not found.has_model:
        return Line(
            "Models", OFF,
            "No model is set up: interviews are held and wait to be scored, questions come from the built-in bank. "
            "Whoever runs this sets OPENAI_API_KEY, or names a model server of their own.",
        )  # fmt: skip
    waiting = [(one.count, one.error) for one in found.work.retried if _is_of_models(one.kind, one.error)]
    waiting += [
        (1, one.error or "")
        for one in found.work.parked
        if one.reason == "waiting_for_configuration" and _is_of_models(one.kind, one.error)
    ]
    if waiting:
        count = sum(number for number, _ in waiting)
        pieces = "one piece of work waits" if count == 1 else f"{count} pieces of work wait"
        sentence = f"They are not to be had, and {pieces}: {fault(waiting[0][1])}"
        return Line("Models", BAD, f"{sentence} It goes on by itself when they answer; nothing is rated meanwhile.")
    poor = [one.name for one in found.models if model_standing(one, found.at).tone in {"cons", "rej"}]
    if poor:
        return Line("Models", WARN, f"Look at {', '.join(poor)}, below.")
    return Line("Models", OK, "No work waits for them.")


def _is_of_models(kind: str, error: str | None) -> bool:
    """Whether this failed because of a model, rather than because of the carrier or of ourselves."""
    code = _CODE.match(error or "")
    return kind in NEEDS_MODEL and code is not None and code[1] not in _NOT_OF_MODELS


def _queue(found: HouseStatus) -> Line:
    queue = found.work.queue
    parts = [f"{queue.running or 'none'} being done", f"{queue.later or 'none'} to come at a time of their own"]
    if not queue.due:
        return Line("Queue", OK, f"Nothing waits to be begun; {', '.join(parts)}.")
    age_s = 0.0 if queue.oldest_due_at is None else max(0.0, (found.at - queue.oldest_due_at).total_seconds())
    waits = "One waits" if queue.due == 1 else f"{queue.due} wait"
    sentence = f"{waits} to be begun, the oldest for {long(age_s)}; {', '.join(parts)}."
    return Line("Queue", WARN if age_s > OLD_S else OK, sentence)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "days_left": days_left, "fault": fault, "model_standing": model_standing, "why_it_waits": why_it_waits,
    "work_name": work_name,
}  # fmt: skip
