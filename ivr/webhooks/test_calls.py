"""The requests of a test call: questions are read out, keys lead on, and nothing is recorded."""

from uuid import UUID

from flask import Blueprint, Response, g, request

from ivr.current import line_services
from ivr.services.conversations import Spoken
from ivr.twiml.render import render
from ivr.webhooks.forms import call_news, carrier_sid, turn_event
from ivr.webhooks.voice import twiml


def add_routes(blueprint: Blueprint) -> None:
    """The paths that `ivr/callbacks.py` hands out."""
    of_call = "/voice/test/<uuid:test_call_id>"
    blueprint.add_url_rule(f"{of_call}/answered", view_func=test_answered, methods=["POST"])
    blueprint.add_url_rule(f"{of_call}/turn/<int(max=99999):turn>", view_func=test_turn, methods=["POST"])
    blueprint.add_url_rule(f"{of_call}/status", view_func=test_status, methods=["POST"])


def test_answered(test_call_id: UUID) -> Response:
    """Somebody picked up."""
    return _said(line_services().test_calls.take_turn(str(test_call_id), 0, None, carrier_sid(request.form)))


def test_turn(test_call_id: UUID, turn: int) -> Response:
    """A key, or the silence in which none came."""
    event = turn_event(request.form, no_input=request.args.get("no_input") == "1")
    return _said(line_services().test_calls.take_turn(str(test_call_id), turn, event, carrier_sid(request.form)))


def test_status(test_call_id: UUID) -> Response:
    """The call rings, is answered, is over."""
    line_services().test_calls.status_changed(str(test_call_id), call_news(request.form))
    return Response(status=204)


def _said(spoken: Spoken) -> Response:
    g.language = spoken.script.language
    urls = line_services().callbacks.for_test_turn(spoken.call_id, spoken.turn)
    return twiml(render(spoken.step, spoken.script, urls))
