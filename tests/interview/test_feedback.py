"""R19: what a feedback sheet may say to a candidate, whoever wrote it."""

import pytest

from interview.feedback import MAX_ENTRIES, MAX_ENTRY_CHARS, Sheet, check_sheet, unsaid_quotes

SAID = ("How did you find the cause?", "Names the cause first", "it went from nine hours down to 2", "we hired a cook")


def problems(text: str, language: str = "en-US") -> list[tuple[str, str]]:
    found = check_sheet(Sheet((), ("Say how you found out.", text)), SAID, language)
    return [(one.field, one.sentence) for one in found]


@pytest.mark.parametrize(
    "text",
    ["You told which steps you took, and why.", "You said how it went down to 2.", "You told how you hired a cook."],
)
def test_R19_what_was_told_and_what_is_worth_working_on_may_be_said(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You were rated 4 out of 5.", "en-US"), ("Seven of ten points.", "en-US"), ("This was full marks.", "en-US"),
        ("We will not hire you.", "en-US"), ("You are rejected.", "en-US"), ("We recommend you for the job.", "en-US"),
        ("You failed the interview.", "en-US"), ("Es gab 3 von 5 Sternen.", "de-DE"),
        ("Wir stellen Sie nicht ein: abgelehnt.", "de-DE"), ("No apta para el puesto.", "es-ES"),
        ("不予录用。", "zh-CN"),
    ],
)  # fmt: skip
def test_R19_no_number_and_no_verdict(text: str, language: str) -> None:
    assert problems(text, language)
    assert {field for field, _ in problems(text, language)} == {"topics.1"}


@pytest.mark.parametrize(
    "text", ["Your accent was hard to follow.", "You could sound more confident.", "Do you plan to have children?"]
)
def test_R19_nothing_about_who_somebody_is_or_how_they_sound(text: str) -> None:
    assert problems(text)


def test_a_sheet_is_short() -> None:
    many = Sheet(("You told it in order.",) * (MAX_ENTRIES + 1), ("a" * (MAX_ENTRY_CHARS + 1), " "))
    assert [one.field for one in check_sheet(many, SAID, "en")] == ["strengths", "topics.0", "topics.1"]


def test_quotes_were_said() -> None:
    told = Sheet(("You said “it went from nine hours down to 2”.", 'They call it "the Board".'), ())
    assert unsaid_quotes(told, SAID) == ()
    assert unsaid_quotes(Sheet((), ("You said “I rebuilt it all alone”.",)), SAID) == ("I rebuilt it all alone",)
    assert unsaid_quotes(Sheet((), ("您说“我一个人重建了系统”。",)), SAID) == ("我一个人重建了系统",)
    assert unsaid_quotes(Sheet((), ("您说“团队协作”。",)), ("我们团队协作完成",)) == ()
