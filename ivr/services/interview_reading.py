"""What every reader of an interview derives from it the same way: its questions by number with the take that counts,
the level of the rubric, and what a requirement came to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from interview.question import Anchors
from ivr.services.views import AnswerView, InterviewView


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a question's rubric; ``text`` is empty where it was left to the rater."""

    number: int
    text: str
    is_nearest: bool


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A core question with the take that counts and those before it; ``weight_share`` (0-1) is of all core ones."""

    number: int
    answer: AnswerView
    earlier: tuple[AnswerView, ...]
    weight_share: float | None


def answered_questions(interview: InterviewView) -> tuple[AnsweredQuestion, ...]:
    """The core questions that were reached, in their order."""
    core = [answer for answer in interview.answers if not answer.question.knockout]
    # The competencies hold all questions' weights, those that were not reached too.
    total = sum(competency.weight for competency in interview.result.competencies) if interview.result else 0.0
    found = []
    for number, question_id in enumerate(dict.fromkeys(answer.question.id for answer in core), start=1):
        takes = [answer for answer in core if answer.question.id == question_id]
        counting = [answer for answer in takes if not answer.superseded] or takes
        answer = counting[-1]
        share = answer.question.weight / total if total else None
        found.append(AnsweredQuestion(number, answer, tuple(take for take in takes if take is not answer), share))
    return tuple(found)


def requirements(interview: InterviewView) -> tuple[AnswerView, ...]:
    """The answers to the yes-or-no questions on top."""
    return tuple(answer for answer in interview.answers if answer.question.knockout)


def question_names(interview: InterviewView) -> dict[str, str]:
    """How a page calls the questions, by their ids: "Question 2", "Requirement 1"."""
    names = {one.answer.question.id: f"Question {one.number}" for one in answered_questions(interview)}
    asked = dict.fromkeys(answer.question.id for answer in requirements(interview))
    return names | {id: f"Requirement {number}" for number, id in enumerate(asked, start=1)}


def named(text: str, names: Mapping[str, str]) -> str:
    """A sentence with its questions by name, not by id."""
    if not names:
        return text
    known = "|".join(re.escape(id) for id in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?:Requirement )?\b({known})\b", lambda match: names[match[1]], text)


def levels_of(anchors: Anchors | None, score: float | None) -> tuple[Level, ...]:
    """The rubric's levels from 1 to 5; a score of 0, 2.5, 5, 7.5, 10 is exactly one of them."""
    if anchors is None:
        return ()
    nearest = None if score is None else int(score / 2.5 + 1.5)
    texts = (anchors.one, anchors.two, anchors.three, anchors.four, anchors.five)
    return tuple(Level(n, text or "", n == nearest) for n, text in enumerate(texts, start=1))


def requirement_outcome(answer: AnswerView) -> Literal["met", "not_met", "unclear"]:
    """met, not_met, or unclear: what a person confirmed wins over the key that was pressed."""
    if answer.knockout_confirmed is not None:
        return "met" if answer.knockout_confirmed else "not_met"
    if answer.said_yes is None:
        return "unclear"
    wanted_no = answer.question.pass_rule == "no"  # noqa: S105 - not a password
    return "met" if answer.said_yes != wanted_no else "not_met"
