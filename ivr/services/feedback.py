"""The feedback sheet of an interview (R19): asked for, changed and released by a person, and read by its candidate.

Nothing is drafted before somebody asks, nothing is told before a person releases it, and nothing is sent by itself.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import FeedbackSheet, FeedbackState, Interview
from db.repositories import feedback as rows
from db.repositories import interviews, outbox
from db.repositories.events import record
from db.unit_of_work import Database
from interview.feedback import Sheet, SheetProblem, check_sheet
from interview.lifecycle import InterviewStatus
from interview.question import Question
from interview.scorecard import AnswerScore
from ivr.services.context import Actor, Clock
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.feedback_views import FeedbackView, feedback_view, is_outdated
from ivr.services.practice_privacy import refuse_practice
from ivr.services.results import not_ready
from ivr.services.word_deletion import refuse_deleted

DRAFT_TASK = "draft_feedback"
MODEL, PERSON = "model", "person"
_CONCLUDED = frozenset({InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW})
_SCORES: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)


@dataclass(frozen=True, slots=True)
class FeedbackDraft:
    """What a person sends: texts (None leaves those that are there), and whether the candidate may read them now."""

    strengths: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    release: bool = True

    @property
    def has_text(self) -> bool:
        """Whether it changes what the sheet says."""
        return self.strengths is not None or self.topics is not None


class FeedbackService:
    """The web's side. Each wish may be sent twice: what is so already is answered as it is."""

    def __init__(self, database: Database, clock: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring

    def get(self, organisation_id: str, interview_id: str) -> FeedbackView:
        """The sheet as it stands; ``status`` none while nobody has asked for one. Raises NotFound, Conflict
        ``practice_is_private``."""
        with self._database.read() as session:
            interview = interviews.interview(session, organisation_id, interview_id)
            if interview is None:
                raise NotFound("interview")
            refuse_practice(interview)
            return read_feedback(session, interview)

    def write(self, actor: Actor, interview_id: str, draft: FeedbackDraft) -> FeedbackView:
        """Release the sheet; or, with ``release`` false, keep new texts, or have it drafted where none are given.

        Raises NotFound, WordsDeleted, Invalid ``feedback_invalid`` naming each entry that may not be told, and
        Conflict: ``not_ready`` (no result yet, or nothing to release), ``not_reviewed``, ``feedback_outdated``,
        ``feedback_released``, ``practice_is_private``.
        """
        with self._database.write() as unit:
            session = unit.session
            interview = interviews.interview(session, actor.organisation_id, interview_id, lock=True)
            if interview is None:
                raise NotFound("interview")
            refuse_practice(interview)
            refuse_deleted(interview)
            if interview.status not in _CONCLUDED:
                raise not_ready(interview)
            sheet = rows.of_interview(session, actor.organisation_id, interview_id, lock=True)
            if sheet is not None and sheet.state is FeedbackState.RELEASED:
                _refuse_another(sheet, draft)
            else:
                sheet = sheet or self._begin(session, interview)
                self._change(session, actor, interview, sheet, draft)
            session.flush()
            unit.on_commit(self._ring)
            view = read_feedback(session, interview)
            actor.remember(session, view)
            return view

    # --- inside

    def _begin(self, session: Session, interview: Interview) -> FeedbackSheet:
        sheet = FeedbackSheet(
            id=new_id(), organisation_id=interview.organisation_id, interview_id=interview.id,
            state=FeedbackState.DRAFT, strengths=[], topics=[], drafts=0, created_at=self._clock(),
            updated_at=self._clock(),
        )  # fmt: skip
        session.add(sheet)
        return sheet

    def _change(
        self, session: Session, actor: Actor, interview: Interview, sheet: FeedbackSheet, draft: FeedbackDraft
    ) -> None:
        if draft.has_text:
            self._keep(session, actor, interview, sheet, draft)
        if draft.release:
            self._release(session, actor, interview, sheet)
        elif not draft.has_text and sheet.state is not FeedbackState.DRAFTING:
            self._ask_for_draft(session, actor, sheet)

    def _ask_for_draft(self, session: Session, actor: Actor, sheet: FeedbackSheet) -> None:
        sheet.state, sheet.note, sheet.updated_at = FeedbackState.DRAFTING, None, self._clock()
        sheet.drafts += 1
        outbox.add(
            session, kind="draft_feedback", subject_id=sheet.id, organisation_id=sheet.organisation_id,
            due_at=self._clock(), request_id=actor.request_id,
        )  # fmt: skip
        self._tell(session, actor, sheet, "feedback.draft_requested")

    def _keep(
        self, session: Session, actor: Actor, interview: Interview, sheet: FeedbackSheet, draft: FeedbackDraft
    ) -> None:
        text = Sheet(
            tuple(sheet.strengths) if draft.strengths is None else draft.strengths,
            tuple(sheet.topics) if draft.topics is None else draft.topics,
        )
        _refuse(check_sheet(text, sources_of(session, interview), language_of(session, interview)))
        if text == _text_of(sheet) and sheet.state is FeedbackState.DRAFT:
            return
        sheet.strengths, sheet.topics = list(text.strengths), list(text.topics)
        # who writes over a draft that is still to come does not want it any more
        sheet.state, sheet.written_by, sheet.note = FeedbackState.DRAFT, PERSON, None
        sheet.updated_at = self._clock()
        self._tell(session, actor, sheet, "feedback.edited")

    def _release(self, session: Session, actor: Actor, interview: Interview, sheet: FeedbackSheet) -> None:
        text = _text_of(sheet)
        newest_set_id = newest_set_of(session, interview)
        if sheet.state is not FeedbackState.DRAFT or text.is_empty:
            raise _nothing_there(sheet)
        if is_outdated(sheet, newest_set_id):
            raise _outdated()
        if not _is_reviewed(session, interview, newest_set_id):
            raise _not_reviewed()
        _refuse(check_sheet(text, sources_of(session, interview), language_of(session, interview)))
        now = self._clock()
        sheet.state, sheet.released_by = FeedbackState.RELEASED, actor.name
        sheet.released_at = sheet.updated_at = now
        said = json.dumps([text.strengths, text.topics], ensure_ascii=False)
        self._tell(
            session, actor, sheet, "feedback.released", written_by=sheet.written_by or PERSON,
            content_hash=hashlib.sha256(said.encode()).hexdigest(),
        )  # fmt: skip

    def _tell(self, session: Session, actor: Actor, sheet: FeedbackSheet, type_: str, **data: str) -> None:
        record(
            session, organisation_id=sheet.organisation_id, type=type_, subject_kind="interview",
            subject_id=sheet.interview_id, actor=actor.name, data=data, request_id=actor.request_id, at=self._clock(),
        )  # fmt: skip


def read_feedback(session: Session, interview: Interview) -> FeedbackView:
    """The sheet of this interview as it stands."""
    sheet = rows.of_interview(session, interview.organisation_id, interview.id)
    return feedback_view(interview.id, sheet, None if sheet is None else newest_set_of(session, interview))


def newest_set_of(session: Session, interview: Interview) -> str | None:
    """The id of the newest score set, None while nothing is rated."""
    sets = interviews.score_sets(session, interview.organisation_id, interview.id)
    return sets[-1].id if sets else None


def scored_of(session: Session, interview: Interview) -> tuple[tuple[Question, AnswerScore], ...]:
    """The questions whose answers carry a score in the newest score set, with it, in the order of the interview."""
    version = interviews.question_set(session, interview.organisation_id, interview.question_set_id)
    newest_set_id = newest_set_of(session, interview)
    if version is None or newest_set_id is None:
        return ()
    scores = {
        row.question_id: _SCORES.validate_python(row.content)
        for row in interviews.ratings_in(session, interview.organisation_id, newest_set_id)
    }
    return tuple(
        (question, scores[question.id])
        for question in version.questions
        if question.id in scores and scores[question.id].state == "scored"
    )


def sources_of(session: Session, interview: Interview) -> tuple[str, ...]:
    """The texts whose words a sheet may repeat: what was asked and looked for, and what was verifiably said."""
    version = interviews.question_set(session, interview.organisation_id, interview.question_set_id)
    job = interviews.job(session, interview.organisation_id, interview.job_id)
    questions = () if version is None else version.questions
    return (
        *(() if job is None else (job.title, job.company)),
        *(text for question in questions for text in (question.text, question.competency)),
        *(point.text for question in questions for point in question.key_points),
        *(quote.text for _, score in scored_of(session, interview) for quote in score.evidence),
    )


def language_of(session: Session, interview: Interview) -> str:
    """The language that the candidate was spoken to in."""
    job = interviews.job(session, interview.organisation_id, interview.job_id)
    return "en-US" if job is None else job.language


def _text_of(sheet: FeedbackSheet) -> Sheet:
    return Sheet(tuple(sheet.strengths), tuple(sheet.topics))


def _is_reviewed(session: Session, interview: Interview, newest_set_id: str | None) -> bool:
    """Whether a person has decided over the ratings that stand now (R20)."""
    decided = interviews.reviews(session, interview.organisation_id, interview.id)
    return any(review.score_set_id == newest_set_id for review in decided)


def _refuse(problems: tuple[SheetProblem, ...]) -> None:
    if problems:
        told = [FieldProblem(one.field, "may_not_be_told", one.sentence) for one in problems]
        sentence = "The sheet holds what a candidate may not be told in it."
        raise Invalid("feedback_invalid", sentence, "Word the entries named otherwise.", problems=told)


def _refuse_another(sheet: FeedbackSheet, draft: FeedbackDraft) -> None:
    """What is released stays as it is; releasing the very same again changes nothing."""
    said = _text_of(sheet)
    wished = Sheet(
        said.strengths if draft.strengths is None else draft.strengths,
        said.topics if draft.topics is None else draft.topics,
    )
    if not draft.release or wished != said:
        raise Conflict(
            "feedback_released",
            "The feedback sheet is released, and the candidate may have read it: it does not change any more.",
            "Speak with the candidate if it needs a correction.",
        )


def _nothing_there(sheet: FeedbackSheet) -> Conflict:
    if sheet.state is FeedbackState.DRAFTING:
        return Conflict("not_ready", "The draft is being written.", "Read it in a moment, or send texts of your own.")
    return Conflict(
        "not_ready",
        "There is no feedback sheet to release yet.",
        'Send strengths and topics, or ask for a draft with {"release": false}.',
    )


def _outdated() -> Conflict:
    return Conflict(
        "feedback_outdated",
        "The answers were rated anew after this was drafted.",
        'Ask for a new draft with {"release": false}, or send the texts as you want them.',
    )


def _not_reviewed() -> Conflict:
    return Conflict(
        "not_reviewed",
        "Nobody has decided over this result yet, so nothing is told about it.",
        "Record a decision first (POST …/reviews).",
    )
