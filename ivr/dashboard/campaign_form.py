"""A new campaign: people chosen or from a file, a trial with everybody's turn or the reason why not, then the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.candidate_import import country_in, csv_in
from ivr.dashboard.errors import status_of
from ivr.dashboard.fields import Form, sent
from ivr.dashboard.pages import page
from ivr.dashboard.period import jobs_to_choose
from ivr.dashboard.session import user, viewer
from ivr.services.campaign_views import CampaignPlanView, PlannedRowView
from ivr.services.csv_people import MAX_ROWS
from ivr.services.drafts import CampaignDraft, CandidateFilters, Page
from ivr.services.errors import Conflict, Invalid, NotFound, Refused
from ivr.services.person_patterns import is_zone
from ivr.services.views import CandidateView

_FOUND = 12
_LONGEST_SEARCH = 100
# More come from a file.
_MOST_CHOSEN = 1_000
_SHOWN = 300
# Whoever is not called stands before all times.
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """The trial as the page shows it: ``rows`` are those who would not be called first; ``mark`` stands for the form
    that it was made of."""

    found: CampaignPlanView
    rows: Sequence[PlannedRowView]
    mark: str


def add_routes(blueprint: Blueprint) -> None:
    """The page and its buttons."""
    blueprint.add_url_rule("/campaigns/new", "new_campaign", _new, methods=["GET"])
    blueprint.add_url_rule("/campaigns/new", "create_campaign", _create, methods=["POST"])


def _new() -> Response:
    """The page; the address may name a job and people."""
    given = {name: request.args.get(name, "")[:_LONGEST_SEARCH] for name in ("job", "name")}
    return _show(Form({"from": "chosen", "when": "now", "clock": "UTC", **given}), request.args.getlist("person"))


def _create() -> Response:
    form, chosen = sent(), request.form.getlist("person")
    wish = form.get("do")
    if wish not in {"plan", "start"}:
        return _show(_with_file(form), chosen)
    draft = _draft(form, chosen)
    if draft is None:
        return _show(form, chosen, 422)
    campaigns, mark = current_services().campaigns, _mark(draft)
    if wish == "start" and form.get("planned") != mark:
        form.problem = "Nobody is called yet: look at what would happen with what stands here now, then start."
        wish = "plan"
    try:
        if wish == "start":
            made = campaigns.create(viewer(), draft)
            done: Response = current_app.make_response(redirect(f"/campaigns/{made.id}", code=303))
            return done
        found = campaigns.plan(user().organisation_id, draft)
    except (Invalid, Refused, Conflict) as error:
        form.refused(error, {"start_at": "at"})
        return _show(form, chosen, status_of(error))
    except NotFound:
        form.problems["job"] = "There is no such job."
        return _show(form, chosen, 422)
    ordered = sorted(found.rows, key=lambda row: (row.call_at is not None, row.call_at or _FIRST))
    return _show(form, chosen, 409 if form.problem else 200, Plan(found, ordered[:_SHOWN], mark))


def _draft(form: Form, chosen: Sequence[str]) -> CampaignDraft | None:
    """The campaign as it was typed, None when something is wrong; the form then says what."""
    job_id = form.get("job")
    if not job_id:
        form.problems["job"] = "Choose a job."
    name = form.line("name", 200, required="Give the campaign a name.")
    text, ids = "", tuple(dict.fromkeys(chosen))
    if form.get("from") == "file":
        ids = ()
        form = _with_file(form)
        text = form.get("csv")
        if not text.strip() and form.is_good:
            form.problems["csv"] = "Choose a file, or paste its lines here."
    elif not ids:
        form.problems["person"] = "Tick whom to call, or take a file."
    elif len(ids) > _MOST_CHOSEN:
        form.problems["person"] = f"At most {_MOST_CHOSEN:,} people can be chosen here; use a file for more."
    start_at = None
    if form.get("when") == "at":
        clock = form.get("clock")
        start_at = form.moment("at", clock if is_zone(clock) else "UTC", required="Say when it is to begin.")
    pace = form.number("pace", 0.01, 600)
    at_once = form.whole("at_once", 1, 1_000)
    country = country_in(form)
    if not form.is_good:
        return None
    return CampaignDraft(
        job_id=job_id, name=name or "", candidate_ids=ids, csv=text.encode(), country=country, start_at=start_at,
        calls_per_minute=pace, max_concurrent=at_once,
    )  # fmt: skip


def _mark(draft: CampaignDraft) -> str:
    """Stands for everything in the draft, so that nobody starts what was not looked at."""
    parts = (draft.job_id, draft.candidate_ids, draft.csv, draft.country, draft.start_at, draft.calls_per_minute,
             draft.max_concurrent)  # fmt: skip
    return sha256(repr(parts).encode()).hexdigest()[:32]


def _with_file(form: Form) -> Form:
    """The same form with the lines of a chosen file in the field where they can be mended."""
    try:
        form.typed = {**form.typed, "csv": csv_in(form)}
    except Invalid as error:
        form.problems["csv"] = f"{error.sentence} {error.hint}".strip()
    return form


def _show(
    form: Form, chosen: Sequence[str], status: int = 200, plan: Plan | None = None
) -> Response:
    services, organisation_id = current_services(), user().organisation_id
    jobs = jobs_to_choose(organisation_id, form.get("job") or None)
    people = services.candidate_records.some(organisation_id, chosen[:_MOST_CHOSEN])
    q = form.get("q").strip()[:_LONGEST_SEARCH]
    others = services.candidates.list(organisation_id, CandidateFilters(q=q or None), Page(_FOUND)).items
    return page(
        "campaign_new.html",
        status,
        form=form,
        jobs=jobs,
        may_be_called=[job for job in jobs if job.approved_version is not None and job.status == "open"],
        chosen=people,
        others=_without(others, people),
        plan=plan,
        most=MAX_ROWS,
        clocks=[(form.get("clock"), form.get("clock").replace("_", " "))]
        if is_zone(form.get("clock")) and form.get("clock") != "UTC"
        else [],
    )


def _without(others: Sequence[CandidateView], people: Sequence[CandidateView]) -> Sequence[CandidateView]:
    ids = {one.id for one in people}
    return [one for one in others if one.id not in ids]
