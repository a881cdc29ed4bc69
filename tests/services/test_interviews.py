"""Inviting, following and steering interviews, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Answer,
    AnswerState,
    Call,
    Candidate,
    DomainEvent,
    Interview,
    Job,
    JobStatus,
    ModelCallRow,
    OptOut,
    Organisation,
    OutboxRow,
    WhitelistEntry,
)
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.events import DigitsPressed
from interview.lifecycle import CallStatus, InterviewStatus
from interview.progress import Phase, Progress, QuestionState
from interview.steps import HangUp
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.conversations import CallNews, ConversationService
from ivr.services.dialing import Gate
from ivr.services.drafts import CandidateDraft, InterviewFilters, InviteDraft, Page
from ivr.services.errors import Conflict, Invalid, NotFound, Refused
from ivr.services.interviews import InterviewService
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from ivr.services.views import InterviewView
from ivr.settings import Settings
from tests.factories import (
    NOW,
    make_answer,
    make_call,
    make_candidate,
    make_interview,
    make_job,
    make_organisation,
    make_rating,
    make_recording,
    make_result,
)
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock

SID = "CA" + "0" * 32
NOBODY = "00000000-0000-4000-8000-000000000000"
_S = InterviewStatus


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "secret_key": "s" * 32, "webhook_base_url": "https://calls.example.com",
        "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "t" * 32,
        "twilio_phone_number": "+14155550100",
    }  # fmt: skip
    return Settings.model_validate(values | changes)


class Desk:
    """The service at work for one organisation."""

    def __init__(self, database: Database, clock: FrozenClock, **changes: object) -> None:
        self.database, self.clock = database, clock
        self.rings = 0
        people = CandidateService(database, clock, FakeFileStore(), FakeExtractor())
        self.interviews = InterviewService(
            database, Gate(settings(**changes)), people, ResultService(database, FakeFileStore()),
            ReviewService(database, clock, self._ring), clock, self._ring, simulated=bool(changes.get("simulated")),
        )  # fmt: skip
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "key:Demo", "key", "req-1")
        self.job_id = make_job(database, self.organisation_id, questions=3, knockouts=1)
        self.candidate_id = make_candidate(database, self.organisation_id)

    def _ring(self) -> None:
        self.rings += 1

    def invite(self, **values: Any) -> InterviewView:
        given = {"job_id": self.job_id, "candidate_id": self.candidate_id} | values
        return self.interviews.invite(self.actor, InviteDraft(**given))

    def interview(self, interview_id: str) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, interview_id)

    def make(self, status: InterviewStatus = _S.QUEUED, **values: Any) -> str:
        given = {"job_id": self.job_id, "candidate_id": self.candidate_id} | values
        return make_interview(self.database, organisation_id=self.organisation_id, status=status, **given)

    def all(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind)))

    def change(self, kind: Any, id: str, **values: Any) -> None:
        with self.database.write() as unit:
            row = unit.session.get_one(kind, id)
            for name, value in values.items():
                setattr(row, name, value)

    def tasks(self) -> list[tuple[str, str, datetime]]:
        return [(row.kind, row.subject_id, row.due_at) for row in self.all(OutboxRow) if row.done_at is None]

    def told(self) -> list[str]:
        return sorted(event.type for event in self.all(DomainEvent))


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent in the block."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sql_event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sql_event.remove(database.engine, "before_cursor_execute", note)


# --- inviting


def test_an_invitation_within_hours_is_due_at_once_and_says_so(desk: Desk) -> None:
    view = desk.invite(external_id="ats-7", metadata={"stage": "first"})
    assert (view.status, view.purpose, view.attempts, view.max_attempts) == ("queued", "assessment", 0, 3)
    assert view.next_action is not None and (view.next_action.what, view.next_action.at) == ("call", NOW)
    assert (view.external_id, view.metadata, view.simulated) == ("ats-7", {"stage": "first"}, False)
    assert (view.progress.phase, view.progress.total, view.progress.answered) == ("not_started", 3, 0)
    assert view.job.title == "Line Cook" and view.candidate.name == "Ada Example"
    assert desk.tasks() == [("place_call", view.id, NOW)]
    assert [(e.type, e.actor, e.request_id) for e in view.timeline] == [("interview.queued", "key:Demo", "req-1")]
    assert desk.rings == 1
    row = desk.interview(view.id)
    with desk.database.read() as session:
        assert row.question_set_id == session.get_one(Job, desk.job_id).approved_set_id
    assert len(row.progress.states) == len(row.progress.takes) == 4
    assert row.version == 0


def test_with_the_doubles_an_interview_is_marked_simulated(database: Database, clock: FrozenClock) -> None:
    desk = Desk(
        database, clock, simulated=True, twilio_api_base_url="http://127.0.0.1:1", openai_base_url="http://127.0.0.1:2/v1"
    )
    assert desk.invite().simulated


def test_out_of_hours_the_call_waits_for_the_next_allowed_hour(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(hours=12)
    view = desk.invite()
    morning = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert view.status == "scheduled"
    assert view.next_action is not None and view.next_action.at == morning
    assert "22:00" in view.next_action.why
    assert desk.tasks() == [("place_call", view.id, morning)]


def test_at_the_weekend_the_call_waits_for_monday(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(days=5)
    view = desk.invite()
    assert view.status == "scheduled"
    assert view.next_action is not None and view.next_action.at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_a_wished_time_within_hours_is_kept(desk: Desk) -> None:
    at = NOW + timedelta(days=1)
    view = desk.invite(call_at=at)
    assert (view.status, view.call_at) == ("scheduled", at)
    assert desk.tasks() == [("place_call", view.id, at)]
    assert desk.told() == ["interview.scheduled"]


def test_a_wished_time_out_of_hours_is_refused_and_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        desk.invite(call_at=NOW + timedelta(hours=12))
    assert refusal.value.code == "outside_calling_hours" and refusal.value.hint
    assert desk.all(Interview) == [] and desk.tasks() == [] and desk.told() == []


def test_a_moment_ago_means_now_and_yesterday_is_a_mistake(desk: Desk) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.invite(call_at=NOW - timedelta(days=1))
    assert [problem.field for problem in refusal.value.problems] == ["call_at"]
    assert desk.invite(call_at=NOW - timedelta(seconds=30)).status == "queued"


@pytest.mark.parametrize(
    "code", ["not_whitelisted", "opted_out", "no_consent", "stopped", "questions_not_approved", "budget_exceeded"]
)
@pytest.mark.parametrize("at_night", [False, True])
def test_P7_what_no_waiting_mends_is_refused_before_anything_is_written(
    database: Database, clock: FrozenClock, code: str, at_night: bool
) -> None:
    desk = Desk(database, clock, monthly_budget_usd=1.0)
    if code == "not_whitelisted":
        desk.candidate_id = make_candidate(database, desk.organisation_id, listed=False)
    elif code == "no_consent":
        desk.candidate_id = make_candidate(database, desk.organisation_id, consent=False)
    elif code == "questions_not_approved":
        desk.job_id = make_job(database, desk.organisation_id, approved=False)
    elif code == "stopped":
        desk.change(Organisation, desk.organisation_id, is_stopped=True)
    elif code == "opted_out":
        phone = desk.all(Candidate)[0].phone
        with database.write() as unit:
            unit.session.add(OptOut(organisation_id=desk.organisation_id, phone=phone, source="call"))
    else:
        with database.write() as unit:
            unit.session.add(
                ModelCallRow(
                    organisation_id=desk.organisation_id, subject_id="a", purpose="p", request_hash="h", model="m",
                    prompt_version="v", outcome="ok", cost_usd=Decimal("1.5"), created_at=NOW,
                )
            )  # fmt: skip
    if at_night:
        clock.advance(hours=12)
    with pytest.raises(Refused) as refusal:
        desk.invite()
    assert refusal.value.code == code and refusal.value.sentence
    assert desk.all(Interview) == [] and desk.tasks() == []


def test_a_premium_number_is_refused_though_it_is_listed(desk: Desk) -> None:
    desk.candidate_id = make_candidate(desk.database, desk.organisation_id, phone="+19005550123")
    with pytest.raises(Refused) as refusal:
        desk.invite()
    assert refusal.value.code == "number_class"


def test_a_busy_line_is_no_reason_to_refuse(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_concurrent_calls=1)
    make_call(database, make_interview(database))
    assert desk.invite().status == "queued"


def test_a_used_up_day_moves_the_call_to_the_next_one(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_calls_per_number_per_day=1)
    make_call(database, desk.make(_S.UNREACHABLE), status=CallStatus.NO_ANSWER)
    desk.change(Interview, desk.all(Interview)[0].id, status=_S.UNREACHABLE)
    view = desk.invite()
    assert view.status == "scheduled"
    assert view.next_action is not None and view.next_action.at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_a_second_open_interview_is_refused_with_the_first_ones_id(desk: Desk) -> None:
    first = desk.invite()
    with pytest.raises(Conflict) as refusal:
        desk.invite()
    assert refusal.value.code == "interview_exists"
    assert refusal.value.extra == {"interview_id": first.id}
    assert "queued" in refusal.value.sentence
    assert desk.invite(purpose="practice").purpose == "practice"
    desk.interviews.cancel(desk.actor, first.id)
    assert desk.invite().status == "queued"


@pytest.mark.parametrize("inline", [False, True])
def test_many_invitations_at_once_make_one_interview(desk: Desk, inline: bool) -> None:
    values: dict[str, Any] = {}
    if inline:
        desk.change(Job, desk.job_id, settings={"consent": "application"})
        values = {"candidate_id": None, "candidate": CandidateDraft("Bo Example", "+14155559999", timezone="Etc/UTC")}
        with desk.database.write() as unit:
            unit.session.add(WhitelistEntry(organisation_id=desk.organisation_id, pattern="+14155559999"))
    made: list[str] = []
    refused: list[dict[str, str]] = []
    start = threading.Barrier(4)

    def press() -> None:
        start.wait()
        try:
            made.append(desk.invite(**values).id)
        except Conflict as refusal:
            assert refusal.code == "interview_exists"
            refused.append(refusal.extra)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 1
    assert refused == [{"interview_id": made[0]}] * 3
    assert len(desk.tasks()) == 1


def test_an_external_id_is_used_once(desk: Desk) -> None:
    first = desk.invite(external_id="ats-7")
    desk.candidate_id = make_candidate(desk.database, desk.organisation_id)
    with pytest.raises(Conflict) as refusal:
        desk.invite(external_id="ats-7")
    assert (refusal.value.code, refusal.value.extra) == ("external_id_exists", {"interview_id": first.id})


def test_nobody_is_called_for_a_closed_job(desk: Desk) -> None:
    desk.change(Job, desk.job_id, status=JobStatus.CLOSED)
    with pytest.raises(Conflict) as refusal:
        desk.invite()
    assert refusal.value.code == "job_closed"


def test_a_person_inline_is_entered_with_the_interview_or_not_at_all(desk: Desk) -> None:
    person = CandidateDraft("Bo Example", "+14155559999", timezone="Europe/London")
    with pytest.raises(Refused):
        desk.invite(candidate_id=None, candidate=person)
    assert [row.name for row in desk.all(Candidate)] == ["Ada Example"]
    known = desk.all(Candidate)[0]
    view = desk.invite(candidate_id=None, candidate=CandidateDraft("Ada B. Example", known.phone))
    assert (view.candidate_id, view.candidate.name) == (known.id, "Ada B. Example")
    with pytest.raises(Invalid):
        desk.invite(candidate_id=None)


def test_an_erased_person_is_not_found(desk: Desk) -> None:
    desk.change(Candidate, desk.candidate_id, erased_at=NOW)
    with pytest.raises(NotFound):
        desk.invite()


def test_the_answer_is_remembered_in_the_same_transaction(desk: Desk) -> None:
    remembered: list[object] = []

    def remember(session: Session, view: object) -> None:
        assert session.scalar(select(Interview.id)) is not None
        remembered.append(view)

    desk.actor = Actor(desk.organisation_id, "key:Demo", "key", None, remember)
    assert [desk.invite()] == remembered

    def fail(session: Session, view: object) -> None:
        raise Conflict("idempotency_in_progress", "Taken over.")

    desk.actor = Actor(desk.organisation_id, "key:Demo", "key", None, fail)
    with pytest.raises(Conflict):
        desk.interviews.cancel(desk.actor, desk.all(Interview)[0].id)
    assert desk.all(Interview)[0].status is _S.QUEUED
    assert desk.told() == ["interview.queued"]


# --- steering


@pytest.mark.parametrize("status", [_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED])
def test_a_waiting_interview_is_canceled_at_once_and_twice_is_once(desk: Desk, status: InterviewStatus) -> None:
    interview_id = desk.make(status, next_action="call", next_action_at=NOW, next_action_why="Due.")
    first = desk.interviews.cancel(desk.actor, interview_id)
    assert (first.status, first.next_action, first.hang_up_requested) == ("canceled", None, False)
    assert first.ended_at == NOW
    assert desk.interviews.cancel(desk.actor, interview_id) == first
    assert desk.told() == ["interview.canceled"]


def test_canceling_during_a_call_ends_it_politely_and_nothing_more_is_asked(desk: Desk) -> None:
    interview_id = desk.make()
    call_id = make_call(desk.database, interview_id)
    talk = ConversationService(TurnStore(desk.database), desk.clock, lambda: None)
    turn = talk.answered(call_id, SID).turn
    turn = talk.take_turn(call_id, turn, DigitsPressed("1"), SID).turn
    assert desk.interview(interview_id).status is _S.IN_PROGRESS
    view = desk.interviews.cancel(desk.actor, interview_id)
    assert (view.status, view.hang_up_requested) == ("canceled", True)
    spoken = talk.take_turn(call_id, turn, DigitsPressed("1"), SID)
    assert isinstance(spoken.step.then, HangUp)
    talk.status_changed(call_id, CallNews(SID, CallStatus.COMPLETED, 9, duration_s=20))
    assert desk.interview(interview_id).status is _S.CANCELED


@pytest.mark.parametrize("status", [_S.PROCESSING, _S.COMPLETED, _S.DECLINED, _S.UNREACHABLE])
def test_what_is_over_cannot_be_canceled_and_the_refusal_names_the_status(
    desk: Desk, status: InterviewStatus
) -> None:
    with pytest.raises(Conflict) as refusal:
        desk.interviews.cancel(desk.actor, desk.make(status))
    assert refusal.value.code == "wrong_status"
    assert status.value in refusal.value.sentence
    assert refusal.value.extra == {"interview_status": status.value}


def test_hanging_up_takes_effect_at_the_next_turn_and_what_was_said_is_assessed(desk: Desk) -> None:
    interview_id = desk.make()
    call_id = make_call(desk.database, interview_id)
    talk = ConversationService(TurnStore(desk.database), desk.clock, lambda: None)
    turn = talk.answered(call_id, SID).turn
    turn = talk.take_turn(call_id, turn, DigitsPressed("1"), SID).turn
    assert desk.interviews.hang_up(desk.actor, interview_id).hang_up_requested
    assert desk.interviews.hang_up(desk.actor, interview_id).status == "in_progress"
    assert desk.told().count("interview.hang_up_requested") == 1
    assert isinstance(talk.take_turn(call_id, turn, DigitsPressed("1"), SID).step.then, HangUp)
    assert desk.interview(interview_id).status is _S.PROCESSING


def test_nobody_on_the_line_cannot_be_hung_up(desk: Desk) -> None:
    with pytest.raises(Conflict) as refusal:
        desk.interviews.hang_up(desk.actor, desk.make())
    assert refusal.value.code == "wrong_status" and "queued" in refusal.value.sentence


@pytest.mark.parametrize(
    ("status", "becomes"), [(_S.SCHEDULED, "queued"), (_S.QUEUED, "queued"), (_S.INTERRUPTED, "interrupted")]
)
def test_calling_now_makes_the_call_due_once(desk: Desk, status: InterviewStatus, becomes: str) -> None:
    interview_id = desk.make(status, call_at=NOW + timedelta(days=1))
    for _ in range(2):
        view = desk.interviews.call_now(desk.actor, interview_id)
        assert view.status == becomes
        assert view.next_action is not None and view.next_action.at == NOW
    assert desk.tasks() == [("place_call", interview_id, NOW)]
    make_call(desk.database, interview_id)
    assert desk.interviews.call_now(desk.actor, interview_id).status == "dialing"


def test_calling_now_asks_the_gate_first(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.make(_S.SCHEDULED)
    clock.advance(hours=12)
    with pytest.raises(Refused) as refusal:
        desk.interviews.call_now(desk.actor, interview_id)
    assert refusal.value.code == "outside_calling_hours"
    assert desk.interview(interview_id).status is _S.SCHEDULED and desk.tasks() == []


def test_what_is_over_is_not_called_now(desk: Desk) -> None:
    with pytest.raises(Conflict) as refusal:
        desk.interviews.call_now(desk.actor, desk.make(_S.CANCELED))
    assert refusal.value.code == "wrong_status"


@pytest.mark.parametrize("status", [_S.UNREACHABLE, _S.FAILED])
def test_a_person_gets_one_attempt_more_and_pressing_twice_gets_one(desk: Desk, status: InterviewStatus) -> None:
    interview_id = desk.make(status, calls_that_rang=3, reason_code="attempts_exhausted", ended_at=NOW)
    first = desk.interviews.retry(desk.actor, interview_id)
    assert (first.status, first.reason_code, first.ended_at) == ("queued", None, None)
    assert desk.interview(interview_id).calls_that_rang == 2
    assert desk.interviews.retry(desk.actor, interview_id) == first
    assert desk.tasks() == [("place_call", interview_id, NOW)]
    assert desk.told() == ["interview.retried"]


def test_a_retry_out_of_hours_waits_for_the_next_allowed_hour(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.make(_S.UNREACHABLE)
    clock.advance(hours=12)
    view = desk.interviews.retry(desk.actor, interview_id)
    assert view.status == "scheduled"
    assert desk.tasks() == [("place_call", interview_id, datetime(2026, 3, 3, 9, 0, tzinfo=UTC))]


def test_P7_a_retry_is_refused_when_the_number_left_the_list(desk: Desk) -> None:
    interview_id = desk.make(_S.UNREACHABLE)
    with desk.database.write() as unit:
        for entry in unit.session.scalars(select(WhitelistEntry)):
            unit.session.delete(entry)
    with pytest.raises(Refused) as refusal:
        desk.interviews.retry(desk.actor, interview_id)
    assert refusal.value.code == "not_whitelisted"
    assert desk.interview(interview_id).status is _S.UNREACHABLE


def test_a_retry_does_not_open_a_second_interview(desk: Desk) -> None:
    old = desk.make(_S.UNREACHABLE)
    standing = desk.invite()
    with pytest.raises(Conflict) as refusal:
        desk.interviews.retry(desk.actor, old)
    assert (refusal.value.code, refusal.value.extra) == ("interview_exists", {"interview_id": standing.id})


@pytest.mark.parametrize("status", [_S.COMPLETED, _S.DECLINED, _S.OPTED_OUT, _S.CANCELED])
def test_only_who_was_not_reached_is_tried_again(desk: Desk, status: InterviewStatus) -> None:
    with pytest.raises(Conflict) as refusal:
        desk.interviews.retry(desk.actor, desk.make(status))
    assert refusal.value.code == "wrong_status"


def test_every_change_raises_the_version_that_webhooks_are_guarded_by(desk: Desk) -> None:
    interview_id = desk.make(_S.SCHEDULED)
    seen = [desk.interview(interview_id).version]
    for press in (desk.interviews.call_now, desk.interviews.cancel):
        press(desk.actor, interview_id)
        seen.append(desk.interview(interview_id).version)
    assert seen == sorted(set(seen))


# --- reading


def test_P8_another_organisation_sees_and_changes_nothing(desk: Desk) -> None:
    mine = desk.make(_S.SCHEDULED)
    stranger = Actor(make_organisation(desk.database), "key:Other", "key")
    with pytest.raises(NotFound):
        desk.interviews.get(stranger.organisation_id, mine)
    with pytest.raises(NotFound):
        desk.interviews.events(stranger.organisation_id, mine, Page())
    for press in (
        desk.interviews.cancel, desk.interviews.retry, desk.interviews.call_now, desk.interviews.hang_up,
        desk.interviews.rescore,
    ):  # fmt: skip
        with pytest.raises(NotFound):
            press(stranger, mine)
    listed = desk.interviews.list(stranger.organisation_id, InterviewFilters(), Page(with_total=True))
    assert (listed.items, listed.total) == ((), 0)
    theirs = make_job(desk.database, stranger.organisation_id)
    with pytest.raises(NotFound):
        desk.invite(job_id=theirs)
    with pytest.raises(NotFound):
        desk.invite(candidate_id=make_candidate(desk.database, stranger.organisation_id))
    with pytest.raises(NotFound):
        desk.interviews.get(desk.organisation_id, NOBODY)
    assert desk.interview(mine).status is _S.SCHEDULED


def test_an_external_id_of_another_organisation_is_free(desk: Desk) -> None:
    stranger = make_organisation(desk.database)
    make_interview(desk.database, organisation_id=stranger, external_id="ats-7")
    assert desk.invite(external_id="ats-7").external_id == "ats-7"


def test_progress_counts_core_questions_only(desk: Desk) -> None:
    states = (QuestionState.ANSWERED, QuestionState.ANSWERED, QuestionState.SKIPPED, QuestionState.OPEN)
    interview_id = desk.make(_S.IN_PROGRESS)
    for question, index in ((0, 0), (1, 0), (3, 2)):
        progress = Progress(phase=Phase.PAUSED, question=question, states=states, takes=(0,) * 4)
        desk.change(Interview, interview_id, progress=progress)
        view = desk.interviews.get(desk.organisation_id, interview_id).progress
        assert (view.total, view.answered, view.question_index, view.paused) == (3, 1, index, True)


def test_one_interview_is_read_with_all_that_belongs_to_it(desk: Desk) -> None:
    interview_id = desk.make()
    call_id = make_call(desk.database, interview_id)
    desk.change(
        Call, call_id, price="-0.0140", price_unit="USD", error_code="13227", outcome="completed", answered_at=NOW
    )
    sid = make_recording(desk.database, call_id)
    old = make_answer(desk.database, interview_id, "q1", superseded=True)
    said = make_answer(desk.database, interview_id, "q1", take=2, recording_sid=sid, transcript="Um, uh, I did it.")
    make_rating(desk.database, said, 7.25)
    passed = make_answer(desk.database, interview_id, "q2", take=0, state=AnswerState.SKIPPED, transcript=None)
    yes = make_answer(desk.database, interview_id, "k1", knockout_confirmed=True)
    third = make_answer(desk.database, interview_id, "q3")
    make_rating(desk.database, third, 9.0)
    make_result(desk.database, interview_id)
    desk.change(Interview, interview_id, started_at=NOW, ended_at=NOW + timedelta(seconds=61.5))

    view = desk.interviews.get(desk.organisation_id, interview_id)
    assert [answer.id for answer in view.answers] == [yes, old, said, passed, third]
    knockout, replaced, rated, skipped, _ = view.answers
    assert (knockout.said_yes, knockout.knockout_confirmed, knockout.score) == (True, True, None)
    assert replaced.superseded and replaced.score is None and not replaced.has_audio
    assert (rated.score, rated.score_100, rated.understanding, rated.explainability) == (7.3, 72.5, 8, 7)
    assert [(c.id, c.rating) for c in rated.criteria] == [("relevance", 3.9)]
    assert rated.criteria[0].quotes[0].start_s == 3.25
    assert [(k.id, k.status) for k in rated.key_points] == [("k1", "missing"), ("k2", "covered"), ("k3", "partial")]
    assert rated.question.id == "q1" and rated.ideal_answer == rated.question.ideal_answer
    assert rated.words_approximate and rated.has_audio
    assert [(s.number, s.state, s.score) for s in rated.score_sets] == [(1, "scored", 7.3)]
    assert rated.speech is not None
    assert (rated.speech.filler_words, rated.speech.response_time_s, rated.speech.longest_pause_s) == (2, 1.5, 0.8)
    assert rated.speech.words_per_minute == 37.5
    assert (skipped.state, skipped.transcript, skipped.score, skipped.score_sets) == ("skipped", None, None, ())
    assert [(k.status, k.quote) for k in skipped.key_points] == [(None, None)] * 3
    (call,) = view.calls
    assert call.cost is not None and (call.cost.amount, call.cost.unit) == ("0.0140", "USD")
    assert call.error is not None and call.error.code == "13227" and "13227" in call.error.sentence
    assert view.duration_s == 61
    assert view.result is not None and view.overall_score == view.result.overall_score
    assert view.result.coverage == 0.67 and view.status == "needs_review" and view.needs_review


def test_an_answer_that_is_for_a_person_shows_words_and_no_numbers(desk: Desk) -> None:
    interview_id = desk.make(_S.NEEDS_REVIEW)
    answer_id = make_answer(desk.database, interview_id, "q1")
    make_rating(desk.database, answer_id, 8.0)
    # Its rating stays on record, but the answer has since been left for a person.
    desk.change(Answer, answer_id, state=AnswerState.NEEDS_REVIEW, state_reason="Samples disagree.")
    (view,) = desk.interviews.get(desk.organisation_id, interview_id).answers
    assert (view.score, view.score_100, view.understanding, view.is_correct) == (None, None, None, None)
    assert view.criteria[0].rating is None and view.criteria[0].reason == "It fits."
    # and nothing at all while it waits to be rated
    desk.change(Answer, answer_id, state=AnswerState.PENDING)
    (view,) = desk.interviews.get(desk.organisation_id, interview_id).answers
    assert view.criteria == () and view.critique == ""


def test_reading_asks_as_often_for_many_answers_as_for_one(desk: Desk) -> None:
    def one(answers: int) -> int:
        job = make_job(desk.database, desk.organisation_id, questions=answers)
        interview_id = desk.make(job_id=job)
        call_id = make_call(desk.database, interview_id)
        desk.change(Call, call_id, carrier_sid=None)
        for number in range(1, answers + 1):
            sid = make_recording(desk.database, call_id, turn=number, number=answers)
            made = make_answer(desk.database, interview_id, f"q{number}", recording_sid=sid)
            make_rating(desk.database, made)
        make_result(desk.database, interview_id)
        with counted(desk.database) as sent:
            view = desk.interviews.get(desk.organisation_id, interview_id)
        assert len(view.answers) == answers
        return len(sent)

    assert one(2) == one(9) <= 15


def test_listing_asks_as_often_for_many_rows_as_for_one(desk: Desk) -> None:
    desk.make(_S.CANCELED)

    def sent_for(limit: int) -> int:
        with counted(desk.database) as sent:
            desk.interviews.list(desk.organisation_id, InterviewFilters(), Page(limit=limit, with_total=True))
        return len(sent)

    few = sent_for(1)
    for _ in range(12):
        job = make_job(desk.database, desk.organisation_id)
        desk.make(job_id=job, candidate_id=make_candidate(desk.database, desk.organisation_id))
    assert sent_for(100) == few == 4


def test_a_list_goes_newest_first_page_by_page(desk: Desk) -> None:
    made = []
    for number in range(5):
        made.append(desk.make(_S.CANCELED))
        # two of the same moment: the id decides
        desk.change(Interview, made[-1], created_at=NOW + timedelta(minutes=number // 2))
    seen: list[str] = []
    page = Page(limit=2, with_total=True)
    while True:
        part = desk.interviews.list(desk.organisation_id, InterviewFilters(), page)
        assert part.total == 5
        seen += [row.id for row in part.items]
        if part.next_cursor is None:
            break
        page = Page(limit=2, cursor=part.next_cursor, with_total=True)
    assert sorted(seen) == sorted(made) and len(seen) == 5
    moments = [desk.interview(id).created_at for id in seen]
    assert moments == sorted(moments, reverse=True)


def test_a_list_is_narrowed_by_each_filter(desk: Desk) -> None:
    other_job = make_job(desk.database, desk.organisation_id)
    zoe = make_candidate(desk.database, desk.organisation_id, external_id="p-9")
    desk.change(Candidate, zoe, name="Zoë 100% O'Hara")
    done = desk.make(_S.QUEUED, external_id="ats-1")
    for question in ("q1", "q2", "q3"):
        make_rating(desk.database, make_answer(desk.database, done, question), 9.0)
    make_answer(desk.database, done, "k1")
    make_result(desk.database, done)
    waiting = desk.make(_S.NEEDS_REVIEW, job_id=other_job)
    queued = desk.make(_S.QUEUED, candidate_id=zoe)
    desk.change(Interview, queued, created_at=NOW + timedelta(days=1))

    def found(**filters: Any) -> set[str]:
        part = desk.interviews.list(desk.organisation_id, InterviewFilters(**filters), Page(with_total=True))
        assert part.total == len(part.items)
        return {row.id for row in part.items}

    assert found() == {done, waiting, queued}
    assert found(job_id=other_job) == {waiting}
    assert found(candidate_id=zoe) == {queued}
    assert found(statuses=("completed", "queued")) == {done, queued}
    assert found(recommendation="hire") == {done} and found(recommendation="reject") == set()
    assert found(needs_review=True) == {waiting} and found(needs_review=False) == {done, queued}
    assert found(external_id="ats-1") == {done}
    assert found(created_from=NOW + timedelta(hours=1)) == {queued}
    assert found(created_to=NOW + timedelta(hours=1)) == {done, waiting}
    assert found(q="zoë") == {queued} and found(q="ADA") == {done, waiting}
    # what means something to LIKE means itself
    assert found(q="100%") == {queued} and found(q="%") == {queued} and found(q="_") == set() and found(q="/") == set()
    with pytest.raises(Invalid):
        found(statuses=("finished",))
    row = next(r for r in desk.interviews.list(desk.organisation_id, InterviewFilters(), Page()).items if r.id == done)
    assert (row.overall_score, row.recommendation) == (9.0, "hire")
    assert row.answers == () and row.calls == () and row.result is None


def test_events_go_newest_first_page_by_page(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite().id
    clock.advance(minutes=1)
    desk.interviews.call_now(desk.actor, interview_id)
    clock.advance(minutes=1)
    desk.interviews.cancel(desk.actor, interview_id)
    first = desk.interviews.events(desk.organisation_id, interview_id, Page(limit=2, with_total=True))
    assert [event.type for event in first.items] == ["interview.canceled", "interview.call_now"]
    assert first.total == 3 and first.next_cursor is not None
    rest = desk.interviews.events(desk.organisation_id, interview_id, Page(limit=2, cursor=first.next_cursor))
    assert [event.type for event in rest.items] == ["interview.queued"] and rest.next_cursor is None
    assert all(event.actor == "key:Demo" for event in (*first.items, *rest.items))
