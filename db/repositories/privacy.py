"""Where a person's words and number stand in the tables, so that they can be shown to them, deleted and forgotten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, delete, func, or_, select, type_coerce, update
from sqlalchemy.orm import Session, load_only

from db.models import (
    Answer,
    AnswerRating,
    Call,
    CallInAttempt,
    CampaignMember,
    Candidate,
    CandidateLink,
    CandidateQuestion,
    Erasure,
    FeedbackSheet,
    FollowUp,
    IdempotencyKey,
    IntegrityNote,
    Interview,
    Job,
    Message,
    ModelCallRow,
    OptOut,
    OutboxRow,
    Recording,
    Result,
    ResumeQuestion,
    Review,
    TestCall,
    WhitelistEntry,
)
from interview.lifecycle import CALL_TERMINAL, TERMINAL

# Work that brings a person's words into the tables, or reaches out to them. What ends calls and deletes goes on.
WORK_WITH_WORDS = (
    "read_resume", "draft_profile", "place_call", "transcribe_answer", "write_follow_up", "answer_candidate_question",
    "score_answer", "conclude_interview", "narrate_interview", "draft_feedback", "note_integrity",
    "write_resume_question", "transcribe_resume_answer", "send_sms", "send_email",
)  # fmt: skip
_UNSYNCHRONISED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Said:
    """All rows of one interview in which somebody's words may stand."""

    answers: Sequence[Answer]
    recordings: Sequence[Recording]
    follow_ups: Sequence[FollowUp]
    ratings: Sequence[AnswerRating]
    results: Sequence[Result]
    questions: Sequence[CandidateQuestion]
    resume_questions: Sequence[ResumeQuestion]
    sheets: Sequence[FeedbackSheet]


# --- which interviews --------------------------------------------------------------------------------------------


def jobs_with_settings(session: Session) -> Sequence[tuple[str, str, dict[str, Any]]]:
    """(id, organisation, settings) of every job."""
    return [(row.id, row.organisation_id, row.settings) for row in session.execute(_JOBS)]


_JOBS = select(Job.id, Job.organisation_id, Job.settings).order_by(Job.id)


def over_since(session: Session, job_id: str, before: datetime, limit: int) -> Sequence[str]:
    """Ids of the job's interviews that were over before this moment and still have their words, the oldest first."""
    over_at = func.coalesce(Interview.ended_at, Interview.concluded_at, Interview.created_at)
    return session.scalars(
        select(Interview.id)
        .where(
            Interview.job_id == job_id,
            Interview.status.in_(TERMINAL),
            Interview.words_deleted_at.is_(None),
            over_at < before,
        )
        .order_by(over_at, Interview.id)
        .limit(limit)
    ).all()


def interview(session: Session, interview_id: str) -> Interview | None:
    """One interview, locked."""
    return session.get(Interview, interview_id, with_for_update=True)


def interviews_of(session: Session, candidate_id: str, *, lock: bool = False) -> Sequence[Interview]:
    """All interviews of a person, the first one first."""
    found = select(Interview).where(Interview.candidate_id == candidate_id).order_by(Interview.created_at, Interview.id)
    return session.scalars(found.with_for_update() if lock else found).all()


def interviews_of_job(session: Session, job_id: str, *, lock: bool = False) -> Sequence[Interview]:
    """All interviews of a job, the first one first."""
    found = select(Interview).where(Interview.job_id == job_id).order_by(Interview.created_at, Interview.id)
    return session.scalars(found.with_for_update() if lock else found).all()


def is_forgotten(session: Session, interview_id: str) -> bool:
    """Whether the candidate of this interview was erased."""
    found = (
        select(Candidate.id)
        .join(Interview, Interview.candidate_id == Candidate.id)
        .where(Interview.id == interview_id, Candidate.erased_at.is_not(None))
    )
    return session.scalar(found) is not None


def keeps_words(session: Session, candidate_id: str) -> bool:
    """Whether some interview of this person still has its words, or may yet get them."""
    found = select(Interview.id).where(Interview.candidate_id == candidate_id, Interview.words_deleted_at.is_(None))
    return session.scalar(found.limit(1)) is not None


def with_files_left(session: Session, interview_id: str | None, limit: int) -> Sequence[tuple[str, str, str]]:
    """(recording, organisation, key) of audio that is in the store though its words are deleted, of one interview or
    of all."""
    found = (
        select(Recording.id, Recording.organisation_id, Recording.storage_key)
        .join(Interview, Interview.id == Recording.interview_id)
        .where(Interview.words_deleted_at.is_not(None), Recording.storage_key.is_not(None))
        .order_by(Recording.id)
        .limit(limit)
    )
    if interview_id is not None:
        found = found.where(Recording.interview_id == interview_id)
    return [(row.id, row.organisation_id, row.storage_key or "") for row in session.execute(found)]


def file_is_gone(session: Session, recording_id: str) -> None:
    """The audio of this recording is no longer in the store."""
    session.execute(
        update(Recording).where(Recording.id == recording_id).values(storage_key=None)
        .execution_options(**_UNSYNCHRONISED)
    )  # fmt: skip


# --- the words of an interview -----------------------------------------------------------------------------------


def said_in(session: Session, interview_id: str) -> Said:
    """Everything that was said in an interview and written about it, answers of follow-ups and old takes too."""

    def all_of(kind: Any) -> Any:
        return session.scalars(select(kind).where(kind.interview_id == interview_id).order_by(kind.id)).all()

    return Said(
        answers=all_of(Answer),
        recordings=all_of(Recording),
        follow_ups=all_of(FollowUp),
        ratings=all_of(AnswerRating),
        results=all_of(Result),
        questions=all_of(CandidateQuestion),
        resume_questions=all_of(ResumeQuestion),
        sheets=all_of(FeedbackSheet),
    )


def delete_notes(session: Session, interview_id: str) -> int:
    """Delete the integrity notes of an interview; how many."""
    return _count(session.execute(delete(IntegrityNote).where(IntegrityNote.interview_id == interview_id)))


def forget_model_exchange(session: Session, subject_ids: Collection[str], interview_id: str | None) -> int:
    """Empty request and reply of the model calls about these; how many rows. The numbers stay."""
    about = or_(ModelCallRow.subject_id.in_(subject_ids), ModelCallRow.interview_id == interview_id)
    return _count(
        session.execute(
            update(ModelCallRow)
            .where(about, _HAS_EXCHANGE)
            .values(request=None, reply=None)
            .execution_options(**_UNSYNCHRONISED)
        )
    )


_HAS_EXCHANGE = or_(ModelCallRow.request.is_not(None), ModelCallRow.reply.is_not(None))


def forget_old_exchange(session: Session, job_id: str | None, before: datetime, limit: int) -> int:
    """The same for up to ``limit`` calls made before this moment: those that this job and its interviews caused, or
    with None those that belong to no job."""
    if job_id is None:
        which = and_(ModelCallRow.interview_id.is_(None), ModelCallRow.subject_id.not_in(select(Job.id)))
    else:
        its_interviews = select(Interview.id).where(Interview.job_id == job_id)
        which = or_(ModelCallRow.interview_id.in_(its_interviews), ModelCallRow.subject_id == job_id)
    old = (
        select(ModelCallRow.id)
        .where(which, ModelCallRow.created_at < before, _HAS_EXCHANGE)
        .order_by(ModelCallRow.created_at)
        .limit(limit)
    )
    return _count(
        session.execute(
            update(ModelCallRow)
            .where(ModelCallRow.id.in_(old))
            .values(request=None, reply=None)
            .execution_options(**_UNSYNCHRONISED)
        )
    )


def withdraw_work(session: Session, subject_ids: Collection[str], now: datetime) -> None:
    """Work with the words of these that nobody has begun is done; what stands in its errors is forgotten."""
    theirs = OutboxRow.subject_id.in_(subject_ids)
    session.execute(
        update(OutboxRow)
        .where(theirs, OutboxRow.kind.in_(WORK_WITH_WORDS), OutboxRow.done_at.is_(None), OutboxRow.started.is_(False))
        .values(done_at=now, generation=OutboxRow.generation + 1, owner=None, lease_until=None)
        .execution_options(**_UNSYNCHRONISED)
    )
    session.execute(
        update(OutboxRow)
        .where(theirs, OutboxRow.last_error.is_not(None))
        .values(last_error=None)
        .execution_options(**_UNSYNCHRONISED)
    )


def is_being_worked_on(session: Session, subject_ids: Collection[str]) -> bool:
    """Whether some worker is busy with the words of these right now."""
    busy = select(OutboxRow.id).where(
        OutboxRow.subject_id.in_(subject_ids), OutboxRow.kind.in_(WORK_WITH_WORDS), OutboxRow.done_at.is_(None)
    )
    return session.scalar(busy.limit(1)) is not None


def message_keys(session: Session, interview_ids: Collection[str]) -> Sequence[str]:
    """What open work to write messages is about, for these interviews, their calls and their links."""
    calls = session.scalars(select(Call.id).where(Call.interview_id.in_(interview_ids)))
    links = session.scalars(select(CandidateLink.id).where(CandidateLink.interview_id.in_(interview_ids)))
    keys = [f"missed_call:{call_id}" for call_id in calls] + [f"invite:{link_id}" for link_id in links]
    keys += [f"invitation:{interview_id}" for interview_id in interview_ids]
    for interview_id in interview_ids:
        reminders = select(OutboxRow.subject_id).where(OutboxRow.subject_id.startswith(f"reminder:{interview_id}:"))
        keys += session.scalars(reminders).all()
    return keys


# --- the carrier's copies ----------------------------------------------------------------------------------------


def calls_of(session: Session, interview_ids: Collection[str]) -> Sequence[Call]:
    """The calls of these interviews."""
    return session.scalars(select(Call).where(Call.interview_id.in_(interview_ids)).order_by(Call.created_at)).all()


def is_on_the_line(calls: Collection[Call]) -> bool:
    """Whether one of these calls is not over."""
    return any(call.status not in CALL_TERMINAL for call in calls)


# What the carrier only heard and never recorded has a name of ours.
_IS_AUDIO = Recording.recording_sid.startswith("RE")


def recordings_at_carrier(session: Session, interview_ids: Collection[str]) -> Sequence[Recording]:
    """Recordings of these interviews that the carrier may still have, without their peaks."""
    return session.scalars(
        select(Recording)
        .options(load_only(Recording.recording_sid, Recording.organisation_id, Recording.storage_key))
        .where(
            Recording.interview_id.in_(interview_ids), Recording.carrier_deleted_at.is_(None), _IS_AUDIO
        )
        .order_by(Recording.id)
    ).all()


def calls_at_carrier(session: Session, interview_ids: Collection[str]) -> Sequence[Call]:
    """Calls of these interviews of which the carrier keeps a record."""
    return session.scalars(
        select(Call)
        .where(
            Call.interview_id.in_(interview_ids), Call.carrier_sid.is_not(None), Call.carrier_deleted_at.is_(None)
        )
        .order_by(Call.id)
    ).all()


def messages_at_carrier(session: Session, interview_ids: Collection[str]) -> Sequence[Message]:
    """Text messages about these interviews of which the carrier keeps a copy; letters are with their readers."""
    return session.scalars(
        select(Message)
        .where(
            Message.interview_id.in_(interview_ids), Message.channel == "sms", Message.carrier_sid.is_not(None),
            Message.carrier_deleted_at.is_(None),
        )
        .order_by(Message.id)
    ).all()  # fmt: skip


def deleted_at_carrier(session: Session, interview_ids: Collection[str]) -> Sequence[tuple[str, int, datetime]]:
    """(what, how many, when the last one) of the carrier's copies that were deleted, where there were any."""
    found = []
    for what, kind in (("recordings", Recording), ("calls", Call), ("messages", Message)):
        moments: Sequence[datetime | None] = session.scalars(
            select(kind.carrier_deleted_at).where(
                kind.interview_id.in_(interview_ids), kind.carrier_deleted_at.is_not(None)
            )
        ).all()
        known = [moment for moment in moments if moment is not None]
        if known:
            found.append((what, len(known), max(known)))
    return found


def gone_at_carrier(session: Session, kind: type[Recording | Call | Message], row_id: str, now: datetime) -> None:
    """The carrier's copy of this one is deleted."""
    session.execute(
        update(kind).where(kind.id == row_id).values(carrier_deleted_at=now).execution_options(**_UNSYNCHRONISED)
    )


def last_error(session: Session, kind: str, subject_ids: Collection[str]) -> str | None:
    """What this work last ran into, while it is not done."""
    return session.scalar(
        select(OutboxRow.last_error)
        .where(
            OutboxRow.kind == kind, OutboxRow.subject_id.in_(subject_ids), OutboxRow.done_at.is_(None),
            OutboxRow.last_error.is_not(None),
        )
        .limit(1)
    )  # fmt: skip


# --- the person --------------------------------------------------------------------------------------------------


def candidate(session: Session, organisation_id: str, candidate_id: str) -> Candidate | None:
    """The person, erased or not, locked."""
    return session.scalar(
        select(Candidate)
        .where(Candidate.organisation_id == organisation_id, Candidate.id == candidate_id)
        .with_for_update()
    )


def candidate_of(session: Session, interview_id: str) -> Candidate | None:
    """Whose interview this is, locked."""
    return session.scalar(
        select(Candidate)
        .where(Candidate.id == select(Interview.candidate_id).where(Interview.id == interview_id).scalar_subquery())
        .with_for_update()
    )


def erasure(session: Session, organisation_id: str, erasure_id: str) -> Erasure | None:
    """One erasure, or None."""
    return session.scalar(
        select(Erasure).where(Erasure.organisation_id == organisation_id, Erasure.id == erasure_id)
    )


def erasure_of(session: Session, candidate_id: str) -> Erasure | None:
    """The erasure of this person, or None."""
    return session.scalar(select(Erasure).where(Erasure.candidate_id == candidate_id))


def erasure_behind(session: Session, link_hash: str) -> tuple[Erasure, str] | None:
    """The erasure that was asked for behind this link, and the language of the person's last interview."""
    row = session.execute(
        select(Erasure, Job.language)
        .join(Interview, Interview.candidate_id == Erasure.candidate_id)
        .join(Job, Job.id == Interview.job_id)
        .where(Erasure.link_hash == link_hash)
        .order_by(Interview.created_at.desc(), Interview.id)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def erasure_of_job(session: Session, job_id: str) -> Erasure | None:
    """The erasure of this job's interviews, or None."""
    return session.scalar(select(Erasure).where(Erasure.job_id == job_id))


def numbers_of(session: Session, candidate: Candidate, interview_ids: Collection[str]) -> set[str]:
    """Every number under which this person was ever called or written to."""
    called = session.scalars(select(Call.phone).where(Call.interview_id.in_(interview_ids)))
    written = session.scalars(
        select(Message.phone).where(Message.interview_id.in_(interview_ids), Message.phone.is_not(None))
    )
    return {candidate.phone, *called, *(phone for phone in written if phone is not None)}


def opt_outs(session: Session, organisation_id: str, phones: Collection[str]) -> Sequence[OptOut]:
    """The opt-outs of these numbers."""
    return session.scalars(
        select(OptOut).where(OptOut.organisation_id == organisation_id, OptOut.phone.in_(phones))
    ).all()


def forget_numbers(session: Session, organisation_id: str, phones: Collection[str]) -> tuple[int, int]:
    """Delete whitelist lines of exactly these numbers, and tries to call in from them; how many of each. Of a test call
    to one of them the number is forgotten."""
    lines = session.execute(
        delete(WhitelistEntry).where(
            WhitelistEntry.organisation_id == organisation_id, WhitelistEntry.pattern.in_(phones)
        )
    )
    session.execute(
        update(TestCall)
        .where(TestCall.organisation_id == organisation_id, TestCall.phone.in_(phones))
        .values(phone="")
        .execution_options(**_UNSYNCHRONISED)
    )
    tries = session.execute(delete(CallInAttempt).where(CallInAttempt.phone.in_(phones)))
    return _count(lines), _count(tries)


def forget_messages(
    session: Session, organisation_id: str, interview_ids: Collection[str], phones: Collection[str]
) -> int:
    """Empty bodies and numbers of the messages to and from this person; how many messages."""
    theirs = and_(
        Message.organisation_id == organisation_id,
        or_(Message.interview_id.in_(interview_ids), Message.phone.in_(phones)),
    )
    return _count(
        session.execute(
            update(Message)
            .where(theirs, or_(Message.body.is_not(None), Message.phone.is_not(None)))
            .values(body=None, phone=None)
            .execution_options(**_UNSYNCHRONISED)
        )
    )


def delete_links(session: Session, interview_ids: Collection[str]) -> int:
    """Delete the person's links; how many."""
    return _count(session.execute(delete(CandidateLink).where(CandidateLink.interview_id.in_(interview_ids))))


def reviews_of(session: Session, interview_ids: Collection[str]) -> Sequence[Review]:
    """People's decisions over these interviews."""
    return session.scalars(select(Review).where(Review.interview_id.in_(interview_ids)).order_by(Review.id)).all()


def members_of(session: Session, candidate_id: str) -> Sequence[CampaignMember]:
    """Where this person stands in campaigns."""
    return session.scalars(select(CampaignMember).where(CampaignMember.candidate_id == candidate_id)).all()


def forget_answered_requests(session: Session, organisation_id: str, ids: Collection[str]) -> int:
    """Delete the remembered answers to POSTs in which one of these ids stands; how many."""
    if not ids:  # a condition of no parts would hold for every row
        return 0
    response = type_coerce(IdempotencyKey.response, Text)
    found = session.execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.organisation_id == organisation_id, or_(*(response.contains(one) for one in ids)))
        .execution_options(**_UNSYNCHRONISED)
    )
    return _count(found)


def _count(result: Any) -> int:
    found: int = result.rowcount
    return found
