"""The organisation: its settings and looks, its stop switch, and the record of what happened in it."""

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.organisation import AuditQuery, AuditShown, ChainShown, OrganisationPatchIn
from ivr.http import attachment
from ivr.services.organisations import OrganisationDetailView, OrganisationView

table = Table("Organisation")


@table.on("GET", "/organisation", Scope.READ, "Read the organisation's settings", answer=OrganisationDetailView)
def get_organisation(asked: Asked[Nothing, NoQuery]) -> OrganisationDetailView:
    return asked.services.organisations.get(asked.organisation_id)


@table.on(
    "PATCH", "/organisation", Scope.ADMIN, "Change name, logo, accent colour, consent text or retention",
    body=OrganisationPatchIn, file_field="logo", answer=OrganisationDetailView,
    codes=("colour_contrast", "consent_text_exists", "empty_file", "unsupported_type", "corrupt", "logo_too_large"),
)  # fmt: skip
def change_organisation(asked: Asked[OrganisationPatchIn, NoQuery]) -> OrganisationDetailView:
    return asked.services.organisations.change(asked.actor, asked.body.patch(), asked.upload)


@table.on(
    "GET", "/organisation/logo", Scope.READ, "Download the logo", media=("image/png", "image/jpeg"),
    codes=("not_found",),
)  # fmt: skip
def get_organisation_logo(asked: Asked[Nothing, NoQuery]) -> Response:
    logo = asked.services.organisations.logo(asked.organisation_id)
    return attachment(logo.data, logo.content_type, logo.filename)


@table.on(
    "POST", "/stop", Scope.CALL, "Set the stop switch: nothing is dialled", body=Nothing, answer=OrganisationView,
    status=200,
)  # fmt: skip
def set_stop(asked: Asked[Nothing, NoQuery]) -> OrganisationView:
    return asked.services.stop_switch.set_stopped(asked.actor, stopped=True)


@table.on("DELETE", "/stop", Scope.ADMIN, "Release the stop switch", answer=OrganisationView)
def release_stop(asked: Asked[Nothing, NoQuery]) -> OrganisationView:
    return asked.services.stop_switch.set_stopped(asked.actor, stopped=False)


@table.on(
    "GET", "/audit", Scope.ADMIN, "Read the record; verify=true checks its chain", query=AuditQuery, answer=AuditShown
)
def get_audit(asked: Asked[Nothing, AuditQuery]) -> AuditShown:
    paged = asked.services.audit.list(asked.organisation_id, asked.query.page())
    chain = None
    if asked.query.verify:
        found = asked.services.audit.verify(asked.organisation_id)
        chain = ChainShown(
            intact=found.is_intact,
            length=found.length,
            head=found.head,
            unsealed=found.unsealed,
            broken_at=found.broken_at,
            problem=found.problem,
        )
    return AuditShown(
        data=paged.items, next_cursor=paged.next_cursor, total=paged.total, verification=chain
    )
