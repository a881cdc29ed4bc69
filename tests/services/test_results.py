"""What people read of a result and hear of an answer: numbers only where there is a score, shown half up."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Answer, AnswerState, Call, Interview, ModelCallRow, Recording, Result
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.services.errors import Conflict, NotFound
from ivr.services.results import ResultService
from tests.factories import (
    NOW,
    make_answer,
    make_call,
    make_interview,
    make_organisation,
    make_question,
    make_rating,
    make_recording,
    make_result,
    make_score,
)
from tests.fakes import FakeFileStore


class Shelf:
    """A concluded interview of two core questions and a knockout, and the service that reads it."""

    def __init__(self, database: Database, *scores: float) -> None:
        self.database = database
        self.store = FakeFileStore()
        self.results = ResultService(database, self.store)
        self.interview_id = make_interview(database, questions=len(scores), knockouts=1)
        self.call_id = make_call(database, self.interview_id)
        self.answers = []
        for number, score in enumerate(scores, start=1):
            sid = make_recording(database, self.call_id, turn=number)
            answer_id = make_answer(database, self.interview_id, f"q{number}", recording_sid=sid)
            make_rating(database, answer_id, score)
            self.answers.append(answer_id)
        self.knockout = make_answer(database, self.interview_id, "k1")
        self.organisation_id = self.interview().organisation_id

    def interview(self) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, self.interview_id)

    def change(self, kind: Any, id: str, **values: Any) -> None:
        with self.database.write() as unit:
            row = unit.session.get_one(kind, id)
            for name, value in values.items():
                setattr(row, name, value)

    def result(self) -> Any:
        return self.results.result(self.organisation_id, self.interview_id)


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database, 8.25, 6.5)


def test_there_is_no_result_before_the_interview_is_concluded_and_the_refusal_says_where_it_stands(
    shelf: Shelf,
) -> None:
    shelf.change(Interview, shelf.interview_id, status=InterviewStatus.PROCESSING, next_action_why="It is rated.")
    with pytest.raises(Conflict) as refusal:
        shelf.result()
    assert refusal.value.code == "not_ready"
    assert refusal.value.extra == {"interview_status": "processing"}
    assert "It is rated." in refusal.value.sentence


def test_a_result_shows_one_decimal_half_up_and_the_rules_that_made_it(shelf: Shelf) -> None:
    make_result(shelf.database, shelf.interview_id)
    result = shelf.result()
    # (8.25 + 6.5) / 2 = 7.375
    assert (result.overall_score, result.overall_score_100) == (7.4, 73.8)
    assert (result.recommendation, result.hire_recommendation, result.overall_rating) == ("hire", True, "good")
    assert result.borderline and result.coverage == 1.0 and result.certainty == 95.0
    assert result.dimension_scores == {"content": 7.4, "communication": 7.4, "behavioral": 7.4}
    assert [(c.name, c.score) for c in result.competencies] == [("Competency 1", 8.3), ("Competency 2", 6.5)]
    assert (result.questions_total, result.questions_attempted, result.questions_correct) == (2, 2, 2)
    assert result.policy.thresholds == {"hire": 7.0, "consider": 5.0}
    assert result.policy.weights["content"] == 50.0
    assert result.policy.steps
    assert result.average_response_time_s == 1.5
    assert result.provisional and result.human_review is None
    assert not result.needs_review


def test_the_words_follow_later_and_their_absence_says_why(shelf: Shelf) -> None:
    result_id = make_result(shelf.database, shelf.interview_id)
    assert shelf.result().summary is None
    assert shelf.result().narrative_note == "The summary is being written."
    words = {
        "summary": "Explains steps.", "strengths": ["Steps."], "improvements": ["Causes."], "next_steps": ["Ask."],
        "recommended_topics": ["Causes"],
    }  # fmt: skip
    shelf.change(Result, result_id, narrative=words)
    result = shelf.result()
    assert (result.summary, result.strengths, result.improvements) == ("Explains steps.", ("Steps.",), ("Causes.",))
    assert (result.next_steps, result.recommended_topics, result.narrative_note) == (("Ask.",), ("Causes",), None)
    shelf.change(Result, result_id, narrative=None, narrative_note="It was withheld.")
    assert shelf.result().narrative_note == "It was withheld."


def test_the_cost_adds_models_and_calls_in_dollars(shelf: Shelf) -> None:
    make_result(shelf.database, shelf.interview_id)
    assert shelf.result().cost is None
    with shelf.database.write() as unit:
        for number, cost in enumerate(("0.012000", "0.003500", None)):
            unit.session.add(
                ModelCallRow(
                    organisation_id=shelf.organisation_id, interview_id=shelf.interview_id, subject_id="a",
                    purpose="p", sample=number, request_hash="h", model="m", prompt_version="v", outcome="ok",
                    cost_usd=None if cost is None else Decimal(cost),
                )
            )  # fmt: skip
    # Twilio states what it takes as a negative number.
    shelf.change(Call, shelf.call_id, price="-0.0140", price_unit="USD")
    cost = shelf.result().cost
    assert cost is not None and Decimal(cost.amount) == Decimal("0.0295") and cost.unit == "USD"
    shelf.change(Call, shelf.call_id, price="-0.0140", price_unit="EUR")
    cost = shelf.result().cost
    assert cost is not None and Decimal(cost.amount) == Decimal("0.0155")


def test_an_unconfirmed_failed_knockout_stands_among_the_reasons_to_look(database: Database) -> None:
    shelf = Shelf(database, 9.0, 9.0)
    shelf.change(Answer, shelf.knockout, said_yes=False)
    make_result(database, shelf.interview_id)
    result = shelf.result()
    assert result.recommendation == "consider" and result.needs_review
    assert [reason.code for reason in result.review_reasons] == ["knockout_unconfirmed"]


def test_below_three_quarters_of_the_answers_there_is_no_number_at_all(database: Database) -> None:
    shelf = Shelf(database, 9.0)
    interview_id = make_interview(database, organisation_id=shelf.organisation_id, questions=2)
    answer_id = make_answer(database, interview_id, "q1")
    make_rating(database, answer_id, 9.0)
    make_answer(database, interview_id, "q2", take=0, state=AnswerState.SKIPPED, transcript=None)
    make_result(database, interview_id)
    result = shelf.results.result(shelf.organisation_id, interview_id)
    assert (result.overall_score, result.overall_score_100, result.recommendation) == (None, None, None)
    assert (result.overall_rating, result.coverage, result.needs_review) == ("pending", 0.5, True)


def test_time_taken_runs_from_consent_to_the_end(shelf: Shelf) -> None:
    make_result(shelf.database, shelf.interview_id)
    assert shelf.result().completion_time_s is None
    shelf.change(Interview, shelf.interview_id, started_at=NOW, ended_at=NOW + timedelta(minutes=12))
    assert shelf.result().completion_time_s == 720.0


def test_audio_is_named_by_us_and_read_in_ranges(shelf: Shelf) -> None:
    audio = shelf.results.audio(shelf.organisation_id, shelf.interview_id, shelf.answers[0])
    assert audio.size == 1000 and audio.content_type == "audio/wav"
    assert audio.filename == f"answer-{shelf.answers[0]}.wav"
    shelf.store.put(audio.key, bytes(range(100)), "audio/wav")
    assert shelf.results.read_audio(audio, 3, 5) == bytes([3, 4, 5])


def test_peaks_run_from_nothing_to_a_hundred(shelf: Shelf) -> None:
    peaks = shelf.results.peaks(shelf.organisation_id, shelf.interview_id, shelf.answers[0])
    assert peaks.peaks == (0, 50, 100) and peaks.duration_s == 10.0


def test_what_was_not_fetched_or_never_recorded_has_no_audio(shelf: Shelf) -> None:
    sid = make_recording(shelf.database, shelf.call_id, turn=9, fetched=False)
    unfetched = make_answer(shelf.database, shelf.interview_id, "q1", take=2, recording_sid=sid)
    for answer_id in (unfetched, shelf.knockout):
        for read in (shelf.results.audio, shelf.results.peaks):
            with pytest.raises(Conflict) as refusal:
                read(shelf.organisation_id, shelf.interview_id, answer_id)
            assert refusal.value.code == "no_audio"


def test_another_organisation_neither_reads_nor_hears(shelf: Shelf) -> None:
    make_result(shelf.database, shelf.interview_id)
    stranger = make_organisation(shelf.database)
    other = make_interview(shelf.database, organisation_id=stranger)
    with pytest.raises(NotFound):
        shelf.results.result(stranger, shelf.interview_id)
    for read in (shelf.results.audio, shelf.results.peaks):
        with pytest.raises(NotFound):
            read(stranger, shelf.interview_id, shelf.answers[0])
        with pytest.raises(NotFound):
            read(stranger, other, shelf.answers[0])
        # nor under another interview of the same organisation
        with pytest.raises(NotFound):
            read(shelf.organisation_id, other, shelf.answers[0])


def test_a_recording_row_of_another_organisation_is_not_reached_through_its_sid(shelf: Shelf) -> None:
    stranger = make_organisation(shelf.database)
    theirs = make_interview(shelf.database, organisation_id=stranger)
    with shelf.database.read() as session:
        sid = session.get_one(Recording, _recording_id(shelf)).recording_sid
    answer_id = make_answer(shelf.database, theirs, "q1", recording_sid=sid)
    with pytest.raises(Conflict) as refusal:
        shelf.results.audio(stranger, theirs, answer_id)
    assert refusal.value.code == "no_audio"


def _recording_id(shelf: Shelf) -> str:
    with shelf.database.read() as session:
        return session.scalars(select(Recording.id).where(Recording.interview_id == shelf.interview_id)).first() or ""


def test_scores_made_by_the_factory_are_the_cores_own() -> None:
    assert make_score(make_question(1), 7.5).dimension_ratings["content"] == 4.0
