"""Small things that the conversation remembers between two webhooks, kept in ``Progress.extra`` by name.

Everything that a step says can be told from the progress alone, so a webhook that is delivered twice is answered with
the very same step.
"""

from dataclasses import replace
from enum import StrEnum

from interview.dialogue.endings import Ending
from interview.progress import Progress


class Lead(StrEnum):
    """A sentence that comes before what is asked."""

    INSTRUCTIONS = "instructions"
    KNOCKOUTS_AHEAD = "knockouts_ahead"
    TIME_SHORT = "time_short"
    TIME_UP = "time_up"
    SKIPPED = "skipped"
    SKIPPED_FOR_GOOD = "skipped_for_good"
    NO_RESPONSE = "no_response"
    SECOND_ROUND = "second_round"
    SILENCE = "silence"
    AGAIN = "again"
    NOT_A_KEY = "not_a_key"
    MORE_TIME = "more_time"
    RESTART = "restart"
    NO_RETAKES = "no_retakes"
    ANSWER_KEPT = "answer_kept"
    AFTER_PAUSE = "after_pause"


class Manner(StrEnum):
    """How a question is spoken."""

    NUMBERED = "numbered"
    TEXT_ONLY = "text_only"
    SLOWLY = "slowly"
    BEEP_ONLY = "beep_only"
    GO_ON = "go_on"


class Mark(StrEnum):
    """The names in ``Progress.extra``.

    ``HEARD`` and ``HEARD_S``: the first piece of an answer that is being heard unrecorded, and how long all its pieces
    are, in seconds. ``STANDING_TAKE`` and ``STANDING_S``: the answer that counts unless it is replaced, and its length
    in seconds. ``PATIENCE``: the candidate asked for more time. ``UNHEARD``: the line went while we recorded, and the
    utterance may still come. ``TIME_TOLD``: it was said that the call's own time runs out.

    Of the practice: ``PRACTISED`` once it was done or skipped, ``PRACTISING`` while it is the subject,
    ``PRACTICE_TURNS`` the listens that recorded for it, ``PRACTICE_TAKE`` the one to be played back, ``PLAYBACK`` the
    recording that is being played, ``PRACTICE_ENDED`` how it ended, for the word after it.

    Of the candidate's question: ``OFFERED`` once they were asked for it, ``OFFERING`` while it is the subject,
    ``ASKED_IN`` the turn that recorded it, ``QUESTION_TAKEN`` for the thanks after it, ``REPLIED`` once they heard what
    became of it, ``REPLY`` the passage that this goodbye tells, "" when the question is passed on.

    Of the question about the résumé: ``RESUME_ASKED`` once it was spoken, ``ABOUT_RESUME`` while it is the subject,
    ``RESUME_ANSWERED`` once something was said to it.
    """

    LEADS = "leads"
    MANNER = "manner"
    ENDED = "ended"
    TAUGHT = "taught"
    RESTARTS = "restarts"
    HEARD = "heard"
    HEARD_S = "heard_s"
    STANDING_TAKE = "standing_take"
    STANDING_S = "standing_s"
    PATIENCE = "patience"
    UNHEARD = "unheard"
    VOICEMAIL_LEFT = "voicemail_left"
    TIME_TOLD = "time_told"
    PRACTISED = "practised"
    PRACTISING = "practising"
    PRACTICE_TURNS = "practice_turns"
    PRACTICE_TAKE = "practice_take"
    PLAYBACK = "playback"
    PRACTICE_ENDED = "practice_ended"
    OFFERED = "offered"
    OFFERING = "offering"
    ASKED_IN = "asked_in"
    QUESTION_TAKEN = "question_taken"
    REPLIED = "replied"
    REPLY = "reply"
    RESUME_ASKED = "resume_asked"
    ABOUT_RESUME = "about_resume"
    RESUME_ANSWERED = "resume_answered"


# What a mark outlives: the others are gone with the next listen.
_OF_ONE_QUESTION = frozenset(
    {
        Mark.RESTARTS, Mark.STANDING_TAKE, Mark.STANDING_S, Mark.PATIENCE, Mark.HEARD, Mark.HEARD_S, Mark.PRACTISING,
        Mark.PRACTICE_TAKE, Mark.OFFERING, Mark.ABOUT_RESUME, Mark.RESUME_ANSWERED,
    }
)  # fmt: skip
_OF_ONE_CALL = frozenset({Mark.TAUGHT, Mark.TIME_TOLD})
_OF_THE_INTERVIEW = frozenset(
    {
        Mark.VOICEMAIL_LEFT, Mark.PRACTISED, Mark.PRACTICE_TURNS, Mark.OFFERED, Mark.ASKED_IN, Mark.REPLIED,
        Mark.RESUME_ASKED,
    }
)  # fmt: skip


def leads(progress: Progress) -> tuple[Lead, ...]:
    """The sentences before what is asked now, in order."""
    return tuple(Lead(name) for name in progress.extra.get(Mark.LEADS, "").split())


def manner(progress: Progress) -> Manner:
    """How the present question is spoken."""
    return Manner(progress.extra.get(Mark.MANNER, Manner.NUMBERED))


def ending(progress: Progress) -> Ending | None:
    """Why this call's conversation is over, or None while it goes on."""
    value = progress.extra.get(Mark.ENDED)
    return None if value is None else Ending(value)


def is_standing(progress: Progress) -> bool:
    """Whether the present question has an answer that counts unless the candidate replaces it."""
    return Mark.STANDING_TAKE in progress.extra


def has(progress: Progress, mark: Mark) -> bool:
    """Whether the mark is set."""
    return mark in progress.extra


def count(progress: Progress, mark: Mark) -> int:
    """The mark's number, 0 when it is not set."""
    return int(progress.extra.get(mark, "0"))


def with_marks(progress: Progress, **values: str) -> Progress:
    """The progress with these marks set; names are those of ``Mark``, in lower case."""
    return replace(progress, extra={**progress.extra, **{Mark(name).value: value for name, value in values.items()}})


def without_marks(progress: Progress, *gone: Mark) -> Progress:
    """The progress with these marks taken away."""
    return replace(progress, extra={name: value for name, value in progress.extra.items() if name not in gone})


def for_next_listen(progress: Progress) -> Progress:
    """Without what belonged to the last prompt only."""
    return _keep(progress, _OF_ONE_QUESTION | _OF_ONE_CALL | _OF_THE_INTERVIEW)


def for_next_question(progress: Progress) -> Progress:
    """Without what belonged to the last question."""
    return _keep(progress, _OF_ONE_CALL | _OF_THE_INTERVIEW)


def for_next_call(progress: Progress) -> Progress:
    """Without what belonged to the last call."""
    return _keep(progress, _OF_THE_INTERVIEW)


def _keep(progress: Progress, names: frozenset[Mark]) -> Progress:
    return replace(progress, extra={name: value for name, value in progress.extra.items() if name in names})
