"""What the forms of a page have in common: what was typed, where to go afterwards, and how a refusal is worded."""

from flask import Response, current_app, redirect, request

from ivr.services.errors import Invalid, ServiceError


def typed(field: str, longest: int) -> str:
    """What somebody wrote into a field of one line, cut where nothing of ours goes on."""
    return request.form.get(field, "").strip()[:longest]


def go(path: str) -> Response:
    """On to a page, by GET: loading it again sends nothing twice."""
    response: Response = current_app.make_response(redirect(path, code=303))
    return response


def why(error: ServiceError) -> str:
    """A refusal in one or two sentences; where single fields are at fault, what is wrong with the first ones."""
    sentences = [error.sentence]
    if isinstance(error, Invalid):
        sentences += [one.message for one in error.problems[:3] if one.message != error.sentence]
    return " ".join([*sentences, error.hint]).strip()
