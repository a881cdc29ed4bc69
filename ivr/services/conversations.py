"""What a webhook does: one read, the machine's next step, one guarded write; nothing outside is waited for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from db.models.candidate_questions import CandidateQuestionState
from db.turns import CallState, Insert, TurnStore, TurnWrite
from interview.call_in import CallIn
from interview.calling_hours import HoursLimit
from interview.dialogue.candidate_question import Reply
from interview.dialogue.practice import PracticeTake
from interview.events import CallAnswered, CallEnded, DigitsPressed, Event, UtteranceRecorded, WordsHeard
from interview.lifecycle import CALL_TERMINAL, CallStatus, InterviewStatus, later_call_status
from interview.machine import Available, Turn, advance, current_step, is_over
from interview.redial import NO_LIMIT
from interview.script import Script
from interview.steps import HangUp, HearUtterance, Prompt, Step
from interview.wording import wording_for
from interview.wording.pace import speech_s
from ivr.gateways.ports import Trouble
from ivr.gateways.twilio_errors import meaning_of
from ivr.services.errors import NotAllowed, NotFound
from ivr.services.turn_records import CONCLUDED, Minute, apply_facts, count_the_ring, outbox_insert, recording_insert

# The recording's own callback starts the transcription; this is the net under a callback that never comes.
TRANSCRIBE_NET_S = 20
_TRIES = 5
_ANSWERABLE = frozenset({InterviewStatus.DIALING, InterviewStatus.IN_PROGRESS})
_LATE_AUDIO = frozenset({InterviewStatus.INTERRUPTED, InterviewStatus.PROCESSING, *CONCLUDED})
_RANG = frozenset(
    {CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER}
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to say now and where the reply goes: ``render`` makes the TwiML of it."""

    step: Step
    script: Script
    call_id: str
    turn: int


@dataclass(frozen=True, slots=True)
class CallNews:
    """A status callback in our words; what may be missing is None.

    ``sequence_number`` orders callbacks among themselves; news that was asked for has none and only moves the call on.
    """

    carrier_sid: str
    status: CallStatus
    sequence_number: int | None
    duration_s: int | None = None
    answered_by: str | None = None
    error_code: str | None = None


class ConversationService:
    """Every signed webhook of the carrier ends here."""

    def __init__(
        self,
        turns: TurnStore,
        clock: Callable[[], datetime],
        ring: Callable[[], None],
        *,
        call_in: Callable[[str], CallIn] | None = None,
        sends_texts: bool = False,
        sends_mail: bool = False,
        unrecorded: bool = False,
        hours_limit: HoursLimit = NO_LIMIT,
    ) -> None:
        """``call_in`` tells how an interview's candidate reaches us; ``sends_texts``: a missed call is told by SMS,
        else with ``sends_mail`` by e-mail; ``unrecorded``: answers are heard by the carrier's speech recognition
        (``ANSWER_MODE``); ``hours_limit`` holds for the times that candidates choose as for all calls."""
        self._turns = turns
        self._clock = clock
        self._ring = ring
        self._call_in = call_in
        self._minute_settings = (sends_texts, sends_mail, hours_limit)
        self._unrecorded = unrecorded

    def answered(self, call_id: str, carrier_sid: str, answered_by: str | None = None) -> Spoken:
        """Somebody picked up: the first document of the call. Asked twice, it is answered alike."""
        for _ in range(_TRIES):
            state = self._state(call_id, carrier_sid)
            if not state.is_current or state.status not in _ANSWERABLE:
                return _farewell(state)
            if state.was_answered:
                return _again(state)
            turn = advance(state.script, state.progress, CallAnswered(), _available(state, self._clock(), answered_by))
            if self._write(state, turn, CallAnswered(), carrier_sid, first=True):
                return _spoken(state, turn)
        raise _too_busy()

    def take_turn(self, call_id: str, number: int, event: Event, carrier_sid: str) -> Spoken:
        """The reply to listen ``number``. A turn already taken is answered with the present step, and skips nothing."""
        for _ in range(_TRIES):
            state = self._state(call_id, carrier_sid)
            is_late_audio = isinstance(event, UtteranceRecorded) and state.status in _LATE_AUDIO
            if not state.is_current or (state.status not in _ANSWERABLE and not is_late_audio):
                self._keep_audio(state, number, event, carrier_sid)
                # the webhook that ended the conversation came twice: either copy may be the one that is heard
                return _again(state) if state.is_current and is_over(state.progress) else _farewell(state)
            if number != state.progress.turn:
                self._keep_audio(state, number, event, carrier_sid)
                return _again(state)
            words = _words_of_answer(state, event)
            happened = event if words is None else _heard(state, words)
            turn = advance(state.script, state.progress, happened, _available(state, self._clock()))
            if self._write(state, turn, happened, carrier_sid, words=words):
                return _spoken(state, turn)
        raise _too_busy()

    def recording_ready(
        self, call_id: str, number: int, carrier_sid: str, recording_sid: str, duration_s: float | None
    ) -> None:
        """The audio of a turn exists at the carrier: written down with the task to fetch it, before we answer."""
        now = self._clock()
        inserts = [
            recording_insert(call_id, number, recording_sid, duration_s, now),
            outbox_insert("transcribe_answer", recording_sid, now, now),
        ]
        if not self._turns.insert_for_call(call_id, carrier_sid, inserts):
            self._state(call_id, carrier_sid)  # says whether the call is unknown or somebody else's
        self._ring()

    def recording_found(
        self, call_id: str, carrier_sid: str, recording_sid: str, duration_s: float | None
    ) -> None:
        """A recording that no webhook told us about: it belongs to the listen that the end of the call left open."""
        state = self._state(call_id, carrier_sid)
        self.recording_ready(call_id, state.progress.turn, carrier_sid, recording_sid, duration_s)

    def heard_late(self, call_id: str, number: int, event: UtteranceRecorded, carrier_sid: str) -> None:
        """An utterance whose own webhook never came, found after the call. It takes its turn if that still waits for
        it, and else changes nothing."""
        for _ in range(_TRIES):
            state = self._state(call_id, carrier_sid)
            if not state.is_current or state.status not in _ANSWERABLE | _LATE_AUDIO or number != state.progress.turn:
                return
            turn = advance(state.script, state.progress, event, _available(state, self._clock()))
            if turn.progress == state.progress or self._write(state, turn, event, carrier_sid):
                return
        raise _too_busy()

    def status_changed(self, call_id: str, news: CallNews) -> None:
        """A status callback: the highest sequence number counts, and a call that has ended stays ended."""
        for _ in range(_TRIES):
            state = self._state(call_id, news.carrier_sid)
            if state.call_status in CALL_TERMINAL:
                return
            status = later_call_status(state.call_status, news.status)
            if news.sequence_number is None:
                if status is state.call_status:
                    return
            elif news.sequence_number <= state.sequence_number:
                return
            if self._write_status(state, status, news):
                return
        raise _too_busy()

    def amd_result(self, call_id: str, carrier_sid: str, answered_by: str) -> None:
        """Answering machine detection has an opinion; it informs the wording only."""
        if not self._turns.note_answered_by(call_id, carrier_sid, answered_by):
            self._state(call_id, carrier_sid)  # says whether the call is unknown or somebody else's

    def break_off(self, call_id: str, carrier_sid: str) -> str:
        """A fault of ours in the middle of a turn: the interview is interrupted and the person called back.

        Returns the language of the call, to apologise in.
        """
        for _ in range(_TRIES):
            state = self._state(call_id, carrier_sid)
            if not state.is_current or state.status not in _ANSWERABLE:
                return state.script.language
            write = TurnWrite(state.call_id, state.interview_id, state.version)
            minute = Minute(self._clock(), state, write, *self._minute_settings)
            minute.end_call_by_fault()
            if self._turns.write(write):
                self._ring()
                return state.script.language
        raise _too_busy()

    # --- inside

    def _state(self, call_id: str, carrier_sid: str) -> CallState:
        state = self._turns.read(call_id)
        if state is None:
            raise NotFound("call")
        if state.carrier_sid is not None and state.carrier_sid != carrier_sid:
            raise NotAllowed("wrong_call", "This call belongs to another CallSid.")
        if self._unrecorded:
            state = replace(state, script=replace(state.script, unrecorded=True))
        if self._call_in is not None and not state.progress.identified:
            # only a voicemail is told how to call back, and it never says who it is
            script = replace(state.script, call_in=self._call_in(state.interview_id))
            return replace(state, script=script)
        return state

    def _write(
        self,
        state: CallState,
        turn: Turn,
        event: Event,
        carrier_sid: str,
        *,
        first: bool = False,
        words: str | None = None,
    ) -> bool:
        now = self._clock()
        write = TurnWrite(state.call_id, state.interview_id, state.version)
        write.interview["progress"] = turn.progress
        write.call["carrier_sid"] = carrier_sid
        if first:
            write.call |= {"answered_at": now, "status": CallStatus.IN_PROGRESS.value}
            count_the_ring(state, write, now)
        minute = Minute(now, state, write, *self._minute_settings)
        minute.keep_recording(event, TRANSCRIBE_NET_S)
        if isinstance(event, WordsHeard) and words is not None:
            minute.keep_words(event, words)
        apply_facts(minute, event, turn.facts)
        if not self._turns.write(write):
            return False
        if write.inserts:
            self._ring()
        return True

    def _write_status(self, state: CallState, status: CallStatus, news: CallNews) -> bool:
        now = self._clock()
        write = TurnWrite(state.call_id, state.interview_id, state.version)
        write.call |= {"status": status.value, "carrier_sid": news.carrier_sid}
        if news.sequence_number is not None:
            write.call["sequence_number"] = news.sequence_number
        meaning = meaning_of(news.error_code) if news.error_code else None
        if news.error_code:
            write.call |= {"error_code": news.error_code, "error_sentence": meaning.message if meaning else None}
        if news.answered_by:
            write.call["answered_by"] = news.answered_by
        if status in _RANG:
            count_the_ring(state, write, now)
        if status in CALL_TERMINAL:
            write.call |= {"ended_at": now, "duration_s": news.duration_s}
            minute = Minute(now, state, write, *self._minute_settings)
            if state.is_current and state.status in _ANSWERABLE:
                if status is CallStatus.COMPLETED and state.was_answered:
                    turn = advance(state.script, state.progress, CallEnded(), _available(state, self._clock()))
                    write.interview["progress"] = turn.progress
                    apply_facts(minute, CallEnded(), turn.facts)
                else:
                    is_for_good = meaning is not None and meaning.trouble is Trouble.SUBJECT
                    minute.end_unanswered(status, news.error_code, meaning.message if meaning and is_for_good else None)
            minute.check_recordings_later()
        if not self._turns.write(write):
            return False
        if write.inserts:
            self._ring()
        return True

    def _keep_audio(self, state: CallState, number: int, event: Event, carrier_sid: str) -> None:
        """Audio of a turn that was taken otherwise is still written down: nothing said is lost."""
        if isinstance(event, UtteranceRecorded) and event.recording_sid:
            now = self._clock()
            row = recording_insert(state.call_id, number, event.recording_sid, event.duration_s, now)
            task: Insert = outbox_insert("transcribe_answer", event.recording_sid, now, now)
            self._turns.insert_for_call(state.call_id, carrier_sid, [row, task])
            self._ring()


def _available(state: CallState, now: datetime, answered_by: str | None = None) -> Available:
    return Available(
        answered_by=answered_by or state.answered_by,
        hang_up_requested=state.hang_up_requested,
        follow_ups=tuple(one.follow_up for one in state.follow_ups),
        elapsed_s=None if state.answered_at is None else (now - state.answered_at).total_seconds(),
        reply=reply_of(state),
        practice=None if state.practice is None else PracticeTake(*state.practice),
    )


def _words_of_answer(state: CallState, event: Event) -> str | None:
    """The words of an answer that is not recorded; None when no such answer is listened for."""
    if not (state.script.unrecorded and isinstance(event, DigitsPressed) and event.speech):
        return None
    listens = isinstance(current_step(state.script, state.progress).then, HearUtterance)
    return event.speech if listens else None


def _heard(state: CallState, words: str) -> WordsHeard:
    return WordsHeard(f"heard-{state.call_id}-{state.progress.turn}", speech_s(words, state.script.language))


def reply_of(state: CallState) -> Reply | None:
    """What is known of the candidate's own question, None while there is none."""
    asked = state.candidate_question
    if asked is None:
        return None
    passage = asked.passage if asked.state == CandidateQuestionState.READY else None
    return Reply(asked.turn, passage, asked.state == CandidateQuestionState.NOTHING_SAID)


def _spoken(state: CallState, turn: Turn) -> Spoken:
    return Spoken(turn.step, state.script, state.call_id, turn.progress.turn)


def _again(state: CallState) -> Spoken:
    return Spoken(current_step(state.script, state.progress), state.script, state.call_id, state.progress.turn)


def _farewell(state: CallState) -> Spoken:
    words = wording_for(state.script.language)
    step = Step((Prompt(words.goodbye),), HangUp())
    return Spoken(step, state.script, state.call_id, state.progress.turn)


class TooBusy(Exception):
    """Other webhooks of the same interview kept writing first; the carrier will ask again."""


def _too_busy() -> TooBusy:
    return TooBusy("the interview was written by others five times in a row")


