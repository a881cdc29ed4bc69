"""The fixed prompts, one file a language."""

from collections.abc import Mapping
from typing import TypeVar

from interview.wording import de, en, es, fr, hi, pt, zh
from interview.wording.wording import UnsupportedLanguage, Wording

__all__ = ["UnsupportedLanguage", "Wording", "base_language", "in_language", "supported_languages", "wording_for"]

T = TypeVar("T")

_WORDINGS: dict[str, Wording] = {
    wording.language.lower(): wording for file in (de, en, es, fr, hi, pt, zh) for wording in file.WORDINGS
}
# Twilio and others call Mandarin by its own code.
_ALIASES = {"cmn": "zh"}


def wording_for(language: str) -> Wording:
    """The prompts for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no file speaks this language.
    """
    return in_language(_WORDINGS, language)


def in_language(wordings: Mapping[str, T], language: str) -> T:
    """What a table of words by language has for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: nothing in this language.
    """
    found = wordings.get(language.strip().lower().replace("_", "-")) or wordings.get(base_language(language))
    if found is None:
        raise UnsupportedLanguage(f"no prompts in {language!r}; supported: {', '.join(sorted(wordings))}")
    return found


def base_language(language: str) -> str:
    """The language of a BCP 47 tag without its region, in lower case: "en" for "en-GB", "zh" for "cmn-CN"."""
    base = language.strip().lower().replace("_", "-").partition("-")[0]
    return _ALIASES.get(base, base)


def supported_languages() -> tuple[str, ...]:
    """The base languages that have prompts, sorted."""
    return tuple(sorted({tag.partition("-")[0] for tag in _WORDINGS}))
