"""What the sound of an answer says by rule: silence, impossible transcripts, pace and fillers. It never rates anybody.

The waveform is measured by ``ivr.gateways.speech``; here are the values and what follows from them.
"""

import re
import unicodedata
from dataclasses import dataclass

_SILENT_BELOW_S = 1.0
_NEARLY_SILENT_BELOW_S = 2.0
_FEWEST_REPEATS = 6
_MOST_WORDS_PER_S = 5.0
_MOST_CHARACTERS_PER_S = 8.0
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my", "yue", "cmn"})


@dataclass(frozen=True, slots=True)
class SpeechFacts:
    """What one recording's waveform shows; seconds from its start, levels in dB below full scale.

    ``peaks`` are up to 400 heights from 0 to 255 for a player to draw; ``sha256`` is of the whole file, in hex.
    ``pitches_hz`` tells how high the voice is in each of ``intervals``, None where that cannot be made out.
    """

    duration_s: float
    speech_s: float
    intervals: tuple[tuple[float, float], ...]
    time_to_first_word_s: float | None
    longest_pause_s: float
    peak_dbfs: float
    rms_dbfs: float
    clipped_share: float
    peaks: tuple[int, ...]
    sha256: str
    pitches_hz: tuple[float | None, ...] = ()


def is_silent(facts: SpeechFacts) -> bool:
    """True under one second of speech: no response, and nothing to transcribe."""
    return facts.speech_s < _SILENT_BELOW_S


def written_without_spaces(language: str) -> bool:
    """True for languages (BCP 47) whose length is counted in characters, since words are not parted."""
    return _primary(language) in _WITHOUT_SPACES


def spoken_units(text: str, language: str) -> int:
    """Words of ``text``; for languages written without spaces its letters and digits."""
    if written_without_spaces(language):
        # Marks count with their letter: a Thai vowel sign is no sound of its own.
        return sum(unicodedata.category(character)[0] in "LN" for character in text)
    # Not by \w: it breaks words at the vowel signs of Indian scripts.
    return sum(any(map(str.isalnum, word)) for word in re.split(r"[\s—–/]+", text))


def words_per_minute(word_count: int, speech_s: float) -> float | None:
    """Words in a minute of detected speech; None under one second of it, where the number would mean nothing."""
    return None if speech_s < _SILENT_BELOW_S else 60 * word_count / speech_s


def is_asr_suspect(word_count: int, speech_s: float, language: str) -> bool:
    """True when the transcript holds more than can be said in that time; ``word_count`` as by ``spoken_units``.

    Such an answer goes to a person and is never rated lower for it.
    """
    if word_count == 0:
        return False
    if speech_s <= 0:
        return True
    most = _MOST_CHARACTERS_PER_S if written_without_spaces(language) else _MOST_WORDS_PER_S
    return word_count / speech_s > most


def filler_count(text: str, language: str) -> int:
    """How many filler sounds and set phrases of that language stand in ``text``; 0 for languages without a list.

    Only what is a filler nearly always: "like" or "bueno" may carry the sentence.
    """
    fillers = _FILLERS.get(_primary(language), ())
    if not fillers:
        return 0
    choice = "|".join(fillers)
    if written_without_spaces(language):
        return len(re.findall(choice, text))
    return len(re.findall(rf"(?<![\w'’-])(?:{choice})(?![\w'’-])", text.casefold()))


def is_hallucination(text: str, facts: SpeechFacts) -> bool:
    """True when nearly silent audio came back as a phrase that transcription models invent for silence.

    From two seconds of speech on the words are believed: a person may well say thank you.
    """
    if facts.speech_s >= _NEARLY_SILENT_BELOW_S:
        return False
    said = _folded(text)
    if not said:
        return False
    if any(pattern.fullmatch(said) for pattern in _INVENTED):
        return True
    # The same short phrase over and over is the other known form.
    words = said.split()
    return any(
        len(words) >= _FEWEST_REPEATS * size and len(words) % size == 0 and words == words[:size] * (len(words) // size)
        for size in range(1, 5)
    )


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _folded(text: str) -> str:
    # The Turkish capital with a dot folds into two characters, the second of them that dot.
    small = unicodedata.normalize("NFKC", text).casefold().replace("\u0307", "")
    kept = "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in small)
    return " ".join(kept.split())


_FILLERS: dict[str, tuple[str, ...]] = {
    "en": (r"u+h+", r"u+m+", r"e+r+m+", r"e+r+", r"h+m+", r"m{2,}", r"a+h+", r"you know", r"i mean"),
    "es": (r"e+h+", r"e+m+", r"m{2,}", r"o sea"),
    "fr": (r"e+u+h+", r"h+e+u+", r"h+m+", r"m{2,}", r"tu vois", r"vous voyez"),
    "de": (r"ä+h+", r"ä+h+m+", r"h+m+", r"m{2,}", r"öh+"),
    "it": (r"e+h+m+", r"m{2,}", r"e+h+"),
    "pt": (r"h+u+m+", r"é+h+", r"a+h+", r"m{2,}", r"e+h+"),
    "nl": (r"u+h+", r"u+h+m+", r"e+h+", r"e+h+m+", r"h+m+"),
    "pl": (r"y{2,}", r"e{2,}", r"h+m+", r"m{2,}"),
    "ru": (r"э{2,}", r"э-э", r"м{2,}", r"э+м+", r"хм+"),
    "tr": (r"ı{2,}", r"e{2,}", r"h+m+", r"şey"),
    "sv": (r"ö+h+", r"e+h+", r"h+m+", r"ö+h*m+"),
    "ja": (r"えーと", r"ええと", r"えっと", r"あのー", r"えー(?!と)"),
    "zh": (r"嗯+", r"呃+"),
}

# Phrases from subtitles in the training data, which Whisper and its descendants write for silence and noise.
# https://github.com/openai/whisper/discussions/928 and https://arxiv.org/abs/2501.11378
_INVENTED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(thank you|thanks)( so much| very much)?( for (watching|listening|viewing)( (this|the|my) video)?)?",
        r"(please )?(like and )?(don t forget to )?(like and )?subscribe( to (my|the|our) channel)?",
        r"(see you|i ll see you)( (in the )?next (time|video|one))?( bye)?",
        r"(bye )*bye|you",
        r"(subtitles|captions|transcription|transcript|translation|subtitled) (by|provided by|made by)\b.*",
        r".*\bamara org\b.*",
        r"(music|applause|silence|blank audio|laughter|inaudible|no speech|foreign)",
        r"(untertitel|untertitelung)( (von|im auftrag|der|des|aufgrund)\b.*)?( \d+)?|copyright wdr \d+",
        r"(vielen dank|danke)( (fürs|für das) (zuschauen|zuhören|zusehen))?( bis zum nächsten mal)?",
        r"sous titrage.*|sous titres.*|merci( beaucoup)?( d avoir regardé( cette vidéo)?)?|abonnez vous.*",
        r"subtítulos.*|(muchas )?gracias( por (ver|mirar|escuchar)( (el|este) (video|vídeo))?)?|suscríbete.*",
        r"sottotitoli.*|grazie( (a tutti|per (la visione|aver guardato|l attenzione).*))?|iscriviti.*",
        r"legendas.*|(muito )?obrigad[oa]( por assistir(em)?)?|inscreva se.*",
        r"ondertiteld.*|ondertiteling.*|bedankt voor het kijken",
        r"napisy.*|dziękuję( za (uwagę|oglądanie|obejrzenie))?|dzięki za (oglądanie|uwagę)",
        r"субтитры.*|редактор субтитров.*|продолжение следует|спасибо за (просмотр|внимание)|подписывайтесь.*",
        r"altyazı.*|izlediğiniz için teşekkür(ler| ederim| ederiz)|abone ol.*",
        r"undertexter.*|tack för att (du|ni) (har )?tittat|textning.*",
        r"ご視聴ありがとうございました|ご清聴ありがとうございました|チャンネル登録.*|字幕.*",
        r"(请不吝)?点赞.*|字幕.*|谢谢(观看|收看|大家)|感谢(观看|收看)|明镜.*",
        r"시청해( )?주셔서 감사합니다|구독과 좋아요.*|자막.*|한글자막.*",
        r"(شكرا|شكرًا) (على|ل)?( )?(المشاهدة|المتابعة|لكم على المشاهدة)|ترجمة.*|اشتركوا في القناة.*",
        r"धन्यवाद|देखने के लिए धन्यवाद|सब्सक्राइब.*",
    )
)
