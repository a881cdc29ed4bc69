"""The network between the carrier and us: requests that reach nobody, answers that are lost, errors in front of us."""

from typing import Any

import pytest

from tests.scenarios.house import EVERY_WAY, House, Visit

pytestmark = EVERY_WAY

SORRY = "We are sorry, something went wrong on our side. We will try to call you back. Goodbye."
KINDS = ["no_connection", "no_answer", 502]


def is_whole(visit: Visit) -> bool:
    """Everything was asked once, answered once and rated once."""
    captured = [one["type"] for one in visit.look()["timeline"]].count("answer.captured")
    return visit.states() == ["scored"] * 3 and captured == 3 and set(visit.times_asked().values()) == {1}


def spoilt(visit: Visit) -> int:
    """How many attempts the network spoilt in the first call."""
    return sum(hook["injected"] for hook in visit.calls()[0]["webhooks"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_repeated_and_nothing_is_asked_or_kept_twice(house: House, kind: Any) -> None:
    visit = house.invite(house.job(), faults={"network": {"kind": kind, "skip": 4, "times": 2}})
    visit.until("completed")
    assert spoilt(visit) >= 1 and is_whole(visit) and SORRY not in visit.heard()


@pytest.mark.parametrize("kind", ["no_connection", "no_answer"])
def test_the_first_document_is_repeated_too(house: House, kind: Any) -> None:
    visit = house.invite(house.job(), faults={"network": {"kind": kind, "times": 1}})
    visit.until("completed")
    assert spoilt(visit) == 1 and is_whole(visit) and visit.dials() == 1


@pytest.mark.parametrize("kind", ["no_answer", 502])
def test_callbacks_are_repeated_too(house: House, kind: Any) -> None:
    families = ["status", "recording", "amd"]
    visit = house.invite(house.job(), faults={"network": {"kind": kind, "times": 6, "families": families}})
    visit.until("completed")
    visit.calls()
    assert spoilt(visit) == 6 and is_whole(visit) and visit.look()["calls"][0]["status"] == "completed"


@pytest.mark.parametrize("kind", ["no_connection", "no_answer"])
def test_when_we_cannot_be_reached_the_fallback_apologises_and_the_interview_goes_on_later(
    house: House, kind: Any
) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), faults={"network": {"kind": kind, "skip": 6}})
    interview = visit.until("interrupted")
    assert visit.heard().endswith(SORRY) and interview["next_action"]["what"] == "call"
    said = len(visit.answers())
    house.carrier.put("/simulator/faults", {"phone": visit.phone})
    house.hurry("place_call")
    interview = visit.until("completed", "needs_review")
    assert "Hello again" in visit.heard(1) and visit.states() == ["scored"] * 3
    assert sum(visit.times_asked(1).values()) == 3 - said, "what was said is not asked again"


def test_when_the_first_document_never_comes_the_person_is_called_again(house: House) -> None:
    faults = {"network": {"kind": "no_connection"}}
    visit = house.invite(house.job(retry_minutes=(60,)), faults=faults)
    interview = visit.when(lambda seen: seen["attempts"] == 1 and seen["status"] != "dialing")
    assert visit.heard() == SORRY and interview["next_action"]["what"] == "call"
    house.carrier.put("/simulator/faults", {"phone": visit.phone})
    house.hurry("place_call")
    visit.until("completed")
    assert visit.states() == ["scored"] * 3 and visit.dials() == 2


def test_when_not_even_the_fallback_answers_the_carrier_speaks_and_the_interview_goes_on_later(house: House) -> None:
    house.expected_apologies = 1
    nobody = {"kind": "no_connection", "skip": 6, "families": ["document", "fallback"]}
    visit = house.invite(house.job(retry_minutes=(60,)), faults={"network": nobody})
    interview = visit.until("interrupted")
    assert visit.calls()[0]["twilio_error_heard"] and interview["next_action"]["what"] == "call"
    house.carrier.put("/simulator/faults", {"phone": visit.phone})
    house.hurry("place_call")
    visit.until("completed", "needs_review")
    assert visit.states() == ["scored"] * 3


def test_a_slow_line_to_us_changes_nothing(house: House) -> None:
    visit = house.invite(house.job(), faults={"documents": {"delay_s": 0.05}})
    visit.until("completed")
    assert is_whole(visit)
