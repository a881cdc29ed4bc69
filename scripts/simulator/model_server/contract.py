"""The published form of requests and replies (contracts/model-server.schema.json) as a check."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA_FILE = Path(__file__).parent.parent / "contracts" / "model-server.schema.json"


@cache
def _validator(name: str) -> Draft202012Validator:
    document: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": document["$defs"]})


def problems(name: str, value: object) -> list[str]:
    """How a "request" or a "reply" breaks its form; empty when it does not."""
    return [
        f"{'.'.join(map(str, error.absolute_path)) or name}: {error.message[:300]}"
        for error in _validator(name).iter_errors(value)
    ]
