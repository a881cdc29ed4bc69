"""A real Chromium through the pages about jobs: from a description to approved questions, and no barrier on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from db.models import ModelCheck, Role
from tests.dashboard.job_office import TEXT, Office
from tests.dashboard.serving import served
from tests.dashboard.test_browser import browser  # noqa: F401
from tests.factories import make_interview

pytestmark = pytest.mark.browser


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The office on a loopback port."""
    with served(office.app) as address:
        yield address


class Window:
    """A browser window in which a recruiter is logged in, and everything that it complained about."""

    def __init__(self, browser: Browser, address: str, office: Office, **more: Any) -> None:  # noqa: F811
        self.complaints: list[str] = []
        self.context = browser.new_context(base_url=address, **more)
        self.context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"/login/link/{office.services.logins.make_login_link(office.person(Role.RECRUITER))}")
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url("**/interviews")


def test_from_a_description_to_approved_questions(
    browser: Browser, address: str, office: Office  # noqa: F811
) -> None:
    window = Window(browser, address, office)
    page = window.page
    page.get_by_role("link", name="Jobs").click()
    page.get_by_role("link", name="Enter the first job").click()
    page.get_by_label("Title", exact=True).fill("Night Nurse")
    page.get_by_label("Text of the job description").fill(TEXT)
    page.get_by_role("button", name="Create the job").click()
    expect(page.get_by_role("heading", name="The questions are being written")).to_be_visible()
    office.work()
    expect(page.get_by_role("heading", name="Version 1 waits for your approval")).to_be_visible(timeout=10_000)

    page.get_by_role("link", name="Edit the questions").click()
    text = page.get_by_label("The question, as it is asked").first
    good = text.input_value()
    text.fill("How old are you, and when did you finish school?")
    expect(page.locator("#p0-text")).to_contain_text("age, birth or graduation year")
    expect(page.locator("#p1-text")).to_be_empty()
    text.fill(good.replace("?", ", please?", 1))
    expect(page.locator("#p0-text")).to_be_empty()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("heading", name="The wording is being checked")).to_be_visible()
    office.work()
    page.get_by_role("button", name="Approve version 2").click(timeout=10_000)
    expect(page.get_by_role("heading", name="Version 2 is approved")).to_be_visible()
    window.context.close()
    assert window.complaints == []


def test_every_page_and_state_fits_a_phone_and_has_no_barrier(
    browser: Browser, address: str, office: Office  # noqa: F811
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    job, written = office.job(questions=4, knockouts=1), office.written()
    make_interview(office.database, organisation_id=office.organisation_id, job_id=job)
    writing, failed, refused, unchecked = (office.entered(), *(office.written() for _ in range(3)))
    office.fail(failed, "The model could not be had.")
    told = [{"question_id": "q2", "part": "anchors", "topic": "accent", "reason": "It speaks of how somebody sounds."}]
    office.set_check(refused, ModelCheck.REFUSED, objections=told)
    office.set_check(unchecked, ModelCheck.UNAVAILABLE, reason="No model is configured.")
    paths = ("", "/edit", "/facts", "/end", "/questions", "/versions", "/compare", "/questions/q1/hear")
    window = Window(browser, address, office, viewport={"width": 390, "height": 844})
    page = window.page
    for path in (
        "/jobs", "/jobs?q=nobody", "/jobs/new", *(f"/jobs/{job}{path}" for path in paths),
        *(f"/jobs/{one}" for one in (written, writing, failed, refused, unchecked)), f"/jobs/{refused}/questions",
    ):  # fmt: skip
        page.emulate_media(color_scheme="light")
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{path} is {wide[0]} px wide"
        found = axe.run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        page.emulate_media(color_scheme="dark")
        dark = axe.run(page, options={"runOnly": ["color-contrast"]})
        assert dark.violations_count == 0, f"{path} in the dark: {dark.generate_report()}"
    window.context.close()
    assert window.complaints == []
