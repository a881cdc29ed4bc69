"""What candidates do about their own data behind their link: see it, say that something in it is wrong, ask for a copy,
have it deleted, and read the receipt. Seeing and deleting take the telephone number on top of the link."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Answer, RequestKind
from db.repositories import candidate_requests
from db.repositories import own_data as rows
from db.repositories.events import record
from db.repositories.links import Behind
from db.unit_of_work import Database
from ivr.services.candidate_door import NotNow
from ivr.services.contests import reconsider
from ivr.services.context import Actor, Clock
from ivr.services.erasures import ErasureService, ErasureView, ReceiptBehindLink
from ivr.services.errors import FieldProblem, Invalid, NotFound
from ivr.services.links import CandidateLinks, UnknownLink, hashed
from ivr.services.practice_privacy import is_practice

# With fewer, a guess would be worth trying.
FEWEST_DIGITS = 6
LONGEST_REASON = 4_000
CANDIDATE = "candidate"
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One answer as its candidate sees it: the question, their words, no score. ``said_yes`` answers a yes-or-no
    question. ``contested``: they said that something is wrong, and nobody has looked at it yet."""

    id: str
    question: str
    words: str | None
    said_yes: bool | None
    contested: bool


@dataclass(frozen=True, slots=True)
class OwnDataView:
    """What is held of a candidate in this interview."""

    company: str
    job_title: str
    language: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str | None = field(repr=False)
    answers: tuple[OwnAnswer, ...] = field(repr=False)
    has_asked_for_copy: bool = False
    is_practice: bool = False


class OwnDataService:
    """Everything here is about one link's interview; another's answers are not there."""

    def __init__(
        self,
        database: Database,
        candidate_links: CandidateLinks,
        erasures: ErasureService,
        clock: Clock,
        ring: Callable[[], None],
    ) -> None:
        self._database = database
        self._links = candidate_links
        self._erasures = erasures
        self._clock = clock
        self._ring = ring

    def look(self, token: str, number: str) -> OwnDataView:
        """Name, number and answers. Raises UnknownLink, ExpiredLink, Invalid when the number is not the candidate's."""
        with self._database.read() as session:
            found = self._links.open(session, token, self._clock())
            _prove(found, number)
            return _view(session, found)

    def contest(self, token: str, answer_id: str, reason: str, request_id: str | None = None) -> datetime:
        """A person is to look at this answer again; when that was first asked. Asked twice, it is one request.

        Raises UnknownLink, ExpiredLink, NotFound for what is no answer of this interview, Invalid without a reason,
        NotNow for practice, which nobody reviews.
        """
        text = reason.strip()
        if not text or len(text) > LONGEST_REASON:
            raise _invalid("reason", "length", f"Say what is wrong, in up to {LONGEST_REASON} characters.")
        with self._database.write() as unit:
            session = unit.session
            found = self._links.open(session, token, self._clock())
            if is_practice(found.interview):
                raise NotNow("practice", "Nobody but the candidate sees this answer, and nothing follows from it.")
            answer = candidate_requests.answer_of(session, found.interview.id, answer_id)
            if answer is None:
                raise NotFound("answer")
            # two presses at once wait for each other here
            session.refresh(found.interview, with_for_update=True)
            standing = candidate_requests.open_contest(session, answer.id)
            if standing is not None:
                return standing.created_at
            asked_at = self._ask(session, found, RequestKind.CONTEST, request_id, answer, text)
            reconsider(session, found.interview, asked_at, request_id)
            unit.on_commit(self._ring)
            return asked_at

    def ask_for_copy(self, token: str, request_id: str | None = None) -> datetime:
        """The company is asked for a copy of all that is stored; when that was first asked. Raises UnknownLink,
        ExpiredLink."""
        with self._database.write() as unit:
            session = unit.session
            found = self._links.open(session, token, self._clock())
            session.refresh(found.interview, with_for_update=True)
            standing = rows.open_data_request(session, found.candidate.id)
            return standing.created_at if standing else self._ask(session, found, RequestKind.DATA, request_id)

    def erase(self, token: str, number: str, request_id: str | None = None) -> ErasureView:
        """Forget the candidate; the receipt so far. Raises UnknownLink, ExpiredLink, Invalid for another number."""
        with self._database.read() as session:
            found = self._links.open(session, token, self._clock())
            _prove(found, number)
        actor = Actor(found.link.organisation_id, CANDIDATE, "candidate", request_id)
        return self._erasures.request(actor, found.candidate.id, link_hash=hashed(token))

    def receipt(self, token: str) -> ReceiptBehindLink:
        """The receipt behind a link whose candidate had their data deleted there. Raises UnknownLink when none was."""
        found = self._erasures.receipt_behind(hashed(token))
        if found is None:
            raise UnknownLink
        return found

    def _ask(
        self, session: Session, found: Behind, kind: RequestKind, request_id: str | None,
        answer: Answer | None = None, reason: str | None = None,
    ) -> datetime:  # fmt: skip
        now, interview = self._clock(), found.interview
        made = candidate_requests.add(
            session, kind=kind, source="link", organisation_id=interview.organisation_id,
            candidate_id=found.candidate.id, interview_id=interview.id, answer_id=None if answer is None else answer.id,
            reason=reason, created_by=CANDIDATE, at=now,
        )  # fmt: skip
        type_ = "candidate.contested_answer" if kind is RequestKind.CONTEST else "candidate.asked_for_data"
        data = {"request": made.id} | ({} if answer is None else {"question": answer.question_id})
        record(
            session, organisation_id=interview.organisation_id, type=type_, subject_kind="interview",
            subject_id=interview.id, actor=CANDIDATE, data=data, request_id=request_id, at=now,
        )  # fmt: skip
        return now


def _prove(found: Behind, number: str) -> None:
    given = _NOT_DIGITS.sub("", number).lstrip("0")
    if len(given) < FEWEST_DIGITS or not found.candidate.phone.endswith(given):
        raise _invalid("phone", "wrong_number", "This is not the number that we have.")


def _view(session: Session, found: Behind) -> OwnDataView:
    interview, candidate = found.interview, found.candidate
    texts = {question.id: question.text for question in found.questions.questions}
    texts |= rows.follow_up_texts(session, interview.id)
    open_ones = rows.contested(session, interview.id)
    return OwnDataView(
        company=found.job.company,
        job_title=found.job.title,
        language=found.job.language,
        name=candidate.name,
        phone=candidate.phone,
        email=candidate.email,
        answers=tuple(
            OwnAnswer(
                id=answer.id,
                question=texts.get(answer.question_id, ""),
                words=answer.transcript if answer.transcript_corrected is None else answer.transcript_corrected,
                said_yes=answer.said_yes,
                contested=answer.id in open_ones,
            )
            for answer in rows.answers_of(session, interview.id)
        ),
        has_asked_for_copy=rows.open_data_request(session, candidate.id) is not None,
        is_practice=is_practice(interview),
    )


def _invalid(name: str, code: str, sentence: str) -> Invalid:
    return Invalid("invalid_fields", sentence, problems=[FieldProblem(name, code, sentence)])
