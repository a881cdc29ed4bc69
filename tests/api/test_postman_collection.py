"""The Postman collection holds every operation of the document, and what it sends is understood."""

from __future__ import annotations

import json
import re

from ivr.api.blueprint import openapi_text
from scripts.postman_collection import collection


def test_every_operation_is_in_it_with_its_example() -> None:
    document = json.loads(openapi_text())
    made = collection(document)
    requests = [item["request"] for folder in made["item"] for item in folder["item"]]
    asked = {(one["method"], re.sub(r"\{\{(\w+)\}\}", r"{\1}", one["url"]["raw"])) for one in requests}
    base = "{base_url}" + document["servers"][0]["url"]
    assert asked == {(m.upper(), base + path) for path, methods in document["paths"].items() for m in methods}
    variables = {one["key"] for one in made["variable"]}
    assert {name for one in requests for name in re.findall(r"\{\{(\w+)\}\}", one["url"]["raw"])} <= variables
    for one in requests:
        if "body" in one:
            assert json.loads(one["body"]["raw"]) is not None
    invite = next(one for one in requests if one["url"]["raw"].endswith("/interviews") and one["method"] == "POST")
    assert set(json.loads(invite["body"]["raw"])) >= {"job_id"}
