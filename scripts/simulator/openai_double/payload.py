"""Finds in a structured-output request what the double works from: the purpose, the rules and the data block."""

import json
import re
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from .contract import Refusal, check_output_schema

_BLOCK = re.compile(r"<<<DATA-([0-9A-Za-z]+)\s*\n(.*?)\n\s*DATA-\1>>>", re.S)

# How the application tells the shape of a reply in JSON mode, where there is no place for a schema in the request.
_SHAPE_IN_WORDS = re.compile(r"fits this JSON schema, named ([A-Za-z0-9_-]+):\n(\{.*\})$", re.M)

_NEEDED = {
    "interview_questions": ("question_count", "job_text"),
    "question_check": ("language", "texts"),
    "answer_rating": ("question", "criteria", "transcript"),
    "follow_up": ("question", "transcript"),
    "interview_narrative": ("answers",),
    "candidate_profile": ("resume",),
    "candidate_feedback": ("answers",),
    "resume_question": ("resume_facts",),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One structured-output request: its purpose, its rules, its data, and the shape of the reply."""

    purpose: str
    instructions: str
    prompt: str
    data: dict[str, Any]
    schema: Draft202012Validator


def purpose_of(body: object) -> str | None:
    """The schema name in a Responses or Chat Completions request, or in its rules; None when there is none."""
    name: Any = None
    if isinstance(body, dict):
        text, response_format = body.get("text"), body.get("response_format")
        if isinstance(text, dict) and isinstance(text.get("format"), dict):
            name = text["format"].get("name")
        elif isinstance(response_format, dict) and isinstance(response_format.get("json_schema"), dict):
            name = response_format["json_schema"].get("name")
        if name is None and isinstance(messages := body.get("messages") or [], list):
            said = _SHAPE_IN_WORDS.search(str(body.get("instructions") or "")) or _SHAPE_IN_WORDS.search(
                "\n".join(_text(one) for one in messages if isinstance(one, dict))
            )
            name = said[1] if said else None
    return name if isinstance(name, str) else None


def wants_schema(body: dict[str, Any]) -> bool:
    """Whether the request brings a JSON schema for the reply."""
    formats = ((body.get("text") or {}).get("format") or {}, body.get("response_format") or {})
    return any(form.get("type") == "json_schema" for form in formats)


def read_responses_task(body: dict[str, Any]) -> Task:
    """The task in a ``POST /responses`` body.

    Raises:
        Refusal: no JSON schema, one that strict mode refuses, an unknown purpose, or no data block.
    """
    output = (body.get("text") or {}).get("format") or {}
    messages = (
        body["input"] if isinstance(body.get("input"), list) else [{"role": "user", "content": body.get("input")}]
    )
    _want_word(output, messages, "text.format")
    if body.get("instructions"):
        messages = [{"role": "system", "content": body["instructions"]}, *messages]
    return _read_task(output, messages, "text.format.schema")


def read_chat_task(body: dict[str, Any]) -> Task:
    """The task in a ``POST /chat/completions`` body; raises as ``read_responses_task`` does."""
    response_format = body.get("response_format") or {}
    output = {"type": response_format.get("type")} | (response_format.get("json_schema") or {})
    _want_word(output, body["messages"], "response_format")
    return _read_task(output, body["messages"], "response_format")


def _read_task(output: dict[str, Any], messages: list[dict[str, Any]], param: str) -> Task:
    rules = "\n".join(_text(one) for one in messages if one.get("role") in ("system", "developer"))
    if output.get("type") == "json_object":
        output = _told_in_words(rules, param)
    if output.get("type") != "json_schema":
        raise _not_here("the demo double answers only requests for a json_schema or a json_object", param)
    name = str(output.get("name"))
    if output.get("strict") is not True:
        raise _not_here(f"the demo double wants strict: true for the schema '{name}'", param)
    schema = check_output_schema(name, output.get("schema"), param)
    if name not in _NEEDED:
        raise _not_here(f"the demo double knows the schema names {sorted(_NEEDED)}, not '{name}'", param)
    asked = "\n".join(_text(one) for one in messages if one.get("role") == "user")
    block = _BLOCK.search(asked)
    if block is None:
        raise _not_here(
            "the demo double found no data between <<<DATA-x and DATA-x>>> lines in the user input", "input"
        )
    try:
        data = json.loads(block[2])
    except ValueError as error:
        raise _not_here(f"the data block is not JSON: {error}", "input") from error
    missing = [key for key in _NEEDED[name] if not isinstance(data, dict) or data.get(key) is None]
    if missing:
        raise _not_here(f"the data for '{name}' lacks {missing}", "input")
    return Task(name, rules, f"{rules}\n{asked}", data, schema)


def _want_word(output: dict[str, Any], messages: list[dict[str, Any]], param: str) -> None:
    """Refuse JSON mode without its word among the messages, as the API does; the instructions are no message."""
    # https://platform.openai.com/docs/guides/structured-outputs#json-mode
    if output.get("type") == "json_object" and "json" not in " ".join(_text(one) for one in messages).lower():
        raise Refusal(400, f"the messages must contain the word 'json' to use '{param}' of type 'json_object'.", param)


def _told_in_words(rules: str, param: str) -> dict[str, Any]:
    """The schema that the rules speak of, as if it had come in its own place."""
    told = _SHAPE_IN_WORDS.search(rules)
    if told is None:
        raise _not_here("the demo double found no schema in the rules", param)
    try:
        return {"type": "json_schema", "name": told[1], "schema": json.loads(told[2]), "strict": True}
    except ValueError as error:
        raise _not_here(f"the schema in the rules is not JSON: {error}", param) from error


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _not_here(message: str, param: str) -> Refusal:
    return Refusal(400, message, param, "demo_double")
