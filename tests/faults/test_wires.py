"""A bad wire to Redis, the database, the carrier or the models while somebody is on the telephone.

Real sockets that are slow, swallow, cut or refuse, at the steps of one interview. What the carrier saw and heard is
compared with the record: nobody is dialled twice for one start, no answer that we took is lost, nothing is rated
twice, the candidate hears words of ours, and when the wire is good again the interview comes to its end by itself.
"""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Recording
from scripts.demonstration.client import wait_for
from scripts.simulator.tcp_proxy import Mode
from tests.faults.conftest import WiredHouse
from tests.faults.talker import Talker
from tests.scenarios.house import Visit, usual

pytestmark = pytest.mark.parametrize("house_database_url", ["sqlite", "postgres"], indirect=True, scope="module")

ON_POSTGRES = "only a server has a wire"
SORRY = "We are sorry, something went wrong on our side."


def at_first_question(house: WiredHouse) -> Talker:
    """Somebody on the telephone who has heard the first question and is about to answer it."""
    talker = Talker(house, house.job())
    talker.to_question(0)
    return talker


def whole(house: WiredHouse, visit: Visit) -> dict[str, Any]:
    """The interview at its end, and what must be true of it whatever happened on the way."""
    house.hurry_until(lambda: visit.look()["status"] in {"completed", "needs_review"}, within_s=60)
    assert visit.states() == ["scored"] * 3, visit.states()
    takes = Counter((one["question"]["id"], one["take"]) for one in visit.seen["answers"])
    assert set(takes.values()) == {1}
    scored = Counter(event["type"] for event in visit.seen["timeline"])["answer.scored"]
    assert scored == 3, "each is rated once"
    dialled = sum(call["carrier_sid"] is not None for call in visit.seen["calls"] if call["direction"] == "outbound")
    assert visit.dials() == dialled
    return visit.seen


# --- Redis is a bell: no webhook waits for it, and what it did not ring for is done all the same


@pytest.mark.parametrize("mode", ["black_hole", "refuse", "reset", "slow", "swallow_reply"])
def test_P1_P6_redis_is_away_while_answers_come_in(house: WiredHouse, mode: Mode) -> None:
    talker = at_first_question(house)
    visit = talker.visit
    house.wires.redis.set(mode, delay_s=3.0)
    talker.to_the_end()
    call = visit.calls()[0]
    turns = [hook for hook in call["webhooks"] if "/turn/" in hook["url"]]
    assert turns and all(hook["status_code"] == 200 and hook["attempt"] == 1 for hook in turns)
    assert max(hook["latency_ms"] for hook in turns) < 2_000, "a webhook waited for Redis"
    house.wires.redis.set("pass")
    assert whole(house, visit)["status"] == "completed" and visit.dials() == 1


# --- the database is the truth: what was not committed was not accepted


@pytest.mark.parametrize("mode", ["reset", "refuse"])
def test_P1_P4_the_database_is_away_for_a_moment(house: WiredHouse, mode: Mode) -> None:
    if house.wires.database is None:
        pytest.skip(ON_POSTGRES)
    talker = at_first_question(house)
    visit = talker.visit
    house.wires.database.set(mode)
    talker.answer()
    assert _answered_with(house, visit, 503), "the carrier is told to come again"
    house.mend()
    talker.to_the_end()
    heard = visit.heard()
    if SORRY in heard:
        # All its repeats fell into the outage: the fallback apologised, and the interview goes on in another call.
        house.carrier.put(f"/simulator/people/{visit.phone}", {"reactions": usual(visit.job)})
        house.hurry("place_call")
    whole(house, visit)
    assert not any(call["twilio_error_heard"] for call in visit.calls()), "never the carrier's own words"


def test_P1_connections_that_were_cut_cost_nothing(house: WiredHouse) -> None:
    if house.wires.database is None:
        pytest.skip(ON_POSTGRES)
    talker = at_first_question(house)
    for place in range(3):
        talker.to_question(place)
        house.wires.database.cut()
        talker.answer()
    talker.to_the_end()
    house.mend()
    whole(house, talker.visit)
    assert talker.visit.dials() == 1 and SORRY not in talker.visit.heard()


def test_a_slow_database_is_only_slow(house: WiredHouse) -> None:
    if house.wires.database is None:
        pytest.skip(ON_POSTGRES)
    talker = at_first_question(house)
    house.wires.database.set("slow", delay_s=0.1)
    talker.to_the_end()
    house.mend()
    whole(house, talker.visit)
    assert talker.visit.dials() == 1


# --- the carrier: unclear is unclear, and nobody is dialled on a guess


@pytest.mark.parametrize("mode", ["refuse", "reset"])
def test_P2_no_dial_reaches_the_carrier(house: WiredHouse, mode: Mode) -> None:
    job = house.job()
    house.wires.carrier.set(mode)
    visit = house.invite(job)
    visit.when(lambda seen: seen["next_action"] is not None)
    assert visit.dials() == 0
    house.wires.carrier.set("pass")
    whole(house, visit)
    assert visit.dials() == 1


def test_P2_a_dial_whose_answer_is_lost_is_looked_up_and_never_repeated(house: WiredHouse) -> None:
    job = house.job()
    # What is asked before the dial is answered; the dial itself arrives, and its answer is lost.
    house.wires.carrier.set("swallow_reply", only=b"POST")
    visit = house.invite(job)
    house.hurry_until(lambda: visit.dials() == 1, within_s=30)
    house.wires.carrier.set("pass")
    house.wires.carrier.cut()
    whole(house, visit)
    assert visit.dials() == 1


@pytest.mark.parametrize("mode", ["black_hole", "trickle", "reset"])
def test_P1_a_recording_cannot_be_fetched_for_a_while(house: WiredHouse, mode: Mode) -> None:
    talker = at_first_question(house)
    visit = talker.visit
    talker.to_question(2)
    house.wires.carrier.set(mode)
    talker.to_the_end()
    house.hurry("transcribe_answer")
    house.wires.carrier.set("pass")
    house.wires.carrier.cut()
    whole(house, visit)
    with house.services.database.read() as session:
        kept = session.scalars(select(Recording)).all()
    assert all(one.storage_key for one in kept)


# --- the models: an answer waits, and never gets a number that nobody gave


@pytest.mark.parametrize("mode", ["black_hole", "reset", "refuse", "trickle"])
def test_P3_P5_the_models_are_away_and_nothing_is_invented(house: WiredHouse, mode: Mode) -> None:
    talker = at_first_question(house)
    visit = talker.visit
    house.wires.model.set(mode)
    talker.to_the_end()
    visit.until("processing")
    assert all(one["score"] is None for one in visit.answers()) and visit.seen["recommendation"] is None
    assert visit.seen["next_action"] is not None, "nothing waits invisibly"
    house.wires.model.set("pass")
    house.wires.model.cut()
    assert whole(house, visit)["recommendation"] == "hire"


def _answered_with(house: WiredHouse, visit: Visit, status: int) -> list[dict[str, Any]]:
    def look() -> list[dict[str, Any]]:
        placed = house.carrier.get("/simulator/calls", phone=visit.phone)["calls"]
        return [hook for call in placed for hook in call["webhooks"] if hook["status_code"] == status]

    found: list[dict[str, Any]] = wait_for(look, bool, timeout_s=20)
    return found
