"""The moves that every phase is made of: listen, ask, go on, end."""

from collections.abc import Iterable
from dataclasses import replace

from interview.dialogue import marks
from interview.dialogue.endings import MEANINGS, Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.facts import Fact, FollowUpAsked
from interview.progress import Phase, Progress, QuestionState
from interview.script import FollowUp, Script, SpokenQuestion

Move = tuple[Progress, tuple[Fact, ...]]


def question_of(script: Script, progress: Progress) -> SpokenQuestion:
    """The question that is being talked about, be it a follow-up."""
    return question_at(script, progress, progress.question)


def question_at(script: Script, progress: Progress, index: int) -> SpokenQuestion:
    """One of the script's questions or, after them, a follow-up, which may be answered as long as its question."""
    if index < progress.script_count:
        return script.questions[index]
    follow_up = progress.follow_ups[index - progress.script_count]
    about = next(question for question in script.questions if question.id == follow_up.question_id)
    return SpokenQuestion(follow_up.id, follow_up.text, about.max_seconds)


def follow_up_of(progress: Progress) -> FollowUp | None:
    """The follow-up that is being talked about, or None while it is one of the script's questions."""
    index = progress.question - progress.script_count
    return progress.follow_ups[index] if 0 <= index < len(progress.follow_ups) else None


def with_ready(script: Script, progress: Progress, ready: Iterable[FollowUp]) -> Progress:
    """The progress with these follow-ups to be asked, as far as the interview has room for them.

    The answer that is being given may still be taken back, so its own follow-up waits.
    """
    known = {follow_up.id for follow_up in progress.follow_ups}
    answered = {
        question.id
        for index, question in enumerate(script.questions)
        if progress.states[index] is QuestionState.ANSWERED and not question.knockout and index != progress.question
    }
    room = max(0, script.max_follow_ups - len(progress.follow_ups))
    new = [one for one in ready if one.id not in known and one.question_id in answered][:room]
    if not new:
        return progress
    return replace(
        progress,
        follow_ups=(*progress.follow_ups, *new),
        states=progress.states + (QuestionState.OPEN,) * len(new),
        takes=progress.takes + (0,) * len(new),
    )


def without_open_follow_ups(progress: Progress) -> Progress:
    """The progress of the next call: an answer is rated when its call has ended, so nothing more is asked about it."""
    count = progress.script_count
    closed = (
        QuestionState.NO_RESPONSE if state is QuestionState.OPEN else state for state in progress.states[count:]
    )
    return replace(progress, states=(*progress.states[:count], *closed))


def listen(progress: Progress, phase: Phase, *leads: Lead, repeats: int = 0) -> Progress:
    """The progress of a new listen: its own turn number, and nothing left of the last prompt."""
    fresh = marks.for_next_listen(progress)
    heard = replace(fresh, phase=phase, turn=progress.turn + 1, repeats=repeats)
    return marks.with_marks(heard, leads=" ".join(leads)) if leads else heard


def ask_again(progress: Progress, *leads: Lead, manner: Manner = Manner.TEXT_ONLY, repeats: int = 0) -> Progress:
    """The present question once more."""
    asking = listen(progress, Phase.ASKING, *leads, repeats=repeats)
    return marks.with_marks(asking, manner=manner.value)


def with_state(progress: Progress, state: QuestionState) -> Progress:
    """The present question in another state."""
    states = list(progress.states)
    states[progress.question] = state
    return replace(progress, states=tuple(states))


def with_take(progress: Progress) -> Progress:
    """One recording more for the present question."""
    takes = list(progress.takes)
    takes[progress.question] += 1
    return replace(progress, takes=tuple(takes))


def waiting_question(progress: Progress, first: int) -> int | None:
    """The index of the script's question to ask next, or None when all is asked.

    Open questions come first, in order. Then those that were skipped by choice, each offered once more: ``first`` is
    where that second round has got to.
    """
    states = progress.states[: progress.script_count]
    for index, state in enumerate(states):
        if state is QuestionState.OPEN:
            return index
    start = first if progress.second_round else 0
    for index in range(start, len(states)):
        if states[index] is QuestionState.SKIPPED:
            return index
    return None


def has_questions_left(progress: Progress) -> bool:
    """Whether a call that starts now would have something to ask; nobody is called for a follow-up."""
    return waiting_question(progress, _first(progress, including_present=True)) is not None


def has_questions_after(progress: Progress) -> bool:
    """Whether there is something to ask after the present question, follow-ups not counted."""
    return waiting_question(progress, _first(progress, including_present=False)) is not None


def _first(progress: Progress, *, including_present: bool) -> int:
    """Where the second round goes on."""
    if follow_up_of(progress) is not None:
        return progress.returns_to
    return progress.question if including_present else progress.question + 1


def go_on(script: Script, progress: Progress, facts: Iterable[Fact] = (), leads: Iterable[Lead] = ()) -> Move:
    """Ask what comes after the present question: a follow-up that is ready, else the next one, else close."""
    index = _open_follow_up(progress)
    if index is None:
        index = waiting_question(progress, _first(progress, including_present=False))
    return _ask_waiting(script, progress, index, facts, leads)


def resume(script: Script, progress: Progress, facts: Iterable[Fact] = ()) -> Move:
    """Ask the first question that waits, after the door of a first or later call."""
    index = waiting_question(progress, _first(progress, including_present=True))
    return _ask_waiting(script, progress, index, facts, ())


def _open_follow_up(progress: Progress) -> int | None:
    for index in range(progress.script_count, len(progress.states)):
        if progress.states[index] is QuestionState.OPEN:
            return index
    return None


def _ask_waiting(
    script: Script, progress: Progress, index: int | None, facts: Iterable[Fact], leads: Iterable[Lead]
) -> Move:
    said = list(leads)
    if index is None:
        return end(progress, Ending.COMPLETED, facts, said)
    second_round = progress.states[index] is QuestionState.SKIPPED
    if second_round and not progress.second_round:
        # What was skipped last may be what comes back at once: then there is no end to wait for.
        if Lead.SKIPPED in said:
            said.remove(Lead.SKIPPED)
        said.append(Lead.SECOND_ROUND)
    second_round = second_round or progress.second_round
    at_question = replace(
        marks.for_next_question(progress), question=index, silences=0, second_round=second_round
    )
    if index >= progress.script_count:
        at_question = replace(at_question, returns_to=_first(progress, including_present=False))
        asked = FollowUpAsked(question_at(script, progress, index).id)
        return listen(at_question, Phase.ASKING, *said), (*facts, asked)
    if script.questions[index].knockout:
        if index == 0:
            said.append(Lead.KNOCKOUTS_AHEAD)
    elif not marks.has(progress, Mark.TAUGHT):
        said.append(Lead.INSTRUCTIONS)
        at_question = marks.with_marks(at_question, taught="1")
    return listen(at_question, Phase.ASKING, *said), tuple(facts)


def end(progress: Progress, ending: Ending, facts: Iterable[Fact] = (), leads: Iterable[Lead] = ()) -> Move:
    """Say goodbye. The phase stays where it was unless no later call goes on from here."""
    meaning = MEANINGS[ending]
    last = listen(progress, Phase.ENDED if meaning.final else progress.phase, *leads)
    return marks.with_marks(last, ended=ending.value), (*facts, meaning.fact)
