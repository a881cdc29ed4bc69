"""A carrier that repeats, delays, loses and invents: nothing is dialled twice, recorded twice or lost."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import requests

from scripts.simulator.carrier.signature import sign
from tests.scenarios.house import ACCOUNT, TOKEN, House, Visit, numbers_in, says


def _is_whole(visit: Visit) -> None:
    """One take of every question, rated once, heard once."""
    takes = Counter((one["question"]["id"], one["take"]) for one in visit.look()["answers"])
    assert set(takes.values()) == {1}
    assert [one["question"]["id"] for one in visit.answers()] == [question["id"] for question in visit.job.core]
    assert visit.states() == ["scored"] * len(visit.job.core)
    events = Counter(event["type"] for event in visit.seen["timeline"])
    assert events["answer.captured"] == events["answer.scored"] == len(visit.job.core)
    assert visit.dials() == 1 and visit.seen["recommendation"] == "hire"


# --- callbacks


def test_every_document_is_asked_for_twice(house: House) -> None:
    visit = house.invite(house.job(), faults={"documents": {"duplicate": 2}})
    visit.until("completed")
    _is_whole(visit)
    assert set(visit.times_asked().values()) == {1}


def test_every_callback_comes_twenty_times_at_once(house: House) -> None:
    faults = {"status_callbacks": {"duplicate": 20}, "recording_callbacks": {"duplicate": 20}}
    visit = house.invite(house.job(), faults=faults)
    visit.until("completed", within_s=40)
    _is_whole(visit)


def test_callbacks_come_late_and_out_of_order(house: House) -> None:
    faults = {
        "status_callbacks": {"shuffle": True, "delay_s": 0.1},
        "recording_callbacks": {"shuffle": True, "delay_s": 0.1},
    }
    visit = house.invite(house.job(), faults=faults)
    visit.until("completed")
    _is_whole(visit)
    visit.calls()
    assert visit.look()["calls"][0]["status"] == "completed" and visit.seen["status"] == "completed"


def test_a_recording_is_announced_before_its_turn(house: House) -> None:
    visit = house.invite(house.job(), faults={"recording_callbacks": {"early": True}})
    house.hurry_until(lambda: visit.look()["status"] == "completed", "transcribe_answer")
    _is_whole(visit)


def test_recordings_that_are_never_announced_are_fetched_all_the_same(house: House) -> None:
    visit = house.invite(house.job(), faults={"recording_callbacks": {"drop": True}})
    visit.until("processing")
    house.hurry_until(lambda: visit.look()["status"] == "completed", "transcribe_answer")
    _is_whole(visit)


def test_the_end_of_a_call_that_nobody_told_us_about_is_found(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    hangs_up = {"when_heard": "Question 2 of 3", "hang_up": True, "on": "gather"}
    visit = house.invite(job, [hangs_up], faults={"status_callbacks": {"drop": True}})
    visit.until("in_progress")
    visit.calls()
    assert visit.look()["status"] == "in_progress"
    house.hurry_until(lambda: visit.look()["status"] == "interrupted", "reconcile_call")
    assert visit.seen["calls"][0]["status"] == "completed"
    assert visit.seen["next_action"]["what"] == "call" and visit.dials() == 1
    visit.when(lambda _: visit.answers() and visit.answers()[0]["state"] == "scored")


# --- recordings


def test_a_recording_that_is_not_there_yet_is_fetched_later(house: House) -> None:
    visit = house.invite(house.job(), faults={"media": {"not_found_times": 3}})
    house.hurry_until(lambda: visit.look()["status"] == "completed", "transcribe_answer")
    _is_whole(visit)


@pytest.mark.parametrize("how", ["forever", "truncate", "html"])
def test_a_recording_that_never_comes_is_a_technical_failure_without_a_number(house: House, how: str) -> None:
    visit = house.invite(house.job(), faults={"media": {how: True}})
    house.hurry_until(lambda: visit.look()["status"] == "needs_review", "transcribe_answer", within_s=60)
    assert visit.states() == ["technical_failure"] * 3
    assert numbers_in(visit.seen["answers"]) == []
    assert all(one["state_reason"] for one in visit.answers())
    assert visit.seen["recommendation"] is None and visit.seen["overall_score"] is None
    assert visit.seen["result"]["coverage"] == 0
    assert "technical_failure" in [reason["code"] for reason in visit.seen["result"]["review_reasons"]]


# --- placing the call


@pytest.mark.parametrize("is_made", [True, False])
def test_an_unclear_dial_is_looked_up_and_never_repeated_blindly(house: House, is_made: bool) -> None:
    faults = {"create": {"status": 500, "times": 1, "but_call_is_made": is_made}}
    visit = house.invite(house.job(), faults=faults)
    if not is_made:
        visit.when(lambda seen: seen["attempts"] == 1)
        house.make_calls_older(visit.phone, timedelta(minutes=2))
        house.hurry_until(lambda: visit.look()["attempts"] == 2, "reconcile_call")
    visit.until("completed")
    assert visit.dials() == 1
    assert [call["carrier_sid"] for call in visit.seen["calls"] if call["carrier_sid"]] == [visit.calls()[0]["sid"]]


def test_a_carrier_that_is_busy_is_asked_again(house: House) -> None:
    visit = house.invite(house.job(), faults={"create": {"status": 429, "times": 2}})
    house.hurry_until(lambda: visit.look()["status"] == "completed", "place_call")
    assert visit.dials() == 1


# --- a fault of ours


@pytest.mark.parametrize("method", ["answered", "take_turn"])
def test_a_fault_of_ours_is_apologised_for_and_the_person_called_again(house: House, method: str) -> None:
    job = house.job(retry_minutes=(60,))
    house.break_once(method)
    visit = house.invite(job)
    interview = visit.until("interrupted")
    heard = visit.heard()
    assert heard.endswith("We are sorry, something went wrong on our side. We will try to call you back. Goodbye.")
    assert visit.calls()[0]["twilio_error_heard"] is False
    assert interview["next_action"]["what"] == "call" and interview["reason_code"] == "our_fault"
    house.hurry("place_call")
    visit.until("completed")
    assert visit.dials() == 2


# --- who speaks to our hooks


def _send(url: str, form: dict[str, str], signature: str | None = None, signed_url: str | None = None) -> int:
    headers = {"X-Twilio-Signature": signature or sign(TOKEN, signed_url or url, form)}
    if signature == "":
        headers = {}
    return requests.post(url, data=form, headers=headers, timeout=10).status_code


def _turns(visit: Visit) -> list[dict[str, Any]]:
    return [hook for hook in visit.calls()[0]["webhooks"] if "/turn/" in hook["url"]]


def test_forged_and_unsigned_webhooks_are_403_and_change_nothing(house: House) -> None:
    visit = house.invite(house.job(), interactive=True)
    house.wait_for_live(visit.phone)
    before = visit.look()
    call = before["calls"][0]
    base = f"{house.web_url}/webhooks/voice"
    form = {"CallSid": call["carrier_sid"], "AccountSid": ACCOUNT, "CallStatus": "completed", "SequenceNumber": "9"}
    recording = form | {"RecordingSid": "RE" + "0" * 32, "RecordingStatus": "completed", "RecordingDuration": "9"}
    paths = {
        f"/answered/{call['id']}": form,
        f"/turn/{call['id']}/1": form | {"Digits": "9"},
        f"/status/{call['id']}": form,
        f"/recording/{call['id']}/1": recording,
        f"/amd/{call['id']}": form | {"AnsweredBy": "machine_start"},
    }
    for path, fields in paths.items():
        url = base + path
        assert _send(url, fields, signature="") == 403, path
        assert _send(url, fields, signature="Zm9yZ2Vk") == 403, path
        # a true signature of another address, of other fields, and with another account
        assert _send(url, fields, signed_url=url + "x") == 403, path
        assert _send(url, fields | {"Digits": "1"}, signature=sign(TOKEN, url, fields)) == 403, path
        assert _send(url, fields | {"AccountSid": "AC" + "9" * 32}) == 403, path
        # signed by the carrier, but about somebody else's call
        assert _send(url, fields | {"CallSid": "CA" + "0" * 32}) == 403, path
    after = visit.look()
    assert {name: after[name] for name in after} == {name: before[name] for name in before}
    house.carrier.post("/simulator/live", {"phone": visit.phone, "action": {"hang_up": True}})


def test_what_was_sent_once_may_be_sent_again_and_changes_nothing(house: House) -> None:
    visit = house.invite(house.job(), [says(house.job().core[0])])
    visit.until("completed")
    _is_whole(visit)
    hooks = visit.calls()[0]["webhooks"]
    house.when_settled()
    before = visit.look()
    for hook in hooks:
        assert 200 <= _send(hook["url"], hook["params"]) < 300
    house.when_settled()
    assert visit.look() == before
    assert len(_turns(visit)) >= 5
