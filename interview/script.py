"""What will be said and asked on the telephone, in order, frozen for one interview."""

from dataclasses import dataclass

from interview.call_in import CallIn
from interview.question import Question


@dataclass(frozen=True, slots=True)
class SpokenQuestion:
    """The part of a question that a caller hears; ``say_as`` replaces ``text`` in speech when set."""

    id: str
    text: str
    max_seconds: int
    knockout: bool = False
    say_as: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One question more about an answer that was given to ``question_id``; ``about`` says in a few words what it was
    about, ``text`` is what is asked."""

    id: str
    question_id: str
    about: str
    text: str


EXTRA_TIME_FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class Accommodations:
    """Changes to the call only; they never reach the rating."""

    slower_speech: bool = False
    longer_silence: bool = False
    extra_time: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation: who calls, about what, in which language, and the questions.

    Knockouts come before the core questions and are answered by key; they do not count in "question n of m".
    ``answer_max_s`` is the job's ceiling over every question's own ``max_seconds``; ``max_call_minutes`` the call's.
    ``call_in`` is how the candidate reaches us, for the message on a voicemail.
    ``max_follow_ups`` holds for the whole interview. ``practises``: a throw-away answer comes before question 1.
    ``resume_question`` is what this candidate alone is asked at the very end, unscored, if there is such a question.
    ``may_ask``: the candidate may ask one question of their own. ``unrecorded``: answers are heard by the carrier's
    speech recognition and not recorded (``ANSWER_MODE=speech``). ``is_coaching``: it is the candidate's own practice.
    """

    company: str
    job_title: str
    language: str
    questions: tuple[SpokenQuestion, ...]
    candidate_name: str = ""
    voice: str | None = None
    accommodations: Accommodations = Accommodations()
    answer_max_s: int = 180
    max_call_minutes: int = 30
    retakes: int = 1
    call_in: CallIn | None = None
    max_follow_ups: int = 2
    practises: bool = False
    may_ask: bool = False
    unrecorded: bool = False
    resume_question: str | None = None
    is_coaching: bool = False

    @property
    def core_count(self) -> int:
        """How many questions count in "question n of m"."""
        return sum(not question.knockout for question in self.questions)

    @property
    def offers_practice(self) -> bool:
        """Whether a throw-away answer comes first: it has to be recorded to be played back."""
        return self.practises and self.core_count > 0 and not self.unrecorded

    @property
    def offers_question(self) -> bool:
        """Whether the candidate is asked for a question of their own: there has to be a question before the last, and
        a recording that a worker can transcribe."""
        return self.may_ask and self.core_count > 1 and not self.unrecorded

    @property
    def asks_about_resume(self) -> bool:
        """Whether a question about the résumé comes last: its answer has to be recorded to be heard by a person."""
        return bool(self.resume_question) and self.core_count > 0 and not self.unrecorded


def spoken(questions: tuple[Question, ...]) -> tuple[SpokenQuestion, ...]:
    """The questions as the telephone needs them: knockouts first, then the core questions in their order."""
    ordered = [q for q in questions if q.knockout] + [q for q in questions if not q.knockout]
    return tuple(SpokenQuestion(q.id, q.text, q.max_seconds, q.knockout, q.say_as) for q in ordered)
