"""From the ring to the first question: greeting, the later menu, and whom we speak with."""

from dataclasses import replace

from interview.dialogue import marks, moves
from interview.dialogue.endings import CALLBACKS, Ending
from interview.dialogue.marks import Lead, Mark
from interview.dialogue.moves import Move
from interview.dialogue.replies import wants_no_calls, yes_or_no
from interview.events import DigitsPressed, Event
from interview.facts import CallbackRequested, ConsentGiven, HumanRequested, IdentityConfirmed, Later, OptedOut
from interview.progress import Phase, Progress
from interview.script import Script
from interview.wording import wording_for

DOOR_PROMPTS = 2
MENU_PROMPTS = 2
# Longer than "yes, please": more words are a voicemail's greeting or a conversation in the room.
SPOKEN_CONSENT_WORDS = 3

_LATER_KEYS = {"1": Later.IN_15_MINUTES, "2": Later.THIS_EVENING, "3": Later.SAME_TIME_TOMORROW}


def open_door(progress: Progress) -> Move:
    """A call was answered: greet, whatever phase the last call ended in.

    Whom we speak with is asked in every call; answers, takes and consent stay. When nothing is left to ask, the
    closing is said instead; an interview that ended otherwise (opted out, wrong person) hears its goodbye again.
    """
    last = marks.ending(progress)
    if progress.phase is Phase.ENDED and last is not None and last is not Ending.COMPLETED_BY_HANGUP:
        return moves.end(progress, last)
    fresh = replace(
        marks.for_next_call(moves.without_open_follow_ups(progress)),
        identified=False,
        door_prompts=1,
        silences=0,
        silent_questions=0,
    )
    has_begun = bool(progress.states) or last is Ending.COMPLETED_BY_HANGUP
    if has_begun and not moves.has_questions_left(progress):
        return moves.end(fresh, Ending.COMPLETED)
    return moves.listen(fresh, Phase.DOOR), ()


def at_door(script: Script, progress: Progress, event: Event, is_machine: bool) -> Move:
    """1 or a spoken yes is consent and start; 2 later, 3 a person, 9 never again; said twice at most."""
    match _door_key(script, event):
        case "1":
            return _consented(script, progress)
        case "2":
            return moves.listen(progress, Phase.LATER), ()
        case "3":
            return moves.end(progress, Ending.HUMAN, (HumanRequested(),))
        case "9":
            return moves.end(progress, Ending.OPTED_OUT, (OptedOut(),))
    if progress.door_prompts < DOOR_PROMPTS:
        return moves.listen(replace(progress, door_prompts=progress.door_prompts + 1), Phase.DOOR), ()
    if not is_machine:
        return moves.end(progress, Ending.NO_KEY)
    # One message per interview: a machine that answers again hears nothing.
    if marks.has(progress, Mark.VOICEMAIL_LEFT):
        return moves.end(progress, Ending.VOICEMAIL_AGAIN)
    return moves.end(marks.with_marks(progress, voicemail_left="1"), Ending.VOICEMAIL)


def at_later(progress: Progress, event: Event) -> Move:
    """When to call again; who does not say hears that it will be tomorrow at this time."""
    when = _LATER_KEYS.get(key_of(event))
    if when is None and progress.repeats + 1 < MENU_PROMPTS:
        return moves.listen(progress, Phase.LATER, *_lead_after(event), repeats=progress.repeats + 1), ()
    return callback(progress, when or Later.SAME_TIME_TOMORROW)


def callback(progress: Progress, when: Later) -> Move:
    """End the call with an appointment."""
    return moves.end(progress, CALLBACKS[when], (CallbackRequested(when),))


def at_identity(script: Script, progress: Progress, event: Event) -> Move:
    """1 or yes goes on, 2 or no hears an apology and nothing further."""
    said = None
    if isinstance(event, DigitsPressed) and not event.digits:
        said = yes_or_no(event.speech, wording_for(script.language))
    key = key_of(event)
    if key == "1" or said is True:
        return moves.resume(script, replace(progress, identified=True), (IdentityConfirmed(),))
    if key == "2" or said is False:
        return moves.end(progress, Ending.WRONG_PERSON)
    if progress.repeats + 1 < MENU_PROMPTS:
        return moves.listen(progress, Phase.IDENTITY, repeats=progress.repeats + 1), ()
    return moves.end(progress, Ending.NO_IDENTITY)


def key_of(event: Event) -> str:
    """The first key pressed, or "" when there was none."""
    return event.digits[:1] if isinstance(event, DigitsPressed) else ""


def _consented(script: Script, progress: Progress) -> Move:
    consented = replace(progress, consented=True)
    if script.candidate_name:
        return moves.listen(consented, Phase.IDENTITY), (ConsentGiven(),)
    return moves.resume(script, consented, (ConsentGiven(),))


def _door_key(script: Script, event: Event) -> str:
    if isinstance(event, DigitsPressed) and not event.digits:
        wording = wording_for(script.language)
        if wants_no_calls(event.speech, wording):
            return "9"
        if yes_or_no(event.speech, wording, SPOKEN_CONSENT_WORDS):
            return "1"
    return key_of(event)


def _lead_after(event: Event) -> tuple[Lead, ...]:
    return (Lead.NOT_A_KEY,) if key_of(event) else ()
