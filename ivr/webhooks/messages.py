"""The requests about text messages: somebody writes to us, and news of what we wrote."""

from uuid import UUID

from flask import Blueprint, Response, request

from ivr.current import line_services
from ivr.services.messages import TextReceived
from ivr.twiml.render import reply_text
from ivr.webhooks.forms import message_news, message_sid, parties
from ivr.webhooks.voice import twiml


def add_routes(blueprint: Blueprint) -> None:
    """The path that an operator enters in Twilio's console, and the one that `ivr/callbacks.py` hands out."""
    blueprint.add_url_rule("/sms", view_func=sms, methods=["POST"])
    blueprint.add_url_rule("/sms/status/<uuid:message_id>", view_func=sms_status, methods=["POST"])


def sms() -> Response:
    """Somebody writes to us. Where Twilio's own opt-out handling has replied, it says so in OptOutType.

    https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    """
    form = request.form
    sender, _ = parties(form)
    text = TextReceived(message_sid(form), sender, form.get("Body", ""), is_handled="OptOutType" in form)
    return twiml(reply_text(line_services().messages.received(text)))


def sms_status(message_id: UUID) -> Response:
    """A message of ours was sent, delivered or not."""
    status, error_code = message_news(request.form)
    line_services().messages.status_changed(str(message_id), status, error_code)
    return Response(status=204)
