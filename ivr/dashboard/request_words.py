"""Candidates' requests in words: what is asked, where, and by when it is to be answered."""

import calendar
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ivr.dashboard.words import Label, plain

_KINDS = {
    "human": Label("Wants a person", "person", "cons"),
    "contest": Label("Contests an answer", "scales", "cons"),
    "data": Label("Wants their data", "lock", "cons"),
}
_WHAT = {
    "human": "to speak with a person instead of the automated interview",
    "contest": "to have an answer looked at again",
    "data": "to have, correct or delete what is held about them",
}
_SOURCES = {"call": "in the call", "link": "behind their link", "recruiter": "by letter, e-mail or telephone"}


def request_kind(code: str) -> Label:
    """The chip of a request."""
    return _KINDS.get(code, Label(plain(code), "mid"))


def asks_for(code: str) -> str:
    """What the candidate wants, after "asks"."""
    return _WHAT.get(code, plain(code))


def asked_where(source: str) -> str:
    """How the request reached us."""
    return _SOURCES.get(source, plain(source))


def due_by(asked_at: datetime) -> datetime:
    """One month later: GDPR, Article 12(3), https://eur-lex.europa.eu/eli/reg/2016/679/oj."""
    year, month = (asked_at.year + 1, 1) if asked_at.month == 12 else (asked_at.year, asked_at.month + 1)
    return asked_at.replace(year=year, month=month, day=min(asked_at.day, calendar.monthrange(year, month)[1]))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "asked_where": asked_where, "asks_for": asks_for, "due_by": due_by, "request_kind": request_kind,
}  # fmt: skip
