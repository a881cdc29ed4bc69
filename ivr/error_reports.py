"""Errors in the log, told to Sentry as well where SENTRY_DSN is set: what broke, where, and ids; nobody's data.

Sentry's own integrations are left out: they would take requests, headers, variables and SQL along. What is sent is made
here, of the log's event, and goes through the log's redaction.
"""

import logging
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ivr.logs import Redactor, redactor_of
from ivr.settings import BadSettings, Settings

if TYPE_CHECKING:
    import sentry_sdk

# Of an event's words these are ids, kinds and codes of ours.
_TAGS = (
    "request_id", "task", "outbox_id", "subject_id", "interview_id", "call_id", "route", "status", "code", "attempt",
)  # fmt: skip
FLUSH_S = 2.0


def report_errors(settings: Settings) -> None:
    """Send what is logged as an error from here on. Raises BadSettings when Sentry's library is not installed."""
    if settings.sentry_dsn is None:
        return
    if find_spec("sentry_sdk") is None:
        raise BadSettings(["SENTRY_DSN is set, which needs sentry-sdk: pip install -r requirements-extras.txt."])
    import sentry_sdk

    client = sentry_sdk.Client(
        dsn=settings.sentry_dsn.get_secret_value(),
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        traces_sample_rate=None,
        shutdown_timeout=FLUSH_S,
    )
    logging.getLogger().addHandler(ErrorReports(client, redactor_of(settings)))


class ErrorReports(logging.Handler):
    """A log handler that hands errors to Sentry's client, which sends them from a thread of its own."""

    def __init__(self, client: "sentry_sdk.Client", redactor: Redactor) -> None:
        super().__init__(logging.ERROR)
        self._client = client
        self._redactor = redactor

    def emit(self, record: logging.LogRecord) -> None:
        """Make a report of the record; what goes wrong in doing so stays here."""
        if record.name.startswith("sentry_sdk"):
            return
        try:
            self._client.capture_event(self._report(record))
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Let what waits be sent."""
        self._client.close(timeout=FLUSH_S)
        super().close()

    def _report(self, record: logging.LogRecord) -> Any:
        from sentry_sdk.utils import event_from_exception

        said = record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        words = self._redactor(None, "", dict(said))
        report: dict[str, Any] = {}
        # structlog leaves the exception where it is: this runs inside of the block that logs it.
        error = record.exc_info if record.exc_info and record.exc_info[0] else sys.exc_info()
        if said.get("exc_info", record.exc_info) and error[0] is not None:
            found: Any = event_from_exception(error, client_options=self._client.options)
            report = found[0]
            for one in report["exception"]["values"]:
                one["value"] = self._redactor.text(str(one.get("value") or ""))
        report |= {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(words.get("event", "")),
            "tags": {name: str(words[name]) for name in _TAGS if words.get(name) is not None},
        }
        return report
