"""The requests of a call that somebody makes to us: the code is asked for, then the call is like any other."""

from flask import Blueprint, Response, g, request

from ivr.current import line_services
from ivr.services.calling_in import AtTheDoor
from ivr.services.conversations import Spoken
from ivr.twiml.render import render
from ivr.webhooks.forms import call_news, carrier_sid, parties, typed_code
from ivr.webhooks.voice import said, twiml


def add_routes(blueprint: Blueprint) -> None:
    """The paths that an operator enters for the number in Twilio's console, and the one that follows from them."""
    blueprint.add_url_rule("/voice/inbound", view_func=inbound, methods=["POST"])
    blueprint.add_url_rule("/voice/inbound/code/<int(max=9):attempt>", view_func=inbound_code, methods=["POST"])
    blueprint.add_url_rule("/voice/inbound/status", view_func=inbound_status, methods=["POST"])


def inbound() -> Response:
    """Somebody calls our number."""
    carrier_sid(request.form)
    return _reply(line_services().calling_in.greet(*parties(request.form)))


def inbound_code(attempt: int) -> Response:
    """A code, or the silence in which none came."""
    form = request.form
    digits = "" if request.args.get("no_input") == "1" else typed_code(form)
    return _reply(line_services().calling_in.enter(*parties(form), carrier_sid(form), attempt, digits))


def inbound_status() -> Response:
    """Such a call is over."""
    news = call_news(request.form, is_ours=False)
    line_services().calling_in.ended(news.carrier_sid, news)
    return Response(status=204)


def _reply(reply: AtTheDoor | Spoken) -> Response:
    if isinstance(reply, Spoken):
        return said(reply)
    g.language = reply.script.language
    return twiml(render(reply.step, reply.script, line_services().callbacks.for_code(reply.attempt)))
