"""Numbers as people write them, the class that decides whether they may ring, and the lines of the whitelist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from interview.phone import (
    NEVER_DIALLED,
    InvalidPhoneNumber,
    InvalidWhitelistPattern,
    NumberClass,
    PhoneNumber,
    WhitelistPattern,
)

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("+14155550100", None, "+14155550100"),
        ("+1 415 555 0199", None, "+14155550199"),
        ("(415) 555-0100", "us", "+14155550100"),
        ("07700 900123", "GB", "+447700900123"),
        ("+44 (0)7700 900123", None, "+447700900123"),
        ("00447700900123", "GB", "+447700900123"),
        ("tel:+447700900123", None, "+447700900123"),
        ("\u202a+447700900123\u202c", None, "+447700900123"),
        ("+\u0664\u0664\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0662\u0663", None, "+447700900123"),
        ("+39 06 12345678", None, "+390612345678"),  # Italy keeps its leading zero
        ("+15005550006", None, "+15005550006"),
        ("+1 555 000 1234", None, "+15550001234"),
    ],
)
def test_a_written_number_becomes_e164(text: str, country: str | None, e164: str) -> None:
    assert PhoneNumber.parse(text, country).e164 == e164


@pytest.mark.parametrize(
    ("text", "country", "word"),
    [
        ("", None, "empty"),
        ("4155550100", None, "country code"),
        ("5550100", "US", "too short"),
        ("+1415555010", None, "too short"),
        ("+141555501000", None, "too many"),
        ("+999 12345678", None, "any country"),
        ("4155550100", "ZZ", "two-letter"),
        ("+1 415 555 0100 x5", None, "extension"),
        ("1-800-FLOWERS", "US", "letters"),
        ("+14155550100, +14155550101", None, "one phone number"),
        ("911", "US", "emergency"),
        ("112", "DE", "emergency"),
        ("+1" * 30, None, "one phone number"),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence_that_does_not_repeat_it(
    text: str, country: str | None, word: str
) -> None:
    with pytest.raises(InvalidPhoneNumber) as caught:
        PhoneNumber.parse(text, country)
    assert word in caught.value.sentence
    assert not text or text not in caught.value.sentence


@pytest.mark.parametrize("text", ["14155550100", "+0415555", "+1415555010012345", "+1 415", "", "+14155550100\n"])
def test_a_stored_value_that_is_not_e164_is_no_number(text: str) -> None:
    with pytest.raises(InvalidPhoneNumber):
        PhoneNumber(text)


@pytest.mark.parametrize(
    ("e164", "expected"),
    [
        ("+14155550100", NumberClass.FIXED_OR_MOBILE),
        ("+33612345678", NumberClass.MOBILE),
        ("+390612345678", NumberClass.FIXED),
        ("+447700900123", NumberClass.UNKNOWN),  # Ofcom's drama range: possible, assigned to nobody
        ("+15550001234", NumberClass.UNKNOWN),
        ("+15005550006", NumberClass.PERSONAL),
        ("+18005551234", NumberClass.TOLL_FREE),
        ("+19005551234", NumberClass.PREMIUM),
        ("+19000000000", NumberClass.PREMIUM),  # unassigned, and still in the range that costs
        ("+449098790123", NumberClass.PREMIUM),
        ("+448431234567", NumberClass.SHARED_COST),
        ("+448711234567", NumberClass.SHARED_COST),
        ("+443001234567", NumberClass.UAN),
        ("+447640123456", NumberClass.PAGER),
        ("+1911", NumberClass.EMERGENCY_OR_SHORT),
        ("+49112", NumberClass.EMERGENCY_OR_SHORT),
        ("+911", NumberClass.EMERGENCY_OR_SHORT),
        ("+1211", NumberClass.EMERGENCY_OR_SHORT),
    ],
)
def test_the_class_of_a_number(e164: str, expected: NumberClass) -> None:
    assert PhoneNumber(e164).number_class is expected


def test_the_classes_that_are_never_dialled() -> None:
    assert NEVER_DIALLED.isdisjoint({NumberClass.MOBILE, NumberClass.FIXED, NumberClass.FIXED_OR_MOBILE})
    assert {NumberClass.PREMIUM, NumberClass.SHARED_COST, NumberClass.EMERGENCY_OR_SHORT} <= NEVER_DIALLED


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+12345674321", "+1******4321"),
        ("+447700900123", "+44******0123"),
        ("+35312345678", "+353******5678"),
        ("+49112", "+49******"),
    ],
)
def test_a_number_is_masked_wherever_it_is_printed(e164: str, masked: str) -> None:
    number = PhoneNumber(e164)
    assert number.masked == masked
    assert e164 not in f"{number} {number!r} {(number,)}"
    assert e164[1:] not in f"{number} {number!r} {(number,)}"


@pytest.mark.parametrize(
    ("e164", "zones"),
    [
        ("+14155550100", {"America/Los_Angeles"}),
        ("+33612345678", {"Europe/Paris"}),
        ("+447700900123", {"Europe/London", "Europe/Guernsey", "Europe/Isle_of_Man"}),
        ("+8835100012345", set()),
        ("+911", set()),
    ],
)
def test_the_zones_of_a_number(e164: str, zones: set[str]) -> None:
    assert set(PhoneNumber(e164).zones()) == zones


def test_a_number_of_no_area_may_be_in_every_zone_of_its_plan() -> None:
    zones = PhoneNumber("+15550001234").zones()
    assert {"America/New_York", "Pacific/Honolulu", "America/St_Johns"} <= set(zones)
    assert list(zones) == sorted(zones)


def test_parsing_and_classes_do_not_load_the_zone_tables() -> None:
    program = (
        "import sys; from interview.phone import PhoneNumber as P; P.parse('+14155550100').number_class; "
        "before = 'phonenumbers.tzdata' in sys.modules or 'phonenumbers.timezone' in sys.modules; "
        "P.parse('+14155550100').zones(); sys.exit(not (not before and 'phonenumbers.timezone' in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60, cwd=ROOT).returncode == 0


@pytest.mark.parametrize(
    ("pattern", "e164", "expected"),
    [
        ("+14155550100", "+14155550100", True),
        ("+1 (415) 555-0100", "+14155550100", True),
        ("+14155550100", "+14155550101", False),
        ("+1415*", "+14155550100", True),
        ("+1 415 *", "+14155550100", True),
        ("+1415*", "+14165550100", False),
        ("+4477009*", "+447700900123", True),
        ("+4477009*", "+447700800123", False),
        ("+141555501*", "+14155550100", True),
    ],
)
def test_a_whitelist_line_matches(pattern: str, e164: str, expected: bool) -> None:
    assert WhitelistPattern.parse(pattern).matches(PhoneNumber(e164)) is expected


@pytest.mark.parametrize(
    "text", ["", "*", "+*", "+1*", "+44*", "+353*", "1415*", "+1415**", "+1*415", "+1415%", "+1415"]
)
def test_a_line_that_would_open_too_much_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidWhitelistPattern):
        WhitelistPattern.parse(text)


@pytest.mark.parametrize("text", ["+14155550100", "+1415*"])
def test_a_whitelist_line_reads_back_as_it_was_written(text: str) -> None:
    assert WhitelistPattern.parse(text).text == text
    assert WhitelistPattern.parse(WhitelistPattern.parse(text).text) == WhitelistPattern.parse(text)


def test_a_whitelist_line_is_masked_unless_it_names_nobody() -> None:
    assert repr(WhitelistPattern.parse("+14155550100")) == "WhitelistPattern(+1******0100)"
    assert repr(WhitelistPattern.parse("+1415*")) == "WhitelistPattern(+1415*)"
