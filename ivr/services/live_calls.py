"""Live calls: who is on which question right now, and who is called next. Never a word or a score of an answer."""

from dataclasses import dataclass, field
from datetime import datetime

from db.repositories import live_calls as rows
from db.repositories.live_calls import DueCall, OnTheLine
from db.unit_of_work import Database
from interview.progress import Phase, Progress
from interview.pseudonym import shown_number
from interview.purpose import Purpose
from interview.script import SpokenQuestion
from ivr.services.drafts import settings_from_plain
from ivr.services.interview_views import progress_view
from ivr.services.views import ProgressView

# As many as a person can follow; beyond it the list of interviews is the better place.
MOST_CALLS = 50
_NEXT = 5
# In these the candidate is at a question of the script, hearing it or answering.
_AT_A_QUESTION = frozenset({Phase.ASKING, Phase.MENU})


@dataclass(frozen=True, slots=True)
class LiveCallView:
    """Somebody who is being called or speaks. ``question`` is what is being asked, None outside of the questions.
    ``since`` is when the line was answered, while it rings when the call was placed."""

    interview_id: str
    status: str
    name: str
    phone: str = field(repr=False)
    job_title: str
    language: str
    purpose: str
    progress: ProgressView
    question: str | None
    is_follow_up: bool
    attempt: int | None
    max_attempts: int
    direction: str | None
    since: datetime
    hang_up_requested: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class LiveCallsView:
    """One organisation's line at a moment: ``calls`` are 50 at most of ``on_the_line``, ``due`` the next five of
    ``waiting``. While ``is_stopped`` nobody is called, whatever is due."""

    calls: tuple[LiveCallView, ...]
    on_the_line: int
    due: tuple[DueCall, ...]
    waiting: int
    is_stopped: bool


class LiveCallService:
    """Reads the line. A stream reads it every second or two, so each reading is a handful of small queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def line(self, organisation_id: str) -> LiveCallsView:
        """The line as it is now."""
        with self._database.read() as session:
            calls = rows.on_the_line(session, organisation_id, limit=MOST_CALLS)
            return LiveCallsView(
                tuple(map(_view, calls)),
                # Only where the list is cut short is there more to count.
                len(calls) if len(calls) < MOST_CALLS else rows.count_on_the_line(session, organisation_id),
                tuple(rows.due_calls(session, organisation_id, limit=_NEXT)),
                rows.count_waiting(session, organisation_id),
                rows.is_stopped(session, organisation_id),
            )


def _view(one: OnTheLine) -> LiveCallView:
    # What is asked in practice is between the candidate and their coach.
    spoken = () if one.purpose == Purpose.PRACTICE.value else one.spoken
    asked, is_follow_up = _asked(one.progress, spoken)
    return LiveCallView(
        interview_id=one.interview_id,
        status=one.status.value,
        name=one.name,
        phone=shown_number(one.phone),
        job_title=one.job_title,
        language=one.language,
        purpose=one.purpose,
        progress=progress_view(one.progress, one.spoken),
        question=asked,
        is_follow_up=is_follow_up,
        attempt=one.attempt,
        max_attempts=settings_from_plain(one.settings).max_attempts,
        direction=one.direction,
        since=one.answered_at or one.placed_at or one.created_at,
        hang_up_requested=one.hang_up_requested,
        simulated=one.simulated,
    )


def _asked(progress: Progress, spoken: tuple[SpokenQuestion, ...]) -> tuple[str | None, bool]:
    """The words of the present question, and whether it is a follow-up. A follow-up repeats what was answered, so its
    words are not told: here stands the question that it is about."""
    if progress.phase not in _AT_A_QUESTION:
        return None, False
    if progress.question < len(spoken):
        return spoken[progress.question].text, False
    place = progress.question - progress.script_count
    if not 0 <= place < len(progress.follow_ups):
        return None, False
    about = progress.follow_ups[place].question_id
    return next((one.text for one in spoken if one.id == about), None), True
