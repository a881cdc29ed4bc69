"""A follow-up in the conversation: when it comes, what can be done with it, and that nothing waits for it."""

from interview.facts import AnswerCaptured, AnswerSuperseded, ConversationEnded, FollowUpAsked, QuestionPassed
from interview.facts import CallOutcome as Outcome
from interview.machine import Available
from interview.progress import QuestionState
from interview.script import FollowUp
from interview.steps import GatherDigits, HangUp, RecordUtterance
from tests.interview.conversation import CORE, Conversation, make_script

FIRST = FollowUp("f1", "q1", "calming people down", "What did the person do then?")
SECOND = FollowUp("f2", "q2", "checking deliveries", "Who else looks at it?")
LEAD = "Going back to what you said about calming people down. What did the person do then?"


def after_first_answer(**script) -> Conversation:
    call = Conversation(make_script(**script)).to_first_question()
    call.speak()
    call.facts.clear()
    return call


def at_follow_up(**script) -> Conversation:
    call = after_first_answer(**script)
    call.available = Available(follow_ups=(FIRST,))
    call.speak()
    assert call.heard == LEAD
    call.facts.clear()
    return call


def test_it_takes_the_place_of_the_next_question_once():
    call = after_first_answer()
    call.available = Available(follow_ups=(FIRST,))
    call.speak()
    assert call.heard == LEAD
    assert isinstance(call.step.then, RecordUtterance) and call.step.then.max_length_s == 120
    assert call.facts[-1] == FollowUpAsked("f1")
    call.speak()
    assert call.facts[-1] == AnswerCaptured("f1", 1, "RE3", 40.0)
    assert "Question 3 of 3" in call.heard
    call.speak()
    assert isinstance(call.step.then, HangUp) and "That was the last question." in call.heard
    assert sum(fact == FollowUpAsked("f1") for fact in call.facts) == 1


def test_without_one_the_next_question_is_asked_at_once():
    call = after_first_answer()
    call.speak()
    assert "Question 3 of 3" in call.heard


def test_it_comes_at_the_end_when_it_is_late():
    call = after_first_answer()
    call.speak()
    call.available = Available(follow_ups=(FIRST, SECOND))
    call.speak()
    assert call.heard == LEAD
    call.speak()
    assert call.heard.endswith("Who else looks at it?")
    call.speak()
    assert "That was the last question." in call.heard


def test_the_interview_has_room_for_so_many():
    call = after_first_answer(max_follow_ups=1)
    call.speak()
    call.available = Available(follow_ups=(FIRST, SECOND))
    call.speak()
    call.speak()
    assert "That was the last question." in call.heard


def test_that_of_the_answer_being_given_waits():
    call = Conversation(make_script()).to_first_question()
    call.speak(ended_by="0")
    call.available = Available(follow_ups=(FIRST,))
    call.press("3")
    assert "Question 2 of 3" in call.heard
    call.speak()
    assert call.heard == LEAD


def test_one_about_a_question_that_was_not_answered_is_never_asked():
    call = Conversation(make_script()).to_first_question()
    call.available = Available(follow_ups=(FIRST,))
    call.press("0", "3")
    call.speak()
    assert "Question 3 of 3" in call.heard


def test_the_star_says_only_the_question_again():
    call = at_follow_up()
    call.press("*")
    assert [prompt.text for prompt in call.step.prompts] == ["Here is the question again.", FIRST.text]
    assert call.step.prompts[-1].rate == "slow"


def test_the_menu_leaves_it_out_for_good():
    call = at_follow_up()
    call.press("0")
    assert isinstance(call.step.then, GatherDigits) and "To leave it out, press 3." in call.heard
    call.press("3")
    assert call.facts == [QuestionPassed("f1", no_response=False, final=True)]
    assert call.heard.startswith("We leave this one out. Question 3 of 3")


def test_it_can_be_answered_anew():
    call = at_follow_up()
    call.speak(ended_by="0")
    assert "To start this answer again, press 2." in call.heard
    call.press("2")
    assert call.facts[-1] == AnswerSuperseded("f1", 1)
    call.speak()
    assert call.facts[-1] == AnswerCaptured("f1", 2, "RE4", 40.0)
    assert "Question 3 of 3" in call.heard


def test_silence_passes_it():
    call = at_follow_up()
    call.silence(3)
    assert call.facts == [QuestionPassed("f1", no_response=True, final=True)]
    assert "Question 3 of 3" in call.heard


def test_what_was_skipped_is_offered_after_it():
    call = Conversation(make_script(questions=CORE[:2])).to_first_question()
    call.speak()
    call.available = Available(follow_ups=(FIRST,))
    call.press("0", "3")
    assert call.heard.endswith(LEAD)
    call.speak()
    assert call.heard.startswith("Now we come back to what you skipped.")
    call.press("0", "3")
    assert "That was the last question." in call.heard


def test_nobody_is_called_back_for_it():
    call = at_follow_up(questions=CORE[:2])
    call.hang_up()
    assert call.facts == [ConversationEnded(Outcome.COMPLETED, "hung_up")]


def test_a_later_call_does_not_go_back_to_it():
    call = at_follow_up()
    call.hang_up()
    assert call.facts == [ConversationEnded(Outcome.INTERRUPTED, "hung_up")]
    call.to_first_question()
    assert "Question 3 of 3" in call.heard
    call.speak()
    assert "That was the last question." in call.heard
    assert call.progress.states == (QuestionState.ANSWERED,) * 3 + (QuestionState.NO_RESPONSE,)
