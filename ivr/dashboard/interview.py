"""One interview: verdict, evidence, calls and record on one page, and a person's decision over it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard import words
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.session import hidden_from, may_review, reviewer, user, viewer
from ivr.services.drafts import ReviewDraft
from ivr.services.errors import Conflict, Invalid
from ivr.services.evidence import Evidence, Piece, evidence_of, pieces_of
from ivr.services.interview_reading import (
    Level,
    answered_questions,
    levels_of,
    named,
    question_names,
    requirement_outcome,
    requirements,
)
from ivr.services.views import AnswerView, EventView, InterviewView, QuoteView

_LONGEST_REASON = 4000
_DECISIONS = ("hire", "consider", "reject")


@dataclass(frozen=True, slots=True)
class Card:
    """One question with the take that counts, and the takes before it."""

    number: int
    anchor: str
    answer: AnswerView
    peaks: tuple[int, ...]
    pieces: tuple[Piece, ...]
    later_pieces: tuple[Piece, ...]
    evidence: tuple[Evidence, ...]
    levels: tuple[Level, ...]
    earlier: tuple[AnswerView, ...]
    weight_share: float | None

    def numbers(self, quotes: Sequence[QuoteView]) -> tuple[Evidence, ...]:
        """The numbered evidence among these quotes."""
        wanted = {quote.text for quote in quotes}
        return tuple(one for one in self.evidence if one.text in wanted)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A yes-or-no question on top: what was said, and what that means."""

    answer: AnswerView
    outcome: str


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline."""

    text: str
    event: EventView


def add_routes(blueprint: Blueprint) -> None:
    """The page and its form."""
    blueprint.add_url_rule("/interviews/<interview_id>", "interview", _interview, methods=["GET"])
    blueprint.add_url_rule("/interviews/<interview_id>/open", "open_result", _open_result, methods=["POST"])
    blueprint.add_url_rule("/interviews/<interview_id>/reviews", "review", _review, methods=["POST"])


def _interview(interview_id: str) -> Response:
    return _show(interview_id)


def _open_result(interview_id: str) -> Response:
    current_services().blind_first.open_result(reviewer(), interview_id)
    shown: Response = current_app.make_response(redirect(f"/interviews/{interview_id}", code=303))
    return shown


def _review(interview_id: str) -> Response:
    actor = reviewer()
    decision = request.form.get("decision", "")
    reason = request.form.get("reason", "").strip()[:_LONGEST_REASON]
    draft = ReviewDraft(decision, reason)
    try:
        current_services().interviews.review(actor, interview_id, draft)
    except (Invalid, Conflict) as error:
        # What was written stays in the form.
        return _show(interview_id, status_of(error), draft, f"{error.sentence} {error.hint}".strip())
    done: Response = current_app.make_response(redirect(f"/interviews/{interview_id}#decide", code=303))
    return done


def _show(
    interview_id: str, status: int = 200, draft: ReviewDraft | None = None, problem: str | None = None
) -> Response:
    someone = user()
    interview = current_services().interviews.get(someone.organisation_id, interview_id, viewer())
    is_blind = interview.result is not None and interview.id in hidden_from(someone, [interview.id])
    cards = _cards(someone.organisation_id, interview, is_blind)
    names = question_names(interview)
    return page(
        "interview.html",
        status,
        interview=interview,
        standing=words.standing(interview),
        result=interview.result,
        cards=cards,
        requirements=tuple(Requirement(answer, requirement_outcome(answer)) for answer in requirements(interview)),
        names=names,
        steps=tuple(named(step, names) for step in interview.result.policy.steps) if interview.result else (),
        happenings=tuple(Happening(words.event(one, names), one) for one in _worth_telling(interview)),
        may_review=may_review(someone) and interview.result is not None,
        is_blind=is_blind,
        decisions=_DECISIONS,
        draft=draft,
        problem=problem,
    )


def _cards(organisation_id: str, interview: InterviewView, is_blind: bool) -> tuple[Card, ...]:
    cards = []
    for one in answered_questions(interview):
        answer = one.answer
        # What was quoted tells what counted.
        evidence = () if is_blind else evidence_of(answer, interview.job.language)
        cards.append(
            Card(
                number=one.number,
                anchor=f"q{one.number}",
                answer=answer,
                peaks=_peaks(organisation_id, interview.id, answer),
                pieces=pieces_of(answer.transcript or "", [one for one in evidence if not one.in_follow_up]),
                later_pieces=pieces_of(
                    (answer.follow_up.transcript if answer.follow_up else None) or "",
                    [one for one in evidence if one.in_follow_up],
                ),
                evidence=evidence,
                levels=levels_of(answer.question.anchors, None if is_blind else answer.score),
                earlier=one.earlier,
                weight_share=one.weight_share,
            )
        )
    return tuple(cards)


def _peaks(organisation_id: str, interview_id: str, answer: AnswerView) -> tuple[int, ...]:
    if not answer.has_audio:
        return ()
    try:
        return current_services().interviews.peaks(organisation_id, interview_id, answer.id).peaks
    except Conflict:
        return ()  # the audio is there, but nobody has measured it yet


def _worth_telling(interview: InterviewView) -> Sequence[EventView]:
    """The timeline, oldest first, without what each answer's own card tells."""
    told = [one for one in interview.timeline if one.type not in {"answer.transcribed", "answer.scored"}]
    return sorted(told, key=lambda one: one.at)
