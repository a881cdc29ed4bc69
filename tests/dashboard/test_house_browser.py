"""A real Chromium through keys, webhooks, requests, settings and status: what only a browser shows, and every page in
both themes and widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from db.models import RequestKind, Role
from ivr.services.drafts import Page as Rows
from tests.dashboard.serving import served
from tests.dashboard.test_browser import browser as browser
from tests.dashboard.test_request_pages import asked
from tests.dashboard.test_status import AWAY, work
from tests.dashboard.test_webhook_pages import entered, happened
from tests.dashboard.whole import Whole
from tests.dashboard.worked import deliver
from tests.services.webhook_desk import FakeReceiver

pytestmark = pytest.mark.browser


class Window:
    """A browser in which an administrator is logged in, and everything that it complained about."""

    def __init__(self, browser: Browser, whole: Whole, address: str, **more: Any) -> None:
        self.complaints: list[str] = []
        self.context = browser.new_context(base_url=address, **more)
        self.context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        email = f"{Role.ADMIN.value}@{whole.organisation_id[:8]}.example.com"
        self.page.goto(f"/login/link/{whole.services.logins.make_login_link(email)}")
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url("**/interviews")

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []


@pytest.fixture
def address(whole: Whole) -> Iterator[str]:
    whole.enter(Role.ADMIN)
    with served(whole.app) as address:
        yield address


def test_a_key_a_colour_and_the_stop_switch_by_hand(browser: Browser, whole: Whole, address: str) -> None:
    window = Window(browser, whole, address, timezone_id="Asia/Tokyo")
    page = window.page
    page.get_by_role("link", name="Keys and webhooks").click()
    page.get_by_label("Name").fill("Applicant system")
    page.get_by_role("button", name="Make the key").press("Enter")
    secret = page.get_by_label("Key", exact=True).input_value()
    assert whole.services.access.authenticate_key(secret).name == "Applicant system"
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    page.goto("/keys")
    page.get_by_text("Revoke Applicant system").click()
    page.get_by_role("button", name="Revoke for good").click()
    expect(page.locator("tbody tr")).to_contain_text("Revoked")

    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Colour of buttons, links and marks").fill("#ffff00")
    expect(page.locator("#swatch")).to_contain_text("cannot be read on our pages")
    page.get_by_label("Colour of buttons, links and marks").fill("#6a1b9a")
    expect(page.locator("#swatch svg.swatch")).to_have_count(2)
    page.get_by_role("button", name="Save the colour").click()
    expect(page.get_by_text("The colour is saved.")).to_be_visible()
    page.get_by_role("button", name="Stop all calls now").click()
    expect(page.get_by_role("heading", name="Stopped: nothing is dialled")).to_be_visible()
    assert whole.services.organisations.organisation(whole.organisation_id).is_stopped
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("button", name="Stop all calls now")).to_be_visible()
    window.close()


def test_a_log_moves_by_itself_and_keeps_the_readers_time(browser: Browser, whole: Whole, address: str) -> None:
    endpoint = entered(whole)
    window = Window(browser, whole, address, timezone_id="Asia/Tokyo")
    page = window.page
    page.goto(f"/keys/webhooks/{endpoint.id}")
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#message")).to_contain_text("On its way")
    written = page.locator("#message time").last.text_content()
    deliver(whole, FakeReceiver())
    expect(page.locator("#message")).to_contain_text("Delivered", timeout=8000)
    assert written and written in page.locator("#message").inner_text(), "what htmx brought is in the reader's time too"
    window.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_every_page_fits_and_has_no_barrier(
    browser: Browser, whole: Whole, address: str, scheme: Any, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    endpoint, request_id = entered(whole), asked(whole, RequestKind.CONTEST)
    happened(whole)
    deliver(whole, FakeReceiver())
    log = whole.services.webhook_endpoints.deliveries(whole.organisation_id, endpoint.id, None, None, Rows()).items
    whole.services.access.create_key(whole.actor, "Reader", ["read"])
    whole.services.call_lists.add_opt_out(whole.actor, "+14155550177")
    work(whole, "score_answer", parked_reason="poison", last_error="KeyError at ivr.x:1")
    work(whole, "score_answer", attempt=2, last_error=AWAY)
    one = f"/keys/webhooks/{endpoint.id}"
    window = Window(browser, whole, address, color_scheme=scheme, viewport={"width": width, "height": 844})
    for path in (
        "/keys", "/keys/webhooks", one, f"{one}/deliveries/{log[0].id}", "/requests", f"/requests/{request_id}",
        "/settings", "/settings/numbers", "/settings/opt-outs", "/settings/calling", "/status",
    ):  # fmt: skip
        window.page.goto(path)
        for summary in window.page.locator("main summary").all():
            summary.click()
        wide = window.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{path} is {wide[0]} px wide"
        found = axe.run(window.page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    window.close()
