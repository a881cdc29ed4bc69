"""The judge: one answer put to the model in independent samples, its replies checked in code and weighed.

It knows no database. Whoever asks (the worker about an interview's answers, scripts/evaluate about a labelled set)
hands in how the model is reached, so that all are rated by the same prompt, the same checks and the same arithmetic.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from interview.answers import Transcript, clean_for_judge, injection_spans, without_spans
from interview.arithmetic import Weights
from interview.lint import check_anchor_text, check_question_text
from interview.question import Question
from interview.rating import BadRating, RawRating, Tally, combine, needs_resample, parse_rating, tally
from interview.rubric import Criterion, criteria_for
from interview.scorecard import AnswerScore, AnswerState, ReviewReason, unscored
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, Trouble
from ivr.gateways.prompts import Prompt

PURPOSE = "answer_rating"
# Sample numbers apart, so that the ledger tells a first try, its repair and the answer without its suspicious words.
_REPAIR = 100
_RESAMPLE = 200
_WITHOUT_SPANS = 300

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
class JudgedAnswer:
    """One answer with what it is rated by, and nothing about the person (J9) but what ``resume_in_scoring`` lets in.

    ``follow_up`` is the question that was asked later, ``follow_up_transcript`` what was said to it; both or neither.
    """

    question: Question
    language: str
    weights: Weights
    transcript: Transcript
    follow_up: str | None = None
    follow_up_transcript: Transcript | None = None
    resume_facts: Mapping[str, Any] | None = None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What this question is rated on."""
        return criteria_for(self.question)

    @property
    def for_judge(self) -> _Said:
        """The words as the rater reads them (F30)."""
        later = self.follow_up_transcript
        return _Said(
            clean_for_judge(self.transcript.text, self.language),
            None if later is None else clean_for_judge(later.text, self.language),
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rating came to, with all that led to it. Without usable samples ``score`` is for a person to give."""

    score: AnswerScore
    samples: tuple[RawRating, ...]
    calls: tuple[ModelCall, ...]


class Ask(Protocol):
    """How the model is reached. ``sample`` tells the questions about one answer apart. Raises GatewayError."""

    def __call__(
        self,
        *,
        purpose: str,
        sample: int,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
    ) -> ModelReply: ...


class Judge:
    """Rates by one prompt and a number of samples; the only place where a model's opinion enters."""

    def __init__(self, prompt: Prompt, *, samples: int) -> None:
        self.prompt = prompt
        self._samples = samples

    def rate(self, answer: JudgedAnswer, ask: Ask) -> Judgement:
        """The answer's rating: numbers, or reasons for a person to look.

        Raises:
            GatewayError: the model could not be had. Output that breaks its contract twice raises nothing; it is a
                reason for a person to look.
        """
        sitting = _Sitting(self.prompt, self._samples, answer, ask)
        try:
            samples = sitting.ask_all(answer.for_judge, first_sample=0)
            score = sitting.weigh(samples)
        except _Unusable as unusable:
            samples = ()
            score = unscored(answer.question.id, AnswerState.NEEDS_REVIEW, (unusable.reason,))
        return Judgement(score, samples, tuple(sitting.calls))


class _Sitting:
    """The rating of one answer, from the first sample to the score."""

    def __init__(self, prompt: Prompt, count: int, answer: JudgedAnswer, ask: Ask) -> None:
        self.calls: list[ModelCall] = []
        self._prompt = prompt
        self._count = count
        self._answer = answer
        self._criteria = answer.criteria
        self._ask = ask

    # --- asking

    def ask_all(self, words: _Said, *, first_sample: int) -> tuple[RawRating, ...]:
        """Independent samples, asked side by side."""
        with ThreadPoolExecutor(max_workers=self._count, thread_name_prefix="sample") as pool:
            asked = [pool.submit(self._ask_well, words, first_sample + n) for n in range(self._count)]
            done = [future.exception() for future in asked]
        # Every reply that came is in the ledger by now, so a retry of the task pays only for the missing ones.
        for error in done:
            if error is not None:
                raise error
        ratings = []
        for future in asked:
            rating, used = future.result()
            self.calls.extend(used)
            ratings.append(rating)
        return tuple(ratings)

    def _ask_well(self, words: _Said, sample: int) -> tuple[RawRating, list[ModelCall]]:
        """One sample, well formed after one repair at most, with quotes behind its high ratings if they can be had."""
        try:
            rating, call = self._ask_once(words, sample, ())
        except _Malformed as malformed:
            try:
                rating, call = self._ask_once(words, sample + _REPAIR, malformed.problems)
            except _Malformed as again:
                raise _Unusable(again.reason) from again
        calls = [call]
        if needs_resample(rating, self._answer.transcript, self._answer.follow_up_transcript):
            try:
                better, call = self._ask_once(words, sample + _RESAMPLE, ())
            except _Malformed:
                return rating, calls
            calls.append(call)
            return better, calls
        return rating, calls

    def _ask_once(self, words: _Said, sample: int, complaints: tuple[str, ...]) -> tuple[RawRating, ModelCall]:
        instructions = self._prompt.text
        if complaints:
            listed = "\n".join(f"- {complaint}" for complaint in complaints)
            instructions += f"\n\nAn earlier reply could not be used. Mend exactly this:\n{listed}\n"
        question, follow_up = self._answer.question, self._answer.follow_up
        try:
            reply = self._ask(
                purpose=PURPOSE,
                sample=sample,
                instructions=instructions,
                payload=judge_payload(
                    question,
                    self._criteria,
                    words.answer,
                    None if follow_up is None else (follow_up, words.follow_up or ""),
                    self._answer.resume_facts,
                ),
                schema=RATING_SCHEMA,
                prompt_version=self._prompt.version,
            )
        except GatewayError as error:
            if error.trouble is not Trouble.OUTPUT:
                raise
            raise _Malformed((error.message,), ReviewReason(f"model_{error.code}", error.message)) from error
        try:
            return parse_rating(reply.content, question, self._criteria), reply.call
        except BadRating as bad:
            sentence = "The model's rating did not have the form that was asked for, twice."
            raise _Malformed(bad.problems, ReviewReason("model_output", sentence)) from bad

    # --- weighing

    def weigh(self, samples: Sequence[RawRating]) -> AnswerScore:
        """What the samples come to, the injection check (I27) and the bias check (J15) included."""
        answer, words = self._answer, self._answer.for_judge
        spans = words.spans()
        without = self._without(words.without_spans()) if spans else None
        return combine(
            samples,
            answer.question,
            self._criteria,
            answer.transcript,
            follow_up=answer.follow_up_transcript,
            weights=answer.weights,
            span_found=spans,
            score_without_span=None if without is None else without.score,
            ratings_without_span=None if without is None else without.ratings,
            bias_findings=self._bias(samples),
        )

    def _without(self, rest: _Said) -> Tally:
        """What the answer is worth without the words that may speak to the grader (I27)."""
        if not rest.answer and not rest.follow_up:
            return Tally({}, {}, 0.0)
        samples = self.ask_all(rest, first_sample=_WITHOUT_SPANS)
        return tally(samples, self._answer.question, self._criteria, self._answer.weights)

    def _bias(self, samples: Sequence[RawRating]) -> tuple[str, ...]:
        """J15: what may not be asked may not be a reason either."""
        found = [
            finding.sentence
            for sample in samples
            for criterion in sample.criteria
            for check in (check_anchor_text, check_question_text)
            for finding in check(criterion.reason, self._answer.language)
        ]
        return tuple(dict.fromkeys(found))


def judge_payload(
    question: Question,
    criteria: Sequence[Criterion],
    transcript: str,
    follow_up: tuple[str, str] | None = None,
    resume_facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Exactly what the rater is given (J9): the frozen question first, so that it is cached, then the answer, and what
    was asked and said about it later (``follow_up``). Facts of a résumé stand apart, and only if there are any (Q7)."""
    anchors = question.anchors
    payload: dict[str, Any] = {
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
    return payload if resume_facts is None else payload | {"resume_facts": dict(resume_facts)}


class _Unusable(Exception):
    """The model's output broke its contract twice: a person must look."""

    def __init__(self, reason: ReviewReason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


class _Malformed(Exception):
    """One reply broke its contract; ``problems`` go back to the model."""

    def __init__(self, problems: tuple[str, ...], reason: ReviewReason) -> None:
        super().__init__(reason.sentence)
        self.problems = problems
        self.reason = reason
