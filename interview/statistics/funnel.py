"""How far interviews came, from the invitation to a person's decision, and why the others stopped on the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview.lifecycle import OPEN, InterviewStatus

_S = InterviewStatus


class Stage(StrEnum):
    """In this order; who is at one has been at all before it.

    ``reached``: a person was there. ``first_question``: the right person, to whom questions were put. ``finished``: the
    conversation is over and what was said is assessed. ``scored``: it came to a total. ``reviewed``: a person decided.
    """

    INVITED = "invited"
    DIALLED = "dialled"
    REACHED = "reached"
    CONSENTED = "consented"
    FIRST_QUESTION = "first_question"
    FINISHED = "finished"
    SCORED = "scored"
    REVIEWED = "reviewed"


STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Standing:
    """``count`` interviews that came equally far and stand alike.

    ``reason_code`` is the interview's, ``outcome`` and ``call_reason`` are those of the last call, None where there was
    none. ``is_decided``: a person has decided. ``is_whole``: the conversation came to its own end.
    """

    furthest: Stage
    status: InterviewStatus
    count: int
    reason_code: str | None = None
    outcome: str | None = None
    call_reason: str | None = None
    is_decided: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """``count`` interviews stopped before a stage for this reason; ``still_open`` of them may yet come to it."""

    reason: str
    count: int
    still_open: int


@dataclass(frozen=True, slots=True)
class StageCount:
    """``count`` interviews came to the stage: shares (0-1) of the stage before and of all, None where there are none.

    ``losses`` are those that came to the stage before and no further, the most frequent reason first.
    """

    stage: Stage
    count: int
    of_previous: float | None
    of_all: float | None
    losses: tuple[Loss, ...] = ()


def funnel(standings: Sequence[Standing]) -> tuple[StageCount, ...]:
    """Every stage with how many came to it, and why the others did not."""
    at_stage: Counter[Stage] = Counter()
    lost: dict[Stage, Counter[str]] = {stage: Counter() for stage in STAGES}
    still_open: Counter[tuple[Stage, str]] = Counter()
    for one in standings:
        at_stage[one.furthest] += one.count
        if one.furthest is STAGES[-1]:
            continue
        reason = why_no_further(one)
        lost[one.furthest][reason] += one.count
        if _is_open(one):
            still_open[one.furthest, reason] += one.count
    found: list[StageCount] = []
    everybody = sum(at_stage.values())
    for place, stage in enumerate(STAGES):
        count = sum(at_stage[later] for later in STAGES[place:])
        before = STAGES[place - 1] if place else None
        previous = found[-1].count if found else everybody
        losses = [] if before is None else [
            Loss(reason, number, still_open[before, reason])
            for reason, number in sorted(lost[before].items(), key=lambda item: (-item[1], item[0]))
        ]  # fmt: skip
        found.append(
            StageCount(
                stage, count, count / previous if previous else None, count / everybody if everybody else None,
                tuple(losses),
            )
        )  # fmt: skip
    return tuple(found)


def why_no_further(one: Standing) -> str:
    """In a stable word, why an interview has not come to the next stage."""
    match one.furthest:
        case Stage.SCORED:
            return "awaiting_review"
        case Stage.FINISHED if one.status is _S.PROCESSING:
            return "being_scored"
        case Stage.FINISHED:
            return "decided_without_score" if one.is_decided else "no_score"
    match one.status:
        case _S.CANCELED:
            return one.reason_code if one.reason_code in {"erased", "campaign_canceled"} else "canceled"
        case _S.OPTED_OUT:
            return "opted_out"
        case _S.DECLINED:
            return one.reason_code or one.call_reason or "human_requested"
        case _S.FAILED:
            return one.reason_code or "refused"
        case _S.DIALING | _S.IN_PROGRESS:
            return "on_the_telephone"
    if one.furthest is Stage.INVITED:
        return "waiting"
    if one.outcome in {"interrupted", "no_answer", "failed"}:
        # The carrier's own numbers say nothing to a reader, and differ from carrier to carrier.
        known = one.call_reason if one.call_reason and not one.call_reason.isdigit() else None
        return known or ("not_connected" if one.outcome == "failed" else one.outcome)
    return one.outcome or "on_the_telephone"


def _is_open(one: Standing) -> bool:
    if one.furthest is Stage.SCORED:
        return True
    if one.furthest is Stage.FINISHED:
        return not one.is_decided
    return one.status in OPEN
