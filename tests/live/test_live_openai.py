"""Real OpenAI, for a few cents: the list of models, one small rating, one transcription. Run with -m live and a key."""

from __future__ import annotations

import datetime as dt
import io
import math
import os
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from interview.lint import check_question_text
from interview.question_check import CheckedText, Part, parse_verdicts
from ivr.gateways.openai_client import OpenAIClient
from ivr.gateways.openai_language_model import OpenAILanguageModel
from ivr.gateways.openai_transcriber import OpenAITranscriber
from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.judging import RATING_SCHEMA
from ivr.services.question_checks import CHECK_SCHEMA
from ivr.settings import OPENAI_API, Settings
from scripts.vendor_checks import check_models
from scripts.viva import load_env_file

pytestmark = pytest.mark.live

SAID = "I rolled back the release first, then I read the logs and found a missing index."
PAYLOAD = {
    "question": {
        "text": "Tell me about an outage that you handled. What did you do first?",
        "type": "behavioral",
        "key_points": [
            {"id": "k1", "text": "restores service before looking for the cause"},
            {"id": "k2", "text": "finds the cause by evidence"},
            {"id": "k3", "text": "tells the people concerned"},
        ],
        "anchors": {
            "1": "Describes no action of their own.", "2": None, "3": "Names what was done, without order or reason.",
            "4": None, "5": "Restores first, finds the cause by evidence and tells those concerned.",
        },
        "ideal_answer": "I rolled back, told the team, and then found the cause in the logs.",
    },
    "criteria": [
        {"id": "relevance", "dimension": "content", "description": "Answers the question that was asked."},
        {"id": "structure", "dimension": "communication", "description": "Tells it in an order that can be followed."},
    ],
    "transcript": SAID,
    "follow_up": None,
}  # fmt: skip


@pytest.fixture
def settings() -> Settings:
    load_env_file()
    key, base = os.environ.get("OPENAI_API_KEY"), os.environ.get("OPENAI_BASE_URL") or OPENAI_API
    if not key:
        pytest.skip("OPENAI_API_KEY is not set")
    if os.environ.get("SIMULATED") == "1":
        pytest.skip("SIMULATED=1: these tests are about the real models")
    names = {name: os.environ[name.upper()]
             for name in ("openai_model", "openai_model_checking", "openai_transcribe_model")
             if os.environ.get(name.upper())}  # fmt: skip
    # Only what concerns the models is real here; nothing of the rest is used.
    return Settings(
        secret_key="not-used-by-these-tests", webhook_base_url="https://calls.example.com",
        twilio_account_sid="AC" + "0" * 32, twilio_auth_token="not-used-by-these-tests",
        twilio_phone_number="+14155550100", openai_api_key=key, openai_base_url=base, simulated=False, **names,
    )  # fmt: skip


@pytest.fixture
def client(settings: Settings) -> Iterator[OpenAIClient]:
    assert settings.openai_api_key is not None
    made = OpenAIClient(
        api_key=settings.openai_api_key.get_secret_value(), base_url=settings.openai_base_url,
        total_s=settings.openai_timeout_s, simulated=False,
    )  # fmt: skip
    yield made
    made.close()


def hum(seconds: float = 2.0) -> bytes:
    """A WAV of 8 kHz like a telephone's, with a soft tone and not a word."""
    rate = 8_000
    samples = [round(2_000 * math.sin(2 * math.pi * 220 * n / rate)) for n in range(int(seconds * rate))]
    file = io.BytesIO()
    with wave.open(file, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(rate)
        audio.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def test_the_models_are_there_and_stay(settings):
    findings = check_models(settings, dt.datetime.now(dt.UTC).date())
    assert all(finding.is_fine for finding in findings), [one.line() for one in findings]


def test_one_small_rating(settings, client):
    prompt = load_prompt("score_answer")
    reply = OpenAILanguageModel(client, settings.openai_model).ask(
        purpose="answer_rating", instructions=prompt.text, payload=PAYLOAD, schema=RATING_SCHEMA,
        prompt_version=prompt.version, marker="0a1b2c3d",
    )  # fmt: skip
    assert not reply.call.simulated and reply.call.input_tokens > 0 and reply.call.request_id
    assert [one["id"] for one in reply.content["key_points"]] == ["k1", "k2", "k3"]
    assert {one["id"]: one["status"] for one in reply.content["key_points"]}["k3"] == "missing"
    for criterion in reply.content["criteria"]:
        assert criterion["rating"] is None or 1 <= criterion["rating"] <= 5
        assert all(quote in SAID for quote in criterion["quotes"])


def test_Q3_the_check_of_wording_catches_what_the_rules_miss(settings, client):
    """Over lines that the rules were not tuned on: they alone catch 91 % of the bad and refuse 9 % of the good."""
    bad, good = _lines("lint_bad_heldout.tsv"), _lines("lint_good_heldout.tsv")
    texts = [CheckedText(f"{number}.text", Part.TEXT, text) for number, text in enumerate([*bad, *good])]
    prompt = load_prompt("check_questions")
    reply = OpenAILanguageModel(client, settings.openai_model_checking or settings.openai_model).ask(
        purpose="question_check", instructions=prompt.text, schema=CHECK_SCHEMA, prompt_version=prompt.version,
        marker="0a1b2c3d", payload={
            "language": "en-US", "texts": [{"id": one.id, "part": "text", "text": one.text} for one in texts],
        },
    )  # fmt: skip
    refused = {one.text for one in texts if one.id in parse_verdicts(reply.content, texts)}
    missed = [text for text in bad if text not in refused and not check_question_text(text, "en-US")]
    assert len(missed) / len(bad) <= 0.05, missed
    too_many = [text for text in good if text in refused]
    assert len(too_many) / len(good) < 0.10, too_many


def _lines(name: str) -> list[str]:
    file = Path(__file__).parents[1] / "interview" / "data" / name
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.rpartition("\t")[2] for line in lines if line and not line.startswith("#")]


def test_one_transcription_of_a_wav(settings, client):
    """A hum: whether the model hears nothing or imagines a word, the bytes are taken and a text comes back."""
    reply = OpenAITranscriber(client, settings.openai_transcribe_model).transcribe(hum(), language="en-US")
    assert isinstance(reply.content, str) and not reply.call.simulated


def test_what_is_no_audio_is_the_recording_s_fault(settings, client):
    with pytest.raises(GatewayError) as caught:
        OpenAITranscriber(client, settings.openai_transcribe_model).transcribe(b"no audio at all", language="en-US")
    assert (caught.value.trouble, caught.value.code) == (Trouble.SUBJECT, "unreadable_audio")


def test_a_wrong_key_waits_for_configuration(settings):
    client = OpenAIClient(api_key="sk-wrong", base_url=settings.openai_base_url, total_s=20, simulated=False)
    with pytest.raises(GatewayError) as caught:
        OpenAITranscriber(client, settings.openai_transcribe_model).transcribe(hum(0.5), language="en-US")
    client.close()
    assert (caught.value.trouble, caught.value.code) == (Trouble.CONFIGURATION, "credentials")
