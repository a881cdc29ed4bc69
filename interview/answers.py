"""What was said in answer to a question: where a quote stands in it and when, and what the rater gets to read."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from interview.folding import DATA_CAP_CHARS, Traced, fold, folded, is_unspaced, traced, word_count
from interview.injection import Span, injection_spans, without_spans

__all__ = [
    "QuoteMatch",
    "QuoteTime",
    "Span",
    "SpeechInterval",
    "Transcript",
    "WordTime",
    "clean_for_judge",
    "find_quote",
    "fold",
    "injection_spans",
    "quote_start_s",
    "without_spans",
]

# Assessment J11: shorter quotes occur everywhere and prove nothing.
MIN_QUOTE_WORDS = 3

# Pure sounds of hesitation. A word that means something anywhere in the language ("like", "er" in German, "um" in
# Portuguese, "mm" after a number) is not on its list.
_FILLERS: dict[str, frozenset[str]] = {
    "en": frozenset({"um", "umm", "uhm", "uh", "uhh", "er", "erm", "hm", "hmm", "mmm", "ah", "ahh", "eh"}),
    "es": frozenset({"eh", "ehh", "em", "emm", "mmm", "hm", "hmm", "ah", "ahm"}),
    "fr": frozenset({"euh", "euhh", "heu", "hm", "hmm", "mmm"}),
    "de": frozenset({"äh", "ähh", "ähm", "öh", "öhm", "hm", "hmm", "mmm"}),
    "pt": frozenset({"hm", "hmm", "mmm", "ahn", "humm"}),
    "it": frozenset({"ehm", "eh", "mmm", "hm", "hmm", "uhm"}),
    "nl": frozenset({"eh", "ehm", "uh", "uhm", "hm", "hmm"}),
    "pl": frozenset({"yyy", "yy", "eee", "hm", "hmm"}),
    "hi": frozenset({"हम्म", "उम्म", "अम्म", "hmm", "um", "uh"}),
    "ja": frozenset({"えーと", "えっと", "ええと", "あのー", "えー", "うーん", "んー"}),
    "zh": frozenset({"嗯", "呃", "嗯嗯"}),
}
_OTHER_FILLERS = frozenset({"hm", "hmm", "mmm", "uhm"})
# Sounds that stand inside a run of characters where no spaces are written; removed with the comma after them.
_UNSPACED_FILLERS = re.compile(r"(?:嗯+|呃+|えーと|えっと|ええと|あのー|うーん|んー|えー(?=[、,…]))[、,,…]?")
# Languages that say a word twice to mean something else ("कभी कभी", sometimes): two stay, a third goes.
_REDUPLICATING = frozenset(
    {"hi", "ur", "mr", "ne", "bn", "pa", "gu", "ta", "te", "kn", "ml", "tr", "id", "ms", "vi", "sw"}
)
# "Nine nine nine" is a number that was dialled, not a stammer.
_SPOKEN_DIGITS: dict[str, frozenset[str]] = {
    "en": frozenset(
        {"zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred"}
    ),
    "es": frozenset({"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"}),
    "fr": frozenset({"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"}),
    "de": frozenset({"null", "eins", "zwei", "zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"}),
    "pt": frozenset({"zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"}),
    "it": frozenset({"zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"}),
    "nl": frozenset({"nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"}),
}
_SENTENCE_END = ".!?。！？।"
_PIECE = re.compile(r"(\s*)(\S+)")


@dataclass(frozen=True, slots=True)
class SpeechInterval:
    """A stretch of detected speech, in seconds from the start of the recording."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class WordTime:
    """When the word at ``start_char`` of the transcript begins, as a transcription model said."""

    start_char: int
    start_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one recording, as transcribed, and what is known of their times (assessment S22, S23)."""

    text: str
    language: str = "en-US"
    speech: tuple[SpeechInterval, ...] = ()
    word_times: tuple[WordTime, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """``text[start_char:end_char]`` of the transcript is the quote."""

    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class QuoteTime:
    """Where in the audio a quote begins; ``approximate`` when estimated."""

    start_s: float
    approximate: bool


def clean_for_judge(text: str, language: str = "en-US") -> str:
    """What the rater reads (F30, I26): no fillers, no repeated words, nothing hidden, 6,000 characters at most.

    All else stays as it was said: dialect, word choice and order are the candidate's own.
    """
    return _cleaned(traced(text), language).text[:DATA_CAP_CHARS]


def find_quote(quote: str, transcript: Transcript) -> QuoteMatch | None:
    """Where the quote occurs in the transcript (J11), or None.

    Case, punctuation and whitespace do not matter. It takes three words (six characters where no spaces are written)
    or the whole answer. The rater read the cleaned text, so a quote may run over a filler that was taken out.
    """
    wanted = fold(quote)
    if not wanted:
        return None
    for text in _readings(transcript.text, transcript.language):
        if wanted != text.text and word_count(wanted) < MIN_QUOTE_WORDS:
            continue
        position = _position(wanted, text.text)
        if position is not None:
            return QuoteMatch(*text.span(position, position + len(wanted)))
    return None


def quote_start_s(match: QuoteMatch, transcript: Transcript) -> QuoteTime | None:
    """When the quote begins, in seconds; None when nothing is known of the audio (S23).

    Word times are used where the transcription gave them. Otherwise the letters before the quote are spread evenly
    over the detected speech.
    """
    if transcript.word_times:
        times = sorted(transcript.word_times, key=lambda word: word.start_char)
        begun = [word for word in times if word.start_char <= match.start_char] or times[:1]
        return QuoteTime(begun[-1].start_s, approximate=False)
    speech = sorted((i for i in transcript.speech if i.end_s > i.start_s), key=lambda interval: interval.start_s)
    letters = sum(map(str.isalnum, transcript.text))
    if not speech or not letters:
        return None
    share = sum(map(str.isalnum, transcript.text[: match.start_char])) / letters
    left_s = share * sum(interval.end_s - interval.start_s for interval in speech)
    for interval in speech:
        length_s = interval.end_s - interval.start_s
        if left_s < length_s:
            return QuoteTime(interval.start_s + left_s, approximate=True)
        left_s -= length_s
    return QuoteTime(speech[-1].end_s, approximate=True)


@lru_cache(maxsize=16)
def _readings(text: str, language: str) -> tuple[Traced, Traced]:
    """The answer as it was said and as the rater read it, folded: dozens of quotes are looked up in each answer."""
    original = traced(text)
    return folded(original), folded(_cleaned(original, language))


def _position(wanted: str, text: str) -> int | None:
    """The first place where ``wanted`` stands in ``text`` as whole words."""

    def joins(left: str, right: str) -> bool:
        return left != " " and right != " " and not is_unspaced(left) and not is_unspaced(right)

    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        cut_before = at > 0 and joins(text[at - 1], wanted[0])
        cut_after = end < len(text) and joins(wanted[-1], text[end])
        if not cut_before and not cut_after:
            return at
        at = text.find(wanted, at + 1)
    return None


def _cleaned(source: Traced, language: str) -> Traced:
    """The text without fillers and repeated words; each character with its origin."""
    code = language.split("-")[0].lower()
    source = _without_unspaced_fillers(source) if code in {"zh", "ja", "yue", "cmn"} else source
    fillers = _FILLERS.get(code, _OTHER_FILLERS)
    allowed = 2 if code in _REDUPLICATING else 1
    kept: list[int] = []
    previous, ends_sentence, run = "", True, 0
    for piece in _PIECE.finditer(source.text):
        word = fold(piece[2])
        tail = _tail(piece[2])
        ends_here = any(mark in _SENTENCE_END for mark in tail)
        if word in fillers and not _means_something(piece[2], source.text, kept):
            # The sentence that a filler closes keeps its end.
            if ends_here and kept and not ends_sentence:
                while kept and source.text[kept[-1]] in ",;…":
                    kept.pop()
                kept.extend(range(piece.end() - len(tail), piece.end()))
                ends_sentence = True
            continue
        repeated = word == previous and not ends_sentence and _may_collapse(word, code)
        run = run + 1 if repeated else 1
        if run > allowed:
            # The later one stays away, its comma or full stop takes the place of the earlier one's.
            while kept and source.text[kept[-1]] in ",;…-–—":
                kept.pop()
            kept.extend(range(piece.end() - len(tail), piece.end()))
        else:
            if kept:
                kept.extend(range(piece.start(1), piece.end(1)))
            kept.extend(range(piece.start(2), piece.end(2)))
        previous = word or previous
        ends_sentence = ends_here
    return source.pick(kept)


def _means_something(piece: str, text: str, kept: list[int]) -> bool:
    """Whether what looks like a filler is an abbreviation ("the ER") or a unit ("100 Ah")."""
    letters = "".join(filter(str.isalpha, piece))
    before = next((text[i] for i in reversed(kept) if not text[i].isspace()), "")
    return (len(letters) > 1 and letters.isupper()) or (before.isdigit() and letters == "Ah")


def _may_collapse(word: str, code: str) -> bool:
    if not word or is_unspaced(word[0]):
        return False
    return not any(map(str.isdigit, word)) and word not in _SPOKEN_DIGITS.get(code, frozenset())


def _tail(piece: str) -> str:
    """The punctuation at the end of a piece."""
    end = len(piece)
    while end and unicodedata.category(piece[end - 1]) in {"Po", "Pd"} and piece[end - 1] not in "\"'*%&@#/":
        end -= 1
    return piece[end:] if end else ""


def _without_unspaced_fillers(source: Traced) -> Traced:
    gone = {i for match in _UNSPACED_FILLERS.finditer(source.text) for i in range(*match.span())}
    return source.pick([i for i in range(len(source.text)) if i not in gone])
