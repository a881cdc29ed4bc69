"""Real Twilio, asked and not called: credentials, kind of account, the number. Run with -m live and a filled .env."""

from __future__ import annotations

import datetime as dt

import pytest

from interview.phone import PhoneNumber
from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.twilio_carrier import TwilioCarrier
from ivr.settings import BadSettings, Settings, load_settings
from scripts.vendor_checks import check_twilio
from scripts.viva import load_env_file

pytestmark = pytest.mark.live


@pytest.fixture
def settings() -> Settings:
    load_env_file()
    try:
        loaded = load_settings()
    except BadSettings as error:
        pytest.skip("no settings for a real account: " + error.sentences[0])
    if loaded.simulated:
        pytest.skip("SIMULATED=1: these tests are about the real Twilio")
    return loaded


def carrier(settings: Settings, token: str | None = None) -> TwilioCarrier:
    return TwilioCarrier(
        account_sid=settings.twilio_account_sid,
        auth_token=token or settings.twilio_auth_token.get_secret_value(),
        phone_number=settings.twilio_phone_number,
        base_url=settings.twilio_api_base_url,
        simulated=False,
    )


def test_the_account_is_active_and_the_number_can_call(settings):
    findings = check_twilio(settings)
    assert len(findings) == 2 and all(finding.is_fine for finding in findings), [one.line() for one in findings]


def test_the_gateway_can_ask_for_calls(settings):
    """To a number that nobody has: the list is empty, and the reply is read as Twilio writes it."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    assert carrier(settings).find_calls(PhoneNumber("+15005550001"), since) == []


def test_a_call_that_does_not_exist(settings):
    with pytest.raises(GatewayError) as caught:
        carrier(settings).fetch_call("CA" + "0" * 32)
    assert caught.value.trouble is Trouble.SUBJECT


def test_a_wrong_token_waits_for_configuration(settings):
    with pytest.raises(GatewayError) as caught:
        carrier(settings, token="0" * 32).fetch_call("CA" + "0" * 32)
    assert caught.value.trouble is Trouble.CONFIGURATION
