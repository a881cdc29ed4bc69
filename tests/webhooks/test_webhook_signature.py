"""Who gets in: Twilio's own vectors, forgeries, replays to other URLs, rotation, and what a check costs."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import create_environ, run_wsgi_app

import scripts.simulator
from ivr.webhooks.signature import LARGEST_BODY, is_genuine
from tests.webhooks.conftest import (
    ACCOUNT,
    BASE,
    CALL,
    CALL_SID,
    OLD_TOKEN,
    TOKEN,
    Door,
    FakeConversations,
    make_settings,
    sign,
)

VECTORS = json.loads((Path(scripts.simulator.__file__).parent / "contracts" / "test-vectors.json").read_text())
ANSWERED = f"/answered/{CALL}"


@pytest.fixture
def hmacs(monkeypatch):
    """Counts every HMAC, whoever computes it."""
    count = []
    real_digest, real_new = hmac.digest, hmac.new

    def digest(*arguments):
        count.append(1)
        return real_digest(*arguments)

    def new(*arguments, **more):
        count.append(1)
        return real_new(*arguments, **more)

    monkeypatch.setattr(hmac, "digest", digest)
    monkeypatch.setattr(hmac, "new", new)
    return count


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["url"])
def test_twilios_own_vectors(vector, hmacs):
    form = MultiDict(vector["params"])
    assert is_genuine(vector["url"], form, vector["signature"], [VECTORS["auth_token"]])
    assert len(hmacs) == 1
    assert not is_genuine(vector["url"], form, vector["signature"], ["another-token"])
    assert not is_genuine(vector["url"] + "&x=1", form, vector["signature"], [VECTORS["auth_token"]])
    changed = MultiDict({**vector["params"], "Digits": "9"})
    assert not is_genuine(vector["url"], changed, vector["signature"], [VECTORS["auth_token"]])


def test_a_genuine_request_costs_one_hmac(door, conversations, hmacs):
    form = door.form()
    signature = sign(TOKEN, f"{BASE}/webhooks/voice{ANSWERED}", form)
    hmacs.clear()
    assert door.post(ANSWERED, form, signature=signature).status_code == 200
    assert len(hmacs) == 1
    assert conversations.asked == [("answered", CALL, CALL_SID, None)]


def test_the_token_before_the_rotation_still_counts(door):
    assert door.post(ANSWERED, token=OLD_TOKEN).status_code == 200


def test_without_a_rotation_the_old_token_is_worth_nothing(conversations):
    door = Door(conversations, make_settings(twilio_auth_token_previous=None))
    assert door.post(ANSWERED, token=OLD_TOKEN).status_code == 403
    assert door.post(ANSWERED).status_code == 200


def test_repeated_fields_are_signed_whole(door, conversations):
    form = door.form(Extra=["two", "one", "two"])
    assert door.post(ANSWERED, form).status_code == 200
    signature = sign(TOKEN, f"{BASE}/webhooks/voice{ANSWERED}", form)
    conversations.asked.clear()
    assert door.post(ANSWERED, {**form, "Extra": ["two", "three"]}, signature=signature).status_code == 403
    assert conversations.asked == []


def test_sha_256_when_the_settings_header_says_so(door):
    url = f"{BASE}/webhooks/voice{ANSWERED}"
    header = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}
    signature = sign(TOKEN, url, door.form(), hashlib.sha256)
    assert door.post(ANSWERED, signature=signature, headers=header).status_code == 200
    assert door.post(ANSWERED, signature=signature).status_code == 403


FORGERIES = {
    "none": lambda url: {"signature": ""},
    "made up": lambda url: {"signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
    "no ASCII": lambda url: {"signature": "ünïcode"},
    "a guessed token": lambda url: {"token": "a-token-that-somebody-guessed"},
    "an empty token": lambda url: {"token": ""},
    "another path": lambda url: {"signed_url": f"{url}0"},
    "a query": lambda url: {"signed_url": f"{url}?no_input=1"},
    "another scheme": lambda url: {"signed_url": url.replace("https", "http")},
    "another host": lambda url: {"signed_url": url.replace("calls.", "attacker.")},
}
HOOKS = [ANSWERED, f"/turn/{CALL}/1", f"/status/{CALL}", f"/recording/{CALL}/1", f"/amd/{CALL}", "/fallback"]


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("path", HOOKS)
def test_whoever_cannot_sign_learns_nothing_and_changes_nothing(door, conversations, path, forgery):
    response = door.post(path, **FORGERIES[forgery](f"{BASE}/webhooks/voice{path}"))
    assert response.status_code == 403
    assert response.text == "Forbidden\n"
    assert conversations.asked == []


def test_a_signed_request_is_worth_nothing_at_another_url(door, conversations):
    """Replay: what was signed for one turn is not accepted for the next."""
    form = door.form(Digits="1")
    first = sign(TOKEN, f"{BASE}/webhooks/voice/turn/{CALL}/1", form)
    assert door.post(f"/turn/{CALL}/1", form, signature=first).status_code == 200
    conversations.asked.clear()
    for path in (f"/turn/{CALL}/2", f"/turn/{CALL}/1?no_input=1", f"/status/{CALL}"):
        assert door.post(path, form, signature=first).status_code == 403
    assert conversations.asked == []


def test_host_and_forwarding_headers_have_no_say(door):
    host = "attacker.example.com"
    misleading = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "http"}
    assert door.post(ANSWERED, headers=misleading).status_code == 200
    signed_for_them = f"http://attacker.example.com/webhooks/voice{ANSWERED}"
    assert door.post(ANSWERED, headers=misleading, signed_url=signed_for_them).status_code == 403


@pytest.mark.parametrize(
    "base", ["https://example.com/calls", "https://example.com:8443", "http://127.0.0.1:8000"]
)
def test_the_public_address_may_have_a_path_and_a_port(conversations, base):
    door = Door(conversations, make_settings(webhook_base_url=base))
    assert door.post(ANSWERED, base=base).status_code == 200
    assert door.post(f"/turn/{CALL}/1?no_input=1", base=base).status_code == 200
    assert door.post(ANSWERED, base="https://example.org").status_code == 403


def test_another_account_is_refused_even_with_our_token(door, conversations):
    for account in ("AC" + "f" * 32, None):
        assert door.post(ANSWERED, door.form(AccountSid=account)).status_code == 403
    assert door.post(ANSWERED, door.form(AccountSid=ACCOUNT)).status_code == 200
    assert len(conversations.asked) == 1


def test_a_body_over_64_kb_is_refused_before_it_is_read(door, conversations):
    assert door.post(ANSWERED, door.form(Extra="x" * (LARGEST_BODY - 1_000))).status_code == 200
    assert door.post(ANSWERED, door.form(Extra="x" * LARGEST_BODY)).status_code == 413
    assert len(conversations.asked) == 1


def test_of_a_body_that_does_not_say_its_length_no_more_is_read(door, conversations):
    class Endless:
        """A body without an end, as a chunked request has it."""

        sent = 0

        def read(self, size=-1):
            size = 65_536 if size is None or size < 0 else size
            self.sent += size
            if self.sent > 10 * LARGEST_BODY:
                raise MemoryError("the body is read without a limit")
            return b"a" * size

    environ = create_environ(
        f"/webhooks/voice{ANSWERED}",
        method="POST",
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": "x", "Transfer-Encoding": "chunked"},
    )
    # gunicorn marks a chunked body so: it ends by itself
    environ |= {"wsgi.input": Endless(), "wsgi.input_terminated": True}
    _, status, _ = run_wsgi_app(door.app, environ)
    assert status.startswith("403")
    assert 0 < environ["wsgi.input"].sent <= LARGEST_BODY
    assert conversations.asked == []


def test_the_door_has_no_other_methods():
    door = Door(FakeConversations(), make_settings())
    assert door.client.get(f"/webhooks/voice{ANSWERED}").status_code == 405
