"""Candidates and their résumés."""

from typing import Any

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table, csv_of
from ivr.api.requests import CSV_LIMIT
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.candidates import (
    CandidateIn,
    CandidatePatchIn,
    CandidateQuery,
    ImportIn,
    ImportQuery,
    ResumeQuery,
)
from ivr.api.schemas.statistics import GroupsIn
from ivr.http import attachment
from ivr.services.drafts import Paged
from ivr.services.fairness import CandidateGroupsView
from ivr.services.import_views import ImportView
from ivr.services.views import CandidateView

table = Table("Candidates")
_FILE_CODES = ("empty_file", "unsupported_type", "encrypted", "corrupt", "too_large")
_CODES = ("candidate_exists", "external_id_exists", "number_invalid")


@table.on(
    "POST", "/candidates", Scope.WRITE, "Enter a candidate, with a résumé if there is one",
    body=CandidateIn, file_field="resume", answer=CandidateView,
    codes=(*_CODES, *_FILE_CODES),
)  # fmt: skip
def create_candidate(asked: Asked[CandidateIn, NoQuery]) -> CandidateView:
    return asked.services.candidates.create(asked.actor, asked.body.draft(), asked.upload)


@table.on(
    "POST", "/candidates/import", Scope.WRITE, "Enter people from a CSV file, each line with its outcome",
    body=ImportIn, query=ImportQuery, file_field="file", takes_csv=True, body_limit=CSV_LIMIT, status=202,
    answer=ImportView, codes=("empty_file", "csv_unreadable", "csv_no_column"),
)  # fmt: skip
def import_candidates(asked: Asked[Any, ImportQuery]) -> ImportView:
    return asked.services.imports.run(
        asked.actor, csv_of(asked), dry_run=asked.query.dry_run, country=asked.query.country
    )


@table.on("GET", "/candidates", Scope.READ, "List candidates", query=CandidateQuery, answer=CandidateView, is_list=True)
def list_candidates(asked: Asked[Nothing, CandidateQuery]) -> Paged[CandidateView]:
    return asked.services.candidates.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on("GET", "/candidates/{candidate_id}", Scope.READ, "Read a candidate", answer=CandidateView)
def get_candidate(asked: Asked[Nothing, NoQuery]) -> CandidateView:
    return asked.services.candidates.get(asked.organisation_id, asked.ids["candidate_id"])


@table.on(
    "PATCH", "/candidates/{candidate_id}", Scope.WRITE, "Change a candidate, or replace the résumé",
    body=CandidatePatchIn, file_field="resume", answer=CandidateView, codes=(*_CODES, *_FILE_CODES),
)  # fmt: skip
def change_candidate(asked: Asked[CandidatePatchIn, NoQuery]) -> CandidateView:
    if asked.upload is not None:
        asked.services.candidates.replace_resume(asked.actor, asked.ids["candidate_id"], asked.upload)
    return asked.services.candidates.patch(asked.actor, asked.ids["candidate_id"], asked.body.patch())


@table.on(
    "GET", "/candidates/{candidate_id}/resume", Scope.WRITE, "Download the résumé as it was sent, or its text",
    query=ResumeQuery,
    media=("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text/plain"),
)  # fmt: skip
def get_resume(asked: Asked[Nothing, ResumeQuery]) -> Response:
    ids = asked.organisation_id, asked.ids["candidate_id"], asked.actor
    if asked.query.format == "text":
        return attachment(
            asked.services.candidates.resume_text(*ids).encode(), "text/plain; charset=utf-8", "resume.txt"
        )
    file = asked.services.candidates.resume(*ids)
    return attachment(file.data, file.content_type, file.filename)


@table.on(
    "PUT", "/candidates/{candidate_id}/groups", Scope.ADMIN,
    "Store what a candidate chose to say of themselves; it is read in sums only", body=GroupsIn,
    answer=CandidateGroupsView,
)  # fmt: skip
def put_candidate_groups(asked: Asked[GroupsIn, NoQuery]) -> CandidateGroupsView:
    return asked.services.fairness.put_groups(asked.actor, asked.ids["candidate_id"], asked.body.groups)
