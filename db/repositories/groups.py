"""What candidates said of themselves: written by person, read only beside outcomes, without a name or an id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from db.models import CandidateGroups, Interview, Result, Review, ScoreSet
from db.repositories.group_erasure import forget_groups


@dataclass(frozen=True, slots=True)
class Outcome:
    """One assessed person: groups by attribute, score 0-10, the rule's advice and a person's latest decision.

    ``groups`` is empty for whoever said nothing, the others None where there is none.
    """

    groups: Mapping[str, str]
    overall_score: float | None
    recommendation: str | None
    decision: str | None


def put(
    session: Session, organisation_id: str, candidate_id: str, groups: Mapping[str, str], now: datetime
) -> None:
    """What this person said, instead of what was said before; nothing is kept of somebody who said nothing."""
    if not groups:
        forget_groups(session, candidate_id)
        return
    row = session.scalar(
        select(CandidateGroups).where(
            CandidateGroups.organisation_id == organisation_id, CandidateGroups.candidate_id == candidate_id
        )
    )
    if row is None:
        row = CandidateGroups(organisation_id=organisation_id, candidate_id=candidate_id, created_at=now)
        session.add(row)
    row.groups, row.updated_at = dict(groups), now


def outcomes(
    session: Session, organisation_id: str, *, job_id: str | None, since: datetime | None, until: datetime | None,
    include_simulated: bool,
) -> Sequence[Outcome]:  # fmt: skip
    """Everybody assessed in the period, once for each job: the newest interview counts, and its newest score set."""
    later = aliased(ScoreSet)
    newest = select(func.max(later.number)).where(later.interview_id == Interview.id).correlate(Interview)
    decision = (
        select(Review.decision)
        .where(Review.interview_id == Interview.id)
        .order_by(Review.created_at.desc(), Review.id.desc())
        .limit(1)
        .correlate(Interview)
    )
    ended_at = func.coalesce(Interview.concluded_at, Result.created_at)
    statement = (
        select(
            Interview.job_id, Interview.candidate_id, CandidateGroups.groups, Result.overall_score,
            Result.recommendation, decision.scalar_subquery(),
        )
        .select_from(Interview)
        .join(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest.scalar_subquery()))
        .join(Result, Result.score_set_id == ScoreSet.id)
        .outerjoin(CandidateGroups, CandidateGroups.candidate_id == Interview.candidate_id)
        .where(Interview.organisation_id == organisation_id, Interview.purpose == "assessment")
        .order_by(Interview.created_at.desc(), Interview.id.desc())
    )  # fmt: skip
    if job_id is not None:
        statement = statement.where(Interview.job_id == job_id)
    if since is not None:
        statement = statement.where(ended_at >= since)
    if until is not None:
        statement = statement.where(ended_at < until)
    if not include_simulated:
        statement = statement.where(Interview.simulated.is_(False), Result.simulated.is_(False))
    found: dict[tuple[str, str], Outcome] = {}
    for job, candidate, groups, score, recommendation, decided in session.execute(statement):
        found.setdefault((job, candidate), Outcome(groups or {}, score, recommendation, decided))
    return list(found.values())
