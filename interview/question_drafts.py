"""Questions as a model or a recruiter writes them, before they are checked and numbered."""

from collections.abc import Iterable
from dataclasses import dataclass

from interview.question import DIMENSIONS_BY_TYPE, Anchors, Difficulty, KeyPoint, Question, QuestionType
from interview.reply_reader import ReplyReader


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question without an id. ``skill`` and ``must_ask`` name the wish that it fulfils, as it was worded."""

    text: str
    competency: str
    type: QuestionType
    difficulty: Difficulty
    key_points: tuple[str, ...]
    anchors: Anchors
    ideal_answer: str
    knockout: bool
    pass_rule: str | None
    weight: float
    max_seconds: int
    job_evidence: str
    skill: str | None = None
    must_ask: str | None = None
    say_as: str | None = None


class BadDrafts(Exception):
    """The model's output is no list of questions; ``problems`` say why, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


_QUESTION = frozenset(
    {
        "text",
        "competency",
        "type",
        "difficulty",
        "key_points",
        "anchors",
        "ideal_answer",
        "knockout",
        "pass_rule",
        "weight",
        "max_seconds",
        "job_evidence",
        "skill",
        "must_ask",
    }
)
_ANCHORS = frozenset({"1", "2", "3", "4", "5"})


def parse_drafts(obj: object) -> tuple[QuestionDraft, ...]:
    """The drafts in ``obj`` (decoded JSON of an ``interview_questions`` reply); their content is not judged here.

    Raises:
        BadDrafts: anything is missing, unknown or of the wrong type.
    """
    reader = ReplyReader()
    top = reader.record(obj, "the reply", frozenset({"questions"}))
    items = [] if top is None else reader.entries(top["questions"], "questions", _QUESTION)
    drafts = tuple(_draft(reader, item) for item in items)
    if reader.problems:
        raise BadDrafts(tuple(dict.fromkeys(reader.problems)))
    return drafts


def _draft(reader: ReplyReader, item: dict[str, object]) -> QuestionDraft:
    points = reader.entries(item["key_points"], "key_points", frozenset({"text"}))
    anchors = reader.record(item["anchors"], "anchors", _ANCHORS) or dict.fromkeys(_ANCHORS, "")
    return QuestionDraft(
        text=reader.text(item["text"], "text").strip(),
        competency=reader.text(item["competency"], "competency").strip(),
        type=reader.choice(item["type"], "type", QuestionType) or QuestionType.GENERAL,
        difficulty=reader.choice(item["difficulty"], "difficulty", Difficulty) or Difficulty.MEDIUM,
        key_points=tuple(reader.text(point["text"], "a key point") for point in points),
        anchors=Anchors(
            one=reader.string(anchors["1"], "anchor 1"),
            three=reader.string(anchors["3"], "anchor 3"),
            five=reader.string(anchors["5"], "anchor 5"),
            two=reader.text_or_null(anchors["2"], "anchor 2"),
            four=reader.text_or_null(anchors["4"], "anchor 4"),
        ),
        ideal_answer=reader.string(item["ideal_answer"], "ideal_answer"),
        knockout=reader.flag(item["knockout"], "knockout"),
        pass_rule=reader.text_or_null(item["pass_rule"], "pass_rule"),
        weight=reader.number(item["weight"], "weight"),
        max_seconds=reader.integer(item["max_seconds"], "max_seconds"),
        job_evidence=reader.string(item["job_evidence"], "job_evidence"),
        skill=reader.text_or_null(item["skill"], "skill"),
        must_ask=reader.text_or_null(item["must_ask"], "must_ask"),
    )


def assemble(drafts: Iterable[QuestionDraft]) -> tuple[Question, ...]:
    """The questions in the order of their drafts.

    Core questions are q1, q2, … and knockouts k1, k2, …; in each question the key points are k1, k2, ….
    """
    found: list[Question] = []
    for draft in drafts:
        number = sum(question.knockout == draft.knockout for question in found) + 1
        found.append(
            Question(
                id=f"k{number}" if draft.knockout else f"q{number}",
                text=draft.text,
                competency=draft.competency,
                type=draft.type,
                difficulty=draft.difficulty,
                dimensions=DIMENSIONS_BY_TYPE[draft.type],
                weight=draft.weight,
                max_seconds=draft.max_seconds,
                key_points=tuple(KeyPoint(f"k{i}", text) for i, text in enumerate(draft.key_points, start=1)),
                anchors=draft.anchors,
                ideal_answer=draft.ideal_answer,
                job_evidence=draft.job_evidence,
                knockout=draft.knockout,
                pass_rule=draft.pass_rule,
                say_as=draft.say_as,
                skill=draft.skill,
                must_ask=draft.must_ask,
            )
        )
    return tuple(found)
