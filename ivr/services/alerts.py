"""What the operator is told at once: that calling pauses, that a setting keeps calls from being placed, that the
carrier knows of calls which we do not, that scores drift, that the budget is used up, or that a webhook endpoint is
told nothing any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from sqlalchemy.orm import Session

from db.models import DomainEvent, Organisation
from db.repositories import outbox
from db.repositories.events import ALERT, alert_since, record
from db.repositories.model_calls import month_of
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import Alert, Alerter, GatewayError

CALLING_PAUSED = "calling_paused"
CONFIGURATION = "configuration"
CONTROL_DRIFT = "control_drift"
SCORE_DRIFT = "score_drift"
BUDGET_EXCEEDED = "budget_exceeded"
UNKNOWN_CALLS = "unknown_calls"
WEBHOOK_DISABLED = "webhook_disabled"
# The same trouble is told once in this time, however many calls meet it.
AGAIN_AFTER = timedelta(hours=1)
# Scores of a month move slowly, and so does whoever looks into them.
DRIFT_AGAIN_AFTER = timedelta(days=7)
# News that nobody could be told for so long is no news any more.
STALE_AFTER = timedelta(hours=1)

_log = structlog.stdlib.get_logger(__name__)


class AlertService:
    """Delivers alerts; ``alerter`` is None when no address is set: the log and the event have said it all."""

    def __init__(self, database: Database, alerter: Alerter | None, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._alerter = alerter
        self._clock = clock

    def send_alert(self, lease: Lease) -> None:
        """Tell the operator what the event says, unless it is old by now. Raises GatewayError."""
        with self._database.read() as session:
            event = session.get(DomainEvent, lease.subject_id)
        if self._alerter is not None and event is not None and event.created_at > self._clock() - STALE_AFTER:
            words = event.data
            self._alerter.send(Alert(words["code"], words["sentence"], words["what_to_do"], event.created_at))
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """It cannot be delivered: the event stands, and the log says why nobody was told."""
        _log.error("alert.not_delivered", why=error.message)
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def tell_that_calling_pauses(session: Session, organisation_id: str, now: datetime) -> None:
    """The circuit breaker has opened."""
    _tell(
        session, organisation_id, CALLING_PAUSED,
        "Half of the last calls failed, so no call is placed for five minutes; then one tries.",
        "Look at the failed calls in the dashboard, at status.twilio.com and at the log.", now,
    )  # fmt: skip


def tell_of_configuration(session: Session, organisation_id: str, error: GatewayError, now: datetime) -> None:
    """The carrier refuses calls because of something that only a person can change."""
    what_to_do = "Calls wait and go on by themselves once this is put right; scripts/check_setup tries each piece."
    _tell(session, organisation_id, f"{CONFIGURATION}:{error.code}", error.message, what_to_do, now)


def tell_of_unknown_calls(session: Session, organisation_id: str, sentence: str, now: datetime) -> None:
    """The carrier knows more of our calls than we do."""
    what_to_do = "If the database was restored, set the stop switch and follow docs/operations.md, After a restore."
    _tell(session, organisation_id, UNKNOWN_CALLS, sentence, what_to_do, now)


def tell_of_drift(
    session: Session, organisation_id: str, job_id: str, sentence: str, now: datetime, *, is_blocking: bool
) -> None:
    """The control answers of a job no longer get the scores that they are known by."""
    what_to_do = (
        "Answers of this job wait. Go back to the model and prompt before, or give the control answers new scores."
        if is_blocking
        else "Look at the job's control answers and at /analytics/drift before you rely on new scores."
    )
    _tell(session, organisation_id, f"{CONTROL_DRIFT}:{job_id}", sentence, what_to_do, now)


def tell_of_score_drift(
    session: Session, organisation_id: str, rater: str, sentence: str, now: datetime
) -> None:
    """The scores of this model and prompt have moved since they were first seen; told once a week."""
    what_to_do = "Look at /analytics/drift, and have people rate some answers blind (POST /calibrations)."
    code = f"{SCORE_DRIFT}:{rater}"
    _tell(session, organisation_id, code, sentence, what_to_do, now, since=now - DRIFT_AGAIN_AFTER)


def tell_of_budget(session: Session, organisation_id: str, sentence: str, budget_usd: Decimal, now: datetime) -> None:
    """The month's budget for models is used up; told once a month and budget, whoever notices first."""
    # Many tasks may meet the limit at once: the row's lock makes one of them the first.
    session.get_one(Organisation, organisation_id, with_for_update=True)
    what_to_do = "Work waits and goes on by itself when MONTHLY_BUDGET_USD is raised or the next month begins."
    _tell(
        session, organisation_id, f"{BUDGET_EXCEEDED}:{budget_usd:f}", sentence, what_to_do, now, since=month_of(now)
    )


def tell_of_webhook(session: Session, organisation_id: str, endpoint_id: str, why: str, now: datetime) -> None:
    """An endpoint was disabled by us."""
    sentence = f"The webhook endpoint {endpoint_id} is disabled. {why}"
    what_to_do = "Put its receiver right, enable it (PATCH /webhook-endpoints/{id}) and replay what it missed."
    _tell(session, organisation_id, f"{WEBHOOK_DISABLED}:{endpoint_id}", sentence, what_to_do, now)


def _tell(
    session: Session,
    organisation_id: str,
    code: str,
    sentence: str,
    what_to_do: str,
    now: datetime,
    since: datetime | None = None,
) -> None:
    """Write down that something needs a person now, and have them told; not if the same ``code`` was told ``since``
    then, which is an hour ago unless given."""
    if alert_since(session, organisation_id, code, since or now - AGAIN_AFTER):
        return
    event = record(
        session, organisation_id=organisation_id, type=ALERT, subject_kind="organisation",
        subject_id=organisation_id, actor="system", at=now,
        data={"code": code, "sentence": sentence, "what_to_do": what_to_do},
    )  # fmt: skip
    session.flush()
    outbox.add(
        session, kind="send_alert", subject_id=event.id, organisation_id=organisation_id, due_at=now
    )
    _log.error(ALERT, code=code, sentence=sentence, what_to_do=what_to_do)
