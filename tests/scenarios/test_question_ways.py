"""Every way a question can go besides an answer: help, silence, a knockout by voice, and the line going meanwhile."""

from typing import Any

import pytest

from tests.scenarios.house import (
    EVERY_WAY,
    House,
    Job,
    Visit,
    hangs_up,
    minutes_from_now,
    numbers_in,
    press,
    presses,
    says,
    silent_at,
    snippet,
)

pytestmark = EVERY_WAY

STUCK = "Would you like more time"
MENU = "To pause for a minute, press 4"


def slow_questions(visit: Visit) -> int:
    """How many documents spoke more slowly."""
    return sum('rate="' in document["text"] for document in visit.calls()[0]["documents"])


# --- what is said


def test_a_call_says_how_it_works_once_and_ends_with_what_happens_next(house: House) -> None:
    visit = house.invite(house.job())
    visit.until("completed")
    heard = visit.heard()
    assert heard.count("When you have finished, press pound.") == 1
    assert "recorded, and reviewed by a person" in heard.split("To begin, press 1")[0]
    after = heard.split(visit.job.core[-1]["text"])[1]
    assert "person" in after and after.rstrip().endswith("oodbye.") and "great" not in heard.lower()
    assert visit.calls()[0]["end_reason"] == "Hangup"


def test_the_second_repetition_is_slower(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[0], "*", times=2)])
    visit.until("completed")
    assert visit.times_asked()[1] == 3 and slow_questions(visit) >= 1 and visit.states() == ["scored"] * 3


# --- the menu


def test_the_menu_repeats_the_question(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[0], "0"), press("To hear the question again, press 1", "1", times=1)])
    visit.until("completed")
    assert visit.times_asked() == {1: 2, 2: 1, 3: 1} and visit.states() == ["scored"] * 3


def test_no_choice_in_the_menu_goes_back_to_the_question(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(job.core[1], "0"), {"when_heard": MENU, "silent": True}])
    visit.until("completed")
    assert visit.heard().count(MENU) == 2 and visit.times_asked()[2] == 2 and visit.states() == ["scored"] * 3


def test_a_key_that_the_menu_does_not_have_is_said_to_be_none(house: House) -> None:
    job = house.job()
    rules = [presses(job.core[1], "0"), press("That key has no meaning here", "1", times=1), press(MENU, "8", times=1)]
    visit = house.invite(job, rules)
    visit.until("completed")
    assert visit.heard().count("That key has no meaning here.") == 1 and visit.states() == ["scored"] * 3


def test_an_answer_is_started_again_as_often_as_the_job_allows(house: House) -> None:
    job = house.job(retakes=1)
    first = job.core[0]
    rules = [
        says(first, "This is not what I wanted to say at all.", end_with="0", times=2),
        press("This answer cannot be started again", "3", times=1), press("start this answer again, press 2", "2"),
    ]  # fmt: skip
    visit = house.invite(job, rules)
    interview = visit.until("completed", "needs_review")
    assert "This answer cannot be started again. What you said is kept." in visit.heard()
    takes = [(one["take"], one["superseded"]) for one in interview["answers"] if one["question"]["id"] == first["id"]]
    assert takes == [(1, True), (2, False)]


def test_an_answer_is_kept_when_nothing_is_chosen_after_it(house: House) -> None:
    job = house.job()
    rules = [says(job.core[0], end_with="0", times=1), {"when_heard": "Your answer so far is kept", "silent": True}]
    visit = house.invite(job, rules)
    visit.until("completed")
    assert "Your earlier answer is kept." in visit.heard() and visit.times_asked()[1] == 1
    assert visit.states() == ["scored"] * 3 and visit.answers()[0]["take"] == 1


# --- silence


def test_after_two_silences_a_question_may_be_skipped(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(job.core[1], 2), press(STUCK, "2")])
    visit.until("completed")
    assert "We will come back to this one at the end." in visit.heard()
    assert sorted(visit.states()) == ["scored"] * 3, "it was answered in the second round"


def test_after_two_silences_one_may_be_called_back(house: House) -> None:
    job = house.job()
    rules = [silent_at(job.core[1], 2), press(STUCK, "3", times=1), press("When shall we call you", "1", times=1)]
    visit = house.invite(job, rules)
    interview = visit.until("scheduled")
    assert minutes_from_now(interview["next_action"]["at"]) <= 15
    house.hurry("place_call")
    interview = visit.until("completed")
    assert [call["outcome"] for call in interview["calls"]] == ["callback_requested", "completed"]
    assert "Hello again" in visit.heard(1) and visit.times_asked(1) == {1: 0, 2: 1, 3: 1}


def test_a_line_without_any_sound_ends_at_the_longest_answer(house: House) -> None:
    job = house.job(answer_max_s=30)
    nothing = {"when_heard": snippet(job.core[0]), "silent": True, "no_audio": True, "times": 1}
    visit = house.invite(job, [nothing])
    visit.until("completed")
    assert visit.heard().count("I didn't hear anything.") == 1 and visit.states() == ["scored"] * 3


# --- knockouts


def knockout_of(job: Job) -> dict[str, Any]:
    return next(question for question in job.questions if question["knockout"])


@pytest.mark.parametrize(("said", "yes"), [("Yes, I can.", True), ("No, I'm afraid.", False)])
def test_a_knockout_is_answered_by_voice(house: House, said: str, yes: bool) -> None:
    job = house.job()
    answer = {"when_heard": snippet(knockout_of(job)), "say": said, "on": "gather"}
    visit = house.invite(job, [answer])
    interview = visit.until("completed", "needs_review")
    stored = [one for one in interview["answers"] if one["question"]["knockout"]]
    assert [one["said_yes"] for one in stored] == [yes] and numbers_in(stored) == []
    assert visit.states() == ["scored"] * 3


def test_a_knockout_heard_again_and_then_answered(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [presses(knockout_of(job), "*")])
    interview = visit.until("completed")
    assert visit.heard().count(knockout_of(job)["text"]) == 2
    assert [one["said_yes"] for one in interview["answers"] if one["question"]["knockout"]] != [None]


def test_a_knockout_in_silence_is_unclear_and_the_call_goes_on(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(knockout_of(job), 9)])
    interview = visit.until("completed", "needs_review")
    assert [one["said_yes"] for one in interview["answers"] if one["question"]["knockout"]] == [None]
    assert visit.states() == ["scored"] * 3 and interview["recommendation"] != "hire"


# --- the line goes


def goes_on(house: House, visit: Visit, asked: dict[int, int]) -> dict[str, Any]:
    """The next call, which asks these; the interview at its end."""
    visit.until("interrupted")
    house.hurry("place_call")
    interview = visit.until("completed", "needs_review")
    assert "Hello again, this is the automated interview from Northgate Logistics." in visit.heard(1)
    assert visit.times_asked(1) == asked and visit.dials() == 2
    assert [call["outcome"] for call in interview["calls"]] == ["interrupted", "completed"]
    assert len(visit.answers()) == 3, "each question once"
    return interview


@pytest.mark.parametrize("place", [1, 2])
def test_a_hang_up_while_a_question_is_spoken_asks_it_again(house: House, place: int) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [hangs_up(snippet(job.core[place - 1]))])
    goes_on(house, visit, {number: int(number >= place) for number in (1, 2, 3)})
    assert visit.states() == ["scored"] * 3


def test_a_hang_up_after_the_beep_without_a_word_asks_again(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [hangs_up(snippet(job.core[1]), on="record")])
    goes_on(house, visit, {1: 0, 2: 1, 3: 1})
    assert visit.states() == ["scored"] * 3


def test_a_hang_up_at_a_knockout_asks_it_again(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [hangs_up(snippet(knockout_of(job)))])
    goes_on(house, visit, {1: 1, 2: 1, 3: 1})
    assert knockout_of(job)["text"] in visit.heard(1)


def test_a_hang_up_in_the_menu_keeps_the_answer_before_it(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, [says(job.core[0], end_with="0", times=1), hangs_up("Your answer so far is kept")])
    goes_on(house, visit, {1: 0, 2: 1, 3: 1})
    assert visit.states() == ["scored"] * 3


def test_a_hang_up_in_the_last_answer_ends_the_interview(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [says(job.core[2], end_with="hang_up")])
    interview = visit.until("completed", "needs_review")
    assert visit.states() == ["scored"] * 3 and [one["partial"] for one in visit.answers()] == [False, False, True]
    assert visit.dials() == 1 and interview["next_action"] is None


def test_a_line_that_is_lost_twice_goes_on_twice(house: House) -> None:
    job = house.job(retry_minutes=(60,), max_attempts=3)
    visit = house.invite(job, [hangs_up(snippet(job.core[1])), hangs_up(snippet(job.core[2]))])
    for _ in range(2):
        visit.until("interrupted")
        house.hurry("place_call")
        visit.when(lambda seen: seen["status"] != "interrupted")
    visit.until("completed")
    asked = [visit.times_asked(call) for call in range(3)]
    assert asked == [{1: 1, 2: 1, 3: 0}, {1: 0, 2: 1, 3: 1}, {1: 0, 2: 0, 3: 1}]
    assert visit.states() == ["scored"] * 3


def test_when_the_calls_are_used_up_what_was_said_is_assessed(house: House) -> None:
    job = house.job(retry_minutes=(60,), max_attempts=1)
    visit = house.invite(job, [hangs_up(snippet(job.core[1]))])
    interview = visit.until("needs_review", "completed")
    assert visit.states()[0] == "scored" and interview["recommendation"] is None and visit.dials() == 1


def test_a_line_cut_at_any_verb_loses_nothing(house: House) -> None:
    job = house.job(retry_minutes=(60,))
    visit = house.invite(job, faults={"hang_up_at_verb": 12})
    visit.until("interrupted")
    house.carrier.put("/simulator/faults", {"phone": visit.phone})
    house.hurry("place_call")
    visit.until("completed", "needs_review")
    assert len(visit.answers()) == 3 and visit.dials() == 2
