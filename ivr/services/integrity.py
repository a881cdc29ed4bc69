"""Integrity notes of an interview: made after its result, for a person's eyes, and read by nothing that rates."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import WRITTEN, Answer, Candidate, IntegrityNote, Interview, Job, Recording
from db.repositories import integrity as rows
from db.repositories import interviews, outbox
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.answers import SpeechInterval, Transcript
from interview.integrity import Note, SaidAnswer, notes_of
from ivr.services.answers import speech_facts

# Of each question the newest so many answers of others are compared.
MOST_OTHERS = 2_000


class IntegrityService:
    """The worker's side; ``integrity_views`` shows what it found."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def note_integrity(self, lease: Lease) -> None:
        """The notes about an interview's answers, in the place of those that it had."""
        with self._database.read() as session:
            interview = session.get(Interview, lease.subject_id)
            notes = [] if interview is None else self._notes(session, interview)
        with self._database.write() as unit:
            if interview is not None:
                rows.replace(unit.session, interview.id, notes)
            outbox.complete(unit.session, lease)

    def _notes(self, session: Session, interview: Interview) -> list[IntegrityNote]:
        organisation_id = interview.organisation_id
        language = session.get_one(Job, interview.job_id).language
        accommodations = session.get_one(Candidate, interview.candidate_id).accommodations
        recordings = interviews.recordings(session, organisation_id, interview.id)
        said = {
            answer.id: (answer, words)
            for answer in interviews.answers(session, organisation_id, interview.id)
            if not answer.superseded and (words := answer.transcript_corrected or answer.transcript)
        }
        questions = {answer.question_id for answer, _ in said.values()}
        others = rows.same_question_of_others(
            session, organisation_id, interview.candidate_id, questions, MOST_OTHERS
        )
        found: list[IntegrityNote] = []
        for answer, words in said.values():
            is_written = _is_written(answer)
            notes = notes_of(
                _as_heard(words, language, recordings.get(answer.recording_sid or ""), is_written),
                other_answers=[
                    text for other, text in said.values() if other.id != answer.id and _is_written(other) is is_written
                ],
                same_question=others[answer.question_id],
                may_take_time=accommodations.longer_silence or accommodations.extra_time,
            )
            found += [self._row(answer, note) for note in notes]
        return found

    def _row(self, answer: Answer, note: Note) -> IntegrityNote:
        return IntegrityNote(
            id=new_id(), organisation_id=answer.organisation_id, interview_id=answer.interview_id,
            answer_id=answer.id, signal=note.signal.value, value=note.value, unit=note.unit,
            reliability=note.reliability.value, offset_s=note.offset_s, other_answer_id=note.other_answer_id,
            created_at=self._clock(),
        )  # fmt: skip


def _is_written(answer: Answer) -> bool:
    return answer.transcript_model == WRITTEN


def _as_heard(words: str, language: str, recording: Recording | None, is_written: bool) -> SaidAnswer:
    facts = None if recording is None else speech_facts(recording)
    intervals = () if facts is None else tuple(SpeechInterval(start, end) for start, end in facts.intervals)
    return SaidAnswer(Transcript(words, language, intervals), facts, is_written)
