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
    calling_words,
    campaign_form,
    campaigns,
    candidate_acts,
    candidate_form,
    candidate_import,
    candidates,
    charts,
    errors,
    fairness,
    feedback,
    insight_charts,
    insight_words,
    insights,
    interview,
    interviews,
    job,
    job_compare,
    job_edit,
    job_questions,
    job_versions,
    job_words,
    jobs,
    keys,
    list_funnel,
    list_tools,
    live,
    live_words,
    login,
    navigation,
    new_interview,
    new_request,
    pages,
    passwords,
    people,
    privacy,
    request_words,
    requests,
    scorecard,
    session,
    settings,
    sso,
    status,
    status_words,
    steps,
    uploads,
    webhook_endpoints,
    webhook_words,
    words,
)


def _set_up(state: BlueprintSetupState) -> None:
    """What of this door belongs to the app as a whole."""
    app = cast(Flask, state.app)
    session.install(app, app.extensions[EXTENSION].settings)
    errors.install(app)
    for module in (
        call_list_words, calling_words, insight_words, job_words, live_words, request_words, status_words,
        webhook_words, words,
    ):  # fmt: skip
        app.jinja_env.filters.update(module.FILTERS)
    for module in (call_svg, charts, insight_charts, list_funnel, navigation):
        app.jinja_env.globals.update(module.GLOBALS)


blueprint = Blueprint("dashboard", __name__, template_folder="templates", static_folder="static")
blueprint.record_once(_set_up)
# Before the guard, which reads the form.
uploads.limit(blueprint)
session.guard(blueprint)
pages.protect(blueprint)
errors.register(blueprint)
login.add_routes(blueprint)
sso.add_routes(blueprint)
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
list_tools.add_routes(blueprint)
list_funnel.add_routes(blueprint)
live.add_routes(blueprint)
interview.add_routes(blueprint)
new_interview.add_routes(blueprint)
candidates.add_routes(blueprint)
candidate_form.add_routes(blueprint)
candidate_import.add_routes(blueprint)
candidate_acts.add_routes(blueprint)
privacy.add_routes(blueprint)
campaigns.add_routes(blueprint)
campaign_form.add_routes(blueprint)
steps.add_routes(blueprint)
feedback.add_routes(blueprint)
jobs.add_routes(blueprint)
job.add_routes(blueprint)
job_edit.add_routes(blueprint)
job_questions.add_routes(blueprint)
job_versions.add_routes(blueprint)
job_compare.add_routes(blueprint)
audio.add_routes(blueprint)
insights.add_routes(blueprint)
fairness.add_routes(blueprint)
calibration.add_routes(blueprint)
scorecard.add_routes(blueprint)
