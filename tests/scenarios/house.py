"""The whole product in one process: its web app on a loopback port, a worker, a real Redis, and both doubles over HTTP.

What the doubles heard and what the API answers is all that a scenario looks at; the database is touched only to let
waiting work fall due at once.
"""

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from flask import Flask
from sqlalchemy import select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from db.columns import utc_now
from db.models import Call, OutboxRow
from ivr.app import create_app
from ivr.bootstrap import build_services, build_worker_services
from ivr.candidate import blueprint as candidate
from ivr.current import EXTENSION
from ivr.dashboard import blueprint as dashboard
from ivr.gateways.redis_server import RedisServer
from ivr.logs import setup_logging
from ivr.settings import Settings
from ivr.webhooks import blueprint as webhooks
from ivr.webhooks.playback import blueprint as playback
from scripts.demonstration.cast import Part, answer, reactions
from scripts.demonstration.client import Http, wait_for
from scripts.simulator.carrier.exchange import Config
from scripts.simulator.carrier.server import Carrier
from scripts.simulator.openai_double.server import make_server as make_model_double
from scripts.simulator.smtp.server import MailDouble
from workers import context
from workers.context import handlers_of
from workers.process import WorkerProcess

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "scripts" / "samples"
ACCOUNT = "AC" + "5" * 32
TOKEN = "token-of-the-scenarios-5555"
API_KEY = "key-of-the-scenarios-0123456789"
MODEL_KEY = "sk-demo-scenarios-0123456789"
WAREHOUSE = "02_warehouse_operative"
OUR_NUMBER = "+14155550100"
ALWAYS_OPEN = {"start": "00:00", "end": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
SPEED = 600.0

# How the carrier's requests come: as they should; every one twice at once; or the callbacks late and out of order, and
# each request for a document once more behind its successor.
_TWICE, _SHUFFLED = {"duplicate": 2}, {"shuffle": True}
_CALLBACKS = ("status_callbacks", "recording_callbacks")
DELIVERIES: Mapping[str, Mapping[str, Any]] = {
    "once": {},
    "twice": {"documents": _TWICE, "messages": _TWICE, "amd": _TWICE} | dict.fromkeys(_CALLBACKS, _TWICE),
    "shuffled": {"documents": {"stale_copies": True}} | dict.fromkeys(_CALLBACKS, _SHUFFLED),
}

# One run for each delivery, on either database: copies at once meet where two of them may write at once.
EVERY_WAY = pytest.mark.parametrize(
    ("house_database_url", "delivery"), [("sqlite", "once"), ("postgres", "twice"), ("sqlite", "shuffled")],
    indirect=True, scope="module",
)  # fmt: skip

# What a log line is called when something broke that nobody expected.
_FAULTS = re.compile(
    r'"event": "(webhook\.fault|webhook\.not_broken_off|task\.crashed|task\.unsettled|task\.parked|bell\.failed'
    r'|thread\.failed|relay\.failed|maintenance\.failed|api\.fault)"'
)
_CHATTER = re.compile(r'"event": "(request|HTTP Request|webhook)|Connection pool is full')
# As the canary stands in a prompt.
CANARY = re.compile(r"CANARY[-_:]\w", re.IGNORECASE)
_phones = count(1)
Rule = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """The app's own log has what matters."""


@dataclass(frozen=True)
class Job:
    """An approved job with its questions as the API shows them: knockouts first."""

    id: str
    questions: Sequence[dict[str, Any]]

    @property
    def core(self) -> list[dict[str, Any]]:
        return [question for question in self.questions if not question["knockout"]]


class House:
    """``settings`` are the product's own, by field name; ``delivery`` names one of ``DELIVERIES``;
    ``is_trial``: the carrier treats us as a trial account; ``model_lacks``: what the model server has not.

    One house at a time in a process: a worker is a process's.
    """

    def __init__(
        self, database_url: str, redis_url: str, folder: Path, *, delivery: str = "once", is_trial: bool = False,
        model_lacks: Sequence[str] = (), **settings: Any,
    ) -> None:  # fmt: skip
        self.delivery, self._is_trial, self._model_lacks = delivery, is_trial, model_lacks
        self._folder = folder
        self._jobs: dict[str, Job] = {}
        self._given = {"database_url": database_url, "redis_url": redis_url, **settings}
        self.log = StringIO()
        self.expected_faults = self.expected_apologies = 0

    def start(self) -> None:
        """Bring everything up; ready when this returns."""
        self._logging = (logging.getLogger().handlers[:], logging.getLogger().level, structlog.get_config())
        config = Config(account_sid=ACCOUNT, auth_token=TOKEN, base_url="", speed=SPEED, is_trial=self._is_trial)
        self.carrier_double = Carrier(config)
        self.carrier_double.start()
        self.model_double = make_model_double(0, MODEL_KEY, without=self._model_lacks)
        self._serve(self.model_double, "model-double")
        self.mail_double = MailDouble()
        self.mail_double.start()
        self.web = make_server("127.0.0.1", 0, self._wsgi, threaded=True, request_handler=_Quiet)
        self.web_url = f"http://127.0.0.1:{self.web.server_port}"
        self.settings = self._make_settings()
        setup_logging(self.settings, self.log)
        self.services = build_services(self.settings)
        self.services.access.ensure_first_key()
        self.app: Flask = create_app(self.services, self.settings, doors=(webhooks, playback, dashboard, candidate))
        self._serve(self.web, "web")
        self.worker_services = build_worker_services(self.settings)
        redis_server = RedisServer(self.settings.redis_url, self.settings.instance_dir)
        self.worker = WorkerProcess(
            self.worker_services, handlers_of(self.worker_services), redis_server, threads=self.settings.worker_threads
        )
        self.worker.start()
        self.api = Http(f"{self.web_url}/api/v1", {"Authorization": f"Bearer {API_KEY}"})
        self.carrier = Http(self.carrier_double.base_url)
        urls = self.services.callbacks
        console = {"voice_url": urls.inbound(), "status_callback": urls.inbound_status(), "sms_url": urls.sms()}
        self.carrier.put(f"/simulator/numbers/{OUR_NUMBER}", console)
        self.model = Http(f"http://127.0.0.1:{self.model_double.server_port}")

    def stop(self) -> None:
        """End everything that ``start`` began."""
        self.worker.stop(grace_s=5.0)
        context.use(None)
        for server in (self.web, self.model_double):
            server.shutdown()
            server.server_close()
        self.carrier_double.stop()
        self.mail_double.stop()
        self.services.database.dispose()
        self.worker_services.database.dispose()
        root = logging.getLogger()
        root.handlers[:], level, structured = self._logging
        root.setLevel(level)
        structlog.configure(**structured)

    def _wsgi(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)

    def _serve(self, server: Any, name: str) -> None:
        threading.Thread(target=server.serve_forever, args=(0.02,), name=name, daemon=True).start()

    def _make_settings(self) -> Settings:
        given = {
            "storage_url": f"file://{self._folder}/files", "instance_dir": self._folder / "instance",
            "secret_key": "secret-of-the-scenarios-0123456789", "api_key": API_KEY,
            "whitelisted_numbers": "+1212555*", "webhook_base_url": self.web_url, "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN, "twilio_phone_number": OUR_NUMBER,
            "twilio_messaging_service_sid": "MG" + "5" * 32, "smtp_url": self.mail_double.smtp_url,
            "twilio_api_base_url": self.carrier_double.base_url, "openai_api_key": MODEL_KEY,
            "openai_base_url": f"http://127.0.0.1:{self.model_double.server_port}/v1", "openai_model": "demo-gpt",
            "openai_transcribe_model": "demo-transcribe", "openai_embedding_model": "demo-embedding",
            "openai_timeout_s": 3.0, "calling_hours_limit": "00:00-24:00",
            "calls_per_second": 100.0, "max_concurrent_calls": 50, "max_calls_per_day": 10_000, "worker_threads": 8,
            "max_calls_per_number_per_day": 10, "rate_limit_per_minute": 100_000,
            "rate_limit_interviews_per_minute": 100_000, "simulated": True, "log_level": "INFO",
        } | self._given  # fmt: skip
        return Settings(**given)

    # --- jobs and people

    def job(self, *, questions: int = 3, sample: str = WAREHOUSE, **settings: Any) -> Job:
        """An approved job with written questions; the same wishes get the same job."""
        key = repr((questions, sample, sorted(settings.items())))
        if key not in self._jobs:
            made = self.api.post("/jobs", job_body(questions, sample, settings))
            made = self.written(made["id"])
            assert made["questions_status"] == "approved", made["questions_error"]
            self._jobs[key] = Job(made["id"], self.api.get(f"/jobs/{made['id']}/questions")["questions"])
        return self._jobs[key]

    def written(self, job_id: str, within_s: float = 20.0) -> dict[str, Any]:
        """The job once its questions are no longer being written."""
        seen: dict[str, Any] = wait_for(
            lambda: self.api.get(f"/jobs/{job_id}"),
            lambda job: job["questions_status"] != "generating",
            timeout_s=within_s, every_s=0.05,
        )  # fmt: skip
        return seen

    def checked(self, job_id: str, within_s: float = 20.0) -> dict[str, Any]:
        """The questions once the model's check of their wording is over."""
        seen: dict[str, Any] = wait_for(
            lambda: self.api.get(f"/jobs/{job_id}/questions"),
            lambda found: found["model_check"]["status"] != "checking",
            timeout_s=within_s, every_s=0.05,
        )  # fmt: skip
        return seen

    def invite(
        self,
        job: Job,
        rules: Sequence[Rule] | None = None,
        *,
        manner: str = "strong",
        phone: str | None = None,
        candidate: Mapping[str, Any] | None = None,
        faults: Mapping[str, Any] | None = None,
        invitation: Mapping[str, Any] | None = None,
        **person: Any,
    ) -> "Visit":
        """Somebody behind a number, invited. ``rules`` come before those of a candidate who answers everything."""
        phone = phone or new_phone()
        behaviour = {"pickup": "answer", "reactions": [*(rules or ()), *usual(job, manner)], **person}
        self.carrier.put(f"/simulator/people/{phone}", behaviour)
        if faults:
            self.carrier.put("/simulator/faults", {"phone": phone, **faults})
        who = {"name": "Robin Okonkwo", "phone": phone} | dict(candidate or {})
        made = self.api.post("/interviews", {"job_id": job.id, "candidate": who, **(invitation or {})})
        return Visit(self, job, phone, made["id"])

    def invite_known(self, job: Job, candidate_id: str, phone: str) -> "Visit":
        """A candidate who is entered already, answering everything."""
        self.carrier.put(f"/simulator/people/{phone}", {"pickup": "answer", "reactions": usual(job)})
        made = self.api.post("/interviews", {"job_id": job.id, "candidate_id": candidate_id})
        return Visit(self, job, phone, made["id"])

    def remove(self, path: str) -> None:
        """DELETE of the API."""
        requests.delete(self.api.base_url + path, headers=self.api.headers, timeout=10).raise_for_status()

    def wait_for_live(self, phone: str, *, at_question: bool = False) -> None:
        """Until the call of a live candidate waits for them: for anything, or for the answer to a question."""

        def listens(events: list[dict[str, Any]]) -> bool:
            return any(one["kind"] == "waiting" and one.get("record_follows", False) >= at_question for one in events)

        events = wait_for(
            lambda: self.carrier.get("/simulator/live", phone=phone, wait_s="1")["events"], listens, timeout_s=10
        )
        assert listens(events), f"nobody is asked\n{self.tail()}"

    # --- faults and time

    def model_faults(self, *faults: Rule) -> None:
        """What the model double does wrong from now on; nothing when called without any."""
        self.model.put("/simulator/faults", list(faults))

    def lie(self, *lies: str, purpose: str = "answer_rating", times: int | None = None) -> None:
        """The model double says what is not so."""
        self.model_faults({"purpose": purpose, "kind": "lie", "lies": list(lies), "times": times})

    def hurry(self, *kinds: str) -> None:
        """Let work that waits for its time, of these kinds (all but calls when none is named), be due now."""
        with self.services.database.write() as unit:
            wanted = OutboxRow.kind.in_(kinds) if kinds else OutboxRow.kind != "place_call"
            due = update(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.due_at > utc_now(), wanted)
            unit.session.execute(due.values(due_at=utc_now()))
        self.worker.outbox.sweep()
        self.worker_services.bell.ring()

    def hurry_until(self, holds: Callable[[], Any], *kinds: str, within_s: float = 20.0) -> Any:
        """Hurry again and again until something holds; its value. Fails when it never does."""
        deadline, pause_s = time.monotonic() + within_s, 0.01
        while not (value := holds()):
            assert time.monotonic() < deadline, f"it did not happen in time\n{self.tail()}"
            self.hurry(*kinds)
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 0.1)
        return value

    def look_again(self, kind: str, subject_id: str) -> None:
        """Let this work be due now, until somebody has looked at it and put it off once more."""

        def generation() -> int:
            with self.services.database.read() as session:
                rows = session.scalars(
                    select(OutboxRow).where(
                        OutboxRow.kind == kind, OutboxRow.subject_id == subject_id, OutboxRow.done_at.is_(None)
                    )
                )
                return sum(row.generation for row in rows if not row.started)

        before = generation()
        self.hurry(kind)
        assert wait_for(generation, lambda now: now > before, timeout_s=10) > before, f"nobody looked\n{self.tail()}"

    def make_calls_older(self, phone: str, by: timedelta) -> None:
        """As if the calls to this number had been placed so much earlier."""
        with self.services.database.write() as unit:
            for call in unit.session.scalars(select(Call).where(Call.phone == phone)):
                call.created_at -= by

    def break_once(self, method: str) -> None:
        """The next such step of the conversation ends in a fault of ours."""
        self.expected_faults += 1
        self.app.extensions[EXTENSION] = replace(
            self.services, conversations=_BreaksOnce(self.services.conversations, method)
        )

    # --- what was seen

    def tail(self, lines: int = 15) -> str:
        """The end of the log, for a failure's message."""
        kept = [line for line in self.log.getvalue().splitlines() if not _CHATTER.search(line)]
        return "\n".join(kept[-lines:])

    def faults_logged(self) -> list[str]:
        """Lines of the log about faults that nobody expected."""
        return [line for line in self.log.getvalue().splitlines() if _FAULTS.search(line)]

    def open_work(self) -> list[str]:
        """Kinds of work still to be done, calls excepted."""
        with self.services.database.read() as session:
            found = session.scalars(
                select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.kind != "place_call")
            )
            return [f"{row.kind}: {row.last_error or row.parked_reason or 'waiting'}" for row in found]

    def when_settled(self) -> None:
        """Let all work but calls be done."""
        self.hurry_until(lambda: not self.open_work())

    def asked_of_model(self, purpose: str) -> list[dict[str, Any]]:
        """The requests of one purpose that the model double was sent, oldest first."""
        found: list[dict[str, Any]] = self.model.get("/simulator/requests", purpose=purpose)["requests"]
        return found

    def mark(self) -> None:
        """From here on ``settle`` looks."""
        self._calls_before = len(self.carrier.get("/simulator/calls")["calls"])
        self._violations_before = (len(self._carrier_violations()), len(self._model_violations()))
        self._log_before = self.log.tell()
        self.expected_faults = self.expected_apologies = 0
        self.carrier.put("/simulator/faults", DELIVERIES[self.delivery])

    def settle(self) -> list[str]:
        """End all faults, let everything finish, and say what was not as it must always be."""
        self.app.extensions[EXTENSION] = self.services
        for double in (self.model, self.carrier):
            double.put("/simulator/faults", [] if double is self.model else {})
        self.carrier_double.exchange.faults.clear()
        self.mail_double.mailbox.faults.clear()
        calls = self._ended_calls()
        left = wait_for(lambda: (self.hurry(), self.open_work())[1], lambda open_work: not open_work, timeout_s=20)
        problems = [f"left lying: {one}" for one in left]
        problems += [f"carrier: {one}" for one in self._carrier_violations()[self._violations_before[0] :]]
        problems += [f"mail: {one}" for one in self.mail_double.mailbox.violations]
        problems += [f"model: {one}" for one in self._model_violations()[self._violations_before[1] :]]
        for call in calls:
            problems += [
                f"a {hook['family']} webhook was answered {hook['status_code']} ({hook['failure']}): {hook['url']}"
                for hook in call["webhooks"]
                if hook["failure"] != "dropped" and not hook.get("injected")
                and not 200 <= (hook["status_code"] or 0) < 300
            ]  # fmt: skip
        apologies = sum(call["twilio_error_heard"] for call in calls)
        if apologies != self.expected_apologies:
            problems.append(f"the carrier's own error message was heard {apologies} times")
        self.log.seek(self._log_before)
        faults = [line for line in self.log.read().splitlines() if _FAULTS.search(line)]
        problems += [f"log: {line}" for line in faults] if len(faults) != self.expected_faults else []
        return problems

    def _ended_calls(self) -> list[dict[str, Any]]:
        calls = self.carrier.get("/simulator/calls")["calls"][self._calls_before :]
        return [self.carrier.get(f"/simulator/calls/{call['sid']}", wait_s="20") for call in calls]

    def _carrier_violations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.carrier.get("/simulator/violations")["violations"]
        return found

    def _model_violations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.model.get("/simulator/violations")["violations"]
        return found


class _BreaksOnce:
    """The conversations, of which one step fails once."""

    def __init__(self, conversations: Any, method: str) -> None:
        self._conversations, self._method, self._is_armed = conversations, method, True

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._is_armed:
            self._is_armed = False
            return self._break
        return getattr(self._conversations, name)

    def _break(self, *_: Any) -> None:
        raise RuntimeError("a fault for this scenario")


@dataclass
class Visit:
    """One interview as the recruiter and the candidate see it."""

    house: House
    job: Job
    phone: str
    id: str
    seen: dict[str, Any] = field(default_factory=dict)

    def look(self) -> dict[str, Any]:
        """The interview as the API shows it now."""
        self.seen = self.house.api.get(f"/interviews/{self.id}")
        return self.seen

    def until(self, *statuses: str, within_s: float = 20.0) -> dict[str, Any]:
        """The interview once it has one of these statuses; fails when it never has."""
        found = wait_for(self.look, lambda seen: seen["status"] in statuses, timeout_s=within_s, every_s=0.05)
        assert found["status"] in statuses, (
            f"{found['status']} ({found['next_action']}, {found['waiting_reason']})\n{self.house.tail()}"
        )
        return self.seen

    def when(self, holds: Callable[[dict[str, Any]], Any], within_s: float = 20.0) -> dict[str, Any]:
        """The interview once something holds of it; fails when it never does."""
        found = wait_for(self.look, holds, timeout_s=within_s, every_s=0.05)
        assert holds(found), f"{found['status']} ({found['next_action']})\n{self.house.tail()}"
        return self.seen

    def result(self) -> dict[str, Any]:
        """The result as the API shows it."""
        found: dict[str, Any] = self.house.api.get(f"/interviews/{self.id}/result")
        return found

    def calls(self) -> list[dict[str, Any]]:
        """The carrier's ledger of every call to this number, each over and its callbacks sent."""
        placed = self.house.carrier.get("/simulator/calls", phone=self.phone)["calls"]
        return [self.house.carrier.get(f"/simulator/calls/{call['sid']}", wait_s="20") for call in placed]

    def heard(self, call: int = -1) -> str:
        """Everything that was spoken in one call, the last when not said otherwise."""
        return " ".join(str(line["text"]) for line in self.calls()[call]["heard"])

    def answers(self) -> list[dict[str, Any]]:
        """The answers that count to the questions that are rated, in their order."""
        counting = [one for one in self.look()["answers"] if not one["superseded"]]
        return [one for one in counting if not one["question"]["knockout"]]

    def states(self) -> list[str]:
        """The states of those answers."""
        return [one["state"] for one in self.answers()]

    def times_asked(self, call: int = -1) -> dict[int, int]:
        """How often each core question was heard in a call, by its place (from 1)."""
        heard = self.heard(call)
        return {place: heard.count(question["text"]) for place, question in enumerate(self.job.core, 1)}

    def texts(self) -> list[str]:
        """What we wrote to this number, in order."""
        found = self.house.carrier.get("/simulator/messages")["messages"]
        return [str(one["body"]) for one in found if one["to"] == self.phone]

    def code(self) -> str:
        """The code for calling in, as the newest text tells it."""
        found = wait_for(self.texts, bool, timeout_s=10, every_s=0.05)
        return str(re.findall(r"code (\d{6})", found[-1])[0])

    def call_in(self, *rules: Rule, wait: bool = True) -> dict[str, Any]:
        """The person calls us: ``rules`` come before those of one who enters the code and takes part; the ledger."""
        enters = {"when_heard": "six digits", "press": self.code(), "on": "gather"}
        person = {"reactions": [*rules, enters, *usual(self.job)]}
        made = self.house.carrier.post("/simulator/calls/inbound", {"from": self.phone, "to": OUR_NUMBER, **person})
        wait_s = "20" if wait else "0"
        ledger: dict[str, Any] = self.house.carrier.get(f"/simulator/calls/{made['sid']}", wait_s=wait_s)
        return ledger

    def write(self, body: str) -> dict[str, Any]:
        """The person writes a text message to us; what we replied."""
        sent: dict[str, Any] = self.house.carrier.post(
            "/simulator/messages/inbound", {"from": self.phone, "to": OUR_NUMBER, "body": body}
        )
        return sent

    def dials(self) -> int:
        """How often this number was dialled."""
        dials: Counter[str] = Counter(self.house.carrier.get("/simulator/ledger")["dials"])
        return dials[self.phone]


# --- what simulated people do


def new_phone() -> str:
    """A fictional number that nobody had before."""
    return f"+1212555{next(_phones):04d}"


def job_body(questions: int = 3, sample: str = WAREHOUSE, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A job to be written from one of the sample descriptions and approved at once."""
    text = (SAMPLES / "job_descriptions" / f"{sample}.txt").read_text(encoding="utf-8")
    return {
        "title": "Warehouse Operative", "company": "Northgate Logistics", "question_count": questions,
        "description": text, "approve": True,
        "settings": {"consent": "applied_and_agreed", "calling_hours": ALWAYS_OPEN, **(settings or {})},
    }  # fmt: skip


def snippet(question: Mapping[str, Any]) -> str:
    """A pattern for the beginning of a question."""
    return r"\s+".join(re.escape(word) for word in question["text"].split()[:8])


def door() -> list[Rule]:
    """Begins or continues, and says who it is."""
    return [
        {"when_heard": "To (begin|continue), press 1", "press": "1", "on": "gather"},
        {"when_heard": "Am I speaking with", "press": "1", "on": "gather"},
    ]


def usual(job: Job, manner: str = "strong") -> list[Rule]:
    """Takes part and answers every question."""
    part = Part("Robin Okonkwo", "", manner, "")
    return [*door(), *reactions(part, job.questions)["reactions"][1:]]


def says(question: Mapping[str, Any], words: str | None = None, **more: Any) -> Rule:
    """Answers a question; with its ideal answer when no words are given."""
    said = words if words is not None else answer("strong", dict(question))
    return {"when_heard": snippet(question), "say": said, "on": "record", **more}


def presses(question: Mapping[str, Any], key: str, times: int = 1, on: str = "gather") -> Rule:
    """Presses a key while the question is spoken, or instead of an answer."""
    return {"when_heard": snippet(question), "press": key, "on": on, "times": times}


def press(heard: str, key: str, times: int | None = None) -> Rule:
    """Presses a key whenever this was heard, or so many times."""
    return {"when_heard": heard, "press": key, "on": "gather", "times": times}


def hangs_up(heard: str, on: str = "gather") -> Rule:
    """Hangs up, once, when this was heard."""
    return {"when_heard": heard, "hang_up": True, "on": on, "times": 1}


def silent_at(question: Mapping[str, Any], times: int) -> Rule:
    """Says nothing the first times that this question is asked."""
    return {"when_heard": snippet(question), "silent": True, "times": times}


def numbers_in(answers: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Every number of a rating that an answer carries; nothing for one that has none."""
    found: list[Any] = []
    for one in answers:
        found += [one["score"], one["score_100"], one["understanding"], one["explainability"]]
        found += [criterion["rating"] for criterion in one["criteria"]]
    return [number for number in found if number is not None]


def minutes_from_now(moment: str) -> float:
    """How far away a moment of the API is."""
    return (datetime.fromisoformat(moment) - utc_now()).total_seconds() / 60
