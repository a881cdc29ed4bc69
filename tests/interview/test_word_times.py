"""Each word has the time of a quote that begins with it, and the words in order are the transcript's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.answers import QuoteMatch, SpeechInterval, Transcript, WordTime, quote_start_s
from interview.word_times import spoken_words

TEXT = "First I stopped all deploys, then – slowly – I looked at the graphs. Ça suffit!"


@given(
    st.text(alphabet="ab ,.é–\n1", max_size=60),
    st.lists(st.tuples(st.floats(0, 9), st.floats(0.1, 9)), min_size=1, max_size=5),
)
def test_a_word_is_where_a_quote_that_begins_with_it_is(text: str, stretches: list[tuple[float, float]]) -> None:
    at, speech = 0.0, []
    for pause, length in stretches:
        speech.append(SpeechInterval(at + pause, at + pause + length))
        at += pause + length
    transcript = Transcript(text, speech=tuple(speech))
    words = spoken_words(transcript)
    for word in words:
        quote = quote_start_s(QuoteMatch(word.start_char, word.end_char), transcript)
        assert quote is not None and word.start_s == pytest.approx(quote.start_s, abs=1e-6)
    if words:
        assert [text[word.start_char : word.end_char] for word in words] == text.split()
        assert [word.start_s for word in words] == sorted(word.start_s for word in words)


def test_pauses_are_left_out_of_the_words() -> None:
    words = spoken_words(Transcript("aaaa bbbb", speech=(SpeechInterval(1.0, 3.0), SpeechInterval(10.0, 12.0))))
    assert [word.start_s for word in words] == [1.0, 10.0]


def test_times_of_the_transcription_itself_are_taken_as_they_are() -> None:
    times = (WordTime(6, 2.5), WordTime(0, 0.4), WordTime(8, 2.9))
    words = spoken_words(Transcript("First I stopped.", word_times=times))
    assert [word.start_s for word in words] == [0.4, 2.5, 2.9]


@pytest.mark.parametrize("transcript", [Transcript(TEXT), Transcript("– … –", speech=(SpeechInterval(0, 2),))])
def test_nothing_known_is_nothing_told(transcript: Transcript) -> None:
    assert spoken_words(transcript) == ()
