"""Integrity notes (assessment A25): what a person may want to look at, never a verdict and never a number of a score.

Nothing here enters a rating, a result, an order or a filter. Every note comes with the ordinary reasons for it.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview.answers import QuoteMatch, Transcript, injection_spans, quote_start_s
from interview.folding import fold
from interview.integrity_words import written_phrases
from interview.speech import SpeechFacts, spoken_units, written_without_spaces


class Signal(StrEnum):
    LONG_TIME_TO_FIRST_WORD = "long_time_to_first_word"
    LONG_GAP = "long_gap"
    SECOND_VOICE_POSSIBLE = "second_voice_possible"
    DUPLICATE_TEXT = "duplicate_text"
    TEXTBOOK_WORDING = "textbook_wording"
    WORDING_UNLIKE_OTHERS = "wording_unlike_other_answers"
    ADDRESSES_THE_GRADER = "addresses_the_grader"


class Reliability(StrEnum):
    """How often such a note is about something: ``low`` ones are more often about nothing."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# A pause of five seconds ends an answer, so this is nearly as long as one can be silent and still answer.
LONG_SILENCE_S = 4.0
SHINGLE_WORDS = 8
# 45 words are 90 characters where no spaces are written (assessment Q2), so 8 are 16.
_SHINGLE_CHARACTERS = 16
SHARED_SHINGLES = 0.9
# Two short answers to the same question may well be alike.
_FEWEST_SHINGLES = 20
_FEWEST_PHRASES = 3
_PHRASES_PER_100_WORDS = 2.0
# Wording is compared where there is enough of it.
_ENOUGH_WORDS = 40
_FEWEST_OTHER_ANSWERS = 3
_UNLIKE_LETTERS = 0.8
_UNLIKE_DEVIATIONS = 3.0
# A man's and a woman's voice are about an octave apart; one person's stretches differ by far less.
_VOICES_APART = 1.5
_SHORTEST_VOICE_S = 1.5


@dataclass(frozen=True, slots=True)
class Note:
    """One observation: ``value`` in ``unit``, where in the audio (seconds, if known), how much it is worth.

    ``other_answer_id`` is the answer whose words are the same.
    """

    signal: Signal
    value: float
    unit: str
    reliability: Reliability
    offset_s: float | None = None
    other_answer_id: str | None = None


@dataclass(frozen=True, slots=True)
class SaidAnswer:
    """An answer as it was heard, or written (``is_written``). ``facts`` is None where nothing was recorded."""

    transcript: Transcript
    facts: SpeechFacts | None
    is_written: bool = False


def notes_of(
    said: SaidAnswer,
    *,
    other_answers: Sequence[str] = (),
    same_question: Mapping[str, str] | None = None,
    may_take_time: bool = False,
) -> tuple[Note, ...]:
    """The notes about one answer, in the order of ``Signal``.

    ``other_answers`` are the same person's in the same form, spoken or written; ``same_question`` other people's
    answers to this question by id.
    ``may_take_time``: longer silences were agreed on with this person, so they are no observation.
    """
    found: list[Note | None] = []
    if said.facts is not None:
        if not may_take_time:
            found += [_slow_start(said.facts), _long_gap(said.facts)]
        found.append(_second_voice(said.facts))
    found += [
        _duplicate(said.transcript, same_question or {}),
        # whoever writes, writes written language
        None if said.is_written else _textbook(said.transcript),
        _unlike_others(said.transcript, other_answers),
        _to_the_grader(said.transcript),
    ]
    return tuple(note for note in found if note is not None)


def _slow_start(facts: SpeechFacts) -> Note | None:
    first = facts.time_to_first_word_s
    if first is None or first < LONG_SILENCE_S:
        return None
    return Note(Signal.LONG_TIME_TO_FIRST_WORD, round(first, 1), "s", Reliability.LOW, 0.0)


def _long_gap(facts: SpeechFacts) -> Note | None:
    gaps = [
        (later[0] - earlier[1], earlier[1])
        for earlier, later in zip(facts.intervals, facts.intervals[1:], strict=False)
    ]
    longest, starts_at = max(gaps, default=(0.0, 0.0))
    if longest < LONG_SILENCE_S:
        return None
    return Note(Signal.LONG_GAP, round(longest, 1), "s", Reliability.LOW, round(starts_at, 1))


def _second_voice(facts: SpeechFacts) -> Note | None:
    """Two groups of stretches whose pitch is far apart, each long enough to be somebody talking."""
    stretches = sorted(
        (pitch, end - start, start)
        for pitch, (start, end) in zip(facts.pitches_hz, facts.intervals, strict=False)
        if pitch is not None
    )
    for place in range(1, len(stretches)):
        low, high = stretches[:place], stretches[place:]
        if high[0][0] < _VOICES_APART * low[-1][0]:
            continue
        fewer = min(low, high, key=lambda group: sum(length for _, length, _ in group))
        seconds = sum(length for _, length, _ in fewer)
        if seconds >= _SHORTEST_VOICE_S:
            starts_at = min(start for _, _, start in fewer)
            return Note(Signal.SECOND_VOICE_POSSIBLE, round(seconds, 1), "s", Reliability.LOW, round(starts_at, 1))
    return None


def _duplicate(transcript: Transcript, same_question: Mapping[str, str]) -> Note | None:
    own = shingles(transcript.text, transcript.language)
    if len(own) < _FEWEST_SHINGLES:
        return None
    best_share, best_id = 0.0, ""
    for answer_id, text in same_question.items():
        others = shingles(text, transcript.language)
        if len(others) < _FEWEST_SHINGLES:
            continue
        share = len(own & others) / min(len(own), len(others))
        if share > best_share:
            best_share, best_id = share, answer_id
    if best_share < SHARED_SHINGLES:
        return None
    share = round(best_share, 2)
    return Note(Signal.DUPLICATE_TEXT, share, "share of word groups", Reliability.HIGH, other_answer_id=best_id)


def shingles(text: str, language: str) -> frozenset[str]:
    """Every run of eight words in ``text``; of sixteen characters in languages written without spaces."""
    folded = fold(text)
    if written_without_spaces(language):
        characters = folded.replace(" ", "")
        size, pieces, joint = _SHINGLE_CHARACTERS, list(characters), ""
    else:
        size, pieces, joint = SHINGLE_WORDS, folded.split(), " "
    return frozenset(joint.join(pieces[at : at + size]) for at in range(len(pieces) - size + 1))


def _textbook(transcript: Transcript) -> Note | None:
    """Phrases of written essays, which people seldom use when they talk."""
    said = f" {fold(transcript.text)} "
    spaced = not written_without_spaces(transcript.language)
    count = sum(
        said.count(f" {fold(phrase)} " if spaced else fold(phrase)) for phrase in written_phrases(transcript.language)
    )
    words = spoken_units(transcript.text, transcript.language) / (1 if spaced else 2)
    if count < _FEWEST_PHRASES or words == 0 or 100 * count / words < _PHRASES_PER_100_WORDS:
        return None
    return Note(Signal.TEXTBOOK_WORDING, round(100 * count / words, 1), "phrases in 100 words", Reliability.LOW)


def _unlike_others(transcript: Transcript, other_answers: Sequence[str]) -> Note | None:
    """Words much longer or shorter than in all other answers of the same person."""
    if written_without_spaces(transcript.language):
        return None
    own = _letters_per_word(transcript.text)
    others = [length for text in other_answers if (length := _letters_per_word(text)) is not None]
    if own is None or len(others) < _FEWEST_OTHER_ANSWERS:
        return None
    difference = own - statistics.fmean(others)
    apart = max(_UNLIKE_LETTERS, _UNLIKE_DEVIATIONS * statistics.stdev(others))
    if abs(difference) < apart:
        return None
    return Note(Signal.WORDING_UNLIKE_OTHERS, round(difference, 1), "letters in a word", Reliability.LOW)


def _letters_per_word(text: str) -> float | None:
    words = fold(text).split()
    if len(words) < _ENOUGH_WORDS:
        return None
    return sum(map(len, words)) / len(words)


def _to_the_grader(transcript: Transcript) -> Note | None:
    spans = injection_spans(transcript.text)
    if not spans:
        return None
    time = quote_start_s(QuoteMatch(spans[0].start_char, spans[0].end_char), transcript)
    offset_s = None if time is None else round(time.start_s, 1)
    return Note(Signal.ADDRESSES_THE_GRADER, float(len(spans)), "times", Reliability.MEDIUM, offset_s)
