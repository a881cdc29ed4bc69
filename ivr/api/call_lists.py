"""Whom may be called: the whitelist, and numbers never to call again."""

from typing import Any

from pydantic import ValidationError

from db.models import Scope
from ivr.api.errors import invalid_fields
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.call_lists import OptOutIn, WhitelistAdded, WhitelistIn, WhitelistPage
from ivr.services.call_lists import OptOutView, WhitelistDraft, WhitelistEntryView
from ivr.services.drafts import Paged
from ivr.services.whitelist_csv import lines_of

table = Table("Numbers")
_CSV_LIMIT = 2 * 1024 * 1024


@table.on("GET", "/whitelist", Scope.READ, "List whom you may call", query=PageQuery, answer=WhitelistPage)
def list_whitelist(asked: Asked[Nothing, PageQuery]) -> WhitelistPage:
    lists = asked.services.call_lists
    paged = lists.list_whitelist(asked.organisation_id, asked.query.page())
    return WhitelistPage(
        data=paged.items, next_cursor=paged.next_cursor, total=paged.total, environment=lists.whitelist_floor()
    )


@table.on(
    "POST", "/whitelist", Scope.WRITE, "Allow numbers, or with the scope admin prefixes; all or none",
    body=WhitelistIn, takes_csv=True, body_limit=_CSV_LIMIT, answer=WhitelistAdded, of=tuple,
    shows=lambda views: WhitelistAdded(data=views), codes=("number_invalid", "scope_missing", "external_id_exists"),
)  # fmt: skip
def add_to_whitelist(asked: Asked[Any, NoQuery]) -> tuple[WhitelistEntryView, ...]:
    drafts = asked.body.drafts() if asked.upload is None else _csv_lines(asked.upload.data)
    return asked.services.call_lists.add_to_whitelist(
        asked.actor, drafts, may_add_prefixes=Scope.ADMIN in asked.key.scopes
    )


@table.on("DELETE", "/whitelist/{entry_id}", Scope.WRITE, "Take a line off the whitelist", status=204)
def remove_from_whitelist(asked: Asked[Nothing, NoQuery]) -> None:
    asked.services.call_lists.remove_from_whitelist(asked.actor, asked.ids["entry_id"])


@table.on(
    "GET", "/opt-outs", Scope.READ, "List numbers that must not be called",
    query=PageQuery, answer=OptOutView, is_list=True,
)  # fmt: skip
def list_opt_outs(asked: Asked[Nothing, PageQuery]) -> Paged[OptOutView]:
    return asked.services.call_lists.list_opt_outs(asked.organisation_id, asked.query.page())


@table.on(
    "POST", "/opt-outs", Scope.WRITE, "Never call this number again",
    body=OptOutIn, answer=OptOutView, codes=("number_invalid", "external_id_exists"),
)  # fmt: skip
def add_opt_out(asked: Asked[OptOutIn, NoQuery]) -> OptOutView:
    body = asked.body
    return asked.services.call_lists.add_opt_out(
        asked.actor, body.phone, body.country, external_id=body.external_id, metadata=body.metadata
    )


@table.on("DELETE", "/opt-outs/{opt_out_id}", Scope.ADMIN, "Allow a number again, on the person's word", status=204)
def remove_opt_out(asked: Asked[Nothing, NoQuery]) -> None:
    asked.services.call_lists.remove_opt_out(asked.actor, asked.ids["opt_out_id"])


def _csv_lines(data: bytes) -> tuple[WhitelistDraft, ...]:
    """The rows of a CSV: number or prefix, then a note; a first row that begins with a word is its head."""
    entries = [{"pattern": line.pattern, "note": line.note or None} for line in lines_of(data)]
    try:
        return WhitelistIn.model_validate({"entries": entries}).drafts()
    except ValidationError as error:
        raise invalid_fields(error) from None
