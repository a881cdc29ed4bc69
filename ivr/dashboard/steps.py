"""What a person does with an interview beside deciding over it: call, try again, hang up, cancel, rate anew, invite."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.interview import show_interview
from ivr.dashboard.session import viewer
from ivr.dashboard.steps_form import LASTS, SteppedForm
from ivr.http import in_parts
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.errors import Conflict, Refused
from ivr.services.invitations import LinkDraft

_WAYS = ("sms", "email")
# Each button: the end of its address, the name of its endpoint, and the service that does it.
_STEPS: tuple[tuple[str, str, Callable[[Services, Actor, str], object]], ...] = (
    ("call-now", "call_now", lambda services, actor, id: services.interviews.call_now(actor, id)),
    ("retry", "retry", lambda services, actor, id: services.interviews.retry(actor, id)),
    ("hang-up", "hang_up", lambda services, actor, id: services.interviews.hang_up(actor, id)),
    ("cancel", "cancel", lambda services, actor, id: services.interviews.cancel(actor, id)),
    ("rescore", "rescore", lambda services, actor, id: services.interviews.rescore(actor, id)),
)
_HINTS: Mapping[str, str] = {
    "wrong_status": "It has moved on since this page was loaded: what is possible now stands here.",
    "interview_exists": "Follow that one, or cancel it first.",
    "not_ready": "There is nothing to rate yet.",
}


def add_routes(blueprint: Blueprint) -> None:
    """A form for each step, the form for a link, and the sound of all answers to take along."""
    for path, endpoint, act in _STEPS:
        view = _view(endpoint, act)
        blueprint.add_url_rule(f"/interviews/<interview_id>/{path}", endpoint, view, methods=["POST"])
    blueprint.add_url_rule("/interviews/<interview_id>/invite", "invite_candidate", _invite, methods=["POST"])
    blueprint.add_url_rule("/interviews/<interview_id>/audio.zip", "audio_zip", _audio_zip, methods=["GET"])


def _view(tried: str, act: Callable[[Services, Actor, str], object]) -> Callable[..., Response]:
    def step(interview_id: str) -> Response:
        try:
            act(current_services(), viewer(), interview_id)
        except (Conflict, Refused) as error:
            return show_interview(interview_id, status_of(error), stepped=SteppedForm(tried, told(error)))
        done: Response = current_app.make_response(redirect(f"/interviews/{interview_id}", code=303))
        return done

    return step


def _invite(interview_id: str) -> Response:
    given = request.form
    send = tuple(way for way in _WAYS if way in given.getlist("send"))
    lasts = given.get("lasts", "")
    form = SteppedForm("invite", send=send, lasts=lasts, revoke=given.get("revoke") == "yes")
    if all(lasts != hours for hours, _ in LASTS):
        return _refused_link(interview_id, 422, form, "Choose how long the link is to work.")
    draft = LinkDraft(send, int(lasts), form.revoke)
    try:
        made = current_services().invitations.invite(viewer(), interview_id, draft)
    except (Conflict, Refused) as error:
        return _refused_link(interview_id, status_of(error), form, told(error))
    response = show_interview(interview_id, 201, stepped=SteppedForm("invite", invitation=made))
    # The link is a secret: no browser is to keep the page.
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused_link(interview_id: str, status: int, form: SteppedForm, problem: str) -> Response:
    refused = SteppedForm("invite", problem, send=form.send, lasts=form.lasts, revoke=form.revoke)
    return show_interview(interview_id, status, stepped=refused)


def _audio_zip(interview_id: str) -> Response:
    made = current_services().interview_exports.audio(viewer(), interview_id)
    return in_parts(made.parts(), made.size, "application/zip", f"interview-{interview_id}.zip")


def told(error: Conflict | Refused) -> str:
    """Why a step was refused, and what to do on this page; the service speaks of statuses and requests."""
    if error.code == "wrong_status":
        return f"This is not possible any more. {_HINTS['wrong_status']}"
    return f"{error.sentence} {_HINTS.get(error.code, error.hint)}".strip()
