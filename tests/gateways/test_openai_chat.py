"""Model servers that are not quite OpenAI: Chat Completions only, no JSON schemas, or schemas that nobody keeps to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ivr.gateways.openai_auto_model import AutoLanguageModel
from ivr.gateways.openai_chat_model import ChatLanguageModel
from ivr.gateways.openai_client import OpenAIClient
from ivr.gateways.openai_language_model import OpenAILanguageModel
from ivr.gateways.ports import GatewayError, LanguageModel, ModelReply, Trouble
from tests.gateways.doubles import KEY, Double, running, served
from tests.gateways.test_openai import NARRATIVE, PAYLOAD


@pytest.fixture(scope="module")
def whole() -> Iterator[Double]:
    with running() as double:
        yield double


@pytest.fixture(scope="module")
def bare() -> Iterator[Double]:
    """A server with Chat Completions and JSON mode, and nothing else."""
    with running("responses", "json_schema") as double:
        yield double


@pytest.fixture
def double(whole: Double) -> Double:
    whole.forget()
    return whole


@pytest.fixture
def poor(bare: Double) -> Double:
    bare.forget()
    return bare


@pytest.fixture
def connect() -> Iterator[Callable[..., OpenAIClient]]:
    made: list[OpenAIClient] = []

    def make(url: str, simulated: bool = True) -> OpenAIClient:
        made.append(OpenAIClient(api_key=KEY, base_url=f"{url}/v1", total_s=10, simulated=simulated))
        return made[-1]

    yield make
    for client in made:
        client.close()


def ask(model: LanguageModel, **changes: Any) -> ModelReply:
    asked: dict[str, Any] = {
        "purpose": "interview_narrative", "instructions": "Write JSON about the answers.", "payload": PAYLOAD,
        "schema": NARRATIVE, "prompt_version": "narrative@1", "marker": "0a1b2c3d",
    }  # fmt: skip
    return model.ask(**(asked | changes))


def refused(model: LanguageModel, **changes: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        ask(model, **changes)
    return caught.value


def auto(client: OpenAIClient) -> AutoLanguageModel:
    return AutoLanguageModel(OpenAILanguageModel(client, "gpt-6-luna"), ChatLanguageModel(client, "gpt-6-luna"))


# --- chat completions --------------------------------------------------------------------------------------------


def test_a_question_by_chat_brings_the_object_and_what_it_cost(double: Double, connect: Any) -> None:
    reply = ask(ChatLanguageModel(connect(double.url), "gpt-6-luna"))
    assert set(reply.content) == set(NARRATIVE["required"])
    call = reply.call
    assert (call.purpose, call.prompt_version, call.simulated) == ("interview_narrative", "narrative@1", True)
    assert call.model == "demo-gpt-6-luna" and call.request_id.startswith("req_")
    assert call.input_tokens > 50 and call.output_tokens > 10
    assert json.loads(call.reply) == reply.content
    assert call.request == {"instructions": "Write JSON about the answers.", "payload": PAYLOAD}
    assert double.violations() == []


def test_a_chat_request_keeps_rules_and_data_apart(double: Double, connect: Any) -> None:
    ask(ChatLanguageModel(connect(double.url), "gpt-6-luna"))
    [body] = double.bodies()
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["strict"] is True
    rules, asked = body["messages"]
    assert (rules["role"], asked["role"]) == ("system", "user")
    assert rules["content"].startswith("Write JSON about the answers.\n\nThe word CANARY-")
    opening, data, closing = asked["content"].split("\n")
    assert (opening, closing) == ("<<<DATA-0a1b2c3d", "DATA-0a1b2c3d>>>")
    assert json.loads(data) == PAYLOAD
    assert set(body) == {"model", "messages", "response_format"}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "refusal"}, "refusal"),
        ({"kind": "truncated_json"}, "truncated"),
        ({"kind": "malformed_json"}, "malformed"),
        ({"kind": "lie", "lies": ["canary_leak"]}, "canary"),
    ],
)
def test_an_unusable_chat_reply_is_told_apart_and_keeps_its_cost(
    double: Double, connect: Any, fault: dict[str, Any], code: str
) -> None:
    double.fault(**fault)
    error = refused(ChatLanguageModel(connect(double.url), "gpt-6-luna"))
    assert (error.trouble, error.code) == (Trouble.OUTPUT, code)
    assert error.call is not None and error.call.output_tokens > 0
    if code == "canary":
        rules = double.bodies()[0]["messages"][0]["content"]
        assert rules.split("CANARY-")[1].split(" ")[0] not in error.call.reply


@pytest.mark.parametrize(
    ("status", "code", "trouble", "ours"),
    [
        (401, None, Trouble.CONFIGURATION, "credentials"),
        (404, "model_not_found", Trouble.CONFIGURATION, "model_not_found"),
        (400, "context_length_exceeded", Trouble.SUBJECT, "context_length_exceeded"),
        (429, "insufficient_quota", Trouble.CONFIGURATION, "quota"),
        (429, "rate_limit_exceeded", Trouble.RETRY, "rate_limited"),
        (503, None, Trouble.RETRY, "unavailable"),
    ],
)
def test_a_chat_refusal_says_who_can_end_it_and_is_not_asked_again(
    double: Double, connect: Any, status: int, code: str | None, trouble: Trouble, ours: str
) -> None:
    double.fault(kind="status", status=status, code=code, times=None)
    error = refused(ChatLanguageModel(connect(double.url), "gpt-6-luna"))
    assert (error.trouble, error.code) == (trouble, ours)
    assert len(double.requests()) == 1


# --- servers without JSON schemas --------------------------------------------------------------------------------


def forms(double: Double) -> list[str]:
    return [
        (body.get("response_format") or body.get("text", {}).get("format"))["type"] for body in double.bodies()
    ]


def test_a_server_that_refuses_a_schema_gets_json_mode_and_is_remembered(poor: Double, connect: Any) -> None:
    model = ChatLanguageModel(connect(poor.url), "gpt-6-luna")
    for _ in range(2):
        assert set(ask(model).content) == set(NARRATIVE["required"])
    assert forms(poor) == ["json_schema", "json_object", "json_object"]
    rules, said = (message["content"] for message in poor.bodies()[1]["messages"])
    assert said.startswith("The data, as JSON:\n<<<DATA-0a1b2c3d\n")
    told = rules.split("named interview_narrative:\n")[1].split("\n")[0]
    assert json.loads(told) == NARRATIVE
    assert rules.startswith("Write JSON about the answers.")
    # what is stored as the request is what we asked, not how this server had to be told
    assert "schema" not in json.dumps(ask(model).call.request)


def test_the_responses_api_without_schemas_gets_json_mode_as_well(connect: Any) -> None:
    with running("json_schema") as double:
        model = OpenAILanguageModel(connect(double.url), "gpt-6-luna")
        for _ in range(2):
            assert set(ask(model).content) == set(NARRATIVE["required"])
        assert forms(double) == ["json_schema", "json_object", "json_object"]
        said = double.bodies()[1]["input"][0]["content"].split("\n")
        assert said[0] == "The data, as JSON:" and json.loads(said[2]) == PAYLOAD
        assert double.violations() == []


def test_a_text_that_is_refused_either_way_teaches_nothing(double: Double, connect: Any) -> None:
    model = ChatLanguageModel(connect(double.url), "gpt-6-luna")
    codes = ("odd_text", "odd_in_another_way")
    double.door("PUT", "faults", [{"kind": "status", "status": 400, "code": code} for code in codes])
    error = refused(model)
    assert (error.trouble, error.code) == (Trouble.SUBJECT, "odd_text")
    assert set(ask(model).content) == set(NARRATIVE["required"])
    assert forms(double) == ["json_schema", "json_object", "json_schema"]


def test_a_server_that_is_busy_at_the_second_try_is_asked_later(double: Double, connect: Any) -> None:
    model = ChatLanguageModel(connect(double.url), "gpt-6-luna")
    double.door("PUT", "faults", [{"kind": "status", "status": 400, "code": "x"}, {"kind": "status", "status": 503}])
    assert refused(model).trouble is Trouble.RETRY
    assert forms(double) == ["json_schema", "json_object"]
    ask(model)
    assert forms(double)[-1] == "json_schema"


@pytest.mark.parametrize(("fault", "is_refused"), [("malformed_json", True), ("wrong_schema", False)])
def test_a_server_that_does_not_keep_to_the_schema_gets_it_in_words(
    double: Double, connect: Any, fault: str, is_refused: bool
) -> None:
    """The reply itself is for its reader to judge; what changes is how the next is asked for."""
    model = ChatLanguageModel(connect(double.url), "gpt-6-luna")
    double.fault(kind=fault)
    if is_refused:
        assert refused(model).code == "malformed"
    else:
        assert ask(model).content == {"result": "fine", "items": [1, 2, 3]}
    ask(model)
    first, second = (body["messages"][0]["content"] for body in double.bodies())
    assert "JSON schema" not in first and "fits this JSON schema, named interview_narrative:" in second
    assert forms(double) == ["json_schema", "json_schema"]


# --- which API ---------------------------------------------------------------------------------------------------


def paths(double: Double) -> list[str]:
    return [seen["path"] for seen in double.requests()]


def test_auto_takes_responses_where_there_is_one(double: Double, connect: Any) -> None:
    model = auto(connect(double.url))
    assert paths(double) == [], "nothing is asked before there is something to ask"
    for _ in range(2):
        ask(model)
    assert paths(double) == ["/v1/responses", "/v1/responses"]


def test_auto_finds_chat_and_remembers_it(poor: Double, connect: Any) -> None:
    model = auto(connect(poor.url))
    for _ in range(2):
        assert set(ask(model).content) == set(NARRATIVE["required"])
    assert paths(poor) == ["/v1/responses", *["/v1/chat/completions"] * 3]
    assert forms(poor)[1:] == ["json_schema", "json_object", "json_object"]


def test_auto_learns_nothing_from_an_outage(double: Double, connect: Any) -> None:
    model = auto(connect(double.url))
    double.fault(kind="status", status=503)
    assert refused(model).trouble is Trouble.RETRY
    ask(model)
    assert paths(double) == ["/v1/responses", "/v1/responses"]


def test_auto_learns_from_an_unusable_reply_too(poor: Double, connect: Any) -> None:
    model = auto(connect(poor.url))
    poor.fault(kind="refusal", times=1)
    assert refused(model).code == "refusal"
    ask(model)
    assert paths(poor).count("/v1/responses") == 1


def test_an_unknown_model_is_an_unknown_model_whatever_the_api(double: Double, connect: Any) -> None:
    double.fault(kind="status", status=404, times=None)
    error = refused(auto(connect(double.url)))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "model_not_found")
    assert len(double.requests()) == 1


# --- replies as other servers write them -------------------------------------------------------------------------


GOOD = {"summary": "s", "strengths": [], "improvements": [], "next_steps": [], "recommended_topics": []}


@pytest.fixture
def speaker() -> Iterator[Any]:
    """A server that answers each POST with what the test laid out: ``speaker.says = {...}``."""

    class Speaker(BaseHTTPRequestHandler):
        says: Any = {}
        seen: list[str] = []

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            Speaker.seen.append(self.path)
            body = json.dumps(Speaker.says).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    Speaker.seen = []
    with served(ThreadingHTTPServer(("127.0.0.1", 0), Speaker)) as double:
        Speaker.url = double.url  # type: ignore[attr-defined]
        yield Speaker


def said(content: Any, **message: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": content} | message, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=2)}\n```",
        f"<think>A short one {{will}} do.</think>\n\n{json.dumps(GOOD)}",
        [{"type": "thinking", "thinking": []}, {"type": "text", "text": json.dumps(GOOD)}],
    ],
    ids=["plain", "fence", "reasoning", "parts"],
)
def test_what_servers_leave_around_the_object_is_taken_off(speaker: Any, connect: Any, content: Any) -> None:
    speaker.says = said(content)
    reply = ask(ChatLanguageModel(connect(speaker.url, False), "local"))
    assert reply.content == GOOD
    # no usage and no model in the reply: nothing is invented
    assert (reply.call.model, reply.call.input_tokens, reply.call.simulated) == ("local", 0, False)


@pytest.mark.parametrize("content", [None, "", "I think so.", "[1, 2]", '{"summary": NaN}', "```json\n{}\n``` or so"])
def test_what_is_no_object_is_never_made_one(speaker: Any, connect: Any, content: Any) -> None:
    speaker.says = said(content)
    error = refused(ChatLanguageModel(connect(speaker.url, False), "local"))
    assert (error.trouble, error.code) == (Trouble.OUTPUT, "malformed")


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": None}, {"error": "Unexpected endpoint"}])
def test_a_body_without_a_choice_is_tried_later(speaker: Any, connect: Any, body: Any) -> None:
    speaker.says = body
    error = refused(ChatLanguageModel(connect(speaker.url, False), "local"))
    assert (error.trouble, error.code) == (Trouble.RETRY, "bad_envelope")


def test_auto_leaves_a_server_that_answers_responses_with_something_else(speaker: Any, connect: Any) -> None:
    speaker.says = said(json.dumps(GOOD))
    assert ask(auto(connect(speaker.url, False))).content == GOOD
    assert speaker.seen == ["/v1/responses", "/v1/chat/completions"]
