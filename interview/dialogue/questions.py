"""Asking: a question is answered, repeated, left in silence, or the line goes during it."""

from dataclasses import replace

from interview.dialogue import marks, moves
from interview.dialogue.endings import Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.dialogue.moves import Move
from interview.dialogue.replies import yes_or_no
from interview.events import DigitsPressed, Event, NoInput, UtteranceRecorded, WordsHeard
from interview.facts import (
    AnswerCaptured,
    AnswerSuperseded,
    Fact,
    KnockoutAnswered,
    QuestionPassed,
    TakeDiscarded,
)
from interview.progress import Phase, Progress, QuestionState
from interview.script import EXTRA_TIME_FACTOR, Script, SpokenQuestion
from interview.wording import wording_for

SILENCE_S = 5
LONGER_SILENCE_S = 8
# The carrier stops listening after a while, though nobody has stopped speaking: so long is the wait for more.
GO_ON_S = 2
KNOCKOUT_TRIES = 2
SILENCES_BEFORE_CHOICE = 2
SILENT_QUESTIONS_IN_A_ROW = 2
# For a question to be spoken, some silence before the answer, and the goodbye.
ASKING_S = 60
# What ends an utterance by key, as a recording is ended.
UTTERANCE_KEYS = frozenset("#*0")
# Twilio reports whole seconds, and the recording may end a little before its maxLength.
LIMIT_TOLERANCE_S = 1


def max_length_s(script: Script, question: SpokenQuestion) -> int:
    """How long an answer to this question may be, in seconds, accommodations included."""
    limit_s = min(question.max_seconds, script.answer_max_s)
    return int(limit_s * EXTRA_TIME_FACTOR) if script.accommodations.extra_time else limit_s


def silence_s(script: Script) -> int:
    """How long a pause ends an answer, in seconds."""
    return LONGER_SILENCE_S if script.accommodations.longer_silence else SILENCE_S


def at_question(script: Script, progress: Progress, event: Event) -> Move:
    """What happens after a question, for each thing that can be heard."""
    if moves.question_of(script, progress).knockout:
        return _at_knockout(script, progress, event)
    if isinstance(event, WordsHeard):
        return _piece_heard(script, progress, event)
    if marks.has(progress, Mark.HEARD):
        key = event.digits[:1] if isinstance(event, DigitsPressed) else ""
        if key and key not in UTTERANCE_KEYS:
            return moves.ask_again(progress, manner=Manner.GO_ON), ()
        progress, event = _all_heard(progress, key)
    match event:
        case UtteranceRecorded() if is_empty(event):
            return _without_words(script, progress, event.ended_by)
        case UtteranceRecorded(ended_by="*"):
            discarded, fact = _discarded(script, progress, event)
            return _again(discarded), (fact,)
        case UtteranceRecorded(ended_by="0"):
            captured, facts = capture(script, progress, event)
            return moves.listen(captured, Phase.MENU), facts
        case UtteranceRecorded(ended_by="hangup"):
            return hung_up_while_answering(script, progress, event)
        case UtteranceRecorded():
            captured, facts = capture(script, progress, event)
            at_limit = event.duration_s >= max_length_s(script, moves.question_of(script, progress)) - LIMIT_TOLERANCE_S
            return moves.go_on(script, captured, facts, (Lead.TIME_UP,) if at_limit and not event.ended_by else ())
        case DigitsPressed(digits=digits):
            return _key_while_asked(script, progress, digits[:1])
        case _:
            return silent(script, progress)


def _piece_heard(script: Script, progress: Progress, event: WordsHeard) -> Move:
    """A piece of an answer: listen on for more, until its time is up."""
    heard_s = float(progress.extra.get(Mark.HEARD_S, "0")) + event.duration_s
    first = progress.extra.get(Mark.HEARD, event.utterance_id)
    progress = marks.with_marks(progress, heard=first, heard_s=str(round(heard_s, 1)))
    if heard_s >= max_length_s(script, moves.question_of(script, progress)):
        progress, utterance = _all_heard(progress, "")
        return at_question(script, progress, utterance)
    return moves.ask_again(progress, manner=Manner.GO_ON), ()


def _all_heard(progress: Progress, ended_by: str) -> tuple[Progress, UtteranceRecorded]:
    """The pieces as one utterance, under the name of the first."""
    utterance = UtteranceRecorded(progress.extra[Mark.HEARD], float(progress.extra[Mark.HEARD_S]), ended_by)
    return marks.without_marks(progress, Mark.HEARD, Mark.HEARD_S), utterance


def announce_end(script: Script, progress: Progress, left_s: float) -> Progress:
    """Say once, with a question that may outlast the call's own time (``left_s``), that this runs out."""
    is_new = progress.phase is Phase.ASKING and marks.ending(progress) is None
    if not is_new or marks.manner(progress) is not Manner.NUMBERED or marks.has(progress, Mark.TIME_TOLD):
        return progress
    if left_s >= ASKING_S + max_length_s(script, moves.question_of(script, progress)):
        return progress
    said = " ".join((Lead.TIME_SHORT, *marks.leads(progress)))
    return marks.with_marks(progress, leads=said, time_told="1")


def is_empty(event: UtteranceRecorded) -> bool:
    """Whether there is nothing to listen to."""
    return event.duration_s <= 0 or not event.recording_sid


def capture(script: Script, progress: Progress, event: UtteranceRecorded) -> Move:
    """Take the utterance as the answer; a standing one gives way to it. The turn is not moved."""
    question = moves.question_of(script, progress)
    facts: list[Fact] = []
    if marks.is_standing(progress):
        facts.append(AnswerSuperseded(question.id, marks.count(progress, Mark.STANDING_TAKE)))
    answered = moves.with_state(moves.with_take(progress), QuestionState.ANSWERED)
    answered = replace(answered, silences=0, silent_questions=0)
    take = answered.takes[answered.question]
    partial = event.ended_by == "hangup"
    facts.append(AnswerCaptured(question.id, take, event.recording_sid, event.duration_s, partial))
    return marks.with_marks(answered, standing_take=str(take), standing_s=str(event.duration_s)), tuple(facts)


def hung_up_while_answering(script: Script, progress: Progress, event: UtteranceRecorded) -> Move:
    """The line went during the answer: what was said counts, marked partial."""
    captured, facts = _kept_at_hangup(script, progress, event)
    return line_lost(captured, facts)


def heard_late(script: Script, progress: Progress, event: UtteranceRecorded) -> Move:
    """The utterance came after the news that the line is gone: it counts as if it had come before."""
    heard = marks.without_marks(replace(progress, turn=progress.turn + 1), Mark.UNHEARD)
    if is_empty(event):
        return heard, ()
    heard, facts = _kept_at_hangup(script, heard, event)
    if heard.phase is Phase.ENDED or moves.has_questions_left(heard):
        return heard, facts
    ended, more = moves.end(heard, Ending.COMPLETED_BY_HANGUP, facts)
    return replace(ended, turn=heard.turn), more


def _kept_at_hangup(script: Script, progress: Progress, event: UtteranceRecorded) -> Move:
    """When an earlier answer stands and the line went during the new one, the longer of the two counts."""
    standing_s = float(progress.extra.get(Mark.STANDING_S, "0"))
    if event.ended_by == "*" or (event.ended_by == "hangup" and standing_s > event.duration_s):
        discarded, fact = _discarded(script, progress, event)
        return discarded, (fact,)
    return capture(script, progress, event)


def kept_from_last_call(script: Script, progress: Progress) -> Move:
    """Pieces of an answer that nobody came to take in the last call: they count as what was said when it broke off."""
    if not marks.has(progress, Mark.HEARD):
        return progress, ()
    heard, utterance = _all_heard(progress, "hangup")
    return _kept_at_hangup(script, heard, utterance)


def line_gone(script: Script, progress: Progress) -> Move:
    """The news that the line is gone; pieces of an answer that were heard until then count."""
    if marks.has(progress, Mark.HEARD):
        heard, utterance = _all_heard(progress, "hangup")
        return hung_up_while_answering(script, heard, utterance)
    return line_lost(progress)


def line_lost(progress: Progress, facts: tuple[Fact, ...] = ()) -> Move:
    """The line is gone after the door: to be resumed, unless nothing is left to ask."""
    left = moves.has_questions_left(progress)
    return moves.end(progress, Ending.HUNG_UP if left else Ending.COMPLETED_BY_HANGUP, facts)


def skip(script: Script, progress: Progress) -> Move:
    """Leave the question out by choice; it is offered once more after all others."""
    if moves.question_of(script, progress).knockout:
        return _knockout_done(script, progress, None)
    final = progress.second_round or moves.follow_up_of(progress) is not None
    passed = replace(moves.with_state(progress, QuestionState.SKIPPED), silent_questions=0)
    fact = QuestionPassed(moves.question_of(script, progress).id, no_response=False, final=final)
    return moves.go_on(script, passed, (fact,), (Lead.SKIPPED_FOR_GOOD if final else Lead.SKIPPED,))


def silent(script: Script, progress: Progress) -> Move:
    """Nothing was heard: ask again, then offer a choice, then pass the question as not answered."""
    if marks.is_standing(progress):
        return moves.go_on(script, progress, (), (Lead.ANSWER_KEPT,))
    heard_nothing = replace(progress, silences=progress.silences + 1)
    if heard_nothing.silences < SILENCES_BEFORE_CHOICE:
        return moves.ask_again(heard_nothing, Lead.SILENCE), ()
    if heard_nothing.silences == SILENCES_BEFORE_CHOICE:
        return moves.listen(heard_nothing, Phase.STUCK), ()
    question = moves.question_of(script, progress)
    passed = moves.with_state(heard_nothing, QuestionState.NO_RESPONSE)
    return _unanswered(script, passed, QuestionPassed(question.id, no_response=True, final=True))


def _unanswered(script: Script, progress: Progress, fact: Fact) -> Move:
    in_a_row = replace(progress, silent_questions=progress.silent_questions + 1)
    if in_a_row.silent_questions >= SILENT_QUESTIONS_IN_A_ROW and moves.has_questions_after(in_a_row):
        return moves.end(in_a_row, Ending.SILENCE, (fact,))
    return moves.go_on(script, in_a_row, (fact,), (Lead.NO_RESPONSE,))


def _without_words(script: Script, progress: Progress, ended_by: str) -> Move:
    if ended_by == "hangup":
        return line_lost(progress)
    if ended_by in ("*", "0"):
        return _key_while_asked(script, progress, ended_by)
    return silent(script, progress)


def _key_while_asked(script: Script, progress: Progress, key: str) -> Move:
    match key:
        case "*":
            return _again(progress), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case "#" if marks.is_standing(progress):
            return moves.go_on(script, progress, (), (Lead.ANSWER_KEPT,))
        case "#":
            return moves.ask_again(progress, manner=Manner.BEEP_ONLY), ()
        case _:
            return moves.ask_again(progress), ()


def _again(progress: Progress) -> Progress:
    return moves.ask_again(progress, Lead.AGAIN, manner=Manner.SLOWLY, repeats=progress.repeats + 1)


def _discarded(script: Script, progress: Progress, event: UtteranceRecorded) -> tuple[Progress, Fact]:
    taken = replace(moves.with_take(progress), silent_questions=0)
    take = taken.takes[taken.question]
    question = moves.question_of(script, progress)
    return taken, TakeDiscarded(question.id, take, event.recording_sid, event.duration_s)


def _at_knockout(script: Script, progress: Progress, event: Event) -> Move:
    """Yes or no by key or voice; unclear twice is written down as unclear. It never ends the call."""
    key, speech = (event.digits[:1], event.speech) if isinstance(event, DigitsPressed) else ("", "")
    match key:
        case "1" | "2":
            return _knockout_done(script, progress, key == "1")
        case "*":
            return _again_counting_tries(progress), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
    said = yes_or_no(speech, wording_for(script.language)) if not key else None
    if said is not None:
        return _knockout_done(script, progress, said)
    if isinstance(event, UtteranceRecorded) and event.ended_by == "hangup":
        return line_lost(progress)
    is_silence = isinstance(event, NoInput) or not (key or speech)
    tries = replace(progress, silences=progress.silences + is_silence)
    if tries.repeats + 1 < KNOCKOUT_TRIES:
        lead = Lead.SILENCE if is_silence else Lead.NOT_A_KEY
        return moves.ask_again(tries, lead, repeats=progress.repeats + 1), ()
    if tries.silences < KNOCKOUT_TRIES:
        return _knockout_done(script, tries, None)
    question = moves.question_of(script, progress)
    unclear = moves.with_state(tries, QuestionState.NO_RESPONSE)
    return _unanswered(script, unclear, KnockoutAnswered(question.id, None))


def _again_counting_tries(progress: Progress) -> Progress:
    return moves.ask_again(progress, Lead.AGAIN, manner=Manner.SLOWLY, repeats=progress.repeats)


def _knockout_done(script: Script, progress: Progress, said_yes: bool | None) -> Move:
    state = QuestionState.NO_RESPONSE if said_yes is None else QuestionState.ANSWERED
    done = replace(moves.with_state(progress, state), silent_questions=0)
    return moves.go_on(script, done, (KnockoutAnswered(moves.question_of(script, progress).id, said_yes),))
