"""Interviews as people see them, from a bounded number of queries however many calls and answers there are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from db.models import Call, DomainEvent, Interview
from db.repositories import integrity
from db.repositories import interviews as rows
from db.repositories.events import of_subject
from db.repositories.interviews import Listed, ListedJob, ListedSet
from interview.arithmetic import shown
from interview.lifecycle import InterviewStatus
from interview.progress import Phase, Progress, QuestionState
from interview.pseudonym import shown_number
from interview.script import SpokenQuestion
from ivr.services.answer_views import answer_views
from ivr.services.candidate_question_views import candidate_question_view
from ivr.services.drafts import settings_from_plain
from ivr.services.errors import NotFound
from ivr.services.feedback_views import feedback_view
from ivr.services.practice_privacy import is_practice
from ivr.services.results import call_cost, duration_s, read_result, review_view
from ivr.services.resume_question_views import resume_question_view
from ivr.services.views import (
    CallView,
    CandidateRef,
    ErrorView,
    EventView,
    InterviewView,
    JobRef,
    NextAction,
    ProgressView,
)
from ivr.services.word_deletion import deletion_of, why_deleted

T = TypeVar("T")



def read_rows(session: Session, organisation_id: str, found: Sequence[Listed]) -> tuple[InterviewView, ...]:
    """Interviews as a list shows them: two queries more, however many there are."""
    jobs = rows.jobs_of(session, organisation_id, {row.interview.job_id for row in found})
    sets = rows.question_sets_of(session, organisation_id, {row.interview.question_set_id for row in found})
    return tuple(
        _view(row, jobs[row.interview.job_id], sets[row.interview.question_set_id]) for row in found
    )


def read_interview(session: Session, organisation_id: str, interview_id: str) -> InterviewView:
    """One interview with all that belongs to it. Raises NotFound."""
    session.flush()
    found = rows.listed(session, organisation_id, interview_id)
    if found is None:
        raise NotFound("interview")
    interview = found.interview
    job = _there(rows.job(session, organisation_id, interview.job_id))
    version = _there(rows.question_set(session, organisation_id, interview.question_set_id))
    calls = rows.calls(session, organisation_id, interview_id)
    answers = rows.answers(session, organisation_id, interview_id)
    recordings = rows.recordings(session, organisation_id, interview_id)
    sets = rows.score_sets(session, organisation_id, interview_id)
    reviews = rows.reviews(session, organisation_id, interview_id)
    newest_set = sets[-1] if sets else None
    timeline = tuple(event_view(event) for event in of_subject(session, organisation_id, interview_id))
    asked, about, sheet = rows.beside_answers(session, organisation_id, interview_id)
    in_order = {question.id: question for question in version.questions}
    in_short = _view(
        found,
        ListedJob(job.id, job.title, job.company, job.language, job.settings),
        ListedSet(version.id, version.version, version.spoken),
    )
    in_short = replace(
        in_short,
        calls=tuple(call_view(call) for call in calls),
        timeline=timeline,
        words_until=_words_until(interview, job.settings),
    )
    if is_practice(interview):
        # What was said and how it went is the candidate's: see ``coaching``.
        return in_short
    return replace(
        in_short,
        answers=answer_views(
            answers,
            {spoken.id: in_order[spoken.id] for spoken in version.spoken},
            rows.ratings(session, organisation_id, interview_id),
            recordings,
            follow_ups=rows.follow_ups(session, organisation_id, interview_id),
            notes=integrity.of_interview(session, organisation_id, interview_id),
            newest_set=newest_set,
            language=job.language,
            deleted=why_deleted(interview),
        ),
        result=read_result(
            session,
            interview,
            newest_set,
            calls=calls,
            answers=answers,
            recordings=recordings,
            reviews=reviews,
        ),
        reviews=tuple(review_view(review) for review in reviews),
        candidate_question=None
        if asked is None
        else candidate_question_view(asked, recordings, why_deleted(interview)),
        resume_question=None if about is None else resume_question_view(about, recordings, why_deleted(interview)),
        feedback=feedback_view(interview_id, sheet, None if newest_set is None else newest_set.id),
    )


def call_view(call: Call) -> CallView:
    """One attempt to reach the candidate."""
    error = None
    if call.error_code is not None or call.error_sentence is not None:
        code = call.error_code or "unknown"
        error = ErrorView(code, call.error_sentence or f"The carrier reported error {code}.")
    return CallView(
        id=call.id,
        attempt=call.attempt,
        direction=call.direction,
        carrier_sid=call.carrier_sid,
        status=call.status.value,
        outcome=call.outcome,
        reason_code=call.reason_code,
        answered_by=call.answered_by,
        started_at=call.answered_at or call.rang_at or call.created_at,
        ended_at=call.ended_at,
        duration_s=call.duration_s,
        ended_by=call.ended_by,
        cost=call_cost(call),
        error=error,
        simulated=call.simulated,
    )


def event_view(event: DomainEvent) -> EventView:
    """Something that happened."""
    return EventView(
        id=event.id,
        type=event.type,
        at=event.created_at,
        actor=event.actor,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        data=event.data,
        request_id=event.request_id,
    )


def progress_view(progress: Progress, spoken: Sequence[SpokenQuestion]) -> ProgressView:
    """Where the conversation stands, counted in core questions: knockouts come before them."""
    knockouts = sum(question.knockout for question in spoken)
    own = progress.states[: progress.script_count]
    states = [state for state, question in zip(own, spoken, strict=True) if not question.knockout]
    at = progress.question if progress.question < progress.script_count else progress.returns_to - 1
    return ProgressView(
        phase=progress.phase.value,
        question_index=max(at - knockouts, 0),
        total=len(states),
        answered=sum(state is QuestionState.ANSWERED for state in states),
        paused=progress.phase is Phase.PAUSED,
    )


def _view(found: Listed, job: ListedJob, version: ListedSet) -> InterviewView:
    interview = found.interview
    took_s = duration_s(interview)
    return InterviewView(
        id=interview.id,
        job_id=interview.job_id,
        candidate_id=interview.candidate_id,
        job=JobRef(job.id, job.title, job.company, job.language, version.version),
        candidate=CandidateRef(
            interview.candidate_id, found.candidate_name, shown_number(found.candidate_phone),
            found.candidate_external_id,
        ),
        purpose=interview.purpose,
        status=interview.status.value,
        progress=progress_view(interview.progress, version.spoken),
        next_action=_next_action(interview),
        waiting_reason=interview.waiting_reason,
        reason_code=interview.reason_code,
        call_at=interview.call_at,
        attempts=interview.attempts,
        max_attempts=settings_from_plain(job.settings).max_attempts,
        hang_up_requested=interview.hang_up_requested,
        started_at=interview.started_at,
        ended_at=interview.ended_at,
        duration_s=None if took_s is None else int(took_s),
        overall_score=None if is_practice(interview) or found.overall_score is None else shown(found.overall_score),
        recommendation=None if is_practice(interview) else found.recommendation,
        needs_review=interview.status is InterviewStatus.NEEDS_REVIEW,
        external_id=interview.external_id,
        metadata=interview.labels,
        simulated=interview.simulated,
        created_at=interview.created_at,
        deletion=deletion_of(interview),
    )


def _words_until(interview: Interview, plain: Mapping[str, Any]) -> datetime | None:
    """When the purge takes this interview: see ``RetentionService``, which waits until it is over."""
    days = settings_from_plain(plain).retention_days
    over_at = interview.ended_at or interview.concluded_at
    if days is None or over_at is None or interview.words_deleted_at is not None:
        return None
    return over_at + timedelta(days=days)


def _next_action(interview: Interview) -> NextAction | None:
    if interview.next_action is None:
        return None
    return NextAction(interview.next_action, interview.next_action_at, interview.next_action_why or "")


def _there(row: T | None) -> T:
    """What a foreign key promises."""
    if row is None:
        raise LookupError("an interview without its job or its questions")
    return row
