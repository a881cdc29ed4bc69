"""When each word of a transcript was said, so that a reader can follow the audio and jump to a word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from interview.answers import SpeechInterval, Transcript

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """``text[start_char:end_char]`` of the transcript, a word with its punctuation, begins at ``start_s``."""

    start_char: int
    end_char: int
    start_s: float


def spoken_words(transcript: Transcript) -> tuple[SpokenWord, ...]:
    """Every word with its time, in order; empty when nothing is known of the audio.

    A word is where a quote that begins with it is (``quote_start_s``): by the transcription's own times where it gave
    them, else the letters are spread evenly over the detected speech. Read once from front to back.
    """
    words = list(_WORD.finditer(transcript.text))
    if transcript.word_times:
        return _by_given_times(words, transcript)
    speech = sorted((i for i in transcript.speech if i.end_s > i.start_s), key=lambda interval: interval.start_s)
    letters = sum(map(str.isalnum, transcript.text))
    if not speech or not letters:
        return ()
    length_s = sum(interval.end_s - interval.start_s for interval in speech)
    found, before = [], 0
    place = _Place(speech)
    for word in words:
        found.append(SpokenWord(word.start(), word.end(), place.after(before / letters * length_s)))
        before += sum(map(str.isalnum, word[0]))
    return tuple(found)


def _by_given_times(words: Sequence[re.Match[str]], transcript: Transcript) -> tuple[SpokenWord, ...]:
    times = sorted(transcript.word_times, key=lambda time: time.start_char)
    found, at = [], 0
    for word in words:
        while at + 1 < len(times) and times[at + 1].start_char <= word.start():
            at += 1
        found.append(SpokenWord(word.start(), word.end(), times[at].start_s))
    return tuple(found)


class _Place:
    """Where in the audio so many seconds of speech are over; asked for growing numbers."""

    def __init__(self, speech: Sequence[SpeechInterval]) -> None:
        self._speech = speech
        self._number = 0
        self._passed_s = 0.0

    def after(self, spoken_s: float) -> float:
        while self._number < len(self._speech):
            interval = self._speech[self._number]
            length_s = interval.end_s - interval.start_s
            if spoken_s - self._passed_s < length_s:
                return interval.start_s + spoken_s - self._passed_s
            self._passed_s += length_s
            self._number += 1
        return self._speech[-1].end_s
