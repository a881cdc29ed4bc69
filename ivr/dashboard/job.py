"""One job: how far its questions are and what there is to do, its questions, and what can be tried out with them."""

import hashlib
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.job_words import UNDER_WAY, found, said
from ivr.dashboard.pages import page
from ivr.dashboard.session import door_settings, user, viewer
from ivr.http import ranged
from ivr.limits import RATE_LIMITER, RateLimiter
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotFound, Refused
from ivr.services.hearing import SpeechUnavailable, ToCome
from ivr.services.views import JobView, QuestionSetView

_TEST_CALLS = 3
_LONGEST_PHONE = 40


def add_routes(blueprint: Blueprint) -> None:
    """The page and its buttons."""
    job = "/jobs/<uuid:job_id>"
    blueprint.add_url_rule(job, "job", _job, methods=["GET"])
    blueprint.add_url_rule(f"{job}/progress", "job_progress", _progress, methods=["GET"])
    blueprint.add_url_rule(f"{job}/approve", "approve_job", _approve, methods=["POST"])
    blueprint.add_url_rule(f"{job}/generate", "generate_questions", _generate, methods=["POST"])
    question = f"{job}/questions/<question_id>"
    blueprint.add_url_rule(f"{question}/regenerate", "regenerate_question", _regenerate, methods=["POST"])
    blueprint.add_url_rule(f"{question}/hear", "hear_question", _hear, methods=["GET"])
    blueprint.add_url_rule(f"{question}/audio", "question_audio", _audio, methods=["GET"])
    blueprint.add_url_rule(f"{job}/test-call", "test_call", _test_call, methods=["POST"])


def _job(job_id: object) -> Response:
    return _show(str(job_id))


def _progress(job_id: object) -> Response:
    """Asked every few seconds by a page that shows work under way: nothing while that stands as it was ``seen``, else
    the browser is told to load the page anew."""
    job = current_services().jobs.get(user().organisation_id, str(job_id))
    response = Response(status=204, headers={"Cache-Control": "no-store"})
    if request.args.get("seen") != _stage(job, _questions(job.id)):
        response.headers["HX-Refresh"] = "true"
        response.status_code = 200
    return response


def _approve(job_id: object) -> Response:
    try:
        current_services().jobs.approve(
            viewer(), str(job_id), without_model_check=request.form.get("without_model_check") == "yes",
            version=_version(),
        )  # fmt: skip
    except Invalid as error:
        return _show(str(job_id), status_of(error), problem=f"{error.sentence} {_by_question(error)}")
    except Conflict as error:
        return _show(str(job_id), status_of(error), problem=said(error))
    return _to(job_id)


def _generate(job_id: object) -> Response:
    source = "bank" if request.form.get("source") == "bank" else "model"
    try:
        current_services().jobs.generate(viewer(), str(job_id), source)
    except (Conflict, Invalid) as error:
        return _show(str(job_id), status_of(error), problem=said(error))
    return _to(job_id)


def _regenerate(job_id: object, question_id: str) -> Response:
    try:
        current_services().jobs.regenerate_question(viewer(), str(job_id), question_id)
    except (Conflict, NotFound) as error:
        # A question that is gone was written anew already: the page that comes back shows which there are.
        if error.code == "not_found":
            current_services().jobs.get(user().organisation_id, str(job_id))
        return _show(str(job_id), status_of(error), problem=said(error))
    return _to(job_id)


def _hear(job_id: object, question_id: str) -> Response:
    """How far the sound is: a part of the page for htmx, a page of its own for whoever has no JavaScript."""
    hearing, problem, is_ready = current_services().hearing, "", False
    try:
        is_ready = not isinstance(hearing.question(viewer(), str(job_id), question_id), ToCome)
    except SpeechUnavailable as error:
        problem = said(error)
    if request.headers.get("HX-Request") == "true":
        return page("job_sound.html", job_id=str(job_id), question_id=question_id, is_ready=is_ready, problem=problem)
    services, organisation_id = current_services(), user().organisation_id
    asked = services.jobs.questions(organisation_id, str(job_id))
    question = next((one for one in asked.questions if one.id == question_id), None)
    return page(
        "job_hear.html", job=services.jobs.get(organisation_id, str(job_id)), job_id=str(job_id), question=question,
        question_id=question_id, is_ready=is_ready, problem=problem,
    )  # fmt: skip


def _audio(job_id: object, question_id: str) -> Response:
    hearing = current_services().hearing
    audio = hearing.question(viewer(), str(job_id), question_id)
    if isinstance(audio, ToCome):
        return Response(status=202, headers={"Retry-After": str(audio.retry_after_s), "Cache-Control": "no-store"})
    return ranged(
        audio.size, audio.content_type, audio.filename, audio.key, lambda start, end: hearing.read(audio, start, end)
    )


def _test_call(job_id: object) -> Response:
    phone = request.form.get("phone", "").strip()[:_LONGEST_PHONE]
    limiter: RateLimiter = current_app.extensions[RATE_LIMITER]
    allowance = limiter.hit("test_calls", user().user_id, door_settings().interviews_per_minute)
    if allowance.is_exceeded:
        problem = f"Too many calls at once. Wait {allowance.reset_s} seconds and try again."
        response = _show(str(job_id), 429, call_problem=problem, phone=phone)
        response.headers["Retry-After"] = str(max(1, allowance.reset_s))
        return response
    try:
        current_services().test_calls.start(viewer(), str(job_id), phone)
    except (Invalid, Conflict, Refused) as error:
        problem = said(error)
        if error.code == "outside_calling_hours":
            problem = f"A test call keeps the job’s calling hours, and you are in a candidate’s place. {problem}"
        return _show(str(job_id), status_of(error), call_problem=problem, phone=phone)
    return _to(job_id, "#test-call")


def _show(
    job_id: str, status: int = 200, *, problem: str = "", call_problem: str = "", phone: str = ""
) -> Response:
    services, organisation_id = current_services(), user().organisation_id
    job = services.jobs.get(organisation_id, job_id)
    asked = _questions(job_id)
    calls = services.test_calls.list(organisation_id, job_id, Page(limit=_TEST_CALLS)).items
    return page(
        "job.html",
        status,
        job=job,
        asked=asked,
        stage=_stage(job, asked),
        objections=_objections(asked),
        versions=services.job_overviews.versions(organisation_id, job_id),
        counts=services.job_overviews.interviews(organisation_id, [job_id])[job_id],
        since=services.job_overviews.writing_since(job_id) if job.questions_status == "generating" else None,
        erasure=services.job_erasures.of_job(organisation_id, job_id) if job.status == "closed" else None,
        calls=calls,
        is_calling=any(call.status in UNDER_WAY for call in calls),
        sender=services.settings.twilio_phone_number,
        problem=problem,
        call_problem=call_problem,
        phone=phone,
    )


def _questions(job_id: str) -> QuestionSetView | None:
    """The newest questions, None while there are none."""
    try:
        return current_services().jobs.questions(user().organisation_id, job_id)
    except Conflict:
        return None


def _stage(job: JobView, asked: QuestionSetView | None) -> str:
    """A word that changes when there is something new to show of the questions."""
    check = (asked.version, asked.model_check.status, asked.model_check.reason) if asked is not None else ()
    shown = (job.status, job.questions_status, job.questions_error, *check)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]


def _by_question(error: Invalid) -> str:
    """What is wrong with a version that stands, each with its question's place."""
    told = []
    for problem in error.problems:
        _, *place = problem.field.split(".")
        told.append(f"Question {int(place[0]) + 1}: {found(problem)}" if place else found(problem))
    return " ".join(dict.fromkeys([*told, "Edit the questions, or have them written anew."]))


def _objections(asked: QuestionSetView | None) -> dict[str, list[str]]:
    """What the model's check says of each question, by its id."""
    told: dict[str, list[str]] = {}
    for one in asked.model_check.objections if asked is not None else ():
        told.setdefault(one.question_id, []).append(one.message)
    return told


def _version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 7 else None


def _to(job_id: Any, anchor: str = "") -> Response:
    done: Response = current_app.make_response(redirect(f"/jobs/{job_id}{anchor}", code=303))
    return done
