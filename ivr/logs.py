"""Logs: one event a line, as JSON or for a console, and nothing in them that must not be read there.

Libraries' own log records take the same road, so the redaction sees everything.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from ivr.settings import Settings

GONE = "[removed]"
_SECRET_NAMES = re.compile(
    r"(?i)(authorization|x-api-key|api_?key|auth_?token|token|secret|password|cookie|signature|credential)"
)
# Counts and ids whose names only sound like secrets.
_HARMLESS_NAMES = frozenset({"input_tokens", "output_tokens", "cached_tokens", "api_key_id", "key_id", "token_count"})
# What people said or wrote: it stays in the database.
_WORDS_NAMES = frozenset(
    {
        "transcript", "text", "body", "resume", "resume_text", "description", "answer", "reply", "prompt", "payload",
        "instructions", "quote", "quotes", "content", "form", "email", "name", "candidate_name", "speech_result",
    }
)  # fmt: skip
# Seven digits and more with the marks that people put between them, not inside an id or a longer word.
_PHONE = re.compile(r"(?<![\w.+-])(?:\+|00)[1-9](?:[\s().-]?\d){6,14}(?![\w])")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_KEYS = re.compile(r"vv_[A-Za-z0-9_-]{16,}|\bsk-[A-Za-z0-9_-]{8,}")
_IN_QUERY = re.compile(r"(?i)\b((?:api_?key|auth_?token|access_?token|token|password|secret)=)[^\s&#\"']+")
_IN_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@")
_LOGIN_PATH = re.compile(r"(/(?:login|c)/)[A-Za-z0-9_-]{16,}")
# Values that SQLAlchemy and pydantic repeat in their messages.
_ECHOES = re.compile(r"\[parameters: .*|input_value=.*|DETAIL: .*")
_DEPTH = 6
# OpenAI's library speaks through httpx or through its successor, by its version.
_TALKATIVE = (
    "werkzeug", "httpx", "httpcore", "httpx2", "httpcore2", "urllib3", "openai", "twilio", "rq.worker", "alembic",
    "boto3", "botocore", "s3transfer",
)  # fmt: skip


class Redactor:
    """Takes secrets, people's words and all but the last four digits of phone numbers out of an event."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {name: self._named(name, value, 0) for name, value in event.items()}

    def text(self, text: str) -> str:
        """The text without what must not be read."""
        if self._secrets is not None:
            text = self._secrets.sub(GONE, text)
        text = _BEARER.sub(rf"\1 {GONE}", text)
        text = _KEYS.sub(GONE, text)
        text = _IN_QUERY.sub(rf"\1{GONE}", text)
        text = _IN_URL.sub(rf"\1:{GONE}@", text)
        text = _ECHOES.sub(GONE, text)
        text = _LOGIN_PATH.sub(rf"\1{GONE}", text)
        return _PHONE.sub(_masked, text)

    def _named(self, name: str, value: Any, depth: int) -> Any:
        folded = name.lower()
        if folded in _WORDS_NAMES or (_SECRET_NAMES.search(folded) and folded not in _HARMLESS_NAMES):
            return None if value is None else GONE
        return self._value(value, depth)

    def _value(self, value: Any, depth: int) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.text(value)
            case _ if depth >= _DEPTH:
                return GONE
            case Mapping():
                return {self.text(str(name)): self._named(str(name), item, depth + 1) for name, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(item, depth + 1) for item in value]
            case bytes() | bytearray():
                return f"[{len(value)} bytes]"
            case _:
                return self.text(str(value))


def redactor_of(settings: Settings) -> Redactor:
    """One that knows every secret of the settings."""
    return Redactor(_secret_values(settings))


def setup_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process through one format to ``stream`` (standard output).

    Called once by each program at its start.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    redactor = redactor_of(settings)
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if settings.log_format == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )  # fmt: skip
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Tracebacks become text before the redaction, never with the values of local variables.
                structlog.processors.format_exc_info,
                redactor,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _TALKATIVE:
        # They write a line for each request, some with whole URLs and headers.
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _secret_values(settings: Settings) -> list[str]:
    """Every secret of the settings, and passwords inside of URLs."""
    found = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, str) and (password := re.search(r"://[^\s/:@]*:([^\s/@]+)@", value)):
            found.append(password[1])
    return found


def _masked(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return f"+******{digits[-4:]}"
