"""All services in one typed bundle: what the doors reach, and what only a worker does."""

from dataclasses import dataclass

from ivr.services.alerts import AlertService
from ivr.services.answers import AnswerService
from ivr.services.audit import AuditService
from ivr.services.blind_first import BlindFirstService
from ivr.services.calibrations import CalibrationService
from ivr.services.calls import CallService
from ivr.services.campaigns import CampaignService
from ivr.services.candidate_door import CandidateDoor
from ivr.services.candidate_questions import CandidateQuestionService
from ivr.services.candidates import CandidateService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.drift import DriftService
from ivr.services.erasures import ErasureService
from ivr.services.exports import ExportService
from ivr.services.fairness import FairnessService
from ivr.services.follow_ups import FollowUpService
from ivr.services.idempotency import IdempotencyService
from ivr.services.imports import ImportService
from ivr.services.integrity import IntegrityService
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.jobs import JobService
from ivr.services.line import LineServices
from ivr.services.periodic import Periodic
from ivr.services.practice import PracticeService
from ivr.services.profiles import ProfileService
from ivr.services.ratings import RatingService
from ivr.services.rubrics import RubricService
from ivr.services.scorecards import ScorecardService


@dataclass(frozen=True, slots=True)
class Services(LineServices):
    """What the doors of a web process reach."""

    audit: AuditService
    blind_first: BlindFirstService
    calibrations: CalibrationService
    campaigns: CampaignService
    candidate_door: CandidateDoor
    candidates: CandidateService
    controls: ControlService
    erasures: ErasureService
    exports: ExportService
    drift: DriftService
    fairness: FairnessService
    idempotency: IdempotencyService
    imports: ImportService
    interviews: InterviewService
    invitations: InvitationService
    jobs: JobService
    rubrics: RubricService


@dataclass(frozen=True, slots=True)
class WorkerServices(Services):
    """The same, and what only a worker does: it alone talks to the carrier and to models."""

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
