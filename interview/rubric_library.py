"""Competencies as an employer rates them for many jobs, and what keeps a set of them from being used (Q4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interview.folding import fold
from interview.question import Anchors

if TYPE_CHECKING:  # the rules of questions know competencies, not the other way round
    from interview.question_rules import Lint

MIN_COMPETENCY_WEIGHT, MAX_COMPETENCY_WEIGHT = 0.5, 3.0


@dataclass(frozen=True, slots=True)
class Competency:
    """What questions of this name weigh (0.5-3), and how their answers are anchored if the employer says so."""

    name: str
    weight: float = 1.0
    anchors: Anchors | None = None


@dataclass(frozen=True, slots=True)
class CompetencyProblem:
    """What is wrong with one competency (from 0): the part of it, a stable word, a sentence."""

    index: int
    part: str
    code: str
    sentence: str


def check_competencies(
    competencies: Sequence[Competency], language: str, lint: "Lint"
) -> tuple[CompetencyProblem, ...]:
    """Everything that keeps these competencies from being asked about and rated; empty when nothing does."""
    found: list[CompetencyProblem] = []
    seen: set[str] = set()
    for index, competency in enumerate(competencies):

        def add(part: str, code: str, sentence: str, index: int = index) -> None:
            found.append(CompetencyProblem(index, part, code, sentence))

        name = fold(competency.name)
        if not name:
            add("name", "competency_missing", "The competency has no name.")
        elif name in seen:
            add("name", "competency_repeated", "Another competency has this name.")
        seen.add(name)
        if not MIN_COMPETENCY_WEIGHT <= competency.weight <= MAX_COMPETENCY_WEIGHT:
            sentence = f"The weight is not from {MIN_COMPETENCY_WEIGHT:g} to {MAX_COMPETENCY_WEIGHT:g}."
            add("weight", "weight_out_of_range", sentence)
        for finding in lint.check_anchor_text(competency.name, language):
            add("name", finding.code, finding.sentence)
        anchors = competency.anchors
        if anchors is None:
            continue
        required = [fold(anchor) for anchor in (anchors.one, anchors.three, anchors.five)]
        if "" in required or len(set(required)) < len(required):
            add("anchors", "anchors_missing", "The anchors 1, 3 and 5 are needed and differ from each other.")
        for text in filter(None, (anchors.one, anchors.two, anchors.three, anchors.four, anchors.five)):
            for finding in lint.check_anchor_text(text, language):
                add("anchors", finding.code, finding.sentence)
    return tuple(dict.fromkeys(found))
