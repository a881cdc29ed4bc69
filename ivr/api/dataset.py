"""The answers that people have judged, for measuring the judge elsewhere."""

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.statistics import DatasetQuery

table = Table("Analytics")


@table.on(
    "GET", "/dataset.jsonl", Scope.ADMIN, "Download reviewed answers with people's ratings, as scripts/evaluate reads",
    query=DatasetQuery, media=("application/jsonl",),
)  # fmt: skip
def get_dataset(asked: Asked[Nothing, DatasetQuery]) -> Response:
    lines = asked.services.dataset.lines(asked.actor, asked.query.filters(), only_rated=asked.query.rated)
    headers = {"Content-Disposition": 'attachment; filename="dataset.jsonl"'}
    return Response((line.encode() for line in lines), content_type="application/jsonl; charset=utf-8", headers=headers)
