"""Q5 with the doubles of carrier and model: a question is heard, and a test call reads them all out."""

import requests

from scripts.demonstration.client import wait_for
from scripts.simulator.audio import words_in_wav
from tests.scenarios.house import House, new_phone


def test_Q5_a_test_call_reads_the_questions_and_is_no_interview(house: House) -> None:
    job, phone = house.job(), new_phone()
    # whoever only listens is led on by the silence after each question
    house.carrier.put(f"/simulator/people/{phone}", {"pickup": "answer", "reactions": []})
    before = house.api.get("/interviews?include=total")["total"]
    made = house.api.post(f"/jobs/{job.id}/test-call", {"phone": phone})
    assert made["status"] == "queued"
    path = f"/jobs/{job.id}/test-calls"
    seen = wait_for(lambda: house.api.get(path)["data"][0], lambda one: one["status"] == "completed", timeout_s=20)
    assert seen["status"] == "completed", (seen, house.tail())
    assert seen["questions_read"] == len(job.questions) and seen["simulated"] and seen["duration_s"] is not None

    (call,) = house.carrier.get("/simulator/calls", phone=phone)["calls"]
    ledger = house.carrier.get(f"/simulator/calls/{call['sid']}", wait_s="20")
    heard = " ".join(str(line["text"]) for line in ledger["heard"])
    in_order = [*(one for one in job.questions if one["knockout"]), *job.core]
    places = [heard.index(question["text"]) for question in in_order]
    assert places == sorted(places) and heard.startswith("This is a test call.") and "That was the test call." in heard
    assert not ledger.get("recordings")
    assert house.api.get("/interviews?include=total")["total"] == before


def test_Q5_a_question_is_heard_before_a_candidate_hears_it(house: House) -> None:
    job = house.job()
    url = f"{house.api.base_url}/jobs/{job.id}/questions/{job.core[0]['id']}/audio"

    def look() -> requests.Response:
        return requests.get(url, headers=house.api.headers, timeout=10)

    assert look().status_code in {200, 202}
    heard = wait_for(look, lambda one: one.status_code == 200, timeout_s=20)
    assert heard.status_code == 200 and words_in_wav(heard.content) == job.core[0]["text"]
