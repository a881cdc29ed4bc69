"""Every operation against everybody who may ask: no key, a wrong one, one that is over, each scope, another house.

The table of operations is the list: an operation without an example here, or with an id that nobody makes here, fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as member
from functools import cache, cached_property
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from db.columns import new_id
from db.models import AnswerState, CalibrationAnswer, CalibrationRound, Role, Scope
from db.repositories.events import record
from interview.lifecycle import InterviewStatus
from ivr.api.blueprint import openapi_text, operations
from ivr.api.operations import Operation
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.services.call_lists import WhitelistDraft
from ivr.services.candidate_requests import RequestDraft
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.drafts import RubricDraft
from ivr.services.live_events import LiveEventService
from ivr.services.webhook_views import WebhookEndpointDraft
from tests.api.conftest import Caller, make_settings
from tests.factories import (
    NOW,
    make_answer,
    make_call,
    make_candidate,
    make_interview,
    make_job,
    make_organisation,
    make_rating,
    make_recording,
    make_result,
)

House = dict[str, str]
_PARAMETER = re.compile(r"\{(\w+)\}")
_ASKED = (
    "When have you solved a problem that nobody else saw, and what did you do?",
    "How did you plan the work when several colleagues were away at once?",
    "Whom have you trained to solve problems, and how did you know that it worked?",
)
_QUESTION = {
    "competency": "Solving", "type": "behavioral",
    "key_points": ["names the cause", "explains the steps", "states the result"],
    "anchors": {"1": "Nothing.", "3": "Some steps.", "5": "Cause, steps and result."},
    "ideal_answer": "I named the cause, explained the steps and stated the result.", "job_evidence": "solve problems",
}  # fmt: skip

# What a request of each operation carries, where it must carry something. ``h`` is the house whose ids it names.
BODIES: Mapping[str, Callable[[House], Any]] = {
    "create_job": lambda h: {"title": "Cook", "description": "You solve problems.", "rubric_id": h["rubric_id"]},
    "replace_questions": lambda h: {"questions": [{"text": text, **_QUESTION} for text in _ASKED]},
    "create_rubric": lambda h: {"name": "Nursing"},
    "replace_rubric": lambda h: {"name": "Nursing"},
    "create_candidate": lambda h: {"name": "Bo", "phone": h["new_phone"]},
    "import_candidates": lambda h: {"csv": "name,phone\nCy,+14155550188\n"},
    "put_candidate_groups": lambda h: {"groups": {"gender": "woman"}},
    "create_interview": lambda h: {"job_id": h["job_id"], "candidate_id": h["free_candidate_id"]},
    "confirm_knockout": lambda h: {"passed": True},
    "change_answer": lambda h: {"human_feedback": "Clear."},
    "create_review": lambda h: {"decision": "hire", "reason": "Named the cause, the steps and the result."},
    "create_campaign": lambda h: {"job_id": h["job_id"], "name": "Spring", "candidate_ids": [h["candidate_id"]]},
    "create_calibration": lambda h: {
        "name": "Round", "raters": ["Ann", "Bo"], "job_id": h["job_id"], "answer_ids": [h["answer_id"]],
    },
    "rate_calibration": lambda h: {"rater": "Ann", "levels": [{"answer_id": h["answer_id"], "level": 3}]},
    "put_control_answers": lambda h: {
        "answers": [{"question_id": "q1", "transcript": "I named the cause and the steps.", "score": 6}]
    },
    "add_to_whitelist": lambda h: {"pattern": "+14155550177"},
    "add_opt_out": lambda h: {"phone": "+14155550166"},
    "create_api_key": lambda h: {"name": "Robot", "scopes": ["read"]},
    "invite_user": lambda h: {"email": h["new_email"], "name": "New", "role": "viewer"},
    "start_test_call": lambda h: {"phone": h["test_phone"]},
    "create_request": lambda h: {
        "kind": "contest", "candidate_id": h["candidate_id"], "interview_id": h["interview_id"],
        "answer_id": h["answer_id"],
    },
    "resolve_request": lambda h: {"note": "Spoke with the candidate."},
    "create_webhook_endpoint": lambda h: {"url": "https://ats.example.com/hooks"},
}  # fmt: skip
# What must stand after the question mark of an operation.
QUERIES = {"compare_answers": "?question_id=q1"}
# Operations whose body may be left out, or is empty.
NO_BODY_NEEDED = {
    "change_job", "generate_questions", "approve_questions", "regenerate_question", "change_candidate",
    "cancel_interview", "retry_interview", "call_now", "hang_up", "invite_candidate", "rescore_interview",
    "pause_campaign", "resume_campaign", "cancel_campaign", "rotate_api_key", "change_user", "reset_user",
    "change_organisation", "set_stop", "change_webhook_endpoint", "rotate_webhook_secret", "test_webhook_endpoint",
    "replay_delivery", "write_feedback",
}  # fmt: skip
# What an operation without an id answers to its own scope, where that is not its plain success, and why.
OTHERWISE = {
    "get_organisation_logo": (404, "not_found"),  # there is none yet
    "hear_question": (503, "speech_unavailable"),  # no model that speaks is configured
    "create_calibration": (409, "too_few_answers"),  # a round wants thirty
}


@dataclass
class World:
    """Two houses with the same things in each, a third one for trying scopes, and their callers."""

    app: Flask
    services: Services
    ours: House
    theirs: House
    third: House
    _callers: dict[tuple[str, tuple[Scope, ...]], Caller] = member(default_factory=dict)

    def caller(self, house: House, *scopes: Scope) -> Caller:
        """The same key for the same scopes: a house's keys still fit on one page."""
        name = (house["organisation_id"], scopes or tuple(Scope))
        if name not in self._callers:
            actor = Actor(house["organisation_id"], "system", "system")
            self._callers[name] = Caller(self.app, self.services.access.create_key(actor, "Test", name[1]).key or "")
        return self._callers[name]

    @cached_property
    def revoked_key(self) -> str:
        """A key of ours that was good once."""
        actor = Actor(self.ours["organisation_id"], "system", "system")
        over = self.services.access.create_key(actor, "Over", list(Scope))
        self.services.access.authenticate_key(over.key or "")
        self.services.access.revoke_key(actor, over.id)
        return over.key or ""


def make_house(services: Services, number: int) -> House:
    """One of everything that an id can name."""
    database = services.database
    organisation_id = make_organisation(database, slug=f"house-{number}")
    actor = Actor(organisation_id, "system", "system")
    job_id = make_job(database, organisation_id)
    resume_key = f"{organisation_id}/resumes/one.txt"
    services.store.put(resume_key, b"Cook since 2019.", "text/plain")
    candidate_id = make_candidate(database, organisation_id, resume_key=resume_key, resume_kind="txt")
    interview_id = make_interview(
        database, organisation_id=organisation_id, job_id=job_id, candidate_id=candidate_id
    )
    call_id = make_call(database, interview_id, carrier_sid=f"CA{number:032x}")
    answer_id = ""
    for question in ("q1", "q2"):
        sid = make_recording(database, call_id, turn=int(question[1]), number=number)
        services.store.put(f"{sid}.wav", b"RIFF....", "audio/wav")
        answer_id = make_answer(database, interview_id, question, recording_sid=sid, state=AnswerState.SCORED)
        make_rating(database, answer_id)
    make_result(database, interview_id, status=InterviewStatus.COMPLETED)
    gone = make_candidate(database, organisation_id)
    calibration = CalibrationRound(
        id=new_id(), organisation_id=organisation_id, name="Round", raters=["Ann", "Bo"], created_by="key:x",
        job_id=job_id, created_at=NOW,
    )  # fmt: skip
    with database.write() as unit:
        unit.session.add(calibration)
        unit.session.flush()
        unit.session.add(
            CalibrationAnswer(
                organisation_id=organisation_id, round_id=calibration.id, position=1, answer_id=answer_id, score=7.25,
                created_at=NOW,
            )
        )  # fmt: skip
    campaign_caller = Caller(
        create_app(services, services.settings), services.access.create_key(actor, "Maker", list(Scope)).key or ""
    )
    campaign = campaign_caller.post(
        "/campaigns", json={"job_id": job_id, "name": "Spring", "candidate_ids": [candidate_id]}
    )
    assert campaign.status_code == 201, campaign.text
    users = services.users
    users.create_user(actor, f"boss{number}@example.com", "Boss", Role.ADMIN)
    listed = ("+14155550123", f"+1415555012{3 + number}")
    entry = services.call_lists.add_to_whitelist(
        actor, [WhitelistDraft(phone) for phone in listed], may_add_prefixes=False
    )[0]
    services.test_calls.start(actor, job_id, listed[1])
    endpoint_id = services.webhook_endpoints.create(
        actor, WebhookEndpointDraft("https://ats.example.com/hooks", ("*",), "", None, {})
    ).id
    with database.write() as unit:
        event_id = record(
            unit.session, organisation_id=organisation_id, type="interview.queued", subject_kind="interview",
            subject_id=interview_id, actor="system",
        ).id  # fmt: skip
    return {
        "organisation_id": organisation_id,
        "job_id": job_id,
        "question_id": "q1",
        "candidate_id": candidate_id,
        "free_candidate_id": make_candidate(database, organisation_id),
        "interview_id": interview_id,
        "answer_id": answer_id,
        "campaign_id": campaign.json["id"],
        "calibration_id": calibration.id,
        "rubric_id": services.rubrics.create(actor, RubricDraft(name="Nursing", language="en-US")).id,
        "erasure_id": services.erasures.request(actor, gone).id,
        "entry_id": entry.id or "",
        "opt_out_id": services.call_lists.add_opt_out(actor, "+14155550199").id,
        "key_id": services.access.create_key(actor, "Robot", ["read"]).id,
        "user_id": users.create_user(actor, f"anna{number}@example.com", "Anna", Role.VIEWER).id,
        "endpoint_id": endpoint_id,
        "delivery_id": services.webhook_endpoints.test(actor, endpoint_id).id,
        "request_id": services.candidate_requests.create(actor, RequestDraft("human", candidate_id)).id,
        "last_event_id": event_id,
        "test_phone": listed[1],
        "new_phone": f"+1415555013{number}",
        "new_email": f"new{number}@example.com",
    }


@pytest.fixture(scope="module")
def world(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("houses")
    (folder / "viva.sqlite3").write_bytes(sqlite_template.read_bytes())
    services = build_services(
        make_settings(
            database_url=f"sqlite:///{folder}/viva.sqlite3", redis_url="redis://127.0.0.1:9/0", instance_dir=folder,
            storage_url=f"file://{folder}/files", calling_hours_limit="00:00-24:00", rate_limit_per_minute=100_000,
            rate_limit_interviews_per_minute=100_000,
        )
    )  # fmt: skip
    # A stream that is followed ends by itself, before it has to show that it is alive.
    live = LiveEventService(
        services.database, services.live_events._news, services.event_objects, services.clock,
        life_s=0.05, heartbeat_s=60,
    )  # fmt: skip
    services = replace(services, live_events=live)
    services.access.ensure_first_key()
    houses = [make_house(services, number) for number in (1, 2, 3)]
    yield World(create_app(services, services.settings), services, *houses)
    services.database.dispose()


def send(caller: Any, operation: Operation, house: House, ids: Mapping[str, str] | None = None) -> TestResponse:
    """The operation's example request with this house's ids; ``ids`` are those of the path."""
    found = house if ids is None else ids
    path = _PARAMETER.sub(lambda match: found[match[1]], operation.path) + QUERIES.get(operation.name, "")
    body = BODIES[operation.name](house) if operation.name in BODIES else None
    more = {} if body is None else {"json": body}
    return whole(getattr(caller, operation.method.lower())(path, **more))


def whole(response: TestResponse) -> TestResponse:
    """The answer read to its end, so that a stream gives its place back."""
    response.get_data()
    response.close()
    return response


def code_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, (response.json or {}).get("code", "") if response.status_code >= 400 else ""


class Nowhere(dict[str, str]):
    """Ids of things that nobody has; a question's is a short word."""

    def __missing__(self, name: str) -> str:
        return "q1" if name == "question_id" else str(uuid4())


@cache
def by_name() -> Mapping[str, Operation]:
    return {operation.name: operation for operation in operations()}


EVERY = pytest.mark.parametrize("name", list(by_name()))
WITH_IDS = pytest.mark.parametrize("name", [name for name, one in by_name().items() if "{" in one.path])


def test_every_operation_has_its_example() -> None:
    names = set(by_name())
    for operation in operations():
        needs = operation.body is not None and operation.name not in NO_BODY_NEEDED
        assert not needs or operation.name in BODIES, f"give {operation.name} an example in BODIES or NO_BODY_NEEDED"
    assert names >= set(BODIES) | NO_BODY_NEEDED | set(OTHERWISE) | set(QUERIES), "take off what is gone"


@EVERY
def test_nobody_asks_without_a_key_that_is_good(world: World, name: str) -> None:
    operation, client = by_name()[name], world.app.test_client()
    path = "/api/v1" + _PARAMETER.sub(lambda match: world.ours[match[1]], operation.path)
    for headers, code in (
        ({}, "key_missing"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, "key_missing"),
        ({"Authorization": "Bearer vv_wrong"}, "key_invalid"),
        ({"X-API-Key": world.revoked_key}, "key_invalid"),
    ):
        response = client.open(path, method=operation.method, headers=headers)
        assert code_of(response) == (401, code)
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.content_type == "application/problem+json"
    assert code_of(client.open(f"{path}?api_key={world.revoked_key}", method=operation.method)) == (401, "key_missing")


@EVERY
def test_each_scope_opens_its_own_operations_and_no_other(world: World, name: str) -> None:
    operation = by_name()[name]
    for scope in Scope:
        response = send(world.caller(world.third, scope), operation, world.third, Nowhere())
        if scope is not operation.scope:
            assert code_of(response) == (403, "scope_missing"), scope
        elif "{" in operation.path:
            assert code_of(response) == (404, "not_found"), response.text
        elif name in OTHERWISE:
            assert code_of(response) == OTHERWISE[name], response.text
        else:
            assert response.status_code == operation.status, response.text
        assert response.headers["X-Request-ID"]
    world.services.stop_switch.set_stopped(Actor(world.third["organisation_id"], "x", "system"), stopped=False)


@WITH_IDS
def test_another_house_finds_nothing(world: World, name: str) -> None:
    """Ours asked for by their key that may do everything: as if it had never been."""
    operation = by_name()[name]
    stranger = world.caller(world.theirs)
    foreign = send(stranger, operation, world.theirs, world.ours)
    nowhere = send(stranger, operation, world.theirs, Nowhere())
    assert code_of(foreign) == code_of(nowhere) == (404, "not_found")
    unlike = {"request_id"}
    told, untold = ({k: v for k, v in (one.json or {}).items() if k not in unlike} for one in (foreign, nowhere))
    assert told == untold, "the answer says nothing of whether it is there"


@pytest.mark.parametrize("name", [name for name in BODIES if _PARAMETER.search(by_name()[name].path) is None])
def test_a_body_names_nothing_of_another_house(world: World, name: str) -> None:
    """Each id in a body on its own, changed for one of another house: the answer is that of an id nobody has."""
    operation, stranger = by_name()[name], world.caller(world.theirs)
    for field, value in BODIES[name](world.theirs).items():
        if not field.endswith(("_id", "_ids")):
            continue
        key = next(key for key, own in world.theirs.items() if own == value or [own] == value)
        answers = []
        for other in (world.ours[key], str(uuid4())):
            body = {**BODIES[name](world.theirs), field: [other] if isinstance(value, list) else other}
            response = getattr(stranger, operation.method.lower())(operation.path, json=body)
            assert response.status_code in {404, 422}, response.text
            answers.append((*code_of(response), (response.json or {}).get("errors")))
        assert answers[0] == answers[1]


def names_a_thing(field: str) -> bool:
    """Whether a field of a query holds an id of ours: an external one is theirs to choose, every job has a q1."""
    return field.endswith("_id") and field not in {"external_id", "question_id"}


@pytest.mark.parametrize(
    "name",
    [name for name, one in by_name().items() if any(map(names_a_thing, one.query.model_fields))],
)
def test_a_filter_finds_nothing_of_another_house(world: World, name: str) -> None:
    operation, stranger = by_name()[name], world.caller(world.theirs)
    for field in operation.query.model_fields:
        if names_a_thing(field):
            own, foreign, nowhere = (
                whole(stranger.get(f"{operation.path}?{field}={id}"))
                for id in (world.theirs[field], world.ours[field], str(uuid4()))
            )
            assert own.status_code == 200, own.text
            assert code_of(foreign) == code_of(nowhere)
            if operation.is_list:
                assert foreign.json["data"] == []
            elif foreign.status_code == 200:
                assert foreign.text.replace(world.ours[field], "") == nowhere.text.replace(
                    nowhere.request.args[field], ""
                )


@pytest.mark.parametrize("name", [name for name, one in by_name().items() if one.is_list and "{" not in one.path])
def test_lists_hold_the_own_things_alone_and_count_them(world: World, name: str) -> None:
    operation = by_name()[name]
    ours, theirs = (
        world.caller(house).get(f"{operation.path}?limit=100&include=total").json
        for house in (world.ours, world.theirs)
    )
    mine, other = ({row["id"] for row in page["data"]} for page in (ours, theirs))
    assert mine and other and not mine & other
    assert ours["total"] == len(mine) and theirs["total"] == len(other)


@cache
def documented() -> Mapping[str, Any]:
    import json

    paths = json.loads(openapi_text())["paths"]
    return {one["operationId"]: one["responses"] for path in paths.values() for one in path.values()}


def test_our_own_things_are_found_and_answered_as_documented(world: World) -> None:
    """The ids above are real: with our own key none of them is unknown. What deletes comes last."""
    ours = world.caller(world.ours)
    order = sorted(operations(), key=lambda one: (one.method == "DELETE", "reset" in one.path or "rotate" in one.path))
    for operation in order:
        response = send(ours, operation, world.ours)
        status, code = code_of(response)
        assert status < 500 or (status, code) == OTHERWISE.get(operation.name), (operation.name, response.text)
        assert str(status) in documented()[operation.name], (operation.name, response.text)
        if operation.name not in OTHERWISE:
            assert code not in {"not_found", "invalid_fields"}, (operation.name, response.text)


def test_one_idempotency_key_in_two_houses_is_two_requests(world: World) -> None:
    key = {"Idempotency-Key": "the-same-everywhere"}
    body = {"name": "Rubric of both"}
    made = [world.caller(house).post("/rubrics", json=body, headers=key) for house in (world.ours, world.theirs)]
    assert [one.status_code for one in made] == [201, 201] and made[0].json["id"] != made[1].json["id"]
    assert "Idempotency-Replayed" not in made[1].headers
