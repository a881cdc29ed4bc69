"""Practice: what is heard before question 1, what is played back, and that nothing of it stays anywhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from db.models import Answer, Call, Recording
from tests.scenarios.house import SPEED, House, Job, Rule, Visit, snippet

pytestmark = [
    pytest.mark.parametrize("house_database_url", ["sqlite", "postgres"], indirect=True, scope="module"),
    # Shuffled callbacks come after the call: one scenario of its own shows what is heard then.
    pytest.mark.parametrize("delivery", ["once", "twice"], indirect=True, scope="module"),
]

ASKED = "name a few things that are usually found in a kitchen"
SAID = "A table, four chairs and a kettle."
WAITING = "In a moment you will hear your recording."
PLAYED = "That was the practice. Now we come to the questions."
NOT_READY = "The playback isn't ready, let's go on."
SKIPPED = "We go on without practice."


@pytest.fixture(scope="module")
def job(module_house: House) -> Job:
    return module_house.job(practice=True, max_follow_ups=0, retry_minutes=[60])


def practises(**more: Any) -> Rule:
    return {"when_heard": ASKED, "say": SAID, "on": "record", "times": 1, **more}


@pytest.fixture
def slowly(house: House) -> Iterator[None]:
    """Calls in which a worker has the time that it has in a real one."""
    exchange = house.carrier_double.exchange
    usual = exchange.config
    exchange.config = replace(usual, speed=25.0)
    yield
    exchange.config = usual


def files_of_nobody(house: House) -> set[str]:
    """Audio in the store that belongs to no recording."""
    with house.services.database.read() as session:
        known = set(session.scalars(select(Recording.id)))
    folder = Path(house.settings.storage_url.removeprefix("file://"))
    return {path.stem for path in folder.rglob("*.wav")} - known


def recordings(house: House, visit: Visit) -> list[Recording]:
    with house.services.database.read() as session:
        return list(session.scalars(select(Recording).where(Recording.interview_id == visit.id)))


def nothing_is_left(house: House, visit: Visit) -> bool:
    """Neither ours nor the carrier's copy, no row, no words; the answers to the questions are all there."""
    house.when_settled()
    kept = {one.recording_sid for one in recordings(house, visit)}
    with house.services.database.read() as session:
        calls = session.scalars(select(Call).where(Call.interview_id == visit.id)).all()
        assert all(call.practice_recording_id is None and call.practice_turn is None for call in calls)
        answers = set(session.scalars(select(Answer.recording_sid).where(Answer.interview_id == visit.id)))
    assert len(kept) == 3 and kept <= answers
    at_the_carrier = house.carrier_double.exchange.recordings
    made = [at_the_carrier[sid] for call in visit.calls() for sid in call["recordings"]]
    audible = [one for one in made if one.status != "absent"]
    assert len(audible) >= 3 and [one for one in audible if not one.is_deleted] == []
    assert files_of_nobody(house) == set()
    assert not any(SAID in str(entry["body"]) for entry in house.asked_of_model("answer_rating"))
    return SAID not in str(visit.look())


LEAVES = {"when_heard": "Question 1", "hang_up": True, "on": "gather", "times": 1}


def finish(house: House, visit: Visit) -> None:
    """The next call, to its end."""
    house.carrier_double.exchange.config = replace(house.carrier_double.exchange.config, speed=SPEED)
    house.hurry("place_call")
    visit.until("completed")


def events(visit: Visit) -> list[str]:
    return [event["type"] for event in visit.look()["timeline"] if event["type"].startswith("practice.")]


@pytest.mark.usefixtures("slowly")
def test_what_was_said_is_heard_again_and_deleted(house: House, job: Job) -> None:
    visit = house.invite(job, [practises(), LEAVES])
    visit.until("interrupted")
    (call,) = visit.calls()
    said = [(line["verb"], line["text"]) for line in call["heard"]]
    assert said.count(("Play", SAID)) == 1
    heard = visit.heard()
    places = [heard.index(piece) for piece in (ASKED, WAITING, SAID, PLAYED, "Question 1")]
    assert places == sorted(places)
    assert heard.count(ASKED) == 1 and NOT_READY not in heard
    (url,) = {line["url"] for line in call["heard"] if line["verb"] == "Play"}
    assert url.startswith(f"{house.web_url}/playback/practice/")
    assert [requests.get(one, timeout=10).status_code for one in (url[:-3], f"{url}x")] == [404, 404]
    finish(house, visit)
    assert requests.get(url, timeout=10).status_code == 404
    assert ASKED not in visit.heard(1) and events(visit) == ["practice.played"]
    assert visit.states() == ["scored"] * 3 and visit.result()["recommendation"] == "hire"
    assert nothing_is_left(house, visit)


def test_an_answer_cannot_be_had_at_such_an_address(house: House, job: Job) -> None:
    visit = house.invite(job, [practises()])
    visit.until("completed")
    house.when_settled()
    for recording in recordings(house, visit):
        token = house.services.playback.token(recording.id)
        assert requests.get(f"{house.web_url}/playback/practice/{token}", timeout=10).status_code == 404


@pytest.mark.parametrize(
    "rule",
    [
        {"when_heard": ASKED, "press": "3", "on": "gather"},
        {"when_heard": ASKED, "silent": True},
    ],
    ids=["key", "silence"],
)
def test_it_can_be_left_out(house: House, job: Job, rule: Rule) -> None:
    visit = house.invite(job, [rule])
    visit.until("completed")
    assert SKIPPED in visit.heard() and WAITING not in visit.heard() and events(visit) == ["practice.skipped"]
    assert nothing_is_left(house, visit)


def test_media_that_is_late_is_not_waited_for(house: House, job: Job) -> None:
    visit = house.invite(job, [practises()], faults={"media": {"not_found_times": 3}})
    visit.until("completed", within_s=30)
    assert visit.heard().count(NOT_READY) == 1 and SAID not in visit.heard() and events(visit) == ["practice.not_ready"]
    assert visit.states() == ["scored"] * 3
    assert nothing_is_left(house, visit)


def test_callbacks_that_come_after_the_call_leave_nothing_behind(house: House, job: Job) -> None:
    visit = house.invite(job, [practises()], faults={"recording_callbacks": {"shuffle": True}})
    visit.until("completed")
    assert NOT_READY in visit.heard() or PLAYED in visit.heard()
    assert nothing_is_left(house, visit)


def test_a_hang_up_in_the_middle_of_it(house: House, job: Job) -> None:
    visit = house.invite(job, [practises(end_with="hang_up")])
    visit.until("interrupted")
    house.hurry("place_call")
    visit.until("completed")
    assert ASKED in visit.heard(0) and ASKED in visit.heard(1) and "Question 1" not in visit.heard(0)
    assert nothing_is_left(house, visit)


@pytest.mark.usefixtures("slowly")
def test_a_hang_up_while_it_is_played(house: House, job: Job) -> None:
    hangs_up = {"when_heard": "This is your recording", "hang_up": True, "on": "gather", "times": 1}
    visit = house.invite(job, [practises(), hangs_up])
    visit.until("interrupted")
    house.hurry()
    assert "This is your recording" in visit.heard()
    finish(house, visit)
    assert ASKED in visit.heard(1) and nothing_is_left(house, visit)


@pytest.mark.usefixtures("slowly")
def test_star_starts_it_again_and_the_first_is_thrown_away(house: House, job: Job) -> None:
    visit = house.invite(job, [practises(end_with="*", say="A fridge."), practises(), LEAVES])
    visit.until("interrupted")
    heard = visit.heard()
    assert heard.count(ASKED) == 2 and SAID in heard and "A fridge." not in heard
    finish(house, visit)
    assert nothing_is_left(house, visit)


def test_the_second_call_does_not_practise_again(house: House, job: Job) -> None:
    leaves = {"when_heard": snippet(job.core[1]), "hang_up": True, "on": "gather", "times": 1}
    visit = house.invite(job, [practises(), leaves])
    visit.until("interrupted")
    house.hurry("place_call")
    visit.until("completed")
    assert ASKED not in visit.heard(1) and "Question 2" in visit.heard(1)
    assert nothing_is_left(house, visit)
