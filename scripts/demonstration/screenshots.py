"""Photographs the dashboard after a demonstration: `scripts/screenshots [FOLDER]`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console

from scripts.demonstration.cast import CAST
from scripts.demonstration.play import Play
from scripts.demonstration.stage import Stage, StageError

_CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def main(folder: Path) -> int:
    """Every picture into ``folder``; 0 when all were taken."""
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        sys.stderr.write("Chromium is needed: sudo apt-get install -y chromium\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with Stage(numbers=[part.phone for part in CAST], speed=90.0) as stage, sync_playwright() as playwright:
        play = Play(stage, Console(highlight=False))
        play.set_the_stage()
        job, questions = play.make_job()
        ids = play.call(job, questions)
        play.watch(ids, timeout_s=90)
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(_CHROMIUM))
        _photograph(browser, stage.web_url, play.login_link(), ids[CAST[1].phone], folder)
        browser.close()
    return 0


def _photograph(browser: Browser, base_url: str, link: str, interview_id: str, folder: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button").first.click()
    page.wait_for_url("**/interviews")
    page.goto(f"{base_url}/interviews/{interview_id}")
    page.screenshot(path=folder / "listen-first.png")
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
        raise SystemExit(main(Path(sys.argv[1])))
    except StageError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
