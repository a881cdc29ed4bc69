"""The API to read in a browser: a page made from the same document, without scripts and with nothing from elsewhere."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, render_template

from ivr.api.codes import CODES

_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def install(app: Flask, document_text: Callable[[], str]) -> None:
    """Add /docs."""
    blueprint = Blueprint(
        "docs", __name__, url_prefix="/docs", template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip

    @blueprint.get("")
    def docs() -> Response:
        document = _parsed(document_text())
        page = render_template(
            "api_docs.html", document=document, groups=_groups(document), codes=CODES, kind_of=_kind_of
        )
        headers = {"Content-Security-Policy": _PAGE_POLICY, "Cache-Control": "no-cache"}
        return Response(page, content_type="text/html; charset=utf-8", headers=headers)

    app.register_blueprint(blueprint)


@cache
def _parsed(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _groups(document: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """Operations by tag, as (method, path, operation)."""
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append((method.upper(), path, operation))
    return groups


def _kind_of(schema: dict[str, Any]) -> tuple[str, str | None]:
    """A schema in a few words, and the component that it means, if any."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return name, name
    if "anyOf" in schema:
        kinds = [_kind_of(part) for part in schema["anyOf"]]
        return " or ".join(words for words, _ in kinds), next((name for _, name in kinds if name), None)
    if schema.get("type") == "array":
        words, name = _kind_of(schema.get("items", {}))
        return f"list of {words}", name
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), None
    if "const" in schema:
        return str(schema["const"]), None
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return (f"{words} ({schema['format']})" if "format" in schema else words), None
