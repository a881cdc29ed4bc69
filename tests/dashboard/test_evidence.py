"""Cutting a transcript where quotes begin and end, and drawing numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.answers import SpeechInterval, Transcript
from interview.word_times import spoken_words
from ivr.dashboard import charts, words
from ivr.dashboard.spoken import spoken
from ivr.services.evidence import Evidence, evidence_of, pieces_of
from ivr.services.views import CostView, CriterionView, FollowUpView, QuoteView
from tests.dashboard.conftest import (
    ASKED_LATER,
    INCIDENT,
    QUOTE_1,
    QUOTE_2,
    QUOTE_LATER,
    SAID,
    SAID_LATER,
    answer,
)

TEXT = "one two three four five six seven eight nine ten"


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=6))
def test_pieces_put_together_are_the_transcript(places: list[tuple[int, int]]) -> None:
    evidence = [
        Evidence(number, "x", None, (min(place), max(place)))
        for number, place in enumerate(places, start=1)
        if place[0] != place[1]
    ]
    pieces = pieces_of(TEXT, evidence)
    assert "".join(piece.text for piece in pieces) == TEXT
    for one in evidence:
        assert one.place is not None
        covered = "".join(piece.text for piece in pieces if one in piece.evidence)
        assert covered == TEXT[slice(*one.place)]
        assert sum(one in piece.begins for piece in pieces) == sum(one in piece.ends for piece in pieces) == 1


def test_quotes_are_counted_once_and_in_order() -> None:
    found = evidence_of(answer(1, INCIDENT), "en-US")
    assert [one.number for one in found] == [1, 2, 3]
    assert [one.text for one in found][:2] == [QUOTE_1, QUOTE_2]
    assert all(one.place is not None and SAID[slice(*one.place)] == one.text for one in found)


def test_a_quote_that_was_never_said_is_no_evidence() -> None:
    lie = CriterionView("clarity", 5.0, "Says so.", (QuoteView("I am the best of all", None, False),))
    corrected = replace(answer(1, INCIDENT), criteria=(lie,), key_points=(), evidence=())
    assert evidence_of(corrected, "en-US") == ()


def test_a_quote_that_a_correction_took_out_keeps_its_number_without_a_place() -> None:
    found = evidence_of(answer(1, INCIDENT, transcript="Something quite different."), "en-US")
    assert [one.place for one in found] == [None, None, None]
    assert [piece.text for piece in pieces_of("Something quite different.", found)] == ["Something quite different."]


def test_quotes_of_the_follow_up_come_after_those_of_the_answer() -> None:
    asked = answer(1, INCIDENT, follow_up=FollowUpView(ASKED_LATER, SAID_LATER))
    found = evidence_of(replace(asked, evidence=(QuoteView(QUOTE_LATER, None, True), *asked.evidence)), "en-US")
    assert [one.in_follow_up for one in found] == [False, False, False, True]
    last = found[-1]
    assert last.number == 4 and last.place is not None and SAID_LATER[slice(*last.place)] == QUOTE_LATER


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=6))
def test_words_keep_their_time_wherever_quotes_cut_them(places: list[tuple[int, int]]) -> None:
    evidence = [Evidence(n, "x", None, (min(place), max(place))) for n, place in enumerate(places, start=1)]
    words = spoken_words(Transcript(TEXT, speech=(SpeechInterval(1.0, 6.0),)))
    parts = [part for piece in spoken(pieces_of(TEXT, evidence), words) for part in piece.parts]
    assert "".join(part.text for part in parts) == TEXT
    said: dict[float, str] = {}
    for part in parts:
        assert (part.start_s is None) is part.text.isspace()
        if part.start_s is not None:
            said[part.start_s] = said.get(part.start_s, "") + part.text
    assert list(said.values()) == TEXT.split() and list(said) == [word.start_s for word in words]


def test_no_transcript_has_no_pieces() -> None:
    assert pieces_of("", ()) == ()


@pytest.mark.parametrize("score", [0.0, 0.4, 5.0, 7.0, 9.9, 10.0])
@pytest.mark.parametrize(("hire", "consider"), [(7.0, 5.0), (10.0, 0.0), (5.0, 5.0), (9.5, 9.0)])
def test_the_scale_stays_inside_and_says_itself_in_words(score: float, hire: float, consider: float) -> None:
    drawn = ElementTree.fromstring(str(charts.scale(score, hire, consider)))  # noqa: S314 - our own words
    assert f"This score is {score:.1f}." in drawn.attrib["aria-label"]
    for rect in drawn.iter("rect"):
        left, width = float(rect.attrib["x"].rstrip("%")), float(rect.attrib["width"].rstrip("%"))
        assert left >= 0 and left + width <= 100.01
    circle = drawn.find("circle")
    assert circle is not None and circle.attrib["cx"] == f"{score * 10:.1f}%"


@pytest.mark.parametrize("peaks", [(), (0,), (0, 100), tuple(range(101)) * 9])
def test_a_wave_has_a_bar_for_each_stretch_and_keeps_its_loudest(peaks: tuple[int, ...]) -> None:
    drawn = ElementTree.fromstring(str(charts.wave(peaks)))  # noqa: S314 - our own words
    heights = [float(rect.attrib["height"]) for rect in drawn.iter("rect")]
    assert len(heights) == min(len(peaks), 132)
    assert not peaks or max(heights) == max(2.0, max(peaks) / 100 * 36)


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [("0.3127", "USD", "$0.31"), ("0.00042", "USD", "$0.0004"), ("0", "USD", "$0.00"), ("1.5", "EUR", "1.50 EUR")],
)
def test_money(amount: str, unit: str, shown: str) -> None:
    assert words.money(CostView(amount, unit)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (4.4, "0:04"), (59.5, "1:00"), (702, "11:42"), (3724, "1:02:04"), (None, "")]
)
def test_lengths(seconds: float | None, shown: str) -> None:
    assert words.minutes(seconds) == shown


@pytest.mark.parametrize("number", ["+447700900118", "+14155550100", "+4930123456"])
def test_numbers_show_their_country_and_their_end(number: str) -> None:
    shown = words.masked(number)
    assert re.fullmatch(r"\+\d{1,3} ••• \d{1,4}", shown)
    assert number.endswith(shown[-2:])


def test_a_number_that_is_none_shows_nothing() -> None:
    assert words.masked("hello") == "•••"
