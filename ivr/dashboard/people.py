"""People with an account, for administrators: invite, give another role, deactivate, make a link."""

from flask import Blueprint, Response, current_app, redirect, request

from db.models import Role
from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.session import user, viewer
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid
from ivr.services.users import PasswordLinkView, UserDraft, UserFilters, UserPatch

_LONGEST = 320
_ROWS = 100
_ROLES = (
    (Role.VIEWER, "reads results"),
    (Role.REVIEWER, "and decides over them"),
    (Role.RECRUITER, "and has people called"),
    (Role.ADMIN, "and looks after people and settings"),
)


def add_routes(blueprint: Blueprint) -> None:
    """The list and its forms; the table of permissions keeps them for administrators."""
    blueprint.add_url_rule("/people", "people", _people, methods=["GET"])
    blueprint.add_url_rule("/people", "invite_person", _invite, methods=["POST"])
    blueprint.add_url_rule("/people/<user_id>", "change_person", _change, methods=["POST"])
    blueprint.add_url_rule("/people/<user_id>/link", "person_link", _link, methods=["POST"])


def _people() -> Response:
    return _show()


def _invite() -> Response:
    email, name = _given("email"), _given("name")
    role = _role()
    if role is None or not name:
        return _show(422, problem="Choose a role and give a name.", email=email, name=name)
    services = current_services()
    draft = UserDraft(email, name[:200], role, by_email=services.users.sends_mail)
    try:
        made = services.users.invite(viewer(), draft)
    except (Invalid, Conflict) as error:
        return _show(status_of(error), problem=f"{error.sentence} {error.hint}".strip(), email=email, name=name)
    return _show(201, link=made.invitation, link_for=made.name)


def _change(user_id: str) -> Response:
    role, active = _role(), request.form.get("active")
    patch = UserPatch()
    if role is not None:
        patch = UserPatch(role=role)
    elif active in {"yes", "no"}:
        patch = UserPatch(active=active == "yes")
    try:
        current_services().users.change(viewer(), user_id, patch)
    except Conflict as error:
        return _show(status_of(error), problem=f"{error.sentence} {error.hint}".strip())
    done: Response = current_app.make_response(redirect("/people", code=303))
    return done


def _link(user_id: str) -> Response:
    users = current_services().users
    try:
        made = users.password_link(viewer(), user_id, by_email=users.sends_mail)
    except Conflict as error:
        return _show(status_of(error), problem=f"{error.sentence} {error.hint}".strip())
    return _show(201, link=made, link_for=users.get(user().organisation_id, user_id).name)


def _show(
    status: int = 200, *, problem: str | None = None, link: PasswordLinkView | None = None, link_for: str = "",
    email: str = "", name: str = "",
) -> Response:  # fmt: skip
    found = current_services().users.list(
        user().organisation_id, UserFilters(), Page(_ROWS, request.args.get("cursor") or None)
    )
    return page(
        "people.html", status, people=found.items, older=found.next_cursor, roles=_ROLES, problem=problem, link=link,
        link_for=link_for, email=email, name=name,
    )  # fmt: skip


def _given(field: str) -> str:
    return request.form.get(field, "").strip()[:_LONGEST]


def _role() -> Role | None:
    given = request.form.get("role", "")
    return Role(given) if given in {role.value for role in Role} else None
