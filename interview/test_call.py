"""A test call (Q5): a script read out as candidates hear it, with keys instead of answers. Pure, like the machine.

``place`` 0 is the opening, 1 to n the questions in their order, n + 1 the goodbye.
"""

from interview.dialogue.questions import silence_s
from interview.dialogue.speaking import disclosure_of
from interview.events import DigitsPressed, Event
from interview.script import Script
from interview.steps import GatherDigits, HangUp, Prompt, Step
from interview.wording import wording_for
from interview.wording.test_call import test_call_wording_for

# Long enough to think about a question and short enough not to wait for somebody who has put the telephone down.
WAIT_S = 10
_END = "9"


def last_place(script: Script) -> int:
    """The goodbye."""
    return len(script.questions) + 1


def step_at(script: Script, place: int) -> Step:
    """What is said at this place; everything but the opening and the goodbye is word for word a candidate's."""
    own, wording = test_call_wording_for(script.language), wording_for(script.language)
    if place <= 0:
        return Step((Prompt(own.opening, pause_s=1), Prompt(disclosure_of(script))), GatherDigits(timeout_s=WAIT_S))
    if place >= last_place(script):
        return Step((Prompt(own.ending), Prompt(wording.goodbye)), HangUp())
    question = script.questions[place - 1]
    text = question.say_as or question.text
    if question.knockout:
        lead = (Prompt(wording.knockouts_ahead),) if place == 1 else ()
        return Step((*lead, Prompt(text), Prompt(wording.yes_no_keys)), GatherDigits(timeout_s=WAIT_S))
    number = sum(not earlier.knockout for earlier in script.questions[:place])
    lead = (Prompt(wording.instructions(silence_s(script)), pause_s=1),) if number == 1 else ()
    return Step((*lead, Prompt(wording.question(number, script.core_count, text))), GatherDigits(timeout_s=WAIT_S))


def next_place(script: Script, place: int, event: Event) -> int:
    """Where a key or a silence leads: star stays, 9 ends, all else goes on."""
    key = event.digits[:1] if isinstance(event, DigitsPressed) else ""
    if key == "*":
        return place
    return last_place(script) if key == _END else min(place + 1, last_place(script))
