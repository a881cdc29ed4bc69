"""Two versions of the questions side by side: nothing is lost between the words that stay, go and come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.question import KeyPoint
from interview.question_diff import Fate, PartChange, Piece, changes_between, pieces_between
from tests.factories import make_question

A, B, C = make_question(1), make_question(2), make_question(3)


def test_the_same_version_twice_has_no_changes() -> None:
    assert [(one.fate, one.has_moved, one.parts) for one in changes_between((A, B), (A, B))] == [
        (Fate.SAME, False, ()), (Fate.SAME, False, ()),
    ]  # fmt: skip


def test_questions_come_go_move_and_change() -> None:
    changed = replace(B, weight=2.0, max_seconds=90)
    found = changes_between((A, B), (changed, C))
    assert [(one.question.id, one.fate, one.before, one.after) for one in found] == [
        ("q2", Fate.CHANGED, 2, 1), ("q3", Fate.ADDED, None, 2), ("q1", Fate.REMOVED, 1, None),
    ]  # fmt: skip
    assert found[0].has_moved and not found[1].has_moved and not found[2].has_moved
    weight = PartChange("weight", "1", "2", (Piece("gone", "1"), Piece("new", "2")))
    seconds = PartChange("max_seconds", "120", "90", (Piece("gone", "120"), Piece("new", "90")))
    assert found[0].parts == (weight, seconds)


def test_words_are_told_apart_and_key_points_by_line() -> None:
    assert pieces_between("What did you do first?", "What did you do next?") == (
        Piece("same", "What did you do "), Piece("gone", "first"), Piece("new", "next"), Piece("same", "?"),
    )  # fmt: skip
    fewer = replace(A, key_points=(*A.key_points[:2], KeyPoint("k3", "tells what came of it")))
    (change,) = changes_between((A,), (fewer,))
    assert [part.part for part in change.parts] == ["key_points"]
    assert change.parts[0].after.splitlines()[2] == "tells what came of it"


def test_another_text_altogether_is_told_in_whole() -> None:
    before, after = "Which part of night work is hardest?", "Tell me about a shift on which two patients needed you."
    assert pieces_between(before, after) == (Piece("gone", before), Piece("new", after))


def test_one_sign_of_a_script_without_spaces_is_one_change() -> None:
    found = pieces_between("你会怎么做?", "你该怎么做?")
    assert [piece.text for piece in found if piece.kind != "same"] == ["会", "该"]


@pytest.mark.parametrize("before", ["", "a", "a  b\nc", "急急 a急b"])
def test_nothing_and_something(before: str) -> None:
    assert "".join(piece.text for piece in pieces_between(before, "")) == before


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_put_together_are_both_texts(before: str, after: str) -> None:
    pieces = pieces_between(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
