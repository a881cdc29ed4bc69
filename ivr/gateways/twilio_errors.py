"""What Twilio's error codes mean for us: this number, our configuration, or try again; each with a sentence."""

import re

from ivr.gateways.ports import GatewayError, Trouble

# Codes and their causes: https://www.twilio.com/docs/api/errors, one page a code under /docs/api/errors/<code>.
_THIS_NUMBER = {
    13223: "The carrier says that this is not a phone number.",
    13224: "The carrier cannot reach this number, or it does not exist.",
    13225: "The carrier blocks calls to this number.",
    13226: "The carrier does not know this number's country code.",
    21202: "The carrier does not place calls to premium or emergency numbers.",
    21211: "The carrier says that this is not a valid phone number.",
    21214: "The carrier cannot reach this number.",
    21216: "The carrier blocks calls to this number; for +1 the Twilio account may lack its Primary Customer Profile.",
    21217: "The carrier says that this is not a valid phone number.",
    21610: "This person has told us by text message to stop.",
    21614: "This number takes no text messages.",
    21266: "This is the number that we call from.",
}
_OUR_CONFIGURATION = {
    10001: "The Twilio account is not active: check its balance and its status in the Twilio console.",
    10002: "A Twilio trial account cannot do this: upgrade it in the Twilio console.",
    10005: "Voice calls are switched off for the Twilio account: contact Twilio's support.",
    13227: "The Twilio account may not call this country: allow it under Voice geographic permissions in the console.",
    20003: "Twilio refuses our credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
    20005: "The Twilio account is not active: check its balance and its status in the Twilio console.",
    20008: "These are Twilio's test credentials, which place no real calls: use the account's own.",
    20403: "The Twilio account is not allowed to do this: check its status and permissions in the console.",
    21203: "The Twilio account may not place international calls: allow them in the Twilio console.",
    21205: "Twilio does not accept our addresses: WEBHOOK_BASE_URL must be reachable from the internet.",
    21206: "Twilio does not accept our addresses: WEBHOOK_BASE_URL must be reachable from the internet.",
    21210: "The number that we call from is not the Twilio account's: check TWILIO_PHONE_NUMBER.",
    21212: "The number that we call from is not a valid one: check TWILIO_PHONE_NUMBER.",
    21213: "The number that we call from is missing: set TWILIO_PHONE_NUMBER.",
    21215: "The Twilio account may not call this country: allow it under Voice geographic permissions in the console.",
    21219: "A Twilio trial account calls verified numbers only: verify this one there, or upgrade.",
    21408: "The Twilio account may not write to this country: allow it under Messaging geographic permissions.",
    21606: "The number that we write from cannot send text messages: check the Messaging Service in the console.",
    21703: "The Messaging Service has no sender: add a number to it in the Twilio console.",
    573002: "A Twilio trial account must call this person from the trial number given to them: see the Twilio console.",
    573005: "A Twilio trial account calls verified numbers only: finish verifying this one, or upgrade the account.",
}
_TRY_AGAIN = {
    10004: "The Twilio account has as many calls at once as it may.",
    20429: "Twilio is asked too often at the moment.",
}
# The telephone network's own answers to a call that could not be connected: RFC 3261, section 21.
_NETWORK = {
    404: "The telephone network does not know this number.",
    410: "The telephone network says that this number is no longer in use.",
    484: "The telephone network says that digits of this number are missing.",
    604: "The telephone network does not know this number.",
}
_SORTED = ((_THIS_NUMBER, Trouble.SUBJECT), (_OUR_CONFIGURATION, Trouble.CONFIGURATION), (_TRY_AGAIN, Trouble.RETRY))
NOT_IN_PROGRESS = "21220"  # a call that is already over cannot be ended
NOT_FOUND = "20404"
_LONGEST_WAIT_S = 3_600.0


def refusal(status: int, code: int | None, *, retry_after: str | None, changes_something: bool) -> GatewayError:
    """The error for an HTTP answer that is no 2xx; ``code`` is Twilio's own number if the body had one.

    ``changes_something`` says that the request was one that must not be repeated blindly (a dial). Twilio's own
    message is left out: it repeats the phone number.
    """
    if status == 429:
        return GatewayError(
            _TRY_AGAIN[20429],
            trouble=Trouble.RETRY,
            code=str(code or 429),
            retry_after_s=_seconds(retry_after),
        )
    if status >= 500:
        return GatewayError(
            f"Twilio had a fault of its own (HTTP {status}).",
            trouble=Trouble.RETRY,
            code=str(code or status),
            unclear=changes_something,
            retry_after_s=_seconds(retry_after),
        )
    if status < 400:
        return GatewayError(
            "The carrier's address sends us elsewhere, and we follow nobody with our credentials: check "
            "TWILIO_API_BASE_URL.",
            trouble=Trouble.CONFIGURATION,
            code="redirected",
        )
    return _by_code(status, code)


def meaning_of(code: str) -> GatewayError | None:
    """What the code of a call that failed says ("21217", or "sip_404" for the network's answer); None if nothing."""
    network = code.removeprefix("sip_")
    if not network.isascii() or not network.isdigit():
        return None
    if network == code:
        return _known(int(code))
    if int(network) in _NETWORK:
        return GatewayError(_NETWORK[int(network)], trouble=Trouble.SUBJECT, code=code)
    return None


def _known(code: int | None) -> GatewayError | None:
    for table, trouble in _SORTED:
        if code in table:
            return GatewayError(table[code], trouble=trouble, code=str(code))
    return None


def _by_code(status: int, code: int | None) -> GatewayError:
    known = _known(code)
    if known is not None:
        return known
    if status == 404:
        return GatewayError("Twilio does not have this any more.", trouble=Trouble.SUBJECT, code=NOT_FOUND)
    if status in {408, 409, 423}:
        sentence = f"Twilio could not do this just now (HTTP {status})."
        return GatewayError(sentence, trouble=Trouble.RETRY, code=str(code or status))
    if status in {401, 403}:
        sentence = _OUR_CONFIGURATION[20003 if status == 401 else 20403]
        return GatewayError(sentence, trouble=Trouble.CONFIGURATION, code=str(code or status))
    # A refusal that nobody has met yet says nothing about the candidate: a person looks before anybody is given up.
    sentence = f"Twilio refused with error {code or status}: https://www.twilio.com/docs/api/errors says why."
    return GatewayError(sentence, trouble=Trouble.CONFIGURATION, code=str(code or status))


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; a date is not read, as both clocks would have to agree."""
    if retry_after is None or not re.fullmatch(r"[0-9]{1,6}", retry_after.strip()):
        return None
    return min(float(retry_after), _LONGEST_WAIT_S)
