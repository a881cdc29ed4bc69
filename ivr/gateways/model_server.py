"""A model server of one's own, which writes questions and rates answers; docs/model-server.md shows its JSON."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from ivr.gateways.model_words import Canary, clean, refuse_canary, tokens, unusable
from ivr.gateways.openai_client import Reply
from ivr.gateways.patience import Patience
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, Trouble

FORMAT = 1
# What such a server does, and where it is asked.
PATHS: Mapping[str, str] = {"interview_questions": "/generate-questions", "answer_rating": "/evaluate-response"}


class Posts(Protocol):
    """What carries a request there and back."""

    def post(self, path: str, body: Mapping[str, Any]) -> Reply: ...


class ModelServer:
    """One request, one reply. ``name`` and ``version`` are the model's, unless a reply says otherwise."""

    def __init__(self, http: Posts, name: str, version: str) -> None:
        self._http = http
        self._name = name
        self._version = version
        self._canary = Canary()
        self._patience = Patience()

    def ask(
        self,
        *,
        purpose: str,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
        marker: str,
    ) -> ModelReply:
        """The object that the model made. Raises GatewayError, see the port; code "not_offered" for other purposes."""
        path = PATHS.get(purpose)
        if path is None:
            sentence = f"The model server of AI_MODEL_API_ENDPOINT does not do this work ({purpose})."
            raise GatewayError(sentence, trouble=Trouble.CONFIGURATION, code="not_offered")
        data = clean(payload)
        # What is the same from answer to answer comes first: a server that caches prompts can build them in this order.
        body = {
            "format": FORMAT,
            "purpose": purpose,
            "model": {"name": self._name, "version": self._version},
            "prompt_version": prompt_version,
            "instructions": self._canary.rules(instructions),
            "output_schema": dict(schema),
            "marker": marker,
            "input": data,
        }
        reply = self._patience.keep(lambda: self._http.post(path, body))
        output, refusal = reply.body.get("output"), reply.body.get("refusal")
        text = str(refusal) if refusal else json.dumps(output, ensure_ascii=False)
        call = self._record(reply, text, purpose, prompt_version, {"instructions": instructions, "payload": data})
        refuse_canary(self._canary, text, call)
        if refusal:
            unusable("refusal", "The model refused to answer.", call)
        if not isinstance(output, dict):
            unusable("malformed", 'The model server\'s reply holds no "output" object.', call)
        return ModelReply(output, call)

    def _record(
        self, reply: Reply, text: str, purpose: str, prompt_version: str, request: Mapping[str, Any]
    ) -> ModelCall:
        usage = reply.body.get("usage")
        return ModelCall(
            purpose=purpose,
            model=self._model_of(reply.body.get("model")),
            prompt_version=prompt_version,
            request=request,
            reply=self._canary.withheld(text),
            request_id=reply.request_id,
            input_tokens=tokens(usage, "input_tokens"),
            cached_tokens=tokens(usage, "cached_tokens"),
            output_tokens=tokens(usage, "output_tokens"),
            latency_ms=reply.latency_ms,
            simulated=reply.simulated,
        )

    def _model_of(self, told: object) -> str:
        """Which model made the reply, as ratings keep it."""
        said: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        return model_id(str(said.get("name") or self._name), str(said.get("version") or self._version))


def model_id(name: str, version: str) -> str:
    """Name and version in one, in the length that a rating keeps."""
    return f"{name}@{version}"[:100]
