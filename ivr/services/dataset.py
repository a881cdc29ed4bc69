"""Answers that people have judged, as rows that ``scripts/evaluate`` reads (docs/evaluate.md, "The format")."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from db.repositories import dataset as rows
from db.repositories.cohorts import Cohort
from db.repositories.dataset import Judged
from db.repositories.events import record
from db.unit_of_work import Database
from interview.answers import clean_for_judge
from interview.pseudonym import rater_of
from interview.question import Anchors, Question
from ivr.services.context import Actor, Clock
from ivr.services.drafts import settings_from_plain
from ivr.services.insights import cohort_of
from ivr.services.statistics_drafts import AnalyticsFilters

_INTERVIEWS_AT_A_TIME = 50
_BEGINNING = 100


class DatasetService:
    """Gives out what people judged. ``secret`` makes the raters' pseudonyms: the same person is the same in each row,
    and nobody without it can tell who."""

    def __init__(
        self, database: Database, clock: Clock, secret: str, *, at_a_time: int = _INTERVIEWS_AT_A_TIME
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret
        self._at_a_time = at_a_time

    def lines(self, actor: Actor, filters: AnalyticsFilters, *, only_rated: bool = False) -> Iterator[str]:
        """JSON lines, made as they are asked for; with ``only_rated`` those answers that a person has given ratings.

        Taking it is written down. Raises NotFound for a job that is not the organisation's, before the first line.
        """
        with self._database.read() as session:
            cohort = cohort_of(session, actor.organisation_id, filters)
        with self._database.write() as unit:
            record(
                unit.session, organisation_id=actor.organisation_id, type="dataset.exported",
                subject_kind="organisation", subject_id=actor.organisation_id, actor=actor.name,
                request_id=actor.request_id, data={"job_id": filters.job_id}, at=self._clock(),
            )  # fmt: skip
        return self._lines(cohort, only_rated)

    def _lines(self, cohort: Cohort, only_rated: bool) -> Iterator[str]:
        after: str | None = None
        while True:
            # A session a page: whoever reads slowly keeps no connection.
            with self._database.read() as session:
                found, after = rows.page(session, cohort, after=after, limit=self._at_a_time)
            for judged in found:
                is_wanted = judged.criteria or judged.levels or not only_rated
                if is_wanted and _says_something(judged.transcript, judged.language):
                    yield json.dumps(self._row(judged), ensure_ascii=False) + "\n"
            if after is None:
                return

    def _row(self, judged: Judged) -> dict[str, Any]:
        weights = settings_from_plain(judged.settings).weights
        given = judged.given
        row: dict[str, Any] = {
            "id": judged.answer_id,
            "question": _question(judged.question),
            "transcript": judged.transcript,
            "language": judged.language,
            "ratings": self._ratings(judged),
            "weights": {
                "content": weights.content, "communication": weights.communication, "behavioral": weights.behavioral
            },
            "metadata": {
                "interview_id": judged.interview_id,
                "job_id": judged.job_id,
                "questions_version": judged.questions_version,
                "state": judged.state.value,
                "score": None if given is None else given.score,
                "model": None if given is None else given.model,
                "prompt_version": None if given is None else given.prompt_version,
                "simulated": judged.simulated,
            },
        }  # fmt: skip
        if judged.follow_up is not None:
            text, said = judged.follow_up
            row["follow_up"] = {"text": text, "transcript": said}
        return row

    def _ratings(self, judged: Judged) -> list[dict[str, Any]]:
        """One entry a person, whether they rated in a review, in a blind round, or in both."""
        by_rater: dict[str, dict[str, Any]] = {}
        for name, criteria in judged.criteria.items():
            if criteria:
                by_rater.setdefault(self._rater(name), {})["criteria"] = dict(criteria)
        for name, level in judged.levels.items():
            by_rater.setdefault(self._rater(name), {})["overall"] = level
        return [{"rater": rater, **by_rater[rater]} for rater in sorted(by_rater)]

    def _rater(self, name: str) -> str:
        """A reviewer's name has its kind before it; in a blind round the same person stands without."""
        return rater_of(self._secret, name.removeprefix("user:").strip().casefold())


def _says_something(transcript: str, language: str) -> bool:
    """Whether anything is left without fillers; nearly always the beginning tells, and cleaning it all takes long."""
    beginning = transcript[:_BEGINNING]
    return bool(clean_for_judge(beginning, language) or clean_for_judge(transcript, language))


def _question(question: Question) -> Mapping[str, Any]:
    """The frozen question as the API shows it, without what says nothing of the answer."""
    return {
        "id": question.id,
        "text": question.text,
        "competency": question.competency,
        "type": question.type.value,
        "dimensions": [dimension.value for dimension in question.dimensions],
        "difficulty": question.difficulty.value,
        "weight": question.weight,
        "key_points": [{"id": point.id, "text": point.text} for point in question.key_points],
        "anchors": _anchors(question.anchors),
        "ideal_answer": question.ideal_answer,
        "max_seconds": question.max_seconds,
    }


def _anchors(anchors: Anchors | None) -> Mapping[str, str | None] | None:
    if anchors is None:
        return None
    return {"1": anchors.one, "2": anchors.two, "3": anchors.three, "4": anchors.four, "5": anchors.five}
