"""The scorecard through the door: as data that fits the document, and as a real PDF of the same."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
from flask import Flask

from db.models import Interview, Scope
from interview.lifecycle import InterviewStatus
from ivr.services.catalog import Services
from tests.api.conftest import Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, services  # noqa: F401 - fixtures
from tests.factories import make_answer, make_interview, make_rating, make_result

NOBODY = "00000000-0000-4000-8000-000000000000"


def concluded(services: Services) -> str:  # noqa: F811
    """The id of a concluded interview in the first key's organisation."""
    organisation_id = services.access.ensure_first_key()
    interview_id = make_interview(services.database, organisation_id=organisation_id, questions=2)
    for number in (1, 2):
        make_rating(services.database, make_answer(services.database, interview_id, f"q{number}"), 8.0)
    make_result(services.database, interview_id, status=InterviewStatus.COMPLETED)
    return interview_id


def test_the_report_fits_the_document_and_the_paper_is_made_of_it(
    client: Caller, services: Services, fits: Any  # noqa: F811
) -> None:  # fmt: skip
    interview_id = concluded(services)
    report = fits("Report", client.get(f"/interviews/{interview_id}/report.json"))
    assert report["interview_id"] == interview_id and report["result"]["recommendation"] == "hire"
    assert report["candidate"]["phone"].count("*") == 6, "masked for keys that may write too"
    paper = client.get(f"/interviews/{interview_id}/scorecard.pdf")
    assert paper.status_code == 200 and paper.content_type == "application/pdf"
    assert paper.headers["Content-Disposition"] == f"attachment; filename=scorecard-{interview_id}.pdf"
    assert paper.headers["Cache-Control"] == "no-store"
    document = pypdfium2.PdfDocument(paper.data)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert report["candidate"]["name"] in text and f"{report['result']['overall_score']:.1f} of 10" in text
    assert client.get(f"/interviews/{interview_id}/scorecard.pdf").data == paper.data


def test_before_it_is_concluded_there_is_none_and_elsewhere_there_is_nothing(
    client: Caller, services: Services, app: Flask  # noqa: F811
) -> None:  # fmt: skip
    interview_id = concluded(services)
    reader = key_with(services, app, Scope.READ)
    assert reader.get(f"/interviews/{interview_id}/scorecard.pdf").status_code == 200
    assert_problem(
        key_with(services, app, Scope.CALL).get(f"/interviews/{interview_id}/report.json"), 403, "scope_missing"
    )
    with services.database.write() as unit:
        unit.session.get_one(Interview, interview_id).status = InterviewStatus.PROCESSING
    for name in ("report.json", "scorecard.pdf"):
        assert_problem(client.get(f"/interviews/{interview_id}/{name}"), 409, "not_ready")
        assert_problem(client.get(f"/interviews/{NOBODY}/{name}"), 404, "not_found")
    other = services.database
    elsewhere = make_interview(other, status=InterviewStatus.COMPLETED)
    assert_problem(client.get(f"/interviews/{elsewhere}/report.json"), 404, "not_found")


def test_the_document_describes_both(app: Flask) -> None:  # noqa: F811
    document = json.loads(app.test_client().get("/api/v1/openapi.json").data)
    paths = document["paths"]
    report = paths["/interviews/{interview_id}/report.json"]["get"]["responses"]
    assert report["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Report"}
    paper = paths["/interviews/{interview_id}/scorecard.pdf"]["get"]["responses"]
    assert list(paper["200"]["content"]) == ["application/pdf"]
    assert "`not_ready`" in paper["409"]["description"] and "`unavailable`" in paper["503"]["description"]
