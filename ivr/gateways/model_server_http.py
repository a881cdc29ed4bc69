"""One JSON request to a model server of one's own: one address, a bearer key, a total deadline, no redirect."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx2

from ivr.gateways.openai_client import CONNECT_S, LONGEST_TOTAL_S, Reply, refusal_of
from ivr.gateways.openai_transport import DeadlineTransport
from ivr.gateways.ports import GatewayError, Trouble

ADDRESS = "AI_MODEL_API_ENDPOINT"


class ModelServerHttp:
    """POSTs below ``endpoint``, the only place that ever gets the key; without a key none is sent.

    ``simulated`` says whether a double's replies (``X-Simulated: 1``) are welcome.
    """

    def __init__(
        self, *, endpoint: str, api_key: str | None, total_s: float, simulated: bool, max_connections: int = 64
    ) -> None:
        self._endpoint = endpoint
        self._total_s = min(total_s, LONGEST_TOTAL_S)
        self._simulated = simulated
        self._transport = DeadlineTransport(endpoint, max_connections=max_connections)
        # The reply comes in one piece when the model has finished, so a single read may take all the time there is.
        timeout = httpx2.Timeout(self._total_s, connect=min(CONNECT_S, self._total_s), pool=CONNECT_S)
        self._client = httpx2.Client(
            transport=self._transport,
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers={} if api_key is None else {"Authorization": f"Bearer {api_key}"},
        )

    def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """The JSON object that answers ``body``. Raises GatewayError.

        A connection that broke before anything was sent is tried once more, within the same total time.
        """
        started = time.monotonic()
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._send(path, content, self._total_s)
        except httpx2.TransportError as error:
            left_s = self._total_s - (time.monotonic() - started)
            if self._transport.has_sent or left_s <= 0:
                raise self._lost(error) from None
            try:
                answer = self._send(path, content, left_s)
            except httpx2.TransportError as again:
                raise self._lost(again) from None
        is_marked = answer.headers.get("x-simulated") == "1"
        if is_marked and not self._simulated:
            raise GatewayError(
                "The model server marks its replies as simulated, but SIMULATED is not set.",
                trouble=Trouble.CONFIGURATION,
                code="simulated_response",
            )
        found = _parsed(answer.text)
        if not answer.is_success:
            raise refusal_of(answer.status_code, found, answer.headers, ADDRESS)
        if not isinstance(found, dict):
            # A proxy's page or half a body: the model was not to blame, and the next try may come through.
            raise GatewayError(
                "The model server's reply is no JSON object.", trouble=Trouble.RETRY, code="bad_envelope"
            )
        latency_ms = round((time.monotonic() - started) * 1000)
        return Reply(found, answer.headers.get("x-request-id", ""), latency_ms, is_marked)

    def _send(self, path: str, content: bytes, total_s: float) -> httpx2.Response:
        with self._transport.within(total_s):
            return self._client.post(
                f"{self._endpoint}{path}", content=content, headers={"Content-Type": "application/json"}
            )

    def _lost(self, error: Exception) -> GatewayError:
        if isinstance(error, httpx2.TimeoutException):
            return GatewayError(
                f"The model server did not answer within {self._total_s:g} seconds.",
                trouble=Trouble.RETRY,
                code="timeout",
            )
        return GatewayError("The connection to the model server broke.", trouble=Trouble.RETRY, code="connection")

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
