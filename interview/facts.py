"""What a turn established, for the service to write down."""

from dataclasses import dataclass
from enum import StrEnum


class CallOutcome(StrEnum):
    """How one call ended, as the API shows it."""

    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    DECLINED = "declined"
    CALLBACK_REQUESTED = "callback_requested"
    HUMAN_REQUESTED = "human_requested"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    OPTED_OUT = "opted_out"


class Later(StrEnum):
    """When a candidate who pressed 2 wants to be called."""

    IN_15_MINUTES = "in_15_minutes"
    THIS_EVENING = "this_evening"
    SAME_TIME_TOMORROW = "same_time_tomorrow"


class PracticeOutcome(StrEnum):
    """How the practice answer ended."""

    PLAYED = "played"
    SKIPPED = "skipped"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Key 1 (or a spoken yes) after the disclosure: consent to be recorded, and the start."""


@dataclass(frozen=True, slots=True)
class IdentityConfirmed:
    """The person said they are the candidate."""


@dataclass(frozen=True, slots=True)
class AnswerCaptured:
    """An utterance that answers a question; ``take`` counts from 1. ``partial`` when the line went during it."""

    question_id: str
    take: int
    recording_sid: str
    duration_s: float
    partial: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSuperseded:
    """The candidate takes this take back; it is kept, not transcribed."""

    question_id: str
    take: int


@dataclass(frozen=True, slots=True)
class TakeDiscarded:
    """Audio of a take that was taken back while it was recorded (`*`, redo): kept as superseded."""

    question_id: str
    take: int
    recording_sid: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class QuestionPassed:
    """No answer: skipped by choice, or silent (``no_response``). ``final`` when it will not be offered again."""

    question_id: str
    no_response: bool
    final: bool


@dataclass(frozen=True, slots=True)
class KnockoutAnswered:
    """Yes, no or unclear to a knockout; ``said_yes`` is None when unclear."""

    question_id: str
    said_yes: bool | None


@dataclass(frozen=True, slots=True)
class FollowUpAsked:
    """A follow-up is spoken for the first time; what comes of it are facts like any question's, under its own id."""

    follow_up_id: str


@dataclass(frozen=True, slots=True)
class PracticeEnded:
    """The practice is over and nothing of it is needed any more. It is part of nothing that is assessed."""

    outcome: PracticeOutcome


@dataclass(frozen=True, slots=True)
class CandidateAsked:
    """The candidate's own question about the job; a later one takes its place. Never part of what is assessed."""

    recording_sid: str
    duration_s: float
    partial: bool = False


@dataclass(frozen=True, slots=True)
class CandidateReplied:
    """The candidate heard what became of their question: an approved passage, or that it is passed on."""

    passed_on: bool


@dataclass(frozen=True, slots=True)
class ResumeQuestionAsked:
    """The question about the candidate's résumé is spoken for the first time. Never part of what is assessed."""


@dataclass(frozen=True, slots=True)
class ResumeAnswerCaptured:
    """What was said to it; a later utterance takes its place."""

    recording_sid: str
    duration_s: float
    partial: bool = False


@dataclass(frozen=True, slots=True)
class ResumeQuestionPassed:
    """Nothing was said to it."""


@dataclass(frozen=True, slots=True)
class CallbackRequested:
    """The candidate wants to be called later."""

    when: Later


@dataclass(frozen=True, slots=True)
class HumanRequested:
    """The candidate wants a person instead: no more automatic calls."""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The candidate does not want to be called again, permanently."""


@dataclass(frozen=True, slots=True)
class ConversationEnded:
    """We ended (or lost) this conversation."""

    outcome: CallOutcome
    reason_code: str = ""


Fact = (
    ConsentGiven
    | IdentityConfirmed
    | AnswerCaptured
    | AnswerSuperseded
    | TakeDiscarded
    | QuestionPassed
    | KnockoutAnswered
    | FollowUpAsked
    | PracticeEnded
    | CandidateAsked
    | CandidateReplied
    | ResumeQuestionAsked
    | ResumeAnswerCaptured
    | ResumeQuestionPassed
    | CallbackRequested
    | HumanRequested
    | OptedOut
    | ConversationEnded
)
