"""Where the interview stands: the one value kept between webhooks."""

from dataclasses import dataclass, field
from enum import StrEnum

from interview.script import FollowUp


class Phase(StrEnum):
    """What we are listening for, or how the conversation ended."""

    NOT_STARTED = "not_started"
    DOOR = "door"
    LATER = "later"
    IDENTITY = "identity"
    ASKING = "asking"
    MENU = "menu"
    STUCK = "stuck"
    PAUSED = "paused"
    PRACTICE = "practice"
    PLAYBACK_DUE = "playback_due"
    PLAYBACK = "playback"
    CANDIDATE_QUESTION = "candidate_question"
    RESUME_QUESTION = "resume_question"
    ENDED = "ended"


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    NO_RESPONSE = "no_response"


@dataclass(frozen=True, slots=True)
class Progress:
    """``turn`` counts the waits of the whole interview over all its calls, so that every listen has its own number.

    ``question`` is an index into ``Script.questions`` and, after them, into ``follow_ups``, those that were asked or
    are about to be; ``states`` has one entry for each of both, ``takes`` how many times each was answered;
    ``silences`` counts unanswered listens of the present question and ``silent_questions`` questions in a row that got
    no answer at all. While a follow-up is the present question, ``returns_to`` is the first of the script's questions
    that has not been dealt with.
    """

    phase: Phase = Phase.NOT_STARTED
    turn: int = 0
    question: int = 0
    silences: int = 0
    silent_questions: int = 0
    repeats: int = 0
    door_prompts: int = 0
    states: tuple[QuestionState, ...] = ()
    takes: tuple[int, ...] = ()
    consented: bool = False
    identified: bool = False
    second_round: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    returns_to: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def script_count(self) -> int:
        """How many of the ``states`` belong to the script's own questions; those of follow-ups come after them."""
        return len(self.states) - len(self.follow_ups)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(state is QuestionState.ANSWERED for state in self.states)
