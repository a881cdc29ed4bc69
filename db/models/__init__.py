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
    HEARD_BY_CARRIER,
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
from db.models.calls import Call, DialPace, Interview
from db.models.campaigns import Campaign, CampaignMember, CampaignStatus, MemberState
from db.models.candidate_questions import CandidateQuestion, CandidateQuestionState, PassageVector
from db.models.groups import CandidateGroups
from db.models.hiring import Candidate, Consent, Job, JobStatus, QuestionSet, QuestionsStatus, ResumeStatus
from db.models.integrity import IntegrityNote
from db.models.ledger import AuditEntry, DomainEvent, ModelCallRow, OutboxRow
from db.models.links import CandidateLink
from db.models.messages import CallInAttempt, Message
from db.models.privacy import Erasure
from db.models.rubrics import Rubric

__all__ = [
    "HEARD_BY_CARRIER",
    "Answer", "AnswerRating", "AnswerState", "ApiKey", "AuditEntry", "Base", "CalibrationAnswer", "CalibrationRating",
    "CalibrationRound", "Call", "CallInAttempt", "Campaign", "CampaignMember", "CampaignStatus", "Candidate",
    "CandidateGroups", "CandidateLink", "CandidateQuestion", "CandidateQuestionState", "Consent", "ControlAnswer",
    "ControlRun", "ControlRunStatus", "ControlScore", "DialPace", "DomainEvent", "Erasure", "FollowUp", "FollowUpState",
    "IdempotencyKey", "IntegrityNote", "Interview", "Job", "JobStatus", "LoginLink", "MemberState", "Message",
    "ModelCallRow", "OptOut", "Organisation", "OutboxRow", "PassageVector", "QuestionSet", "QuestionsStatus",
    "Recording", "Result", "ResumeStatus", "Review", "Role", "Rubric", "Scope", "ScoreSet", "User", "UserSession",
    "WhitelistEntry",
    "ConsentText", "LinkPurpose",
]  # fmt: skip
