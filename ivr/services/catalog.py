"""All services in one typed bundle: what the doors reach, and what only a worker does."""

from dataclasses import dataclass

from ivr.services.account_mail import AccountMail
from ivr.services.alerts import AlertService
from ivr.services.announcements import AnnouncementService
from ivr.services.answers import AnswerService
from ivr.services.audit import AuditService
from ivr.services.blind_first import BlindFirstService
from ivr.services.calibrations import CalibrationService
from ivr.services.call_lists import CallLists
from ivr.services.call_previews import CallPreviewService
from ivr.services.calls import CallService
from ivr.services.campaigns import CampaignService
from ivr.services.candidate_door import CandidateDoor
from ivr.services.candidate_questions import CandidateQuestionService
from ivr.services.candidate_records import CandidateRecordService
from ivr.services.candidate_requests import CandidateRequestService
from ivr.services.candidates import CandidateService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.coaching import CoachingService
from ivr.services.comparisons import ComparisonService
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.cost_estimates import CostEstimateService
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
from ivr.services.hearing import HearingService
from ivr.services.house_status import HouseStatusService
from ivr.services.idempotency import IdempotencyService
from ivr.services.imports import ImportService
from ivr.services.insights import InsightService
from ivr.services.integrity import IntegrityService
from ivr.services.interview_exports import InterviewExports
from ivr.services.interview_lists import InterviewListService
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.job_erasures import JobErasureService
from ivr.services.job_overviews import JobOverviewService
from ivr.services.jobs import JobService
from ivr.services.line import LineServices
from ivr.services.live_calls import LiveCallService
from ivr.services.live_events import LiveEventService
from ivr.services.logins import LoginService
from ivr.services.organisations import OrganisationService
from ivr.services.own_data import OwnDataService
from ivr.services.periodic import Periodic
from ivr.services.practice import PracticeService
from ivr.services.profiles import ProfileService
from ivr.services.question_insights import QuestionInsightService
from ivr.services.ratings import RatingService
from ivr.services.reports import ReportService
from ivr.services.resume_questions import ResumeQuestionService
from ivr.services.rubrics import RubricService
from ivr.services.saved_views import SavedViewService
from ivr.services.scorecards import ScorecardService
from ivr.services.single_sign_on import SingleSignOn
from ivr.services.sittings import SittingService
from ivr.services.speeches import SpeechService
from ivr.services.stop_switch import StopSwitch
from ivr.services.test_dials import TestDialService
from ivr.services.users import UserService
from ivr.services.webhook_deliveries import WebhookDeliveryService
from ivr.services.webhook_endpoints import WebhookEndpointService
from ivr.services.work import WorkService
from ivr.tallies import Tallies


@dataclass(frozen=True, slots=True)
class Services(LineServices):
    """What the doors of a web process reach."""

    audit: AuditService
    blind_first: BlindFirstService
    calibrations: CalibrationService
    call_lists: CallLists
    call_previews: CallPreviewService
    campaigns: CampaignService
    candidate_door: CandidateDoor
    candidate_records: CandidateRecordService
    candidate_requests: CandidateRequestService
    candidates: CandidateService
    comparisons: ComparisonService
    controls: ControlService
    cost_estimates: CostEstimateService
    costs: CostService
    dataset: DatasetService
    erasures: ErasureService
    event_objects: EventObjects
    exports: ExportService
    drift: DriftService
    fairness: FairnessService
    feedback: FeedbackService
    hearing: HearingService
    house_status: HouseStatusService
    idempotency: IdempotencyService
    imports: ImportService
    insights: InsightService
    interview_exports: InterviewExports
    interview_lists: InterviewListService
    interviews: InterviewService
    invitations: InvitationService
    job_erasures: JobErasureService
    job_overviews: JobOverviewService
    jobs: JobService
    live_calls: LiveCallService
    live_events: LiveEventService
    own_data: OwnDataService
    coaching: CoachingService
    logins: LoginService
    single_sign_on: SingleSignOn | None
    organisations: OrganisationService
    question_insights: QuestionInsightService
    reports: ReportService
    rubrics: RubricService
    saved_views: SavedViewService
    webhook_endpoints: WebhookEndpointService
    sittings: SittingService
    stop_switch: StopSwitch
    users: UserService
    work: WorkService


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
    tallies: Tallies
