"""The one question that the candidate may ask: offered before the last of ours, replied to at the end of the call.

Nothing here waits for anybody: what a worker has found by the end is spoken, else the question is passed on to a
person. The question is recorded like an answer and is none: it has no state, no take, and no place in the coverage.
"""

from dataclasses import dataclass, replace

from interview.dialogue import marks, moves
from interview.dialogue.door import MENU_PROMPTS, key_of
from interview.dialogue.endings import Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.dialogue.moves import Move
from interview.dialogue.questions import ASKING_S, is_empty, line_lost, max_length_s, silence_s
from interview.events import DigitsPressed, Event, UtteranceRecorded
from interview.facts import CandidateAsked, CandidateReplied, ConversationEnded, Fact
from interview.progress import Phase, Progress
from interview.script import EXTRA_TIME_FACTOR, Script
from interview.steps import GatherDigits, Prompt, RecordUtterance, Step
from interview.wording import wording_for
from interview.wording.candidate_question import candidate_question_wording_for, offer_in

QUESTION_S = 60
# Endings after which nobody is called again for this interview, and that are still heard.
_LAST_WORDS = frozenset({Ending.COMPLETED, Ending.BY_CANDIDATE})


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of the question that was recorded in listen ``turn``.

    ``passage`` is what the employer approved to be told, None while there is none; ``nothing_said``: the recording
    holds no words.
    """

    turn: int
    passage: str | None = None
    nothing_said: bool = False


def is_open(progress: Progress) -> bool:
    """Whether the offer is what is being talked about, be it in the menu or in a pause."""
    return marks.has(progress, Mark.OFFERING)


def before_last(script: Script, progress: Progress, left_s: float | None) -> Progress:
    """The offer in place of the last question, when that is about to be asked for the first time.

    Once in an interview; not when the call's own time (``left_s``) is needed for the last question.
    """
    last = len(script.questions) - 1
    if not script.offers_question or marks.has(progress, Mark.OFFERED) or progress.question != last:
        return progress
    is_asked_anew = progress.phase is Phase.ASKING and marks.manner(progress) is Manner.NUMBERED
    if not is_asked_anew or marks.ending(progress) is not None:
        return progress
    if left_s is not None and left_s < 2 * ASKING_S + QUESTION_S + max_length_s(script, script.questions[last]):
        return progress
    return marks.with_marks(replace(progress, phase=Phase.CANDIDATE_QUESTION), offered="1", offering="1")


def at_offer(script: Script, progress: Progress, event: Event) -> Move:
    """A question, or none: silence and # go on; * says the offer again, 0 opens a menu."""
    match progress.phase:
        case Phase.MENU:
            return _at_menu(script, progress, event)
        case Phase.PAUSED:
            return _offer_again(progress, Lead.AFTER_PAUSE), ()
    match event:
        case UtteranceRecorded(ended_by="hangup"):
            return line_lost(*_heard(progress, event))
        case UtteranceRecorded(ended_by="0"):
            asked, facts = _heard(progress, event)
            return moves.listen(asked, Phase.MENU), facts
        case UtteranceRecorded(ended_by="*"):
            return _offer_again(progress, Lead.AGAIN, slowly=True), ()
        case UtteranceRecorded() if not is_empty(event):
            asked, facts = _heard(progress, event)
            return _go_on(script, asked, facts)
        case DigitsPressed(digits=digits) if digits[:1] not in ("", "#"):
            return _key(progress, digits[:1])
        case _:
            return _go_on(script, progress)


def heard_late(progress: Progress, event: UtteranceRecorded) -> Move:
    """The question came after the news that the line is gone: it counts as if it had come before."""
    heard = marks.without_marks(replace(progress, turn=progress.turn + 1), Mark.UNHEARD)
    if event.ended_by == "*":
        return heard, ()
    # the turn that was listened in is what the recording is known by
    asked, facts = _heard(replace(heard, turn=progress.turn), event)
    return replace(asked, turn=heard.turn), facts


def before_goodbye(progress: Progress, facts: tuple[Fact, ...], reply: Reply | None) -> Move:
    """Say what became of the question, once, before the goodbye that ends the interview."""
    has_ended = any(isinstance(fact, ConversationEnded) for fact in facts)
    if not has_ended or marks.ending(progress) not in _LAST_WORDS or marks.has(progress, Mark.REPLIED):
        return progress, facts
    asked_in = progress.extra.get(Mark.ASKED_IN)
    known = reply if reply is not None and str(reply.turn) == asked_in else None
    if asked_in is None or (known is not None and known.nothing_said):
        return progress, facts
    passage = None if known is None else known.passage
    told = marks.with_marks(progress, replied="1", reply=passage or "")
    return told, (*facts[:-1], CandidateReplied(passed_on=passage is None), facts[-1])


def step(script: Script, progress: Progress, leads: tuple[Prompt, ...]) -> Step:
    """The offer, and then the recording."""
    rate = "slow" if marks.manner(progress) is Manner.SLOWLY else "normal"
    length_s = int(QUESTION_S * EXTRA_TIME_FACTOR) if script.accommodations.extra_time else QUESTION_S
    prompts = (*leads, Prompt(offer_in(script.language), rate=rate))
    return Step(prompts, RecordUtterance(max_length_s=length_s, silence_s=silence_s(script)))


def menu(script: Script, keys: GatherDigits, leads: tuple[Prompt, ...]) -> Step:
    """The 0 menu of the offer."""
    own = Prompt(candidate_question_wording_for(script.language).menu)
    rest = tuple(Prompt(text) for text in wording_for(script.language).menu[1:])
    return Step((*leads, own, *rest), keys)


def thanks(script: Script, progress: Progress) -> tuple[Prompt, ...]:
    """What comes before all else right after the question was asked."""
    if not marks.has(progress, Mark.QUESTION_TAKEN):
        return ()
    return (Prompt(candidate_question_wording_for(script.language).taken),)


def last_words(script: Script, progress: Progress) -> tuple[Prompt, ...]:
    """What became of the question, as part of this goodbye; nothing when it is no part of it."""
    passage = progress.extra.get(Mark.REPLY)
    if passage is None:
        return ()
    wording = candidate_question_wording_for(script.language)
    if not passage:
        return (Prompt(wording.passed_on.format(company=script.company), pause_s=1),)
    return (Prompt(wording.reply.format(company=script.company, passage=passage), pause_s=1),)


def _heard(progress: Progress, event: UtteranceRecorded) -> Move:
    """Take the utterance as the question; a later one takes its place. The turn is not moved."""
    if is_empty(event):
        return progress, ()
    asked = marks.with_marks(progress, asked_in=str(progress.turn))
    return asked, (CandidateAsked(event.recording_sid, event.duration_s, event.ended_by == "hangup"),)


def _go_on(script: Script, progress: Progress, facts: tuple[Fact, ...] = ()) -> Move:
    was_taken = bool(facts)
    going_on, more = moves.go_on(script, replace(progress, silences=0, repeats=0), facts)
    return (marks.with_marks(going_on, question_taken="1") if was_taken else going_on), more


def _key(progress: Progress, key: str) -> Move:
    match key:
        case "*":
            return _offer_again(progress, Lead.AGAIN, slowly=True), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case _:
            return _offer_again(progress, Lead.NOT_A_KEY), ()


def _offer_again(progress: Progress, *leads: Lead, slowly: bool = False) -> Progress:
    again = moves.listen(progress, Phase.CANDIDATE_QUESTION, *leads)
    return marks.with_marks(again, manner=(Manner.SLOWLY if slowly else Manner.TEXT_ONLY).value)


def _at_menu(script: Script, progress: Progress, event: Event) -> Move:
    """1 again, 3 the last question, 4 a pause, 9 the end; what was asked before stands until it is replaced."""
    match key_of(event):
        case "1" | "*":
            return _offer_again(progress, Lead.AGAIN), ()
        case "3" | "#":
            return _go_on(script, progress)
        case "4":
            return moves.listen(progress, Phase.PAUSED), ()
        case "9":
            return moves.end(progress, Ending.BY_CANDIDATE)
        case "" if progress.repeats + 1 >= MENU_PROMPTS:
            return _go_on(script, progress)
        case "":
            return moves.listen(progress, Phase.MENU, repeats=progress.repeats + 1), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case _:
            return moves.listen(progress, Phase.MENU, Lead.NOT_A_KEY), ()
