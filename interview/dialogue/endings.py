"""The ways a call can end, and what each one means for the call and for the interview."""

from dataclasses import dataclass
from enum import StrEnum

from interview.facts import CallOutcome, ConversationEnded, Later


class Ending(StrEnum):
    """Why we stop talking in this call; the value is kept in the progress until the next call."""

    COMPLETED = "completed"
    COMPLETED_BY_HANGUP = "completed_by_hangup"
    NO_KEY = "no_key"
    VOICEMAIL = "voicemail"
    VOICEMAIL_AGAIN = "voicemail_again"
    CALLBACK_15_MINUTES = "callback_in_15_minutes"
    CALLBACK_EVENING = "callback_this_evening"
    CALLBACK_TOMORROW = "callback_same_time_tomorrow"
    HUMAN = "human"
    OPTED_OUT = "opted_out"
    WRONG_PERSON = "wrong_person"
    NO_IDENTITY = "no_identity"
    SILENCE = "silence"
    BY_CANDIDATE = "by_candidate"
    BY_US = "by_us"
    HUNG_UP = "hung_up"
    HUNG_UP_AT_DOOR = "hung_up_at_door"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``final`` when no later call goes on from here."""

    fact: ConversationEnded
    final: bool = False


def _means(outcome: CallOutcome, reason_code: str = "", final: bool = False) -> Meaning:
    return Meaning(ConversationEnded(outcome, reason_code), final)


MEANINGS: dict[Ending, Meaning] = {
    Ending.COMPLETED: _means(CallOutcome.COMPLETED, final=True),
    Ending.COMPLETED_BY_HANGUP: _means(CallOutcome.COMPLETED, "hung_up", final=True),
    Ending.NO_KEY: _means(CallOutcome.NO_ANSWER, "no_key"),
    Ending.VOICEMAIL: _means(CallOutcome.VOICEMAIL, "no_key"),
    Ending.VOICEMAIL_AGAIN: _means(CallOutcome.VOICEMAIL, "no_key"),
    Ending.CALLBACK_15_MINUTES: _means(CallOutcome.CALLBACK_REQUESTED, Later.IN_15_MINUTES.value),
    Ending.CALLBACK_EVENING: _means(CallOutcome.CALLBACK_REQUESTED, Later.THIS_EVENING.value),
    Ending.CALLBACK_TOMORROW: _means(CallOutcome.CALLBACK_REQUESTED, Later.SAME_TIME_TOMORROW.value),
    Ending.HUMAN: _means(CallOutcome.HUMAN_REQUESTED, final=True),
    Ending.OPTED_OUT: _means(CallOutcome.OPTED_OUT, final=True),
    Ending.WRONG_PERSON: _means(CallOutcome.DECLINED, "wrong_person", final=True),
    Ending.NO_IDENTITY: _means(CallOutcome.INTERRUPTED, "no_identity"),
    Ending.SILENCE: _means(CallOutcome.INTERRUPTED, "silence"),
    Ending.BY_CANDIDATE: _means(CallOutcome.INTERRUPTED, "ended_by_candidate"),
    Ending.BY_US: _means(CallOutcome.INTERRUPTED, "ended_by_us"),
    Ending.HUNG_UP: _means(CallOutcome.INTERRUPTED, "hung_up"),
    Ending.HUNG_UP_AT_DOOR: _means(CallOutcome.NO_ANSWER, "hung_up_at_door"),
}

CALLBACKS: dict[Later, Ending] = {
    Later.IN_15_MINUTES: Ending.CALLBACK_15_MINUTES,
    Later.THIS_EVENING: Ending.CALLBACK_EVENING,
    Later.SAME_TIME_TOMORROW: Ending.CALLBACK_TOMORROW,
}
