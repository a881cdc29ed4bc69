"""A telephone number as a caller wrote it, or a refusal that says how to write it."""

from interview.phone import InvalidPhoneNumber, PhoneNumber
from ivr.services.errors import FieldProblem, Invalid


def number_of(text: str, country: str | None, field: str = "phone") -> PhoneNumber:
    """The number; national ones need their ``country`` (ISO 3166). Raises Invalid ``number_invalid`` on ``field``."""
    try:
        return PhoneNumber.parse(text, country)
    except InvalidPhoneNumber as error:
        problem = FieldProblem(field, "number_invalid", error.sentence)
        hint = "Write it like +14155550100, or send its country too."
        raise Invalid("number_invalid", error.sentence, hint, problems=[problem]) from None
