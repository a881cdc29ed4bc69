"""How the house stands, as metrics: the service's measures and the workers' tallies in Prometheus's families."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ivr.services.measures import Measures, Standing
from ivr.tallies import FAMILIES, SUM, Family, parts_of


class HouseCollector(Collector):
    """One reading of the measures, as a registry takes it."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Iterable[Metric]:
        """All families. What could not be asked is absent, never 0."""
        found = self._measures
        yield _gauge("viva_database_up", "Whether the database answers.", found.standing is not None)
        yield _gauge("viva_redis_up", "Whether Redis answers.", found.workers is not None)
        if found.workers is not None:
            yield _gauge("viva_workers", "Worker processes that gave a sign of life lately.", len(found.workers))
            if found.workers:
                age = "Seconds since the last sign of life of any worker."
                yield _gauge("viva_worker_last_seen_seconds", age, min(found.workers))
        if found.standing is not None:
            yield from _standing(found.standing)
        yield from _money(found)
        yield from _tallies(found.tallies)


def _standing(standing: Standing) -> Iterator[Metric]:
    yield from _outbox(standing)
    yield _grouped(
        "viva_interviews", "Interviews by status.", ["status"],
        [((status,), number) for status, number in standing.interviews],
    )  # fmt: skip
    yield _grouped(
        "viva_calls_last_day", "Calls begun in the last 24 hours.", ["direction", "status", "outcome"],
        [((one.direction, one.status, one.outcome or "none"), one.calls) for one in standing.calls],
    )  # fmt: skip
    breaker = "1 while so many calls fail that none is placed."
    yield _gauge("viva_breaker_open", breaker, standing.is_breaker_open)
    stopped = "Organisations whose stop switch is set: nothing of theirs is dialled."
    yield _gauge("viva_stopped_organisations", stopped, standing.stopped_organisations)


def _outbox(standing: Standing) -> Iterator[Metric]:
    free = [one for one in standing.outbox if one.parked_reason is None]
    parked = [one for one in standing.outbox if one.parked_reason is not None]
    yield _grouped(
        "viva_outbox_waiting", "Work that is asked for and not done, due or not, by kind.", ["kind"],
        [((one.kind,), one.rows) for one in free],
    )  # fmt: skip
    yield _grouped(
        "viva_outbox_due", "Work that could be done now.", ["kind"], [((one.kind,), one.due) for one in free]
    )
    yield _grouped(
        "viva_outbox_oldest_due_seconds", "How long the earliest due work of a kind has been due.", ["kind"],
        [((one.kind,), _age_s(standing.at, one.oldest_due_at)) for one in free],
    )  # fmt: skip
    yield _grouped(
        "viva_outbox_oldest_asked_seconds",
        "How long ago the oldest work that was due or tried already was asked for: of transcribe_answer and"
        " score_answer, how long an answer has been waiting.",
        ["kind"], [((one.kind,), _age_s(standing.at, one.oldest_asked_at)) for one in free],
    )  # fmt: skip
    yield _grouped(
        "viva_outbox_parked", "Work that waits for a person or for configuration.", ["kind", "reason"],
        [((one.kind, one.parked_reason or ""), one.rows) for one in parked],
    )  # fmt: skip


def _money(found: Measures) -> Iterator[Metric]:
    if found.most_spent_usd is not None:
        spent = "Cost of models this month (UTC), of the organisation that spent the most."
        yield _gauge("viva_model_month_usd", spent, float(found.most_spent_usd))
        if found.budget_usd:
            used = "The share of MONTHLY_BUDGET_USD that it has used."
            yield _gauge("viva_model_budget_used_ratio", used, float(found.most_spent_usd / found.budget_usd))


def _tallies(tallies: Mapping[str, float]) -> Iterator[Metric]:
    by_name: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for field, amount in tallies.items():
        name, parts = parts_of(field)
        by_name[name][parts] = amount
    # What no family of this release is called like was counted by another one.
    for name, family in FAMILIES.items():
        counts = by_name.get(name, {})
        yield _histogram(name, family, counts) if family.buckets else _counter(name, family, counts)


def _counter(name: str, family: Family, counts: Mapping[tuple[str, ...], float]) -> Metric:
    made = CounterMetricFamily(name, family.help, labels=family.labels)
    for labels, amount in sorted(counts.items()):
        if len(labels) == len(family.labels):
            made.add_metric(labels, amount)
    return made


def _histogram(name: str, family: Family, counts: Mapping[tuple[str, ...], float]) -> Metric:
    made = HistogramMetricFamily(name, family.help, labels=family.labels)
    width = len(family.labels)
    for labels in sorted({parts[:width] for parts in counts if len(parts) == width + 1}):
        below, buckets = 0.0, []
        for limit in family.limits:
            below += counts.get((*labels, limit), 0.0)
            buckets.append((limit, below))
        made.add_metric(labels, buckets, counts.get((*labels, SUM), 0.0))
    return made


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=float(value))


def _grouped(
    name: str, help: str, labels: Sequence[str], rows: Sequence[tuple[tuple[str, ...], float]]
) -> Metric:
    made = GaugeMetricFamily(name, help, labels=labels)
    for values, number in rows:
        made.add_metric(values, number)
    return made


def _age_s(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
