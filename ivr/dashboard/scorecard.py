"""The scorecard on paper, for whoever may see the scores on the page."""

from flask import Blueprint, Response

from ivr.current import current_services
from ivr.dashboard.session import hidden_from, user, viewer
from ivr.http import attachment
from ivr.services.errors import Conflict


def add_routes(blueprint: Blueprint) -> None:
    """One address for each interview."""
    blueprint.add_url_rule("/interviews/<interview_id>/scorecard.pdf", "scorecard", _scorecard, methods=["GET"])


def _scorecard(interview_id: str) -> Response:
    someone = user()
    if hidden_from(someone, [interview_id]):
        raise Conflict(
            "listen_first",
            "The scorecard shows the scores, and they are kept back until you have listened.",
            "Open the interview, hear the answers, and decide or open the scores there.",
        )
    made = current_services().reports.scorecard(someone.organisation_id, interview_id, viewer())
    return attachment(made.data, made.content_type, made.filename)
