"""Models are shut down on dates that their owners announce: whoever runs this must hear of it in the log."""

from collections.abc import Mapping
from datetime import date

import structlog.testing

from ivr.services.model_watch import ModelWatch
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
