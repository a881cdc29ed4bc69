"""Programs' keys: made, rotated, revoked, and which of them asks."""

from datetime import timedelta

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.pagination import PageQuery
from ivr.api.schemas.access import ApiKeyIn, KeyShown, MeShown, RotateIn
from ivr.api.schemas.base import Nothing
from ivr.services.access import ApiKeyView, NewApiKeyView
from ivr.services.drafts import Paged

table = Table("Access")


@table.on(
    "GET", "/api-keys", Scope.ADMIN, "List keys, revoked ones too",
    query=PageQuery, answer=ApiKeyView, is_list=True,
)  # fmt: skip
def list_api_keys(asked: Asked[Nothing, PageQuery]) -> Paged[ApiKeyView]:
    return asked.services.access.list_keys(asked.organisation_id, asked.query.page())


@table.on(
    "POST", "/api-keys", Scope.ADMIN, "Make a key; its secret is shown in this answer only",
    body=ApiKeyIn, answer=NewApiKeyView, codes=("external_id_exists",),
)  # fmt: skip
def create_api_key(asked: Asked[ApiKeyIn, NoQuery]) -> NewApiKeyView:
    body = asked.body
    return asked.services.access.create_key(
        asked.actor, body.name, body.scopes, expires_at=body.expires_at, external_id=body.external_id,
        metadata=body.metadata,
    )  # fmt: skip


@table.on(
    "POST", "/api-keys/{key_id}/rotate", Scope.ADMIN,
    "Give a key a new secret, shown in this answer only; the one before it stays good for the overlap",
    body=RotateIn, answer=NewApiKeyView, codes=("key_from_environment", "key_revoked"),
)  # fmt: skip
def rotate_api_key(asked: Asked[RotateIn, NoQuery]) -> NewApiKeyView:
    overlap = timedelta(hours=asked.body.overlap_hours)
    return asked.services.access.rotate_key(asked.actor, asked.ids["key_id"], overlap)


@table.on(
    "DELETE", "/api-keys/{key_id}", Scope.ADMIN, "Revoke a key", status=204, codes=("key_from_environment",)
)
def revoke_api_key(asked: Asked[Nothing, NoQuery]) -> None:
    asked.services.access.revoke_key(asked.actor, asked.ids["key_id"])


@table.on("GET", "/me", Scope.READ, "See which key and organisation this is", answer=MeShown)
def get_me(asked: Asked[Nothing, NoQuery]) -> MeShown:
    key = asked.key
    return MeShown(
        organisation=asked.services.organisations.organisation(key.organisation_id),
        key=KeyShown(id=key.key_id, name=key.name, scopes=tuple(sorted(scope.value for scope in key.scopes))),
    )
