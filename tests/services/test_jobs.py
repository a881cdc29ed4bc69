"""Jobs: entered and refused at the door, questions written by the model, repaired once, edited, approved, frozen."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import Consent, DomainEvent, Job, ModelCallRow, OutboxRow, QuestionSet
from db.repositories import outbox
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview import lint
from interview.question import Anchors, Question, QuestionType, content_hash
from interview.question_rules import InterviewType, QuestionSpec, check_questions
from ivr.gateways.documents import ChildProcessTextExtractor
from ivr.gateways.openai_client import OpenAIClient
from ivr.gateways.openai_language_model import OpenAILanguageModel
from ivr.gateways.ports import GatewayError, LanguageModel, Trouble, UnreadableDocument
from ivr.services.context import Actor
from ivr.services.drafts import (
    Fact,
    JobDraft,
    JobFilters,
    JobPatch,
    JobSettings,
    Page,
    QuestionEdit,
    SayAs,
    Upload,
)
from ivr.services.errors import Conflict, Invalid, NotFound, ServiceError
from ivr.services.jobs import JobService
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_bank import bank_questions
from ivr.services.question_checks import QuestionChecker
from ivr.services.question_writing import QuestionWriter, as_draft
from ivr.services.views import JobView, QuestionSetView
from scripts.simulator.openai_double.questions import write_questions
from scripts.simulator.openai_double.server import make_server
from scripts.simulator.openai_double.wording import check_wording
from tests.factories import make_organisation
from tests.fakes import Asked, FakeExtractor, FakeFileStore, FakeLanguageModel, FrozenClock

SAMPLES = sorted((Path(__file__).parents[2] / "scripts/samples/job_descriptions").glob("[01]*.txt"))
NURSE = SAMPLES[0].read_text()
DRAFT = JobDraft(title="Registered Nurse", company="Northgate Hospital", description=NURSE)


class Double:
    """OpenAI's double behind the real gateway."""

    def __init__(self) -> None:
        self._server = make_server(0, "sk-simulated")
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.client = OpenAIClient(
            api_key="sk-simulated", base_url=f"{self.url}/v1", total_s=20, simulated=True, max_connections=8
        )
        self.model = OpenAILanguageModel(self.client, "gpt-6-luna")

    def faults(self, *rules: dict[str, Any]) -> None:
        data = json.dumps(rules).encode()
        request = urllib.request.Request(f"{self.url}/simulator/faults", data, method="PUT")  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310

    def close(self) -> None:
        self.client.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def running_double() -> Iterator[Double]:
    double = Double()
    yield double
    double.close()


@pytest.fixture
def double(running_double: Double) -> Double:
    running_double.faults()
    return running_double


class Office:
    """The service with everything around it; the model answers as the double does unless a test says otherwise."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        self.clock = clock
        self.store = FakeFileStore()
        self.extractor = FakeExtractor()
        self.model = FakeLanguageModel({"interview_questions": write_questions, "question_check": check_wording})
        self.rung = 0
        self.service = self.made_with(self.model)
        self.organisation_id = make_organisation(database, slug="northgate")
        self.actor = Actor(self.organisation_id, "user:anna", "user", "req-1")

    def made_with(self, model: LanguageModel | None, extractor: Any = None) -> JobService:
        return self.made_on(ModelLedger(self.database, model, self.clock, model_name="gpt-6-luna"), extractor)

    def made_on(self, ledger: ModelLedger, extractor: Any = None) -> JobService:
        checker = QuestionChecker(self.database, ledger, self.clock)
        return JobService(
            self.database, self.clock, self.store, extractor or self.extractor, QuestionWriter(ledger, checker),
            checker, ring=self._ring,
        )  # fmt: skip

    def _ring(self) -> None:
        self.rung += 1

    def replies(self, *replies: Any) -> None:
        self.model.replies["interview_questions"] = list(replies)

    def lease(self, kind: str = "write_questions") -> Lease:
        self.clock.advance(seconds=1)
        due = outbox.claim_due(self.database, self.clock(), "test", 10, 60)
        for other in due:
            if other.kind != kind:
                outbox.release(self.database, other)
        [claimed] = [one for one in due if one.kind == kind]
        started = outbox.start(
            self.database, claimed.outbox_id, claimed.generation, now=self.clock(), owner="test", lease_s=60
        )
        assert started is not None
        return started

    def write(self) -> None:
        self.service.write_questions(self.lease())

    def check(self) -> None:
        self.service.check_questions(self.lease("check_questions"))

    def asked(self, purpose: str = "interview_questions") -> list[Asked]:
        return [one for one in self.model.asked if one.purpose == purpose]

    def create(self, draft: JobDraft = DRAFT) -> JobView:
        return self.service.create(self.actor, draft)

    def ready(self, draft: JobDraft = DRAFT) -> JobView:
        made = self.create(draft)
        self.write()
        return self.job(made.id)

    def job(self, job_id: str) -> JobView:
        return self.service.get(self.organisation_id, job_id)

    def questions(self, job_id: str, version: int | None = None) -> QuestionSetView:
        return self.service.questions(self.organisation_id, job_id, version)

    def events(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(DomainEvent.type).order_by(DomainEvent.created_at)))

    def count(self, model: Any) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def is_settled(self) -> bool:
        with self.database.read() as session:
            return all(row.done_at is not None for row in session.scalars(select(OutboxRow)))


@pytest.fixture
def office(database: Database, clock: FrozenClock) -> Office:
    return Office(database, clock)


def refused(kind: type[ServiceError], code: str, call: Any) -> Any:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.code == code
    return caught.value


def written(payload: Any, **changes: Any) -> dict[str, Any]:
    """The double's reply, its first core question changed."""
    reply = json.loads(json.dumps(write_questions(payload)))
    reply["questions"][0] |= changes
    return dict(reply)


def edit_of(question: Question) -> QuestionEdit:
    return QuestionEdit(
        text=question.text, competency=question.competency, type=question.type, difficulty=question.difficulty,
        weight=question.weight, max_seconds=question.max_seconds,
        key_points=tuple(point.text for point in question.key_points), anchors=question.anchors,
        ideal_answer=question.ideal_answer, job_evidence=question.job_evidence, knockout=question.knockout,
        pass_rule=question.pass_rule, say_as=question.say_as, skill=question.skill, must_ask=question.must_ask,
        id=question.id,
    )  # fmt: skip


OWN = QuestionEdit(
    text="What do you do first when two patients need you at once?",
    competency="Choosing under pressure",
    type=QuestionType.SITUATIONAL,
    key_points=("looks at who is in danger", "calls for help", "tells the one who waits"),
    anchors=Anchors(one="Names no order.", three="Names an order.", five="Names an order, why, and who is told."),
    ideal_answer="I look at who is in danger, call for help, and tell the one who has to wait.",
)


# --- the model writes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem[:12])
def test_every_sample_job_gets_questions_that_pass(office: Office, double: Double, sample: Path) -> None:
    office.service = office.made_with(double.model)
    text = sample.read_text()
    made = office.create(JobDraft(title=text.splitlines()[0][:100], description=text))
    assert (made.status, made.questions_status, made.questions_version) == ("draft", "generating", 0)
    assert made.company == "Northgate"
    office.write()
    job = office.job(made.id)
    assert (job.status, job.questions_status, job.questions_error) == ("draft", "draft", None)
    found = office.questions(made.id)
    drafts = [as_draft(question) for question in found.questions]
    assert check_questions(drafts, QuestionSpec(), text, lint) == ()
    assert sum(not question.knockout for question in found.questions) == 6
    assert (found.version, found.source, found.status) == (1, "model", "draft")
    assert "demo" in (found.model or "") and (found.prompt_version or "").startswith("write_questions@")
    assert found.simulated and job.simulated
    assert (found.model_check.status, found.model_check.objections) == ("passed", ())
    assert found.model_check.model == "gpt-6-luna"
    assert (found.model_check.prompt_version or "").startswith("check_questions@")
    with office.database.read() as session:
        calls = session.scalars(select(ModelCallRow).order_by(ModelCallRow.created_at)).all()
    assert {call.purpose: call.outcome for call in calls} == {"interview_questions": "ok", "question_check": "ok"}
    assert len(calls) == 2 and {call.subject_id for call in calls} == {made.id}
    assert all(call.request and call.reply and call.input_tokens and call.output_tokens for call in calls)
    assert office.is_settled()


@pytest.mark.parametrize("kind", list(InterviewType))
def test_wishes_are_met(office: Office, double: Double, kind: InterviewType) -> None:
    office.service = office.made_with(double.model)
    must_ask = "What would your last team say they will miss?"
    wish = replace(
        DRAFT, interview_type=kind, question_count=8, skills=("wound care", "medicine rounds"), must_ask=(must_ask,)
    )
    job = office.ready(wish)
    assert (job.questions_status, job.questions_error) == ("draft", None)
    found = office.questions(job.id)
    core = [question for question in found.questions if not question.knockout]
    assert len(core) == 8
    assert [question.text for question in core if question.must_ask == must_ask] == [must_ask]
    assert [(one.skill, len(one.question_ids)) for one in job.skill_coverage] == [
        ("wound care", 1), ("medicine rounds", 1),
    ]  # fmt: skip
    assert job.skill_coverage == found.skill_coverage


def test_the_model_gets_the_whole_wish(office: Office) -> None:
    wish = replace(
        DRAFT, instructions="Be warm.", stack=("Epic",), evaluation_focus=("calm",), experience_level="two years",
        say_as=SayAs(title="nurse"), facts=(Fact("pay", "Band five."),),
    )  # fmt: skip
    office.ready(wish)
    [asked] = office.asked()
    assert set(asked.payload) == {
        "title", "company", "language", "question_count", "interview_type", "difficulty", "skills", "stack",
        "evaluation_focus", "experience_level", "must_ask", "instructions", "keep", "complaints", "job_text",
    }  # fmt: skip
    assert asked.payload["instructions"] == "Be warm." and asked.payload["stack"] == ["Epic"]
    assert asked.payload["job_text"] == NURSE.strip() and "Be warm." not in asked.instructions


def test_what_falls_short_is_asked_for_again_and_the_rest_is_kept(office: Office) -> None:
    office.replies(lambda payload: written(payload, job_evidence="ten years at the head of a circus"), write_questions)
    job = office.ready()
    assert job.questions_status == "draft"
    first, second = office.asked()
    assert first.payload["keep"] == [] and first.payload["complaints"] == []
    kept = [question for question in second.payload["keep"] if not question["knockout"]]
    assert len(kept) == 5
    [complaint] = second.payload["complaints"]
    assert complaint["problems"] == ["job_evidence is not a piece of the job text, word for word."]
    texts = [question.text for question in office.questions(job.id).questions if not question.knockout]
    assert len(texts) == 6 and complaint["text"] not in texts
    # The new question stands where the refused one stood.
    assert [question["text"] for question in kept] == texts[1:]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lie", "lies": ["do_not_ask"]},
        {"kind": "lie", "lies": ["bad_evidence"]},
        {"kind": "lie", "lies": ["out_of_range"]},
        {"kind": "lie", "lies": ["canary_leak"]},
        {"kind": "malformed_json"},
        {"kind": "truncated_json"},
        {"kind": "wrong_schema"},
        {"kind": "refusal"},
    ],
    ids=lambda fault: str(fault.get("lies", fault["kind"])),
)
def test_one_bad_reply_is_mended_and_two_are_a_failure(office: Office, double: Double, fault: dict[str, Any]) -> None:
    office.service = office.made_with(double.model)
    double.faults({"purpose": "interview_questions", "times": 1} | fault)
    assert office.ready().questions_status == "draft"
    double.faults({"purpose": "interview_questions", "times": None} | fault)
    failed = office.ready()
    assert failed.questions_status == "failed" and failed.status == "draft"
    assert "asked twice" in (failed.questions_error or "") and "write the questions yourself" in (
        failed.questions_error or ""
    )
    assert office.is_settled() and office.events()[-1] == "job.questions_failed"
    refused(Conflict, "questions_not_ready", lambda: office.questions(failed.id))
    refused(Conflict, "questions_not_ready", lambda: office.service.approve(office.actor, failed.id))


def test_too_many_questions_need_no_second_call(office: Office) -> None:
    office.replies(lambda payload: write_questions(dict(payload) | {"question_count": 9}))
    job = office.ready()
    assert job.questions_status == "draft" and len(office.asked()) == 1
    assert sum(not question.knockout for question in office.questions(job.id).questions) == 6


def test_too_few_questions_are_completed(office: Office) -> None:
    office.replies(lambda payload: write_questions(dict(payload) | {"question_count": 4}), write_questions)
    job = office.ready()
    assert job.questions_status == "draft"
    assert office.asked()[1].payload["complaints"][-1] == {
        "text": "", "problems": ["There are 4 of 6 core questions."],
    }  # fmt: skip
    assert sum(not question.knockout for question in office.questions(job.id).questions) == 6


def test_a_repeated_task_pays_nothing(office: Office) -> None:
    made = office.create()
    lease = office.lease()
    office.service.write_questions(lease)
    with office.database.write() as unit:  # as if the worker had died before its commit
        unit.session.query(QuestionSet).delete()
        job = unit.session.get_one(Job, made.id)
        job.questions_status, job.questions_version = "generating", 0  # type: ignore[assignment]
        outbox.add(
            unit.session, kind="write_questions", subject_id=made.id, organisation_id=office.organisation_id,
            due_at=office.clock(),
        )  # fmt: skip
    office.write()
    assert office.job(made.id).questions_status == "draft" and len(office.asked()) == 1


def test_generating_again_asks_anew(office: Office) -> None:
    job = office.ready()
    again = office.service.generate(office.actor, job.id)
    assert again.questions_status == "generating"
    refused(Conflict, "questions_generating", lambda: office.service.generate(office.actor, job.id))
    refused(Conflict, "questions_generating", lambda: office.service.approve(office.actor, job.id))
    office.write()
    assert office.job(job.id).questions_version == 2 and len(office.asked()) == 2
    assert office.questions(job.id, 1).version == 1


# --- when the model cannot be had --------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [Trouble.RETRY, Trouble.CONFIGURATION])
def test_waiting_for_the_model_shows_why(office: Office, trouble: Trouble) -> None:
    error = GatewayError("The model server cannot answer now.", trouble=trouble, code="unavailable")
    office.replies(error, write_questions)
    made = office.create()
    lease = office.lease()
    with pytest.raises(GatewayError):
        office.service.write_questions(lease)
    assert office.job(made.id).questions_status == "generating"
    assert office.job(made.id).questions_error == "The model server cannot answer now."
    office.service.write_questions(lease)
    assert office.job(made.id).questions_status == "draft" and office.job(made.id).questions_error is None


def test_Q8_giving_up_says_why_and_trying_again_is_possible(office: Office) -> None:
    error = GatewayError("The model server cannot answer now.", trouble=Trouble.RETRY, code="unavailable")
    made = office.create()
    office.service.give_up(office.lease(), error)
    failed = office.job(made.id)
    assert (failed.questions_status, failed.questions_error) == ("failed", "The model server cannot answer now.")
    office.service.generate(office.actor, made.id)
    office.write()
    assert office.job(made.id).questions_status == "draft"


def test_Q8_without_a_model_the_job_waits_and_the_bank_helps(office: Office) -> None:
    office.service = office.made_with(None)
    made = office.create()
    lease = office.lease()
    with pytest.raises(GatewayError) as caught:
        office.service.write_questions(lease)
    assert caught.value.code == "not_configured"
    banked = office.service.generate(office.actor, made.id, "bank")
    assert (banked.questions_status, banked.questions_version, banked.questions_error) == ("draft", 1, None)
    found = office.questions(made.id)
    assert found.source == "bank" and len(found.questions) == 6 and found.model is None and not found.simulated
    office.service.write_questions(lease)
    assert office.is_settled() and office.job(made.id).questions_version == 1
    assert office.service.approve(office.actor, made.id).status == "open"


def test_Q7_a_job_may_wish_for_a_question_about_the_resume(office: Office) -> None:
    made = office.create(replace(DRAFT, settings=JobSettings(resume_question=True)))
    assert made.settings.resume_question
    patch = JobPatch(settings={"resume_question": False, "max_attempts": 2})
    assert office.service.patch(office.actor, made.id, patch).settings == JobSettings(max_attempts=2)


@pytest.mark.parametrize("language", ["de-DE", "hi-IN", "zh-CN"])
def test_Q8_the_bank_speaks_the_jobs_language(office: Office, language: str) -> None:
    made = office.create(replace(DRAFT, language=language, question_count=10))
    office.service.generate(office.actor, made.id, "bank")
    assert office.service.approve(office.actor, made.id).status == "open"
    found = office.questions(made.id)
    assert found.source == "bank" and len(found.questions) == 10
    wanted = bank_questions(QuestionSpec(10, language=language))
    assert [question.text for question in found.questions] == [draft.text for draft in wanted]


def test_Q8_a_job_may_fall_back_on_the_bank_by_itself(office: Office) -> None:
    error = GatewayError("The model server cannot answer now.", trouble=Trouble.RETRY, code="unavailable")
    made = office.create(replace(DRAFT, approve=True, settings=JobSettings(on_generation_failure="bank")))
    office.service.give_up(office.lease(), error)
    job = office.job(made.id)
    assert (job.status, job.questions_status) == ("open", "approved")
    assert office.questions(made.id).source == "bank" and office.questions(made.id).approved_by == "system"


def test_a_text_that_the_server_refuses_fails_at_once(office: Office) -> None:
    office.replies(GatewayError("The model server refuses this text.", trouble=Trouble.SUBJECT, code="refused_text"))
    failed = office.ready()
    assert failed.questions_status == "failed" and "does not take this job description" in (
        failed.questions_error or ""
    )


# --- the door ----------------------------------------------------------------------------------------------------


def test_a_job_is_kept_as_entered(office: Office) -> None:
    settings = JobSettings(max_attempts=2, retry_minutes=(0,), practice=True)
    draft = replace(
        DRAFT, say_as=SayAs(company="North gate"), facts=(Fact("pay", "Band five."),), settings=settings,
        external_id="J-1", metadata={"team": "a"}, skills=("wound care",), experience_level="two years",
    )  # fmt: skip
    seen = office.create(draft)
    assert (seen.title, seen.company, seen.say_as) == (DRAFT.title, DRAFT.company, SayAs(company="North gate"))
    assert (seen.facts, seen.settings) == ((Fact("pay", "Band five."),), settings)
    assert (seen.external_id, dict(seen.metadata), seen.skills) == ("J-1", {"team": "a"}, ("wound care",))
    assert (seen.experience_level, seen.description, seen.description_file) == ("two years", NURSE.strip(), None)
    assert office.events() == ["job.created", "job.questions_requested"] and office.rung == 1


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"description": None}, "description_missing", None),
        ({"description": " \n "}, "description_missing", None),
        ({"language": "xx-YY"}, "invalid_fields", "language"),
        ({"question_count": 2}, "wishes_conflict", "question_count"),
        ({"question_count": 3, "skills": ("a", "b", "c", "d")}, "wishes_conflict", "skills"),
        ({"question_count": 3, "must_ask": ("A?", "B?", "C?", "D?")}, "wishes_conflict", "must_ask"),
        ({"must_ask": ("How old are you?",)}, "wishes_conflict", "must_ask"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(
    office: Office, changes: dict[str, Any], code: str, field: str | None
) -> None:
    error = refused(Invalid, code, lambda: office.create(replace(DRAFT, **changes)))
    assert [problem.field for problem in error.problems][:1] == ([field] if field else [])
    assert office.count(Job) == office.count(OutboxRow) == 0


def test_a_description_comes_as_text_or_file(office: Office) -> None:
    draft = replace(DRAFT, description=None)
    seen = office.service.create(office.actor, draft, Upload(b"%PDF-" + NURSE.encode(), "job.exe"))
    assert (seen.description, seen.description_file) == (NURSE.strip(), "pdf")
    file = office.service.description(office.organisation_id, seen.id)
    assert (file.data, file.content_type) == (b"%PDF-" + NURSE.encode(), "application/pdf")
    assert file.filename == "job-description.pdf"
    text = office.service.description(office.organisation_id, office.create().id)
    assert (text.data.decode(), text.filename) == (NURSE.strip(), "job-description.txt")
    refused(Invalid, "description_missing", lambda: office.service.create(office.actor, DRAFT, Upload(b"x")))
    changed = office.service.patch(office.actor, seen.id, JobPatch(description="Another one."))
    assert (changed.description, changed.description_file) == ("Another one.", None)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty_file"), (b"PK\x03\x04bomb", "unsupported_type"), (b"%PDF-1.4 broken", "corrupt")],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(office: Office, data: bytes, code: str) -> None:
    service = office.made_with(office.model, ChildProcessTextExtractor())
    draft = replace(DRAFT, description=None)
    error = refused(Invalid, code, lambda: service.create(office.actor, draft, Upload(data, "job.pdf")))
    assert error.problems[0].field == "file" and error.hint
    assert office.count(Job) == 0 and office.store.files == {}


def test_a_scan_is_refused(office: Office) -> None:
    office.extractor.unreadable = UnreadableDocument("no_text", "There is no text.", "Send the original.")
    draft = replace(DRAFT, description=None)
    refused(Invalid, "no_text", lambda: office.service.create(office.actor, draft, Upload(b"%PDF-x")))
    assert office.store.files == {}


def test_an_external_id_is_given_once(office: Office) -> None:
    office.create(replace(DRAFT, external_id="J-1"))
    refused(Conflict, "external_id_exists", lambda: office.create(replace(DRAFT, external_id="J-1")))
    second = office.create()
    patch = JobPatch(external_id="J-1")
    refused(Conflict, "external_id_exists", lambda: office.service.patch(office.actor, second.id, patch))


def test_one_external_id_asked_for_at_once_makes_one_job(office: Office) -> None:
    outcomes: list[str] = []

    def enter() -> None:
        try:
            outcomes.append(office.create(replace(DRAFT, external_id="J-1")).id)
        except Conflict as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=enter) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("external_id_exists") == 4 and office.count(Job) == 1


def test_a_consent_basis_for_all_candidates_is_on_file(office: Office) -> None:
    made = office.create(replace(DRAFT, settings=JobSettings(consent="application form")))
    with office.database.read() as session:
        [row] = session.scalars(select(Consent)).all()
    assert (row.job_id, row.candidate_id, row.basis, row.text_version) == (made.id, None, "application form", "1")
    assert (row.obtained_at, row.withdrawn_at) == (office.clock(), None)
    office.service.patch(office.actor, made.id, JobPatch(settings={"consent": "application form"}))
    assert office.count(Consent) == 1
    office.service.patch(office.actor, made.id, JobPatch(settings={"consent": "required"}))
    with office.database.read() as session:
        assert session.scalars(select(Consent)).one().withdrawn_at == office.clock()
    assert office.create().settings.consent == "required" and office.count(Consent) == 1


# --- changing and finding ----------------------------------------------------------------------------------------


def test_a_patch_changes_what_it_names(office: Office) -> None:
    job = office.ready(replace(DRAFT, metadata={"a": "1"}))
    patch = JobPatch(
        title="Night Nurse", company=None, question_count=4, settings={"thresholds": {"hire": 8}, "retakes": 0},
        facts=(Fact("shift", "Nights."),),
    )  # fmt: skip
    changed = office.service.patch(office.actor, job.id, patch)
    assert (changed.title, changed.company, changed.question_count) == ("Night Nurse", "Northgate", 4)
    assert (changed.settings.thresholds.hire, changed.settings.thresholds.consider) == (8, 5)
    assert changed.settings.retakes == 0 and dict(changed.metadata) == {"a": "1"}
    assert changed.questions_version == 1
    with office.database.read() as session:
        event = session.scalars(select(DomainEvent).where(DomainEvent.type == "job.changed")).one()
    assert event.data == {"fields": ["title", "company", "question_count", "facts", "settings"]}
    refused(
        Invalid, "wishes_conflict", lambda: office.service.patch(office.actor, job.id, JobPatch(skills=tuple("abcde")))
    )
    refused(Invalid, "invalid_fields", lambda: office.service.patch(office.actor, job.id, JobPatch(language="xx")))


def test_a_closed_job_stays_as_it_is(office: Office) -> None:
    job = office.ready()
    assert office.service.close(office.actor, job.id).status == "closed"
    assert office.service.close(office.actor, job.id).status == "closed"
    assert office.events().count("job.closed") == 1
    for call in (
        lambda: office.service.patch(office.actor, job.id, JobPatch(title="x")),
        lambda: office.service.approve(office.actor, job.id),
        lambda: office.service.generate(office.actor, job.id),
        lambda: office.service.replace_questions(office.actor, job.id, [OWN]),
    ):
        refused(Conflict, "job_closed", call)


def test_closing_while_the_model_is_at_work_leaves_its_result(office: Office) -> None:
    made = office.create()
    lease = office.lease()
    office.replies(lambda payload: office.service.close(office.actor, made.id) and write_questions(payload))
    office.service.write_questions(lease)
    assert office.job(made.id).questions_version == 0 and office.is_settled()


def test_another_organisation_sees_nothing(office: Office) -> None:
    job = office.ready()
    other = make_organisation(office.database)
    stranger = Actor(other, "key:Other", "key")
    for call in (
        lambda: office.service.get(other, job.id),
        lambda: office.service.questions(other, job.id),
        lambda: office.service.description(other, job.id),
        lambda: office.service.patch(stranger, job.id, JobPatch(title="Mine")),
        lambda: office.service.close(stranger, job.id),
        lambda: office.service.approve(stranger, job.id),
        lambda: office.service.generate(stranger, job.id),
        lambda: office.service.regenerate_question(stranger, job.id, "q1"),
        lambda: office.service.replace_questions(stranger, job.id, [OWN] * 3),
    ):
        refused(NotFound, "not_found", call)
    assert office.service.list(other).items == ()


def test_lists_are_newest_first_in_pages_and_can_be_searched(office: Office) -> None:
    for title in ("Cook", "Night Cook", "Driver"):
        office.clock.advance(seconds=1)
        office.create(replace(DRAFT, title=title, company=f"{title} & Co", external_id=title))
    first = office.service.list(office.organisation_id, page=Page(limit=2, with_total=True))
    assert [job.title for job in first.items] == ["Driver", "Night Cook"] and first.total == 3
    rest = office.service.list(office.organisation_id, page=Page(limit=2, cursor=first.next_cursor))
    assert [job.title for job in rest.items] == ["Cook"] and rest.next_cursor is None

    def titles(filters: JobFilters) -> list[str]:
        return [job.title for job in office.service.list(office.organisation_id, filters).items]

    assert titles(JobFilters(q="cook")) == ["Night Cook", "Cook"]
    assert titles(JobFilters(q="driver & co")) == ["Driver"] and titles(JobFilters(q="%")) == []
    assert titles(JobFilters(external_id="Cook")) == ["Cook"]
    assert titles(JobFilters(status="open")) == [] and len(titles(JobFilters(status="draft"))) == 3


# --- people and questions ----------------------------------------------------------------------------------------


def test_Q5_approval_freezes_the_newest_version_with_its_hash_and_opens_the_job(office: Office) -> None:
    job = office.ready()
    before = office.questions(job.id)
    office.clock.advance(minutes=5)
    opened = office.service.approve(office.actor, job.id)
    assert (opened.status, opened.questions_status, opened.approved_version) == ("open", "approved", 1)
    frozen = office.questions(job.id)
    assert (frozen.status, frozen.approved_by, frozen.approved_at) == ("approved", "user:anna", office.clock())
    assert (frozen.questions, frozen.content_hash) == (before.questions, content_hash(before.questions))
    office.clock.advance(minutes=5)
    office.service.approve(office.actor, job.id)
    assert office.questions(job.id).approved_at == frozen.approved_at
    assert office.events().count("job.questions_approved") == 1


def test_questions_may_be_approved_as_soon_as_they_pass(office: Office) -> None:
    job = office.ready(replace(DRAFT, approve=True))
    assert (job.status, job.questions_status, job.approved_version) == ("open", "approved", 1)
    assert office.events()[-2:] == ["job.questions_ready", "job.questions_approved"]


def test_nothing_is_approved_before_there_is_something(office: Office) -> None:
    made = office.create()
    refused(Conflict, "questions_generating", lambda: office.service.approve(office.actor, made.id))
    refused(Conflict, "questions_not_ready", lambda: office.questions(made.id))


def test_Q5_an_edit_makes_the_next_version_and_keeps_ids(office: Office) -> None:
    job = office.ready(replace(DRAFT, approve=True))
    approved = office.questions(job.id)
    core = [question for question in approved.questions if not question.knockout]
    edits = [edit_of(core[2]), replace(edit_of(core[0]), weight=2.5), OWN, edit_of(core[4])]
    seen = office.service.replace_questions(office.actor, job.id, edits)
    assert (seen.version, seen.source, seen.status) == (2, "human", "draft")
    assert [question.id for question in seen.questions] == [core[2].id, core[0].id, "q7", core[4].id]
    assert seen.questions[1].weight == 2.5 and seen.questions[0] == core[2]
    changed = office.job(job.id)
    assert (changed.status, changed.questions_status, changed.questions_version) == ("open", "draft", 2)
    assert changed.approved_version == 1
    assert office.questions(job.id, 1) == approved
    again = office.service.replace_questions(office.actor, job.id, [edit_of(question) for question in seen.questions])
    assert again == seen
    office.check()
    assert office.service.approve(office.actor, job.id).approved_version == 2


def test_what_was_read_can_be_sent_back(office: Office) -> None:
    must_ask = "What would your last team say they will miss?"
    job = office.ready(replace(DRAFT, skills=("wound care",), must_ask=(must_ask,)))
    seen = office.questions(job.id)
    assert office.service.replace_questions(office.actor, job.id, [edit_of(one) for one in seen.questions]) == seen


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"text": "How old are you?"}, "questions.0.text", "age"),
        ({"text": "Tell me about it."}, "questions.0.text", "question_marks"),
        ({"key_points": ("only one",)}, "questions.0.key_points", "key_points_count"),
        ({"anchors": None}, "questions.0.anchors", "anchors_missing"),
        ({"ideal_answer": ""}, "questions.0.ideal_answer", "ideal_answer_missing"),
        ({"weight": 9.0}, "questions.0.weight", "weight_out_of_range"),
        ({"max_seconds": 5}, "questions.0.max_seconds", "max_seconds_out_of_range"),
        ({"job_evidence": "years at the circus"}, "questions.0.job_evidence", "evidence_not_in_job"),
        ({"knockout": True}, "questions.0.pass_rule", "pass_rule_missing"),
        ({"id": "q99"}, "questions.0.id", "unknown_id"),
    ],
)
def test_questions_that_cannot_be_asked_are_named_by_field(
    office: Office, changes: dict[str, Any], field: str, code: str
) -> None:
    job = office.ready()
    core = [edit_of(question) for question in office.questions(job.id).questions if not question.knockout]
    edits = [replace(OWN, **changes), *core]
    error = refused(Invalid, "questions_invalid", lambda: office.service.replace_questions(office.actor, job.id, edits))
    assert (field, code) in {(problem.field, problem.code) for problem in error.problems}
    assert office.job(job.id).questions_version == 1


def test_two_questions_cannot_share_an_id_and_a_set_has_its_size(office: Office) -> None:
    job = office.ready()
    core = [edit_of(question) for question in office.questions(job.id).questions if not question.knockout]
    change = office.service.replace_questions
    error = refused(
        Invalid, "questions_invalid",
        lambda: change(office.actor, job.id, [*core[:3], replace(OWN, id=core[0].id)]),
    )  # fmt: skip
    assert ("questions.3.id", "repeated") in {(problem.field, problem.code) for problem in error.problems}
    error = refused(Invalid, "questions_invalid", lambda: change(office.actor, job.id, core[:2]))
    assert error.problems[0].code == "question_count_out_of_range"


def test_Q5_an_edit_wins_over_a_model_still_at_work(office: Office) -> None:
    job = office.ready()
    edits = [edit_of(question) for question in office.questions(job.id).questions if not question.knockout][:4]
    office.service.generate(office.actor, job.id)
    lease = office.lease()
    office.replies(
        lambda payload: office.service.replace_questions(office.actor, job.id, edits) and write_questions(payload)
    )
    office.service.write_questions(lease)
    newest = office.questions(job.id)
    assert (newest.version, newest.source) == (2, "human") and office.job(job.id).questions_status == "draft"
    assert office.is_settled()


def test_one_question_is_written_anew_and_the_others_stay(office: Office) -> None:
    job = office.ready()
    before = office.questions(job.id)
    core = [question for question in before.questions if not question.knockout]
    again = office.service.regenerate_question(office.actor, job.id, core[2].id)
    assert again.questions_status == "generating"
    office.write()
    after = office.questions(job.id)
    assert (after.version, after.source) == (2, "model")
    assert len(after.questions) == len(before.questions)
    changed = [(old.id, new.id) for old, new in zip(before.questions, after.questions, strict=True) if old != new]
    assert changed == [(core[2].id, "q7")]
    assert after.questions[2].text != core[2].text
    asked = office.asked()[-1].payload
    assert len([one for one in asked["keep"] if not one["knockout"]]) == 5
    assert asked["complaints"][0]["text"] == core[2].text
    refused(NotFound, "not_found", lambda: office.service.regenerate_question(office.actor, job.id, "q99"))


def test_one_question_among_a_persons_own_is_written_anew(office: Office) -> None:
    job = office.ready()
    edits = [edit_of(question) for question in office.questions(job.id).questions if not question.knockout][:3]
    office.service.replace_questions(office.actor, job.id, [*edits, OWN])
    office.service.regenerate_question(office.actor, job.id, edits[1].id or "")
    office.write()
    found = office.questions(job.id)
    assert office.job(job.id).questions_error is None
    assert found.version == 3 and len(found.questions) == 4
    assert [question.text for question in found.questions if question.text == OWN.text] == [OWN.text]


def test_Q3_Q5_approval_looks_again(office: Office) -> None:
    job = office.ready()
    with office.database.write() as unit:
        found = unit.session.scalars(select(QuestionSet)).one()
        first, *rest = found.questions
        found.questions = (replace(first, text="Are you married, and why?"), *rest)
    error = refused(Invalid, "questions_invalid", lambda: office.service.approve(office.actor, job.id))
    assert ("questions.0.text", "marital_status") in {(one.field, one.code) for one in error.problems}
    assert office.job(job.id).status == "draft"


def test_each_change_names_who_made_it(office: Office) -> None:
    office.ready(replace(DRAFT, approve=True))
    with office.database.read() as session:
        rows = session.scalars(select(DomainEvent).order_by(DomainEvent.created_at)).all()
    assert [(row.type, row.actor) for row in rows] == [
        ("job.created", "user:anna"), ("job.questions_requested", "user:anna"),
        ("job.questions_ready", "system"), ("job.questions_approved", "system"),
    ]  # fmt: skip
    assert {row.request_id for row in rows} == {"req-1"} and {row.subject_kind for row in rows} == {"job"}
