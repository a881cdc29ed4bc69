"""An example of every schema in the document: what its fields say about themselves, filled in with words that mean
something. A test holds each example to its schema and asks that no word is missing here."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from ivr.api.example_words import BY_MEMBER, BY_NAME

MISSING = "…"
MOMENT = "2026-03-02T10:00:00Z"
_REF = "#/components/schemas/"
_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_IDS = UUID("b5d1f0a4-5f0e-4f0e-9a53-4d4a3c6b2f10")
# What stands for itself: a number that no table names is the least that is allowed, or this.
_NUMBERS = {"integer": 1, "number": 1.0}


class Examples:
    """Examples out of ``components``, the document's schemas by name."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components

    def of(
        self, schema: Mapping[str, Any], *, owner: str = "", name: str = "", inside: frozenset[str] = frozenset()
    ) -> Any:
        """A value that fits ``schema``, which is the member ``name`` of the schema called ``owner``."""
        named = BY_MEMBER.get(f"{owner}.{name}", BY_NAME.get(name, MISSING))
        if "$ref" in schema:
            reference = schema["$ref"].removeprefix(_REF)
            if reference in inside:
                return None
            return self.of(self._components[reference], owner=reference, inside=inside | {reference})
        if named != MISSING and self._takes(schema, named):
            return named
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("default") is not None:
            return schema["default"]
        if "anyOf" in schema:
            return self._choice(schema["anyOf"], owner, name, inside)
        return self._plain(schema, owner, name, inside)

    def _choice(self, choices: list[Any], owner: str, name: str, inside: frozenset[str]) -> Any:
        """The first that says something; null where nothing else is known."""
        for choice in choices:
            if choice.get("type") != "null":
                found = self.of(choice, owner=owner, name=name, inside=inside)
                if found != MISSING:
                    return found
        return None if {"type": "null"} in choices else MISSING

    def _plain(self, schema: Mapping[str, Any], owner: str, name: str, inside: frozenset[str]) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._choice([{**schema, "type": one} for one in kind], owner, name, inside)
        match kind:
            case "object":
                return {
                    member: self.of(own, owner=owner, name=member, inside=inside)
                    for member, own in schema.get("properties", {}).items()
                    if self._is_shown(schema, owner, member)
                }
            case "array" if "prefixItems" in schema:
                return [self.of(item, owner=owner, name=name, inside=inside) for item in schema["prefixItems"]]
            case "array":
                item = self.of(schema.get("items", {}), owner=owner, name=_one_of(name), inside=inside)
                return [] if item in (None, MISSING) else [item] * max(1, schema.get("minItems", 1))
            case "string" if schema.get("format") == "uuid":
                return _id(owner, name)
            case "string" if schema.get("format") == "date-time":
                return MOMENT
            case "integer" | "number":
                return schema.get("minimum", _NUMBERS[kind])
            case "boolean":
                return False
            case "null" | None:
                return None
            case _:
                return _id(owner, name) if name == "id" or name.endswith("_id") else MISSING

    def _is_shown(self, schema: Mapping[str, Any], owner: str, member: str) -> bool:
        """All of an answer; of what is sent, what must be there and what the words name for it."""
        is_sent = schema.get("additionalProperties") is False
        return not is_sent or member in schema.get("required", ()) or f"{owner}.{member}" in BY_MEMBER

    def _takes(self, schema: Mapping[str, Any], value: Any) -> bool:
        """Whether the word is of the kind that the schema asks for; the tests look at the rest."""
        if "enum" in schema:
            return value in schema["enum"]
        kinds = {
            kind
            for one in (schema, *schema.get("anyOf", ()))
            for kind in ([one["type"]] if isinstance(one.get("type"), str) else one.get("type", ()))
        }
        match value:
            case None:
                return "null" in kinds
            case bool():
                return "boolean" in kinds
            case int():
                return bool({"integer", "number"} & kinds)
            case float():
                return "number" in kinds
            case str():
                return "string" in kinds
            case dict():
                return "object" in kinds
            case _:
                return "array" in kinds


def _one_of(name: str) -> str:
    """The name of one of several: ``skills`` holds a ``skill``, ``candidate_ids`` a ``candidate_id``."""
    return name.removesuffix("s")


def _id(owner: str, name: str) -> str:
    """The same for ``Job.id`` and a ``job_id`` anywhere."""
    return str(uuid5(_IDS, f"{_WORD.sub('_', owner).lower()}_id" if name == "id" else name))
