"""An event as those are told who are not asking: its object as the API shows it to a key that may only read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from db.models import Scope
from ivr.api import candidates, interviews, jobs
from ivr.api.operations import Table, masked, shown
from ivr.api.schemas.interviews import AnswerShown
from ivr.services.access import KeyIdentity
from ivr.services.call_lists import OptOutView
from ivr.services.event_objects import Announcement, PartOf
from ivr.services.views import AnswerView, CandidateView, InterviewView, JobView, ReviewView
from ivr.services.webhook_views import WebhookEndpointView

# Telephone numbers are masked for it: a receiver needs them no more than a report does.
_READER = KeyIdentity("", "", "webhook", frozenset({Scope.READ}))
_MOMENT = TypeAdapter(datetime)
_ANSWER, _REVIEW = TypeAdapter(AnswerShown), TypeAdapter(ReviewView)
_OPT_OUT, _ENDPOINT = TypeAdapter(OptOutView), TypeAdapter(WebhookEndpointView)


def payload(announcement: Announcement) -> dict[str, Any]:
    """``{id, type, created_at, data}``; data that has no address of its own carries ``interview_id``."""
    return {
        "id": announcement.id,
        "type": announcement.type,
        "created_at": _MOMENT.dump_python(announcement.created_at.astimezone(UTC), mode="json"),
        "data": _data(announcement),
    }


def _data(announcement: Announcement) -> Mapping[str, Any]:
    match announcement.subject:
        case JobView() as job:
            return _as_shown(jobs.table, "get_job", job)
        case InterviewView() as interview:
            return _as_shown(interviews.table, "get_interview", interview)
        case CandidateView() as candidate:
            return _as_shown(candidates.table, "get_candidate", candidate)
        case OptOutView() as opt_out:
            found: dict[str, Any] = masked(_OPT_OUT.dump_python(opt_out, mode="json"))
            return found
        case WebhookEndpointView() as endpoint:
            told: dict[str, Any] = _ENDPOINT.dump_python(endpoint, mode="json")
            return told
        case PartOf(what, interview_id):
            return {**_part(what, interview_id), "interview_id": interview_id}


def _part(what: AnswerView | ReviewView | CandidateView, interview_id: str) -> Mapping[str, Any]:
    found: dict[str, Any]
    match what:
        case AnswerView():
            found = _ANSWER.dump_python(AnswerShown.of(what, interview_id), mode="json")
        case ReviewView():
            found = _REVIEW.dump_python(what, mode="json")
        case CandidateView():
            found = dict(_as_shown(candidates.table, "get_candidate", what))
    return found


def _as_shown(table: Table, name: str, view: object) -> Mapping[str, Any]:
    operation = next(one for one in table.operations if one.name == name)
    return shown(operation, view, _READER) or {}
