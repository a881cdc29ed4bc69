"""Rules and data in, a JSON object of a named schema out, by Chat Completions, which other servers speak as well."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ivr.gateways.model_words import Canary, clean, data_block, named_json, object_in, refuse_canary, tokens, unusable
from ivr.gateways.openai_client import Calls, OpenAIClient, Reply
from ivr.gateways.openai_shape import Shape
from ivr.gateways.patience import Patience
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, Trouble

if TYPE_CHECKING:
    from openai import OpenAI

# Open models on servers that do not separate it begin with their reasoning, and in JSON mode some still draw a fence.
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n\s*```\Z", re.S)


class ChatLanguageModel:
    """One request, one reply: the rules with their canary as the system's message, then the data as the user's.

    No limit of tokens is sent: servers differ in its name and refuse one beyond their window; the deadline ends what
    does not end by itself.
    """

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
                named = {"name": purpose, "schema": dict(schema), "strict": True}
                form = {"type": "json_schema", "json_schema": named}

            def make(sdk: "OpenAI") -> Any:
                return sdk.chat.completions.with_raw_response.create(
                    model=self._model,
                    messages=[{"role": "system", "content": rules}, {"role": "user", "content": said}],
                    response_format=form,
                )

            return self._client.call(make)

        reply = self._patience.keep(lambda: self._shape.send(send))
        choice = _choice(reply.body)
        message: Mapping[str, Any] = choice.get("message") or {}
        text, refusal = _text(message.get("content")), str(message.get("refusal") or "")
        call = self._record(
            reply, text or refusal, purpose, prompt_version, {"instructions": instructions, "payload": data}
        )
        refuse_canary(self._canary, text + refusal, call)
        if refusal:
            unusable("refusal", "The model refused to answer.", call)
        match choice.get("finish_reason"):
            case "content_filter":
                unusable("refusal", "The model's reply was held back by a content filter.", call)
            case "length":
                unusable("truncated", "The model's reply was cut off before its end.", call)
        try:
            found = object_in(_bare(text), call)
        except GatewayError:
            self._shape.saw(None, schema)
            raise
        self._shape.saw(found, schema)
        return ModelReply(found, call)

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
            request_id=reply.request_id or str(reply.body.get("id") or ""),
            input_tokens=tokens(usage, "prompt_tokens"),
            cached_tokens=tokens(usage.get("prompt_tokens_details"), "cached_tokens"),
            output_tokens=tokens(usage, "completion_tokens"),
            latency_ms=reply.latency_ms,
            simulated=reply.simulated,
        )


def _choice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one choice of the reply; a body without any is nothing that a model said."""
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise GatewayError("The reply holds no answer of a model.", trouble=Trouble.RETRY, code="bad_envelope")
    return choices[0]


def _text(content: object) -> str:
    """All text of a message, which may come in parts; parts that are reasoning are passed over."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _bare(text: str) -> str:
    """The reply without what some servers leave around it."""
    text = _THOUGHT.sub("", text).strip()
    fenced = _FENCE.match(text)
    return fenced[1] if fenced else text
