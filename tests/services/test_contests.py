"""A contested answer leads a person back to the result: it changes no number, and what is resolved is settled again."""

from __future__ import annotations

import pytest

from db.models import Answer, CandidateRequest, DomainEvent
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.services.candidate_door import NotNow
from ivr.services.candidate_requests import CandidateRequestService, RequestDraft
from ivr.services.errors import Conflict
from ivr.services.interview_views import read_interview
from ivr.services.own_data import OwnDataService
from tests.fakes import FrozenClock
from tests.services.test_feedback import Desk

COMPLETED, NEEDS_REVIEW = InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW


class Office(Desk):
    """A rated interview, its candidate with a link, and whoever resolves requests."""

    def __init__(self, database: Database, clock: FrozenClock, **interview: object) -> None:
        super().__init__(database, clock, **interview)
        self.own_data = OwnDataService(database, self.links, None, clock, lambda: None)  # type: ignore[arg-type]
        self.requests = CandidateRequestService(database, clock)
        self.token = self.link()

    def contest(self, question_id: str = "q1") -> None:
        self.own_data.contest(self.token, self.line.answer(question_id).id, "I said cause, not course.")
        self.line.work()

    def resolve(self) -> None:
        (request,) = [one for one in self.line.all(CandidateRequest) if one.resolved_at is None]
        self.requests.resolve(self.actor, request.id, "Listened again: the words are right.")
        self.line.work()

    def reasons(self) -> list[tuple[str, str | None]]:
        with self.line.database.read() as session:
            result = read_interview(session, self.actor.organisation_id, self.id).result
        assert result is not None
        return [(reason.code, reason.question_id) for reason in result.review_reasons]

    def statuses(self) -> list[str]:
        wanted = {"interview.completed", "interview.needs_review"}
        return [event.type for event in self.line.all(DomainEvent) if event.type in wanted]


@pytest.fixture
def office(database: Database, clock: FrozenClock) -> Office:
    office = Office(database, clock)
    office.rate(review=False)
    assert office.line.interview().status is COMPLETED
    return office


def test_a_contest_leaves_the_result_for_a_person_and_changes_no_number(office: Office) -> None:
    before = office.line.result()
    assert before is not None
    office.line.clock.advance(minutes=1)
    office.contest()
    assert office.line.interview().status is NEEDS_REVIEW
    assert office.reasons() == [("contested", "q1")]
    after = office.line.result()
    assert after is not None
    assert (after.overall_score, after.recommendation) == (before.overall_score, before.recommendation)
    assert office.statuses() == ["interview.completed", "interview.needs_review"]


def test_resolving_it_settles_the_result_again(office: Office) -> None:
    office.contest()
    office.line.clock.advance(minutes=1)
    office.resolve()
    assert office.line.interview().status is COMPLETED and office.reasons() == []


def test_a_decision_that_was_made_before_is_looked_at_again(office: Office) -> None:
    office.review()
    office.contest("q2")
    assert office.line.interview().status is NEEDS_REVIEW and office.reasons() == [("contested", "q2")]
    office.line.clock.advance(minutes=1)
    office.review()
    # the person has looked at it and decided; the request waits for its note
    assert office.line.interview().status is COMPLETED
    office.line.clock.advance(minutes=1)
    office.resolve()
    assert office.line.interview().status is COMPLETED and office.reasons() == []


def test_a_contest_by_letter_is_no_less(office: Office) -> None:
    interview, answer = office.line.interview(), office.line.answer("q1")
    draft = RequestDraft("contest", interview.candidate_id, interview.id, answer.id, "It was misheard.")
    office.requests.create(office.actor, draft)
    office.line.work()
    assert office.reasons() == [("contested", "q1")]


def test_what_is_contested_before_the_result_is_there_is_in_it(database: Database, clock: FrozenClock) -> None:
    office = Office(database, clock)
    office.line.begin()
    office.line.say("I looked at the logs, and told the others what I saw there.")
    office.line.work(kinds=("transcribe_answer",))
    office.own_data.contest(office.token, office.line.answer("q1").id, "That was somebody else.")
    office.line.say("I looked at the logs once more, and measured what came of it.")
    office.line.later(minutes=2)
    assert office.line.interview().status is NEEDS_REVIEW and office.reasons() == [("contested", "q1")]


def test_nobody_contests_practice(database: Database, clock: FrozenClock) -> None:
    office = Office(database, clock, purpose="practice")
    office.line.curious = True
    office.rate(review=False)
    answer = office.line.all(Answer)[0]
    with pytest.raises(NotNow) as not_now:
        office.contest(answer.question_id)
    assert not_now.value.code == "practice"
    interview = office.line.interview()
    with pytest.raises(Conflict) as refused:
        office.requests.create(
            office.actor, RequestDraft("contest", interview.candidate_id, interview.id, answer.id, "Wrong.")
        )
    assert refused.value.code == "practice_is_private"
    assert office.line.interview().status is COMPLETED
