"""Models are shut down on dates that their owners announce: whoever runs this must hear of it in the log."""

from collections.abc import Mapping
from datetime import date

import pytest
import structlog.testing

from db.repositories import watched_models
from db.unit_of_work import Database
from ivr.gateways.model_shutdowns import shutdown_of
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.model_watch import ModelWatch
from ivr.settings import Settings
from tests.fakes import FrozenClock


class Catalog:
    def __init__(self, models: Mapping[str, date | None]) -> None:
        self.models = models

    def offered(self) -> Mapping[str, date | None]:
        return self.models


def test_decision_28_a_shutdown_date_and_an_unknown_model_are_told(clock: FrozenClock) -> None:
    catalog = Catalog({"fine": None, "ends": date(2026, 4, 1)})
    watch = ModelWatch([(catalog, "fine"), (catalog, "ends"), (catalog, "gone")], clock)
    with structlog.testing.capture_logs() as logs:
        watch.look()
    assert [(entry["event"], entry["model"]) for entry in logs] == [
        ("model.will_be_shut_down", "ends"),
        ("model.unknown", "gone"),
    ]
    assert logs[0]["in_days"] == 30


class Silent:
    def offered(self) -> Mapping[str, date | None]:
        raise GatewayError("It is down.", trouble=Trouble.RETRY, code="unavailable")


def test_decision_28_the_table_knows_what_a_server_does_not_tell(clock: FrozenClock) -> None:
    """The server's own date counts first; a server that cannot be asked keeps nobody from being warned."""
    catalog = Catalog({"gpt-4o": None, "gpt-4o-mini-2024-07-18": None, "gpt-5": date(2026, 12, 24), "gpt-6-luna": None})
    watch = ModelWatch(
        [(Silent(), "whisper-1"), *((catalog, name) for name in (*catalog.models, "gpt-4"))], clock
    )
    with structlog.testing.capture_logs() as logs, pytest.raises(GatewayError):
        watch.look()
    told = [(entry["event"], entry["model"], entry.get("on")) for entry in logs]
    assert told == [
        ("model.will_be_shut_down", "whisper-1", "2027-02-26"),
        ("model.will_be_shut_down", "gpt-4o", "2027-01-14"),
        ("model.will_be_shut_down", "gpt-4o-mini-2024-07-18", "2027-01-14"),
        ("model.will_be_shut_down", "gpt-5", "2026-12-24"),
        ("model.unknown", "gpt-4", None),
        ("model.will_be_shut_down", "gpt-4", "2026-10-23"),
    ]


def test_what_was_found_is_kept_and_a_server_that_was_away_is_asked_again(
    database: Database, clock: FrozenClock
) -> None:
    catalog, asked = Catalog({"fine": None, "ends": date(2026, 4, 1)}), []

    class Flaky:
        def offered(self) -> Mapping[str, date | None]:
            asked.append(clock())
            if len(asked) == 1:
                raise GatewayError("It is down.", trouble=Trouble.RETRY, code="unavailable")
            return {"later": None}

    def kept() -> dict[str, tuple[bool | None, date | None, str | None]]:
        with database.read() as session:
            rows = watched_models.found(session, ["fine", "ends", "gone", "later", "never"])
        return {name: (row.offered, row.ends_on, row.problem) for name, row in rows.items()}

    watch = ModelWatch([(catalog, "fine"), (catalog, "ends"), (catalog, "gone"), (Flaky(), "later")], clock, database)
    with pytest.raises(GatewayError):
        watch.look()
    assert kept() == {
        "fine": (True, None, None), "ends": (True, date(2026, 4, 1), None), "gone": (False, None, None),
        "later": (None, None, "It is down."),
    }  # fmt: skip
    clock.advance(minutes=15)
    with structlog.testing.capture_logs() as logs:
        watch.look()
    assert kept()["later"] == (True, None, None) and logs == [], "the others were asked about today"
    clock.advance(days=1)
    with structlog.testing.capture_logs() as logs:
        watch.look()
    assert [entry["model"] for entry in logs] == ["ends", "gone"] and len(asked) == 3


def test_no_default_model_is_about_to_end() -> None:
    for name in ("openai_model", "openai_transcribe_model", "openai_embedding_model"):
        assert shutdown_of(Settings.model_fields[name].default) is None
