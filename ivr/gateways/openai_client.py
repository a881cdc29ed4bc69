"""One way to OpenAI's API: the client with its time limits, and its failures as ``GatewayError``."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ivr.gateways.patience import wait_asked_for_s
from ivr.gateways.ports import GatewayError, Trouble

if TYPE_CHECKING:
    from openai import OpenAI

CONNECT_S = 10.0
# Leases are under two minutes (decision 3): a request must be over well before, its one repetition included.
LONGEST_TOTAL_S = 88.0

# https://platform.openai.com/docs/guides/error-codes: what only an operator can change.
_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_OUR_REQUEST = {
    "invalid_json_schema", "model_not_found", "unsupported_parameter", "unsupported_value", "unknown_parameter",
    "missing_required_parameter", "invalid_type", "unsupported_model",
}  # fmt: skip
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")


@dataclass(frozen=True, slots=True)
class Reply:
    """A 2xx reply: its JSON, the vendor's request id, the time it took, and whether a double marked it."""

    body: Mapping[str, Any]
    request_id: str
    latency_ms: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class BytesReply:
    """A 2xx reply that is a file."""

    data: bytes
    request_id: str
    latency_ms: int
    simulated: bool


class FetchesBytes(Protocol):
    """What carries a request there and a file back."""

    def fetch(self, make: Any) -> BytesReply: ...


class Calls(Protocol):
    """What carries a request there and back."""

    def call(self, make: Any) -> Reply: ...


class OpenAIClient:
    """OpenAI's SDK behind a total deadline; the worker alone makes one, as it imports ``openai``.

    ``simulated`` says whether a double's replies (``X-Simulated: 1``) are welcome.
    """

    def __init__(
        self, *, api_key: str, base_url: str, total_s: float, simulated: bool, max_connections: int = 64
    ) -> None:
        import httpx2
        import openai

        from ivr.gateways.openai_transport import DeadlineTransport

        self._openai = openai
        self._total_s = min(total_s, LONGEST_TOTAL_S)
        self._simulated = simulated
        self._transport = DeadlineTransport(base_url, max_connections=max_connections)
        # The reply comes in one piece when the model has finished, so a single read may take all the time there is.
        timeout = httpx2.Timeout(self._total_s, connect=min(CONNECT_S, self._total_s), pool=CONNECT_S)
        self._sdk = openai.OpenAI(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            max_retries=0,
            http_client=httpx2.Client(transport=self._transport, timeout=timeout, follow_redirects=False),
        )

    def call(self, make: "Callable[[OpenAI], Any]") -> Reply:
        """What ``make`` brings back (a ``with_raw_response`` call). Raises GatewayError.

        A connection that broke before anything was sent is tried once more, within the same total time.
        """
        reply, latency_ms, simulated = self._sent(make)
        return Reply(_json_object(reply.text), reply.headers.get("x-request-id", ""), latency_ms, simulated)

    def fetch(self, make: "Callable[[OpenAI], Any]") -> BytesReply:
        """The same for a reply that is a file."""
        reply, latency_ms, simulated = self._sent(make)
        return BytesReply(reply.content, reply.headers.get("x-request-id", ""), latency_ms, simulated)

    def _sent(self, make: "Callable[[OpenAI], Any]") -> tuple[Any, int, bool]:
        started = time.monotonic()
        try:
            reply = self._within(self._total_s, make)
        except self._openai.APIConnectionError as error:
            left_s = self._total_s - (time.monotonic() - started)
            if self._transport.has_sent or left_s <= 0:
                raise self._lost(error) from None
            try:
                reply = self._within(left_s, make)
            except self._openai.APIConnectionError as again:
                raise self._lost(again) from None
        latency_ms = round((time.monotonic() - started) * 1000)
        return reply, latency_ms, self._is_simulated(reply.headers)

    def _within(self, total_s: float, make: "Callable[[OpenAI], Any]") -> Any:
        with self._transport.within(total_s):
            try:
                return make(self._sdk).http_response
            except self._openai.APIStatusError as error:
                self._is_simulated(error.response.headers)
                raise refusal_of(error.status_code, error.body, error.response.headers) from None

    def _is_simulated(self, headers: Mapping[str, str]) -> bool:
        marked = headers.get("x-simulated") == "1"
        if marked and not self._simulated:
            raise GatewayError(
                "The model server marks its replies as simulated, but SIMULATED is not set.",
                trouble=Trouble.CONFIGURATION,
                code="simulated_response",
            )
        return marked

    def _lost(self, error: Exception) -> GatewayError:
        if isinstance(error, self._openai.APITimeoutError):
            return GatewayError(
                f"The model server did not answer within {self._total_s:g} seconds.",
                trouble=Trouble.RETRY,
                code="timeout",
            )
        return GatewayError("The connection to the model server broke.", trouble=Trouble.RETRY, code="connection")

    def close(self) -> None:
        """Close all connections."""
        self._sdk.close()


def refusal_of(
    status: int, body: object, headers: Mapping[str, str], address: str = "OPENAI_BASE_URL"
) -> GatewayError:
    """What an error reply means. Its own sentence may repeat what we sent, so only its code and parameter are kept.

    ``address``: the variable that led there.
    """
    details: Any = body if isinstance(body, Mapping) else {}
    if isinstance(details.get("error"), Mapping):
        details = details["error"]
    code, parameter = _word(details.get("code")), _word(details.get("param"))
    told = f"HTTP {status}" + (f", {code}" if code else "") + (f", {parameter}" if parameter else "")
    if code in _QUOTA or _word(details.get("type")) in _QUOTA or status == 402:
        return _configuration("quota", f"The model account has no quota left ({told}).")
    if status in (401, 403):
        return _configuration("credentials", f"The model server refuses the API key ({told}).")
    if status in (404, 405, 501):
        return _configuration(code or "not_found", f"The model or the address is not known ({told}).")
    if status in (400, 422) and code in _OUR_REQUEST:
        return _configuration(code, f"The model server does not take this kind of request ({told}).")
    if 300 <= status < 400:
        return _configuration("redirect", f"The model server sends us elsewhere ({told}): {address} is wrong.")
    if status in (408, 409, 429) or status >= 500:
        return GatewayError(
            f"The model server cannot answer now ({told}).",
            trouble=Trouble.RETRY,
            code="rate_limited" if status == 429 else "unavailable",
            retry_after_s=wait_asked_for_s(headers),
        )
    return GatewayError(
        f"The model server refuses this request ({told}).",
        trouble=Trouble.SUBJECT,
        code="too_large" if status == 413 else code or "bad_request",
    )


def _configuration(code: str, message: str) -> GatewayError:
    return GatewayError(message, trouble=Trouble.CONFIGURATION, code=code)


def _word(value: object) -> str:
    return value if isinstance(value, str) and _PLAIN_WORD.fullmatch(value) else ""


def _json_object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        # A proxy's page or half a body: the model was not to blame, and the next try may come through.
        raise GatewayError("The model server's reply is no JSON object.", trouble=Trouble.RETRY, code="bad_envelope")
    return found
