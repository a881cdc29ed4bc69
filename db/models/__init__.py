"""Every table, one family a file."""

from db.models.access import (
    ApiKey,
    IdempotencyKey,
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
from db.models.groups import CandidateGroups
from db.models.hiring import Candidate, Consent, Job, JobStatus, QuestionSet, QuestionsStatus, ResumeStatus
from db.models.integrity import IntegrityNote
from db.models.ledger import AuditEntry, DomainEvent, ModelCallRow, OutboxRow
from db.models.links import CandidateLink
from db.models.messages import CallInAttempt, Message
from db.models.privacy import Erasure
from db.models.requests import CandidateRequest, RequestKind
from db.models.rubrics import Rubric

__all__ = [
    "BROWSER_AUDIO", "HEARD_BY_CARRIER", "IN_BROWSER", "WRITTEN",
    "Answer", "AnswerRating", "AnswerState", "ApiKey", "AuditEntry", "Base", "CalibrationAnswer", "CalibrationRating",
    "CalibrationRound", "Call", "CallInAttempt", "Campaign", "CampaignMember", "CampaignStatus", "Candidate",
    "CandidateGroups", "CandidateLink", "CandidateQuestion", "CandidateQuestionState", "CandidateRequest", "Consent",
    "ControlAnswer", "ControlRun", "ControlRunStatus", "ControlScore", "DialPace", "DomainEvent", "Erasure", "FollowUp",
    "FollowUpState", "IdempotencyKey", "IntegrityNote", "Interview", "Job", "JobStatus", "LoginLink", "MemberState",
    "Message", "ModelCallRow", "OptOut", "Organisation", "OutboxRow", "PassageVector", "QuestionSet", "QuestionsStatus",
    "Recording", "RequestKind", "Result", "ResumeStatus", "Review", "Role", "Rubric", "Scope", "ScoreSet", "User",
    "UserSession", "WhitelistEntry",
]  # fmt: skip
