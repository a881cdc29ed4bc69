"""Changing a job: its form again, what candidates may be told, and its end."""

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard import job_form
from ivr.dashboard.errors import status_of
from ivr.dashboard.job_fields import LONGEST_LINE, LONGEST_PROSE
from ivr.dashboard.job_words import said
from ivr.dashboard.jobs import show_form
from ivr.dashboard.pages import page
from ivr.dashboard.session import user, viewer
from ivr.http import attachment
from ivr.services.drafts import Fact, JobPatch
from ivr.services.errors import Conflict, Invalid
from ivr.services.job_editions import edition_of

MOST_FACTS = 50
# Empty rows at the end, so that a browser without JavaScript can add to the list.
_SPARE_FACTS = 3
_CHANGED = (
    "Somebody has changed this job since you opened the form. Nothing of yours is lost: it stands below. Look at the "
    "job in another window, take over what you need, and save again to put this form in its place."
)


def add_routes(blueprint: Blueprint) -> None:
    """The forms of a standing job."""
    job = "/jobs/<uuid:job_id>"
    blueprint.add_url_rule(f"{job}/edit", "edit_job", _edit, methods=["GET"])
    blueprint.add_url_rule(f"{job}/edit", "change_job", _change, methods=["POST"])
    blueprint.add_url_rule(f"{job}/description", "job_description", _description, methods=["GET"])
    blueprint.add_url_rule(f"{job}/facts", "job_facts", _facts, methods=["GET"])
    blueprint.add_url_rule(f"{job}/facts", "change_job_facts", _change_facts, methods=["POST"])
    blueprint.add_url_rule(f"{job}/end", "job_end", _end, methods=["GET"])
    blueprint.add_url_rule(f"{job}/close", "close_job", _close, methods=["POST"])
    blueprint.add_url_rule(f"{job}/erase", "erase_job", _erase, methods=["POST"])


def _edit(job_id: object) -> Response:
    job = current_services().jobs.get(user().organisation_id, str(job_id))
    return show_form(job_form.filled(job), job=job, edition=edition_of(job))


def _change(job_id: object) -> Response:
    id, services, values = str(job_id), current_services(), request.form
    job = services.jobs.get(user().organisation_id, id)
    seen = values.get("edition", "")
    form = job_form.read(values, standing=job)
    if form.draft is None:
        return show_form(values, 422, job=job, edition=seen, problems=form.problems)
    if seen != edition_of(job):
        return show_form(values, 409, job=job, edition=edition_of(job), problem=_CHANGED)
    patch = job_form.patch_of(form.draft, job)
    if not job_form.is_empty(patch):
        try:
            services.jobs.patch(viewer(), id, patch, edition=seen)
        except (Invalid, Conflict) as error:
            problems = job_form.problems_of(error) if isinstance(error, Invalid) else {}
            if error.code == "description_missing":
                problems = {"description": error.sentence}
            sentence = _CHANGED if error.code == "job_changed" else said(error)
            return show_form(
                values, status_of(error), job=job, edition=seen, problems=problems, problem=sentence
            )
    return _to(f"/jobs/{id}")


def _description(job_id: object) -> Response:
    file = current_services().jobs.description(user().organisation_id, str(job_id))
    return attachment(file.data, file.content_type, file.filename)


def _facts(job_id: object) -> Response:
    job = current_services().jobs.get(user().organisation_id, str(job_id))
    return _show_facts(str(job_id), [(fact.topic, fact.text) for fact in job.facts], edition_of(job))


def _change_facts(job_id: object) -> Response:
    id, edition = str(job_id), request.form.get("edition", "")
    topics = [" ".join(text.split()) for text in request.form.getlist("topic")]
    texts = [text.replace("\r\n", "\n").strip() for text in request.form.getlist("text")]
    rows = [(topic, text) for topic, text in zip(topics, texts, strict=False) if topic or text][: MOST_FACTS + 1]
    problem = _problem_of(rows)
    if problem:
        return _show_facts(id, rows, edition, 422, problem)
    patch = JobPatch(facts=tuple(Fact(topic, text) for topic, text in rows))
    try:
        current_services().jobs.patch(viewer(), id, patch, edition=edition)
    except Conflict as error:
        job = current_services().jobs.get(user().organisation_id, id)
        sentence = _CHANGED if error.code == "job_changed" else said(error)
        return _show_facts(id, rows, edition_of(job), status_of(error), sentence)
    return _to(f"/jobs/{id}#facts")


def _problem_of(rows: list[tuple[str, str]]) -> str:
    if len(rows) > MOST_FACTS:
        return f"At most {MOST_FACTS} facts are possible."
    if any(not topic or not text for topic, text in rows):
        return "Each fact needs both: what it is about, and what may be told."
    if any(len(topic) > LONGEST_LINE or len(text) > LONGEST_PROSE for topic, text in rows):
        return f"A topic may have {LONGEST_LINE} characters at most, what may be told {LONGEST_PROSE}."
    return ""


def _show_facts(
    job_id: str, rows: list[tuple[str, str]], edition: str, status: int = 200, problem: str = ""
) -> Response:
    job = current_services().jobs.get(user().organisation_id, job_id)
    spare = min(_SPARE_FACTS, max(0, MOST_FACTS - len(rows)))
    rows = rows + [("", "")] * spare
    return page("job_facts.html", status, job=job, rows=rows, edition=edition, problem=problem)


def _end(job_id: object) -> Response:
    return _show_end(str(job_id))


def _close(job_id: object) -> Response:
    current_services().jobs.close(viewer(), str(job_id))
    return _to(f"/jobs/{job_id}")


def _erase(job_id: object) -> Response:
    """Erase, once the title has been written down: it cannot be taken back."""
    services, id = current_services(), str(job_id)
    job = services.jobs.get(user().organisation_id, id)
    written = " ".join(request.form.get("title", "").split())
    if written.casefold() != " ".join(job.title.split()).casefold():
        return _show_end(id, 422, written[:LONGEST_LINE], "This is not the job’s title. Nothing was deleted.")
    services.job_erasures.request(viewer(), id)
    return _to(f"/jobs/{id}")


def _show_end(job_id: str, status: int = 200, written: str = "", problem: str = "") -> Response:
    services, organisation_id = current_services(), user().organisation_id
    job = services.jobs.get(organisation_id, job_id)
    counts = services.job_overviews.interviews(organisation_id, [job_id])[job_id]
    erasure = services.job_erasures.of_job(organisation_id, job_id)
    return page(
        "job_end.html", status, job=job, counts=counts, written=written, problem=problem, erasure=erasure
    )


def _to(path: str) -> Response:
    done: Response = current_app.make_response(redirect(path, code=303))
    return done
