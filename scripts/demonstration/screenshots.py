"""Photographs the dashboard after a demonstration: ``scripts/screenshots [FOLDER]`` the README's pictures,
``scripts/screenshots --all FOLDER`` every page, light and dark, at a desk's and at a telephone's width."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright
from rich.console import Console

from scripts.demonstration.cast import CAST
from scripts.demonstration.chromium import open_chromium
from scripts.demonstration.every_page import EMPTY, OUTSIDE, PAGES, Shown
from scripts.demonstration.play import Play
from scripts.demonstration.stage import Stage, StageError

# Two who do not pick up, and one on no list: a campaign with something to tell.
_ROWS = (("Kim Elm", "+14155550181"), ("Ana Ruiz", "+14155550182"), ("Sam Oak", "+14155550199"))
_DESK = ViewportSize(width=1440, height=900)
_TELEPHONE = ViewportSize(width=390, height=844)


def main() -> int:
    """Every picture into the folder; 0 when all were taken."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every page, in both colour schemes and widths")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/images"))
    chosen = parser.parse_args()
    folder: Path = chosen.folder
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [*(part.phone for part in CAST), *(phone for _, phone in _ROWS[:2])]
    with Stage(numbers=numbers, speed=90.0) as stage, sync_playwright() as playwright:
        browser = open_chromium(playwright)
        play = Play(stage, Console(highlight=False))
        play.set_the_stage()
        if chosen.all:
            with _logged_in(browser, play) as context:
                _photograph_all(context, stage.web_url, folder, EMPTY, {})
        job, questions = play.make_job()
        ids = play.call(job, questions)
        play.watch(ids, timeout_s=90)
        interview_id = ids[CAST[1].phone]
        if chosen.all:
            outside = browser.new_context()
            _photograph_all(outside, stage.web_url, folder, OUTSIDE, {})
            outside.close()
            with _logged_in(browser, play) as context:
                page = context.new_page()
                page.goto(f"{stage.web_url}/interviews/{interview_id}")
                page.get_by_role("button", name="Show scores and recommendation").click()
                page.wait_for_load_state()
                page.close()
                shown = play.ids_of(job, interview_id) | {"campaign": _campaign(play, job["id"])}
                _photograph_all(context, stage.web_url, folder, PAGES, shown)
        else:
            _photograph(browser, play, interview_id, folder)
        browser.close()
    return 0


def _campaign(play: Play, job_id: str) -> str:
    """The id of a campaign, once its people have been tried."""
    sheet = "name,phone\n" + "".join(f"{name},{phone}\n" for name, phone in _ROWS)
    made = play.api.post("/campaigns", {"job_id": job_id, "name": "Autumn intake", "csv": sheet})
    time.sleep(5)
    return str(made["id"])


@contextmanager
def _logged_in(browser: Browser, play: Play) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
    page = context.new_page()
    page.goto(play.login_link())
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/interviews")
    page.close()
    yield context
    context.close()


def _photograph_all(
    context: BrowserContext, base_url: str, folder: Path, pages: Sequence[Shown], ids: dict[str, str]
) -> None:
    page = context.new_page()
    for shown in pages:
        for width, size in (("desk", _DESK), ("telephone", _TELEPHONE)):
            page.set_viewport_size(size)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.goto(base_url + shown.address(ids))
                page.screenshot(path=folder / f"{shown.name}-{width}-{scheme}.png", full_page=True)
    page.close()


def _photograph(browser: Browser, play: Play, interview_id: str, folder: Path) -> None:
    base_url = play.stage.web_url
    with _logged_in(browser, play) as context:
        page = context.new_page()
        page.goto(f"{base_url}/interviews/{interview_id}")
        page.get_by_role("button", name="Show scores and recommendation").click()
        page.wait_for_load_state()
        page.screenshot(path=folder / "interview.png")
        page.locator("viva-player").first.scroll_into_view_if_needed()
        page.mouse.wheel(0, 320)
        page.wait_for_timeout(300)
        page.screenshot(path=folder / "answer.png")
        page.goto(f"{base_url}/interviews")
        page.screenshot(path=folder / "interviews.png")


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except (StageError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
