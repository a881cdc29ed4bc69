"""Rules and data in, a JSON object of a named schema out, by OpenAI's Responses API."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ivr.gateways.model_words import Canary, clean, data_block, named_json, object_in, refuse_canary, tokens, unusable
from ivr.gateways.openai_client import Calls, OpenAIClient, Reply
from ivr.gateways.openai_shape import Shape
from ivr.gateways.patience import Patience
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, Trouble

if TYPE_CHECKING:
    from openai import OpenAI

# Ten questions with all that belongs to them are under 8,000 tokens; the rest is room for reasoning.
MAX_OUTPUT_TOKENS = 24_000


class OpenAILanguageModel:
    """One request, one reply. The instructions carry a canary; the data stands alone in the user's message."""

    def __init__(self, client: OpenAIClient | Calls, model: str) -> None:
        self._client = client
        self._model = model
        self._canary = Canary()
        self._shape = Shape(model)
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
        """The object that the model made; ``purpose`` is the schema's name too. Raises GatewayError, see the port."""
        data = clean(payload)
        block = data_block(data, marker)

        def send(strict: bool, in_words: bool) -> Reply:
            rules = self._canary.rules(instructions, schema if in_words else None, purpose)
            form: Any = {"type": "json_object"}
            said = block if strict else named_json(block)
            if strict:
                form = {"type": "json_schema", "name": purpose, "schema": dict(schema), "strict": True}

            def make(sdk: "OpenAI") -> Any:
                return sdk.responses.with_raw_response.create(
                    model=self._model,
                    instructions=rules,
                    input=[{"role": "user", "content": said}],
                    text={"format": form},
                    max_output_tokens=MAX_OUTPUT_TOKENS,
                    store=False,
                )

            return self._client.call(make)

        reply = self._patience.keep(lambda: self._shape.send(send))
        if "output" not in reply.body and reply.body.get("status") not in ("failed", "cancelled"):
            raise GatewayError("The reply holds no answer of a model.", trouble=Trouble.RETRY, code="bad_envelope")
        text, refused = _spoken(reply.body)
        call = self._record(reply, text, purpose, prompt_version, {"instructions": instructions, "payload": data})
        self._refuse(reply.body, text, refused, call)
        try:
            found = object_in(text, call)
        except GatewayError:
            self._shape.saw(None, schema)
            raise
        self._shape.saw(found, schema)
        return ModelReply(found, call)

    def _refuse(self, body: Mapping[str, Any], text: str, refused: bool, call: ModelCall) -> None:
        """Raises GatewayError for a reply that is none, whatever its text."""
        refuse_canary(self._canary, text, call)
        if refused:
            unusable("refusal", "The model refused to answer.", call)
        match body.get("status"):
            case "incomplete":
                reason = (body.get("incomplete_details") or {}).get("reason")
                if reason == "content_filter":
                    unusable("refusal", "The model's reply was held back by a content filter.", call)
                unusable("truncated", "The model's reply was cut off before its end.", call)
            case "failed" | "cancelled":
                raise _failed(body)

    def _record(
        self, reply: Reply, text: str, purpose: str, prompt_version: str, request: Mapping[str, Any]
    ) -> ModelCall:
        usage: Any = reply.body.get("usage") or {}
        return ModelCall(
            purpose=purpose,
            model=str(reply.body.get("model") or self._model),
            prompt_version=prompt_version,
            request=request,
            reply=self._canary.withheld(text),
            request_id=reply.request_id,
            input_tokens=tokens(usage, "input_tokens"),
            cached_tokens=tokens(usage.get("input_tokens_details"), "cached_tokens"),
            output_tokens=tokens(usage, "output_tokens"),
            latency_ms=reply.latency_ms,
            simulated=reply.simulated,
        )


def _spoken(body: Mapping[str, Any]) -> tuple[str, bool]:
    """All that the model said, and whether any of it is a refusal; reasoning and other items are passed over."""
    said: list[str] = []
    refused = False
    for item in _records(body.get("output")):
        if item.get("type") != "message":
            continue
        for part in _records(item.get("content")):
            refused = refused or part.get("type") == "refusal"
            said.append(str(part.get("text") or part.get("refusal") or ""))
    return "".join(said), refused


def _records(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _failed(body: Mapping[str, Any]) -> GatewayError:
    """A response that the server itself gave up."""
    error: Any = body.get("error") or {}
    code = str(error.get("code") or "server_error")
    if code in ("invalid_prompt", "bio_policy", "cyber_policy"):
        return GatewayError("The model server refuses this text.", trouble=Trouble.SUBJECT, code="refused_text")
    return GatewayError("The model server gave this request up.", trouble=Trouble.RETRY, code="unavailable")
