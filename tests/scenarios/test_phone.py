"""What people do on the telephone besides answering: silence, menus, no wish to talk, nobody there."""

import pytest

from scripts.demonstration.client import ApiError
from tests.scenarios.house import (
    EVERY_WAY,
    House,
    Rule,
    minutes_from_now,
    new_phone,
    numbers_in,
    press,
    presses,
    says,
    silent_at,
    usual,
)

pytestmark = EVERY_WAY


# --- silence


def test_three_silences_pass_a_question_without_a_number(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(job.core[1], 4), {"when_heard": "Would you like more time", "silent": True}])
    interview = visit.until("completed", "needs_review")
    assert "Would you like more time? Press 1." in visit.heard()
    assert visit.states() == ["scored", "no_response", "scored"]
    assert numbers_in([visit.answers()[1]]) == []
    assert interview["result"]["coverage"] == pytest.approx(2 / 3, abs=0.01)
    # below three quarters of the questions there is no recommendation
    assert interview["status"] == "needs_review" and interview["recommendation"] is None


def test_two_silent_questions_in_a_row_end_the_call_kindly(house: House) -> None:
    job = house.job()
    silences = [silent_at(question, 9) for question in job.core]
    visit = house.invite(job, [*silences, {"when_heard": "Would you like more time", "silent": True}])
    interview = visit.until("interrupted")
    assert "I cannot hear you, so I will end the call here." in visit.heard()
    assert visit.calls()[0]["end_reason"] == "Hangup"
    assert interview["next_action"]["what"] == "call" and interview["next_action"]["why"]
    assert visit.times_asked()[3] == 0
    assert numbers_in(visit.answers()) == []


def test_after_two_silences_more_time_is_given_when_asked_for(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(job.core[0], 2), press("Would you like more time", "1")])
    visit.until("completed")
    assert visit.states() == ["scored"] * 3


def test_a_recording_that_posts_without_sound_is_silence(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(job.core[0], 1)], empty_record="post_zero")
    visit.until("completed")
    assert visit.heard().count("I didn't hear anything.") == 1
    assert visit.states() == ["scored"] * 3


def test_an_answer_at_the_limit_is_kept_and_said_to_be(house: House) -> None:
    job = house.job(answer_max_s=30)
    visit = house.invite(job, [says(job.core[0], end_with="max_length")])
    visit.until("completed")
    assert "Thank you, that was all the time for this one." in visit.heard()
    assert visit.answers()[0]["state"] == "scored" and visit.answers()[0]["duration_s"] == pytest.approx(30, abs=1)


# --- the menu


def test_starting_an_answer_again_takes_the_first_one_back(house: House) -> None:
    job = house.job()
    first = job.core[0]
    rules = [says(first, "No, wait, that was about something else.", end_with="0", times=1), press("start this", "2")]
    visit = house.invite(job, rules)
    interview = visit.until("completed")
    assert "Let's start this answer again." in visit.heard()
    taken_back = [one for one in interview["answers"] if one["superseded"]]
    assert [(one["question"]["id"], one["score"]) for one in taken_back] == [(first["id"], None)]
    assert visit.answers()[0]["take"] == 2 and visit.states() == ["scored"] * 3


def test_a_skipped_question_is_offered_once_more_at_the_end(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[0], "0"), press("To skip it for now", "3")])
    visit.until("completed")
    heard = visit.heard()
    assert "We will come back to this one at the end." in heard and "Now we come back to what you skipped." in heard
    texts = [question["text"] for question in job.core]
    assert heard.rindex(texts[0]) > heard.index(texts[2]) > heard.index(texts[1])
    assert sorted(visit.states()) == ["scored"] * 3


def test_a_question_skipped_twice_carries_no_number(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[0], "0", times=2), press("To skip it for now", "3")])
    visit.until("needs_review")
    assert sorted(visit.states()) == ["scored", "scored", "skipped"]
    assert visit.dials() == 1


def test_the_candidate_may_end_the_interview_and_is_assessed_on_what_was_said(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[1], "0"), press("To end the interview", "9")])
    interview = visit.until("completed", "needs_review")
    assert "All right, we stop here." in visit.heard()
    assert interview["status"] == "needs_review" and interview["recommendation"] is None
    assert visit.states()[0] == "scored" and set(visit.states()[1:]) <= {"skipped", "no_response"}
    assert interview["next_action"] is None and visit.dials() == 1


def test_a_pause_of_a_minute_comes_back_to_the_question(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[1], "0"), press("To pause for a minute", "4", times=1)])
    visit.until("completed")
    assert "Let's go on." in visit.heard() and visit.states() == ["scored"] * 3
    assert visit.calls()[0]["line_s"] > 60


# --- the door


def test_pressing_two_is_called_later(house: House) -> None:
    visit = house.invite(house.job(), [press("When shall we call you", "1"), press("To begin, press 1", "2")])
    interview = visit.until("scheduled")
    assert "We will call you in about 15 minutes" in visit.heard()
    assert interview["next_action"]["what"] == "call" and 13 < minutes_from_now(interview["next_action"]["at"]) <= 15
    house.carrier.put(f"/simulator/people/{visit.phone}", {"reactions": usual(visit.job)})
    house.hurry("place_call")
    visit.until("completed")
    assert visit.dials() == 2
    assert [call["outcome"] for call in visit.seen["calls"]] == ["callback_requested", "completed"]


def test_pressing_three_asks_for_a_person_and_ends_the_automatic_calls(house: House) -> None:
    visit = house.invite(house.job(), [press("To begin, press 1", "3")])
    interview = visit.until("declined")
    assert "you would like to speak with a person" in visit.heard()
    assert interview["next_action"] is None
    assert "candidate.asked_for_person" in [event["type"] for event in interview["timeline"]]


@pytest.mark.parametrize("how", ["key", "speech"])
def test_who_opted_out_is_never_invited_again(house: House, how: str) -> None:
    job = house.job()
    stop: Rule = {"when_heard": "To begin, press 1", "on": "gather"}
    stop |= {"press": "9"} if how == "key" else {"say": "Please stop calling me."}
    visit = house.invite(job, [stop])
    visit.until("opted_out")
    assert "You will not be called again." in visit.heard()
    with pytest.raises(ApiError) as refused:
        house.api.post("/interviews", {"job_id": job.id, "candidate": {"name": "R", "phone": visit.phone}})
    assert refused.value.problem["code"] == "opted_out"
    assert visit.dials() == 1


def test_a_spoken_yes_is_consent(house: House) -> None:
    visit = house.invite(house.job(), [{"when_heard": "To begin, press 1", "say": "Yes, please.", "on": "gather"}])
    visit.until("completed")
    assert "interview.started" in [event["type"] for event in visit.seen["timeline"]]


def test_a_wrong_person_hears_nothing_further(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [press("Am I speaking with", "2")])
    interview = visit.until("declined")
    assert interview["reason_code"] == "wrong_person" and interview["next_action"] is None
    assert "We are sorry to have disturbed you." in visit.heard()
    assert set(visit.times_asked().values()) == {0}
    door = visit.heard().split("Am I speaking with")[0]
    assert "Robin" not in door


def test_a_hang_up_at_the_door_is_tried_again_later(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [{"when_heard": "To begin, press 1", "hang_up": True}])
    interview = visit.when(lambda seen: seen["status"] == "queued" and seen["attempts"] == 1)
    assert 58 < minutes_from_now(interview["next_action"]["at"]) <= 60
    assert interview["calls"][0]["outcome"] == "no_answer" and interview["answers"] == []


# --- nobody there


@pytest.mark.parametrize(("pickup", "outcome"), [("busy", "busy"), ("no_answer", "no_answer")])
def test_nobody_is_reached_and_the_attempts_end(house: House, pickup: str, outcome: str) -> None:
    job = house.job(retry_minutes=(0,), max_attempts=3)
    visit = house.invite(job, pickup=pickup)
    interview = visit.until("unreachable")
    assert visit.dials() == 3 and [call["outcome"] for call in interview["calls"]] == [outcome] * 3
    assert interview["next_action"] is None and interview["reason_code"] == "attempts_exhausted"


def test_a_number_that_cannot_be_connected_ends_too(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(0,), max_attempts=2), pickup="failed")
    interview = visit.until("unreachable")
    assert interview["next_action"] is None and interview["reason_code"] == "attempts_exhausted"
    assert visit.dials() == 4 and {call["outcome"] for call in interview["calls"]} == {"failed"}


def test_a_voicemail_hears_one_message_without_the_job_and_is_called_again(house: House) -> None:
    job = house.job(retry_minutes=(60,), max_attempts=3)
    visit = house.invite(job, pickup="voicemail")
    interview = visit.when(lambda seen: seen["status"] == "queued" and seen["attempts"] == 1)
    heard = visit.heard()
    assert "We are sorry that we missed you." in heard
    assert "Warehouse" not in heard.split("We are sorry that we missed you.")[1]
    assert interview["calls"][0]["answered_by"].startswith("machine")
    assert interview["calls"][0]["outcome"] == "voicemail" and interview["started_at"] is None
    assert interview["answers"] == [] and visit.calls()[0]["recordings"] == []
    house.hurry("place_call")
    visit.when(lambda seen: seen["attempts"] == 2 and seen["status"] == "queued")
    assert "We are sorry that we missed you." not in visit.heard(1)


def test_one_busy_then_somebody_answers(house: House) -> None:
    job = house.job(retry_minutes=(0,))
    visit = house.invite(job, pickup_sequence=["busy"])
    interview = visit.until("completed")
    assert [call["outcome"] for call in interview["calls"]] == ["busy", "completed"] and visit.dials() == 2


# --- knockouts


@pytest.mark.parametrize(("key", "met"), [("1", True), ("2", False)])
def test_a_knockout_is_answered_by_key_and_never_ends_the_call(house: House, key: str, met: bool) -> None:
    job = house.job()
    knockout = next(question for question in job.questions if question["knockout"])
    visit = house.invite(job, [presses(knockout, key)])
    interview = visit.until("completed", "needs_review")
    stored = [one for one in interview["answers"] if one["question"]["knockout"]]
    assert [one["said_yes"] for one in stored] == [key == "1"] and numbers_in(stored) == []
    assert visit.states() == ["scored"] * 3
    passed = met is (knockout["pass_rule"] != "no")
    if passed:
        assert interview["recommendation"] == "hire"
    else:
        assert interview["recommendation"] == "consider"
        reasons = [reason["code"] for reason in interview["result"]["review_reasons"]]
        assert "knockout_unconfirmed" in reasons


def test_a_knockout_without_an_answer_is_unclear(house: House) -> None:
    job = house.job()
    knockout = next(question for question in job.questions if question["knockout"])
    visit = house.invite(job, [presses(knockout, "5", times=5)])
    interview = visit.until("needs_review", "completed")
    stored = [one for one in interview["answers"] if one["question"]["knockout"]]
    assert [one["said_yes"] for one in stored] == [None]
    assert interview["recommendation"] != "hire"
    assert "knockout_unclear" in [reason["code"] for reason in interview["result"]["review_reasons"]]


# --- who may be called, and steering


def test_a_number_on_no_list_is_never_dialled(house: House) -> None:
    phone = "+14155550199"
    with pytest.raises(ApiError) as refused:
        house.invite(house.job(), phone=phone)
    assert refused.value.problem["code"] == "not_whitelisted" and phone not in str(refused.value.problem)
    assert house.carrier.get("/simulator/ledger")["dials"].get(phone) is None


def test_a_number_taken_off_the_list_after_the_invitation_is_never_dialled(house: House) -> None:
    phone = "+14155550198"
    house.api.post("/whitelist", {"pattern": phone})
    later = "2099-01-01T15:00:00Z"
    visit = house.invite(house.job(), phone=phone, invitation={"call_at": later})
    assert visit.look()["status"] == "scheduled"
    entry = next(one for one in house.api.get("/whitelist")["data"] if one["pattern"] == phone)
    house.remove(f"/whitelist/{entry['id']}")
    house.hurry("place_call")
    interview = visit.until("failed")
    assert interview["reason_code"] == "not_whitelisted" and visit.dials() == 0


def test_canceling_while_the_call_is_up_says_goodbye(house: House) -> None:
    phone = new_phone()
    visit = house.invite(house.job(), phone=phone, interactive=True)
    house.wait_for_live(phone)
    assert house.api.post(f"/interviews/{visit.id}/cancel")["status"] == "canceled"
    house.carrier.post("/simulator/live", {"phone": phone, "action": {"press": "1"}})
    assert visit.heard().endswith("Goodbye.")
    interview = visit.look()
    assert interview["status"] == "canceled" and interview["next_action"] is None and interview["answers"] == []
    assert visit.dials() == 1


def test_hanging_up_from_the_desk_keeps_what_was_said(house: House) -> None:
    phone = new_phone()
    job = house.job()
    visit = house.invite(job, phone=phone, interactive=True)
    for key in ("1", "1", "1"):
        house.carrier.post("/simulator/live", {"phone": phone, "action": {"press": key}})
    house.wait_for_live(phone, at_question=True)
    house.api.post(f"/interviews/{visit.id}/hang-up")
    said = says(job.core[0])["say"]
    house.carrier.post("/simulator/live", {"phone": phone, "action": {"say": said}})
    interview = visit.until("completed", "needs_review")
    assert "we have to end the call here" in visit.heard()
    assert visit.answers()[0]["state"] == "scored" and interview["recommendation"] is None
