"""P7: every refusal of the gate holds when an interview is made, and again just before it is dialled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.models import (
    Call,
    Candidate,
    Consent,
    DialPace,
    Interview,
    Job,
    ModelCallRow,
    OptOut,
    Organisation,
    WhitelistEntry,
)
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.drafts import CallingHoursSetting, InviteDraft, JobSettings, settings_to_plain
from ivr.services.errors import Refused
from tests.factories import NOW, make_call, make_candidate, make_interview, make_job, make_organisation
from tests.fakes import FrozenClock
from tests.services.test_calls import Desk
from tests.services.test_calls import settings as dial_settings
from tests.services.test_interviews import Desk as Office

_S = InterviewStatus
Obstacle = Callable[[Session, Job, Candidate], None]


def _number(phone: str) -> Obstacle:
    def change(session: Session, _job: Job, candidate: Candidate) -> None:
        candidate.phone = phone
        session.add(WhitelistEntry(organisation_id=candidate.organisation_id, pattern=f"{phone[:5]}*"))

    return change


def _not_listed(session: Session, _job: Job, _candidate: Candidate) -> None:
    session.execute(delete(WhitelistEntry))


def _opted_out(session: Session, _job: Job, candidate: Candidate) -> None:
    session.add(OptOut(organisation_id=candidate.organisation_id, phone=candidate.phone, source="api"))


def _no_consent(session: Session, _job: Job, _candidate: Candidate) -> None:
    session.execute(delete(Consent))


def _not_approved(session: Session, job: Job, _candidate: Candidate) -> None:
    job.approved_set_id = None


def _stopped(session: Session, job: Job, _candidate: Candidate) -> None:
    session.get_one(Organisation, job.organisation_id).is_stopped = True


def _at_night(_session: Session, job: Job, _candidate: Candidate) -> None:
    job.settings = settings_to_plain(JobSettings(calling_hours=CallingHoursSetting("14:00", "16:00")))


def _spent(session: Session, job: Job, _candidate: Candidate) -> None:
    session.add(
        ModelCallRow(
            organisation_id=job.organisation_id, subject_id="s", purpose="rating", request_hash="h", model="m",
            prompt_version="1", outcome="ok", cost_usd=Decimal("2"), created_at=NOW,
        )
    )  # fmt: skip


def _breaker(session: Session, _job: Job, _candidate: Candidate) -> None:
    session.add(DialPace(line="dial", next_at=NOW, opened_at=NOW, open_until=NOW + timedelta(minutes=4)))


def _rang(session: Session, _job: Job, candidate: Candidate) -> None:
    _call(session, candidate.phone, rang_at=NOW - timedelta(minutes=5), status=CallStatus.NO_ANSWER)


def _called_today(session: Session, _job: Job, candidate: Candidate) -> None:
    _call(session, candidate.phone, status=CallStatus.NO_ANSWER)


def _somebody_called_today(session: Session, _job: Job, _candidate: Candidate) -> None:
    _call(session, None, status=CallStatus.NO_ANSWER)


def _somebody_on_the_line(session: Session, _job: Job, _candidate: Candidate) -> None:
    _call(session, None, status=CallStatus.IN_PROGRESS)


def _call(session: Session, phone: str | None, **values: object) -> None:
    """The call that was made for somebody else's interview, to this number if one is given."""
    call = session.scalars(select(Call)).one()
    call.created_at = NOW - timedelta(minutes=5)
    call.phone = phone or call.phone
    for name, value in values.items():
        setattr(call, name, value)


@dataclass(frozen=True)
class Case:
    """``when_made``: refused, put off, or made at once; ``at_dial``: the status in which nobody was dialled."""

    obstacle: Obstacle
    when_made: str
    at_dial: InterviewStatus
    settings: dict[str, object] = field(default_factory=dict)


CASES = {
    "not_whitelisted": Case(_not_listed, "refused", _S.FAILED),
    "number_class": Case(_number("+19005550123"), "refused", _S.FAILED),
    "number_invalid": Case(_number("+141555501"), "refused", _S.FAILED),
    "opted_out": Case(_opted_out, "refused", _S.OPTED_OUT),
    "no_consent": Case(_no_consent, "refused", _S.FAILED),
    "questions_not_approved": Case(_not_approved, "refused", _S.QUEUED),
    "stopped": Case(_stopped, "refused", _S.QUEUED),
    "outside_calling_hours": Case(_at_night, "put off", _S.SCHEDULED),
    "cooling_down": Case(_rang, "put off", _S.SCHEDULED),
    "daily_limit": Case(_called_today, "put off", _S.SCHEDULED, {"max_calls_per_number_per_day": 1}),
    "daily_limit of all": Case(_somebody_called_today, "put off", _S.SCHEDULED, {"max_calls_per_day": 1}),
    # a free line is waited for, a few seconds at a time
    "line_busy": Case(_somebody_on_the_line, "made", _S.QUEUED, {"max_concurrent_calls": 1}),
    "budget_exceeded": Case(_spent, "refused", _S.QUEUED, {"monthly_budget_usd": 1.0}),
    "circuit_open": Case(_breaker, "put off", _S.SCHEDULED),
}


@pytest.fixture(params=CASES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def prepare(database: Database, organisation_id: str) -> tuple[str, str]:
    """A job and a candidate who may be called, and a call that was made to somebody else."""
    elsewhere = make_interview(database, organisation_id=organisation_id)
    make_call(database, elsewhere, status=CallStatus.NO_ANSWER)
    with database.write() as unit:
        unit.session.execute(update(Call).values(created_at=NOW - timedelta(days=3), status=CallStatus.NO_ANSWER))
        unit.session.get_one(Interview, elsewhere).status = _S.CANCELED
    return make_job(database, organisation_id), make_candidate(database, organisation_id)


def place(database: Database, obstacle: Obstacle, job_id: str, candidate_id: str) -> None:
    with database.write() as unit:
        obstacle(unit.session, unit.session.get_one(Job, job_id), unit.session.get_one(Candidate, candidate_id))


def test_P7_when_it_is_made(database: Database, clock: FrozenClock, name: str) -> None:
    case = CASES[name]
    office = Office(database, clock, **case.settings)
    job_id, candidate_id = prepare(database, office.organisation_id)
    place(database, case.obstacle, job_id, candidate_id)
    draft = InviteDraft(job_id=job_id, candidate_id=candidate_id)
    actor = Actor(office.organisation_id, "key:Demo", "key", "req-1")
    if case.when_made == "refused":
        with pytest.raises(Refused) as caught:
            office.interviews.invite(actor, draft)
        assert caught.value.code == name.split()[0] and caught.value.sentence
        return
    made = office.interviews.invite(actor, draft)
    assert made.next_action is not None and made.next_action.at is not None
    assert (made.next_action.at > clock()) is (case.when_made == "put off")


def test_P7_just_before_the_dial(database: Database, clock: FrozenClock, name: str) -> None:
    case = CASES[name]
    desk = Desk(database, clock, **case.settings)
    organisation_id = make_organisation(database)
    job_id, candidate_id = prepare(database, organisation_id)
    interview_id = desk.invite(organisation_id=organisation_id, job_id=job_id, candidate_id=candidate_id)
    place(database, case.obstacle, job_id, candidate_id)
    desk.run("place_call")
    interview = desk.interview(interview_id)
    assert desk.carrier.placed == [] and desk.calls_of(interview_id) == []
    assert interview.status is case.at_dial
    assert interview.next_action_why, "it says why"
    if case.at_dial in (_S.FAILED, _S.OPTED_OUT):
        assert interview.reason_code == name


def test_P7_attempts_are_counted_before_the_dial(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock)
    interview_id = desk.invite(calls_that_rang=3)
    desk.run("place_call")
    assert desk.carrier.placed == [] and desk.interview(interview_id).status is _S.UNREACHABLE


def test_without_any_obstacle_both_say_yes(database: Database, clock: FrozenClock) -> None:
    office = Office(database, clock)
    job_id, candidate_id = prepare(database, office.organisation_id)
    with database.read() as session:
        job, candidate = session.get_one(Job, job_id), session.get_one(Candidate, candidate_id)
        verdict = Gate(dial_settings()).check(session, job=job, candidate=candidate, interview=None, now=clock())
    assert type(verdict).__name__ == "Allowed"
    made = office.interviews.invite(office.actor, InviteDraft(job_id=job_id, candidate_id=candidate_id))
    assert made.next_action is not None and made.next_action.at == clock()
