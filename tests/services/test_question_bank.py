"""The built-in bank in each language: every set that it can give passes the checks that the model's questions pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interview import lint
from interview.folding import is_unspaced
from interview.question import QuestionType
from interview.question_rules import MAX_QUESTIONS, MIN_QUESTIONS, InterviewType, QuestionSpec, check_questions
from interview.wording import supported_languages, wording_for
from ivr.services import question_bank
from ivr.services.errors import Invalid
from ivr.services.question_bank import bank_languages, bank_questions

LANGUAGES = ("de", "en", "es", "fr", "hi", "pt", "zh")
# Questions about a trade need a trade: of these kinds the bank has none, and its general questions stand in.
WITHOUT = {InterviewType.TECHNICAL, InterviewType.CASE, InterviewType.SYSTEM_DESIGN, InterviewType.CODING}


def entries(language: str) -> list[dict[str, Any]]:
    text = (Path(question_bank.__file__).parent / f"{language}.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["language"] == language
    return list(found["questions"])


def test_Q8_the_bank_is_there_in_every_language_in_which_interviews_are_held() -> None:
    assert bank_languages() == LANGUAGES
    assert supported_languages() == LANGUAGES
    for language in LANGUAGES:
        wording_for(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(InterviewType))
@pytest.mark.parametrize("count", range(MIN_QUESTIONS, MAX_QUESTIONS + 1))
def test_Q8_every_set_of_the_bank_passes_the_checks(language: str, kind: InterviewType, count: int) -> None:
    drafts = bank_questions(QuestionSpec(count, kind, language=language))
    assert len(drafts) == count
    spec = QuestionSpec(count, InterviewType.GENERAL if kind in WITHOUT else kind, language=language)
    assert check_questions(drafts, spec, "", lint, evidence_required=False) == ()
    if kind.value in {draft.type.value for draft in bank_questions(QuestionSpec(MAX_QUESTIONS, language=language))}:
        assert drafts[0].type.value == kind.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_Q8_what_the_rater_reads_passes_too(language: str) -> None:
    """Key points and ideal answers are no questions, yet they steer the rater and may reach a follow-up."""
    for entry in entries(language):
        for text in (*entry["key_points"], entry["ideal_answer"]):
            assert lint.check_anchor_text(text, language) == (), text
            assert lint.check_question_text(text, language) == (), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_Q8_each_language_asks_the_same_questions(language: str) -> None:
    def shape(entry: dict[str, Any]) -> tuple[Any, ...]:
        return entry["id"], QuestionType(entry["type"]), len(entry["key_points"]), sorted(entry["anchors"])

    assert [shape(entry) for entry in entries(language)] == [shape(entry) for entry in entries("en")]
    texts = [entry["text"] for entry in entries(language)]
    assert len(set(texts)) == len(texts)
    if language != "en":
        assert not set(texts) & {entry["text"] for entry in entries("en")}


def test_Q8_each_language_is_written_in_its_own_script() -> None:
    for entry in entries("hi"):
        assert all("\u0900" <= letter <= "\u097f" for letter in entry["text"] if letter.isalpha()), entry["text"]
    for entry in entries("zh"):
        assert all(is_unspaced(letter) for letter in entry["text"] if letter.isalpha()), entry["text"]


def test_Q8_a_region_takes_its_language() -> None:
    assert bank_questions(QuestionSpec(4, language="pt-PT")) == bank_questions(QuestionSpec(4, language="pt-BR"))
    assert bank_questions(QuestionSpec(4, language="cmn-CN")) == bank_questions(QuestionSpec(4, language="zh"))


@pytest.mark.parametrize("language", ["it-IT", "nl", "../en", ""])
def test_Q8_another_language_is_refused_with_those_there_are(language: str) -> None:
    with pytest.raises(Invalid) as caught:
        bank_questions(QuestionSpec(language=language))
    assert caught.value.code == "questions_invalid"
    assert "de, en, es, fr, hi, pt, zh" in caught.value.sentence
