"""The honest peer: the same webhook in Django and Django REST framework, tuned as hard as ours.

The dialogue, the rendering, the signature's function, the statements and the rows are the product's own, so that what
differs is the framework and the way to the database: a DRF view with its form parser and nothing else switched on,
and raw SQL on one psycopg connection per thread, prepared, in autocommit. Request id, security headers and metrics as
ours.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import django
import psycopg
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from prometheus_client import Counter, Histogram
from sqlalchemy import make_url

from db.columns import utc_now
from db.turns import TurnStore
from db.unit_of_work import Database
from ivr.bell import Bell
from ivr.callbacks import Callbacks
from ivr.services.conversations import ConversationService
from ivr.settings import load_settings
from ivr.twiml.render import render
from ivr.webhooks.forms import carrier_sid, turn_event
from ivr.webhooks.signature import is_genuine

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class _PerThread:
    """A psycopg connection of the calling thread, and no pool to go through."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self._connect = lambda: psycopg.connect(
            address.set(drivername="postgresql").render_as_string(hide_password=False),
            autocommit=True,
            prepare_threshold=1,
            options="-c synchronous_commit=on -c timezone=UTC -c statement_timeout=5000 -c lock_timeout=3000",
        )
        self._own = threading.local()

    def run(self, work: Callable[[Any], Any]) -> Any:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._connect()
        with connection.cursor() as cursor:
            return work(cursor)


class _PeerTurns(TurnStore):
    """The product's statements on connections of the peer's own."""

    def __init__(self, url: str) -> None:
        super().__init__(Database(url))
        self._lean = _PerThread(url)


def make_app() -> WSGIHandler:
    """The peer's WSGI application, built from the same environment as the product's."""
    settings = load_settings()
    django_settings.configure(
        DEBUG=False,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["rest_framework"],
        MIDDLEWARE=[f"{__name__}.request_id", "django.middleware.security.SecurityMiddleware"],
        SECURE_HSTS_SECONDS=31_536_000,
        SECURE_REFERRER_POLICY="no-referrer",
        USE_TZ=True,
        USE_I18N=False,
        DATABASES={},
        LOGGING_CONFIG=None,
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": [],
            "DEFAULT_PERMISSION_CLASSES": [],
            "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FormParser"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "UNAUTHENTICATED_USER": None,
        },
    )
    django.setup()
    store = _PeerTurns(settings.database_url)
    conversations = ConversationService(store, utc_now, Bell(settings.database_url).ring)
    callbacks = Callbacks(settings.webhook_base_url)
    token = settings.twilio_auth_token.get_secret_value()

    # Only now: REST framework reads Django's settings when it is imported.
    from rest_framework.exceptions import PermissionDenied
    from rest_framework.request import Request
    from rest_framework.views import APIView

    class Turn(APIView):
        """One turn of one call."""

        def post(self, request: Request, call_id: UUID, turn: int) -> HttpResponse:
            form = request.data
            query = request.META["QUERY_STRING"]
            url = f"{settings.webhook_base_url}{request.path}{'?' + query if query else ''}"
            signature = request.META.get("HTTP_X_TWILIO_SIGNATURE", "")
            if not is_genuine(url, form, signature, [token]) or form.get("AccountSid") != settings.twilio_account_sid:
                raise PermissionDenied
            event = turn_event(form, no_input=request.query_params.get("no_input") == "1")
            spoken = conversations.take_turn(str(call_id), turn, event, carrier_sid(form))
            document = render(spoken.step, spoken.script, callbacks.for_turn(spoken.call_id, spoken.turn))
            return HttpResponse(document, content_type="text/xml; charset=utf-8")

    urlpatterns.append(path("webhooks/voice/turn/<uuid:call_id>/<int:turn>", Turn.as_view()))
    urlpatterns.append(path("healthz", lambda _: HttpResponse(json.dumps({"status": "ok"}))))
    return WSGIHandler()


_requests = Counter("peer_requests", "Requests.", ["route", "method", "status"])
_seconds = Histogram("peer_seconds", "Seconds.", ["route"])


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware: the request's id, the headers that Django's own security middleware does not know, metrics."""

    # Looking a series up by its labels takes longer than counting: each is looked up once.
    @cache
    def series(route: str, method: str | None, status: int) -> tuple[Counter, Histogram]:
        return _requests.labels(route, method, status), _seconds.labels(route)

    def answer(request: HttpRequest) -> HttpResponse:
        began_s = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        response = get_response(request)
        response["X-Request-ID"] = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        response["Content-Length"] = str(len(response.content))
        response["Cache-Control"] = "no-store"
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        route = request.resolver_match.route if request.resolver_match else "(none)"
        counter, stopwatch = series(route, request.method, response.status_code)
        counter.inc()
        stopwatch.observe(time.perf_counter() - began_s)
        return response

    return answer


urlpatterns: list[Any] = []
