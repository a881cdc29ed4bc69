"""F34 with real processes' wiring: after an interview a person is erased here and at the carrier, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text

from db.models import Base
from scripts.demonstration.client import ApiError
from tests.scenarios.house import House

pytestmark = pytest.mark.parametrize("house_database_url", ["sqlite", "postgres"], indirect=True, scope="module")
NAME = "Zenobia Quartermain"


def places_of(house: House, *traces: str) -> set[str]:
    found = set()
    with house.services.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")).mappings():  # noqa: S608
                found |= {f"{table.name}.{name}" for name, value in row.items() if any(t in str(value) for t in traces)}
    return found


def audio_of(house: House) -> list[Path]:
    return list(Path(house.settings.storage_url.removeprefix("file://")).rglob("*.wav"))


def erase(house: House, candidate_id: str) -> dict[str, Any]:
    answer = requests.delete(
        f"{house.api.base_url}/candidates/{candidate_id}", headers=house.api.headers, timeout=10
    )
    assert answer.status_code == 202
    found: dict[str, Any] = answer.json()
    return found


def test_F34_an_interview_is_held_and_its_person_erased_at_both_ends(house: House) -> None:
    visit = house.invite(house.job(), candidate={"name": NAME, "email": "zq@example.org"})
    shown = visit.until("completed", "needs_review")
    assert shown["result"]["overall_score"] is not None
    house.when_settled()
    said = [answer["transcript"] for answer in shown["answers"] if answer["transcript"]]
    assert len(said) >= 3
    traces = (NAME, visit.phone, *said)
    assert {"answers.transcript", "candidates.name", "calls.phone"} <= places_of(house, *traces)
    audio = audio_of(house)
    calls = visit.calls()

    asked = erase(house, shown["candidate_id"])
    assert asked["status"] == "under_way"
    after = visit.look()
    assert after["deletion"]["why"] == "erasure"
    assert not any(answer["transcript"] or answer["audio_url"] for answer in after["answers"])
    path = f"/erasures/{asked['id']}"
    house.hurry_until(
        lambda: house.api.get(path)["status"] == "done", "erase_candidate", "delete_carrier_copies", within_s=30
    )
    receipt = house.api.get(path)
    # The double's candidates speak the rubric's own words, which stay where they were written.
    assert places_of(house, *traces) <= {"question_sets.questions"}
    assert places_of(house, NAME, visit.phone, "zq@example.org") == set()
    assert audio and not any(path.exists() for path in audio)
    assert {one["what"]: one["count"] for one in receipt["removed"] if one["where"] == "carrier"}["calls"] == len(calls)
    exchange = house.carrier_double.exchange
    assert all(exchange.calls[call["sid"]].is_deleted for call in calls)
    sids = {call["sid"] for call in calls}
    assert all(one.is_deleted for one in exchange.recordings.values() if one.call_sid in sids)
    assert visit.result()["overall_score"] == shown["result"]["overall_score"]
    with pytest.raises(ApiError):
        house.api.get(f"/candidates/{shown['candidate_id']}")
