"""ANSWER_MODE=speech: the telephone company hears the answers, nothing is recorded; on both databases."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from scripts.demonstration.cast import FOLLOW_UP
from tests.scenarios.house import EVERY_WAY, House, Job, Rule, Visit, numbers_in, presses, says, silent_at, usual

pytestmark = EVERY_WAY


@pytest.fixture(scope="module")
def module_house(
    house_database_url: str, delivery: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A trial account whose answers come as text."""
    folder = tmp_path_factory.mktemp("house")
    running = House(
        house_database_url, redis_url, folder, delivery=delivery, is_trial=True, answer_mode="speech"
    )  # fmt: skip
    running.start()
    yield running
    running.stop()


def _spoken(rules: Sequence[Rule]) -> list[Rule]:
    """The same people, who speak to whatever listens."""
    return [{**rule, "on": "gather"} if "say" in rule else rule for rule in rules]


def _visit(house: House, job: Job, rules: Sequence[Rule] = (), manner: str = "strong", **person: Any) -> Visit:
    spoken = _spoken([*rules, *usual(job, manner)])
    return house.invite(job, reactions=spoken, **person)


@pytest.mark.parametrize(("manner", "expected"), [("strong", "hire"), ("weak", "reject")])
def test_an_interview_without_a_recording_is_rated_from_its_words(house: House, manner: str, expected: str) -> None:
    job = house.job()
    visit = _visit(house, job, manner=manner)
    interview = visit.until("completed")
    assert interview["recommendation"] == expected
    for one in visit.answers():
        assert one["transcript_source"] == "carrier" and one["transcript"] and one["audio_url"] is None
        assert one["score"] is not None and all(quote["text"] in one["transcript"] for quote in one["evidence"])
        assert one["speech"] is None
    assert visit.calls()[0]["recordings"] == [] and not visit.calls()[0]["errors"]
    assert "There is no beep." in visit.heard() and "after a beep" not in visit.heard()
    assert all("<Record" not in document["text"] for document in visit.calls()[0]["documents"])


def test_an_answer_longer_than_the_carrier_listens_is_heard_whole(house: House) -> None:
    job = house.job()
    first = job.core[0]
    said = " ".join(f"In step {number} I told them what I was about to do and why." for number in range(1, 17))
    visit = _visit(house, job, [says(first, said)])
    visit.until("completed", "needs_review")
    assert visit.answers()[0]["transcript"] == said
    pieces = [one["say"] for one in visit.calls()[0]["reactions"] if one["kind"] == "say"]
    assert len(pieces) >= 4


def test_silence_star_and_the_menu_work_as_ever(house: House) -> None:
    job = house.job()
    rules = [
        silent_at(job.core[0], 1), presses(job.core[1], "*"), presses(job.core[2], "0"),
        {"when_heard": "To skip it for now", "press": "3", "on": "gather", "times": 1},
    ]  # fmt: skip
    visit = _visit(house, job, rules)
    visit.until("completed")
    assert "I didn't hear anything. Take your time." in visit.heard()
    assert "Here is the question again." in visit.heard()
    assert visit.states() == ["scored"] * 3


def test_a_follow_up_is_heard_and_rated_with_its_question(house: House) -> None:
    job = house.job(questions=6)
    visit = _visit(house, job, manner="mixed")
    visit.until("completed")
    asked = [one["follow_up"] for one in visit.answers() if one["follow_up"]]
    assert all(one["transcript"] for one in asked) and visit.heard().count(FOLLOW_UP) == len(asked)


def test_nobody_who_says_nothing_gets_a_number(house: House) -> None:
    job = house.job()
    silences = [silent_at(question, 9) for question in job.core]
    visit = _visit(house, job, [*silences, {"when_heard": "Would you like more time", "silent": True}])
    visit.until("interrupted")
    assert numbers_in(visit.answers()) == []
