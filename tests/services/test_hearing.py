"""Q5: a question is heard before a candidate hears it: made once by a worker, kept by its text, refused in words."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from db.columns import utc_now
from db.models import ModelCallRow, OutboxRow, Scope, SpokenText
from db.unit_of_work import Database
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.gateways.openai_client import BytesReply, OpenAIClient
from ivr.gateways.openai_speaker import OpenAISpeaker, with_lengths
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.model_ledger import ModelLedger
from ivr.services.outbox import Outbox
from ivr.services.speeches import SpeechService
from scripts.simulator.audio import Utterance, render_wav, words_in_wav
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_errors import assert_problem
from tests.factories import make_job, make_organisation
from tests.fakes import FakeFileStore, FrozenClock
from tests.gateways.doubles import KEY, Double, running


@pytest.fixture(scope="module")
def double() -> Iterator[Double]:
    with running() as found:
        yield found


def client_of(double: Double) -> OpenAIClient:
    return OpenAIClient(api_key=KEY, base_url=f"{double.url}/v1", total_s=5.0, simulated=True)


def make(database_url: str, tmp_path: Path, **more: Any) -> Services:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, **more,
    )  # fmt: skip
    built = build_services(settings)
    built.access.ensure_first_key()
    return built


class Studio:
    """The API over real services, and a worker that speaks by the double."""

    def __init__(self, services: Services, double: Double) -> None:
        self.services, self.clock = services, FrozenClock(utc_now())
        self.app: Flask = create_app(services, services.settings)
        self.client = Caller(self.app, FIRST_KEY)
        organisation_id = services.access.ensure_first_key()
        self.job_id = make_job(services.database, organisation_id)
        ledger = ModelLedger(
            services.database, None, self.clock, speaker=OpenAISpeaker(client_of(double), "demo-tts"),
            speech_model_name="demo-tts",
        )  # fmt: skip
        self.speeches = SpeechService(services.database, services.store, ledger, self.clock)

    def hear(self, question: str = "q1", **more: Any) -> Any:
        return self.client.get(f"/jobs/{self.job_id}/questions/{question}/audio", **more)

    def work(self) -> None:
        self.clock.advance(seconds=60)
        outbox = Outbox(self.services.database, self.clock, owner="test", chance=lambda: 0.0)
        for claimed in outbox.claim(10):
            if claimed.kind == "speak_text":
                lease = outbox.start(claimed.outbox_id, claimed.generation)
                assert lease is not None
                outbox.run(lease, self.speeches.speak_text, self.speeches.give_up)

    def all(self, kind: Any) -> list[Any]:
        with self.services.database.read() as session:
            return list(session.query(kind).all())


@pytest.fixture
def studio(database_url: str, tmp_path: Path, double: Double) -> Iterator[Studio]:
    double.forget()
    services = make(database_url, tmp_path, openai_api_key="sk-of-this-test-0123456789")
    yield Studio(services, double)
    services.database.dispose()


def test_Q5_a_question_is_made_once_and_then_heard(studio: Studio, double: Double) -> None:
    first = studio.hear()
    assert (first.status_code, first.data) == (202, b"") and int(first.headers["Retry-After"]) >= 1
    assert studio.hear().status_code == 202
    assert len([row for row in studio.all(OutboxRow) if row.kind == "speak_text"]) == 1
    studio.work()
    heard = studio.hear()
    assert heard.status_code == 200 and heard.content_type == "audio/wav"
    (asked,) = double.bodies()
    assert words_in_wav(heard.data) == asked["input"] and "number 1" in asked["input"]
    part = studio.hear(headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    assert double.violations() == []
    (kept,) = studio.all(SpokenText)
    assert kept.simulated and "demo" in kept.model
    (row,) = studio.all(ModelCallRow)
    assert (row.purpose, row.outcome, row.simulated) == ("speech", "ok", True) and len(row.reply or "") < 100
    # the same words of another job are there already
    studio.job_id = make_job(studio.services.database, studio.services.access.ensure_first_key())
    assert studio.hear().status_code == 200


def test_Q5_without_a_model_it_is_refused_in_words(database_url: str, tmp_path: Path, double: Double) -> None:
    services = make(database_url, tmp_path)
    studio = Studio(services, double)
    problem = assert_problem(studio.hear(), 503, "speech_unavailable")
    assert "OPENAI_API_KEY" in problem["hint"] and studio.all(SpokenText) == []
    services.database.dispose()


def test_Q5_what_failed_says_why_and_is_tried_again(studio: Studio, double: Double) -> None:
    double.fault(purpose="speech", kind="status", status=401, code="invalid_api_key")
    assert studio.hear().status_code == 202
    studio.work()
    assert_problem(studio.hear(), 503, "speech_unavailable")
    studio.work()
    assert studio.hear().status_code == 200
    assert sorted(row.outcome for row in studio.all(ModelCallRow)) == ["credentials", "ok"]


def test_Q5_no_such_question_and_another_house(studio: Studio) -> None:
    assert_problem(studio.hear("q9"), 404, "not_found")
    other = make_organisation(studio.services.database)
    key = studio.services.access.create_key(Actor(other, "system", "system"), "S", [Scope.READ]).key
    stranger = Caller(studio.app, key or "")
    assert_problem(stranger.get(f"/jobs/{studio.job_id}/questions/q1/audio"), 404, "not_found")
    assert studio.all(SpokenText) == []


def test_the_document_tells_of_202(studio: Studio) -> None:
    document = studio.client.get("/openapi.json").json
    told = document["paths"]["/jobs/{job_id}/questions/{question_id}/audio"]["get"]["responses"]
    assert {"200", "202", "206", "404", "503"} <= set(told) and "Retry-After" in told["202"]["headers"]


# --- the gateway


def test_a_streamed_wav_gets_its_lengths() -> None:
    whole = render_wav(Utterance("Hello there", 1.0), "tones")
    streamed = bytearray(whole)
    struct.pack_into("<I", streamed, 4, 0xFFFFFFFF)
    at = whole.index(b"data")
    cut = streamed[: at + 8 + struct.unpack_from("<I", whole, at + 4)[0]]
    struct.pack_into("<I", cut, at + 4, 0xFFFFFFFF)
    fixed = with_lengths(bytes(cut))
    assert fixed is not None
    with wave.open(io.BytesIO(fixed)) as opened:
        assert opened.getnframes() == 8000
    assert with_lengths(b"<html>") is None and with_lengths(b"") is None


class _Page:
    def fetch(self, make: Any) -> BytesReply:
        return BytesReply(b"<html>upstream error</html>", "req", 1, False)


def test_what_is_no_sound_is_tried_again() -> None:
    with pytest.raises(GatewayError) as caught:
        OpenAISpeaker(_Page(), "tts").speak("Hello")
    assert caught.value.trouble is Trouble.RETRY
    with pytest.raises(GatewayError) as caught:
        OpenAISpeaker(_Page(), "tts").speak("a" * 5000)
    assert caught.value.trouble is Trouble.SUBJECT


def test_an_outage_is_put_off(database: Database, clock: FrozenClock) -> None:
    class Away:
        def speak(self, text: str) -> Any:
            raise GatewayError("away", trouble=Trouble.RETRY, code="503")

    organisation_id = make_organisation(database)
    with database.write() as unit:
        unit.session.add(SpokenText(organisation_id=organisation_id, text_hash="h", text="Hello", language="en",
                                    state="wanted"))  # fmt: skip
    ledger = ModelLedger(database, None, clock, speaker=Away())
    service = SpeechService(database, FakeFileStore(), ledger, clock)
    with database.read() as session:
        row = session.query(SpokenText).one()
    lease: Any = type("L", (), {"subject_id": row.id, "ended": False})()
    with pytest.raises(GatewayError):
        service.speak_text(lease)
