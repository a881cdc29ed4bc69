"""Shapes of replies: what fits, what does not, and agreement with a whole JSON Schema validator."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from interview.reply_shape import misfits
from ivr.services.follow_ups import FOLLOW_UP_SCHEMA
from ivr.services.judging import RATING_SCHEMA
from ivr.services.question_schema import QUESTIONS_SCHEMA
from ivr.services.scorecards import NARRATIVE_SCHEMA

NARRATIVE = {"summary": "s", "strengths": ["a"], "improvements": [], "next_steps": [], "recommended_topics": []}
FOLLOW_UP = {"needed": True, "neutral": False, "key_point_id": None, "text": "Why?"}
RATING = {
    "key_points": [{"id": "k1", "status": "covered", "quote": None}],
    "criteria": [{"id": "c1", "reason": "r", "quotes": [], "rating": None}],
    "off_topic": False, "needs_clarification": False, "cannot_score_reason": None, "injection_suspected": False,
}  # fmt: skip
SCHEMAS = {"n": NARRATIVE_SCHEMA, "f": FOLLOW_UP_SCHEMA, "r": RATING_SCHEMA, "q": QUESTIONS_SCHEMA}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", NARRATIVE),
        ("n", NARRATIVE | {"summary": 3}),
        ("n", NARRATIVE | {"strengths": ["a", None]}),
        ("n", NARRATIVE | {"strengths": "many"}),
        ("n", NARRATIVE | {"verdict": "hire"}),
        ("n", {"summary": "s"}),
        ("n", {}),
        ("n", []),
        ("n", None),
        ("f", FOLLOW_UP),
        ("f", FOLLOW_UP | {"needed": 1}),
        ("f", FOLLOW_UP | {"needed": "true"}),
        ("f", FOLLOW_UP | {"text": ["Why?"]}),
        ("r", RATING),
        ("r", RATING | {"criteria": [{"id": "c1", "reason": "r", "quotes": [], "rating": 6}]}),
        ("r", RATING | {"criteria": [{"id": "c1", "reason": "r", "quotes": [], "rating": True}]}),
        ("r", RATING | {"criteria": [{"id": "c1", "reason": "r", "quotes": [], "rating": 4}]}),
        ("r", RATING | {"key_points": [{"id": "k1", "status": "maybe", "quote": None}]}),
        ("r", RATING | {"key_points": [{"id": "k1"}]}),
        ("q", {"questions": []}),
        ("q", {"questions": [{}]}),
    ],
)
def test_J10_a_shape_is_judged_as_the_schema_says(name: str, value: Any) -> None:
    fits = Draft202012Validator(SCHEMAS[name]).is_valid(value)
    assert (misfits(value, SCHEMAS[name]) == ()) is fits


def test_a_misfit_names_its_place_and_repeats_no_words() -> None:
    told = misfits(RATING | {"key_points": [{"id": "k1", "status": "Anna said", "quote": None}]}, RATING_SCHEMA)
    assert told == ("reply.key_points[0].status is none of the values that it may have.",)
    assert misfits({"Anna": 1}, NARRATIVE_SCHEMA)[-1] == "reply has more than was asked for."
