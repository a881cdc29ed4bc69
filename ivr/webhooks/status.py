"""The requests that only tell us something: 204 once it is committed, and never before."""

from uuid import UUID

import structlog
from flask import Blueprint, Response, request

from ivr.current import line_services
from ivr.webhooks.forms import answered_by, call_news, carrier_sid, recording_news

log = structlog.stdlib.get_logger("viva.webhooks")


def add_routes(blueprint: Blueprint) -> None:
    """The paths that `ivr/callbacks.py` hands out."""
    blueprint.add_url_rule("/voice/status/<uuid:call_id>", view_func=status, methods=["POST"])
    of_turn = "/voice/recording/<uuid:call_id>/<int(max=99999):turn>"
    blueprint.add_url_rule(of_turn, view_func=recording, methods=["POST"])
    blueprint.add_url_rule("/voice/amd/<uuid:call_id>", view_func=amd, methods=["POST"])


def status(call_id: UUID) -> Response:
    """The call rings, is answered, is over."""
    line_services().conversations.status_changed(str(call_id), call_news(request.form))
    return Response(status=204)


def recording(call_id: UUID, turn: int) -> Response:
    """A turn's audio can be fetched. One that failed or is absent has none: its transcription will find that out."""
    news = recording_news(request.form)
    if news.is_ready:
        line_services().conversations.recording_ready(
            str(call_id), turn, news.carrier_sid, news.recording_sid, news.duration_s
        )
    elif news.status != "in-progress":
        log.warning("recording.not_made", call_id=str(call_id), turn=turn, recording_status=news.status)
    return Response(status=204)


def amd(call_id: UUID) -> Response:
    """Answering machine detection has made up its mind."""
    who = answered_by(request.form)
    if who is not None:
        line_services().conversations.amd_result(str(call_id), carrier_sid(request.form), who)
    return Response(status=204)
