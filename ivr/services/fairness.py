"""Adverse impact by what candidates said of themselves (F32): written by person, read in sums only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.repositories import groups as rows
from db.repositories import hiring
from db.repositories.events import record
from db.repositories.groups import Outcome
from db.unit_of_work import Database
from interview.statistics.impact import Assessed, GroupImpact, adverse_impact
from ivr.services.context import Actor, Clock
from ivr.services.errors import FieldProblem, Invalid, NotFound
from ivr.services.statistics_drafts import AnalyticsFilters
from ivr.services.tables import table_csv

MOST_ATTRIBUTES = 10
_WORD = re.compile(r"[^\W_][\w +./&'’()-]{0,63}")


@dataclass(frozen=True, slots=True)
class CandidateGroupsView:
    """That something was stored: which attributes, never what was said."""

    candidate_id: str
    attributes: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AttributeImpactView:
    """One attribute, or several joined: ``people`` were assessed, of ``known`` of them the group is known.

    ``median`` is that of all scores; the scoring rate is the share above it.
    """

    attribute: str
    people: int
    known: int
    median: float | None
    groups: tuple[GroupImpact, ...]


@dataclass(frozen=True, slots=True)
class FairnessReportView:
    """Adverse impact in a period. ``selected_by`` says in words who counts as selected."""

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    selected_by: str
    attributes: tuple[AttributeImpactView, ...]


SELECTED_BY = "A person's latest decision is hire; where nobody has decided yet, the recommendation is hire."


class FairnessService:
    """Keeps groups apart from everything else, and joins them with outcomes only to count."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put_groups(self, actor: Actor, candidate_id: str, groups: Mapping[str, str]) -> CandidateGroupsView:
        """Store what this person said of themselves, instead of what was said before; nothing said deletes it.

        Raises NotFound, Invalid.
        """
        said = _tidy(groups)
        now = self._clock()
        with self._database.write() as unit:
            session = unit.session
            if hiring.candidate(session, actor.organisation_id, candidate_id, lock=True) is None:
                raise NotFound("candidate")
            rows.put(session, actor.organisation_id, candidate_id, said, now)
            # That it happened, not what was said: the timeline is read by people who decide.
            record(
                session, organisation_id=actor.organisation_id, type="candidate.groups_stored",
                subject_kind="candidate", subject_id=candidate_id, actor=actor.name, request_id=actor.request_id,
                at=now,
            )  # fmt: skip
        return CandidateGroupsView(candidate_id, tuple(sorted(said)), now)

    def report(self, actor: Actor, filters: AnalyticsFilters) -> FairnessReportView:
        """Adverse impact of the period, by attribute or by the combination that ``group_by`` names.

        Looking is written down. Raises NotFound for a job that is not the organisation's.
        """
        with self._database.read() as session:
            outcomes = self._outcomes(session, actor.organisation_id, filters)
        with self._database.write() as unit:
            record(
                unit.session, organisation_id=actor.organisation_id, type="analytics.fairness_viewed",
                subject_kind="organisation", subject_id=actor.organisation_id, actor=actor.name,
                request_id=actor.request_id, data={"job_id": filters.job_id}, at=self._clock(),
            )  # fmt: skip
        together: Sequence[tuple[str, ...]] = [filters.group_by] if filters.group_by else [
            (attribute,) for attribute in sorted({name for outcome in outcomes for name in outcome.groups})
        ]  # fmt: skip
        return FairnessReportView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            SELECTED_BY,
            tuple(_impact(outcomes, attributes) for attributes in together),
        )

    def _outcomes(self, session: Session, organisation_id: str, filters: AnalyticsFilters) -> Sequence[Outcome]:
        if filters.job_id is not None and hiring.job(session, organisation_id, filters.job_id) is None:
            raise NotFound("job")
        return rows.outcomes(
            session, organisation_id, job_id=filters.job_id, since=filters.since, until=filters.until,
            include_simulated=filters.include_simulated,
        )  # fmt: skip


_HEADER = (
    "attribute", "group", "rate", "status", "total", "successes", "share", "low", "high", "impact_ratio", "fisher_p",
)  # fmt: skip


def fairness_csv(view: FairnessReportView) -> str:
    """Two lines a group, one for selection and one for scoring; where there are too few people cells are empty."""
    lines = []
    for attribute in view.attributes:
        for group in attribute.groups:
            for name, rate in (("selection", group.selection), ("scoring", group.scoring)):
                lines.append(
                    (
                        attribute.attribute, group.group, name, rate.status, rate.total, rate.successes, rate.rate,
                        rate.low, rate.high, rate.ratio, rate.p,
                    )
                )  # fmt: skip
    return table_csv(_HEADER, lines)


def _impact(outcomes: Sequence[Outcome], attributes: tuple[str, ...]) -> AttributeImpactView:
    found = adverse_impact(
        [Assessed(_group(outcome, attributes), _selected(outcome), outcome.overall_score) for outcome in outcomes]
    )
    return AttributeImpactView(" × ".join(attributes), found.people, found.known, found.median, found.groups)


def _group(outcome: Outcome, attributes: tuple[str, ...]) -> str | None:
    words = [outcome.groups.get(attribute) for attribute in attributes]
    known = [word for word in words if word is not None]
    return " × ".join(known) if len(known) == len(words) else None


def _selected(outcome: Outcome) -> bool | None:
    said = outcome.decision or outcome.recommendation
    return None if said is None else said == "hire"


def _tidy(groups: Mapping[str, str]) -> dict[str, str]:
    """In one spelling, so that one group is not two. Raises Invalid."""
    problems = []
    if len(groups) > MOST_ATTRIBUTES:
        problems.append(FieldProblem("groups", "too_many", f"At most {MOST_ATTRIBUTES} are possible here."))
    said: dict[str, str] = {}
    for attribute, group in groups.items():
        name, word = (" ".join(text.casefold().split()) for text in (attribute, group))
        if not _WORD.fullmatch(name) or not _WORD.fullmatch(word):
            problems.append(FieldProblem("groups", "invalid", "Attributes and groups are words of up to 64 letters."))
        elif name in said:
            problems.append(FieldProblem("groups", "repeated", "An attribute stands here twice."))
        said[name] = word
    if problems:
        raise Invalid("invalid_fields", "These groups cannot be stored.", problems=problems[:1])
    return said
