"""The built-in questions for when no model can be had: about work in general, one file a language, marked as such."""

import json
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from interview.folding import fold
from interview.question import Anchors, Difficulty, QuestionType
from interview.question_drafts import QuestionDraft
from interview.question_rules import InterviewType, QuestionSpec
from interview.wording import base_language
from ivr.services.errors import Invalid

# So few that the longest interview can still be made of the others in the bank (MAX_QUESTIONS).
PRACTICE_QUESTIONS = 3
_FOLDER = Path(__file__).parent


@cache
def bank_languages() -> tuple[str, ...]:
    """The languages that the bank has, as BCP 47 without a region ("en")."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))


def whole_bank(language: str) -> tuple[QuestionDraft, ...]:
    """All its questions in a language without a region ("en"); none where it has none."""
    return _bank(language) if language in bank_languages() else ()


def bank_questions(spec: QuestionSpec, practised: Collection[str] = ()) -> tuple[QuestionDraft, ...]:
    """``question_count`` questions less those that are given, those of the wished type first, none that asks what a
    given one asks; the texts with which candidates have ``practised`` come last. They know nothing of the job and its
    wishes, and so none of them is technical.

    Raises:
        Invalid: the bank has no questions in the job's language.
    """
    language = base_language(spec.language)
    if language not in bank_languages():
        known = ", ".join(bank_languages())
        sentence = f"The built-in question bank has no questions in the job's language; it is in: {known}."
        raise Invalid("questions_invalid", sentence, "Write the questions.")
    core = [draft for draft in spec.given if not draft.knockout]
    taken = {_sameness(draft) for draft in core} | {fold(draft.text) for draft in spec.given}
    questions = tuple(
        draft for draft in _bank(language) if _sameness(draft) not in taken and fold(draft.text) not in taken
    )
    if spec.interview_type is not InterviewType.MIXED:
        wanted = spec.interview_type.value
        questions = tuple(sorted(questions, key=lambda draft: draft.type.value != wanted))
    rehearsed = {fold(text) for text in practised}
    questions = tuple(sorted(questions, key=lambda draft: fold(draft.text) in rehearsed))
    return questions[: max(0, spec.question_count - len(core))]


def practice_questions(
    spec: QuestionSpec, asked: Iterable[str], own: Iterable[QuestionDraft]
) -> tuple[QuestionDraft, ...]:
    """``PRACTICE_QUESTIONS`` to practise with, none whose text the job has ``asked`` or may ask. Those about something
    else than the job's ``own`` come first, then those of the wished type. Fewer, or none, when the bank has no more."""
    texts, same = {fold(text) for text in asked}, {_sameness(draft) for draft in own}
    free = [draft for draft in whole_bank(base_language(spec.language)) if fold(draft.text) not in texts]
    is_mixed = spec.interview_type is InterviewType.MIXED

    def order(draft: QuestionDraft) -> tuple[bool, bool]:
        return _sameness(draft) in same, not is_mixed and draft.type.value != spec.interview_type.value

    return tuple(sorted(free, key=order)[:PRACTICE_QUESTIONS])


def _sameness(draft: QuestionDraft) -> tuple[str, str]:
    return fold(draft.competency), draft.type.value


@cache
def _bank(language: str) -> tuple[QuestionDraft, ...]:
    """Every question in this language. Their order is that of a mixed interview, whatever its length."""
    found = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return tuple(
        QuestionDraft(
            text=one["text"],
            competency=one["competency"],
            type=QuestionType(one["type"]),
            difficulty=Difficulty.MEDIUM,
            key_points=tuple(one["key_points"]),
            anchors=Anchors(one=one["anchors"]["1"], three=one["anchors"]["3"], five=one["anchors"]["5"]),
            ideal_answer=one["ideal_answer"],
            knockout=False,
            pass_rule=None,
            weight=1.0,
            max_seconds=120,
            job_evidence="",
        )
        for one in found["questions"]
    )
