"""Plays the demonstration: a job, its questions, calls that go well, one that a machine takes, one that is cut off and
one that is not wanted, results, and a dashboard to look at."""

import argparse
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from scripts.demonstration import calling_in, invited, voicemail
from scripts.demonstration.cast import CAST
from scripts.demonstration.checks import problems_with
from scripts.demonstration.client import Http
from scripts.demonstration.play import Play
from scripts.demonstration.stage import Stage, StageError
from scripts.demonstration.talk import TALKING_SPEED, talk_through

# Slow enough for a worker on a busy machine to have follow-ups written and checked before the call ends.
_SPEED = 25.0


def main() -> int:
    """0 when all went as it should; with --check 1 and the reasons when it did not."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="assert what happens, then exit 0 or 1")
    parser.add_argument("--talk", action="store_true", help="be the candidate, at this terminal")
    parser.add_argument("--speed", type=float, default=0.0, help="line seconds per real second")
    chosen = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    others = (calling_in.CUT_OFF, calling_in.UNWILLING, invited.BUSY, voicemail.AWAY)
    numbers = [part.phone for part in (*CAST, *others)]
    try:
        if chosen.talk:
            return talk_through(console, speed=chosen.speed or TALKING_SPEED)
        with Stage(numbers=numbers, speed=chosen.speed or _SPEED) as stage:
            play = Play(stage, console)
            play.set_the_stage()
            job, questions = play.make_job()
            play.show_the_gate(job)
            voicemail.turn_on_machine(play.carrier)
            away = calling_in.invite(play.api, job, voicemail.AWAY)
            begun = calling_in.begin(play.api, play.carrier, job, questions)
            ids = play.call(job, questions)
            found = play.watch(ids, timeout_s=90)
            # The next calls go on while the first results are read.
            visit = invited.begin(play.api, play.carrier, Http(stage.mail_url), play.step, job, questions)
            with ThreadPoolExecutor(1) as beside:
                told = beside.submit(calling_in.play, play.api, play.carrier, play.step, begun)
                play.show_results(found)
                play.show_follow_ups(found)
                tape = voicemail.play(play.api, play.carrier, play.step, away)
                link = play.login_link()
                stories = told.result()
            link_story = invited.play(play.api, play.step, visit)
            if chosen.check:
                problems = problems_with(play.api, play.carrier, CAST, found, questions, link)
                problems += calling_in.problems_with(play.api, play.carrier, stories, job, questions)
                problems += invited.problems_with(link_story)
                problems += voicemail.problems_with(tape, job)
                return _report(console, problems)
            console.print(f"\nThe dashboard, logged in once by this link (15 minutes):\n  [bold]{link}[/bold]")
            console.print(f"The API: {stage.web_url}/api/v1  key {stage.api_key}\nCtrl-C ends everything.")
            _wait_for_interrupt(stage)
    except StageError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    except KeyboardInterrupt:
        console.print("\nEverything that this demonstration started has been ended.")
    return 0


def _wait_for_interrupt(stage: Stage) -> None:
    while True:
        time.sleep(1)
        for process in stage.processes.values():
            if not process.is_alive:
                raise StageError(f"{process.name} ended by itself:\n{process.tail()}")


def _report(console: Console, problems: list[str]) -> int:
    if problems:
        console.print("[red]Not as it should be:[/red]")
        for problem in problems:
            console.print(f"  - {problem}")
        return 1
    console.print("[green]Everything is as it should be.[/green]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
