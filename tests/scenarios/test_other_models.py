"""A whole interview without OpenAI's own API: with a poorer server, and with a model server of one's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.simulator.model_server.server import make_server
from tests.gateways.doubles import Double, served
from tests.scenarios.house import House


@pytest.fixture(scope="module")
def own() -> Iterator[Double]:
    with served(make_server(0, "own-secret")) as double:
        yield double


@pytest.fixture(scope="module", params=["chat in JSON mode, found out", "own server"])
def module_house(
    request: pytest.FixtureRequest, house_database_url: str, redis_url: str, own: Double, tmp_path_factory: Any
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    if request.param == "own server":
        running = House(
            house_database_url, redis_url, folder, ai_model_api_endpoint=own.url, ai_model_api_key="own-secret",
            ai_model_name="demo-rater", ai_model_version="7",
        )  # fmt: skip
    else:
        running = House(
            house_database_url, redis_url, folder, model_lacks=("responses", "json_schema"), openai_api="auto"
        )
    running.start()
    yield running
    running.stop()


def test_an_interview_is_written_held_rated_and_summed_up(house: House, own: Double) -> None:
    visit = house.invite(house.job())
    house.hurry_until(lambda: visit.look()["status"] == "completed")
    assert visit.states() == ["scored"] * 3
    assert visit.seen["recommendation"] == "hire"
    house.hurry_until(lambda: visit.look()["result"]["summary"])
    is_own = house.settings.own_model is not None
    double = own if is_own else Double(house.model.base_url)
    asked = {seen["path"] for seen in double.requests() if seen["status"] == 200}
    if is_own:
        assert visit.seen["result"]["model"] == "demo-rater@7"
        assert asked == {"/generate-questions", "/evaluate-response"}
    else:
        assert visit.seen["result"]["model"] == "demo-gpt"
        assert asked >= {"/v1/chat/completions"} and "/v1/responses" not in asked
    assert own.violations() == []
