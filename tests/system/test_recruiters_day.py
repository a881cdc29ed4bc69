"""A recruiter's whole day in a real Chromium over the whole product, with the mouse and again with the keyboard alone;
then every page that the day has filled, looked at for barriers in both colour schemes and at both widths.

Nothing here touches the API: what a recruiter needs, the pages have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from scripts.demonstration.cast import OFFER
from scripts.demonstration.chromium import MISSING, chromium_path, open_chromium
from scripts.demonstration.client import Http
from scripts.demonstration.every_page import OUTSIDE, PAGES
from scripts.demonstration.play import SAMPLE, Play
from scripts.demonstration.stage import Stage
from tests.system.hands import Keyboard, Mouse

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WAIT_MS = 60_000
SAID = (
    "I stopped the rollout first, because two teams were shipping that night. Then I told everybody who does what, "
    "gave myself five minutes on the graphs, rolled the change back, and the errors were gone in ninety seconds."
)
# Answers every question in the same words: what it comes to is not what is looked at here.
SOMEBODY = {
    "pickup": "answer",
    "answered_by": "human",
    "reactions": [
        {"when_heard": "press 1", "press": "1", "on": "gather"},
        {"when_heard": OFFER, "press": "#", "on": "gather"},
        {"when_heard": ".", "say": SAID, "on": "record"},
    ],
}


@dataclass
class Day:
    """The product with everything around it, and a browser in which a recruiter is logged in."""

    stage: Stage
    play: Play
    browser: Browser
    ids: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def window(self, **more: Any) -> BrowserContext:
        """A new one, in which everything that the browser complains about is noted."""
        context = self.browser.new_context(base_url=self.stage.web_url, accept_downloads=True, **more)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        context.on("page", self._listen)
        return context

    def _listen(self, page: Page) -> None:
        page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def log_in(self, page: Page) -> None:
        page.goto(self.play.login_link())
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/interviews")


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    if chromium_path() is None:
        pytest.skip(MISSING)
    from rich.console import Console

    stage = Stage(numbers=["+1415555*"], speed=30.0)
    with stage, sync_playwright() as playwright:
        play = Play(stage, Console(quiet=True))
        play.set_the_stage()
        browser = open_chromium(playwright, "--autoplay-policy=no-user-gesture-required")
        yield Day(stage, play, browser)
        browser.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("hands", "number"), [(Mouse, 2), (Keyboard, 3)], ids=["mouse", "keyboard"])
def test_a_recruiters_whole_day(day: Day, hands: type[Mouse], number: int, tmp_path: Path) -> None:
    context = day.window(viewport=ViewportSize(width=1440, height=900))
    page = context.new_page()
    hand = hands(page)
    day.log_in(page)
    title = f"Backend engineer {number}"
    _enter_a_job(page, hand, title, _as_pdf(tmp_path / "description.pdf"))
    day.ids["job"] = page.url.rsplit("/", 1)[-1]
    _edit_and_approve(page, hand, f"Running a service {number}")
    people = {f"Robin {word} {number}": f"+1415555{number}{place}00" for place, word in enumerate(("Ash", "Birch"))}
    carrier = Http(day.stage.carrier_url)
    for name, phone in people.items():
        carrier.put(f"/simulator/people/{phone}", SOMEBODY)
        _invite(page, hand, title, name, phone)
    day.ids["interview"] = page.url.partition("?")[0].rsplit("/", 1)[-1]
    _watch_live(page, hand, tuple(people))
    _review(page, hand, next(iter(people)))
    _export(page, hand, tuple(people))
    _run_a_campaign(page, hand, title, carrier, number)
    day.ids["campaign"] = page.url.partition("?")[0].rsplit("/", 1)[-1]
    context.close()
    assert day.complaints == []


def _as_pdf(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    lines = canvas.beginText(60, 780)
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        for start in range(0, max(1, len(line)), 90):
            lines.textLine(line[start : start + 90])
    canvas.drawText(lines)
    canvas.save()
    return path


def _section(page: Page, hand: Mouse, name: str) -> None:
    hand.click(page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _enter_a_job(page: Page, hand: Mouse, title: str, description: Path) -> None:
    _section(page, hand, "Jobs")
    hand.click(page.get_by_role("link", name=re.compile("New job|Enter")).first)
    hand.fill(page.get_by_label("Title", exact=True), title)
    hand.fill(page.get_by_label("Company", exact=True), "Ledgerleaf")
    hand.upload(page.get_by_label("Or a file"), description)
    hand.fill(page.get_by_label("Questions", exact=True), "3")
    hand.open(page.locator("details.set > summary"))
    # It is to work at night and on a Sunday too.
    hand.fill(page.get_by_label("From", exact=True), "00:00")
    hand.fill(page.get_by_label("Until before", exact=True), "24:00")
    for name in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
        hand.tick(page.get_by_label(name, exact=True))
    hand.fill(page.get_by_label("Basis that covers all candidates"), "applied_and_agreed")
    hand.click(page.get_by_role("button", name="Create the job"))
    expect(page.get_by_role("heading", name="Version 1 waits for your approval")).to_be_visible(timeout=WAIT_MS)


def _edit_and_approve(page: Page, hand: Mouse, competency: str) -> None:
    hand.click(page.get_by_role("link", name="Edit the questions").first)
    hand.open(page.locator("#e0 > summary"))
    hand.fill(page.locator("#f0-competency"), competency)
    hand.click(page.get_by_role("button", name="Save as version 2"))
    expect(page.get_by_role("heading", name="Version 2 waits for your approval")).to_be_visible(timeout=WAIT_MS)
    hand.click(page.get_by_role("button", name="Approve version 2"))
    expect(page.get_by_role("heading", name="Version 2 is approved")).to_be_visible()
    expect(page.get_by_text(competency).first).to_be_visible()


def _invite(page: Page, hand: Mouse, title: str, name: str, phone: str) -> None:
    _section(page, hand, "Interviews")
    hand.click(page.get_by_role("link", name="New interview"))
    hand.choose(page.get_by_label("Job", exact=True), re.escape(title))
    hand.tick(page.get_by_role("radio", name="Somebody new"))
    hand.fill(page.get_by_label("Name", exact=True), name)
    hand.fill(page.get_by_label("Telephone", exact=True), phone)
    expect(page.locator("#verdict")).to_contain_text("The telephone rings now")
    expect(page.locator("#verdict")).to_contain_text("What it is likely to cost")
    hand.click(page.get_by_role("button", name="Start the interview"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _watch_live(page: Page, hand: Mouse, names: tuple[str, ...]) -> None:
    _section(page, hand, "Live calls")
    line = page.locator("#calls li.line").filter(has_text=names[-1])
    expect(line).to_contain_text(re.compile(r"Question \d of \d"))
    expect(page.get_by_text("Live, two seconds behind at most")).to_be_visible()
    expect(page.get_by_role("heading", name="Nobody is on the phone")).to_be_visible(timeout=WAIT_MS)


def _review(page: Page, hand: Mouse, name: str) -> None:
    _section(page, hand, "Interviews")
    hand.click(page.get_by_role("link", name=name))
    opens = page.get_by_role("button", name="Show scores and recommendation")
    for _ in range(60):
        if opens.is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    hand.click(opens)
    answer = page.locator("article.card.q").first
    hand.open(answer.locator("details.rate > summary"))
    hand.choose(answer.locator("fieldset.own select").first, "^2$")
    hand.tick(page.locator("#review").get_by_role("radio", name="Consider"))
    hand.fill(page.get_by_label("Reason", exact=True).last, "Said what was done and why; the numbers were left open.")
    hand.click(page.get_by_role("button", name="Record decision"))
    expect(page.locator("#decide")).to_contain_text("the numbers were left open")
    expect(page.get_by_text("rated this answer:").first).to_be_visible()
    with page.expect_download() as printed:
        hand.click(page.get_by_role("link", name="Scorecard PDF"))
    assert Path(printed.value.path()).read_bytes().startswith(b"%PDF")


def _export(page: Page, hand: Mouse, names: tuple[str, ...]) -> None:
    _section(page, hand, "Interviews")
    with page.expect_download() as written:
        hand.click(page.get_by_role("link", name="CSV", exact=True))
    sheet = Path(written.value.path()).read_text(encoding="utf-8-sig")
    assert all(name in sheet for name in names)


def _run_a_campaign(page: Page, hand: Mouse, title: str, carrier: Http, number: int) -> None:
    rows = {f"Kim {word} {number}": f"+1415555{number}{place}00" for place, word in ((5, "Elm"), (6, "Fir"))}
    for phone in rows.values():
        carrier.put(f"/simulator/people/{phone}", SOMEBODY)
    _section(page, hand, "Campaigns")
    hand.click(page.get_by_role("link", name="New campaign").first)
    hand.choose(page.get_by_label("Job", exact=True), re.escape(title))
    hand.fill(page.get_by_label("Name of the campaign"), f"Autumn {number}")
    hand.tick(page.get_by_role("radio", name="A file"))
    sheet = "name,phone\n" + "".join(f"{name},{phone}\n" for name, phone in rows.items())
    hand.fill(page.get_by_label("Its rows, to paste or to mend"), sheet)
    hand.click(page.get_by_role("button", name="See who would be called when"))
    expect(page.get_by_text("Nothing is written and nobody is called yet.")).to_be_visible()
    hand.click(page.get_by_role("button", name="Start and call 2 people"))
    expect(page.get_by_role("heading", name="100% through")).to_be_visible(timeout=WAIT_MS)
    with page.expect_download() as written:
        hand.click(page.get_by_role("link", name="Results CSV"))
    assert all(name in Path(written.value.path()).read_text(encoding="utf-8-sig") for name in rows)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(day: Day, scheme: Any) -> None:
    """axe finds nothing, nothing scrolls sideways, and the browser has nothing to complain about."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert day.ids, "the day has filled the house"
    ids = {**day.play.ids_of({"id": day.ids["job"]}, day.ids["interview"]), **day.ids}
    outside = day.window(color_scheme=scheme)
    inside = day.window(color_scheme=scheme)
    day.log_in(inside.new_page())
    problems = []
    for context, shown in [(outside, OUTSIDE), (inside, PAGES)]:
        page = context.new_page()
        for one in shown:
            for width in (1440, 390):
                page.set_viewport_size(ViewportSize(width=width, height=900))
                page.goto(one.address(ids))
                # What comes after the page is looked at too.
                expect(page.locator("main [aria-busy=true], main .htmx-request")).to_have_count(0)
                for summary in page.locator("main summary").all():
                    if summary.is_visible():
                        summary.evaluate("one => { one.parentElement.open = true }")
                found = axe.run(page)
                if found.violations_count:
                    problems.append(f"{one.name} at {width}: {found.generate_report()}")
                wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
                if wide[0] > wide[1]:
                    problems.append(f"{one.name} is {wide[0]} px wide at {width}")
    outside.close()
    inside.close()
    missing = re.compile("/nowhere: Failed to load resource.*404")
    assert problems == [] and [one for one in day.complaints if not missing.search(one)] == []
