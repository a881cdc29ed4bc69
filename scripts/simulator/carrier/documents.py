"""Fetching TwiML: the request, the fallback URL behind it, and the check of what came."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree

from ..twiml_check import check_twiml, parse_twiml
from .exchange import Exchange
from .forms import document_fields
from .post import Reply
from .records import Call

# Twilio's error codes, https://www.twilio.com/docs/api/errors
HTTP_FAILURE = 11200
PARSE_FAILURE = 12100
CONTENT_TYPE = 12300
_XML_TYPES = ("text/xml", "application/xml", "text/html")


class NoDocument(Exception):
    """Neither the URL nor its fallback gave TwiML; the caller hears Twilio's own apology."""


class BrokenContract(Exception):
    """The document breaks Twilio's rules and the carrier was started to end such calls."""


@dataclass(frozen=True, slots=True)
class Document:
    """A TwiML document; ``url`` is where it came from, fragment included, as relative URLs start from there."""

    url: str
    method: str
    root: ElementTree.Element

    def resolve(self, reference: str | None) -> str:
        """An absolute URL for a reference in this document; nothing means the document itself."""
        return urljoin(self.url.partition("#")[0], reference.strip()) if reference and reference.strip() else self.url


class DocumentSource:
    """Gets the documents of one call."""

    def __init__(self, exchange: Exchange, call: Call) -> None:
        self._exchange = exchange
        self._call = call
        self._last: tuple[str, str, str, Mapping[str, str]] | None = None

    def fetch(self, url: str, method: str, extra: Mapping[str, str], *, status: str = "in-progress") -> Document:
        """Ask ``url`` for TwiML, then the call's fallback URL; NoDocument when neither has any.

        https://www.twilio.com/docs/voice/api/call-resource#fallbackurl
        """
        params = document_fields(self._call, status, extra)
        document, code = self._ask("document", url, method, params)
        if document is not None:
            return document
        self._note(code, url)
        fallback = self._call.request.get("FallbackUrl")
        if fallback:
            params |= {"ErrorCode": str(code), "ErrorUrl": url.partition("#")[0]}
            document, code = self._ask("fallback", fallback, self._call.request.get("FallbackMethod", "POST"), params)
            if document is not None:
                return document
            self._note(code, fallback)
        raise NoDocument(f"error {code}")

    def inline(self, twiml: str) -> Document:
        """The document that a REST request carried in its Twiml parameter; NoDocument when it is not XML."""
        document = self._read(twiml, "", "POST", "inline")
        if document is None:
            raise NoDocument("the Twiml parameter is not XML")
        return document

    def post_last_word(self, url: str, method: str, extra: Mapping[str, str]) -> None:
        """Tell an action URL about the end of the call; whatever it answers is not executed."""
        params = document_fields(self._call, "completed", extra)
        reply = self._deliver("document", url, method, params)
        if not reply.is_ok:
            self._note(HTTP_FAILURE, url)
            return
        if reply.body.strip():
            self._read(reply.body.decode(errors="replace"), url, method, "after the call")

    def _ask(self, family: str, url: str, method: str, params: Mapping[str, str]) -> tuple[Document | None, int]:
        reply = self._deliver(family, url, method, params)
        if not reply.is_ok:
            return None, HTTP_FAILURE
        if reply.content_type.partition(";")[0].strip().lower() not in _XML_TYPES:
            return None, CONTENT_TYPE
        text = reply.body.decode(errors="replace")
        return self._read(text, url, method, family), PARSE_FAILURE

    def _deliver(self, family: str, url: str, method: str, params: Mapping[str, str]) -> Reply:
        fault = self._exchange.faults.of(self._call.person, "documents") or {}
        if fault.get("delay_s"):
            time.sleep(fault["delay_s"])
        copies = max(1, fault.get("duplicate", 1))
        trouble = self._exchange.faults.on_the_way(self._call.person, family)
        note = self._call.webhooks.append
        reply = self._exchange.postman.deliver(family, method, url, params, note, copies, trouble)
        stale, self._last = self._last, (family, method, url, params)
        if stale is not None and fault.get("stale_copies"):
            # the request before this one arrives once more, behind its successor; nobody waits for what it is answered
            self._exchange.postman.deliver(*stale, note)
        return reply

    def _read(self, text: str, url: str, method: str, family: str) -> Document | None:
        problems = check_twiml(text)
        self._call.documents.append(
            {"at": time.time(), "url": url, "method": method, "family": family, "text": text, "problems": problems}
        )
        for problem in problems:
            self._exchange.violation("twiml", problem, call_sid=self._call.sid, url=url)
        try:
            root = parse_twiml(text)
        except ValueError:
            root = None
        if problems and self._exchange.config.fail_fast and family != "after the call":
            raise BrokenContract(problems[0])
        return None if root is None or root.tag != "Response" else Document(url, method, root)

    def _note(self, code: int, url: str) -> None:
        self._call.errors.append({"code": code, "url": url.partition("#")[0], "message": "no usable document"})
