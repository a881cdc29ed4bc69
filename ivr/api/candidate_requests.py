"""What candidates ask of a person: listed, written down, resolved with a note."""

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.candidate_requests import (
    CandidateRequestIn,
    CandidateRequestQuery,
    CandidateRequestShown,
    ResolutionIn,
)
from ivr.services.candidate_requests import RequestView
from ivr.services.drafts import Paged

table = Table("Requests")
_ONE = "/requests/{request_id}"


@table.on(
    "POST", "/requests", Scope.WRITE, "Write down what a candidate asked for by letter or telephone",
    body=CandidateRequestIn, answer=CandidateRequestShown, of=RequestView, shows=CandidateRequestShown.of,
    codes=("external_id_exists", "practice_is_private"),
)  # fmt: skip
def create_request(asked: Asked[CandidateRequestIn, NoQuery]) -> RequestView:
    return asked.services.candidate_requests.create(asked.actor, asked.body.draft())


@table.on(
    "GET", "/requests", Scope.READ, "List candidates who asked for a person, contested an answer, or want their data",
    query=CandidateRequestQuery, answer=CandidateRequestShown, of=RequestView, shows=CandidateRequestShown.of,
    is_list=True,
)  # fmt: skip
def list_requests(asked: Asked[Nothing, CandidateRequestQuery]) -> Paged[RequestView]:
    return asked.services.candidate_requests.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on(
    "GET", _ONE, Scope.READ, "Read a request",
    answer=CandidateRequestShown, of=RequestView, shows=CandidateRequestShown.of,
)  # fmt: skip
def get_request(asked: Asked[Nothing, NoQuery]) -> RequestView:
    return asked.services.candidate_requests.get(asked.organisation_id, asked.ids["request_id"])


@table.on(
    "POST", _ONE + "/resolve", Scope.WRITE, "Say how a person dealt with a request",
    body=ResolutionIn, answer=CandidateRequestShown, of=RequestView, shows=CandidateRequestShown.of,
    codes=("wrong_status",),
)  # fmt: skip
def resolve_request(asked: Asked[ResolutionIn, NoQuery]) -> RequestView:
    return asked.services.candidate_requests.resolve(asked.actor, asked.ids["request_id"], asked.body.note)
