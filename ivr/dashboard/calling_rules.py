"""When nothing may be dialled: the stop switch, which people turn, and the limits, which the environment sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go
from ivr.dashboard.session import user, viewer
from ivr.settings import Settings

_PAGE = "/settings/calling"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as it is: what it is for, its value in words, and the variable that sets it."""

    title: str
    value: str
    what: str
    variable: str


def add_routes(blueprint: Blueprint) -> None:
    """The page; the switch is set by whoever may have people called and released by administrators."""
    blueprint.add_url_rule(_PAGE, "calling_rules", _rules, methods=["GET"])
    blueprint.add_url_rule(f"{_PAGE}/stop", "stop_calling", _stop, methods=["POST"])
    blueprint.add_url_rule(f"{_PAGE}/resume", "resume_calling", _resume, methods=["POST"])


def _rules() -> Response:
    services = current_services()
    return page(
        "calling_rules.html",
        organisation=services.organisations.organisation(user().organisation_id),
        limits=limits_of(services.settings),
        from_switch=request.args.get("turned") == "yes",
    )


def _stop() -> Response:
    current_services().stop_switch.set_stopped(viewer(), stopped=True)
    return go(f"{_PAGE}?turned=yes")


def _resume() -> Response:
    current_services().stop_switch.set_stopped(viewer(), stopped=False)
    return go(f"{_PAGE}?turned=yes")


def limits_of(settings: Settings) -> Sequence[Limit]:
    """The limits that hold for every organisation of this installation."""
    per_second = settings.calls_per_second
    start, _, end = settings.calling_hours_limit.partition("-")
    budget = settings.monthly_budget_usd
    return (
        Limit(
            "Hours", f"{start} to {end}", "On the candidate’s own clock; a job can only narrow them.",
            "CALLING_HOURS_LIMIT",
        ),
        Limit("Calls at once", str(settings.max_concurrent_calls), "Over all interviews.", "MAX_CONCURRENT_CALLS"),
        Limit(
            "Pace", f"{per_second:g} a second" if per_second >= 1 else f"one every {1 / per_second:.0f} seconds",
            "How fast new calls are placed.", "CALLS_PER_SECOND",
        ),
        Limit("Calls a day", str(settings.max_calls_per_day), "Per organisation and day (UTC).", "MAX_CALLS_PER_DAY"),
        Limit(
            "Calls a day to one number", str(settings.max_calls_per_number_per_day), "Whatever they are for.",
            "MAX_CALLS_PER_NUMBER_PER_DAY",
        ),
        Limit(
            "Models a month", "no limit" if budget is None else f"${budget:,.2f}",
            "When it is used up, work waits for the next month.", "MONTHLY_BUDGET_USD",
        ),
    )  # fmt: skip
