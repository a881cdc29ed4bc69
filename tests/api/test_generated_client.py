"""A Python client that a generator made from the OpenAPI document, against the app over HTTP."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from werkzeug.serving import make_server

from ivr.api.blueprint import openapi_text
from ivr.app import create_app
from ivr.bootstrap import build_services
from tests.api.conftest import FIRST_KEY, make_settings
from tests.api.test_over_services import JOB_TEXT, NUMBER

PACKAGE = "viva_client"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The generated package, to be imported by its name."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(openapi_text())
    (folder / "config.yml").write_text(f"post_hooks: []\npackage_name_override: {PACKAGE}\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(folder / "openapi.json")]
    command += ["--config", str(folder / "config.yml"), "--output-path", str(folder / PACKAGE), "--meta", "none"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    sys.path.insert(0, str(folder))
    yield PACKAGE
    sys.path.remove(str(folder))


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    settings = make_settings(
        database_url=sqlite_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    services = build_services(settings)
    services.access.ensure_first_key()
    server = make_server("127.0.0.1", 0, create_app(services, settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    thread.join(10)
    services.database.dispose()


def _of(package: str, path: str) -> ModuleType:
    return importlib.import_module(f"{package}.{path}")


def test_the_generated_client_works(package: str, address: str) -> None:
    models: Any = _of(package, "models")
    client = _of(package, "client").AuthenticatedClient(base_url=address, token=FIRST_KEY)
    with client:
        wish = models.JobIn(title="Ward lead", description=JOB_TEXT, skills=["triage"])
        create = _of(package, "api.jobs.create_job")
        job = create.sync(client=client, body=wish, idempotency_key="ward-lead")
        assert (type(job).__name__, job.title, job.status) == ("Job", "Ward lead", "draft")
        again = create.sync_detailed(client=client, body=wish, idempotency_key="ward-lead")
        assert again.parsed.id == job.id and again.headers["Idempotency-Replayed"] == "true"
        listed = _of(package, "api.jobs.list_jobs").sync(client=client, limit=1)
        assert [one.id for one in listed.data] == [job.id] and listed.next_cursor is None

        candidate = _of(package, "api.candidates.create_candidate").sync(
            client=client, body=models.CandidateIn(name="Ann Lee", phone=NUMBER)
        )
        assert (type(candidate).__name__, candidate.phone) == ("Candidate", NUMBER)
        refused = _of(package, "api.interviews.create_interview").sync_detailed(
            client=client, body=models.InviteIn(job_id=job.id, candidate_id=candidate.id)
        )
        problem = refused.parsed
        assert type(problem).__name__ == "Problem" and problem.status == refused.status_code
        assert problem.code == json.loads(refused.content)["code"] and problem.hint
