"""Rating one answer: independent samples side by side, checked in code, and never a number that nobody gave."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Answer, AnswerRating, AnswerState, Interview, Job, QuestionSet, Recording, ScoreSet
from db.repositories import outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.answers import SpeechInterval, Transcript, clean_for_judge, injection_spans, without_spans
from interview.lint import check_anchor_text, check_question_text
from interview.question import Question
from interview.rating import BadRating, RawRating, Tally, combine, needs_resample, parse_rating, tally
from interview.rubric import Criterion, criteria_for
from interview.scorecard import AnswerScore, ReviewReason, unscored
from interview.scorecard import AnswerState as ScoreState
from ivr.gateways.ports import GatewayError, ModelCall, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.answers import speech_facts
from ivr.services.drafts import JobSettings, settings_from_plain
from ivr.services.follow_ups import FollowUpSaid, close_follow_up, settlement_of
from ivr.services.model_ledger import ModelLedger

PURPOSE = "answer_rating"
# Sample numbers apart, so that the ledger tells a first try, its repair and the answer without its suspicious words.
_REPAIR = 100
_RESAMPLE = 200
_WITHOUT_SPANS = 300
# A new score set asks anew: the replies of the set before it do not answer for it.
_NEXT_SET = 1000

RATING_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "key_points", "criteria", "off_topic", "needs_clarification", "cannot_score_reason", "injection_suspected",
    ],
    "properties": {
        "key_points": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "status", "quote"],
                "properties": {
                    "id": {"type": "string"},
                    "status": {"type": "string", "enum": ["covered", "partial", "missing"]},
                    "quote": {"type": ["string", "null"]},
                },
            },
        },
        "criteria": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                # reasoning before rating
                "required": ["id", "reason", "quotes", "rating"],
                "properties": {
                    "id": {"type": "string"},
                    "reason": {"type": "string"},
                    "quotes": {"type": "array", "items": {"type": "string"}},
                    "rating": {"type": ["integer", "null"], "enum": [1, 2, 3, 4, 5, None]},
                },
            },
        },
        "off_topic": {"type": "boolean"},
        "needs_clarification": {"type": "boolean"},
        "cannot_score_reason": {"type": ["string", "null"]},
        "injection_suspected": {"type": "boolean"},
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """The words that the rater gets: of the answer, and of its follow-up if one was answered."""

    answer: str
    follow_up: str | None = None

    def spans(self) -> bool:
        """Whether words that may speak to the grader stand in either."""
        return bool(injection_spans(self.answer) or injection_spans(self.follow_up or ""))

    def without_spans(self) -> "_Said":
        """The rest, when these are left out."""
        rest = None if self.follow_up is None else without_spans(self.follow_up, injection_spans(self.follow_up))
        return _Said(without_spans(self.answer, injection_spans(self.answer)), rest)


@dataclass(frozen=True, slots=True)
class _Case:
    """One answer with what it is rated by, and nothing about the person."""

    answer: Answer
    question: Question
    criteria: tuple[Criterion, ...]
    settings: JobSettings
    language: str
    transcript: Transcript
    for_judge: _Said
    set_number: int
    follow_up: FollowUpSaid | None
    follow_up_transcript: Transcript | None


class _Unusable(Exception):
    """The model's output broke its contract twice: a person must look."""

    def __init__(self, reason: ReviewReason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


class RatingService:
    """Rates answers; the only place where a model's opinion enters."""

    def __init__(
        self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime], *, samples: int
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._samples = samples
        self._prompt = load_prompt("score_answer")

    def score_answer(self, lease: Lease) -> None:
        """Rate this answer and store the rating with all that led to it. An answer that is rated is left alone."""
        if self._waits(lease):
            return
        case = self._case(lease.subject_id)
        if case is None:
            with self._database.write() as unit:
                outbox.complete(unit.session, lease)
            return
        calls: list[ModelCall] = []
        try:
            samples = self._ask_all(case, case.for_judge, calls, first_sample=0, count=self._samples)
            score = self._weigh(case, samples, calls)
        except _Unusable as unusable:
            samples = ()
            score = unscored(case.question.id, ScoreState.NEEDS_REVIEW, (unusable.reason,))
        self._store(case, score, samples, calls, lease)

    # --- reading

    def _waits(self, lease: Lease) -> bool:
        """Whether a follow-up to this answer is still to be heard; then the row is put off. What was never answered
        when its call ended is closed, so that nothing said later belongs to a rating made before."""
        now = self._clock()
        with self._database.read() as session:
            answer = session.get(Answer, lease.subject_id)
            if answer is None or answer.state is not AnswerState.PENDING or answer.superseded:
                return False
            found = settlement_of(session, answer, now)
        if found.wait_until is None and found.open_id is None:
            return False
        with self._database.write() as unit:
            if found.open_id is not None:
                close_follow_up(unit.session, found.open_id)
            elif found.wait_until is not None:
                outbox.postpone(unit.session, lease, found.wait_until)
        return found.wait_until is not None

    def _case(self, answer_id: str) -> _Case | None:
        with self._database.read() as session:
            answer = session.get(Answer, answer_id)
            if answer is None or answer.state is not AnswerState.PENDING or answer.superseded:
                return None
            words = _words(answer)
            if words is None:
                return None
            interview = session.get_one(Interview, answer.interview_id)
            job = session.get_one(Job, interview.job_id)
            version = session.get_one(QuestionSet, interview.question_set_id)
            question = next(q for q in version.questions if q.id == answer.question_id)
            said = settlement_of(session, answer, self._clock()).said
            transcript = _transcript(session, answer, words, job.language)
            follow_up = None
            if said is not None:
                follow_up = _transcript(session, said.take, _words(said.take) or "", job.language)
            set_number = session.scalar(
                select(func.max(ScoreSet.number)).where(ScoreSet.interview_id == answer.interview_id)
            )
        for_judge = _Said(
            clean_for_judge(words, job.language),
            None if follow_up is None else clean_for_judge(follow_up.text, job.language),
        )
        return _Case(
            answer,
            question,
            criteria_for(question),
            settings_from_plain(job.settings),
            job.language,
            transcript,
            for_judge,
            set_number or 1,
            said,
            follow_up,
        )

    # --- asking

    def _ask_all(
        self, case: _Case, words: _Said, calls: list[ModelCall], *, first_sample: int, count: int
    ) -> tuple[RawRating, ...]:
        """``count`` independent samples, asked side by side."""
        with ThreadPoolExecutor(max_workers=count, thread_name_prefix="sample") as pool:
            asked = [pool.submit(self._ask_well, case, words, first_sample + n) for n in range(count)]
            done = [future.exception() for future in asked]
        # Every reply that came is in the ledger by now, so a retry of the task pays only for the missing ones.
        for error in done:
            if error is not None:
                raise error
        ratings = []
        for future in asked:
            rating, used = future.result()
            calls.extend(used)
            ratings.append(rating)
        return tuple(ratings)

    def _ask_well(self, case: _Case, words: _Said, sample: int) -> tuple[RawRating, list[ModelCall]]:
        """One sample, well formed after one repair at most, with quotes behind its high ratings if they can be had."""
        try:
            rating, call = self._ask_once(case, words, sample, ())
        except _Malformed as malformed:
            try:
                rating, call = self._ask_once(case, words, sample + _REPAIR, malformed.problems)
            except _Malformed as again:
                raise _Unusable(again.reason) from again
        calls = [call]
        if needs_resample(rating, case.transcript, case.follow_up_transcript):
            try:
                better, call = self._ask_once(case, words, sample + _RESAMPLE, ())
            except _Malformed:
                return rating, calls
            calls.append(call)
            return better, calls
        return rating, calls

    def _ask_once(
        self, case: _Case, words: _Said, sample: int, complaints: tuple[str, ...]
    ) -> tuple[RawRating, ModelCall]:
        instructions = self._prompt.text
        if complaints:
            listed = "\n".join(f"- {complaint}" for complaint in complaints)
            instructions += f"\n\nAn earlier reply could not be used. Mend exactly this:\n{listed}\n"
        try:
            reply = self._ledger.ask(
                purpose=PURPOSE,
                subject_id=case.answer.id,
                sample=sample + _NEXT_SET * (case.set_number - 1),
                organisation_id=case.answer.organisation_id,
                interview_id=case.answer.interview_id,
                instructions=instructions,
                payload=judge_payload(
                    case.question,
                    case.criteria,
                    words.answer,
                    None if case.follow_up is None else (case.follow_up.text, words.follow_up or ""),
                ),
                schema=RATING_SCHEMA,
                prompt_version=self._prompt.version,
            )
        except GatewayError as error:
            if error.trouble is not Trouble.OUTPUT:
                raise
            raise _Malformed((error.message,), ReviewReason(f"model_{error.code}", error.message)) from error
        try:
            return parse_rating(reply.content, case.question, case.criteria), reply.call
        except BadRating as bad:
            sentence = "The model's rating did not have the form that was asked for, twice."
            raise _Malformed(bad.problems, ReviewReason("model_output", sentence)) from bad

    # --- weighing

    def _weigh(self, case: _Case, samples: Sequence[RawRating], calls: list[ModelCall]) -> AnswerScore:
        spans = case.for_judge.spans()
        without: Tally | None = None
        if spans:
            without = self._without(case, case.for_judge.without_spans(), calls)
        return combine(
            samples,
            case.question,
            case.criteria,
            case.transcript,
            follow_up=case.follow_up_transcript,
            weights=case.settings.weights,
            span_found=spans,
            score_without_span=None if without is None else without.score,
            ratings_without_span=None if without is None else without.ratings,
            bias_findings=self._bias(case, samples),
        )

    def _without(self, case: _Case, rest: _Said, calls: list[ModelCall]) -> Tally:
        """What the answer is worth without the words that may speak to the grader (I27)."""
        if not rest.answer and not rest.follow_up:
            return Tally({}, {}, 0.0)
        samples = self._ask_all(case, rest, calls, first_sample=_WITHOUT_SPANS, count=self._samples)
        return tally(samples, case.question, case.criteria, case.settings.weights)

    def _bias(self, case: _Case, samples: Sequence[RawRating]) -> tuple[str, ...]:
        """J15: what may not be asked may not be a reason either."""
        found = [
            finding.sentence
            for sample in samples
            for criterion in sample.criteria
            for check in (check_anchor_text, check_question_text)
            for finding in check(criterion.reason, case.language)
        ]
        return tuple(dict.fromkeys(found))

    # --- writing

    def _store(
        self, case: _Case, score: AnswerScore, samples: Sequence[RawRating], calls: Sequence[ModelCall], lease: Lease
    ) -> None:
        with self._database.write() as unit:
            session = unit.session
            # Before the answer is read: whoever corrects it or asks for another score set holds the same lock.
            set_id = current_score_set(session, case.answer.organisation_id, case.answer.interview_id)
            answer = session.get_one(Answer, case.answer.id)
            if _is_overtaken(case, answer, session.get_one(ScoreSet, set_id)):
                outbox.postpone(session, lease, self._clock())
                return
            answer.state = AnswerState(score.state.value)
            answer.state_reason = " ".join(reason.sentence for reason in score.review_reasons) or None
            answer.simulated = answer.simulated or any(call.simulated for call in calls)
            if case.follow_up is not None:
                session.get_one(Answer, case.follow_up.take.id).state = AnswerState.SCORED
            session.add(
                AnswerRating(
                    organisation_id=answer.organisation_id,
                    score_set_id=set_id,
                    interview_id=answer.interview_id,
                    answer_id=answer.id,
                    question_id=answer.question_id,
                    content=_plain(asdict(score)),
                    samples=[_plain(asdict(sample)) for sample in samples],
                    model=calls[0].model if calls else None,
                    prompt_version=self._prompt.version,
                    simulated=any(call.simulated for call in calls),
                    created_at=self._clock(),
                )
            )
            outbox.add(
                session, kind="conclude_interview", subject_id=answer.interview_id,
                organisation_id=answer.organisation_id, due_at=self._clock(), request_id=lease.request_id,
            )  # fmt: skip
            record(
                session, organisation_id=answer.organisation_id, type="answer.scored", subject_kind="interview",
                subject_id=answer.interview_id, actor="system", request_id=lease.request_id,
                data={
                    "question": answer.question_id, "take": answer.take, "state": score.state.value,
                    "answer10": score.answer10, "model": calls[0].model if calls else None,
                    "prompt_version": self._prompt.version, "samples": len(samples),
                },
            )  # fmt: skip
            outbox.complete(session, lease)


class _Malformed(Exception):
    def __init__(self, problems: tuple[str, ...], reason: ReviewReason) -> None:
        super().__init__(reason.sentence)
        self.problems = problems
        self.reason = reason


def judge_payload(
    question: Question, criteria: Sequence[Criterion], transcript: str, follow_up: tuple[str, str] | None = None
) -> dict[str, Any]:
    """Exactly what the rater is given (J9): the frozen question first, so that it is cached, then the answer,
    and what was asked and said about it later (``follow_up``)."""
    anchors = question.anchors
    return {
        "question": {
            "text": question.text,
            "type": question.type.value,
            "key_points": [{"id": point.id, "text": point.text} for point in question.key_points],
            "anchors": {}
            if anchors is None
            else {"1": anchors.one, "2": anchors.two, "3": anchors.three, "4": anchors.four, "5": anchors.five},
            "ideal_answer": question.ideal_answer,
        },
        "criteria": [
            {"id": criterion.id, "dimension": criterion.dimension.value, "description": criterion.description}
            for criterion in criteria
        ],
        "transcript": transcript,
        "follow_up": None if follow_up is None else {"question": follow_up[0], "transcript": follow_up[1]},
    }


def _is_overtaken(case: _Case, answer: Answer, newest: ScoreSet) -> bool:
    """Whether the words were corrected, or another score set begun, while the model was thinking."""
    return newest.number != case.set_number or _words(answer) != _words(case.answer)


def _transcript(session: Session, answer: Answer, words: str, language: str) -> Transcript:
    """The words of one take with the times of speech in its recording, as far as they are known."""
    recording = session.scalars(
        select(Recording).where(Recording.recording_sid == answer.recording_sid)
    ).one_or_none()
    facts = None if recording is None else speech_facts(recording)
    intervals = tuple(SpeechInterval(start, end) for start, end in facts.intervals) if facts else ()
    return Transcript(words, language, intervals)


def _words(answer: Answer) -> str | None:
    return answer.transcript_corrected or answer.transcript


def current_score_set(session: Session, organisation_id: str, interview_id: str) -> str:
    """The id of the interview's newest score set; the first is made when the first answer is rated."""
    # The interview's row lock lets two answers that are rated at once share one first set.
    session.get_one(Interview, interview_id, with_for_update=True)
    newest = session.scalars(
        select(ScoreSet).where(ScoreSet.interview_id == interview_id).order_by(ScoreSet.number.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        newest = ScoreSet(
            id=new_id(), organisation_id=organisation_id, interview_id=interview_id, number=1, reason="first"
        )
        session.add(newest)
        session.flush()
    return newest.id


def _plain(value: Any) -> Any:
    """Enumerations and tuples as JSON has them."""
    return json.loads(json.dumps(value))
