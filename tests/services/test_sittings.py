"""Interviews answered behind the candidate's link, on both databases: the same machine, answers and result."""

from __future__ import annotations

import struct
from datetime import timedelta
from typing import Any

import pytest

from db.models import (
    Answer,
    Call,
    CandidateQuestion,
    Consent,
    DomainEvent,
    FollowUp,
    Interview,
    ResumeQuestion,
    ResumeQuestionState,
)
from db.repositories import outbox as outbox_rows
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.browser import Kind
from interview.lifecycle import CallStatus
from interview.lifecycle import InterviewStatus as S
from ivr.services.candidate_door import NotNow
from ivr.services.errors import Invalid
from ivr.services.links import CandidateLinks
from ivr.services.sittings import IDLE, Response, SittingService, SittingView
from scripts.simulator.audio import Utterance, render_wav
from tests.fakes import FrozenClock
from tests.pipeline import STRONG, Pipeline

Q = "00000000-0000-0000-0000-00000000000"


def spoken_wav(seconds: float = 12.0, *, silent: bool = False) -> bytes:
    """What a browser would send: as loud as a voice, or silence."""
    said = Utterance("", 0.0, trail_s=seconds) if silent else Utterance("something", seconds)
    return render_wav(said, "tones")


class Sitting(Pipeline):
    """An interview with a link, and a worker behind it."""

    def __init__(self, database: Database, clock: FrozenClock, *, questions: int = 2, **interview: Any) -> None:
        super().__init__(database, clock, questions=questions, **interview)
        # the pipeline has rung already; nobody has here
        with database.write() as unit:
            unit.session.delete(unit.session.get_one(Call, self.call_id))
            row = unit.session.get_one(Interview, self.interview_id)
            row.attempts, row.status = 0, S.QUEUED
        links = CandidateLinks("https://x.example.com", ("a-secret",))
        with database.write() as unit:
            row = unit.session.get_one(Interview, self.interview_id)
            made = links.make(
                unit.session, row, now=clock(), expires_at=clock() + timedelta(days=3), created_by="key:x"
            )
            self.token = str(links.url_of(made)).rpartition("/")[2]
        self.rung = 0
        self.sittings = SittingService(database, TurnStore(database), links, self.store, clock, self.ring)

    def ring(self) -> None:
        self.rung += 1

    def write(self, text: str = STRONG, **how: Any):
        """A written answer to the present question."""
        asked = self.sittings.look(self.token).asked
        assert asked is not None
        return self.on(self.sittings.respond(self.token, Response(asked.question_id, text=text, **how)))

    def on(self, view: SittingView) -> SittingView:
        """Unless they are curious, candidates leave out the question of their own."""
        if view.asked is None or view.asked.kind is not Kind.OWN_QUESTION or self.curious:
            return view
        return self.sittings.respond(self.token, Response(view.asked.question_id))

    def speak(self, words: str = STRONG, **sound: Any):
        """A spoken answer to the present question."""
        asked = self.sittings.look(self.token).asked
        assert asked is not None
        audio = spoken_wav(**sound)
        self.transcriber.texts[audio] = words
        return self.on(self.sittings.respond(self.token, Response(asked.question_id, audio=audio)))


@pytest.fixture
def sitting(database: Database, clock: FrozenClock) -> Sitting:
    return Sitting(database, clock)


def test_written_answers_end_in_a_result_without_any_recognition(sitting: Sitting) -> None:
    first = sitting.sittings.start(sitting.token)
    assert first.asked is not None and (first.asked.index, first.asked.total, first.asked.take) == (1, 2, 1)
    assert sitting.interview().status is S.IN_PROGRESS
    assert sitting.write().asked is not None
    done = sitting.write(f"Another time, {STRONG}")
    assert done.done and done.asked is None and (done.answered, done.total) == (2, 2)
    assert sitting.interview().status is S.PROCESSING and sitting.interview().next_action == "score"
    sitting.later(seconds=1)
    assert sitting.interview().status is S.COMPLETED
    result = sitting.result()
    assert result is not None and result.overall_score == 10.0
    answers = sitting.all(Answer)
    assert [one.transcript_model for one in answers] == ["written", "written"]
    assert {one.transcript for one in answers} == {STRONG, f"Another time, {STRONG}"}
    assert not sitting.transcriber.heard
    assert all(one.storage_key is None and one.heard_text for one in sitting.recordings())
    assert not sitting.carrier.placed and not sitting.carrier.deleted
    (call,) = sitting.all(Call)
    assert (call.direction, call.status, call.outcome, call.carrier_sid) == (
        "browser", CallStatus.COMPLETED, "completed", None,
    )  # fmt: skip


def test_what_is_told_and_agreed_to_is_stored_before_the_first_question(sitting: Sitting) -> None:
    sitting.sittings.start(sitting.token)
    (consent,) = recorded_consents(sitting)
    assert (consent.basis, consent.source, consent.text_version) == ("recording", "browser", "door-1")
    events = [one.type for one in sitting.all(DomainEvent)]
    assert events[0] == "call.browser" and {"interview.started", "interview.identified"} <= set(events)


def recorded_consents(sitting: Sitting) -> list[Consent]:
    return [one for one in sitting.all(Consent) if one.interview_id == sitting.interview_id]


def test_spoken_answers_are_stored_measured_transcribed_and_rated(sitting: Sitting) -> None:
    sitting.sittings.start(sitting.token)
    sitting.speak()
    sitting.speak(seconds=13.0)
    assert all(row.storage_key and row.speech is None for row in sitting.recordings())
    sitting.later(seconds=1)
    assert sitting.interview().status is S.COMPLETED
    for row in sitting.recordings():
        assert row.speech is not None and row.peaks and row.sha256 and row.speech["speech_s"] > 1
        assert sitting.store.get(row.storage_key)[:4] == b"RIFF"
    assert not sitting.carrier.deleted, "no carrier has a copy"
    assert sorted(one.duration_s for one in sitting.all(Answer)) == [12.0, 13.0]


def test_silence_is_no_answer(sitting: Sitting) -> None:
    sitting.sittings.start(sitting.token)
    sitting.speak(silent=True)
    sitting.write()
    sitting.later(seconds=1)
    assert sorted(one.state.value for one in sitting.all(Answer)) == ["no_response", "scored"]


def test_the_same_reply_twice_is_one_answer(sitting: Sitting) -> None:
    first = sitting.sittings.start(sitting.token).asked
    assert first is not None
    reply = Response(first.question_id, take=1, text=STRONG)
    one, two = sitting.sittings.respond(sitting.token, reply), sitting.sittings.respond(sitting.token, reply)
    assert one.received and not two.received and one.asked == two.asked
    sitting.on(two)
    without_take = sitting.sittings.respond(sitting.token, Response(first.question_id, text=STRONG))
    assert not without_take.received
    assert len(sitting.all(Answer)) == len(sitting.recordings()) == 1
    sitting.write()
    after_the_end = sitting.sittings.respond(sitting.token, reply)
    assert after_the_end.done and not after_the_end.received


def test_a_late_reply_is_told_so_and_kept(sitting: Sitting) -> None:
    first = sitting.sittings.start(sitting.token).asked
    assert first is not None
    sitting.write()
    audio = spoken_wav(2.0)
    for _ in range(2):
        with pytest.raises(NotNow) as late:
            sitting.sittings.respond(sitting.token, Response(first.question_id, audio=audio))
        assert late.value.code == "late_response"
    assert len(sitting.all(Answer)) == 1
    kept = [row for row in sitting.recordings() if row.storage_key]
    assert len(kept) == 1 and sitting.store.get(kept[0].storage_key) == audio


def test_two_tabs_at_once_are_one_answer(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second write finds that the version has moved on, reads again, and finds its answer given."""
    first = sitting.sittings.start(sitting.token).asked
    assert first is not None
    reply = Response(first.question_id, take=1, text=STRONG)
    turns = TurnStore(sitting.database)
    real, raced = turns.write, []

    def write(turn: Any) -> bool:
        if not raced:
            raced.append(True)
            assert sitting.sittings.respond(sitting.token, reply).received
        return real(turn)

    turns.write = write  # type: ignore[method-assign]
    links = CandidateLinks("https://x.example.com", ("a-secret",))
    other = SittingService(sitting.database, turns, links, sitting.store, sitting.clock, sitting.ring)
    assert not other.respond(sitting.token, reply).received
    assert len(sitting.all(Answer)) == 1


@pytest.mark.parametrize(
    ("response", "field", "code"),
    [
        ({"text": "   "}, "response_text", "empty"),
        ({"text": "x" * 6001}, "response_text", "too_long"),
        ({"text": "a\x00b"}, "response_text", "control_characters"),
        ({"audio": b"<html>"}, "audio", "not_audio"),
        ({"audio": b""}, "audio", "empty"),
        ({"audio": spoken_wav(1.0)[:-500]}, "audio", "truncated"),
        ({"audio": spoken_wav(1.0).replace(b"\x01\x00\x01\x00", b"\x03\x00\x01\x00", 1)}, "audio", "unsupported"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(
    sitting: Sitting, response: dict[str, Any], field: str, code: str
) -> None:
    asked = sitting.sittings.start(sitting.token).asked
    assert asked is not None
    with pytest.raises(Invalid) as refused:
        sitting.sittings.respond(sitting.token, Response(asked.question_id, **response))
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]
    assert not sitting.all(Answer) and not sitting.recordings()


def test_a_recording_is_as_long_as_its_question_allows(database: Database, clock: FrozenClock) -> None:
    sitting = Sitting(database, clock)
    asked = sitting.sittings.start(sitting.token).asked
    assert asked is not None
    long = bytearray(spoken_wav(1.0))
    silence = b"\x00" * int(16_000 * (asked.max_seconds + 6))
    long += silence
    struct.pack_into("<L", long, 4, len(long) - 8)
    at = long.index(b"data")
    struct.pack_into("<L", long, at + 4, len(long) - at - 8)
    with pytest.raises(Invalid) as refused:
        sitting.sittings.respond(sitting.token, Response(asked.question_id, audio=bytes(long)))
    assert refused.value.problems[0].code == "too_long" and not sitting.recordings()


def test_knockouts_want_yes_or_no(database: Database, clock: FrozenClock) -> None:
    sitting = Sitting(database, clock, questions=1, knockouts=1)
    first = sitting.sittings.start(sitting.token).asked
    assert first is not None and first.kind is Kind.YES_NO
    with pytest.raises(Invalid, match="yes or no"):
        sitting.write("Perhaps, it depends")
    assert sitting.write("Yes, I do").asked is not None
    (answer,) = sitting.all(Answer)
    assert (answer.is_knockout, answer.said_yes, answer.state.value) == (True, True, "scored")


def test_a_question_left_out_comes_once_more_at_the_end(sitting: Sitting) -> None:
    first = sitting.sittings.start(sitting.token).asked
    assert first is not None
    second = sitting.on(sitting.sittings.respond(sitting.token, Response(first.question_id))).asked
    assert second is not None and second.question_id != first.question_id
    again = sitting.write().asked
    assert again is not None and again.question_id == first.question_id and again.is_second_round
    assert sitting.sittings.respond(sitting.token, Response(first.question_id)).done
    assert sitting.interview().status is S.PROCESSING


def test_nobody_ends_by_mistake(sitting: Sitting) -> None:
    sitting.sittings.start(sitting.token)
    sitting.write()
    with pytest.raises(NotNow) as refused:
        sitting.sittings.complete(sitting.token)
    assert refused.value.code == "questions_left" and sitting.interview().status is S.IN_PROGRESS
    assert sitting.sittings.complete(sitting.token, end_early=True).done
    assert sitting.interview().status is S.PROCESSING
    assert sitting.sittings.complete(sitting.token).done, "asked again, it is done"


def follows_up(payload: Any) -> dict[str, Any]:
    point = payload["question"]["key_points"][0]["id"]
    return {"needed": True, "neutral": False, "key_point_id": point, "text": "What did you do after that?"}


def test_a_follow_up_that_is_ready_is_asked_and_rated_with_its_question(sitting: Sitting) -> None:
    sitting.model.replies["follow_up"] = follows_up
    sitting.sittings.start(sitting.token)
    second = sitting.write().asked
    sitting.work(kinds=("transcribe_answer", "write_follow_up"))
    asked = sitting.write(f"And then, {STRONG}").asked
    assert asked is not None and asked.is_follow_up and asked.text.endswith("What did you do after that?")
    assert second is not None and asked.index == 1
    assert sitting.write("After that I measured the result, and told the team about it.").done
    sitting.later(seconds=40)
    assert sitting.interview().status is S.COMPLETED
    assert [one.state.value for one in sitting.all(FollowUp)] == ["answered"]


def test_the_candidates_own_question_is_answered_at_the_end(database: Database, clock: FrozenClock) -> None:
    sitting = Sitting(database, clock, curious=True)
    sitting.sittings.start(sitting.token)
    offer = sitting.write().asked
    assert offer is not None and offer.kind is Kind.OWN_QUESTION and offer.text == ""
    sitting.write("How many people work in the kitchen?")
    sitting.work(kinds=("transcribe_answer", "answer_candidate_question"))
    (own,) = sitting.all(CandidateQuestion)
    assert own.transcript == "How many people work in the kitchen?" and own.transcript_model == "written"
    done = sitting.write(f"Well, {STRONG}")
    assert done.done and "your question" in done.closing


# --- the question about their own résumé


ABOUT = "Your résumé names smelting. What did you do there on your own?"


def at_the_resume_question(sitting: Sitting) -> SittingView:
    """The sitting after all of its questions, with one about the résumé that was ready before it began."""
    with sitting.database.write() as unit:
        row = unit.session.get_one(Interview, sitting.interview_id)
        unit.session.add(
            ResumeQuestion(organisation_id=row.organisation_id, interview_id=row.id, text=ABOUT,
                           state=ResumeQuestionState.READY)
        )  # fmt: skip
    sitting.sittings.start(sitting.token)
    sitting.write()
    return sitting.write(f"Another time, {STRONG}")


def about_resume(sitting: Sitting) -> ResumeQuestion:
    (row,) = sitting.all(ResumeQuestion)
    return row


def test_Q7_the_resume_is_asked_about_last_and_nothing_is_over_before(sitting: Sitting) -> None:
    view = at_the_resume_question(sitting)
    assert view.asked is not None and not view.done and (view.answered, view.total) == (2, 2)
    asked = view.asked
    assert (asked.question_id, asked.kind, asked.text) == ("resume_question", Kind.RESUME_QUESTION, ABOUT)
    assert (asked.index, asked.total, asked.take, asked.max_seconds) == (2, 2, 1, 90)
    assert sitting.interview().status is S.IN_PROGRESS and sitting.sittings.look(sitting.token) == view
    assert about_resume(sitting).state is ResumeQuestionState.ASKED
    with pytest.raises(NotNow) as refused:
        sitting.sittings.complete(sitting.token)
    assert refused.value.code == "questions_left"


def test_Q7_a_written_answer_about_the_resume_is_shown_and_never_rated(sitting: Sitting) -> None:
    at_the_resume_question(sitting)
    said = "I checked the kiln every hour."
    reply = Response("resume_question", take=1, text=said)
    assert sitting.sittings.respond(sitting.token, reply).done
    assert not sitting.sittings.respond(sitting.token, reply).received
    sitting.later(seconds=1)
    row = about_resume(sitting)
    assert (row.state, row.transcript, row.transcript_model) == (ResumeQuestionState.ANSWERED, said, "written")
    assert row.duration_s == 0.0 and row.call_id and not sitting.transcriber.heard
    assert sitting.interview().status is S.COMPLETED and len(sitting.all(Answer)) == 2
    assert "kiln every hour" not in str([one.payload for one in sitting.model.asked])


def test_Q7_a_spoken_answer_about_the_resume_is_kept_and_transcribed(sitting: Sitting) -> None:
    at_the_resume_question(sitting)
    assert sitting.speak("I checked it on every single morning of that year.").done
    sitting.later(seconds=1)
    row = about_resume(sitting)
    assert row.transcript == "I checked it on every single morning of that year." and row.duration_s == 12.0
    (kept,) = [one for one in sitting.recordings() if one.recording_sid == row.recording_sid]
    assert kept.storage_key and sitting.interview().status is S.COMPLETED


@pytest.mark.parametrize("way", ["skip", "end", "leave"])
def test_Q7_nobody_has_to_answer_about_the_resume(sitting: Sitting, way: str) -> None:
    at_the_resume_question(sitting)
    match way:
        case "skip":
            assert sitting.sittings.respond(sitting.token, Response("resume_question")).done
        case "end":
            assert sitting.sittings.complete(sitting.token, end_early=True).done
        case _:
            sitting.sittings.leave(sitting.token)
    assert sitting.interview().status is S.PROCESSING and about_resume(sitting).transcript is None
    sitting.later(seconds=1)
    assert sitting.interview().status is S.COMPLETED and len(sitting.all(Answer)) == 2


# --- leaving and coming back


def test_an_abandoned_sitting_is_interrupted_and_link_and_telephone_go_on(sitting: Sitting) -> None:
    sitting.sittings.start(sitting.token)
    sitting.write()
    sitting.clock.advance(seconds=IDLE.total_seconds() - 60)
    end(sitting)
    assert sitting.interview().status is S.IN_PROGRESS, "the last answer is not that old"
    sitting.clock.advance(seconds=120)
    end(sitting)
    row = sitting.interview()
    assert (row.status, row.next_action) == (S.INTERRUPTED, "call") and row.next_action_at > sitting.clock()
    assert "place_call" in {task.kind for task in sitting.open_tasks()}
    with pytest.raises(NotNow) as refused:
        sitting.write()
    assert refused.value.code == "not_started"
    back = sitting.sittings.start(sitting.token)
    assert back.asked is not None and back.asked.index == 2
    assert "place_call" not in {task.kind for task in sitting.open_tasks()}, "who is here is not called"
    assert sitting.write().done
    assert [one.attempt for one in sitting.all(Call)] == [1, 2]


def end(sitting: Sitting) -> None:
    """The worker's look at every open sitting that is due."""
    for claimed in outbox_rows.claim_due(sitting.database, sitting.clock(), "test", 50, 60):
        lease = sitting.outbox.start(claimed.outbox_id, claimed.generation)
        if lease is not None and claimed.kind == "end_sitting":
            sitting.outbox.run(lease, sitting.sittings.end_sitting, None)


def test_nobody_is_on_the_telephone_and_in_a_browser(sitting: Sitting) -> None:
    with sitting.database.write() as unit:
        unit.session.get_one(Interview, sitting.interview_id).status = S.DIALING
    for ask in (sitting.sittings.start, sitting.sittings.look):
        with pytest.raises(NotNow) as refused:
            ask(sitting.token)
        assert refused.value.code == "on_the_line"
    assert not sitting.all(Call)


def test_a_start_that_broke_off_halfway_is_no_end(sitting: Sitting) -> None:
    with sitting.database.write() as unit:
        row = unit.session.get_one(Interview, sitting.interview_id)
        row.status, row.attempts = S.IN_PROGRESS, 1
        unit.session.add(
            Call(organisation_id=row.organisation_id, interview_id=row.id, attempt=1, direction="browser",
                 phone="+14155550100", status=CallStatus.IN_PROGRESS, answered_at=sitting.clock())
        )  # fmt: skip
    for ask in (sitting.sittings.look, lambda token: sitting.sittings.respond(token, Response("q1", text="Hello."))):
        with pytest.raises(NotNow) as refused:
            ask(sitting.token)
        assert refused.value.code == "not_started"
    started = sitting.sittings.start(sitting.token)
    assert started.asked is not None and started.asked.index == 1 and len(sitting.all(Call)) == 1


def test_starting_twice_goes_on(sitting: Sitting) -> None:
    assert sitting.sittings.start(sitting.token) == sitting.sittings.start(sitting.token)
    sitting.write()
    again = sitting.sittings.start(sitting.token)
    assert again.asked is not None and again.asked.index == 2
    assert len(sitting.all(Call)) == len(recorded_consents(sitting)) == 1


def test_leaving_for_the_telephone_interrupts(sitting: Sitting) -> None:
    sitting.sittings.leave(sitting.token)
    assert sitting.interview().status is S.QUEUED, "there was nothing to leave"
    sitting.sittings.start(sitting.token)
    sitting.sittings.leave(sitting.token)
    assert sitting.interview().status is S.INTERRUPTED
    assert [one.status for one in sitting.all(Call)] == [CallStatus.COMPLETED]


def test_a_person_of_ours_can_end_it_at_the_next_answer(sitting: Sitting) -> None:
    sitting.sittings.start(sitting.token)
    with sitting.database.write() as unit:
        unit.session.get_one(Interview, sitting.interview_id).hang_up_requested = True
    assert sitting.write().done
    assert sitting.interview().status is S.PROCESSING


def test_an_interview_that_is_over_is_not_started(sitting: Sitting) -> None:
    for status in (S.COMPLETED, S.DECLINED, S.CANCELED, S.OPTED_OUT):
        with sitting.database.write() as unit:
            unit.session.get_one(Interview, sitting.interview_id).status = status
        with pytest.raises(NotNow) as refused:
            sitting.sittings.start(sitting.token)
        assert refused.value.code == "wrong_status"


def test_one_who_was_not_reached_may_still_answer(sitting: Sitting) -> None:
    with sitting.database.write() as unit:
        unit.session.get_one(Interview, sitting.interview_id).status = S.UNREACHABLE
    assert sitting.sittings.start(sitting.token).asked is not None
