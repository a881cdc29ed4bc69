"""Candidates as people see them, and their profile between its row and its value."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from db.models import Candidate, Consent
from db.repositories import hiring as rows
from ivr.services.drafts import Profile
from ivr.services.views import CandidateView, ConsentView


def candidate_views(session: Session, candidates: Sequence[Candidate]) -> list[CandidateView]:
    """The candidates as doors show them, with their latest consent: one query more."""
    consents = rows.consents(session, [candidate.id for candidate in candidates]) if candidates else {}
    return [candidate_view(candidate, consents.get(candidate.id)) for candidate in candidates]


def candidate_view(candidate: Candidate, consent: Consent | None) -> CandidateView:
    """The candidate as doors show it."""
    return CandidateView(
        id=candidate.id,
        name=candidate.name,
        say_as=candidate.say_as,
        phone=candidate.phone,
        email=candidate.email,
        language=candidate.language,
        timezone=candidate.timezone,
        profile=profile_from_plain(candidate.profile),
        consent=None
        if consent is None
        else ConsentView(consent.basis, consent.text_version, consent.obtained_at, consent.source, None),
        accommodations=candidate.accommodations,
        resume_status=candidate.resume_status.value,
        resume_reason=candidate.resume_reason,
        external_id=candidate.external_id,
        metadata=dict(candidate.labels),
        created_at=candidate.created_at,
    )


def profile_to_plain(profile: Profile) -> dict[str, Any]:
    """As the row keeps it."""
    return asdict(profile) | {"skills": list(profile.skills), "education": list(profile.education)}


def profile_from_plain(plain: Mapping[str, Any]) -> Profile:
    """As the row has it."""
    return Profile(
        role=plain.get("role"),
        company=plain.get("company"),
        years=plain.get("years"),
        skills=tuple(plain.get("skills") or ()),
        education=tuple(plain.get("education") or ()),
        bio=plain.get("bio"),
    )
