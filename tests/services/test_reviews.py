"""What people do about a result: it stays beside what the rules said, and nothing stored is overwritten."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Answer, AnswerRating, AnswerState, DomainEvent, Interview, OutboxRow, Result, Review, ScoreSet
from db.repositories import outbox
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.context import Actor
from ivr.services.drafts import AnswerPatch, KnockoutDraft, ReviewDraft
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.interview_views import read_interview
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from ivr.services.scorecards import PATIENCE
from ivr.services.views import AnswerView, InterviewView, ReviewView
from tests.factories import make_answer, make_interview, make_organisation, make_rating, make_result
from tests.fakes import FrozenClock
from tests.pipeline import STRONG, Pipeline, rates, rating_of

REASON = "The answers show what the work needs."
WEAK = "I do not know really, somebody else looked at the logs that day and I went home early then."
_S = InterviewStatus


class Board:
    """An interview that was held and rated, and the person who looks at it."""

    def __init__(self, database: Database, clock: FrozenClock, **interview: Any) -> None:
        self.line = Pipeline(database, clock, **interview)
        self.database, self.clock = database, clock
        self.reviews = ReviewService(database, clock, self._ring)
        self.results = ResultService(database, self.line.store)
        self.rings = 0
        self.organisation_id = self.line.interview().organisation_id
        self.actor = Actor(self.organisation_id, "user:anna@example.com", "user", "req-1")
        self.id = self.line.interview_id

    def _ring(self) -> None:
        self.rings += 1

    def hold(self, *words: str, key: str | None = None) -> None:
        self.line.begin()
        if key is not None:
            self.line.press(key)
        for said in words:
            self.line.say(said)
        self.line.work()

    def view(self) -> InterviewView:
        with self.database.read() as session:
            return read_interview(session, self.organisation_id, self.id)

    def answer(self, question_id: str) -> AnswerView:
        return next(answer for answer in self.view().answers if answer.question.id == question_id)

    def correct(self, question_id: str, words: str | None) -> InterviewView:
        patch = AnswerPatch(transcript=words)
        return self.reviews.patch_answer(self.actor, self.id, self.answer(question_id).id, patch)

    def review(self, decision: str = "hire", reason: str = REASON, **more: Any) -> ReviewView:
        return self.reviews.review(self.actor, self.id, ReviewDraft(decision, reason, **more))

    def confirm(self, passed: bool, reason: str | None = None) -> InterviewView:
        return self.reviews.confirm_knockout(
            self.actor, self.id, self.answer("k1").id, KnockoutDraft(passed, reason)
        )

    def all(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind).order_by(kind.created_at)))

    def sets(self) -> list[tuple[int, str]]:
        return sorted((row.number, row.reason) for row in self.all(ScoreSet))

    def change(self, kind: Any, id: str, **values: Any) -> None:
        with self.database.write() as unit:
            row = unit.session.get_one(kind, id)
            for name, value in values.items():
                setattr(row, name, value)

    def tasks(self) -> set[str]:
        return {row.kind for row in self.all(OutboxRow) if row.done_at is None}

    def told(self, type_: str) -> list[DomainEvent]:
        return [event for event in self.all(DomainEvent) if event.type == type_]

    def rated(self) -> int:
        return self.line.model.count("answer_rating")


@pytest.fixture
def board(database: Database, clock: FrozenClock) -> Board:
    made = Board(database, clock)
    made.hold(STRONG, STRONG)
    assert made.view().status == "completed"
    return made


def by_words(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A model that tells good answers from poor ones by their words."""
    return rating_of(payload, 5 if "measured" in payload["transcript"] else 2, "looked at the logs")


# --- deciding


def test_R20_a_result_is_provisional_until_a_person_decides_and_both_are_kept(board: Board) -> None:
    assert board.results.result(board.organisation_id, board.id).provisional
    view = board.review("reject")
    assert (view.reviewer, view.decision, view.reason) == ("user:anna@example.com", "reject", REASON)
    result = board.results.result(board.organisation_id, board.id)
    assert (result.recommendation, result.overall_score) == ("hire", 10.0)
    assert not result.provisional and result.human_review == view
    assert board.view().reviews == (view,)
    (event,) = board.told("review.created")
    told = {"decision": "reject", "review": view.id}
    assert (event.actor, event.data, event.request_id) == ("user:anna@example.com", told, "req-1")


def test_a_decision_completes_what_needed_a_person_and_is_not_asked_for_again(
    database: Database, clock: FrozenClock
) -> None:
    board = Board(database, clock, knockouts=1)
    board.hold(STRONG, STRONG, key="2")
    assert board.view().status == "needs_review" and board.view().result is not None
    board.review("consider")
    view = board.view()
    assert (view.status, view.needs_review, view.next_action) == ("completed", False, None)
    assert view.result is not None and not view.result.needs_review
    # A conclusion that finds nothing new does not put it before a person once more.
    _conclude(board)
    assert board.view().status == "completed"


def test_a_second_opinion_is_a_second_review_and_the_same_one_twice_is_one(board: Board) -> None:
    first = board.review("hire")
    assert board.review("hire", f"  {REASON} ") == first
    board.clock.advance(minutes=1)
    second = board.review("reject")
    assert [review.id for review in board.view().reviews] == [first.id, second.id]
    assert board.results.result(board.organisation_id, board.id).human_review == second
    assert len(board.told("review.created")) == 2


@pytest.mark.parametrize("reason", ["", "Too short to count", " " * 30, "x" * 19 + "   "])
def test_a_decision_gives_its_reason_in_twenty_characters(board: Board, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        board.review("hire", reason)
    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [("reason", "too_short")]
    assert board.all(Review) == []


def test_a_decision_is_one_of_three_words(board: Board) -> None:
    with pytest.raises(Invalid) as refusal:
        board.review("maybe")
    assert [problem.field for problem in refusal.value.problems] == ["decision"]


def test_a_reviewers_own_ratings_name_answers_and_criteria_of_this_interview(board: Board) -> None:
    answer_id = board.answer("q1").id
    view = board.review("hire", ratings={answer_id: {"relevance": 4, "clarity": 5}})
    assert view.ratings == {answer_id: {"relevance": 4, "clarity": 5}}
    for ratings in ({"x": {"relevance": 4}}, {answer_id: {"accent": 4}}, {answer_id: {"relevance": 6}}):
        with pytest.raises(Invalid):
            board.review("hire", ratings=ratings)
    assert len(board.all(Review)) == 1


@pytest.mark.parametrize("status", [_S.QUEUED, _S.IN_PROGRESS, _S.PROCESSING, _S.CANCELED])
def test_what_is_not_concluded_is_not_decided(board: Board, status: InterviewStatus) -> None:
    board.change(Interview, board.id, status=status)
    with pytest.raises(Conflict) as refusal:
        board.review()
    assert refusal.value.code == "not_ready" and status.value in refusal.value.sentence
    assert board.all(Review) == []


def test_P5_a_decision_while_answers_wait_for_the_model_does_not_call_them_complete(
    database: Database, clock: FrozenClock
) -> None:
    board = Board(database, clock)
    board.line.model.replies["answer_rating"] = GatewayError("away", trouble=Trouble.RETRY, code="503")
    board.hold(STRONG, STRONG)
    board.line.later(seconds=PATIENCE.total_seconds() + 60)
    assert board.view().status == "needs_review" and board.view().result is None
    board.review("consider")
    assert board.view().status == "needs_review"
    board.line.model.replies["answer_rating"] = rates(5)
    board.line.later(minutes=10)
    assert board.view().status == "completed"
    assert [review.decision for review in board.view().reviews] == ["consider"]


# --- correcting


def test_a_corrected_transcript_stands_beside_the_original_and_is_rated_in_a_new_set(board: Board) -> None:
    board.line.model.replies["answer_rating"] = by_words
    asked = board.rated()
    before = board.answer("q2")
    pending = board.correct("q1", WEAK)
    assert pending.status == "processing" and pending.result is None and pending.overall_score is None
    assert pending.next_action is not None and pending.next_action.what == "score"
    waiting = next(answer for answer in pending.answers if answer.question.id == "q1")
    assert (waiting.state, waiting.score, waiting.criteria) == ("pending", None, ())
    with pytest.raises(Conflict) as refusal:
        board.results.result(board.organisation_id, board.id)
    assert refusal.value.code == "not_ready"

    board.line.work()
    assert board.rated() == asked + 1
    corrected = board.answer("q1")
    assert (corrected.transcript, corrected.transcript_original) == (WEAK, STRONG)
    assert (corrected.state, corrected.score) == ("scored", 2.5)
    assert [(s.number, s.reason, s.score) for s in corrected.score_sets] == [
        (1, "first", 10.0), (2, "transcript_corrected", 2.5),
    ]  # fmt: skip
    after = board.answer("q2")
    assert (after.score, after.evidence, after.criteria) == (before.score, before.evidence, before.criteria)
    view = board.view()
    assert view.status == "completed" and view.overall_score == 6.3
    assert view.result is not None and view.result.score_set == 2
    results = board.all(Result)
    assert sorted(result.overall_score for result in results) == [6.25, 10.0]
    (event,) = board.told("answer.corrected")
    assert event.data == {"question": "q1", "take": 1, "taken_back": False}
    assert WEAK not in str([event.data for event in board.all(DomainEvent)])


def test_the_words_that_are_rated_are_the_corrected_ones(board: Board) -> None:
    board.correct("q1", WEAK)
    board.line.work()
    asked = [one.payload["transcript"] for one in board.line.model.asked if one.purpose == "answer_rating"]
    assert asked[-1] == WEAK


def test_a_correction_is_taken_back_by_null(board: Board) -> None:
    board.line.model.replies["answer_rating"] = by_words
    board.correct("q1", WEAK)
    board.line.work()
    board.correct("q1", None)
    board.line.work()
    answer = board.answer("q1")
    assert (answer.transcript, answer.transcript_original, answer.score) == (STRONG, STRONG, 10.0)
    assert [score_set.number for score_set in answer.score_sets] == [1, 2, 3]
    assert board.view().overall_score == 10.0


def test_the_same_words_twice_change_nothing(board: Board) -> None:
    for words in (STRONG, None):
        assert board.correct("q1", words).status == "completed"
    board.correct("q1", WEAK)
    board.correct("q1", WEAK)
    board.line.work()
    board.correct("q1", WEAK)
    assert board.sets() == [(1, "first"), (2, "transcript_corrected")]
    assert len(board.told("answer.corrected")) == 1


def test_a_correction_during_the_rating_is_rated_and_the_old_words_rating_is_not_kept(
    database: Database, clock: FrozenClock
) -> None:
    board = Board(database, clock)
    corrected: list[str] = []

    def meanwhile(payload: Mapping[str, Any]) -> dict[str, Any]:
        if not corrected and "1" in payload["question"]["text"]:
            corrected.append(WEAK)
            board.correct("q1", WEAK)
        return by_words(payload)

    board.line.begin()
    board.line.say(STRONG)
    board.line.say(STRONG)
    board.line.model.replies["answer_rating"] = meanwhile
    board.line.work()
    assert corrected
    answer = board.answer("q1")
    assert (answer.transcript, answer.state, answer.score) == (WEAK, "scored", 2.5)
    assert len(answer.score_sets) == 1
    assert board.view().status == "completed"


def test_doubted_words_are_rated_once_a_person_vouches_for_them(board: Board) -> None:
    answer_id = board.answer("q1").id
    with board.database.write() as unit:
        rating = unit.session.scalars(select(AnswerRating).where(AnswerRating.answer_id == answer_id)).one()
        unit.session.delete(rating)
    board.change(Answer, answer_id, state=AnswerState.NEEDS_REVIEW, state_reason="Too many words.")
    assert board.answer("q1").review_reasons[0].sentence == "Too many words."
    board.correct("q1", STRONG)
    board.line.work()
    answer = board.answer("q1")
    assert (answer.state, answer.score, answer.state_reason) == ("scored", 10.0, None)
    # The result that stood was made without this answer: it is kept, and the new one stands in a set of its own.
    assert board.sets() == [(1, "first"), (2, "transcript_corrected")]


def test_an_answer_that_was_lost_can_be_written_down_by_hand(board: Board) -> None:
    answer_id = board.answer("q1").id
    with board.database.write() as unit:
        rating = unit.session.scalars(select(AnswerRating).where(AnswerRating.answer_id == answer_id)).one()
        unit.session.delete(rating)
    board.change(Answer, answer_id, state=AnswerState.TECHNICAL_FAILURE, transcript=None)
    board.correct("q1", STRONG)
    board.line.work()
    answer = board.answer("q1")
    assert (answer.transcript, answer.transcript_original, answer.score) == (STRONG, None, 10.0)
    with pytest.raises(Invalid):
        board.correct("q1", None)


def test_nothing_is_corrected_where_nothing_was_said(database: Database, clock: FrozenClock) -> None:
    board = Board(database, clock, knockouts=1)
    board.hold(STRONG, STRONG, key="1")
    with pytest.raises(Conflict):
        board.correct("k1", "Yes.")
    with pytest.raises(Invalid):
        board.correct("q1", "  \n ")
    board.change(Interview, board.id, status=_S.CANCELED)
    with pytest.raises(Conflict) as refusal:
        board.correct("q1", WEAK)
    assert refusal.value.code == "wrong_status"
    assert board.answer("q1").transcript == STRONG


def test_feedback_is_kept_and_scores_nothing(board: Board) -> None:
    answer_id = board.answer("q1").id
    for _ in range(2):
        view = board.reviews.patch_answer(
            board.actor, board.id, answer_id, AnswerPatch(human_feedback="Name the cause earlier.")
        )
    assert view.status == "completed" and board.tasks() == set()
    assert board.answer("q1").human_feedback == "Name the cause earlier."
    assert len(board.told("answer.feedback")) == 1
    board.reviews.patch_answer(board.actor, board.id, answer_id, AnswerPatch(human_feedback=None))
    assert board.answer("q1").human_feedback is None


# --- rating anew


def test_R21_a_rescore_adds_a_set_asks_the_model_again_and_overwrites_nothing(board: Board) -> None:
    asked = board.rated()
    board.line.model.replies["answer_rating"] = rates(3)
    view = board.reviews.rescore(board.actor, board.id)
    assert view.status == "processing" and {answer.state for answer in view.answers} == {"pending"}
    board.reviews.rescore(board.actor, board.id)
    board.line.work()
    assert board.rated() == asked + 2
    assert board.view().overall_score == 5.0
    for question_id in ("q1", "q2"):
        assert [(s.number, s.score) for s in board.answer(question_id).score_sets] == [(1, 10.0), (2, 5.0)]
    assert board.sets() == [(1, "first"), (2, "rescored")]
    assert sorted(result.overall_score for result in board.all(Result)) == [5.0, 10.0]
    assert len(board.told("interview.rescore_requested")) == 1
    # and a third set asks a third time
    board.reviews.rescore(board.actor, board.id)
    board.line.work()
    assert board.rated() == asked + 4


def test_a_decision_over_the_old_set_does_not_sign_the_new_one(board: Board) -> None:
    board.review("hire")
    board.reviews.rescore(board.actor, board.id)
    board.line.work()
    result = board.results.result(board.organisation_id, board.id)
    assert result.provisional and result.human_review is None
    assert [review.decision for review in board.view().reviews] == ["hire"]


def test_a_rescore_days_later_waits_in_peace_before_it_asks_for_a_person(board: Board) -> None:
    board.clock.advance(days=3)
    board.line.model.replies["answer_rating"] = GatewayError("away", trouble=Trouble.RETRY, code="503")
    board.reviews.rescore(board.actor, board.id)
    board.line.work()
    assert board.view().status == "processing"
    board.line.later(seconds=PATIENCE.total_seconds() + 60)
    assert board.view().status == "needs_review" and board.view().result is None
    board.line.model.replies["answer_rating"] = rates(4)
    # Pressing again presses on: the same set, and no wait for the back-off.
    board.reviews.rescore(board.actor, board.id)
    board.line.work()
    assert board.view().status == "completed"
    assert board.sets() == [(1, "first"), (2, "rescored")]


def test_there_must_be_something_to_rate_anew(board: Board) -> None:
    unrated = make_interview(board.database, organisation_id=board.organisation_id, status=_S.NEEDS_REVIEW)
    make_answer(board.database, unrated, "q1", state=AnswerState.TECHNICAL_FAILURE, transcript=None)
    with pytest.raises(Conflict) as refusal:
        board.reviews.rescore(board.actor, unrated)
    assert refusal.value.code == "not_ready"
    for status in (_S.IN_PROGRESS, _S.DECLINED):
        board.change(Interview, board.id, status=status)
        with pytest.raises(Conflict) as refusal:
            board.reviews.rescore(board.actor, board.id)
        assert refusal.value.code == "wrong_status"


# --- requirements


@pytest.mark.parametrize(
    ("key", "passed", "recommendation", "status"),
    [("2", False, "reject", "completed"), ("2", True, "hire", "completed"), ("1", False, "reject", "completed")],
)
def test_R17_a_persons_word_on_a_requirement_decides_it(
    database: Database, clock: FrozenClock, key: str, passed: bool, recommendation: str, status: str
) -> None:
    board = Board(database, clock, knockouts=1)
    board.hold(STRONG, STRONG, key=key)
    before = board.view().result
    assert before is not None and before.recommendation == ("hire" if key == "1" else "consider")
    for _ in range(2):
        board.confirm(passed, "They showed the licence.")
    board.line.work()
    view = board.view()
    assert view.status == status
    assert view.result is not None and view.result.recommendation == recommendation
    assert board.answer("k1").knockout_confirmed is passed and board.answer("k1").said_yes is (key == "1")
    (event,) = board.told("answer.knockout_confirmed")
    assert event.data == {"question": "k1", "take": 1, "passed": passed, "reason": "They showed the licence."}


def test_only_requirements_are_confirmed_and_only_once_there_is_a_result_to_come(
    database: Database, clock: FrozenClock
) -> None:
    board = Board(database, clock, knockouts=1)
    board.hold(STRONG, STRONG, key="1")
    with pytest.raises(Conflict):
        board.reviews.confirm_knockout(board.actor, board.id, board.answer("q1").id, KnockoutDraft(True))
    board.change(Interview, board.id, status=_S.CANCELED)
    with pytest.raises(Conflict) as refusal:
        board.confirm(True)
    assert refusal.value.code == "wrong_status"


# --- together


def test_P8_another_organisation_decides_and_corrects_nothing(board: Board) -> None:
    stranger = Actor(make_organisation(board.database), "key:Other", "key")
    answer_id = board.answer("q1").id
    other = make_interview(board.database, organisation_id=stranger.organisation_id, status=_S.COMPLETED)
    with pytest.raises(NotFound):
        board.reviews.review(stranger, board.id, ReviewDraft("hire", REASON))
    for interview_id in (board.id, other):
        with pytest.raises(NotFound):
            board.reviews.patch_answer(stranger, interview_id, answer_id, AnswerPatch(transcript=WEAK))
        with pytest.raises(NotFound):
            board.reviews.confirm_knockout(stranger, interview_id, answer_id, KnockoutDraft(True))
    with pytest.raises(NotFound):
        board.reviews.rescore(stranger, board.id)
    assert board.view().status == "completed" and board.all(Review) == []
    assert board.answer("q1").transcript == STRONG


def test_a_rating_of_a_foreign_answer_is_no_rating(board: Board) -> None:
    theirs = make_interview(board.database)
    answer_id = make_answer(board.database, theirs, "q1")
    make_rating(board.database, answer_id)
    make_result(board.database, theirs)
    with pytest.raises(Invalid):
        board.review("hire", ratings={answer_id: {"relevance": 4}})


def test_answers_are_remembered_with_their_effect(board: Board) -> None:
    remembered: list[object] = []
    board.actor = Actor(board.organisation_id, "key:Demo", "key", None, lambda _session, view: remembered.append(view))
    answered = [board.review("hire"), board.correct("q1", WEAK), board.reviews.rescore(board.actor, board.id)]
    assert remembered == answered


def _conclude(board: Board) -> None:
    with board.database.write() as unit:
        outbox.add(
            unit.session, kind="conclude_interview", subject_id=board.id, organisation_id=board.organisation_id,
            due_at=board.clock(),
        )  # fmt: skip
    board.line.work()
