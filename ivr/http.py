"""What every door does alike: request ids, security headers, one log line a request, files by parts."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import structlog
from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.http import dump_options_header
from werkzeug.middleware.proxy_fix import ProxyFix

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# One range of bytes: "0-99", "100-" or the last so many, "-100". Not werkzeug's parser: it refuses a suffix longer than
# the file, which RFC 9110 14.1.2 makes the whole file.
_RANGE = re.compile(r"(?i:bytes) *= *(?=[0-9]*-[0-9]|[0-9]+-)(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")
_CHUNK = 256 * 1024
# A view that says nothing else is no page: nothing in it may be run, shown in a frame or kept.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# No browser comes through the carrier's door, and every microsecond is silence on a line: it gets the id alone.
_CARRIERS_DOOR = "webhooks"
# Asked every few seconds by machines.
_WATCHERS_DOOR = "health"

log = structlog.get_logger("viva.http")


def install(app: Flask, *, is_https: bool, proxies: int = 0) -> None:
    """Give every response of the app its request id and security headers, and every request a line in the log.

    ``proxies`` of our own stand in front: whom the outermost of them saw is who asks. Nothing else that they say is
    believed; addresses of ours are built from the settings.
    """
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
    app.session_interface = _Sessions()

    @app.before_request
    def begin() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        g.started_s = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = request_id()
        if request.blueprint == _CARRIERS_DOOR:
            return response
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.blueprint != _WATCHERS_DOOR:
            log.info(
                "request", method=request.method, route=route(), status=response.status_code, duration_ms=elapsed_ms()
            )
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


class _Sessions(SecureCookieSessionInterface):
    """Flask's own, without making a signer for the requests of machines, which bring no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "Cookie" not in request.headers:
            return self.session_class() if app.secret_key else None
        return super().open_session(app, request)


def request_id() -> str:
    """This request's id: the sender's if it had a fitting form, else ours."""
    found: str | None = g.get("request_id")
    return found or "none"


def elapsed_ms() -> float:
    """How long this request has taken so far."""
    started_s = g.get("started_s")
    return 0.0 if started_s is None else round((time.perf_counter() - started_s) * 1000, 1)


def route() -> str:
    """The pattern that the request matched, which carries nothing of the sender's."""
    return request.url_rule.rule if request.url_rule is not None else "(none)"


def attachment(data: bytes, content_type: str, filename: str) -> Response:
    """A file to be saved, never shown in our own page's name."""
    response = Response(data, content_type=content_type)
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": filename})
    return response


def in_parts(parts: Iterator[bytes], size: int, content_type: str, filename: str) -> Response:
    """A file to be saved that is sent piece by piece."""
    response = Response(parts, content_type=content_type)
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": filename})
    response.content_length = size
    return response


def streamed(parts: Iterator[bytes], content_type: str, filename: str) -> Response:
    """A file to be saved whose size is not known before it is sent."""
    response = Response(parts, content_type=content_type)
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": filename})
    return response


def json_array(items: Iterator[str]) -> Iterator[bytes]:
    """One JSON array of these JSON texts, an item at a time."""
    before = "["
    for item in items:
        yield (before + item).encode()
        before = ","
    yield b"[]" if before == "[" else b"]"


def ranged(
    size: int, content_type: str, filename: str, tag: str, read: Callable[[int, int], bytes]
) -> Response:
    """A file in whole (200) or the part that Range asks for (206, 416), read as it is sent.

    ``read(start, end)`` gives the bytes from start to end, both included; ``tag`` names these very bytes. Several
    ranges at once, other units and malformed ranges are answered in whole, as RFC 9110 14.2 allows.
    """
    word = hashlib.sha256(tag.encode()).hexdigest()[:32]
    etag = f'"{word}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": dump_options_header("inline", {"filename": filename}),
    }
    if request.if_none_match.contains(word):
        return Response(status=304, headers=headers)
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if wanted is None or request.headers.get("If-Range") not in (None, etag) or _is_backward(wanted):
        response = Response(_parts(read, 0, size), headers=headers, content_type=content_type)
        response.content_length = size
        return response
    start, stop = _part(wanted, size)
    if start >= stop:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status=416, headers=headers, content_type=content_type)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response = Response(_parts(read, start, stop), status=206, headers=headers, content_type=content_type)
    response.content_length = stop - start
    return response


def _is_backward(wanted: re.Match[str]) -> bool:
    return bool(wanted["first"] and wanted["last"]) and int(wanted["first"]) > int(wanted["last"])


def _part(wanted: re.Match[str], size: int) -> tuple[int, int]:
    """The first byte and the one after the last; an empty part cannot be sent."""
    if wanted["first"]:
        last = int(wanted["last"]) if wanted["last"] else size - 1
        return int(wanted["first"]), min(last + 1, size)
    return max(0, size - int(wanted["last"])), size


def _parts(read: Callable[[int, int], bytes], start: int, stop: int) -> Iterator[bytes]:
    while start < stop:
        end = min(start + _CHUNK, stop) - 1
        yield read(start, end)
        start = end + 1
