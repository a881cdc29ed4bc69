"""One question with what a good answer shows, and the hash that freezes a set of them."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class QuestionType(StrEnum):
    BEHAVIORAL = "behavioral"
    SITUATIONAL = "situational"
    TECHNICAL = "technical"
    CASE = "case"
    SYSTEM_DESIGN = "system_design"
    CODING = "coding"
    GENERAL = "general"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Dimension(StrEnum):
    CONTENT = "content"
    COMMUNICATION = "communication"
    BEHAVIORAL = "behavioral"


# Assessment J13: which dimensions are rated depends on the question's type; only questions that ask for conduct
# carry the behavioral one.
DIMENSIONS_BY_TYPE: dict[QuestionType, tuple[Dimension, ...]] = {
    QuestionType.BEHAVIORAL: (Dimension.CONTENT, Dimension.COMMUNICATION, Dimension.BEHAVIORAL),
    QuestionType.SITUATIONAL: (Dimension.CONTENT, Dimension.COMMUNICATION, Dimension.BEHAVIORAL),
    QuestionType.TECHNICAL: (Dimension.CONTENT, Dimension.COMMUNICATION),
    QuestionType.CASE: (Dimension.CONTENT, Dimension.COMMUNICATION),
    QuestionType.SYSTEM_DESIGN: (Dimension.CONTENT, Dimension.COMMUNICATION),
    QuestionType.CODING: (Dimension.CONTENT, Dimension.COMMUNICATION),
    QuestionType.GENERAL: (Dimension.CONTENT, Dimension.COMMUNICATION),
}


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """Something a full answer contains; ``id`` is unique within its question ("k1", "k2", …)."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """What an answer rated 1 to 5 sounds like; 2 and 4 may be left to the rater."""

    one: str
    three: str
    five: str
    two: str | None = None
    four: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as approved: ``weight`` 0.5-3, ``max_seconds`` 60-180, ``pass_rule`` "yes" or "no" for knockouts."""

    id: str
    text: str
    competency: str
    type: QuestionType
    difficulty: Difficulty
    dimensions: tuple[Dimension, ...]
    weight: float
    max_seconds: int
    key_points: tuple[KeyPoint, ...] = ()
    anchors: Anchors | None = None
    ideal_answer: str = ""
    job_evidence: str = ""
    knockout: bool = False
    pass_rule: str | None = None
    say_as: str | None = None
    skill: str | None = None
    must_ask: str | None = None


def content_hash(questions: tuple[Question, ...]) -> str:
    """SHA-256 (hex) over the questions in order; equal hashes mean byte-identical questions."""
    canonical = json.dumps([asdict(question) for question in questions], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
