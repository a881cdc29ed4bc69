"""What docs/webhooks.md says is what is sent: the events' names, the examples' shapes, the receiver, the signature."""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.columns import new_id
from db.listening import ANNOUNCED
from db.models import Review
from db.unit_of_work import Database
from ivr.services.webhook_deliveries import BACK_OFF_S
from ivr.services.webhook_endpoints import TEST
from ivr.services.webhook_signing import new_secret, signature_of, signed_headers
from tests.factories import make_answer, make_call, make_rating, make_recording, make_result
from tests.fakes import FrozenClock
from tests.scenarios.test_webhooks import example
from tests.services.webhook_desk import WebhookDesk

DOCS = Path(__file__).resolve().parents[1] / "docs"
EXAMPLES = DOCS / "examples" / "webhooks"
PAGE = (DOCS / "webhooks.md").read_text(encoding="utf-8")


# --- what is sent ----------------------------------------------------------------------------------------------------


def sent(database: Database, clock: FrozenClock) -> dict[str, dict[str, Any]]:
    """One message of each kind of object, by the event's name, as a receiver gets it."""
    desk = WebhookDesk(database, clock)
    endpoint = desk.enter()

    def happen(type: str, **values: Any) -> None:
        clock.advance(seconds=1)  # so that the timeline has one order
        desk.happen(type, **values)

    happen("job.questions_ready", subject_kind="job", subject_id=desk.job_id)
    happen("interview.started")
    desk.work()
    sid = make_recording(database, make_call(database, desk.interview_id))
    answers = [make_answer(database, desk.interview_id, "q1", recording_sid=sid)]
    happen("answer.transcribed", data={"question": "q1", "take": 1})
    answers.append(make_answer(database, desk.interview_id, "q2"))
    desk.work()
    for answer_id in answers:
        make_rating(database, answer_id)
    happen("answer.scored", data={"question": "q1", "take": 1})
    make_result(database, desk.interview_id)
    happen("interview.completed")
    review = Review(
        id=new_id(), organisation_id=desk.organisation_id, interview_id=desk.interview_id, decision="consider",
        reviewer="user:ana@example.com", reason="Clear and in order, little about the result.", created_at=clock(),
    )  # fmt: skip
    with database.write() as unit:
        unit.session.add(review)
    happen("review.created", data={"review": review.id, "decision": "consider"})
    happen("candidate.opted_out", subject_kind="candidate", subject_id=desk.candidate_id)
    desk.endpoints.test(desk.actor, endpoint.id)
    desk.work()
    return {one["type"]: one for one in desk.receiver.bodies}


def shape(value: Any) -> Any:
    """Which members there are, however deep; of a list its first item's."""
    match value:
        case dict():
            return {name: shape(item) for name, item in value.items()}
        case [first, *_]:
            return [shape(first)]
        case _:
            return type(value).__name__


@pytest.fixture
def sqlite(sqlite_url: str) -> Any:
    opened = Database(sqlite_url)
    yield opened
    opened.dispose()


def test_the_examples_are_what_is_sent(sqlite: Database, clock: FrozenClock) -> None:
    messages = sent(sqlite, clock)
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(messages)
    for type, message in messages.items():
        written = json.loads((EXAMPLES / f"{type}.json").read_text(encoding="utf-8"))
        assert shape(written) == shape(message), type
        assert written["type"] == type


def test_the_page_names_every_event_and_no_other() -> None:
    assert set(re.findall(r"^\| `([a-z]+\.[a-z_]+)`", PAGE, re.M)) == {*ANNOUNCED, TEST}


def test_what_the_page_shows_are_the_examples() -> None:
    blocks = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.S)]
    assert blocks
    for block in blocks:
        assert block == json.loads((EXAMPLES / f"{block['type']}.json").read_text(encoding="utf-8"))


def test_the_page_tells_the_waits_as_they_are() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    (told,) = re.findall(r"waits \(([^)]*)\)", PAGE)
    waits = [int(number) * units[unit] for number, unit in re.findall(r"(\d+) (s|min|h)\b", told)]
    assert tuple(waits) == BACK_OFF_S


# --- the standard's own vector, and the receiver ---------------------------------------------------------------------

# https://github.com/standard-webhooks/standard-webhooks, the vector of its libraries' tests.
VECTOR = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": 1614265330,
    "body": b'{"test": 2432232314}', "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}  # fmt: skip


def test_signatures_are_the_standards() -> None:
    found = signature_of(VECTOR["secret"], VECTOR["id"], VECTOR["timestamp"], VECTOR["body"])  # type: ignore[arg-type]
    assert found == VECTOR["signature"]
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert all(24 <= len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) <= 64 for one in secrets)


def test_the_receiver_verifies_the_standards_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = example()
    headers = {
        "webhook-id": VECTOR["id"], "webhook-timestamp": str(VECTOR["timestamp"]),
        "webhook-signature": f"v1,AAAA {VECTOR['signature']}",
    }  # fmt: skip
    assert not receiver.is_authentic(VECTOR["secret"], headers, VECTOR["body"]), "it is of 2021"
    monkeypatch.setattr(receiver.time, "time", lambda: VECTOR["timestamp"] + receiver.TOLERANCE_S)
    assert receiver.is_authentic(VECTOR["secret"], headers, VECTOR["body"])
    for changed in (
        {**headers, "webhook-id": "msg_other"}, {**headers, "webhook-timestamp": str(VECTOR["timestamp"] + 1)},
        {**headers, "webhook-signature": "v1,AAAA"}, {**headers, "webhook-signature": ""}, {},
    ):  # fmt: skip
        assert not receiver.is_authentic(VECTOR["secret"], changed, VECTOR["body"])
    assert not receiver.is_authentic(VECTOR["secret"], headers, b'{"test": 2432232315}')


@pytest.fixture
def secret() -> str:
    return new_secret()


@pytest.fixture
def receiver(secret: str, tmp_path: Path) -> FlaskClient:
    client: FlaskClient = example().create_app(secret, str(tmp_path / "ats.sqlite3")).test_client()
    return client


def test_the_receiver_takes_a_message_in_once(receiver: FlaskClient, secret: str) -> None:
    body = json.dumps({"id": "one", "type": "review.created", "data": {"note": "ä"}}, ensure_ascii=False).encode()
    other = new_secret()
    for keys, status in (([secret], 204), ([other], 401), ([other, secret], 204), ([secret, other], 204)):
        headers = {**signed_headers(keys, "one", datetime.now(UTC), body), "Content-Type": "application/json"}
        assert receiver.post("/hooks", data=body, headers=headers).status_code == status
    old = signed_headers([secret], "two", datetime.fromtimestamp(time.time() - 301, UTC), body)
    assert receiver.post("/hooks", data=body, headers=old).status_code == 401
