"""The token of a link, the times that may be chosen, and what is written to candidates in every language."""

import dataclasses
import re
import string
from datetime import UTC, datetime, time, timedelta

import pytest

from interview.appointments import may_choose, possible_times
from interview.call_in import CallIn
from interview.calling_hours import CallingHours, HoursLimit, Weekday
from interview.gate import Allowed, GateReason, Refused
from interview.link import TOKEN_LENGTH, form_stamp, is_signed, is_stamped, token_of
from interview.texting import may_mail, may_text, one_line, segments, short_name
from interview.wording import UnsupportedLanguage, supported_languages
from interview.wording.call_in import call_in_wording_for
from interview.wording.sitting import sitting_words_for
from interview.wording.written import best_of, written_for
from tests.interview.test_gate import NOON, facts

LANGUAGES = (*supported_languages(), "pt-PT")
ALL_DAY = HoursLimit.parse("00:00-24:00")
EVERY_DAY = CallingHours(time(9), time(20), frozenset(Weekday))
LINK = "https://calls.example.com/c/" + "A" * TOKEN_LENGTH
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


# --- the token


def test_a_token_is_its_links_own_and_short():
    tokens = {token_of("secret", f"link-{number}") for number in range(300)}
    assert len(tokens) == 300 and all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in tokens)
    assert token_of("secret", "link") == token_of("secret", "link") != token_of("another", "link")


def test_a_token_is_good_under_the_present_key_and_the_one_before():
    assert is_signed(token_of("old", "l"), ("new", "old"), "l") and is_signed(token_of("new", "l"), ("new", "old"), "l")
    assert not is_signed(token_of("older", "l"), ("new", "old"), "l")
    assert not is_signed(token_of("new", "other"), ("new",), "l") and not is_signed("", ("new",), "l")


def test_a_stamp_belongs_to_one_page_and_is_not_its_token():
    assert is_stamped(form_stamp("old", "token"), ("new", "old"), "token")
    assert not is_stamped(form_stamp("new", "other"), ("new",), "token") and not is_stamped("ü", ("new",), "token")
    assert form_stamp("secret", "token") != token_of("secret", "token")


# --- the times


def test_times_are_half_hours_inside_the_hours_of_the_clock():
    times = possible_times(MONDAY, ["Europe/London"], EVERY_DAY, ALL_DAY)
    assert times[0] == MONDAY + timedelta(minutes=30) and list(times) == sorted(set(times))
    local = {f"{at:%H:%M}" for at in times}
    assert min(local) == "09:00" and max(local) == "19:30" and all(at.minute in (0, 30) for at in times)
    assert len({at.date() for at in times}) == 8  # the rest of today, and the beginning of the same day next week


@pytest.mark.parametrize(("minute", "first"), [(0, 30), (14, 30), (15, 30), (16, 60), (46, 90)])
def test_the_first_time_is_never_sooner_than_a_quarter_of_an_hour(minute: int, first: int):
    times = possible_times(MONDAY + timedelta(minutes=minute), ["Europe/London"], EVERY_DAY, ALL_DAY)
    assert times[0] == MONDAY + timedelta(minutes=first)


def test_days_without_calls_have_no_times_and_two_zones_share_theirs():
    weekdays = CallingHours.parse("09:00", "20:00", ["mon", "tue"])
    assert {at.weekday() for at in possible_times(MONDAY, ["Europe/London"], weekdays, ALL_DAY)} == {0, 1}
    both = possible_times(MONDAY, ["America/New_York", "America/Los_Angeles"], EVERY_DAY, ALL_DAY, days=3)
    clocks = {f"{at:%H:%M}" for at in both}
    assert {"17:00", "23:30"} <= clocks and "16:30" not in clocks and "01:00" not in clocks
    assert possible_times(MONDAY, [], EVERY_DAY, HoursLimit.parse("08:00-21:00")) == ()


def test_the_night_of_the_change_has_no_time_that_the_clock_does_not_show():
    """New York skips from 2:00 to 3:00 on 8 March 2026."""
    hours = CallingHours(time(1), time(4), frozenset(Weekday))
    night = datetime(2026, 3, 8, 0, 0, tzinfo=UTC)
    times = [at for at in possible_times(night, ["America/New_York"], hours, ALL_DAY, days=1)]
    words = written_for("en")
    assert [words.clock(at, "America/New_York") for at in times] == ["1:00 am", "1:30 am", "3:00 am", "3:30 am"]


@pytest.mark.parametrize(
    ("wish", "fine"),
    [
        (timedelta(minutes=30), True), (timedelta(minutes=33), True), (timedelta(0), False),
        (-timedelta(hours=1), False), (timedelta(hours=12), False), (timedelta(days=7), True),
        (timedelta(days=30), False),
    ],
)  # fmt: skip
def test_a_wish_lies_ahead_soon_enough_and_in_the_hours(wish: timedelta, fine: bool):
    assert may_choose(MONDAY + wish, MONDAY, ["Europe/London"], EVERY_DAY, ALL_DAY) is fine


# --- what is written


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete_and_names_what_it_must(language: str):
    words = written_for(language)
    english = written_for("en")
    for field in dataclasses.fields(words):
        text = getattr(words, field.name)
        if not isinstance(text, str):
            continue
        assert text.strip() == text != "", field.name
        own, wanted = (names_in(getattr(one, field.name)) for one in (words, english))
        assert own == wanted, field.name
        if language not in ("en", "pt", "pt-PT") and field.name not in ("language", "date"):
            assert text != getattr(english, field.name), f"{field.name} is English still"
    assert (len(words.days), len(words.months)) == (7, 12) and len(set(words.months)) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_sitting_are_complete_too(language: str):
    words, english = sitting_words_for(language), sitting_words_for("en")
    for field in dataclasses.fields(words):
        text = getattr(words, field.name)
        assert text.strip() == text != "", field.name
        assert names_in(text) == names_in(getattr(english, field.name)), field.name
        if language != "en" and field.name not in ("language", "name", "email", "no"):
            assert text != getattr(english, field.name), f"{field.name} is English still"


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("en-US", "Tuesday, 3 March, 9:30 am"), ("es", "martes, 3 de marzo, 09:30"), ("fr-FR", "mardi 3 mars, 09:30"),
        ("de", "Dienstag, 3. März, 09:30"), ("pt-BR", "terça-feira, 3 de março, 09:30"),
        ("hi", "मंगलवार, 3 मार्च, 09:30"), ("zh-CN", "3月3日（星期二）, 09:30"),
    ],
)  # fmt: skip
def test_a_moment_in_words(language: str, moment: str):
    at = datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
    assert written_for(language).moment(at, "America/New_York") == moment


@pytest.mark.parametrize(("hour", "told"), [(0, "12:05 am"), (11, "11:05 am"), (12, "12:05 pm"), (23, "11:05 pm")])
def test_twelve_hours(hour: int, told: str):
    assert written_for("en").clock(datetime(2026, 3, 3, hour, 5, tzinfo=UTC), "UTC") == told


def test_the_first_language_that_we_have():
    assert best_of(["nl", "fr-CA", "de"], "en").language == "fr" and best_of(["nl"], "es-ES").language == "es"
    with pytest.raises(UnsupportedLanguage):
        written_for("nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_with_a_link_is_sent_as_few_messages(language: str):
    """Accents that GSM-7 does not have make a message of UCS-2: 67 characters in each part."""
    words = call_in_wording_for(language)
    most = 2 if language in ("en", "de") else 4
    for text in (words.invitation, words.missed_call, words.reminder):
        written = words.written(text, "Northgate Logistics", CallIn("+14155550100", "012345"), LINK)
        assert LINK in written and segments(written) <= most, (language, segments(written))
        assert "interview" not in written.replace(LINK, "").lower()


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 307, 3), ("é" * 160, 1), ("ó" * 70, 1), ("ó" * 71, 2), ("€" * 80, 1),
     ("€" * 81, 2), ("😀" * 35, 1), ("😀" * 36, 2)],
)  # fmt: skip
def test_how_many_messages_a_text_is(text: str, count: int):
    assert segments(text) == count


def test_names_are_one_line_and_short_enough():
    assert one_line("Acme\r\nBcc: x@example.com\x00\u2028") == "Acme Bcc: x@example.com"
    assert short_name("A" * 200) == "A" * 37 + "..." and short_name("Acme ") == "Acme"
    written = call_in_wording_for("en").written("{company}", "Acme\nSTOP", CallIn("+1", "1"))
    assert "\n" not in written


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"is_opted_out": True}, GateReason.OPTED_OUT), ({"has_consent": False}, GateReason.NO_CONSENT),
     ({"is_stopped": True}, GateReason.STOPPED), ({"whitelist": ()}, GateReason.NOT_WHITELISTED)],
)  # fmt: skip
def test_an_e_mail_is_held_to_the_gate(change: dict, reason: GateReason):
    verdict = may_mail(facts(**change))
    assert isinstance(verdict, Refused) and verdict.reason is reason


def test_an_e_mail_wakes_nobody_up():
    night = facts(now=NOON + timedelta(hours=12))
    assert isinstance(may_mail(night), Allowed) and isinstance(may_text(night), Refused)
