"""Texts into vectors by OpenAI's embeddings endpoint: texts that mean alike lie near each other."""

import base64
import binascii
import math
import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from interview.passages import floats_of
from ivr.gateways.model_words import clean, tokens
from ivr.gateways.openai_client import Calls, OpenAIClient
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, Trouble

if TYPE_CHECKING:
    from openai import OpenAI


class OpenAIEmbedder:
    """One request for all the texts; OpenAI takes 2048 at most, and we have a tenth of that."""

    def __init__(self, client: OpenAIClient | Calls, model: str) -> None:
        self._client = client
        self._model = model

    def embed(self, texts: Sequence[str]) -> ModelReply:
        """One vector for each text, in order; see the port. Raises GatewayError."""
        given: list[str] = clean(list(texts))

        def make(sdk: "OpenAI") -> Any:
            return sdk.embeddings.with_raw_response.create(model=self._model, input=given, encoding_format="base64")

        reply = self._client.call(make)
        vectors = _vectors(reply.body, len(given))
        call = ModelCall(
            purpose="embedding",
            model=str(reply.body.get("model") or self._model),
            prompt_version="",
            request={"texts": given},
            reply="",
            request_id=reply.request_id,
            # what OpenAI calls prompt tokens here is all that there is to pay
            input_tokens=tokens(reply.body.get("usage"), "prompt_tokens"),
            cached_tokens=0,
            output_tokens=0,
            latency_ms=reply.latency_ms,
            simulated=reply.simulated,
        )
        return ModelReply(vectors, call)


def _vectors(body: Mapping[str, Any], wanted: int) -> list[str]:
    """The vectors as they came, by their index; a reply that leaves one out or spoils one is no reply."""
    found: dict[int, str] = {}
    data = body.get("data")
    for item in data if isinstance(data, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("index"), int) and _is_vector(item.get("embedding")):
            found[item["index"]] = item["embedding"]
    if sorted(found) != list(range(wanted)) or len({len(vector) for vector in found.values()}) > 1:
        raise GatewayError("The reply holds no vectors of these texts.", trouble=Trouble.RETRY, code="bad_envelope")
    return [found[index] for index in range(wanted)]


def _is_vector(value: object) -> bool:
    try:
        numbers = floats_of(base64.b64decode(value, validate=True)) if isinstance(value, str) else ()
    except (binascii.Error, struct.error):
        return False
    return any(numbers) and all(map(math.isfinite, numbers))
