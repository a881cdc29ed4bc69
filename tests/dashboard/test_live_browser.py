"""A real Chromium with the page of live calls open: it follows by itself, falls back to looking, and ends a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from db.models import Interview, Role
from ivr.services.live_events import MOST_EACH
from tests.dashboard.conftest import PASSWORD
from tests.dashboard.desks import Office, office
from tests.dashboard.serving import served
from tests.dashboard.test_browser import browser
from tests.dashboard.test_live import on_the_line
from tests.factories import make_job

__all__ = ["browser", "office"]
pytestmark = pytest.mark.browser


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The office on a loopback port."""
    with served(office.app) as address:
        yield address


def test_an_open_page_follows_the_line_and_ends_a_call(browser: Browser, address: str, office: Office) -> None:
    job = make_job(office.database, office.organisation_id, questions=5)
    office.services.users.create_user(office.system, "r@example.com", "Priya", Role.RECRUITER, PASSWORD)
    complaints: list[str] = []
    context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844})
    page = context.new_page()

    def listen(to: Any) -> None:
        to.on("console", lambda message: complaints.append(message.text))
        to.on("pageerror", lambda error: complaints.append(str(error)))

    listen(page)
    page.goto("/login")
    page.locator("[name=email]").fill("r@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").first.click()
    page.wait_for_url("**/interviews")
    page.goto("/live")
    expect(page.get_by_role("heading", name="Nobody is on the phone")).to_be_visible()
    expect(page.get_by_text("Live, two seconds behind at most")).to_be_visible()

    id = on_the_line(office, job, "Ada Lovelace")
    expect(page.get_by_text("Question 2 of 5")).to_be_visible(timeout=15_000)
    with office.database.write() as unit:
        found = unit.session.get_one(Interview, id)
        found.progress = replace(found.progress, question=2)
    expect(page.get_by_text("Question 3 of 5")).to_be_visible(timeout=15_000)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1]

    # Whoever comes when all streams are taken is told, and sees the same.
    held = [office.services.live_events.take_place(office.organisation_id) for _ in range(MOST_EACH - 1)]
    other = context.new_page()
    listen(other)
    other.goto("/live")
    expect(other.get_by_text("this page looks every 4 seconds instead")).to_be_visible(timeout=15_000)
    expect(other.get_by_text("Question 3 of 5")).to_be_visible()
    page.get_by_text("End the call").click()
    page.get_by_role("button", name="End it politely").click()
    expect(page.get_by_text("Ends after this turn")).to_be_visible()
    expect(other.get_by_text("Ends after this turn")).to_be_visible(timeout=15_000)
    for give_back in held:
        give_back()
    context.close()
    assert complaints == []
