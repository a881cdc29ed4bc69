"""The house's story, read from the imports: which way the arrows run, and where each vendor's library has its home."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import workers.tasks
from workers.context import Handler

ROOT = Path(__file__).resolve().parent.parent
# interview <- db <- ivr <- workers <- scripts: a package imports itself and what stands left of it.
LAYERS = ("interview", "db", "ivr", "workers", "scripts")
PRODUCT = LAYERS[:-1]
DOORS = ("ivr.webhooks", "ivr.api", "ivr.dashboard", "ivr.candidate")
EDGES = ("ivr.gateways", "ivr.twiml")
# Where what is concrete is joined.
JOINING = ("ivr.bootstrap", "ivr.bootstrap_line", "ivr.bootstrap_models")

# Files under ivr/gateways which talk to nobody. A service may use them as they are: a port in front of a table or a
# measurement would only be a second name for it. test_tables_and_measures_talk_to_nobody holds them to that.
TABLES_AND_MEASURES = {
    "ivr.gateways.prices": "a price table and its arithmetic",
    "ivr.gateways.model_shutdowns": "a table of the days on which models end",
    "ivr.gateways.prompts": "the model's instructions, as text with a version",
    "ivr.gateways.twilio_errors": "what Twilio's codes mean: numbers in, sentences out",
    "ivr.gateways.public_addresses": "which addresses are public: numbers and names in, yes or no out",
    "ivr.gateways.speech": "what a waveform tells: bytes in, numbers out",
}

# Where each vendor's library may be imported. What is not named here is free, or needs no home.
HOMES = {
    "sqlalchemy": r"db\..*|ivr\.services\..*|ivr\.api\.(operations|idempotency)",
    "alembic": r"db\.migrate|db\.migrations\..*",
    "psycopg": r"db\..*",
    "flask": r"ivr\.(webhooks|api|dashboard|candidate)(\..*)?|ivr\.(app|line_app|current|http|web)",
    "flask_wtf": r"ivr\.dashboard(\..*)?",
    "werkzeug": r"ivr\.(webhooks|api|dashboard|candidate)(\..*)?|ivr\.http",
    "twilio": r"ivr\.gateways\.(twilio_carrier|twilio_http)|ivr\.twiml\..*|ivr\.webhooks\.signature",
    "openai": r"ivr\.gateways\.openai_\w+",
    "httpx2": r"ivr\.gateways\.(openai_\w+|model_server_http)",
    "httpcore2": r"ivr\.gateways\.openai_\w+",
    "boto3": r"ivr\.gateways\.s3_files",
    "botocore": r"ivr\.gateways\.s3_files",
    "sentry_sdk": r"ivr\.error_reports",
    "urllib3": r"ivr\.gateways\.(twilio_http|alert_webhook|otlp_spans|oidc_provider)",
    "authlib": r"ivr\.gateways\.oidc_provider",
    "joserfc": r"ivr\.gateways\.oidc_provider",
    "rq": r"ivr\.gateways\.rq_tasks|workers\..*",
    "redis": r"ivr\.gateways\.(redis_\w+|rq_tasks)|ivr\.limits|workers\..*",
    "limits": r"ivr\.limits",
    "pdfplumber": r"ivr\.gateways\.reading\..*",
    "pdfminer": r"ivr\.gateways\.reading\..*",
    "docx": r"ivr\.gateways\.reading\..*",
    "numpy": r"ivr\.gateways\.speech",
    "soundfile": r"ivr\.gateways\.speech",
    "webrtcvad": r"ivr\.gateways\.speech",
    "pydantic_settings": r"ivr\.settings",
    "phonenumbers": r"interview\.phone",
    "typst": r"ivr\.gateways\.typesetter",
    "argon2": r"ivr\.services\.passwords",
    "cryptography": r"ivr\.services\.sealing",
    "icalendar": r"ivr\.services\.appointments",
    "smtplib": r"ivr\.gateways\.smtp_mailer",
}

# Services name a Session as a type, catch what the database refuses, and otherwise ask repositories. These still build
# queries of their own; whoever moves one of them to db/repositories takes it off the list, and none is added.
SERVICES_WITH_QUERIES = {"answers", "audit", "calls", "dialing", "model_ledger", "ratings", "scorecards"}

LONGEST_MODULE = 500
# To be split; until then they may shrink, not grow.
LONGER_YET: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: ``module`` and what is taken out of it ("" for the module itself)."""

    module: str
    name: str
    line: int

    @property
    def root(self) -> str:
        return self.module.partition(".")[0]

    @property
    def places(self) -> tuple[str, str]:
        """What it may mean as a module: ``from ivr import http`` is ``ivr.http``."""
        return self.module, f"{self.module}.{self.name}" if self.name else self.module


def module_name(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> dict[str, Path]:
    """Every module of the packages, by its dotted name."""
    return {module_name(path): path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))}


@cache
def tree_of(module: str) -> ast.Module:
    """A module's syntax: many tests look at each."""
    return ast.parse(sources()[module].read_text(encoding="utf-8"), str(sources()[module]))


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """All imports of a module, those inside functions and under TYPE_CHECKING too."""
    path = sources()[module]
    is_package = path.name == "__init__.py"
    found: list[Import] = []
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, "", node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")[: len(module.split(".")) - node.level + is_package]
                base = ".".join([*parents, base]) if base else ".".join(parents)
            found += [Import(base, alias.name, node.lineno) for alias in node.names]
    return tuple(found)


def product() -> Iterator[tuple[str, Import]]:
    """Every import in the packages that run in production."""
    for module in sources():
        if module.partition(".")[0] in PRODUCT:
            for item in imports_of(module):
                yield module, item


def is_under(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def told(module: str, item: Import) -> str:
    return f"{module}:{item.line} imports {item.module}{'.' + item.name if item.name else ''}"


def none_of(broken: list[str]) -> None:
    assert not broken, "\n" + "\n".join(broken)


# --- which way the arrows run ----------------------------------------------------------------------------------------


def test_there_is_something_to_read():
    assert {"interview.machine", "db.unit_of_work", "ivr.app", "workers.tasks", "scripts.viva"} <= set(sources())
    assert any(item.places[1] == "ivr.http" for item in imports_of("ivr.line_app")), "`from ivr import http` is seen"


def test_packages_import_only_from_their_left():
    broken = []
    for module in sources():
        layer = module.partition(".")[0]
        right = {*LAYERS[LAYERS.index(layer) + 1 :], "tests"}
        broken += [told(module, item) for item in imports_of(module) if item.root in right]
    none_of(broken)


def test_the_core_is_pure():
    """Standard library, phonenumbers and itself; and of the standard library nothing that acts on the world."""
    acting = {
        "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "signal",
        "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "warnings",
    }  # fmt: skip
    broken = [
        told(module, item)
        for module, item in product()
        if module.startswith("interview")
        and (item.root not in {"interview", "phonenumbers", *sys.stdlib_module_names} or item.root in acting)
    ]
    none_of(broken)


def test_the_core_never_asks_for_the_time():
    """Time is handed in: nothing in the core calls now(), utcnow() or today()."""
    broken = []
    for module in sources():
        if not is_under(module, "interview"):
            continue
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr in {"now", "utcnow", "today"}:
                    broken.append(f"{module}:{node.lineno} asks for the time")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "input"}:
                broken.append(f"{module}:{node.lineno} calls {node.func.id}()")
    none_of(broken)


def test_doors_never_import_each_other():
    broken = []
    for module, item in product():
        door = next((door for door in DOORS if is_under(module, door)), None)
        others = [other for other in DOORS if other != door]
        if door and any(is_under(place, other) for other in others for place in item.places):
            broken.append(told(module, item))
    none_of(broken)


def test_doors_reach_gateways_only_through_services():
    """Webhooks also know twiml. The ports module is words (errors, kinds of files) and belongs to everybody."""
    broken = []
    for module, item in product():
        if not any(is_under(module, door) for door in DOORS):
            continue
        forbidden = ["ivr.gateways", *JOINING, "db.unit_of_work", "db.engine", "db.turns"]
        forbidden += [] if is_under(module, "ivr.webhooks") else ["ivr.twiml"]
        if any(is_under(item.module, place) for place in forbidden) and item.module != "ivr.gateways.ports":
            broken.append(told(module, item))
    none_of(broken)


def test_doors_take_only_words_from_the_database():
    """Roles, scopes and the database's way to be away; never a row or a query."""
    words = {"Role", "Scope", "DatabaseUnavailable"}
    broken = [
        told(module, item)
        for module, item in product()
        if any(is_under(module, door) for door in DOORS) and item.root == "db" and item.name not in words
    ]
    none_of(broken)


def test_services_know_no_door_no_twiml_and_no_gateway_but_its_port():
    forbidden = (
        *DOORS, *EDGES, *JOINING, "ivr.app", "ivr.line_app", "ivr.current", "ivr.http", "ivr.limits", "ivr.web",
        "ivr.wsgi",
    )  # fmt: skip
    allowed = {"ivr.gateways.ports", *TABLES_AND_MEASURES}
    broken = [
        told(module, item)
        for module, item in product()
        if is_under(module, "ivr.services")
        and any(is_under(item.module, place) for place in forbidden)
        and item.module not in allowed
    ]
    none_of(broken)


def test_tables_and_measures_talk_to_nobody():
    speaking = {"http", "os", "redis", "requests", "socket", "ssl", "subprocess", "urllib", "urllib3", "db", "openai"}
    for module in TABLES_AND_MEASURES:
        assert module in sources(), f"{module} is gone: take it off the list"
        none_of([told(module, item) for item in imports_of(module) if item.root in speaking])
        used = [user for user, item in product() if is_under(user, "ivr.services") and item.module == module]
        assert used, f"no service uses {module}: take it off the list"


def test_edges_know_neither_services_nor_the_database():
    forbidden = ("db", "workers", "ivr.services", "ivr.app", "ivr.bootstrap", "ivr.current", "ivr.settings", *DOORS)
    broken = [
        told(module, item)
        for module, item in product()
        if any(is_under(module, edge) for edge in EDGES) and any(is_under(item.module, place) for place in forbidden)
    ]
    none_of(broken)


def test_bootstrap_alone_names_concrete_gateways():
    """Others say Carrier; only bootstrap says TwilioCarrier, and of files and Redis its beginning. Redis is no
    gateway of a service: the web process needs its address, and the worker process is its keeper."""
    known = {"ivr.gateways.ports", *TABLES_AND_MEASURES}
    joining = set(JOINING)
    keepers = {"ivr.gateways.redis_server", "ivr.gateways.rq_tasks"}
    broken = []
    for module, item in product():
        if not is_under(item.module, "ivr.gateways") or is_under(module, "ivr.gateways") or module in joining:
            continue
        is_keeper = module == "ivr.web" or is_under(module, "workers")
        if item.module not in known and not (is_keeper and item.module in keepers):
            broken.append(told(module, item))
    none_of(broken)


# --- vendors' libraries ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", sorted(HOMES))
def test_vendor_libraries_stay_at_home(library: str):
    users = [(module, item) for module, item in product() if item.root == library]
    assert users, f"nothing imports {library}: take it off the list"
    none_of([told(module, item) for module, item in users if not re.fullmatch(HOMES[library], module)])


def test_services_build_no_new_queries():
    """Of SQLAlchemy a service needs Session, as a type, and the names of errors; the rest is for repositories."""
    building = {
        module.removeprefix("ivr.services.")
        for module, item in product()
        if is_under(module, "ivr.services")
        and item.root == "sqlalchemy"
        and item.module != "sqlalchemy.exc"
        and (item.module, item.name) != ("sqlalchemy.orm", "Session")
    }
    assert building == SERVICES_WITH_QUERIES


def test_the_api_knows_sqlalchemy_only_as_a_type():
    """Its idempotency stores an answer in the transaction of its effect, and therefore passes the session on."""
    none_of(
        [
            told(module, item)
            for module, item in product()
            if any(is_under(module, door) for door in DOORS)
            and item.root == "sqlalchemy"
            and (item.module, item.name) != ("sqlalchemy.orm", "Session")
        ]
    )


# --- tasks -----------------------------------------------------------------------------------------------------------


def kinds_asked_for() -> dict[str, str]:
    """Each kind of outbox row that some module asks for, with one of the places.

    Seen are ``kind="…"`` and the first or second plain string handed to the functions which add rows.
    """
    adding = {"add": None, "outbox_insert": 0, "task": 0, "_ask": 2}
    found: dict[str, str] = {}
    for module in sources():
        if not (is_under(module, "ivr") or is_under(module, "db")):
            continue
        tree = tree_of(module)
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in adding:
                continue
            position = adding[name]
            given = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
            given += node.args[position : position + 1] if position is not None else []
            for value in given:
                if isinstance(value, ast.Constant):
                    found.setdefault(str(value.value), f"{module}:{node.lineno}")
                elif isinstance(value, ast.Name) and value.id in constants:
                    found.setdefault(str(constants[value.id]), f"{module}:{node.lineno}")
    return found


def test_every_kind_asked_for_has_its_task():
    asked = kinds_asked_for()
    assert {"place_call", "transcribe_answer", "conclude_interview", "write_questions"} <= set(asked)
    none_of([f"{place} asks for {kind!r}" for kind, place in asked.items() if kind not in workers.tasks.KINDS])
    unused = set(workers.tasks.KINDS) - set(asked)
    assert not unused, f"nobody asks for {sorted(unused)}"


def test_every_task_is_a_function_with_a_handler():
    import inspect

    from ivr.gateways.rq_tasks import task_name

    tree = tree_of("workers.context")
    handled = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Call)
        and getattr(value.func, "id", "") == Handler.__name__
    }  # fmt: skip
    assert handled == set(workers.tasks.KINDS)
    for kind in workers.tasks.KINDS:
        module, _, function = task_name(kind).rpartition(".")
        assert module == "workers.tasks"
        assert list(inspect.signature(getattr(workers.tasks, function)).parameters) == ["outbox_id", "generation"]


# --- modules ---------------------------------------------------------------------------------------------------------


def test_modules_are_read_in_one_sitting():
    """Revisions of the schema are generated and not read."""
    lengths = {
        module: len(path.read_text(encoding="utf-8").splitlines())
        for module, path in sources().items()
        if not is_under(module, "db.migrations.versions")
    }
    limit = {module: LONGER_YET.get(module, LONGEST_MODULE) for module in lengths}
    none_of([f"{module} has {n} lines, {limit[module]} at most" for module, n in lengths.items() if n > limit[module]])
    split = [module for module in LONGER_YET if lengths.get(module, 0) <= LONGEST_MODULE]
    assert not split, f"short enough by now, take off the list: {split}"


def test_every_module_says_what_it_is_for():
    silent = []
    for module, path in sources().items():
        if not ast.get_docstring(tree_of(module)) and path.read_text(encoding="utf-8").strip():
            silent.append(module)
    none_of(silent)


_QUIET = """
import importlib, json, os, sys, threading

class Poisoned(dict):
    asked = []
    def _note(self, name):
        # the caller's frame is os.environ's or os.getenv's; the one behind it is whoever asks
        frame = sys._getframe(2)
        while frame and frame.f_globals.get("__name__", "") in ("os", "collections.abc", "_collections_abc"):
            frame = frame.f_back
        asker = frame.f_globals.get("__name__", "") if frame else ""
        if asker.partition(".")[0] in ("interview", "db", "ivr", "workers"):
            self.asked.append(f"{asker}:{frame.f_lineno} reads {name!r} from the environment")
    def __getitem__(self, name):
        self._note(name)
        return dict.__getitem__(self, name)
    def __contains__(self, name):
        self._note(name)
        return dict.__contains__(self, name)
    def get(self, name, default=None):
        self._note(name)
        return dict.get(self, name, default)

os.environ._data = Poisoned(os.environ._data)
before = set(os.listdir("."))
for module in json.loads(sys.argv[1]):
    importlib.import_module(module)
print(json.dumps({
    "threads": [thread.name for thread in threading.enumerate()],
    "asked": Poisoned.asked,
    "files": sorted(set(os.listdir(".")) - before),
}))
"""


def test_importing_does_nothing(tmp_path: Path):
    """No thread, no file, no look at the environment, in a process that imports all of the product."""
    modules = [
        module
        for module in sources()
        if module.partition(".")[0] in PRODUCT
        # Alembic runs these two kinds of files itself.
        and not is_under(module, "db.migrations")
    ]
    report = run_python(tmp_path, _QUIET, json.dumps(modules))
    assert json.loads(report) == {"threads": ["MainThread"], "asked": [], "files": []}


def test_the_poison_works(tmp_path: Path):
    """A module of ours that looked into the environment would be seen by the test above."""
    package = tmp_path / "ivr"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "curious.py").write_text("import os\nPORT = os.environ.get('PORT')\nHOME = os.getenv('HOME')\n")
    report = json.loads(run_python(tmp_path, _QUIET, json.dumps(["ivr.curious"]), path=tmp_path))
    assert [line.partition(" reads ")[2][:7] for line in report["asked"]] == ["b'PORT'", "b'HOME'"]


_WEB = """
import json, sys
import ivr.wsgi
from ivr.bootstrap import build_services
from ivr.settings import load_settings

build_services(load_settings(
    secret_key="a-secret-key-of-this-test", webhook_base_url="https://calls.example.com",
    twilio_account_sid="AC" + "0" * 32, twilio_auth_token="an-auth-token-of-this-test",
    twilio_phone_number="+14155550100", openai_api_key="sk-of-this-test",
))
print(json.dumps([name for name in json.loads(sys.argv[1]) if name in sys.modules]))
"""


def test_the_web_process_loads_no_library_of_the_workers(tmp_path: Path):
    """It starts quickly and stays small: vendors' clients and document readers are for workers and child processes."""
    heavy = ["openai", "httpx2", "twilio.rest", "pdfplumber", "pdfminer", "docx", "numpy", "soundfile", "workers", "rq",
             "typst"]
    assert json.loads(run_python(tmp_path, _WEB, json.dumps(heavy))) == []


def run_python(folder: Path, code: str, *arguments: str, path: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(path), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
