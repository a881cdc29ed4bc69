"""Forgetting a person: at once in the tables, soon in the file store, and at the carrier as soon as it lets us.

What stays is a stub under a pseudonym: scores, states and the record of what happened. The number stays as a keyed
hash, so that an opt-out holds though nobody can read whose it is.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Candidate, Erasure, Interview, ResumeStatus
from db.repositories import candidate_requests, hiring, outbox, sittings, webhooks
from db.repositories import privacy as rows
from db.repositories.events import record
from db.repositories.group_erasure import forget_groups
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.lifecycle import CALL_TERMINAL, InterviewStatus, check_move
from interview.pseudonym import is_pseudonym, pseudonym_of
from interview.script import Accommodations
from ivr.gateways.ports import FileStore
from ivr.services import carrier_copies
from ivr.services.candidate_views import profile_to_plain
from ivr.services.context import Actor, Clock
from ivr.services.drafts import Profile
from ivr.services.errors import NotFound
from ivr.services.word_deletion import ERASURE, RETENTION, delete_words, file_key

KIND = "erase_candidate"
JOB_KIND = "erase_job"
REQUEST = "request"
# A worker that was busy with this person's words, or a call that was not over, is looked at again after this.
LOOK_AGAIN = timedelta(seconds=30)
KEPT = (
    "scores and states of the interviews, without any words",
    "decisions of reviewers, without their reasons",
    "the record of what happened, which names nobody",
    "what was consented to, and when",
    "the telephone number as a keyed hash, so that an opt-out holds",
)
KEPT_OF_JOB = (
    "the job with its description and questions",
    "the candidates, who may have other interviews",
    "scores and states of the interviews, without any words",
    "decisions of reviewers, without their reasons",
    "the record of what happened, which names nobody",
)
DATABASE, FILES, CARRIER = "database", "files", "carrier"
_S = InterviewStatus
_WAITING = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED})
_ON_THE_LINE = frozenset({_S.DIALING, _S.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class RemovedView:
    """So many of these were removed here, then."""

    what: str
    where: str
    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class UnderWayView:
    """So many of these are still there; ``note`` is what the last try ran into, or why it waits."""

    what: str
    where: str
    count: int
    note: str | None


@dataclass(frozen=True, slots=True)
class ErasureView:
    """The receipt of a person's erasure, or of that of a job's interviews (``job_id``). ``status`` is under_way, or
    done when nothing is left here nor at the carrier."""

    id: str
    candidate_id: str | None
    job_id: str | None
    status: str
    why: str
    requested_by: str
    requested_at: datetime
    own_done_at: datetime | None
    removed: tuple[RemovedView, ...]
    under_way: tuple[UnderWayView, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptBehindLink:
    """The receipt for the person themselves, and the language in which they were interviewed."""

    erasure: ErasureView
    language: str


class ErasureService:
    """``secrets``: numbers become pseudonyms under the first; those made under the others are still known."""

    def __init__(
        self,
        database: Database,
        store: FileStore,
        clock: Clock,
        ring: Callable[[], None],
        *,
        secrets: tuple[str, ...],
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._ring = ring
        self._secrets = secrets

    def request(self, actor: Actor, candidate_id: str, *, link_hash: str | None = None) -> ErasureView:
        """Forget this person; the receipt so far. Asked again, the same receipt as it stands. ``link_hash`` is the
        link's behind which they asked for it themselves. Raises NotFound."""
        with self._database.write() as unit:
            session = unit.session
            candidate = rows.candidate(session, actor.organisation_id, candidate_id)
            if candidate is None:
                raise NotFound("candidate")
            erasure = rows.erasure_of(session, candidate_id) or self.begin(session, actor, candidate, REQUEST)
            erasure.link_hash = erasure.link_hash or link_hash
            unit.on_commit(self._ring)
            session.flush()
            view = receipt_of(session, erasure)
            actor.remember(session, view)
            return view

    def receipt(self, organisation_id: str, erasure_id: str) -> ErasureView:
        """What was removed so far, and what is still under way. Raises NotFound."""
        with self._database.read() as session:
            erasure = rows.erasure(session, organisation_id, erasure_id)
            if erasure is None:
                raise NotFound("erasure")
            return receipt_of(session, erasure)

    def receipt_behind(self, link_hash: str) -> ReceiptBehindLink | None:
        """The receipt for whoever has this link, None when nobody asked for a deletion behind it."""
        with self._database.read() as session:
            found = rows.erasure_behind(session, link_hash)
            return None if found is None else ReceiptBehindLink(receipt_of(session, found[0]), found[1])

    def begin(self, session: Session, actor: Actor, candidate: Candidate, why: str) -> Erasure:
        """Forget the person in the tables, in the caller's transaction; the rest follows by tasks."""
        now = self._clock()
        erasure = Erasure(
            id=new_id(), organisation_id=candidate.organisation_id, candidate_id=candidate.id, why=why,
            requested_by=actor.name, removed=[], created_at=now,
        )  # fmt: skip
        session.add(erasure)
        interviews = rows.interviews_of(session, candidate.id, lock=True)
        for interview in interviews:
            end_interview(session, actor, interview, now)
        note_removed(erasure, self._forget(session, candidate, interviews, why, now), DATABASE, now)
        session.flush()
        outbox.add(
            session, kind=KIND, subject_id=erasure.id, organisation_id=erasure.organisation_id, due_at=now,
            request_id=actor.request_id,
        )  # fmt: skip
        record(
            session, organisation_id=erasure.organisation_id, type="candidate.erasure_requested",
            subject_kind="candidate", subject_id=candidate.id, actor=actor.name, request_id=actor.request_id, at=now,
            data={"erasure": erasure.id, "why": why, "interviews": len(interviews)},
        )  # fmt: skip
        return erasure

    def erase_candidate(self, lease: Lease) -> None:
        """The task: delete the files, and whatever a worker in the middle of its work has written meanwhile; again
        until nobody is at work on this person. Raises GatewayError from the store, and the outbox tries again."""
        with self._database.read() as session:
            erasure = rows.erasure(session, lease.organisation_id, lease.subject_id)
            if erasure is None or erasure.own_done_at is not None:
                stored, perhaps = frozenset[str](), frozenset[str]()
            else:
                stored, perhaps = self._keys(session, erasure)
        for key in stored | perhaps:
            self._store.delete(key)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            found = None if erasure is None else rows.erasure(session, lease.organisation_id, erasure.id)
            if found is None or found.own_done_at is not None:
                outbox.complete(session, lease)
                return
            if self._finish(session, found, stored, now):
                outbox.complete(session, lease)
            else:
                outbox.postpone(session, lease, now + LOOK_AGAIN)
            unit.on_commit(self._ring)

    # --- files

    def _keys(self, session: Session, erasure: Erasure) -> tuple[frozenset[str], frozenset[str]]:
        """The files that there are, and those that may be there though their row does not say so yet."""
        candidate = session.get_one(Candidate, erasure.candidate_id)
        stored, perhaps = files_of(session, interviews_of(session, erasure))
        return stored | ({candidate.resume_key} if candidate.resume_key is not None else set()), perhaps

    def _finish(self, session: Session, erasure: Erasure, deleted: frozenset[str], now: datetime) -> bool:
        """Write down that the files in ``deleted`` are gone; whether nothing more can come."""
        candidate = rows.candidate(session, erasure.organisation_id, erasure.candidate_id or "")
        assert candidate is not None  # noqa: S101 - the erasure's foreign key
        interviews = rows.interviews_of(session, candidate.id, lock=True)
        gone, is_new_there = files_are_gone(session, interviews, deleted)
        if candidate.resume_key is not None and candidate.resume_key not in deleted:
            is_new_there = True
        elif candidate.resume_key is not None:
            candidate.resume_key, gone["resume_file"] = None, 1
        note_removed(erasure, gone, FILES, now)
        late = self._forget(session, candidate, interviews, erasure.why, now)
        note_removed(erasure, late, DATABASE, now)
        ids = [interview.id for interview in interviews]
        subjects = {candidate.id, *subjects_in(session, interviews)}
        busy = rows.is_being_worked_on(session, subjects) or rows.is_on_the_line(rows.calls_of(session, ids))
        # What was written while we deleted is looked for once more.
        if busy or late or is_new_there:
            return False
        erasure.own_done_at = now
        record(
            session, organisation_id=erasure.organisation_id, type="candidate.erased", subject_kind="candidate",
            subject_id=candidate.id, actor="system", at=now, data={"erasure": erasure.id},
        )  # fmt: skip
        return True

    # --- rows

    def _forget(
        self, session: Session, candidate: Candidate, interviews: Sequence[Interview], why: str, now: datetime
    ) -> Counter[str]:
        """Empty all that is known of the person but the stub; how much of each kind there was. May be repeated."""
        found: Counter[str] = Counter()
        ids = [interview.id for interview in interviews]
        numbers = {one for one in rows.numbers_of(session, candidate, ids) if not is_pseudonym(one)}
        found += forget_interviews(session, interviews, RETENTION if why == RETENTION else ERASURE, now)
        rows.withdraw_work(session, {candidate.id, *subjects_in(session, interviews)}, now)
        found["model_exchanges"] += rows.forget_model_exchange(session, [candidate.id], None)
        found["messages"] += rows.forget_messages(session, candidate.organisation_id, ids, numbers)
        found["links"] += rows.delete_links(session, ids)
        found["requests"] += candidate_requests.delete_of(session, candidate.id)
        found["whitelist_lines"], found["tries_to_call_in"] = rows.forget_numbers(
            session, candidate.organisation_id, numbers
        )
        found["answered_requests"] += rows.forget_answered_requests(
            session, candidate.organisation_id, [candidate.id, *ids]
        )
        opt_outs = rows.opt_outs(session, candidate.organisation_id, numbers)
        for opt_out in opt_outs:
            opt_out.phone = self._pseudonym(opt_out.phone)
            opt_out.external_id, opt_out.labels = None, {}
        about = [candidate.id, *(opt_out.id for opt_out in opt_outs)]
        found["webhook_answers"] += webhooks.forget_answers_about(session, about)
        for interview_id in ids:
            # nobody has to hang up behind a link, and the link is gone
            sittings.close_all(session, interview_id, now)
        for call in rows.calls_of(session, ids):
            # A call that is not over is still looked for at the carrier by its number.
            if call.status in CALL_TERMINAL and not is_pseudonym(call.phone):
                call.phone = self._pseudonym(call.phone)
                found["numbers"] += 1
        for member in rows.members_of(session, candidate.id):
            member.sentence = None
        found += self._forget_person(session, candidate, now)
        return +found

    def _forget_person(self, session: Session, candidate: Candidate, now: datetime) -> Counter[str]:
        if candidate.erased_at is not None:
            return Counter()
        found = Counter(person=1, resume_text=int(candidate.resume_text is not None))
        candidate.erased_at = now
        forget_groups(session, candidate.id)
        candidate.name, candidate.say_as = f"Person {candidate.id[:8]}", None
        candidate.phone = self._pseudonym(candidate.phone)
        candidate.email = candidate.language = candidate.timezone = candidate.external_id = None
        candidate.profile, candidate.labels = profile_to_plain(Profile()), {}
        candidate.accommodations = Accommodations()
        candidate.resume_text = candidate.resume_facts = candidate.resume_reason = candidate.resume_kind = None
        candidate.resume_status, candidate.resume_hidden_text = ResumeStatus.NONE, False
        for consent in hiring.open_consents(session, candidate_id=candidate.id):
            consent.withdrawn_at = now
        return found

    def _pseudonym(self, phone: str) -> str:
        return pseudonym_of(self._secrets[0], phone)


def interviews_of(session: Session, erasure: Erasure, *, lock: bool = False) -> Sequence[Interview]:
    """The interviews that the erasure is about: those of its person, or those of its job."""
    if erasure.job_id is not None:
        return rows.interviews_of_job(session, erasure.job_id, lock=lock)
    return rows.interviews_of(session, erasure.candidate_id or "", lock=lock)


def forget_interviews(session: Session, interviews: Sequence[Interview], why: str, now: datetime) -> Counter[str]:
    """Empty what was said in them and written about them; how much of each kind, files left out. May be repeated."""
    found: Counter[str] = Counter()
    for interview in interviews:
        found += delete_words(session, interview, why, now)
        interview.external_id, interview.labels = None, {}
    # These are files, and are counted when those are gone.
    del found["recordings"]
    for review in rows.reviews_of(session, [interview.id for interview in interviews]):
        found["review_reasons"] += bool(review.reason)
        review.reason, review.external_id, review.labels = "", None, {}
    return +found


def files_of(session: Session, interviews: Sequence[Interview]) -> tuple[frozenset[str], frozenset[str]]:
    """The audio that there is, and that which may be there though its row does not say so yet."""
    stored, perhaps = set(), set()
    for interview in interviews:
        for recording in rows.said_in(session, interview.id).recordings:
            if recording.storage_key is not None:
                stored.add(recording.storage_key)
            else:
                perhaps.add(file_key(recording.organisation_id, recording.id))
    return frozenset(stored), frozenset(perhaps)


def files_are_gone(
    session: Session, interviews: Sequence[Interview], deleted: frozenset[str]
) -> tuple[Counter[str], bool]:
    """Write down which audio is gone: how much, and whether there is some that came later."""
    gone: Counter[str] = Counter()
    is_new_there = False
    for interview in interviews:
        for recording in rows.said_in(session, interview.id).recordings:
            if recording.storage_key is not None and recording.storage_key not in deleted:
                is_new_there = True
            elif recording.storage_key is not None:
                recording.storage_key = None
                gone["recordings"] += 1
    return gone, is_new_there


def subjects_in(session: Session, interviews: Sequence[Interview]) -> frozenset[str]:
    """Everything about these interviews that work may have as its subject."""
    ids = [interview.id for interview in interviews]
    own = {*ids, *rows.message_keys(session, ids)}
    for interview in interviews:
        said = rows.said_in(session, interview.id)
        own |= {answer.id for answer in said.answers} | {asked.id for asked in said.questions}
        own |= {recording.recording_sid for recording in said.recordings}
    return frozenset(own)


def end_interview(session: Session, actor: Actor, interview: Interview, now: datetime) -> None:
    """Nobody is called any more; a call that is under way ends politely at its next turn."""
    if interview.status in _WAITING | _ON_THE_LINE:
        interview.hang_up_requested = interview.status in _ON_THE_LINE
        _close(interview, _S.CANCELED)
        interview.ended_at = now
        event = "interview.canceled"
    elif interview.status is _S.PROCESSING:
        _close(interview, _S.NEEDS_REVIEW)
        event = "interview.needs_review"
    else:
        return
    record(
        session, organisation_id=interview.organisation_id, type=event, subject_kind="interview",
        subject_id=interview.id, actor=actor.name, data={"reason": "erased"}, request_id=actor.request_id, at=now,
    )  # fmt: skip


def _close(interview: Interview, target: InterviewStatus) -> None:
    check_move(interview.status, target)
    interview.status = target
    interview.version += 1
    interview.reason_code = "erased"
    interview.waiting_reason = interview.next_action = interview.next_action_at = interview.next_action_why = None


def note_removed(erasure: Erasure, found: Counter[str], where: str, now: datetime) -> None:
    """So many of each were removed there: onto the receipt."""
    if found:
        erasure.removed = [
            *erasure.removed,
            *(
                {"what": what, "where": where, "count": count, "at": now.isoformat()}
                for what, count in sorted(found.items())
            ),
        ]


def receipt_of(session: Session, erasure: Erasure) -> ErasureView:
    """The receipt as it stands."""
    ids = [interview.id for interview in interviews_of(session, erasure)]
    at_carrier = {
        "recordings": len(rows.recordings_at_carrier(session, ids)),
        "calls": len(rows.calls_at_carrier(session, ids)),
        "messages": len(rows.messages_at_carrier(session, ids)),
    }
    note = rows.last_error(session, carrier_copies.KIND, ids)
    waiting = [UnderWayView(what, CARRIER, count, note) for what, count in at_carrier.items() if count]
    if erasure.own_done_at is None:
        kind = KIND if erasure.job_id is None else JOB_KIND
        why = rows.last_error(session, kind, [erasure.id])
        waiting.insert(0, UnderWayView("files", FILES, 1, why or "They are deleted by a worker."))
    removed = [
        RemovedView(one["what"], one["where"], one["count"], datetime.fromisoformat(one["at"]))
        for one in erasure.removed
    ]
    removed += [
        RemovedView(what, CARRIER, count, at)
        for what, count, at in rows.deleted_at_carrier(session, ids)
    ]
    return ErasureView(
        id=erasure.id,
        candidate_id=erasure.candidate_id,
        job_id=erasure.job_id,
        status="under_way" if waiting else "done",
        why=erasure.why,
        requested_by=erasure.requested_by,
        requested_at=erasure.created_at,
        own_done_at=erasure.own_done_at,
        removed=tuple(removed),
        under_way=tuple(waiting),
        kept=KEPT if erasure.job_id is None else KEPT_OF_JOB,
    )
