"""One more person of the demonstration: invited for another day by e-mail, she opens her link and is called at once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from scripts.demonstration.cast import Part, reactions
from scripts.demonstration.client import Http, wait_for

BUSY = Part("Amara Diallo", "+14155550106", "strong", "hire")
ADDRESS = "amara@example.com"
_OVER = {"completed", "needs_review"}


@dataclass(frozen=True, slots=True)
class Story:
    """Her interview as the API shows it, the e-mail that she got, and what the page said before and after."""

    interview: dict[str, Any]
    mail: dict[str, Any]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Her interview's id, the e-mail that she got, and what the page said before and after she pressed."""

    interview_id: str
    mail: dict[str, Any]
    before: str
    after: str


def begin(
    api: Http, carrier: Http, mail: Http, step: Callable[[str], None], job: dict[str, Any],
    questions: Sequence[dict[str, Any]],
) -> Visit:  # fmt: skip
    """From the e-mail to the button, told as it happens."""
    carrier.put(f"/simulator/people/{BUSY.phone}", reactions(BUSY, questions))
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    person = {"name": BUSY.name, "phone": BUSY.phone, "email": ADDRESS}
    body = {"job_id": job["id"], "candidate": person, "call_at": later}
    interview_id = api.post("/interviews", body)["id"]
    made = api.post(f"/interviews/{interview_id}/invite", {"send": ["email"]})
    found = wait_for(lambda: mail.get("/simulator/mails", to=ADDRESS)["mails"], bool, timeout_s=15)
    step(f"{BUSY.name} is invited for another day by e-mail: [italic]{found[0]['subject'].strip()}[/italic]")
    before = requests.get(made["url"], timeout=10).text
    step(f"{BUSY.name} opens the link: {made['url']}")
    stamp = re.findall(r'name="stamp" value="([^"]+)"', before)[0]
    after = requests.post(f"{made['url']}/call-now", data={"stamp": stamp}, timeout=10).text
    step(f"{BUSY.name} presses “Call me now”")
    return Visit(interview_id, found[0], before, after)


def play(api: Http, step: Callable[[str], None], visit: Visit) -> Story:
    """The call that she asked for, once it is over."""
    ended = wait_for(
        lambda: api.get(f"/interviews/{visit.interview_id}"), lambda seen: seen["status"] in _OVER, timeout_s=60
    )
    step(f"{BUSY.name}: {ended['status']}")
    return Story(ended, visit.mail, visit.before, visit.after)


def problems_with(story: Story) -> list[str]:
    """One sentence for each thing that is not as it should be."""
    problems = []
    if story.interview["status"] not in _OVER or len(story.interview["calls"]) != 1:
        problems.append(f"{BUSY.name}: {story.interview['status']} after {len(story.interview['calls'])} calls")
    if "/c/" not in story.mail["plain"] or "/c/" not in story.mail["html"]:
        problems.append("the e-mail carries no link")
    if [file["name"] for file in story.mail["attachments"]] != ["appointment.ics"]:
        problems.append("the e-mail carries no appointment")
    if "Call me now" not in story.before or "We will call you in a moment" not in story.after:
        problems.append("the candidate's page does not say where things stand")
    return problems
