"""Which of Twilio's voices speaks a language, and how Twilio names the language when it listens.

All names are among the enumerations of Twilio's own library; a test compares them with
``scripts/simulator/contracts/twiml-voice.rules.json``. https://www.twilio.com/docs/voice/twiml/say/text-speech
"""

from dataclasses import dataclass

from interview.wording import UnsupportedLanguage, base_language


@dataclass(frozen=True, slots=True)
class Voice:
    """``say_language`` and ``name`` for Say, ``gather_language`` for speech in a Gather."""

    say_language: str
    name: str
    gather_language: str

    @property
    def takes_prosody(self) -> bool:
        """Whether the voice can be slowed down by SSML: Google's Chirp3 voices and Twilio's basic ones cannot."""
        return "Chirp" not in self.name and "." in self.name


def _voice(language: str, name: str, gather_language: str | None = None) -> Voice:
    return Voice(language, name, gather_language or language)


_VOICES: dict[str, Voice] = {
    "en-us": _voice("en-US", "Polly.Joanna-Neural"),
    "en-gb": _voice("en-GB", "Polly.Amy-Neural"),
    "en-au": _voice("en-AU", "Polly.Olivia-Neural"),
    "en-nz": _voice("en-NZ", "Polly.Aria-Neural"),
    "en-ie": _voice("en-IE", "Polly.Niamh-Neural"),
    "en-za": _voice("en-ZA", "Polly.Ayanda-Neural"),
    "en-in": _voice("en-IN", "Polly.Kajal-Neural"),
    "en-ca": _voice("en-US", "Polly.Joanna-Neural", "en-CA"),
    "es-es": _voice("es-ES", "Polly.Lucia-Neural"),
    "es-mx": _voice("es-MX", "Polly.Mia-Neural"),
    "es-us": _voice("es-US", "Polly.Lupe-Neural"),
    "fr-fr": _voice("fr-FR", "Polly.Lea-Neural"),
    "fr-ca": _voice("fr-CA", "Polly.Gabrielle-Neural"),
    "de-de": _voice("de-DE", "Polly.Vicki-Neural"),
    "de-at": _voice("de-AT", "Polly.Hannah-Neural", "de-DE"),
    "pt-br": _voice("pt-BR", "Polly.Camila-Neural"),
    "pt-pt": _voice("pt-PT", "Polly.Ines-Neural"),
    "hi-in": _voice("hi-IN", "Google.hi-IN-Neural2-A"),
    "zh-cn": _voice("cmn-CN", "Polly.Zhiyu-Neural", "cmn-Hans-CN"),
}
# Latin America outside Mexico is spoken to in the Spanish of the United States, and listened to in its own.
_VOICES |= {
    f"es-{region.lower()}": _voice("es-US", "Polly.Lupe-Neural", f"es-{region}")
    for region in ("AR", "BO", "CL", "CO", "CR", "DO", "EC", "GT", "HN", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE")
}
_VOICES["es-419"] = _VOICES["es-us"]
# What a language without a region, or with one that has no voice of its own, sounds like.
_BASES: dict[str, str] = {
    "en": "en-us",
    "es": "es-es",
    "fr": "fr-fr",
    "de": "de-de",
    "pt": "pt-br",
    "hi": "hi-in",
    "zh": "zh-cn",
}


def supported_voices() -> tuple[Voice, ...]:
    """All voices of the table."""
    return tuple(_VOICES.values())


def voice_for(language: str, chosen: str | None = None) -> Voice:
    """The voice for a BCP 47 tag; ``chosen`` is a Twilio voice name that takes the place of ours.

    Raises:
        UnsupportedLanguage: no voice speaks this language.
    """
    tag = language.strip().lower().replace("_", "-")
    voice = _VOICES.get(tag) or _VOICES.get(_BASES.get(base_language(language), ""))
    if voice is None:
        raise UnsupportedLanguage(f"no voice for {language!r}")
    return Voice(voice.say_language, chosen, voice.gather_language) if chosen else voice
