"""Programs' keys, for administrators: make one, give it a new secret, revoke it. A secret is shown once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, request

from db.models import Scope
from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, typed, why
from ivr.dashboard.session import user, viewer
from ivr.services.access import NewApiKeyView
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid

_ROWS = 50
_LONGEST_NAME = 200
# Each scope with what it lets a program do.
SCOPES = (
    (Scope.READ, "read jobs, interviews, results and statistics; numbers are masked"),
    (Scope.WRITE, "enter and change jobs, candidates and lists; numbers in full"),
    (Scope.CALL, "have people called, send links, set the stop switch"),
    (Scope.ADMIN, "people, keys, webhooks, settings and the record"),
)
# For how many hours the secret before stays good.
OVERLAPS = ((24, "for 24 hours"), (1, "for one hour"), (168, "for 7 days"), (0, "not any more"))


@dataclass(frozen=True, slots=True)
class KeyForm:
    """A key as it was typed in."""

    name: str = ""
    scopes: tuple[str, ...] = (Scope.READ.value,)
    ends_on: str = ""


def add_routes(blueprint: Blueprint) -> None:
    """The list and its forms; the table of permissions keeps them for administrators."""
    blueprint.add_url_rule("/keys", "keys", _keys, methods=["GET"])
    blueprint.add_url_rule("/keys", "make_key", _make, methods=["POST"])
    blueprint.add_url_rule("/keys/<key_id>/rotate", "rotate_key", _rotate, methods=["POST"])
    blueprint.add_url_rule("/keys/<key_id>/revoke", "revoke_key", _revoke, methods=["POST"])


def _keys() -> Response:
    return _show()


def _make() -> Response:
    form = KeyForm(
        typed("name", _LONGEST_NAME), tuple(request.form.getlist("scopes")[: len(SCOPES)]), typed("ends_on", 20)
    )
    if not form.name or not form.name.isprintable():
        return _show(422, problem="Give the key a name: you will want to know which program holds it.", form=form)
    if not form.scopes:
        return _show(422, problem="Choose at least one thing that the key may do.", form=form)
    try:
        ends_at = None if not form.ends_on else _after(date.fromisoformat(form.ends_on))
    except (ValueError, OverflowError):
        return _show(422, problem="Write the last day like 2027-03-01, or leave it empty.", form=form)
    try:
        made = current_services().access.create_key(viewer(), form.name, form.scopes, expires_at=ends_at)
    except Invalid as error:
        return _show(422, problem=why(error), form=form)
    return _show(201, made=made)


def _rotate(key_id: str) -> Response:
    given = typed("overlap", 4)
    hours = {str(hours): hours for hours, _ in OVERLAPS}.get(given)
    if hours is None:
        return _show(422, problem="Choose how long the secret before stays good.")
    try:
        made = current_services().access.rotate_key(viewer(), key_id, timedelta(hours=hours))
    except Conflict as error:
        return _show(status_of(error), problem=why(error))
    return _show(201, made=made)


def _revoke(key_id: str) -> Response:
    try:
        current_services().access.revoke_key(viewer(), key_id)
    except Conflict as error:
        return _show(status_of(error), problem=why(error))
    return go("/keys")


def _show(
    status: int = 200, *, problem: str | None = None, made: NewApiKeyView | None = None, form: KeyForm | None = None
) -> Response:
    services = current_services()
    found = services.access.list_keys(user().organisation_id, Page(_ROWS, request.args.get("cursor") or None))
    return page(
        "keys.html", status, keys=found.items, older=found.next_cursor, problem=problem, made=made,
        form=form or KeyForm(), scopes=SCOPES, overlaps=OVERLAPS, now=services.clock(),
        api_url=f"{services.settings.webhook_base_url}/api/v1",
    )  # fmt: skip


def _after(last: date) -> datetime:
    """The end of that day (UTC)."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)
