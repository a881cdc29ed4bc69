"""The conversation in the terminal: what a person types is pressed or said, what is said to them is shown."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import StringIO

import pytest
from rich.console import Console

from scripts.demonstration.talk import talk
from tests.scenarios.house import ROOT, House, Job, new_phone, says

HANGS_UP = ""
Line = str | Callable[[str], str]


class Keyboard:
    """Stands for the terminal: gives one line after the other, "" for Ctrl-D; a line may depend on what was shown."""

    def __init__(self, shown: StringIO, lines: Sequence[Line]) -> None:
        self._shown, self._lines = shown, list(lines)

    def readline(self) -> str:
        line = self._lines.pop(0) if self._lines else HANGS_UP
        text = line(self._shown.getvalue()) if callable(line) else line
        return f"{text}\n" if text is not HANGS_UP else ""


@pytest.fixture
def sit_down(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Somebody at the terminal types these lines in a call of a job; what they saw. It must come to a true end."""

    def run(job: Job, *lines: Line) -> str:
        shown = StringIO()
        monkeypatch.setattr(sys, "stdin", Keyboard(shown, lines))
        console = Console(file=shown, width=400, highlight=False)
        assert talk(house.api, house.carrier, console, job.id, new_phone(), name="Robin") == 0
        return shown.getvalue()

    return run


def knockouts(job: Job) -> list[str]:
    """A yes or a no by key, whichever is wanted."""
    return ["2" if question["pass_rule"] == "no" else "1" for question in job.questions if question["knockout"]]


def test_a_whole_interview_is_typed_and_ends_in_a_result(house: House, sit_down: Callable[..., str]) -> None:
    job = house.job(questions=3)
    words = [says(question)["say"] for question in job.core]
    # the second question is heard twice; the "#" before the third says that nothing is to be asked about the job
    shown = sit_down(job, "1", "1", *knockouts(job), f"{words[0]} #", "*", words[1], "#", words[2])
    for said in ("To begin, press 1.", "Am I speaking with Robin?", "Here is the question again.", "Question 3 of 3."):
        assert said in shown, said
    assert "hire (demo, not an assessment)" in shown
    assert [shown.count(question["text"]) for question in job.core] == [2, 3, 2], "once more in the result"
    assert shown.count("scored, ") == 3 and "“" in shown.split("The result:")[1]


def test_who_hangs_up_may_call_in_with_the_code_and_go_on(house: House, sit_down: Callable[..., str]) -> None:
    job = house.job(questions=3, retry_minutes=(60,))
    words = [says(question)["say"] for question in job.core]

    def code(shown: str) -> str:
        return str(re.findall(r"code (\d{6})", shown)[-1])

    goes_on = ["y", code, "1", "1", words[1], "#", words[2]]
    shown = sit_down(job, "1", "1", *knockouts(job), words[0], HANGS_UP, *goes_on)
    assert "interrupted. The call was interrupted. Next: " in shown and "we missed you" in shown
    again = shown.split("call in now?")[1]
    assert "six digits" in again and "Hello again" in again and job.core[0]["text"] not in again.split("The result")[0]
    assert shown.count("scored, ") == 3


def test_who_hangs_up_at_once_gets_no_result(house: House, sit_down: Callable[..., str]) -> None:
    shown = sit_down(house.job(retry_minutes=(60,)), HANGS_UP, HANGS_UP)
    assert "queued." in shown and "There is no result" in shown


def test_the_command_starts_everything_itself() -> None:
    command = [sys.executable, "-m", "scripts.viva", "talk", "--speed", "60", "--language", "es-ES", "--name", "Lucía"]
    done = subprocess.run(command, cwd=ROOT, input="9\n", capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "Para empezar" in done.stdout and "opted out." in done.stdout
