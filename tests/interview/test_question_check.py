"""What a model reads of a question, and how strictly its verdicts are taken (Q3, Q4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interview.lint_anchor_rules import ANCHOR_WORDS
from interview.lint_rules import TOPIC_WORDS
from interview.question import Anchors, Difficulty, QuestionType
from interview.question_check import TOPICS, BadVerdicts, Objection, Part, parse_verdicts, texts_of, wording_hash
from interview.question_drafts import QuestionDraft
from ivr.gateways.prompts import load_prompt

DRAFT = QuestionDraft(
    text="What do you do first when two patients need you at once?", competency="Choosing under pressure",
    type=QuestionType.SITUATIONAL, difficulty=Difficulty.MEDIUM,
    key_points=("looks at who is in danger", "calls for help", "tells the one who waits"),
    anchors=Anchors(one="Names no order.", two="Hints at one.", three="Names an order.", five="Says order and why."),
    ideal_answer="I look at who is in danger.", knockout=False, pass_rule=None, weight=1.0, max_seconds=120,
    job_evidence="two patients at once",
)  # fmt: skip
TEXTS = texts_of(DRAFT, 1)


def verdict(id: str, /, **changes: Any) -> dict[str, Any]:
    return {"id": id, "reason": "", "topic": None, "ok": True} | changes


def fine() -> list[dict[str, Any]]:
    return [verdict(text.id) for text in TEXTS]


def test_Q3_Q4_everything_that_is_heard_or_rated_by_is_read():
    assert [(text.id, text.part) for text in TEXTS] == [
        ("1.text", Part.TEXT), ("1.competency", Part.COMPETENCY), ("1.key_points", Part.KEY_POINTS),
        ("1.anchors", Part.ANCHORS), ("1.ideal_answer", Part.IDEAL_ANSWER),
    ]  # fmt: skip
    said = "\n".join(text.text for text in TEXTS)
    for piece in (DRAFT.text, DRAFT.competency, *DRAFT.key_points, "Names no order.", "Hints at one."):
        assert piece in said
    knockout = replace(DRAFT, knockout=True, pass_rule="no", say_as="Spoken otherwise?")
    assert "Spoken otherwise?" in texts_of(knockout, 2)[0].text and "no is needed" in texts_of(knockout, 2)[0].text
    assert [text.id for text in texts_of(replace(DRAFT, ideal_answer=" "), 3)][-1] == "3.anchors"


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Another?"}, {"say_as": "Another?"}, {"competency": "Another"}, {"ideal_answer": "Otherwise."},
        {"anchors": replace(DRAFT.anchors, four="Nearly all.")}, {"key_points": ("one", "two", "three")},
        {"knockout": True, "pass_rule": "yes"},
    ],
)  # fmt: skip
def test_another_wording_is_another_question_to_the_model(changes: dict[str, Any]):
    assert wording_hash(replace(DRAFT, **changes), "en-US") != wording_hash(DRAFT, "en-US")


def test_what_the_model_does_not_read_changes_nothing():
    other = replace(DRAFT, weight=3.0, max_seconds=60, job_evidence="", skill="x", difficulty=Difficulty.HARD)
    assert wording_hash(other, "en-GB") == wording_hash(DRAFT, "en-US") != wording_hash(DRAFT, "de-DE")


def test_verdicts_are_read_by_id_in_any_order():
    refused = verdict("1.anchors", ok=False, topic="accent", reason="  It rates   a sound. ")
    given = [refused, *(one for one in fine() if one["id"] != "1.anchors")]
    assert parse_verdicts({"texts": given}, TEXTS) == {
        "1.anchors": Objection(Part.ANCHORS, "accent", "It rates a sound.")
    }
    assert parse_verdicts({"texts": fine()}, TEXTS) == {}


@pytest.mark.parametrize(
    "reply",
    [
        None, [], {}, {"texts": None}, {"texts": []}, {"texts": fine()[:-1]}, {"texts": [*fine(), verdict("1.text")]},
        {"texts": [*fine(), verdict("2.text")]}, {"texts": fine(), "ok": True},
        *(
            {"texts": [verdict("1.text", **changes), *fine()[1:]]}
            for changes in (
                {"id": 1}, {"ok": None}, {"ok": "true"}, {"ok": 1}, {"topic": "age"}, {"reason": None}, {"more": 1},
                {"ok": False}, {"ok": False, "topic": "age"}, {"ok": False, "reason": "It asks."},
                {"ok": False, "topic": "boredom", "reason": "It bores."}, {"topic": "boredom"},
                {"ok": False, "topic": "age", "reason": " \n"},
            )
        ),
    ],
)  # fmt: skip
def test_Q3_a_text_without_a_clear_verdict_is_never_fine(reply: Any):
    with pytest.raises(BadVerdicts) as caught:
        parse_verdicts(reply, TEXTS)
    assert caught.value.problems


def test_every_topic_has_words_for_a_recruiter_and_stands_in_the_prompt():
    prompt = load_prompt("check_questions").text
    for topic in TOPICS:
        words = (TOPIC_WORDS | ANCHOR_WORDS)[topic]
        assert words in Objection(Part.TEXT, topic, "Why.").sentence and f"`{topic}`" in prompt
    assert "authorised to work" in Objection(Part.TEXT, "citizenship", "Why.").sentence
    assert len(TOPICS) == len(set(TOPICS)) == len(TOPIC_WORDS) + len(ANCHOR_WORDS)
