"""Dashboard pages over ten thousand interviews, and webhooks beside six open pages of live calls.

Pages are asked for one after the other over one connection, as their reader does; what is timed is the whole answer.
Webhooks beside live streams are compared with webhooks alone in rounds that take turns.
"""

import contextlib
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from db.columns import utc_now
from db.unit_of_work import Database
from ivr.services.live_events import MOST_EACH
from ivr.services.logins import LoginService
from ivr.services.user_links import UserLinks
from scripts.benchmarks.carrier import BASE_URL, SeededCall
from scripts.benchmarks.history import History, seed_history
from scripts.benchmarks.servers import Server, gunicorn, product_environment
from scripts.benchmarks.webhooks import callers_of, ratio

INTERVIEWS = 10_000
STREAMS = 6
_ASKED = 40
_ROUNDS = 5
_ROUND_S = 1.4
_WARM_S = 0.4
_APP = "ivr.wsgi:make_app()"


@dataclass
class PageTimes:
    """One kind of page: milliseconds of each answer."""

    name: str
    milliseconds: list[float] = field(default_factory=list)

    @property
    def p95_ms(self) -> float:
        """The time within which 95 of a hundred were answered."""
        return statistics.quantiles(self.milliseconds, n=20)[-1]


@dataclass
class BesideStreams:
    """The rounds of webhooks alone, and those beside open streams."""

    alone: list[dict[str, float]] = field(default_factory=list)
    beside: list[dict[str, float]] = field(default_factory=list)

    def worse(self, name: str) -> float:
        """How many times as much of this there is beside streams, by the median of pairs of rounds."""
        return ratio([one[name] for one in self.beside], [one[name] for one in self.alone])


def measure_pages(database_url: str, interviews: int = INTERVIEWS) -> list[PageTimes]:
    """Seed the history, then time the list in each order, single interviews, the funnel, insights and live calls."""
    database = Database(database_url)
    history = seed_history(database, interviews)
    cookie = _session(database, history)
    database.dispose()
    ids = history.interview_ids
    pages: dict[str, Callable[[int], str]] = {
        "/interviews": lambda _: "/interviews",
        "/interviews, needs a person longest": lambda _: "/interviews?sort=waiting",
        "/interviews, highest score": lambda _: "/interviews?sort=score",
        "/interviews, hires of a month": lambda n: f"/interviews?advice=hire&from=2000-01-{n % 28 + 1:02}",
        "/interviews/{id}": lambda n: f"/interviews/{ids[n % len(ids)]}",
        "/interviews/funnel": lambda _: "/interviews/funnel",
        "/insights": lambda _: "/insights",
        "/live": lambda _: "/live",
    }
    found = [PageTimes(name) for name in pages]
    with gunicorn(_APP, product_environment(database_url)) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        for number in range(-3, _ASKED):
            for one in found:
                began_s = time.perf_counter()
                _get(connection, pages[one.name](number), cookie)
                if number >= 0:  # the first ones fill caches and compile templates
                    one.milliseconds.append((time.perf_counter() - began_s) * 1000)
        connection.close()
    return found


def measure_streams(database_url: str, calls: list[SeededCall]) -> BesideStreams:
    """Play webhooks on two worker processes in turn: one alone, one beside ``STREAMS`` open streams of live calls."""
    database = Database(database_url)
    # An organisation may have only so many of a process's streams.
    houses = [seed_history(database, 100) for _ in range(-(-STREAMS // MOST_EACH))]
    cookies = [_session(database, houses[number // MOST_EACH]) for number in range(STREAMS)]
    database.dispose()
    found = BesideStreams()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        callers = {}
        for number, name in enumerate(("alone", "beside")):
            file = folder / f"{name}.json"
            file.write_text(json.dumps([asdict(call) for call in calls[number::2]]))
            server = stack.enter_context(gunicorn(_APP, product_environment(database_url)))
            callers[name] = stack.enter_context(callers_of(server, file))
            if name == "beside":
                stack.enter_context(_streams(server, cookies))
        for each in callers.values():
            each.wait_ready()
            each.play(_WARM_S)
        for number in range(_ROUNDS):
            for name in callers if number % 2 else reversed(callers):
                played = callers[name].play(_ROUND_S)
                getattr(found, name).append(played | {"cpu_s": played["server_cpu_s"] / played["requests"]})
    return found


@contextlib.contextmanager
def _streams(server: Server, cookies: list[str]) -> Iterator[None]:
    """That many open pages of live calls, each as its browser holds it."""
    with contextlib.ExitStack() as stack:
        for cookie in cookies:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            stack.callback(connection.close)
            connection.request("GET", "/live/stream", headers={"Cookie": cookie})
            reply = connection.getresponse()
            if reply.status != 200 or not reply.readline().startswith(b"retry:"):
                raise RuntimeError(f"a stream was answered with {reply.status}")
        yield


def _session(database: Database, history: History) -> str:
    """The cookie of somebody who is logged in."""
    logins = LoginService(database, utc_now, UserLinks(BASE_URL, ("benchmark-secret-of-no-installation",)))
    return f"__Host-viva={logins.use_login_link(logins.make_login_link(history.email))}"


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> None:
    connection.request("GET", path, headers={"Cookie": cookie})
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200 or b"</html>" not in body:
        raise RuntimeError(f"{path} was answered with {reply.status}")
