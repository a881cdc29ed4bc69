"""What a spoken reply means where keys are expected."""

import unicodedata
from collections.abc import Iterable

from interview.wording import Wording


def yes_or_no(speech: str, wording: Wording, max_words: int = 12) -> bool | None:
    """True for a yes, False for a no, None for anything else.

    The reply must begin with a word for yes or no, hold none for the opposite after it and be at most ``max_words``
    long: a voicemail that says "Yes, you have reached…" and a "yes, but not…" are neither.
    """
    said = _normal(speech)
    if not said or len(said.split()) > max_words:
        return None
    yes, no = _beginning(said, wording.yes_words), _beginning(said, wording.no_words)
    if len(yes) == len(no):
        return None
    is_yes = len(yes) > len(no)
    rest = f"{said.removeprefix(yes if is_yes else no)} "
    opposite = wording.no_words if is_yes else wording.yes_words
    return None if any(f" {word} " in rest for word in map(_normal, opposite)) else is_yes


def wants_no_calls(speech: str, wording: Wording) -> bool:
    """Whether the whole reply is one of the language's ways to say "stop calling me"."""
    return _normal(speech) in {_normal(phrase) for phrase in wording.stop_phrases}


def _normal(text: str) -> str:
    """Words with single spaces between them; apostrophes join, other marks part. Vowel signs (M) belong to words."""
    kept = text.replace("'", "").replace("\u2019", "")
    return " ".join(
        "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in kept)
        .casefold()
        .split()
    )


def _beginning(said: str, words: Iterable[str]) -> str:
    """The longest of the words that the reply begins with, or ""."""
    fitting = (word for word in map(_normal, words) if said == word or said.startswith(f"{word} "))
    return max(fitting, key=len, default="")
