"""Adverse impact over real rows: who counts, where groups stay, and what is written down about looking."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from db.columns import new_id
from db.models import Candidate, CandidateGroups, Consent, DomainEvent, Interview, Job, Result, Review, ScoreSet
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from interview.progress import Progress
from interview.statistics.impact import ImpactStatus
from ivr.services.context import Actor
from ivr.services.errors import Invalid, NotFound
from ivr.services.fairness import FairnessService, fairness_csv
from ivr.services.statistics_drafts import AnalyticsFilters
from tests.factories import NOW, make_candidate, make_job, make_organisation
from tests.fakes import FrozenClock

ADMIN = "key:Admin"


class House:
    """An organisation with a job, and people who have been assessed for it."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        self.service = FairnessService(database, clock)
        self.organisation_id = make_organisation(database)
        self.job_id = make_job(database, self.organisation_id)
        self.actor = Actor(self.organisation_id, ADMIN, "key")
        self._phone = 2_000

    def assess(self, count: int, groups: dict[str, str], **values: Any) -> list[str]:
        """That many people with one result each; their candidates' ids."""
        return [self.one(groups, **values) for _ in range(count)]

    def one(
        self, groups: dict[str, str], *, score: float | None = 8.0, recommendation: str | None = "hire",
        decision: str | None = None, at: Any = NOW, purpose: str = "assessment", simulated: bool = False,
        candidate_id: str | None = None, sets: int = 1,
    ) -> str:  # fmt: skip
        self._phone += 1
        organisation_id = self.organisation_id
        with self.database.write() as unit:
            session = unit.session
            if candidate_id is None:
                phone = f"+1415556{self._phone}"
                person = Candidate(id=new_id(), organisation_id=organisation_id, name="A", phone=phone)
                session.add(person)
                session.flush()
                candidate_id = person.id
            version = session.scalars(select(Interview.question_set_id)).first()
            version = version or session.get_one(Job, self.job_id).approved_set_id
            interview = Interview(
                id=new_id(), organisation_id=organisation_id, job_id=self.job_id, candidate_id=candidate_id,
                question_set_id=version, status=InterviewStatus.COMPLETED, progress=Progress(states=(), takes=()),
                purpose=purpose, concluded_at=at, created_at=at, simulated=simulated,
            )  # fmt: skip
            session.add(interview)
            session.flush()
            for number in range(1, sets + 1):
                score_set = ScoreSet(
                    id=new_id(), organisation_id=organisation_id, interview_id=interview.id, number=number, reason="x"
                )
                session.add(score_set)
                session.flush()
                is_last = number == sets
                session.add(
                    Result(
                        organisation_id=organisation_id, score_set_id=score_set.id, interview_id=interview.id,
                        overall_score=score if is_last else 0.0,
                        recommendation=recommendation if is_last else "reject", content={},
                    )
                )  # fmt: skip
            if decision is not None:
                for n, said in enumerate(("reject" if decision == "hire" else "hire", decision)):
                    session.add(
                        Review(
                            organisation_id=organisation_id, interview_id=interview.id, reviewer="user:anna",
                            decision=said, reason="x" * 20, created_at=NOW + timedelta(minutes=n),
                        )
                    )  # fmt: skip
        if groups:
            self.service.put_groups(self.actor, candidate_id, groups)
        return candidate_id

    def report(self, **filters: Any) -> Any:
        return self.service.report(self.actor, AnalyticsFilters(**filters))


@pytest.fixture
def house(database: Database, clock: FrozenClock) -> House:
    return House(database, clock)


def test_F32_rates_by_group(house: House):
    house.assess(12, {"sex": "Female"}, score=8.0, recommendation="hire")
    house.assess(4, {"sex": "female "}, score=4.0, recommendation="reject")
    house.assess(5, {"Sex": "male"}, score=8.0, recommendation="hire")
    house.assess(11, {"sex": "male"}, score=4.0, recommendation="consider")
    house.assess(3, {"sex": "other"}, score=9.0)
    house.assess(2, {}, score=9.5)
    view = house.report(job_id=house.job_id)
    (sex,) = view.attributes
    assert (sex.attribute, sex.people, sex.known, sex.median) == ("sex", 37, 35, 8.0)
    female, male, other = sex.groups
    assert (female.group, female.selection.successes, female.selection.total) == ("female", 12, 16)
    assert female.selection.rate == 0.75 and female.selection.ratio is None
    assert male.selection.ratio == pytest.approx((5 / 16) / 0.75)
    assert male.selection.status is ImpactStatus.FLAG and male.selection.p < 0.05
    assert other.selection.status is ImpactStatus.INSUFFICIENT and other.selection.rate is None
    # above 8.0 are only those who are too few to be shown, and those of no known group
    assert female.scoring.status is ImpactStatus.INSUFFICIENT
    table = fairness_csv(view).split("\r\n")
    assert table[0].startswith("attribute,group,rate,status") and len(table) == 1 + 6 + 1
    assert table[1].startswith("sex,female,selection,ok,16,12,0.75,")
    assert table[5] == "sex,other,selection,insufficient,3,,,,,,"


def test_F32_a_persons_decision_comes_before_the_recommendation(house: House):
    house.assess(15, {"age": "40 and over"}, recommendation="hire", decision="reject")
    house.assess(15, {"age": "under 40"}, recommendation="reject", decision="hire")
    house.assess(1, {"age": "under 40"}, recommendation=None, score=None)
    over, under = house.report().attributes[0].groups
    assert over.selection.successes == 0 and under.selection.successes == 15
    assert under.selection.total == 15, "who is not decided on counts in neither"
    assert over.selection.status is ImpactStatus.FLAG


def test_F32_who_is_looked_at(house: House):
    """The newest interview of each person and job, its newest score set; no practice, nothing simulated, one period."""
    twice = house.assess(1, {"sex": "female"}, at=NOW - timedelta(days=2), recommendation="reject")[0]
    house.one({}, candidate_id=twice, recommendation="hire", sets=3)
    house.one({"sex": "female"}, purpose="practice")
    house.one({"sex": "female"}, simulated=True)
    house.one({"sex": "female"}, at=NOW - timedelta(days=50))
    assert house.report().attributes[0].people == 2
    assert house.report(include_simulated=True).attributes[0].people == 3
    assert house.report(since=NOW - timedelta(days=1)).attributes[0].people == 1
    assert house.report(since=NOW - timedelta(days=60), until=NOW - timedelta(days=10)).attributes[0].people == 1
    house.assess(30, {"sex": "male"}, recommendation="hire")
    assert house.report(since=NOW - timedelta(days=1)).attributes[0].groups[1].selection.successes == 30
    other_job = make_job(house.database, house.organisation_id)
    assert house.report(job_id=other_job).attributes == ()


def test_F32_groups_can_be_joined(house: House):
    house.assess(16, {"sex": "female", "age": "under 40"}, recommendation="hire")
    house.assess(16, {"sex": "female", "age": "40 and over"}, recommendation="reject")
    house.assess(16, {"sex": "male"}, recommendation="reject")
    assert [one.attribute for one in house.report().attributes] == ["age", "sex"]
    (joined,) = house.report(group_by=("sex", "age")).attributes
    assert (joined.attribute, joined.people, joined.known) == ("sex × age", 48, 32)
    assert [group.group for group in joined.groups] == ["female × 40 and over", "female × under 40"]
    assert joined.groups[0].selection.status is ImpactStatus.FLAG


def test_F32_groups_are_replaced_and_go_with_the_person(house: House):
    database, actor = house.database, house.actor
    candidate_id = make_candidate(database, house.organisation_id)
    view = house.service.put_groups(actor, candidate_id, {"sex": "female", "age": "under 40"})
    assert view.attributes == ("age", "sex")
    house.service.put_groups(actor, candidate_id, {"Sex": " Male"})

    def stored() -> list[Any]:
        with database.read() as session:
            return [row.groups for row in session.scalars(select(CandidateGroups))]

    assert stored() == [{"sex": "male"}]
    house.service.put_groups(actor, candidate_id, {})
    assert stored() == []
    house.service.put_groups(actor, candidate_id, {"sex": "male"})
    with database.write() as unit:
        unit.session.execute(delete(Consent).where(Consent.candidate_id == candidate_id))
        unit.session.execute(delete(Candidate).where(Candidate.id == candidate_id))
    assert stored() == [], "the database deletes them with the person"


@pytest.mark.parametrize(
    "groups", [{"sex": "<b>"}, {"": "female"}, {"sex": "=1+1"}, {"sex": "a", "SEX": "b"},
               {f"a{n}": "b" for n in range(11)}],
)  # fmt: skip
def test_F32_what_is_no_group_is_refused(house: House, groups: dict[str, str]):
    candidate_id = make_candidate(house.database, house.organisation_id)
    with pytest.raises(Invalid) as refused:
        house.service.put_groups(house.actor, candidate_id, groups)
    assert refused.value.problems[0].field == "groups"
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CandidateGroups)) == 0


def test_F32_another_house_sees_and_writes_nothing(house: House):
    house.assess(30, {"sex": "female"})
    stranger = Actor(make_organisation(house.database), "key:Other", "key")
    with pytest.raises(NotFound):
        house.service.put_groups(stranger, make_candidate(house.database, house.organisation_id), {"sex": "male"})
    with pytest.raises(NotFound):
        house.service.report(stranger, AnalyticsFilters(job_id=house.job_id))
    assert house.service.report(stranger, AnalyticsFilters()).attributes == ()


def test_F32_looking_is_written_down_and_nobodys_group_is(house: House):
    candidate_id = house.one({"sex": "female"})
    house.report()
    with house.database.read() as session:
        events = session.scalars(select(DomainEvent).order_by(DomainEvent.created_at)).all()
    assert {event.type for event in events} == {"candidate.groups_stored", "analytics.fairness_viewed"}
    assert {event.actor for event in events} == {ADMIN}
    assert candidate_id in {event.subject_id for event in events}
    assert not any("female" in str(event.data) for event in events)


def test_F32_groups_stay_apart():
    """Nothing but the fairness service and its repository can reach them, so no score, list or order can."""
    root = Path(__file__).resolve().parents[2]
    users = set()
    for layer in ("interview", "db", "ivr", "workers"):
        for path in (root / layer).rglob("*.py"):
            names = {
                name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
                for name in (node.module, f"{node.module}.{alias.name}", alias.name)
            }
            if names & {"CandidateGroups", "db.models.groups", "db.repositories.groups"}:
                users.add(path.relative_to(root).as_posix())
    assert users == {
        "db/models/__init__.py", "db/repositories/groups.py", "db/repositories/group_erasure.py",
        "ivr/services/fairness.py",
    }  # fmt: skip
