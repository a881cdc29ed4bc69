"""What different candidates said to the same question of the same version, side by side; heard first where the job
wants that."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from interview.question import Question
from ivr.current import current_services
from ivr.dashboard.pages import page
from ivr.dashboard.session import may_review, user, viewer
from ivr.services.comparisons import ComparedAnswer, ComparisonView
from ivr.services.evidence import Evidence, Piece, evidence_in, pieces_of

_CARDS = 12
_MOST_CHOSEN = 12


@dataclass(frozen=True, slots=True)
class Card:
    """One person's answer with the quotes in it, numbered; ``anchor`` is unique on the page."""

    anchor: str
    answer: ComparedAnswer
    evidence: tuple[Evidence, ...]
    pieces: tuple[Piece, ...]


def add_routes(blueprint: Blueprint) -> None:
    """One page."""
    blueprint.add_url_rule("/jobs/<uuid:job_id>/compare", "job_compare", _compare, methods=["GET"])


def _compare(job_id: object) -> Response:
    id, services, someone = str(job_id), current_services(), user()
    job = services.jobs.get(someone.organisation_id, id)
    versions = [
        one for one in services.job_overviews.versions(someone.organisation_id, id) if one.approved_at is not None
    ]
    wanted = _number("version", job.approved_version)
    version = wanted if wanted in {one.version for one in versions} else job.approved_version
    if not versions or version is None:
        return page("job_compare.html", job=job, questions=(), view=None, versions=(), cards=())
    asked = services.jobs.questions(someone.organisation_id, id, version)
    questions = [question for question in asked.questions if not question.knockout]
    ids = [question.id for question in questions]
    chosen = given if (given := request.args.get("question_id", "")) in ids else ids[0]
    view = services.comparisons.compare(
        viewer(), id, chosen, version=version, include_simulated=job.simulated, decides=may_review(someone)
    )
    picked = request.args.getlist("with")[:_MOST_CHOSEN]
    among = [one for one in view.answers if not picked or one.interview_id in picked]
    start = 0 if picked else min(_number("start", 0) or 0, max(0, len(among) - 1))
    shown = among[start : start + _CARDS]
    return page(
        "job_compare.html",
        job=job,
        view=view,
        questions=_links(id, questions, version, picked),
        chosen=chosen,
        versions=versions,
        version=version,
        cards=[_card(place, one, job.language) for place, one in enumerate(shown, start=1)],
        picked=picked,
        total=len(view.answers),
        start=start,
        newer=_href(id, chosen, version, start=max(0, start - _CARDS)) if start else None,
        older=_href(id, chosen, version, start=start + _CARDS) if start + _CARDS < len(among) else None,
        everybody=_href(id, chosen, version),
        hidden=sum(one.hidden for one in view.answers),
        spread=_spread(view),
    )


def _card(place: int, answer: ComparedAnswer, language: str) -> Card:
    evidence = evidence_in(answer.quotes, answer.transcript or "", language)
    return Card(f"a{place}", answer, evidence, pieces_of(answer.transcript or "", evidence))


def _spread(view: ComparisonView) -> tuple[float, float] | None:
    """The lowest and the highest score that this reader may see; nothing while one alone would be both."""
    scores = [one.score for one in view.answers if one.score is not None]
    return (min(scores), max(scores)) if len(scores) > 1 else None


def _links(
    job_id: str, questions: Sequence[Question], version: int, picked: Sequence[str]
) -> list[tuple[str, int, str, str]]:
    """(id, number, text, address) of each question; who was picked stays picked from question to question."""
    return [
        (one.id, number, one.text, _href(job_id, one.id, version, picked=picked))
        for number, one in enumerate(questions, start=1)
    ]


def _href(job_id: str, question_id: str, version: int, *, start: int = 0, picked: Sequence[str] = ()) -> str:
    pairs = [("question_id", question_id), ("version", str(version))]
    pairs += [("start", str(start))] if start else []
    pairs += [("with", one) for one in picked]
    return f"/jobs/{job_id}/compare?{urlencode(pairs)}"


def _number(name: str, default: int | None) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 7 else default
