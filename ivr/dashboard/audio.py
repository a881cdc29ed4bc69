"""The sound of an answer, in the parts that a player asks for."""

from flask import Blueprint, Response

from ivr.current import current_services
from ivr.dashboard.session import user, viewer
from ivr.http import ranged


def add_routes(blueprint: Blueprint) -> None:
    """One address for each answer."""
    path = "/interviews/<interview_id>/answers/<answer_id>/audio"
    blueprint.add_url_rule(path, "audio", _audio, methods=["GET"])


def _audio(interview_id: str, answer_id: str) -> Response:
    interviews = current_services().interviews
    found = interviews.audio(user().organisation_id, interview_id, answer_id, viewer())
    return ranged(
        found.size, found.content_type, found.filename, found.key,
        lambda start, end: interviews.read_audio(found, start, end),
    )  # fmt: skip
