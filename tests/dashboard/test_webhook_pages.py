"""The pages of outgoing webhooks: an address is entered, tested, watched, given a new secret, replayed to, deleted."""

from __future__ import annotations

import re

import pytest

from db.models import Role
from db.repositories.events import record
from ivr.gateways.ports import WebhookReply
from ivr.services.drafts import Page
from ivr.services.webhook_views import NewWebhookEndpointView, WebhookEndpointDraft
from tests.dashboard.test_pages import words_of
from tests.dashboard.whole import Whole, assert_plain, counted
from tests.dashboard.worked import deliver
from tests.factories import make_interview, make_job, make_organisation
from tests.services.webhook_desk import AWAY, FakeReceiver, is_signed

ALL, URL = "/keys/webhooks", "https://hr.example.com/told"


def entered(whole: Whole, *events: str) -> NewWebhookEndpointView:
    draft = WebhookEndpointDraft(URL, events or ("*",), "Our <ATS>")
    return whole.services.webhook_endpoints.create(whole.actor, draft)


def happened(whole: Whole, type_: str = "interview.started") -> str:
    """The id of an interview to which this happened."""
    job_id = make_job(whole.database, whole.organisation_id)
    interview_id = make_interview(whole.database, organisation_id=whole.organisation_id, job_id=job_id)
    with whole.database.write() as unit:
        record(
            unit.session, organisation_id=whole.organisation_id, type=type_, subject_kind="interview",
            subject_id=interview_id, actor="candidate", at=whole.services.clock(),
        )  # fmt: skip
    return interview_id


def test_an_endpoint_is_entered_and_its_secret_shown_once(whole: Whole) -> None:
    boss = whole.enter()
    assert "Nobody is told yet" in boss.get(ALL).text
    made = boss.send(ALL, url=URL, description="Our <ATS>", events="interview.completed")
    assert made.status_code == 201
    secret = re.search(r'id="made" readonly value="(whsec_[^"]+)"', made.text)
    assert secret is not None
    (endpoint,) = whole.services.webhook_endpoints.list(whole.organisation_id, None, Page()).items
    assert (endpoint.url, endpoint.events, endpoint.description) == (URL, ("interview.completed",), "Our <ATS>")
    for page in (boss.get(ALL), boss.get(f"{ALL}/{endpoint.id}")):
        assert page.status_code == 200 and secret[1] not in page.text and "Our &lt;ATS&gt;" in page.text
        assert_plain(page)
    assert_plain(made)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"url": "", "events": "*"}, "Give the address that is to be told."),
        ({"url": "http://ats.example.com", "events": "*"}, "This must begin with https://."),
        ({"url": "https://10.0.0.1/hooks", "events": "*"}, "public internet"),
        ({"url": URL}, "Choose at least one event"),
        ({"url": URL, "events": "nonsense"}, "Choose at least one event"),
        ({"url": "https://example.com/" + "x" * 2000, "events": "*"}, "2000 characters at most"),
    ],
)
def test_what_cannot_be_told_comes_back_as_it_was_typed(whole: Whole, fields: dict[str, str], told: str) -> None:
    answer = whole.enter().send(ALL, description="Mine", **fields)
    assert answer.status_code == 422 and told in words_of(answer.text)
    assert 'value="Mine"' in answer.text
    assert whole.services.webhook_endpoints.list(whole.organisation_id, None, Page()).items == ()


def test_a_test_is_sent_watched_and_sent_again(whole: Whole) -> None:
    boss, endpoint = whole.enter(), entered(whole)
    receiver = FakeReceiver([AWAY, WebhookReply(200, "<b>thanks</b>", 12)])
    one = f"{ALL}/{endpoint.id}"
    sent = boss.send(f"{one}/test", one)
    assert sent.status_code == 303 and sent.location.startswith(f"{one}/deliveries/")
    waiting = boss.get(sent.location).text
    assert "On its way" in waiting and 'hx-trigger="every 3s"' in waiting
    assert deliver(whole, receiver) == 1
    failed = boss.get(sent.location).text
    assert "Given up" in failed and "Nobody answers." in failed and "every 3s" not in failed
    assert boss.send(f"{sent.location}/replay", sent.location).location == sent.location
    assert deliver(whole, receiver) == 1
    assert receiver.ids[0] == receiver.ids[1] and is_signed(*receiver.got[1][1:], endpoint.secret or "")
    done = boss.get(sent.location)
    text = words_of(done.text)
    assert "Delivered" in text and "HTTP 200" in text and "Attempts 2" in text and "Nobody answers." not in text
    assert "&lt;b&gt;thanks&lt;/b&gt;" in done.text
    assert_plain(done)


def test_the_log_says_what_became_of_each_message(whole: Whole) -> None:
    boss, endpoint = whole.enter(), entered(whole)
    interview_id = happened(whole)
    deliver(whole, FakeReceiver([WebhookReply(500, "oops", 7)]))
    happened(whole, "interview.completed")
    deliver(whole, FakeReceiver())
    one = f"{ALL}/{endpoint.id}"
    text = words_of(boss.get(one).text)
    assert "Interview begun interview.started On its way 1 attempt, next" in text and "HTTP 500 in 7 ms" in text
    assert "Interview completed interview.completed Delivered 1 attempt HTTP 200" in text
    assert "Failing" not in words_of(boss.get(ALL).text), "the last one got through"
    only = boss.get(f"{one}?state=delivered").text
    assert "Interview completed</a>" in only and "Interview begun</a>" not in only
    assert "Nothing of this kind" in boss.get(f"{one}?event=webhook.test").text
    assert "Interview begun</a>" in boss.get(f"{one}?state=nonsense&event=nonsense").text
    link = re.search(rf'href="({one}/deliveries/[^"]+)">Interview begun', boss.get(one).text)
    assert link is not None
    page = boss.get(link[1])
    assert f'href="/interviews/{interview_id}"' in page.text and "Next attempt" in page.text
    assert_plain(page)


def test_an_endpoint_is_switched_off_and_on_changed_and_deleted(whole: Whole) -> None:
    boss, endpoint = whole.enter(), entered(whole)
    happened(whole)
    deliver(whole, FakeReceiver())
    one, services = f"{ALL}/{endpoint.id}", whole.services.webhook_endpoints
    (delivery,) = services.deliveries(whole.organisation_id, endpoint.id, None, None, Page()).items
    assert boss.send(f"{one}/switch", one, on="no").location == one
    assert "Switched off by somebody here." in boss.get(one).text and "Switch on" in boss.get(one).text
    refused = boss.send(f"{one}/deliveries/{delivery.id}/replay", one)
    assert refused.status_code == 409 and "Switch it on first." in refused.text
    assert boss.send(f"{one}/switch", one, on="maybe").status_code == 422
    assert boss.send(f"{one}/switch", one, on="yes").status_code == 303
    other = "https://ats.example.com/new"
    changed = boss.send(one, one, url=other, description="", events="*")
    assert changed.location == one and services.get(whole.organisation_id, endpoint.id).url == other
    wrong = boss.send(one, one, url="ftp://x", description="kept", events="*")
    assert wrong.status_code == 422 and 'value="ftp://x"' in wrong.text and 'value="kept"' in wrong.text
    turned = boss.send(f"{one}/secret", one)
    assert turned.status_code == 201 and "whsec_" in turned.text and endpoint.secret not in turned.text
    assert "former secret" in turned.text
    assert boss.send(f"{one}/delete", one).location == ALL
    assert boss.get(one).status_code == 404 and "Nobody is told yet" in boss.get(ALL).text


def test_nobody_else_and_no_other_house_gets_here(whole: Whole) -> None:
    endpoint = entered(whole)
    happened(whole)
    deliver(whole, FakeReceiver())
    services = whole.services.webhook_endpoints
    (delivery,) = services.deliveries(whole.organisation_id, endpoint.id, None, None, Page()).items
    one = f"{ALL}/{endpoint.id}"
    recruiter = whole.enter(Role.RECRUITER)
    stranger = whole.enter(organisation_id=make_organisation(whole.database))
    assert recruiter.get(ALL).status_code == 403 and URL not in stranger.get(ALL).text
    for path in (one, f"{one}/deliveries/{delivery.id}"):
        assert (recruiter.get(path).status_code, stranger.get(path).status_code) == (403, 404)
    for path in ("", "/switch", "/secret", "/test", "/delete", f"/deliveries/{delivery.id}/replay"):
        fields = {"url": URL, "events": "*", "on": "no"}
        assert recruiter.send(one + path, "/interviews", **fields).status_code == 403
        assert stranger.send(one + path, ALL, **fields).status_code == 404, path
    assert services.get(whole.organisation_id, endpoint.id).enabled
    other = entered(whole)
    assert whole.enter(organisation_id=None).get(f"{ALL}/{other.id}/deliveries/{delivery.id}").status_code == 404


def test_a_long_log_asks_as_often_as_a_short_one(whole: Whole) -> None:
    boss, endpoint, asked = whole.enter(), entered(whole), []
    for number in range(30):
        happened(whole)
        if number in (0, 29):
            deliver(whole, FakeReceiver())
            with counted(whole) as selects:
                page = boss.get(f"{ALL}/{endpoint.id}")
            asked.append(len(selects))
    assert asked[0] == asked[1] <= 7
    assert page.text.count("</tr>") == 26 and 'rel="next"' in page.text
