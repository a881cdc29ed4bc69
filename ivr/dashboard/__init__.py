"""The recruiters' door: pages made on the server, readable without JavaScript, for people with an account."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from ivr.current import EXTENSION
from ivr.dashboard import (
    audio,
    branding,
    calibration,
    call_svg,
    charts,
    errors,
    fairness,
    feedback,
    insight_charts,
    insight_words,
    insights,
    interview,
    interviews,
    login,
    navigation,
    pages,
    passwords,
    people,
    scorecard,
    session,
    sso,
    words,
)


def _set_up(state: BlueprintSetupState) -> None:
    """What of this door belongs to the app as a whole."""
    app = cast(Flask, state.app)
    session.install(app, app.extensions[EXTENSION].settings)
    errors.install(app)
    app.jinja_env.filters.update({**words.FILTERS, **insight_words.FILTERS})
    app.jinja_env.globals.update({**charts.GLOBALS, **insight_charts.GLOBALS, **call_svg.GLOBALS, **navigation.GLOBALS})


blueprint = Blueprint("dashboard", __name__, template_folder="templates", static_folder="static")
blueprint.record_once(_set_up)
session.guard(blueprint)
pages.protect(blueprint)
errors.register(blueprint)
login.add_routes(blueprint)
sso.add_routes(blueprint)
passwords.add_routes(blueprint)
branding.add_routes(blueprint)
people.add_routes(blueprint)
interviews.add_routes(blueprint)
interview.add_routes(blueprint)
feedback.add_routes(blueprint)
audio.add_routes(blueprint)
insights.add_routes(blueprint)
fairness.add_routes(blueprint)
calibration.add_routes(blueprint)
scorecard.add_routes(blueprint)
