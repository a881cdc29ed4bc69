"""The list of models, read from the double through OpenAI's own library."""

import threading
from collections.abc import Iterator

import pytest

from ivr.gateways.openai_client import OpenAIClient
from ivr.gateways.openai_models import OpenAIModels
from scripts.simulator.openai_double.server import make_server


@pytest.fixture
def base_url() -> Iterator[str]:
    server = make_server(0, "sk-test", 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()


def test_the_models_that_are_offered_with_their_dates(base_url: str) -> None:
    client = OpenAIClient(api_key="sk-test", base_url=base_url, total_s=10, simulated=True)
    offered = OpenAIModels(client).offered()
    client.close()
    assert {"demo-gpt", "demo-transcribe"} <= set(offered)
