"""Reads labelled sets from JSONL and CSV; every row is used or named with what is wrong with it."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from interview.question import Question
from interview.rubric import CRITERIA
from scripts.evaluation.rows import LabelledAnswer, LabelledSet, Problem
from scripts.evaluation.shapes import AnswerShape, QuestionShape, sentences_of

_CRITERIA = frozenset(criterion.id for criterion in CRITERIA)
_QUESTION_CELLS = ("question_text", "question_type", "key_points", "ideal_answer")
_ANCHORS = tuple(f"anchor_{level}" for level in "12345")
_ANSWER_CELLS = ("transcript", "language", "variant_of", "guise", "clean_twin")
_COLUMNS = frozenset(
    {"kind", "id", "question", "injection", "follow_up_text", "follow_up_transcript",
     *_QUESTION_CELLS, *_ANCHORS, *_ANSWER_CELLS}
)  # fmt: skip
_TRUE, _FALSE = {"true", "yes", "1"}, {"", "false", "no", "0"}


class UnreadableSet(Exception):
    """A file cannot be read at all; the message says which and why."""


@dataclass(frozen=True, slots=True)
class _Written:
    """One row as it stands in its file: an object, or what keeps it from being one."""

    place: str
    content: Any = None
    fault: str = ""


def read_sets(paths: Sequence[Path]) -> LabelledSet:
    """All rows of these files as one set: questions in one file can be referred to from another.

    Raises:
        UnreadableSet: a file is missing, no UTF-8, of another kind, or its header names an unknown column.
    """
    written = [row for path in paths for row in _rows_of(path)]
    problems: list[Problem] = []
    questions = _questions(written, problems)
    answers: dict[str, LabelledAnswer] = {}
    for row in written:
        if row.fault:
            problems.append(Problem(row.place, row.fault))
        elif not _is_question(row.content):
            answer = _answer(row, questions, problems)
            if answer is not None and answer.id in answers:
                sentence = f"The id {answer.id!r} is taken already ({answers[answer.id].place})."
                problems.append(Problem(row.place, sentence))
            elif answer is not None:
                answers[answer.id] = answer
    usable = _with_relatives(answers, problems)
    order = {row.place: at for at, row in enumerate(written)}
    problems.sort(key=lambda problem: order[problem.place])
    return LabelledSet(tuple(path.name for path in paths), tuple(usable.values()), tuple(problems))


# --- what the rows mean ----------------------------------------------------------------------------------------------


def _is_question(content: Any) -> bool:
    return isinstance(content, dict) and content.get("kind") == "question"


def _questions(written: Sequence[_Written], problems: list[Problem]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for row in written:
        if row.fault or not _is_question(row.content):
            continue
        try:
            shape = QuestionShape.model_validate(row.content)
        except ValidationError as error:
            problems.append(Problem(row.place, " ".join(sentences_of(error))))
            continue
        if shape.id in found:
            problems.append(Problem(row.place, f"There is a question {shape.id!r} already."))
            continue
        found[shape.id] = shape.question()
    return found


def _answer(row: _Written, questions: dict[str, Question], problems: list[Problem]) -> LabelledAnswer | None:
    try:
        shape = AnswerShape.model_validate(row.content)
    except ValidationError as error:
        problems.append(Problem(row.place, " ".join(sentences_of(error))))
        return None
    if isinstance(shape.question, str):
        question = questions.get(shape.question)
        if question is None:
            problems.append(Problem(row.place, f"There is no usable question {shape.question!r}."))
            return None
    else:
        question = shape.question.question()
    try:
        return shape.answer(question, row.place)
    except ValueError as error:
        problems.append(Problem(row.place, f"ratings: {error}."))
        return None


def _with_relatives(answers: dict[str, LabelledAnswer], problems: list[Problem]) -> dict[str, LabelledAnswer]:
    """The rows whose base or clean twin is there, is no variant itself, and answers the same question."""
    usable = {}
    for id, answer in answers.items():
        name = "variant_of" if answer.variant_of else "clean_twin"
        other_id = answer.variant_of or answer.clean_twin
        other = answers.get(other_id or "")
        if other_id is None:
            fault = ""
        elif other is None:
            fault = f"{name}: there is no usable row {other_id!r}."
        elif other.is_injection or (other.variant_of and answer.variant_of):
            fault = f"{name}: {other_id!r} is itself a variant or an injection; name the plain row."
        elif other.judged.question != answer.judged.question:
            fault = f"{name}: {other_id!r} answers another question."
        else:
            fault = ""
        if fault:
            problems.append(Problem(answer.place, fault))
        else:
            usable[id] = answer
    return usable


# --- what the files hold ---------------------------------------------------------------------------------------------


def _rows_of(path: Path) -> Iterator[_Written]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableSet(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UnreadableSet(f"{path}, line {line}, is not UTF-8; save the file as UTF-8.") from None
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            yield from _jsonl(path.name, text)
        case ".csv" | ".tsv":
            yield from _csv(path.name, text)
        case _:
            raise UnreadableSet(f"{path} is neither .jsonl nor .csv.")


def _jsonl(name: str, text: str) -> Iterator[_Written]:
    # By "\n" alone: a transcript may hold other characters that Python takes for the end of a line.
    for number, line in enumerate(text.split("\n"), 1):
        place = f"{name}, line {number}"
        if not line.strip():
            continue
        try:
            content = json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            yield _Written(place, fault=f"This is no JSON: {error}.")
            continue
        if isinstance(content, dict):
            yield _Written(place, content)
        else:
            yield _Written(place, fault="A row is a JSON object.")


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _csv(name: str, text: str) -> Iterator[_Written]:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    began = 1
    try:
        for cells in reader:
            place, began = f"{name}, line {began}", reader.line_num + 1
            if not columns:
                columns = _columns(name, cells)
            elif any(cell.strip() for cell in cells):
                yield _from_cells(place, columns, cells)
    except csv.Error as error:
        raise UnreadableSet(f"{name}, line {reader.line_num}: {error}.") from None


def _columns(name: str, cells: Sequence[str]) -> list[str]:
    columns = [cell.strip() for cell in cells]
    unknown = [
        column
        for column in columns
        if column not in _COLUMNS and column.partition(":")[0] not in {"overall", *_CRITERIA, "metadata"}
    ]
    if unknown:
        raise UnreadableSet(f"{name}, line 1: unknown columns {', '.join(map(repr, unknown))}; see docs/evaluate.md.")
    if len(set(columns)) < len(columns):
        raise UnreadableSet(f"{name}, line 1: a column stands there twice.")
    return columns


def _from_cells(place: str, columns: Sequence[str], cells: Sequence[str]) -> _Written:
    """A CSV row as the object that JSONL would have."""
    if len(cells) > len(columns):
        return _Written(place, fault=f"There are {len(cells)} cells for {len(columns)} columns.")
    row = {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}
    question: dict[str, Any] = {}
    if any(row.get(name) for name in (*_QUESTION_CELLS, *_ANCHORS)):
        named = {"question_text": "text", "question_type": "type"}
        question = {named.get(name, name): row[name] for name in _QUESTION_CELLS if row.get(name)}
        if "key_points" in question:
            parts = question["key_points"].replace("\n", "|").split("|")
            question["key_points"] = [part.strip() for part in parts if part.strip()]
        anchors = {name[-1]: row[name] for name in _ANCHORS if row.get(name)}
        question |= {"anchors": anchors} if anchors else {}
    if row.get("kind") == "question":
        return _Written(place, {"kind": "question", "id": row.get("id", ""), **question})
    content: dict[str, Any] = {name: row[name] for name in ("id", *_ANSWER_CELLS) if row.get(name)}
    if row.get("kind"):
        content["kind"] = row["kind"]
    if question:
        content["question"] = question | ({"id": row["question"]} if row.get("question") else {})
    elif row.get("question"):
        content["question"] = row["question"]
    word = row.get("injection", "").lower()
    if word not in _TRUE | _FALSE:
        return _Written(place, fault=f"injection: {word!r} is neither true nor false.")
    content["injection"] = word in _TRUE
    if row.get("follow_up_text") or row.get("follow_up_transcript"):
        content["follow_up"] = {
            "text": row.get("follow_up_text", ""), "transcript": row.get("follow_up_transcript", ""),
        }  # fmt: skip
    raters: dict[str, dict[str, Any]] = {}
    for column, cell in row.items():
        name, _, rater = column.partition(":")
        if not cell or name not in {"overall", *_CRITERIA}:
            continue
        rating = raters.setdefault(rater or "1", {"rater": rater or "1"})
        # What is no whole number stays as it is written, and is then refused by its name.
        value: Any = int(cell) if cell.isdecimal() else cell
        if name == "overall":
            rating["overall"] = value
        else:
            rating.setdefault("criteria", {})[name] = value
    content["ratings"] = list(raters.values())
    return _Written(place, content)
