"""A new interview: whom, about which job and when; what would happen is told before anybody presses the button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard import person_form
from ivr.dashboard.candidate_form import put_on_the_list
from ivr.dashboard.errors import status_of
from ivr.dashboard.fields import Form, sent
from ivr.dashboard.pages import page
from ivr.dashboard.period import jobs_to_choose
from ivr.dashboard.session import user, viewer
from ivr.services.call_previews import CallPreviewView
from ivr.services.cost_estimates import CostEstimateView
from ivr.services.drafts import CandidateFilters, InviteDraft, Page
from ivr.services.errors import Conflict, Invalid, NotFound, Refused
from ivr.services.person_patterns import is_zone
from ivr.services.views import CandidateView

_FOUND = 8
_LONGEST_SEARCH = 100
_THEIRS = "candidate"


@dataclass(frozen=True, slots=True)
class Look:
    """What would happen, if enough is known to say it; ``missing`` says what is to be chosen first. ``at_hours`` is
    the next allowed hour as the field for the time wants it, when the wished one is not."""

    preview: CallPreviewView | None = None
    cost: CostEstimateView | None = None
    missing: str = ""
    at_hours: str = ""


def add_routes(blueprint: Blueprint) -> None:
    """The page, the part that answers while one chooses, and the button."""
    blueprint.add_url_rule("/interviews/new", "new_interview", _new, methods=["GET"])
    blueprint.add_url_rule("/interviews/new", "start_interview", _start, methods=["POST"])
    blueprint.add_url_rule("/interviews/new/look", "look_at_interview", _look_alone, methods=["POST"])
    blueprint.add_url_rule("/interviews/new/people", "people_to_call", _people_alone, methods=["GET"])


def _new() -> Response:
    """The page; the address may name a job and a candidate."""
    given = {name: request.args.get(name, "")[:_LONGEST_SEARCH] for name in ("job", "candidate", "q")}
    return _show(Form({"who": "known", "when": "now", "clock": _THEIRS, **given}))


def _start() -> Response:
    form = sent()
    match form.get("do"):
        case "start":
            return _invite(form)
        case "allow":
            return _allow(form)
        case "hours":
            form.typed = {**form.typed, "when": "at", "at": form.get("next"), "clock": "UTC"}
    return _show(form)


def _look_alone() -> Response:
    """What would happen, as a part of the page."""
    form = sent()
    return page("call_verdict.html", look=_look(form), form=form)


def _people_alone() -> Response:
    """Who is found, as a part of the page."""
    q, chosen = request.args.get("q", ""), request.args.get("candidate", "")
    return page("people_found.html", found=_people(q, chosen), form=Form({"q": q, "candidate": chosen}))


def _invite(form: Form) -> Response:
    draft = _draft(form)
    if draft is None:
        return _show(form, 422)
    try:
        made = current_services().interviews.invite(viewer(), draft)
    except Invalid as error:
        form.refused(error, {**person_form.FIELDS, "call_at": "at"})
        return _show(form, status_of(error))
    except (Refused, Conflict) as error:
        # The look says the same, with what to do about it.
        form.problem = f"Nobody is called. {error.sentence}"
        return _show(form, status_of(error))
    done: Response = current_app.make_response(redirect(f"/interviews/{made.id}", code=303))
    return done


def _allow(form: Form) -> Response:
    """Put the number that is looked at on the list, and look again."""
    look = _look(form)
    if look.preview is not None:
        try:
            put_on_the_list(look.preview.phone, look.preview.name)
        except Invalid as error:
            form.problem = error.problems[0].message if error.problems else error.sentence
            return _show(form, status_of(error))
    return _show(form)


def _look(form: Form) -> Look:
    """What would happen with what is typed so far. A form that is half filled in is no mistake yet."""
    services, asked = current_services(), Form(form.typed)
    if not form.get("job"):
        return Look(missing="Choose a job.")
    is_known = form.get("who") != "new"
    if is_known and not form.get("candidate"):
        return Look(missing="Choose whom to call, or enter somebody new.")
    if not is_known and not (form.get("name").strip() and form.get("phone").strip()):
        return Look(missing="Enter a name and a telephone number.")
    draft = _draft(asked)
    if draft is None:
        return Look(missing=asked.problem or next(iter(asked.problems.values()), ""))
    try:
        preview = services.call_previews.preview(viewer(), draft)
    except Invalid as error:
        return Look(missing=error.problems[0].message if error.problems else error.sentence)
    try:
        cost = services.cost_estimates.of_interview(user().organisation_id, draft.job_id)
    except NotFound:
        cost = None  # without approved questions nobody can say
    hours = next((one.retry_at for one in preview.checks if one.rule == "hours"), None)
    if draft.call_at is None or hours is None:
        return Look(preview, cost)
    return Look(preview, cost, at_hours=f"{hours.astimezone(UTC):%Y-%m-%dT%H:%M}")


def _draft(form: Form) -> InviteDraft | None:
    """Whom to invite to what, and when; None when something is missing, and the form says what."""
    job_id, candidate_id, person = form.get("job"), None, None
    if not job_id:
        form.problems["job"] = "Choose a job."
    if form.get("who") == "new":
        person = person_form.draft_of(form)
    else:
        candidate_id = form.get("candidate") or None
        if candidate_id is None:
            form.problems["candidate"] = "Choose whom to call, or enter somebody new."
    call_at = None
    if form.get("when") == "at" and form.is_good:
        zone = _clock(form, candidate_id)
        call_at = form.moment("at", zone, required="Say when the call is wished for.")
    return InviteDraft(job_id, candidate_id, person, call_at) if form.is_good else None


def _clock(form: Form, candidate_id: str | None) -> str:
    """On whose clock the time was typed: the name of its zone."""
    clock = form.get("clock")
    if clock != _THEIRS:
        return clock if is_zone(clock) else "UTC"
    typed = form.get("timezone").strip() if candidate_id is None else ""
    if is_zone(typed):
        return typed
    draft = InviteDraft(form.get("job"), candidate_id, None if candidate_id else person_form.draft_of(form))
    try:
        zones = current_services().call_previews.preview(viewer(), draft).zones
    except Invalid:
        return "UTC"  # nobody has a clock yet: what is wrong with the number is told by whoever takes the draft
    # by which a candidate is asked who may have several, as in letters to them
    return next(iter(zones), "UTC")


def _people(q: str, chosen: str) -> Sequence[CandidateView]:
    """The newest people, or those who are looked for, and the chosen one wherever they stand."""
    candidates, organisation_id = current_services().candidates, user().organisation_id
    filters = CandidateFilters(q=q.strip()[:_LONGEST_SEARCH] or None)
    found = candidates.list(organisation_id, filters, Page(_FOUND)).items
    if chosen and all(one.id != chosen for one in found):
        return (candidates.get(organisation_id, chosen), *found)
    return found


def _show(form: Form, status: int = 200) -> Response:
    jobs = jobs_to_choose(user().organisation_id, form.get("job") or None)
    return page(
        "interview_new.html",
        status,
        form=form,
        jobs=jobs,
        may_be_called=[job for job in jobs if job.approved_version is not None and job.status == "open"],
        found=_people(form.get("q"), form.get("candidate")),
        look=_look(form),
        bases=person_form.BASES,
        zones=person_form.zones(),
        clocks=_clocks(form),
    )


def _clocks(form: Form) -> Sequence[tuple[str, str]]:
    """Clocks on which a time may be typed; the browser adds its own."""
    own = form.get("clock")
    more = [(own, own.replace("_", " "))] if own not in {_THEIRS, "UTC"} and is_zone(own) else []
    return ((_THEIRS, "the candidate’s clock"), *more, ("UTC", "UTC"))
