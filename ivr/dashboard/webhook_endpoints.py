"""Outgoing webhooks, for administrators: where events are sent, what became of each message, and sending it again.

They live under ``/keys/webhooks``: whatever begins with ``/webhooks`` is the carrier's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, typed, why
from ivr.dashboard.session import user, viewer
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid
from ivr.services.webhook_endpoints import TEST
from ivr.services.webhook_views import (
    EVENTS,
    EVERY,
    DeliveryView,
    NewWebhookEndpointView,
    WebhookEndpointDraft,
    WebhookEndpointPatch,
    WebhookEndpointView,
)

_LIST = "/keys/webhooks"
_ONE = f"{_LIST}/<endpoint_id>"
_ROWS = 25
_SOON = timedelta(minutes=1)
_LONGEST_URL, _LONGEST_DESCRIPTION = 2000, 200
_STATES = ("pending", "delivered", "failed", "dropped")


@dataclass(frozen=True, slots=True)
class EndpointForm:
    """An endpoint as it was typed in; ``chosen`` are names of events, or the one word for all of them."""

    url: str = ""
    description: str = ""
    chosen: tuple[str, ...] = (EVERY,)

    @classmethod
    def sent(cls) -> "EndpointForm":
        """What this request carries; events that there are not are left out."""
        wanted = request.form.getlist("events")
        chosen = tuple(one for one in (EVERY, *EVENTS) if one in wanted)
        return cls(
            typed("url", _LONGEST_URL + 1), typed("description", _LONGEST_DESCRIPTION),
            (EVERY,) if EVERY in chosen else chosen,
        )  # fmt: skip

    @classmethod
    def of(cls, view: WebhookEndpointView) -> "EndpointForm":
        """The endpoint as it stands."""
        return cls(view.url, view.description, view.events)

    @property
    def problem(self) -> str | None:
        """What is missing, in a sentence."""
        if not self.url:
            return "Give the address that is to be told."
        if len(self.url) > _LONGEST_URL:
            return f"An address has {_LONGEST_URL} characters at most."
        if not self.description.isprintable():
            return "The note must be one line."
        return None if self.chosen else "Choose at least one event, or everything."


def add_routes(blueprint: Blueprint) -> None:
    """The pages and their forms; the table of permissions keeps them for administrators."""
    rules: tuple[tuple[str, str, Callable[..., Response], str], ...] = (
        (_LIST, "webhook_endpoints", _endpoints, "GET"),
        (_LIST, "make_endpoint", _make, "POST"),
        (_ONE, "webhook_endpoint", _endpoint, "GET"),
        (_ONE, "change_endpoint", _change, "POST"),
        (f"{_ONE}/switch", "switch_endpoint", _switch, "POST"),
        (f"{_ONE}/secret", "rotate_endpoint_secret", _rotate, "POST"),
        (f"{_ONE}/test", "test_endpoint", _test, "POST"),
        (f"{_ONE}/delete", "delete_endpoint", _delete, "POST"),
        (f"{_ONE}/deliveries/<delivery_id>", "webhook_delivery", _delivery, "GET"),
        (f"{_ONE}/deliveries/<delivery_id>/replay", "replay_delivery", _replay, "POST"),
    )
    for rule, endpoint, view, method in rules:
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


# --- all of them


def _endpoints() -> Response:
    return _show_all()


def _make() -> Response:
    form = EndpointForm.sent()
    if form.problem is not None:
        return _show_all(422, problem=form.problem, form=form)
    draft = WebhookEndpointDraft(form.url, form.chosen, form.description)
    try:
        made = current_services().webhook_endpoints.create(viewer(), draft)
    except (Invalid, Conflict) as error:
        return _show_all(status_of(error), problem=why(error), form=form)
    return _show_one(made.id, 201, made=made)


def _show_all(status: int = 200, *, problem: str | None = None, form: EndpointForm | None = None) -> Response:
    found = current_services().webhook_endpoints.list(user().organisation_id, None, Page(_ROWS))
    return page(
        "webhook_endpoints.html", status, endpoints=found.items, problem=problem, form=form or EndpointForm(),
        events=EVENTS,
    )  # fmt: skip


# --- one of them


def _endpoint(endpoint_id: str) -> Response:
    return _show_one(endpoint_id)


def _change(endpoint_id: str) -> Response:
    form = EndpointForm.sent()
    if form.problem is not None:
        return _show_one(endpoint_id, 422, problem=form.problem, form=form)
    patch = WebhookEndpointPatch(url=form.url, events=form.chosen, description=form.description)
    try:
        current_services().webhook_endpoints.patch(viewer(), endpoint_id, patch)
    except (Invalid, Conflict) as error:
        return _show_one(endpoint_id, status_of(error), problem=why(error), form=form)
    return go(f"{_LIST}/{endpoint_id}")


def _switch(endpoint_id: str) -> Response:
    on = {"yes": True, "no": False}.get(request.form.get("on", ""))
    if on is None:
        return _show_one(endpoint_id, 422, problem="Say whether it is to be on or off.")
    current_services().webhook_endpoints.patch(viewer(), endpoint_id, WebhookEndpointPatch(enabled=on))
    return go(f"{_LIST}/{endpoint_id}")


def _rotate(endpoint_id: str) -> Response:
    made = current_services().webhook_endpoints.rotate_secret(viewer(), endpoint_id)
    return _show_one(endpoint_id, 201, made=made)


def _test(endpoint_id: str) -> Response:
    sent = current_services().webhook_endpoints.test(viewer(), endpoint_id)
    return go(f"{_LIST}/{endpoint_id}/deliveries/{sent.id}")


def _delete(endpoint_id: str) -> Response:
    current_services().webhook_endpoints.delete(viewer(), endpoint_id)
    return go(_LIST)


def _show_one(
    endpoint_id: str, status: int = 200, *, problem: str | None = None, form: EndpointForm | None = None,
    made: NewWebhookEndpointView | None = None,
) -> Response:  # fmt: skip
    services, organisation_id = current_services().webhook_endpoints, user().organisation_id
    endpoint = made or services.get(organisation_id, endpoint_id)
    state, type_ = request.args.get("state", ""), request.args.get("event", "")
    state, type_ = state if state in _STATES else "", type_ if type_ in (*EVENTS, TEST) else ""
    log = services.deliveries(
        organisation_id, endpoint_id, state or None, type_ or None, Page(_ROWS, request.args.get("cursor") or None)
    )
    chosen = {"state": state, "event": type_}
    older = None
    if log.next_cursor is not None:
        older = "?" + urlencode({**{name: value for name, value in chosen.items() if value}, "cursor": log.next_cursor})
    return page(
        "webhook_endpoint.html", status, endpoint=endpoint, made=made, problem=problem, events=EVENTS, test=TEST,
        form=form or EndpointForm.of(endpoint), is_open=form is not None, log=log.items, older=older, chosen=chosen,
        states=_STATES, is_moving=any(map(_is_moving, log.items)) and not request.args.get("cursor"),
        here=f"{_LIST}/{endpoint_id}" + ("?" + urlencode(chosen) if state or type_ else ""),
    )  # fmt: skip


# --- one message


def _delivery(endpoint_id: str, delivery_id: str) -> Response:
    return _show_delivery(endpoint_id, delivery_id)


def _replay(endpoint_id: str, delivery_id: str) -> Response:
    services = current_services().webhook_endpoints
    services.delivery(user().organisation_id, endpoint_id, delivery_id)  # of this very endpoint
    try:
        services.replay(viewer(), delivery_id)
    except Conflict as error:
        sentence = f"{error.sentence} Switch it on first." if error.code == "endpoint_disabled" else why(error)
        return _show_delivery(endpoint_id, delivery_id, status_of(error), problem=sentence)
    return go(f"{_LIST}/{endpoint_id}/deliveries/{delivery_id}")


def _show_delivery(
    endpoint_id: str, delivery_id: str, status: int = 200, *, problem: str | None = None
) -> Response:
    services, organisation_id = current_services().webhook_endpoints, user().organisation_id
    found = services.delivery(organisation_id, endpoint_id, delivery_id)
    return page(
        "webhook_delivery.html", status, problem=problem, endpoint=services.get(organisation_id, endpoint_id),
        found=found, is_moving=_is_moving(found.delivery),
    )  # fmt: skip


def _is_moving(delivery: DeliveryView) -> bool:
    """Whether it is worth looking again in a moment: the next attempt comes soon."""
    soon = current_services().clock() + _SOON
    return delivery.status == "pending" and delivery.next_attempt_at is not None and delivery.next_attempt_at <= soon
