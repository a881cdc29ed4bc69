"""A real Chromium through the door: by link to the list, to an interview, to the second at which a quote was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from db.models import Role
from scripts.demonstration.chromium import MISSING, chromium_path, open_chromium
from tests.dashboard.conftest import CALLING, HIRED, LEFT, QUOTE_2, SIMULATED, STALLED, House
from tests.dashboard.serving import served

pytestmark = pytest.mark.browser

PAGES = ("/interviews", *(f"/interviews/{one}" for one in (HIRED, LEFT, SIMULATED, STALLED, CALLING)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        opened = open_chromium(playwright, "--autoplay-policy=no-user-gesture-required")
        yield opened
        opened.close()


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """The house on a loopback port."""
    with served(house.app) as address:
        yield address


class Desk:
    """A browser window in which a reviewer is logged in, and everything that it complained about."""

    def __init__(self, browser: Browser, address: str, house: House, **more: Any) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=address, **more)
        self.context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)
        try:
            house.person(Role.REVIEWER)
        except Exception as error:  # the account is there from the window before
            assert "account with this address" in str(error)
        self.page.goto(f"/login/link/{house.logins.make_login_link('reviewer@example.com')}")
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url("**/interviews")

    def _failed(self, request: Any) -> None:
        # A player gives up the rest of a file when it jumps elsewhere, a window what it asked for when it goes on.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"failed: {request.url}")

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def desk(browser: Browser, address: str, house: House) -> Iterator[Desk]:
    opened = Desk(browser, address, house)
    yield opened
    opened.close()
    assert opened.complaints == []


def at_s(page: Page, player: str = "q1-play") -> float:
    """Where the audio of a player stands."""
    found: float = page.evaluate("id => document.getElementById(id).audio.currentTime", player)
    return found


def wait_until(page: Page, is_there: Callable[[float], bool], player: str = "q1-play") -> float:
    """Where the audio stands once it ``is_there``. The page's own policy forbids to wait inside of it."""
    for _ in range(200):
        at = at_s(page, player)
        if is_there(at):
            return at
        page.wait_for_timeout(25)
    raise AssertionError(f"the audio stands at {at_s(page, player)} s")


def test_from_the_list_to_the_second_at_which_a_quote_was_said(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("link", name="Zoë Nguyễn-Łukasik").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Nguyễn-Łukasik")
    player = page.locator("#q1-play")
    expect(player.get_by_role("button", name="Play Answer 1")).to_be_visible()
    assert at_s(page) == 0
    page.locator("#q1").get_by_role("link", name="when I could not explain it").click()
    assert wait_until(page, lambda at: at >= 9.5) < 13
    expect(player.get_by_role("button", name="Pause Answer 1")).to_be_visible()
    expect(page.locator("#q1 mark.on")).to_have_text(f"{QUOTE_2} quote 2")
    assert page.locator("#q1 a.g.on").count() >= 1
    # the number beside a rating leads to the same words, and another answer's player falls silent
    page.locator("#q2 a.g", has_text="3").first.click()
    wait_until(page, lambda at: at >= 17, "q2-play")
    assert page.evaluate("document.getElementById('q1-play').audio.paused")
    expect(page.locator("#q2 mark.on")).to_contain_text("I did not write to the status page")


def test_the_transcript_follows_the_audio_and_a_word_leads_to_its_second(desk: Desk) -> None:
    page = desk.page
    page.goto(f"/interviews/{HIRED}")
    word = page.locator("#q1 .said [data-s]", has_text="channel")
    said_at = float(word.get_attribute("data-s") or "nan")
    word.click()
    wait_until(page, lambda at: said_at <= at)
    page.locator("#q1-play").get_by_role("button", name="Pause Answer 1").click()
    stopped = at_s(page)
    page.wait_for_timeout(100)
    lit = page.locator("#q1 .said .now")
    assert lit.count() == 1 and said_at <= float(lit.get_attribute("data-s") or "nan") <= stopped + 0.1
    expect(page.locator("#q2 .said .now")).to_have_count(0)
    expect(page.locator("#q1")).to_contain_text("When a word was said is estimated")


def test_the_player_obeys_the_keyboard(desk: Desk) -> None:
    page = desk.page
    page.goto(f"/interviews/{HIRED}")
    slider = page.locator("#q1-play").get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, lambda at: at == 5)
    page.keyboard.press("ArrowRight")
    wait_until(page, lambda at: at == 10)
    expect(slider).to_have_attribute("aria-valuetext", "0:10 of 0:24")
    page.keyboard.press("ArrowLeft")
    wait_until(page, lambda at: at == 5)
    page.keyboard.press("Space")
    wait_until(page, lambda at: at > 5.2)
    page.keyboard.press("Space")
    assert page.evaluate("document.getElementById('q1-play').audio.paused")
    page.keyboard.press("Home")
    wait_until(page, lambda at: at == 0)
    assert page.locator("#q1-play rect.on").count() == 0


def test_keys_lead_through_the_questions_and_the_address_remembers_the_place(desk: Desk) -> None:
    page = desk.page
    page.goto(f"/interviews/{HIRED}")
    expect(page.get_by_text("next and previous question")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#q2")).to_be_focused()
    page.keyboard.press("ArrowRight")
    wait_until(page, lambda at: at == 5, "q2-play")
    page.keyboard.press("s")
    expect(page.locator("#q2-play").get_by_role("button", name="Speed of Answer 2: 1.25 times")).to_be_visible()
    page.keyboard.press("Space")
    wait_until(page, lambda at: at > 6.2, "q2-play")
    page.keyboard.press("Space")
    stopped = wait_until(page, lambda at: at > 6, "q2-play")
    assert page.evaluate("document.getElementById('q2-play').audio.paused")
    page.wait_for_timeout(100)
    assert "at=q2" in page.url and f"t={int(stopped)}" in page.url and "speed=1.25" in page.url
    page.keyboard.press("k")
    expect(page.locator("#q1")).to_be_focused()
    # Whoever gets the link comes to the same second, at the same speed, and nothing plays by itself.
    page.goto(page.url)
    wait_until(page, lambda at: at == int(stopped), "q2-play")
    assert page.evaluate("document.getElementById('q2-play').audio.playbackRate") == 1.25
    assert page.evaluate("document.getElementById('q2-play').audio.paused")


def test_keys_leave_what_is_written_alone_and_can_be_turned_off(desk: Desk) -> None:
    page = desk.page
    page.goto(f"/interviews/{HIRED}")
    page.locator("#reason").click()
    page.keyboard.type("j k s and spaces")
    assert at_s(page) == 0 and "speed" not in page.url
    expect(page.locator("#reason")).to_have_value("j k s and spaces")
    page.get_by_role("button", name="Turn keys off").click()
    page.locator("h1").click()
    page.keyboard.press("s")
    page.keyboard.press("j")
    assert "speed" not in page.url and page.locator("article.here").count() == 0
    page.reload()
    page.get_by_role("button", name="Turn keys on").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("#q1")).to_be_focused()


def test_own_ratings_reach_the_decision_from_their_cards(desk: Desk, house: House) -> None:
    page = desk.page
    page.goto(f"/interviews/{HIRED}")
    page.locator("#q1").get_by_text("Rate it yourself").click()
    page.locator("#q1").get_by_label("Clarity").select_option("3")
    page.get_by_role("radio", name="Consider").check()
    page.locator("#reason").fill("Clear in parts only, as I heard it.")
    page.get_by_role("button", name="Record decision").click()
    expect(page.locator("#q1")).to_contain_text("rated this answer: Clarity 3")
    assert house.interviews.reviews[0][2].ratings == {"30000000-0000-4000-8000-000000000001": {"clarity": 3}}


def test_a_decision_is_made_and_shown(desk: Desk, house: House) -> None:
    page = desk.page
    page.goto(f"/interviews/{HIRED}")
    page.get_by_role("radio", name="Consider").check()
    page.locator("#reason").fill("Heard it all; the second answer lacks any evidence of her own.")
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_role("heading", name="Decision after review")).to_be_visible()
    assert [draft.decision for _, _, draft in house.interviews.reviews] == ["consider"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 800, 1320])
def test_every_page_fits_its_window_without_a_complaint(
    browser: Browser, address: str, house: House, tmp_path: Path, scheme: Any, width: int
) -> None:
    desk = Desk(browser, address, house, color_scheme=scheme, viewport={"width": width, "height": 844})
    for number, path in enumerate(PAGES):
        desk.page.goto(path)
        for summary in desk.page.locator("summary").all():
            summary.click()
        wide = desk.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{path} is {wide[0]} px wide"
        shot = tmp_path / f"{scheme}-{width}-{number}.png"
        desk.page.screenshot(path=shot, full_page=True)
        assert shot.stat().st_size > 10_000
    desk.close()
    assert desk.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(browser: Browser, address: str, house: House, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    desk = Desk(browser, address, house, color_scheme=scheme)
    for path in (*PAGES, "/interviews?q=nobody", "/nowhere"):
        desk.page.goto(path)
        for summary in desk.page.locator("summary").all():
            summary.click()
        found = axe.run(desk.page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    desk.page.goto(PAGES[0])
    desk.page.get_by_role("button", name="Log out").click()
    assert axe.run(desk.page).violations_count == 0
    desk.close()


def test_pages_read_without_javascript(browser: Browser, address: str, house: House) -> None:
    desk = Desk(browser, address, house, java_script_enabled=False)
    desk.page.goto(f"/interviews/{HIRED}")
    expect(desk.page.locator("#q1-play audio")).to_be_visible()
    assert desk.page.locator("#q1-play audio").get_attribute("controls") is not None
    expect(desk.page.locator("#q1 .said")).to_contain_text("First thing I did was stop all deploys")
    desk.page.locator("#q1 a.g").first.click()
    assert desk.page.url.endswith("#q1-e1")
    desk.close()


def test_moments_are_the_readers_own(browser: Browser, address: str, house: House) -> None:
    desk = Desk(browser, address, house, timezone_id="Asia/Tokyo")
    expect(desk.page.locator("[data-zone]")).to_have_text("Times are yours (Asia/Tokyo).")
    expect(desk.page.locator("tr", has_text="Zoë").locator("time")).to_have_text("2 Mar 2026, 19:00")
    desk.close()
    assert desk.complaints == []


def test_the_keyboard_reaches_the_content_first(desk: Desk) -> None:
    page = desk.page
    page.goto("/interviews")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
