"""What a call rests on, written into the record before anybody is dialled: consent, disclosure, questions."""

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from db.models import Candidate, Interview, Job, QuestionSet
from db.repositories import hiring, resume_questions
from db.repositories import interviews as rows
from interview.dialogue.speaking import disclosure_of
from interview.script import Script
from ivr.services.drafts import settings_from_plain
from ivr.services.practice_privacy import is_practice
from ivr.services.terms import settings_in_force


def basis_of(session: Session, interview: Interview, job: Job) -> dict[str, Any]:
    """Consent with its text's version, the words of the disclosure with theirs, and which questions will be asked.

    The disclosure's version is the beginning of its SHA-256: other words are another version.
    """
    given = hiring.open_consents(session, candidate_id=interview.candidate_id) or hiring.open_consents(
        session, job_id=job.id
    )
    basis: dict[str, Any] = {"consent": {"basis": settings_from_plain(job.settings).consent, "text_version": None}}
    if given:
        basis["consent"] = {"basis": given[-1].basis, "text_version": given[-1].text_version}
    version = rows.question_set(session, interview.organisation_id, interview.question_set_id)
    if version is not None:
        about = resume_questions.of_interview(session, interview.organisation_id, interview.id)
        script = _script(job, version, interview, session.get_one(Candidate, interview.candidate_id))
        words = disclosure_of(replace(script, resume_question=None if about is None else about.text))
        basis |= {
            "disclosure": words,
            "disclosure_version": hashlib.sha256(words.encode()).hexdigest()[:12],
            "questions_version": version.version,
            "content_hash": version.content_hash,
        }
    return basis


def _script(job: Job, version: QuestionSet, interview: Interview, candidate: Candidate) -> Script:
    """As far as the disclosure looks at it: how names are pronounced, and what takes time. It names no candidate."""
    options = settings_in_force(job, version)
    return Script(
        company=job.say_as.get("company") or job.company,
        job_title=job.say_as.get("title") or job.title,
        language=job.language,
        questions=version.spoken,
        candidate_name=candidate.say_as or candidate.name,
        accommodations=candidate.accommodations,
        answer_max_s=options.answer_max_s,
        max_call_minutes=options.max_call_minutes,
        max_follow_ups=options.max_follow_ups,
        practises=options.practice,
        may_ask=not is_practice(interview),
        is_coaching=is_practice(interview),
    )
