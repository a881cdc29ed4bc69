"""Twilio's own description of its REST interface, held against both sides: what is asked and what is answered."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug.wrappers import Request, Response

SPEC = Path(__file__).parent.parent / "contracts" / "twilio-voice.openapi.json"
HOST = "http://carrier.simulated"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@functools.cache
def twilio_contract() -> Contract:
    """The contract, read once a process."""
    return Contract()


class _Request(WerkzeugOpenAPIRequest):
    """A request as if sent to the host of the description, whatever address it came in by."""

    @property
    def host_url(self) -> str:
        return HOST


class Contract:
    """Checks requests and responses; problems come back as sentences."""

    def __init__(self) -> None:
        spec = json.loads(SPEC.read_text())
        spec["servers"] = [{"url": HOST}]
        self._operations: list[tuple[re.Pattern[str], str, set[str], set[str]]] = []
        for path, item in spec["paths"].items():
            item.pop("servers", None)
            pattern = re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/.]+", re.escape(path)))
            for method in ("get", "post", "delete"):
                if method in item:
                    self._operations.append((pattern, method, *_names(item[method])))
        self._api = OpenAPI.from_dict(spec)

    def knows(self, path: str, method: str) -> bool:
        """Whether the description has this operation."""
        return self._find(path, method) is not None

    def request_problems(self, request: Request) -> list[str]:
        """What Twilio's description has against a request, unknown parameters included."""
        # keep the body: reading the form first would leave the validator none
        request.get_data(cache=True)
        problems = []
        found = self._find(request.path, request.method)
        if found is not None:
            query, form = found
            problems += [f"unknown query parameter {name}" for name in request.args if name not in query]
            problems += [f"unknown parameter {name}" for name in request.form if name not in form]
        try:
            self._api.validate_request(_Request(request))
        except OpenAPIError as error:
            problems.append(_words(error))
        return problems

    def response_problems(self, request: Request, response: Response) -> list[str]:
        """What Twilio's description has against a response of ours."""
        try:
            self._api.validate_response(_Request(request), WerkzeugOpenAPIResponse(response))
        except OpenAPIError as error:
            return [_words(error)]
        return []

    def _find(self, path: str, method: str) -> tuple[set[str], set[str]] | None:
        for pattern, verb, query, form in self._operations:
            if verb == method.lower() and pattern.fullmatch(path):
                return query, form
        return None


def is_absolute_url(value: str) -> bool:
    """Whether a parameter is an http(s) URL with a host."""
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _names(operation: dict[str, Any]) -> tuple[set[str], set[str]]:
    query = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    form: set[str] = set()
    for media in operation.get("requestBody", {}).get("content", {}).values():
        form |= set(media["schema"].get("properties", {}))
    return query, form


def _words(error: BaseException) -> str:
    parts, current = [], error
    while current is not None:
        parts.append(str(current) or type(current).__name__)
        parts += [str(one.message) for one in getattr(current, "schema_errors", ())]
        current = current.__cause__
    return "; ".join(dict.fromkeys(parts))
