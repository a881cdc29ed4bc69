"""What Twilio would complain about in a voice document, by its own schema and by the rules of its own library.

Run as ``python -m scripts.simulator.twiml_check < document.xml``.
"""

from __future__ import annotations

import functools
import json
import re
import sys
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import xmlschema

CONTRACTS = Path(__file__).parent / "contracts"
SCHEMA = CONTRACTS / "twiml-xsd" / "twiml_v20100401_twilioRealtimeCallSchema.xsd"
RULES = CONTRACTS / "twiml-voice.rules.json"

# https://www.twilio.com/docs/api/errors/11750: a TwiML response may not exceed 64 KB
MAX_BYTES = 64 * 1024

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_schema_lock = threading.Lock()


def check_twiml(text: str) -> list[str]:
    """Problems of a voice document, one sentence each; an empty list when Twilio would take it."""
    problems = []
    size = len(text.encode())
    if size >= MAX_BYTES:
        problems.append(f"the document has {size} bytes, the limit is {MAX_BYTES}")
    try:
        root = parse_twiml(text)
    except ValueError as error:
        return [*problems, str(error)]
    if root.tag != "Response":
        return [*problems, f"the root element is <{root.tag}>, not <Response>"]
    _walk(root, problems)
    problems.extend(_schema_problems(root))
    return problems


def parse_twiml(text: str) -> ElementTree.Element:
    """The document's root element; ValueError when it is not well-formed or declares a document type."""
    if "<!DOCTYPE" in text:
        raise ValueError("a document type declaration has no place in TwiML")
    try:
        # entities need a document type, which was refused just above
        return ElementTree.fromstring(text.encode())  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(f"the document is not well-formed XML: {error}") from None


def _walk(element: ElementTree.Element, problems: list[str]) -> None:
    rules = _rules()
    rule = rules.get(element.tag)
    if rule is None:
        problems.append(f"<{element.tag}> is not a TwiML element")
        return
    if not rule["text"] and _own_text(element):
        problems.append(f"<{element.tag}> holds text: {_own_text(element)[:40]!r}")
    for name, value in element.attrib.items():
        attribute = "xml:lang" if name == _XML_LANG else name
        if attribute not in rule["attributes"]:
            problems.append(f"<{element.tag}> has no attribute {attribute}")
            continue
        problem = _value_problem(attribute, value, rule["attributes"][attribute])
        if problem:
            problems.append(f"<{element.tag} {attribute}={value!r}>: {problem}")
    for child in element:
        if child.tag in rules and child.tag not in rule["children"]:
            problems.append(f"<{child.tag}> may not stand inside <{element.tag}>")
        _walk(child, problems)


def _own_text(element: ElementTree.Element) -> str:
    return " ".join(part.strip() for part in (element.text, *(child.tail for child in element)) if part).strip()


def _value_problem(name: str, value: str, rule: dict[str, Any]) -> str | None:
    if name == "method" or name.endswith("Method"):
        return None if value in ("GET", "POST") else "a method is GET or POST"
    if "enum" in rule:
        values = value.split() if rule.get("list") else [value]
        wrong = [one for one in values if one not in rule["enum"]]
        return f"not among the allowed values: {', '.join(wrong) or 'empty'}" if wrong or not values else None
    match rule.get("type"):
        case "integer":
            return None if re.fullmatch(r"-?\d+", value) else "not a whole number"
        case "boolean":
            return None if value in ("true", "false") else "neither true nor false"
    return None


def _schema_problems(root: ElementTree.Element) -> list[str]:
    # the schema knows the voices of its day only; the rule table has the present ones
    for say in root.iter("Say"):
        if "voice" in say.attrib:
            say.set("voice", "Polly.Joanna")
    with _schema_lock:
        schema = _schema()
    return [f"schema: {error.reason} (at {error.path})" for error in schema.iter_errors(root)]


@functools.cache
def _schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMA))


@functools.cache
def _rules() -> dict[str, Any]:
    return json.loads(RULES.read_text())["elements"]


def main() -> int:
    """Check the document on standard input; the exit status is 1 when something is wrong."""
    problems = check_twiml(sys.stdin.read())
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
