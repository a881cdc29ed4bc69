"""A conversation with the machine, event by event, for the tests to read like a phone call."""

from dataclasses import dataclass, field

from interview.events import CallAnswered, CallEnded, DigitsPressed, Event, NoInput, UtteranceRecorded
from interview.facts import Fact
from interview.machine import Available, Turn, advance, begin
from interview.progress import Phase, Progress
from interview.script import Accommodations, Script, SpokenQuestion
from interview.steps import Step

CORE = (
    SpokenQuestion("q1", "Tell me about a time when you had to calm somebody down.", 120),
    SpokenQuestion("q2", "How do you check that a delivery is complete?", 90),
    SpokenQuestion("q3", "What do you do when two people need you at once?", 120),
)
KNOCKOUTS = (
    SpokenQuestion("k1", "Do you have a valid forklift licence?", 60, knockout=True),
    SpokenQuestion("k2", "Can you start work at six in the morning?", 60, knockout=True),
)


NO_CHANGES = Accommodations()


def make_script(
    *,
    questions: tuple[SpokenQuestion, ...] = CORE,
    knockouts: int = 0,
    name: str = "Maria Lopez",
    language: str = "en-US",
    accommodations: Accommodations = NO_CHANGES,
    retakes: int = 1,
    answer_max_s: int = 180,
    max_follow_ups: int = 2,
    practises: bool = False,
    unrecorded: bool = False,
    may_ask: bool = False,
    is_coaching: bool = False,
    resume_question: str | None = None,
) -> Script:
    """A script with everything set that a test does not care about."""
    return Script(
        company="Northwind Logistics",
        job_title="Warehouse Operative",
        language=language,
        questions=KNOCKOUTS[:knockouts] + questions,
        candidate_name=name,
        accommodations=accommodations,
        retakes=retakes,
        answer_max_s=answer_max_s,
        max_follow_ups=max_follow_ups,
        practises=practises,
        unrecorded=unrecorded,
        may_ask=may_ask,
        is_coaching=is_coaching,
        resume_question=resume_question,
    )


@dataclass
class Conversation:
    """One interview; what was established so far is in ``facts``."""

    script: Script = field(default_factory=make_script)
    available: Available = Available()
    facts: list[Fact] = field(default_factory=list)
    progress: Progress = field(init=False)
    step: Step = field(init=False)
    recordings: int = 0

    def __post_init__(self) -> None:
        self.progress = begin(self.script)

    def hear(self, event: Event) -> Turn:
        turn = advance(self.script, self.progress, event, self.available)
        self.progress, self.step = turn.progress, turn.step
        self.facts += turn.facts
        return turn

    def answer(self) -> Turn:
        return self.hear(CallAnswered())

    def press(self, *keys: str) -> Turn:
        for key in keys:
            turn = self.hear(DigitsPressed(key))
        return turn

    def say(self, words: str) -> Turn:
        return self.hear(DigitsPressed("", speech=words))

    def speak(self, seconds: float = 40.0, ended_by: str = "#") -> Turn:
        self.recordings += 1
        return self.hear(UtteranceRecorded(f"RE{self.recordings}", seconds, ended_by))

    def silence(self, times: int = 1) -> Turn:
        for _ in range(times):
            turn = self.hear(NoInput())
        return turn

    def hang_up(self) -> Turn:
        return self.hear(CallEnded())

    def to_first_question(self) -> "Conversation":
        """Through the door and the identity question; earlier facts are forgotten."""
        self.answer()
        self.press("1")
        if self.progress.phase is Phase.IDENTITY:
            self.press("1")
        self.facts.clear()
        return self

    @property
    def heard(self) -> str:
        """What was just said, in one line."""
        return " ".join(prompt.text for prompt in self.step.prompts)
