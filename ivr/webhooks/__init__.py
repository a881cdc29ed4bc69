"""The carrier's door: every signed request that Twilio makes about our calls and messages."""

from flask import Blueprint

from ivr.webhooks import calling_in, errors, messages, signature, status, test_calls, voice

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
signature.guard(blueprint)
errors.handle(blueprint)
voice.add_routes(blueprint)
status.add_routes(blueprint)
calling_in.add_routes(blueprint)
messages.add_routes(blueprint)
test_calls.add_routes(blueprint)
