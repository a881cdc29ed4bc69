"""The statuses of an interview and of a call, and the only ways from one to another."""

from enum import StrEnum


class InterviewStatus(StrEnum):
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    DIALING = "dialing"
    IN_PROGRESS = "in_progress"
    INTERRUPTED = "interrupted"
    PROCESSING = "processing"
    COMPLETED = "completed"
    NEEDS_REVIEW = "needs_review"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    OPTED_OUT = "opted_out"
    CANCELED = "canceled"
    FAILED = "failed"


class CallStatus(StrEnum):
    """``placing``: written down, the carrier not yet asked or its reply not yet known; the rest as the carrier says."""

    PLACING = "placing"
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"


_S = InterviewStatus

TRANSITIONS: dict[InterviewStatus, frozenset[InterviewStatus]] = {
    _S.SCHEDULED: frozenset({_S.QUEUED, _S.CANCELED, _S.OPTED_OUT}),
    _S.QUEUED: frozenset({_S.DIALING, _S.SCHEDULED, _S.CANCELED, _S.OPTED_OUT, _S.FAILED}),
    _S.DIALING: frozenset({_S.IN_PROGRESS, _S.QUEUED, _S.UNREACHABLE, _S.CANCELED, _S.FAILED}),
    _S.IN_PROGRESS: frozenset(
        {_S.PROCESSING, _S.INTERRUPTED, _S.SCHEDULED, _S.DECLINED, _S.OPTED_OUT, _S.CANCELED}
    ),
    _S.INTERRUPTED: frozenset(
        {_S.QUEUED, _S.SCHEDULED, _S.IN_PROGRESS, _S.PROCESSING, _S.CANCELED, _S.OPTED_OUT}
    ),
    _S.PROCESSING: frozenset({_S.COMPLETED, _S.NEEDS_REVIEW}),
    _S.COMPLETED: frozenset({_S.PROCESSING}),
    _S.NEEDS_REVIEW: frozenset({_S.PROCESSING, _S.COMPLETED}),
    _S.UNREACHABLE: frozenset({_S.QUEUED}),
    _S.FAILED: frozenset({_S.QUEUED}),
    _S.DECLINED: frozenset(),
    _S.OPTED_OUT: frozenset(),
    _S.CANCELED: frozenset(),
}

TERMINAL = frozenset(
    {_S.COMPLETED, _S.NEEDS_REVIEW, _S.UNREACHABLE, _S.DECLINED, _S.OPTED_OUT, _S.CANCELED, _S.FAILED}
)

# An interview in one of these stands in the way of another for the same candidate and job.
OPEN = frozenset(set(InterviewStatus) - TERMINAL)

CALL_TERMINAL = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED}
)

_CALL_ORDER = {
    CallStatus.PLACING: 0,
    CallStatus.QUEUED: 1,
    CallStatus.RINGING: 2,
    CallStatus.IN_PROGRESS: 3,
}


class IllegalTransition(Exception):
    """The table does not have this move."""


def check_move(current: InterviewStatus, target: InterviewStatus) -> None:
    """Raise IllegalTransition unless ``current`` may become ``target``; staying is always allowed."""
    if current is not target and target not in TRANSITIONS[current]:
        raise IllegalTransition(f"an interview that is {current.value} cannot become {target.value}")


# The way of a call that goes well: what ends somewhere on it is taken along it to where its end can be reached.
_ROAD = {
    _S.SCHEDULED: _S.QUEUED,
    _S.INTERRUPTED: _S.QUEUED,
    _S.QUEUED: _S.DIALING,
    _S.DIALING: _S.IN_PROGRESS,
}


def moves_to(current: InterviewStatus, target: InterviewStatus) -> tuple[InterviewStatus, ...]:
    """The moves of the table from ``current`` to ``target``, one after the other; none when it is there already.

    Raises IllegalTransition when the way of a call does not lead there.
    """
    moves: list[InterviewStatus] = []
    while current is not target:
        following = target if target in TRANSITIONS[current] else _ROAD.get(current)
        if following is None:
            check_move(current, target)
            break
        moves.append(following)
        current = following
    return tuple(moves)


def sources_of(target: InterviewStatus) -> frozenset[InterviewStatus]:
    """The statuses from which ``target`` can be reached: what a guarded UPDATE names in its WHERE."""
    return frozenset(source for source, targets in TRANSITIONS.items() if target in targets)


def later_call_status(current: CallStatus, news: CallStatus) -> CallStatus:
    """``news`` if it is further along than ``current``, else ``current``: late news changes nothing."""
    if current in CALL_TERMINAL:
        return current
    if news in CALL_TERMINAL:
        return news
    return news if _CALL_ORDER[news] > _CALL_ORDER[current] else current
