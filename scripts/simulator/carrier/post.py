"""Requests that the carrier makes: signed, repeated as the URL's fragment asks, copied when a fault says so."""

from __future__ import annotations

import itertools
import queue
import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import urllib3

from .faults import NO_ANSWER
from .signature import sign


@dataclass(frozen=True, slots=True)
class Overrides:
    """Connection settings of one URL, in seconds, with Twilio's defaults and limits.

    https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    """

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})


def split_url(url: str) -> tuple[str, Overrides]:
    """The URL as it is sent and signed, and what its fragment asks for; unknown or wrong settings are ignored."""
    bare, _, fragment = url.partition("#")
    asked = dict(parse_qsl(fragment))

    def bounded(name: str, low: int, high: int, otherwise: float) -> float:
        value = asked.get(name, "")
        return min(high, max(low, int(value))) if value.isdigit() else otherwise

    policy = frozenset(part.strip().lower() for part in asked.get("rp", "ct").split(",")) & {
        "4xx",
        "5xx",
        "ct",
        "rt",
        "all",
    }
    return bare, Overrides(
        connect_s=bounded("ct", 100, 10_000, 5_000) / 1000,
        read_s=bounded("rt", 100, 15_000, 15_000) / 1000,
        total_s=bounded("tt", 100, 15_000, 15_000) / 1000,
        retries=int(bounded("rc", 0, 5, 1)),
        policy=policy or frozenset({"ct"}),
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """How one delivery ended: an HTTP status, or ``failure`` "ct" (no connection) or "rt" (no answer in time)."""

    status: int | None
    body: bytes = b""
    content_type: str = ""
    failure: str | None = None
    latency_ms: float = 0.0

    @property
    def is_ok(self) -> bool:
        """Whether the server answered with a 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def calls_for_retry(self, policy: frozenset[str]) -> bool:
        """Whether the URL's retry policy names this outcome."""
        if self.is_ok:
            return False
        outcome = self.failure or f"{self.status // 100 if self.status else 0}xx"
        return outcome in policy or "all" in policy


Note = Callable[[dict[str, Any]], None]
Trouble = Callable[[], str | int | None]


class Postman:
    """Delivers webhooks over pooled connections."""

    def __init__(self, auth_token: str) -> None:
        self._auth_token = auth_token
        self._pool = urllib3.PoolManager(num_pools=16, maxsize=64, block=False, retries=False)
        self._copies = ThreadPoolExecutor(max_workers=64, thread_name_prefix="copy")

    def deliver(
        self,
        family: str,
        method: str,
        url: str,
        params: Mapping[str, str],
        note: Note,
        copies: int = 1,
        trouble: Trouble = lambda: None,
    ) -> Reply:
        """Send a webhook, ``copies`` times at once, and wait; the first copy's reply. Each attempt is noted, and asks
        ``trouble`` what the network does to it."""
        token = str(uuid.uuid4())
        others = [
            self._copies.submit(self._deliver_one, family, method, url, params, note, token, number, trouble)
            for number in range(2, copies + 1)
        ]
        reply = self._deliver_one(family, method, url, params, note, token, 1, trouble)
        for other in others:
            other.result()
        return reply

    def get_media(self, url: str, note: Note) -> Reply:
        """Fetch the file of a Play, as often as its fragment asks."""
        return self._deliver_one("play", "GET", url, {}, note, str(uuid.uuid4()), 1)

    def _deliver_one(
        self,
        family: str,
        method: str,
        url: str,
        params: Mapping[str, str],
        note: Note,
        token: str,
        copy: int,
        trouble: Trouble = lambda: None,
    ) -> Reply:
        bare, overrides = split_url(url)
        deadline = time.monotonic() + overrides.total_s
        for attempt in itertools.count(1):
            left = max(0.1, deadline - time.monotonic())
            started_at = time.time()
            fault = trouble()
            headers = {"I-Twilio-Idempotency-Token": token}
            if fault in (None, NO_ANSWER):
                reply = self._attempt(method, bare, params, overrides, left, headers)
            if fault is not None:
                reply = _spoilt(fault)
            note(
                {
                    "family": family,
                    "method": method,
                    "url": bare,
                    "params": dict(params),
                    "attempt": attempt,
                    "copy": copy,
                    "status_code": reply.status,
                    "failure": reply.failure,
                    "injected": fault is not None,
                    "latency_ms": round(reply.latency_ms, 2),
                    "at": started_at,
                }
            )
            over = attempt > overrides.retries or time.monotonic() >= deadline
            if over or not reply.calls_for_retry(overrides.policy):
                return reply
        raise AssertionError("the loop above has no other end")

    def _attempt(
        self,
        method: str,
        url: str,
        params: Mapping[str, str],
        overrides: Overrides,
        left_s: float,
        headers: Mapping[str, str],
    ) -> Reply:
        body = None
        if method == "GET":
            if params:
                url += ("&" if urlsplit(url).query else "?") + urlencode(params)
            signature = sign(self._auth_token, url, {})
        else:
            body = urlencode(params)
            signature = sign(self._auth_token, url, params)
        sent = {
            "X-Twilio-Signature": signature,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "X-Simulated": "1",
            **headers,
        }
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        started = time.monotonic()
        try:
            timeout = urllib3.Timeout(connect=min(overrides.connect_s, left_s), read=min(overrides.read_s, left_s))
            response = self._pool.request(
                method, url, body=body, headers=sent, timeout=timeout, retries=False, redirect=False
            )
        except urllib3.exceptions.ReadTimeoutError:
            return Reply(None, failure="rt", latency_ms=(time.monotonic() - started) * 1000)
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            return Reply(None, failure="ct", latency_ms=(time.monotonic() - started) * 1000)
        return Reply(
            response.status,
            response.data,
            response.headers.get("Content-Type", ""),
            latency_ms=(time.monotonic() - started) * 1000,
        )


def _spoilt(fault: str | int) -> Reply:
    """What the carrier sees of an attempt that the network spoilt."""
    if isinstance(fault, int):
        return Reply(fault)
    return Reply(None, failure="rt" if fault == NO_ANSWER else "ct")


@dataclass(slots=True)
class Lane:
    """One family of callbacks of one call, sent one after another by a thread of its own.

    With ``shuffle`` they are kept back until the lane closes, and then leave out of order.
    """

    shuffle: bool = False
    _jobs: queue.SimpleQueue[Callable[[], None] | None] = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None

    def put(self, job: Callable[[], None]) -> None:
        """Add a job to the end of the lane."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="callbacks", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def close(self) -> None:
        """No more jobs will come; what is there is still done."""
        self._jobs.put(None)

    def join(self) -> None:
        """Wait until a closed lane is empty."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        kept: list[Callable[[], None]] = []
        while (job := self._jobs.get()) is not None:
            if self.shuffle:
                kept.append(job)
            else:
                job()
        for job in _out_of_order(kept):
            job()


def _out_of_order(jobs: list[Callable[[], None]]) -> list[Callable[[], None]]:
    mixed = random.sample(jobs, len(jobs))
    return mixed if mixed != jobs else jobs[::-1]
