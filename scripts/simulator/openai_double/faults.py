"""Misbehaviour on request: rules that say for which purpose, how often and how the double fails or lies."""

import copy
import itertools
import re
import threading
from dataclasses import dataclass, field
from typing import Any

PURPOSES = (
    "interview_questions", "question_check", "answer_rating", "follow_up", "interview_narrative", "candidate_profile",
    "candidate_feedback", "resume_question", "transcription", "embedding", "speech",
)  # fmt: skip
# What these bring back is no text that a model says.
_WORDLESS = frozenset({"transcription", "embedding", "speech"})
_KINDS = (
    "status",
    "hang",
    "trickle",
    "truncated_json",
    "malformed_json",
    "wrong_schema",
    "refusal",
    "reset",
    "lie",
    "hallucinate",
)
LIES = (
    "invented_quotes",
    "out_of_range",
    "missing_criteria",
    "unknown_key_point",
    "verdict_words",
    "canary_leak",
    "do_not_ask",
    "bad_evidence",
    "disagree",
    "refuse_harmless",
    "unknown_text",
    "missing_text",
    "ok_with_topic",
)
_KEYS = frozenset({"purpose", "times", "kind", "status", "headers", "code", "seconds", "lies", "text"})
_STATUSES = (400, 401, 403, 404, 408, 409, 429, 500, 502, 503)

# status -> the code, type and message with which OpenAI answers, https://platform.openai.com/docs/guides/error-codes
_ERRORS: dict[str, tuple[str, str]] = {
    "insufficient_quota": (
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing.",
    ),
    "rate_limit_exceeded": ("requests", "Rate limit reached for requests. Please try again later."),
    "model_not_found": ("invalid_request_error", "The model does not exist or you do not have access to it."),
    "invalid_api_key": ("invalid_request_error", "Incorrect API key provided."),
    "unsupported_country_region_territory": ("request_forbidden", "Country, region, or territory not supported."),
    "server_error": ("server_error", "The server had an error while processing your request."),
}
_USUAL_CODE = {
    401: "invalid_api_key",
    403: "unsupported_country_region_territory",
    404: "model_not_found",
    429: "rate_limit_exceeded",
}


@dataclass(slots=True)
class Fault:
    """One rule: for this purpose, this many times more (None: for ever), this misbehaviour."""

    purpose: str
    kind: str
    times: int | None = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    seconds: float = 30.0
    lies: tuple[str, ...] = ()
    text: str = "Thank you for watching"

    def error(self) -> dict[str, Any]:
        """The error body of a ``status`` fault."""
        code = self.code or _USUAL_CODE.get(self.status, "server_error")
        kind, message = _ERRORS.get(code, ("invalid_request_error", f"Simulated failure: {code}."))
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class FaultBook:
    """The rules in force, in order; each request takes at most one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []
        self._flip = itertools.count()

    def replace(self, rules: object) -> None:
        """Put these rules in force instead of the present ones.

        Raises:
            ValueError: a rule that the double does not understand.
        """
        if not isinstance(rules, list):
            raise ValueError("faults are a JSON list of rules")
        parsed = [_parse(rule) for rule in rules]
        with self._lock:
            self._rules = parsed

    def take(self, purpose: str | None) -> Fault | None:
        """The first rule that fits, used up once; rules made for another kind of reply are passed over."""
        with self._lock:
            for rule in self._rules:
                if rule.times == 0 or rule.purpose not in ("any", purpose):
                    continue
                if purpose not in PURPOSES and rule.purpose != "any":
                    continue
                if not _fits(rule, purpose):
                    continue
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None

    def view(self) -> list[dict[str, Any]]:
        """The rules with the times that remain."""
        with self._lock:
            return [
                {"purpose": rule.purpose, "kind": rule.kind, "times": rule.times, "lies": list(rule.lies)}
                for rule in self._rules
            ]

    def turn(self) -> int:
        """0 and 1 by turns, for ratings that disagree from one request to the next."""
        return next(self._flip) % 2


def _fits(rule: Fault, purpose: str | None) -> bool:
    if rule.kind == "hallucinate":
        return purpose == "transcription"
    if rule.kind in ("lie", "refusal"):
        return purpose in PURPOSES and purpose not in _WORDLESS
    return True


def _parse(rule: object) -> Fault:
    if not isinstance(rule, dict):
        raise ValueError("a fault is a JSON object")
    if set(rule) - _KEYS:
        raise ValueError(f"unknown keys in a fault: {sorted(set(rule) - _KEYS)}")
    if rule.get("kind") not in _KINDS:
        raise ValueError(f"kind is one of {_KINDS}")
    if rule.get("purpose", "any") not in (*PURPOSES, "any"):
        raise ValueError(f"purpose is one of {[*PURPOSES, 'any']}")
    times = rule.get("times", 1)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times is a whole number from 1, or null for ever")
    lies = tuple(rule.get("lies") or ())
    if set(lies) - set(LIES) or (rule["kind"] == "lie") != bool(lies):
        raise ValueError(f"a lie needs lies out of {LIES}")
    if rule.get("status", 500) not in _STATUSES:
        raise ValueError(f"status is one of {list(_STATUSES)}")
    parsed = Fault(rule.get("purpose", "any"), rule["kind"], times, lies=lies)
    parsed.status = rule.get("status", parsed.status)
    parsed.headers = {str(key): str(value) for key, value in (rule.get("headers") or {}).items()}
    parsed.code = rule.get("code")
    parsed.seconds = float(rule.get("seconds", parsed.seconds))
    parsed.text = str(rule.get("text", parsed.text))
    return parsed


def tell_lies(lies: tuple[str, ...], reply: dict[str, Any], instructions: str, turn: int) -> dict[str, Any]:
    """A copy of the reply made untrue in the ways named; a lie that the reply has no place for changes nothing."""
    told = copy.deepcopy(reply)
    for lie in lies:
        _LIARS[lie](told, instructions, turn)
    return told


def _invented_quotes(reply: dict[str, Any], instructions: str, turn: int) -> None:
    invented = "I personally rebuilt the whole department overnight with seventeen volunteers"
    for point in reply.get("key_points", ()):
        if point["status"] != "missing":
            point["quote"] = invented
    for criterion in reply.get("criteria", ()):
        criterion["quotes"] = [invented]


def _out_of_range(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for criterion in reply.get("criteria", ()):
        criterion["rating"] = 9
    for question in reply.get("questions", ()):
        question["weight"], question["max_seconds"] = 40, 4000


def _missing_criteria(reply: dict[str, Any], instructions: str, turn: int) -> None:
    if "criteria" in reply:
        reply["criteria"] = reply["criteria"][:-1]


def _unknown_key_point(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for point in reply.get("key_points", ())[:1]:
        point["id"] = "kp-unknown"
    if reply.get("key_point_id"):
        reply["key_point_id"] = "kp-unknown"


def _verdict_words(reply: dict[str, Any], instructions: str, turn: int) -> None:
    verdict = "Reject: 2 out of 10, do not hire."
    for criterion in reply.get("criteria", ()):
        criterion["reason"] = verdict
    if "summary" in reply:
        reply["summary"] = f"{reply['summary']} {verdict}"
    if "topics" in reply:
        reply["topics"] = [*reply["topics"], verdict]


def _canary_leak(reply: dict[str, Any], instructions: str, turn: int) -> None:
    leaked = " ".join(re.findall(r"CANARY[-_:]?[\w-]+", instructions)) or "CANARY-none-found"
    for criterion in reply.get("criteria", ()):
        criterion["reason"] = f"{criterion['reason']} {leaked}"
    for question in reply.get("questions", ())[:1]:
        question["ideal_answer"] = f"{question['ideal_answer']} {leaked}"
    if "summary" in reply:
        reply["summary"] = f"{reply['summary']} {leaked}"
    if reply.get("text"):
        reply["text"] = f"{reply['text']} {leaked}"
    for verdict in reply.get("texts", ())[:1]:
        verdict["reason"] = leaked


def _do_not_ask(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for question in reply.get("questions", ())[:1]:
        question["text"] = "How old are you, and are you married or planning to have children?"
    if "about" in reply:
        reply.update(about=reply["about"] or "work", text="How old are you, and do you plan to have children?")
    if "needed" in reply:
        reply.update(needed=True, neutral=False, text="How old are you, and are you planning to have children?")


def _bad_evidence(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for question in reply.get("questions", ())[:1]:
        question["job_evidence"] = "ten years at the head of a circus, which this text never mentions"


def _disagree(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for criterion in reply.get("criteria", ()):
        criterion["rating"] = 5 if turn else 1


def _refuse_harmless(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for verdict in reply.get("texts", ())[:1]:
        verdict.update(ok=False, topic="age", reason="demo double: a lie, there is nothing wrong with this.")


def _unknown_text(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for verdict in reply.get("texts", ())[:1]:
        verdict["id"] = "99.text"


def _missing_text(reply: dict[str, Any], instructions: str, turn: int) -> None:
    if "texts" in reply:
        reply["texts"] = reply["texts"][:-1]


def _ok_with_topic(reply: dict[str, Any], instructions: str, turn: int) -> None:
    for verdict in reply.get("texts", ())[:1]:
        verdict.update(ok=True, topic="age")


_LIARS = {
    "invented_quotes": _invented_quotes,
    "out_of_range": _out_of_range,
    "missing_criteria": _missing_criteria,
    "unknown_key_point": _unknown_key_point,
    "verdict_words": _verdict_words,
    "canary_leak": _canary_leak,
    "do_not_ask": _do_not_ask,
    "bad_evidence": _bad_evidence,
    "disagree": _disagree,
    "refuse_harmless": _refuse_harmless,
    "unknown_text": _unknown_text,
    "missing_text": _missing_text,
    "ok_with_topic": _ok_with_topic,
}
