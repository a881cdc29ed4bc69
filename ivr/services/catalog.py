"""All services in one typed bundle: what the doors reach, and what only a worker does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import Database
from ivr.bell import Bell
from ivr.callbacks import Callbacks
from ivr.gateways.ports import FileStore
from ivr.services.access import AccessService
from ivr.services.account_mail import AccountMail
from ivr.services.alerts import AlertService
from ivr.services.announcements import AnnouncementService
from ivr.services.answers import AnswerService
from ivr.services.audit import AuditService
from ivr.services.blind_first import BlindFirstService
from ivr.services.calibrations import CalibrationService
from ivr.services.call_lists import CallLists
from ivr.services.calling_in import CallInService
from ivr.services.calls import CallService
from ivr.services.campaigns import CampaignService
from ivr.services.candidate_door import CandidateDoor
from ivr.services.candidate_questions import CandidateQuestionService
from ivr.services.candidate_requests import CandidateRequestService
from ivr.services.candidates import CandidateService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.comparisons import ComparisonService
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.conversations import ConversationService
from ivr.services.costs import CostService
from ivr.services.dataset import DatasetService
from ivr.services.drift import DriftService
from ivr.services.erasures import ErasureService
from ivr.services.event_objects import EventObjects
from ivr.services.exports import ExportService
from ivr.services.fairness import FairnessService
from ivr.services.feedback import FeedbackService
from ivr.services.feedback_drafts import FeedbackDraftService
from ivr.services.follow_ups import FollowUpService
from ivr.services.health import HealthService
from ivr.services.hearing import HearingService
from ivr.services.idempotency import IdempotencyService
from ivr.services.imports import ImportService
from ivr.services.insights import InsightService
from ivr.services.integrity import IntegrityService
from ivr.services.interview_exports import InterviewExports
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.job_erasures import JobErasureService
from ivr.services.jobs import JobService
from ivr.services.live_events import LiveEventService
from ivr.services.logins import LoginService
from ivr.services.messages import MessageService
from ivr.services.organisations import OrganisationService
from ivr.services.own_data import OwnDataService
from ivr.services.periodic import Periodic
from ivr.services.practice import PlaybackService, PracticeService
from ivr.services.profiles import ProfileService
from ivr.services.question_insights import QuestionInsightService
from ivr.services.ratings import RatingService
from ivr.services.reports import ReportService
from ivr.services.resume_questions import ResumeQuestionService
from ivr.services.rubrics import RubricService
from ivr.services.scorecards import ScorecardService
from ivr.services.sittings import SittingService
from ivr.services.speeches import SpeechService
from ivr.services.stop_switch import StopSwitch
from ivr.services.test_calls import TestCallService
from ivr.services.test_dials import TestDialService
from ivr.services.users import UserService
from ivr.services.webhook_deliveries import WebhookDeliveryService
from ivr.services.webhook_endpoints import WebhookEndpointService
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors of a web process reach."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    bell: Bell
    callbacks: Callbacks
    store: FileStore
    access: AccessService
    audit: AuditService
    blind_first: BlindFirstService
    calibrations: CalibrationService
    call_lists: CallLists
    campaigns: CampaignService
    calling_in: CallInService
    candidate_door: CandidateDoor
    candidate_requests: CandidateRequestService
    candidates: CandidateService
    comparisons: ComparisonService
    controls: ControlService
    conversations: ConversationService
    costs: CostService
    dataset: DatasetService
    erasures: ErasureService
    event_objects: EventObjects
    exports: ExportService
    drift: DriftService
    fairness: FairnessService
    feedback: FeedbackService
    health: HealthService
    hearing: HearingService
    idempotency: IdempotencyService
    imports: ImportService
    insights: InsightService
    interview_exports: InterviewExports
    interviews: InterviewService
    invitations: InvitationService
    job_erasures: JobErasureService
    jobs: JobService
    live_events: LiveEventService
    messages: MessageService
    own_data: OwnDataService
    logins: LoginService
    organisations: OrganisationService
    playback: PlaybackService
    question_insights: QuestionInsightService
    reports: ReportService
    rubrics: RubricService
    test_calls: TestCallService
    webhook_endpoints: WebhookEndpointService
    sittings: SittingService
    stop_switch: StopSwitch
    users: UserService


@dataclass(frozen=True, slots=True)
class WorkerServices(Services):
    """The same, and what only a worker does: it alone talks to the carrier and to models."""

    account_mail: AccountMail
    calls: CallService
    answers: AnswerService
    alerts: AlertService
    announcements: AnnouncementService
    candidate_questions: CandidateQuestionService
    carrier_copies: CarrierCopies
    control_runs: ControlRunService
    feedback_drafts: FeedbackDraftService
    follow_ups: FollowUpService
    integrity: IntegrityService
    practices: PracticeService
    profiles: ProfileService
    ratings: RatingService
    resume_questions: ResumeQuestionService
    scorecards: ScorecardService
    speeches: SpeechService
    test_dials: TestDialService
    webhook_deliveries: WebhookDeliveryService
    periodic: tuple[Periodic, ...]
