"""The OpenAI double through OpenAI's own SDK: its endpoints, the contract in both directions, and its ledger."""

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel, ConfigDict

from scripts.simulator.openai_double.server import make_server

ROOT = Path(__file__).parents[2]
JOB = (ROOT / "scripts/samples/job_descriptions/04_backend_software_engineer.txt").read_text()
KEY = "sk-simulated"
CANARY = "CANARY-7f3a91"

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
TEXT_OR_NULL = {"type": ["string", "null"]}


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


SCHEMAS = {
    "interview_questions": record(
        questions=several(
            record(
                text=TEXT, competency=TEXT, type=TEXT, difficulty=TEXT, key_points=several(record(text=TEXT)),
                anchors=record(**{"1": TEXT, "2": TEXT_OR_NULL, "3": TEXT, "4": TEXT_OR_NULL, "5": TEXT}),
                ideal_answer=TEXT, knockout=FLAG, pass_rule={"type": ["string", "null"], "enum": ["yes", "no", None]},
                weight={"type": "number"}, max_seconds={"type": "integer"}, job_evidence=TEXT, skill=TEXT_OR_NULL,
                must_ask=TEXT_OR_NULL,
            )
        )
    ),
    "question_check": record(
        texts=several(record(id=TEXT, reason=TEXT, topic=TEXT_OR_NULL, ok=FLAG))
    ),
    "answer_rating": record(
        key_points=several(
            record(id=TEXT, status={"type": "string", "enum": ["covered", "partial", "missing"]}, quote=TEXT_OR_NULL)
        ),
        criteria=several(record(id=TEXT, reason=TEXT, quotes=several(TEXT), rating={"type": ["integer", "null"]})),
        off_topic=FLAG, needs_clarification=FLAG, cannot_score_reason=TEXT_OR_NULL, injection_suspected=FLAG,
    ),
    "interview_narrative": record(
        summary=TEXT, strengths=several(TEXT), improvements=several(TEXT), next_steps=several(TEXT),
        recommended_topics=several(TEXT),
    ),
}  # fmt: skip

DATA: dict[str, dict[str, Any]] = {
    "interview_questions": {
        "title": "Backend Engineer", "company": "Ledgerleaf", "language": "en", "question_count": 3,
        "interview_type": "mixed", "difficulty": "medium", "skills": [], "stack": [], "evaluation_focus": [],
        "experience_level": None, "must_ask": [], "instructions": None, "keep": [], "complaints": [], "job_text": JOB,
    },
    "question_check": {
        "language": "en",
        "texts": [
            {"id": "1.text", "part": "text", "text": "How do you keep a large API fast, and how can you tell?"},
            {"id": "1.key_points", "part": "key_points", "text": "Measures before and after\nChooses an index"},
            {"id": "2.text", "part": "text", "text": "That is an unusual last name, is it Polish?"},
        ],
    },
    "answer_rating": {
        "question": {
            "text": "How do you keep the API fast?", "type": "technical", "anchors": {"1": "a", "3": "b", "5": "c"},
            "key_points": [{"id": "k1", "text": "Measures before and after"}, {"id": "k2", "text": "Chooses an index"}],
            "ideal_answer": "I measure before and after, and I choose an index.",
        },
        "criteria": [
            {"id": "c1", "dimension": "content", "description": "relevance"},
            {"id": "c2", "dimension": "communication", "description": "clarity"},
        ],
        "transcript": "I measure before and after the change. Then I choose an index for the slow query.",
        "follow_up": None,
    },
    "interview_narrative": {
        "language": "en",
        "answers": [
            {"question": "?", "competency": "Keeping the API fast", "type": "technical",
             "ratings": [{"criterion": "c1", "rating": 5, "reason": "r", "quotes": ["q"]}], "key_points_missing": []}
        ],
    },
}  # fmt: skip


def wav(words: str | None, seconds: float = 2.0) -> bytes:
    """A WAV of silence with the words in LIST/INFO ICMT, or without that chunk."""
    sound = b"\0" * int(8000 * seconds)
    chunks = b"fmt " + struct.pack("<IHHIIHH", 16, 7, 1, 8000, 8000, 1, 8)
    chunks += b"data" + struct.pack("<I", len(sound)) + sound
    if words is not None:
        text = words.encode() + b"\0"
        entry = b"ICMT" + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
        chunks += b"LIST" + struct.pack("<I", 4 + len(entry)) + b"INFO" + entry
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@dataclass(frozen=True)
class Double:
    """The running double: the SDK pointed at it, and its own doors."""

    url: str
    sdk: OpenAI

    def ask(self, purpose: str, timeout_s: float = 10.0, **changes: Any) -> Any:
        request = {
            "model": "gpt-5",
            "instructions": f"Rules. Never repeat {CANARY}.",
            "input": [{"role": "user", "content": f"Data:\n{block(DATA[purpose])}"}],
            "text": {"format": {"type": "json_schema", "name": purpose, "schema": SCHEMAS[purpose], "strict": True}},
            "store": False,
        }
        return self.sdk.responses.create(timeout=timeout_s, **(request | changes))

    def transcribe(self, audio: bytes, timeout_s: float = 10.0, **options: Any) -> Any:
        options = {"model": "gpt-4o-transcribe"} | options
        return self.sdk.audio.transcriptions.create(
            file=("answer.wav", audio, "audio/wav"), timeout=timeout_s, **options
        )

    def door(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/simulator/{path}", data, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            assert answer.headers["X-Simulated"] == "1"
            text = answer.read()
        return json.loads(text) if text else None

    def fault(self, **rule: Any) -> None:
        self.door("PUT", "faults", [rule])

    def violations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.door("GET", "violations")["violations"]
        return found


def block(data: dict[str, Any]) -> str:
    return f"<<<DATA-0a1b2c3d\n{json.dumps(data)}\nDATA-0a1b2c3d>>>"


@pytest.fixture
def double() -> Iterator[Double]:
    server = make_server(0, KEY)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    with OpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0) as sdk:
        yield Double(url, sdk)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("purpose", list(DATA))
def test_each_purpose_answers_by_its_schema_without_violations(double: Double, purpose: str) -> None:
    response = double.ask(purpose)
    assert response.status == "completed"
    assert "demo" in response.model
    assert set(json.loads(response.output_text)) == set(SCHEMAS[purpose]["properties"])
    assert response.usage.input_tokens > 50 and response.usage.output_tokens > 10
    assert double.violations() == []


def test_every_response_says_that_it_is_simulated(double: Double) -> None:
    raw = double.sdk.models.with_raw_response.list()
    assert raw.headers["x-simulated"] == "1"
    assert raw.headers["x-request-id"].startswith("req_")
    with pytest.raises(openai.AuthenticationError) as refused:
        double.sdk.with_options(api_key="sk-wrong").models.list()
    assert refused.value.response.headers["x-simulated"] == "1"
    assert refused.value.code == "invalid_api_key"


def test_the_sdk_parses_into_a_model(double: Double) -> None:
    class interview_narrative(BaseModel):  # noqa: N801
        model_config = ConfigDict(extra="forbid")
        summary: str
        strengths: list[str]
        improvements: list[str]
        next_steps: list[str]
        recommended_topics: list[str]

    response = double.sdk.responses.parse(
        model="demo-gpt", input=block(DATA["interview_narrative"]), text_format=interview_narrative, store=False
    )
    assert response.output_parsed is not None
    assert response.output_parsed.strengths == ["Concrete points about: Keeping the API fast"]


def test_chat_completions_serve_the_same_purposes(double: Double) -> None:
    answer = double.sdk.chat.completions.create(
        model="gpt-5",
        messages=[
            {"role": "system", "content": "Rules"},
            {"role": "user", "content": block(DATA["answer_rating"])},
        ],
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "answer_rating", "schema": SCHEMAS["answer_rating"], "strict": True},
        },
    )
    assert json.loads(answer.choices[0].message.content or "")["criteria"][0]["rating"] == 5
    assert answer.choices[0].finish_reason == "stop" and answer.usage is not None
    assert double.violations() == []


def test_models_are_demo_models(double: Double) -> None:
    named = {model.id for model in double.sdk.models.list()}
    assert named == {"demo-gpt", "demo-transcribe", "demo-embedding", "demo-tts"}
    assert double.sdk.models.retrieve("gpt-5").id == "demo-gpt-5"


def test_embeddings_lie_near_where_words_are_shared(double: Double) -> None:
    texts = ["I load stable pallets", "Loading a stable pallet", "Reconcile supplier statements"]
    made = double.sdk.embeddings.create(model="text-embedding-3-small", input=texts)
    first, near, far = (item.embedding for item in made.data)
    assert len(first) == 1536 and "demo" in made.model
    assert sum(a * b for a, b in zip(first, near, strict=True)) > 0.6
    assert abs(sum(a * b for a, b in zip(first, far, strict=True))) < 0.3
    plain = double.sdk.embeddings.create(model="m", input=texts[0], encoding_format="float", dimensions=64)
    assert len(plain.data[0].embedding) == 64
    assert double.violations() == []


def test_transcription_says_what_the_recording_carries(double: Double) -> None:
    words = "Ich prüfe zuerst die Werte.  Then I call – twice."
    assert double.transcribe(wav(words)).text == words
    assert double.transcribe(wav("")).text == ""
    assert double.transcribe(wav(words), model="whisper-1", response_format="text") == f"{words}\n"
    verbose = double.transcribe(
        wav(words), model="demo-transcribe", response_format="verbose_json", timestamp_granularities=["segment"]
    )
    assert verbose.text == words and verbose.duration == 2.0 and len(verbose.segments) == 2
    assert double.violations() == []


@pytest.mark.parametrize(
    ("audio", "options", "message"),
    [
        (wav(None), {}, "no ICMT chunk"),
        (b"ID3 not a wav", {}, "not a WAV"),
        (wav("hi", seconds=0.05), {}, "too short"),
        (wav("hi"), {"response_format": "verbose_json"}, "not compatible"),
        (wav("hi"), {"model": "whisper-1", "timestamp_granularities": ["word"]}, "verbose_json"),
        (wav("hi"), {"response_format": "yaml"}, "yaml"),
        (wav("hi"), {"extra_body": {"speed": "2"}}, "Unknown parameter: 'speed'"),
    ],
)
def test_audio_that_cannot_be_known_is_an_error(
    double: Double, audio: bytes, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=message):
        double.transcribe(audio, **options)


def test_what_a_browser_recorded_says_what_somebody_told_and_nothing_else(double: Double) -> None:
    one, two, three = (wav(None, seconds=seconds) for seconds in (1.0, 2.0, 3.0))
    double.door("PUT", "words", {"texts": ["First words.", "Second words."]})
    assert [double.transcribe(audio).text for audio in (one, two, one)] == [
        "First words.", "Second words.", "First words.",
    ]  # fmt: skip
    assert double.transcribe(wav("Its own words.")).text == "Its own words."
    with pytest.raises(openai.BadRequestError, match="nobody told"):
        double.transcribe(three)


def with_schema(schema: dict[str, Any], name: str = "answer_rating", strict: bool = True) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", "name": name, "schema": schema, "strict": strict}}}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"extra_body": {"colour": "red"}}, "unknown_parameter"),
        ({"extra_body": {"text": {"format": {"type": "text"}, "loud": True}}}, "unknown_parameter"),
        ({"temperature": 9}, "invalid_value"),
        ({"input": [{"role": "narrator", "content": "x"}]}, "invalid_value"),
        ({"model": ""}, "missing_required_parameter"),
        ({"text": {"format": {"type": "text"}}}, "demo_double"),
        ({"input": "no data here"}, "demo_double"),
        ({"input": block({"transcript": "only"})}, "demo_double"),
        (with_schema(record(x=TEXT), name="poem"), "demo_double"),
        (with_schema(SCHEMAS["answer_rating"], strict=False), "demo_double"),
        (with_schema({"type": "object", "properties": {"x": TEXT}, "required": ["x"]}), "invalid_json_schema"),
        (with_schema(record(x=TEXT) | {"required": []}), "invalid_json_schema"),
        (with_schema(record(x=record(y=TEXT) | {"additionalProperties": True})), "invalid_json_schema"),
        (with_schema(record(x={"type": "string", "default": "a"})), "invalid_json_schema"),
        (with_schema(record(x={"type": "array"})), "invalid_json_schema"),
        (with_schema({"type": "array", "items": TEXT}), "invalid_json_schema"),
    ],
)
def test_requests_outside_the_contract_are_refused_and_noted(
    double: Double, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        double.ask("answer_rating", **changes)
    assert refused.value.code == code
    (noted,) = double.violations()
    assert noted["direction"] == "request" and noted["path"] == "/v1/responses"


def test_a_reply_that_cannot_fit_the_schema_sent_is_our_fault_and_noted(double: Double) -> None:
    with pytest.raises(openai.InternalServerError, match="does not fit the schema"):
        double.ask("answer_rating", **with_schema(record(verdict=TEXT)))
    assert [noted["direction"] for noted in double.violations()] == ["response"]


def test_the_token_limit_cuts_the_answer(double: Double) -> None:
    response = double.ask("interview_questions", max_output_tokens=40)
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"


def test_a_long_prefix_seen_before_is_reported_as_cached(double: Double) -> None:
    rules = "Rate by the anchors. " * 300
    first = double.ask("answer_rating", instructions=rules)
    second = double.ask("answer_rating", instructions=rules)
    cached = [one.usage.input_tokens_details.cached_tokens for one in (first, second)]
    assert cached == [0, 1024]


def test_the_ledger_shows_what_was_sent_without_the_key(double: Double) -> None:
    double.ask("answer_rating")
    double.transcribe(wav("hello there"))
    (rated,) = double.door("GET", "requests?purpose=answer_rating")["requests"]
    assert rated["path"] == "/v1/responses" and rated["status"] == 200
    assert CANARY in rated["body"] and "slow query" in rated["body"]
    assert "key_points" in rated["reply"]
    everything = json.dumps(double.door("GET", "requests"))
    assert KEY not in everything
    (heard,) = double.door("GET", "requests?purpose=transcription")["requests"]
    assert json.loads(heard["body"])["file"]["bytes"] == len(wav("hello there"))
    counts = double.door("GET", "counts")
    assert counts["by_purpose"] == {"answer_rating": 1, "transcription": 1}
    assert double.door("GET", "health")["simulated"] is True
    double.door("DELETE", "requests")
    assert double.door("GET", "counts")["total"] == 0


def test_many_requests_are_in_flight_at_once(double: Double) -> None:
    double.fault(purpose="transcription", times=None, kind="hang", seconds=0.5)
    started = time.monotonic()
    with ThreadPoolExecutor(64) as pool:
        texts = list(pool.map(lambda number: double.transcribe(wav(f"answer number {number}")).text, range(64)))
    assert texts == [f"answer number {number}" for number in range(64)]
    assert time.monotonic() - started < 30  # one after the other they would take 32
    assert double.door("GET", "counts")["most_in_flight"] > 16


def test_the_program_runs_by_itself_and_stops_when_told(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "scripts.simulator.openai_double", "--port", "0", "--port-file", str(port_file)]
    process = subprocess.Popen([*command, "--latency-ms", "50"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not port_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        url = f"http://127.0.0.1:{int(port_file.read_text())}/v1"
        with OpenAI(api_key="any", base_url=url, max_retries=0) as sdk:
            started = time.monotonic()
            heard = sdk.audio.transcriptions.create(model="demo-transcribe", file=("a.wav", wav("hello")))
            assert heard.text == "hello"
            assert time.monotonic() - started >= 0.05
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{url}/models", timeout=5)  # noqa: S310
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


def test_the_double_shares_no_code_with_the_application() -> None:
    code = (
        "import sys, scripts.simulator.openai_double.__main__\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'interview', 'db', 'ivr', 'workers', 'openai'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
