"""How a server is told what a reply must look like: by a strict JSON schema, or in words where it takes none."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from ivr.gateways.openai_client import Reply
from ivr.gateways.ports import GatewayError, Trouble

# Refusals that are about the text, about what was asked for whatever its form, or about our schema itself.
_NOT_THE_FORM = {
    "context_length_exceeded", "string_above_max_length", "content_filter", "content_policy_violation",
    "invalid_prompt", "too_large", "refused_text", "invalid_json_schema", "model_not_found", "unsupported_model",
    "not_found", "redirect", "credentials", "quota", "simulated_response",
}  # fmt: skip

_log = structlog.stdlib.get_logger(__name__)


class Shape:
    """What one model on one server takes, found out by the first requests and remembered for the process.

    ``strict``: the schema goes along as ``json_schema``; else JSON mode is asked for. ``in_words``: the schema is said
    to the model, too. Whether a reply fits is judged where it is read, and only there.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self.strict = True
        self.in_words = False

    def send(self, request: Callable[[bool, bool], Reply]) -> Reply:
        """The reply to ``request(strict, in_words)``. Raises GatewayError.

        A server that refuses the request with a schema is sent the same in JSON mode. If it takes that, the schema was
        what it refused, and it gets none any more; if not, its first refusal is the one that counts.
        """
        if not self.strict:
            return request(False, True)
        try:
            return request(True, self.in_words)
        except GatewayError as error:
            if not _may_be_the_form(error):
                raise
            refusal = error
        try:
            reply = request(False, True)
        except GatewayError as again:
            raise refusal if not again.retryable else again from None
        self.strict, self.in_words = False, True
        _log.warning("model.no_json_schema", model=self._model, why=refusal.message)
        return reply

    def saw(self, found: Mapping[str, Any] | None, schema: Mapping[str, Any]) -> None:
        """Look at what came back (None: no object at all). A server that takes a schema and does not keep to it gets
        it in words from now on; this very reply is for its reader to judge."""
        is_kept = found is not None and set(schema.get("required", ())) <= set(found)
        if not is_kept and not self.in_words:
            self.in_words = True
            _log.warning("model.schema_not_kept", model=self._model)


def _may_be_the_form(error: GatewayError) -> bool:
    """Whether it may be the way in which the shape was told that the server does not take."""
    return error.trouble in (Trouble.SUBJECT, Trouble.CONFIGURATION) and error.code not in _NOT_THE_FORM
