"""Vectors from the OpenAI double over real HTTP, and from servers whose reply is none."""

import base64
import json
import struct
from typing import Any

import pytest

from interview.passages import floats_of, nearest
from ivr.gateways.openai_client import Reply
from ivr.gateways.openai_embedder import OpenAIEmbedder
from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.prices import cost_usd
from tests.gateways.test_openai import Double
from tests.gateways.test_openai import double as double
from tests.gateways.test_openai import make_client as make_client
from tests.gateways.test_openai import running_double as running_double

TEXTS = ["parking: Parking is free for cars.", "pay: The pay is 14 euros an hour."]


def embedder(client: Any) -> OpenAIEmbedder:
    return OpenAIEmbedder(client, "text-embedding-3-small")


def floats(vector: str) -> tuple[float, ...]:
    return floats_of(base64.b64decode(vector))


def packed(*numbers: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def test_one_request_brings_a_vector_for_each_text_in_order(double: Double, make_client: Any) -> None:
    reply = embedder(make_client(double.url)).embed([*TEXTS, "Is parking free?"])
    one, other, question = map(floats, reply.content)
    assert len(one) == len(other) == 1536
    best = nearest(question, [other, one])
    assert best is not None and best[0] == 1 and best[1] > 0.5
    [seen] = double.requests()
    body = json.loads(seen["body"])
    assert (body["model"], body["encoding_format"], len(body["input"])) == ("text-embedding-3-small", "base64", 3)
    call = reply.call
    assert call.purpose == "embedding" and call.simulated and call.model == "demo-text-embedding-3-small"
    assert call.input_tokens > 0 and call.output_tokens == 0
    assert call.request == {"texts": body["input"]}
    assert cost_usd(call) is not None


def test_what_is_hidden_in_a_text_is_not_sent(double: Double, make_client: Any) -> None:
    embedder(make_client(double.url)).embed(["Is \u202e\u200bparking free?", "x" * 7000])
    [seen] = double.requests()
    assert json.loads(seen["body"])["input"] == ["Is parking free?", "x" * 6000]


@pytest.mark.parametrize(
    ("rule", "trouble"),
    [
        ({"kind": "status", "status": 503}, Trouble.RETRY),
        ({"kind": "status", "status": 429}, Trouble.RETRY),
        ({"kind": "status", "status": 401}, Trouble.CONFIGURATION),
        ({"kind": "status", "status": 404}, Trouble.CONFIGURATION),
        ({"kind": "truncated_json"}, Trouble.RETRY),
        ({"kind": "malformed_json"}, Trouble.RETRY),
        ({"kind": "wrong_schema"}, Trouble.RETRY),
        ({"kind": "reset"}, Trouble.RETRY),
        ({"kind": "hang", "seconds": 2.0}, Trouble.RETRY),
    ],
)
def test_what_goes_wrong_is_sorted(double: Double, make_client: Any, rule: dict[str, Any], trouble: Trouble) -> None:
    double.fault(purpose="embedding", **rule)
    with pytest.raises(GatewayError) as caught:
        embedder(make_client(double.url, total_s=0.5 if rule["kind"] == "hang" else 10.0)).embed(TEXTS)
    assert caught.value.trouble is trouble


class _Says:
    """A client whose server answers with this body."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def call(self, make: Any) -> Reply:
        return Reply({"data": self._data, "model": "m", "usage": {}}, "req", 1, False)


def test_the_index_counts_and_not_the_order() -> None:
    data = [{"index": 1, "embedding": packed(2.0)}, {"index": 0, "embedding": packed(1.0)}]
    assert [floats(one) for one in embedder(_Says(data)).embed(TEXTS).content] == [(1.0,), (2.0,)]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        [{"index": 0, "embedding": packed(1.0)}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 2, "embedding": packed(1.0)}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 1, "embedding": packed(1.0, 2.0)}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 1, "embedding": [1.0]}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 1, "embedding": packed(0.0)}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 1, "embedding": packed(float("nan"))}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 1, "embedding": "no base64!"}],
        [{"index": 0, "embedding": packed(1.0)}, {"index": 1, "embedding": base64.b64encode(b"abc").decode()}],
    ],
)
def test_half_a_reply_is_none(data: Any) -> None:
    with pytest.raises(GatewayError) as caught:
        embedder(_Says(data)).embed(TEXTS)
    assert (caught.value.trouble, caught.value.code) == (Trouble.RETRY, "bad_envelope")
