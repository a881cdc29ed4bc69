"""A real Chromium enters somebody, sees what a call would do, starts it, plans a campaign and watches it move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from db.models import Interview, Role
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.services.drafts import CampaignDraft
from tests.dashboard.calling_house import PEOPLE, CallingHouse, make_calling_house
from tests.dashboard.serving import served
from tests.dashboard.test_browser import browser as browser
from tests.dashboard.test_campaign_pages import work
from tests.fakes import FrozenClock

pytestmark = pytest.mark.browser


@pytest.fixture
def house(sqlite_url: str, clock: FrozenClock) -> Iterator[CallingHouse]:
    database = Database(sqlite_url, pool_size=8)
    yield make_calling_house(database, clock)
    database.dispose()


@pytest.fixture
def address(house: CallingHouse) -> Iterator[str]:
    with served(house.app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str, house: CallingHouse) -> Iterator[Page]:
    """A recruiter in Berlin; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=address, timezone_id="Europe/Berlin")
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
    )
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    house.person(Role.ADMIN)
    opened.goto(f"/login/link/{house.logins.make_login_link('admin@example.com')}")
    opened.get_by_role("button", name="Log in").click()
    opened.wait_for_url("**/interviews")
    yield opened
    context.close()
    assert complaints == []


def test_from_a_new_person_to_a_call_that_was_looked_at_first(page: Page, house: CallingHouse) -> None:
    job = house.job("Site Reliability Engineer")
    page.get_by_role("link", name="New interview").click()
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("Choose a job.")
    page.get_by_label("Job", exact=True).select_option(label="Site Reliability Engineer · Harbour Kitchen")
    expect(verdict).to_contain_text("Choose whom to call")
    assert f"/interviews/new?job={job}" in page.url
    page.get_by_role("radio", name="Somebody new").check()
    page.get_by_label("Name", exact=True).fill("Grace Kim")
    page.get_by_label("Telephone").fill("020 7946 0018")
    expect(verdict).to_contain_text("Start the number with +")
    page.get_by_label("Country").fill("GB")
    expect(verdict.get_by_text("Nobody is called")).to_be_visible()
    expect(verdict.locator("li.no")).to_have_count(2)
    page.get_by_label("Consent to an automated").select_option("spoken")
    expect(verdict.locator("li.no")).to_have_count(1)
    page.get_by_role("button", name="Put the number on the list").click()
    expect(verdict).to_contain_text("The telephone rings now")
    page.get_by_label("E-mail address", exact=True).fill("grace@example.com")
    expect(page.locator("#said")).to_contain_text("The telephone rings now")
    # the reader's clock in what came later, too
    page.get_by_role("radio", name="At a time").check()
    expect(page.get_by_label("On", exact=True)).to_contain_text("my clock (Europe/Berlin)")
    page.get_by_label("On", exact=True).select_option("Europe/Berlin")
    page.get_by_label("Day and time").fill("2026-03-03T12:30")
    expect(verdict.locator(".ring").first).to_contain_text("3 Mar 2026, 12:30")
    expect(verdict.locator(".ring").nth(1)).to_contain_text("Tue 3 Mar, 11:30")
    page.get_by_role("button", name="Start the interview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Kim")
    assert [one.status for one in house.all(Interview)] == [InterviewStatus.SCHEDULED]


def test_from_ticked_candidates_to_a_campaign_that_moves_by_itself(page: Page, house: CallingHouse) -> None:
    house.job()
    for name, phone, zone in PEOPLE[:3]:
        house.candidate(name, phone, timezone=zone or "Europe/London")
    page.get_by_role("link", name="Candidates").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Campaign with the ticked ones").click()
    expect(page.get_by_text("3 chosen")).to_be_visible()
    page.get_by_label("Job", exact=True).select_option(index=1)
    page.get_by_label("Name of the campaign").fill("March intake")
    page.get_by_role("radio", name="Begin at a time").check()
    page.get_by_label("Day and time").fill("2026-03-02T12:00")
    assert page.get_by_label("On", exact=True).input_value() == "Europe/Berlin"
    page.get_by_label("On", exact=True).select_option("UTC")
    page.get_by_role("button", name="See who would be called when").click()
    expect(page.get_by_label("On", exact=True)).to_have_value("UTC")
    page.get_by_role("radio", name="Begin at once").check()
    page.get_by_role("button", name="Work it out again").click()
    page.get_by_role("button", name="Start and call 3 people").click()
    expect(page.get_by_role("heading", name="0% through")).to_be_visible()
    work(house)
    page.locator("#p1").focus()
    expect(page.locator("#state tbody").get_by_text("Waiting to be called")).to_have_count(1, timeout=10_000)
    expect(page.locator("#p1")).to_be_focused()
    with house.database.write() as unit:
        for interview in unit.session.query(Interview):
            interview.status, interview.next_action = InterviewStatus.DECLINED, None
            interview.next_action_at = interview.next_action_why = None
    # polled, and with other buttons to show the whole page comes anew
    expect(page.get_by_role("heading", name="100% through")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)


def test_every_page_fits_without_a_barrier_in_light_and_dark(
    browser: Browser, address: str, house: CallingHouse
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    house.person(Role.ADMIN)
    job = house.job()
    ids = [house.candidate(name, phone, timezone=zone) for name, phone, zone in PEOPLE]
    house.interview(ids[0], job, InterviewStatus.SCHEDULED)
    house.services.candidate_records.opt_out(house.actor, ids[4])
    campaign = house.services.campaigns.create(house.actor, CampaignDraft(job, "March intake", tuple(ids)))
    work(house)
    gone = house.services.erasures.request(house.actor, house.candidate("Gone")).id
    paths = (
        "/candidates", "/candidates?q=nobody", "/candidates/new", "/candidates/import", f"/candidates/{ids[0]}",
        f"/candidates/{ids[4]}", f"/candidates/{ids[0]}/edit", f"/candidates/{ids[0]}/erase", f"/erasures/{gone}",
        f"/interviews/new?job={job}&candidate={ids[4]}", f"/interviews/new?job={job}&candidate={ids[3]}",
        "/campaigns", f"/campaigns/{campaign.id}", "/campaigns/new",
    )  # fmt: skip
    # every page once; a dark sample is enough, as colours come from the same tokens
    for scheme, width, shown in (("light", 390, paths), ("dark", 1320, paths[::4])):
        complaints: list[str] = []
        context = browser.new_context(
            base_url=address, color_scheme=scheme, viewport={"width": width, "height": 844}  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))  # noqa: B023 - closed in the loop
        page.goto(f"/login/link/{house.logins.make_login_link('admin@example.com')}")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/interviews")
        for path in shown:
            page.goto(path)
            for summary in page.locator("summary").all():
                if summary.locator("xpath=..").get_attribute("open") is None:
                    summary.click()
            wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide[0] <= wide[1], f"{path} is {wide[0]} px wide"
            found = axe.run(page)
            assert found.violations_count == 0, f"{path} {scheme}: {found.generate_report()}"
        context.close()
        assert complaints == []
