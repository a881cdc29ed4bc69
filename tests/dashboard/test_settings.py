"""The organisation's settings on their page, the stop switch, and the limits as they are."""

from __future__ import annotations

import re

import pytest

from db.models import Role
from ivr.dashboard.calling_rules import limits_of
from tests.api.conftest import make_settings
from tests.dashboard.test_pages import words_of
from tests.dashboard.whole import Whole, assert_plain, counted, send_file
from tests.factories import make_organisation
from tests.services.test_organisations import png

PAGE = "/settings"
CONSENT = "I agree to one automated\n<b>telephone</b> interview."


def test_name_days_and_colour_are_changed(whole: Whole) -> None:
    boss = whole.enter()
    page = boss.get(PAGE)
    assert page.status_code == 200 and 'value="Default organisation"' in page.text
    sent = boss.send(f"{PAGE}/name", PAGE, name="Harbour & Sons")
    assert sent.location == f"{PAGE}?saved=name#set-name"
    boss.send(f"{PAGE}/days", PAGE, days="180")
    boss.send(f"{PAGE}/colour", PAGE, accent_colour="#6A1B9A")
    found = whole.services.organisations.get(whole.organisation_id)
    assert (found.name, found.retention_days, found.accent_colour) == ("Harbour & Sons", 180, "#6a1b9a")
    page = boss.get(f"{PAGE}?saved=days")
    assert "How long words are kept is saved." in page.text and "Harbour &amp; Sons" in page.text
    assert "nonsense" not in boss.get(f"{PAGE}?saved=nonsense").text
    boss.send(f"{PAGE}/days", PAGE, days="")
    boss.send(f"{PAGE}/colour", PAGE, accent_colour="#6a1b9a", own="yes")
    found = whole.services.organisations.get(whole.organisation_id)
    assert (found.retention_days, found.accent_colour) == (None, None)
    changed = [event.data["changed"] for event in whole.events("organisation.changed")]
    assert sorted(changed) == [["accent_colour"], ["accent_colour"], ["name"], ["retention_days"], ["retention_days"]]
    assert_plain(page)


@pytest.mark.parametrize(
    ("what", "field", "value", "told"),
    [
        ("name", "name", "", "name of 1 to 200 characters"),
        ("days", "days", "0", "number of days from 1 to 3650"),
        ("days", "days", "a while", "number of days from 1 to 3650"),
        ("days", "days", "99999", "number of days from 1 to 3650"),
        ("colour", "accent_colour", "red", "written like #0a6068"),
        ("colour", "accent_colour", "#ffff00", "less contrast than 4.5:1"),
    ],
)
def test_what_cannot_be_set_comes_back_as_it_was_typed(
    whole: Whole, what: str, field: str, value: str, told: str
) -> None:
    before = whole.services.organisations.get(whole.organisation_id)
    answer = whole.enter().send(f"{PAGE}/{what}", PAGE, **{field: value})
    assert answer.status_code == 422 and told in words_of(answer.text)
    if value.startswith(("#", "a", "9")):
        assert f'value="{value}"' in answer.text
    assert whole.services.organisations.get(whole.organisation_id) == before


def test_a_colour_is_shown_with_its_contrast_as_it_is_chosen(whole: Whole) -> None:
    boss = whole.enter()
    good = boss.get(f"{PAGE}/colour?accent_colour=%236a1b9a")
    assert good.text.count("<svg class=\"swatch\"") == 2 and "can be read: 4.5 to 1 is needed" in words_of(good.text)
    # 1.07 is what WCAG's formula gives for white on yellow; on our page it is a little less than that.
    poor = words_of(boss.get(f"{PAGE}/colour?accent_colour=%23ffff00").text)
    assert "1.1 to 1" in poor and "cannot be read" in poor
    odd = boss.get(f"{PAGE}/colour?accent_colour=%3Cscript%3E")
    assert odd.status_code == 200 and "<script" not in odd.text and "#0a6068" in odd.text
    assert "<html" not in good.text, "only this part of the page"


def test_a_logo_is_shown_and_taken_away(whole: Whole) -> None:
    boss = whole.enter()
    assert "No logo yet" in boss.get(PAGE).text
    assert send_file(boss, f"{PAGE}/logo", PAGE, "logo", png(), "logo.png").location == f"{PAGE}?saved=logo#set-logo"
    assert boss.get("/logo").data == png() and 'alt="The logo as it is now"' in boss.get(PAGE).text
    for data, told in ((b"<svg/>", "PNG or JPEG"), (b"", "The file is empty")):
        refused = send_file(boss, f"{PAGE}/logo", PAGE, "logo", data, "logo.svg")
        assert refused.status_code == 422 and told in refused.text
    assert boss.send(f"{PAGE}/logo", PAGE).status_code == 422
    assert boss.send(f"{PAGE}/logo", PAGE, remove="yes").status_code == 303
    assert boss.get("/logo").status_code == 404


def test_words_of_consent_have_versions_that_do_not_change(whole: Whole) -> None:
    boss = whole.enter()
    assert "No words are kept here yet" in boss.get(PAGE).text
    sent = boss.send(f"{PAGE}/consent", PAGE, version="2027-03", text=CONSENT.replace("\n", "\r\n"))
    assert sent.status_code == 303
    boss.send(f"{PAGE}/consent", PAGE, version="2027-04", text="Other words.")
    found = whole.services.organisations.get(whole.organisation_id)
    assert found.consent_text_version == "2027-04"
    assert {one.version: one.text for one in found.consent_texts} == {"2027-03": CONSENT, "2027-04": "Other words."}
    page = boss.get(PAGE)
    assert "&lt;b&gt;telephone&lt;/b&gt;" in page.text and "Use version 2027-03 again" in page.text
    other = boss.send(f"{PAGE}/consent", PAGE, version="2027-03", text="Words that nobody agreed to.")
    assert other.status_code == 409 and "people have consented to those" in other.text
    assert ">Words that nobody agreed to.</textarea>" in other.text
    for version, text in (("", "Words"), ("3", ""), ("3", "x" * 20_001), ("3", "a\x00b")):
        assert boss.send(f"{PAGE}/consent", PAGE, version=version, text=text).status_code == 422
    hidden = re.search(r'name="text" hidden[^>]*>([^<]*)</textarea>', page.text)
    assert hidden is not None
    again = boss.send(f"{PAGE}/consent", PAGE, version="2027-03", text=CONSENT)
    assert again.status_code == 303
    assert whole.services.organisations.get(whole.organisation_id).consent_text_version == "2027-03"
    assert_plain(page)


def test_whoever_may_call_stops_and_administrators_release(whole: Whole) -> None:
    boss, recruiter, viewer = whole.enter(), whole.enter(Role.RECRUITER), whole.enter(Role.VIEWER)
    calling = f"{PAGE}/calling"

    def is_stopped() -> bool:
        return whole.services.organisations.organisation(whole.organisation_id).is_stopped

    assert "Stop all calls now" in recruiter.get(calling).text and "Stop all calls now" in boss.get(PAGE).text
    assert "Stop all calls now" not in viewer.get(calling).text
    assert viewer.send(f"{calling}/stop", "/interviews").status_code == 403 and not is_stopped()
    assert recruiter.send(f"{calling}/stop", calling).location == f"{calling}?turned=yes" and is_stopped()
    assert recruiter.send(f"{calling}/stop", calling).status_code == 303, "twice changes nothing"
    page = recruiter.get(f"{calling}?turned=yes")
    assert "Stopped: nothing is dialled" in page.text and "Administrators release the switch." in page.text
    assert recruiter.send(f"{calling}/resume", calling).status_code == 403 and is_stopped()
    assert boss.send(f"{calling}/resume", calling).status_code == 303 and not is_stopped()
    assert [len(whole.events(f"organisation.{word}")) for word in ("stopped", "resumed")] == [1, 1]
    assert_plain(page)


def test_limits_are_shown_with_the_variable_that_sets_them(whole: Whole) -> None:
    text = words_of(whole.enter(Role.VIEWER).get(f"{PAGE}/calling").text)
    assert "Calls a day Per organisation and day (UTC). 500 MAX_CALLS_PER_DAY" in text
    assert "08:00 to 21:00 CALLING_HOURS_LIMIT" in text and "no limit MONTHLY_BUDGET_USD" in text
    settings = make_settings(calls_per_second=0.25, monthly_budget_usd=1234.5, calling_hours_limit="00:00-24:00")
    shown = {limit.variable: limit.value for limit in limits_of(settings)}
    assert shown["CALLS_PER_SECOND"] == "one every 4 seconds" and shown["MONTHLY_BUDGET_USD"] == "$1,234.50"
    assert shown["CALLING_HOURS_LIMIT"] == "00:00 to 24:00"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.RECRUITER])
def test_nobody_else_changes_settings(whole: Whole, role: Role) -> None:
    visitor = whole.enter(role)
    assert 'href="/settings"' not in visitor.get("/interviews").text and visitor.get(PAGE).status_code == 403
    before = whole.services.organisations.get(whole.organisation_id)
    for what in ("name", "logo", "colour", "days", "consent"):
        fields = {"name": "Mine", "days": "1", "accent_colour": "#000000", "remove": "yes"}
        assert visitor.send(f"{PAGE}/{what}", "/interviews", **fields).status_code == 403
    assert whole.services.organisations.get(whole.organisation_id) == before


def test_each_house_changes_its_own(whole: Whole) -> None:
    other = make_organisation(whole.database)
    stranger = whole.enter(organisation_id=other)
    stranger.send(f"{PAGE}/name", PAGE, name="The other house")
    stranger.send(f"{PAGE}/calling/stop", f"{PAGE}/calling")
    mine = whole.services.organisations.get(whole.organisation_id)
    assert (mine.name, mine.is_stopped) == ("Default organisation", False)
    with counted(whole) as selects:
        stranger.get(PAGE)
    assert len(selects) <= 6
