"""Candidates invited by e-mail and SMS, and what they do behind their link, on both databases."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from icalendar import Calendar
from sqlalchemy import select

from db.columns import utc_now
from db.models import OutboxRow
from scripts.demonstration.client import ApiError, wait_for
from tests.scenarios.house import House, Visit, job_body, new_phone, usual

pytestmark = pytest.mark.parametrize("house_database_url", ["sqlite", "postgres"], indirect=True, scope="module")
LATER = {"invitation": {"call_at": (utc_now() + timedelta(days=2)).isoformat()}}


@dataclass
class Browser:
    """Somebody with a link: loads the page, and sends its forms as a browser would."""

    url: str

    def open(self, **more: Any) -> requests.Response:
        return requests.get(self.url, timeout=10, **more)

    def press(self, button: str, **fields: str) -> requests.Response:
        """Send the page's form; the page that follows."""
        stamp = re.findall(r'name="stamp" value="([^"]+)"', self.open().text)[0]
        return requests.post(f"{self.url}/{button}", data={"stamp": stamp, **fields}, timeout=10)

    def times(self) -> list[str]:
        return re.findall(r'name="at" value="([^"]+)"', self.open().text)


def mails(house: House, to: str) -> list[dict[str, Any]]:
    return [mail for mail in house.mail_double.mailbox.mails if to in mail["to"]]


def waiting(house: House, **more: Any) -> Visit:
    """Somebody who is to be called the day after tomorrow."""
    return house.invite(house.job(), **LATER, **more)


def invited(house: House, visit: Visit, **body: Any) -> Browser:
    return Browser(house.api.post(f"/interviews/{visit.id}/invite", body)["url"])


def test_invited_by_both_ways_the_telephone_rings_and_the_interview_completes(house: House) -> None:
    visit = waiting(house, candidate={"email": "robin@example.com"})
    made = house.api.post(f"/interviews/{visit.id}/invite", {"send": ["sms", "email"]})
    assert made["sent_by"] == ["sms", "email"] and re.search(r"/c/[A-Za-z0-9_-]{22}$", made["url"])
    texts = wait_for(visit.texts, lambda seen: len(seen) == 2, timeout_s=10)
    (mail,) = wait_for(lambda: mails(house, "robin@example.com"), bool, timeout_s=10)
    assert any(made["url"] in text for text in texts)
    assert all(re.search(r"code \d{6}", text) and "STOP" in text for text in texts)
    assert made["url"] in mail["plain"] and made["url"] in mail["html"] and visit.code() in mail["plain"]
    assert "Northgate Logistics" in mail["subject"]
    # the chosen time goes with it
    (file,) = mail["attachments"]
    assert file["name"] == "appointment.ics" and len(Calendar.from_ical(file["content"]).events) == 1
    pressed = Browser(made["url"]).press("call-now")
    assert pressed.status_code == 200 and "We will call you in a moment" in pressed.text
    interview = visit.until("completed", "needs_review")
    assert visit.dials() == 1
    types = [event["type"] for event in interview["timeline"]]
    assert {"interview.invited", "interview.call_now"} <= set(types) and types.count("message.sent") == 3
    assert "This interview is over" in Browser(made["url"]).open().text
    everything = house.log.getvalue()
    assert made["url"].rpartition("/")[2] not in everything and "robin@example.com" not in everything


def test_a_scanner_opens_the_link_many_times_and_changes_nothing(house: House) -> None:
    visit = waiting(house)
    browser = invited(house, visit)
    visit.code()  # the text of the invitation is on its way, and with it the last entry in the timeline
    house.when_settled()
    before = visit.look()
    for _ in range(4):
        assert browser.open().status_code == 200
        assert requests.head(browser.url, timeout=10).status_code == 200
        for button in ("call-now", "schedule", "human", "opt-out"):
            assert requests.get(f"{browser.url}/{button}", timeout=10).status_code == 200
    # a post that did not come from the page
    assert requests.post(f"{browser.url}/opt-out", timeout=10).status_code == 400
    assert visit.look() == before and visit.dials() == 0


def test_a_time_is_picked_and_that_is_when_the_telephone_rings(house: House) -> None:
    visit = waiting(house)
    browser = invited(house, visit)
    chosen = browser.times()[3]
    page = browser.press("schedule", at=chosen)
    assert page.status_code == 200 and "Your time" in page.text
    assert visit.look()["status"] == "scheduled" and visit.look()["call_at"] == chosen
    response = requests.get(f"{browser.url}/appointment.ics", timeout=10)
    assert response.headers["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(response.content).events
    assert event.start == datetime.fromisoformat(chosen) and event["summary"] == "Northgate Logistics"
    again = browser.times()[5]
    assert browser.press("schedule", at=again).status_code == 200
    (moved,) = Calendar.from_ical(requests.get(f"{browser.url}/appointment.ics", timeout=10).content).events
    assert moved["uid"] == event["uid"] and moved["sequence"] > event["sequence"]
    assert moved.start == datetime.fromisoformat(again)
    with house.services.database.read() as session:
        open_work = OutboxRow.subject_id == visit.id, OutboxRow.kind == "place_call", OutboxRow.done_at.is_(None)
        (row,) = session.scalars(select(OutboxRow).where(*open_work))
    assert row.due_at == datetime.fromisoformat(again)
    house.hurry("place_call")
    visit.until("completed", "needs_review")
    assert visit.dials() == 1


def test_who_opts_out_by_link_is_never_dialled(house: House) -> None:
    job = house.job()
    visit = house.invite(job, **LATER)
    browser = invited(house, visit)
    assert "We will not call you again" in browser.press("opt-out").text
    assert visit.look()["status"] == "opted_out" and visit.look()["next_action"] is None
    house.hurry("place_call")
    house.when_settled()
    assert visit.dials() == 0
    with pytest.raises(ApiError, match="opted_out"):
        house.invite(job, phone=visit.phone)


def test_who_asks_for_a_person_gets_no_more_calls(house: House) -> None:
    visit = waiting(house)
    browser = invited(house, visit)
    assert "There will be no more automated calls" in browser.press("human").text
    seen = visit.look()
    assert (seen["status"], seen["reason_code"]) == ("declined", "human_requested")
    assert "candidate.asked_for_person" in [event["type"] for event in seen["timeline"]]
    house.hurry("place_call")
    assert visit.dials() == 0


def test_whom_the_telephone_did_not_reach_asks_to_be_called(house: House) -> None:
    visit = house.invite(house.job(max_attempts=1), pickup="no_answer")
    visit.until("unreachable")
    browser = invited(house, visit)
    assert "did not reach you" in browser.open().text
    house.carrier.put(f"/simulator/people/{visit.phone}", {"pickup": "answer", "reactions": usual(visit.job)})
    assert browser.press("call-now").status_code == 200
    visit.until("completed", "needs_review")
    assert visit.dials() == 2


def test_links_that_lead_nowhere(house: House) -> None:
    visit = waiting(house)
    first = invited(house, visit)
    second = invited(house, visit, revoke_earlier=True)
    assert first.open().status_code == 404 and second.open().status_code == 200
    token = second.url.rpartition("/")[2]
    tampered = second.url[:-1] + ("A" if token[-1] != "A" else "B")
    answer = requests.get(tampered, headers={"Accept-Language": "de, en;q=0.5"}, timeout=10)
    assert answer.status_code == 404 and "Dieser Link funktioniert nicht" in answer.text
    assert "Northgate" not in answer.text
    assert requests.post(f"{tampered}/call-now", json={}, timeout=10).status_code == 404
    assert visit.dials() == 0


def test_a_number_that_takes_no_texts_is_written_to_by_e_mail(house: House) -> None:
    phone = new_phone()
    house.carrier.put("/simulator/faults", {"phone": phone, "messages": {"status": 400, "code": 21614}})
    waiting(house, phone=phone, candidate={"email": "landline@example.com"})
    (mail,) = wait_for(lambda: mails(house, "landline@example.com"), bool, timeout_s=10)
    assert re.search(r"/c/[A-Za-z0-9_-]{22}", mail["plain"])


def test_a_busy_mail_server_is_asked_again_and_an_unclear_one_is_not(house: House) -> None:
    busy, unclear = waiting(house, candidate={"email": "busy@example.com"}), waiting(house, candidate={
        "email": "unclear@example.com"})  # fmt: skip
    house.mail_double.mailbox.faults += [
        {"at": "rcpt", "to": "busy@example.com", "reply": "451 4.3.0 later"},
        {"at": "end", "to": "unclear@example.com", "hang_up": True},
    ]
    for visit in (busy, unclear):
        house.api.post(f"/interviews/{visit.id}/invite", {"send": ["email"]})
    house.hurry_until(lambda: mails(house, "busy@example.com") and mails(house, "unclear@example.com"))
    house.when_settled()
    assert len(mails(house, "busy@example.com")) == len(mails(house, "unclear@example.com")) == 1


def test_names_inject_nothing(house: House) -> None:
    evil = '<script>alert(1)</script> "O\'Brien" & Sons'
    body = {"title": "Cook <b>", "company": evil, "question_count": 3, "approve": True}
    made = house.api.post("/jobs", job_body() | body)
    assert house.written(made["id"])["questions_status"] == "approved"
    person = {"name": "Ann", "phone": new_phone(), "email": "ann@example.com"}
    later = (utc_now() + timedelta(days=2)).isoformat()
    interview = house.api.post("/interviews", {"job_id": made["id"], "candidate": person, "call_at": later})
    link = house.api.post(f"/interviews/{interview['id']}/invite", {"send": ["email"]})["url"]
    (mail,) = wait_for(lambda: mails(house, "ann@example.com"), bool, timeout_s=10)
    for html in (mail["html"], Browser(link).open().text):
        assert "<script" not in html and "&lt;script&gt;" in html and "<b>" not in html
    assert mail["subject"].strip().startswith(evil) and len(mail["headers"]) < 12
    house.api.post(f"/interviews/{interview['id']}/cancel")
    assert "not planned any more" in Browser(link).open().text
    with pytest.raises(ApiError, match="wrong_status"):
        house.api.post(f"/interviews/{interview['id']}/invite", {})
