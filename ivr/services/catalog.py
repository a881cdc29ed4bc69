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
from ivr.services.candidates import CandidateService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.conversations import ConversationService
from ivr.services.drift import DriftService
from ivr.services.erasures import ErasureService
from ivr.services.exports import ExportService
from ivr.services.fairness import FairnessService
from ivr.services.follow_ups import FollowUpService
from ivr.services.health import HealthService
from ivr.services.idempotency import IdempotencyService
from ivr.services.imports import ImportService
from ivr.services.integrity import IntegrityService
from ivr.services.interview_exports import InterviewExports
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.job_erasures import JobErasureService
from ivr.services.jobs import JobService
from ivr.services.logins import LoginService
from ivr.services.messages import MessageService
from ivr.services.organisations import OrganisationService
from ivr.services.periodic import Periodic
from ivr.services.practice import PlaybackService, PracticeService
from ivr.services.profiles import ProfileService
from ivr.services.ratings import RatingService
from ivr.services.rubrics import RubricService
from ivr.services.scorecards import ScorecardService
from ivr.services.stop_switch import StopSwitch
from ivr.services.users import UserService
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
    candidates: CandidateService
    controls: ControlService
    conversations: ConversationService
    erasures: ErasureService
    exports: ExportService
    drift: DriftService
    fairness: FairnessService
    health: HealthService
    idempotency: IdempotencyService
    imports: ImportService
    interview_exports: InterviewExports
    interviews: InterviewService
    invitations: InvitationService
    job_erasures: JobErasureService
    jobs: JobService
    logins: LoginService
    messages: MessageService
    organisations: OrganisationService
    playback: PlaybackService
    rubrics: RubricService
    stop_switch: StopSwitch
    users: UserService


@dataclass(frozen=True, slots=True)
class WorkerServices(Services):
    """The same, and what only a worker does: it alone talks to the carrier and to models."""

    account_mail: AccountMail
    calls: CallService
    answers: AnswerService
    alerts: AlertService
    candidate_questions: CandidateQuestionService
    carrier_copies: CarrierCopies
    control_runs: ControlRunService
    follow_ups: FollowUpService
    integrity: IntegrityService
    practices: PracticeService
    profiles: ProfileService
    ratings: RatingService
    scorecards: ScorecardService
    periodic: tuple[Periodic, ...]
