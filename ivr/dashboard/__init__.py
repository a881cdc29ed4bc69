"""The recruiters' door: pages made on the server, readable without JavaScript, for people with an account."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from ivr.current import EXTENSION
from ivr.dashboard import (
    audio,
    branding,
    calibration,
    call_list_words,
    call_lists,
    call_svg,
    calling_rules,
    charts,
    errors,
    fairness,
    feedback,
    insight_charts,
    insight_words,
    insights,
    interview,
    interviews,
    keys,
    login,
    navigation,
    new_request,
    pages,
    passwords,
    people,
    request_words,
    requests,
    scorecard,
    session,
    settings,
    status,
    status_words,
    webhook_endpoints,
    webhook_words,
    words,
)


def _set_up(state: BlueprintSetupState) -> None:
    """What of this door belongs to the app as a whole."""
    app = cast(Flask, state.app)
    session.install(app, app.extensions[EXTENSION].settings)
    errors.install(app)
    app.jinja_env.filters.update({**words.FILTERS, **insight_words.FILTERS})
    app.jinja_env.filters.update({**request_words.FILTERS, **webhook_words.FILTERS, **call_list_words.FILTERS})
    app.jinja_env.filters.update(status_words.FILTERS)
    app.jinja_env.globals.update({**charts.GLOBALS, **insight_charts.GLOBALS, **call_svg.GLOBALS, **navigation.GLOBALS})


blueprint = Blueprint("dashboard", __name__, template_folder="templates", static_folder="static")
blueprint.record_once(_set_up)
session.guard(blueprint)
pages.protect(blueprint)
errors.register(blueprint)
login.add_routes(blueprint)
passwords.add_routes(blueprint)
branding.add_routes(blueprint)
people.add_routes(blueprint)
requests.add_routes(blueprint)
new_request.add_routes(blueprint)
keys.add_routes(blueprint)
settings.add_routes(blueprint)
call_lists.add_routes(blueprint)
calling_rules.add_routes(blueprint)
status.add_routes(blueprint)
webhook_endpoints.add_routes(blueprint)
interviews.add_routes(blueprint)
interview.add_routes(blueprint)
feedback.add_routes(blueprint)
audio.add_routes(blueprint)
insights.add_routes(blueprint)
fairness.add_routes(blueprint)
calibration.add_routes(blueprint)
scorecard.add_routes(blueprint)
