"""No page of the dashboard is forgotten when all of them are photographed and looked at for barriers."""

from __future__ import annotations

from collections import defaultdict

import pytest
from werkzeug.exceptions import NotFound

from scripts.demonstration.every_page import FILES, ONCE, OUTSIDE, PAGES
from tests.dashboard.conftest import House

SOME_ID = "10000000-0000-4000-8000-000000000001"


def test_every_page_is_in_the_table(house: House) -> None:
    urls = house.app.url_map.bind("localhost")
    ids: dict[str, str] = defaultdict(lambda: SOME_ID)
    seen = set()
    for shown in (*OUTSIDE, *PAGES):
        path = shown.address(ids).partition("?")[0]
        if shown.name == "not-found":
            with pytest.raises(NotFound):
                urls.match(path)
        else:
            seen.add(urls.match(path)[0])
    readable = {
        rule.endpoint
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint.startswith("dashboard.") and "GET" in (rule.methods or ())
    }
    assert seen | FILES | ONCE == readable and not seen & (FILES | ONCE)
    assert len({shown.name for shown in (*OUTSIDE, *PAGES)}) == len((*OUTSIDE, *PAGES))
