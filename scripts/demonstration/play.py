"""The steps of the demonstration: the stage, a job with its questions, calls that go well, and their results."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.demonstration import calling_in
from scripts.demonstration.cast import CAST, NOT_LISTED, reactions
from scripts.demonstration.client import ApiError, Http, wait_for
from scripts.demonstration.stage import ROOT, Stage, StageError

SAMPLE = ROOT / "scripts" / "samples" / "job_descriptions" / "04_backend_software_engineer.txt"
SAMPLE_COMPANY = "Ledgerleaf"
_OVER = {"completed", "needs_review", "unreachable", "declined", "opted_out", "canceled", "failed"}


class Play:
    """The demonstration step by step, each with the time it took."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self.stage = stage
        self.console = console
        self.began = time.monotonic()
        self.api = Http(f"{stage.web_url}/api/v1", {"Authorization": f"Bearer {stage.api_key}"})
        self.carrier = Http("")

    def step(self, text: str) -> None:
        """One line: when, and what."""
        self.console.print(f"[dim]{time.monotonic() - self.began:6.1f} s[/dim]  {text}")

    def set_the_stage(self) -> None:
        """Doubles first, then the product, which does not know that they are doubles."""
        self.console.print(
            "[bold]Real:[/bold] the web app, the worker, Redis, SQLite, the audio, every webhook and its signature.\n"
            "[bold]Doubles:[/bold] the telephone network (Twilio), the models (OpenAI), the mail server. "
            "What they produce is marked [yellow]demo, not an assessment[/yellow].\n"
        )
        with ThreadPoolExecutor(1) as beside:
            migrated = beside.submit(self.stage.migrate)
            self.stage.start_doubles()
            self.carrier = Http(self.stage.carrier_url)
            self.step(f"carrier double at {self.stage.carrier_url}, model double at {self.stage.model_url}")
            migrated.result()
        self.step("database migrated (SQLite)")
        self.stage.start_product()
        self.step(f"web app and worker ready at {self.stage.web_url}")
        calling_in.connect_number(self.carrier, self.stage.web_url)

    def make_job(
        self, description: Path = SAMPLE, company: str = SAMPLE_COMPANY, **fields: str
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A job from a description, its questions written by the worker and approved; ``fields`` are further ones."""
        data = description.read_bytes()
        title = description.stem.replace("_", " ")
        if description.suffix == ".txt":
            title = data.decode(errors="replace").lstrip().partition("\n")[0].strip()
        # consent as an employer would have it from the application form; hours so that it works at night too
        hours = {"start": "00:00", "end": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
        settings = json.dumps({"consent": "applied_and_agreed", "calling_hours": hours})
        given = {"title": title, "company": company, "settings": settings, **fields}
        job = self.api.upload("/jobs", given, "file", description.name, data)
        self.step(f"job “{title}” created from {description.name}; the worker writes its questions")
        job = wait_for(
            lambda: self.api.get(f"/jobs/{job['id']}"), lambda seen: seen["questions_status"] != "generating",
            timeout_s=30,
        )  # fmt: skip
        if job["questions_status"] != "draft":
            raise StageError(f"the questions were not written: {job['questions_error']}")
        self.api.post(f"/jobs/{job['id']}/questions/approve")
        questions: list[dict[str, Any]] = self.api.get(f"/jobs/{job['id']}/questions")["questions"]
        self.step(f"{len(questions)} questions checked and approved, for instance:")
        self.console.print(f"           [italic]{questions[-1]['text']}[/italic]")
        return job, questions

    def show_the_gate(self, job: dict[str, Any]) -> None:
        """A number that nobody listed is refused before anything is dialled."""
        try:
            person = {"name": "Nobody Listed", "phone": NOT_LISTED}
            self.api.post("/interviews", {"job_id": job["id"], "candidate": person})
        except ApiError as error:
            self.step(f"a number on no list is refused: [yellow]{error.problem['code']}[/yellow]")
        else:
            raise StageError("a number on no list was accepted")

    def call(self, job: dict[str, Any], questions: list[dict[str, Any]]) -> dict[str, str]:
        """Invite the cast; interview ids by phone."""
        ids = {}
        for part in CAST:
            self.carrier.put(f"/simulator/people/{part.phone}", reactions(part, questions))
            person = {"name": part.name, "phone": part.phone}
            interview = self.api.post("/interviews", {"job_id": job["id"], "candidate": person})
            ids[part.phone] = interview["id"]
            self.step(f"{part.name} invited ({part.manner}): {interview['status']}")
        return ids

    def watch(self, ids: dict[str, str], timeout_s: float) -> dict[str, dict[str, Any]]:
        """Follow the interviews until each is over, telling every change of status."""
        parts = {part.phone: part for part in CAST}
        seen: dict[str, str] = {}
        found: dict[str, dict[str, Any]] = {}

        def look() -> dict[str, dict[str, Any]]:
            for phone, interview_id in ids.items():
                interview = self.api.get(f"/interviews/{interview_id}")
                found[phone] = interview
                progress = interview["progress"]
                now = interview["status"]
                if now == "in_progress":
                    now = f"on the telephone, {progress['answered']} of {progress['total']} answered"
                if seen.get(phone) != now:
                    seen[phone] = now
                    self.step(f"{parts[phone].name}: {now}")
            return found

        return wait_for(look, lambda all_: all(i["status"] in _OVER for i in all_.values()), timeout_s=timeout_s)

    def show_results(self, found: dict[str, dict[str, Any]]) -> None:
        """One line a candidate, with a quote that can be heard."""
        table = Table(title="Results (demo, not an assessment)", title_justify="left")
        for column in ("Candidate", "Score", "Recommendation", "Answers", "A quote that was heard"):
            table.add_column(column)
        for part in CAST:
            interview = found[part.phone]
            result = interview.get("result") or {}
            score = result.get("overall_score")
            quotes = [quote for answer in interview["answers"] for quote in answer["evidence"]]
            said = f"“{quotes[0]['text'][:60]}…” at {_clock(quotes[0]['start_s'])}" if quotes else "none"
            scored = sum(answer["state"] == "scored" for answer in interview["answers"])
            table.add_row(
                part.name, "–" if score is None else f"{score:.1f}", str(result.get("recommendation") or "none"),
                f"{scored} scored", said,
            )  # fmt: skip
        self.console.print(table)

    def show_follow_ups(self, found: dict[str, dict[str, Any]]) -> None:
        """What candidates were asked once more, because their answer had left something out."""
        for part in CAST:
            for answer in found[part.phone]["answers"]:
                if answer["follow_up"]:
                    self.step(f"{part.name} was asked once more: [italic]{answer['follow_up']['text']}[/italic]")
                    self.console.print(f"           and said: “{answer['follow_up']['transcript']}”")

    def ids_of(self, job: dict[str, Any], interview_id: str) -> dict[str, str]:
        """What the addresses of pages name, by kind."""
        interview = self.api.get(f"/interviews/{interview_id}")
        return {"job": job["id"], "interview": interview_id, "candidate": interview["candidate"]["id"]}

    def login_link(self) -> str:
        """A one-time link for the dashboard, as an operator makes one."""
        done = subprocess.run(
            [sys.executable, "-m", "scripts.viva", "login-link", "--email", "demo@example.com"],
            cwd=ROOT, env=self.stage.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise StageError(f"no login link: {done.stderr.strip()}")
        return done.stdout.strip().splitlines()[-1]


def _clock(seconds: float | None) -> str:
    return "?" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
