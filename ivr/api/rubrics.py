"""The library of rubrics, from which jobs start."""

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.rubrics import RubricIn, RubricQuery, RubricShown
from ivr.services.drafts import Paged
from ivr.services.rubrics import RubricView

table = Table("Rubrics")
_ONE = "/rubrics/{rubric_id}"


@table.on(
    "POST", "/rubrics", Scope.WRITE, "Enter a rubric: competencies with weights and anchors, and questions",
    body=RubricIn, answer=RubricShown, of=RubricView, shows=RubricShown.of,
    codes=("rubric_invalid", "external_id_exists"),
)  # fmt: skip
def create_rubric(asked: Asked[RubricIn, NoQuery]) -> RubricView:
    return asked.services.rubrics.create(asked.actor, asked.body.draft())


@table.on(
    "GET", "/rubrics", Scope.READ, "List rubrics",
    query=RubricQuery, answer=RubricShown, of=RubricView, shows=RubricShown.of, is_list=True,
)  # fmt: skip
def list_rubrics(asked: Asked[Nothing, RubricQuery]) -> Paged[RubricView]:
    return asked.services.rubrics.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on("GET", _ONE, Scope.READ, "Read a rubric", answer=RubricShown, of=RubricView, shows=RubricShown.of)
def get_rubric(asked: Asked[Nothing, NoQuery]) -> RubricView:
    return asked.services.rubrics.get(asked.organisation_id, asked.ids["rubric_id"])


@table.on(
    "PUT", _ONE, Scope.WRITE, "Write a rubric anew; jobs that started from it stay as they are",
    body=RubricIn, answer=RubricShown, of=RubricView, shows=RubricShown.of,
    codes=("rubric_invalid", "external_id_exists"),
)  # fmt: skip
def replace_rubric(asked: Asked[RubricIn, NoQuery]) -> RubricView:
    return asked.services.rubrics.replace(asked.actor, asked.ids["rubric_id"], asked.body.draft())
