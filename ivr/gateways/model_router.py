"""One language model in front of several: each purpose has its own."""

from collections.abc import Mapping
from typing import Any

from ivr.gateways.ports import GatewayError, LanguageModel, ModelReply, Trouble


class RoutedLanguageModel:
    """Asks ``by_purpose``, for all other purposes ``others``; ``missing`` says what to do where there is neither."""

    def __init__(self, by_purpose: Mapping[str, LanguageModel], others: LanguageModel | None, missing: str) -> None:
        self._by_purpose = dict(by_purpose)
        self._others = others
        self._missing = missing

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
        """The reply of the purpose's model. Raises GatewayError; code "not_offered" when no model does this."""
        model = self._by_purpose.get(purpose, self._others)
        if model is None:
            raise GatewayError(self._missing, trouble=Trouble.CONFIGURATION, code="not_offered")
        return model.ask(
            purpose=purpose, instructions=instructions, payload=payload, schema=schema,
            prompt_version=prompt_version, marker=marker,
        )  # fmt: skip
