"""Finds out which of OpenAI's two APIs a server speaks: the first request is the question, the process remembers."""

from collections.abc import Mapping
from typing import Any

import structlog

from ivr.gateways.ports import GatewayError, LanguageModel, ModelReply, Trouble

# What a server says that does not have the Responses API: no such address, or a page that is none of its replies.
_NOT_SPOKEN = {"not_found", "bad_envelope"}

_log = structlog.stdlib.get_logger(__name__)


class AutoLanguageModel:
    """Asks by Responses; where there is no such thing, the same by Chat Completions.

    Nothing is asked before there is something to ask: a worker starts whether its model server is up or not.
    """

    def __init__(self, responses: LanguageModel, chat: LanguageModel) -> None:
        self._responses = responses
        self._chat = chat
        self._spoken: LanguageModel | None = None

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
        """The reply by the API that the server speaks. Raises GatewayError, see the port."""

        def by(model: LanguageModel) -> ModelReply:
            try:
                reply = model.ask(
                    purpose=purpose, instructions=instructions, payload=payload, schema=schema,
                    prompt_version=prompt_version, marker=marker,
                )  # fmt: skip
            except GatewayError as error:
                # A model that said something unusable has said it by this API.
                if error.trouble is Trouble.OUTPUT:
                    self._settle(model)
                raise
            self._settle(model)
            return reply

        if self._spoken is not None:
            return by(self._spoken)
        try:
            return by(self._responses)
        except GatewayError as error:
            if error.code not in _NOT_SPOKEN:
                raise
        return by(self._chat)

    def _settle(self, model: LanguageModel) -> None:
        if self._spoken is None:
            self._spoken = model
            _log.info("model.api_found", api="chat" if model is self._chat else "responses")
