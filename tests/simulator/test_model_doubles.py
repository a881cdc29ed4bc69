"""The OpenAI double as a server that lacks something, and the double of a model server of one's own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from scripts.simulator.model_server.server import make_server
from tests.gateways.doubles import KEY, Double, running, served
from tests.simulator.test_openai_double_api import DATA, SCHEMAS, block

ROOT = Path(__file__).parents[2]
STRICT = {"name": "answer_rating", "schema": SCHEMAS["answer_rating"], "strict": True}


def sdk(double: Double) -> openai.OpenAI:
    return openai.OpenAI(api_key=KEY, base_url=f"{double.url}/v1", max_retries=0)


def chat(double: Double, rules: str, form: Any, word: str = "") -> Any:
    return sdk(double).chat.completions.create(
        model="gpt", response_format=form,
        messages=[
            {"role": "system", "content": rules}, {"role": "user", "content": word + block(DATA["answer_rating"])},
        ],
    )  # fmt: skip


def told() -> str:
    schema = json.dumps(SCHEMAS["answer_rating"])
    return f"Rules.\n\nYour reply fits this JSON schema, named answer_rating:\n{schema}\n\nMore."


def test_a_server_without_responses_has_no_such_address() -> None:
    with running("responses") as double:
        with pytest.raises(openai.NotFoundError):
            sdk(double).responses.create(model="gpt", input="x")
        assert chat(double, "Rules", {"type": "json_schema", "json_schema": STRICT}).choices[0].message.content


def test_a_server_without_schemas_refuses_them_and_has_json_mode() -> None:
    with running("json_schema") as double:
        with pytest.raises(openai.BadRequestError):
            chat(double, told(), {"type": "json_schema", "json_schema": STRICT})
        answer = chat(double, told(), {"type": "json_object"})
        assert json.loads(answer.choices[0].message.content or "")["criteria"][0]["rating"] == 5
        assert [seen["purpose"] for seen in double.requests()] == ["answer_rating"] * 2
        assert double.violations() == [], "what it was told to lack is no breach of the contract"


def test_json_mode_needs_its_word_and_its_schema() -> None:
    with running() as double:
        for rules in ("Rules.", "Rules about JSON."):
            with pytest.raises(openai.BadRequestError):
                chat(double, rules, {"type": "json_object"})
        with pytest.raises(openai.BadRequestError, match="must contain the word"):
            sdk(double).responses.create(
                model="gpt", instructions=told(), input=block(DATA["answer_rating"]),
                text={"format": {"type": "json_object"}},
            )  # fmt: skip
        assert len(double.violations()) == 3


# --- the model server --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own() -> Iterator[Double]:
    with served(make_server(0, "secret")) as double:
        yield double


def request_body(**changes: Any) -> dict[str, Any]:
    data = DATA["answer_rating"]
    return {
        "format": 1, "purpose": "answer_rating", "model": {"name": "m", "version": "1"}, "prompt_version": "p@1",
        "instructions": "Rate.", "output_schema": SCHEMAS["answer_rating"], "marker": "0a",
        "input": {"follow_up": None, **data},
    } | changes  # fmt: skip


def post(url: str, body: Any, key: str = "secret") -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310
        url, json.dumps(body).encode(), {"Authorization": f"Bearer {key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_the_model_server_refuses_what_breaks_its_form(own: Double) -> None:
    own.forget()
    address = f"{own.url}/evaluate-response"
    assert post(address, request_body(), key="wrong")[0] == 401
    assert own.violations() == []
    for path, body in (
        ("/evaluate-response", {}),
        ("/evaluate-response", request_body(extra=1)),
        ("/evaluate-response", request_body(format=2)),
        ("/generate-questions", request_body()),
        ("/evaluate-response", request_body(input={"transcript": "x", "name": "Anna"})),
    ):
        status, answer = post(f"{own.url}{path}", body)
        assert (status, answer["error"]["code"]) == (400, "invalid_request")
    assert post(f"{own.url}/elsewhere", request_body())[0] == 404
    assert len(own.violations()) == 6


def test_the_model_server_runs_by_itself() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.simulator.model_server", "--api-key", "secret"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().strip().rpartition(" ")[2]
    assert post(f"{url}/evaluate-response", request_body(), key="wrong")[0] == 401
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_the_openai_double_is_told_on_the_command_line_what_it_lacks() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.simulator.openai_double", "--without", "responses"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().strip().rpartition(" ")[2]
    assert post(f"{url}/responses", {"model": "gpt", "input": "x"})[0] == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
