"""What candidates ask of a person: open ones first, each taken on by somebody, dealt with, and closed with a note."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, why
from ivr.dashboard.session import hidden_from, may_review, user, viewer
from ivr.services.candidate_requests import OPEN, RESOLVED, RequestFilters, RequestView
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, NotFound
from ivr.services.interview_reading import answered_questions, question_names
from ivr.services.views import AnswerView, InterviewView

_ROWS = 25
_LONGEST_NOTE = 4000
_KINDS = ("human", "contest", "data")
# Views by name: title, and how they look when nothing is in them.
_VIEWS = (
    ("open", "Open", "Nobody waits", "What candidates ask for in a call or behind their link appears here."),
    ("mine", "In my hands", "You hold nothing", "Take on an open request, so that others see that you do."),
    ("closed", "Closed", "Nothing closed yet", "Requests that were dealt with stay here with their notes."),
)
# What no text of ours may hold: PostgreSQL keeps no NUL, and the others belong in none that people read.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the list; ``count`` is how many there are in it."""

    name: str
    title: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Contested:
    """The answer that a request is about: what it is called, where it stands on its interview's page, and its peaks.
    ``answer`` is None for one that was asked once more: it stands with its question."""

    name: str
    anchor: str
    answer: AnswerView | None
    peaks: tuple[int, ...]


def add_routes(blueprint: Blueprint) -> None:
    """The list, one request, and what can be done with it."""
    blueprint.add_url_rule("/requests", "requests", _requests, methods=["GET"])
    blueprint.add_url_rule("/requests/<request_id>", "request", _request, methods=["GET"])
    blueprint.add_url_rule("/requests/<request_id>/take", "take_request", _take, methods=["POST"])
    blueprint.add_url_rule("/requests/<request_id>/close", "close_request", _close, methods=["POST"])


def _requests() -> Response:
    given, services = request.args, current_services().candidate_requests
    view, kind = given.get("view", "open"), given.get("kind", "")
    views, kind = _filters(kind if kind in _KINDS else None), kind if kind in _KINDS else ""
    view = view if view in views else "open"
    organisation_id = user().organisation_id
    found = services.on_desk(organisation_id, views[view], Page(_ROWS, given.get("cursor") or None))
    return page(
        "requests.html",
        rows=found.items,
        tabs=[
            Tab(name, title, services.count(organisation_id, views[name]), _href(name, kind))
            for name, title, *_ in _VIEWS
        ],
        view=view,
        kind=kind,
        kinds=_KINDS,
        nothing=next((title, hint) for name, _, title, hint in _VIEWS if name == view),
        me=viewer().name,
        older=_href(view, kind, found.next_cursor) if found.next_cursor else None,
    )


def _request(request_id: str) -> Response:
    return _show(request_id)


def _take(request_id: str) -> Response:
    into_hands = request.form.get("put_down") != "yes"
    try:
        current_services().candidate_requests.take(viewer(), request_id, into_hands=into_hands)
    except Conflict as error:
        return _show(request_id, status_of(error), problem=why(error))
    return go(f"/requests/{request_id}")


def _close(request_id: str) -> Response:
    # A browser ends lines with CR LF; the same note sent twice must be the same.
    note = request.form.get("note", "").replace("\r\n", "\n").strip()
    if not note or len(note) > _LONGEST_NOTE or _CONTROL.search(note):
        problem = f"Say in up to {_LONGEST_NOTE} characters how it was dealt with: the note stays with the request."
        return _show(request_id, 422, problem=problem, note=note[:_LONGEST_NOTE])
    try:
        current_services().candidate_requests.resolve(viewer(), request_id, note)
    except Conflict as error:
        return _show(request_id, status_of(error), problem=why(error), note=note)
    return go(f"/requests/{request_id}")


def _show(request_id: str, status: int = 200, *, problem: str | None = None, note: str = "") -> Response:
    someone, services = user(), current_services()
    found = services.candidate_requests.one_on_desk(someone.organisation_id, request_id)
    interview = _interview_of(found.request)
    is_blind = interview is not None and interview.id in hidden_from(someone, [interview.id])
    return page(
        "request.html", status, found=found, asked=found.request, asker=found.asker, interview=interview,
        contested=None if interview is None else _contested(found.request, interview), is_blind=is_blind,
        may_act=may_review(someone), me=viewer().name, problem=problem, note=note,
    )  # fmt: skip


def _interview_of(asked: RequestView) -> InterviewView | None:
    if asked.interview_id is None:
        return None
    return current_services().interviews.get(user().organisation_id, asked.interview_id, viewer())


def _contested(asked: RequestView, interview: InterviewView) -> Contested | None:
    if asked.answer_id is None:
        return None
    answer = next((one for one in interview.answers if one.id == asked.answer_id), None)
    if answer is None:
        return Contested("An answer to what was asked once more", "", None, ())
    numbers = {one.answer.question.id: one.number for one in answered_questions(interview)}
    number = numbers.get(answer.question.id)
    name = question_names(interview).get(answer.question.id, "The answer")
    return Contested(name, "" if number is None else f"#q{number}", answer, _peaks(interview.id, answer))


def _peaks(interview_id: str, answer: AnswerView) -> tuple[int, ...]:
    if not answer.has_audio:
        return ()
    try:
        return current_services().interviews.peaks(user().organisation_id, interview_id, answer.id).peaks
    except (NotFound, Conflict):
        return ()


def _filters(kind: str | None) -> Mapping[str, RequestFilters]:
    return {
        "open": RequestFilters(kind=kind, status=OPEN),
        "mine": RequestFilters(kind=kind, status=OPEN, taken_by=viewer().name),
        "closed": RequestFilters(kind=kind, status=RESOLVED),
    }


def _href(view: str, kind: str, cursor: str | None = None) -> str:
    pairs = {"view": view if view != "open" else "", "kind": kind, "cursor": cursor or ""}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"/requests?{query}" if query else "/requests"
