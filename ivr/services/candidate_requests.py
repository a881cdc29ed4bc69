"""What candidates ask of a person, for the person: listed, written down when it came another way, resolved with a
note."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import CandidateRequest, RequestKind
from db.repositories import candidate_requests as rows
from db.repositories import interviews
from db.repositories.candidate_requests import Asker, Wanted
from db.repositories.events import record
from db.unit_of_work import Database
from ivr.services.contests import reconsider
from ivr.services.context import Actor, Clock
from ivr.services.drafts import Page, Paged
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.practice_privacy import refuse_practice

OPEN, RESOLVED = "open", "resolved"


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request that reached somebody by letter or telephone. ``kind`` is human, contest or data; a contest names its
    answer, and with it the interview."""

    kind: str
    candidate_id: str
    interview_id: str | None = None
    answer_id: str | None = None
    reason: str | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestFilters:
    """Which requests to list; None where it does not matter."""

    kind: str | None = None
    status: str | None = None
    candidate_id: str | None = None
    interview_id: str | None = None
    external_id: str | None = None
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as doors show it. ``source`` is call, link or recruiter, ``status`` open or resolved."""

    id: str
    kind: str
    status: str
    source: str
    candidate_id: str
    interview_id: str | None
    answer_id: str | None
    reason: str | None
    note: str | None
    created_at: datetime
    taken_at: datetime | None
    taken_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    external_id: str | None
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RequestOnDesk:
    """A request as people deal with it: with who asked and, if it was in an interview, for which job."""

    request: RequestView
    asker: Asker


class CandidateRequestService:
    """Nothing is answered automatically: each of these waits for a person, and so does the result that one contests."""

    def __init__(self, database: Database, clock: Clock, ring: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring

    def create(self, actor: Actor, draft: RequestDraft) -> RequestView:
        """Write down a request that came another way.

        Raises:
            Invalid: a contest of nothing. NotFound. Conflict: external_id_exists.
        """
        kind = RequestKind(draft.kind)
        is_contest, is_lost = kind is RequestKind.CONTEST, bool(draft.answer_id) and not draft.interview_id
        if is_contest != (draft.answer_id is not None) or is_lost:
            sentence = "A contest names interview_id and answer_id; nothing else names an answer."
            told = FieldProblem("answer_id", "contest_needs_answer", sentence)
            raise Invalid("invalid_fields", told.message, problems=[told])
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            self._check_ids(session, actor.organisation_id, draft)
            if draft.external_id is not None and rows.has_external_id(
                session, actor.organisation_id, draft.external_id
            ):
                raise _taken()
            made = rows.add(
                session, kind=kind, source="recruiter", organisation_id=actor.organisation_id,
                candidate_id=draft.candidate_id, interview_id=draft.interview_id, answer_id=draft.answer_id,
                reason=draft.reason, created_by=actor.name, at=now, external_id=draft.external_id,
                labels=draft.metadata,
            )  # fmt: skip
            try:
                session.flush()
            except IntegrityError:
                raise _taken() from None
            self._tell(session, actor, made, "request.created", now)
            self._reconsider(session, actor, made, now)
            unit.on_commit(self._ring)
            view = _view(made)
            actor.remember(session, view)
            return view

    def get(self, organisation_id: str, request_id: str) -> RequestView:
        """One request. Raises NotFound."""
        with self._database.read() as session:
            return _view(_known(rows.request(session, organisation_id, request_id)))

    def list(self, organisation_id: str, filters: RequestFilters, page: Page) -> Paged[RequestView]:
        """Requests, newest first."""
        wanted = _wanted(filters)
        with self._database.read() as session:
            found, cursor = rows.requests(session, organisation_id, wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count_requests(session, organisation_id, wanted) if page.with_total else None
            return Paged(tuple(map(_view, found)), cursor, total)

    def on_desk(self, organisation_id: str, filters: RequestFilters, page: Page) -> Paged[RequestOnDesk]:
        """The same with who asked."""
        wanted = _wanted(filters)
        with self._database.read() as session:
            found, cursor = rows.requests(session, organisation_id, wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count_requests(session, organisation_id, wanted) if page.with_total else None
            askers = rows.askers(session, [one.id for one in found])
            return Paged(tuple(RequestOnDesk(_view(one), askers[one.id]) for one in found), cursor, total)

    def one_on_desk(self, organisation_id: str, request_id: str) -> RequestOnDesk:
        """One request with who asked. Raises NotFound."""
        with self._database.read() as session:
            found = _known(rows.request(session, organisation_id, request_id))
            return RequestOnDesk(_view(found), rows.askers(session, [found.id])[found.id])

    def count(self, organisation_id: str, filters: RequestFilters) -> int:
        """How many requests there are of a kind."""
        with self._database.read() as session:
            return rows.count_requests(session, organisation_id, _wanted(filters))

    def take(self, actor: Actor, request_id: str, *, into_hands: bool = True) -> RequestView:
        """It is in this person's hands from now on, whoever had it before, or, put down, in nobody's.

        Raises:
            NotFound. Conflict: wrong_status, it is resolved.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            found = _known(rows.request(session, actor.organisation_id, request_id, lock=True))
            if found.resolved_at is not None:
                raise Conflict("wrong_status", "This request is resolved.", "Read its note.")
            holder = actor.name if into_hands else None
            if found.taken_by != holder:
                found.taken_by, found.taken_at = holder, now if into_hands else None
                self._tell(session, actor, found, "request.taken" if into_hands else "request.put_down", now)
            view = _view(found)
            actor.remember(session, view)
            return view

    def resolve(self, actor: Actor, request_id: str, note: str) -> RequestView:
        """A person has dealt with it, and says how. The same note again changes nothing.

        Raises:
            NotFound. Conflict: wrong_status, it was resolved with another note.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            found = _known(rows.request(session, actor.organisation_id, request_id, lock=True))
            if found.resolved_at is not None and found.note != note:
                raise Conflict("wrong_status", "This request is resolved.", "Read its note.")
            if found.resolved_at is None:
                found.note, found.resolved_at, found.resolved_by = note, now, actor.name
                self._tell(session, actor, found, "request.resolved", now)
                self._reconsider(session, actor, found, now)
                unit.on_commit(self._ring)
            view = _view(found)
            actor.remember(session, view)
            return view

    def _check_ids(self, session: Session, organisation_id: str, draft: RequestDraft) -> None:
        candidate = interviews.candidate(session, organisation_id, draft.candidate_id)
        if candidate is None or candidate.erased_at is not None:
            raise NotFound("candidate")
        if draft.interview_id is None:
            return
        interview = interviews.interview(session, organisation_id, draft.interview_id)
        if interview is None or interview.candidate_id != candidate.id:
            raise NotFound("interview")
        if draft.answer_id is not None:
            refuse_practice(interview)
        if draft.answer_id is not None and rows.answer_of(session, interview.id, draft.answer_id) is None:
            raise NotFound("answer")

    def _reconsider(self, session: Session, actor: Actor, request: CandidateRequest, now: datetime) -> None:
        """A contest leaves its result for a person, until a person has resolved it."""
        if request.kind is RequestKind.CONTEST and request.interview_id is not None:
            interview = interviews.interview(session, actor.organisation_id, request.interview_id, lock=True)
            if interview is not None:
                reconsider(session, interview, now, actor.request_id)

    def _tell(self, session: Session, actor: Actor, request: CandidateRequest, type_: str, now: datetime) -> None:
        about = ("interview", request.interview_id) if request.interview_id else ("candidate", request.candidate_id)
        record(
            session, organisation_id=actor.organisation_id, type=type_, subject_kind=about[0], subject_id=about[1],
            actor=actor.name, data={"request": request.id, "kind": request.kind.value}, request_id=actor.request_id,
            at=now,
        )  # fmt: skip


def _wanted(filters: RequestFilters) -> Wanted:
    return Wanted(
        kind=None if filters.kind is None else RequestKind(filters.kind),
        is_open=None if filters.status is None else filters.status == OPEN,
        candidate_id=filters.candidate_id,
        interview_id=filters.interview_id,
        external_id=filters.external_id,
        taken_by=filters.taken_by,
    )


def _known(request: CandidateRequest | None) -> CandidateRequest:
    if request is None:
        raise NotFound("request")
    return request


def _view(request: CandidateRequest) -> RequestView:
    return RequestView(
        id=request.id,
        kind=request.kind.value,
        status=OPEN if request.resolved_at is None else RESOLVED,
        source=request.source,
        candidate_id=request.candidate_id,
        interview_id=request.interview_id,
        answer_id=request.answer_id,
        reason=request.reason,
        note=request.note,
        created_at=request.created_at,
        taken_at=request.taken_at,
        taken_by=request.taken_by,
        resolved_at=request.resolved_at,
        resolved_by=request.resolved_by,
        external_id=request.external_id,
        metadata=dict(request.labels),
    )


def _taken() -> Conflict:
    sentence = "Another request has this external_id."
    return Conflict("external_id_exists", sentence, "Read that request, or use another external_id.")
