"""The JSON schema of an ``interview_questions`` reply, in the part of JSON Schema that strict mode takes."""

from typing import Any

from interview.question import Difficulty, QuestionType

# https://platform.openai.com/docs/guides/structured-outputs: every property is required, additional ones are refused.


def _record(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}

QUESTIONS_SCHEMA: dict[str, Any] = _record(
    questions={
        "type": "array",
        "items": _record(
            text=_TEXT,
            competency=_TEXT,
            type={"type": "string", "enum": [kind.value for kind in QuestionType]},
            difficulty={"type": "string", "enum": [level.value for level in Difficulty]},
            key_points={"type": "array", "items": _record(text=_TEXT)},
            anchors=_record(**{"1": _TEXT, "2": _TEXT_OR_NULL, "3": _TEXT, "4": _TEXT_OR_NULL, "5": _TEXT}),
            ideal_answer=_TEXT,
            knockout={"type": "boolean"},
            pass_rule={"type": ["string", "null"], "enum": ["yes", "no", None]},
            weight={"type": "number"},
            max_seconds={"type": "integer"},
            job_evidence=_TEXT,
            skill=_TEXT_OR_NULL,
            must_ask=_TEXT_OR_NULL,
        ),
    }
)
