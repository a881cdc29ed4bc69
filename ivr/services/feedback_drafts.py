"""Drafts feedback sheets in a worker, from ratings, verified quotes and missed concepts; a person does all the rest."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.models import FeedbackState, Interview
from db.repositories import feedback as rows
from db.repositories import outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.feedback import Sheet, check_sheet, unsaid_quotes
from interview.folding import sanitise
from interview.question import Question
from interview.reply_shape import misfits
from interview.scorecard import AnswerScore
from ivr.gateways.ports import GatewayError, ModelCall, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.feedback import MODEL, language_of, newest_set_of, scored_of, sources_of
from ivr.services.model_ledger import ModelLedger
from ivr.services.scorecards import narrative_payload

PURPOSE = "candidate_feedback"
WRITE_YOURSELF = "You can write it yourself."

_TEXTS = {"type": "array", "items": {"type": "string"}}
FEEDBACK_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["strengths", "topics"],
    "properties": {"strengths": _TEXTS, "topics": _TEXTS},
}


class FeedbackDraftService:
    """The worker's side: one task for one draft; no transaction is open while the model is at work."""

    def __init__(self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._prompt = load_prompt("draft_feedback")

    def draft_feedback(self, lease: Lease) -> None:
        """Put the draft where a person reads it, or why there is none.

        Raises:
            GatewayError: RETRY, for the outbox.
        """
        with self._database.read() as session:
            sheet = rows.get(session, lease.organisation_id, lease.subject_id)
            interview = None if sheet is None else session.get(Interview, sheet.interview_id)
            if sheet is None or interview is None or sheet.state is not FeedbackState.DRAFTING:
                scored: Sequence[tuple[Question, AnswerScore]] | None = None
            else:
                scored = scored_of(session, interview)
                sources, language = sources_of(session, interview), language_of(session, interview)
                score_set_id, number = newest_set_of(session, interview), sheet.drafts
        if sheet is None or interview is None or scored is None:
            self._complete(lease)
            return
        if not scored:
            self._settle(lease, None, "There is no scored answer to draft it from.")
            return
        try:
            reply = self._ledger.ask(
                purpose=PURPOSE, subject_id=sheet.id, sample=number, organisation_id=sheet.organisation_id,
                interview_id=interview.id, instructions=self._prompt.text,
                payload=narrative_payload(language, scored), schema=FEEDBACK_SCHEMA,
                prompt_version=self._prompt.version,
            )  # fmt: skip
        except GatewayError as error:
            if error.trouble is Trouble.RETRY:
                raise
            # Somebody waits for it at a screen and has another way: no operator is waited for.
            self.give_up(lease, error)
            return
        text, why_not = _usable(reply.content, sources, language)
        self._settle(lease, text, why_not, reply.call, score_set_id)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """Without a usable reply a person writes the sheet, and reads why."""
        self._settle(lease, None, f"The model could not draft it: {error.message}")

    # --- inside

    def _settle(
        self, lease: Lease, text: Sheet | None, why_not: str, call: ModelCall | None = None,
        score_set_id: str | None = None,
    ) -> None:  # fmt: skip
        with self._database.write() as unit:
            session = unit.session
            sheet = rows.get(session, lease.organisation_id, lease.subject_id)
            interview = None if sheet is None else session.get(Interview, sheet.interview_id, with_for_update=True)
            if sheet is not None and interview is not None:
                session.refresh(sheet, with_for_update=True)
                # A person may have written meanwhile, or the words may be gone: then nobody waits for a draft.
                if sheet.state is FeedbackState.DRAFTING and interview.words_deleted_at is None:
                    sheet.state, sheet.updated_at = FeedbackState.DRAFT, self._clock()
                    sheet.note = None if text is not None else f"{why_not} {WRITE_YOURSELF}"
                    if text is not None and call is not None:
                        sheet.strengths, sheet.topics = list(text.strengths), list(text.topics)
                        sheet.written_by, sheet.score_set_id = MODEL, score_set_id
                        sheet.model, sheet.prompt_version = call.model, self._prompt.version
                        sheet.simulated = call.simulated
                    self._tell(session, sheet.interview_id, lease, has_text=text is not None)
            outbox.complete(session, lease)

    def _tell(self, session: Session, interview_id: str, lease: Lease, *, has_text: bool) -> None:
        record(
            session, organisation_id=lease.organisation_id,
            type="feedback.drafted" if has_text else "feedback.not_drafted", subject_kind="interview",
            subject_id=interview_id, actor="system", request_id=lease.request_id, at=self._clock(),
            data={"prompt_version": self._prompt.version},
        )  # fmt: skip

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def _usable(reply: Any, sources: Sequence[str], language: str) -> tuple[Sheet | None, str]:
    """The sheet in a model's reply, or why it may not even be shown as a draft."""
    if misfits(reply, FEEDBACK_SCHEMA):
        return None, "The model gave no usable draft: it does not have the form that was asked for."
    entries = {
        name: tuple(line for text in reply[name] if (line := " ".join(sanitise(text).split())))
        for name in ("strengths", "topics")
    }
    sheet = Sheet(entries["strengths"], entries["topics"])
    if sheet.is_empty:
        return None, "The model found nothing to say."
    problems = [one.sentence for one in check_sheet(sheet, sources, language)]
    problems += [f"It quotes what nobody said: “{words}”." for words in unsaid_quotes(sheet, sources)]
    if problems:
        said = " ".join(dict.fromkeys(problems[:3]))
        return None, f"The draft was withheld, because it said what may not be told: {said}"
    return sheet, ""
