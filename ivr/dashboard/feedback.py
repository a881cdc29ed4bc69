"""The feedback sheet's form on an interview's page: have it drafted, change it, release it once and for all."""

from dataclasses import replace

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.feedback_form import FeedbackForm
from ivr.dashboard.interview import show_interview
from ivr.dashboard.session import reviewer
from ivr.services.errors import Conflict, Invalid
from ivr.services.feedback import FeedbackDraft

_FIELDS = {"strengths": "What was told well", "topics": "What to work on"}
_READ_FIRST = "Say that you have read it as the candidate will: tick the box above the button."


def add_routes(blueprint: Blueprint) -> None:
    """The form; its page is the interview's."""
    blueprint.add_url_rule("/interviews/<interview_id>/feedback", "feedback", _feedback, methods=["POST"])


def _feedback(interview_id: str) -> Response:
    actor = reviewer()
    form = FeedbackForm(request.form.get("strengths", ""), request.form.get("topics", ""))
    wish = request.form.get("do", "")
    if wish == "release" and request.form.get("read") != "yes":
        return show_interview(interview_id, 422, form=replace(form, problems=(_READ_FIRST,)))
    draft = FeedbackDraft(release=False) if wish == "draft" else form.draft(release=wish == "release")
    try:
        current_services().feedback.write(actor, interview_id, draft)
    except Invalid as error:
        # What was written stays in the form.
        return show_interview(interview_id, status_of(error), form=replace(form, problems=_told(error)))
    except Conflict as error:
        told = f"{error.sentence} {_hint(error)}".strip()
        return show_interview(interview_id, status_of(error), form=replace(form, problems=(told,)))
    done: Response = current_app.make_response(redirect(f"/interviews/{interview_id}#feedback", code=303))
    return done


def _told(error: Invalid) -> tuple[str, ...]:
    """Each problem with the entry that it is about, as the form shows them."""
    said = []
    for one in error.problems:
        name, _, number = one.field.partition(".")
        entry = f"{_FIELDS.get(name, name)}, entry {int(number) + 1}" if number.isdigit() else _FIELDS.get(name, name)
        said.append(f"{entry}: {one.message}")
    return tuple(said) or (error.sentence,)


def _hint(error: Conflict) -> str:
    """What to do next on this page; the service speaks of requests."""
    match error.code:
        case "not_reviewed":
            return "Record your decision first."
        case "feedback_outdated":
            return "Have it drafted anew, or change it and save it as you want it."
        case "not_ready":
            return "Write it here, or have it drafted."
        case _:
            return ""
