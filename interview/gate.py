"""The gate before dialling: every rule that must hold before a candidate's telephone rings, and when to try again.

It runs when an interview is created and again just before the carrier is asked; both times on facts read afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from interview.calling_hours import (
    DAY_WORDS,
    CallingHours,
    HoursLimit,
    allowed_at,
    clocks_of,
    local_words,
    next_allowed,
    window_of,
)
from interview.phone import NEVER_DIALLED, NumberClass, PhoneNumber, WhitelistPattern

_LINE_BUSY_WAIT = timedelta(minutes=1)


class GateReason(StrEnum):
    """Why a number may not be dialled now; the same words as the API's codes."""

    NOT_WHITELISTED = "not_whitelisted"
    NUMBER_INVALID = "number_invalid"
    NUMBER_CLASS = "number_class"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    QUESTIONS_NOT_APPROVED = "questions_not_approved"
    STOPPED = "stopped"
    OUTSIDE_CALLING_HOURS = "outside_calling_hours"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    COOLING_DOWN = "cooling_down"
    DAILY_LIMIT = "daily_limit"
    LINE_BUSY = "line_busy"
    BUDGET_EXCEEDED = "budget_exceeded"
    CIRCUIT_OPEN = "circuit_open"


@dataclass(frozen=True, slots=True)
class DialFacts:
    """Everything the gate looks at. ``now``, ``last_rang_at`` and ``breaker_open_until`` are UTC; days are UTC days.

    ``zones`` is the candidate's own zone where it is known, else every zone in which the number may be
    (``PhoneNumber.zones``). Only calls that rang count as attempts.
    """

    number: PhoneNumber
    number_class: NumberClass
    whitelist: tuple[WhitelistPattern, ...]
    is_opted_out: bool
    has_consent: bool
    now: datetime
    zones: tuple[str, ...]
    calling_hours: CallingHours
    hours_limit: HoursLimit
    calls_that_rang: int
    max_attempts: int
    last_rang_at: datetime | None
    cooldown_minutes: int
    active_calls: int
    max_concurrent: int
    calls_today_number: int
    max_calls_per_number_per_day: int
    calls_today: int
    max_calls_per_day: int
    spent_usd: Decimal
    budget_usd: Decimal | None
    is_stopped: bool
    breaker_open_until: datetime | None
    questions_approved: bool

    def __post_init__(self) -> None:
        instants = (self.now, self.last_rang_at, self.breaker_open_until)
        if any(instant is not None and instant.tzinfo is None for instant in instants):
            raise ValueError("the gate's instants must carry a time zone")


@dataclass(frozen=True, slots=True)
class Allowed:
    """The number may be dialled now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason why not, in words for a recruiter. Without ``retry_at`` (UTC) it stays so until a person acts."""

    reason: GateReason
    sentence: str
    hint: str
    retry_at: datetime | None = None


Verdict = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says by itself; ``rule`` is its name, ``refused`` is None when it lets the call through."""

    rule: str
    refused: Refused | None


def may_dial(facts: DialFacts) -> Verdict:
    """Whether the number may be dialled at ``facts.now``: the first rule that refuses, or Allowed.

    What only a person can change comes before what passes with time, so that nobody waits for a call that cannot be.
    """
    for rule in _RULES.values():
        if refused := rule(facts):
            return refused
    return Allowed()


def every_check(facts: DialFacts) -> tuple[Check, ...]:
    """What each rule says, in the order in which ``may_dial`` asks them: for people who put things right."""
    return tuple(Check(name, rule(facts)) for name, rule in _RULES.items())


def _whitelist(facts: DialFacts) -> Refused | None:
    if any(pattern.matches(facts.number) for pattern in facts.whitelist):
        return None
    return Refused(
        GateReason.NOT_WHITELISTED,
        f"The number {facts.number.masked} is not on your list of numbers that may be called.",
        "Add the number to the whitelist, then try again.",
    )


def _number_class(facts: DialFacts) -> Refused | None:
    if facts.number_class in NEVER_DIALLED:
        kind = facts.number_class.value.replace("_", " ")
        return Refused(
            GateReason.NUMBER_CLASS,
            f"The number {facts.number.masked} is a {_CLASS_WORDS.get(facts.number_class, kind)}, "
            "which is never called, even when it is on the whitelist.",
            "Ask the candidate for a mobile or an ordinary landline number.",
        )
    if not facts.number.is_possible:
        return Refused(
            GateReason.NUMBER_INVALID,
            f"The number {facts.number.masked} does not have a length that its country uses.",
            "Correct the candidate's number.",
        )
    return None


def _opt_out(facts: DialFacts) -> Refused | None:
    if not facts.is_opted_out:
        return None
    return Refused(
        GateReason.OPTED_OUT,
        "This person has asked not to be called again.",
        "Reach them in another way; only the person can take this back.",
    )


def _consent(facts: DialFacts) -> Refused | None:
    if facts.has_consent:
        return None
    return Refused(
        GateReason.NO_CONSENT,
        "There is no consent on file for calling this person.",
        "Record the candidate's consent, or give the job a basis that covers all its candidates.",
    )


def _questions(facts: DialFacts) -> Refused | None:
    if facts.questions_approved:
        return None
    return Refused(
        GateReason.QUESTIONS_NOT_APPROVED,
        "The questions of this job have not been approved yet.",
        "Read the questions and approve them; approving opens the job for calls.",
    )


def _stop_switch(facts: DialFacts) -> Refused | None:
    if not facts.is_stopped:
        return None
    return Refused(
        GateReason.STOPPED,
        "Calling is stopped for your organisation.",
        "Somebody with the right to do so must switch calling on again.",
    )


def _hours(facts: DialFacts) -> Refused | None:
    zones, hours, limit = facts.zones, facts.calling_hours, facts.hours_limit
    if allowed_at(facts.now, zones, hours, limit):
        return None
    retry_at = next_allowed(facts.now, zones, hours, limit)
    reason = GateReason.OUTSIDE_CALLING_HOURS
    clocks = clocks_of(zones)
    if clocks is None:
        return Refused(
            reason,
            f"The time zone of {facts.number.masked} is not known, so nobody can tell whether it is night there.",
            "Enter the candidate's time zone.",
        )
    opens, closes = window_of(hours, limit)
    if opens >= closes:
        return Refused(
            reason,
            f"The job's calling hours ({hours}) lie wholly outside the limit for all calls ({limit}).",
            "Change the job's calling hours so that they meet the limit.",
        )
    if retry_at is None:
        return Refused(
            reason,
            f"The number may be in any of {len(clocks)} time zones, and there is no hour at which calling "
            f"({hours}, never outside {limit}) is allowed in all of them.",
            "Enter the candidate's time zone.",
        )
    if len(clocks) == 1:
        local = facts.now.astimezone(clocks[0])
        return Refused(
            reason,
            f"It is {local:%H:%M} on {DAY_WORDS[local.weekday()]} where the candidate is ({zones[0]}); "
            f"calls are allowed {hours}, never outside {limit}.",
            f"The next allowed time there is {local_words(retry_at, clocks[0])}.",
            retry_at,
        )
    return Refused(
        reason,
        f"The candidate may be in any of {len(clocks)} time zones, and calls ({hours}, never outside {limit}) "
        "are not allowed in all of them now.",
        "It becomes possible later; entering the candidate's time zone may allow it sooner.",
        retry_at,
    )


def _attempts(facts: DialFacts) -> Refused | None:
    if facts.calls_that_rang < facts.max_attempts:
        return None
    return Refused(
        GateReason.ATTEMPTS_EXHAUSTED,
        f"The candidate's telephone has rung {facts.calls_that_rang} times; {facts.max_attempts} are allowed.",
        "Reach the candidate in another way, or send the link for answering without a call.",
    )


def _cool_down(facts: DialFacts) -> Refused | None:
    if facts.last_rang_at is None:
        return None
    over = facts.last_rang_at.astimezone(UTC) + timedelta(minutes=facts.cooldown_minutes)
    if facts.now >= over:
        return None
    return Refused(
        GateReason.COOLING_DOWN,
        f"The last call to this candidate was less than {facts.cooldown_minutes} minutes ago.",
        "It is tried again when the pause is over.",
        _when_open(facts, over),
    )


def _daily_limit_of_number(facts: DialFacts) -> Refused | None:
    if facts.calls_today_number < facts.max_calls_per_number_per_day:
        return None
    return Refused(
        GateReason.DAILY_LIMIT,
        f"{facts.number.masked} has been called {facts.calls_today_number} times today, "
        f"and the limit for one number is {facts.max_calls_per_number_per_day} a day.",
        "It is tried again tomorrow.",
        _when_open(facts, _next_utc_day(facts.now)),
    )


def _daily_limit(facts: DialFacts) -> Refused | None:
    if facts.calls_today < facts.max_calls_per_day:
        return None
    return Refused(
        GateReason.DAILY_LIMIT,
        f"{facts.calls_today} calls have been made today, and the limit is {facts.max_calls_per_day} a day.",
        "It is tried again tomorrow.",
        _when_open(facts, _next_utc_day(facts.now)),
    )


def _concurrency(facts: DialFacts) -> Refused | None:
    if facts.active_calls < facts.max_concurrent:
        return None
    return Refused(
        GateReason.LINE_BUSY,
        f"All lines are in use: {facts.active_calls} of {facts.max_concurrent} calls at once.",
        "It is tried again in a minute.",
        _when_open(facts, facts.now.astimezone(UTC) + _LINE_BUSY_WAIT),
    )


def _budget(facts: DialFacts) -> Refused | None:
    if facts.budget_usd is None or facts.spent_usd < facts.budget_usd:
        return None
    return Refused(
        GateReason.BUDGET_EXCEEDED,
        f"The budget is used up: {facts.spent_usd:.2f} of {facts.budget_usd:.2f} US dollars are spent.",
        "Raise the budget, or wait for the next period.",
    )


def _breaker(facts: DialFacts) -> Refused | None:
    if facts.breaker_open_until is None or facts.now >= facts.breaker_open_until:
        return None
    return Refused(
        GateReason.CIRCUIT_OPEN,
        "Too many of the last calls failed, so calling pauses before more candidates are troubled.",
        "It goes on by itself when the pause is over; look at the failed calls to see what is wrong.",
        _when_open(facts, facts.breaker_open_until.astimezone(UTC)),
    )


_RULES: Mapping[str, Callable[[DialFacts], Refused | None]] = {
    "whitelist": _whitelist,
    "number": _number_class,
    "opt_out": _opt_out,
    "consent": _consent,
    "questions": _questions,
    "stop_switch": _stop_switch,
    "hours": _hours,
    "attempts": _attempts,
    "cool_down": _cool_down,
    "daily_limit_of_number": _daily_limit_of_number,
    "daily_limit": _daily_limit,
    "lines": _concurrency,
    "budget": _budget,
    "breaker": _breaker,
}

_CLASS_WORDS = {
    NumberClass.PREMIUM: "premium-rate number",
    NumberClass.SHARED_COST: "shared-cost number",
    NumberClass.EMERGENCY_OR_SHORT: "emergency or short number",
    NumberClass.UAN: "company-wide number",
    NumberClass.PAGER: "pager",
    NumberClass.VOICEMAIL: "voicemail access number",
}

def _when_open(facts: DialFacts, earliest: datetime) -> datetime:
    """The first allowed hour from ``earliest`` on; ``earliest`` itself when the hours rule is to say that none is."""
    return next_allowed(earliest, facts.zones, facts.calling_hours, facts.hours_limit) or earliest


def _next_utc_day(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(0), UTC)
