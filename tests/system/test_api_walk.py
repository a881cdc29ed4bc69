"""docs/api.md does what it says: every snippet is run, in its order, against the whole product and the doubles."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.demonstration.cast import Part, reactions
from scripts.demonstration.client import Http
from scripts.demonstration.stage import ROOT, Stage
from scripts.soaking.redis_process import RedisServer

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "api.md"
_SNIPPET = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def test_every_snippet_of_the_api_page_runs(
    sqlite_url: str, redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PAGE.read_text()
    snippets = list(_SNIPPET.finditer(text))
    assert snippets and {snippet[1] for snippet in snippets} == {"python"}
    shutil.copy(
        ROOT / "scripts" / "samples" / "job_descriptions" / "02_warehouse_operative.txt", tmp_path / "description.txt"
    )
    stage = Stage(numbers=["+12125550000"], database_url=sqlite_url, redis_url=redis_server.url)
    with stage:
        stage.start_doubles()
        stage.migrate()
        stage.start_product()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("BASE_URL", stage.web_url)
        monkeypatch.setenv("API_KEY", stage.api_key)
        names: dict[str, Any] = {}
        for snippet in snippets:
            if "_is_there" not in names and "questions" in names:
                _candidate(stage, names)
            above = "\n" * text.count("\n", 0, snippet.start(2))  # so that a fault names the page's own line
            exec(compile(above + snippet[2], str(PAGE), "exec"), names)  # noqa: S102 - it is our own page


def _candidate(stage: Stage, names: dict[str, Any]) -> None:
    """The person whom the page calls, at the double, once it is known what they will be asked."""
    person = reactions(Part("Ada Example", "+14155550123", "strong", "hire"), names["questions"]["questions"])
    Http(stage.carrier_url).put("/simulator/people/+14155550123", person)
    names["_is_there"] = True
