"""The interview for somebody who answers in a browser: the machine of the telephone, asked and answered in writing.

What is shown is the progress's present question; what comes back becomes the events that the same reply would be on
the telephone. Order, takes, follow-ups, the second round and the end are the machine's, and nothing here decides them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from interview.dialogue import candidate_question, moves, resume_question
from interview.dialogue.candidate_question import QUESTION_S
from interview.dialogue.questions import max_length_s
from interview.dialogue.replies import yes_or_no
from interview.events import CallAnswered, DigitsPressed, Event, UtteranceRecorded
from interview.machine import is_over
from interview.progress import Phase, Progress
from interview.script import EXTRA_TIME_FACTOR, Script
from interview.wording import wording_for

# What the candidate's own question is called where answers are told apart by their questions' ids.
OWN_QUESTION = "own_question"
# And the question about their own résumé, which comes last and is no part of the script.
RESUME_QUESTION = "resume_question"
# A written answer may be as long as the rater reads (assessment I26).
LONGEST_TEXT = 6_000


class Kind(StrEnum):
    """What is wanted: an answer in words, a yes or no, the candidate's own question about the job, if any, or an answer
    about their own résumé, which is not rated."""

    ANSWER = "answer"
    YES_NO = "yes_no"
    OWN_QUESTION = "own_question"
    RESUME_QUESTION = "resume_question"


@dataclass(frozen=True, slots=True)
class Asked:
    """The present question. ``index`` counts from 1 to ``total`` over the script; a follow-up has the number of its
    question. ``take`` is the number that the reply will have; ``max_seconds`` holds for a spoken one."""

    question_id: str
    kind: Kind
    index: int
    total: int
    text: str
    max_seconds: int
    take: int
    is_follow_up: bool = False
    is_second_round: bool = False


def in_browser(script: Script) -> Script:
    """The script without what only a telephone needs: whoever has a browser practises there, and is heard in it."""
    return replace(script, practises=False, unrecorded=False, call_in=None)


def asked_now(script: Script, progress: Progress) -> Asked | None:
    """What is being asked; None before the start, between two sittings and after the end."""
    total = len(script.questions)
    if is_over(progress):
        return None
    if progress.phase is Phase.CANDIDATE_QUESTION:
        seconds = int(QUESTION_S * EXTRA_TIME_FACTOR) if script.accommodations.extra_time else QUESTION_S
        # the words of the offer speak of keys and of a beep, so the door has its own
        return Asked(OWN_QUESTION, Kind.OWN_QUESTION, progress.question + 1, total, "", seconds, 1)
    if progress.phase is Phase.RESUME_QUESTION:
        seconds = resume_question.length_s(script)
        return Asked(RESUME_QUESTION, Kind.RESUME_QUESTION, total, total, script.resume_question or "", seconds, 1)
    if progress.phase is not Phase.ASKING:
        return None
    question, follow_up = moves.question_of(script, progress), moves.follow_up_of(progress)
    if follow_up is None:
        index, text = progress.question + 1, question.text
    else:
        about = [one.id for one in script.questions].index(follow_up.question_id)
        index, text = about + 1, wording_for(script.language).follow_up(follow_up.about, question.text)
    return Asked(
        question_id=question.id,
        kind=Kind.YES_NO if question.knockout else Kind.ANSWER,
        index=index,
        total=total,
        text=text,
        max_seconds=max_length_s(script, question),
        take=progress.takes[progress.question] + 1,
        is_follow_up=follow_up is not None,
        is_second_round=progress.second_round,
    )


def start(script: Script) -> tuple[Event, ...]:
    """Who opens the link, is told what this is, agrees and says who they are has been through the telephone's door."""
    agreed = (CallAnswered(), DigitsPressed("1"))
    return (*agreed, DigitsPressed("1")) if script.candidate_name else agreed


def said(recording_sid: str, duration_s: float) -> tuple[Event, ...]:
    """A spoken or written reply, whole."""
    return (UtteranceRecorded(recording_sid, duration_s, "#"),)


def said_yes_or_no(script: Script, text: str) -> tuple[Event, ...] | None:
    """The reply to a yes-or-no question, None when it is neither: "yes" and "no", or a word of the script's
    language."""
    short = text.strip().lower()
    if short in {"yes", "no"}:
        return (DigitsPressed("1" if short == "yes" else "2"),)
    meant = yes_or_no(text, wording_for(script.language))
    return None if meant is None else (DigitsPressed("1" if meant else "2"),)


def skipped(asked: Asked) -> tuple[Event, ...]:
    """Leave it out for now; nobody has to have a question of their own."""
    if asked.kind is Kind.OWN_QUESTION:
        return (DigitsPressed("#"),)
    return DigitsPressed("0"), DigitsPressed("3")


def ended() -> tuple[Event, ...]:
    """The candidate ends the interview with questions left: what was answered is assessed."""
    return DigitsPressed("0"), DigitsPressed("9")


def last_words(script: Script, progress: Progress) -> str:
    """What became of the candidate's own question, as it is said with the goodbye; "" when there is nothing to say."""
    return " ".join(prompt.text for prompt in candidate_question.last_words(script, progress))
