"""The OpenAI double's misbehaviour: each fault does what its name says, as often as it was told to."""

import json
import time
import urllib.error
from typing import Any

import openai
import pytest

from tests.simulator.test_openai_double_api import CANARY, DATA, Double, wav
from tests.simulator.test_openai_double_api import double as double  # the fixture


def rating_of(response: Any) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(response.output_text)
    return reply


@pytest.mark.parametrize(
    ("rule", "error", "code"),
    [
        ({"status": 429, "headers": {"retry-after": "1"}}, openai.RateLimitError, "rate_limit_exceeded"),
        ({"status": 429, "code": "insufficient_quota"}, openai.RateLimitError, "insufficient_quota"),
        ({"status": 401}, openai.AuthenticationError, "invalid_api_key"),
        ({"status": 403}, openai.PermissionDeniedError, "unsupported_country_region_territory"),
        ({"status": 404}, openai.NotFoundError, "model_not_found"),
        ({"status": 500}, openai.InternalServerError, "server_error"),
        ({"status": 503}, openai.InternalServerError, "server_error"),
    ],
)
def test_a_status_fault_is_openais_error_once(double: Double, rule: dict[str, Any], error: Any, code: str) -> None:
    double.fault(purpose="answer_rating", kind="status", **rule)
    with pytest.raises(error) as failed:
        double.ask("answer_rating")
    assert failed.value.code == code
    assert failed.value.response.headers.get("retry-after") == rule.get("headers", {}).get("retry-after")
    assert double.ask("answer_rating").status == "completed"


def test_a_fault_counts_down_fits_its_purpose_and_can_be_taken_back(double: Double) -> None:
    double.fault(purpose="answer_rating", times=2, kind="status", status=500)
    assert double.ask("interview_narrative").status == "completed"
    for _ in range(2):
        with pytest.raises(openai.InternalServerError):
            double.ask("answer_rating")
    assert double.ask("answer_rating").status == "completed"
    double.fault(purpose="any", times=None, kind="status", status=503)
    for purpose in DATA:
        with pytest.raises(openai.InternalServerError):
            double.ask(purpose)
    with pytest.raises(openai.InternalServerError):
        double.transcribe(wav("hello"))
    double.door("DELETE", "faults")
    assert double.transcribe(wav("hello")).text == "hello"


@pytest.mark.parametrize("kind", ["hang", "trickle"])
def test_slow_replies_run_into_the_clients_deadline(double: Double, kind: str) -> None:
    rule = {"seconds": 1.0} if kind == "hang" else {}
    double.fault(purpose="transcription", kind=kind, **rule)
    started = time.monotonic()
    if kind == "hang":
        with pytest.raises(openai.APITimeoutError):
            double.transcribe(wav("hello"), timeout_s=0.3)
    else:  # each byte comes in time, the whole does not: a read timeout alone would wait for ever
        with double.sdk.audio.transcriptions.with_streaming_response.create(
            model="m", file=("a.wav", wav("hello")), timeout=2
        ) as answer:
            chunks = answer.iter_bytes(1)
            assert [next(chunks) for _ in range(2)] == [b"{", b'"']
    assert time.monotonic() - started < 20


def test_a_reset_connection_is_a_connection_error(double: Double) -> None:
    double.fault(purpose="answer_rating", kind="reset")
    with pytest.raises(openai.APIConnectionError):
        double.ask("answer_rating")
    (entry,) = double.door("GET", "requests?purpose=answer_rating")["requests"]
    assert entry["fault"] == "reset" and entry["status"] is None


def test_truncated_malformed_and_wrong_replies(double: Double) -> None:
    double.fault(purpose="answer_rating", kind="truncated_json")
    cut = double.ask("answer_rating")
    assert cut.status == "incomplete"
    with pytest.raises(ValueError):
        json.loads(cut.output_text)
    double.fault(purpose="answer_rating", kind="malformed_json")
    with pytest.raises(ValueError):
        json.loads(double.ask("answer_rating").output_text)
    double.fault(purpose="answer_rating", kind="wrong_schema")
    assert "criteria" not in rating_of(double.ask("answer_rating"))
    double.fault(purpose="transcription", kind="malformed_json")
    raw = double.sdk.audio.transcriptions.with_raw_response.create(model="m", file=("a.wav", wav("hello")))
    assert raw.http_response.text.startswith("<html>")


def test_a_refusal_has_no_text(double: Double) -> None:
    double.fault(purpose="interview_questions", kind="refusal")
    response = double.ask("interview_questions")
    assert response.output_text == ""
    assert response.output[0].content[0].type == "refusal"
    assert double.violations() == []


def test_a_hallucination_replaces_the_transcript_only(double: Double) -> None:
    double.fault(purpose="any", kind="hallucinate", text="Thanks for watching!")
    assert double.ask("answer_rating").status == "completed"
    assert double.transcribe(wav("")).text == "Thanks for watching!"


def test_lies_about_ratings(double: Double) -> None:
    said = DATA["answer_rating"]["transcript"]

    def lie(*lies: str) -> dict[str, Any]:
        double.fault(purpose="answer_rating", kind="lie", lies=list(lies))
        return rating_of(double.ask("answer_rating"))

    assert all(quote not in said for one in lie("invented_quotes")["criteria"] for quote in one["quotes"])
    assert lie("out_of_range")["criteria"][0]["rating"] == 9
    assert [one["id"] for one in lie("missing_criteria")["criteria"]] == ["c1"]
    assert lie("unknown_key_point")["key_points"][0]["id"] == "kp-unknown"
    assert "hire" in lie("verdict_words")["criteria"][0]["reason"]
    assert CANARY in lie("canary_leak")["criteria"][0]["reason"]
    both = lie("out_of_range", "missing_criteria")["criteria"]
    assert [one["rating"] for one in both] == [9]


def test_disagreement_from_one_request_to_the_next(double: Double) -> None:
    double.fault(purpose="answer_rating", times=None, kind="lie", lies=["disagree"])
    given = [rating_of(double.ask("answer_rating"))["criteria"][0]["rating"] for _ in range(4)]
    assert sorted(given) == [1, 1, 5, 5] and given[0] != given[1]


def test_lies_about_questions_and_narratives(double: Double) -> None:
    double.fault(purpose="interview_questions", kind="lie", lies=["do_not_ask", "bad_evidence", "canary_leak"])
    question = rating_of(double.ask("interview_questions"))["questions"][0]
    assert "How old are you" in question["text"]
    assert question["job_evidence"] not in DATA["interview_questions"]["job_text"]
    assert CANARY in question["ideal_answer"]
    double.fault(purpose="interview_narrative", kind="lie", lies=["verdict_words"])
    assert "2 out of 10" in rating_of(double.ask("interview_narrative"))["summary"]


def test_lies_about_wording(double: Double) -> None:
    def said(*lies: str) -> list[dict[str, Any]]:
        if lies:
            double.fault(purpose="question_check", kind="lie", lies=list(lies))
        return list(rating_of(double.ask("question_check"))["texts"])

    assert [(one["id"], one["ok"], one["topic"]) for one in said()] == [
        ("1.text", True, None), ("1.key_points", True, None), ("2.text", False, "national_origin"),
    ]  # fmt: skip
    refused = said("refuse_harmless")[0]
    assert (refused["ok"], refused["topic"]) == (False, "age") and refused["reason"]
    assert said("unknown_text")[0]["id"] == "99.text"
    assert [one["id"] for one in said("missing_text")] == ["1.text", "1.key_points"]
    assert said("ok_with_topic")[0] | {"reason": ""} == {"id": "1.text", "reason": "", "topic": "age", "ok": True}
    assert CANARY in said("canary_leak")[0]["reason"]
    assert double.violations() == []


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "explode"},
        {"kind": "lie"},
        {"kind": "lie", "lies": ["fibs"]},
        {"kind": "status", "status": 200},
        {"kind": "hang", "times": 0},
        {"kind": "hang", "purpose": "poetry"},
        {"kind": "hang", "minutes": 3},
    ],
)
def test_a_rule_that_is_not_understood_is_refused(double: Double, rule: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        double.fault(**rule)
    assert double.door("GET", "faults")["faults"] == []


def test_faults_of_embeddings(double: Double) -> None:
    def embed() -> Any:
        return double.sdk.embeddings.with_raw_response.create(model="m", input="a text", encoding_format="float")

    double.fault(purpose="embedding", kind="status", status=503)
    with pytest.raises(openai.InternalServerError):
        embed()
    double.fault(purpose="embedding", kind="malformed_json")
    assert "html" in embed().text
    double.fault(purpose="embedding", kind="wrong_schema")
    assert json.loads(embed().text) == {"words": 1}
    double.fault(purpose="any", kind="refusal")
    assert json.loads(embed().text)["data"], "a refusal is said in words"
