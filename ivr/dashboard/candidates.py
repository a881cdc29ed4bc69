"""Candidates: the list with search, and one person with contacts, interviews, consent and what the résumé says."""

from typing import Any

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard import paging, person_form
from ivr.dashboard.fields import Form
from ivr.dashboard.pages import page
from ivr.dashboard.session import user
from ivr.services.drafts import CandidateFilters, InterviewFilters, Page
from ivr.services.invitations import INVITABLE, InvitationView

_ROWS = 25
_INTERVIEWS = 25
_LONGEST_SEARCH = 100
_INVITABLE = frozenset(status.value for status in INVITABLE)
_PARSING = "parsing"


def add_routes(blueprint: Blueprint) -> None:
    """The list, one person, and the part of that page that waits for the résumé."""
    blueprint.add_url_rule("/candidates", "candidates", _list, methods=["GET"])
    blueprint.add_url_rule("/candidates/<uuid:candidate_id>", "candidate", _one, methods=["GET"])
    blueprint.add_url_rule("/candidates/<uuid:candidate_id>/reading", "reading_resume", _reading, methods=["GET"])


def _list() -> Response:
    services, organisation_id = current_services(), user().organisation_id
    q = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    found = services.candidates.list(
        organisation_id, CandidateFilters(q=q or None), Page(_ROWS, paging.cursor(), with_total=True)
    )
    return page(
        "candidates.html",
        people=found.items,
        total=found.total,
        standings=services.candidate_records.standings(organisation_id, [one.phone for one in found.items]),
        q=q,
        ways=paging.ways("/candidates", {"q": q}, found.next_cursor),
    )


def _one(candidate_id: object) -> Response:
    return show_candidate(str(candidate_id))


def _reading(candidate_id: object) -> Response:
    """The waiting part again; when the résumé is read, the whole page is to be loaded anew."""
    person = current_services().candidates.get(user().organisation_id, str(candidate_id))
    answer = page("resume_waits.html", person=person)
    if person.resume_status != _PARSING:
        answer.headers["HX-Refresh"] = "true"
    return answer


def show_candidate(
    candidate_id: str, status: int = 200, *, problem: str = "", at: str = "", link: InvitationView | None = None,
    profile: Form | None = None, consent: Form | None = None,
) -> Response:  # fmt: skip
    """The person's page; ``problem`` is what was refused in the part named ``at``, ``link`` one that was just made.
    Raises NotFound."""
    services, organisation_id = current_services(), user().organisation_id
    person = services.candidates.get(organisation_id, candidate_id)
    interviews = services.interviews.list(
        organisation_id, InterviewFilters(candidate_id=candidate_id), Page(_INTERVIEWS)
    )
    values: dict[str, Any] = {
        "person": person,
        "standing": services.candidate_records.standings(organisation_id, [person.phone])[person.phone],
        "consents": services.candidate_records.consents(organisation_id, candidate_id),
        "interviews": interviews.items,
        "more_interviews": interviews.next_cursor is not None,
        "invitable": [one for one in interviews.items if one.status in _INVITABLE],
        "ways": services.invitations.ways,
        "bases": person_form.BASES,
        "wishes": person_form.WISHES,
        "profile": profile or person_form.profile_form(person.profile),
        "profile_open": profile is not None,
        "consent": consent or Form({}),
    }
    return page("candidate.html", status, problem=problem, at=at, link=link, **values)
