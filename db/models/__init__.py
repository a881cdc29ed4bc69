"""Every table, one family a file."""

from db.models.access import (
    ApiKey,
    ConsentText,
    IdempotencyKey,
    LinkPurpose,
    LoginLink,
    OptOut,
    Organisation,
    Role,
    Scope,
    User,
    UserSession,
    WhitelistEntry,
)
from db.models.answers import (
    BROWSER_AUDIO,
    HEARD_BY_CARRIER,
    WRITTEN,
    Answer,
    AnswerRating,
    AnswerState,
    FollowUp,
    FollowUpState,
    Recording,
    Result,
    Review,
    ScoreSet,
)
from db.models.base import Base
from db.models.calibration import (
    CalibrationAnswer,
    CalibrationRating,
    CalibrationRound,
    ControlAnswer,
    ControlRun,
    ControlRunStatus,
    ControlScore,
)
from db.models.calls import IN_BROWSER, Call, DialPace, Interview
from db.models.campaigns import Campaign, CampaignMember, CampaignStatus, MemberState
from db.models.candidate_questions import CandidateQuestion, CandidateQuestionState, PassageVector
from db.models.feedback import FeedbackSheet, FeedbackState
from db.models.groups import CandidateGroups
from db.models.hearing import SpokenState, SpokenText, TestCall, TestCallState
from db.models.hiring import Candidate, Consent, Job, JobStatus, ModelCheck, QuestionSet, QuestionsStatus, ResumeStatus
from db.models.integrity import IntegrityNote
from db.models.ledger import AuditEntry, DomainEvent, ModelCallRow, OutboxRow
from db.models.links import CandidateLink
from db.models.messages import CallInAttempt, Message
from db.models.privacy import Erasure
from db.models.question_checks import QuestionCheck
from db.models.requests import CandidateRequest, RequestKind
from db.models.resume_questions import ResumeQuestion, ResumeQuestionState
from db.models.rubrics import Rubric
from db.models.saved_views import SavedView
from db.models.watched_models import WatchedModel
from db.models.webhooks import DeliveryState, WebhookDelivery, WebhookEndpoint

__all__ = [
    "BROWSER_AUDIO", "HEARD_BY_CARRIER", "IN_BROWSER", "WRITTEN",
    "Answer", "AnswerRating", "AnswerState", "ApiKey", "AuditEntry", "Base", "CalibrationAnswer", "CalibrationRating",
    "CalibrationRound", "Call", "CallInAttempt", "Campaign", "CampaignMember", "CampaignStatus", "Candidate",
    "CandidateGroups", "CandidateLink", "CandidateQuestion", "CandidateQuestionState", "CandidateRequest", "Consent",
    "ConsentText", "ControlAnswer", "ControlRun", "ControlRunStatus", "ControlScore", "DeliveryState", "DialPace",
    "DomainEvent", "Erasure", "FeedbackSheet", "FeedbackState", "FollowUp", "FollowUpState", "IdempotencyKey",
    "IntegrityNote", "Interview", "Job", "JobStatus", "LinkPurpose", "LoginLink", "MemberState", "Message",
    "ModelCallRow", "ModelCheck", "OptOut", "Organisation", "OutboxRow", "PassageVector", "QuestionCheck",
    "QuestionSet", "QuestionsStatus", "Recording", "RequestKind", "Result", "ResumeQuestion", "ResumeQuestionState",
    "ResumeStatus", "Review", "Role", "Rubric", "SavedView", "Scope", "ScoreSet", "SpokenState", "SpokenText",
    "TestCall", "TestCallState", "User", "UserSession", "WebhookDelivery", "WebhookEndpoint", "WhitelistEntry",
    "ResumeStatus", "Review", "Role", "Rubric", "Scope", "ScoreSet", "SpokenState", "SpokenText", "TestCall",
    "TestCallState", "User", "UserSession", "WatchedModel", "WebhookDelivery", "WebhookEndpoint", "WhitelistEntry",
]  # fmt: skip
