"""Scorecards for whoever was not there: one report, as data and as PDF."""

from collections.abc import Mapping, Sequence

import structlog
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.models import HEARD_BY_CARRIER, Answer
from db.repositories import interviews as rows
from db.repositories.events import REPORT_VIEWED
from db.unit_of_work import Database
from interview.integrity_words import observed
from interview.lifecycle import InterviewStatus
from interview.pseudonym import FORGOTTEN, masked_number
from ivr.gateways.ports import GatewayError, ScorecardPrinter
from ivr.services.call_picture import call_picture
from ivr.services.context import Actor
from ivr.services.errors import NotFound, ServiceError
from ivr.services.evidence import Evidence, Piece, evidence_of, pieces_of
from ivr.services.interview_reading import (
    AnsweredQuestion,
    answered_questions,
    levels_of,
    named,
    question_names,
    requirement_outcome,
    requirements,
)
from ivr.services.interview_views import read_interview
from ivr.services.practice_privacy import refuse_practice
from ivr.services.report_views import (
    VERSION,
    ReportAnswerView,
    ReportCandidateView,
    ReportCriterionView,
    ReportFollowUpView,
    ReportKeyPointView,
    ReportLevelView,
    ReportNoteView,
    ReportPictureView,
    ReportPieceView,
    ReportQuoteView,
    ReportRatedByView,
    ReportRecordView,
    ReportRequirementView,
    ReportSpanView,
    ReportView,
)
from ivr.services.results import ResultService, not_ready
from ivr.services.sightings import Sightings
from ivr.services.views import AnswerView, InterviewView, QuoteView, StoredFile

CONCLUDED = frozenset({InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW})
# A picture of an answer is as wide as a page: more bars than this nobody could tell apart.
BARS = 160
_JSON: TypeAdapter[ReportView] = TypeAdapter(ReportView)

log = structlog.get_logger("viva.reports")


class ReportService:
    """Reads an interview as a report, and has it printed. Whoever reads one is noted before they see it."""

    def __init__(
        self, database: Database, results: ResultService, printer: ScorecardPrinter, sightings: Sightings
    ) -> None:
        self._database = database
        self._results = results
        self._printer = printer
        self._sightings = sightings

    def report(self, organisation_id: str, interview_id: str, seen_by: Actor | None = None) -> ReportView:
        """The report. Raises NotFound, Conflict ``practice_is_private``, and ``not_ready`` while the interview is not
        concluded."""
        report = self._read(organisation_id, interview_id)
        self._sightings.note(seen_by, REPORT_VIEWED, "interview", interview_id, form="json")
        return report

    def scorecard(self, organisation_id: str, interview_id: str, seen_by: Actor | None = None) -> StoredFile:
        """The report as PDF. Raises as ``report``, and ServiceError ``unavailable`` when it cannot be printed now."""
        report = self._read(organisation_id, interview_id)
        try:
            data = self._printer.print_pdf(_JSON.dump_json(report))
        except GatewayError as error:
            log.error("scorecard not printed", interview_id=interview_id, error=error.message)
            hint = "Ask again in a minute." if error.retryable else "report.json has all that it would hold."
            raise ServiceError("unavailable", "The scorecard could not be printed.", hint) from error
        self._sightings.note(seen_by, REPORT_VIEWED, "interview", interview_id, form="pdf")
        return StoredFile(data, "application/pdf", f"scorecard-{interview_id}.pdf")

    def _read(self, organisation_id: str, interview_id: str) -> ReportView:
        with self._database.read() as session:
            interview = rows.interview(session, organisation_id, interview_id)
            if interview is None:
                raise NotFound("interview")
            refuse_practice(interview)
            if interview.status not in CONCLUDED:
                raise not_ready(interview)
            view = self._results.traced(read_interview(session, organisation_id, interview_id))
            version = rows.question_set(session, organisation_id, interview.question_set_id)
            peaks = {} if view.deletion else rows.peaks(session, organisation_id, interview_id)
            return report_of(
                view,
                {answer_id: bars(heights) for answer_id, (heights, _) in peaks.items()},
                questions_hash=version.content_hash if version else "",
                transcribed_by=_transcribers(session, organisation_id, interview_id),
            )


def report_of(
    interview: InterviewView,
    peaks: Mapping[str, tuple[int, ...]],
    *,
    questions_hash: str,
    transcribed_by: tuple[str, ...],
) -> ReportView:
    """The report of an interview; ``peaks`` are its answers' waveforms (0-100) by their ids."""
    names, result = question_names(interview), interview.result
    decided = [review.created_at for review in interview.reviews]
    changes = [interview.created_at, interview.ended_at, result.created_at if result else None, *decided]
    deletion, asked = interview.deletion, interview.candidate_question
    return ReportView(
        version=VERSION,
        interview_id=interview.id,
        external_id=interview.external_id,
        purpose=interview.purpose,
        status=interview.status,
        simulated=interview.simulated,
        as_of=max([change for change in changes if change], default=interview.created_at),
        started_at=interview.started_at,
        duration_s=interview.duration_s,
        job=interview.job,
        candidate=ReportCandidateView(
            interview.candidate_id, interview.candidate.name, _masked(interview.candidate.phone),
            interview.candidate.external_id,
        ),
        provisional=result is None or result.provisional,
        result=result,
        how=tuple(named(step, names) for step in result.policy.steps) if result else (),
        why_no_result=None if result else _why_no_result(interview),
        review_reasons=_reasons(interview, names),
        requirements=tuple(_requirement(number, one) for number, one in enumerate(requirements(interview), start=1)),
        picture=_picture(interview),
        answers=tuple(
            _answer(one, interview.job.language, peaks.get(one.answer.id, ())) for one in answered_questions(interview)
        ),
        candidate_question=asked.text if asked else None,
        reviews=interview.reviews,
        record=ReportRecordView(
            questions_version=interview.job.question_set_version,
            questions_hash=questions_hash,
            score_set=result.score_set if result else None,
            policy_version=result.policy.version if result else None,
            model=result.model if result else None,
            prompt_version=result.prompt_version if result else None,
            transcribed_by=transcribed_by,
            calls=len(interview.calls),
            cost=result.cost if result else None,
            audio_deleted_on=deletion.at if deletion else interview.words_until,
            words_deleted=deletion.sentence if deletion else None,
        ),
    )  # fmt: skip


def bars(heights: Sequence[int], loudest: int = 255) -> tuple[int, ...]:
    """A waveform with as many bars as a page has room for, each the loudest of its stretch, as percent of
    ``loudest``."""
    wanted = min(BARS, len(heights))
    edges = [place * len(heights) // wanted for place in range(wanted + 1)] if wanted else []
    return tuple(
        round(max(heights[start:end]) * 100 / loudest) for start, end in zip(edges, edges[1:], strict=False)
    )


def _answer(one: AnsweredQuestion, language: str, peaks: tuple[int, ...]) -> ReportAnswerView:
    answer, question = one.answer, one.answer.question
    evidence = evidence_of(answer, language)
    rated_by = answer.rated_by
    samples = rated_by.sample_ratings if rated_by and answer.score is not None else {}
    follow_up = answer.follow_up
    return ReportAnswerView(
        number=one.number,
        answer_id=answer.id,
        question_id=question.id,
        question=question.text,
        competency=question.competency,
        type=question.type.value,
        weight_share=None if one.weight_share is None else round(one.weight_share, 4),
        state=answer.state,
        state_reason=answer.state_reason,
        score=answer.score,
        levels=tuple(
            ReportLevelView(level.number, level.text, level.is_nearest)
            for level in levels_of(question.anchors, answer.score)
        ),
        criteria=tuple(
            ReportCriterionView(c.id, c.rating, c.reason, _numbers(c.quotes, evidence), samples.get(c.id, ()))
            for c in answer.criteria
        ),
        key_points=tuple(
            ReportKeyPointView(k.text, k.status, _numbers([k.quote] if k.quote else [], evidence))
            for k in answer.key_points
        ),
        quotes=tuple(ReportQuoteView(e.number, e.text, e.start_s, e.in_follow_up) for e in evidence),
        transcript=_pieces(pieces_of(answer.transcript or "", [e for e in evidence if not e.in_follow_up])),
        transcript_corrected=answer.transcript_original is not None
        and answer.transcript_original != answer.transcript,
        transcript_source=answer.transcript_source,
        transcript_note=answer.transcript_note,
        times_approximate=answer.words_approximate,
        follow_up=None if follow_up is None else ReportFollowUpView(
            follow_up.text, _pieces(pieces_of(follow_up.transcript or "", [e for e in evidence if e.in_follow_up]))
        ),
        review_reasons=tuple(reason.sentence for reason in answer.review_reasons),
        human_feedback=answer.human_feedback,
        duration_s=answer.duration_s,
        partial=answer.partial,
        earlier_takes=len(one.earlier),
        speech=answer.speech,
        rated_by=None if rated_by is None else ReportRatedByView(
            rated_by.model, rated_by.prompt_version, rated_by.samples, rated_by.rated_at, rated_by.resume_given
        ),
        integrity_notes=tuple(
            ReportNoteView(
                note.signal, observed(note.signal, note.value) or note.signal, note.offset, note.reliability,
                note.innocent_explanations,
            )
            for note in answer.integrity_notes
        ),
        peaks=peaks,
    )  # fmt: skip


def _numbers(quotes: Sequence[QuoteView], evidence: Sequence[Evidence]) -> tuple[int, ...]:
    wanted = {quote.text for quote in quotes}
    return tuple(one.number for one in evidence if one.text in wanted)


def _pieces(pieces: Sequence[Piece]) -> tuple[ReportPieceView, ...]:
    return tuple(ReportPieceView(piece.text, tuple(one.number for one in piece.evidence)) for piece in pieces)


def _requirement(number: int, answer: AnswerView) -> ReportRequirementView:
    return ReportRequirementView(
        number=number,
        question=answer.question.text,
        outcome=requirement_outcome(answer),
        said_yes=answer.said_yes,
        needed="no" if answer.question.pass_rule == "no" else "yes",  # noqa: S105 - not a password
        confirmed_by_person=answer.knockout_confirmed is not None,
    )


def _picture(interview: InterviewView) -> ReportPictureView | None:
    picture = call_picture(interview)
    if picture is None:
        return None
    numbers = {one.answer.question.id: one.number for one in answered_questions(interview)}
    return ReportPictureView(
        picture.duration_s,
        tuple(ReportSpanView(call.start_s, call.end_s, None) for call in picture.calls),
        tuple(ReportSpanView(one.start_s, one.end_s, numbers.get(one.question_id)) for one in picture.answers),
    )


def _reasons(interview: InterviewView, names: Mapping[str, str]) -> tuple[str, ...]:
    """Why a person should look, each with the question that it is about."""
    found = interview.result.review_reasons if interview.result else ()
    return tuple(
        f"{names.get(one.question_id, one.question_id)}: {one.sentence}" if one.question_id else one.sentence
        for one in found
    )


def _why_no_result(interview: InterviewView) -> str:
    action = interview.next_action
    return interview.waiting_reason or (action.why if action else "") or "There is no result yet."


def _masked(phone: str) -> str:
    """Four digits tell a recruiter whom they called; more is nobody's business who is handed the paper."""
    return FORGOTTEN if phone == FORGOTTEN else masked_number(phone)


def _transcribers(session: Session, organisation_id: str, interview_id: str) -> tuple[str, ...]:
    """The models that made the words of the answers; the carrier's speech recognition by that name."""
    answers: Sequence[Answer] = rows.answers(session, organisation_id, interview_id)
    models = {answer.transcript_model for answer in answers if answer.transcript_model and not answer.superseded}
    return tuple(sorted("carrier" if model == HEARD_BY_CARRIER else model for model in models))
