"""Live calls: who is on which question right now, kept up by a stream of server-sent events, or by looking again."""

from collections.abc import Iterator

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.session import session_token, user, viewer
from ivr.services.errors import Conflict
from ivr.services.live_calls import LiveCallsView

_RECONNECT_MS = 3000


def add_routes(blueprint: Blueprint) -> None:
    """The page, the part of it that changes, the stream that says when, and the form that ends a call."""
    blueprint.add_url_rule("/live", "live", _live, methods=["GET"])
    blueprint.add_url_rule("/live/calls", "live_calls", _calls, methods=["GET"])
    blueprint.add_url_rule("/live/stream", "live_stream", _stream, methods=["GET"])
    blueprint.add_url_rule("/live/<interview_id>/hang-up", "live_hang_up", _hang_up, methods=["POST"])


def _live() -> Response:
    return _show()


def _show(status: int = 200, problem: str | None = None) -> Response:
    return _rendered("live.html", status, problem=problem)


def _calls() -> Response:
    """The part that changes; a browser that asks for it by itself gets the whole page."""
    return _rendered("live_calls.html") if request.headers.get("HX-Request") else _show()


def _rendered(template: str, status: int = 200, **values: object) -> Response:
    services = current_services()
    line = services.live_calls.line(user().organisation_id)
    response = page(template, status, line=line, now=services.clock(), **values)
    # The browser's way back must not show a call that is long over.
    response.headers["Cache-Control"] = "no-store"
    return response


def _hang_up(interview_id: str) -> Response:
    try:
        current_services().interviews.hang_up(viewer(), interview_id)
    except Conflict as error:
        return _show(status_of(error), f"{error.sentence} It may have ended by itself a moment ago.")
    done: Response = current_app.make_response(redirect("/live", code=303))
    return done


def _stream() -> Response:
    """Says when the line looks different, and nothing else: what it looks like is asked for then."""
    services, organisation_id, token = current_services(), user().organisation_id, session_token()
    live = services.live_events
    try:
        give_back = live.take_place(organisation_id)
    except Conflict:
        # The word by which a browser's EventSource gives up, and complains to nobody:
        # https://html.spec.whatwg.org/multipage/server-sent-events.html. The page then looks every few seconds.
        return Response(status=204)

    def is_allowed() -> bool:
        """Whoever logged out, or was deactivated, is told nothing more."""
        return token is not None and services.logins.session_user(token) is not None

    def line() -> LiveCallsView:
        return services.live_calls.line(organisation_id)

    response = Response(_lines(live.watch(organisation_id, line, is_allowed)), content_type="text/event-stream")
    # A proxy that gathers what it passes on would make it anything but live.
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(give_back)
    return response


def _lines(seen: Iterator[LiveCallsView | None]) -> Iterator[bytes]:
    yield f"retry: {_RECONNECT_MS}\n: connected\n\n".encode()
    for one in seen:
        yield b": alive\n\n" if one is None else f"event: changed\ndata: {one.on_the_line}\n\n".encode()
