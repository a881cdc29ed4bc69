"""Interviews, their calls, answers, score sets and results: every query names the organisation."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased, load_only

from db.models import (
    Answer,
    AnswerRating,
    Call,
    Candidate,
    CandidateQuestion,
    DomainEvent,
    FeedbackSheet,
    FollowUp,
    FollowUpState,
    Interview,
    Job,
    ModelCallRow,
    QuestionSet,
    Recording,
    Result,
    ResumeQuestion,
    Review,
    ScoreSet,
)
from db.repositories.paging import cut, page_of
from interview.lifecycle import OPEN, InterviewStatus
from interview.purpose import Purpose
from interview.script import SpokenQuestion


@dataclass(frozen=True, slots=True)
class Listed:
    """An interview with what a list shows of its candidate and its newest score set."""

    interview: Interview
    candidate_name: str
    candidate_phone: str
    candidate_external_id: str | None
    overall_score: float | None
    recommendation: str | None

    @property
    def id(self) -> str:
        """The interview's."""
        return self.interview.id

    @property
    def created_at(self) -> datetime:
        """The interview's."""
        return self.interview.created_at


@dataclass(frozen=True, slots=True)
class ListedJob:
    """What a list shows of a job. ``settings`` as the row keeps them."""

    id: str
    title: str
    company: str
    language: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListedSet:
    """What a list shows of a version of questions."""

    id: str
    version: int
    spoken: tuple[SpokenQuestion, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which interviews to list: everything that is set must hold; ``q`` stands somewhere in the candidate's name.

    ``created_from`` is the first moment, ``created_to`` the first moment after.
    """

    job_id: str | None = None
    candidate_id: str | None = None
    statuses: tuple[InterviewStatus, ...] = ()
    recommendation: str | None = None
    needs_review: bool | None = None
    purpose: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    external_id: str | None = None
    q: str | None = None


# --- interviews --------------------------------------------------------------------------------------------------


def interview(session: Session, organisation_id: str, interview_id: str, *, lock: bool = False) -> Interview | None:
    """The interview, or None; ``lock`` keeps other writers away until the transaction ends."""
    found = select(Interview).where(Interview.organisation_id == organisation_id, Interview.id == interview_id)
    return session.scalar(found.with_for_update() if lock else found)


def open_interview(
    session: Session, organisation_id: str, job_id: str, candidate_id: str, purpose: str
) -> Interview | None:
    """The one that stands in the way of another, or None."""
    return session.scalar(
        select(Interview).where(
            Interview.organisation_id == organisation_id,
            Interview.job_id == job_id,
            Interview.candidate_id == candidate_id,
            Interview.purpose == purpose,
            Interview.status.in_(OPEN),
        )
    )


def interview_by_external_id(session: Session, organisation_id: str, external_id: str) -> Interview | None:
    """The interview under the caller's own id, or None."""
    return session.scalar(
        select(Interview).where(Interview.organisation_id == organisation_id, Interview.external_id == external_id)
    )


def page(
    session: Session, organisation_id: str, wanted: Wanted, *, limit: int, cursor: str | None
) -> tuple[Sequence[Listed], str | None]:
    """A page of interviews, newest first, and the next cursor. Raises BadCursor."""
    statement = with_wanted(listed_columns(), organisation_id, wanted)
    rows = session.execute(
        page_of(statement, Interview.created_at, Interview.id, limit=limit, cursor=cursor)
    ).all()
    return cut([Listed(*row) for row in rows], limit)


def count(session: Session, organisation_id: str, wanted: Wanted) -> int:
    """How many interviews there are of the wanted kind."""
    return session.scalar(with_wanted(select(func.count()).select_from(Interview), organisation_id, wanted)) or 0


def listed_columns() -> Select[Any]:
    """What ``Listed`` is made of, in its order."""
    columns: Any = select(
        Interview, Candidate.name, Candidate.phone, Candidate.external_id, Result.overall_score, Result.recommendation
    )
    return cast("Select[Any]", columns)


def with_wanted(statement: Select[Any], organisation_id: str, wanted: Wanted) -> Select[Any]:
    """The statement, which reads interviews, with their candidates and newest results, for those that are wanted."""
    later = aliased(ScoreSet)
    newest = select(func.max(later.number)).where(later.interview_id == Interview.id).correlate(Interview)
    statement = (
        statement.join(Candidate, Candidate.id == Interview.candidate_id)
        .outerjoin(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest.scalar_subquery()))
        .outerjoin(Result, Result.score_set_id == ScoreSet.id)
    )
    return statement.where(*conditions(organisation_id, wanted))


def conditions(organisation_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What must hold of an interview, of its candidate for ``q``, and of its newest result for ``recommendation``."""
    found: list[ColumnElement[bool]] = [Interview.organisation_id == organisation_id]
    if wanted.job_id is not None:
        found.append(Interview.job_id == wanted.job_id)
    if wanted.candidate_id is not None:
        found.append(Interview.candidate_id == wanted.candidate_id)
    if wanted.statuses:
        found.append(Interview.status.in_(wanted.statuses))
    if wanted.recommendation is not None:
        found += [Result.recommendation == wanted.recommendation, Interview.purpose == Purpose.ASSESSMENT.value]
    if wanted.purpose is not None:
        found.append(Interview.purpose == wanted.purpose)
    if wanted.needs_review is not None:
        is_waiting = Interview.status == InterviewStatus.NEEDS_REVIEW
        found.append(is_waiting if wanted.needs_review else ~is_waiting)
    if wanted.created_from is not None:
        found.append(Interview.created_at >= wanted.created_from)
    if wanted.created_to is not None:
        found.append(Interview.created_at < wanted.created_to)
    if wanted.external_id is not None:
        found.append(Interview.external_id == wanted.external_id)
    if wanted.q is not None:
        found.append(Candidate.name.icontains(wanted.q, autoescape=True))
    return found


def jobs_of(session: Session, organisation_id: str, ids: Collection[str]) -> dict[str, ListedJob]:
    """These jobs, in short, by id."""
    columns = select(Job.id, Job.title, Job.company, Job.language, Job.settings)
    rows = session.execute(columns.where(Job.organisation_id == organisation_id, Job.id.in_(ids)))
    return {row.id: ListedJob(*row) for row in rows}


def question_sets_of(session: Session, organisation_id: str, ids: Collection[str]) -> dict[str, ListedSet]:
    """These versions of questions, in short, by id."""
    columns = select(QuestionSet.id, QuestionSet.version, QuestionSet.spoken)
    rows = session.execute(columns.where(QuestionSet.organisation_id == organisation_id, QuestionSet.id.in_(ids)))
    return {row.id: ListedSet(*row) for row in rows}


def job(session: Session, organisation_id: str, job_id: str) -> Job | None:
    """The job, or None."""
    return session.scalar(select(Job).where(Job.organisation_id == organisation_id, Job.id == job_id))


def candidate(session: Session, organisation_id: str, candidate_id: str) -> Candidate | None:
    """The candidate, or None; not one who was erased. The résumé's text is left where it is."""
    return session.scalar(
        select(Candidate)
        .options(
            load_only(
                Candidate.organisation_id, Candidate.name, Candidate.phone, Candidate.timezone, Candidate.external_id
            )
        )
        .where(
            Candidate.organisation_id == organisation_id,
            Candidate.id == candidate_id,
            Candidate.erased_at.is_(None),
        )
    )


def question_set(session: Session, organisation_id: str, set_id: str | None) -> QuestionSet | None:
    """One version of questions, or None."""
    return session.scalar(
        select(QuestionSet).where(QuestionSet.organisation_id == organisation_id, QuestionSet.id == set_id)
    )


# --- what belongs to one interview -------------------------------------------------------------------------------


def listed(session: Session, organisation_id: str, interview_id: str) -> Listed | None:
    """One interview as a list shows it, or None."""
    statement = with_wanted(listed_columns(), organisation_id, Wanted()).where(Interview.id == interview_id)
    row = session.execute(statement).one_or_none()
    return None if row is None else Listed(*row)


def calls(session: Session, organisation_id: str, interview_id: str) -> Sequence[Call]:
    """The calls, first attempt first."""
    return session.scalars(
        select(Call)
        .where(Call.organisation_id == organisation_id, Call.interview_id == interview_id)
        .order_by(Call.attempt)
    ).all()


def answers(session: Session, organisation_id: str, interview_id: str) -> Sequence[Answer]:
    """All takes of all questions, those that were replaced too; what was said to follow-ups is left out."""
    return session.scalars(
        select(Answer)
        .where(
            Answer.organisation_id == organisation_id,
            Answer.interview_id == interview_id,
            Answer.is_follow_up.is_(False),
        )
        .order_by(Answer.question_id, Answer.take)
    ).all()


def answer(session: Session, organisation_id: str, interview_id: str, answer_id: str) -> Answer | None:
    """One take of a question, or None."""
    return session.scalar(
        select(Answer).where(
            Answer.organisation_id == organisation_id,
            Answer.interview_id == interview_id,
            Answer.id == answer_id,
            Answer.is_follow_up.is_(False),
        )
    )


def follow_ups(
    session: Session, organisation_id: str, interview_id: str
) -> dict[str, tuple[FollowUp, Answer | None]]:
    """The follow-ups that were spoken, by the answer each is about, with the take that answers it."""
    statement = (
        select(FollowUp, Answer)
        .outerjoin(Answer, and_(Answer.question_id == FollowUp.id, Answer.superseded.is_(False)))
        .where(
            FollowUp.organisation_id == organisation_id,
            FollowUp.interview_id == interview_id,
            FollowUp.state.not_in([FollowUpState.READY, FollowUpState.DROPPED]),
        )
        .order_by(Answer.take)
    )
    return {follow_up.answer_id: (follow_up, take) for follow_up, take in session.execute(statement)}


def recordings(session: Session, organisation_id: str, interview_id: str) -> dict[str, Recording]:
    """The recordings by the carrier's sid, without their peaks."""
    rows = session.scalars(
        select(Recording)
        .options(load_only(Recording.recording_sid, Recording.storage_key, Recording.duration_s, Recording.speech))
        .where(Recording.organisation_id == organisation_id, Recording.interview_id == interview_id)
    )
    return {row.recording_sid: row for row in rows}


def peaks(session: Session, organisation_id: str, interview_id: str) -> dict[str, tuple[Sequence[int], float]]:
    """The waveforms (0-255) and lengths in seconds of the takes that have one, by the answer's id."""
    found = session.execute(
        select(Answer.id, Recording.peaks, Recording.duration_s)
        .join(Recording, Recording.recording_sid == Answer.recording_sid)
        .where(
            Answer.organisation_id == organisation_id,
            Answer.interview_id == interview_id,
            Recording.organisation_id == organisation_id,
            Recording.interview_id == interview_id,
            Recording.storage_key.is_not(None),
        )
    )
    return {id: (heights, length) for id, heights, length in found if heights is not None and length is not None}


def recording(session: Session, organisation_id: str, recording_sid: str | None) -> Recording | None:
    """One recording by the carrier's sid, or None."""
    return session.scalar(
        select(Recording).where(
            Recording.organisation_id == organisation_id, Recording.recording_sid == recording_sid
        )
    )


def score_sets(session: Session, organisation_id: str, interview_id: str) -> Sequence[ScoreSet]:
    """The score sets, the first one first."""
    return session.scalars(
        select(ScoreSet)
        .where(ScoreSet.organisation_id == organisation_id, ScoreSet.interview_id == interview_id)
        .order_by(ScoreSet.number)
    ).all()


def ratings(
    session: Session, organisation_id: str, interview_id: str
) -> dict[str, list[tuple[ScoreSet, AnswerRating]]]:
    """What each answer got in each score set, by answer id, the first set first."""
    rows = session.execute(
        select(ScoreSet, AnswerRating)
        .join(AnswerRating, AnswerRating.score_set_id == ScoreSet.id)
        .options(
            load_only(
                AnswerRating.answer_id, AnswerRating.score_set_id, AnswerRating.content, AnswerRating.created_at,
                AnswerRating.model, AnswerRating.prompt_version, AnswerRating.samples,
            )
        )
        .where(ScoreSet.organisation_id == organisation_id, ScoreSet.interview_id == interview_id)
        .order_by(ScoreSet.number)
    )
    found: defaultdict[str, list[tuple[ScoreSet, AnswerRating]]] = defaultdict(list)
    for score_set, rating in rows:
        found[rating.answer_id].append((score_set, rating))
    return dict(found)


def ratings_in(session: Session, organisation_id: str, score_set_id: str) -> Sequence[AnswerRating]:
    """The ratings of one score set, whole."""
    return session.scalars(
        select(AnswerRating).where(
            AnswerRating.organisation_id == organisation_id, AnswerRating.score_set_id == score_set_id
        )
    ).all()


def result_of(session: Session, organisation_id: str, score_set_id: str) -> Result | None:
    """The result of one score set, or None while there is none."""
    return session.scalar(
        select(Result).where(Result.organisation_id == organisation_id, Result.score_set_id == score_set_id)
    )


def reviews(session: Session, organisation_id: str, interview_id: str) -> Sequence[Review]:
    """People's decisions, the first one first."""
    return session.scalars(
        select(Review)
        .where(Review.organisation_id == organisation_id, Review.interview_id == interview_id)
        .order_by(Review.created_at, Review.id)
    ).all()


def model_cost_usd(session: Session, organisation_id: str, interview_id: str) -> Decimal | None:
    """What the models asked for this interview, in US dollars; None when no price is known."""
    total = session.scalar(
        select(func.sum(ModelCallRow.cost_usd)).where(
            ModelCallRow.organisation_id == organisation_id, ModelCallRow.interview_id == interview_id
        )
    )
    return None if total is None else Decimal(total)


def events(
    session: Session, organisation_id: str, interview_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[DomainEvent], str | None]:
    """What happened to an interview, newest first, and the next cursor. Raises BadCursor."""
    statement = select(DomainEvent).where(
        DomainEvent.organisation_id == organisation_id, DomainEvent.subject_id == interview_id
    )
    rows = session.scalars(page_of(statement, DomainEvent.created_at, DomainEvent.id, limit=limit, cursor=cursor))
    return cut(rows.all(), limit)


def count_events(session: Session, organisation_id: str, interview_id: str) -> int:
    """How many things happened to an interview."""
    return (
        session.scalar(
            select(func.count()).where(
                DomainEvent.organisation_id == organisation_id, DomainEvent.subject_id == interview_id
            )
        )
        or 0
    )


def beside_answers(
    session: Session, organisation_id: str, interview_id: str
) -> tuple[CandidateQuestion | None, ResumeQuestion | None, FeedbackSheet | None]:
    """What an interview has once at most beside its answers: the candidate's question, the one about the résumé, and
    the feedback sheet; each None where there is none."""
    row = session.execute(
        select(CandidateQuestion, ResumeQuestion, FeedbackSheet)
        .select_from(Interview)
        .outerjoin(CandidateQuestion, CandidateQuestion.interview_id == Interview.id)
        .outerjoin(ResumeQuestion, ResumeQuestion.interview_id == Interview.id)
        .outerjoin(FeedbackSheet, FeedbackSheet.interview_id == Interview.id)
        .where(Interview.organisation_id == organisation_id, Interview.id == interview_id)
    ).one_or_none()
    return (None, None, None) if row is None else (row[0], row[1], row[2])
