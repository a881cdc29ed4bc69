"""The practice answer: asked once before question 1, played back, thrown away.

It is recorded like an answer and is none: it has no state, no take, and no place in the coverage. Nobody waits long for
it: a sentence fills the time until the recording is there, two short pauses at most follow, and then the call goes on.
"""

from dataclasses import dataclass, replace

from interview.dialogue import marks, moves
from interview.dialogue.door import MENU_PROMPTS, key_of
from interview.dialogue.endings import Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.dialogue.moves import Move
from interview.dialogue.questions import is_empty, line_lost, silence_s
from interview.events import DigitsPressed, Event, UtteranceRecorded
from interview.facts import PracticeEnded, PracticeOutcome
from interview.progress import Phase, Progress, QuestionState
from interview.script import EXTRA_TIME_FACTOR, Script
from interview.steps import GatherDigits, PauseThenAsk, Playback, Prompt, RecordUtterance, Step
from interview.wording import wording_for
from interview.wording.practice import practice_wording_for

PRACTICE_S = 30
# How often the practice is asked for in all calls of an interview, repeats and calls that broke off included.
PRACTICE_PROMPTS = 4
# Decision 14: after the sentence that fills the wait, so many pauses of so many seconds.
WAITS = 2
WAIT_S = 2
# How long a key may still come after the playback; the shortest that Gather takes.
_KEY_GRACE_S = 1


@dataclass(frozen=True, slots=True)
class PracticeTake:
    """The practice answer of listen ``turn`` can be played; ``recording_id`` is what it is called to the player."""

    turn: int
    recording_id: str


def is_open(progress: Progress) -> bool:
    """Whether the practice is what is being talked about, be it in the menu or in a pause."""
    return marks.has(progress, Mark.PRACTISING)


def turns_of(progress: Progress) -> tuple[int, ...]:
    """The listens in which a practice answer may have been recorded, in all calls of the interview."""
    return tuple(int(turn) for turn in progress.extra.get(Mark.PRACTICE_TURNS, "").split())


def is_awaited(progress: Progress, turn: int) -> bool:
    """Whether what was recorded in this listen is going to be played back, as far as can be told."""
    if not is_open(progress) or marks.ending(progress) is not None:
        return False
    is_being_said = progress.phase is Phase.PRACTICE and progress.turn == turn
    return is_being_said or progress.extra.get(Mark.PRACTICE_TAKE) == str(turn)


def before_first(script: Script, progress: Progress) -> Progress:
    """The practice in place of question 1, when that is about to be asked right after the instructions.

    Once in an interview: not when it was done or skipped in an earlier call.
    """
    if not script.offers_practice or marks.has(progress, Mark.PRACTISED) or marks.ending(progress) is not None:
        return progress
    is_first = progress.phase is Phase.ASKING and Lead.INSTRUCTIONS in marks.leads(progress)
    if not is_first or _has_begun(script, progress) or len(turns_of(progress)) >= PRACTICE_PROMPTS:
        return progress
    return _asked(marks.with_marks(progress, practising="1"))


def at_practice(script: Script, progress: Progress, event: Event, ready: PracticeTake | None) -> Move:
    """A practice answer, or none: silence and 3 go on; * says it again, # comes to the beep, 0 opens a menu.

    ``ready`` is what can be played by now.
    """
    match progress.phase:
        case Phase.MENU:
            return _at_menu(script, progress, event)
        case Phase.PAUSED:
            return _ask_again(script, progress, Lead.AFTER_PAUSE)
    if isinstance(event, UtteranceRecorded) and event.ended_by == "hangup":
        return line_lost(progress)
    match progress.phase:
        case Phase.PLAYBACK_DUE:
            return _play_or_wait(script, progress, ready)
        case Phase.PLAYBACK:
            return _go_on(script, progress, PracticeOutcome.PLAYED)
    match event:
        case UtteranceRecorded(ended_by="*"):
            return _ask_again(script, progress, Lead.AGAIN, manner=Manner.SLOWLY)
        case UtteranceRecorded(ended_by="0"):
            return moves.listen(progress, Phase.MENU), ()
        case UtteranceRecorded() if not is_empty(event):
            taken = marks.with_marks(progress, practice_take=str(progress.turn))
            return moves.listen(taken, Phase.PLAYBACK_DUE), ()
        case DigitsPressed(digits=digits) if digits:
            return _key(script, progress, digits[:1])
        case _:
            return _go_on(script, progress, PracticeOutcome.SKIPPED)


def step(script: Script, progress: Progress, leads: tuple[Prompt, ...]) -> Step:
    """What is said in the phases of the practice."""
    wording = practice_wording_for(script.language)
    match progress.phase:
        case Phase.PLAYBACK_DUE if progress.repeats == 0:
            return Step((Prompt(wording.waiting),), PauseThenAsk(0))
        case Phase.PLAYBACK_DUE:
            return Step((), PauseThenAsk(WAIT_S))
        case Phase.PLAYBACK:
            recording = Playback(progress.extra.get(Mark.PLAYBACK, ""))
            return Step((Prompt(wording.playback),), GatherDigits(timeout_s=_KEY_GRACE_S), playback=recording)
    length_s = int(PRACTICE_S * EXTRA_TIME_FACTOR) if script.accommodations.extra_time else PRACTICE_S
    record = RecordUtterance(max_length_s=length_s, silence_s=silence_s(script))
    if marks.manner(progress) is Manner.BEEP_ONLY:
        return Step((), record)
    rate = "slow" if marks.manner(progress) is Manner.SLOWLY else "normal"
    return Step((*leads, Prompt(wording.prompt, rate=rate)), record)


def menu(script: Script, keys: GatherDigits, leads: tuple[Prompt, ...]) -> Step:
    """The 0 menu of the practice."""
    own = Prompt(practice_wording_for(script.language).menu)
    rest = tuple(Prompt(text) for text in wording_for(script.language).menu[1:])
    return Step((*leads, own, *rest), keys)


def afterwards(script: Script, progress: Progress) -> tuple[Prompt, ...]:
    """The word with which the practice ends, before question 1."""
    outcome = progress.extra.get(Mark.PRACTICE_ENDED)
    if outcome is None:
        return ()
    wording = practice_wording_for(script.language)
    match PracticeOutcome(outcome):
        case PracticeOutcome.PLAYED:
            return (Prompt(wording.played, pause_s=1),)
        case PracticeOutcome.SKIPPED:
            return (Prompt(wording.skipped),)
        case PracticeOutcome.NOT_READY:
            return (Prompt(wording.not_ready),)


def _has_begun(script: Script, progress: Progress) -> bool:
    """Whether a question has been dealt with that the practice would be for."""
    own = zip(script.questions, progress.states[: progress.script_count], strict=True)
    return any(state is not QuestionState.OPEN for question, state in own if not question.knockout)


def _asked(progress: Progress) -> Progress:
    """The progress of a listen for the practice answer."""
    turns = " ".join(str(turn) for turn in (*turns_of(progress), progress.turn))
    return marks.with_marks(replace(progress, phase=Phase.PRACTICE), practice_turns=turns)


def _ask_again(script: Script, progress: Progress, *leads: Lead, manner: Manner = Manner.TEXT_ONLY) -> Move:
    if len(turns_of(progress)) >= PRACTICE_PROMPTS:
        return _go_on(script, progress, PracticeOutcome.SKIPPED)
    again = moves.listen(progress, Phase.PRACTICE, *leads)
    return _asked(marks.with_marks(again, manner=manner.value)), ()


def _key(script: Script, progress: Progress, key: str) -> Move:
    match key:
        case "3":
            return _go_on(script, progress, PracticeOutcome.SKIPPED)
        case "*":
            return _ask_again(script, progress, Lead.AGAIN, manner=Manner.SLOWLY)
        case "#":
            return _ask_again(script, progress, manner=Manner.BEEP_ONLY)
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case _:
            return _ask_again(script, progress, Lead.NOT_A_KEY)


def _play_or_wait(script: Script, progress: Progress, ready: PracticeTake | None) -> Move:
    if ready is not None and progress.extra.get(Mark.PRACTICE_TAKE) == str(ready.turn):
        return marks.with_marks(moves.listen(progress, Phase.PLAYBACK), playback=ready.recording_id), ()
    if progress.repeats >= WAITS:
        return _go_on(script, progress, PracticeOutcome.NOT_READY)
    return moves.listen(progress, Phase.PLAYBACK_DUE, repeats=progress.repeats + 1), ()


def _go_on(script: Script, progress: Progress, outcome: PracticeOutcome) -> Move:
    """Question 1, as it would have been asked without the practice."""
    ended = marks.for_next_question(progress)
    asking = moves.listen(replace(ended, silences=0), Phase.ASKING)
    return marks.with_marks(asking, practised="1", practice_ended=outcome.value), (PracticeEnded(outcome),)


def _at_menu(script: Script, progress: Progress, event: Event) -> Move:
    """1 again, 3 question 1, 4 a pause, 9 the end; no choice twice goes on."""
    match key_of(event):
        case "1" | "*":
            return _ask_again(script, progress, Lead.AGAIN)
        case "3" | "#":
            return _go_on(script, progress, PracticeOutcome.SKIPPED)
        case "4":
            return moves.listen(progress, Phase.PAUSED), ()
        case "9":
            return moves.end(progress, Ending.BY_CANDIDATE)
        case "" if progress.repeats + 1 >= MENU_PROMPTS:
            return _go_on(script, progress, PracticeOutcome.SKIPPED)
        case "":
            return moves.listen(progress, Phase.MENU, repeats=progress.repeats + 1), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case _:
            return moves.listen(progress, Phase.MENU, Lead.NOT_A_KEY), ()
