"""Tries the vendors with the installation's own credentials: Twilio's account and number, and the models."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3
from pydantic import SecretStr

from ivr.gateways.model_shutdowns import shutdown_of
from ivr.gateways.prices import is_priced
from ivr.model_choice import models_in_use
from ivr.settings import Settings
from scripts.finding import Finding
from scripts.http_probe import Answer, Unreachable, fetch

SOON = timedelta(days=90)

# --- the telephone ----------------------------------------------------------------------------------------------------


def check_twilio(settings: Settings) -> list[Finding]:
    """The account by its credentials, then the number that calls."""
    account, number = "Twilio account", "Twilio number"
    token = settings.twilio_auth_token.get_secret_value()
    headers = urllib3.make_headers(basic_auth=f"{settings.twilio_account_sid}:{token}")
    base = f"{settings.twilio_api_base_url}/2010-04-01/Accounts/{settings.twilio_account_sid}"
    try:
        answer = fetch(f"{base}.json", headers)
    except Unreachable as error:
        remedy = "check the network, a firewall, and TWILIO_API_BASE_URL"
        return [Finding(account, trouble=f"it cannot be reached: {error}", remedy=remedy)]
    trouble, remedy = _double_trouble(answer, settings, "TWILIO_API_BASE_URL") or _twilio_refusal(answer)
    if trouble:
        return [Finding(account, trouble=trouble, remedy=remedy)]
    found = _account(account, answer.body, settings.answer_mode)
    return [found, _number(number, base, headers, settings.twilio_phone_number)]


def _double_trouble(answer: Answer, settings: Settings, name: str) -> tuple[str, str] | None:
    """A double where the vendor is meant, or the other way round."""
    if answer.is_simulated and not settings.simulated:
        return f"a double answers at {name}", "name the real service, or set SIMULATED=1 to use doubles on purpose"
    if settings.simulated and not answer.is_simulated:
        return f"SIMULATED=1, but no double answers at {name}", "start the double, or set SIMULATED=0"
    return None


def _twilio_refusal(answer: Answer) -> tuple[str, str]:
    match answer.status:
        case 200 if isinstance(answer.body, dict) and "sid" in answer.body:
            return "", ""
        case 401 | 403:
            return "it refuses the credentials", "copy Account SID and Auth Token from the Twilio console's first page"
        case 404:
            return "it does not know this account", "check TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL"
        case status if status == 429 or status >= 500:
            return f"it cannot answer now (HTTP {status})", "look at status.twilio.com and try again later"
        case status:
            return f"this is not Twilio's answer (HTTP {status})", "check TWILIO_API_BASE_URL"


_TRIAL = "it is a trial account: Twilio dials only numbers that you have verified there, says so before each call, and"


def _account(piece: str, account: Mapping[str, Any], answer_mode: str) -> Finding:
    if account.get("status") != "active":
        return Finding(piece, trouble=f"it is {account.get('status')}", remedy="reopen it in the Twilio console")
    if account.get("type") == "Trial":
        if answer_mode == "speech":
            return Finding(
                piece, f"{_TRIAL} records nothing. With ANSWER_MODE=speech answers come as text, without any audio"
            )
        return Finding(
            piece,
            trouble=f"{_TRIAL} takes <Record> out of it, so no answer is ever recorded",
            remedy="set ANSWER_MODE=speech to get answers as text without audio, or upgrade it in the Twilio console",
        )
    if answer_mode == "speech":
        return Finding(
            piece,
            "active, a full account. ANSWER_MODE=speech keeps no audio of the answers; ANSWER_MODE=record would",
        )
    return Finding(piece, "active, a full account")


def _number(piece: str, base: str, headers: Mapping[str, str], phone: str) -> Finding:
    try:
        answer = fetch(f"{base}/IncomingPhoneNumbers.json?PhoneNumber={quote(phone, safe='')}", headers)
    except Unreachable as error:
        return Finding(piece, trouble=f"Twilio cannot be asked: {error}", remedy="try again")
    if answer.status != 200 or not isinstance(answer.body, dict):
        return Finding(piece, trouble=f"Twilio cannot be asked (HTTP {answer.status})", remedy="try again")
    # The filter also finds numbers that only contain these digits.
    found = [row for row in answer.body.get("incoming_phone_numbers", []) if row.get("phone_number") == phone]
    masked = f"the number ending in {phone[-4:]}"
    if not found:
        remedy = "set TWILIO_PHONE_NUMBER to one that does"
        return Finding(piece, trouble=f"{masked} does not belong to this account", remedy=remedy)
    if not found[0].get("capabilities", {}).get("voice"):
        return Finding(piece, trouble=f"{masked} cannot make calls", remedy="get a voice-capable number from Twilio")
    return Finding(piece, f"{masked} belongs to the account and can make calls")


# --- the models -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    """The variables that lead to one model."""

    address: str
    key: str
    model: str


_TEXT = _Names("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL")
_SPEECH = _Names("OPENAI_TRANSCRIBE_BASE_URL", "OPENAI_TRANSCRIBE_API_KEY", "OPENAI_TRANSCRIBE_MODEL")


def check_models(settings: Settings, today: date) -> list[Finding]:
    """The key and the name of each model; speech may be on a server of its own."""
    text, speech = "text model", "speech model"
    findings = []
    if settings.openai_api_key is None and settings.own_model is not None:
        findings.append(Finding(text, "no OPENAI_API_KEY: no follow-ups and no summaries are written"))
    elif settings.openai_api_key is None:
        held = "interviews are held all the same and wait to be scored"
        findings.append(Finding(text, f"no OPENAI_API_KEY: {held}"))
    else:
        address, key = settings.openai_base_url, settings.openai_api_key
        findings.append(_model(text, settings, address, key, _TEXT, today))
    speech_key = settings.openai_transcribe_api_key or settings.openai_api_key
    if speech_key is None:
        findings.append(Finding(speech, "no key either"))
    else:
        names = _Names(
            _SPEECH.address if settings.openai_transcribe_base_url else _TEXT.address,
            _SPEECH.key if settings.openai_transcribe_api_key else _TEXT.key,
            _SPEECH.model,
        )
        address = settings.openai_transcribe_base_url or settings.openai_base_url
        findings.append(_model(speech, settings, address, speech_key, names, today))
    return findings


def check_embeddings(settings: Settings, today: date) -> list[Finding]:
    """The model that finds what a candidate may be told; without a key the text model's line says all."""
    if settings.openai_api_key is None:
        return []
    names = replace(_TEXT, model="OPENAI_EMBEDDING_MODEL")
    piece = "embedding model"
    return [_model(piece, settings, settings.openai_base_url, settings.openai_api_key, names, today)]


def check_models_by_purpose(settings: Settings, today: date) -> list[Finding]:
    """The models that are named for one purpose only, and not done by a model server of one's own."""
    if settings.openai_api_key is None:
        return []
    own = settings.own_model is not None
    named = [
        ("model for questions", "OPENAI_MODEL_QUESTIONS", None if own else settings.openai_model_questions),
        ("model for checking", "OPENAI_MODEL_CHECKING", settings.openai_model_checking),
        ("model for ratings", "OPENAI_MODEL_SCORING", None if own else settings.openai_model_scoring),
        ("model for writing", "OPENAI_MODEL_WRITING", settings.openai_model_writing),
    ]
    return [
        _model(piece, settings, settings.openai_base_url, settings.openai_api_key, replace(_TEXT, model=name), today)
        for piece, name, model in named
        if model is not None
    ]


def check_own_model(settings: Settings) -> list[Finding]:
    """Whether something answers where the model server of one's own is said to be; what it says is not asked for."""
    if settings.ai_model_api_endpoint is None:
        return []
    piece, where = "own model server", urlsplit(settings.ai_model_api_endpoint).hostname
    try:
        answer = fetch(settings.ai_model_api_endpoint, {})
    except Unreachable as error:
        remedy = "start it, or check the network, a firewall, and AI_MODEL_API_ENDPOINT"
        return [Finding(piece, trouble=f"{where} cannot be reached: {error}", remedy=remedy)]
    mixed_up = _double_trouble(answer, settings, "AI_MODEL_API_ENDPOINT")
    if mixed_up:
        return [Finding(piece, trouble=mixed_up[0], remedy=mixed_up[1])]
    return [Finding(piece, f"something answers at {where}; {settings.own_model} writes questions and rates answers")]


def check_budget(settings: Settings) -> list[Finding]:
    """Whether the monthly budget sees what the models cost."""
    if settings.monthly_budget_usd is None:
        return []
    names = {*models_in_use(settings).values(), settings.openai_transcribe_model, settings.openai_embedding_model}
    unpriced = sorted(name for name in names if not is_priced(name))
    if not unpriced:
        return [Finding("budget", f"{settings.monthly_budget_usd:.2f} US dollars a month for each organisation")]
    return [
        Finding(
            "budget",
            trouble=f"the price of {', '.join(unpriced)} is not known: MONTHLY_BUDGET_USD does not see what it costs",
            remedy="add it to ivr/gateways/prices.json, or watch the vendor's own bill",
        )
    ]


def _model(piece: str, settings: Settings, base: str, key: SecretStr, names: _Names, today: date) -> Finding:
    name: str = getattr(settings, names.model.lower())
    where = urlsplit(base).hostname
    try:
        answer = fetch(f"{base}/models", {"Authorization": f"Bearer {key.get_secret_value()}"})
    except Unreachable as error:
        remedy = f"check the network, a firewall, and {names.address}"
        return Finding(piece, trouble=f"{where} cannot be reached: {error}", remedy=remedy)
    mixed_up = _double_trouble(answer, settings, names.address)
    if mixed_up:
        return Finding(piece, trouble=mixed_up[0], remedy=mixed_up[1])
    match answer.status:
        case 200 if isinstance(answer.body, dict) and isinstance(answer.body.get("data"), list):
            pass
        case 401 | 403:
            return Finding(piece, trouble=f"{where} refuses the key", remedy=f"make a new one and set {names.key}")
        case status if status == 429 or status >= 500:
            return Finding(piece, trouble=f"{where} cannot answer now (HTTP {status})", remedy="try again later")
        case status:
            remedy = f"check {names.address}, /v1 included"
            return Finding(piece, trouble=f"{where} has no list of models (HTTP {status})", remedy=remedy)
    listed = {row.get("id"): row for row in answer.body["data"] if isinstance(row, dict)}
    if name not in listed:
        return Finding(piece, trouble=f"{where} has no model {name}", remedy=f"name one that it has in {names.model}")
    # Some entries tell when the model ends, https://platform.openai.com/docs/api-reference/models/object
    known = shutdown_of(name)
    ends_on = listed[name].get("shutdown_date") or (known.isoformat() if known else None)
    return _lifetime(piece, name, names.model, ends_on, today)


def _lifetime(piece: str, name: str, variable: str, shutdown: object, today: date) -> Finding:
    if not isinstance(shutdown, str):
        return Finding(piece, name)
    with suppress(ValueError):
        end = date.fromisoformat(shutdown[:10])
        remedy = f"name a newer model in {variable}"
        if end <= today:
            return Finding(piece, trouble=f"{name} was shut down on {end}", remedy=remedy)
        if end - today < SOON:
            return Finding(piece, f"{name}, which is shut down on {end}: {remedy} before")
        return Finding(piece, f"{name}, until {end}")
    return Finding(piece, name)
