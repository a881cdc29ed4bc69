"""The candidate's own question in the conversation: when it is offered, what can be done there, what is told."""

import dataclasses
import re
from dataclasses import replace

import pytest

from interview.dialogue.candidate_question import Reply
from interview.events import UtteranceRecorded
from interview.facts import AnswerCaptured, CandidateAsked, CandidateReplied, ConversationEnded
from interview.facts import CallOutcome as Outcome
from interview.machine import Available
from interview.progress import Phase
from interview.script import Accommodations, FollowUp
from interview.steps import GatherDigits, HangUp, RecordUtterance
from interview.wording import UnsupportedLanguage, wording_for
from interview.wording.candidate_question import candidate_question_wording_for, offer_in
from interview.wording.pace import estimated_s, speech_s
from tests.interview.conversation import CORE, Conversation, make_script
from tests.interview.test_wording import EVALUATIVE, LANGUAGES

OFFER = (
    "Before the last question: is there anything you'd like to know about the job? "
    "Ask after the beep, or press pound."
)
TAKEN = "Thank you. We come back to that at the end of this call."
PASSAGE = "Parking is free behind the hall."
REPLY = f"About your question. Here is what Northwind Logistics says about that: {PASSAGE}"
PASSED_ON = "About your question: we pass it on to Northwind Logistics, and a person there will answer you."


def at_offer(**script) -> Conversation:
    call = Conversation(make_script(may_ask=True, **script)).to_first_question()
    for _ in call.script.questions[call.script.core_count - len(call.script.questions) or None : -1]:
        call.speak()
    call.facts.clear()
    assert call.heard == OFFER and call.progress.phase is Phase.CANDIDATE_QUESTION
    return call


def asked(**script) -> Conversation:
    call = at_offer(**script)
    call.speak()
    return call


def turn_of_question(call: Conversation) -> int:
    return int(call.progress.extra["asked_in"])


def test_it_is_offered_before_the_last_question_and_recorded_like_an_answer():
    call = at_offer()
    assert call.step.then == RecordUtterance(max_length_s=60, silence_s=5, finish_keys="#*0")
    offered_in = call.progress.turn
    call.speak(7.0)
    assert call.facts == [CandidateAsked("RE3", 7.0)]
    assert turn_of_question(call) == offered_in
    assert call.heard == f"{TAKEN} Question 3 of 3. {CORE[2].text}"
    call.press("*")
    assert TAKEN not in call.heard
    call.speak()
    assert call.facts[1] == AnswerCaptured("q3", 1, "RE4", 40.0)


@pytest.mark.parametrize("nothing", [lambda call: call.press("#"), lambda call: call.silence(),
                                     lambda call: call.speak(0.0, "#"), lambda call: call.speak(0.0, "")])  # fmt: skip
def test_silence_and_pound_go_on_at_once(nothing):
    call = at_offer()
    nothing(call)
    assert call.facts == [] and call.heard == f"Question 3 of 3. {CORE[2].text}"
    call.speak()
    assert call.heard == wording_for("en").closing("Northwind Logistics")


@pytest.mark.parametrize(
    "script",
    [
        make_script(),
        make_script(may_ask=True, questions=CORE[:1]),
        make_script(may_ask=True, knockouts=2, questions=()),
    ],
)
def test_it_is_not_offered_without_a_question_before_the_last(script):
    call = Conversation(script).to_first_question()
    for _ in script.questions:
        assert call.progress.phase is Phase.ASKING
        call.press("1") if isinstance(call.step.then, GatherDigits) else call.speak()
    assert isinstance(call.step.then, HangUp)


def test_the_reply_that_is_there_is_told_before_the_goodbye_once():
    call = asked()
    call.available = Available(reply=Reply(turn_of_question(call), PASSAGE))
    call.speak()
    closing = wording_for("en").closing("Northwind Logistics")
    assert [prompt.text for prompt in call.step.prompts] == [REPLY, closing]
    assert call.facts[-2:] == [CandidateReplied(passed_on=False), ConversationEnded(Outcome.COMPLETED)]
    call.answer()
    assert call.heard == closing, "whoever picks up now has not said who they are, and it was told"


@pytest.mark.parametrize("known", [None, Reply(0, PASSAGE), "found nothing"])
def test_without_one_the_question_is_passed_on(known):
    call = asked()
    call.available = Available(reply=Reply(turn_of_question(call)) if isinstance(known, str) else known)
    call.speak()
    assert call.heard.startswith(PASSED_ON)
    assert CandidateReplied(passed_on=True) in call.facts


def test_a_recording_without_words_is_no_question():
    call = asked()
    call.available = Available(reply=Reply(turn_of_question(call), nothing_said=True))
    call.speak()
    assert call.heard == wording_for("en").closing("Northwind Logistics")
    assert not any(isinstance(fact, CandidateReplied) for fact in call.facts)


def test_who_ends_the_interview_hears_of_it_as_well():
    call = asked()
    call.press("0", "9")
    assert call.heard.startswith(PASSED_ON) and "All right, we stop here." in call.heard


def test_the_star_says_the_offer_again_and_slowly():
    call = at_offer()
    call.press("*")
    assert [prompt.text for prompt in call.step.prompts] == ["Here is the question again.", OFFER]
    assert call.step.prompts[-1].rate == "slow"
    call.speak(3.0, "*")
    assert call.facts == [] and call.heard.endswith(OFFER)
    call.press("5")
    assert call.heard == f"That key has no meaning here. {OFFER}"


def test_the_menu_of_the_offer():
    call = at_offer()
    call.press("0")
    assert isinstance(call.step.then, GatherDigits)
    assert call.heard.startswith("To hear this again, press 1. To go on to the last question, press 3.")
    call.press("4")
    assert call.heard.startswith("We pause for one minute.")
    call.silence()
    assert call.heard.endswith(OFFER)
    call.press("0", "1")
    assert call.heard.endswith(OFFER)
    call.press("0", "3")
    assert call.heard.startswith("Question 3 of 3.") and call.facts == []


def test_what_was_asked_before_the_menu_stands_until_it_is_replaced():
    call = at_offer()
    call.speak(6.0, "0")
    assert call.facts == [CandidateAsked("RE3", 6.0)]
    call.press("1")
    again_in = call.progress.turn
    call.speak(8.0)
    assert call.facts[-1] == CandidateAsked("RE4", 8.0) and turn_of_question(call) == again_in
    call = at_offer()
    call.speak(6.0, "0")
    call.silence(2)
    assert "Question 3 of 3" in call.heard and len(call.facts) == 1


def test_nobody_ends_in_the_menu():
    call = at_offer()
    call.press("0", "9")
    assert call.facts == [ConversationEnded(Outcome.INTERRUPTED, "ended_by_candidate")]


def test_a_call_that_breaks_off_after_it_goes_on_without_asking_again():
    call = asked()
    turn = turn_of_question(call)
    call.hang_up()
    call.answer()
    assert PASSED_ON not in call.heard
    call.press("1", "1")
    assert "Question 3 of 3" in call.heard
    call.available = Available(reply=Reply(turn, PASSAGE))
    call.speak()
    assert call.heard.startswith(REPLY)


def test_the_line_goes_in_the_middle_of_it():
    call = at_offer()
    call.speak(4.0, "hangup")
    assert call.facts == [CandidateAsked("RE3", 4.0, partial=True), ConversationEnded(Outcome.INTERRUPTED, "hung_up")]
    call.to_first_question()
    assert "Question 3 of 3" in call.heard


def test_the_news_of_the_hang_up_may_come_first():
    call = at_offer()
    listen = call.progress.turn
    call.hang_up()
    call.hear(UtteranceRecorded("RE9", 4.0, "hangup"))
    assert call.facts[-1] == CandidateAsked("RE9", 4.0, partial=True)
    assert turn_of_question(call) == listen and call.progress.turn == listen + 1
    call.to_first_question()
    assert "Question 3 of 3" in call.heard


def test_a_hang_up_without_a_word_is_not_asked_again():
    call = at_offer()
    call.hang_up()
    call.to_first_question()
    assert "Question 3 of 3" in call.heard


def test_a_follow_up_that_is_ready_comes_first():
    call = at_offer()
    call.available = Available(follow_ups=(FollowUp("f2", "q2", "checking deliveries", "Who else looks at it?"),))
    call.speak()
    assert call.heard == f"{TAKEN} Going back to what you said about checking deliveries. Who else looks at it?"
    call.speak()
    assert "Question 3 of 3" in call.heard
    call.speak()
    assert call.heard.startswith(PASSED_ON)


def test_it_is_left_out_when_the_time_is_short():
    call = Conversation(replace(make_script(may_ask=True), max_call_minutes=10)).to_first_question()
    call.speak()
    call.available = Available(elapsed_s=310.0)
    call.speak()
    assert "Question 3 of 3" in call.heard and call.progress.phase is Phase.ASKING
    call.available = Available(elapsed_s=290.0)
    call = Conversation(replace(make_script(may_ask=True), max_call_minutes=10)).to_first_question()
    call.speak()
    call.available = Available(elapsed_s=290.0)
    call.speak()
    assert call.heard == OFFER


def test_more_time_and_patience_for_who_needs_it():
    more = Accommodations(slower_speech=True, longer_silence=True, extra_time=True)
    call = at_offer(accommodations=more)
    assert call.step.then == RecordUtterance(max_length_s=90, silence_s=8, finish_keys="#*0")
    assert all(prompt.rate == "slow" for prompt in call.step.prompts)


def test_the_greeting_counts_it():
    four = (*CORE, CORE[0])
    longer_s = estimated_s(make_script(questions=four, may_ask=True)) - estimated_s(make_script(questions=four))
    assert 15 < longer_s < 40
    alone = [make_script(questions=CORE[:1], may_ask=may_ask) for may_ask in (True, False)]
    assert estimated_s(alone[0]) == estimated_s(alone[1]), "nobody is asked for one there"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_every_language(language: str):
    words = candidate_question_wording_for(language)
    told = words.reply.format(company="Acme", passage=PASSAGE)
    passed_on = words.passed_on.format(company="Acme")
    assert PASSAGE in told and "Acme" in told and "Acme" in passed_on and PASSAGE not in passed_on
    assert set(re.findall(r"\d", words.menu)) == {"1", "3"}
    for text in (offer_in(language), told, passed_on, words.taken, words.menu):
        assert text == text.strip() and "{" not in text and speech_s(text, language) <= 22
    assert all(getattr(words, field.name) for field in dataclasses.fields(words))
    assert not EVALUATIVE.search(" ".join((words.offer, words.taken, words.menu, words.reply, words.passed_on)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hash_key_has_one_name_in_each_place(language: str):
    offer, instructions = offer_in(language), wording_for(language).instructions(5)
    names = ("jogo da velha", "cardinal", "almohadilla", "numeral", "gato", "dièse", "carré", "Raute-Taste", "हैश",
             "井号键", "pound", "hash")  # fmt: skip
    key = next(name for name in names if name in instructions)
    assert key in offer


def test_an_unknown_language_is_refused_by_name():
    with pytest.raises(UnsupportedLanguage, match="en"):
        candidate_question_wording_for("tlh")
