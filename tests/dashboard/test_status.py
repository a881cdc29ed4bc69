"""The page of the house's status: what runs, what is away, what waits for whom, and whether the record is whole."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select, text

from db.columns import new_id
from db.models import ModelCallRow, OutboxRow, Role
from db.repositories import watched_models
from ivr.dashboard.status_words import days_left, fault, lines_of, long, model_standing
from ivr.services.alerts import tell_of_webhook
from ivr.services.house_status import ModelStanding
from tests.dashboard.test_pages import words_of
from tests.dashboard.whole import Whole, assert_plain, counted, make_whole
from tests.factories import make_organisation

PAGE = "/status"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AWAY = "unavailable: The model server does not answer (HTTP 503)."


class LivingPulse:
    """Redis answers, and two workers have given a sign."""

    def answers(self) -> bool:
        return True

    def worker_seen(self) -> bool:
        return True

    def signs_of_life(self) -> list[float]:
        return [12.0, 3.2]


def revive(whole: Whole) -> None:
    whole.services.health._pulse = LivingPulse()


def work(whole: Whole, kind: str, organisation_id: str | None = None, **values: Any) -> str:
    """The id of an open piece of work, due a minute ago unless told otherwise."""
    now = whole.services.clock()
    given = {"due_at": now - timedelta(minutes=1), "created_at": now - timedelta(hours=1)}
    with whole.database.write() as unit:
        row = OutboxRow(
            id=new_id(), organisation_id=organisation_id or whole.organisation_id, kind=kind, subject_id=new_id(),
            **{**given, **values},
        )  # fmt: skip
        unit.session.add(row)
    return row.id


def stored(whole: Whole, work_id: str) -> OutboxRow:
    with whole.database.read() as session:
        return session.get_one(OutboxRow, work_id)


def line(whole: Whole, name: str) -> tuple[str, str]:
    """The chip and the sentence of a part of the house."""
    found = {one.name: one for one in lines_of(whole.services.house_status.look(whole.organisation_id))}[name]
    return found.label.text, found.sentence


@pytest.fixture
def with_models(sqlite_url: str, tmp_path: Path) -> Iterator[Whole]:
    made = make_whole(
        sqlite_url, tmp_path, openai_api_key="sk-test-0123456789abcdef", monthly_budget_usd=50,
        openai_model_scoring="gpt-5",
    )  # fmt: skip
    yield made
    made.database.dispose()


def test_everything_runs(with_models: Whole) -> None:
    revive(with_models)
    page = with_models.enter(Role.VIEWER).get(PAGE)
    shown = words_of(page.text)
    assert "Workers Works 2 run; last sign of life 3 seconds ago." in shown
    assert "Models Look at it Look at gpt-5, below." in shown, "our own table knows when gpt-5 ends"
    assert "Queue Works Nothing waits to be begun; none being done, none to come at a time of their own." in shown
    assert "$0.00 of $50.00" in shown and "Check the whole chain" not in shown
    assert 'hx-trigger="every 10s"' in page.text
    assert_plain(page)


def test_without_redis_the_page_comes_at_once_and_says_what_goes_on(whole: Whole) -> None:
    """A Redis that takes the connection and then says nothing is the worst of them."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        whole.services.health._pulse._url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        visitor = whole.enter(Role.VIEWER)
        visitor.get(PAGE)
        began = time.monotonic()
        page = visitor.get(PAGE)
        took_s = time.monotonic() - began
    assert page.status_code == 200 and took_s < 1.0
    shown = words_of(page.text)
    assert "Redis Down It does not answer, so no new work is begun. Nothing is lost" in shown
    assert "Workers Look at it Whether any runs cannot be told while Redis is away." in shown
    assert "2 things need a look" in shown, "that no model is set up is no trouble"


def test_a_real_redis_tells_of_workers(whole: Whole, redis_server: Any) -> None:
    whole.services.health._pulse._url = redis_server.url
    assert line(whole, "Workers")[0] == "Down" and "No worker has given a sign of life" in line(whole, "Workers")[1]
    with Redis.from_url(redis_server.url) as client:
        client.set("viva:worker:one", "1", ex=45)
        client.set("viva:worker:two", "1", ex=58)
        assert line(whole, "Workers") == ("Works", "2 run; last sign of life 2 seconds ago.")
        client.delete("viva:worker:one", "viva:worker:two")


def test_the_model_away_is_told_apart_from_the_carrier_and_from_our_own_faults(with_models: Whole) -> None:
    revive(with_models)
    later = with_models.services.clock() + timedelta(seconds=40)
    work(with_models, "transcribe_answer", attempt=2, last_error="not_ready: There is no recording yet.", due_at=later)
    work(with_models, "score_answer", parked_reason="poison", last_error="KeyError at ivr.services.ratings:9", deaths=5)
    assert line(with_models, "Models")[0] == "Look at it", "only gpt-5 is to be looked at"
    for _ in range(3):
        work(with_models, "score_answer", attempt=3, last_error=AWAY, due_at=later)
    label, sentence = line(with_models, "Models")
    assert label == "Down" and "3 pieces of work wait: The model server does not answer (HTTP 503)." in sentence
    page = with_models.enter(Role.VIEWER).get(PAGE)
    shown = words_of(page.text)
    assert "Rating an answer 3 times The model server does not answer (HTTP 503). Next try:" in shown
    assert "unavailable" not in shown and "ivr.services" not in page.text, "sentences, not codes"
    assert "A fault of ours; the worker’s log says where." in shown
    assert_plain(page)


def test_no_model_is_said_and_is_no_trouble(whole: Whole) -> None:
    revive(whole)
    label, sentence = line(whole, "Models")
    assert label == "Not set up" and "wait to be scored" in sentence
    shown = words_of(whole.enter(Role.VIEWER).get(PAGE).text)
    assert "Everything runs" in shown and "No model is set up." in shown


def test_parked_work_is_begun_again_once_by_whoever_may(whole: Whole) -> None:
    waits = {"parked_reason": "waiting_for_configuration", "attempt": 4, "deaths": 1}
    call = work(whole, "place_call", last_error="20003: The carrier refuses our Auth Token.", **waits)
    dead = work(whole, "transcribe_answer", parked_reason="poison", last_error="KeyError at ivr.x:1", deaths=5)
    ending = work(whole, "place_call", parked_reason="poison", last_error="KeyError at ivr.x:1", deaths=5)
    recruiter, viewer = whole.enter(Role.RECRUITER), whole.enter(Role.VIEWER)
    page = recruiter.get(PAGE)
    shown = words_of(page.text)
    assert "Placing a call Waits for a setting to be put right." in shown and "refuses our Auth Token." in shown
    assert "It is ended by itself within a minute" in shown
    assert set(re.findall(r"/status/work/([^/]+)/again", page.text)) == {call, dead}
    assert "/again" not in viewer.get(PAGE).text
    assert viewer.send(f"{PAGE}/work/{dead}/again", "/interviews").status_code == 403
    for _ in range(2):
        assert recruiter.send(f"{PAGE}/work/{dead}/again", PAGE).location == f"{PAGE}?begun=yes"
    row = stored(whole, dead)
    assert (row.parked_reason, row.attempt, row.deaths) == (None, 0, 0)
    assert [event.data for event in whole.events("work.tried_again")] == [{"kind": "transcribe_answer"}]
    refused = recruiter.send(f"{PAGE}/work/{ending}/again", PAGE)
    assert refused.status_code == 409 and "ended by itself within a minute" in refused.text
    assert stored(whole, ending).parked_reason == "poison"
    assert recruiter.send(f"{PAGE}/work/{call}/again", PAGE).status_code == 303
    assert stored(whole, call).parked_reason is None
    assert recruiter.send(f"{PAGE}/work/{new_id()}/again", PAGE).status_code == 404
    assert_plain(page)


def test_the_queue_says_how_much_and_how_old(whole: Whole) -> None:
    revive(whole)
    now = whole.services.clock()
    work(whole, "score_answer", due_at=now - timedelta(seconds=30))
    assert line(whole, "Queue")[0] == "Works"
    work(whole, "place_call", due_at=now + timedelta(days=1))
    work(whole, "score_answer", started=True)
    work(whole, "erase_candidate", due_at=now - timedelta(minutes=11))
    work(whole, "score_answer", done_at=now)
    label, sentence = line(whole, "Queue")
    assert label == "Look at it"
    assert sentence == "2 wait to be begun, the oldest for 11 minutes; 1 being done, 1 to come at a time of their own."


def test_calls_that_are_stopped_or_paused_are_said(whole: Whole) -> None:
    revive(whole)
    assert line(whole, "Calls")[0] == "Works"
    whole.services.stop_switch.set_stopped(whole.actor, stopped=True)
    assert "The stop switch is set" in line(whole, "Calls")[1]
    whole.services.stop_switch.set_stopped(whole.actor, stopped=False)
    until = whole.services.clock() + timedelta(minutes=4)
    with whole.database.write() as unit:
        unit.session.execute(
            text("INSERT INTO dial_pace (line, next_at, opened_at, open_until) VALUES ('dial', :at, :at, :until)"),
            {"at": (until - timedelta(minutes=5)).isoformat(" "), "until": until.isoformat(" ")},
        )
    shown = words_of(whole.enter(Role.VIEWER).get(PAGE).text)
    assert "Half of the last calls failed, so none is placed until" in shown


def test_models_are_listed_with_what_is_known_of_them(with_models: Whole) -> None:
    now = with_models.services.clock()
    with with_models.database.write() as unit:
        keep = watched_models.keep
        keep(unit.session, "gpt-6-luna", now, offered=True, ends_on=None, problem="old")
        keep(unit.session, "gpt-6-luna", now, offered=True, ends_on=now.date() + timedelta(days=9), problem=None)
        keep(unit.session, "gpt-transcribe", now, offered=None, ends_on=None, problem="The model server is away.")
    shown = words_of(with_models.enter(Role.VIEWER).get(PAGE).text)
    assert "Ends soon shut down in 9 days" in shown and "old" not in shown.split("gpt-6-luna")[1][:80]
    assert "gpt-transcribe Transcription Could not be asked The model server is away." in shown
    assert "gpt-5 Rating answers" in shown and "11 Dec 2026" in shown


@pytest.mark.parametrize(
    ("offered", "days", "problem", "label"),
    [
        (True, None, None, "Offered"), (False, None, None, "Unknown to its server"), (True, 60, None, "Ends soon"),
        (True, 61, None, "Offered"), (True, 0, None, "Shut down"), (None, None, "Away.", "Could not be asked"),
        (None, None, None, "Not looked at yet"), (None, -3, None, "Shut down"),
    ],
)  # fmt: skip
def test_a_models_chip(offered: bool | None, days: int | None, problem: str | None, label: str) -> None:
    ends_on = None if days is None else NOW.date() + timedelta(days=days)
    assert model_standing(ModelStanding("m", (), NOW, offered, ends_on, problem), NOW).text == label


def test_words_for_times_and_faults() -> None:
    told = [days_left(date(2026, 3, 2) + timedelta(days=n), NOW) for n in (-3, -1, 0, 1, 12)]
    assert told == ["for 3 days", "since yesterday", "today", "tomorrow", "in 12 days"]
    shown = [long(seconds) for seconds in (0, 1, 61, 119, 150, 3700, 90_000, 200_000)]
    assert shown == [
        "0 seconds", "1 second", "61 seconds", "119 seconds", "2 minutes", "1 hour", "1 day", "2 days",
    ]  # fmt: skip
    assert fault("carrier_busy: the line is busy") == "The line is busy"
    assert fault("The worker ended in the middle of this work") == "The worker ended in the middle of this work"
    for ours in (None, "", "KeyError", "KeyError at ivr.services.answers:210", "TypeError at ?:3"):
        assert fault(ours) == "A fault of ours; the worker’s log says where."


def test_budget_and_alerts(with_models: Whole) -> None:
    from decimal import Decimal

    now = with_models.services.clock()
    with with_models.database.write() as unit:
        unit.session.add(
            ModelCallRow(
                id=new_id(), created_at=now, organisation_id=with_models.organisation_id, subject_id="a",
                purpose="answer_rating", request_hash="h", model="gpt-5", prompt_version="1", outcome="ok",
                cost_usd=Decimal("46.2"),
            )
        )  # fmt: skip
        tell_of_webhook(unit.session, with_models.organisation_id, "e1", "It is <b>gone</b>.", now)
        tell_of_webhook(unit.session, with_models.organisation_id, "e2", "Long ago.", now - timedelta(days=15))
    page = with_models.enter(Role.VIEWER).get(PAGE)
    shown = words_of(page.text)
    assert "$46.20 of $50.00 92% is used." in shown
    assert "It is &lt;b&gt;gone&lt;/b&gt;." in page.text and "Long ago." not in shown


def test_the_record_is_checked_when_an_administrator_asks(whole: Whole) -> None:
    boss = whole.enter()
    whole.services.access.create_key(whole.actor, "Reader", ["read"])
    sealed = whole.services.audit.seal()
    assert "chain is whole" not in boss.get(PAGE).text
    whole_chain = boss.send(f"{PAGE}/record", PAGE)
    assert whole_chain.status_code == 200 and f"The chain is whole: {sealed} links." in words_of(whole_chain.text)
    with whole.database.write() as unit:
        unit.session.execute(text("UPDATE domain_events SET actor = 'nobody' WHERE type = 'api_key.created'"))
    broken = words_of(boss.send(f"{PAGE}/record", PAGE).text)
    assert "The chain is broken at link" in broken and "was changed after it was sealed." in broken
    assert whole.enter(Role.RECRUITER).send(f"{PAGE}/record", PAGE).status_code == 403
    assert_plain(whole_chain)


def test_another_houses_work_is_neither_seen_nor_begun(whole: Whole) -> None:
    other = make_organisation(whole.database)
    mine = work(whole, "score_answer", parked_reason="poison", last_error="Mine alone failed.")
    stranger = whole.enter(organisation_id=other)
    page = words_of(stranger.get(PAGE).text)
    assert "Mine alone failed." not in page and "Nothing waits to be begun" in page
    assert stranger.send(f"{PAGE}/work/{mine}/again", PAGE).status_code == 404
    assert stored(whole, mine).parked_reason == "poison"


def test_the_page_asks_as_often_however_much_waits(whole: Whole) -> None:
    visitor, counts = whole.enter(Role.RECRUITER), []
    for number in range(60):
        work(whole, "score_answer", parked_reason="poison", last_error=f"Nr {number} failed.")
        if number in (0, 59):
            with counted(whole) as selects:
                page = visitor.get(PAGE)
            counts.append(len(selects))
    assert counts[0] == counts[1] <= 16
    assert page.text.count("/again") == 50 and "The oldest 50 of 60." in page.text
    with whole.database.read() as session:
        assert len(session.scalars(select(OutboxRow)).all()) == 60
