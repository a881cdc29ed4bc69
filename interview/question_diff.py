"""What differs between two versions of a job's questions: which came, went and moved, and which words changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from interview.question import Question

# A letter of a script without spaces is a word of its own here, so that one changed sign marks no whole sentence.
_TOKEN = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\s\w]|\w+?(?=[\u3040-\u9fff])|\w+")


# Texts that share less than this, blanks counted, are easier to read one after the other than woven together.
LEAST_ALIKE = 0.6


class Fate(StrEnum):
    """What became of a question from one version to the other."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they are in both versions (``same``), only in the earlier (``gone``) or the later one
    (``new``)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of a question that differs, by its field's name; ``before`` and ``after`` as people read them."""

    part: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """One question in both versions: ``before`` and ``after`` are its places from 1, None where it is not in one."""

    fate: Fate
    question: Question
    before: int | None
    after: int | None
    parts: tuple[PartChange, ...] = ()

    @property
    def has_moved(self) -> bool:
        """Whether it stands at another place."""
        return None not in (self.before, self.after) and self.before != self.after


def changes_between(earlier: Sequence[Question], later: Sequence[Question]) -> tuple[QuestionChange, ...]:
    """Every question of the later version in its order, then those that only the earlier one has. The same id is the
    same question."""
    places = {question.id: (number, question) for number, question in enumerate(earlier, start=1)}
    found: list[QuestionChange] = []
    for number, question in enumerate(later, start=1):
        place, former = places.pop(question.id, (None, None))
        if former is None:
            found.append(QuestionChange(Fate.ADDED, question, None, number))
            continue
        parts = _parts_that_differ(former, question)
        found.append(QuestionChange(Fate.CHANGED if parts else Fate.SAME, question, place, number, parts))
    gone = [QuestionChange(Fate.REMOVED, question, place, None) for place, question in places.values()]
    return (*found, *gone)


def pieces_between(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one, word by word: the ``same`` and ``gone`` ones are the text before, ``same`` and ``new`` the
    text after."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return tuple(Piece(kind, text) for kind, text in (("gone", before), ("new", after)) if text)
    found: list[Piece] = []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            found.append(Piece("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece("gone", "".join(old[i1:i2])))
        if j2 > j1:
            found.append(Piece("new", "".join(new[j1:j2])))
    return tuple(found)


def _parts_that_differ(before: Question, after: Question) -> tuple[PartChange, ...]:
    old, new = parts_of(before), parts_of(after)
    return tuple(
        PartChange(part, old[part], new[part], pieces_between(old[part], new[part]))
        for part in new
        if old[part] != new[part]
    )


def parts_of(question: Question) -> dict[str, str]:
    """Everything of a question that people write, as text, in the order in which it is read."""
    anchors = question.anchors
    levels = (
        {1: anchors.one, 2: anchors.two, 3: anchors.three, 4: anchors.four, 5: anchors.five} if anchors else {}
    )
    return {
        "text": question.text,
        "say_as": question.say_as or "",
        "competency": question.competency,
        "type": question.type.value,
        "difficulty": question.difficulty.value,
        "weight": f"{question.weight:g}",
        "max_seconds": f"{question.max_seconds}",
        "knockout": "yes" if question.knockout else "no",
        "pass_rule": question.pass_rule or "",
        "key_points": "\n".join(point.text for point in question.key_points),
        **{f"anchors.{level}": levels.get(level) or "" for level in range(1, 6)},
        "ideal_answer": question.ideal_answer,
        "job_evidence": question.job_evidence,
        "skill": question.skill or "",
        "must_ask": question.must_ask or "",
    }
