"""The one question about the candidate's own résumé: asked after everything else, if the call has time for it.

It is recorded like an answer and is none: it has no state, no take, and no place in the coverage. It is the first thing
that is left out when time is short, and a silence ends it sooner than a question that counts.
"""

from dataclasses import replace

from interview.dialogue import marks, moves
from interview.dialogue.door import MENU_PROMPTS, key_of
from interview.dialogue.endings import Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.dialogue.moves import Move
from interview.dialogue.questions import ASKING_S, is_empty, line_lost, silence_s
from interview.events import DigitsPressed, Event, UtteranceRecorded
from interview.facts import (
    ConversationEnded,
    Fact,
    ResumeAnswerCaptured,
    ResumeQuestionAsked,
    ResumeQuestionPassed,
)
from interview.progress import Phase, Progress
from interview.script import EXTRA_TIME_FACTOR, Script
from interview.steps import GatherDigits, Prompt, RecordUtterance, Step
from interview.wording import wording_for
from interview.wording.resume_question import resume_question_wording_for

ANSWER_S = 90
# After this many silences it is passed over: nobody is urged to answer what does not count.
SILENCES = 2


def is_open(progress: Progress) -> bool:
    """Whether this question is what is being talked about, be it in the menu or in a pause."""
    return marks.has(progress, Mark.ABOUT_RESUME)


def before_end(script: Script, progress: Progress, facts: tuple[Fact, ...], left_s: float | None) -> Move:
    """The question in place of the end that comes after the last answer; once in an interview.

    Not when the call's own time (``left_s``) may not last for it and the goodbye, nor when nothing was answered.
    """
    is_end = marks.ending(progress) is Ending.COMPLETED and any(isinstance(one, ConversationEnded) for one in facts)
    if not is_end or not script.asks_about_resume or marks.has(progress, Mark.RESUME_ASKED) or not progress.answered:
        return progress, facts
    if left_s is not None and left_s < ASKING_S + length_s(script):
        return progress, facts
    going_on = replace(marks.without_marks(progress, Mark.ENDED), phase=Phase.RESUME_QUESTION, silences=0, repeats=0)
    asked = marks.with_marks(going_on, resume_asked="1", about_resume="1")
    before = tuple(one for one in facts if not isinstance(one, ConversationEnded))
    return asked, (*before, ResumeQuestionAsked())


def length_s(script: Script) -> int:
    """How long the answer may be, in seconds."""
    limit_s = min(ANSWER_S, script.answer_max_s)
    return int(limit_s * EXTRA_TIME_FACTOR) if script.accommodations.extra_time else limit_s


def at_question(script: Script, progress: Progress, event: Event) -> Move:
    """An answer, or none; * says the question again, # comes to the beep, 0 opens a menu."""
    match progress.phase:
        case Phase.MENU:
            return _at_menu(progress, event)
        case Phase.PAUSED:
            return _ask_again(progress, Lead.AFTER_PAUSE), ()
    match event:
        case UtteranceRecorded(ended_by="hangup"):
            return line_lost(*_heard(progress, event))
        case UtteranceRecorded(ended_by="0"):
            heard, facts = _heard(progress, event)
            return moves.listen(heard, Phase.MENU), facts
        case UtteranceRecorded(ended_by="*"):
            return _ask_again(progress, Lead.AGAIN, manner=Manner.SLOWLY), ()
        case UtteranceRecorded() if not is_empty(event):
            return moves.end(*_ending(*_heard(progress, event)))
        case DigitsPressed(digits=digits) if digits:
            return _key(progress, digits[:1])
        case _:
            return _silent(progress)


def heard_late(progress: Progress, event: UtteranceRecorded) -> Move:
    """The answer came after the news that the line is gone: it counts as if it had come before."""
    heard = marks.without_marks(replace(progress, turn=progress.turn + 1), Mark.UNHEARD)
    return heard, () if event.ended_by == "*" else _heard(progress, event)[1]


def step(script: Script, progress: Progress, leads: tuple[Prompt, ...]) -> Step:
    """The question, and then the recording."""
    record = RecordUtterance(max_length_s=length_s(script), silence_s=silence_s(script))
    manner = marks.manner(progress)
    if manner is Manner.BEEP_ONLY:
        return Step((), record)
    before = (Prompt(resume_question_wording_for(script.language).before),) if manner is Manner.NUMBERED else ()
    asked = Prompt(script.resume_question or "", rate="slow" if manner is Manner.SLOWLY else "normal")
    return Step((*leads, *before, asked), record)


def menu(script: Script, keys: GatherDigits, leads: tuple[Prompt, ...]) -> Step:
    """The 0 menu of this question."""
    own = Prompt(resume_question_wording_for(script.language).menu)
    rest = tuple(Prompt(text) for text in wording_for(script.language).menu[1:])
    return Step((*leads, own, *rest), keys)


def _heard(progress: Progress, event: UtteranceRecorded) -> Move:
    """Take the utterance as the answer; a later one takes its place. The turn is not moved."""
    if is_empty(event):
        return progress, ()
    captured = ResumeAnswerCaptured(event.recording_sid, event.duration_s, event.ended_by == "hangup")
    return marks.with_marks(progress, resume_answered="1"), (captured,)


def _ending(progress: Progress, facts: tuple[Fact, ...]) -> tuple[Progress, Ending, tuple[Fact, ...]]:
    passed = () if marks.has(progress, Mark.RESUME_ANSWERED) else (ResumeQuestionPassed(),)
    return marks.for_next_question(progress), Ending.COMPLETED, (*facts, *passed)


def _silent(progress: Progress) -> Move:
    heard_nothing = replace(progress, silences=progress.silences + 1)
    if marks.has(progress, Mark.RESUME_ANSWERED) or heard_nothing.silences >= SILENCES:
        return moves.end(*_ending(heard_nothing, ()))
    return _ask_again(heard_nothing, Lead.SILENCE), ()


def _key(progress: Progress, key: str) -> Move:
    match key:
        case "*":
            return _ask_again(progress, Lead.AGAIN, manner=Manner.SLOWLY), ()
        case "#":
            return _ask_again(progress, manner=Manner.BEEP_ONLY), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case _:
            return _ask_again(progress, Lead.NOT_A_KEY), ()


def _ask_again(progress: Progress, *leads: Lead, manner: Manner = Manner.TEXT_ONLY) -> Progress:
    again = moves.listen(progress, Phase.RESUME_QUESTION, *leads)
    return marks.with_marks(again, manner=manner.value)


def _at_menu(progress: Progress, event: Event) -> Move:
    """1 again, 3 or 9 the end, 4 a pause; what was said before stands until it is replaced."""
    match key_of(event):
        case "1" | "*":
            return _ask_again(progress, Lead.AGAIN), ()
        case "3" | "9" | "#":
            return moves.end(*_ending(progress, ()))
        case "4":
            return moves.listen(progress, Phase.PAUSED), ()
        case "" if progress.repeats + 1 >= MENU_PROMPTS:
            return _ask_again(progress), ()
        case "":
            return moves.listen(progress, Phase.MENU, repeats=progress.repeats + 1), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case _:
            return moves.listen(progress, Phase.MENU, Lead.NOT_A_KEY), ()
