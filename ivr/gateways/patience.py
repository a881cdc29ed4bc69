"""How long a model server wants to be left alone, and a memory of it for all threads of the process."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from ivr.gateways.ports import GatewayError, Trouble

LONGEST_WAIT_S = 600.0
# Go's way to write a duration, as in "6m0s" or "17ms": https://platform.openai.com/docs/guides/rate-limits#headers
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|h|m|s)")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LIMITS = ("requests", "tokens")

T = TypeVar("T")


class Patience:
    """Keeps everybody from one server, or one model on it, for as long as it asked for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0

    def keep(self, ask: Callable[[], T]) -> T:
        """What ``ask`` brings, unless the server still wants to be left alone; then GatewayError, and nothing is sent.

        A failure of ``ask`` that says how long to wait is remembered.
        """
        with self._lock:
            left_s = self._until - self._clock()
        if left_s > 0:
            raise GatewayError(
                f"The model server asked for patience; {left_s:.0f} seconds are left.",
                trouble=Trouble.RETRY,
                code="rate_limited",
                retry_after_s=left_s,
            )
        try:
            return ask()
        except GatewayError as error:
            if error.retryable and error.retry_after_s:
                with self._lock:
                    self._until = max(self._until, self._clock() + error.retry_after_s)
            raise


def wait_asked_for_s(headers: Mapping[str, str]) -> float | None:
    """The seconds that a refusal's headers ask to wait, at most ten minutes; None when they do not say.

    Retry-After counts first; else the resets of the limits that are used up, or of all if none is said to be.
    """
    asked_s = _retry_after_s(headers)
    if asked_s is None:
        resets = {limit: _duration_s(headers.get(f"x-ratelimit-reset-{limit}", "")) for limit in _LIMITS}
        known = {limit: wait_s for limit, wait_s in resets.items() if wait_s is not None}
        used_up = [known[limit] for limit in known if headers.get(f"x-ratelimit-remaining-{limit}") == "0"]
        asked_s = max(used_up or known.values(), default=None)
    return None if asked_s is None else min(max(asked_s, 0.0), LONGEST_WAIT_S)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds or a date, https://www.rfc-editor.org/rfc/rfc9110#name-retry-after; OpenAI has milliseconds, too."""
    written = headers.get("retry-after", "")
    try:
        milliseconds = headers.get("retry-after-ms")
        if milliseconds is not None:
            return float(milliseconds) / 1000
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", written):
            return float(written)
        return (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None


def _duration_s(written: str) -> float | None:
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", written):
        return float(written)
    if not re.fullmatch(rf"(?:{_PART.pattern})+", written):
        return None
    return sum(float(number) * _UNIT_S[unit] for number, unit in _PART.findall(written))
