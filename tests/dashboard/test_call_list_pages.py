"""Whom the organisation may call and whom never again, on their pages: single numbers, files, prefixes, look-ups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.models import Role
from ivr.services.call_lists import WhitelistDraft
from ivr.services.drafts import Page
from tests.dashboard.test_pages import words_of
from tests.dashboard.whole import Whole, assert_plain, counted, make_whole, send_file
from tests.factories import make_organisation

LIST, OUT = "/settings/numbers", "/settings/opt-outs"


def patterns(whole: Whole) -> list[str]:
    """What the organisation entered itself."""
    return sorted(one.pattern for one in whole.services.call_lists.list_whitelist(whole.organisation_id, Page()).items)


@pytest.fixture
def floored(sqlite_url: str, tmp_path: Path) -> Iterator[Whole]:
    """A house whose environment allows a number and a prefix."""
    made = make_whole(sqlite_url, tmp_path, whitelisted_numbers="+14155550100,+4930*")
    yield made
    made.database.dispose()


def test_a_number_is_listed_masked_and_taken_off(whole: Whole) -> None:
    visitor = whole.enter(Role.RECRUITER)
    assert "Nobody is called who is on no list" in visitor.get(LIST).text
    assert visitor.send(LIST, pattern="+1 (415) 555-0123", note="Ann <b>").location == f"{LIST}?done=listed"
    page = visitor.get(LIST)
    assert patterns(whole) == ["+14155550123"]
    assert "+1 ••• 0123" in page.text and "5550123" not in page.text and "Ann &lt;b&gt;" in page.text
    assert visitor.send(LIST, pattern="+14155550123", note="again").status_code == 303, "it stays as it is"
    remove = re.search(rf'action="({LIST}/[^"]+/remove)"', page.text)
    assert remove is not None and visitor.send(remove[1], LIST).location == f"{LIST}?done=unlisted"
    assert patterns(whole) == [] and visitor.send(remove[1], LIST).status_code == 404
    assert_plain(page)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "Write a number such as +14155550100."),
        ("5550123", "country"),
        ("+1*", "beyond the country code"),
        ("+19005550123", "never dialled"),
    ],
)
def test_what_cannot_be_listed_comes_back_as_it_was_typed(whole: Whole, pattern: str, told: str) -> None:
    answer = whole.enter().send(LIST, pattern=pattern, note="kept")
    assert answer.status_code == 422 and told in words_of(answer.text), words_of(answer.text)
    assert 'value="kept"' in answer.text and (not pattern or f'value="{pattern}"' in answer.text)
    assert patterns(whole) == []


def test_prefixes_are_for_administrators(whole: Whole) -> None:
    boss, recruiter = whole.enter(), whole.enter(Role.RECRUITER)
    refused = recruiter.send(LIST, pattern="+1415*", note="")
    assert refused.status_code == 403 and "Only administrators list prefixes" in refused.text
    assert 'value="+1415*"' in refused.text and patterns(whole) == []
    file = send_file(recruiter, f"{LIST}/file", LIST, "file", b"+14155550123\n+1415*\n", "n.csv")
    assert file.status_code == 403 and patterns(whole) == []
    assert boss.send(LIST, pattern="+1415*", note="").status_code == 303
    assert "+1415*" in recruiter.get(LIST).text


def test_a_file_lists_all_or_none_and_names_its_rows(whole: Whole) -> None:
    boss = whole.enter()
    rows = "\ufeffnumber,note\r\n+14155550123,Ann\r\n\r\n+442079460*,London\r\n".encode()
    assert send_file(boss, f"{LIST}/file", LIST, "file", rows, "n.csv").location == f"{LIST}?done=file"
    assert patterns(whole) == ["+14155550123", "+442079460*"]
    bad = b"number\n+14155550124\n+19005550123\n\n12\n+14155550125," + b"x" * 201
    answer = send_file(boss, f"{LIST}/file", LIST, "file", bad, "n.csv")
    assert answer.status_code == 422 and "Row 6: A note is one line" in words_of(answer.text)
    answer = send_file(boss, f"{LIST}/file", LIST, "file", bad.rpartition(b"\n")[0], "n.csv")
    text = words_of(answer.text)
    assert answer.status_code == 422 and "none was" in text
    assert "Row 3: A number of this kind is never dialled." in text and "Row 5:" in text and "Row 2:" not in text
    many = b"".join(b"+1\n" for _ in range(30))
    assert "and 10 more" in send_file(boss, f"{LIST}/file", LIST, "file", many, "n.csv").text
    for data, status, told in (
        (b"", 422, "Choose a CSV file"), (b"\xff\xfe\x00", 422, "not CSV in UTF-8"),
        (b"number\n", 422, "between 1 and"),
        (b"1" * (2 * 1024 * 1024 + 1), 413, "2 MB at most"),
    ):  # fmt: skip
        refused = send_file(boss, f"{LIST}/file", LIST, "file", data, "n.csv")
        assert refused.status_code == status and told in refused.text, told
    assert boss.send(f"{LIST}/file", LIST).status_code == 422
    assert patterns(whole) == ["+14155550123", "+442079460*"]


def test_the_floor_is_shown_as_fixed(floored: Whole) -> None:
    page = floored.enter(Role.RECRUITER).get(LIST)
    text = words_of(page.text)
    assert "Fixed by the environment +1 ••• 0100 +4930* WHITELISTED_NUMBERS" in text
    assert "only what the environment allows can be" in text
    assert "remove" not in page.text, "nothing of it can be taken off here"


def test_a_number_is_looked_up_and_never_stands_in_an_address(floored: Whole) -> None:
    boss, lists = floored.enter(), floored.services.call_lists
    lists.add_to_whitelist(
        floored.actor, [WhitelistDraft("+14155550123", "Ann"), WhitelistDraft("+1415*")], may_add_prefixes=True
    )
    lists.add_opt_out(floored.actor, "+14155550177")

    def told(number: str) -> str:
        answer = boss.send(f"{LIST}/look-up", LIST, number=number)
        assert answer.status_code == 200, "no redirect that would carry the number"
        return words_of(answer.text)

    both = told("+1 415 555 0123")
    assert "may be called." in both and "+1415*" in both and "Ann" in both
    assert "may be called." in told("+493012345678") and "environment" in told("+493012345678")
    assert "must not be called: its owner opted out" in told("+14155550177")
    assert "is on no list" in told("+442071234567")
    assert "never dialled, listed or not" in told("+19005550123")
    odd = boss.send(f"{LIST}/look-up", LIST, number="abc")
    assert odd.status_code == 422 and 'value="abc"' in odd.text


def test_an_opt_out_is_added_and_taken_off_with_a_reason(whole: Whole) -> None:
    boss, recruiter = whole.enter(), whole.enter(Role.RECRUITER)
    assert "Nobody has opted out" in boss.get(OUT).text
    assert recruiter.send(OUT, number="+1 415 555 0177").location == f"{OUT}?done=added"
    wrong = recruiter.send(OUT, number="0177")
    assert wrong.status_code == 422 and 'value="0177"' in wrong.text
    seen = recruiter.get(OUT)
    assert "+1 ••• 0177" in seen.text and "to somebody here" in seen.text and "5550177" not in seen.text
    assert "Allow again" not in seen.text, "administrators alone take one off"
    (row,) = whole.services.call_lists.list_opt_outs(whole.organisation_id, Page()).items
    path = f"{OUT}/{row.id}/remove"
    assert recruiter.send(path, OUT, why="entered_by_mistake").status_code == 403
    for reason in ("", "because"):
        assert "Say why" in boss.send(path, OUT, why=reason).text
    assert len(whole.services.call_lists.list_opt_outs(whole.organisation_id, Page()).items) == 1
    assert_plain(boss.get(OUT))
    assert boss.send(path, OUT, why="entered_by_mistake").location == f"{OUT}?done=removed"
    assert boss.send(path, OUT, why="entered_by_mistake").status_code == 404
    (event,) = whole.events("opt_out.removed")
    assert event.data == {"phone": "+1******0177", "why": "entered_by_mistake"}


def test_viewers_see_no_list_and_another_house_has_its_own(whole: Whole) -> None:
    whole.services.call_lists.add_to_whitelist(whole.actor, [WhitelistDraft("+14155550123")], may_add_prefixes=False)
    out = whole.services.call_lists.add_opt_out(whole.actor, "+14155550177")
    (line,) = whole.services.call_lists.list_whitelist(whole.organisation_id, Page()).items
    viewer, stranger = whole.enter(Role.REVIEWER), whole.enter(organisation_id=make_organisation(whole.database))
    for path in (LIST, OUT):
        assert viewer.get(path).status_code == 403
        assert "0123" not in stranger.get(path).text and "0177" not in stranger.get(path).text
    assert viewer.send(LIST, "/interviews", pattern="+14155550124").status_code == 403
    assert stranger.send(f"{LIST}/{line.id}/remove", LIST).status_code == 404
    assert stranger.send(f"{OUT}/{out.id}/remove", OUT, why="entered_by_mistake").status_code == 404
    assert "is on no list" in stranger.send(f"{LIST}/look-up", LIST, number="+14155550177").text
    assert patterns(whole) == ["+14155550123"]


def test_long_lists_ask_as_often_as_short_ones(whole: Whole) -> None:
    boss, counts = whole.enter(), []
    for number in range(60):
        whole.services.call_lists.add_opt_out(whole.actor, f"+141555501{number:02}")
        draft = WhitelistDraft(f"+141555502{number:02}")
        whole.services.call_lists.add_to_whitelist(whole.actor, [draft], may_add_prefixes=False)
        if number in (0, 59):
            for path in (LIST, OUT):
                with counted(whole) as selects:
                    page = boss.get(path)
                counts.append(len(selects))
    assert counts[:2] == counts[2:] and max(counts) <= 5
    assert "60 numbers" in page.text and 'rel="next"' in page.text
