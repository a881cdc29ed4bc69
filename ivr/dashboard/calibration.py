"""Rating rounds: how they stand, beginning one, and the screen on which a person rates answer by answer, blind."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request

from db.models import Role
from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.period import PERIODS, chosen, jobs_to_choose
from ivr.dashboard.session import may_review, reviewer, user, viewer
from ivr.services.calibrations import BlindAnswerView, CalibrationView, RoundAgreementView
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotAllowed
from ivr.services.logins import SessionUser
from ivr.services.roles import PERMISSIONS, Permission
from ivr.services.statistics_drafts import CalibrationDraft, LevelsDraft
from ivr.services.users import UserFilters

_LONGEST_NAME = 200
_MOST_RATERS = 20
_MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Round:
    """A round as one person sees it: ``mine`` is under which name they rate, None when they do not.

    ``is_blind``: they have answers left to rate and are not told how others, or the model, rate them.
    """

    found: RoundAgreementView
    mine: str | None
    is_blind: bool


def add_routes(blueprint: Blueprint) -> None:
    """The list, the screen, and what it sends."""
    blueprint.add_url_rule("/calibration", "calibrations", _list, methods=["GET"])
    blueprint.add_url_rule("/calibration", "begin_round", _begin, methods=["POST"])
    blueprint.add_url_rule("/calibration/<uuid:round_id>", "calibration", _screen, methods=["GET"])
    blueprint.add_url_rule("/calibration/<uuid:round_id>/levels", "rate_blind", _rate, methods=["POST"])


def _list() -> Response:
    return _show_all()


def _begin() -> Response:
    """A new round of the answers that were scored last, for the people who were ticked."""
    given = request.form
    name, raters = given.get("name", "").strip()[:_LONGEST_NAME], tuple(given.getlist("rater"))[:_MOST_RATERS]
    if not name or len(raters) < 2:
        return _show_all(422, problem="Give the round a name and choose two people or more.", name=name, raters=raters)
    draft = CalibrationDraft(name, raters, given.get("job") or None, include_simulated=given.get("demo") == "1")
    try:
        made = current_services().calibrations.create(viewer(), draft)
    except (Invalid, Conflict) as error:
        problem = f"{error.sentence} {error.hint}".strip()
        return _show_all(status_of(error), problem=problem, name=name, raters=raters)
    response: Response = redirect(f"/calibration{'?demo=1' if made.simulated else ''}", code=303)  # type: ignore[assignment]
    return response


def _show_all(status: int = 200, *, problem: str = "", name: str = "", raters: tuple[str, ...] = ()) -> Response:
    asked, someone, services = chosen(), user(), current_services()
    report = services.calibrations.report(someone.organisation_id, asked.filters())
    accounts = services.users.list(someone.organisation_id, UserFilters(), Page(_MOST_PEOPLE)).items
    people = [
        one for one in accounts if one.status != "deactivated" and Permission.REVIEW in PERMISSIONS[Role(one.role)]
    ]
    return page(
        "calibrations.html",
        status,
        asked=asked,
        periods=PERIODS,
        jobs=jobs_to_choose(someone.organisation_id, asked.job_id),
        rounds=[_round(one, someone) for one in report.rounds],
        may_rate=may_review(someone),
        people=people,
        problem=problem,
        name=name,
        raters=raters,
    )


def _screen(round_id: object) -> Response:
    return _show(str(round_id), _wanted(request.args.get("at", "")))


def _rate(round_id: object) -> Response:
    """One level of the logged-in person, and on to the next answer that has none of theirs."""
    id, someone, services = str(round_id), user(), current_services()
    actor = reviewer()
    found = services.calibrations.get(someone.organisation_id, id)
    mine = _name_in(found, someone)
    if mine is None:
        raise NotAllowed(
            "not_a_rater", "You are not one of the people who rate in this round.",
            "Ask whoever began it to name you in the next one.",
        )  # fmt: skip
    answer_id, level = request.form.get("answer", ""), request.form.get("level", "")
    at = _wanted(request.form.get("at", ""))
    if level not in {"1", "2", "3", "4", "5"}:
        return _show(id, at, 422, "Choose a level from 1 to 5.")
    try:
        services.calibrations.rate(actor, id, LevelsDraft(mine, {answer_id: int(level)}))
    except Invalid as error:
        return _show(id, at, 422, error.sentence)
    return _to(id)


def _show(round_id: str, at: int | None, status: int = 200, problem: str = "") -> Response:
    someone, services = user(), current_services()
    found = services.calibrations.get(someone.organisation_id, round_id)
    mine = _name_in(found, someone)
    everything = services.calibrations.answers(someone.organisation_id, round_id).answers
    answers = [one for one in everything if one.transcript]
    levels: Mapping[str, int] = {}
    if mine is not None:
        levels = services.calibrations.levels_of(someone.organisation_id, round_id, mine)
    shown = _shown(answers, levels, at)
    place = answers.index(shown) if shown is not None else 0
    return page(
        "calibration.html",
        status,
        round=found,
        mine=mine,
        may_rate=may_review(someone) and mine is not None,
        answer=shown,
        number=place + 1,
        total=len(answers),
        rated=sum(one.answer_id in levels for one in answers),
        given=levels.get(shown.answer_id) if shown is not None else None,
        before=answers[place - 1].position if shown is not None and place else None,
        after=answers[place + 1].position if shown is not None and place + 1 < len(answers) else None,
        problem=problem,
    )


def _shown(
    answers: list[BlindAnswerView], levels: Mapping[str, int], at: int | None
) -> BlindAnswerView | None:
    """The answer that was asked for, else the first one without a level; None when all have one."""
    if at is not None:
        return next((one for one in answers if one.position == at), None)
    return next((one for one in answers if one.answer_id not in levels), None)


def _round(found: RoundAgreementView, someone: SessionUser) -> Round:
    mine = _name_in(found.calibration, someone)
    left = mine is not None and found.calibration.rated.get(mine, 0) < found.calibration.answers
    return Round(found, mine, left)


def _name_in(found: CalibrationView, someone: SessionUser) -> str | None:
    """Under which name this person rates: the address they log in with."""
    return next((rater for rater in found.raters if rater.strip().casefold() == someone.email.casefold()), None)


def _wanted(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _to(round_id: str) -> Response:
    response: Response = redirect(f"/calibration/{round_id}", code=303)  # type: ignore[assignment]
    return response
