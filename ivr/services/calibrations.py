"""Blind rating rounds (F33): people rate answers without a score in sight, then everybody is compared."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import CalibrationAnswer, CalibrationRating, CalibrationRound
from db.repositories import calibrations as rows
from db.repositories import hiring
from db.repositories.calibrations import Scored
from db.repositories.events import record
from db.repositories.scores import Wanted
from db.unit_of_work import Database
from interview.question import Anchors
from interview.statistics.calibration import LEAST_ANSWERS, LEVELS, Agreement, calibrate, level_of
from ivr.services.context import Actor, Clock
from ivr.services.drafts import Page, Paged
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.statistics_drafts import AnalyticsFilters, CalibrationDraft, LevelsDraft
from ivr.services.tables import table_csv

MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """A round and how far it is: ``rated`` says how many of its answers each person has rated."""

    id: str
    name: str
    job_id: str | None
    answers: int
    raters: tuple[str, ...]
    rated: Mapping[str, int]
    created_by: str
    external_id: str | None
    metadata: Mapping[str, str]
    created_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class BlindAnswerView:
    """What a person reads to rate: no score, no name, no other person's level. Words are None once erased."""

    answer_id: str
    position: int
    question: str
    competency: str
    key_points: tuple[str, ...]
    anchors: Mapping[str, str | None]
    ideal_answer: str
    transcript: str | None
    follow_up: str | None
    follow_up_transcript: str | None


@dataclass(frozen=True, slots=True)
class BlindAnswersView:
    """All answers of a round in its order."""

    calibration_id: str
    answers: tuple[BlindAnswerView, ...]


@dataclass(frozen=True, slots=True)
class RoundAgreementView:
    """A round with what it came to so far."""

    calibration: CalibrationView
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class CalibrationReportView:
    """The rounds begun in the period, newest first, 50 at most."""

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    rounds: tuple[RoundAgreementView, ...]


class CalibrationService:
    """Begins rounds, takes people's levels, and says how they agree with each other and with the model."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, actor: Actor, draft: CalibrationDraft) -> CalibrationView:
        """The new round, its model scores frozen as they are now.

        Raises NotFound (the job), Invalid (raters, answers that have no score), Conflict: ``too_few_answers``,
        ``external_id_exists`` with ``calibration_id``.
        """
        _check(draft)
        try:
            with self._database.write() as unit:
                return self._create(unit.session, actor, draft)
        except IntegrityError:
            # another request took the external_id in this very moment
            with self._database.read() as session:
                _refuse_taken(session, actor.organisation_id, draft.external_id)
            raise

    def list(self, organisation_id: str, job_id: str | None, page: Page) -> Paged[CalibrationView]:
        """Rounds, newest first."""
        with self._database.read() as session:
            found, cursor = rows.page(session, organisation_id, job_id=job_id, limit=page.limit, cursor=page.cursor)
            total = rows.count(session, organisation_id, job_id=job_id) if page.with_total else None
            return Paged(tuple(_view(session, one) for one in found), cursor, total)

    def get(self, organisation_id: str, round_id: str) -> CalibrationView:
        """The round and how far it is. Raises NotFound."""
        with self._database.read() as session:
            return _view(session, _known(rows.round_of(session, organisation_id, round_id)))

    def answers(self, organisation_id: str, round_id: str) -> BlindAnswersView:
        """What there is to rate, without a score. Raises NotFound."""
        with self._database.read() as session:
            _known(rows.round_of(session, organisation_id, round_id))
            words = rows.words(session, organisation_id, round_id)
            found = rows.answers(session, round_id)
        return BlindAnswersView(
            round_id,
            tuple(
                BlindAnswerView(
                    one.answer_id,
                    one.position,
                    said.question.text,
                    said.question.competency,
                    tuple(point.text for point in said.question.key_points),
                    _anchors(said.question.anchors),
                    said.question.ideal_answer,
                    said.transcript,
                    said.follow_up,
                    said.follow_up_transcript,
                )
                for one in found
                if (said := words.get(one.answer_id)) is not None
            ),
        )

    def levels_of(self, organisation_id: str, round_id: str, rater: str) -> Mapping[str, int]:
        """The levels that one person has given so far, by answer. Raises NotFound."""
        with self._database.read() as session:
            _known(rows.round_of(session, organisation_id, round_id))
            return {one.answer_id: one.level for one in rows.ratings(session, round_id) if one.rater == rater}

    def rate(self, actor: Actor, round_id: str, draft: LevelsDraft) -> CalibrationView:
        """The round with this person's levels; a level that was given before is replaced.

        Raises NotFound, Invalid: not a rater of this round, not an answer of it, or not a level 1-5.
        """
        with self._database.write() as unit:
            session = unit.session
            found = _known(rows.round_of(session, actor.organisation_id, round_id, lock=True))
            _check_levels(found, {one.answer_id for one in rows.answers(session, round_id)}, draft)
            given = {
                rating.answer_id: rating for rating in rows.ratings(session, round_id) if rating.rater == draft.rater
            }
            for answer_id, level in draft.levels.items():
                if answer_id in given:
                    given[answer_id].level = level
                else:
                    session.add(
                        CalibrationRating(
                            organisation_id=actor.organisation_id, round_id=round_id, answer_id=answer_id,
                            rater=draft.rater, level=level, created_at=self._clock(),
                        )
                    )  # fmt: skip
            self._tell(session, actor, found, "calibration.rated", rater=draft.rater, answers=len(draft.levels))
            session.flush()
            view = _view(session, found)
            actor.remember(session, view)
            return view

    def report(self, organisation_id: str, filters: AnalyticsFilters) -> CalibrationReportView:
        """What the rounds of the period came to. Raises NotFound for a job that is not the organisation's."""
        wanted = Wanted(organisation_id, filters.job_id, filters.include_simulated)
        with self._database.read() as session:
            if filters.job_id is not None and hiring.job(session, organisation_id, filters.job_id) is None:
                raise NotFound("job")
            found = rows.rounds_between(
                session, wanted, since=filters.since, until=filters.until, limit=MOST_ROUNDS
            )
            rounds = tuple(RoundAgreementView(_view(session, one), _agreement(session, one)) for one in found)
        return CalibrationReportView(
            filters.job_id, filters.since, filters.until, filters.include_simulated, rounds
        )

    def _create(self, session: Session, actor: Actor, draft: CalibrationDraft) -> CalibrationView:
        _refuse_taken(session, actor.organisation_id, draft.external_id)
        wanted = Wanted(actor.organisation_id, draft.job_id, draft.include_simulated)
        if draft.job_id is not None and hiring.job(session, actor.organisation_id, draft.job_id) is None:
            raise NotFound("job")
        found = rows.scored(session, wanted, answer_ids=draft.answer_ids)
        chosen = self._chosen(draft, found)
        made = CalibrationRound(
            id=new_id(),
            organisation_id=actor.organisation_id,
            name=draft.name,
            job_id=draft.job_id,
            raters=list(draft.raters),
            created_by=actor.name,
            external_id=draft.external_id,
            labels=dict(draft.metadata),
            created_at=self._clock(),
            simulated=any(one.simulated for one in chosen),
        )
        session.add(made)
        session.flush()
        # An order of the round's own tells nothing of scores or of who was interviewed when.
        for position, one in enumerate(sorted(chosen, key=lambda one: _shuffled(made.id, one.answer_id))):
            session.add(
                CalibrationAnswer(
                    organisation_id=actor.organisation_id, round_id=made.id, position=position,
                    answer_id=one.answer_id, score=one.score, model=one.model, prompt_version=one.prompt_version,
                )
            )  # fmt: skip
        self._tell(session, actor, made, "calibration.created", answers=len(chosen), raters=len(made.raters))
        session.flush()
        view = _view(session, made)
        actor.remember(session, view)
        return view

    def _chosen(self, draft: CalibrationDraft, found: Sequence[Scored]) -> Sequence[Scored]:
        if draft.answer_ids:
            if len(found) < len(set(draft.answer_ids)):
                sentence = "Some of these answers are not there, or have no words or no score."
                raise Invalid("invalid_fields", sentence, problems=[FieldProblem("answer_ids", "invalid", sentence)])
            chosen = found
        else:
            chosen = _over_all_levels(found, draft.count)
        if len(chosen) < LEAST_ANSWERS:
            raise Conflict(
                "too_few_answers",
                f"A round needs {LEAST_ANSWERS} scored answers; there are {len(chosen)}.",
                "Wait for more interviews, or leave job_id out to take answers of all jobs.",
            )
        return chosen

    def _tell(
        self, session: Session, actor: Actor, found: CalibrationRound, type_: str, **data: object
    ) -> None:
        record(
            session, organisation_id=actor.organisation_id, type=type_, subject_kind="calibration",
            subject_id=found.id, actor=actor.name, request_id=actor.request_id, data=data, at=self._clock(),
        )  # fmt: skip


_HEADER = (
    "calibration_id", "name", "created_at", "status", "raters", "answers", "human_human", "human_ai",
    "mean_difference", *(f"level_{level}" for level in LEVELS), "why",
)  # fmt: skip


def calibration_csv(view: CalibrationReportView) -> str:
    """One line a round; ``level_n`` is the share of people's level n that the model gave too."""
    lines = []
    for one in view.rounds:
        found, shares = one.agreement, one.agreement.per_level or {}
        lines.append(
            (
                one.calibration.id, one.calibration.name, f"{one.calibration.created_at:%Y-%m-%dT%H:%M:%SZ}",
                found.status, found.raters, found.answers, found.human_human, found.human_ai, found.mean_difference,
                *(shares.get(level) for level in LEVELS), found.why,
            )
        )  # fmt: skip
    return table_csv(_HEADER, lines)


def _over_all_levels(found: Sequence[Scored], count: int) -> Sequence[Scored]:
    """``count`` of them, as evenly over the levels as there are answers: a round of nothing but threes shows little."""
    by_level: defaultdict[int, list[Scored]] = defaultdict(list)
    for one in found:
        by_level[level_of(one.score)].append(one)
    chosen: list[Scored] = []
    while len(chosen) < count and any(by_level.values()):
        for level in sorted(by_level):
            if by_level[level] and len(chosen) < count:
                chosen.append(by_level[level].pop(0))
    return chosen


def _agreement(session: Session, found: CalibrationRound) -> Agreement:
    by_rater: dict[str, dict[str, int]] = {rater: {} for rater in found.raters}
    for rating in rows.ratings(session, found.id):
        by_rater[rating.rater][rating.answer_id] = rating.level
    model = {one.answer_id: level_of(one.score) for one in rows.answers(session, found.id)}
    return calibrate(by_rater, model)


def _view(session: Session, found: CalibrationRound) -> CalibrationView:
    rated = dict.fromkeys(found.raters, 0)
    for rating in rows.ratings(session, found.id):
        rated[rating.rater] += 1
    return CalibrationView(
        found.id,
        found.name,
        found.job_id,
        len(rows.answers(session, found.id)),
        tuple(found.raters),
        rated,
        found.created_by,
        found.external_id,
        found.labels,
        found.created_at,
        found.simulated,
    )


def _anchors(anchors: Anchors | None) -> Mapping[str, str | None]:
    """What each level stands for, as far as that is written."""
    if anchors is None:
        return {}
    return {"1": anchors.one, "2": anchors.two, "3": anchors.three, "4": anchors.four, "5": anchors.five}


def _check(draft: CalibrationDraft) -> None:
    if len(set(draft.raters)) < max(2, len(draft.raters)):
        sentence = "Two people or more rate, each named once."
        raise Invalid("invalid_fields", sentence, problems=[FieldProblem("raters", "invalid", sentence)])


def _check_levels(found: CalibrationRound, answer_ids: set[str], draft: LevelsDraft) -> None:
    problems = []
    if draft.rater not in found.raters:
        problems.append(FieldProblem("rater", "not_a_choice", "This person is not a rater of this round."))
    if not set(draft.levels) <= answer_ids:
        problems.append(FieldProblem("levels", "invalid", "A level names no answer of this round."))
    if any(level not in LEVELS for level in draft.levels.values()):
        problems.append(FieldProblem("levels", "out_of_range", "Levels run from 1 to 5."))
    if problems:
        raise Invalid("invalid_fields", "These levels cannot be taken.", problems=problems)


def _refuse_taken(session: Session, organisation_id: str, external_id: str | None) -> None:
    taken = external_id and rows.with_external_id(session, organisation_id, external_id)
    if taken:
        raise Conflict(
            "external_id_exists", "A round with this external_id exists already.",
            "Read that one, or use another external_id.", extra={"calibration_id": taken.id},
        )  # fmt: skip


def _known(found: CalibrationRound | None) -> CalibrationRound:
    if found is None:
        raise NotFound("calibration")
    return found


def _shuffled(round_id: str, answer_id: str) -> str:
    return hashlib.sha256(f"{round_id}:{answer_id}".encode()).hexdigest()
