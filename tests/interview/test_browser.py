"""The interview in a browser: what is shown of each progress, and which events a reply becomes."""

from __future__ import annotations

import pytest

from interview import browser
from interview.browser import Asked, Kind, asked_now, in_browser
from interview.events import CallEnded, DigitsPressed, Event, UtteranceRecorded
from interview.facts import AnswerCaptured, CallOutcome, ConsentGiven, ConversationEnded, IdentityConfirmed
from interview.machine import Available
from interview.progress import Phase
from interview.script import Accommodations, FollowUp
from tests.interview.conversation import Conversation, make_script


class Sitting(Conversation):
    """A conversation that is held in a browser."""

    def send(self, events: tuple[Event, ...] | None) -> Asked | None:
        assert events is not None
        for event in events:
            self.hear(event)
        return asked_now(self.script, self.progress)

    def start(self) -> Asked | None:
        return self.send(browser.start(self.script))

    def say(self, seconds: float = 20.0) -> Asked | None:
        self.recordings += 1
        return self.send(browser.said(f"browser-{self.recordings}", seconds))


def sitting(**script: object) -> Sitting:
    return Sitting(in_browser(make_script(**script)))  # type: ignore[arg-type]


def test_nothing_is_asked_before_the_start():
    assert asked_now(make_script(), sitting().progress) is None


@pytest.mark.parametrize("name", ["Maria Lopez", ""])
def test_who_agrees_and_says_who_they_are_is_asked_the_first_question(name: str):
    one = sitting(name=name)
    asked = one.start()
    assert asked == Asked("q1", Kind.ANSWER, 1, 3, "Tell me about a time when you had to calm somebody down.", 120, 1)
    assert ConsentGiven() in one.facts and (IdentityConfirmed() in one.facts) is bool(name)
    assert one.progress.consented


def test_practice_and_speech_recognition_are_the_telephones_business():
    script = in_browser(make_script(practises=True, unrecorded=True, may_ask=True))
    assert not script.offers_practice and script.offers_question and not script.unrecorded


def test_every_answer_leads_to_the_next_question_and_the_last_to_the_end():
    one = sitting()
    numbers = [one.start(), one.say(), one.say()]
    assert [asked.index for asked in numbers if asked] == [1, 2, 3]
    assert one.say() is None and one.progress.phase is Phase.ENDED
    assert one.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)
    assert [fact.question_id for fact in one.facts if isinstance(fact, AnswerCaptured)] == ["q1", "q2", "q3"]


def test_knockouts_come_first_and_count():
    one = sitting(knockouts=2)
    asked = one.start()
    assert asked and (asked.kind, asked.index, asked.total, asked.question_id) == (Kind.YES_NO, 1, 5, "k1")
    asked = one.send(browser.said_yes_or_no(one.script, "no"))
    assert asked and asked.question_id == "k2"
    asked = one.send(browser.skipped(asked))
    assert asked and (asked.question_id, asked.index) == ("q1", 3)


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [("en", "Yes", "1"), ("en", " no ", "2"), ("de", "Ja, natürlich", "1"), ("de", "yes", "1"), ("fr", "Non", "2"),
     ("es", "Sí", "1"), ("zh", "没有", "2"), ("en", "Perhaps", None), ("en", "", None), ("en", "yes, but no", None)],
)  # fmt: skip
def test_yes_and_no_in_words(language: str, text: str, key: str | None):
    meant = browser.said_yes_or_no(make_script(language=language), text)
    assert meant == (None if key is None else (DigitsPressed(key),))


def test_extra_time_and_the_jobs_ceiling_hold_as_on_the_telephone():
    longer = sitting(accommodations=Accommodations(extra_time=True)).start()
    shorter = sitting(answer_max_s=60).start()
    assert longer and shorter and (longer.max_seconds, shorter.max_seconds) == (180, 60)


def test_what_was_left_out_is_offered_once_more_and_then_not_again():
    one = sitting()
    asked = one.start()
    assert asked
    one.send(browser.skipped(asked))
    one.say()
    again = one.say()
    assert again and (again.question_id, again.is_second_round, again.take) == ("q1", True, 1)
    assert one.send(browser.skipped(again)) is None and one.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


def test_a_follow_up_has_its_questions_number():
    one = sitting()
    one.start()
    one.say()
    one.available = Available(follow_ups=(FollowUp("f1", "q1", "calming people", "What did you say first?"),))
    asked = one.say()
    assert asked and (asked.question_id, asked.index, asked.is_follow_up) == ("f1", 1, True)
    assert asked.text == "Going back to what you said about calming people. What did you say first?"
    after = one.say()
    assert after and after.question_id == "q3"


def test_the_candidates_own_question_may_be_left_out():
    one = sitting(may_ask=True)
    one.start()
    one.say()
    offer = one.say()
    assert offer and (offer.kind, offer.question_id, offer.text) == (Kind.OWN_QUESTION, browser.OWN_QUESTION, "")
    last = one.send(browser.skipped(offer))
    assert last and last.question_id == "q3"


@pytest.mark.parametrize("way", ["say", "skip", "end"])
def test_Q7_the_resume_is_asked_about_after_everything_else(way: str):
    one = sitting(resume_question="Your résumé names kilns. Which ones?")
    for asked in (one.start(), one.say(), one.say()):
        assert asked and asked.kind is Kind.ANSWER
    last = one.say()
    assert last == Asked("resume_question", Kind.RESUME_QUESTION, 3, 3, "Your résumé names kilns. Which ones?", 90, 1)
    left_out = browser.skipped(last) if way == "skip" else browser.ended()
    assert (one.say() if way == "say" else one.send(left_out)) is None
    assert one.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


@pytest.mark.parametrize("at", ["answer", "own_question", "yes_no"])
def test_the_candidate_may_end_it_anywhere(at: str):
    one = sitting(may_ask=True, knockouts=1)
    asked = one.start()
    if at != "yes_no":
        asked = one.send(browser.said_yes_or_no(one.script, "yes"))
    if at == "own_question":
        one.say()
        asked = one.say()
    assert asked and asked.kind.value == at
    assert one.send(browser.ended()) is None
    assert one.facts[-1] == ConversationEnded(CallOutcome.INTERRUPTED, "ended_by_candidate")


def test_a_call_that_broke_off_in_its_practice_begins_with_the_first_question():
    phone = Conversation(make_script(practises=True))
    for event in (*browser.start(phone.script), CallEnded()):
        phone.hear(event)
    one = sitting(practises=True)
    one.progress = phone.progress
    asked = one.start()
    assert asked and (asked.question_id, one.progress.phase) == ("q1", Phase.ASKING)


def test_a_telephone_call_that_broke_off_is_gone_on_with():
    phone = Conversation(make_script())
    for event in (*browser.start(phone.script), UtteranceRecorded("RE1", 12.0, "hangup")):
        phone.hear(event)
    one = sitting()
    one.progress = phone.progress
    assert asked_now(one.script, one.progress) is None, "the call is over, and nobody has come back yet"
    asked = one.start()
    assert asked and asked.index == 2 and ConsentGiven() in one.facts
