"""Interviews answered behind the link in a real Chromium: spoken into a microphone with the connection lost on the way,
and in writing without any script. Both end in a result, by the same worker as a call's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from db.columns import utc_now
from scripts.demonstration.chromium import MISSING, chromium_path, open_chromium
from scripts.simulator.audio import Utterance, render_wav
from tests.scenarios.house import House, Visit

pytestmark = pytest.mark.browser

SPOKEN = "I checked every delivery against the list, and told the driver at once."


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """With a microphone into which somebody speaks without end."""
    if chromium_path() is None:
        pytest.skip(MISSING)
    voice: Path = tmp_path_factory.mktemp("voice") / "voice.wav"
    voice.write_bytes(render_wav(Utterance("somebody speaks", 20.0), "tones"))
    flags = (
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    )  # fmt: skip
    with sync_playwright() as playwright:
        opened = open_chromium(playwright, *flags)
        yield opened
        opened.close()


def invited(house: House) -> tuple[Visit, str]:
    """Somebody who is to be called the day after tomorrow, and the link that they have today."""
    visit = house.invite(house.job(), invitation={"call_at": (utc_now() + timedelta(days=2)).isoformat()})
    url: str = house.api.post(f"/interviews/{visit.id}/invite", {})["url"]
    return visit, url


def begin(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("I am the person who was invited").check()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/question")


def test_a_spoken_interview_ends_in_a_result_though_the_connection_was_lost(house: House, browser: Browser) -> None:
    house.model.put("/simulator/words", {"texts": [SPOKEN, f"As I said, {SPOKEN}"]})
    visit, url = invited(house)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    begin(page, url)
    spoken = 0
    while page.url.endswith("/question") and page.locator("#question").count():
        asked = page.locator("#question").inner_text()
        if page.locator("#yes-no").is_visible():
            page.get_by_role("button", name="Yes", exact=True).click()
        elif page.locator("#own").is_visible():
            page.get_by_role("button", name="Leave it out").click()
        elif spoken < 2:
            record(page)
            if spoken == 0:
                lose_the_connection(page)
            else:
                page.get_by_role("button", name="Send the recording").click()
            spoken += 1
        else:
            page.get_by_label("Write").fill("I ask my colleague which of the two is more urgent, and begin with that.")
            page.locator("#writing button").click()
        expect(page.locator("#question", has_text=asked)).to_have_count(0, timeout=15_000)
    expect(page.get_by_role("heading", name="That was all. Thank you!")).to_be_visible()
    # what the browser says of the requests that we cut off ourselves, and of an icon that we have not
    assert [one for one in complaints if "Failed to load resource" not in one] == []
    context.close()
    interview = visit.until("completed", "needs_review")
    answers = {one["transcript"]: one for one in visit.answers()}
    heard = answers[SPOKEN]
    assert heard["state"] == "scored" and heard["audio_url"] and heard["duration_s"] >= 3
    assert heard["transcript_source"] == "model" and heard["speech"]["words_per_minute"]
    (written,) = [one for text, one in answers.items() if text and text.startswith("I ask my colleague")]
    assert (written["transcript_source"], written["audio_url"]) == ("written", None)
    assert visit.result()["overall_score"] is not None
    assert visit.dials() == 0 and [call["direction"] for call in interview["calls"]] == ["browser"]


def record(page: Page) -> None:
    """Speak for some seconds, with the keyboard alone, and have it there to be heard."""
    page.get_by_role("button", name="Record", exact=True).press("Enter")
    expect(page.locator("#state")).to_have_text("Recording")
    page.wait_for_timeout(5_000)
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_role("button", name="Send the recording")).to_be_focused()
    assert page.locator("#playback").evaluate("player => player.src.startsWith('blob:')")


def lose_the_connection(page: Page) -> None:
    """Send into nothing, close the page, and send what is still there once the connection is back."""
    page.route("**/response", lambda route: route.abort())
    page.get_by_role("button", name="Send the recording").click()
    expect(page.locator("#state")).to_contain_text("The connection is lost")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("button", name="Send the recording")).to_be_visible()
    page.get_by_role("button", name="Send the recording").click()
    expect(page.locator("#state")).to_contain_text("The connection is lost")
    page.unroute("**/response")
    page.get_by_role("button", name="Try again now").click()


def test_a_written_interview_without_any_script_ends_in_a_result(house: House, browser: Browser) -> None:
    visit, url = invited(house)
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    begin(page, url)
    for n in range(9):
        if not page.locator("#question").count():
            break
        if page.locator("#yes-no").is_visible():
            send = page.get_by_role("button", name="Yes", exact=True)
        elif "like to know" in page.locator("#question").inner_text():
            send = page.get_by_role("button", name="Leave it out")
        else:
            page.get_by_label("Write").fill(f"In my job number {n} I checked every delivery and told the driver.")
            send = page.locator("#writing button")
        with page.expect_navigation():
            send.click()
    expect(page.get_by_role("heading", name="That was all. Thank you!")).to_be_visible()
    context.close()
    interview = visit.until("completed", "needs_review")
    said: list[dict[str, Any]] = [one for one in visit.answers() if not one["question"]["knockout"]]
    assert len(said) == 3 and all(one["transcript_source"] == "written" for one in said)
    assert visit.result()["overall_score"] is not None and visit.dials() == 0
    assert {"call.browser", "interview.started", "interview.processing"} <= {
        event["type"] for event in interview["timeline"]
    }
    assert url.rpartition("/")[2] not in house.log.getvalue()
