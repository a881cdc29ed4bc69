"""Outgoing webhooks in words: events, what became of a message, and why an endpoint is told nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from ivr.dashboard.words import Label, plain

_STATES = {
    "pending": Label("On its way", "clock", "live"),
    "delivered": Label("Delivered", "ok", "hire"),
    "failed": Label("Given up", "x", "rej"),
    "dropped": Label("Nothing to say", "none", "out"),
}
_DISABLED = {
    "requested": "Switched off by somebody here.",
    "gone": "The receiver answered 410 Gone: it wants no more messages.",
    "failing": "Nothing could be delivered for three days, so we stopped trying.",
    "secret_lost": "Its secret was sealed under a SECRET_KEY that is gone. Make a new secret, then switch it on.",
}
_EVENTS = {
    "*": "Everything, new kinds too",
    "job.questions_ready": "Questions of a job are ready",
    "interview.scheduled": "Interview scheduled",
    "interview.started": "Interview begun",
    "interview.interrupted": "Interview interrupted",
    "interview.completed": "Interview completed",
    "interview.needs_review": "Interview left for a person",
    "interview.unreachable": "Candidate not reached",
    "interview.declined": "Interview declined",
    "interview.canceled": "Interview canceled",
    "interview.failed": "Interview failed",
    "answer.transcribed": "Answer transcribed",
    "answer.scored": "Answer scored",
    "candidate.opted_out": "Candidate wants no more calls",
    "review.created": "A person has decided",
    "webhook.test": "Test message",
}


def delivery_state(code: str) -> Label:
    """The chip of a message."""
    return _STATES.get(code, Label(plain(code), "mid"))


def disabled(code: str | None) -> str:
    """Why nothing is sent to an endpoint."""
    return _DISABLED.get(code or "", "It is switched off.")


def event_name(type_: str) -> str:
    """An event's name for people."""
    return _EVENTS.get(type_, plain(type_))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "delivery_state": delivery_state, "disabled": disabled, "event_name": event_name,
}  # fmt: skip
