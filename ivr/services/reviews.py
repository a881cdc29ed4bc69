"""What people do about a result: decide, correct a transcript, confirm a requirement, have it all rated anew.

Nothing that was stored is overwritten: a correction stands beside the transcript, a new score set beside the old one,
and a person's decision beside the rule's.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Answer, AnswerRating, AnswerState, Interview, Review, ScoreSet
from db.repositories import external_ids, outbox
from db.repositories import interviews as rows
from db.repositories.events import record
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus, check_move
from interview.rubric import criteria_for
from ivr.services.context import Actor, Clock
from ivr.services.drafts import AnswerPatch, KnockoutDraft, ReviewDraft, Unset
from ivr.services.errors import Conflict, ExternalIdTaken, FieldProblem, Invalid, NotFound
from ivr.services.interview_views import read_interview
from ivr.services.practice_privacy import refuse_practice
from ivr.services.results import not_ready, review_view
from ivr.services.views import InterviewView, ReviewView
from ivr.services.word_deletion import refuse_deleted

SHORTEST_REASON = 20
CORRECTED = "transcript_corrected"
RESCORED = "rescored"
_DECISIONS = ("hire", "consider", "reject")
_S = InterviewStatus
_CONCLUDED = frozenset({_S.COMPLETED, _S.NEEDS_REVIEW})
ASSESSED = _CONCLUDED | {_S.PROCESSING}
_RATED = frozenset({AnswerState.SCORED, AnswerState.NEEDS_REVIEW})


class ReviewService:
    """People's decisions and corrections. Each may be sent twice: what is so already is answered as it is."""

    def __init__(self, database: Database, clock: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring

    def review(self, actor: Actor, interview_id: str, draft: ReviewDraft) -> ReviewView:
        """The decision, stored over the newest score set; a result that needed a person is completed by it.

        Raises NotFound, Invalid, Conflict ``not_ready``, ``practice_is_private``.
        """
        with self._database.write() as unit:
            session = unit.session
            interview = _locked(session, actor, interview_id)
            refuse_practice(interview)
            if interview.status not in _CONCLUDED:
                raise not_ready(interview)
            self._check_review(session, interview, draft)
            newest = _newest_set(session, interview)
            earlier = rows.reviews(session, actor.organisation_id, interview_id)
            # The same word over what was left for a person since (a contest, say) is a decision of its own.
            is_repeat = earlier and interview.status is not _S.NEEDS_REVIEW
            review = earlier[-1] if is_repeat and _is_same(earlier[-1], actor, newest, draft) else None
            if review is None:
                review = self._decide(session, actor, interview, newest, draft)
            view = review_view(review)
            actor.remember(session, view)
            return view

    def patch_answer(self, actor: Actor, interview_id: str, answer_id: str, patch: AnswerPatch) -> InterviewView:
        """The interview with the answer changed. Other words are rated in a new score set, which keeps the ratings of
        the other answers.

        Raises NotFound, Invalid, Conflict ``wrong_status``, ``practice_is_private``.
        """
        with self._database.write() as unit:
            session = unit.session
            interview = _locked(session, actor, interview_id)
            refuse_practice(interview)
            refuse_deleted(interview)
            answer = _answer(session, actor, interview_id, answer_id)
            if not isinstance(patch.human_feedback, Unset) and patch.human_feedback != answer.human_feedback:
                answer.human_feedback = patch.human_feedback or None
                self._tell(session, actor, interview, "answer.feedback", answer)
            if not isinstance(patch.transcript, Unset):
                self._correct(session, actor, interview, answer, patch.transcript)
            unit.on_commit(self._ring)
            return self._shown(session, actor, interview)

    def confirm_knockout(self, actor: Actor, interview_id: str, answer_id: str, draft: KnockoutDraft) -> InterviewView:
        """The interview with a person's word on a requirement; the result follows from it shortly.

        Raises NotFound, Conflict ``wrong_status``, ``practice_is_private``.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            interview = _locked(session, actor, interview_id)
            refuse_practice(interview)
            refuse_deleted(interview)
            answer = _answer(session, actor, interview_id, answer_id)
            if not answer.is_knockout or answer.superseded:
                raise _not_possible("This answer is not the answer to a requirement.")
            if interview.status not in ASSESSED:
                raise _wrong_status(interview, "requirement can be confirmed")
            if answer.knockout_confirmed is not draft.passed:
                answer.knockout_confirmed = draft.passed
                data = {"passed": draft.passed, **({"reason": draft.reason} if draft.reason else {})}
                self._tell(session, actor, interview, "answer.knockout_confirmed", answer, **data)
                self._ask(session, actor, "conclude_interview", interview.id, now)
                unit.on_commit(self._ring)
            return self._shown(session, actor, interview)

    def rescore(self, actor: Actor, interview_id: str) -> InterviewView:
        """The interview with all its rated answers to be rated anew in a new score set.

        Raises NotFound, Conflict ``wrong_status``, ``not_ready`` when there is nothing that was rated.
        """
        with self._database.write() as unit:
            session = unit.session
            interview = _locked(session, actor, interview_id)
            refuse_deleted(interview)
            if interview.status not in ASSESSED:
                raise _wrong_status(interview, "answers can be rated anew")
            answers = [
                answer
                for answer in rows.answers(session, actor.organisation_id, interview_id)
                if not answer.superseded and not answer.is_knockout
            ]
            waiting = [answer for answer in answers if answer.state is AnswerState.PENDING]
            if waiting:
                # A scoring is under way, or waits for the model: it is pressed on instead of begun again.
                self._press_on(session, actor, waiting)
            else:
                self._rate_all(session, actor, interview, answers)
            unit.on_commit(self._ring)
            return self._shown(session, actor, interview)

    # --- deciding

    def _decide(
        self, session: Session, actor: Actor, interview: Interview, newest: ScoreSet | None, draft: ReviewDraft
    ) -> Review:
        result = None if newest is None else rows.result_of(session, actor.organisation_id, newest.id)
        if result is None and interview.status is not _S.NEEDS_REVIEW:
            raise not_ready(interview)
        if external_ids.is_taken(session, Review, actor.organisation_id, draft.external_id):
            raise ExternalIdTaken("review")
        review = Review(
            id=new_id(),
            organisation_id=actor.organisation_id,
            interview_id=interview.id,
            score_set_id=None if newest is None else newest.id,
            reviewer=actor.name,
            decision=draft.decision,
            reason=draft.reason.strip(),
            ratings=_plain_ratings(draft),
            external_id=draft.external_id,
            labels=dict(draft.metadata),
            created_at=self._clock(),
        )
        session.add(review)
        # Where answers still wait to be rated the interview goes on needing review: completed means nothing is missing.
        if interview.status is _S.NEEDS_REVIEW and result is not None:
            _move(interview, _S.COMPLETED)
            interview.waiting_reason = interview.next_action = interview.next_action_at = None
            interview.next_action_why = None
        self._tell(session, actor, interview, "review.created", review=review.id, decision=draft.decision)
        session.flush()
        return review

    def _check_review(self, session: Session, interview: Interview, draft: ReviewDraft) -> None:
        problems = []
        if draft.decision not in _DECISIONS:
            problems.append(FieldProblem("decision", "not_a_choice", "This must be hire, consider or reject."))
        if len(draft.reason.strip()) < SHORTEST_REASON:
            sentence = f"This needs {SHORTEST_REASON} characters at least."
            problems.append(FieldProblem("reason", "too_short", sentence))
        if draft.ratings:
            problems += self._check_ratings(session, interview, draft)
        if problems:
            raise Invalid("invalid_fields", "The review is not complete.", problems=problems)

    def _check_ratings(self, session: Session, interview: Interview, draft: ReviewDraft) -> Sequence[FieldProblem]:
        version = rows.question_set(session, interview.organisation_id, interview.question_set_id)
        questions = {question.id: question for question in version.questions} if version else {}
        known = {
            answer.id: {criterion.id for criterion in criteria_for(questions[answer.question_id])}
            for answer in rows.answers(session, interview.organisation_id, interview.id)
            if not answer.is_knockout
        }
        problems = []
        for answer_id, ratings in (draft.ratings or {}).items():
            if answer_id not in known:
                problems.append(FieldProblem("ratings", "invalid", "A rating names no answer of this interview."))
                continue
            if not set(ratings) <= known[answer_id]:
                sentence = f"These are rated: {', '.join(sorted(known[answer_id]))}."
                problems.append(FieldProblem(f"ratings.{answer_id}", "not_a_choice", sentence))
            if any(rating not in range(1, 6) for rating in ratings.values()):
                problems.append(FieldProblem(f"ratings.{answer_id}", "out_of_range", "Ratings run from 1 to 5."))
        return problems

    # --- rating anew

    def _correct(
        self, session: Session, actor: Actor, interview: Interview, answer: Answer, words: str | None
    ) -> None:
        if interview.status not in ASSESSED:
            raise _wrong_status(interview, "transcripts can be corrected")
        if answer.is_knockout or answer.superseded or answer.recording_sid is None:
            raise _not_possible("This answer has no words that count, so there is nothing to correct.")
        if words is None and answer.transcript_corrected is None:
            return
        if words is not None and not words.strip():
            raise _bad_transcript("too_short", "Write what was said; a correction cannot be empty.")
        if words is None and not answer.transcript:
            raise _bad_transcript("invalid", "There is no original to go back to; write what was said.")
        newest = _newest_set(session, interview)
        ratings = () if newest is None else rows.ratings_in(session, actor.organisation_id, newest.id)
        is_rated = any(rating.answer_id == answer.id for rating in ratings)
        # Words that were doubted are vouched for by sending them unchanged: then they are rated after all.
        is_doubted = not is_rated and answer.state is not AnswerState.PENDING
        is_said_otherwise = (answer.transcript if words is None else words) != _words(answer)
        if words is None or is_said_otherwise or is_doubted:
            answer.transcript_corrected = words
        if not is_said_otherwise and not is_doubted:
            return
        if newest is not None and (is_rated or rows.result_of(session, actor.organisation_id, newest.id) is not None):
            newest = self._new_set(session, actor, interview, newest, CORRECTED)
            self._copy_ratings(session, [rating for rating in ratings if rating.answer_id != answer.id], newest)
        self._tell(session, actor, interview, "answer.corrected", answer, taken_back=words is None)
        self._rate(session, actor, interview, [answer])

    def _rate_all(self, session: Session, actor: Actor, interview: Interview, answers: Sequence[Answer]) -> None:
        newest = _newest_set(session, interview)
        ratings = () if newest is None else rows.ratings_in(session, actor.organisation_id, newest.id)
        rated = {rating.answer_id for rating in ratings}
        again = [answer for answer in answers if answer.id in rated and answer.state in _RATED and _words(answer)]
        if newest is None or not again:
            raise Conflict(
                "not_ready",
                "No answer of this interview has been rated yet, so none can be rated anew.",
                "Listen to the answers; a corrected transcript is rated.",
                extra={"interview_status": interview.status.value},
            )
        fresh = self._new_set(session, actor, interview, newest, RESCORED)
        self._tell(session, actor, interview, "interview.rescore_requested", score_set=fresh.number)
        self._rate(session, actor, interview, again)

    def _press_on(self, session: Session, actor: Actor, waiting: Sequence[Answer]) -> None:
        for answer in waiting:
            if _words(answer) is not None:
                self._ask(session, actor, "score_answer", answer.id, self._clock())
            elif answer.recording_sid is not None:
                self._ask(session, actor, "transcribe_answer", answer.recording_sid, self._clock())

    def _new_set(
        self, session: Session, actor: Actor, interview: Interview, newest: ScoreSet, reason: str
    ) -> ScoreSet:
        fresh = ScoreSet(
            id=new_id(),
            organisation_id=actor.organisation_id,
            interview_id=interview.id,
            number=newest.number + 1,
            reason=reason,
            created_at=self._clock(),
        )
        session.add(fresh)
        session.flush()
        return fresh

    def _copy_ratings(self, session: Session, ratings: Sequence[AnswerRating], target: ScoreSet) -> None:
        for rating in ratings:
            session.add(
                AnswerRating(
                    organisation_id=rating.organisation_id,
                    score_set_id=target.id,
                    interview_id=rating.interview_id,
                    answer_id=rating.answer_id,
                    question_id=rating.question_id,
                    content=rating.content,
                    samples=rating.samples,
                    model=rating.model,
                    prompt_version=rating.prompt_version,
                    simulated=rating.simulated,
                    created_at=rating.created_at,
                )
            )

    def _rate(self, session: Session, actor: Actor, interview: Interview, answers: Sequence[Answer]) -> None:
        now = self._clock()
        for answer in answers:
            answer.state, answer.state_reason = AnswerState.PENDING, None
            self._ask(session, actor, "score_answer", answer.id, now)
        if interview.status is not _S.PROCESSING:
            _move(interview, _S.PROCESSING)
        interview.waiting_reason = None
        interview.next_action, interview.next_action_at = "score", now
        interview.next_action_why = "The answers are being rated anew."
        # Each rating asks for the conclusion; this one says why it waits should none come.
        self._ask(session, actor, "conclude_interview", interview.id, now)

    # --- inside

    def _ask(self, session: Session, actor: Actor, kind: str, subject_id: str, due_at: datetime) -> None:
        outbox.add(
            session, kind=kind, subject_id=subject_id, organisation_id=actor.organisation_id, due_at=due_at,
            request_id=actor.request_id,
        )  # fmt: skip

    def _tell(
        self,
        session: Session,
        actor: Actor,
        interview: Interview,
        type_: str,
        answer: Answer | None = None,
        **data: object,
    ) -> None:
        which = {} if answer is None else {"question": answer.question_id, "take": answer.take}
        record(
            session, organisation_id=actor.organisation_id, type=type_, subject_kind="interview",
            subject_id=interview.id, actor=actor.name, data={**which, **data}, request_id=actor.request_id,
            at=self._clock(),
        )  # fmt: skip

    def _shown(self, session: Session, actor: Actor, interview: Interview) -> InterviewView:
        view = read_interview(session, actor.organisation_id, interview.id)
        actor.remember(session, view)
        return view


def _locked(session: Session, actor: Actor, interview_id: str) -> Interview:
    interview = rows.interview(session, actor.organisation_id, interview_id, lock=True)
    if interview is None:
        raise NotFound("interview")
    return interview


def _answer(session: Session, actor: Actor, interview_id: str, answer_id: str) -> Answer:
    answer = rows.answer(session, actor.organisation_id, interview_id, answer_id)
    if answer is None:
        raise NotFound("answer")
    return answer


def _newest_set(session: Session, interview: Interview) -> ScoreSet | None:
    sets = rows.score_sets(session, interview.organisation_id, interview.id)
    return sets[-1] if sets else None


def _words(answer: Answer) -> str | None:
    return answer.transcript_corrected or answer.transcript


def _is_same(review: Review, actor: Actor, newest: ScoreSet | None, draft: ReviewDraft) -> bool:
    """Whether this decision was sent already."""
    return (
        review.reviewer == actor.name
        and review.score_set_id == (None if newest is None else newest.id)
        and review.decision == draft.decision
        and review.reason == draft.reason.strip()
        and review.ratings == _plain_ratings(draft)
    )


def _plain_ratings(draft: ReviewDraft) -> dict[str, dict[str, int]] | None:
    if not draft.ratings:
        return None
    return {answer_id: dict(ratings) for answer_id, ratings in draft.ratings.items()}


def _move(interview: Interview, target: InterviewStatus) -> None:
    check_move(interview.status, target)
    interview.status = target
    interview.version += 1


def _wrong_status(interview: Interview, what: str) -> Conflict:
    return Conflict(
        "wrong_status",
        f"The interview is {interview.status.value}: no {what} now.",
        "This is possible once the interview is over and its answers are being or have been rated.",
        extra={"interview_status": interview.status.value},
    )


def _not_possible(sentence: str) -> Conflict:
    return Conflict("wrong_status", sentence, "Choose another answer of this interview.")


def _bad_transcript(code: str, sentence: str) -> Invalid:
    return Invalid("invalid_fields", sentence, problems=[FieldProblem("transcript", code, sentence)])
