"""The editor of a job's questions: all of them in one form, linted while somebody types, saved as the next version."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, current_app, redirect, render_template, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.job_words import DIFFICULTIES, QUESTION_TYPES, said
from ivr.dashboard.pages import page
from ivr.dashboard.question_form import (
    FIELDS,
    MOST_ENTRIES,
    Entry,
    adopted,
    blank_entries,
    entries_given,
    entries_of,
    read_questions,
    rearranged,
    shown_at,
)
from ivr.dashboard.session import user, viewer
from ivr.services.errors import Conflict, FieldProblem, Invalid
from ivr.services.views import JobView, QuestionSetView

_LONGEST_WISH = 40


def add_routes(blueprint: Blueprint) -> None:
    """The form, what it sends, and what is asked while somebody types."""
    questions = "/jobs/<uuid:job_id>/questions"
    blueprint.add_url_rule(questions, "job_questions", _editor, methods=["GET"])
    blueprint.add_url_rule(questions, "save_questions", _save, methods=["POST"])
    blueprint.add_url_rule(f"{questions}/check", "check_wording", _check, methods=["POST"])


def _editor(job_id: object) -> Response:
    job, former = _job_and_questions(str(job_id))
    entries = entries_of(former.questions) if former else blank_entries(job.question_count)
    open_at = next((n for n, entry in enumerate(entries) if entry["id"] == request.args.get("open")), 0)
    problems = shown_at(
        [FieldProblem(f"questions.{one.index}.{one.part}", one.topic, one.message)
         for one in former.model_check.objections]
    ) if former else {}  # fmt: skip
    return _show(job, entries, problems=problems, open_at=open_at)


def _save(job_id: object) -> Response:
    """Save; or, by one of the other buttons, move, add or remove a question in the form without saving."""
    job, former = _job_and_questions(str(job_id))
    entries, based_on = entries_given(request.form), _based_on()
    wish = request.form.get("do", "")[:_LONGEST_WISH]
    if wish and wish != "save":
        entries, place = rearranged(entries, wish)
        return _show(job, entries, based_on=based_on, open_at=place, is_unsaved=True)
    if based_on != job.questions_version:
        return _outdated(job, former, entries, based_on)
    read = read_questions(entries)
    if read.problems:
        found = _problems(job, entries)
        return _show(job, entries, 422, based_on=based_on, problems=found, problem="This cannot be saved yet.")
    try:
        current_services().jobs.replace_questions(viewer(), job.id, read.edits, version=based_on)
    except Invalid as error:
        return _show(
            job, entries, status_of(error), based_on=based_on, problems=shown_at(error.problems), problem=said(error)
        )
    except Conflict as error:
        if error.code == "questions_changed":
            return _outdated(*_job_and_questions(job.id), entries, based_on)
        return _show(job, entries, status_of(error), based_on=based_on, problem=said(error))
    done: Response = current_app.make_response(redirect(f"/jobs/{job.id}", code=303))
    return done


def _check(job_id: object) -> Response:
    """What the rules find in the form as it stands: one place for each field, put in beside it."""
    job = current_services().jobs.get(user().organisation_id, str(job_id))
    entries = entries_given(request.form)
    html = render_template(
        "dashboard/question_problems.html", problems=_problems(job, entries), count=len(entries), fields=FIELDS
    )
    return Response(html, content_type="text/html; charset=utf-8")


def _problems(job: JobView, entries: Sequence[Entry]) -> Mapping[str, str]:
    """What cannot be read, and what the rules say to the rest; a question nobody has begun to write is left alone."""
    read = read_questions(entries)
    by_rule = shown_at(current_services().jobs.problems_of(user().organisation_id, job.id, read.edits))
    untouched = tuple(f"questions.{place}." for place, entry in enumerate(entries) if entry.is_blank)
    everything = {**by_rule, **read.problems}
    return {field: said for field, said in everything.items() if not untouched or not field.startswith(untouched)}


def _outdated(
    job: JobView, former: QuestionSetView | None, entries: Sequence[Entry], based_on: int
) -> Response:
    """Somebody was faster: what was written is kept, and is from now on based on the version that they made."""
    known = [question.id for question in former.questions] if former else []
    return _show(
        job, adopted(entries, known), 409, based_on=job.questions_version, newer_than=based_on, is_unsaved=True
    )


def _show(
    job: JobView, entries: Sequence[Entry], status: int = 200, *, based_on: int | None = None,
    problems: Mapping[str, str] | None = None, problem: str = "", open_at: int = 0, newer_than: int | None = None,
    is_unsaved: bool = False,
) -> Response:  # fmt: skip
    found = problems or {}
    return page(
        "question_editor.html",
        status,
        job=job,
        entries=entries,
        based_on=job.questions_version if based_on is None else based_on,
        problems=found,
        problem=problem,
        is_open={open_at} | {place for place in range(len(entries)) if any(_is_at(field, place) for field in found)},
        newer_than=newer_than,
        is_unsaved=is_unsaved,
        has_room=len(entries) < MOST_ENTRIES,
        types=QUESTION_TYPES,
        difficulties=DIFFICULTIES,
        fields=FIELDS,
    )


def _is_at(field: str, place: int) -> bool:
    return field.startswith(f"questions.{place}.")


def _based_on() -> int:
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 7 else -1


def _job_and_questions(job_id: str) -> tuple[JobView, QuestionSetView | None]:
    """The job, and its newest questions if there are any. Raises NotFound."""
    jobs, organisation_id = current_services().jobs, user().organisation_id
    job = jobs.get(organisation_id, job_id)
    try:
        return job, jobs.questions(organisation_id, job_id)
    except Conflict:
        return job, None
