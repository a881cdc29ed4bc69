"""What a candidate reads about how it went, as a page and as JSON: what the company has released of an interview,
or the report on their own practice."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, Response

from interview.texting import one_line
from interview.wording.coaching import coaching_wording_for
from interview.wording.written import written_for
from ivr.candidate.access import wants_json
from ivr.candidate.errors import problem
from ivr.candidate.pages import page
from ivr.current import current_services
from ivr.services.candidate_door import NoFeedback
from ivr.services.coaching import CoachingReport, NoReport
from ivr.services.feedback_views import ReleasedFeedback

_NOT_FOUND = 404


def add_routes(blueprint: Blueprint) -> None:
    """The page and what stands there while nothing is released."""
    blueprint.add_url_rule("/<token>/feedback", "feedback", _feedback, methods=["GET"])
    blueprint.register_error_handler(NoFeedback, _none_yet)
    blueprint.register_error_handler(NoReport, _no_report)


def _feedback(token: str) -> Response:
    report = current_services().coaching.report(token)
    if report is not None:
        return _report(token, report)
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


def _report(token: str, report: CoachingReport) -> Response:
    if wants_json():
        shown = asdict(report) | {"made_at": _iso(report.made_at)}
        return Response(json.dumps(shown, ensure_ascii=False), content_type="application/json")
    return page(
        "report.html", words=written_for(report.language), coaching=coaching_wording_for(report.language),
        report=report, token=token, company=one_line(report.company), job=one_line(report.job_title),
    )  # fmt: skip


def _no_report(error: NoReport) -> Response:
    if wants_json():
        return problem(_NOT_FOUND, error)
    words, coaching = written_for(error.language), coaching_wording_for(error.language)
    return page("gone.html", _NOT_FOUND, words=words, title=coaching.report_title, sentence=coaching.report_to_come)


def _json(sheet: ReleasedFeedback) -> Response:
    shown = {
        "strengths": sheet.strengths, "topics": sheet.topics, "released_at": _iso(sheet.released_at),
        "company": sheet.company, "job_title": sheet.job_title, "language": sheet.language,
        "simulated": sheet.simulated,
    }  # fmt: skip
    return Response(json.dumps(shown, ensure_ascii=False), content_type="application/json")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
