"""What a task finds around it: the services, built once per worker process, and the outbox."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from db.repositories.outbox import DatabaseUnavailable, Lease
from db.unit_of_work import Database
from ivr.bell import Bell
from ivr.gateways.ports import GatewayError
from ivr.services.audit import AuditService
from ivr.services.outbox import GiveUp, Outbox, Work
from ivr.services.periodic import Periodic
from ivr.tallies import Tallies

_log = structlog.stdlib.get_logger(__name__)


class _Jobs(Protocol):
    def write_questions(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...
    def check_questions(self, lease: Lease) -> None: ...
    def give_up_checking(self, lease: Lease, error: GatewayError) -> None: ...


class _Candidates(Protocol):
    def read_resume(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Profiles(Protocol):
    def draft_profile(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Campaigns(Protocol):
    def run_campaign(self, lease: Lease) -> None: ...


class _Calls(Protocol):
    def place_call(self, lease: Lease) -> None: ...
    def reconcile_call(self, lease: Lease) -> None: ...


class _TestDials(Protocol):
    def place_test_call(self, lease: Lease) -> None: ...


class _Answers(Protocol):
    def transcribe_answer(self, lease: Lease) -> None: ...
    def give_up_transcribing(self, lease: Lease, error: GatewayError) -> None: ...
    def delete_recording(self, lease: Lease) -> None: ...


class _Sittings(Protocol):
    def end_sitting(self, lease: Lease) -> None: ...


class _CarrierCopies(Protocol):
    def delete_carrier_copies(self, lease: Lease) -> None: ...


class _Erasures(Protocol):
    def erase_candidate(self, lease: Lease) -> None: ...


class _JobErasures(Protocol):
    def erase_job(self, lease: Lease) -> None: ...


class _FollowUps(Protocol):
    def write_follow_up(self, lease: Lease) -> None: ...


class _CandidateQuestions(Protocol):
    def answer_candidate_question(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _ResumeQuestions(Protocol):
    def write_resume_question(self, lease: Lease) -> None: ...
    def give_up_writing(self, lease: Lease, error: GatewayError) -> None: ...
    def transcribe_resume_answer(self, lease: Lease) -> None: ...
    def give_up_transcribing(self, lease: Lease, error: GatewayError) -> None: ...


class _Practices(Protocol):
    def discard_practice(self, lease: Lease) -> None: ...


class _Alerts(Protocol):
    def send_alert(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Announcements(Protocol):
    def announce_event(self, lease: Lease) -> None: ...


class _WebhookDeliveries(Protocol):
    def deliver_webhook(self, lease: Lease) -> None: ...


class _AccountMail(Protocol):
    def send_account_email(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Ratings(Protocol):
    def score_answer(self, lease: Lease) -> None: ...


class _ControlRuns(Protocol):
    def rate_controls(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Scorecards(Protocol):
    def conclude_interview(self, lease: Lease) -> None: ...
    def narrate_interview(self, lease: Lease) -> None: ...


class _FeedbackDrafts(Protocol):
    def draft_feedback(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Integrity(Protocol):
    def note_integrity(self, lease: Lease) -> None: ...


class _Speeches(Protocol):
    def speak_text(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class _Messages(Protocol):
    def send_sms(self, lease: Lease) -> None: ...
    def send_email(self, lease: Lease) -> None: ...
    def give_up(self, lease: Lease, error: GatewayError) -> None: ...


class WorkerServices(Protocol):
    """What a worker process needs of ``ivr.services.catalog.Services``."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def bell(self) -> Bell: ...
    @property
    def audit(self) -> AuditService: ...
    @property
    def periodic(self) -> tuple[Periodic, ...]: ...
    @property
    def tallies(self) -> Tallies: ...
    @property
    def jobs(self) -> _Jobs: ...
    @property
    def candidates(self) -> _Candidates: ...
    @property
    def profiles(self) -> _Profiles: ...
    @property
    def campaigns(self) -> _Campaigns: ...
    @property
    def calls(self) -> _Calls: ...
    @property
    def test_dials(self) -> _TestDials: ...
    @property
    def answers(self) -> _Answers: ...
    @property
    def sittings(self) -> _Sittings: ...
    @property
    def carrier_copies(self) -> _CarrierCopies: ...
    @property
    def erasures(self) -> _Erasures: ...
    @property
    def job_erasures(self) -> _JobErasures: ...
    @property
    def follow_ups(self) -> _FollowUps: ...
    @property
    def account_mail(self) -> _AccountMail: ...
    @property
    def alerts(self) -> _Alerts: ...
    @property
    def announcements(self) -> _Announcements: ...
    @property
    def webhook_deliveries(self) -> _WebhookDeliveries: ...
    @property
    def practices(self) -> _Practices: ...
    @property
    def candidate_questions(self) -> _CandidateQuestions: ...
    @property
    def resume_questions(self) -> _ResumeQuestions: ...
    @property
    def control_runs(self) -> _ControlRuns: ...
    @property
    def ratings(self) -> _Ratings: ...
    @property
    def feedback_drafts(self) -> _FeedbackDrafts: ...
    @property
    def integrity(self) -> _Integrity: ...
    @property
    def speeches(self) -> _Speeches: ...
    @property
    def messages(self) -> _Messages: ...
    @property
    def scorecards(self) -> _Scorecards: ...


@dataclass(frozen=True, slots=True)
class Handler:
    """Who does a kind of work, and who writes it down when it is given up."""

    work: Work
    give_up: GiveUp | None = None


def handlers_of(services: WorkerServices) -> Mapping[str, Handler]:
    """Every kind of outbox row with the service method that does its work."""
    about_resume = services.resume_questions
    return {
        "write_questions": Handler(services.jobs.write_questions, services.jobs.give_up),
        "check_questions": Handler(services.jobs.check_questions, services.jobs.give_up_checking),
        "read_resume": Handler(services.candidates.read_resume, services.candidates.give_up),
        "draft_profile": Handler(services.profiles.draft_profile, services.profiles.give_up),
        "run_campaign": Handler(services.campaigns.run_campaign),
        "place_call": Handler(services.calls.place_call),
        "place_test_call": Handler(services.test_dials.place_test_call),
        "reconcile_call": Handler(services.calls.reconcile_call),
        "end_sitting": Handler(services.sittings.end_sitting),
        "transcribe_answer": Handler(services.answers.transcribe_answer, services.answers.give_up_transcribing),
        "write_follow_up": Handler(services.follow_ups.write_follow_up),
        "answer_candidate_question": Handler(
            services.candidate_questions.answer_candidate_question, services.candidate_questions.give_up
        ),
        "write_resume_question": Handler(about_resume.write_resume_question, about_resume.give_up_writing),
        "transcribe_resume_answer": Handler(about_resume.transcribe_resume_answer, about_resume.give_up_transcribing),
        "score_answer": Handler(services.ratings.score_answer),
        "conclude_interview": Handler(services.scorecards.conclude_interview),
        "narrate_interview": Handler(services.scorecards.narrate_interview),
        "draft_feedback": Handler(services.feedback_drafts.draft_feedback, services.feedback_drafts.give_up),
        "note_integrity": Handler(services.integrity.note_integrity),
        "rate_controls": Handler(services.control_runs.rate_controls, services.control_runs.give_up),
        "speak_text": Handler(services.speeches.speak_text, services.speeches.give_up),
        "send_sms": Handler(services.messages.send_sms, services.messages.give_up),
        "send_email": Handler(services.messages.send_email, services.messages.give_up),
        "send_account_email": Handler(services.account_mail.send_account_email, services.account_mail.give_up),
        "send_alert": Handler(services.alerts.send_alert, services.alerts.give_up),
        "announce_event": Handler(services.announcements.announce_event),
        "deliver_webhook": Handler(services.webhook_deliveries.deliver_webhook),
        "discard_practice": Handler(services.practices.discard_practice),
        "delete_recording": Handler(services.answers.delete_recording),
        "delete_carrier_copies": Handler(services.carrier_copies.delete_carrier_copies),
        "erase_candidate": Handler(services.erasures.erase_candidate),
        "erase_job": Handler(services.job_erasures.erase_job),
    }


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """One worker process's outbox and its handlers by kind; ``ring`` tells its relay to look for what is due."""

    outbox: Outbox
    handlers: Mapping[str, Handler]
    ring: Callable[[], None]
    tallies: Tallies = field(default_factory=Tallies)

    def run(self, kind: str, outbox_id: str, generation: int) -> None:
        """Take up one bell; nothing happens when its row has moved on since."""
        try:
            lease = self.outbox.start(outbox_id, generation)
        except DatabaseUnavailable as error:
            # Nothing was begun: the claim runs out and the bell is rung again.
            _log.warning("task.not_started", kind=kind, outbox_id=outbox_id, error=type(error).__name__)
            return
        if lease is None:
            _log.debug("task.stale_bell", kind=kind, outbox_id=outbox_id, generation=generation)
            return
        with structlog.contextvars.bound_contextvars(
            task=kind, outbox_id=outbox_id, subject_id=lease.subject_id, request_id=lease.request_id
        ):
            handler = self.handlers[kind]
            began_s = time.monotonic()
            ending = self.outbox.run(lease, handler.work, handler.give_up)
            self.tallies.count("viva_tasks", kind, ending)
            self.tallies.observe("viva_task_seconds", kind, seconds=time.monotonic() - began_s)
        # What the task asked for, or its own next try, may be due long before the relay would look by itself.
        self.ring()


_context: WorkerContext | None = None


def use(context: WorkerContext | None) -> None:
    """Make this the process's context; ``workers.main`` does so before the first thread runs."""
    global _context
    _context = context


def run(kind: str, outbox_id: str, generation: int) -> None:
    """What every task does. Raises RuntimeError outside a worker process."""
    if _context is None:
        raise RuntimeError("tasks run in a worker process: `python -m workers.main`")
    _context.run(kind, outbox_id, generation)
