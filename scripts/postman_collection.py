"""The API as a Postman collection (format 2.1), made from the OpenAPI document.

    python -m scripts.postman_collection > viva-voce.postman_collection.json

Its variables are ``base_url``, ``api_key`` and one for each id that stands in a path.
"""

import json
import re
import sys
from typing import Any

from ivr.api.blueprint import openapi_text

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_PARAMETER = re.compile(r"\{(\w+)\}")


def collection(document: dict[str, Any]) -> dict[str, Any]:
    """The whole collection: a folder for each tag, a request for each operation, with its example as the body."""
    base = document["servers"][0]["url"]
    folders: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    ids: set[str] = set()
    for path, methods in document["paths"].items():
        ids |= set(_PARAMETER.findall(path))
        for method, operation in methods.items():
            folders[operation["tags"][0]].append(_request(document, base, path, method, operation))
    variables = {"base_url": "https://calls.example.com", "api_key": "", **dict.fromkeys(sorted(ids), "")}
    return {
        "info": {"name": document["info"]["title"], "description": document["info"]["description"], "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{api_key}}", "type": "string"}]},
        "variable": [{"key": name, "value": value} for name, value in variables.items()],
        "item": [{"name": tag.capitalize(), "item": items} for tag, items in folders.items()],
    }


def _request(document: dict[str, Any], base: str, path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    full = base + _PARAMETER.sub(r"{{\1}}", path)
    query = [
        {"key": one["name"], "value": "", "description": one.get("description", ""), "disabled": True}
        for one in operation["parameters"]
        if one.get("in") == "query"
    ]
    request: dict[str, Any] = {
        "method": method.upper(),
        "description": operation["description"],
        "header": [],
        "url": {"raw": "{{base_url}}" + full, "host": ["{{base_url}}"], "path": full.strip("/").split("/")},
    }
    if query:
        request["url"]["query"] = query
    if method == "post":
        header = {"key": "Idempotency-Key", "value": "{{$guid}}", "disabled": True}
        request["header"].append(header)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        raw = json.dumps(_example(document, content), ensure_ascii=False, indent=2)
        request["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    return {"name": operation["summary"], "request": request, "response": []}


def _example(document: dict[str, Any], content: dict[str, Any]) -> Any:
    if "example" in content:
        return content["example"]
    reference = next(iter(content["examples"].values()))["$ref"]
    return document["components"]["examples"][reference.rsplit("/", 1)[-1]]["value"]


def main() -> int:
    """Write the collection to the standard output."""
    json.dump(collection(json.loads(openapi_text())), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
