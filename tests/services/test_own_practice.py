"""A candidate's own practice: the bank's questions, rated like an interview, and told to the candidate alone."""

from __future__ import annotations

from typing import Any

import pytest

from db.models import DomainEvent, Interview, Job, QuestionSet, Result
from db.repositories import hiring
from db.unit_of_work import Database
from interview.folding import fold
from interview.lifecycle import InterviewStatus
from interview.purpose import Purpose
from interview.question_rules import MAX_QUESTIONS, InterviewType, QuestionSpec
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.coaching import CoachingReport, CoachingService, NoReport
from ivr.services.errors import Conflict
from ivr.services.feedback import FeedbackDraft
from ivr.services.interview_views import read_interview
from ivr.services.practice_questions import questions_for
from ivr.services.question_bank import (
    PRACTICE_QUESTIONS,
    bank_languages,
    bank_questions,
    practice_questions,
    whole_bank,
)
from ivr.services.word_deletion import RETENTION, delete_words
from tests.factories import NOW, make_job, make_organisation
from tests.fakes import FrozenClock
from tests.pipeline import rating_of
from tests.services.test_feedback import Desk


@pytest.mark.parametrize("language", bank_languages())
@pytest.mark.parametrize("kind", list(InterviewType))
def test_the_bank_has_enough_for_the_longest_interview_and_for_practice(language: str, kind: InterviewType) -> None:
    spec = QuestionSpec(MAX_QUESTIONS, kind, language=language)
    practised = {draft.text for draft in practice_questions(spec, (), ())}
    assert len(practised) == PRACTICE_QUESTIONS
    # the job's questions are taken from the bank after somebody has practised
    own = bank_questions(spec, practised)
    assert len(own) == MAX_QUESTIONS and practised.isdisjoint(draft.text for draft in own)
    # and the other way round
    own = bank_questions(spec)
    later = practice_questions(spec, [draft.text for draft in own], own)
    assert len(later) == PRACTICE_QUESTIONS
    assert {draft.text for draft in later}.isdisjoint(draft.text for draft in own)


def test_practice_of_the_jobs_kind_comes_first_and_what_the_job_asks_about_last() -> None:
    spec = QuestionSpec(interview_type=InterviewType.SITUATIONAL)
    assert {draft.type.value for draft in practice_questions(spec, (), ())} == {"situational"}
    same = [draft for draft in whole_bank("en") if draft.type.value == "situational"][:4]
    assert not {draft.text for draft in same} & {draft.text for draft in practice_questions(spec, (), same)}


def practised(database: Database, job_id: str) -> QuestionSet:
    with database.write() as unit:
        job = unit.session.get_one(Job, job_id)
        made = questions_for(unit.session, job, Purpose.PRACTICE.value, NOW)
        assert made is not None
        return made


def test_a_job_has_one_set_to_practise_with_until_it_asks_one_of_those_itself(database: Database) -> None:
    job_id = make_job(database, make_organisation(database))
    first = practised(database, job_id)
    assert practised(database, job_id).id == first.id
    assert (first.purpose, first.version, first.source) == ("practice", 1, "bank")
    with database.write() as unit:
        newest = hiring.question_set(unit.session, job_id)
        assert newest is not None and newest.purpose == "assessment" and newest.version == 1
        # a recruiter writes one of them into the next version
        unit.session.add(
            QuestionSet(
                organisation_id=newest.organisation_id, job_id=job_id, version=2, source="human", content_hash="x",
                questions=(*newest.questions, first.questions[0]), spoken=(*newest.spoken, first.spoken[0]),
                created_at=NOW,
            )
        )  # fmt: skip
    second = practised(database, job_id)
    assert second.version == 2
    assert fold(first.questions[0].text) not in {fold(question.text) for question in second.questions}
    with database.read() as session:
        assert [row.version for row in hiring.set_summaries(session, [job_id])] == [1, 2]


def test_nobody_practises_for_a_job_whose_questions_are_not_approved(database: Database) -> None:
    job_id = make_job(database, make_organisation(database), approved=False)
    with database.write() as unit:
        assert questions_for(unit.session, unit.session.get_one(Job, job_id), "practice", NOW) is None


def test_a_job_that_asks_all_of_the_bank_leaves_nothing_to_practise(database: Database) -> None:
    job_id = make_job(database, make_organisation(database))
    first = practised(database, job_id)
    with database.write() as unit:
        job = unit.session.get_one(Job, job_id)
        everything = tuple(
            type(first.spoken[0])(f"q{number}", draft.text, 60) for number, draft in enumerate(whole_bank("en"), 1)
        )
        unit.session.add(
            QuestionSet(
                organisation_id=job.organisation_id, job_id=job_id, version=2, source="human", content_hash="x",
                questions=first.questions, spoken=everything, created_at=NOW,
            )
        )  # fmt: skip
        unit.session.flush()
        with pytest.raises(Conflict) as refused:
            questions_for(unit.session, job, "practice", NOW)
        assert refused.value.code == "no_practice_questions"


# --- from the call to the report


class Practice(Desk):
    """A practice interview of two questions, and a link to it."""

    def __init__(self, database: Database, clock: FrozenClock, **interview: Any) -> None:
        super().__init__(database, clock, purpose="practice", **interview)
        self.line.curious = True  # nobody is asked for a question of their own

    def report(self, token: str) -> CoachingReport | None:
        return CoachingService(self.line.database, self.links, self.line.clock).report(token)


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Practice:
    return Practice(database, clock)


def test_the_report_is_the_candidates_without_anybodys_release(desk: Practice) -> None:
    token = desk.link()
    with pytest.raises(NoReport):
        desk.report(token)
    assert not desk.door().look(token).has_feedback
    desk.rate(review=False)
    assert desk.line.interview().status is InterviewStatus.COMPLETED
    report = desk.report(token)
    assert report is not None and report.strengths == ("They looked at the logs.",)
    assert [(one.state, len(one.covered), one.missing) for one in report.questions] == [("told", 3, ())] * 2
    assert all(one.example for one in report.questions)
    seen = desk.door().look(token)
    assert seen.has_feedback and seen.is_practice and seen.standing == "over"


def test_what_was_left_out_and_what_is_missing_is_told_with_what_helps(desk: Practice) -> None:
    token = desk.link()
    desk.line.model.replies["answer_rating"] = _half
    desk.line.begin()
    desk.line.say("I looked at the logs, and that was that.")
    for key in "0303":  # left out, asked once more at the end, and left out again
        desk.line.press(key)
    desk.line.work()
    report = desk.report(token)
    assert report is not None
    first, second = report.questions
    assert (first.state, len(first.covered), len(first.missing)) == ("told", 1, 2)
    assert (second.state, second.covered, len(second.missing)) == ("left_out", (), 3)


def _half(payload: Any) -> dict[str, Any]:
    made = rating_of(payload, 3, "looked at the logs")
    made["key_points"][0] |= {"status": "covered", "quote": "looked at the logs"}
    return made


def test_words_that_tell_a_verdict_are_left_out_of_the_report(desk: Practice) -> None:
    words = dict(desk.line.model.replies["interview_narrative"])
    words["improvements"] = ["Say what came of it.", "You should not be hired with answers like these."]
    desk.line.model.replies["interview_narrative"] = words
    desk.rate(review=False)
    report = desk.report(desk.link())
    assert report is not None and not any("hired" in text for text in report.topics)


def test_the_organisation_sees_that_it_took_place_and_nothing_more(desk: Practice) -> None:
    desk.rate(review=False)
    with desk.line.database.read() as session:
        view = read_interview(session, desk.actor.organisation_id, desk.id)
    assert (view.purpose, view.status) == ("practice", "completed")
    assert (view.overall_score, view.recommendation, view.needs_review) == (None, None, False)
    assert (view.answers, view.result, view.reviews, view.feedback) == ((), None, (), None)
    assert view.calls and view.progress.answered == 2
    result = desk.line.result()
    assert result is not None
    assert (result.overall_score, result.recommendation, result.needs_review) == (None, None, False)
    numbers = [
        event.type for event in desk.line.all(DomainEvent)
        if event.data.get("answer10") is not None or event.data.get("overall10") is not None
        or event.data.get("recommendation") is not None
    ]  # fmt: skip
    assert numbers == []
    assert not any(row.kind == "note_integrity" for row in desk.line.open_tasks())
    with pytest.raises(Conflict) as refused:
        desk.review()
    assert refused.value.code == "practice_is_private"
    with pytest.raises(Conflict) as refused:
        desk.write(FeedbackDraft(release=False))
    assert refused.value.code == "practice_is_private"


def test_practice_asks_no_person_for_anything(database: Database, clock: FrozenClock) -> None:
    desk = Practice(database, clock, knockouts=0)
    desk.line.model.replies["answer_rating"] = GatewayError("The model is down.", trouble=Trouble.RETRY, code="503")
    desk.rate(review=False)
    for _ in range(4):
        desk.line.later(minutes=10)
    interview = desk.line.interview()
    assert (interview.status, interview.next_action) == (InterviewStatus.PROCESSING, "score")
    assert interview.waiting_reason
    with database.read() as session:
        assert session.get_one(Interview, desk.id).next_action_at is not None


def test_an_answer_that_nobody_could_rate_is_said_to_be_so(desk: Practice) -> None:
    desk.line.model.replies["answer_rating"] = GatewayError("This is no rating.", trouble=Trouble.OUTPUT, code="schema")
    desk.rate(review=False)
    assert desk.line.interview().status is InterviewStatus.COMPLETED
    report = desk.report(desk.link())
    assert report is not None and [one.state for one in report.questions] == ["not_assessed"] * 2


def test_a_report_goes_with_the_words_and_an_interview_has_none(database: Database, clock: FrozenClock) -> None:
    desk = Practice(database, clock)
    desk.rate(review=False)
    token = desk.link()
    with database.write() as unit:
        delete_words(unit.session, unit.session.get_one(Interview, desk.id), RETENTION, clock())
    with pytest.raises(NoReport):
        desk.report(token)
    assert not desk.door().look(token).has_feedback


def test_an_interview_that_is_assessed_has_no_such_report(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock)
    token = desk.link()
    desk.rate(review=False)
    assert CoachingService(database, desk.links, clock).report(token) is None
    assert len(desk.line.all(Result)) == 1
