"""Whether somebody hears of an organisation's events, as SQL: what follows from an event is asked for only then."""

# Domain events that are announced to webhooks and live streams; the names are the API's.
ANNOUNCED = (
    "job.questions_ready",
    "interview.scheduled", "interview.started", "interview.interrupted", "interview.completed",
    "interview.needs_review", "interview.unreachable", "interview.declined", "interview.canceled", "interview.failed",
    "answer.transcribed", "answer.scored",
    "candidate.opted_out",
    "review.created",
)  # fmt: skip


def somebody_listens(organisation_id: str, moment: str) -> str:
    """A condition over two SQL expressions: an enabled endpoint is there, or a live stream open at ``moment``."""
    return (
        f"(EXISTS (SELECT 1 FROM webhook_endpoints AS w WHERE w.organisation_id = {organisation_id} AND w.enabled)"  # noqa: S608
        f" OR EXISTS (SELECT 1 FROM organisations AS o WHERE o.id = {organisation_id} AND o.streamed_until > {moment}))"
    )
