"""Has a model check the wording of questions and follow-ups (Q3, Q4), after the rules: the same words are checked once,
and what it said is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from db.repositories import question_checks as rows
from db.unit_of_work import Database
from interview.question_check import (
    TOPICS,
    BadVerdicts,
    CheckedText,
    Objection,
    Part,
    parse_verdicts,
    texts_of,
    wording_hash,
)
from interview.question_drafts import QuestionDraft
from interview.wording import base_language
from ivr.gateways.ports import GatewayError, ModelCall, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_bank import whole_bank

PURPOSE = "question_check"
_TRIES = 2
_SHOWN_PROBLEMS = 20

CHECK_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["texts"],
    "properties": {
        "texts": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                # The reason is written before the verdict, which then follows from it.
                "required": ["id", "reason", "topic", "ok"],
                "properties": {
                    "id": {"type": "string"},
                    "reason": {"type": "string"},
                    "topic": {"type": ["string", "null"], "enum": [*TOPICS, None]},
                    "ok": {"type": "boolean"},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of one question's wording. ``by_us``: it is one of the built-in bank's."""

    objections: tuple[Objection, ...] = ()
    by_us: bool = False
    simulated: bool = False


class QuestionChecker:
    """Questions in, the model's objections out; every call goes through the ledger."""

    def __init__(self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._prompt = load_prompt("check_questions")

    @property
    def prompt_version(self) -> str:
        """The version of the instructions in use."""
        return self._prompt.version

    @property
    def model(self) -> str:
        """The model that is configured for this."""
        return self._ledger.model_for(PURPOSE)

    def known(
        self, session: Session, organisation_id: str, language: str, drafts: Sequence[QuestionDraft]
    ) -> tuple[Checked | None, ...]:
        """What is known of each question without asking anybody; None where nobody has been asked."""
        hashes = [wording_hash(draft, language) for draft in drafts]
        bank = _bank_hashes(base_language(language))
        kept = rows.checks_of(
            session, organisation_id, set(hashes) - bank, prompt_version=self._prompt.version, model=self.model
        )
        return tuple(
            Checked(by_us=True)
            if hash in bank
            else None
            if (row := kept.get(hash)) is None
            else Checked(
                tuple(Objection(Part(one["part"]), one["topic"], one["reason"]) for one in row.objections),
                simulated=row.simulated,
            )
            for hash in hashes
        )

    def check(
        self,
        *,
        organisation_id: str,
        job_id: str,
        language: str,
        drafts: Sequence[QuestionDraft],
        round: int = 0,
    ) -> tuple[Checked, ...]:
        """What the model says to each question; those that it has not seen are put to it together, and what it says is
        kept. Another ``round`` asks again where an earlier reply was unusable. No transaction may be open.

        Raises:
            GatewayError: the model cannot be had, or (OUTPUT) its reply could not be used a second time either.
        """
        with self._database.read() as session:
            known = self.known(session, organisation_id, language, drafts)
        unknown = {
            wording_hash(draft, language): draft
            for draft, one in zip(drafts, known, strict=True)
            if one is None
        }  # fmt: skip
        if unknown:
            asked = tuple(unknown.items())
            texts = [texts_of(draft, number) for number, (_, draft) in enumerate(asked, start=1)]
            said, call = self._ask_well(organisation_id, job_id, language, [one for own in texts for one in own], round)
            with self._database.write() as unit:
                for (hash, _), own in zip(asked, texts, strict=True):
                    found = [said[text.id] for text in own if text.id in said]
                    rows.keep_check(
                        unit.session, organisation_id=organisation_id, content_hash=hash,
                        prompt_version=self._prompt.version, model=self.model, simulated=call.simulated,
                        created_at=self._clock(),
                        objections=[{"part": one.part, "topic": one.topic, "reason": one.reason} for one in found],
                    )  # fmt: skip
            with self._database.read() as session:
                known = self.known(session, organisation_id, language, drafts)
        return tuple(one for one in known if one is not None)

    def passes(
        self, text: str, *, organisation_id: str, subject_id: str, interview_id: str, language: str, sample: int = 0
    ) -> bool:
        """Whether a text of one interview may be spoken: a follow-up, or a question about a résumé. One reply, no
        repair: somebody may be on the telephone, and a text that was not checked is none. ``sample`` tells the checks
        of one subject apart.

        Raises:
            GatewayError: the model cannot be had, or its reply cannot be used.
        """
        texts = [CheckedText("1.text", Part.TEXT, text)]
        reply = self._ledger.ask(
            organisation_id=organisation_id, subject_id=subject_id, interview_id=interview_id, purpose=PURPOSE,
            sample=sample,
            instructions=self._prompt.text, payload=_payload(language, texts), schema=CHECK_SCHEMA,
            prompt_version=self._prompt.version,
        )  # fmt: skip
        try:
            return not parse_verdicts(reply.content, texts)
        except BadVerdicts as bad:
            raise _unusable(bad) from None

    def _ask_well(
        self, organisation_id: str, job_id: str, language: str, texts: Sequence[CheckedText], round: int
    ) -> tuple[Mapping[str, Objection], ModelCall]:
        """A verdict on every text, after one repair at most."""
        instructions = self._prompt.text
        for step in range(_TRIES):
            is_last = step == _TRIES - 1
            try:
                reply = self._ledger.ask(
                    organisation_id=organisation_id, subject_id=job_id, purpose=PURPOSE, instructions=instructions,
                    payload=_payload(language, texts), schema=CHECK_SCHEMA, prompt_version=self._prompt.version,
                    sample=round * _TRIES + step,
                )  # fmt: skip
                return parse_verdicts(reply.content, texts), reply.call
            except GatewayError as error:
                if error.trouble is not Trouble.OUTPUT or is_last:
                    raise
                problems: tuple[str, ...] = (error.message,)
            except BadVerdicts as bad:
                if is_last:
                    raise _unusable(bad) from None
                problems = bad.problems[:_SHOWN_PROBLEMS]
            listed = "\n".join(f"- {problem}" for problem in problems)
            instructions = f"{self._prompt.text}\n\nAn earlier reply could not be used. Mend exactly this:\n{listed}\n"
        raise AssertionError("every try returns or raises")


def _payload(language: str, texts: Sequence[CheckedText]) -> dict[str, Any]:
    """The data that the prompt speaks of."""
    shown = [{"id": text.id, "part": text.part.value, "text": text.text} for text in texts]
    return {"language": language, "texts": shown}


def _unusable(bad: BadVerdicts) -> GatewayError:
    sentence = "The model's check of the wording did not have the form that was asked for."
    return GatewayError(f"{sentence} ({bad.problems[0]}.)", trouble=Trouble.OUTPUT, code="verdicts")


@cache
def _bank_hashes(language: str) -> frozenset[str]:
    """The built-in bank's questions in a language, which were checked before they were built in."""
    return frozenset(wording_hash(draft, language) for draft in whole_bank(language))
