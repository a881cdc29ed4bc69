"""The page behind a link and its buttons: opening it does nothing, each change is a POST."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from interview.texting import one_line
from interview.wording.coaching import coaching_wording_for
from interview.wording.sitting import sitting_words_for
from interview.wording.written import Written, written_for
from ivr.candidate.access import require_intent, stamp, wants_json
from ivr.candidate.errors import problem
from ivr.candidate.pages import page
from ivr.current import current_services
from ivr.http import attachment, request_id
from ivr.services.candidate_door import DoorView, NotNow
from ivr.services.errors import FieldProblem, Invalid, ServiceError
from ivr.services.links import UnknownLink

_LONGEST_TIME = 40


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to choose: for the server, on the candidate's clock, and on the company's where that shows another
    (``theirs``, in words for who does not see where it stands)."""

    value: str
    clock: str
    their_clock: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Day:
    """The times of one day on the candidate's clock."""

    name: str
    slots: tuple[Slot, ...]


def add_routes(blueprint: Blueprint) -> None:
    """Everything under a link."""
    blueprint.add_url_rule("/<token>", "look", _look, methods=["GET"], strict_slashes=False)
    blueprint.add_url_rule("/<token>/appointment.ics", "calendar", _calendar, methods=["GET"])
    for path, view in (("call-now", _call_now), ("schedule", _schedule), ("human", _human), ("opt-out", _opt_out)):
        blueprint.add_url_rule(f"/<token>/{path}", path, view, methods=["POST"])
        # whoever loads the address of a button again is led back to the page
        blueprint.add_url_rule(f"/<token>/{path}", f"{path}-back", _back, methods=["GET"])
    blueprint.add_url_rule("/", "nothing", _nothing, methods=["GET"], defaults={"rest": ""})
    blueprint.add_url_rule("/<token>/<path:rest>", "elsewhere", _nothing, methods=["GET"])


def _look(token: str) -> Response:
    try:
        view = current_services().candidate_door.look(token)
    except UnknownLink:
        if wants_json():
            raise
        # whoever had their data deleted here reads what became of it; anybody else's link stays unknown
        current_services().own_data.receipt(token)
        return _back(token, "/receipt")
    return _json(view) if wants_json() else _page(token, view)


def _calendar(token: str) -> Response:
    made = current_services().candidate_door.calendar(token)
    if made is None:
        if wants_json():
            return problem(404, ServiceError("no_appointment", "No time is set.", "Choose one first."))
        return _back(token)
    return attachment(made.data, "text/calendar; charset=utf-8", "appointment.ics")


def _call_now(token: str) -> Response:
    door = current_services().candidate_door

    def change() -> DoorView:
        current_services().sittings.leave(token)
        return door.call_now(token, request_id())

    return _changed(token, change)


def _schedule(token: str) -> Response:
    door = current_services().candidate_door
    return _changed(token, lambda: door.schedule(token, _wished(), request_id()))


def _human(token: str) -> Response:
    door = current_services().candidate_door

    def change() -> DoorView:
        current_services().sittings.leave(token)
        return door.ask_for_person(token, request_id())

    return _changed(token, change)


def _opt_out(token: str) -> Response:
    door = current_services().candidate_door
    return _changed(token, lambda: door.stop(token, request_id()))


def _changed(token: str, change: Callable[[], DoorView]) -> Response:
    """Do it, and show the page as it stands then: what could not be done is said there."""
    require_intent(token)
    try:
        view = change()
    except NotNow as error:
        if wants_json():
            raise
        return _page(token, current_services().candidate_door.look(token), error)
    return _json(view) if wants_json() else _back(token)


def _back(token: str, page: str = "") -> Response:
    response: Response = current_app.make_response(redirect(f"/c/{token}{page}", code=303))
    return response


def _nothing(rest: str, token: str = "") -> Response:
    raise UnknownLink


def _wished() -> datetime:
    """The time that was chosen, from the form or as ``{"at": …}``. Raises Invalid."""
    given: Any = request.form.get("at")
    if request.is_json:
        body = request.get_json(silent=True)
        given = body.get("at") if isinstance(body, dict) else None
    try:
        is_short = isinstance(given, str) and len(given) <= _LONGEST_TIME
        at = datetime.fromisoformat(given) if is_short else None
        at = None if at is None or at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # no time, or one at the very end of time
        at = None
    if at is None and not request.is_json:
        raise NotNow("outside_calling_hours", "No time was chosen.")
    if at is None:
        told = FieldProblem("at", "invalid_time", "This must be a time such as 2027-03-01T09:30:00Z.")
        raise Invalid("invalid_fields", told.message, problems=[told])
    return at


# --- how it is shown


def _page(token: str, view: DoorView, refused: NotNow | None = None) -> Response:
    words = written_for(view.language)
    company = one_line(view.company)
    own = sitting_words_for(view.language)
    return page(
        "link.html", 200 if refused is None else 409, words=words, view=view, token=token, stamp=stamp(token),
        company=company, job=one_line(view.job_title), takes=words.takes(view.minutes),
        standing=_standing(words, view, company),
        problem=None if refused is None else _why(words, view, refused, company),
        later=_when(words, view, view.next_call_at), days=_days(words, view, company), zone=_place(view.zone),
        own=own, must_agree="agree" in request.args, about=_about(words, view), told=_told(view),
        coaching=coaching_wording_for(view.language),
    )  # fmt: skip


def _standing(words: Written, view: DoorView, company: str) -> str:
    if view.standing == "answering":
        return sitting_words_for(view.language).later
    if view.standing == "over" and view.is_practice:
        return coaching_wording_for(view.language).over
    text: str = getattr(words, view.standing)
    return text.format(company=company, when=_when(words, view, view.at))


def _about(words: Written, view: DoorView) -> tuple[str, str]:
    """What it is about, and who hears the answers."""
    company, job = one_line(view.company), one_line(view.job_title)
    coaching = coaching_wording_for(view.language)
    about, whose = (coaching.about, coaching.private) if view.is_practice else (words.about, words.reviewed)
    return about.format(company=company, job=job), whose.format(company=company)


def _told(view: DoorView) -> str:
    """What a candidate has to read before they agree to answering here."""
    words = coaching_wording_for(view.language) if view.is_practice else sitting_words_for(view.language)
    return words.told.format(company=one_line(view.company))


def _why(words: Written, view: DoorView, refused: NotNow, company: str) -> str:
    when = _when(words, view, refused.next_at)
    match refused.code:
        case "outside_calling_hours" if when:
            return words.outside_hours.format(when=when)
        case "outside_calling_hours":
            return words.time_gone
        case "daily_limit":
            return words.later.format(when=when)
        case "on_the_line":
            return words.busy
        case _:
            return words.impossible.format(company=company)


def _when(words: Written, view: DoorView, at: datetime | None) -> str:
    """A moment on the candidate's clock, with the company's beside it where that shows another time."""
    if at is None:
        return ""
    theirs = _theirs(words, view, at, one_line(view.company))
    return words.moment(at, view.zone) + (f" ({theirs})" if theirs else "")


def _theirs(words: Written, view: DoorView, at: datetime, company: str) -> str:
    if view.company_zone is None:
        return ""
    clock = words.clock(at, view.company_zone)
    return "" if clock == words.clock(at, view.zone) else words.theirs.format(company=company, time=clock)


def _days(words: Written, view: DoorView, company: str) -> tuple[Day, ...]:
    def slot(at: datetime) -> Slot:
        their_clock = words.clock(at, view.company_zone) if view.company_zone else ""
        return Slot(_iso(at), words.clock(at, view.zone), their_clock, _theirs(words, view, at, company))

    by_day = groupby(view.times, lambda at: words.day(at, view.zone))
    return tuple(Day(name, tuple(slot(at) for at in times)) for name, times in by_day)


def _place(zone: str) -> str:
    """"New York" for America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _json(view: DoorView) -> Response:
    call_in = None if view.call_in is None else {"number": view.call_in.number, "code": view.call_in.pin}
    shown = {
        "standing": view.standing, "status": view.status, "company": view.company, "job_title": view.job_title,
        "language": view.language, "minutes": view.minutes, "at": None if view.at is None else _iso(view.at),
        "timezone": view.zone, "company_timezone": view.company_zone, "times": _isos(view.times),
        "can_act": view.can_act, "can_answer": view.can_answer, "can_call_now": view.can_call,
        "told": _told(view), "purpose": view.purpose,
        "next_call_at": None if view.next_call_at is None else _iso(view.next_call_at), "call_in": call_in,
        "has_feedback": view.has_feedback, "simulated": view.simulated,
    }  # fmt: skip
    return Response(json.dumps(shown, ensure_ascii=False), content_type="application/json")


def _isos(times: Sequence[datetime]) -> list[str]:
    return [_iso(at) for at in times]


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
