"""What the double was asked and what it answered, and where either broke the contract."""

import threading
from collections import Counter, deque
from datetime import UTC, datetime
from typing import Any

_KEPT_REQUESTS = 20_000


class Ledger:
    """Every request with its answer, in order, safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[dict[str, Any]] = deque(maxlen=_KEPT_REQUESTS)
        self._violations: list[dict[str, Any]] = []
        self._in_flight = 0
        self._most_in_flight = 0

    def begin(self, method: str, path: str, headers: dict[str, str], body: str, request_id: str) -> dict[str, Any]:
        """The new entry for a request; headers keep everything but the key."""
        entry: dict[str, Any] = {
            "request_id": request_id,
            "time": datetime.now(UTC).isoformat(),
            "method": method,
            "path": path,
            "purpose": None,
            "headers": {key: value for key, value in headers.items() if key.lower() != "authorization"},
            "body": body,
            "fault": None,
            "status": None,
            "reply": None,
        }
        with self._lock:
            self._requests.append(entry)
            self._in_flight += 1
            self._most_in_flight = max(self._most_in_flight, self._in_flight)
        return entry

    def end(self, entry: dict[str, Any], status: int | None, reply: str | None) -> None:
        """Note what the request was answered; a status of None means a connection cut on purpose."""
        with self._lock:
            entry["status"], entry["reply"] = status, reply
            self._in_flight -= 1

    def violation(self, entry: dict[str, Any], direction: str, found: list[str]) -> None:
        """Note that a request or a response (``direction``) broke the contract."""
        noted = {key: entry[key] for key in ("request_id", "time", "path", "purpose")}
        with self._lock:
            self._violations.append(noted | {"direction": direction, "problems": found})

    def requests(self, purpose: str | None) -> list[dict[str, Any]]:
        """The entries so far, of one purpose when it is given."""
        with self._lock:
            return [dict(entry) for entry in self._requests if purpose in (None, entry["purpose"])]

    def violations(self) -> list[dict[str, Any]]:
        """The contract violations so far."""
        with self._lock:
            return list(self._violations)

    def counts(self) -> dict[str, Any]:
        """Requests by purpose and by status, and how many were in flight at once."""
        with self._lock:
            return {
                "total": len(self._requests),
                "by_purpose": dict(Counter(str(entry["purpose"]) for entry in self._requests)),
                "by_status": dict(Counter(str(entry["status"]) for entry in self._requests)),
                "violations": len(self._violations),
                "in_flight": self._in_flight,
                "most_in_flight": self._most_in_flight,
            }

    def clear(self) -> None:
        """Forget requests and violations; what is in flight stays counted."""
        with self._lock:
            self._requests.clear()
            self._violations.clear()
            self._most_in_flight = self._in_flight
