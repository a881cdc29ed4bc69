"""The ground of all schemas: unknown fields are refused, texts are bounded and free of control characters."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from ivr.services.drafts import UNSET

# PostgreSQL keeps no NUL, and no other control character belongs in a text that people read or hear.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _prose(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("this contains control characters")
    return text


def _line(text: str) -> str:
    if _LINE_CONTROL.search(text):
        raise ValueError("this must be one line without control characters")
    return text


def _language(tag: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", tag):
        raise ValueError("this must be a BCP 47 tag such as en-US")
    return tag


def _email(address: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}", address):
        raise ValueError("this is not an e-mail address")
    return address


# Said in the document too, so that who makes a request from it makes a good one; the validator has the last word.
_ONE_LINE = (
    AfterValidator(_line),
    Field(json_schema_extra={"pattern": r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"}),
)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), *_ONE_LINE]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), *_ONE_LINE]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), *_ONE_LINE]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_prose)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(_prose)]
LongProse = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_prose)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), *_ONE_LINE]
Language = Annotated[
    str,
    StringConstraints(max_length=16),
    AfterValidator(_language),
    WithJsonSchema({"type": "string", "maxLength": 16, "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}),
]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=255), *_ONE_LINE]
Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=40), *_ONE_LINE],
        Annotated[str, StringConstraints(max_length=500), AfterValidator(_prose)],
    ],
    Field(max_length=20, description="Up to 20 pairs of your own."),
]


class Body(BaseModel):
    """What a request carries."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Query(BaseModel):
    """What stands after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=False)


class Shown(BaseModel):
    """What an answer shows."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Nothing(Body):
    """A request without a body, or with an empty object."""


def unset() -> Any:
    """The default of a field of a PATCH: not named, and so not in the schema's defaults either."""
    return UNSET



def named(body: BaseModel) -> dict[str, Any]:
    """The fields that the sender named, with their values."""
    return {name: getattr(body, name) for name in body.model_fields_set}
