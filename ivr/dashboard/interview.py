"""One interview: verdict, evidence, calls and record on one page, and a person's decision over it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, redirect, request

from interview.question import Anchors
from ivr.current import current_services
from ivr.dashboard import words
from ivr.dashboard.errors import status_of
from ivr.dashboard.evidence import Evidence, Piece, evidence_of, pieces_of
from ivr.dashboard.feedback_form import FeedbackForm
from ivr.dashboard.pages import page
from ivr.dashboard.session import hidden_from, may_review, reviewer, user, viewer
from ivr.services.drafts import ReviewDraft
from ivr.services.errors import Conflict, Invalid
from ivr.services.views import AnswerView, EventView, InterviewView, QuoteView

_LONGEST_REASON = 4000
_DECISIONS = ("hire", "consider", "reject")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a question's rubric; ``text`` is empty where it was left to the rater."""

    number: int
    text: str
    is_nearest: bool


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
    return show_interview(interview_id)


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
        return show_interview(interview_id, status_of(error), draft, f"{error.sentence} {error.hint}".strip())
    done: Response = current_app.make_response(redirect(f"/interviews/{interview_id}#decide", code=303))
    return done


def show_interview(
    interview_id: str,
    status: int = 200,
    draft: ReviewDraft | None = None,
    problem: str | None = None,
    form: FeedbackForm | None = None,
) -> Response:
    """The page; ``draft`` and ``form`` are what was sent and refused, and stay in their places."""
    someone = user()
    interview = current_services().interviews.get(someone.organisation_id, interview_id, viewer())
    is_blind = interview.result is not None and interview.id in hidden_from(someone, [interview.id])
    cards = _cards(someone.organisation_id, interview, is_blind)
    names = {card.answer.question.id: f"Question {card.number}" for card in cards}
    requirements = tuple(
        Requirement(answer, _outcome(answer)) for answer in interview.answers if answer.question.knockout
    )
    names |= {r.answer.question.id: f"Requirement {n}" for n, r in enumerate(requirements, start=1)}
    return page(
        "interview.html",
        status,
        interview=interview,
        standing=words.standing(interview),
        result=interview.result,
        cards=cards,
        requirements=requirements,
        names=names,
        steps=tuple(_named(step, names) for step in interview.result.policy.steps) if interview.result else (),
        happenings=tuple(Happening(words.event(one, names), one) for one in _worth_telling(interview)),
        may_review=may_review(someone) and interview.result is not None,
        is_blind=is_blind,
        feedback=interview.feedback,
        form=form or FeedbackForm.of(interview.feedback),
        decisions=_DECISIONS,
        draft=draft,
        problem=problem,
    )


def _cards(organisation_id: str, interview: InterviewView, is_blind: bool) -> tuple[Card, ...]:
    core = [answer for answer in interview.answers if not answer.question.knockout]
    questions = list(dict.fromkeys(answer.question.id for answer in core))
    # The competencies hold all questions' weights, those that were not reached too.
    total = sum(competency.weight for competency in interview.result.competencies) if interview.result else 0.0
    cards = []
    for number, question_id in enumerate(questions, start=1):
        takes = [answer for answer in core if answer.question.id == question_id]
        counting = [answer for answer in takes if not answer.superseded] or takes
        answer = counting[-1]
        # What was quoted tells what counted.
        evidence = () if is_blind else evidence_of(answer, interview.job.language)
        cards.append(
            Card(
                number=number,
                anchor=f"q{number}",
                answer=answer,
                peaks=_peaks(organisation_id, interview.id, answer),
                pieces=pieces_of(answer.transcript or "", [one for one in evidence if not one.in_follow_up]),
                later_pieces=pieces_of(
                    (answer.follow_up.transcript if answer.follow_up else None) or "",
                    [one for one in evidence if one.in_follow_up],
                ),
                evidence=evidence,
                levels=_levels(answer.question.anchors, None if is_blind else answer.score),
                earlier=tuple(take for take in takes if take is not answer),
                weight_share=answer.question.weight / total if total else None,
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


def _levels(anchors: Anchors | None, score: float | None) -> tuple[Level, ...]:
    """The rubric's levels from 1 to 5; a score of 0, 2.5, 5, 7.5, 10 is exactly one of them."""
    if anchors is None:
        return ()
    nearest = None if score is None else int(score / 2.5 + 1.5)
    texts = (anchors.one, anchors.two, anchors.three, anchors.four, anchors.five)
    return tuple(Level(n, text or "", n == nearest) for n, text in enumerate(texts, start=1))


def _outcome(answer: AnswerView) -> str:
    """met, not_met, or unclear: what a person confirmed wins over the key that was pressed."""
    if answer.knockout_confirmed is not None:
        return "met" if answer.knockout_confirmed else "not_met"
    if answer.said_yes is None:
        return "unclear"
    wanted_no = answer.question.pass_rule == "no"  # noqa: S105 - not a password
    return "met" if answer.said_yes != wanted_no else "not_met"


def _named(text: str, names: Mapping[str, str]) -> str:
    """A sentence with its questions by name, not by id."""
    if not names:
        return text
    known = "|".join(re.escape(id) for id in sorted(names, key=len, reverse=True))
    told = re.sub(rf"(?:Requirement )?\b({known})\b", lambda match: names[match[1]], text)
    return told


def _worth_telling(interview: InterviewView) -> Sequence[EventView]:
    """The timeline, oldest first, without what each answer's own card tells."""
    told = [one for one in interview.timeline if one.type not in {"answer.transcribed", "answer.scored"}]
    return sorted(told, key=lambda one: one.at)
