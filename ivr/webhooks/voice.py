"""The requests that are answered with words: the first document, every turn, and the fallback."""

from uuid import UUID

from flask import Blueprint, Response, g, request

from ivr.current import line_services
from ivr.services.conversations import Spoken
from ivr.twiml.render import apology, render
from ivr.webhooks.forms import answered_by, carrier_sid, turn_event


def add_routes(blueprint: Blueprint) -> None:
    """The paths that `ivr/callbacks.py` hands out."""
    blueprint.add_url_rule("/voice/answered/<uuid:call_id>", view_func=answered, methods=["POST"])
    blueprint.add_url_rule("/voice/turn/<uuid:call_id>/<int(max=99999):turn>", view_func=take_turn, methods=["POST"])
    blueprint.add_url_rule("/voice/fallback", view_func=fallback, methods=["GET", "POST"])


def answered(call_id: UUID) -> Response:
    """Somebody picked up: the first document."""
    form = request.form
    return said(line_services().conversations.answered(str(call_id), carrier_sid(form), answered_by(form)))


def take_turn(call_id: UUID, turn: int) -> Response:
    """Keys, an utterance or silence: the next document."""
    event = turn_event(request.form, no_input=request.args.get("no_input") == "1")
    return said(line_services().conversations.take_turn(str(call_id), turn, event, carrier_sid(request.form)))


def fallback() -> Response:
    """All else failed: an apology in the URL's language, without database or Redis."""
    return twiml(apology(request.args.get("lang", "")))


def twiml(document: str) -> Response:
    """A document for the carrier."""
    return Response(document, content_type="text/xml; charset=utf-8")


def said(spoken: Spoken) -> Response:
    """The document of a conversation's turn."""
    # kept for the apology, should the rendering fail
    g.language = spoken.script.language
    services = line_services()
    played = spoken.step.playback
    token = None if played is None else services.playback.token(played.recording_id)
    urls = services.callbacks.for_turn(spoken.call_id, spoken.turn, token)
    return twiml(render(spoken.step, spoken.script, urls))
