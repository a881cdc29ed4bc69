"""What is done from the list of interviews: views saved and deleted, many of them exported, canceled, tried again."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.interviews import show_list
from ivr.dashboard.list_address import Asked
from ivr.dashboard.pages import page
from ivr.dashboard.session import reader, user, viewer
from ivr.dashboard.steps import told
from ivr.http import json_array, streamed
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.errors import Conflict, Invalid, NotAllowed, Refused
from ivr.services.views import InterviewView

_CSV = "text/csv; charset=utf-8"
_ACTS: dict[str, Callable[[Services, Actor, str], object]] = {
    "cancel": lambda services, actor, id: services.interviews.cancel(actor, id),
    "retry": lambda services, actor, id: services.interviews.retry(actor, id),
}


@dataclass(frozen=True, slots=True)
class RefusedOne:
    """An interview with which it could not be done, and why."""

    interview: InterviewView
    why: str


def add_routes(blueprint: Blueprint) -> None:
    """The forms of the list, and the whole of it as a file."""
    blueprint.add_url_rule("/interviews/views", "save_view", _save_view, methods=["POST"])
    blueprint.add_url_rule("/interviews/views/<view_id>/delete", "delete_view", _delete_view, methods=["POST"])
    blueprint.add_url_rule("/interviews/export.<any(csv, json):kind>", "export_list", _export, methods=["GET"])
    blueprint.add_url_rule("/interviews/chosen/export", "export_chosen", _export_chosen, methods=["POST"])
    blueprint.add_url_rule("/interviews/chosen/cancel", "cancel_chosen", lambda: _many("cancel"), methods=["POST"])
    blueprint.add_url_rule("/interviews/chosen/retry", "retry_chosen", lambda: _many("retry"), methods=["POST"])


# --- saved views


def _save_view() -> Response:
    asked = _back()
    name, is_shared = request.form.get("name", ""), request.form.get("shared") == "yes"
    try:
        current_services().saved_views.save(user(), name, asked.kept(), is_shared=is_shared)
    except (Invalid, Conflict, NotAllowed) as error:
        sentence = f"{error.sentence} {error.hint}".strip()
        return show_list(asked, status_of(error), problem=sentence, name=name[:200], is_shared=is_shared)
    return _to(asked.href())


def _delete_view(view_id: str) -> Response:
    current_services().saved_views.delete(user(), view_id)
    return _to(_back().href())


# --- files


def _export(kind: str) -> Response:
    """All that the address lets through, whatever page of it is shown."""
    asked = Asked.of(request.args)
    lists = current_services().interview_lists
    return _file(kind, lists.everything(user().organisation_id, asked.filters(), reader()))


def _export_chosen() -> Response:
    views = _chosen()
    if not views:
        return _nothing_chosen()
    lists = current_services().interview_lists
    seen = lists.as_seen_by(user().organisation_id, reader(), views)
    return _file(request.form.get("kind", "csv"), iter(seen))


def _file(kind: str, views: Iterator[InterviewView]) -> Response:
    exports = current_services().interview_exports
    # Numbers are masked as on every page; who needs them whole has a key that may write.
    if kind == "json":
        rows = (json.dumps(row, ensure_ascii=False) for row in exports.records(views, with_numbers=False))
        return streamed(json_array(rows), "application/json", "interviews.json")
    return streamed(exports.table(views, with_numbers=False), _CSV, "interviews.csv")


# --- many at once


def _many(what: str) -> Response:
    """Cancel or try again whatever was chosen: asked back once, then done one by one, each by its own rules."""
    asked, views = _back(), _chosen()
    if not views:
        return _nothing_chosen()
    if request.form.get("confirmed") != "yes":
        return page("chosen.html", what=what, views=views, refused=(), back=asked.href())
    services, actor = current_services(), viewer()
    done, refused = 0, []
    for view in views:
        try:
            _ACTS[what](services, actor, view.id)
            done += 1
        except (Conflict, Refused) as error:
            refused.append(RefusedOne(view, told(error)))
    if refused:
        return page("chosen.html", 409, what=what, views=(), done=done, refused=refused, back=asked.href())
    href = asked.href()
    return _to(f"{href}{'&' if '?' in href else '?'}done={what}.{done}")


def _chosen() -> tuple[InterviewView, ...]:
    ids = _unique(request.form.getlist("id"))
    return current_services().interview_lists.some(user().organisation_id, ids) if ids else ()


def _nothing_chosen() -> Response:
    return show_list(_back(), 422, problem="Nothing is chosen. Tick the interviews that you mean, then press again.")


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _back() -> Asked:
    """The list that the form was on."""
    return Asked.of(dict(parse_qsl(urlsplit(request.form.get("back", "")).query)))


def _to(href: str) -> Response:
    done: Response = current_app.make_response(redirect(href, code=303))
    return done
