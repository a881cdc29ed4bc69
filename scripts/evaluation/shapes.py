"""The rows of a labelled set as they are written (docs/evaluate.md), checked one by one."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from interview.answers import Transcript, clean_for_judge
from interview.arithmetic import Weights
from interview.question import DIMENSIONS_BY_TYPE, Anchors, Difficulty, Dimension, KeyPoint, Question, QuestionType
from interview.rubric import criteria_for
from ivr.services.judging import JudgedAnswer
from scripts.evaluation.rows import HumanRating, LabelledAnswer

_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Words = Annotated[str, Field(min_length=1, pattern=r"\S")]
# Marks of ours in the paths of errors.
_REFERENCE, _ROW = "<reference>", "<row>"
_Level = Annotated[int, Field(ge=1, le=5)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, strict=True)


class KeyPointShape(_Shape):
    id: _Id
    text: _Words


class AnchorsShape(_Shape):
    one: _Words = Field(alias="1")
    two: str | None = Field(default=None, alias="2")
    three: _Words = Field(alias="3")
    four: str | None = Field(default=None, alias="4")
    five: _Words = Field(alias="5")


def _with_ids(value: Any) -> Any:
    """Key points given as plain sentences are numbered k1, k2, …"""
    if not isinstance(value, list):
        return value
    return [{"id": f"k{n}", "text": item} if isinstance(item, str) else item for n, item in enumerate(value, 1)]


class QuestionShape(_Shape):
    """A question within an answer's row, or a row of its own (``kind: question``) that answers refer to by ``id``."""

    kind: Literal["question"] = "question"
    id: _Id = "question"
    text: _Words
    type: Literal["behavioral", "situational", "technical", "case", "system_design", "coding", "general"]
    key_points: Annotated[list[KeyPointShape], BeforeValidator(_with_ids), Field(min_length=1)]
    anchors: AnchorsShape | None = None
    ideal_answer: str = ""
    # By its type when left out (J13).
    dimensions: Annotated[list[Literal["content", "communication", "behavioral"]], Field(min_length=1)] | None = None
    # What an approved question carries besides; the rater is not told, so it is not looked at.
    competency: Any = None
    index: Any = None
    difficulty: Any = None
    weight: Any = None
    knockout: Any = None
    pass_rule: Any = None
    max_seconds: Any = None
    job_evidence: Any = None
    say_as: Any = None
    skill: Any = None
    must_ask: Any = None
    metadata: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _named_apart(self) -> Self:
        ids = [point.id for point in self.key_points]
        if len(set(ids)) < len(ids):
            raise ValueError("two key points have the same id")
        return self

    def question(self) -> Question:
        """The question as the judge takes it."""
        kind = QuestionType(self.type)
        declared = None if self.dimensions is None else {Dimension(name) for name in self.dimensions}
        anchors = self.anchors
        return Question(
            id=self.id,
            text=self.text,
            competency="",
            type=kind,
            difficulty=Difficulty.MEDIUM,
            dimensions=DIMENSIONS_BY_TYPE[kind]
            if declared is None
            else tuple(dimension for dimension in Dimension if dimension in declared),
            weight=1.0,
            max_seconds=120,
            key_points=tuple(KeyPoint(point.id, point.text) for point in self.key_points),
            anchors=None
            if anchors is None
            else Anchors(anchors.one, anchors.three, anchors.five, anchors.two or None, anchors.four or None),
            ideal_answer=self.ideal_answer,
        )


def _reference_or_row(value: Any) -> str:
    return _REFERENCE if isinstance(value, str) else _ROW


# The question of an answer: an id that stands elsewhere in the set, or all of it.
_Asked = Annotated[
    Annotated[_Id, Tag(_REFERENCE)] | Annotated[QuestionShape, Tag(_ROW)], Discriminator(_reference_or_row)
]


class FollowUpShape(_Shape):
    text: _Words
    transcript: _Words


class RatingShape(_Shape):
    rater: _Id
    overall: _Level | None = None
    criteria: dict[str, _Level] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.overall is None and not self.criteria:
            raise ValueError("has neither an overall rating nor one of a criterion")
        return self


class WeightsShape(_Shape):
    content: float = 50.0
    communication: float = 30.0
    behavioral: float = 20.0

    @model_validator(mode="after")
    def _allowed(self) -> Self:
        self.weights()
        return self

    def weights(self) -> Weights:
        """ValueError when the product would not take them either."""
        return Weights(self.content, self.communication, self.behavioral)


class AnswerShape(_Shape):
    """An answer's row (``kind: answer``, which may be left out)."""

    kind: Literal["answer"] = "answer"
    id: _Id
    question: _Asked
    transcript: _Words
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-US"
    follow_up: FollowUpShape | None = None
    ratings: list[RatingShape] = Field(default_factory=list)
    weights: WeightsShape | None = None
    variant_of: _Id | None = None
    guise: str = ""
    injection: bool = False
    clean_twin: _Id | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.injection and self.clean_twin is None:
            raise ValueError("injection is true, but clean_twin does not name the same answer without it")
        if self.clean_twin is not None and not self.injection:
            raise ValueError("clean_twin is for rows with injection: true")
        if self.injection and self.variant_of is not None:
            raise ValueError("a row is a variant or an injection, not both")
        if self.id in (self.variant_of, self.clean_twin):
            raise ValueError("a row cannot belong to itself")
        raters = [rating.rater for rating in self.ratings]
        if len(set(raters)) < len(raters):
            raise ValueError("one rater has rated it twice")
        if not clean_for_judge(self.transcript, self.language):
            raise ValueError("nothing is left of the transcript when fillers are taken out")
        return self

    def answer(self, question: Question, place: str) -> LabelledAnswer:
        """The row as a value. ValueError when people rated a criterion that such a question does not have."""
        known = {criterion.id for criterion in criteria_for(question)}
        for rating in self.ratings:
            other = sorted(set(rating.criteria) - known)
            if other:
                kind = question.type.value
                raise ValueError(
                    f"a {kind} question has no criterion {', '.join(other)} (it has {', '.join(sorted(known))})"
                )
        follow_up = self.follow_up
        return LabelledAnswer(
            id=self.id,
            place=place,
            judged=JudgedAnswer(
                question=question,
                language=self.language,
                weights=self.weights.weights() if self.weights else Weights(),
                transcript=Transcript(self.transcript, self.language),
                follow_up=follow_up.text if follow_up else None,
                follow_up_transcript=Transcript(follow_up.transcript, self.language) if follow_up else None,
            ),
            ratings=tuple(HumanRating(one.rater, one.overall, one.criteria) for one in self.ratings),
            variant_of=self.variant_of,
            guise=self.guise,
            clean_twin=self.clean_twin,
        )


def sentences_of(error: ValidationError) -> list[str]:
    """What is wrong with a row, one sentence for each fault, naming the field."""
    found = []
    for item in error.errors(include_input=False, include_url=False):
        path = ".".join(str(part) for part in item["loc"] if part not in (_REFERENCE, _ROW))
        message = _message(item["type"], str(item["msg"]), path)
        found.append(f"{path}: {message}." if path else f"{message[0].upper()}{message[1:]}.")
    return list(dict.fromkeys(found))


def _message(kind: str, told: str, path: str) -> str:
    match kind:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is no field of this format"
        case "string_pattern_mismatch" if path == "language":
            return "is no language tag such as en-US"
        case "string_pattern_mismatch" | "string_too_short" | "too_short":
            return "is empty"
        case "model_type" if path == "question":
            return "is neither the id of a question nor a question"
        case "model_type":
            return "is no object"
        case _:
            told = told.removeprefix("Value error, ").replace("Input should", "must", 1)
            return told[0].lower() + told[1:]
