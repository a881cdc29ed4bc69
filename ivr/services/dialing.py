"""Gathers what the gate looks at, afresh each time: when an interview is made, and again just before it is dialled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db.models import IN_BROWSER, Call, Candidate, Consent, Interview, Job, OptOut, Organisation, WhitelistEntry
from db.repositories import line
from db.repositories.model_calls import month_of, spent_usd
from interview.gate import DialFacts, Verdict, may_dial
from interview.lifecycle import CALL_TERMINAL
from interview.phone import PhoneNumber, WhitelistPattern
from interview.pseudonym import written_as
from ivr.services import breaker
from ivr.services.drafts import settings_from_plain
from ivr.settings import Settings

CONSENT_REQUIRED = "required"
# The reason code of a call that the carrier was never given.
NOT_PLACED = "not_placed"
# Nobody is called about two interviews in a row; the waits between the calls of one interview are its retry policy's.
COOL_DOWN = timedelta(minutes=15)
# No call lasts longer (Twilio ends it then): one that still seems to has lost its news, and holds no line.
LONGEST_CALL = timedelta(hours=4, minutes=30)


class Gate:
    """The gate with its facts read from the database and the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(
        self, session: Session, *, job: Job, candidate: Candidate, interview: Interview | None, now: datetime,
        is_wanted: bool = False,
    ) -> Verdict:  # fmt: skip
        """Whether this candidate may be dialled for this job now; ``is_wanted``: somebody asks for it at once."""
        facts = self.facts(
            session, job=job, candidate=candidate, interview=interview, now=now, is_wanted=is_wanted
        )
        return may_dial(facts)

    def facts(
        self, session: Session, *, job: Job, candidate: Candidate, interview: Interview | None, now: datetime,
        is_wanted: bool = False,
    ) -> DialFacts:  # fmt: skip
        """Everything ``may_dial`` looks at. Days and months are UTC ones."""
        options = settings_from_plain(job.settings)
        number = PhoneNumber(candidate.phone)
        organisation = session.get_one(Organisation, job.organisation_id)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        # A dial that never reached the carrier troubled nobody.
        was_placed = or_(Call.reason_code.is_(None), Call.reason_code != NOT_PLACED)
        calls_today = select(func.count()).select_from(Call).where(
            Call.created_at >= day, Call.direction == "outbound", was_placed
        )
        return DialFacts(
            number=number,
            number_class=number.number_class,
            whitelist=self._whitelist(session, job.organisation_id, number),
            is_opted_out=_is_opted_out(session, job.organisation_id, self.written_as(candidate.phone)),
            has_consent=options.consent != CONSENT_REQUIRED or _has_consent(session, candidate.id, job.id),
            now=now,
            zones=(candidate.timezone,) if candidate.timezone else tuple(number.zones()),
            calling_hours=options.calling_hours.hours(),
            hours_limit=self._settings.hours_limit,
            calls_that_rang=interview.calls_that_rang if interview else 0,
            max_attempts=options.max_attempts,
            last_rang_at=line.last_ring_elsewhere(
                session, job.organisation_id, candidate.phone, interview.id if interview else None, now - COOL_DOWN
            ),
            cooldown_minutes=0 if is_wanted or _has_a_time(interview) else _cool_down(options.retry_minutes),
            active_calls=_active_calls(session, now),
            max_concurrent=self._settings.max_concurrent_calls,
            calls_today_number=session.scalar(calls_today.where(Call.phone == candidate.phone)) or 0,
            max_calls_per_number_per_day=self._settings.max_calls_per_number_per_day,
            calls_today=session.scalar(calls_today.where(Call.organisation_id == job.organisation_id)) or 0,
            max_calls_per_day=self._settings.max_calls_per_day,
            spent_usd=spent_usd(session, job.organisation_id, month_of(now)),
            budget_usd=_money(self._settings.monthly_budget_usd),
            is_stopped=organisation.is_stopped,
            breaker_open_until=breaker.look(session, now),
            questions_approved=job.approved_set_id is not None,
        )

    def written_as(self, phone: str) -> tuple[str, ...]:
        """Every way in which an opt-out of this number may be kept: its owner may have been erased since."""
        return written_as(self._settings.pseudonym_secrets, phone)

    def whitelist(self, session: Session, organisation_id: str) -> tuple[WhitelistPattern, ...]:
        """Every number and prefix that the organisation may call."""
        own: Sequence[str] = session.scalars(
            select(WhitelistEntry.pattern).where(WhitelistEntry.organisation_id == organisation_id)
        ).all()
        return (*self._settings.whitelist_floor, *(WhitelistPattern.parse(pattern) for pattern in own))

    def lines_for_many(self, session: Session, organisation_id: str) -> tuple[WhitelistPattern, ...]:
        """Those lines of the list that are not the organisation's own single numbers: its prefixes, and the floor."""
        own: Sequence[str] = session.scalars(
            select(WhitelistEntry.pattern).where(
                WhitelistEntry.organisation_id == organisation_id, WhitelistEntry.pattern.like("%*")
            )
        ).all()
        return (*self._settings.whitelist_floor, *(WhitelistPattern.parse(pattern) for pattern in own))

    def _whitelist(
        self, session: Session, organisation_id: str, number: PhoneNumber
    ) -> tuple[WhitelistPattern, ...]:
        """Those lines of the list that may concern this number: itself and all prefixes."""
        own: Sequence[str] = session.scalars(
            select(WhitelistEntry.pattern).where(
                WhitelistEntry.organisation_id == organisation_id,
                or_(WhitelistEntry.pattern == number.e164, WhitelistEntry.pattern.like("%*")),
            )
        ).all()
        return (*self._settings.whitelist_floor, *(WhitelistPattern.parse(pattern) for pattern in own))


def _has_a_time(interview: Interview | None) -> bool:
    """Whether the call comes when somebody asked for it: a time that was chosen, or at once."""
    return interview is not None and (interview.call_at is not None or interview.wanted_at is not None)


def _cool_down(retry_minutes: Sequence[int]) -> int:
    """In minutes; a job that calls again sooner than that calls others as soon."""
    return min(int(COOL_DOWN.total_seconds()) // 60, *retry_minutes)


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def _is_opted_out(session: Session, organisation_id: str, written_as: Sequence[str]) -> bool:
    found = select(OptOut.id).where(OptOut.organisation_id == organisation_id, OptOut.phone.in_(written_as))
    return session.scalar(found.limit(1)) is not None


def _has_consent(session: Session, candidate_id: str, job_id: str) -> bool:
    found = select(Consent.id).where(
        or_(Consent.candidate_id == candidate_id, Consent.job_id == job_id), Consent.withdrawn_at.is_(None)
    )
    return session.scalar(found.limit(1)) is not None


def is_on_the_line(session: Session, phone: str, now: datetime) -> bool:
    """Whether a call of ours to this number is under way, for whatever interview."""
    found = select(Call.id).where(Call.phone == phone, *_under_way(now))
    return session.scalar(found.limit(1)) is not None


def _active_calls(session: Session, now: datetime) -> int:
    lines = select(func.count()).select_from(Call).where(Call.direction != IN_BROWSER, *_under_way(now))
    return session.scalar(lines) or 0


def _under_way(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Call.status.not_in(CALL_TERMINAL), Call.created_at > now - LONGEST_CALL
