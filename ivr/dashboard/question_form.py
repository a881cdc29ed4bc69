"""The questions of a job as one form: read into what the service takes, filled in from it, and put in another order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from interview.question import Anchors, Difficulty, Question, QuestionType
from interview.question_diff import parts_of
from ivr.dashboard.job_fields import LONGEST_LINE, LONGEST_PROSE, Fields
from ivr.dashboard.job_words import DIFFICULTIES, QUESTION_TYPES, found
from ivr.services.drafts import QuestionEdit
from ivr.services.errors import FieldProblem

MOST_ENTRIES = 14
MOST_POINTS = 6
# Whatever a part of a question is called by whoever finds something wrong with it, here is where it is shown.
FIELDS = (
    "text", "say_as", "competency", "type", "difficulty", "weight", "max_seconds", "pass_rule", "key_points", "anchors",
    "ideal_answer", "job_evidence", "skill",
)  # fmt: skip
_LEAST_WEIGHT, _MOST_WEIGHT, _LEAST_S, _MOST_S = 0.5, 3.0, 60, 180
_NEW = {"type": "behavioral", "difficulty": "medium", "weight": "1", "max_seconds": "120"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as it stands in the form: texts by field, ``id`` empty for a new one."""

    values: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.values.get(field, "")

    @property
    def is_knockout(self) -> bool:
        """Whether it is a requirement to be answered with yes or no."""
        return bool(self["knockout"])

    @property
    def is_blank(self) -> bool:
        """Whether nobody has written anything into it."""
        return not any(self[field].strip() for field in ("text", "competency", "key_points", "ideal_answer"))


@dataclass(frozen=True, slots=True)
class ReadQuestions:
    """``edits`` are as good as they could be read; ``problems`` by field ("questions.0.text")."""

    edits: tuple[QuestionEdit, ...]
    problems: Mapping[str, str]


def entries_of(questions: Sequence[Question]) -> tuple[Entry, ...]:
    """The form of questions that are there."""
    return tuple(_entry(question) for question in questions)


def blank_entries(count: int) -> tuple[Entry, ...]:
    """The form of questions that nobody has written yet."""
    return tuple(Entry(_NEW) for _ in range(count))


def entries_given(given: MultiDict[str, str]) -> tuple[Entry, ...]:
    """The form as it was sent, in the order in which it stood on the page."""
    entries = []
    for place in given.getlist("place")[:MOST_ENTRIES]:
        prefix = f"q{place}."
        own = {name.removeprefix(prefix): text for name, text in given.items() if name.startswith(prefix)}
        entries.append(Entry(own))
    return tuple(entries)


def rearranged(entries: Sequence[Entry], wish: str) -> tuple[tuple[Entry, ...], int]:
    """The entries after a press on one of the form's buttons ("up.2", "down.2", "remove.2", "add", "add_knockout"), and
    the place to look at. An unknown wish changes nothing."""
    moved, (what, _, number) = list(entries), wish.partition(".")
    place = int(number) if number.isdecimal() and len(number) < 4 else -1
    match what:
        case "up" if 0 < place < len(moved):
            moved[place - 1], moved[place] = moved[place], moved[place - 1]
            place -= 1
        case "down" if 0 <= place < len(moved) - 1:
            moved[place + 1], moved[place] = moved[place], moved[place + 1]
            place += 1
        case "remove" if 0 <= place < len(moved):
            del moved[place]
            place = min(place, len(moved) - 1)
        case "add" | "add_knockout" if len(moved) < MOST_ENTRIES:
            moved.append(Entry(_NEW | ({"knockout": "yes", "type": "general"} if what == "add_knockout" else {})))
            place = len(moved) - 1
    return tuple(moved), max(place, 0)


def adopted(entries: Sequence[Entry], known: Sequence[str]) -> tuple[Entry, ...]:
    """The entries for a version that has only the ``known`` ids: the others are new questions there."""
    return tuple(
        entry if entry["id"] in known else replace(entry, values={**entry.values, "id": ""}) for entry in entries
    )


def read_questions(entries: Sequence[Entry]) -> ReadQuestions:
    """What was written, and what of it cannot be read."""
    edits: list[QuestionEdit] = []
    problems: dict[str, str] = {}
    for place, entry in enumerate(entries):
        fields = Fields(MultiDict(entry.values))
        edits.append(_edit(fields, entry))
        problems |= {f"questions.{place}.{_field(name)}": said for name, said in fields.problems.items()}
    return ReadQuestions(tuple(edits), problems)


def shown_at(problems: Sequence[FieldProblem]) -> dict[str, str]:
    """Problems as sentences by the form's field ("questions.0.text", or "questions" for the whole set)."""
    told: dict[str, str] = {}
    for problem in problems:
        first, *rest = problem.field.split(".")
        field = f"{first}.{rest[0]}.{_field(rest[1])}" if len(rest) > 1 else first
        before, sentence = told.get(field, ""), found(problem)
        told[field] = before if sentence in before else f"{before} {sentence}".strip()
    return told


def _field(part: str) -> str:
    """Where a part's problem is shown: levels together, and what has no field of its own at the text."""
    name = part.partition(".")[0]
    return name if name in FIELDS else "text"


def _edit(fields: Fields, entry: Entry) -> QuestionEdit:
    levels = {level: fields.prose(f"anchors.{level}") for level in range(1, 6)}
    knockout = entry.is_knockout
    anchors = None
    if any(levels.values()):
        anchors = Anchors(
            one=levels[1] or "", two=levels[2], three=levels[3] or "", four=levels[4], five=levels[5] or ""
        )
    rule = fields.choice("pass_rule", ("yes", "no", ""), "") if knockout else ""
    return QuestionEdit(
        text=fields.line("text", required=True) or "",
        competency=fields.line("competency") or "",
        type=QuestionType(fields.choice("type", dict(QUESTION_TYPES), "behavioral")),
        difficulty=Difficulty(fields.choice("difficulty", dict(DIFFICULTIES), "medium")),
        weight=fields.number("weight", _LEAST_WEIGHT, _MOST_WEIGHT, 1.0),
        max_seconds=fields.whole("max_seconds", _LEAST_S, _MOST_S, 120),
        key_points=fields.lines("key_points", MOST_POINTS, LONGEST_LINE),
        anchors=anchors,
        ideal_answer=fields.prose("ideal_answer", LONGEST_PROSE) or "",
        job_evidence=fields.prose("job_evidence", LONGEST_PROSE) or "",
        knockout=knockout,
        pass_rule=rule or None,
        say_as=fields.line("say_as"),
        skill=fields.line("skill"),
        must_ask=fields.line("must_ask"),
        id=entry["id"] or None,
    )


def _entry(question: Question) -> Entry:
    # A box that is not ticked is not sent.
    ticked = {"knockout": "yes" if question.knockout else ""}
    return Entry({"id": question.id, **parts_of(question), **ticked})
