"""A person's rights on the pages: the résumé and all that is held to download, erasure with its receipt."""

from flask import Blueprint, Response, current_app, redirect

from ivr.current import current_services
from ivr.dashboard.fields import Form, sent
from ivr.dashboard.pages import page
from ivr.dashboard.session import user, viewer
from ivr.http import attachment, in_parts
from ivr.services.drafts import InterviewFilters, Page


def add_routes(blueprint: Blueprint) -> None:
    """Downloads, the page that asks once more, and the receipt."""
    one = "/candidates/<uuid:candidate_id>"
    blueprint.add_url_rule(f"{one}/resume", "candidate_resume", _resume, methods=["GET"])
    blueprint.add_url_rule(f"{one}/export.zip", "export_candidate", _export, methods=["GET"])
    blueprint.add_url_rule(f"{one}/erase", "confirm_erasure", _confirm, methods=["GET"])
    blueprint.add_url_rule(f"{one}/erase", "erase_candidate", _erase, methods=["POST"])
    blueprint.add_url_rule("/erasures/<uuid:erasure_id>", "erasure", _receipt, methods=["GET"])
    blueprint.add_url_rule("/erasures/<uuid:erasure_id>/state", "erasure_state", _state, methods=["GET"])


def _resume(candidate_id: object) -> Response:
    file = current_services().candidates.resume(user().organisation_id, str(candidate_id), viewer())
    return attachment(file.data, file.content_type, file.filename)


def _export(candidate_id: object) -> Response:
    made = current_services().exports.export(viewer(), str(candidate_id))
    return in_parts(made.parts(), made.size, "application/zip", f"person-{candidate_id}.zip")


def _confirm(candidate_id: object) -> Response:
    return _confirmation(str(candidate_id), Form({}))


def _erase(candidate_id: object) -> Response:
    services, id, form = current_services(), str(candidate_id), sent()
    person = services.candidates.get(user().organisation_id, id)
    if _plain(form.get("name")) != _plain(person.name):
        form.problems["name"] = "This is not the name above: type it as it stands there."
        return _confirmation(id, form, 422)
    receipt = services.erasures.request(viewer(), id)
    done: Response = current_app.make_response(redirect(f"/erasures/{receipt.id}", code=303))
    return done


def _confirmation(candidate_id: str, form: Form, status: int = 200) -> Response:
    services, organisation_id = current_services(), user().organisation_id
    found = services.interviews.list(
        organisation_id, InterviewFilters(candidate_id=candidate_id), Page(1, with_total=True)
    )
    person = services.candidates.get(organisation_id, candidate_id)
    return page("erase.html", status, person=person, interviews=found.total or 0, form=form)


def _receipt(erasure_id: object) -> Response:
    found = current_services().erasures.receipt(user().organisation_id, str(erasure_id))
    return page("erasure.html", receipt=found)


def _state(erasure_id: object) -> Response:
    found = current_services().erasures.receipt(user().organisation_id, str(erasure_id))
    return page("erasure_state.html", receipt=found)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
