"""The clock reaches the conversation: what is left of the call's own time is told before it runs out."""

from db.turns import TurnStore
from db.unit_of_work import Database
from interview.machine import current_step
from tests.fakes import FrozenClock
from tests.pipeline import STRONG, Pipeline


def heard(pipeline: Pipeline) -> str:
    """What the candidate hears now."""
    state = TurnStore(pipeline.database).read(pipeline.call_id)
    assert state is not None
    return " ".join(prompt.text for prompt in current_step(state.script, state.progress).prompts)


def test_it_is_counted_from_the_answer_of_this_call(database: Database, clock: FrozenClock):
    line = Pipeline(database, clock, questions=3)
    line.begin()
    clock.advance(minutes=26)
    line.say(STRONG)
    assert heard(line).startswith("Question 2 of 3")
    clock.advance(minutes=2)
    line.say(STRONG)
    assert heard(line).startswith("This call cannot last much longer.")
