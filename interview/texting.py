"""May we write to a candidate, and how long is what we write? The gate before dialling, without what is about calls."""

import re
from dataclasses import replace
from datetime import time

from interview.calling_hours import CallingHours, HoursLimit, Weekday
from interview.gate import DialFacts, Verdict, may_dial

_ANY_HOUR = CallingHours(time(0), time(0), frozenset(Weekday))
_NO_LIMIT = HoursLimit(time(0), time(0))
# What text messages are made of, in the alphabet that costs least: https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_LONGEST_NAME = 40


def may_text(facts: DialFacts) -> Verdict:
    """Whether a text message may be sent: whitelist, number class, opt-out, consent, stop switch and hours hold for it
    as for a call (it wakes people up as well); attempts, lines and what models cost do not."""
    return may_dial(
        replace(
            facts, questions_approved=True, calls_that_rang=0, last_rang_at=None, active_calls=0, calls_today_number=0,
            calls_today=0, budget_usd=None, breaker_open_until=None,
        )
    )  # fmt: skip


def may_mail(facts: DialFacts) -> Verdict:
    """Whether an e-mail may be sent: as for a text message, but at any hour."""
    return may_text(replace(facts, calling_hours=_ANY_HOUR, hours_limit=_NO_LIMIT))


def one_line(text: str) -> str:
    """The text as one line without control characters: for a header, a subject, a text message."""
    return _CONTROL.sub(" ", text).strip()


def short_name(name: str) -> str:
    """A company's name as a text message has room for it."""
    plain = one_line(name)
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[: _LONGEST_NAME - 3].rstrip()}..."


def segments(text: str) -> int:
    """How many text messages this is sent (and paid) as.

    https://www.twilio.com/docs/glossary/what-sms-character-limit: 160 characters of GSM-7 or 70 of UCS-2 in one, 153 or
    67 in each of several.
    """
    if all(character in _GSM or character in _GSM_TWICE for character in text):
        units, alone, each = len(text) + sum(character in _GSM_TWICE for character in text), 160, 153
    else:
        units, alone, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= alone else -(-units // each)
