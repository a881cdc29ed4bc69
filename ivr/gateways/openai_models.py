"""Which models the server offers, and when one of them will be shut down."""

from datetime import date
from typing import TYPE_CHECKING, Any

from ivr.gateways.ports import GatewayError, Trouble

if TYPE_CHECKING:
    from openai import OpenAI

    from ivr.gateways.openai_client import OpenAIClient


class OpenAIModels:
    """The server's list of models; https://platform.openai.com/docs/api-reference/models/list."""

    def __init__(self, client: "OpenAIClient") -> None:
        self._client = client

    def offered(self) -> dict[str, date | None]:
        """Every model by name with its shutdown date, None while none is announced. Raises GatewayError."""

        def ask(sdk: "OpenAI") -> Any:
            return sdk.models.with_raw_response.list()

        listed = self._client.call(ask).body.get("data")
        if not isinstance(listed, list):
            sentence = "The model server's list of models is not a list."
            raise GatewayError(sentence, trouble=Trouble.OUTPUT, code="models")
        return {
            str(model["id"]): _date(model.get("shutdown_date"))
            for model in listed
            if isinstance(model, dict) and "id" in model
        }


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
