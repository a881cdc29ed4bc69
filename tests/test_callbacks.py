"""Every URL for the carrier is absolute, carries our ids and tells Twilio to try again."""

import pytest

from ivr.callbacks import Callbacks, TurnUrls

# "Connection overrides": https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#ct=2000&rt=4000&rc=3&rp=5xx,ct,rt"


@pytest.mark.parametrize("base", ["https://iv.example", "https://iv.example/"])
def test_urls(base: str):
    urls = Callbacks(base)
    root = "https://iv.example/webhooks/voice"
    assert urls.answered("c1") == f"{root}/answered/c1{RETRIES}"
    assert urls.status("c1") == f"{root}/status/c1{RETRIES}"
    assert urls.amd("c1") == f"{root}/amd/c1{RETRIES}"
    assert urls.inbound() == f"{root}/inbound{RETRIES}"
    assert urls.inbound_status() == f"{root}/inbound/status{RETRIES}"
    assert urls.for_code(2) == TurnUrls(
        action=f"{root}/inbound/code/2{RETRIES}", no_input=f"{root}/inbound/code/2?no_input=1{RETRIES}", recording=""
    )
    assert urls.sms() == f"https://iv.example/webhooks/sms{RETRIES}"
    assert urls.sms_status("m1") == f"https://iv.example/webhooks/sms/status/m1{RETRIES}"
    assert urls.fallback("en-US") == f"{root}/fallback?lang=en-US{RETRIES}"
    assert urls.for_turn("c1", 7) == TurnUrls(
        action=f"{root}/turn/c1/7{RETRIES}",
        no_input=f"{root}/turn/c1/7?no_input=1{RETRIES}",
        recording=f"{root}/recording/c1/7{RETRIES}",
    )


def test_a_base_with_a_path_is_kept_and_a_language_cannot_break_out():
    urls = Callbacks("https://iv.example/calls/")
    assert urls.status("c1") == f"https://iv.example/calls/webhooks/voice/status/c1{RETRIES}"
    assert urls.fallback("x&y#z/") == f"https://iv.example/calls/webhooks/voice/fallback?lang=x%26y%23z%2F{RETRIES}"
