"""Candidates who call us and write to us, on both databases: the code, the same interview, STOP and START."""

import re

import pytest

from scripts.demonstration.client import ApiError, wait_for
from tests.scenarios.house import EVERY_WAY, OUR_NUMBER, House, Job, Visit, new_phone, says, snippet

pytestmark = EVERY_WAY
HANGS_UP = {"when_heard": "To begin, press 1", "hang_up": True, "on": "gather"}


def test_who_hung_up_calls_in_with_the_code_and_goes_on_where_it_stopped(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [says(job.core[1], "I began to sort the boxes and", end_with="hang_up", times=1)])
    visit.until("interrupted")
    wait_for(visit.texts, lambda texts: len(texts) == 2, timeout_s=10)
    assert "we missed you" in visit.texts()[-1] and "Reply STOP" in visit.texts()[-1]
    ledger = visit.call_in()
    interview = visit.until("completed", "needs_review")
    heard = " ".join(line["text"] for line in ledger["heard"])
    assert "Hello again" in heard and snippet_count(job, heard) == [0, 0, 1]
    assert ledger["direction"] == "inbound" and visit.dials() == 1
    assert [call["direction"] for call in interview["calls"]] == ["outbound", "inbound"]
    assert [call["outcome"] for call in interview["calls"]] == ["interrupted", "completed"]
    assert "call.inbound" in [event["type"] for event in interview["timeline"]]
    # the call that was arranged meanwhile is not made any more
    house.hurry("place_call")
    assert visit.dials() == 1


def test_a_wrong_code_three_times_is_said_goodbye_to_and_opens_nothing(house: House) -> None:
    visit = house.invite(house.job(), pickup="no_answer")
    visit.until("queued")
    code = visit.code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    ledger = visit.call_in({"when_heard": "six digits", "press": wrong, "on": "gather"})
    heard = " ".join(line["text"] for line in ledger["heard"])
    assert heard.count("six digits") == 3 and heard.count("That code did not work") == 2
    assert "I cannot find anything for this code" in heard and "Northgate" not in heard
    assert visit.look()["status"] == "queued"


def test_the_right_code_from_another_telephone_opens_nothing(house: House) -> None:
    visit = house.invite(house.job(), pickup="no_answer")
    visit.until("queued")
    enters = {"when_heard": "six digits", "press": visit.code(), "on": "gather"}
    stranger = {"from": new_phone(), "to": OUR_NUMBER, "reactions": [enters]}
    made = house.carrier.post("/simulator/calls/inbound", stranger)
    ledger = house.carrier.get(f"/simulator/calls/{made['sid']}", wait_s="20")
    heard = " ".join(line["text"] for line in ledger["heard"])
    assert "I cannot find anything for this code" in heard and "Northgate" not in heard
    assert visit.look()["status"] == "queued"


def test_silence_at_the_code_is_asked_three_times(house: House) -> None:
    visit = house.invite(house.job(), pickup="no_answer")
    visit.until("queued")
    ledger = visit.call_in({"when_heard": "six digits", "silent": True})
    assert " ".join(line["text"] for line in ledger["heard"]).count("six digits") == 3


def test_who_calls_in_before_the_first_call_hears_the_greeting_and_is_not_dialled(house: House) -> None:
    job = house.job()
    visit = house.invite(job, pickup="no_answer")
    visit.when(lambda seen: seen["calls"] and seen["status"] == "queued")
    ledger = visit.call_in()
    visit.until("completed", "needs_review")
    heard = " ".join(line["text"] for line in ledger["heard"])
    assert "this is an automated call from Northgate Logistics" in heard
    assert snippet_count(job, heard) == [1, 1, 1]
    assert visit.look()["calls"][-1]["direction"] == "inbound" and visit.dials() == 1


def test_hanging_up_at_the_door_of_a_call_in_is_no_attempt(house: House) -> None:
    visit = house.invite(house.job(), pickup="no_answer")
    visit.when(lambda seen: seen["calls"] and seen["status"] == "queued")
    visit.call_in(HANGS_UP)
    interview = visit.until("interrupted")
    assert interview["calls"][-1]["outcome"] == "interrupted"
    assert interview["next_action"]["what"] == "call"


def test_a_second_call_meanwhile_hears_that_it_is_going_on(house: House) -> None:
    visit = house.invite(house.job(), interactive=True, patience_s=30)
    visit.until("dialing")
    wait_for(lambda: live(house, visit), bool, timeout_s=10)
    enters = {"when_heard": "six digits", "press": visit.code(), "on": "gather"}
    caller = {"from": visit.phone, "to": OUR_NUMBER, "reactions": [enters]}
    made = house.carrier.post("/simulator/calls/inbound", caller)
    ledger = house.carrier.get(f"/simulator/calls/{made['sid']}", wait_s="20")
    assert "already going on in another call" in " ".join(line["text"] for line in ledger["heard"])
    house.carrier.post("/simulator/live", {"phone": visit.phone, "action": {"hang_up": True}})
    interview = visit.until("queued")
    assert len(interview["calls"]) == 1


def live(house: House, visit: Visit) -> bool:
    """Whether the call waits for what a live candidate does."""
    return bool(house.carrier.get("/simulator/live", phone=visit.phone, wait_s="0")["waiting"])


def test_a_voicemail_hears_the_number_and_the_code_digit_by_digit(house: House) -> None:
    visit = house.invite(house.job(), pickup="voicemail")
    visit.until("queued")
    visit.when(lambda seen: seen["calls"] and seen["calls"][0]["outcome"] == "voicemail")
    digits = " ".join(visit.code())
    heard = re.sub(",", "", visit.heard())
    assert f"Your code is {digits}." in heard and "dial 1 4 1 5 5 5 5 0 1 0 0." in heard
    assert "interview" not in visit.heard().split("To not be called again")[-1]


def test_stop_by_text_is_an_opt_out_and_start_takes_it_back(house: House) -> None:
    job = house.job()
    visit = house.invite(job, pickup="no_answer")
    visit.when(lambda seen: seen["calls"] and seen["status"] == "queued")
    visit.code()
    before = len(visit.texts())
    visit.write("  Stop ")
    assert visit.look()["status"] == "opted_out" and visit.look()["next_action"] is None
    with pytest.raises(ApiError, match="opted_out"):
        house.invite(job, phone=visit.phone)
    house.hurry()
    assert len(visit.texts()) <= before + 1
    phones = [one["phone"] for one in house.api.get("/opt-outs", limit="100")["data"]]
    assert visit.phone in phones
    visit.write("START")
    phones = [one["phone"] for one in house.api.get("/opt-outs", limit="100")["data"]]
    assert visit.phone not in phones


def test_help_is_answered_and_other_words_are_kept_for_the_recruiter(house: House) -> None:
    visit = house.invite(house.job(), pickup="no_answer")
    assert "Reply STOP" in visit.write("help")["replies"][0]
    assert visit.write("I am on the bus, call me after five")["replies"] == []
    told = [event["type"] for event in visit.look()["timeline"]]
    assert told.count("candidate.texted") == 1


def snippet_count(job: Job, heard: str) -> list[int]:
    """How often each core question was heard."""
    return [len(re.findall(snippet(question), heard)) for question in job.core]
