"""What pydantic found wrong, in our own sentences: they name the field and never repeat what was sent."""

import re
from typing import Any

from pydantic import ValidationError

from ivr.services.errors import FieldProblem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")

# pydantic's words for a problem -> ours. https://docs.pydantic.dev/latest/errors/validation_errors/
_CODES = {
    "missing": ("required", "This field is required."),
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "string_type": ("wrong_type", "This must be a text."),
    "int_type": ("wrong_type", "This must be a whole number."),
    "int_from_float": ("wrong_type", "This must be a whole number."),
    "int_parsing": ("wrong_type", "This must be a whole number."),
    "float_type": ("wrong_type", "This must be a number."),
    "float_parsing": ("wrong_type", "This must be a number."),
    "finite_number": ("out_of_range", "This must be a finite number."),
    "bool_type": ("wrong_type", "This must be true or false."),
    "bool_parsing": ("wrong_type", "This must be true or false."),
    "list_type": ("wrong_type", "This must be a list."),
    "tuple_type": ("wrong_type", "This must be a list."),
    "dict_type": ("wrong_type", "This must be an object."),
    "model_type": ("wrong_type", "This must be an object."),
    "model_attributes_type": ("wrong_type", "This must be an object."),
    "dataclass_type": ("wrong_type", "This must be an object."),
    "none_required": ("wrong_type", "This must be null."),
    "uuid_parsing": ("invalid_id", "This is not an id: ids are UUIDs."),
    "uuid_type": ("invalid_id", "This is not an id: ids are UUIDs."),
    "datetime_type": ("invalid_time", "This must be a time such as 2027-03-01T09:30:00Z."),
    "datetime_parsing": ("invalid_time", "This must be a time such as 2027-03-01T09:30:00Z."),
    "datetime_from_date_parsing": ("invalid_time", "This must be a time such as 2027-03-01T09:30:00Z."),
    "timezone_aware": ("invalid_time", "The time needs its zone, such as Z or +02:00."),
    "value_error": ("invalid", ""),
    "assertion_error": ("invalid", ""),
}


def field_problems(error: ValidationError, prefix: str = "") -> tuple[FieldProblem, ...]:
    """One problem for each thing wrong, at most 50; ``prefix`` is put before the field's name."""
    found = error.errors(include_url=False, include_input=False)[:50]
    return tuple(_problem(item, prefix) for item in found if not _follows(item, found))


def _follows(item: Any, found: Any) -> bool:
    """Whether a list counts as too short only because what stands in it was refused."""
    place = item["loc"]
    return item["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and len(other["loc"]) > len(place) for other in found
    )


def _problem(item: Any, prefix: str) -> FieldProblem:
    field = ".".join(part for part in (prefix, *map(_part, item["loc"])) if part)
    limits = item.get("ctx") or {}
    match item["type"]:
        case "string_too_long":
            return FieldProblem(field, "too_long", f"This may have {limits['max_length']} characters at most.")
        case "string_too_short":
            return FieldProblem(field, "too_short", f"This needs {limits['min_length']} characters at least.")
        case "too_long":
            return FieldProblem(field, "too_many", f"At most {limits['max_length']} are possible here.")
        case "too_short":
            return FieldProblem(field, "too_few", f"At least {limits['min_length']} are needed here.")
        case "greater_than_equal":
            return FieldProblem(field, "out_of_range", f"This must be {limits['ge']} or more.")
        case "greater_than":
            return FieldProblem(field, "out_of_range", f"This must be more than {limits['gt']}.")
        case "less_than_equal":
            return FieldProblem(field, "out_of_range", f"This must be {limits['le']} or less.")
        case "less_than":
            return FieldProblem(field, "out_of_range", f"This must be less than {limits['lt']}.")
        case "enum" | "literal_error":
            return FieldProblem(field, "not_a_choice", f"This must be {limits['expected']}.")
        case "value_error" | "assertion_error":
            # Our own validators: their sentences are written for the sender and do not repeat the value.
            sentence = str(item["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
            return FieldProblem(field, "invalid", sentence[:1].upper() + sentence[1:].rstrip(".") + ".")
        case known if known in _CODES:
            return FieldProblem(field, *_CODES[known])
        case _:
            return FieldProblem(field, "invalid", "This value is not valid here.")


def _part(part: str | int) -> str:
    """A step of the path; an unknown field's name comes from outside and is shown only when it looks like a name."""
    if isinstance(part, int):
        return str(part)
    if "[" in part or "function-" in part or part.endswith("In"):  # pydantic's own step through a union or validator
        return ""
    return part if _NAME.fullmatch(part) else "(unnamed)"
