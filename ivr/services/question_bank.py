"""The built-in questions for when no model can be had: about work in general, in English, marked as such."""

import json
from functools import cache
from pathlib import Path

from interview.question import Anchors, Difficulty, QuestionType
from interview.question_drafts import QuestionDraft
from interview.question_rules import InterviewType, QuestionSpec
from ivr.services.errors import Invalid

_FILE = Path(__file__).with_name("question_bank.json")


@cache
def _bank() -> tuple[QuestionDraft, ...]:
    found = json.loads(_FILE.read_text(encoding="utf-8"))
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


def bank_questions(spec: QuestionSpec) -> tuple[QuestionDraft, ...]:
    """``question_count`` questions, those of the wished type first; they know nothing of the job, its skills and its
    given sentences.

    Raises:
        Invalid: the job is in another language.
    """
    if spec.language.split("-")[0].lower() != "en":
        raise Invalid("questions_invalid", "The built-in question bank is in English only.", "Write the questions.")
    if spec.interview_type is InterviewType.MIXED:
        return _bank()[: spec.question_count]
    wanted = spec.interview_type.value
    return tuple(sorted(_bank(), key=lambda draft: draft.type.value != wanted))[: spec.question_count]
