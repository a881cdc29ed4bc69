"""Telephone numbers: E.164 from the door inward, what kind of number it is, and which list allows it.

"Possible" and "valid" are different questions (https://github.com/google/libphonenumber/blob/master/FAQ.md): a
possible number has a length that its country uses, a valid one lies in a range known to be assigned. Parsing asks for
possible only. Ranges kept for drama and tests must work (the UK's +44 7700 900xxx is possible and not valid, +1 415
555 01xx is both), and newly opened ranges are unknown to the metadata for months. What must never be dialled is
refused by class, in ``gate.may_dial``: premium, shared-cost, emergency and short, company-wide (UAN), pager, voicemail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")  # ITU-T E.164: at most 15 digits, https://www.itu.int/rec/T-REC-E.164
_PREFIX = re.compile(r"(\+[1-9][0-9]{0,14})\*")
_WRITTEN = re.compile(r"[+\uFF0B]?[\d\s().\-/\u00A0\u2010-\u2015\u2060\uFF0D]+")
_INVISIBLE = re.compile(r"[\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]")  # address books add them when copying
_LONGEST_TEXT = 40
_MASK = "******"


class NumberClass(StrEnum):
    """What kind of subscriber a number belongs to, as far as the numbering plan tells."""

    MOBILE = "mobile"
    FIXED = "fixed"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    VOIP = "voip"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    TOLL_FREE = "toll_free"
    UAN = "uan"
    PAGER = "pager"
    PERSONAL = "personal"
    VOICEMAIL = "voicemail"
    EMERGENCY_OR_SHORT = "emergency_or_short"
    UNKNOWN = "unknown"


NEVER_DIALLED = frozenset(
    {
        NumberClass.PREMIUM,
        NumberClass.SHARED_COST,
        NumberClass.EMERGENCY_OR_SHORT,
        NumberClass.UAN,
        NumberClass.PAGER,
        NumberClass.VOICEMAIL,
    }
)

# Ranges that charge the caller even where the metadata calls a single number unassigned: it can lag behind, so the
# whole range is refused. NANP 900: https://www.nanpa.com/. UK 09, 084 and 087: https://www.ofcom.org.uk/. 808 and 979:
# ITU-T E.169.2 and E.169.3.
_COSTLY_RANGES = (
    ("+1900", NumberClass.PREMIUM),
    ("+449", NumberClass.PREMIUM),
    ("+4484", NumberClass.SHARED_COST),
    ("+4487", NumberClass.SHARED_COST),
    ("+808", NumberClass.SHARED_COST),
    ("+979", NumberClass.PREMIUM),
)

_CLASSES = {
    PhoneNumberType.MOBILE: NumberClass.MOBILE,
    PhoneNumberType.FIXED_LINE: NumberClass.FIXED,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberClass.FIXED_OR_MOBILE,
    PhoneNumberType.VOIP: NumberClass.VOIP,
    PhoneNumberType.PREMIUM_RATE: NumberClass.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberClass.SHARED_COST,
    PhoneNumberType.TOLL_FREE: NumberClass.TOLL_FREE,
    PhoneNumberType.UAN: NumberClass.UAN,
    PhoneNumberType.PAGER: NumberClass.PAGER,
    PhoneNumberType.PERSONAL_NUMBER: NumberClass.PERSONAL,
    PhoneNumberType.VOICEMAIL: NumberClass.VOICEMAIL,
}


class InvalidPhoneNumber(ValueError):
    """A text that is no telephone number; its sentence is for the person who typed it and does not repeat it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidWhitelistPattern(InvalidPhoneNumber):
    """A text that is neither a whole number nor a prefix narrower than a country."""


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """A number as the carrier takes it. ``str()`` and ``repr()`` are masked, so that none reaches a log by accident."""

    e164: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise InvalidPhoneNumber("The number is not in the international form, such as +14155550100.")

    @classmethod
    def parse(cls, text: str, country: str | None = None) -> PhoneNumber:
        """The number a person wrote: international with a plus, or national with its two-letter ``country``.

        Raises:
            InvalidPhoneNumber: letters, an extension, no country, or a length which that country does not use.
        """
        written = _INVISIBLE.sub("", text).strip().removeprefix("tel:")
        if not written:
            raise InvalidPhoneNumber("The phone number is empty.")
        if len(written) > _LONGEST_TEXT or not _WRITTEN.fullmatch(written):
            raise InvalidPhoneNumber("Write one phone number in digits, without letters or an extension.")
        region = country.strip().upper() if country and country.strip() else None
        if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
            raise InvalidPhoneNumber("The country is not one of the two-letter country codes, such as US or GB.")
        if region is None and written[0] not in "+\uff0b":
            raise InvalidPhoneNumber("Start the number with + and its country code, or name the country.")
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            raise InvalidPhoneNumber("This is not a phone number that any country uses.") from None
        if region and phonenumbers.is_emergency_number(re.sub(r"\D", "", written), region):
            raise InvalidPhoneNumber("This is an emergency or short number, which is never called.")
        match phonenumbers.is_possible_number_with_reason(number):
            case ValidationResult.IS_POSSIBLE:
                return cls(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
            case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
                raise InvalidPhoneNumber("The number is too short for its country: is the area code missing?")
            case ValidationResult.TOO_LONG:
                raise InvalidPhoneNumber("The number has too many digits for its country.")
            case ValidationResult.INVALID_COUNTRY_CODE:
                raise InvalidPhoneNumber("No country has this country code.")
            case _:
                raise InvalidPhoneNumber("The number does not have a length that its country uses.")

    @property
    def masked(self) -> str:
        """Country code and the last four digits, ``+1******4321``; fewer digits of a short number."""
        code = _country_code(self.e164)
        national = self.e164[1 + len(code) :]
        shown = 4 if len(national) >= 8 else len(national) // 4
        return f"+{code}{_MASK}{national[len(national) - shown :]}"

    @property
    def is_possible(self) -> bool:
        """Whether its country uses numbers of this length."""
        number = _parsed(self.e164)
        return number is not None and (
            phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
        )

    @property
    def number_class(self) -> NumberClass:
        """What kind of number this is; UNKNOWN for a possible number in a range that nobody is known to use."""
        for prefix, costly in _COSTLY_RANGES:
            if self.e164.startswith(prefix):
                return costly
        number = _parsed(self.e164)
        if number is None:
            short = len(self.e164) <= 5
            return NumberClass.EMERGENCY_OR_SHORT if short else NumberClass.UNKNOWN
        known = _CLASSES.get(phonenumbers.number_type(number), NumberClass.UNKNOWN)
        if known is NumberClass.UNKNOWN and _is_short(number):
            return NumberClass.EMERGENCY_OR_SHORT
        return known

    def zones(self) -> tuple[str, ...]:
        """The IANA time zones in which this number may be, sorted; empty when the numbering plan tells nothing.

        A number outside every assigned range is placed by its longest known prefix, which may be a whole country.
        """
        # Half a megabyte of tables that only dialling needs: loaded at the first call, not with the web process.
        from phonenumbers import timezone

        number = _parsed(self.e164)
        if number is None:
            return ()
        found: tuple[str, ...] = timezone.time_zones_for_number(number)
        if timezone.UNKNOWN_TIMEZONE in found:
            found = timezone.time_zones_for_geographical_number(number)
        return tuple(sorted(set(found) - {timezone.UNKNOWN_TIMEZONE}))

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"


@dataclass(frozen=True, slots=True, repr=False)
class WhitelistPattern:
    """One line of the whitelist: a whole number, or every number that starts with ``start``."""

    start: str
    is_prefix: bool

    @classmethod
    def parse(cls, text: str) -> WhitelistPattern:
        """``+14155550100`` or ``+1415*``; spaces and brackets are allowed.

        Raises:
            InvalidWhitelistPattern: no number, or a prefix as wide as a whole country.
        """
        written = text.strip()
        if "*" not in written:
            try:
                return cls(PhoneNumber.parse(written).e164, is_prefix=False)
            except InvalidPhoneNumber as error:
                raise InvalidWhitelistPattern(error.sentence) from None
        found = _PREFIX.fullmatch(re.sub(r"[\s().\-]", "", written))
        if found is None:
            raise InvalidWhitelistPattern("Write a prefix as +, digits and one star at the end, such as +1415*.")
        code = _country_code(found[1])
        if len(found[1]) <= 1 + len(code):
            raise InvalidWhitelistPattern("A prefix must go beyond the country code: +1415* is fine, +1* is not.")
        return cls(found[1], is_prefix=True)

    @property
    def text(self) -> str:
        """The pattern as it is written and stored."""
        return f"{self.start}*" if self.is_prefix else self.start

    @property
    def masked(self) -> str:
        """The pattern for people who may not see whole numbers; a prefix names nobody and is shown as it is."""
        return self.text if self.is_prefix else PhoneNumber(self.start).masked

    def matches(self, number: PhoneNumber) -> bool:
        """Whether this line allows ``number``."""
        return number.e164.startswith(self.start) if self.is_prefix else number.e164 == self.start

    def __repr__(self) -> str:
        return f"WhitelistPattern({self.masked})"


def _parsed(e164: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None


def _country_code(e164: str) -> str:
    """The country code's digits: no code is the beginning of another, so the first that is known is the one."""
    digits = e164[1:]
    for length in (1, 2, 3):
        if int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return digits[:length]
    return digits[:3]


def _is_short(number: phonenumbers.PhoneNumber) -> bool:
    national = phonenumbers.national_significant_number(number)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ())
    return len(national) <= 3 or any(
        phonenumbers.is_emergency_number(national, region)
        or phonenumbers.is_valid_short_number_for_region(number, region)
        for region in regions
    )
