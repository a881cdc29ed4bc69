"""The fixed prompts of one language: what a language file has to fill in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from interview.facts import Later


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that the telephone says, in one language; a tuple is spoken as prompts of their own.

    No prompt names more than four keys, none says anything about how good an answer was. ``yes_words``, ``no_words``
    and ``stop_phrases`` are what a caller may say instead of pressing a key.
    """

    language: str
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    stop_phrases: tuple[str, ...]

    disclosure: Callable[[str, str, int], str]  # company, job title, minutes
    door_keys: str
    welcome_back: Callable[[str], str]  # company
    welcome_back_keys: str
    voicemail: Callable[[str], str]  # company
    identity: Callable[[str], str]  # the candidate's name
    later_keys: str

    instructions: Callable[[int], str]  # seconds of silence that end an answer
    instructions_unrecorded: Callable[[int], str]  # the same where words are heard without a beep or a recording
    knockouts_ahead: str
    yes_no_keys: str
    question: Callable[[int, int, str], str]  # number, total, text
    follow_up: Callable[[str, str], str]  # what the answer was about, text
    own_words: str
    replacing: str
    replacing_unrecorded: str

    menu: tuple[str, ...]
    menu_with_answer: tuple[str, ...]
    menu_of_knockout: tuple[str, ...]
    stuck_keys: str
    pausing: str

    time_short: str
    time_up: str
    skipped: str
    skipped_for_good: str
    no_response: str
    second_round: str
    silence: str
    again: str
    not_a_key: str
    more_time: str
    restart: str
    no_retakes: str
    answer_kept: str
    after_pause: str

    closing: Callable[[str], str]  # company
    no_key: str
    callback: Mapping[Later, str]
    human: Callable[[str], str]  # company
    opted_out: str
    wrong_person: str
    no_identity: str
    silence_goodbye: str
    ended_by_candidate: str
    ended_by_us: str
    apology: str
    goodbye: str


class UnsupportedLanguage(Exception):
    """There are no prompts in this language."""
