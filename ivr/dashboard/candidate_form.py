"""Entering a candidate and changing one: contacts, wishes for the call, the résumé, and the number on the list."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect

from ivr.current import current_services
from ivr.dashboard import person_form
from ivr.dashboard.errors import status_of
from ivr.dashboard.fields import Form, sent
from ivr.dashboard.pages import page
from ivr.dashboard.session import user, viewer
from ivr.dashboard.uploads import uploaded
from ivr.services.call_lists import WhitelistDraft
from ivr.services.errors import Conflict, Invalid
from ivr.services.views import CandidateView


def add_routes(blueprint: Blueprint) -> None:
    """Both pages and what they send."""
    one = "/candidates/<uuid:candidate_id>"
    blueprint.add_url_rule("/candidates/new", "new_candidate", _new, methods=["GET"])
    blueprint.add_url_rule("/candidates/new", "create_candidate", _create, methods=["POST"])
    blueprint.add_url_rule(f"{one}/edit", "edit_candidate", _edit, methods=["GET"])
    blueprint.add_url_rule(f"{one}/edit", "change_candidate", _change, methods=["POST"])


def put_on_the_list(phone: str, name: str) -> None:
    """Let this E.164 number be called. Raises Invalid for a number that is never dialled."""
    current_services().call_lists.add_to_whitelist(
        viewer(), [WhitelistDraft(phone, name[:200])], may_add_prefixes=False
    )


def _new() -> Response:
    return _show_new(Form({}))


def _create() -> Response:
    form = sent()
    draft = person_form.draft_of(form)
    if draft is None:
        return _show_new(form, 422)
    try:
        person = current_services().candidates.create(viewer(), draft, uploaded("resume"))
    except (Invalid, Conflict) as error:
        known = error.extra.get("candidate_id")
        return _show_new(form.refused(error, person_form.FIELDS), status_of(error), known=known)
    if form.ticked("list"):
        try:
            put_on_the_list(person.phone, person.name)
        except Invalid:
            return _to(f"/candidates/{person.id}?unlisted=1")
    return _to(f"/candidates/{person.id}")


def _edit(candidate_id: object) -> Response:
    person = current_services().candidates.get(user().organisation_id, str(candidate_id))
    return _show_edit(person, person_form.form_of(person))


def _change(candidate_id: object) -> Response:
    services, id, form = current_services(), str(candidate_id), sent()
    person = services.candidates.get(user().organisation_id, id)
    patch, resume = person_form.patch_of(form), uploaded("resume")
    if patch is None:
        return _show_edit(person, form, 422)
    try:
        # The file first: when it is refused, nothing is changed.
        if resume is not None:
            services.candidates.replace_resume(viewer(), id, resume)
        services.candidates.patch(viewer(), id, patch)
    except (Invalid, Conflict) as error:
        known = error.extra.get("candidate_id")
        return _show_edit(person, form.refused(error, person_form.FIELDS), status_of(error), known=known)
    return _to(f"/candidates/{id}")


def _show_new(form: Form, status: int = 200, *, known: str | None = None) -> Response:
    return page("candidate_new.html", status, form=form, known=known, **_choices())


def _show_edit(person: CandidateView, form: Form, status: int = 200, *, known: str | None = None) -> Response:
    return page("candidate_edit.html", status, person=person, form=form, known=known, **_choices())


def _choices() -> dict[str, Any]:
    return {
        "bases": person_form.BASES, "wishes": person_form.WISHES, "zones": person_form.zones(),
        "languages": person_form.languages(),
    }  # fmt: skip


def _to(path: str) -> Response:
    done: Response = current_app.make_response(redirect(path, code=303))
    return done
