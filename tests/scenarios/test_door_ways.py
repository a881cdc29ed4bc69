"""Who or what picks up, and every way through the door: machines and assistants, silence, later, whom we speak with."""

import re
from typing import Any

import pytest

from tests.scenarios.house import EVERY_WAY, House, Visit, hangs_up, minutes_from_now, press, silent_at, usual

pytestmark = EVERY_WAY

SORRY = "We are sorry that we missed you."
FIRST_WORDS = "this is an automated call from Northgate Logistics"
AT_DOOR = "To begin, press 1"


def waiting_again(visit: Visit, outcome: str, calls: int = 1) -> dict[str, Any]:
    """The interview once it waits for the next call, the last one having ended like this."""

    def waits(seen: dict[str, Any]) -> bool:
        outcomes = [call["outcome"] for call in seen["calls"]]
        return seen["status"] == "queued" and len(outcomes) == calls and outcomes[-1] == outcome

    return visit.when(waits)


def nothing_is_kept(interview: dict[str, Any]) -> bool:
    """Nobody consented: no start, no answer, and the next call is due."""
    return not interview["answers"] and interview["started_at"] is None and interview["next_action"]["what"] == "call"


# --- machines


def test_a_tape_holds_one_message_with_the_number_and_the_code_and_nothing_about_the_job(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), pickup="voicemail", greeting_s=14)
    assert nothing_is_kept(waiting_again(visit, "voicemail"))
    [call] = visit.calls()
    tape = " ".join(call["tape"])
    message = tape[tape.index(SORRY) - len("Hello, " + FIRST_WORDS + ". ") :]
    assert message.startswith("Hello, " + FIRST_WORDS)
    spelled = re.sub(r"[^0-9]", "", message)
    assert "14155550100" in spelled and visit.code() in spelled and tape.count(SORRY) == 1
    assert "interview" not in message and "Warehouse" not in message and "Robin" not in tape
    assert call["recordings"] == [] and call["end_reason"] == "Hangup"


def test_a_second_machine_is_told_nothing(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), pickup="voicemail")
    waiting_again(visit, "voicemail")
    house.hurry("place_call")
    waiting_again(visit, "voicemail", calls=2)
    tapes = [" ".join(call["tape"]) for call in visit.calls()]
    assert [tape.count(SORRY) for tape in tapes] == [1, 0]


@pytest.mark.parametrize("who", ["machine_end_beep", "machine_end_silence", "machine_end_other"])
def test_every_word_for_a_machine_is_one(house: House, who: str) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), pickup="voicemail", answered_by=who)
    interview = waiting_again(visit, "voicemail")
    assert interview["calls"][0]["answered_by"] == who and SORRY in visit.heard()


@pytest.mark.parametrize("who", ["unknown", "human"])
def test_a_machine_taken_for_a_person_hears_a_goodbye_and_no_message(house: House, who: str) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), pickup="voicemail", answered_by=who)
    assert nothing_is_kept(waiting_again(visit, "no_answer"))
    assert SORRY not in visit.heard() and visit.heard().endswith("so I will hang up now. Goodbye.")


def test_a_fax_is_no_person(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), pickup="voicemail", answered_by="fax")
    interview = visit.when(lambda seen: seen["status"] == "queued" and seen["attempts"] == 1)
    assert nothing_is_kept(interview) and interview["calls"][0]["answered_by"] == "fax"


@pytest.mark.parametrize("who", ["machine_start", "fax", "unknown"])
def test_a_person_taken_for_a_machine_is_interviewed_all_the_same(house: House, who: str) -> None:
    visit = house.invite(house.job(), answered_by=who)
    visit.until("completed")
    assert visit.states() == ["scored"] * 3 and SORRY not in visit.heard()


@pytest.mark.parametrize("fault", [{"when": "early"}, {"when": "never"}, {"when": "after_call"}, {"after_s": 60}])
def test_detection_may_come_early_late_never_or_after_the_call(house: House, fault: dict[str, Any]) -> None:
    visit = house.invite(house.job(), faults={"amd": fault}, answered_by="machine_start")
    visit.until("completed")
    visit.calls()
    assert visit.states() == ["scored"] * 3 and visit.look()["calls"][0]["outcome"] == "completed"
    assert visit.seen["calls"][0]["answered_by"] == (None if fault.get("when") == "never" else "machine_start")


def test_a_machine_that_is_known_too_late_gets_no_message_but_one_in_the_next_call(house: House) -> None:
    late = {"amd": {"when": "after_call"}}
    visit = house.invite(house.job(retry_minutes=(60,)), faults=late, pickup="voicemail")
    waiting_again(visit, "no_answer")
    assert SORRY not in visit.heard()
    house.carrier.put("/simulator/faults", {"phone": visit.phone})
    house.hurry("place_call")
    waiting_again(visit, "voicemail", calls=2)
    assert visit.heard().count(SORRY) == 1


# --- assistants that screen calls


def test_an_assistant_who_hands_over_has_not_consented_for_the_person(house: House) -> None:
    job = house.job()
    visit = house.invite(job, pickup="screening", joins_after_s=30, answered_by="human")
    interview = visit.until("completed")
    said = [one.get("say") or one.get("press") for one in visit.calls()[0]["reactions"]]
    assert "Who is calling" in said[0] and said[1] == "1", "the assistant's words began nothing"
    assert visit.heard().count(AT_DOOR) == 2 and visit.states() == ["scored"] * 3
    assert [one["type"] for one in interview["timeline"]].count("interview.started") == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [("human", "Yes, hello, who is calling and what is it about?"), ("machine_start", "One moment please."),
     ("unknown", "Sure, I will see whether they are available.")],
)  # fmt: skip
def test_an_assistant_who_reaches_nobody_leaves_nothing_behind(house: House, who: str, words: str) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), pickup="screening", says=[words], answered_by=who)
    interview = visit.when(lambda seen: seen["status"] == "queued" and seen["attempts"] == 1)
    assert nothing_is_kept(interview) and visit.calls()[0]["recordings"] == []
    assert "Am I speaking with" not in visit.heard()
    assert "interview.started" not in [one["type"] for one in interview["timeline"]]


# --- the door


def test_hello_begins_nothing(house: House) -> None:
    visit = house.invite(house.job(), [{"when_heard": AT_DOOR, "say": "Hello?", "on": "gather", "times": 1}])
    visit.until("completed")
    assert visit.heard().count(AT_DOOR) == 2 and visit.heard().count("Am I speaking with") == 1


def test_a_person_who_says_nothing_hears_a_goodbye(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), [{"when_heard": AT_DOOR, "silent": True}])
    assert nothing_is_kept(waiting_again(visit, "no_answer"))
    assert visit.heard().count(AT_DOOR) == 2 and visit.heard().endswith("I will hang up now. Goodbye.")


def test_a_key_without_a_meaning_is_asked_once_more(house: House) -> None:
    visit = house.invite(house.job(), [press(AT_DOOR, "7", times=1)])
    visit.until("completed")
    assert visit.heard().count(AT_DOOR) == 2


def test_keys_work_before_the_greeting_is_over(house: House) -> None:
    visit = house.invite(house.job(), [press(FIRST_WORDS, "1", times=1)])
    visit.until("completed")
    assert AT_DOOR not in visit.heard() and visit.states() == ["scored"] * 3


@pytest.mark.parametrize(("key", "least", "most"), [("2", 0, 36 * 60), ("3", 23 * 60, 25 * 60)])
def test_later_is_this_evening_or_tomorrow(house: House, key: str, least: int, most: int) -> None:
    visit = house.invite(house.job(), [press("When shall we call you", key), press(AT_DOOR, "2")])
    interview = visit.until("scheduled")
    assert least <= minutes_from_now(interview["next_action"]["at"]) <= most
    assert interview["calls"][0]["outcome"] == "callback_requested" and not interview["answers"]


def test_who_wants_to_be_called_later_and_does_not_say_when_is_called_tomorrow(house: House) -> None:
    visit = house.invite(house.job(), [{"when_heard": "When shall we call you", "silent": True}, press(AT_DOOR, "2")])
    interview = visit.until("scheduled")
    assert visit.heard().count("When shall we call you") == 2
    assert 23 * 60 < minutes_from_now(interview["next_action"]["at"]) < 25 * 60


def test_whom_we_speak_with_may_be_said(house: House) -> None:
    visit = house.invite(house.job(), [{"when_heard": "Am I speaking with", "say": "Yes, that's me.", "on": "gather"}])
    visit.until("completed")
    assert visit.states() == ["scored"] * 3


def test_a_spoken_no_is_a_wrong_person(house: House) -> None:
    says_no = {"when_heard": "Am I speaking with", "say": "No, wrong number.", "on": "gather"}
    visit = house.invite(house.job(), [says_no])
    interview = visit.until("declined")
    assert interview["reason_code"] == "wrong_person" and interview["next_action"] is None
    assert "We are sorry to have disturbed you." in visit.heard() and set(visit.times_asked().values()) == {0}


def test_who_does_not_say_who_they_are_is_called_again_and_asked_again(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [{"when_heard": "Am I speaking with", "silent": True, "times": 2}])
    interview = visit.until("interrupted")
    assert interview["reason_code"] == "no_identity" and set(visit.times_asked().values()) == {0}
    house.hurry("place_call")
    visit.until("completed")
    assert "Am I speaking with" in visit.heard(1) and visit.dials() == 2


def test_a_hang_up_when_asked_who_it_is_goes_on_later(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(60,)), [hangs_up("Am I speaking with")])
    visit.until("interrupted")
    house.hurry("place_call")
    visit.until("completed")
    assert "Hello again" in visit.heard(1) and visit.times_asked(1) == {1: 1, 2: 1, 3: 1}


def test_nine_in_a_later_call_ends_it_for_good_and_keeps_what_was_said(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [hangs_up("Question 2 of 3")])
    visit.until("interrupted")
    visit.when(lambda _: visit.answers() and visit.answers()[0]["transcript"])
    nine = press("To continue, press 1", "9")
    house.carrier.put(f"/simulator/people/{visit.phone}", {"reactions": [nine, *usual(job)]})
    house.hurry("place_call")
    interview = visit.until("opted_out")
    assert interview["next_action"] is None and len(visit.answers()) == 1


def test_a_call_that_the_network_cancels_is_tried_again(house: House) -> None:
    visit = house.invite(house.job(retry_minutes=(0,)), pickup_sequence=["canceled"])
    interview = visit.until("completed")
    assert visit.dials() == 2 and interview["calls"][0]["status"] == "canceled"


def test_silence_at_the_first_question_after_a_machine_is_still_a_person(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(job.core[0], 1)], answered_by="machine_start")
    visit.until("completed")
    assert visit.states() == ["scored"] * 3
