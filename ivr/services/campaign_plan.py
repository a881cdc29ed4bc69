"""The dry run of a campaign: each person's turn at its pace and inside the hours, as the dialling would come to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush

from sqlalchemy.orm import Session

from db.models import Candidate, Job
from db.repositories import campaigns as rows
from interview.gate import Allowed, DialFacts, Refused, may_dial
from interview.phone import PhoneNumber
from ivr.services.dialing import CONSENT_REQUIRED, COOL_DOWN, NOT_PLACED, Gate
from ivr.services.drafts import settings_from_plain

# Somebody who finds no turn in so many tries (a month of full days, say) is shown as refused, with the last reason.
_TRIES = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be called. ``candidate_id`` is None for a line of a file whose person is not known yet;
    ``brings_consent`` says that the line names a basis."""

    number: PhoneNumber
    timezone: str | None
    candidate_id: str | None
    brings_consent: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """When the person would be called first, or the code and sentence of why not."""

    at: datetime | None
    code: str | None = None
    sentence: str | None = None


def facts_of(
    session: Session, gate: Gate, job: Job, people: Sequence[Person], now: datetime
) -> Sequence[DialFacts]:
    """What the gate looks at for each of these people before their first call, in a few statements for all."""
    if not people:
        return []
    first = Candidate(
        id=people[0].candidate_id or "", organisation_id=job.organisation_id, phone=people[0].number.e164,
        timezone=people[0].timezone,
    )  # fmt: skip
    common = gate.facts(session, job=job, candidate=first, interview=None, now=now)
    phones = [person.number.e164 for person in people]
    known = [person.candidate_id for person in people if person.candidate_id is not None]
    written = {phone: gate.written_as(phone) for phone in phones}
    out = rows.opted_out(session, job.organisation_id, [one for ways in written.values() for one in ways])
    consenting = rows.consenting(session, job.id, known)
    covers_all = settings_from_plain(job.settings).consent != CONSENT_REQUIRED
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    called = rows.calls_since(session, phones, day, NOT_PLACED)
    rang = rows.rang_since(session, job.organisation_id, phones, now - COOL_DOWN)
    patterns = gate.whitelist(session, job.organisation_id)
    prefixes = tuple(pattern for pattern in patterns if pattern.is_prefix)
    exact = {pattern.start: pattern for pattern in patterns if not pattern.is_prefix}
    return [
        replace(
            common,
            number=person.number,
            number_class=person.number.number_class,
            whitelist=(*prefixes, *([exact[person.number.e164]] if person.number.e164 in exact else [])),
            is_opted_out=not out.isdisjoint(written[person.number.e164]),
            has_consent=covers_all or person.brings_consent or person.candidate_id in consenting,
            zones=(person.timezone,) if person.timezone else tuple(person.number.zones()),
            last_rang_at=rang.get(person.number.e164),
            active_calls=0,
            calls_today_number=called.get(person.number.e164, 0),
        )
        for person in people
    ]


def plan(people: Sequence[DialFacts], start: datetime, every: timedelta) -> Sequence[Planned]:
    """Each person's first call, if every call before it was over in time and a line was free.

    ``every`` is the time from one dial to the next. Daily limits count the calls of the plan itself.
    """
    found: list[Planned] = [Planned(None)] * len(people)
    called: Counter[date] = Counter()
    if people:
        called[people[0].now.date()] = people[0].calls_today
    today = people[0].now.date() if people else start.date()
    waiting = [(start, number, 0) for number in range(len(people))]
    heapify(waiting)
    free = start
    while waiting:
        earliest, number, tries = heappop(waiting)
        at = max(earliest, free)
        facts = people[number]
        is_today = at.date() == today
        verdict = may_dial(
            replace(
                facts, now=at, calls_today=called[at.date()],
                calls_today_number=facts.calls_today_number if is_today else 0,
            )
        )  # fmt: skip
        match verdict:
            case Allowed():
                found[number] = Planned(at)
                free = at + every
                called[at.date()] += 1
            case Refused(retry_at=retry_at) if retry_at is not None and retry_at > at and tries < _TRIES:
                heappush(waiting, (retry_at, number, tries + 1))
            case Refused():
                found[number] = Planned(None, verdict.reason.value, f"{verdict.sentence} {verdict.hint}")
    return found
