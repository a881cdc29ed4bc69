"""One interview: verdict, evidence, calls and record on one page, and a person's decision over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, redirect, request

from interview.purpose import Purpose
from ivr.current import current_services
from ivr.dashboard import corrections, words
from ivr.dashboard.cards import Card, cards_of
from ivr.dashboard.corrections import CorrectionDraft
from ivr.dashboard.errors import status_of
from ivr.dashboard.feedback_form import FeedbackForm
from ivr.dashboard.pages import page
from ivr.dashboard.session import hidden_from, may_review, reviewer, user, viewer
from ivr.dashboard.steps_form import LASTS, SteppedForm, steps_for
from ivr.services.call_picture import call_picture
from ivr.services.drafts import ReviewDraft
from ivr.services.errors import Conflict, Invalid
from ivr.services.interview_reading import named, question_names, requirement_outcome, requirements
from ivr.services.roles import PERMISSIONS
from ivr.services.views import AnswerView, EventView, InterviewView

_LONGEST_REASON = 4000
_DECISIONS = ("hire", "consider", "reject")
_RATING = "rating:"
# What stands in the address: which questions are shown.
_SHOWN = ("all", "person", "unscored")


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
    """The page and its forms."""
    blueprint.add_url_rule("/interviews/<interview_id>", "interview", _interview, methods=["GET"])
    blueprint.add_url_rule("/interviews/<interview_id>/open", "open_result", _open_result, methods=["POST"])
    blueprint.add_url_rule("/interviews/<interview_id>/reviews", "review", _review, methods=["POST"])
    corrections.add_routes(blueprint, lambda id, status, draft: show_interview(id, status, correction=draft))


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
    draft = ReviewDraft(decision, reason, _own_ratings(request.form))
    try:
        current_services().interviews.review(actor, interview_id, draft)
    except (Invalid, Conflict) as error:
        # What was written stays in the form.
        return show_interview(interview_id, status_of(error), draft, f"{error.sentence} {error.hint}".strip())
    done: Response = current_app.make_response(redirect(f"/interviews/{interview_id}#decide", code=303))
    return done


def _own_ratings(form: Mapping[str, str]) -> Mapping[str, Mapping[str, int]] | None:
    """What was chosen in the cards, as ``rating:<answer>:<criterion>``; the service refuses what does not fit."""
    found: dict[str, dict[str, int]] = {}
    for name, value in form.items():
        answer_id, parted, criterion = name.removeprefix(_RATING).partition(":")
        if name.startswith(_RATING) and parted and value.isdecimal():
            found.setdefault(answer_id, {})[criterion] = int(value[:3])
    return found or None


def show_interview(
    interview_id: str,
    status: int = 200,
    draft: ReviewDraft | None = None,
    problem: str | None = None,
    form: FeedbackForm | None = None,
    correction: CorrectionDraft | None = None,
    stepped: SteppedForm | None = None,
) -> Response:
    """The page; ``draft``, ``form``, ``correction`` and ``stepped`` are what was sent and refused, and stay in their
    places."""
    someone = user()
    interviews = current_services().interviews
    interview = interviews.get(someone.organisation_id, interview_id, viewer())
    is_blind = interview.result is not None and interview.id in hidden_from(someone, [interview.id])
    peaks = interviews.all_peaks(someone.organisation_id, interview_id)
    cards = cards_of(interview, peaks, is_blind=is_blind)
    names = question_names(interview)
    is_over = interview.status in {"completed", "needs_review"}
    show = request.args.get("show", "all")
    return page(
        "interview.html",
        status,
        interview=interview,
        standing=words.standing(interview),
        result=interview.result,
        cards=cards,
        # A refused correction is shown where it was written, whatever had been left out.
        show=show if show in _SHOWN and not is_blind and correction is None else "all",
        shown=_counted(cards),
        picture=call_picture(interview),
        peaks={answer_id: found.peaks for answer_id, found in peaks.items()},
        numbers={card.answer.question.id: card.number for card in cards},
        requirements=tuple(Requirement(answer, requirement_outcome(answer)) for answer in requirements(interview)),
        names=names,
        steps=tuple(named(step, names) for step in interview.result.policy.steps) if interview.result else (),
        happenings=tuple(Happening(words.event(one, names), one) for one in _worth_telling(interview)),
        may_review=may_review(someone) and interview.result is not None,
        may_correct=may_review(someone) and is_over and interview.deletion is None,
        has_scorecard=is_over and not is_blind and interview.purpose != Purpose.PRACTICE,
        is_blind=is_blind,
        feedback=interview.feedback,
        form=form or FeedbackForm.of(interview.feedback),
        decisions=_DECISIONS,
        draft=draft,
        problem=problem,
        correction=correction,
        possible=steps_for(interview, PERMISSIONS[someone.role]),
        stepped=stepped,
        lasts=LASTS,
        sends=current_services().invitations.ways,
        has_audio=any(answer.has_audio for answer in interview.answers),
    )


def _counted(cards: Sequence[Card]) -> Mapping[str, int]:
    """How many questions each view of the page shows."""
    return {
        "all": len(cards),
        "person": sum(card.is_for_a_person for card in cards),
        "unscored": sum(card.is_unscored for card in cards),
    }


def _worth_telling(interview: InterviewView) -> Sequence[EventView]:
    """The timeline, oldest first, without what each answer's own card tells."""
    told = [one for one in interview.timeline if one.type not in {"answer.transcribed", "answer.scored"}]
    return sorted(told, key=lambda one: one.at)
