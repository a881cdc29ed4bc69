"""Rows with defaults, for tests that need something to be there already."""

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from db.columns import new_id
from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    Call,
    Candidate,
    Consent,
    Interview,
    Job,
    JobStatus,
    Organisation,
    QuestionSet,
    QuestionsStatus,
    Recording,
    Result,
    ScoreSet,
    WhitelistEntry,
)
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from interview.progress import Progress, QuestionState
from interview.question import (
    DIMENSIONS_BY_TYPE,
    Anchors,
    Difficulty,
    KeyPoint,
    Question,
    QuestionType,
    content_hash,
)
from interview.scorecard import (
    AnswerScore,
    CriterionScore,
    KeyPointScore,
    KnockoutOutcome,
    KnockoutResult,
    Policy,
    Quote,
    Scorecard,
    build_scorecard,
)
from interview.scorecard import AnswerState as ScoreState
from interview.script import spoken
from ivr.services.drafts import JobSettings, settings_to_plain
from ivr.services.terms import terms_of

# Monday 2 March 2026, 10:00 UTC: the FrozenClock's own beginning.
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
_SCORES: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)
_CARDS: TypeAdapter[Scorecard] = TypeAdapter(Scorecard)
_people = count(100)
_names = count(1)


def make_question(number: int, *, knockout: bool = False, type: QuestionType = QuestionType.BEHAVIORAL) -> Question:
    """Question ``q1``, ``q2``, …, or a knockout ``k1``, with three key points of its own words."""
    return Question(
        id=f"{'k' if knockout else 'q'}{number}",
        text=f"Tell me about a time you solved problem number {number}. What did you do?",
        competency=f"Competency {number}",
        type=type,
        difficulty=Difficulty.MEDIUM,
        dimensions=DIMENSIONS_BY_TYPE[type],
        weight=1.0,
        max_seconds=120,
        key_points=(
            KeyPoint("k1", f"names the cause of problem {number}"),
            KeyPoint("k2", f"explains the steps taken for problem {number}"),
            KeyPoint("k3", f"states the measured result of problem {number}"),
        ),
        anchors=Anchors(one="Says nothing concrete.", three="Names some steps.", five="Names cause, steps and result."),
        ideal_answer=f"I named the cause of problem {number}, explained the steps taken and measured the result.",
        job_evidence=f"solve problem {number}",
        knockout=knockout,
        pass_rule="yes" if knockout else None,
    )


def make_organisation(database: Database, *, slug: str | None = None) -> str:
    """An organisation's id."""
    slug = slug or f"org-{next(_names)}"
    organisation = Organisation(id=new_id(), name=slug.title(), slug=slug)
    with database.write() as unit:
        unit.session.add(organisation)
    return organisation.id


def make_job(
    database: Database,
    organisation_id: str,
    *,
    questions: int = 2,
    knockouts: int = 0,
    language: str = "en-US",
    settings: JobSettings | None = None,
    approved: bool = True,
) -> str:
    """The id of an open job with that many approved core questions."""
    asked = tuple(make_question(n, knockout=True) for n in range(1, knockouts + 1)) + tuple(
        make_question(n) for n in range(1, questions + 1)
    )
    job = Job(
        id=new_id(), organisation_id=organisation_id, title="Line Cook", company="Harbour Kitchen", language=language,
        description="We solve problems.", settings=settings_to_plain(settings or JobSettings()),
        status=JobStatus.OPEN if approved else JobStatus.DRAFT,
        questions_status=QuestionsStatus.APPROVED if approved else QuestionsStatus.DRAFT, questions_version=1,
        steering={}, created_at=NOW,
    )  # fmt: skip
    version = QuestionSet(
        id=new_id(), organisation_id=organisation_id, job_id=job.id, version=1, source="model",
        content_hash=content_hash(asked), questions=asked, spoken=spoken(asked), created_at=NOW,
        approved_at=NOW if approved else None, approved_by="user:test" if approved else None,
        terms=terms_of(job.settings) if approved else None,
    )  # fmt: skip
    with database.write() as unit:
        unit.session.add(job)
        unit.session.flush()
        unit.session.add(version)
        job.approved_set_id = version.id if approved else None
    return job.id


def make_candidate(
    database: Database, organisation_id: str, *, phone: str | None = None, consent: bool = True, listed: bool = True,
    timezone: str | None = "Europe/London", **values: Any,
) -> str:  # fmt: skip
    """The id of a candidate who may be called: whitelisted, with consent on file."""
    number = phone or f"+1415555{next(_people):04d}"
    candidate = Candidate(
        id=new_id(), organisation_id=organisation_id, name="Ada Example", phone=number, timezone=timezone,
        created_at=NOW, **values,
    )  # fmt: skip
    with database.write() as unit:
        unit.session.add(candidate)
        unit.session.flush()
        if consent:
            unit.session.add(
                Consent(
                    organisation_id=organisation_id, candidate_id=candidate.id, basis="application", text_version="1",
                    obtained_at=NOW, source="api",
                )
            )  # fmt: skip
        if listed:
            unit.session.add(WhitelistEntry(organisation_id=organisation_id, pattern=number))
    return candidate.id


def make_interview(
    database: Database,
    *,
    organisation_id: str | None = None,
    job_id: str | None = None,
    candidate_id: str | None = None,
    status: InterviewStatus = InterviewStatus.QUEUED,
    questions: int = 2,
    knockouts: int = 0,
    **values: Any,
) -> str:
    """The id of an interview that nobody has called for yet, with whatever it needs around it."""
    organisation_id = organisation_id or make_organisation(database)
    job_id = job_id or make_job(database, organisation_id, questions=questions, knockouts=knockouts)
    candidate_id = candidate_id or make_candidate(database, organisation_id)
    with database.write() as unit:
        job = unit.session.get_one(Job, job_id)
        version = unit.session.get_one(QuestionSet, job.approved_set_id)
        size = len(version.questions)
        interview = Interview(
            id=new_id(), organisation_id=organisation_id, job_id=job_id, candidate_id=candidate_id,
            question_set_id=version.id, status=status, created_at=NOW,
            progress=Progress(states=(QuestionState.OPEN,) * size, takes=(0,) * size), **values,
        )  # fmt: skip
        unit.session.add(interview)
    return interview.id


def make_call(
    database: Database, interview_id: str, *, carrier_sid: str | None = "CA" + "0" * 32,
    status: CallStatus = CallStatus.QUEUED,
) -> str:  # fmt: skip
    """The id of a call under way for this interview, which is then ``dialing``."""
    with database.write() as unit:
        interview = unit.session.get_one(Interview, interview_id)
        candidate = unit.session.get_one(Candidate, interview.candidate_id)
        interview.attempts += 1
        interview.status = InterviewStatus.DIALING
        call = Call(
            id=new_id(), organisation_id=interview.organisation_id, interview_id=interview_id,
            attempt=interview.attempts, phone=candidate.phone, carrier_sid=carrier_sid, status=status, created_at=NOW,
        )  # fmt: skip
        unit.session.add(call)
    return call.id


SAID = "I named the cause, explained the steps taken and measured the result."


def make_recording(
    database: Database, call_id: str, *, turn: int = 1, number: int = 1, fetched: bool = True, **values: Any
) -> str:
    """The carrier's sid of a recording of ten seconds, fetched and measured unless told otherwise."""
    sid = f"RE{turn:016x}{number:016x}"
    facts: dict[str, Any] = {}
    if fetched:
        speech = {
            "duration_s": 10.0, "speech_s": 8.0, "intervals": [[1.5, 9.5]], "time_to_first_word_s": 1.5,
            "longest_pause_s": 0.75, "peak_dbfs": -3.0, "rms_dbfs": -20.0, "clipped_share": 0.0, "sha256": "0" * 64,
        }  # fmt: skip
        facts = {
            "storage_key": f"{sid}.wav", "sha256": "0" * 64, "size_bytes": 1000, "speech": speech,
            "peaks": [0, 128, 255], "fetched_at": NOW,
        }  # fmt: skip
    with database.write() as unit:
        call = unit.session.get_one(Call, call_id)
        unit.session.add(
            Recording(
                id=new_id(), organisation_id=call.organisation_id, interview_id=call.interview_id, call_id=call_id,
                turn=turn, recording_sid=sid, duration_s=10.0, created_at=NOW, **(facts | values),
            )
        )  # fmt: skip
    return sid


def make_answer(
    database: Database,
    interview_id: str,
    question_id: str,
    *,
    take: int = 1,
    state: AnswerState = AnswerState.PENDING,
    transcript: str | None = SAID,
    **values: Any,
) -> str:
    """The id of a take of a question. A knockout (``k1``) is answered with yes and has no words."""
    is_knockout = question_id.startswith("k")
    if is_knockout:
        values = {"said_yes": True} | values
        transcript, state = None, AnswerState.SCORED
    with database.write() as unit:
        interview = unit.session.get_one(Interview, interview_id)
        answer = Answer(
            id=new_id(), organisation_id=interview.organisation_id, interview_id=interview_id,
            question_id=question_id, take=take, state=state, transcript=transcript, is_knockout=is_knockout,
            created_at=NOW, **({"duration_s": 10.0, "turn": take} | values),
        )  # fmt: skip
        unit.session.add(answer)
    return answer.id


def make_score(question: Question, answer10: float, **values: Any) -> AnswerScore:
    """A scored answer whose criteria all came to the same, with one quote."""
    rating = 1 + answer10 / 2.5
    quote = Quote("explained the steps taken", 19, 44, start_s=3.25)
    return AnswerScore(
        question.id,
        **(
            {
                "state": ScoreState.SCORED, "answer10": answer10,
                "dimension_ratings": {d.value: rating for d in question.dimensions},
                "dimension_scores": {d.value: answer10 for d in question.dimensions},
                "understanding": 8, "explainability": 7, "is_correct": answer10 >= 6, "certainty": 95.0,
                "criteria": (CriterionScore("relevance", question.dimensions[0], rating, "It fits.", (quote,)),),
                "key_points": (
                    KeyPointScore("k1", question.key_points[0].text, "missing"),
                    KeyPointScore("k2", question.key_points[1].text, "covered", quote),
                    KeyPointScore("k3", question.key_points[2].text, "partial"),
                ),
                "concepts_missed": ("names the cause",), "critique": "Names no cause.", "evidence": (quote,),
                "quotes_claimed": 1, "quotes_verified": 1,
            }
            | values
        ),
    )  # fmt: skip


def make_rating(
    database: Database, answer_id: str, answer10: float = 7.25, *, number: int = 1, score: AnswerScore | None = None
) -> str:
    """The id of a rating in score set ``number``, which is made if it is not there; the answer takes its state."""
    with database.write() as unit:
        session = unit.session
        answer = session.get_one(Answer, answer_id)
        interview = session.get_one(Interview, answer.interview_id)
        version = session.get_one(QuestionSet, interview.question_set_id)
        question = next(q for q in version.questions if q.id == answer.question_id)
        made = score or make_score(question, answer10)
        score_set = session.scalar(
            select(ScoreSet).where(ScoreSet.interview_id == interview.id, ScoreSet.number == number)
        )
        if score_set is None:
            score_set = ScoreSet(
                id=new_id(), organisation_id=answer.organisation_id, interview_id=interview.id, number=number,
                reason="first", created_at=NOW,
            )  # fmt: skip
            session.add(score_set)
            session.flush()
        rating = AnswerRating(
            id=new_id(), organisation_id=answer.organisation_id, score_set_id=score_set.id,
            interview_id=interview.id, answer_id=answer_id, question_id=answer.question_id,
            content=json.loads(_SCORES.dump_json(made)), samples=[{"sample": 1}], model="fake-demo",
            prompt_version="score_answer@1", created_at=NOW,
        )  # fmt: skip
        answer.state = AnswerState(made.state.value)
        session.add(rating)
    return rating.id


def make_result(
    database: Database, interview_id: str, *, number: int = 1, status: InterviewStatus | None = None, **values: Any
) -> str:
    """The id of the result by rule of score set ``number``; the interview is then concluded as the rules say."""
    with database.write() as unit:
        session = unit.session
        interview = session.get_one(Interview, interview_id)
        questions = session.get_one(QuestionSet, interview.question_set_id).questions
        score_set = session.scalars(
            select(ScoreSet).where(ScoreSet.interview_id == interview_id, ScoreSet.number == number)
        ).one()
        ratings = session.scalars(select(AnswerRating).where(AnswerRating.score_set_id == score_set.id))
        said = session.scalars(select(Answer).where(Answer.interview_id == interview_id, Answer.is_knockout.is_(True)))
        knockouts = [
            KnockoutResult(
                answer.question_id, KnockoutOutcome.PASSED if answer.said_yes else KnockoutOutcome.FAILED,
                answer.knockout_confirmed is not None,
            )
            for answer in said
        ]  # fmt: skip
        card = build_scorecard(
            questions, [_SCORES.validate_python(rating.content) for rating in ratings], knockouts, Policy()
        )
        result = Result(
            id=new_id(), organisation_id=interview.organisation_id, score_set_id=score_set.id,
            interview_id=interview_id, overall_score=card.overall10, recommendation=card.recommendation,
            needs_review=card.needs_review, content=json.loads(_CARDS.dump_json(card)), model="fake-demo",
            prompt_version="score_answer@1", created_at=NOW, **values,
        )  # fmt: skip
        session.add(result)
        interview.status = status or (
            InterviewStatus.NEEDS_REVIEW if card.needs_review else InterviewStatus.COMPLETED
        )
    return result.id
