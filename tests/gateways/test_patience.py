"""Rate limits: what headers ask for is read, kept for all threads, and nothing is sent before its time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.gateways.openai_chat_model import ChatLanguageModel
from ivr.gateways.openai_client import OpenAIClient
from ivr.gateways.patience import Patience, wait_asked_for_s
from ivr.gateways.ports import GatewayError, Trouble
from tests.gateways.doubles import KEY, Double, running
from tests.gateways.test_openai import NARRATIVE, PAYLOAD

USED_UP = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "1500"}
RESETS = {"x-ratelimit-reset-requests": "2s", "x-ratelimit-reset-tokens": "6m0s"}


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "7", **RESETS}, 7.0),
        ({"retry-after": "0"}, 0.0),
        (RESETS, 360.0),
        (USED_UP | RESETS, 2.0),
        ({"x-ratelimit-reset-tokens": "17ms"}, 0.017),
        ({"x-ratelimit-reset-tokens": "1m30.5s"}, 90.5),
        ({"x-ratelimit-reset-requests": "12"}, 12.0),
        ({"x-ratelimit-reset-requests": "2h"}, 600.0),
        ({"x-ratelimit-reset-requests": "soon"}, None),
        ({"x-ratelimit-reset-requests": "-4s"}, None),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_the_wait_that_headers_ask_for(headers: dict[str, str], wait_s: float | None) -> None:
    found = wait_asked_for_s(headers)
    assert found is None if wait_s is None else found == pytest.approx(wait_s)


def failing(wait_s: float | None, trouble: Trouble = Trouble.RETRY) -> GatewayError:
    return GatewayError("no", trouble=trouble, code="rate_limited", retry_after_s=wait_s)


def test_nobody_asks_before_the_time_is_up() -> None:
    now, asked = [100.0], []
    patience = Patience(lambda: now[0])

    def ask(error: GatewayError | None = None) -> str:
        asked.append(now[0])
        if error is not None:
            raise error
        return "fine"

    with pytest.raises(GatewayError):
        patience.keep(lambda: ask(failing(20)))
    now[0] = 112.0
    with pytest.raises(GatewayError) as caught:
        patience.keep(ask)
    assert (caught.value.trouble, caught.value.code, caught.value.retry_after_s) == (Trouble.RETRY, "rate_limited", 8.0)
    now[0] = 120.0
    assert patience.keep(ask) == "fine"
    assert asked == [100.0, 120.0]


@pytest.mark.parametrize("error", [failing(None), failing(0.0), failing(30, Trouble.CONFIGURATION)])
def test_a_failure_that_asks_for_nothing_keeps_nobody_away(error: GatewayError) -> None:
    patience = Patience(lambda: 100.0)

    def refuse() -> None:
        raise error

    with pytest.raises(GatewayError):
        patience.keep(refuse)
    assert patience.keep(lambda: "fine") == "fine"


@pytest.fixture
def double() -> Iterator[Double]:
    with running() as started:
        yield started


def test_one_model_s_limit_is_kept_and_is_not_another_s(double: Double) -> None:
    client = OpenAIClient(api_key=KEY, base_url=f"{double.url}/v1", total_s=10, simulated=True)
    limited, other = ChatLanguageModel(client, "a"), ChatLanguageModel(client, "b")
    double.fault(kind="status", status=429, headers={"x-ratelimit-reset-requests": "40s"})
    waits = []
    for _ in range(2):
        with pytest.raises(GatewayError) as caught:
            _ask(limited)
        waits.append(caught.value.retry_after_s or 0)
    assert waits[0] == 40.0 and 30 < waits[1] < 40
    assert len(double.requests()) == 1
    _ask(other)
    assert len(double.requests()) == 2
    client.close()


def _ask(model: ChatLanguageModel) -> None:
    model.ask(
        purpose="interview_narrative", instructions="Write JSON.", payload=PAYLOAD, schema=NARRATIVE,
        prompt_version="1", marker="00",
    )  # fmt: skip
