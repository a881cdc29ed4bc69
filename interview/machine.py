"""The telephone conversation as a state machine: what was heard goes in; progress, step and facts come out.

Pure and total: no clock, no database, no carrier, and an answer to every event in every phase. The step follows from
the progress alone (``current_step``), so a webhook that is delivered twice hears the same words, and nothing is
recorded twice.
"""

from dataclasses import dataclass, replace

from interview.dialogue import candidate_question, door, marks, menus, moves, practice, questions, resume_question
from interview.dialogue.candidate_question import Reply
from interview.dialogue.endings import Ending
from interview.dialogue.marks import Mark
from interview.dialogue.moves import Move
from interview.dialogue.practice import PracticeTake
from interview.dialogue.speaking import current_step
from interview.events import CallAnswered, CallEnded, Event, UtteranceRecorded
from interview.facts import Fact, Later
from interview.progress import Phase, Progress, QuestionState
from interview.script import FollowUp, Script
from interview.steps import Step

__all__ = ["Available", "Turn", "UnexpectedEvent", "advance", "begin", "current_step", "is_over"]


@dataclass(frozen=True, slots=True)
class Available:
    """What others have ready by this turn; it is used if it is there and never waited for.

    ``answered_by`` is the carrier's word about who picked up ("human", "machine_start", …), None while it is unknown.
    ``hang_up_requested``: a person of ours asked to end the call politely at the next turn. ``follow_ups`` are written
    and checked; the machine takes each up once. ``reply`` is what is known of the candidate's own question,
    ``practice`` the practice answer that can be played by now. ``elapsed_s`` is how long ago this call was answered.
    """

    answered_by: str | None = None
    hang_up_requested: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    elapsed_s: float | None = None
    reply: Reply | None = None
    practice: PracticeTake | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What to keep, what to say and then listen for, and what to write down."""

    progress: Progress
    step: Step
    facts: tuple[Fact, ...]


class UnexpectedEvent(Exception):
    """The event comes with a progress that cannot belong to this script."""


def begin(script: Script) -> Progress:
    """The progress of an interview that nobody has called for yet."""
    count = len(script.questions)
    return Progress(states=(QuestionState.OPEN,) * count, takes=(0,) * count)


def advance(script: Script, progress: Progress, event: Event, available: Available) -> Turn:
    """The next turn.

    Every event but ``CallEnded`` moves ``turn`` on by one while the conversation lasts. ``CallEnded`` leaves it, so
    that an utterance that was being recorded when the line went can still take its turn. When the conversation of this
    call is over, other events change nothing; ``CallAnswered`` opens the door of the next call.

    Raises:
        UnexpectedEvent: the progress is not one of this script.
    """
    count = len(script.questions) + len(progress.follow_ups)
    if len(progress.states) != count or len(progress.takes) != count or (count and progress.question >= count):
        raise UnexpectedEvent(f"a progress over {len(progress.states)} questions met a script of {count}")
    takes_follow_ups = not is_over(progress) and not resume_question.is_open(progress)  # nothing comes after that one
    if not isinstance(event, CallAnswered | CallEnded) and takes_follow_ups:
        progress = moves.with_ready(script, progress, available.follow_ups)
    moved, facts = _move(script, progress, event, available)
    # in the middle of an answer that is heard in pieces, the end of the answer is waited for
    if available.hang_up_requested and not is_over(moved) and not marks.has(moved, Mark.HEARD):
        moved, facts = moves.end(replace(moved, turn=progress.turn), Ending.BY_US, facts)
    left_s = None if available.elapsed_s is None else script.max_call_minutes * 60 - available.elapsed_s
    moved = practice.before_first(script, moved)
    moved = candidate_question.before_last(script, moved, left_s)
    if not isinstance(event, CallAnswered):
        moved, facts = resume_question.before_end(script, moved, facts, left_s)
        moved, facts = candidate_question.before_goodbye(moved, facts, available.reply)
    if left_s is not None and not isinstance(event, CallEnded):
        moved = questions.announce_end(script, moved, left_s)
    return Turn(moved, current_step(script, moved), facts)


def _move(script: Script, progress: Progress, event: Event, available: Available) -> Move:
    match event:
        case CallAnswered():
            kept, facts = questions.kept_from_last_call(script, progress)
            opened, more = door.open_door(kept)
            return opened, (*facts, *more)
        case CallEnded():
            return _line_gone(script, progress)
        case UtteranceRecorded() if marks.has(progress, Mark.UNHEARD) and candidate_question.is_open(progress):
            return candidate_question.heard_late(progress, event)
        case UtteranceRecorded() if marks.has(progress, Mark.UNHEARD) and resume_question.is_open(progress):
            return resume_question.heard_late(progress, event)
        case UtteranceRecorded() if marks.has(progress, Mark.UNHEARD):
            return questions.heard_late(script, progress, event)
    if is_over(progress):
        return progress, ()
    if practice.is_open(progress):
        return practice.at_practice(script, progress, event, available.practice)
    if candidate_question.is_open(progress):
        return candidate_question.at_offer(script, progress, event)
    if resume_question.is_open(progress):
        return resume_question.at_question(script, progress, event)
    match progress.phase:
        case Phase.NOT_STARTED | Phase.ENDED:
            return door.open_door(progress)
        case Phase.DOOR:
            return door.at_door(script, progress, event, is_machine=_is_machine(available))
        case Phase.LATER:
            return door.at_later(progress, event)
        case Phase.IDENTITY:
            return door.at_identity(script, progress, event)
        case Phase.ASKING:
            return questions.at_question(script, progress, event)
        case Phase.MENU:
            return menus.at_menu(script, progress, event)
        case Phase.STUCK:
            return menus.at_stuck(script, progress, event)
        case Phase.PAUSED:
            return menus.after_pause(progress)
        case Phase.PRACTICE | Phase.PLAYBACK_DUE | Phase.PLAYBACK | Phase.CANDIDATE_QUESTION | Phase.RESUME_QUESTION:
            return moves.ask_again(progress), ()  # never without its mark; whatever it was, the question is asked


def _line_gone(script: Script, progress: Progress) -> Move:
    if is_over(progress):
        return progress, ()
    match progress.phase:
        case Phase.NOT_STARTED | Phase.DOOR:
            ended, facts = moves.end(progress, Ending.HUNG_UP_AT_DOOR)
        case Phase.LATER:
            # They asked to be called later and hung up before saying when.
            ended, facts = door.callback(progress, Later.SAME_TIME_TOMORROW)
        case _:
            ended, facts = questions.line_gone(script, progress)
    if script.unrecorded:
        return replace(ended, turn=progress.turn), facts
    is_asking = progress.phase is Phase.ASKING and not moves.question_of(script, progress).knockout
    if is_asking or progress.phase in {Phase.CANDIDATE_QUESTION, Phase.RESUME_QUESTION}:
        ended = marks.with_marks(ended, unheard="1")
    return replace(ended, turn=progress.turn), facts


def is_over(progress: Progress) -> bool:
    """Whether the conversation of this call has ended: what is said now is its goodbye."""
    return progress.phase is Phase.ENDED or marks.ending(progress) is not None


def _is_machine(available: Available) -> bool:
    return (available.answered_by or "").startswith("machine")
