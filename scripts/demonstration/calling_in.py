"""Two more people of the demonstration: one is cut off and calls in with the code of a text, one writes STOP."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.demonstration.cast import Part, reactions
from scripts.demonstration.client import Http, wait_for

OUR_NUMBER = "+14155550100"
CUT_OFF = Part("Noor Haddad", "+14155550104", "strong", "hire")
UNWILLING = Part("Piotr Nowak", "+14155550105", "none", "")
_OVER = {"completed", "needs_review"}


@dataclass(frozen=True, slots=True)
class Stories:
    """What became of both: their interviews as the API shows them, and the texts that each was sent."""

    cut_off: dict[str, Any]
    unwilling: dict[str, Any]
    texts: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Begun:
    """The two interviews' ids, and how the one who calls back answers."""

    cut_off: str
    unwilling: str
    reactions: list[dict[str, Any]]


def connect_number(carrier: Http, web_url: str) -> None:
    """What an operator enters for the number in Twilio's console."""
    hooks = f"{web_url}/webhooks"
    console = {
        "voice_url": f"{hooks}/voice/inbound", "status_callback": f"{hooks}/voice/inbound/status",
        "voice_fallback_url": f"{hooks}/voice/fallback?lang=en-US", "sms_url": f"{hooks}/sms",
    }  # fmt: skip
    carrier.put(f"/simulator/numbers/{OUR_NUMBER}", console)


def begin(api: Http, carrier: Http, job: dict[str, Any], questions: Sequence[dict[str, Any]]) -> Begun:
    """Both are invited; what they do is up to their telephones."""
    second = [question for question in questions if not question["knockout"]][1]
    usual = reactions(CUT_OFF, questions)
    hangs_up = {"when_heard": re.escape(second["text"][:40]), "hang_up": True, "on": "gather", "times": 1}
    carrier.put(f"/simulator/people/{CUT_OFF.phone}", {**usual, "reactions": [hangs_up, *usual["reactions"]]})
    cut_off = invite(api, job, CUT_OFF)
    carrier.put(f"/simulator/people/{UNWILLING.phone}", {"pickup": "no_answer"})
    return Begun(cut_off, invite(api, job, UNWILLING), usual["reactions"])


def play(api: Http, carrier: Http, step: Callable[[str], None], begun: Begun) -> Stories:
    """How both stories go on, told as they happen."""
    cut_off, unwilling = begun.cut_off, begun.unwilling
    until(api, cut_off, {"interrupted"})
    text = wait_for(lambda: texts_to(carrier, CUT_OFF.phone), lambda texts: len(texts) == 2, timeout_s=15)[-1]
    step(f"{CUT_OFF.name} lost the line at question 2 and gets a text: [italic]{text}[/italic]")
    code = {"when_heard": "six digits", "press": re.findall(r"code (\d{6})", text)[0], "on": "gather"}
    caller = {"from": CUT_OFF.phone, "to": OUR_NUMBER, "reactions": [code, *begun.reactions]}
    carrier.post("/simulator/calls/inbound", caller)
    step(f"{CUT_OFF.name} calls us and enters the code")
    ended = until(api, cut_off, _OVER)
    step(f"{CUT_OFF.name}: {ended['status']}, over {len(ended['calls'])} calls")
    until(api, unwilling, {"queued"}, calls=1)
    wait_for(lambda: texts_to(carrier, UNWILLING.phone), lambda texts: len(texts) == 2, timeout_s=15)
    carrier.post("/simulator/messages/inbound", {"from": UNWILLING.phone, "to": OUR_NUMBER, "body": "STOP"})
    stopped = until(api, unwilling, {"opted_out"})
    step(f"{UNWILLING.name} did not answer, and replies STOP: {stopped['status']}")
    return Stories(ended, stopped, {part.phone: texts_to(carrier, part.phone) for part in (CUT_OFF, UNWILLING)})


def problems_with(
    api: Http, carrier: Http, stories: Stories, job: dict[str, Any], questions: Sequence[dict[str, Any]]
) -> list[str]:
    """One sentence for each thing that is not as it should be."""
    problems = []
    cut_off = stories.cut_off
    if cut_off["status"] != "completed":
        problems.append(f"{CUT_OFF.name}: the interview is {cut_off['status']}, not completed")
    if [(call["direction"], call["outcome"]) for call in cut_off["calls"]] != [
        ("outbound", "interrupted"), ("inbound", "completed")
    ]:  # fmt: skip
        problems.append(f"{CUT_OFF.name}: the calls are not one that was cut off and one that came in")
    core = [question["id"] for question in questions if not question["knockout"]]
    answered = [answer["question"]["id"] for answer in cut_off["answers"] if not answer["question"]["knockout"]]
    if answered != core:
        problems.append(f"{CUT_OFF.name}: answers {answered} instead of {core}")
    dials = carrier.get("/simulator/ledger")["dials"]
    if dials.get(CUT_OFF.phone) != 1 or dials.get(UNWILLING.phone) != 1:
        problems.append("somebody who called in or wrote STOP was dialled again")
    if stories.unwilling["status"] != "opted_out" or stories.unwilling["next_action"] is not None:
        problems.append(f"{UNWILLING.name}: {stories.unwilling['status']} after STOP")
    if UNWILLING.phone not in [row["phone"] for row in api.get("/opt-outs")["data"]]:
        problems.append("the opt-out by text is not on the list")
    for phone, texts in stories.texts.items():
        if len(texts) != 2 or any("Reply STOP" not in text or job["title"] in text for text in texts):
            problems.append(f"the texts to {phone[-4:]} are not one invitation and one missed call without the job")
    return problems


def invite(api: Http, job: dict[str, Any], part: Part) -> str:
    """Ask for an interview with this person; its id."""
    person = {"name": part.name, "phone": part.phone}
    return str(api.post("/interviews", {"job_id": job["id"], "candidate": person})["id"])


def until(api: Http, interview_id: str, statuses: set[str], calls: int = 0) -> dict[str, Any]:
    """The interview once it has one of these statuses after so many calls, or as it is when that takes too long."""
    found: dict[str, Any] = wait_for(
        lambda: api.get(f"/interviews/{interview_id}"),
        lambda seen: seen["status"] in statuses and len(seen["calls"]) >= calls,
        timeout_s=60,
    )
    return found


def texts_to(carrier: Http, phone: str) -> list[str]:
    """What we wrote to this number, in order."""
    found = carrier.get("/simulator/messages")["messages"]
    return [str(one["body"]) for one in found if one["to"] == phone and one["direction"] != "inbound"]
