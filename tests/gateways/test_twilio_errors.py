"""What the code of a call that failed says, and to whom."""

import pytest

from ivr.gateways.ports import Trouble
from ivr.gateways.twilio_errors import meaning_of


@pytest.mark.parametrize("code", ["21217", "21211", "13224", "sip_404", "sip_410", "sip_484", "sip_604"])
def test_the_number_itself_is_at_fault(code: str) -> None:
    meaning = meaning_of(code)
    assert meaning is not None and meaning.trouble is Trouble.SUBJECT
    assert meaning.code == code and meaning.message.endswith(".")


def test_our_account_is_at_fault() -> None:
    meaning = meaning_of("13227")
    assert meaning is not None and meaning.trouble is Trouble.CONFIGURATION and "permissions" in meaning.message


def test_it_may_go_better_next_time() -> None:
    meaning = meaning_of("10004")
    assert meaning is not None and meaning.trouble is Trouble.RETRY


@pytest.mark.parametrize("code", ["sip_503", "sip_603", "sip_480", "sip_", "99999", "404", "unclear", "", "²"])
def test_nothing_is_read_into_other_codes(code: str) -> None:
    assert meaning_of(code) is None
