"""What the log may say: ids, routes, masked numbers; never a secret, a whole number or somebody's words."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from ivr.logs import GONE, Redactor, setup_logging
from ivr.settings import Settings
from tests.api.conftest import make_settings

NUMBER = "+14155550123"
WORDS = "I led the night shift at Mercy"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**structured)
    structlog.contextvars.clear_contextvars()


def settings_for_logs(**more: Any) -> Settings:
    return make_settings(
        openai_api_key="sk-canary-0123456789",
        metrics_token="canary-of-the-scraper",
        redis_url="redis://:canary-redis-password@localhost:6379/0",
        **more,
    )


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    setup_logging(settings_for_logs(), stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_event_a_line_with_its_ids(stream: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("viva.test").info("call placed", call_id="c-1", attempt=2)
    logging.getLogger("some.library").warning("slow: %s\nsecond line", 3, extra={"shard": 7})
    first, second = lines(stream)
    assert {"event": "call placed", "call_id": "c-1", "attempt": 2, "request_id": "r-1", "level": "info",
            "logger": "viva.test"}.items() <= first.items()  # fmt: skip
    assert first["timestamp"].endswith("Z")
    assert {"event": "slow: 3\nsecond line", "shard": 7, "request_id": "r-1"}.items() <= second.items()


def test_the_canaries_stay_out(stream: io.StringIO) -> None:
    """Every secret of the settings, every form of key, a number and an answer, by every road into the log."""
    secrets = [
        "test-secret-key-of-the-session", "test-auth-token-of-the-carrier", "the-first-key-of-all-0123456789",
        "sk-canary-0123456789", "canary-of-the-scraper", "canary-redis-password",
        "vv_canary0123456789abcdef", "canary-bearer-token", "canary-in-query", "canary-header", "canary-password",
    ]  # fmt: skip
    log = structlog.get_logger("viva.test")
    library = logging.getLogger("some.library")
    for secret in secrets[:7]:
        log.info("using %s", secret, detail={"deep": [secret, {"deeper": f"x{secret}y"}]})
        library.warning("header %s", secret)
        try:
            raise RuntimeError(f"refused {secret}")
        except RuntimeError:
            log.exception("failed")
            library.exception("failed too")
    headers = {"Authorization": "canary-header", "X-API-Key": "canary-header"}
    log.info("sent", headers=headers, auth_token="canary-header")
    log.info("Authorization: Bearer canary-bearer-token")
    log.info("GET /api/v1/me?api_key=canary-in-query&x=1")
    log.info("connecting to postgresql://viva:canary-password@db/viva")
    log.info("answer", transcript=WORDS, text=WORDS, body=WORDS, data={"resume_text": WORDS, "quotes": [WORDS]})
    log.info("dialling %s", NUMBER, to=NUMBER, numbers=[NUMBER, "+44 7700 900123"], data={NUMBER: "seen"})
    library.warning("to %s", NUMBER)
    text = stream.getvalue()
    for secret in [*secrets, WORDS, NUMBER, "4155550123", "7700 900123"]:
        assert secret not in text, secret
    assert "+******0123" in text and GONE in text and "Traceback" in text


def test_values_in_messages_of_libraries_stay_out(stream: io.StringIO) -> None:
    from sqlalchemy import create_engine, text

    class Person(BaseModel):
        age: int

    log = structlog.get_logger("viva.test")
    try:
        Person.model_validate({"age": WORDS})
    except ValidationError:
        log.exception("bad reply")
    with create_engine("sqlite://").connect() as connection:
        try:
            connection.execute(text("SELECT * FROM missing WHERE name = :name"), {"name": WORDS})
        except Exception:
            log.exception("bad query")
    assert WORDS not in stream.getvalue() and len(lines(stream)) == 2


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-03-02T10:00:00Z", "11111111-2222-4333-8444-555555555555", "CA0123456789abcdef0123456789abcdef",
        "duration 12345678 ms", "version 1.2.3", "/api/v1/jobs/<uuid:job_id>", "10.0.0.1:54321", "+1******0123",
    ],
)  # fmt: skip
def test_what_operators_need_stays(harmless: str) -> None:
    assert Redactor().text(harmless) == harmless


def test_counts_whose_names_sound_like_secrets_stay() -> None:
    event = {"event": "asked", "input_tokens": 12, "key_id": "k-1", "cached_tokens": 0, "token": "t-1"}
    assert Redactor()(None, "info", dict(event)) == {**event, "token": GONE}


def test_objects_are_bounded(stream: io.StringIO) -> None:
    nested: dict[str, Any] = {}
    nested["self"] = nested
    structlog.get_logger("viva.test").info("loop", data=nested, raw=b"\x00" * 100, kind=ValueError)
    (line,) = lines(stream)
    assert line["raw"] == "[100 bytes]" and "ValueError" in line["kind"]


def test_the_console_is_redacted_too() -> None:
    stream = io.StringIO()
    setup_logging(settings_for_logs(log_format="console"), stream)
    structlog.get_logger("viva.test").info("dialling", to=NUMBER, transcript=WORDS)
    assert "dialling" in stream.getvalue() and NUMBER not in stream.getvalue() and WORDS not in stream.getvalue()


def test_the_level_is_kept() -> None:
    stream = io.StringIO()
    setup_logging(settings_for_logs(log_level="warning"), stream)
    structlog.get_logger("viva.test").info("quiet")
    logging.getLogger("viva.other").info("quiet")
    structlog.get_logger("viva.test").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]
