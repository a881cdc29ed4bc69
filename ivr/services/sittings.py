"""An interview that is answered behind the candidate's link, by microphone or in writing: a sitting.

It is a call without a carrier: a row of its own, the machine's turns, guarded writes, the same answers and the same
work behind them. What was sent twice is one answer; what comes late is kept and said to be late.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from db.models import BROWSER_AUDIO, IN_BROWSER, WRITTEN, Call, Recording
from db.repositories import calling_in, outbox
from db.repositories import sittings as rows
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.turns import CallState, Insert, TurnStore, TurnWrite
from db.unit_of_work import Database
from interview import browser
from interview.browser import LONGEST_TEXT, OWN_QUESTION, RESUME_QUESTION, Asked, Kind, asked_now, in_browser
from interview.calling_hours import HoursLimit
from interview.events import CallEnded, Event
from interview.facts import AnswerCaptured, CandidateAsked, Fact, ResumeAnswerCaptured
from interview.lifecycle import CALL_TERMINAL, CallStatus, InterviewStatus, moves_to
from interview.machine import Available, advance, is_over
from interview.progress import QuestionState
from interview.redial import NO_LIMIT
from interview.wording.pace import speech_s
from ivr.gateways.ports import FileStore
from ivr.gateways.speech import UnreadableAudio, pcm_length_s
from ivr.services.candidate_door import NotNow, busy, closed, wake
from ivr.services.conversations import reply_of
from ivr.services.errors import FieldProblem, Invalid, NotFound
from ivr.services.links import CandidateLinks
from ivr.services.turn_records import Minute, apply_facts, recording_insert
from ivr.services.word_deletion import file_key

KIND = "end_sitting"
# A candidate who has not answered anything for so long has left; link and telephone go on from there.
IDLE = timedelta(minutes=20)
# A recording may be a little longer than its question allows: browsers stop a moment late.
DURATION_GRACE_S = 5.0
_TRIES = 5
_S = InterviewStatus
_OVER = frozenset({_S.PROCESSING, _S.COMPLETED, _S.NEEDS_REVIEW})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ON_THE_LINE = frozenset({_S.DIALING, _S.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class SittingView:
    """Where a sitting stands: what is asked now, or that it is ``done``.

    ``answered`` of ``total`` questions have an answer. ``closing`` is what became of the candidate's own question, once
    it is done. ``received`` is False for a reply that had come before. ``retakes`` is how often a recording may be made
    anew before it is sent.
    """

    asked: Asked | None
    done: bool
    answered: int
    total: int
    retakes: int
    language: str
    company: str
    closing: str = ""
    received: bool = True
    simulated: bool = False
    is_practice: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One reply: ``audio`` (a WAV file) or ``text``, or neither to leave the question out for now. ``take`` may be None
    for whatever take is due."""

    question_id: str
    take: int | None = None
    text: str | None = None
    audio: bytes | None = None


class SittingService:
    """``sends_texts``, ``sends_mail`` and ``hours_limit`` are as in calls: they matter when a sitting is left."""

    def __init__(
        self,
        database: Database,
        turns: TurnStore,
        candidate_links: CandidateLinks,
        store: FileStore,
        clock: Callable[[], datetime],
        ring: Callable[[], None],
        *,
        sends_texts: bool = False,
        sends_mail: bool = False,
        hours_limit: HoursLimit = NO_LIMIT,
    ) -> None:
        self._database = database
        self._turns = turns
        self._links = candidate_links
        self._store = store
        self._clock = clock
        self._ring = ring
        self._minute_settings = (sends_texts, sends_mail, hours_limit, "browser")

    # --- what the candidate does

    def start(self, token: str, request_id: str | None = None) -> SittingView:
        """Agreed to be recorded, and told what this is: the first question, or the one where they stopped.

        Started twice, it goes on. Raises UnknownLink, ExpiredLink, NotNow.
        """
        with self._database.write() as unit:
            call_id = self._begin(unit.session, token, request_id)
            unit.on_commit(self._ring)
        for _ in range(_TRIES):
            state = self._state(call_id)
            if asked_now(state.script, state.progress) is not None or not _goes_on(state):
                return _view(state)
            after = self._advance(state, browser.start(state.script))
            if after is not None:
                return _view(after)
        raise busy()

    def look(self, token: str) -> SittingView:
        """What is asked now. Raises UnknownLink, ExpiredLink, NotNow (not_started)."""
        with self._database.read() as session:
            found = self._links.open(session, token, self._clock())
            call = rows.open_sitting(session, found.interview) or rows.last_of(session, found.interview.id)
            status = found.interview.status
        if call is None or call.direction != IN_BROWSER or status not in {_S.IN_PROGRESS, *_OVER}:
            raise _not_started(status)
        view = _view(self._state(call.id))
        if view.done and status is _S.IN_PROGRESS:
            raise _not_begun()  # the row was made, and then nobody came to ask the first question
        return view

    def respond(self, token: str, response: Response) -> SittingView:
        """Take the reply to the present question; what is asked next.

        Raises:
            UnknownLink, ExpiredLink.
            Invalid: the text or the audio cannot be taken as it is.
            NotNow: not_started, or late_response when another question is asked by now; the reply is kept.
        """
        text = None if response.text is None else _checked_text(response.text)
        length_s = None if response.audio is None else _checked_audio(response.audio)
        for _ in range(_TRIES):
            with self._database.read() as session:
                interview = self._links.open(session, token, self._clock()).interview
                sitting = rows.open_sitting(session, interview)
                call = sitting or rows.last_of(session, interview.id)
                was_given = _was_given(session, interview.id, response, text)
            if call is None or call.direction != IN_BROWSER or (sitting is None and not was_given):
                raise _not_started(interview.status)
            state = self._state(call.id)
            asked = asked_now(state.script, state.progress) if sitting is not None else None
            is_asked = asked is not None and asked.question_id == response.question_id
            if asked is None or not is_asked or response.take not in (None, asked.take):
                if asked is None and sitting is not None and state.status is _S.IN_PROGRESS:
                    raise _not_begun()
                if was_given or (text is None and response.audio is None):
                    return replace(_view(state), received=False)
                self._keep_late(state, response, text, length_s)
                raise _late()
            after = self._answer(state, asked, response, text, length_s)
            if after is not None:
                return _view(after)
        raise busy()

    def complete(self, token: str, *, end_early: bool = False) -> SittingView:
        """All is answered, or with ``end_early`` the candidate wants no more: what was answered is assessed.

        Raises UnknownLink, ExpiredLink, NotNow (not_started, questions_left).
        """
        for _ in range(_TRIES):
            view = self.look(token)
            if view.done:
                return view
            if not end_early:
                raise NotNow("questions_left", "Some questions are not answered.")
            with self._database.read() as session:
                call = rows.open_sitting(session, self._links.open(session, token, self._clock()).interview)
            if call is None:
                continue
            after = self._advance(self._state(call.id), browser.ended())
            if after is not None:
                return _view(after)
        raise busy()

    def leave(self, token: str) -> None:
        """The candidate goes on elsewhere, on the telephone, say: the sitting is interrupted. Without one, nothing."""
        with self._database.read() as session:
            call = rows.open_sitting(session, self._links.open(session, token, self._clock()).interview)
        if call is not None:
            self._interrupt(call.id)

    # --- the worker's side

    def end_sitting(self, lease: Lease) -> None:
        """Interrupt a sitting in which nothing was answered for a while; look again when that may be so."""
        with self._database.read() as session:
            call = session.get(Call, lease.subject_id)
            left_at = None if call is None or call.status in CALL_TERMINAL else rows.last_heard_at(session, call) + IDLE
        if left_at is not None and left_at <= self._clock():
            self._interrupt(lease.subject_id)
        with self._database.write() as unit:
            if left_at is not None and left_at > self._clock():
                outbox.postpone(unit.session, lease, left_at)
            else:
                outbox.complete(unit.session, lease)

    # --- inside

    def _begin(self, session: Session, token: str, request_id: str | None) -> str:
        """The id of the sitting that goes on, or of a new one."""
        now = self._clock()
        found = self._links.open(session, token, now)
        interview = found.interview
        session.refresh(interview, with_for_update=True)
        standing = rows.open_sitting(session, interview)
        if standing is not None:
            return standing.id
        if interview.status in _ON_THE_LINE:
            raise busy()
        wake(found)
        for status in moves_to(interview.status, _S.IN_PROGRESS):
            interview.status = status
        interview.attempts += 1
        interview.version += 1
        interview.hang_up_requested = False
        interview.waiting_reason = interview.call_at = interview.wanted_at = None
        interview.next_action, interview.next_action_at = "conversation", now
        interview.next_action_why = "The candidate answers in a browser."
        call = Call(
            organisation_id=interview.organisation_id, interview_id=interview.id, attempt=interview.attempts,
            direction=IN_BROWSER, phone=found.candidate.phone, status=CallStatus.IN_PROGRESS, created_at=now,
            answered_at=now, simulated=interview.simulated,
        )  # fmt: skip
        session.add(call)
        session.flush()
        calling_in.withdraw(session, "place_call", interview.id, now)
        outbox.add(
            session, kind=KIND, subject_id=call.id, organisation_id=call.organisation_id, due_at=now + IDLE,
            request_id=request_id,
        )  # fmt: skip
        record(
            session, organisation_id=interview.organisation_id, type="call.browser", subject_kind="interview",
            subject_id=interview.id, actor="candidate", data={"call": call.attempt}, request_id=request_id, at=now,
        )  # fmt: skip
        return call.id

    def _state(self, call_id: str) -> CallState:
        state = self._turns.read(call_id)
        if state is None:
            raise NotFound("sitting")
        return replace(state, script=in_browser(state.script))

    def _answer(
        self, state: CallState, asked: Asked, response: Response, text: str | None, length_s: float | None
    ) -> CallState | None:
        """The state after this reply; None when somebody else has written since."""
        if text is None and response.audio is None:
            return self._advance(state, browser.skipped(asked))
        if asked.kind is Kind.YES_NO:
            events = browser.said_yes_or_no(state.script, text or "")
            if events is None:
                raise _invalid("response_text", "yes_or_no", "Answer this question with yes or no.")
            return self._advance(state, events)
        if length_s is not None and length_s > asked.max_seconds + DURATION_GRACE_S:
            raise _invalid("audio", "too_long", f"The recording may be {asked.max_seconds} seconds long.")
        kept = self._kept(state, asked.take, response, text, length_s)
        said_s = length_s or speech_s(text or "", state.script.language) or 1.0
        sid = str(kept.rows[0]["recording_sid"])
        return self._advance(state, browser.said(sid, said_s), kept, written=text is not None)

    def _kept(
        self, state: CallState, take: int, response: Response, text: str | None, length_s: float | None
    ) -> Insert:
        """The reply as a recording, its file stored; made twice of the same, it is the same."""
        sid = _name(state.interview_id, response, take, text)
        recording_id = str(uuid5(NAMESPACE_URL, sid))
        row = dict(
            recording_insert(
                state.call_id, state.progress.turn, sid, length_s, self._clock(), id=recording_id,
                organisation_id=state.organisation_id, interview_id=state.interview_id, heard_text=text,
            ).rows[0]
        )  # fmt: skip
        audio = response.audio
        key = None if audio is None else file_key(state.organisation_id, recording_id)
        if audio is not None and key is not None:
            self._store.put(key, audio, "audio/wav")
        digest = None if audio is None else hashlib.sha256(audio).hexdigest()
        row |= {"storage_key": key, "sha256": digest, "size_bytes": None if audio is None else len(audio)}
        return Insert("recordings", [row], "DO NOTHING")

    def _advance(
        self, state: CallState, events: Sequence[Event], kept: Insert | None = None, *, written: bool = False
    ) -> CallState | None:
        """The machine's next turns and their write; None when somebody else has written since the state was read."""
        if not _goes_on(state):
            return None
        now, progress, facts = self._clock(), state.progress, list[Fact]()
        for event in events:
            turn = advance(state.script, progress, event, _available(state))
            progress, facts = turn.progress, [*facts, *turn.facts]
        write = TurnWrite(state.call_id, state.interview_id, state.version)
        write.interview["progress"] = progress
        minute = Minute(now, state, write, *self._minute_settings)
        if kept is not None:
            write.inserts.append(kept)
            minute.task("transcribe_answer", str(kept.rows[0]["recording_sid"]), now)
        # nobody knows how long a written answer would have taken to say
        apply_facts(minute, events[-1], [_unspoken(fact) for fact in facts] if written else facts)
        if is_over(progress):
            began = state.answered_at or now
            seconds = int((now - began).total_seconds())
            write.call |= {"status": CallStatus.COMPLETED.value, "ended_at": now, "duration_s": seconds}
        if not self._turns.write(write):
            return None
        if write.inserts:
            self._ring()
        return self._state(state.call_id)

    def _interrupt(self, call_id: str) -> None:
        for _ in range(_TRIES):
            state = self._state(call_id)
            if not _goes_on(state) or self._advance(state, (CallEnded(),)) is not None:
                break
        else:
            raise busy()
        with self._database.write() as unit:
            # an interview that was closed meanwhile leaves its sitting open
            rows.close_all(unit.session, state.interview_id, self._clock())

    def _keep_late(self, state: CallState, response: Response, text: str | None, length_s: float | None) -> None:
        """What came for a question that is not asked any more is kept beside the answers, like late audio of a call."""
        row = dict(self._kept(state, response.take or 0, response, text, length_s).rows[0])
        with self._database.write() as unit:
            if rows.recording(unit.session, str(row["recording_sid"])) is None:
                unit.session.add(Recording(**row))


def _goes_on(state: CallState) -> bool:
    return state.is_current and state.status is _S.IN_PROGRESS and state.call_status not in CALL_TERMINAL


def _available(state: CallState) -> Available:
    """No time runs out: nobody holds a line open."""
    return Available(
        hang_up_requested=state.hang_up_requested,
        follow_ups=tuple(one.follow_up for one in state.follow_ups),
        reply=reply_of(state),
    )


def _view(state: CallState) -> SittingView:
    progress, script = state.progress, state.script
    asked = asked_now(script, progress) if _goes_on(state) else None
    return SittingView(
        asked=asked,
        done=asked is None,
        answered=sum(one is QuestionState.ANSWERED for one in progress.states[: progress.script_count]),
        total=len(script.questions),
        retakes=script.retakes,
        language=script.language,
        company=script.company,
        closing="" if asked is not None else browser.last_words(script, progress),
        simulated=state.simulated,
        is_practice=script.is_coaching,
    )


def _was_given(session: Session, interview_id: str, response: Response, text: str | None) -> bool:
    """Whether this take of this question has its answer; without a take, whether this very reply was taken."""
    if response.question_id == OWN_QUESTION:
        return rows.own_question(session, interview_id) is not None
    if response.question_id == RESUME_QUESTION:
        return rows.is_resume_question_answered(session, interview_id)
    answer = rows.answered(session, interview_id, response.question_id, response.take)
    if answer is None or response.take is not None or answer.recording_sid is None:
        return answer is not None
    return answer.recording_sid == _name(interview_id, response, answer.take, text)


def _name(interview_id: str, response: Response, take: int, text: str | None) -> str:
    """What the recording of a reply is called: the same reply has the same name, however often it comes."""
    said = (text or "").encode() if response.audio is None else response.audio
    told = f"{interview_id}\n{response.question_id}\n{take}\n".encode()
    kind = f"{WRITTEN}-" if response.audio is None else BROWSER_AUDIO
    return kind + hashlib.sha256(told + said).hexdigest()[:40]


def _unspoken(fact: Fact) -> Fact:
    if isinstance(fact, AnswerCaptured | CandidateAsked | ResumeAnswerCaptured):
        return replace(fact, duration_s=0.0)
    return fact


def _checked_text(text: str) -> str:
    cleaned = text.replace("\r\n", "\n").strip()
    if not cleaned:
        raise _invalid("response_text", "empty", "Write your answer first.")
    if len(cleaned) > LONGEST_TEXT:
        raise _invalid("response_text", "too_long", f"An answer may have {LONGEST_TEXT} characters.")
    if _CONTROL.search(cleaned):
        raise _invalid("response_text", "control_characters", "This contains control characters.")
    return cleaned


def _checked_audio(audio: bytes) -> float:
    """Its length in seconds. Raises Invalid for what is no whole WAV of a usual kind."""
    try:
        return pcm_length_s(audio)
    except UnreadableAudio as error:
        raise _invalid("audio", error.code, error.sentence) from None


def _invalid(field: str, code: str, sentence: str) -> Invalid:
    return Invalid("invalid_fields", sentence, problems=[FieldProblem(field, code, sentence)])


def _not_started(status: InterviewStatus) -> NotNow:
    if status in _ON_THE_LINE:
        return busy()
    if status in {_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED, _S.UNREACHABLE}:
        return _not_begun()
    return closed()


def _not_begun() -> NotNow:
    return NotNow("not_started", "The interview has not been started here, or was interrupted.")


def _late() -> NotNow:
    return NotNow("late_response", "Another question is asked by now. What was sent is kept, but it answers nothing.")
