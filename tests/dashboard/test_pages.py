"""The list and one interview: what is shown, to whom, and what never is."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from db.models import Role
from ivr.dashboard.pages import POLICY
from tests.dashboard.conftest import (
    ASKED_LATER,
    CALLING,
    EVIL,
    GONE,
    HIRED,
    JOB,
    LEFT,
    QUEUED,
    SIMULATED,
    STALLED,
    House,
    Visitor,
    interview_of,
)

EVERYBODY = (HIRED, LEFT, SIMULATED, STALLED, CALLING, QUEUED, GONE)


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.enter()


def words_of(html: str) -> str:
    """What a reader sees, as one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace(" .", ".").replace(" ,", ",")


class Attributes(HTMLParser):
    """Every attribute, id and link target of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.names.add(name)
            if name == "id" and value:
                self.ids.append(value)
            if tag == "a" and name == "href" and value:
                self.links.add(value)


# --- the list


def test_each_row_says_where_it_stands_and_what_comes_next(visitor: Visitor) -> None:
    text = words_of(visitor.get("/interviews").text)
    assert "Question 2 of 3" in text
    assert "Nobody took the call. Try 2 of 3: 2 Mar 2026, 11:00" in text
    assert "7.7 Hire" in text
    assert "Waiting to be scored The model is not available. Next try: 2 Mar 2026, 10:15" in text
    assert "Not reached Called 3 times." in text
    assert "+44 ••• 0118" in text and "7700900118" not in text


def test_simulated_rows_say_so(visitor: Visitor) -> None:
    html = visitor.get("/interviews").text
    assert html.count("Demo, not an assessment") == 1
    page = visitor.get(f"/interviews/{SIMULATED}").text
    assert "Demo, not an assessment" in page
    assert "Demo, not an assessment" not in visitor.get(f"/interviews/{HIRED}").text


@pytest.mark.parametrize(
    ("view", "there"),
    [
        ("person", {"Niamh", "Grace"}),
        ("under_way", {"Tomasz", "Lucía"}),
        ("waiting", {"محمد"}),
        ("finished", {"Zoë", "Niamh", "Sim", "Grace"}),
        ("phone", {"Tomasz"}),
        ("nonsense", {"Tomasz", "محمد", "Zoë", "Niamh", "Sim", "Lucía", "Grace"}),
    ],
)
def test_views(visitor: Visitor, view: str, there: set[str]) -> None:
    html = visitor.get(f"/interviews?view={view}").text
    names = {name.split()[0] for name in re.findall(r'class="nm"[^>]*><bdi>([^<]+)', html)}
    assert names == there


def test_tabs_count_what_they_show(visitor: Visitor) -> None:
    tabs = dict(re.findall(r'<a href="[^"]*"[^>]*>([A-Z][a-z ]+)<span>(\d+)</span>', visitor.get("/interviews").text))
    assert tabs == {"All": "7", "Needs a person": "2", "Under way": "2", "Waiting": "1", "Finished": "4"}


def test_search_and_job_stay_in_the_links(visitor: Visitor) -> None:
    html = visitor.get(f"/interviews?q=zo%C3%AB&job={JOB}").text
    assert re.findall(r'class="nm"[^>]*><bdi>([^<]+)', html) == ["Zoë Nguyễn-Łukasik"]
    assert f"/interviews?view=person&amp;q=zo%C3%AB&amp;job={JOB}" in html
    assert f'<option value="{JOB}" selected>' in html


def test_nothing_found_and_nothing_at_all_are_said(house: House, visitor: Visitor) -> None:
    assert "No interview in this view fits." in visitor.get("/interviews?q=nobody").text
    assert "Nothing found" in visitor.get("/interviews?q=%3Cscript%3E").text
    house.interviews.rows.clear()
    empty = visitor.get("/interviews").text
    assert "No interviews yet" in empty and "shown here as soon as a recruiter has invited somebody" in words_of(empty)


def test_older_and_newer_lead_through_and_back(house: House, visitor: Visitor) -> None:
    first = house.interviews.rows[2]
    house.interviews.rows[:] = [
        replace(first, id=f"i{n:03}", candidate=replace(first.candidate, name=f"N{n:03}")) for n in range(60)
    ]
    seen, path = [], "/interviews"
    while path:
        html = visitor.get(path).text
        seen.append(re.findall(r"<bdi>(N\d+)", html))
        older = re.search(r'href="([^"]+)" rel="next"', html)
        path, last = (older[1].replace("&amp;", "&") if older else ""), path
    assert [len(page) for page in seen] == [25, 25, 10]
    assert sorted(sum(seen, [])) == [f"N{n:03}" for n in range(60)]
    back = []
    while last:
        html = visitor.get(last).text
        back.append(re.findall(r"<bdi>(N\d+)", html))
        newer = re.search(r'href="([^"]+)" rel="prev"', html)
        last = newer[1].replace("&amp;", "&") if newer else ""
    assert back == seen[::-1]


def test_a_cursor_of_somebody_elses_making_is_a_page_with_422(visitor: Visitor) -> None:
    answer = visitor.get("/interviews?cursor=nonsense")
    assert answer.status_code == 422
    assert "The cursor is not one of ours." in answer.text


# --- one interview


def test_the_verdict_says_advice_score_and_that_it_is_provisional(visitor: Visitor) -> None:
    text = words_of(visitor.get(f"/interviews/{HIRED}").text)
    assert "Recommendation, provisional until a person decides Hire 7.7 of 10" in text
    assert "100% of the questions scored" in text and "Certainty 82 of 100" in text
    assert "Requirement 1 is met." in text
    assert "This job is on call one week in five." in text and "Said yes; yes is needed" in text


def test_what_has_no_score_shows_no_number_and_says_why(visitor: Visitor) -> None:
    text = words_of(visitor.get(f"/interviews/{LEFT}").text)
    assert "No score a person decides" in text
    assert "Too few answers could be scored for a recommendation." in text
    assert "The summary waits: the model is not available." in text
    card = text[text.index("How do you decide that a service needs more capacity") :]
    assert "Most of the recording is below the level of speech." in card
    assert "Nothing was guessed" in card
    assert "not scored" in card and " of 10" not in card[: card.index("Your decision")]
    stalled = words_of(visitor.get(f"/interviews/{STALLED}").text)
    assert "Waiting to be scored The model is not available." in stalled
    assert " of 10" not in stalled and "Record decision" not in stalled


def test_quotes_are_numbered_as_they_were_said_and_linked_both_ways(visitor: Visitor) -> None:
    html = visitor.get(f"/interviews/{HIRED}").text
    card = html[html.index('id="q1"') : html.index('id="q2"')]
    marks = re.findall(r'<mark id="(q1-e\d)"[^>]*>.*?</mark>', card)
    assert marks == ["q1-e1", "q1-e2", "q1-e3"]
    assert re.search(r'<mark id="q1-e2"[^>]*><a [^>]*data-seek="9.5"[^>]*><span data-s="[\d.]+">when</span> ', card)
    assert set(re.findall(r'class="g" href="#(q1-e\d)"', card)) == set(marks)
    text = re.search(r'class="said"[^>]*>(.*?)</p>', card)
    assert text is not None
    spoken = re.sub(r"<sup>.*?</sup>", "", text[1])
    assert words_of(spoken).strip().startswith("First thing I did was stop all deploys, before I knew")


def test_what_was_asked_once_more_stands_under_its_answer(visitor: Visitor) -> None:
    html = visitor.get(f"/interviews/{HIRED}").text
    card = html[html.index('id="q3"') :]
    assert card.index("Asked once more") < card.index(ASKED_LATER) < card.index("We <mark")
    assert re.search(r'<mark id="q3-e4"[^>]*><a [^>]*>looked at last year&#39;s peak and added a third', card)
    assert "with what was asked and said once more" in card
    assert "Asked once more" not in html[: html.index('id="q3"')]


def test_what_was_said_is_never_run(visitor: Visitor) -> None:
    html = visitor.get(f"/interviews/{HIRED}").text
    assert EVIL not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("interview", EVERYBODY)
def test_pages_have_no_inline_code_and_no_broken_anchors(visitor: Visitor, interview: str) -> None:
    for path in (f"/interviews/{interview}", "/interviews"):
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "no-store"
        seen = Attributes(answer.text)
        assert "style" not in seen.names and not any(name.startswith("on") for name in seen.names)
        assert "style" not in seen.tags
        assert len(seen.ids) == len(set(seen.ids)), sorted(seen.ids)
        anchors = {link[1:] for link in seen.links if link.startswith("#")}
        assert anchors <= set(seen.ids), anchors - set(seen.ids)
        assert "None" not in words_of(answer.text)


def test_other_organisations_and_unknown_ids_are_one_page(house: House, visitor: Visitor) -> None:
    house.interviews.organisation_id = "another"
    foreign = visitor.get(f"/interviews/{HIRED}")
    assert foreign.status_code == 404
    assert "There is no such interview." in foreign.text
    assert visitor.get("/interviews/x").status_code == 404
    assert "Zoë" not in visitor.get("/interviews").text


@pytest.mark.parametrize("path", ["/nowhere", "/interviews/a/b/c", "/favicon.ico"])
def test_an_address_that_is_none_gets_a_page(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "There is no such page." in answer.text


def test_other_doors_keep_their_own_refusals(house: House) -> None:
    answer = house.app.test_client().get("/api/v1/nowhere")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_fault_of_ours_is_a_page_with_a_number(house: House, visitor: Visitor) -> None:
    house.interviews.rows.insert(0, interview_of("broken", "Broken", "completed", timeline=None))
    answer = visitor.get("/interviews/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Traceback" not in answer.text


# --- deciding

REASON = "Clear and first-hand; I heard the roll-back myself at 0:09."


def test_a_reviewer_decides_and_both_are_kept(house: House, visitor: Visitor) -> None:
    sent = visitor.send(f"/interviews/{HIRED}/reviews", f"/interviews/{HIRED}", decision="consider", reason=REASON)
    assert (sent.status_code, sent.location) == (303, f"/interviews/{HIRED}#decide")
    ((actor, interview, draft),) = house.interviews.reviews
    assert (actor.name, actor.kind, interview) == ("user:reviewer@example.com", "user", HIRED)
    assert (draft.decision, draft.reason) == ("consider", REASON)
    text = words_of(visitor.get(f"/interviews/{HIRED}").text)
    assert "Decision after review Consider" in text
    assert "The rules had said Hire." in text


def test_a_short_reason_comes_back_with_what_was_written(visitor: Visitor) -> None:
    sent = visitor.send(f"/interviews/{HIRED}/reviews", f"/interviews/{HIRED}", decision="reject", reason="no <b>")
    assert sent.status_code == 422
    assert "Give a reason of 20 characters or more." in sent.text
    assert ">no &lt;b&gt;</textarea>" in sent.text
    assert re.search(r'value="reject" required checked', sent.text)


def test_a_decision_without_a_form_token_is_refused(house: House, visitor: Visitor) -> None:
    sent = visitor.client.post(f"/interviews/{HIRED}/reviews", data={"decision": "hire", "reason": REASON})
    assert sent.status_code == 400
    assert house.interviews.reviews == []


def test_viewers_read_and_do_not_decide(house: House) -> None:
    viewer = house.enter(Role.VIEWER)
    page = viewer.get(f"/interviews/{HIRED}")
    assert page.status_code == 200
    assert "Record decision" not in page.text
    sent = viewer.send(f"/interviews/{HIRED}/reviews", "/interviews", decision="hire", reason=REASON)
    assert sent.status_code == 403
    assert "Your role lets you read results" in sent.text
    assert house.interviews.reviews == []


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.ADMIN])
def test_recruiters_and_administrators_decide_too(house: House, role: Role) -> None:
    page = f"/interviews/{HIRED}"
    assert house.enter(role).send(f"{page}/reviews", page, decision="hire", reason=REASON).status_code == 303


# --- the sound

SOUND = f"/interviews/{HIRED}/answers/30000000-0000-4000-8000-000000000001/audio"


def test_sound_comes_in_parts(visitor: Visitor, wav: bytes) -> None:
    whole = visitor.get(SOUND)
    assert (whole.status_code, whole.data, whole.content_type) == (200, wav, "audio/wav")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = visitor.get(SOUND, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, wav[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(wav)}"
    assert visitor.get(SOUND, headers={"Range": f"bytes={len(wav)}-"}).status_code == 416


def test_sound_that_is_not_there_is_not_found_or_not_ready(visitor: Visitor) -> None:
    base = f"/interviews/{HIRED}/answers/"
    assert visitor.get(f"{base}unknown/audio").status_code == 404
    assert visitor.get(f"{base}30000000-0000-4000-8000-000000000009/audio").status_code == 409
