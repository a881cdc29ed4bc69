"""One more person of the demonstration: a machine picks up for him, and keeps one message without a word of the job."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.demonstration.calling_in import OUR_NUMBER, texts_to, until
from scripts.demonstration.cast import Part
from scripts.demonstration.client import Http, wait_for

AWAY = Part("Sven Lindqvist", "+14155550107", "none", "")
# What a message for somebody who was missed says in English.
MISSED = "We are sorry that we missed you."


@dataclass(frozen=True, slots=True)
class Story:
    """His interview as the API shows it, the machine's tape from the beep on, and the texts that he was sent."""

    interview: dict[str, Any]
    tape: str
    texts: list[str]


def turn_on_machine(carrier: Http) -> None:
    """Nobody is at home."""
    carrier.put(f"/simulator/people/{AWAY.phone}", {"pickup": "voicemail"})


def play(api: Http, carrier: Http, step: Callable[[str], None], interview_id: str) -> Story:
    """What became of the call, which may have been made meanwhile."""
    interview = until(api, interview_id, {"queued"}, calls=1)
    texts = wait_for(lambda: texts_to(carrier, AWAY.phone), lambda found: len(found) == 2, timeout_s=15)
    [call] = carrier.get("/simulator/calls", phone=AWAY.phone)["calls"]
    tape = " ".join(call["tape"] or [])
    step(f"A machine took the call to {AWAY.name}, and kept: [italic]{message_on(tape)}[/italic]")
    return Story(interview, tape, texts)


def message_on(tape: str) -> str:
    """The message for him, from its greeting on."""
    start = tape.rfind("Hello", 0, tape.find(MISSED))
    return tape[start:] if MISSED in tape and start >= 0 else ""


def problems_with(story: Story, job: dict[str, Any]) -> list[str]:
    """One sentence for each thing that is not as it should be."""
    problems = []
    interview, message = story.interview, message_on(story.tape)
    if interview["status"] != "queued" or (interview["next_action"] or {}).get("what") != "call":
        problems.append(f"{AWAY.name}: {interview['status']} after a voicemail, instead of another call")
    if [call["outcome"] for call in interview["calls"]] != ["voicemail"] or interview["answers"]:
        problems.append(f"{AWAY.name}: the call is not one voicemail without an answer")
    if story.tape.count(MISSED) != 1:
        problems.append(f"{AWAY.name}: {story.tape.count(MISSED)} messages on the tape instead of one")
    spoken = re.sub(r"[^0-9]", "", message)
    code = re.findall(r"code (\d{6})", " ".join(story.texts))
    if OUR_NUMBER.lstrip("+") not in spoken or not code or code[0] not in spoken:
        problems.append(f"{AWAY.name}: the message does not say our number and the code")
    if job["title"] in message or "interview" in message or AWAY.name.split()[0] in story.tape:
        problems.append(f"{AWAY.name}: the message says what others need not know")
    return problems
