"""All jobs, and the form of a new one."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.datastructures import MultiDict

from ivr.current import current_services
from ivr.dashboard import job_form
from ivr.dashboard.errors import status_of
from ivr.dashboard.job_settings import DAYS, GROUPS
from ivr.dashboard.job_words import DIFFICULTIES, INTERVIEW_TYPES, LANGUAGES, said
from ivr.dashboard.pages import page
from ivr.dashboard.session import user, viewer
from ivr.services.drafts import JobFilters, Page, Upload
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.views import JobView

_ROWS = 25
_LONGEST_SEARCH = 100
_RUBRICS = 100
_TABS = (("all", "All"), ("draft", "Draft"), ("open", "Open"), ("closed", "Closed"))


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the list; ``count`` is how many jobs there are in it, whatever is searched for."""

    name: str
    title: str
    count: int
    href: str


def add_routes(blueprint: Blueprint) -> None:
    """The list and the form."""
    blueprint.add_url_rule("/jobs", "jobs", _jobs, methods=["GET"])
    blueprint.add_url_rule("/jobs/new", "new_job", _new, methods=["GET"])
    blueprint.add_url_rule("/jobs/new", "create_job", _create, methods=["POST"])


def _jobs() -> Response:
    services, organisation_id = current_services(), user().organisation_id
    view = request.args.get("view", "all")
    view = view if view in dict(_TABS) else "all"
    q = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    filters = JobFilters(status=None if view == "all" else view, q=q or None)
    found = services.jobs.list(organisation_id, filters, Page(_ROWS, request.args.get("cursor") or None))
    counts = services.job_overviews.by_status(organisation_id)
    total = sum(counts.values())
    return page(
        "jobs.html",
        jobs=found.items,
        interviews=services.job_overviews.interviews(organisation_id, [job.id for job in found.items]),
        tabs=[
            Tab(name, title, total if name == "all" else counts.get(name, 0), _href(name, q)) for name, title in _TABS
        ],
        view=view,
        q=q,
        any_at_all=total > 0,
        is_later=bool(request.args.get("cursor")),
        first=_href(view, q),
        older=_href(view, q, found.next_cursor) if found.next_cursor else None,
    )


def _href(view: str, q: str, cursor: str | None = None) -> str:
    pairs = {"view": view if view != "all" else "", "q": q, "cursor": cursor or ""}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"/jobs?{query}" if query else "/jobs"


def _new() -> Response:
    values = job_form.blank()
    rubric_id = request.args.get("rubric")
    if rubric_id:
        values["rubric_id"] = rubric_id
    return show_form(values)


def _create() -> Response:
    values, sent = request.form, request.files.get("file")
    form = job_form.read(values)
    upload = None
    if sent is not None and sent.filename:
        upload = Upload(sent.stream.read(), sent.filename)
    if form.draft is None:
        return show_form(values, 422, problems=form.problems, lost_file=upload is not None)
    try:
        made = current_services().jobs.create(viewer(), form.draft, upload)
    except (Invalid, Conflict, NotFound) as error:
        problems = job_form.problems_of(error) if isinstance(error, Invalid) else {}
        if error.code == "description_missing":
            problems = {"description": error.sentence}
        elif error.code == "external_id_exists":
            problems = {"external_id": error.sentence}
        return show_form(
            values, status_of(error), problems=problems, problem=said(error), lost_file=upload is not None
        )
    done: Response = current_app.make_response(redirect(f"/jobs/{made.id}", code=303))
    return done


def show_form(
    values: MultiDict[str, str], status: int = 200, *, job: JobView | None = None, edition: str = "",
    problems: dict[str, str] | None = None, problem: str = "", lost_file: bool = False,
) -> Response:  # fmt: skip
    """The form of a job with these values; ``job`` is the standing one, None for a new one. ``lost_file``: a browser
    does not send a chosen file a second time by itself."""
    services, organisation_id = current_services(), user().organisation_id
    rubrics = () if job is not None else services.rubrics.list(organisation_id, page=Page(_RUBRICS)).items
    known = dict(LANGUAGES)
    languages = LANGUAGES if job is None or job.language in known else ((job.language, job.language), *LANGUAGES)
    return page(
        "job_form.html", status, values=values, job=job, edition=edition, problems=problems or {}, problem=problem,
        is_more_open=any(field.startswith("settings") for field in problems or ()), lost_file=lost_file,
        rubrics=rubrics, groups=GROUPS, days=DAYS, languages=languages, interview_types=INTERVIEW_TYPES,
        difficulties=DIFFICULTIES,
    )  # fmt: skip
