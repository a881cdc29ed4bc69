"""The practice answer: when it is asked for, what can be done there, how it is played back."""

import pytest

from interview.dialogue import practice
from interview.dialogue.practice import PRACTICE_PROMPTS, WAITS, PracticeTake
from interview.facts import ConversationEnded, PracticeEnded, PracticeOutcome
from interview.machine import Available
from interview.progress import Phase
from interview.script import Accommodations
from interview.steps import GatherDigits, PauseThenAsk, Playback, RecordUtterance
from interview.wording import wording_for
from interview.wording.pace import estimated_minutes
from interview.wording.practice import practice_wording_for
from tests.interview.conversation import CORE, Conversation, make_script
from tests.interview.test_wording import EVALUATIVE, LANGUAGES

WORDS = practice_wording_for("en")
FIRST = f"Question 1 of 3. {CORE[0].text}"


def at_practice(**script) -> Conversation:
    call = Conversation(make_script(practises=True, **script)).to_first_question()
    assert call.progress.phase is Phase.PRACTICE
    return call


def recorded(**script) -> Conversation:
    call = at_practice(**script)
    call.speak(8.0)
    return call


def ready(call: Conversation) -> Conversation:
    call.available = Available(practice=PracticeTake(int(call.progress.extra["practice_take"]), "r1"))
    return call


def outcome(call: Conversation) -> PracticeOutcome:
    (ended,) = [fact for fact in call.facts if isinstance(fact, PracticeEnded)]
    return ended.outcome


def test_it_comes_after_the_instructions_and_is_recorded_like_an_answer():
    call = at_practice()
    assert call.heard == f"{wording_for('en').instructions(5)} {WORDS.prompt}"
    assert call.step.then == RecordUtterance(max_length_s=30, silence_s=5, finish_keys="#*0")


def test_what_was_said_is_played_back_and_question_1_follows():
    call = recorded()
    assert call.heard == WORDS.waiting and call.step.then == PauseThenAsk(0)
    ready(call).silence()
    assert (call.heard, call.step.playback) == (WORDS.playback, Playback("r1"))
    call.silence()
    assert call.heard == f"{WORDS.played} {FIRST}"
    assert call.facts == [PracticeEnded(PracticeOutcome.PLAYED)], "it is no answer of anything"
    assert set(call.progress.states) == {"open"} and set(call.progress.takes) == {0}
    call.speak()
    assert "Question 2 of 3" in call.heard


def test_a_key_ends_the_playback():
    call = ready(recorded())
    call.silence()
    call.press("#")
    assert call.heard == f"{WORDS.played} {FIRST}"


def test_nobody_waits_long_for_it():
    call = recorded()
    for _ in range(WAITS):
        call.silence()
        assert call.heard == "" and call.step.then == PauseThenAsk(2)
    call.silence()
    assert call.heard == f"{WORDS.not_ready} {FIRST}" and outcome(call) is PracticeOutcome.NOT_READY


def test_another_recording_than_the_one_asked_for_is_not_played():
    call = recorded()
    call.available = Available(practice=PracticeTake(int(call.progress.extra["practice_take"]) - 1, "older"))
    call.silence()
    assert call.step.playback is None


@pytest.mark.parametrize("leave", [lambda call: call.press("3"), lambda call: call.silence(),
                                   lambda call: call.speak(0.0, ""), lambda call: call.press("0", "3")])  # fmt: skip
def test_it_can_be_left_out(leave):
    call = at_practice()
    leave(call)
    assert call.heard == f"{WORDS.skipped} {FIRST}" and outcome(call) is PracticeOutcome.SKIPPED


def test_star_says_it_again_slower_and_pound_comes_to_the_beep():
    call = at_practice()
    call.press("*")
    assert WORDS.prompt in call.heard and {prompt.rate for prompt in call.step.prompts} == {"normal", "slow"}
    call.press("#")
    assert call.step.prompts == () and isinstance(call.step.then, RecordUtterance)


def test_the_menu_of_the_practice():
    call = at_practice()
    call.press("0")
    assert call.heard.startswith(WORDS.menu) and isinstance(call.step.then, GatherDigits)
    call.press("4")
    assert call.progress.phase is Phase.PAUSED
    call.silence()
    assert WORDS.prompt in call.heard
    call.press("0", "9")
    assert isinstance(call.facts[-1], ConversationEnded)


def test_repeats_have_an_end():
    call = at_practice()
    for _ in range(PRACTICE_PROMPTS - 1):
        call.press("*")
        assert call.progress.phase is Phase.PRACTICE
    call.press("*")
    assert call.heard == f"{WORDS.skipped} {FIRST}"


@pytest.mark.parametrize("when", ["asked", "recorded", "playing"])
def test_a_hang_up_loses_nothing_and_the_next_call_practises_anew(when):
    call = at_practice()
    if when != "asked":
        call.speak(8.0)
    if when == "playing":
        ready(call).silence()
    call.hang_up()
    call.available = Available()
    call.to_first_question()
    assert call.progress.phase is Phase.PRACTICE and not practice.is_awaited(call.progress, 0)


def test_it_is_done_once():
    call = at_practice()
    call.press("3")
    call.hang_up()
    call.to_first_question()
    assert call.progress.phase is Phase.ASKING and WORDS.prompt not in call.heard


@pytest.mark.parametrize("script", [make_script(), make_script(practises=True, unrecorded=True)])
def test_jobs_without_it_and_calls_that_record_nothing_have_none(script):
    call = Conversation(script).to_first_question()
    assert call.progress.phase is Phase.ASKING


def test_knockouts_are_answered_by_key_and_come_before_it():
    call = Conversation(make_script(practises=True, knockouts=1)).to_first_question()
    assert call.progress.phase is Phase.ASKING
    call.press("1")
    assert call.progress.phase is Phase.PRACTICE


def test_which_recordings_are_practice_and_which_are_still_waited_for():
    call = at_practice()
    first = call.progress.turn
    assert practice.is_awaited(call.progress, first), "its own webhook may be behind the recording's"
    call.press("*")
    assert not practice.is_awaited(call.progress, first)
    second = call.progress.turn
    call.speak(5.0)
    assert practice.is_awaited(call.progress, second) and practice.turns_of(call.progress) == (first, second)
    ready(call).silence()
    call.silence()
    assert not practice.is_awaited(call.progress, second)


def test_accommodations_hold_here_too():
    call = at_practice(accommodations=Accommodations(slower_speech=True, longer_silence=True, extra_time=True))
    assert call.step.then == RecordUtterance(max_length_s=45, silence_s=8, finish_keys="#*0")
    assert {prompt.rate for prompt in call.step.prompts} == {"slow"}


def test_the_greeting_counts_it():
    longer = estimated_minutes(make_script(practises=True)) - estimated_minutes(make_script())
    assert 0 <= longer <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_words_in_every_language(language):
    words = practice_wording_for(language)
    said = " ".join(getattr(words, name) for name in words.__slots__)
    assert not EVALUATIVE.search(said)
    assert "3" in words.prompt and words.prompt.index("3") > len(words.prompt) * 0.6, "options come last"
