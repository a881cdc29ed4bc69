"""A recruiter invites: a link for the candidate is made, handed back once, and sent if asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Candidate, Interview, Job
from db.repositories import feedback, links, outbox
from db.repositories import interviews as rows
from db.repositories.events import record
from db.unit_of_work import Database
from interview.gate import Refused as GateRefused
from interview.lifecycle import InterviewStatus
from interview.link import LINK_LASTS
from interview.texting import may_mail, may_text
from ivr.services.context import Actor, Clock
from ivr.services.dialing import Gate
from ivr.services.errors import Conflict, NotFound, Refused
from ivr.services.links import CandidateLinks
from ivr.services.messages import EMAIL, SEND_EMAIL, SEND_SMS, SMS, link_key
from ivr.services.practice_privacy import is_practice

_S = InterviewStatus
# Whoever was not reached by telephone can still be given a link; nobody else whose interview is over.
INVITABLE = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED, _S.DIALING, _S.IN_PROGRESS, _S.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """``send`` names the ways ("sms", "email"); ``revoke_earlier`` ends the links that were made before."""

    send: tuple[str, ...] = ()
    expires_in_hours: int | None = None
    revoke_earlier: bool = False


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A link that was just made; ``url`` is shown this once. ``sent_by`` are the ways by which it is on its way."""

    url: str | None = field(repr=False)
    expires_at: datetime
    sent_by: tuple[str, ...]


class InvitationService:
    """``sends``: the ways that are configured ("sms", "email")."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        links: CandidateLinks,
        clock: Clock,
        ring: Callable[[], None],
        *,
        sends: frozenset[str],
    ) -> None:
        self._database = database
        self._gate = gate
        self._links = links
        self._clock = clock
        self._ring = ring
        self._sends = sends

    @property
    def ways(self) -> tuple[str, ...]:
        """How a link can be sent from here."""
        return tuple(way for way in (SMS, EMAIL) if way in self._sends)

    def invite(self, actor: Actor, interview_id: str, draft: LinkDraft) -> InvitationView:
        """A new link for the interview's candidate. When the interview is over there is one only to read the feedback
        that was released, or the report on practice, and a person hands it on: nothing is sent.

        Raises NotFound, Conflict ``wrong_status`` and ``channel_unavailable``, Refused with the gate's code for whom we
        may not write to.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            interview = rows.interview(session, actor.organisation_id, interview_id, lock=True)
            if interview is None:
                raise NotFound("interview")
            reads_feedback = interview.status not in INVITABLE and _has_feedback(session, interview)
            if interview.status not in INVITABLE and (not reads_feedback or draft.send):
                raise _over(interview)
            job = session.get_one(Job, interview.job_id)
            candidate = session.get_one(Candidate, interview.candidate_id)
            ways = tuple(way for way in (SMS, EMAIL) if way in draft.send)
            if not reads_feedback:
                self._check(session, interview, job, candidate, ways, now)
            if draft.revoke_earlier:
                links.revoke_all(session, interview.id, now)
            lasts = LINK_LASTS if draft.expires_in_hours is None else timedelta(hours=draft.expires_in_hours)
            link = self._links.make(session, interview, now=now, expires_at=now + lasts, created_by=actor.name)
            for way in ways:
                outbox.add(
                    session, kind=SEND_SMS if way == SMS else SEND_EMAIL, subject_id=link_key(link.id),
                    organisation_id=interview.organisation_id, due_at=now, request_id=actor.request_id,
                )  # fmt: skip
            record(
                session, organisation_id=interview.organisation_id, type="interview.invited", subject_kind="interview",
                subject_id=interview.id, actor=actor.name, request_id=actor.request_id, at=now,
                data={
                    "link": link.id, "sent_by": list(ways), "expires_at": link.expires_at.isoformat(),
                    "revoked_earlier": draft.revoke_earlier,
                },
            )  # fmt: skip
            # A repeated request gets the same answer without the address: it is a secret, and kept nowhere.
            actor.remember(session, InvitationView(None, link.expires_at, ways))
            unit.on_commit(self._ring)
            return InvitationView(self._links.url_of(link), link.expires_at, ways)

    def _check(
        self, session: Session, interview: Interview, job: Job, candidate: Candidate, ways: tuple[str, ...],
        now: datetime,
    ) -> None:  # fmt: skip
        if candidate.erased_at is not None:
            raise NotFound("candidate")
        facts = self._gate.facts(session, job=job, candidate=candidate, interview=interview, now=now)
        # Who may not be written to gets no link either; at night a text waits for the morning by itself.
        for verdict in (may_mail(facts), may_text(facts) if SMS in ways else None):
            if isinstance(verdict, GateRefused) and verdict.retry_at is None:
                raise Refused(verdict.reason.value, verdict.sentence, verdict.hint)
        if SMS in ways and SMS not in self._sends:
            raise _unavailable("Text messages are not set up here.", "Set TWILIO_MESSAGING_SERVICE_SID.")
        if EMAIL in ways and EMAIL not in self._sends:
            raise _unavailable("E-mail is not set up here.", "Set SMTP_URL.")
        if EMAIL in ways and candidate.email is None:
            raise _unavailable("The candidate has no e-mail address.", "Add one, or send the link by SMS.")


def _has_feedback(session: Session, interview: Interview) -> bool:
    if is_practice(interview):
        return interview.status in {_S.COMPLETED, _S.NEEDS_REVIEW} and interview.words_deleted_at is None
    return feedback.released(session, interview.organisation_id, interview.id) is not None


def _over(interview: Interview) -> Conflict:
    is_failed = interview.status is _S.FAILED
    return Conflict(
        "wrong_status",
        f"The interview is {interview.status.value}: there is nothing to invite to.",
        "Try it again first (POST …/retry)." if is_failed else "Make a new interview.",
        extra={"interview_status": interview.status.value},
    )


def _unavailable(sentence: str, hint: str) -> Conflict:
    return Conflict("channel_unavailable", sentence, hint)
