"""A labelled set as values: answers, what people gave them, and which belongs with which."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from interview.arithmetic import half_up, mean, out_of_ten, weighted_mean
from interview.rubric import criteria_for
from ivr.services.judging import JudgedAnswer, judge_payload

LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class HumanRating:
    """What one person gave: ``overall`` and ``criteria`` 1-5, at least one of the two."""

    rater: str
    overall: int | None = None
    criteria: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """One row. ``place`` says where it stands ("answers.jsonl, line 7").

    ``variant_of``: the same content in another guise. ``clean_twin``: the same answer without words to the grader;
    rows that have one are attacks and take no part in the agreement with people.
    """

    id: str
    place: str
    judged: JudgedAnswer
    ratings: tuple[HumanRating, ...] = ()
    variant_of: str | None = None
    guise: str = ""
    clean_twin: str | None = None

    @property
    def is_injection(self) -> bool:
        return self.clean_twin is not None

    @property
    def family(self) -> str:
        """Rows of one family say the same; they are drawn together when intervals are computed."""
        return self.variant_of or self.clean_twin or self.id

    @property
    def digest(self) -> str:
        """Beginning of the SHA-256 of all that decides about the rating but the judge's own configuration."""
        judged = self.judged
        later = judged.follow_up_transcript
        said = None if later is None else (judged.follow_up or "", later.text)
        weights = judged.weights
        told = [
            judge_payload(judged.question, (), judged.transcript.text, said),
            judged.language,
            [weights.content, weights.communication, weights.behavioral],
        ]
        return digest_of(told)

    def overall_of(self, rating: HumanRating) -> int | None:
        """One person's rating 1-5 of the whole answer; from their criteria by our arithmetic (J14) if need be.

        None when they left a dimension of the question unrated.
        """
        if rating.overall is not None:
            return rating.overall
        question, weights = self.judged.question, self.judged.weights
        pairs: list[tuple[Fraction, Fraction]] = []
        for dimension in question.dimensions:
            given = [
                Fraction(rating.criteria[criterion.id])
                for criterion in criteria_for(question)
                if criterion.dimension is dimension and criterion.id in rating.criteria
            ]
            found = mean(given)
            if found is None:
                return None
            pairs.append((weights.of(dimension), out_of_ten(found)))
        score = weighted_mean(pairs)
        return None if score is None else half_up(one_to_five(score))


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be used, and why."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """All that was read: rows that can be used, and the problems of those that cannot."""

    names: tuple[str, ...]
    answers: tuple[LabelledAnswer, ...]
    problems: tuple[Problem, ...]


def one_to_five(score: Fraction) -> Fraction:
    """A score 0-10 on the scale 1-5 of people."""
    return 1 + score / Fraction(5, 2)


def digest_of(value: object) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of ``value`` as canonical JSON."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]
