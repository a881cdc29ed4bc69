"""The fixed prompts, one file a language."""

from interview.wording import de, en, es, fr, hi, pt, zh
from interview.wording.wording import UnsupportedLanguage, Wording

__all__ = ["UnsupportedLanguage", "Wording", "base_language", "supported_languages", "wording_for"]

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
    wording = _WORDINGS.get(language.strip().lower().replace("_", "-")) or _WORDINGS.get(base_language(language))
    if wording is None:
        raise UnsupportedLanguage(f"no prompts in {language!r}; supported: {', '.join(supported_languages())}")
    return wording


def base_language(language: str) -> str:
    """The language of a BCP 47 tag without its region, in lower case: "en" for "en-GB", "zh" for "cmn-CN"."""
    base = language.strip().lower().replace("_", "-").partition("-")[0]
    return _ALIASES.get(base, base)


def supported_languages() -> tuple[str, ...]:
    """The base languages that have prompts, sorted."""
    return tuple(sorted({tag.partition("-")[0] for tag in _WORDINGS}))
