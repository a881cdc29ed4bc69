"""Many simulated people who are invited to one job, and what each should come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scripts.demonstration.cast import FOLLOW_UP, Part, reactions
from scripts.demonstration.client import Http, wait_for
from scripts.demonstration.stage import ROOT, Stage

_SAMPLE = ROOT / "scripts" / "samples" / "job_descriptions" / "02_warehouse_operative.txt"
_MANNERS = (("strong", "hire"), ("mixed", "consider"), ("weak", "reject"))
ALWAYS_OPEN = {"start": "00:00", "end": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}


def numbers(count: int) -> list[str]:
    """Fictional numbers, each its own."""
    return [f"+1212555{n:04d}" for n in range(count)]


@dataclass(frozen=True)
class Crowd:
    """The people who were invited: interview ids by number, and what each should come to."""

    interviews: dict[str, str]
    parts: dict[str, Part]
    questions: Sequence[dict[str, Any]]


def api_of(stage: Stage) -> Http:
    return Http(f"{stage.web_url}/api/v1", {"Authorization": f"Bearer {stage.api_key}"})


def open_job(api: Http, *, questions: int = 3, **settings: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An approved job and its questions."""
    body = {
        "title": "Warehouse Operative", "company": "Northgate Logistics", "question_count": questions,
        "interview_type": "mixed", "description": _SAMPLE.read_text(encoding="utf-8"), "approve": True,
        "settings": {"consent": "applied_and_agreed", "calling_hours": ALWAYS_OPEN, **settings},
    }  # fmt: skip
    job = api.post("/jobs", body)
    job = wait_for(
        lambda: api.get(f"/jobs/{job['id']}"), lambda seen: seen["questions_status"] != "generating", timeout_s=40
    )
    assert job["questions_status"] == "approved", job["questions_error"]
    return job, api.get(f"/jobs/{job['id']}/questions")["questions"]


def invite(stage: Stage, api: Http, job: dict[str, Any], questions: list[dict[str, Any]], who: list[str]) -> Crowd:
    """One interview for each number; every third is strong, mixed or weak."""
    carrier = Http(stage.carrier_url)
    interviews, parts = {}, {}
    for index, phone in enumerate(who):
        manner, expected = _MANNERS[index % 3]
        part = Part(f"Person {index}", phone, manner, expected)
        carrier.put(f"/simulator/people/{phone}", _nothing_to_add(reactions(part, questions), manner))
        made = api.post("/interviews", {"job_id": job["id"], "candidate": {"name": part.name, "phone": phone}})
        interviews[phone], parts[phone] = made["id"], part
    return Crowd(interviews, parts, questions)


def _nothing_to_add(person: dict[str, Any], manner: str) -> dict[str, Any]:
    """Who knows half of it says no more when asked again, so that what they come to does not hang on who is asked."""
    if manner == "mixed":
        for rule in person["reactions"]:
            if FOLLOW_UP in rule["when_heard"]:
                rule["say"] = "No, that is all that I can say about it, I am sorry."
    return person
