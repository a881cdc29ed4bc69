"""From facts to rows: what one webhook's turn means for the interview, the call, the answers and the outbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from db.listening import ANNOUNCED
from db.models.answers import AnswerState, FollowUpState
from db.models.candidate_questions import CandidateQuestionState
from db.models.requests import RequestKind
from db.models.resume_questions import ResumeQuestionState
from db.repositories.outbox import ON_CONFLICT
from db.turns import CallState, Insert, TurnWrite, new_row
from interview.calling_hours import HoursLimit
from interview.dialogue.marks import Mark
from interview.events import DigitsPressed, Event, UtteranceRecorded, WordsHeard
from interview.facts import (
    AnswerCaptured,
    AnswerSuperseded,
    CallbackRequested,
    CallOutcome,
    CandidateAsked,
    CandidateReplied,
    ConsentGiven,
    ConversationEnded,
    Fact,
    FollowUpAsked,
    HumanRequested,
    IdentityConfirmed,
    KnockoutAnswered,
    OptedOut,
    PracticeEnded,
    QuestionPassed,
    ResumeAnswerCaptured,
    ResumeQuestionAsked,
    ResumeQuestionPassed,
    TakeDiscarded,
)
from interview.lifecycle import CallStatus, InterviewStatus, check_move, moves_to
from interview.phone import PhoneNumber
from interview.redial import NO_LIMIT, RedialPolicy, chosen_time
from ivr.services.drafts import settings_from_plain

CONCLUDED = frozenset({InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW})
# How long after the last word the carrier is asked for recordings whose callbacks never came.
RECORDINGS_CHECK_S = 30
# Dials per interview, connected or not, are at most the job's attempts times this.
UNCONNECTED_FACTOR = 2
CONSENT_TEXT_VERSION = "greeting-1"
# The same as it is read behind the candidate's link, and ticked.
WRITTEN_CONSENT_TEXT_VERSION = "door-1"
# Why an interview failed whose number can never be connected.
NUMBER_UNREACHABLE = "number_unreachable"
# A reminder comes this long before a time that the candidate chose; who chose a time sooner needs none.
REMIND_BEFORE = timedelta(minutes=15)
# What is not known of a question that was just asked, and what stays when it is asked anew.
_FOUND_OUT = (
    "transcript", "transcript_model", "passage", "passage_source", "passage_topic", "similarity", "embedding_model",
    "looked_up_at", "told_at", "passed_on_at", "passed_on_for",
)  # fmt: skip
_STAYS = frozenset({"id", "organisation_id", "interview_id"})
_UNANSWERED = {
    CallStatus.BUSY: CallOutcome.BUSY,
    CallStatus.NO_ANSWER: CallOutcome.NO_ANSWER,
    CallStatus.COMPLETED: CallOutcome.NO_ANSWER,
    CallStatus.FAILED: CallOutcome.FAILED,
    CallStatus.CANCELED: CallOutcome.FAILED,
}
_WHY = {
    CallOutcome.BUSY: "The line was busy.",
    CallOutcome.NO_ANSWER: "Nobody took the call.",
    CallOutcome.VOICEMAIL: "A voicemail took the call.",
    CallOutcome.FAILED: "The call could not be connected.",
    CallOutcome.INTERRUPTED: "The call was interrupted.",
}


def outbox_insert(
    kind: str, subject_id: str, due_at: datetime, now: datetime, *, organisation_id: str | None = None
) -> Insert:
    """One outbox row; without ``organisation_id`` the store takes the call's."""
    row: dict[str, Any] = new_row(
        created_at=now, kind=kind, subject_id=subject_id, due_at=due_at, attempt=0, generation=0, started=False,
        deaths=0, paced=False,
    )  # fmt: skip
    if organisation_id is not None:
        row["organisation_id"] = organisation_id
    return Insert("outbox", [row], ON_CONFLICT)


def recording_insert(
    call_id: str, turn: int, recording_sid: str, duration_s: float | None, now: datetime, **extra: Any
) -> Insert:
    """One recording; whichever webhook brings it first makes the row."""
    row = new_row(
        created_at=now, call_id=call_id, turn=turn, recording_sid=recording_sid, duration_s=duration_s, **extra
    )
    return Insert("recordings", [row], "DO NOTHING")


def count_the_ring(state: CallState, write: TurnWrite, now: datetime) -> None:
    """A call counts as an attempt once, when it first rang; one that we were called in does not count."""
    if not state.has_rung and not state.is_inbound:
        write.call["rang_at"] = now
        write.interview |= {"calls_that_rang": state.calls_that_rang + 1, "last_rang_at": now}


@dataclass(slots=True)
class Minute:
    """One moment of a conversation: what was read, and what will be written. ``source`` is "call", or "browser" where
    the candidate answers behind their link."""

    now: datetime
    state: CallState
    write: TurnWrite
    sends_texts: bool = False
    sends_mail: bool = False
    hours_limit: HoursLimit = NO_LIMIT
    source: str = "call"

    @property
    def status(self) -> InterviewStatus:
        """The status as it stands with what this moment has already decided."""
        return InterviewStatus(self.write.interview.get("status", self.state.status.value))

    def move(self, target: InterviewStatus) -> None:
        """Change the status along the lifecycle table."""
        check_move(self.status, target)
        self.write.interview["status"] = target.value

    def next_action(self, what: str | None, at: datetime | None, why: str | None) -> None:
        """Say what happens next, when and why; None clears it."""
        self.write.interview |= {"next_action": what, "next_action_at": at, "next_action_why": why}

    def task(self, kind: str, subject_id: str, due_at: datetime) -> None:
        """Ask for background work in the same transaction; asking twice for the same is asking once."""
        asked = [row for insert in self.write.inserts if insert.table == "outbox" for row in insert.rows]
        if any((row["kind"], row["subject_id"]) == (kind, subject_id) for row in asked):
            return
        self.write.inserts.append(
            outbox_insert(kind, subject_id, due_at, self.now, organisation_id=self.state.organisation_id)
        )

    def text(self, event_key: str, due_at: datetime) -> None:
        """Ask for a message about this event: a text, an e-mail where no texts are sent, or else none."""
        if self.sends_texts:
            self.task("send_sms", event_key, due_at)
        elif self.sends_mail:
            self.task("send_email", event_key, due_at)

    def tell(self, type_: str, data: dict[str, Any] | None = None, *, actor: str = "candidate") -> None:
        """Add a domain event about this interview."""
        told = json.dumps({"call": self.state.attempt, **(data or {})})
        row = new_row(
            created_at=self.now, organisation_id=self.state.organisation_id, type=type_, subject_kind="interview",
            subject_id=self.state.interview_id, actor=actor, data=told,
        )  # fmt: skip
        self.write.inserts.append(Insert("domain_events", [row]))
        if type_ in ANNOUNCED:
            organisation_id = self.state.organisation_id
            asked = outbox_insert("announce_event", row["id"], self.now, self.now, organisation_id=organisation_id)
            self.write.inserts.append(replace(asked, if_listened=True))

    def keep_recording(self, event: Event, net_s: int) -> None:
        """An utterance's audio: its row, and the task that fetches it should the carrier's callback never come."""
        if isinstance(event, UtteranceRecorded) and event.recording_sid:
            state = self.state
            self.write.inserts.append(
                recording_insert(
                    state.call_id, state.progress.turn, event.recording_sid, event.duration_s, self.now,
                    organisation_id=state.organisation_id, interview_id=state.interview_id,
                )
            )  # fmt: skip
            self.task("transcribe_answer", event.recording_sid, self.now + timedelta(seconds=net_s))

    def keep_words(self, event: WordsHeard, words: str) -> None:
        """A piece of an answer that is not recorded; what follows is asked for once the whole answer was heard."""
        state = self.state
        self.write.inserts.append(
            recording_insert(
                state.call_id, state.progress.turn, event.utterance_id, event.duration_s, self.now,
                organisation_id=state.organisation_id, interview_id=state.interview_id, heard_text=words,
                part_of=state.progress.extra.get(Mark.HEARD),
            )
        )  # fmt: skip

    def answer(self, question_id: str, take: int, **values: Any) -> None:
        """Add one take of one question, or of a follow-up under its id."""
        row = new_row(
            created_at=self.now, organisation_id=self.state.organisation_id, interview_id=self.state.interview_id,
            question_id=question_id, take=take, call_id=self.state.call_id, turn=self.state.progress.turn,
            simulated=self.state.simulated,
        ) | {
            "recording_sid": None, "duration_s": 0.0, "partial": False, "superseded": False,
            "state": AnswerState.PENDING.value, "state_reason": None, "is_knockout": False, "said_yes": None,
            "is_follow_up": self.is_follow_up(question_id),
        } | values  # fmt: skip
        self.write.inserts.append(Insert("answers", [row], "DO NOTHING"))

    def is_follow_up(self, question_id: str) -> bool:
        """Whether this is the id of a follow-up and not of one of the script's questions."""
        return all(question.id != question_id for question in self.state.script.questions)

    def follow_up(self, question_id: str, state: FollowUpState) -> None:
        """A follow-up's new state; one that was passed leaves its answer to be rated as it is."""
        self.write.follow_ups[question_id] = state.value
        self.tell(f"follow_up.{state.value}", {"follow_up": question_id})
        if state is FollowUpState.PASSED:
            self._rate_without_waiting(question_id)

    def candidate_asked(self, recording_sid: str, duration_s: float, partial: bool) -> None:
        """The candidate's own question; one that they ask once more in the same offer takes the place of the first."""
        row = new_row(
            created_at=self.now, organisation_id=self.state.organisation_id, interview_id=self.state.interview_id,
            call_id=self.state.call_id, turn=self.state.progress.turn, recording_sid=recording_sid,
            duration_s=duration_s, partial=partial, state=CandidateQuestionState.ASKED.value,
            simulated=self.state.simulated,
        ) | dict.fromkeys(_FOUND_OUT)  # fmt: skip
        taken_over = ", ".join(f"{name} = excluded.{name}" for name in row if name not in _STAYS)
        conflict = f"(interview_id) DO UPDATE SET {taken_over}"
        self.write.inserts.append(Insert("candidate_questions", [row], conflict))
        self.tell("candidate.question_asked")

    def candidate_replied(self, passed_on: bool) -> None:
        """The candidate heard what became of it. What they were told a person will do is asked of a person."""
        asked = self.state.candidate_question
        told = self.write.candidate_question
        told["told_at"] = self.now
        if not passed_on:
            told["state"] = CandidateQuestionState.ANSWERED.value
            self.tell("candidate.question_answered", actor="system")
        elif asked is None or asked.state != CandidateQuestionState.PASSED_ON:
            self._pass_on("not_in_time")

    def resume_question(self, state: ResumeQuestionState, **columns: Any) -> None:
        """What became of the question about the résumé; no row of ``answers`` knows of it."""
        self.write.resume_question |= {"state": state.value, **columns}
        self.tell(f"resume_question.{state.value}")

    def _pass_on(self, why: str) -> None:
        passed_on = {"state": CandidateQuestionState.PASSED_ON.value, "passed_on_at": self.now, "passed_on_for": why}
        self.write.candidate_question |= passed_on
        self.tell("candidate.question_passed_on", {"reason": why}, actor="system")

    def _rate_without_waiting(self, follow_up_id: str | None = None) -> None:
        """Answers are rated once nothing more will be said to them."""
        for one in self.state.follow_ups:
            if follow_up_id in (None, one.follow_up.id):
                self.task("score_answer", one.answer_id, self.now)

    # --- how a call ends

    def end(self, outcome: CallOutcome, reason_code: str) -> None:
        """One conversation is over: the call's outcome, and where the interview goes from here."""
        if self.state.is_inbound and outcome in _UNANSWERED.values():
            outcome = CallOutcome.INTERRUPTED  # who called us was there, however soon they hung up
        self._rate_without_waiting()
        self.write.call |= {"outcome": outcome.value, "reason_code": reason_code or None}
        self.write.interview["reason_code"] = reason_code or None
        if self.status is InterviewStatus.PROCESSING:
            return
        if self.status in CONCLUDED or (
            self.status is InterviewStatus.INTERRUPTED and outcome is not CallOutcome.COMPLETED
        ):
            return  # audio that came after the line had gone: what follows is arranged already
        match outcome:
            case CallOutcome.COMPLETED:
                self.assess()
            case CallOutcome.DECLINED | CallOutcome.HUMAN_REQUESTED:
                self._finish(InterviewStatus.DECLINED, "interview.declined", outcome, reason_code)
            case CallOutcome.OPTED_OUT:
                self._finish(InterviewStatus.OPTED_OUT, "candidate.opted_out", outcome, reason_code)
            case CallOutcome.CALLBACK_REQUESTED:
                pass  # CallbackRequested has said when
            case CallOutcome.INTERRUPTED if reason_code in {"ended_by_candidate", "ended_by_us"}:
                self.assess()
            case CallOutcome.INTERRUPTED if self.state.hang_up_requested and reason_code != "our_fault":
                self.assess()  # the line went before our goodbye was due
            case _:
                self._try_again(outcome, reason_code)

    def end_unanswered(self, status: CallStatus, error_code: str | None, never_again: str | None = None) -> None:
        """The carrier says that the call ended without a conversation.

        ``never_again`` says why this number can never be connected: it is not dialled once more.
        """
        outcome = _UNANSWERED.get(status, CallOutcome.FAILED)
        if never_again and outcome is CallOutcome.FAILED and not self.state.is_inbound:
            self._give_up(outcome, never_again)
        else:
            self.end(outcome, error_code or "")

    def end_call_by_fault(self) -> None:
        """We broke: whatever stage it was, the person is called again."""
        if self.status is InterviewStatus.DIALING:
            self.move(InterviewStatus.IN_PROGRESS)
        self.end(CallOutcome.INTERRUPTED, "our_fault")

    def assess(self) -> None:
        """What was said goes to the raters; the result follows when the last answer is rated."""
        for status in moves_to(self.status, InterviewStatus.PROCESSING):
            self.move(status)
        self.write.interview["ended_at"] = self.now
        self.next_action("score", self.now, "The answers are being transcribed and rated.")
        self.task("conclude_interview", self.state.interview_id, self.now)
        self.tell("interview.processing", actor="system")

    def check_recordings_later(self) -> None:
        """Ask the carrier, once things have settled, for recordings we were never told about."""
        self.task("reconcile_call", self.state.call_id, self.now + timedelta(seconds=RECORDINGS_CHECK_S))

    def _give_up(self, outcome: CallOutcome, why: str) -> None:
        self.write.call |= {"outcome": outcome.value, "reason_code": NUMBER_UNREACHABLE}
        if self.state.progress.answered:
            self.assess()  # in an earlier call, on the same number when it still existed
        else:
            self._finish(InterviewStatus.FAILED, "interview.failed", outcome, NUMBER_UNREACHABLE)
            self.next_action(None, None, why)

    def _finish(self, target: InterviewStatus, event: str, outcome: CallOutcome, reason_code: str) -> None:
        for status in moves_to(self.status, target):
            self.move(status)
        self.write.interview |= {"ended_at": self.now, "reason_code": reason_code or None}
        self.next_action(None, None, None)
        asked = self.state.candidate_question
        if asked is not None and asked.state == CandidateQuestionState.READY:
            self._pass_on("not_told")
        self.tell(event, {"outcome": outcome.value, "reason": reason_code})

    def _try_again(self, outcome: CallOutcome, reason_code: str) -> None:
        rang = int(self.write.interview.get("calls_that_rang", self.state.calls_that_rang))
        policy = redial_policy(self.state.settings)
        # Calls that never rang are no attempts, but a number that cannot be connected is not dialled without end.
        # Dials that the carrier refused count among them, so a call that did ring says nothing of the kind.
        is_hopeless = outcome is CallOutcome.FAILED and self.state.attempt >= UNCONNECTED_FACTOR * policy.max_attempts
        again_at = None if is_hopeless else policy.next_try(rang, self.now, outcome)
        if again_at is not None and self.state.is_inbound and self.state.call_at is not None:
            again_at = max(again_at, self.state.call_at)  # they called before the time that was set: it still stands
        has_begun = self.status is InterviewStatus.IN_PROGRESS
        if has_begun:
            self.move(InterviewStatus.INTERRUPTED)
            self.tell("interview.interrupted", {"outcome": outcome.value, "reason": reason_code}, actor="system")
        if again_at is not None:
            if not has_begun:
                self.move(InterviewStatus.QUEUED)
                self.tell("call.unanswered", {"outcome": outcome.value, "reason": reason_code}, actor="system")
            self.next_action("call", again_at, _WHY.get(outcome, "The call did not get through."))
            self.task("place_call", self.state.interview_id, again_at)
            if outcome is not CallOutcome.FAILED and not self.state.is_inbound:
                self.text(f"missed_call:{self.state.call_id}", self.now)
        elif has_begun or self.state.progress.answered:
            # in this call or in an earlier one: what was said is assessed
            self.assess()
        else:
            self._finish(InterviewStatus.UNREACHABLE, "interview.unreachable", outcome, "attempts_exhausted")


def apply_facts(minute: Minute, event: Event, facts: Sequence[Fact]) -> None:
    """Turn what the machine established into rows and moves, in order."""
    if minute.status is InterviewStatus.DIALING and _takes_part(event, facts):
        minute.move(InterviewStatus.IN_PROGRESS)
        minute.next_action("conversation", minute.now, "The candidate is on the telephone.")
    for fact in facts:
        _apply(minute, fact)
    if minute.status in CONCLUDED and any(isinstance(fact, AnswerCaptured) for fact in facts):
        minute.assess()  # an answer that came after the result: nothing is complete without it


def _takes_part(event: Event, facts: Sequence[Fact]) -> bool:
    """Somebody is there: a key, an answer, or words that meant something; a voicemail's greeting means nothing."""
    match event:
        case UtteranceRecorded():
            return True
        case DigitsPressed(digits=digits):
            return bool(digits) or any(not isinstance(fact, ConversationEnded) for fact in facts)
        case _:
            return False


def _apply(minute: Minute, fact: Fact) -> None:
    state, now = minute.state, minute.now
    match fact:
        case ConsentGiven():
            row = new_row(
                created_at=now, organisation_id=state.organisation_id, candidate_id=state.candidate_id,
                interview_id=state.interview_id, basis="recording", obtained_at=now, source=minute.source,
                text_version=CONSENT_TEXT_VERSION if minute.source == "call" else WRITTEN_CONSENT_TEXT_VERSION,
            )  # fmt: skip
            minute.write.inserts.append(Insert("consents", [row]))
            if not state.progress.consented:
                minute.write.interview["started_at"] = now
            minute.tell("interview.started" if not state.progress.consented else "interview.resumed")
        case IdentityConfirmed():
            minute.tell("interview.identified")
        case AnswerCaptured(question_id, take, recording_sid, duration_s, partial):
            minute.answer(question_id, take, recording_sid=recording_sid, duration_s=duration_s, partial=partial)
            if state.script.unrecorded:
                minute.task("transcribe_answer", recording_sid, now)
            if minute.is_follow_up(question_id):
                minute.follow_up(question_id, FollowUpState.ANSWERED)
            else:
                minute.tell("answer.captured", {"question": question_id, "take": take, "partial": partial})
        case TakeDiscarded(question_id, take, recording_sid, duration_s):
            minute.answer(question_id, take, recording_sid=recording_sid, duration_s=duration_s, superseded=True)
        case AnswerSuperseded(question_id, take):
            minute.write.superseded.append((question_id, take))
            if minute.is_follow_up(question_id):
                minute.write.follow_ups[question_id] = FollowUpState.ASKED.value
        case FollowUpAsked(follow_up_id):
            minute.follow_up(follow_up_id, FollowUpState.ASKED)
        case QuestionPassed(question_id, no_response, final) if final:
            passed = AnswerState.NO_RESPONSE if no_response else AnswerState.SKIPPED
            minute.answer(question_id, 0, state=passed.value)
            if minute.is_follow_up(question_id):
                minute.follow_up(question_id, FollowUpState.PASSED)
            else:
                minute.tell("answer.passed", {"question": question_id, "no_response": no_response})
        case KnockoutAnswered(question_id, said_yes):
            # A knockout needs no rating: it is known as soon as the key is pressed.
            minute.answer(question_id, 1, is_knockout=True, said_yes=said_yes, state=AnswerState.SCORED.value)
            minute.tell("answer.knockout", {"question": question_id})
        case PracticeEnded(outcome):
            minute.tell(f"practice.{outcome.value}")
            minute.task("discard_practice", state.interview_id, now)
        case CandidateAsked(recording_sid, duration_s, partial):
            minute.candidate_asked(recording_sid, duration_s, partial)
        case CandidateReplied(passed_on):
            minute.candidate_replied(passed_on)
        case ResumeQuestionAsked():
            minute.resume_question(ResumeQuestionState.ASKED, asked_at=now)
        case ResumeAnswerCaptured(recording_sid, duration_s, partial):
            minute.resume_question(
                ResumeQuestionState.ANSWERED, recording_sid=recording_sid, duration_s=duration_s, partial=partial,
                call_id=state.call_id, turn=state.progress.turn, transcript=None, transcript_model=None, note=None,
            )  # fmt: skip
        case ResumeQuestionPassed():
            minute.resume_question(ResumeQuestionState.PASSED)
        case CallbackRequested(when):
            zones = (state.timezone,) if state.timezone else tuple(PhoneNumber(state.phone).zones())
            hours = settings_from_plain(json.loads(state.settings)).calling_hours.hours()
            at = chosen_time(when, now, zones, hours, minute.hours_limit)
            minute.move(InterviewStatus.SCHEDULED)
            minute.write.interview["call_at"] = at
            minute.next_action("call", at, "The candidate asked to be called later.")
            minute.task("place_call", state.interview_id, at)
            minute.tell("interview.scheduled", {"when": when.value})
            if at - now >= 2 * REMIND_BEFORE:
                minute.text(reminder_key(state.interview_id, at), at - REMIND_BEFORE)
        case HumanRequested():
            minute.tell("candidate.asked_for_person")
            row = new_row(
                created_at=now, organisation_id=state.organisation_id, kind=RequestKind.HUMAN.value, source="call",
                candidate_id=state.candidate_id, interview_id=state.interview_id, created_by="candidate", metadata="{}",
            )  # fmt: skip
            minute.write.inserts.append(Insert("candidate_requests", [row]))
        case OptedOut():
            row = new_row(
                created_at=now, organisation_id=state.organisation_id, phone=state.phone, source="call", metadata="{}"
            )  # fmt: skip
            minute.write.inserts.append(Insert("opt_outs", [row], "DO NOTHING"))
        case ConversationEnded(outcome, reason_code):
            minute.end(outcome, reason_code)
        case _:
            pass


def reminder_key(interview_id: str, at: datetime) -> str:
    """What a reminder of this appointment is about: another time is another event."""
    return f"reminder:{interview_id}:{int(at.timestamp()) // 60}"


def redial_policy(settings: str) -> RedialPolicy:
    """The job's policy out of its settings' JSON."""
    given = json.loads(settings)
    own = given.get("retry_minutes_after") or {}
    after = {CallOutcome(name): tuple(waits) for name, waits in own.items() if waits}
    return RedialPolicy(int(given.get("max_attempts", 3)), tuple(given.get("retry_minutes", (60, 240))), after)
