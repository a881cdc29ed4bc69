"""One careful GET for the setup check: a time limit, no redirect, no second try, and how it ended in plain words."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any

import urllib3

TIMEOUT_S = 5.0
LARGEST_REPLY = 8 * 1024 * 1024


class Unreachable(Exception):
    """No answer; the sentence says how the attempt ended."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; ``body`` is its JSON, or None when it is none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_simulated(self) -> bool:
        return self.headers.get("X-Simulated") == "1"


def fetch(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """GET without a redirect or a second try, within TIMEOUT_S. Raises Unreachable."""
    deadline = time.monotonic() + TIMEOUT_S
    try:
        with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=TIMEOUT_S)) as pool:
            reply = pool.request(
                "GET", url, headers=dict(headers or {}), redirect=False, retries=False, preload_content=False
            )
            received = bytearray()
            while chunk := reply.read1(64 * 1024):
                received += chunk
                if time.monotonic() > deadline or len(received) > LARGEST_REPLY:
                    raise Unreachable("its answer has no end")
            fields = dict(reply.headers)
    except urllib3.exceptions.SSLError:
        raise Unreachable("its certificate is not valid") from None
    except urllib3.exceptions.NameResolutionError:
        raise Unreachable("its name is not known") from None
    except urllib3.exceptions.NewConnectionError:
        raise Unreachable("nobody listens there") from None
    except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.ReadTimeoutError):
        raise Unreachable(f"there is no answer within {TIMEOUT_S:g} s") from None
    except urllib3.exceptions.HTTPError:
        raise Unreachable("the connection broke") from None
    body = None
    with suppress(JSONDecodeError, UnicodeDecodeError):
        body = loads(received)
    return Answer(reply.status, urllib3.HTTPHeaderDict(fields), body)
