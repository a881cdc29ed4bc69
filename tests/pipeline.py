"""An interview after its call, worked through by hand: recordings to transcripts to ratings to a result."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db.models import Answer, AnswerRating, Interview, OutboxRow, Recording, Result
from db.repositories import outbox as rows
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.events import DigitsPressed, Event, UtteranceRecorded
from interview.lifecycle import CallStatus
from interview.progress import Phase
from ivr.gateways.ports import LanguageModel
from ivr.services.answers import AnswerService
from ivr.services.candidate_questions import CandidateQuestionService
from ivr.services.conversations import CallNews, ConversationService
from ivr.services.feedback import FeedbackService
from ivr.services.feedback_drafts import FeedbackDraftService
from ivr.services.follow_ups import FollowUpService
from ivr.services.integrity import IntegrityService
from ivr.services.model_ledger import ModelLedger
from ivr.services.outbox import Outbox
from ivr.services.practice import PracticeService
from ivr.services.question_checks import QuestionChecker
from ivr.services.ratings import RatingService
from ivr.services.resume_questions import ResumeQuestionService
from ivr.services.scorecards import ScorecardService
from scripts.simulator.audio import Utterance, render_wav
from scripts.simulator.openai_double.wording import check_wording
from tests.factories import make_call, make_interview
from tests.fakes import FakeCarrier, FakeEmbedder, FakeFileStore, FakeLanguageModel, FakeTranscriber, FrozenClock

SID = "CA" + "0" * 32
STRONG = (
    "I named the cause first, because I looked at the logs and saw it there. I explained the steps taken to the team "
    "in order, and we measured the result: it went from nine hours down to two."
)


def rating_of(payload: Mapping[str, Any], rating: int | None, quote: str, **changes: Any) -> dict[str, Any]:
    """A well-formed reply that gives every criterion the same rating, backed by one quote."""
    covered = rating is not None and rating >= 4
    return {
        "key_points": [
            {"id": point["id"], "status": "covered" if covered else "missing", "quote": quote if covered else None}
            for point in payload["question"]["key_points"]
        ],
        "criteria": [
            {"id": criterion["id"], "reason": "It says what was done.", "quotes": [quote], "rating": rating}
            for criterion in payload["criteria"]
        ],
        "off_topic": False,
        "needs_clarification": False,
        "cannot_score_reason": None,
        "injection_suspected": False,
    } | changes


def rates(rating: int, quote: str = "looked at the logs") -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A model that gives every answer the same rating."""
    return lambda payload: rating_of(payload, rating, quote)


WORDS = {
    "summary": "The candidate told how the logs were read.",
    "strengths": ["They looked at the logs."],
    "improvements": [],
    "next_steps": [],
    "recommended_topics": [],
}


NO_FOLLOW_UP = {"needed": False, "neutral": False, "key_point_id": None, "text": None}


class Pipeline:
    """Everything behind the webhooks, with the outside played by fakes and the outbox worked by hand.

    Asked whether they want to know something about the job, candidates press #, unless they are said to be ``curious``.
    """

    def __init__(
        self,
        database: Database,
        clock: FrozenClock,
        *,
        samples: int = 1,
        curious: bool = False,
        sid: str = SID,
        model: LanguageModel | None = None,
        model_names: Mapping[str, str] | None = None,
        budget_usd: Decimal | None = None,
        **interview: Any,
    ) -> None:
        self.curious = curious
        self.embedder = FakeEmbedder()
        self.database, self.clock = database, clock
        self.carrier, self.store, self.transcriber = FakeCarrier(clock), FakeFileStore(), FakeTranscriber()
        self.model = FakeLanguageModel(
            {
                "answer_rating": rates(5), "follow_up": NO_FOLLOW_UP, "question_check": check_wording,
                "interview_narrative": WORDS,
            }  # fmt: skip
        )
        self.conversations = ConversationService(TurnStore(database), clock, lambda: None)
        ledger = ModelLedger(
            database, model or self.model, clock, transcriber=self.transcriber, model_name="m",
            model_names=model_names, transcribe_model_name="t", embedder=self.embedder, embedding_model_name="e",
            budget_usd=budget_usd,
        )  # fmt: skip
        self.answers = AnswerService(
            database, self.carrier, self.store, ledger, self.conversations,
            PracticeService(database, self.carrier, self.store, clock), clock,
        )  # fmt: skip
        self.candidate_questions = CandidateQuestionService(database, self.store, ledger, clock)
        checker = QuestionChecker(database, ledger, clock)
        self.follow_ups = FollowUpService(database, ledger, checker, clock)
        self.ratings = RatingService(database, ledger, clock, samples=samples)
        self.scorecards = ScorecardService(database, ledger, clock)
        self.integrity = IntegrityService(database, clock)
        self.resume_questions = ResumeQuestionService(database, self.store, ledger, checker, clock)
        self.feedback = FeedbackService(database, clock, lambda: None)
        self.feedback_drafts = FeedbackDraftService(database, ledger, clock)
        self.outbox = Outbox(database, clock, owner="test", chance=lambda: 0.0)
        self.interview_id = make_interview(database, **interview)
        self.sid = sid
        self.call_id = make_call(database, self.interview_id, carrier_sid=sid)
        self.said = self.sids_from = 0

    # --- the call

    def begin(self) -> None:
        self.turn = self.conversations.answered(self.call_id, self.sid).turn
        for _ in range(2):
            self.press("1")

    def call_again(self, sid: str) -> None:
        """The next call to the same candidate, who takes part."""
        self.sid, self.call_id = sid, make_call(self.database, self.interview_id, carrier_sid=sid)
        self.begin()

    def press(self, digits: str) -> None:
        self.hear(DigitsPressed(digits))

    def hear(self, event: Event) -> None:
        """The reply to the present listen."""
        self.turn = self.conversations.take_turn(self.call_id, self.turn, event, self.sid).turn
        if self.interview().progress.phase is Phase.CANDIDATE_QUESTION and not self.curious:
            self.turn = self.conversations.take_turn(self.call_id, self.turn, DigitsPressed("#"), self.sid).turn

    def say(self, words: str | None, *, ended_by: str = "#", action: bool = True, callback: bool = True) -> str:
        """One answer; None is silence on the line. Either webhook may be lost."""
        self.said += 1
        sid = f"RE{self.sids_from + self.said:032x}"
        # the number in the words makes each recording's bytes its own
        audio = render_wav(Utterance(words or "", 12.0 + self.said / 10), "tones")
        self.carrier.add_recording(self.sid, sid, audio, duration_s=12.0)
        self.transcriber.texts[audio] = words or ""
        turn = self.turn
        if action:
            self.hear(UtteranceRecorded(sid, 12.0, ended_by))
        if callback:
            self.conversations.recording_ready(self.call_id, turn, self.sid, sid, 12.0)
        return sid

    def hang_up(self) -> None:
        self.conversations.status_changed(self.call_id, CallNews(self.sid, CallStatus.COMPLETED, 9, duration_s=99))

    # --- the worker

    def work(self, *, rounds: int = 30, kinds: tuple[str, ...] = ()) -> None:
        """Do everything that is due now, as a worker would, until nothing is."""
        doing: dict[str, Any] = {
            "transcribe_answer": (self.answers.transcribe_answer, self.answers.give_up_transcribing),
            "write_follow_up": (self.follow_ups.write_follow_up, None),
            "answer_candidate_question": (
                self.candidate_questions.answer_candidate_question, self.candidate_questions.give_up,
            ),
            "score_answer": (self.ratings.score_answer, None),
            "conclude_interview": (self.scorecards.conclude_interview, None),
            "narrate_interview": (self.scorecards.narrate_interview, None),
            "note_integrity": (self.integrity.note_integrity, None),
            "write_resume_question": (
                self.resume_questions.write_resume_question, self.resume_questions.give_up_writing,
            ),
            "transcribe_resume_answer": (
                self.resume_questions.transcribe_resume_answer, self.resume_questions.give_up_transcribing,
            ),
            "draft_feedback": (self.feedback_drafts.draft_feedback, self.feedback_drafts.give_up),
            "delete_recording": (self.answers.delete_recording, None),
        }  # fmt: skip
        for _ in range(rounds):
            leases = rows.claim_due(self.database, self.clock(), "test", 50, 60)
            if not leases:
                return
            for claimed in leases:
                if claimed.kind not in doing or (kinds and claimed.kind not in kinds):
                    continue
                lease = self.outbox.start(claimed.outbox_id, claimed.generation)
                if lease is not None:
                    work, give_up = doing[claimed.kind]
                    self.outbox.run(lease, work, give_up)

    def later(self, **delta: float) -> None:
        """Time passes, and what became due in it is done."""
        self.clock.advance(**delta)
        self.work()

    # --- the record

    def interview(self) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, self.interview_id)

    def all(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind).order_by(kind.created_at)))

    def answer(self, question_id: str) -> Answer:
        with self.database.read() as session:
            found = select(Answer).where(Answer.question_id == question_id, Answer.superseded.is_(False))
            return session.scalars(found.order_by(Answer.take.desc()).limit(1)).one()

    def result(self) -> Result | None:
        with self.database.read() as session:
            return session.scalars(select(Result)).one_or_none()

    def ratings_stored(self) -> list[AnswerRating]:
        return self.all(AnswerRating)

    def recordings(self) -> list[Recording]:
        return self.all(Recording)

    def open_tasks(self) -> list[OutboxRow]:
        return [row for row in self.all(OutboxRow) if row.done_at is None]
