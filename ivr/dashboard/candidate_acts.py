"""What a recruiter does on a candidate's page: consent, profile, the list of numbers, opting out, the link."""

from flask import Blueprint, Response, current_app, redirect

from ivr.current import current_services
from ivr.dashboard import person_form
from ivr.dashboard.candidate_form import put_on_the_list
from ivr.dashboard.candidates import show_candidate
from ivr.dashboard.errors import status_of
from ivr.dashboard.fields import sent
from ivr.dashboard.session import user, viewer
from ivr.services.drafts import CandidatePatch, InterviewFilters, Page
from ivr.services.errors import Conflict, Invalid, NotFound, Refused
from ivr.services.invitations import LinkDraft
from ivr.services.messages import EMAIL, SMS


def add_routes(blueprint: Blueprint) -> None:
    """The forms; their page is the candidate's."""
    one = "/candidates/<uuid:candidate_id>"
    blueprint.add_url_rule(f"{one}/consent", "candidate_consent", _consent, methods=["POST"])
    blueprint.add_url_rule(f"{one}/profile", "candidate_profile", _profile, methods=["POST"])
    blueprint.add_url_rule(f"{one}/list", "list_candidates_number", _list_number, methods=["POST"])
    blueprint.add_url_rule(f"{one}/opt-out", "opt_candidate_out", _opt_out, methods=["POST"])
    blueprint.add_url_rule(f"{one}/link", "candidate_link", _link, methods=["POST"])


def _consent(candidate_id: object) -> Response:
    id, form = str(candidate_id), sent()
    if form.get("do") == "withdraw":
        current_services().candidates.patch(viewer(), id, CandidatePatch(consent=None))
        return _back(id, "consent")
    given = person_form.consent_of(form)
    if given is None and form.is_good:
        form.problems["consent"] = "Choose how consent was given."
    if given is None or not form.is_good:
        return show_candidate(id, 422, at="consent", consent=form)
    current_services().candidates.patch(viewer(), id, CandidatePatch(consent=given))
    return _back(id, "consent")


def _profile(candidate_id: object) -> Response:
    id, form = str(candidate_id), sent()
    profile = person_form.profile_of(form)
    if profile is None:
        return show_candidate(id, 422, at="profile", profile=form)
    current_services().candidates.patch(viewer(), id, CandidatePatch(profile=profile))
    return _back(id, "profile")


def _list_number(candidate_id: object) -> Response:
    id = str(candidate_id)
    person = current_services().candidates.get(user().organisation_id, id)
    try:
        put_on_the_list(person.phone, person.name)
    except Invalid as error:
        told = error.problems[0].message if error.problems else error.sentence
        return show_candidate(id, status_of(error), at="contacts", problem=told)
    return _back(id, "contacts")


def _opt_out(candidate_id: object) -> Response:
    id = str(candidate_id)
    if not sent().ticked("sure"):
        told = "Tick the box: only the person can take this back."
        return show_candidate(id, 422, at="opt-out", problem=told)
    current_services().candidate_records.opt_out(viewer(), id)
    return _back(id, "contacts")


def _link(candidate_id: object) -> Response:
    """A link for one of the candidate's own interviews, shown once or on its way by a message."""
    services, id, form = current_services(), str(candidate_id), sent()
    interview_id, way = form.get("interview"), form.get("way")
    own = services.interviews.list(user().organisation_id, InterviewFilters(candidate_id=id), Page(100)).items
    if all(one.id != interview_id for one in own):
        raise NotFound("interview of this candidate")
    draft = LinkDraft(send=(way,) if way in {SMS, EMAIL} else (), revoke_earlier=form.ticked("revoke"))
    try:
        made = services.invitations.invite(viewer(), interview_id, draft)
    except (Conflict, Refused) as error:
        return show_candidate(id, status_of(error), at="link", problem=f"{error.sentence} {error.hint}".strip())
    return show_candidate(id, 201, at="link", link=made)


def _back(candidate_id: str, part: str) -> Response:
    done: Response = current_app.make_response(redirect(f"/candidates/{candidate_id}#{part}", code=303))
    return done
