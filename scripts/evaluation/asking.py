"""Reaches the model for one row: waits when the server asks for it, and counts every call that was paid for."""

import random
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from ivr.gateways.ports import GatewayError, LanguageModel, ModelCall, ModelReply

TRIES = 6
LONGEST_WAIT_S = 60.0


class PatientAsker:
    """Asks on behalf of one row. ``calls`` are those that brought a reply, usable or not.

    The product waits by putting a task off; here the row's thread waits, the server's own ``Retry-After`` first.
    """

    def __init__(self, model: LanguageModel, pause: Callable[[float], None] = time.sleep) -> None:
        self.calls: list[ModelCall] = []
        self._model = model
        self._pause = pause

    def __call__(
        self,
        *,
        purpose: str,
        sample: int,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
    ) -> ModelReply:
        """The reply. Raises GatewayError when waiting does not help."""
        for wait_s in (*(2.0**n for n in range(TRIES - 1)), None):
            try:
                reply = self._model.ask(
                    purpose=purpose,
                    instructions=instructions,
                    payload=payload,
                    schema=schema,
                    prompt_version=prompt_version,
                    marker=secrets.token_hex(4),
                )
            except GatewayError as error:
                if error.call is not None:
                    self.calls.append(error.call)
                if not error.retryable or wait_s is None:
                    raise
                # Spread, so that threads that were refused together do not come back together.
                self._pause(min(error.retry_after_s or wait_s, LONGEST_WAIT_S) * random.uniform(1.0, 1.25))
            else:
                self.calls.append(reply.call)
                return reply
        raise AssertionError("the last try returns or raises")
