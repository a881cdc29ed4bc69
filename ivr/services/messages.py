"""Messages: what we write to candidates, at most once for each event and channel, and what they write to us.

The row of a message is committed before the carrier or the mail server is asked. When its answer is unclear nothing is
sent again: a message that came twice is worse than one that did not come, and a recruiter can invite once more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Candidate, CandidateLink, Interview, Job, Message, QuestionSet
from db.repositories import links, outbox
from db.repositories import messages as rows
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.call_in import CallIn
from interview.gate import Refused
from interview.lifecycle import InterviewStatus
from interview.phone import InvalidPhoneNumber, PhoneNumber
from interview.texting import may_mail, may_text
from interview.wording.call_in import CallInWording, call_in_wording_for
from ivr.callbacks import Callbacks
from ivr.gateways.ports import GatewayError, Mailer, Messenger, Trouble
from ivr.services.dialing import Gate
from ivr.services.letters import compose
from ivr.services.links import CandidateLinks
from ivr.services.opting_out import opt_out
from ivr.services.turn_records import reminder_key

# Twilio's own list: https://help.twilio.com/articles/223134027
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START_WORDS = frozenset({"START", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
# The person has told this very sender to stop: https://www.twilio.com/docs/api/errors/21610
UNSUBSCRIBED = "21610"
LONGEST_BODY = 1_600
SMS, EMAIL = "sms", "email"
# The kinds of work that send by each.
SEND_SMS, SEND_EMAIL = "send_sms", "send_email"
_BY_SMS = "sms"
_S = InterviewStatus
_WAITING = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED})
_ON_THE_LINE = frozenset({_S.DIALING, _S.IN_PROGRESS})
_ORDER = ("waiting", "sending", "unknown", "accepted", "queued", "sent", "delivered")
_OVER = frozenset({"delivered", "undelivered", "failed"})


@dataclass(frozen=True, slots=True)
class TextReceived:
    """A message to us. ``is_handled``: the carrier has already replied to the keyword in it."""

    carrier_sid: str
    sender: str
    body: str
    is_handled: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    """What to send, once the row is committed; ``send`` gives back the other side's id, its word and its mark."""

    message_id: str
    channel: str
    phone: str
    send: Callable[[], tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a message is about: its kind of words, the interview, and the link if it is about just that one."""

    kind: str
    interview: Interview
    link: CandidateLink | None = None


class MessageService:
    """``messenger`` and ``mailer`` are the worker's; a web process, which only hears of messages, has none.

    ``links``: messages carry the candidate's link. ``mail_sender`` is the address that e-mails come from, None when
    none are sent.
    """

    def __init__(
        self,
        database: Database,
        messenger: Messenger | None,
        gate: Gate,
        callbacks: Callbacks,
        clock: Callable[[], datetime],
        *,
        call_in: Callable[[str], CallIn],
        language: str,
        mailer: Mailer | None = None,
        links: CandidateLinks | None = None,
        mail_sender: str | None = None,
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._mailer = mailer
        self._gate = gate
        self._callbacks = callbacks
        self._clock = clock
        self._call_in = call_in
        self._language = language
        self._links = links
        self._mail_sender = mail_sender

    # --- sending

    def send_sms(self, lease: Lease) -> None:
        """Write the message of an event, if it still makes sense and may be sent now; else say later or never."""
        self._send(lease, SMS)

    def send_email(self, lease: Lease) -> None:
        """The same by e-mail, which disturbs nobody at night."""
        self._send(lease, EMAIL)

    def _send(self, lease: Lease, channel: str) -> None:
        with self._database.write() as unit:
            draft = self._prepare(unit.session, lease, channel)
        if draft is None:
            return
        try:
            sent_id, status, simulated = draft.send()
        except GatewayError as error:
            self._not_sent(draft, lease, error)
            return
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            message = session.get_one(Message, draft.message_id, with_for_update=True)
            message.carrier_sid, message.sent_at, message.simulated = sent_id, now, simulated
            if message.status == "sending":  # its first callback may have been quicker
                message.status = status
            self._tell(session, message, "message.sent", now)
            outbox.complete(session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """The other side was asked often enough."""
        channel = EMAIL if lease.kind == SEND_EMAIL else SMS
        with self._database.write() as unit:
            message = rows.of_event(unit.session, lease.organisation_id, lease.subject_id, channel)
            if message is not None:
                self._fail(unit.session, message, error.code)
            outbox.complete(unit.session, lease)

    def _prepare(self, session: Session, lease: Lease, channel: str) -> _Draft | None:
        now = self._clock()
        message = rows.of_event(session, lease.organisation_id, lease.subject_id, channel)
        if message is not None and message.status != "waiting":
            if message.status == "sending":  # an earlier run died between asking the carrier and hearing it
                message.status = "unknown"
            outbox.complete(session, lease)
            return None
        subject = self._subject(session, lease, now)
        if subject is None:
            outbox.complete(session, lease)
            return None
        interview = subject.interview
        job = session.get_one(Job, interview.job_id)
        candidate = session.get_one(Candidate, interview.candidate_id)
        if candidate.erased_at is not None or (channel == EMAIL and candidate.email is None):
            outbox.complete(session, lease)
            return None
        facts = self._gate.facts(session, job=job, candidate=candidate, interview=interview, now=now)
        verdict = may_mail(facts) if channel == EMAIL else may_text(facts)
        if isinstance(verdict, Refused):
            if verdict.retry_at is None:
                outbox.complete(session, lease)
            else:
                outbox.postpone(session, lease, verdict.retry_at)
            return None
        if message is None:
            message = Message(
                organisation_id=lease.organisation_id, interview_id=interview.id, channel=channel, kind=subject.kind,
                event_key=lease.subject_id, phone=candidate.phone if channel == SMS else None, created_at=now,
                status="sending", simulated=interview.simulated,
            )  # fmt: skip
            session.add(message)
            session.flush()
        message.status = "sending"
        write = self._mail_of if channel == EMAIL else self._text_of
        return _Draft(message.id, channel, candidate.phone, write(session, message.id, subject, job, candidate, now))

    def _text_of(
        self, session: Session, message_id: str, subject: _Subject, job: Job, candidate: Candidate, now: datetime
    ) -> Callable[[], tuple[str, str, bool]]:
        words = call_in_wording_for(job.language)
        link = self._link_of(session, subject, now)
        call_in = self._call_in(subject.interview.id)
        body = words.written(_words_about(words, subject.kind), job.company, call_in, link)
        to, status_url = PhoneNumber(candidate.phone), self._callbacks.sms_status(message_id)

        def send() -> tuple[str, str, bool]:
            if self._messenger is None:
                raise GatewayError("Messages are sent by a worker.", trouble=Trouble.CONFIGURATION, code="no_messenger")
            sent = self._messenger.send_sms(to, body, status_url)
            return sent.carrier_sid, sent.status, sent.simulated

        return send

    def _mail_of(
        self, session: Session, message_id: str, subject: _Subject, job: Job, candidate: Candidate, now: datetime
    ) -> Callable[[], tuple[str, str, bool]]:
        interview = subject.interview
        link = self._link_of(session, subject, now)
        version = session.get_one(QuestionSet, interview.question_set_id)
        written = compose(
            subject.kind, interview, job, candidate, version, link=link or "", call_in=self._call_in(interview.id),
            message_key=message_id, now=now, sender=self._mail_sender,
        )  # fmt: skip

        def send() -> tuple[str, str, bool]:
            if self._mailer is None:
                raise GatewayError("E-mails are sent with SMTP_URL.", trouble=Trouble.CONFIGURATION, code="no_mailer")
            sent = self._mailer.send(written)
            return sent.message_id, "sent", sent.simulated

        return send

    def _link_of(self, session: Session, subject: _Subject, now: datetime) -> str | None:
        if self._links is None:
            return None
        own = None if subject.link is None else self._links.url_of(subject.link)
        return own or self._links.for_message(session, subject.interview, now)

    def _subject(self, session: Session, lease: Lease, now: datetime) -> _Subject | None:
        """What the message is about; None when it is too late to write about it."""
        kind, _, subject_id = lease.subject_id.partition(":")
        link = None
        if kind == "invite":
            link = links.get(session, lease.organisation_id, subject_id)
            if link is None or link.revoked_at is not None or link.expires_at <= now:
                return None
            kind, subject_id = "invitation", link.interview_id
        if kind == "missed_call":
            interview = rows.interview_of_call(session, lease.organisation_id, subject_id)
        else:
            interview = rows.interview(session, lease.organisation_id, subject_id.partition(":")[0])
        # whoever is being called at this moment may want the code of the invitation all the same, should the line go
        timely = _WAITING | _ON_THE_LINE if kind == "invitation" else _WAITING
        if link is not None:
            timely |= {_S.UNREACHABLE}  # a recruiter invites whom the telephone did not reach
        if interview is None or interview.status not in timely:
            return None
        if kind == "reminder":
            at = interview.next_action_at
            if at is None or at <= now or reminder_key(interview.id, at) != lease.subject_id:
                return None  # they have chosen another time since
        return _Subject(kind, interview, link)

    def _not_sent(self, draft: _Draft, lease: Lease, error: GatewayError) -> None:
        """Raises the error again when the outbox is to try once more: only where nothing can have been sent."""
        with self._database.write() as unit:
            session = unit.session
            message = session.get_one(Message, draft.message_id, with_for_update=True)
            if error.unclear:
                message.status, message.error_code = "unknown", error.code or "unclear"
                outbox.complete(session, lease)
                return
            if error.trouble is Trouble.SUBJECT:
                self._fail(session, message, error.code)
                if draft.channel == SMS and error.code == UNSUBSCRIBED:
                    self._stop(session, draft.phone)
                elif draft.channel == SMS and self._mail_sender is not None:
                    # a number that takes no texts: the person may have an address
                    outbox.add(
                        session, kind=SEND_EMAIL, subject_id=lease.subject_id, due_at=self._clock(),
                        organisation_id=lease.organisation_id, request_id=lease.request_id,
                    )  # fmt: skip
                outbox.complete(session, lease)
                return
            message.status = "waiting"
        raise error

    def _fail(self, session: Session, message: Message, code: str) -> None:
        message.status, message.error_code = "failed", code[:32] or None
        self._tell(session, message, "message.failed", self._clock())

    # --- hearing

    def status_changed(self, message_id: str, status: str, error_code: str | None) -> None:
        """The carrier's news of a message of ours: it only moves on, and what is delivered stays so."""
        with self._database.write() as unit:
            message = rows.get(unit.session, message_id)
            if message is None or message.status in _OVER:
                return
            known = _ORDER.index(message.status) if message.status in _ORDER else 0
            if status in ("undelivered", "failed"):
                message.status, message.error_code = status, error_code
                self._tell(unit.session, message, "message.failed", self._clock())
            elif status in _ORDER and _ORDER.index(status) > known:
                message.status = status

    def received(self, text: TextReceived) -> str | None:
        """What somebody wrote to us; the reply, if one is due. Delivered twice, it counts once."""
        try:
            phone = PhoneNumber(text.sender).e164
        except InvalidPhoneNumber:
            return None
        word = text.body.strip().upper()
        with self._database.write() as unit:
            if word in STOP_WORDS:
                self._stop(unit.session, phone)
            elif word in START_WORDS:
                self._start(unit.session, phone)
            elif word in HELP_WORDS:
                return None if text.is_handled else call_in_wording_for(self._language).help
            else:
                self._keep(unit.session, phone, text)
        return None

    def _stop(self, session: Session, phone: str) -> None:
        """STOP goes to a sender, and every organisation here has the same one."""
        now = self._clock()
        people = {person.organisation_id: person for person in rows.people(session, phone)}
        for organisation_id in rows.organisations(session):
            if organisation_id in people:
                opt_out(session, people[organisation_id], _BY_SMS, now)
            else:
                rows.opt_out(session, organisation_id, phone, _BY_SMS, now)

    def _start(self, session: Session, phone: str) -> None:
        """Takes back what STOP did; an opt-out by key, link or API is for a person to lift."""
        people = {person.organisation_id: person for person in rows.people(session, phone)}
        for organisation_id in rows.take_back_opt_outs(session, self._gate.written_as(phone), _BY_SMS):
            if organisation_id in people:
                record(
                    session, organisation_id=organisation_id, type="opt_out.removed", subject_kind="candidate",
                    subject_id=people[organisation_id].id, actor="candidate", data={"source": _BY_SMS},
                    at=self._clock(),
                )  # fmt: skip

    def _keep(self, session: Session, phone: str, text: TextReceived) -> None:
        """Words for the recruiters who know this person; from a stranger nothing is kept."""
        now, key = self._clock(), f"reply:{text.carrier_sid}"
        for person in rows.people(session, phone):
            if rows.of_event(session, person.organisation_id, key) is not None:
                continue
            newest = next(iter(rows.interviews_of(session, person.id)), None)
            message = Message(
                organisation_id=person.organisation_id, interview_id=newest.id if newest else None,
                direction="inbound", kind="reply", event_key=key, phone=phone, status="received",
                carrier_sid=text.carrier_sid, body=text.body[:LONGEST_BODY], created_at=now,
                simulated=newest.simulated if newest else False,
            )  # fmt: skip
            session.add(message)
            session.flush()
            record(
                session, organisation_id=person.organisation_id, type="candidate.texted",
                subject_kind="interview" if newest else "candidate", subject_id=newest.id if newest else person.id,
                actor="candidate", data={"message": message.id}, at=now,
            )  # fmt: skip

    def _tell(self, session: Session, message: Message, type_: str, now: datetime) -> None:
        data = {"kind": message.kind, "channel": message.channel}
        data |= {"code": message.error_code} if message.error_code else {}
        record(
            session, organisation_id=message.organisation_id, type=type_, subject_kind="interview",
            subject_id=str(message.interview_id), actor="system", data=data, at=now,
        )  # fmt: skip


def _words_about(words: CallInWording, kind: str) -> str:
    return {"invitation": words.invitation, "missed_call": words.missed_call, "reminder": words.reminder}[kind]


def link_key(link_id: str) -> str:
    """What an invitation with this very link is about."""
    return f"invite:{link_id}"


def invitation_key(interview_id: str) -> str:
    """What the invitation to this interview is about."""
    return f"invitation:{interview_id}"
