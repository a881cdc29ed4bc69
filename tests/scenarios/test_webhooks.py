"""A whole interview with everything real but the telephone and the model: a receiver that stumbles hears of it once."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from db.listening import ANNOUNCED
from tests.scenarios.house import House, _Quiet

RECEIVER = Path(__file__).resolve().parents[2] / "docs" / "examples" / "ats_receiver.py"


def example() -> ModuleType:
    """The receiver of the documentation."""
    spec = importlib.util.spec_from_file_location("ats_receiver", RECEIVER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Stumbling:
    """Answers the first two attempts of every message with 500: one before it was taken in, one only after that."""

    app: Callable[..., Iterable[bytes]]
    attempts: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        message_id = environ["HTTP_WEBHOOK_ID"]
        with self.lock:
            self.attempts[message_id] += 1
            attempt = self.attempts[message_id]

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            with self.lock:
                self.refused += status.startswith("401")
                self.accepted[message_id] += attempt > 2 and status.startswith("2")
            return start_response("500 Stumbled" if attempt == 2 else status, headers, *more)

        if attempt == 1:
            start_response("500 Stumbled", [("Content-Length", "0")])
            return []
        return self.app(environ, start)


@dataclass
class Ats:
    """The receiver at its address."""

    url: str
    database: str
    door: Stumbling

    def messages(self) -> dict[str, dict[str, Any]]:
        with sqlite3.connect(self.database) as store:
            return {id: json.loads(data) for id, data in store.execute("SELECT id, data FROM messages")}


@pytest.fixture
def ats(house: House, tmp_path: Path) -> Iterator[Ats]:
    database = str(tmp_path / "ats.sqlite3")
    holder: dict[str, Any] = {}
    server = make_server(
        "127.0.0.1", 0, lambda *asked: holder["door"](*asked), threaded=True, request_handler=_Quiet
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hooks"
    endpoint = house.api.post("/webhook-endpoints", {"url": url, "description": "The ATS"})
    holder["door"] = Stumbling(example().create_app(endpoint["secret"], database))
    yield Ats(url, database, holder["door"])
    house.remove(f"/webhook-endpoints/{endpoint['id']}")
    server.shutdown()
    server.server_close()


def test_a_receiver_that_fails_twice_gets_every_event_of_an_interview_once(house: House, ats: Ats) -> None:
    job = house.job()
    (endpoint,) = house.api.get("/webhook-endpoints")["data"]
    tested = house.api.post(f"/webhook-endpoints/{endpoint['id']}/test", {})
    visit = house.invite(job)
    visit.until("completed", "needs_review")
    decision = {"decision": "consider", "reason": "They answered all that they were asked, in order."}
    review = house.api.post(f"/interviews/{visit.id}/reviews", decision)
    house.api.post("/opt-outs", {"phone": visit.phone})
    house.when_settled()

    told = house.api.get(f"/interviews/{visit.id}/events?limit=100")["data"]
    announced = {one["id"]: one["type"] for one in told if one["type"] in ANNOUNCED}
    kinds = Counter(announced.values())
    answered = len(visit.answers())
    assert kinds["interview.started"] == 1 and kinds["review.created"] == 1
    assert kinds["answer.transcribed"] >= answered and kinds["answer.scored"] >= answered
    assert kinds["interview.completed"] + kinds["interview.needs_review"] >= 1

    messages = ats.messages()
    of_interview = {id: one["type"] for id, one in messages.items() if visit.id in json.dumps(one["data"])}
    assert of_interview == announced
    # Each was stumbled over twice, accepted once, and then never sent again. The test message is tried once.
    assert {ats.door.attempts[id] for id in announced} == {3} and {ats.door.accepted[id] for id in announced} == {1}
    assert ats.door.attempts[tested["webhook_id"]] == 1 and ats.door.refused == 0
    log = house.api.get(f"/webhook-endpoints/{endpoint['id']}/deliveries?limit=100")["data"]
    assert {one["webhook_id"]: one["attempts"] for one in log if one["webhook_id"] in announced} == dict.fromkeys(
        announced, 3
    )
    assert {one["status"] for one in log if one["type"] != "webhook.test"} == {"delivered"}

    by_type = {one["type"]: one["data"] for one in messages.values()}
    assert by_type["review.created"]["id"] == review["id"] and by_type["review.created"]["interview_id"] == visit.id
    assert by_type["answer.scored"]["state"] in {"scored", "needs_review"}
    assert by_type["candidate.opted_out"]["phone"].endswith(visit.phone[-4:])
    text = json.dumps(messages)
    assert visit.phone not in text, "numbers are masked, as for a key that may only read"
    assert endpoint["id"] not in text

    # A replay is the same message: the receiver knows it.
    (one,) = [line for line in log if line["type"] == "interview.started"]
    house.api.post(f"/deliveries/{one['id']}/replay", {})
    house.when_settled()
    assert ats.door.attempts[one["webhook_id"]] == 4 and ats.messages().keys() == messages.keys()
    # Whoever has no secret gets nothing in.
    forged = {"id": "x", "type": "interview.completed"}
    answers = [
        requests.post(ats.url, json=forged, headers={"webhook-id": "x"}, timeout=10).status_code for _ in range(3)
    ]
    assert answers == [500, 500, 401] and ats.messages().keys() == messages.keys()
