"""A house with jobs over the real services, a model that answers as the double does, and people who look after jobs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from db.columns import utc_now
from db.models import Job, ModelCheck, QuestionSet, QuestionsStatus, Role, User
from db.repositories import outbox
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.dashboard import blueprint
from ivr.gateways.file_recordings import DirectoryStore
from ivr.services.context import Actor
from ivr.services.drafts import JobDraft
from ivr.services.jobs import JobService
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_checks import QuestionChecker
from ivr.services.question_writing import QuestionWriter
from ivr.services.views import JobView, QuestionSetView
from scripts.simulator.openai_double.questions import write_questions
from scripts.simulator.openai_double.wording import check_wording
from tests.api.conftest import make_settings
from tests.dashboard.visitor import Visitor
from tests.factories import make_job
from tests.fakes import FakeExtractor, FakeLanguageModel

PHONE = "+442079460199"
TEXT = (
    "Night nurse on a surgical ward. You will assess patients, record observations and act on early-warning scores. "
    "You will give medicines and intravenous fluids under hospital policy, and hand over in a structured way."
)


class Office:
    """Everything behind the pages."""

    def __init__(self, database_url: str, folder: Path, **more: Any) -> None:
        given = {
            "redis_url": "redis://127.0.0.1:9/0", "storage_url": f"file://{folder}/files", "instance_dir": folder,
            "webhook_base_url": "http://127.0.0.1:8000", "rate_limit_logins_per_minute": 1000,
            "whitelisted_numbers": PHONE, "calling_hours_limit": "00:00-24:00",
        }  # fmt: skip
        settings = make_settings(database_url=database_url, **given | more)
        self.services = build_services(settings)
        self.database = self.services.database
        self.organisation_id = self.services.access.ensure_first_key()
        self.app = create_app(self.services, settings, doors=(blueprint,))
        self.model = FakeLanguageModel({"interview_questions": write_questions, "question_check": check_wording})
        ledger = ModelLedger(self.database, self.model, utc_now, model_name=settings.openai_model)
        checker = QuestionChecker(self.database, ledger, utc_now)
        self.worker = JobService(
            self.database, utc_now, DirectoryStore(folder / "files"), FakeExtractor(), QuestionWriter(ledger, checker),
            checker,
        )  # fmt: skip

    @property
    def system(self) -> Actor:
        return Actor(self.organisation_id, "system", "system")

    def person(self, role: Role = Role.RECRUITER) -> str:
        """The address of an account that comes in by links: a password would take a second to hash."""
        address = f"{role.value}@example.com"
        with self.database.write() as unit:
            unit.session.add(
                User(
                    organisation_id=self.organisation_id, email=address, name="Priya Natarajan", role=role,
                    created_at=utc_now(),
                )
            )  # fmt: skip
        return address

    def enter(self, role: Role = Role.RECRUITER) -> Visitor:
        """A browser in which somebody with this role has logged in."""
        link = f"/login/link/{self.services.logins.make_login_link(self.person(role))}"
        visitor = Visitor(self.app.test_client())
        assert visitor.send(link).status_code == 303
        return visitor

    def job(self, **values: Any) -> str:
        """The id of a job with three approved questions, which come from its description word for word."""
        id = make_job(self.database, self.organisation_id, **{"questions": 3, **values})
        with self.database.write() as unit:
            unit.session.get_one(Job, id).description = ". ".join(f"We solve problem {n}" for n in range(1, 11))
        return id

    def entered(self, **values: Any) -> str:
        """The id of a job whose questions are asked of a model."""
        draft = replace(JobDraft(title="Night Nurse", company="Northgate", description=TEXT), **values)
        return self.services.jobs.create(self.system, draft).id

    def written(self, **values: Any) -> str:
        """The id of a job whose questions a model has written and checked."""
        id = self.entered(**values)
        self.work()
        return id

    def work(self) -> None:
        """Everything that a worker does for questions by now."""
        tasks = {"write_questions": self.worker.write_questions, "check_questions": self.worker.check_questions}
        while True:
            now = utc_now() + timedelta(seconds=2)
            due = [one for one in outbox.claim_due(self.database, now, "test", 20, 60) if one.kind in tasks]
            if not due:
                return
            for one in due:
                lease = outbox.start(
                    self.database, one.outbox_id, one.generation, now=now, owner="test", lease_s=60
                )
                assert lease is not None
                tasks[one.kind](lease)

    def view(self, job_id: str) -> JobView:
        return self.services.jobs.get(self.organisation_id, job_id)

    def questions(self, job_id: str, version: int | None = None) -> QuestionSetView:
        return self.services.jobs.questions(self.organisation_id, job_id, version)

    def set_check(self, job_id: str, state: ModelCheck, **details: Any) -> None:
        """The newest version's check as a worker would have left it."""
        with self.database.write() as unit:
            newest = self.view(job_id).questions_version
            found = unit.session.query(QuestionSet).filter_by(job_id=job_id, version=newest).one()
            found.model_check, found.model_check_details = state, {"language": "en", "round": 1} | details

    def fail(self, job_id: str, reason: str) -> None:
        """The writing has been given up."""
        with self.database.write() as unit:
            job = unit.session.get_one(Job, job_id)
            job.questions_status, job.questions_error = QuestionsStatus.FAILED, reason

    def close(self) -> None:
        self.database.dispose()


def form_of(html: str, action: str) -> MultiDict[str, str]:
    """What a browser would send of the form with this address, without its buttons."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.S)
    assert form, f"no form to {action}"
    found: MultiDict[str, str] = MultiDict()
    control = re.compile(
        r"<input([^>]*)>|<textarea([^>]*)>(.*?)</textarea>|<select([^>]*)>(.*?)</select>", re.S
    )
    for match in control.finditer(form[0]):
        box, area, text, pick, options = match.groups()
        attributes = box or area or pick
        name = re.search(r' name="([^"]+)"', attributes)
        if name is None or 'type="file"' in attributes:
            continue
        if box is not None:
            if re.search(r'type="(checkbox|radio)"', box) and " checked" not in box:
                continue
            value = re.search(r'value="([^"]*)"', box)
            found.add(name[1], _text(value[1] if value else ""))
        elif area is not None:
            found.add(name[1], _text(text))
        else:
            chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
            assert chosen
            found.add(name[1], _text(chosen[1]))
    return found


def _text(html: str) -> str:
    for code, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        html = html.replace(code, sign)
    return html


def send(visitor: Visitor, path: str, form: MultiDict[str, str] | dict[str, Any], **changes: Any) -> Any:
    data = MultiDict(form)
    for name, value in changes.items():
        data[name] = value
    data.setdefault("csrf_token", visitor.token("/jobs/new"))
    return visitor.client.post(path, data=data)


def own_question(place: int) -> dict[str, str]:
    """What somebody writes into an empty question."""
    parts = {
        "text": "How do you keep a kitchen clean on a busy night?", "competency": "Hygiene", "type": "technical",
        "key_points": "plans it\nchecks it\nsays who does it", "anchors.1": "Says nothing.",
        "anchors.3": "Names a step.", "anchors.5": "Names steps and a check.", "ideal_answer": "I plan and check.",
    }  # fmt: skip
    return {f"q{place}.{part}": text for part, text in parts.items()}
