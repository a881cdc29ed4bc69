"""What an answer is rated on: the criteria of each dimension, worded for a rater who hears content and nothing else."""

from dataclasses import dataclass

from interview.question import Dimension, Question


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is rated 1 to 5; ``description`` is what the rater is told."""

    id: str
    dimension: Dimension
    description: str


# Assessment J13. The words are the rater's whole instruction: they name what was said and never how it sounded.
CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "relevance",
        Dimension.CONTENT,
        "How far the answer deals with what the question asks for, measured by the key points.",
    ),
    Criterion(
        "soundness",
        Dimension.CONTENT,
        "How far what is said is right and workable for this kind of work, measured by the key points and the ideal "
        "answer. Another route that works as well counts as much.",
    ),
    Criterion(
        "reasoning",
        Dimension.CONTENT,
        "How far the answer says why: causes, alternatives that were weighed, and what follows from the choice.",
    ),
    Criterion(
        "clarity",
        Dimension.COMMUNICATION,
        "How well a colleague could act on what was said: terms are explained where needed and it is plain what is "
        "meant. Any dialect and any choice of words serves as well as another.",
    ),
    Criterion(
        "organisation",
        Dimension.COMMUNICATION,
        "How well the parts of the answer can be followed: what led to what, and where it ended. Restarts and "
        "repetitions, which are part of speaking, count for nothing.",
    ),
    Criterion(
        "specific_example",
        Dimension.BEHAVIORAL,
        "How fully one concrete case is told, lived through or, where the question supposes a case, thought through: "
        "the situation, the task, what this person did or would do, and the result.",
    ),
    Criterion(
        "named_behaviour",
        Dimension.BEHAVIORAL,
        "How far the conduct that the question asks about shows in what this person says they did or would do.",
    ),
)


def criteria_for(question: Question) -> tuple[Criterion, ...]:
    """The criteria of the dimensions that this question declares, in a fixed order."""
    return tuple(criterion for criterion in CRITERIA if criterion.dimension in question.dimensions)
