"""What a person corrects on the interview's page: the words of an answer, and whether a requirement is met."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.session import reviewer
from ivr.services.drafts import AnswerPatch, KnockoutDraft
from ivr.services.errors import Conflict, Invalid

LONGEST_WORDS = 50_000
LONGEST_REASON = 4000
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class CorrectionDraft:
    """A correction that was not taken, as it was written, and why."""

    answer_id: str
    words: str = field(repr=False)
    reason: str = field(repr=False)
    problem: str


Show = Callable[[str, int, CorrectionDraft], Response]


def add_routes(blueprint: Blueprint, show: Show) -> None:
    """The forms; ``show`` is the interview's page with a correction that was refused."""
    answer = "/interviews/<interview_id>/answers/<answer_id>"

    def correct(interview_id: str, answer_id: str) -> Response:
        actor = reviewer()
        # A browser ends lines with CR LF; words that were not touched must come back as they were.
        words = request.form.get("words", "").replace("\r\n", "\n")[:LONGEST_WORDS]
        reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
        if len(reason) < SHORTEST_REASON:
            problem = f"Give a reason of {SHORTEST_REASON} characters or more: it is kept with the words."
            return show(interview_id, 422, CorrectionDraft(answer_id, words, reason, problem))
        taken_back = request.form.get("take_back") == "yes"
        patch = AnswerPatch(transcript=None if taken_back else words, human_feedback=reason)
        try:
            current_services().interviews.patch_answer(actor, interview_id, answer_id, patch)
        except (Invalid, Conflict) as error:
            sentence = f"{error.sentence} {error.hint}".strip()
            return show(interview_id, status_of(error), CorrectionDraft(answer_id, words, reason, sentence))
        return _back(interview_id)

    def knockout(interview_id: str, answer_id: str) -> Response:
        draft = KnockoutDraft(request.form.get("passed") == "yes")
        current_services().interviews.confirm_knockout(reviewer(), interview_id, answer_id, draft)
        return _back(interview_id)

    blueprint.add_url_rule(f"{answer}/correction", "correct", correct, methods=["POST"])
    blueprint.add_url_rule(f"{answer}/knockout", "knockout", knockout, methods=["POST"])


def _back(interview_id: str) -> Response:
    done: Response = current_app.make_response(redirect(f"/interviews/{interview_id}", code=303))
    return done
