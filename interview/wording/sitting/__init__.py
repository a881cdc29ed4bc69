"""What candidates read who answer in a browser, or look after their data: one file a language."""

from interview.wording import in_language
from interview.wording.sitting import de, en, es, fr, hi, pt, zh
from interview.wording.sitting.wording import SittingWords

__all__ = ["SittingWords", "sitting_words_for"]

_WORDS: dict[str, SittingWords] = {
    words.language.lower(): words for file in (de, en, es, fr, hi, pt, zh) for words in file.WORDS
}


def sitting_words_for(language: str) -> SittingWords:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no file is written in this language.
    """
    return in_language(_WORDS, language)
