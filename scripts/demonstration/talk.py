"""An interview with whoever sits at the terminal (`viva talk`, `scripts/demo --talk`): the telephone is a double."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from scripts.demonstration.calling_in import OUR_NUMBER
from scripts.demonstration.client import Http, wait_for
from scripts.demonstration.play import SAMPLE, SAMPLE_COMPANY, Play
from scripts.demonstration.stage import Stage

TALKING_SPEED = 8.0
_PHONE = "+14155550150"
_LONGEST_S = 120
_KEYS = re.compile(r"[0-9*#]+")
_CALL_OVER = {"completed", "busy", "no-answer", "failed", "canceled"}
_CONCLUDED = {"completed", "needs_review", "declined", "opted_out", "unreachable", "failed", "canceled"}
_WAITS_FOR_A_CALL = {"interrupted", "queued", "scheduled"}
_MISSED = {"interrupted", "queued"}
_HELP = (
    "Keys (1, *, 0, #) are pressed, other words are spoken, an empty line is silence, Ctrl-D hangs up. "
    "A # at the end of your words ends the answer at once; without it the pause after them does."
)


def talk_through(
    console: Console, *, speed: float = TALKING_SPEED, description: Path = SAMPLE, company: str = SAMPLE_COMPANY,
    name: str = "Robin", **fields: str,
) -> int:  # fmt: skip
    """Start everything, and interview ``name`` for the job described; 0 when it came to a truthful end.

    ``fields`` are further ones of the job, as the API takes them.
    """
    with Stage(numbers=[_PHONE], speed=speed) as stage:
        play = Play(stage, console)
        play.set_the_stage()
        job, _ = play.make_job(description, company, **fields)
        return talk(play.api, play.carrier, console, job["id"], _PHONE, name=name)


def talk(api: Http, carrier: Http, console: Console, job_id: str, phone: str, *, name: str) -> int:
    """Calls with whoever sits here until the interview is over or they have enough; 0 for a truthful end."""
    carrier.put(f"/simulator/people/{phone}", {"interactive": True, "patience_s": 600})
    person = {"name": name, "phone": phone}
    path = f"/interviews/{api.post('/interviews', {'job_id': job_id, 'candidate': person})['id']}"
    texts = _texts_from_here(carrier, console, phone)
    console.print(f"\nYour telephone rings. {_HELP}\n", markup=False)
    heard = missed = 0
    while True:
        heard = _converse(carrier, console, phone, heard)
        console.print("\nThe line is closed.")
        interview = _standing(api, path, console)
        # One text for the invitation, and one for each call that did not come to its end.
        missed += interview["status"] in _MISSED
        texts(1 + missed)
        if interview["status"] not in _WAITS_FOR_A_CALL or not _calls_in(console):
            break
        carrier.post("/simulator/calls/inbound", {"from": phone, "to": OUR_NUMBER})
    _show_result(console, interview)
    return 0 if interview["status"] in _CONCLUDED | _WAITS_FOR_A_CALL else 1


def _converse(carrier: Http, console: Console, phone: str, after: int) -> int:
    """Print what is heard, and hand over what the person does whenever the call waits; where the feed stands then."""
    while True:
        live = carrier.get("/simulator/live", phone=phone, after=str(after), wait_s="20")
        after = live["next"]
        for event in live["events"]:
            if event["kind"] == "heard":
                console.print(event["text"], style="cyan", markup=False)
            elif event["kind"] == "call" and event["status"] in _CALL_OVER:
                return after
        waiting = live["waiting"]
        if waiting:
            speaks = waiting["for"] == "record" or waiting.get("record_follows") or "speech" in waiting["input"]
            typed = _typed(console, "your words, or a key> " if speaks else "key> ")
            takes_many = waiting["for"] == "gather" and waiting["num_digits"] != 1
            carrier.post("/simulator/live", {"phone": phone, "action": _action(typed, takes_many=takes_many)})


def _action(typed: str | None, *, takes_many: bool) -> dict[str, Any]:
    """What the carrier is told that this person does. ``takes_many``: more than one key is listened to."""
    if typed is None:
        return {"hang_up": True}
    if not typed:
        return {"silent": True}
    if _KEYS.fullmatch(typed) and (len(typed) == 1 or takes_many):
        return {"press": typed}
    ends = typed.endswith("#")
    return {"say": typed.rstrip("# ") or typed, "end_with": "#" if ends else "silence"}


def _typed(console: Console, prompt: str) -> str | None:
    """One line without its spaces; None at the end of the input."""
    try:
        return console.input(f"[bold]{prompt}[/bold]").strip()
    except EOFError:
        console.print()
        return None


def _standing(api: Http, path: str, console: Console) -> dict[str, Any]:
    """The interview once nothing more comes of the call, telling each change on the way."""
    told = ""
    deadline = time.monotonic() + _LONGEST_S
    while True:
        now: dict[str, Any] = api.get(path)
        action = now["next_action"] or {"why": "", "at": None}
        at = f" Next: {action['at'][:16].replace('T', ' ')} UTC." if action["at"] else ""
        line = f"  {now['status'].replace('_', ' ')}. {action['why']}{at}".rstrip()
        if line != told:
            told = line
            console.print(line, markup=False)
        if now["status"] in _CONCLUDED | _WAITS_FOR_A_CALL or time.monotonic() > deadline:
            return now
        time.sleep(0.3)


def _texts_from_here(carrier: Http, console: Console, phone: str) -> Callable[[int], None]:
    """Prints the text messages to this number that were not printed before, once there are so many in all."""
    shown = 0

    def look() -> list[dict[str, Any]]:
        return [one for one in carrier.get("/simulator/messages")["messages"] if one["to"] == phone]

    def show(due: int) -> None:
        nonlocal shown
        found = wait_for(look, lambda texts: len(texts) >= due, timeout_s=10)
        for one in found[shown:]:
            console.print(f"  Your telephone got a text: {one['body']}", markup=False)
        shown = len(found)

    return show


def _calls_in(console: Console) -> bool:
    """Whether the person would rather call back than wait."""
    console.print("You will be called again at the time shown. You may also call in, with the code of the text.")
    return _typed(console, "call in now? (y) ") in {"y", "yes"}


def _show_result(console: Console, interview: dict[str, Any]) -> None:
    result = interview.get("result")
    if not result:
        console.print("There is no result: the interview did not come so far.")
        return
    score = result["overall_score"]
    said = "no score" if score is None else f"score {score:.1f} of 10"
    console.print(f"\nThe result: {said}, {result['recommendation'] or 'no recommendation'} (demo, not an assessment)")
    for answer in interview["answers"]:
        if answer["superseded"]:
            continue
        console.print(f"  {answer['question']['text']}", style="bold", markup=False)
        number = "" if answer["score"] is None else f", {answer['score']:.1f}"
        lines = [f"{answer['state'].replace('_', ' ')}{number}", answer["state_reason"] or ""]
        lines += [f"“{quote['text']}”" for quote in answer["evidence"]]
        if answer["follow_up"]:
            lines += [answer["follow_up"]["text"], f"“{answer['follow_up']['transcript'] or ''}”"]
        for line in filter(None, lines):
            console.print(f"    {line}", markup=False)
