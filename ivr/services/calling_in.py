"""A candidate calls us: the caller's number and a code open the interview where it stands, and nothing else does.

Before the code fits, every caller hears the same words: nobody learns who is known here. A wrong code costs tries of
its own call and of its own number only. Who may be dialled (hours, attempts, the stop switch) has no say in it: they
called us.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Call, Interview
from db.repositories import calling_in as rows
from db.repositories import outbox
from db.repositories.calling_in import Waiting
from db.repositories.events import record
from db.unit_of_work import Database
from interview.call_in import PIN_DIGITS, fits
from interview.lifecycle import CallStatus, InterviewStatus, moves_to
from interview.phone import InvalidPhoneNumber, PhoneNumber
from interview.pseudonym import written_as
from interview.script import Script
from interview.steps import GatherDigits, HangUp, Prompt, Step
from interview.wording.call_in import CallInWording, call_in_wording_for
from ivr.services.conversations import CallNews, ConversationService, Spoken

TRIES_PER_CALL = 3
WRONG_CODES_PER_HOUR = 10
PIN_TIMEOUT_S = 8
# The carrier is asked what became of the call, should its own callback not come.
RECONCILE_AFTER_S = 60
_S = InterviewStatus
_WAITING = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED})
_ON_THE_LINE = frozenset({_S.DIALING, _S.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """What the caller hears before the interview is theirs; ``attempt`` is the try that is listened for, if any."""

    step: Step
    script: Script
    attempt: int


class CallInService:
    """The way in for callers; behind the door ``ConversationService`` goes on as in any call.

    ``secrets`` are the present one and the one before a rotation: a code that was told yesterday still works.
    ``pseudonym_secrets`` are those under which opt-outs of erased people may be kept.
    """

    def __init__(
        self,
        database: Database,
        conversations: ConversationService,
        clock: Callable[[], datetime],
        ring: Callable[[], None],
        *,
        number: str,
        language: str,
        secrets: tuple[str, ...],
        pseudonym_secrets: tuple[str, ...] = (),
        simulated: bool = False,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._clock = clock
        self._ring = ring
        self._number = number
        self._language = language
        self._secrets = secrets
        self._pseudonym_secrets = pseudonym_secrets
        self._simulated = simulated

    def greet(self, caller: str, called: str) -> AtTheDoor:
        """The first document: the code is asked for, unless this number cannot be, or has tried too often."""
        words = self._words()
        phone = _number(caller)
        if phone is None or called != self._number:
            return self._goodbye(words.no_match)
        with self._database.read() as session:
            if self._has_tried_too_often(session, phone):
                return self._goodbye(words.too_many)
        return self._ask(words.ask_pin, 1)

    def enter(self, caller: str, called: str, carrier_sid: str, attempt: int, digits: str) -> AtTheDoor | Spoken:
        """The reply to a code, or to silence (no digits). Delivered twice, it is answered alike."""
        phone = _number(caller)
        if phone is None or called != self._number or attempt > TRIES_PER_CALL:
            return self._goodbye(self._words().no_match)
        with self._database.write() as unit:
            opened = self._open(unit.session, phone, carrier_sid, attempt, digits)
            unit.on_commit(self._ring)
        return self._conversations.answered(opened, carrier_sid) if isinstance(opened, str) else opened

    def ended(self, carrier_sid: str, news: CallNews) -> None:
        """The number's own status callback, which knows no id of ours; calls that opened nothing are nobody's."""
        with self._database.read() as session:
            call = rows.call_by_sid(session, carrier_sid)
        if call is not None:
            self._conversations.status_changed(call.id, news)

    # --- inside

    def _open(
        self, session: Session, phone: str, carrier_sid: str, attempt: int, digits: str
    ) -> str | AtTheDoor:
        """The id of the call that is now the interview's, or what is said instead."""
        standing = rows.call_by_sid(session, carrier_sid)
        if standing is not None:
            return standing.id
        words = self._words()
        if self._has_tried_too_often(session, phone):
            return self._goodbye(words.too_many)
        found = self._behind(session, phone, digits)
        if found is None:
            if digits:
                rows.note_wrong_code(session, phone, carrier_sid, attempt, self._clock())
            if attempt >= TRIES_PER_CALL:
                return self._goodbye(words.no_match)
            return self._ask(words.ask_pin_again if digits else words.ask_pin, attempt + 1)
        own = call_in_wording_for(found.language)
        if rows.is_opted_out(session, found.organisation_id, written_as(self._pseudonym_secrets, phone)):
            return self._goodbye(own.opted_out.format(company=found.company), found.language)
        interview = session.get_one(Interview, found.interview_id, with_for_update=True)
        if interview.status in _ON_THE_LINE:
            # the same webhook, delivered twice at once, may have waited here for its other copy
            ours = rows.call_by_sid(session, carrier_sid)
            return ours.id if ours is not None else self._goodbye(own.going_on, found.language)
        if interview.status not in _WAITING:
            return self._goodbye(words.no_match)  # it ended between our two looks
        return self._take_call(session, interview, phone, carrier_sid)

    def _behind(self, session: Session, phone: str, digits: str) -> Waiting | None:
        if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", digits):
            return None
        waiting = rows.open_interviews(session, phone, _WAITING | _ON_THE_LINE)
        # all are looked at, so that the time it takes tells nothing
        fitting = [one for one in waiting if fits(digits, self._secrets, one.interview_id)]
        return fitting[0] if fitting else None

    def _take_call(self, session: Session, interview: Interview, phone: str, carrier_sid: str) -> str:
        now = self._clock()
        for status in moves_to(interview.status, _S.IN_PROGRESS):
            interview.status = status
        interview.attempts += 1
        interview.version += 1
        interview.hang_up_requested = False
        interview.waiting_reason = None
        interview.next_action, interview.next_action_at = "conversation", now
        interview.next_action_why = "The candidate called in and is on the telephone."
        call = Call(
            organisation_id=interview.organisation_id, interview_id=interview.id, attempt=interview.attempts,
            direction="inbound", phone=phone, carrier_sid=carrier_sid, status=CallStatus.RINGING, created_at=now,
            simulated=self._simulated,
        )  # fmt: skip
        session.add(call)
        session.flush()
        rows.withdraw(session, "place_call", interview.id, now)
        outbox.add(
            session, kind="reconcile_call", subject_id=call.id, organisation_id=call.organisation_id,
            due_at=now + timedelta(seconds=RECONCILE_AFTER_S),
        )  # fmt: skip
        record(
            session, organisation_id=interview.organisation_id, type="call.inbound", subject_kind="interview",
            subject_id=interview.id, actor="candidate", data={"call": call.attempt}, at=now,
        )  # fmt: skip
        return call.id

    def _has_tried_too_often(self, session: Session, phone: str) -> bool:
        return rows.wrong_codes(session, phone, self._clock() - timedelta(hours=1)) >= WRONG_CODES_PER_HOUR

    def _words(self) -> CallInWording:
        return call_in_wording_for(self._language)

    def _ask(self, text: str, attempt: int) -> AtTheDoor:
        listen = GatherDigits(timeout_s=PIN_TIMEOUT_S, num_digits=PIN_DIGITS)
        return AtTheDoor(Step((Prompt(text),), listen), _nobodys(self._language), attempt)

    def _goodbye(self, text: str, language: str | None = None) -> AtTheDoor:
        return AtTheDoor(Step((Prompt(text),), HangUp()), _nobodys(language or self._language), 0)


def _number(caller: str) -> str | None:
    """The caller's number; None when it is withheld or no number at all ("anonymous", "client:…")."""
    try:
        return PhoneNumber(caller).e164
    except InvalidPhoneNumber:
        return None


def _nobodys(language: str) -> Script:
    """A script of nobody's interview: it lends the language and its voice."""
    return Script(company="", job_title="", language=language, questions=())
