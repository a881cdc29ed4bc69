"""Whole calls as candidates live through them, on both databases: what is heard, what is stored, how it ends."""

import pytest

from tests.scenarios.house import EVERY_WAY, House, minutes_from_now, numbers_in, presses, says, silent_at, snippet

pytestmark = EVERY_WAY


@pytest.mark.parametrize(("manner", "expected"), [("strong", "hire"), ("mixed", "consider"), ("weak", "reject")])
def test_six_questions_are_asked_in_order_once_and_end_in_a_recommendation(
    house: House, manner: str, expected: str
) -> None:
    job = house.job(questions=6)
    visit = house.invite(job, manner=manner)
    interview = visit.until("completed")
    assert visit.dials() == 1
    heard = visit.heard()
    places = [heard.index(question["text"]) for question in job.core]
    assert len(places) == 6 and places == sorted(places)
    assert set(visit.times_asked().values()) == {1}
    assert [one["question"]["id"] for one in visit.answers()] == [question["id"] for question in job.core]
    # "#" ended every other answer, a pause the others
    endings = [one["digits"] for one in visit.calls()[0]["reactions"] if one["kind"] == "recorded"]
    assert sorted(set(endings), key=str) == ["#", None]
    follow_ups = [one["follow_up"] for one in visit.answers() if one["follow_up"]]
    # What is ready in time is asked; at this speed the worker may be too late.
    assert len(follow_ups) == heard.count("Going back to what you said about") <= (0 if manner == "strong" else 2)
    assert len(endings) == 6 + len(follow_ups)
    for one in visit.answers():
        assert one["state"] == "scored" and one["score"] is not None
        said = one["transcript"] + ((one["follow_up"] or {}).get("transcript") or "")
        assert all(quote["text"] in said for quote in one["evidence"])
    assert all(follow_up["transcript"] and follow_up["text"] in heard for follow_up in follow_ups)
    result = visit.result()
    assert result["recommendation"] == interview["recommendation"] == expected
    assert result["provisional"] and result["simulated"] and result["coverage"] == 1.0
    events = [event["type"] for event in interview["timeline"]]
    assert events.count("answer.captured") == 6 and events.count("answer.scored") == 6
    assert interview["calls"][0]["outcome"] == "completed"


def test_star_repeats_the_question_and_the_take_before_it_does_not_count(house: House) -> None:
    job = house.job()
    first, second, _ = job.core
    rules = [presses(first, "*"), says(second, "Let me begin again with this one.", end_with="*", times=1)]
    visit = house.invite(job, rules)
    interview = visit.until("completed")
    assert "Here is the question again." in visit.heard()
    assert visit.times_asked() == {1: 2, 2: 2, 3: 1}
    superseded = [one for one in interview["answers"] if one["superseded"]]
    assert [one["question"]["id"] for one in superseded] == [second["id"]]
    assert superseded[0]["transcript"] is None and numbers_in(superseded) == []
    assert visit.states() == ["scored"] * 3
    assert interview["recommendation"] == "hire"


def test_silence_once_is_asked_again_kindly(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [silent_at(job.core[0], 1)])
    visit.until("completed")
    assert visit.heard().count("I didn't hear anything. Take your time.") == 1
    assert visit.times_asked() == {1: 2, 2: 1, 3: 1}
    assert visit.states() == ["scored"] * 3


def test_a_hang_up_in_an_answer_keeps_it_and_the_next_call_goes_on(house: House) -> None:
    job = house.job(retry_minutes=(60,), questions=3)
    _, second, _ = job.core
    cut_off = "I once had to sort a broken pallet in the aisle, and what I did first was"
    breaks_off = says(second, cut_off, end_with="hang_up", times=1)
    visit = house.invite(job, [breaks_off])
    interview = visit.until("interrupted")
    assert interview["next_action"]["what"] == "call"
    assert 2 < minutes_from_now(interview["next_action"]["at"]) <= 3
    visit.when(lambda _: all(one["transcript"] for one in visit.answers()))
    kept = visit.answers()
    assert [one["partial"] for one in kept] == [False, True]
    assert kept[1]["transcript"] == cut_off
    house.hurry("place_call")
    interview = visit.until("completed", "needs_review")
    assert visit.dials() == 2 and interview["attempts"] == 2
    again = visit.heard(1)
    assert "Hello again, this is the automated interview from Northgate Logistics." in again
    assert visit.times_asked(1) == {1: 0, 2: 0, 3: 1}
    assert "Question 3 of 3." in again
    assert [call["outcome"] for call in interview["calls"]] == ["interrupted", "completed"]
    assert [one["partial"] for one in visit.answers()] == [False, True, False]


def test_nine_at_the_door_is_for_good(house: House) -> None:
    job = house.job()
    visit = house.invite(job, [{"when_heard": "press 9", "press": "9", "on": "gather"}])
    interview = visit.until("opted_out")
    assert "You will not be called again." in visit.heard()
    assert interview["next_action"] is None and interview["answers"] == []
    assert snippet(job.core[0]) not in visit.heard()
