"""What `scripts/demo --check` asserts, from outside: the API's answers and the doubles' ledgers."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from scripts.demonstration.cast import FOLLOW_UP, NOT_LISTED, Part
from scripts.demonstration.client import Http

# A job's own maximum when it states none.
MAX_FOLLOW_UPS = 2


def problems_with(
    api: Http,
    carrier: Http,
    cast: Sequence[Part],
    found: dict[str, dict[str, Any]],
    questions: Sequence[dict[str, Any]],
    link: str,
) -> list[str]:
    """One sentence for each thing that is not as it should be."""
    problems: list[str] = []
    for part in cast:
        problems += _interview_problems(api, part, found[part.phone], questions)
    problems += _carrier_problems(carrier, cast, found, questions)
    unsigned = "/webhooks/voice/answered/00000000-0000-4000-8000-000000000000"
    if _status_of(api.base_url.removesuffix("/api/v1") + unsigned) != 403:
        problems.append("an unsigned webhook was not refused with 403")
    if _status_of(link, method="GET") != 200:
        problems.append("the login link does not open")
    return problems


def _interview_problems(
    api: Http, part: Part, interview: dict[str, Any], questions: Sequence[dict[str, Any]]
) -> list[str]:
    problems = []
    if interview["status"] != "completed":
        return [f"{part.name}: the interview is {interview['status']}, not completed ({interview['next_action']})"]
    result = api.get(f"/interviews/{interview['id']}/result")
    if result["recommendation"] != part.expected:
        problems.append(f"{part.name}: {result['recommendation']} instead of {part.expected}")
    if not result["simulated"] or not interview["simulated"]:
        problems.append(f"{part.name}: not marked as simulated")
    core = [question["id"] for question in questions if not question["knockout"]]
    answered = [answer["question"]["id"] for answer in interview["answers"] if not answer["question"]["knockout"]]
    if answered != core:
        problems.append(f"{part.name}: answers {answered} instead of {core}")
    for answer in interview["answers"]:
        if answer["question"]["knockout"]:
            continue
        said = [answer["transcript"], (answer["follow_up"] or {}).get("transcript") or ""]
        for quote in answer["evidence"]:
            if not any(quote["text"] in words for words in said):
                problems.append(f"{part.name}: a quote that was never said")
        if answer["state"] == "scored" and answer["score"] is None:
            problems.append(f"{part.name}: scored without a number")
    problems += _audio_problems(api, part, interview)
    problems += _follow_up_problems(part, interview)
    return problems


def _follow_up_problems(part: Part, interview: dict[str, Any]) -> list[str]:
    """Whoever leaves key points out is asked about one of them later, whoever says them all is not."""
    asked = [answer["follow_up"] for answer in interview["answers"] if answer["follow_up"]]
    if part.manner == "strong" and asked:
        return [f"{part.name}: asked about what had been said"]
    if part.manner == "mixed" and not any(follow_up["transcript"] for follow_up in asked):
        return [f"{part.name}: nothing was asked about the key points left out"]
    return [f"{part.name}: {len(asked)} follow-ups"] if len(asked) > MAX_FOLLOW_UPS else []


def _audio_problems(api: Http, part: Part, interview: dict[str, Any]) -> list[str]:
    answer = next(a for a in interview["answers"] if not a["question"]["knockout"])
    path = f"/interviews/{interview['id']}/answers/{answer['id']}/audio"
    status, headers, body = api.raw(path, Range="bytes=0-43")
    if status != 206 or len(body) != 44 or not body.startswith(b"RIFF"):
        return [f"{part.name}: the audio does not come in ranges ({status}, {headers.get('Content-Range')})"]
    return []


def _carrier_problems(
    carrier: Http, cast: Sequence[Part], found: dict[str, dict[str, Any]], questions: Sequence[dict[str, Any]]
) -> list[str]:
    problems = []
    ledger = carrier.get("/simulator/ledger")
    for part in cast:
        if ledger["dials"].get(part.phone) != 1:
            problems.append(f"{part.name} was dialled {ledger['dials'].get(part.phone, 0)} times")
    if ledger["dials"].get(NOT_LISTED):
        problems.append("a number on no list was dialled")
    violations = carrier.get("/simulator/violations")["violations"]
    problems += [f"contract: {violation}" for violation in violations[:5]]
    phones = {part.phone for part in cast}
    for call in carrier.get("/simulator/calls")["calls"]:
        if call["to"] not in phones:
            continue
        detail = carrier.get(f"/simulator/calls/{call['sid']}")
        heard = " ".join(str(line["text"]) for line in detail["heard"])
        places = [heard.find(question["text"]) for question in questions]
        stored = sum(answer["follow_up"] is not None for answer in found[call["to"]]["answers"])
        if heard.count(FOLLOW_UP) != stored:
            problems.append(f"call {call['sid']}: {heard.count(FOLLOW_UP)} follow-ups heard, {stored} stored")
        asked = [place for place in places if place >= 0]
        if len(asked) != len(questions):
            problems.append(f"call {call['sid']}: {len(asked)} of {len(questions)} questions were heard")
        elif any(heard.count(question["text"]) != 1 for question in questions):
            problems.append(f"call {call['sid']}: a question was heard more than once")
        elif asked != sorted(asked):
            problems.append(f"call {call['sid']}: the questions came in another order")
    return problems


def _status_of(url: str, method: str = "POST") -> int:
    request = urllib.request.Request(url, b"" if method == "POST" else None, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
