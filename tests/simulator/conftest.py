"""An application made of a table of TwiML documents, and a carrier double that calls it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from scripts.simulator.carrier.exchange import Config
from scripts.simulator.carrier.server import Carrier

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "simulated-token"
CALLER = "+15005550006"
CANDIDATE = "+15005550123"


@dataclass
class Hook:
    """One request that the application received."""

    path: str
    url: str
    form: dict[str, str]
    headers: dict[str, str]
    at: float


Answer = str | int | tuple[int, str] | Callable[[Hook], Any]


@dataclass
class App:
    """Serves ``answers[path]``: TwiML text, a status code, (status, text), a list of these in turn, or a function."""

    base_url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    hooks: list[Hook] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        hook = Hook(request.path, request.url, request.form.to_dict(), dict(request.headers), time.monotonic())
        with self.lock:
            self.hooks.append(hook)
            answer = self.answers.get(request.path, 204)
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(hook)
        status, text = (
            answer if isinstance(answer, tuple) else (answer, "") if isinstance(answer, int) else (200, answer)
        )
        return Response(text, status, content_type="text/xml")(environ, start_response)

    def at(self, path: str) -> list[Hook]:
        """Requests for one path, in order of arrival."""
        with self.lock:
            return [hook for hook in self.hooks if hook.path == path]


@dataclass
class Phone:
    """What a test needs to place a call and to read about it."""

    carrier: Carrier
    app: App

    def person(self, phone: str = CANDIDATE, **description: Any) -> None:
        requests.put(
            f"{self.carrier.base_url}/simulator/people/{phone}", json=description, timeout=5
        ).raise_for_status()

    def faults(self, **settings: Any) -> None:
        requests.put(f"{self.carrier.base_url}/simulator/faults", json=settings, timeout=5).raise_for_status()

    def rest(self, method: str, path: str, *, auth: tuple[str, str] = (ACCOUNT, TOKEN), **kwargs: Any) -> Any:
        url = f"{self.carrier.base_url}/2010-04-01/Accounts/{ACCOUNT}{path}"
        return requests.request(method, url, auth=auth, timeout=10, **kwargs)

    def dial(self, to: str = CANDIDATE, **more: Any) -> str:
        """Place a call to ``/voice`` with all status callbacks; the call's sid."""
        data = {
            "To": to,
            "From": CALLER,
            "Url": f"{self.app.base_url}/voice",
            "StatusCallback": f"{self.app.base_url}/status",
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            **more,
        }
        answer = self.rest("POST", "/Calls.json", data={k: v for k, v in data.items() if v is not None})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])

    def ended(self, sid: str) -> dict[str, Any]:
        """The ledger of a call once it is over and its callbacks have arrived."""
        return self.get(f"/simulator/calls/{sid}?wait_s=20")

    def call(self, **more: Any) -> dict[str, Any]:
        """Place a call and wait for its end."""
        ledger = self.ended(self.dial(**more))
        assert ledger["is_settled"], "the call did not end"
        return ledger

    def get(self, path: str) -> Any:
        answer = requests.get(self.carrier.base_url + path, timeout=30)
        assert answer.headers["X-Simulated"] == "1"
        return answer.json()

    def violations(self) -> list[dict[str, Any]]:
        return self.get("/simulator/violations")["violations"]

    @staticmethod
    def until(holds: Callable[[], Any], within_s: float = 5.0) -> Any:
        """The first true value of ``holds``; fails when none comes in time."""
        deadline = time.monotonic() + within_s
        while not (value := holds()):
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.01)
        return value


@pytest.fixture
def app() -> Iterator[App]:
    """The application's side, serving on a free port."""
    served = App()
    server = make_server("127.0.0.1", 0, served, threaded=True)
    server.log_request = lambda *_: None  # type: ignore[attr-defined]
    served.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield served
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


@pytest.fixture
def start_carrier(app: App) -> Iterator[Callable[..., Phone]]:
    """Starts carrier doubles with settings of the test's choice."""
    running: list[Carrier] = []

    def start(**settings: Any) -> Phone:
        config = Config(**{"account_sid": ACCOUNT, "auth_token": TOKEN, "base_url": "", "speed": 200.0, **settings})
        carrier = Carrier(config)
        carrier.start()
        running.append(carrier)
        return Phone(carrier, app)

    yield start
    for carrier in running:
        carrier.stop()


@pytest.fixture
def phone(start_carrier: Callable[..., Phone]) -> Phone:
    """A carrier double at 200 line seconds a second."""
    return start_carrier()
