"""A campaign of five hundred people over the doubles: at a pace, so many at once, and everything killed on the way."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from db.models import Answer, AnswerState, Interview
from interview.lifecycle import InterviewStatus
from scripts.demonstration.cast import Part, reactions
from scripts.demonstration.client import Http, wait_for
from scripts.demonstration.stage import Stage
from scripts.soaking.crowd import api_of, numbers, open_job
from scripts.soaking.promises import Record
from scripts.soaking.redis_process import RedisServer

pytestmark = pytest.mark.slow

PEOPLE = 500
AT_ONCE = 12
PER_MINUTE = 300
# Every tenth person is heard to the end; the others are as people are when their telephone rings.
MANNERS: tuple[dict[str, Any] | None, ...] = (
    None,
    {"pickup": "no_answer"},
    {"pickup": "busy"},
    {"pickup": "voicemail", "answered_by": "machine_start"},
    {"pickup": "answer", "reactions": [{"when_heard": "press 1", "press": "3", "on": "gather"}]},
    {"pickup": "no_answer"},
    {"pickup": "answer", "reactions": [{"when_heard": "press 1", "hang_up": True, "on": "gather"}]},
    {"pickup": "answer", "reactions": [{"when_heard": "press 1", "press": "9", "on": "gather"}]},
    {"pickup": "busy"},
    {"pickup": "no_answer"},
)


@pytest.mark.timeout(900)
def test_500_people_over_the_doubles_across_the_end_of_everything(postgres_url: str, redis_server: RedisServer) -> None:
    """Nobody is dialled twice, the pace and the number of calls at once hold, and everybody is at a truthful end."""
    stage = Stage(
        numbers=["+1212555*"], speed=60.0, database_url=postgres_url, redis_url=redis_server.url, workers=2,
        worker_threads=8, model_latency_ms=5,
        settings={"OPENAI_SCORING_SAMPLES": "1", "MAX_CALLS_PER_DAY": "1000", "MAX_CONCURRENT_CALLS": "20"},
    )  # fmt: skip
    record = Record(postgres_url)
    who = numbers(PEOPLE)
    with stage:
        stage.start_doubles()
        stage.migrate()
        stage.start_product()
        api, carrier = api_of(stage), Http(stage.carrier_url)
        job, questions = open_job(api, max_attempts=1, max_follow_ups=0)
        for number, phone in enumerate(who):
            person = MANNERS[number % len(MANNERS)] or reactions(Part("", phone, "strong", "hire"), questions)
            carrier.put(f"/simulator/people/{phone}", person)
        sheet = "name,phone\n" + "".join(f"Person {n},{phone}\n" for n, phone in enumerate(who))
        campaign = api.post(
            "/campaigns",
            {"job_id": job["id"], "name": "Autumn", "csv": sheet, "calls_per_minute": PER_MINUTE,
             "max_concurrent": AT_ONCE},
        )  # fmt: skip
        wait_for(lambda: _dialled(carrier), lambda calls: calls >= PEOPLE // 3, timeout_s=300)
        for name in ("web", "worker-1", "worker-2"):
            stage.kill(name)
        redis_server.stop()
        at_the_end = _dialled(carrier)
        redis_server.start()
        stage.start_product()
        shown = wait_for(
            lambda: api.get(f"/campaigns/{campaign['id']}"), lambda seen: seen["status"] == "completed", timeout_s=500
        )
        wait_for(record.count_open, lambda still_open: still_open == 0, timeout_s=120)
        calls = carrier.get("/simulator/calls")["calls"]
        violations = carrier.get("/simulator/violations")["violations"]
    interviews, answers = record.all(Interview), record.all(Answer)
    record.close()

    assert PEOPLE // 3 <= at_the_end < PEOPLE, "everything ended in the middle"
    assert violations == []
    dials = Counter(call["to"] for call in calls)
    assert set(dials) == set(who) and set(dials.values()) == {1}, "everybody, and nobody twice"
    assert _most_at_once(calls) <= AT_ONCE
    begun = [_moment(call["dialed_at"]) for call in calls]
    for window_s in (10, 30):
        assert _most_within(begun, window_s) <= PER_MINUTE * (window_s + 1) / 60 + 1
    assert shown["total"] == PEOPLE and shown["progress"] == 1.0 and shown["eta"] is None
    assert sum(shown["counts"].values()) == PEOPLE
    ends = Counter(interview.status for interview in interviews)
    assert sum(ends.values()) == PEOPLE
    heard = {interview.id for interview in interviews if interview.status is InterviewStatus.COMPLETED}
    # whoever was on the line when everything ended may have come to another end: each is called once only
    for number in (len(heard), ends[InterviewStatus.OPTED_OUT], ends[InterviewStatus.DECLINED]):
        assert PEOPLE // 10 - AT_ONCE <= number <= PEOPLE // 10, ends
    scored = [one for one in answers if one.interview_id in heard and not one.is_knockout]
    assert scored and all(one.state is AnswerState.SCORED for one in scored)


def _dialled(carrier: Http) -> int:
    return int(carrier.get("/simulator/ledger")["calls"])


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _most_at_once(calls: list[dict[str, Any]]) -> int:
    """Both ends are known to the second, rounded down: a call counts at a second's end if it lasted beyond it."""
    spans = [(_moment(call["dialed_at"]), _moment(call["ended_at"])) for call in calls if call["ended_at"]]
    return max(sum(begun <= at < ended for begun, ended in spans) for at, _ in spans)


def _most_within(moments: list[float], window_s: int) -> int:
    """The most moments in any window of so many seconds; they are rounded down, so one more second may be in it."""
    return max(sum(at <= other < at + window_s for other in moments) for at in moments)
