"""Whether a model's reply has the shape that was asked for, in the part of JSON Schema that we ask in.

A server that takes a strict schema keeps to it. Others may bring anything, and what they bring is read as carefully.
"""

from collections.abc import Mapping
from typing import Any

_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


def misfits(value: Any, schema: Mapping[str, Any], place: str = "reply") -> tuple[str, ...]:
    """How ``value`` differs from ``schema``, one sentence each; empty when it fits.

    Known are type, enum, properties, required, additionalProperties (false) and items; nothing else is looked at.
    """
    kinds = schema.get("type", ())
    wanted = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if wanted and not any(_is(value, kind) for kind in wanted):
        return (f"{place} is not {' or '.join(wanted)}.",)
    if "enum" in schema and not any(value == one and type(value) is type(one) for one in schema["enum"]):
        return (f"{place} is none of the values that it may have.",)
    found: list[str] = []
    if isinstance(value, dict):
        properties: Mapping[str, Any] = schema.get("properties", {})
        found += [f"{place} lacks {name}." for name in schema.get("required", ()) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{place} has more than was asked for." for name in value if name not in properties][:1]
        for name, inner in properties.items():
            if name in value:
                found += misfits(value[name], inner, f"{place}.{name}")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += misfits(item, schema["items"], f"{place}[{index}]")
    return tuple(found)


def _is(value: Any, kind: str) -> bool:
    # True is an int to Python, and none to JSON
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))
