"""How far interviews came and why they stopped, in stable words."""

from __future__ import annotations

from typing import Any

import pytest

from interview.lifecycle import InterviewStatus
from interview.statistics.funnel import STAGES, Stage, Standing, funnel, why_no_further

S = InterviewStatus


@pytest.mark.parametrize(
    ("stage", "status", "facts", "reason"),
    [
        (Stage.INVITED, S.FAILED, {"reason_code": "not_whitelisted"}, "not_whitelisted"),
        (Stage.INVITED, S.QUEUED, {}, "waiting"),
        (Stage.INVITED, S.CANCELED, {"reason_code": "campaign_canceled"}, "campaign_canceled"),
        (Stage.INVITED, S.DECLINED, {"reason_code": "human_requested"}, "human_requested"),
        (Stage.DIALLED, S.DIALING, {}, "on_the_telephone"),
        (Stage.DIALLED, S.UNREACHABLE, {"reason_code": "attempts_exhausted", "outcome": "busy"}, "busy"),
        (Stage.DIALLED, S.QUEUED, {"outcome": "no_answer", "call_reason": "no_key"}, "no_key"),
        (Stage.DIALLED, S.QUEUED, {"outcome": "failed", "call_reason": "13224"}, "not_connected"),
        (Stage.DIALLED, S.FAILED, {"reason_code": "number_unreachable", "outcome": "failed"}, "number_unreachable"),
        (Stage.DIALLED, S.OPTED_OUT, {"outcome": "busy"}, "opted_out"),
        (Stage.REACHED, S.SCHEDULED, {"outcome": "callback_requested", "call_reason": "this_evening"},
         "callback_requested"),
        (Stage.REACHED, S.DECLINED, {"outcome": "declined", "call_reason": "refused_recording"}, "refused_recording"),
        (Stage.CONSENTED, S.DECLINED, {"outcome": "human_requested"}, "human_requested"),
        (Stage.FIRST_QUESTION, S.INTERRUPTED, {"outcome": "interrupted", "call_reason": "silence"}, "silence"),
        (Stage.FIRST_QUESTION, S.IN_PROGRESS, {}, "on_the_telephone"),
        (Stage.FINISHED, S.PROCESSING, {"is_decided": True}, "being_scored"),
        (Stage.FINISHED, S.NEEDS_REVIEW, {}, "no_score"),
        (Stage.FINISHED, S.NEEDS_REVIEW, {"is_decided": True}, "decided_without_score"),
        (Stage.SCORED, S.COMPLETED, {}, "awaiting_review"),
    ],
)  # fmt: skip
def test_why_an_interview_came_no_further(stage: Stage, status: S, facts: dict[str, Any], reason: str):
    assert why_no_further(Standing(stage, status, 1, **facts)) == reason


def test_stages_are_within_each_other():
    standings = [Standing(stage, S.COMPLETED, place + 1) for place, stage in enumerate(STAGES)]
    found = funnel(standings)
    counts = [one.count for one in found]
    assert counts == [36, 35, 33, 30, 26, 21, 15, 8]
    for before, after in zip(found, found[1:], strict=False):
        assert before.count - after.count == sum(loss.count for loss in after.losses)
        assert after.of_previous == after.count / before.count and after.of_all == after.count / 36
    assert found[0].losses == () and found[0].of_previous == 1.0


def test_the_most_frequent_reason_stands_first():
    standings = [
        Standing(Stage.DIALLED, S.UNREACHABLE, 2, outcome="busy"),
        Standing(Stage.DIALLED, S.UNREACHABLE, 3, outcome="voicemail"),
        Standing(Stage.DIALLED, S.QUEUED, 2, outcome="voicemail"),
        Standing(Stage.DIALLED, S.UNREACHABLE, 2, outcome="no_answer"),
    ]
    losses = funnel(standings)[STAGES.index(Stage.REACHED)].losses
    assert [(loss.reason, loss.count, loss.still_open) for loss in losses] == [
        ("voicemail", 5, 2), ("busy", 2, 0), ("no_answer", 2, 0),
    ]  # fmt: skip


def test_nobody_invited_is_no_share():
    assert [(one.count, one.of_previous, one.of_all) for one in funnel([])] == [(0, None, None)] * 8
