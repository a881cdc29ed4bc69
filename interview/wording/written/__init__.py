"""What candidates read, one file a language."""

from collections.abc import Sequence

from interview.wording import UnsupportedLanguage, in_language
from interview.wording.written import de, en, es, fr, hi, pt, zh
from interview.wording.written.wording import Written

__all__ = ["Written", "best_of", "written_for"]

_WRITTEN: dict[str, Written] = {
    words.language.lower(): words for file in (de, en, es, fr, hi, pt, zh) for words in file.WRITTEN
}


def written_for(language: str) -> Written:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no file is written in this language.
    """
    return in_language(_WRITTEN, language)


def best_of(wanted: Sequence[str], otherwise: str) -> Written:
    """The words for the first of these tags that we have, else for ``otherwise``."""
    for language in wanted:
        try:
            return written_for(language)
        except UnsupportedLanguage:
            continue
    return written_for(otherwise)
