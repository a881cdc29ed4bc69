"""Live calls: who is on which question, what is told when it changes, who may end a call, and who sees nothing."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.columns import new_id
from db.models import Call, Candidate, Interview, Organisation, Role
from interview.lifecycle import CallStatus, InterviewStatus
from interview.progress import Phase, Progress, QuestionState
from interview.script import FollowUp
from ivr.gateways.redis_news import RedisNews
from ivr.services.live_events import MOST_EACH, LiveEventService
from tests.dashboard.desks import Office, office
from tests.dashboard.test_pages import words_of
from tests.factories import make_interview, make_job, make_question
from tests.statements import heard

__all__ = ["office"]
S = InterviewStatus
ASKED = make_question(2).text


@pytest.fixture
def job(office: Office) -> str:
    return make_job(office.database, office.organisation_id, questions=5)


def on_the_line(
    office: Office, job: str, name: str, *, status: InterviewStatus = S.IN_PROGRESS, for_s: float = 65,
    attempt: int = 1, direction: str = "outbound", **progress: Any,
) -> str:  # fmt: skip
    """The id of an interview that is under way at its second question, whose line was answered ``for_s`` ago."""
    id = make_interview(office.database, organisation_id=office.organisation_id, job_id=job, status=status)
    now = office.services.clock()
    with office.database.write() as unit:
        found = unit.session.get_one(Interview, id)
        unit.session.get_one(Candidate, found.candidate_id).name = name
        states = (QuestionState.ANSWERED, *(QuestionState.OPEN,) * 4)
        made = Progress(phase=Phase.ASKING, question=1, states=states, takes=(1, 0, 0, 0, 0), consented=True)
        found.progress = replace(made, **progress)
        answered = None if status is S.DIALING else now - timedelta(seconds=for_s)
        unit.session.add(
            Call(
                id=new_id(), organisation_id=office.organisation_id, interview_id=id, attempt=attempt,
                phone="+14155550199", carrier_sid=f"CA{new_id()[:30]}", status=CallStatus.IN_PROGRESS,
                direction=direction, answered_at=answered, created_at=now - timedelta(seconds=for_s),
            )
        )  # fmt: skip
    return id


def test_who_is_on_which_question(office: Office, job: str) -> None:
    on_the_line(office, job, "Ada Lovelace")
    on_the_line(office, job, "Grace Hopper", status=S.DIALING, attempt=2, phase=Phase.NOT_STARTED, question=0, for_s=9)
    asked_again = FollowUp("f1", "q2", "what she said of the third night", "You spoke of the third night. And then?")
    later = {"states": (*(QuestionState.ANSWERED,) * 5, QuestionState.OPEN), "takes": (1,) * 6}
    on_the_line(
        office, job, "Radia Perlman", direction="inbound", for_s=700, question=5, follow_ups=(asked_again,),
        returns_to=2, **later,
    )  # fmt: skip
    html = office.enter(Role.VIEWER).get("/live").text
    text = words_of(html)
    assert re.search(rf"Ada Lovelace Line Cook · \+1 ••• \d{{4}} Question 2 of 5 1 answered {re.escape(ASKED)}", text)
    # The clock is the machine's own here, which may be slow.
    assert re.search(r"On the phone for 1:(0[5-9]|[1-5]\d) Attempt 1 of 3", text)
    assert re.search(r"Ringing Rings for 0:\d\d Attempt 2 of 3", text)
    assert f"Asked once more, question 2 of 5 5 answered {ASKED}" in text and "Called in" in text
    assert "third night" not in html, "a follow-up repeats what was said"
    assert "End the call" not in html, "a viewer ends nothing"
    assert text.index("Radia") < text.index("Ada") < text.index("Grace"), "the longest first"


def test_nobody_on_the_phone_says_who_is_next(office: Office, job: str) -> None:
    visitor = office.enter(Role.VIEWER)
    assert "And no call is due" in words_of(visitor.get("/live").text)
    soon = office.services.clock() + timedelta(hours=2)
    for name, at in (("Later", soon + timedelta(hours=1)), ("Sooner", soon)):
        id = make_interview(
            office.database, organisation_id=office.organisation_id, job_id=job, status=S.SCHEDULED,
            next_action="call", next_action_at=at, next_action_why="Outside of calling hours.",
        )  # fmt: skip
        with office.database.write() as unit:
            unit.session.get_one(Candidate, unit.session.get_one(Interview, id).candidate_id).name = name
    text = words_of(visitor.get("/live").text)
    assert "Nobody is on the phone The next call is below" in text
    assert text.index("Sooner") < text.index("Later") and "Outside of calling hours." in text
    with office.database.write() as unit:
        unit.session.get_one(Organisation, office.organisation_id).is_stopped = True
    assert "Calling is stopped. Nobody is called until an administrator" in words_of(visitor.get("/live").text)


def test_a_call_is_ended_politely_by_whoever_may(office: Office, job: str) -> None:
    id = on_the_line(office, job, "Ada Lovelace")
    recruiter, reviewer = office.enter(), office.enter(Role.REVIEWER)
    assert "End it politely" not in reviewer.get("/live").text
    assert reviewer.send(f"/live/{id}/hang-up", "/live").status_code == 403
    sent = recruiter.send(f"/live/{id}/hang-up", "/live")
    assert sent.status_code == 303 and sent.location == "/live"
    text = words_of(recruiter.get("/live").text)
    assert "Ends after this turn" in text and "End it politely" not in text
    with office.database.write() as unit:
        found = unit.session.get_one(Interview, id)
        found.status, found.hang_up_requested = S.PROCESSING, False
    late = recruiter.send(f"/live/{id}/hang-up", "/live")
    assert late.status_code == 409 and "It may have ended by itself" in late.text
    elsewhere = make_interview(office.database, status=S.IN_PROGRESS)
    assert recruiter.send(f"/live/{elsewhere}/hang-up", "/live").status_code == 404
    assert elsewhere not in recruiter.get("/live").text


def test_the_part_that_changes_is_asked_for_alone(office: Office, job: str) -> None:
    on_the_line(office, job, "Ada Lovelace")
    visitor = office.enter()
    part = visitor.get("/live/calls", headers={"HX-Request": "true"})
    assert "Ada Lovelace" in part.text and "<html" not in part.text and part.headers["Cache-Control"] == "no-store"
    assert "<html" in visitor.get("/live/calls").text


def test_the_stream_says_when_the_line_looks_different(office: Office, job: str) -> None:
    visitor = office.enter()
    answered = visitor.get("/live/stream", buffered=False)
    assert answered.mimetype == "text/event-stream" and answered.headers["X-Accel-Buffering"] == "no"
    told = iter(answered.response)
    assert b"retry:" in next(told) and next(told) == b"event: changed\ndata: 0\n\n"
    id = on_the_line(office, job, "Ada Lovelace")
    assert next(told) == b"event: changed\ndata: 1\n\n"
    with office.database.write() as unit:
        found = unit.session.get_one(Interview, id)
        found.progress = replace(found.progress, question=2)
    assert next(told) == b"event: changed\ndata: 1\n\n", "the next question is a change that no event announces"
    answered.close()


def test_streams_are_few_and_whoever_gets_none_is_sent_away(office: Office) -> None:
    visitor = office.enter()
    held = [visitor.get("/live/stream", buffered=False) for _ in range(MOST_EACH)]
    assert [one.status_code for one in held] == [200] * MOST_EACH
    assert visitor.get("/live/stream").status_code == 204, "by which browsers give up"
    held[0].close()
    again = visitor.get("/live/stream", buffered=False)
    assert again.status_code == 200
    for one in (*held[1:], again):
        one.close()


def test_a_stream_ends_with_the_session(office: Office) -> None:
    services = office.services
    quick = LiveEventService(
        office.database, RedisNews("redis://127.0.0.1:9/0"), services.event_objects, services.clock, heartbeat_s=0.05
    )
    visitor = replace(office, app=office.app_with(replace(services, live_events=quick))).enter()
    answered = visitor.get("/live/stream", buffered=False)
    told = iter(answered.response)
    list(itertools.islice(told, 2))
    assert next(told) == b": alive\n\n"
    visitor.send("/logout", "/live")
    assert b": alive\n\n" not in list(told)


def test_the_line_is_read_with_few_statements_however_many_speak(office: Office, job: str) -> None:
    for number in range(12):
        on_the_line(office, job, f"Person {number}")
    with heard(office.database) as statements:
        line = office.services.live_calls.line(office.organisation_id)
    assert len(line.calls) == 12 and len([one for one in statements if one.startswith("SELECT")]) == 4
