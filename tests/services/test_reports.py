"""The scorecard over the database: one report of what is there, for whoever may see it, and a note of who did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from db.models import Answer, AnswerRating, Call, Candidate, DomainEvent, Interview, Job
from db.repositories.events import of_subject
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.context import Actor
from ivr.services.drafts import ReviewDraft, settings_from_plain, settings_to_plain
from ivr.services.errors import Conflict, NotFound, ServiceError
from ivr.services.report_views import ReportView
from ivr.services.reports import BARS, ReportService, bars
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from ivr.services.sightings import Sightings
from ivr.services.word_deletion import RETENTION, delete_words
from tests.factories import (
    NOW,
    SAID,
    make_answer,
    make_call,
    make_interview,
    make_organisation,
    make_rating,
    make_recording,
    make_result,
)
from tests.fakes import FakeFileStore, FrozenClock
from tests.statements import heard


class Printer:
    """Keeps what it is to print."""

    def __init__(self) -> None:
        self.reports: list[Any] = []
        self.trouble: Trouble | None = None

    def print_pdf(self, report: bytes) -> bytes:
        if self.trouble is not None:
            raise GatewayError("no", trouble=self.trouble)
        self.reports.append(json.loads(report))
        return b"%PDF-1.7 made of paper"


class Desk:
    """A concluded interview of two core questions and a knockout, and the service that reports on it."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database, self.clock, self.printer = database, clock, Printer()
        results = ResultService(database, FakeFileStore())
        self.reports = ReportService(database, results, self.printer, Sightings(database, clock))
        self.interview_id = make_interview(database, questions=2, knockouts=1)
        call_id = make_call(database, self.interview_id)
        self.answers = []
        for number in (1, 2):
            sid = make_recording(database, call_id, turn=number)
            self.answers.append(make_answer(database, self.interview_id, f"q{number}", recording_sid=sid))
            self.change(Answer, self.answers[-1], transcript_model="gpt-transcribe")
        make_answer(database, self.interview_id, "k1")
        self.change(Interview, self.interview_id, started_at=NOW, ended_at=NOW + timedelta(minutes=5))
        self.change(Call, call_id, answered_at=NOW, ended_at=NOW + timedelta(minutes=5))
        for answer_id, score in zip(self.answers, (8.75, 6.25), strict=True):
            rating = make_rating(database, answer_id, score)
            samples = [{"criteria": [{"id": "relevance", "rating": rated}]} for rated in (4, 5, 4)]
            self.change(AnswerRating, rating, samples=samples)
        make_result(database, self.interview_id, status=InterviewStatus.COMPLETED)
        with database.read() as session:
            self.organisation_id = session.get_one(Interview, self.interview_id).organisation_id
        self.anna = Actor(self.organisation_id, "user:anna@example.com", "user", "req-1")

    def change(self, kind: Any, id: str, **values: Any) -> None:
        with self.database.write() as unit:
            row = unit.session.get_one(kind, id)
            for name, value in values.items():
                setattr(row, name, value)

    def job(self, **settings: Any) -> None:
        with self.database.write() as unit:
            job = unit.session.get_one(Job, unit.session.get_one(Interview, self.interview_id).job_id)
            plain = settings_to_plain(settings_from_plain(job.settings))
            job.settings = plain | settings

    def report(self, seen_by: Actor | None = None) -> ReportView:
        return self.reports.report(self.organisation_id, self.interview_id, seen_by)

    def happened(self, type_: str, minutes: float, **data: Any) -> None:
        with self.database.write() as unit:
            unit.session.add(
                DomainEvent(
                    organisation_id=self.organisation_id, type=type_, subject_kind="interview",
                    subject_id=self.interview_id, actor="candidate", data=data,
                    created_at=NOW + timedelta(minutes=minutes),
                )
            )  # fmt: skip

    def events(self, type_: str) -> list[Mapping[str, Any]]:
        with self.database.read() as session:
            found = session.scalars(select(DomainEvent).where(DomainEvent.type == type_).order_by(DomainEvent.id))
            return [event.data for event in found]


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


def test_a_report_holds_what_was_said_rated_and_by_whom(desk: Desk) -> None:
    report = desk.report()
    first, second = report.answers
    assert (first.number, first.score, second.score) == (1, 8.8, 6.3)
    assert "".join(piece.text for piece in first.transcript) == SAID
    (quote,) = first.quotes
    assert (quote.number, quote.text, quote.start_s) == (1, "explained the steps taken", 3.25)
    assert [piece.text for piece in first.transcript if piece.quotes] == [quote.text]
    (criterion,) = first.criteria
    assert (criterion.id, criterion.quotes, criterion.samples) == ("relevance", (1,), (4, 5, 4))
    assert first.rated_by is not None
    assert (first.rated_by.model, first.rated_by.prompt_version, first.rated_by.samples) == (
        "fake-demo", "score_answer@1", 3,
    )  # fmt: skip
    assert [level.number for level in first.levels if level.is_nearest] == [5]
    assert first.peaks == (0, 50, 100)
    (requirement,) = report.requirements
    assert (requirement.outcome, requirement.needed, requirement.confirmed_by_person) == ("met", "yes", False)
    assert report.result is not None and report.provisional
    assert report.record.transcribed_by == ("gpt-transcribe",) and len(report.record.questions_hash) == 64
    assert any("Requirement 1" in step for step in report.how) and not any("k1" in step for step in report.how)


def test_numbers_of_telephones_are_masked_for_everybody(desk: Desk) -> None:
    report = desk.report()
    assert report.candidate.phone.count("*") == 6
    with desk.database.read() as session:
        number = session.get_one(Candidate, session.get_one(Interview, desk.interview_id).candidate_id).phone
    assert len(number) > 8 and number not in TypeAdapter(ReportView).dump_json(report).decode()


def test_the_paper_is_made_from_exactly_the_report(desk: Desk) -> None:
    file = desk.reports.scorecard(desk.organisation_id, desk.interview_id)
    assert file.data.startswith(b"%PDF") and file.content_type == "application/pdf"
    assert file.filename == f"scorecard-{desk.interview_id}.pdf"
    assert desk.printer.reports == [json.loads(TypeAdapter(ReportView).dump_json(desk.report()))]


@pytest.mark.parametrize("status", [
    InterviewStatus.SCHEDULED, InterviewStatus.IN_PROGRESS, InterviewStatus.PROCESSING, InterviewStatus.UNREACHABLE,
])  # fmt: skip
def test_there_is_none_before_the_interview_is_concluded(desk: Desk, status: InterviewStatus) -> None:
    desk.change(Interview, desk.interview_id, status=status)
    for ask in (desk.reports.report, desk.reports.scorecard):
        with pytest.raises(Conflict) as refused:
            ask(desk.organisation_id, desk.interview_id, desk.anna)
        assert refused.value.code == "not_ready"
        assert refused.value.extra == {"interview_status": status.value}
    assert desk.printer.reports == [] and desk.events("report.viewed") == []


def test_another_organisations_interview_is_not_there(desk: Desk) -> None:
    other = make_organisation(desk.database, slug="other")
    for ask in (desk.reports.report, desk.reports.scorecard):
        with pytest.raises(NotFound):
            ask(other, desk.interview_id)
    with pytest.raises(NotFound):
        ResultService(desk.database, FakeFileStore()).all_peaks(other, desk.interview_id)


def test_needing_review_without_a_result_is_reported_as_such(desk: Desk) -> None:
    """Decision 7: after a quarter of an hour without a model a person is asked, and nothing has a number."""
    waiting = "Waiting to be scored: the model is not available."
    interview_id = make_interview(
        desk.database, organisation_id=desk.organisation_id, status=InterviewStatus.NEEDS_REVIEW,
        waiting_reason=waiting,
    )  # fmt: skip
    make_answer(desk.database, interview_id, "q1")
    report = desk.reports.report(desk.organisation_id, interview_id)
    assert (report.result, report.why_no_result, report.provisional) == (None, waiting, True)
    (answer,) = report.answers
    assert (answer.state, answer.score, answer.criteria, answer.rated_by) == ("pending", None, (), None)


def test_F35_who_reads_one_is_noted_once_an_hour_by_its_form(desk: Desk) -> None:
    for _ in range(2):
        desk.report(desk.anna)
        desk.reports.scorecard(desk.organisation_id, desk.interview_id, desk.anna)
    assert sorted(data["form"] for data in desk.events("report.viewed")) == ["json", "pdf"]
    with desk.database.read() as session:
        told = of_subject(session, desk.organisation_id, desk.interview_id)
    assert "report.viewed" not in {event.type for event in told}


def test_a_paper_that_cannot_be_printed_is_said_to_be_unavailable(desk: Desk) -> None:
    for trouble, hint in ((Trouble.RETRY, "again in a minute"), (Trouble.SUBJECT, "report.json")):
        desk.printer.trouble = trouble
        with pytest.raises(ServiceError) as refused:
            desk.reports.scorecard(desk.organisation_id, desk.interview_id, desk.anna)
        assert refused.value.code == "unavailable" and hint in refused.value.hint
    assert desk.events("report.viewed") == []


def test_a_decision_ends_that_it_is_provisional(desk: Desk) -> None:
    before = desk.report()
    desk.clock.advance(hours=1)
    reviews = ReviewService(desk.database, desk.clock, lambda: None)
    draft = ReviewDraft("hire", "I heard every answer and agree with it.", {desk.answers[0]: {"relevance": 4}})
    reviews.review(desk.anna, desk.interview_id, draft)
    after = desk.report()
    assert after.result is not None and not after.provisional and after.as_of > before.as_of
    assert after.reviews[0].ratings == {desk.answers[0]: {"relevance": 4}}


def test_F34_the_day_on_which_the_audio_goes_is_named(desk: Desk) -> None:
    assert desk.report().record.audio_deleted_on is None, "nothing sets an end"
    desk.job(retention_days=90)
    assert desk.report().record.audio_deleted_on == NOW + timedelta(minutes=5, days=90)
    gone_at = NOW + timedelta(days=91)
    with desk.database.write() as unit:
        delete_words(unit.session, unit.session.get_one(Interview, desk.interview_id), RETENTION, gone_at)
    report = desk.report()
    assert report.record.audio_deleted_on == gone_at and "Deleted by retention" in str(report.record.words_deleted)
    assert [(one.transcript, one.quotes, one.peaks) for one in report.answers] == [((), (), ())] * 2
    assert report.answers[0].rated_by is not None and report.answers[0].rated_by.samples == 0
    assert SAID not in str(report) and report.result is not None and report.result.overall_score is not None


def test_the_call_is_drawn_from_the_moments_of_its_answers(desk: Desk) -> None:
    assert desk.report().picture is None, "no moment is known"
    desk.happened("answer.captured", 1.0, question="q1", take=1)
    desk.happened("answer.captured", 2.5, question="q2", take=1)
    desk.happened("answer.captured", 2.6, question="q9", take=1)
    picture = desk.report().picture
    assert picture is not None and picture.duration_s == 300
    assert [(one.question, one.start_s, one.end_s) for one in picture.answers] == [(1, 50, 60), (2, 140, 150)]
    assert [(one.start_s, one.end_s) for one in picture.calls] == [(0, 300)]


def test_answers_of_a_second_call_follow_the_first_and_never_overlap(desk: Desk) -> None:
    later = make_call(desk.database, desk.interview_id, carrier_sid="CA" + "1" * 32)
    desk.change(Interview, desk.interview_id, status=InterviewStatus.COMPLETED)
    desk.change(Call, later, answered_at=NOW + timedelta(hours=2), ended_at=NOW + timedelta(hours=2, minutes=1))
    desk.happened("answer.captured", 4.0, question="q1", take=1)
    desk.happened("answer.captured", 120.1, question="q2", take=1)
    picture = desk.report().picture
    assert picture is not None and picture.duration_s == 360
    assert [(one.start_s, one.end_s) for one in picture.calls] == [(0, 300), (300, 360)]
    assert [(one.start_s, one.end_s) for one in picture.answers] == [(230, 240), (296, 306)]


def test_a_report_costs_a_bounded_number_of_queries(desk: Desk) -> None:
    def asked() -> int:
        with heard(desk.database) as statements:
            desk.report()
        return len(statements)

    with_two = asked()
    for take in range(2, 8):
        make_rating(desk.database, make_answer(desk.database, desk.interview_id, "q1", take=take), 5.0)
    assert asked() == with_two <= 32, "however many answers there are"


def test_a_waveform_has_as_many_bars_as_a_page_can_show() -> None:
    assert bars([]) == () and bars([255, 0]) == (100, 0)
    assert len(bars(list(range(250)) * 10)) == BARS
    assert bars([0] * 999 + [255])[-1] == 100, "the loudest of a stretch stands for it"
