"""Q7: the question about the candidate's own résumé in the conversation: last, once, and never part of the rest."""

from dataclasses import replace

import pytest

from interview.dialogue.candidate_question import Reply
from interview.events import UtteranceRecorded
from interview.facts import (
    AnswerCaptured,
    CandidateReplied,
    ConversationEnded,
    ResumeAnswerCaptured,
    ResumeQuestionAsked,
    ResumeQuestionPassed,
)
from interview.facts import CallOutcome as Outcome
from interview.machine import Available, advance, current_step, is_over
from interview.progress import Phase
from interview.script import Accommodations, FollowUp
from interview.steps import HangUp, RecordUtterance
from interview.wording import wording_for
from interview.wording.pace import estimated_s
from interview.wording.resume_question import resume_question_wording_for
from tests.interview.conversation import CORE, Conversation, make_script
from tests.interview.test_wording import EVALUATIVE, LANGUAGES

ASKED = "How did you plan the stock count that you ran for the night shift?"
BEFORE = "One last question, about your own résumé. It is for a person to hear, and it is not rated."
CLOSING = "That was the last question."


def script_with(**more):
    return make_script(resume_question=ASKED, **more)


def at_resume_question(**more) -> Conversation:
    call = Conversation(script_with(**more)).to_first_question()
    for _ in CORE:
        call.speak()
    assert call.progress.phase is Phase.RESUME_QUESTION and call.heard == f"{BEFORE} {ASKED}"
    return call


def test_Q7_it_comes_after_the_last_question_and_ends_the_interview():
    call = at_resume_question()
    assert call.facts[-1] == ResumeQuestionAsked() and not any(isinstance(f, ConversationEnded) for f in call.facts)
    assert call.step.then == RecordUtterance(max_length_s=90, silence_s=5, finish_keys="#*0")
    call.facts.clear()
    call.speak(20.0)
    assert call.facts == [ResumeAnswerCaptured("RE4", 20.0), ConversationEnded(Outcome.COMPLETED)]
    assert CLOSING in call.heard and isinstance(call.step.then, HangUp) and is_over(call.progress)


def test_Q7_everything_before_it_is_word_for_word_as_without_it():
    with_it, without = Conversation(script_with()).to_first_question(), Conversation().to_first_question()
    for _ in CORE:
        assert with_it.step == without.step and with_it.progress == without.progress
        with_it.speak()
        without.speak()
    assert with_it.progress.states == without.progress.states and with_it.progress.takes == without.progress.takes
    assert CLOSING in without.heard
    with_it.speak()
    assert with_it.heard == without.heard


def test_Q7_its_answer_is_no_answer():
    call = at_resume_question()
    before = call.progress
    call.speak()
    assert (call.progress.states, call.progress.takes) == (before.states, before.takes)
    assert sum(isinstance(fact, AnswerCaptured) for fact in call.facts) == len(CORE)


def test_Q7_the_candidates_own_question_stands_before_the_last_one_and_is_replied_to_at_the_end():
    call = Conversation(script_with(may_ask=True)).to_first_question()
    call.speak()
    call.speak()
    assert call.progress.phase is Phase.CANDIDATE_QUESTION
    call.speak(7.0)
    turn = int(call.progress.extra["asked_in"])
    call.available = Available(reply=Reply(turn, "Parking is free."))
    call.speak()
    assert call.heard.endswith(ASKED) and not any(isinstance(fact, CandidateReplied) for fact in call.facts)
    call.speak()
    assert "Parking is free." in call.heard and CLOSING in call.heard
    assert isinstance(call.facts[-2], CandidateReplied) and isinstance(call.facts[-1], ConversationEnded)


@pytest.mark.parametrize(("left_s", "is_asked"), [(149.0, False), (150.0, True), (None, True)])
def test_Q7_it_is_left_out_when_the_calls_time_is_short(left_s, is_asked):
    call = Conversation(script_with()).to_first_question()
    call.speak()
    call.speak()
    call.available = Available(elapsed_s=None if left_s is None else call.script.max_call_minutes * 60 - left_s)
    call.speak()
    assert (call.progress.phase is Phase.RESUME_QUESTION) is is_asked
    assert (CLOSING in call.heard) is not is_asked


def test_Q7_it_takes_no_time_from_the_candidates_own_question():
    """Where there is time for one of both, it is theirs."""
    call = Conversation(script_with(may_ask=True)).to_first_question()
    call.speak()
    call.available = Available(elapsed_s=call.script.max_call_minutes * 60 - 300.0)
    call.speak()
    assert call.progress.phase is Phase.CANDIDATE_QUESTION
    call.press("#")
    call.available = Available(elapsed_s=call.script.max_call_minutes * 60 - 149.0)
    call.speak()
    assert CLOSING in call.heard


def test_Q7_silence_twice_passes_it_over():
    call = at_resume_question()
    call.facts.clear()
    call.silence()
    assert call.heard.endswith(ASKED) and BEFORE not in call.heard
    call.silence()
    assert call.facts == [ResumeQuestionPassed(), ConversationEnded(Outcome.COMPLETED)] and CLOSING in call.heard


@pytest.mark.parametrize("keys", [("0", "3"), ("0", "9"), ("0", "#")])
def test_Q7_it_may_be_left_out_by_the_menu(keys):
    call = at_resume_question()
    call.facts.clear()
    call.press(*keys)
    assert call.facts == [ResumeQuestionPassed(), ConversationEnded(Outcome.COMPLETED)]


def test_Q7_an_answer_that_was_begun_stands_until_it_is_replaced():
    call = at_resume_question()
    call.facts.clear()
    call.speak(8.0, ended_by="0")
    assert call.heard.startswith(resume_question_wording_for("en").menu)
    call.press("1")
    assert call.heard.endswith(ASKED)
    call.speak(12.0)
    assert call.facts == [
        ResumeAnswerCaptured("RE4", 8.0), ResumeAnswerCaptured("RE5", 12.0), ConversationEnded(Outcome.COMPLETED),
    ]  # fmt: skip
    call = at_resume_question()
    call.facts.clear()
    call.speak(8.0, ended_by="0")
    call.press("3")
    assert call.facts == [ResumeAnswerCaptured("RE4", 8.0), ConversationEnded(Outcome.COMPLETED)]


def test_Q7_keys_hear_it_again_pause_and_come_to_the_beep():
    call = at_resume_question()
    call.press("*")
    assert call.step.prompts[-1].text == ASKED and call.step.prompts[-1].rate == "slow"
    call.press("#")
    assert call.step.prompts == () and isinstance(call.step.then, RecordUtterance)
    call.press("0", "4")
    assert call.progress.phase is Phase.PAUSED
    call.silence()
    assert call.heard.endswith(ASKED)
    call.press("7")
    assert call.heard.endswith(ASKED)
    call.speak(3.0, ended_by="*")
    assert call.heard.endswith(ASKED) and not any(isinstance(fact, ResumeAnswerCaptured) for fact in call.facts)


def test_Q7_a_webhook_that_comes_twice_hears_the_same_words():
    call = at_resume_question()
    assert current_step(call.script, call.progress) == call.step


def test_Q7_who_hangs_up_during_it_has_completed_the_interview():
    call = at_resume_question()
    call.facts.clear()
    call.speak(4.0, ended_by="hangup")
    assert call.facts == [
        ResumeAnswerCaptured("RE4", 4.0, partial=True), ConversationEnded(Outcome.COMPLETED, "hung_up"),
    ]  # fmt: skip


def test_Q7_what_was_being_said_when_the_line_went_comes_late():
    call = at_resume_question()
    call.facts.clear()
    turn = call.progress.turn
    call.hang_up()
    assert call.facts == [ConversationEnded(Outcome.COMPLETED, "hung_up")] and call.progress.turn == turn
    call.facts.clear()
    call.hear(UtteranceRecorded("RE9", 6.0, "hangup"))
    assert call.facts == [ResumeAnswerCaptured("RE9", 6.0, partial=True)] and call.progress.turn == turn + 1
    call.facts.clear()
    call.hear(UtteranceRecorded("RE9", 6.0, "hangup"))
    assert call.facts == []


def test_Q7_no_follow_up_comes_after_it():
    call = at_resume_question()
    call.available = Available(follow_ups=(FollowUp("f1", "q1", "calm", "What did you say to them?"),))
    call.speak()
    assert CLOSING in call.heard


def test_Q7_a_follow_up_that_is_ready_comes_before_it():
    call = Conversation(script_with()).to_first_question()
    call.speak()
    call.speak()
    call.available = Available(follow_ups=(FollowUp("f1", "q1", "calm", "What did you say to them?"),))
    call.speak()
    assert "What did you say to them?" in call.heard
    call.speak()
    assert call.heard.endswith(ASKED)


@pytest.mark.parametrize(
    "script",
    [make_script(), script_with(unrecorded=True), replace(script_with(), questions=())],
    ids=["none", "unrecorded", "no core question"],
)
def test_Q7_there_is_none(script):
    assert not script.asks_about_resume


def test_Q7_who_answered_nothing_is_asked_nothing_more():
    call = Conversation(script_with(questions=CORE[:1])).to_first_question()
    call.press("0", "3")
    assert call.progress.phase is not Phase.RESUME_QUESTION
    for _ in range(6):
        if not is_over(call.progress):
            call.silence()
    assert not any(isinstance(fact, ResumeQuestionAsked) for fact in call.facts)


def test_Q7_it_is_asked_once_in_an_interview():
    call = at_resume_question()
    call.speak()
    turn = advance(call.script, call.progress, UtteranceRecorded("RE8", 3.0, "#"), Available())
    assert turn.facts == () and turn.progress == call.progress


def test_Q7_extra_time_and_the_jobs_ceiling():
    assert at_resume_question(accommodations=Accommodations(extra_time=True)).step.then.max_length_s == 135
    assert at_resume_question(answer_max_s=60).step.then.max_length_s == 60


def test_Q7_the_greeting_counts_it():
    assert estimated_s(script_with()) > estimated_s(make_script()) + 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_Q7_every_language_has_its_words(language: str):
    words = resume_question_wording_for(language)
    assert words.before and "1" in words.menu and "3" in words.menu and wording_for(language)
    assert not EVALUATIVE.search(f"{words.before} {words.menu}")
