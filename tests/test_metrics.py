"""What GET /metrics tells: from the database, from the workers through Redis, from the web's own requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from db.columns import new_id
from db.models import Call, Interview, ModelCallRow, Organisation, OutboxRow
from db.unit_of_work import Database
from interview.lifecycle import CallStatus
from ivr.api.exposition import HouseCollector
from ivr.api.meters import Meters
from ivr.gateways.ports import DialRequest, GatewayError, ModelCall, ModelSpan, Trouble
from ivr.gateways.redis_pulse import RedisPulse
from ivr.gateways.rq_tasks import RqTasks, connect
from ivr.services.measures import FRESH_S, MONEY_FRESH_S, MeasureService
from ivr.tallies import CountedSpans, Tallies, field_of
from tests.factories import make_call, make_interview
from tests.fakes import FrozenClock
from tests.statements import heard

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations"


class StillRedis:
    """A Redis that answers, and what it was asked."""

    def __init__(self, *workers: float, **tallies: float) -> None:
        self.found = list(workers)
        self.is_away = False
        self.counted: dict[str, float] = tallies

    def answers(self) -> bool:
        return not self.is_away

    def signs_of_life(self) -> list[float]:
        return self.found

    def tallies(self) -> dict[str, float]:
        return self.counted


def measured(
    database: Database, clock: FrozenClock, redis: Any = None, budget_usd: Decimal | None = None
) -> dict[str, float]:
    """Every sample of a fresh reading, as ``name{label="value"}``."""
    service = MeasureService(database, redis or StillRedis(1.0), clock, budget_usd=budget_usd)
    return samples(HouseCollector(service.read()))


def samples(collector: HouseCollector) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(collector)
    return samples_of(generate_latest(registry).decode())


def samples_of(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def open_row(organisation_id: str, kind: str, due_at: Any, **values: Any) -> OutboxRow:
    return OutboxRow(
        organisation_id=organisation_id, kind=kind, subject_id=new_id(), due_at=due_at,
        created_at=values.pop("created_at", due_at), **values,
    )  # fmt: skip


def test_the_work_that_waits_and_for_how_long(database: Database, clock: FrozenClock) -> None:
    now = clock()
    with database.write() as unit:
        unit.session.add_all([
            open_row("o", "score_answer", now - timedelta(seconds=40), created_at=now - timedelta(seconds=400)),
            open_row("o", "score_answer", now - timedelta(seconds=10)),
            open_row("o", "score_answer", now + timedelta(seconds=50), attempt=3, created_at=now - timedelta(hours=1)),
            open_row("o", "place_call", now + timedelta(days=2), created_at=now - timedelta(days=1)),
            open_row("o", "place_call", now, parked_reason="poison"),
            open_row("o", "transcribe_answer", now, done_at=now),
        ])  # fmt: skip
    found = measured(database, clock)
    assert found['viva_outbox_waiting{kind="score_answer"}'] == 3
    assert found['viva_outbox_due{kind="score_answer"}'] == 2
    assert found['viva_outbox_oldest_due_seconds{kind="score_answer"}'] == 40
    # the one that was tried and waits for its next try is the oldest answer
    assert found['viva_outbox_oldest_asked_seconds{kind="score_answer"}'] == 3600
    # a call of the day after tomorrow is nobody's lateness
    assert found['viva_outbox_oldest_asked_seconds{kind="place_call"}'] == 0
    assert found['viva_outbox_waiting{kind="place_call"}'] == 1
    assert found['viva_outbox_parked{kind="place_call",reason="poison"}'] == 1
    assert not any("transcribe_answer" in name for name in found)


def test_interviews_calls_and_the_switches(database: Database, clock: FrozenClock) -> None:
    interview_id = make_interview(database)
    call_id = make_call(database, interview_id)
    with database.write() as unit:
        call = unit.session.get_one(Call, call_id)
        call.status, call.outcome, call.created_at = CallStatus.COMPLETED, "voicemail", clock() - timedelta(hours=23)
        organisation_id = unit.session.get_one(Interview, interview_id).organisation_id
    found = measured(database, clock)
    assert found['viva_interviews{status="dialing"}'] == 1
    assert found['viva_calls_last_day{direction="outbound",outcome="voicemail",status="completed"}'] == 1
    assert (found["viva_stopped_organisations"], found["viva_breaker_open"], found["viva_database_up"]) == (0, 0, 1)

    with database.write() as unit:
        unit.session.get_one(Organisation, organisation_id).is_stopped = True
    clock.advance(hours=2)
    found = measured(database, clock)
    assert found["viva_stopped_organisations"] == 1
    assert not any(name.startswith("viva_calls_last_day{") for name in found)


def test_an_open_breaker_shows(database: Database, clock: FrozenClock) -> None:
    from db.models import DialPace

    with database.write() as unit:
        unit.session.add(
            DialPace(line="dial", next_at=clock(), opened_at=clock(), open_until=clock() + timedelta(minutes=5))
        )
    assert measured(database, clock)["viva_breaker_open"] == 1


def test_the_budget_is_that_of_whoever_spent_most(database: Database, clock: FrozenClock) -> None:
    organisations = [_organisation_of(database, make_interview(database)) for _ in range(2)]
    with database.write() as unit:
        for number, (owner, usd, at) in enumerate([
            (organisations[0], "3", clock()), (organisations[0], "1", clock()), (organisations[1], "2", clock()),
            (organisations[1], "50", clock() - timedelta(days=40)),
        ]):  # fmt: skip
            unit.session.add(ModelCallRow(
                organisation_id=owner, subject_id="s", purpose="p", sample=number, request_hash="h", model="m",
                prompt_version="1", outcome="answered", cost_usd=Decimal(usd), created_at=at,
            ))  # fmt: skip
    found = measured(database, clock, budget_usd=Decimal(8))
    assert (found["viva_model_month_usd"], found["viva_model_budget_used_ratio"]) == (4, 0.5)
    assert "viva_model_budget_used_ratio" not in measured(database, clock)


def _organisation_of(database: Database, interview_id: str) -> str:
    with database.read() as session:
        return session.get_one(Interview, interview_id).organisation_id


def test_many_scrapes_are_one_look(database: Database, clock: FrozenClock) -> None:
    seconds = [0.0]
    service = MeasureService(database, StillRedis(), clock, budget_usd=None, moment=lambda: seconds[0])
    with heard(database) as statements:
        for _ in range(20):
            service.read()
    # outbox, interviews, calls, line, switches; the month's money
    assert len([one for one in statements if one.startswith("SELECT")]) == 6
    seconds[0] += FRESH_S
    with heard(database) as statements:
        service.read()
    assert len([one for one in statements if one.startswith("SELECT")]) == 5
    seconds[0] += MONEY_FRESH_S
    with heard(database) as statements:
        service.read()
    assert len([one for one in statements if one.startswith("SELECT")]) == 6


def test_what_cannot_be_asked_is_absent(tmp_path: Path, clock: FrozenClock) -> None:
    redis = StillRedis()
    redis.is_away = True
    nowhere = Database(f"sqlite:///{tmp_path}/no/such/folder/file.sqlite3")
    service = MeasureService(nowhere, redis, clock, budget_usd=None)
    found = samples(HouseCollector(service.read()))
    assert (found["viva_database_up"], found["viva_redis_up"]) == (0, 0)
    assert not [name for name in found if name.startswith(("viva_workers", "viva_outbox", "viva_model_month"))]


def test_workers_counts_reach_the_web_through_redis(empty_redis_url: str) -> None:
    one, two = Tallies(), Tallies()
    one.count("viva_tasks", "score_answer", "done")
    one.observe("viva_task_seconds", "score_answer", seconds=0.3)
    two.count("viva_tasks", "score_answer", "done", amount=2)
    two.observe("viva_task_seconds", "score_answer", seconds=500)
    connection = connect(empty_redis_url)
    connection.hset("viva:tallies", field_of("viva_of_another_release", "x"), 1)
    tasks = RqTasks(connection)
    for tallies in (one, two):
        tasks.tally(tallies.take())
        assert tallies.take() == {}
    tasks.say_alive("w1", 60)

    pulse = RedisPulse(empty_redis_url)
    [seen_s] = pulse.signs_of_life()
    assert 0 <= seen_s < 5
    from ivr.services.measures import Measures

    found = samples(HouseCollector(Measures(None, pulse.signs_of_life(), pulse.tallies(), None, None)))
    assert found['viva_tasks_total{kind="score_answer",outcome="done"}'] == 3
    assert found['viva_task_seconds_bucket{kind="score_answer",le="0.25"}'] == 0
    assert found['viva_task_seconds_bucket{kind="score_answer",le="0.5"}'] == 1
    assert found['viva_task_seconds_bucket{kind="score_answer",le="+Inf"}'] == 2
    assert found['viva_task_seconds_count{kind="score_answer"}'] == 2
    assert found['viva_task_seconds_sum{kind="score_answer"}'] == pytest.approx(500.3)
    assert found["viva_workers"] == 1


def test_counts_survive_while_redis_is_away() -> None:
    tallies = Tallies()
    tallies.count("viva_outages", "redis")
    taken = tallies.take()
    tallies.count("viva_outages", "redis")
    tallies.give_back(taken)
    assert tallies.take() == {field_of("viva_outages", "redis"): 2}


def test_a_model_call_is_counted_and_passed_on() -> None:
    tallies, seen = Tallies(), []

    class Onwards:
        def model_call(self, span: ModelSpan) -> None:
            seen.append(span)

    spans = CountedSpans(tallies, Onwards())
    call = ModelCall("answer_rating", "m", "1", {}, "", "r", 900, 300, 80, 2_400, False)
    spans.model_call(_span(call=call, cost_usd=Decimal("0.02"), error=None))
    spans.model_call(_span(call=None, cost_usd=None, error="rate_limited"))
    # whatever a server calls its errors, it does not make labels for us
    spans.model_call(_span(call=None, cost_usd=None, error="Anna Kowalska +14155550123"))
    counted = tallies.take()
    assert counted[field_of("viva_model_calls", "answer_rating", "answered")] == 1
    assert counted[field_of("viva_model_calls", "answer_rating", "rate_limited")] == 1
    assert counted[field_of("viva_model_calls", "answer_rating", "other")] == 1
    assert counted[field_of("viva_model_cost_usd", "answer_rating")] == pytest.approx(0.02)
    assert counted[field_of("viva_model_tokens", "answer_rating", "cached")] == 300
    assert counted[field_of("viva_model_call_seconds", "answer_rating", "2.5")] == 1
    assert len(seen) == 3


def _span(**values: Any) -> ModelSpan:
    given: dict[str, Any] = {
        "trace_id": "t", "operation": "chat", "model": "m", "purpose": "answer_rating", "prompt_version": "1",
        "subject_id": "s", "interview_id": None, "started_ns": 0, "ended_ns": 1,
    }  # fmt: skip
    return ModelSpan(**given, **values)


def test_dials_are_counted_by_what_the_carrier_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from ivr.gateways.counted_carrier import CountedCarrier
    from ivr.gateways.twilio_carrier import TwilioCarrier

    answers: Iterator[Any] = iter([
        None,
        GatewayError("no such number", trouble=Trouble.SUBJECT),
        GatewayError("timeout", trouble=Trouble.RETRY, unclear=True),
    ])  # fmt: skip

    def place_call(self: TwilioCarrier, request: DialRequest) -> Any:
        answer = next(answers)
        if answer is not None:
            raise answer

    monkeypatch.setattr(TwilioCarrier, "place_call", place_call)
    tallies = Tallies()
    carrier = CountedCarrier(
        tallies, account_sid="AC" + "0" * 32, auth_token="t" * 20, phone_number="+14155550100",
        base_url="http://127.0.0.1:9", messaging_service_sid=None, simulated=True,
    )  # fmt: skip
    carrier.place_call(Any)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(GatewayError):
            carrier.place_call(Any)  # type: ignore[arg-type]
    assert tallies.take() == {field_of("viva_dials", word): 1 for word in ("placed", "subject", "unclear")}


def test_webhooks_are_counted_by_kind() -> None:
    meters = Meters()
    meters.count_webhook("take_turn", 200, 0.004)
    meters.count_webhook("take_turn", 503, 0.2)
    found = samples_of(generate_latest(meters.registry()).decode())
    assert found['viva_webhooks_total{kind="take_turn",status="200"}'] == 1
    assert found['viva_webhook_seconds_bucket{kind="take_turn",le="0.005"}'] == 1
    assert found['viva_webhook_seconds_count{kind="take_turn"}'] == 2


# --- the files for Grafana and Prometheus ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    """Every sample that a house can show, with the names of its labels."""
    from datetime import UTC, datetime

    from db.repositories.watching import CallCount, Waiting
    from ivr.services.measures import Measures, Standing
    from ivr.tallies import FAMILIES

    now = datetime(2026, 3, 2, tzinfo=UTC)
    waiting = [Waiting("k", reason, 1, 1, now, now) for reason in (None, "poison")]
    standing = Standing(now, waiting, [("queued", 1)], [CallCount("outbound", "completed", None, 1)], False, 0)
    tallies = Tallies()
    for name, family in FAMILIES.items():
        labels = ["x"] * len(family.labels)
        if family.buckets:
            tallies.observe(name, *labels, seconds=1)
        else:
            tallies.count(name, *labels)
    house = CollectorRegistry()
    house.register(HouseCollector(Measures(standing, [1.0], tallies.take(), Decimal(1), Decimal(2))))
    meters = Meters()
    meters.count("/", "GET", 200, 0.1)
    meters.count_webhook("take_turn", 200, 0.1)
    text = (generate_latest(house) + generate_latest(meters.registry())).decode()
    return {
        sample.name: set(sample.labels) for family in text_string_to_metric_families(text) for sample in family.samples
    }


def _dashboard() -> list[tuple[str, str]]:
    board = json.loads((OPERATIONS / "grafana-dashboard.json").read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert all(panel["targets"] for panel in panels)
    return [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]


def _alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"]
    return list(group["rules"])


def test_every_query_names_what_exists(known: dict[str, set[str]]) -> None:
    queries = _dashboard() + [(rule["alert"], rule["expr"]) for rule in _alerts()]
    for title, query in queries:
        names = re.findall(r"\bviva_\w+", query)
        assert names and query.count("(") == query.count(")"), title
        assert set(names) <= set(known), (title, set(names) - set(known))
        labels = {label for name in names for label in known[name]}
        used = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", query)
        used += [word.strip() for group in re.findall(r"\bby \(([^)]*)\)", query) for word in group.split(",")]
        assert set(used) <= labels, (title, used)


def test_every_metric_is_on_the_dashboard(known: dict[str, set[str]]) -> None:
    """What nobody looks at need not be counted; sums, counts and tokens are for queries of one's own."""
    shown = {name for _, query in _dashboard() for name in re.findall(r"\bviva_\w+", query)}
    unseen = {name for name in known if not name.endswith(("_sum", "_count", "_created"))} - shown
    assert unseen <= {"viva_outbox_waiting", "viva_model_tokens_total"}


def test_every_alert_has_its_runbook() -> None:
    text = (OPERATIONS.parent / "operations.md").read_text()
    headings = {line.removeprefix("### ").strip() for line in text.splitlines() if line.startswith("### ")}
    for rule in _alerts():
        assert rule["alert"] in headings, rule["alert"]
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"} and rule["annotations"]["summary"]


def test_the_product_s_own_alerts_have_theirs() -> None:
    from ivr.services import alerts

    codes = {value for name, value in vars(alerts).items() if name.isupper() and isinstance(value, str)}
    codes -= {alerts.ALERT}
    headings = {
        line.removeprefix("### ") for line in (OPERATIONS.parent / "operations.md").read_text().splitlines()
        if line.startswith("### ")
    }  # fmt: skip
    assert len(codes) >= 7 and codes <= headings, codes - headings


def test_files_and_scripts_that_the_page_names_exist() -> None:
    page = OPERATIONS.parent / "operations.md"
    linked = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    assert linked and [link for link in linked if not (page.parent / link).exists()] == []
