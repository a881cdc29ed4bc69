"""A person's rights: to be forgotten, with a receipt, and to be given all that is held about them."""

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.http import in_parts
from ivr.services.erasures import ErasureView

table = Table("Privacy")
_PERSON = "/candidates/{candidate_id}"


@table.on(
    "DELETE", _PERSON, Scope.WRITE, "Forget a person everywhere; the answer is the receipt so far",
    answer=ErasureView, status=202,
)  # fmt: skip
def erase_candidate(asked: Asked[Nothing, NoQuery]) -> ErasureView:
    return asked.services.erasures.request(asked.actor, asked.ids["candidate_id"])


@table.on(
    "GET", "/erasures/{erasure_id}", Scope.READ, "See what was removed, and what is still under way",
    answer=ErasureView,
)  # fmt: skip
def get_erasure(asked: Asked[Nothing, NoQuery]) -> ErasureView:
    return asked.services.erasures.receipt(asked.organisation_id, asked.ids["erasure_id"])


@table.on(
    "GET", _PERSON + "/export", Scope.ADMIN, "Download all that is held about a person, as a ZIP",
    media=("application/zip",),
)  # fmt: skip
def export_candidate(asked: Asked[Nothing, NoQuery]) -> Response:
    made = asked.services.exports.export(asked.actor, asked.ids["candidate_id"])
    return in_parts(made.parts(), made.size, "application/zip", f"person-{asked.ids['candidate_id']}.zip")
