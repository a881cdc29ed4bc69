"""What the company has released to the candidate about their interview, as a page and as JSON."""

import json
from datetime import UTC

from flask import Blueprint, Response

from interview.texting import one_line
from interview.wording.written import written_for
from ivr.candidate.access import wants_json
from ivr.candidate.errors import problem
from ivr.candidate.pages import page
from ivr.current import current_services
from ivr.services.candidate_door import NoFeedback
from ivr.services.feedback_views import ReleasedFeedback

_NOT_FOUND = 404


def add_routes(blueprint: Blueprint) -> None:
    """The page and what stands there while nothing is released."""
    blueprint.add_url_rule("/<token>/feedback", "feedback", _feedback, methods=["GET"])
    blueprint.register_error_handler(NoFeedback, _none_yet)


def _feedback(token: str) -> Response:
    sheet = current_services().candidate_door.feedback(token)
    if wants_json():
        return _json(sheet)
    words = written_for(sheet.language)
    return page("feedback.html", words=words, sheet=sheet, token=token, company=one_line(sheet.company),
                job=one_line(sheet.job_title))  # fmt: skip


def _none_yet(error: NoFeedback) -> Response:
    if wants_json():
        return problem(_NOT_FOUND, error)
    words = written_for(error.language)
    sentence = words.feedback_to_come.format(company=one_line(error.company))
    return page("gone.html", _NOT_FOUND, words=words, title=words.feedback_title, sentence=sentence)


def _json(sheet: ReleasedFeedback) -> Response:
    at = sheet.released_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    shown = {
        "strengths": sheet.strengths, "topics": sheet.topics, "released_at": at, "company": sheet.company,
        "job_title": sheet.job_title, "language": sheet.language, "simulated": sheet.simulated,
    }  # fmt: skip
    return Response(json.dumps(shown, ensure_ascii=False), content_type="application/json")
