"""Whether a call is placed at all: what the gate refuses, what the carrier refuses, and texts that do not arrive."""

from datetime import timedelta
from typing import Any

import pytest

from db.columns import utc_now
from scripts.demonstration.client import ApiError
from tests.scenarios.house import EVERY_WAY, House, hangs_up, new_phone

pytestmark = EVERY_WAY


# --- the gate


def test_nobody_is_called_without_consent(house: House) -> None:
    job, phone = house.job(consent="required"), new_phone()
    with pytest.raises(ApiError) as refused:
        house.invite(job, phone=phone)
    assert refused.value.problem["code"] == "no_consent"
    consent = {"consent": {"basis": "application", "source": "form"}}
    visit = house.invite(job, phone=phone, candidate=consent)
    visit.until("completed")
    assert visit.dials() == 1


def test_numbers_that_cost_more_are_never_dialled(house: House) -> None:
    phone, pattern = "+19002345678", "+1900*"
    with pytest.raises(ApiError) as unlisted:
        house.api.post("/whitelist", {"pattern": phone})
    assert unlisted.value.problem["errors"][0]["code"] == "number_class"
    house.api.post("/whitelist", {"pattern": pattern})
    with pytest.raises(ApiError) as refused:
        house.invite(house.job(), phone=phone)
    assert refused.value.problem["code"] == "number_class"
    assert house.carrier.get("/simulator/ledger")["dials"].get(phone) is None
    entry = next(one for one in house.api.get("/whitelist")["data"] if one["pattern"] == pattern)
    house.remove(f"/whitelist/{entry['id']}")


def test_outside_the_calling_hours_the_call_waits_for_them(house: House) -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    # neither today nor its neighbours, whatever the zone
    closed = {(utc_now().weekday() + shift) % 7 for shift in (-1, 0, 1)}
    hours = {"start": "00:00", "end": "24:00", "days": [day for n, day in enumerate(days) if n not in closed]}
    visit = house.invite(house.job(calling_hours=hours))
    soon = (utc_now() + timedelta(hours=1)).isoformat()
    interview = visit.when(lambda seen: seen["next_action"] and seen["next_action"]["at"] > soon)
    assert interview["next_action"]["what"] == "call" and interview["calls"] == []
    house.look_again("place_call", visit.id)
    assert visit.look()["calls"] == [] and visit.dials() == 0
    house.api.post(f"/interviews/{visit.id}/cancel")


def test_an_interview_that_is_canceled_before_its_call_is_never_dialled(house: House) -> None:
    visit = house.invite(house.job(), invitation={"call_at": "2099-01-01T15:00:00Z"})
    assert house.api.post(f"/interviews/{visit.id}/cancel")["status"] == "canceled"
    house.hurry("place_call")
    house.when_settled()
    assert visit.look()["status"] == "canceled" and visit.seen["next_action"] is None and visit.dials() == 0


def test_the_list_of_opted_out_numbers_is_looked_at_again_when_it_rings(house: House) -> None:
    visit = house.invite(house.job(), invitation={"call_at": "2099-01-01T15:00:00Z"})
    house.api.post("/opt-outs", {"phone": visit.phone})
    house.hurry("place_call")
    interview = visit.until("opted_out", "failed")
    assert interview["reason_code"] == "opted_out" and visit.dials() == 0


# --- the carrier


@pytest.mark.parametrize("code", [21217, 13224])
def test_a_number_that_the_carrier_does_not_know_is_given_up(house: House, code: int) -> None:
    visit = house.invite(house.job(), faults={"create": {"status": 400, "code": code}})
    interview = visit.until("failed", "unreachable")
    assert interview["next_action"] is None and interview["reason_code"] and visit.dials() == 0
    assert interview["answers"] == []


def test_a_number_that_the_network_does_not_know_is_dialled_once_and_given_up(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(0,), max_attempts=3), pickup="no_such_number")
    interview = visit.until("failed", "unreachable")
    assert interview["status"] == "failed" and interview["reason_code"] == "number_unreachable" and visit.dials() == 1
    assert interview["next_action"] is None and interview["answers"] == []
    error = interview["calls"][0]["error"]
    assert error["code"] == "sip_404" and error["sentence"] == "The telephone network does not know this number."


def test_a_configuration_of_ours_that_is_wrong_does_not_give_up_the_person(house: House) -> None:
    visit = house.invite(house.job(), faults={"create": {"status": 400, "code": 21210, "times": 1}})
    interview = visit.when(lambda seen: seen["waiting_reason"] or seen["status"] in {"completed", "failed"})
    assert interview["status"] not in {"completed", "failed", "unreachable"} and visit.dials() == 0


# --- texts


@pytest.mark.parametrize("fault", [{"status": 400, "code": 21614}, {"status": 503}, {"undelivered": 30006}])
def test_a_text_that_does_not_arrive_holds_up_no_call(house: House, fault: dict[str, Any]) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [hangs_up("Question 2 of 3")], faults={"messages": fault})
    visit.until("interrupted")
    house.hurry("place_call")
    visit.until("completed", "needs_review")
    assert visit.dials() == 2 and len(visit.answers()) == 3


def test_who_has_told_the_carrier_to_stop_is_not_called_either(house: House) -> None:
    unsubscribed = {"messages": {"status": 400, "code": 21610}}
    visit = house.invite(house.job(), invitation={"call_at": "2099-01-01T15:00:00Z"}, faults=unsubscribed)
    interview = visit.until("opted_out")
    house.hurry("place_call")
    house.when_settled()
    assert interview["next_action"] is None and visit.look()["status"] == "opted_out" and visit.dials() == 0


def test_every_event_is_written_about_once(house: House) -> None:
    job = house.job(retry_minutes=(60,), max_attempts=3)
    visit = house.invite(job, pickup="no_answer")
    for calls in (1, 2):
        visit.when(lambda seen, calls=calls: seen["status"] == "queued" and seen["attempts"] == calls)
        house.when_settled()
        house.hurry("place_call")
    visit.until("unreachable")
    house.when_settled()
    texts = visit.texts()
    assert sum("will call you" in text for text in texts) == 1
    assert sum("we missed you" in text for text in texts) == 2, "after the last call nobody is told to wait for another"
