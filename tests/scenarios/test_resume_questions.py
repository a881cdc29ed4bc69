"""Q7 over a whole call: the candidate's own résumé is asked about last, recorded, transcribed, and never rated."""

import re
from datetime import timedelta
from typing import Any

import requests

from db.columns import utc_now
from scripts.demonstration.client import wait_for
from tests.scenarios.house import CANARY, House, Visit, new_phone, usual

RESUME = "Robin Okonkwo\nForklift driver at Example Depot\nSkills: pallet labelling, stock counts\n"
SAID = "I counted every shelf on Friday nights and wrote the numbers into the list for the day shift."
BEFORE = "One last question, about your own résumé."


def test_Q7_asked_last_and_not_scored(house: House) -> None:
    job = house.job(max_follow_ups=0, resume_question=True)
    phone = new_phone()
    sent = requests.post(
        f"{house.api.base_url}/candidates", headers=house.api.headers, timeout=10,
        data={"name": "Robin Okonkwo", "phone": phone}, files={"resume": ("cv.txt", RESUME.encode())},
    )  # fmt: skip
    assert sent.status_code == 201, sent.text
    person = sent.json()["id"]
    wait_for(lambda: house.api.get(f"/candidates/{person}"), lambda seen: seen["profile"]["skills"], timeout_s=20)

    # set for later, so that the question is there before anybody is dialled
    rules: list[dict[str, Any]] = [{"when_heard": BEFORE, "say": SAID, "on": "record"}]
    house.carrier.put(f"/simulator/people/{phone}", {"pickup": "answer", "reactions": [*rules, *usual(job)]})
    at = (utc_now() + timedelta(hours=3)).isoformat()
    made = house.api.post("/interviews", {"job_id": job.id, "candidate_id": person, "call_at": at})
    visit = Visit(house, job, phone, made["id"])
    visit.when(lambda seen: (seen["resume_question"] or {}).get("state") == "ready")
    house.api.post(f"/interviews/{visit.id}/call-now", {})
    visit.until("completed")

    heard = visit.heard()
    text = visit.look()["resume_question"]["text"]
    assert "pallet labelling" in text
    places = [heard.index(piece) for piece in (job.core[-1]["text"], BEFORE, text, "That was the last question.")]
    assert places == sorted(places)
    done = visit.when(lambda seen: seen["resume_question"]["transcript"])["resume_question"]
    assert done["state"] == "answered" and SAID.split()[2] in done["transcript"] and done["simulated"]
    sound = requests.get(house.web_url + done["audio_url"], headers=house.api.headers, timeout=10)
    assert sound.status_code == 200 and sound.content[:4] == b"RIFF"

    result = visit.result()
    assert visit.states() == ["scored"] * 3 and result["coverage"] == 1.0 and result["questions_attempted"] == 3
    house.when_settled()
    requests_made = [
        one for purpose in ("answer_rating", "interview_narrative") for one in house.asked_of_model(purpose)
    ]
    assert requests_made
    for one in requests_made:
        assert not re.search(r"pallet labelling|Friday nights|Forklift", str(one))
    (written,) = house.asked_of_model("resume_question")
    assert "Robin" not in str(written) and "Example Depot" not in str(written) and CANARY.search(str(written))
