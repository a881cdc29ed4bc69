"""Interviews to take along: the list as a table or as JSON, and the sound of one interview as a ZIP."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO

from db.repositories.events import ANSWER_HEARD
from db.unit_of_work import Database
from interview.pseudonym import masked_number
from ivr.gateways.ports import FileMissing
from ivr.services.context import Actor, Clock
from ivr.services.csv_people import defused
from ivr.services.drafts import InterviewFilters, Page
from ivr.services.errors import Conflict
from ivr.services.exports import Export
from ivr.services.interviews import InterviewService
from ivr.services.trail import note
from ivr.services.views import AnswerView, InterviewView

_AT_ONCE = 100
_IN_MEMORY = 4 * 1024 * 1024
_PART = 256 * 1024
_COLUMNS = (
    "id", "status", "reason_code", "job_id", "job_title", "candidate_id", "candidate_name", "phone", "purpose",
    "attempts", "created_at", "call_at", "started_at", "ended_at", "duration_s", "overall_score", "recommendation",
    "needs_review", "external_id", "simulated",
)  # fmt: skip


class InterviewExports:
    """Reads through the services that show the same things one by one, and keeps to what those show."""

    def __init__(self, database: Database, interviews: InterviewService, clock: Clock) -> None:
        self._database = database
        self._interviews = interviews
        self._clock = clock

    def rows(self, organisation_id: str, filters: InterviewFilters) -> Iterator[InterviewView]:
        """Every interview that the filters let through, newest first, read page by page as it is asked for.

        The first page is read at once, so that what is wrong with the filters is said before anything is sent.
        """
        first = self._interviews.list(organisation_id, filters, Page(_AT_ONCE))

        def all_rows() -> Iterator[InterviewView]:
            page = first
            while True:
                yield from page.items
                if page.next_cursor is None:
                    return
                page = self._interviews.list(organisation_id, filters, Page(_AT_ONCE, page.next_cursor))

        return all_rows()

    def table(self, views: Iterator[InterviewView], *, with_numbers: bool) -> Iterator[bytes]:
        """The interviews as CSV with a byte order mark, a line at a time. Texts are safe against formulas."""
        yield "\ufeff".encode() + _line(_COLUMNS)
        for view in views:
            yield _line(_cells(view, with_numbers=with_numbers))

    def records(self, views: Iterator[InterviewView], *, with_numbers: bool) -> Iterator[dict[str, object]]:
        """The same interviews with the table's columns as names, for JSON."""
        for view in views:
            yield dict(zip(_COLUMNS, _cells(view, with_numbers=with_numbers), strict=True))

    def audio(self, actor: Actor, interview_id: str) -> Export:
        """The answers' recordings as a ZIP, named by question and take. Raises NotFound, Conflict ``no_audio``."""
        view = self._interviews.get(actor.organisation_id, interview_id)
        found = [(_name(answer), answer) for answer in view.answers if answer.has_audio]
        file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by ``parts``
        try:
            written = self._write(file, actor.organisation_id, interview_id, found)
        except BaseException:
            file.close()
            raise
        if not written:
            file.close()
            raise Conflict("no_audio", "There is no audio of this interview.", "See the answers' states.")
        with self._database.write() as unit:
            told = {"answers": written, "as": "zip"}
            note(unit.session, actor, self._clock(), ANSWER_HEARD, "interview", interview_id, told)
        size = file.tell()
        file.seek(0)
        return Export(size, file)

    def _write(
        self, file: IO[bytes], organisation_id: str, interview_id: str, found: Sequence[tuple[str, AnswerView]]
    ) -> int:
        written = 0
        # Sound is hardly any smaller when it is packed.
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, answer in found:
                try:
                    audio = self._interviews.audio(organisation_id, interview_id, answer.id)
                    self._interviews.read_audio(audio, 0, 0)
                except (FileMissing, Conflict):  # deleted since the interview was read
                    continue
                suffix = "mp3" if audio.content_type == "audio/mpeg" else "wav"
                entry = zipfile.ZipInfo(f"{name}.{suffix}", self._clock().timetuple()[:6])
                with archive.open(entry, "w", force_zip64=True) as target:
                    for start in range(0, audio.size, _PART):
                        end = min(start + _PART, audio.size) - 1
                        target.write(self._interviews.read_audio(audio, start, end))
                written += 1
        return written


def masked(view: InterviewView) -> InterviewView:
    """The interview for who may not see numbers."""
    return replace(view, candidate=replace(view.candidate, phone=masked_number(view.candidate.phone)))


def _cells(view: InterviewView, *, with_numbers: bool) -> Sequence[object]:
    def moment(at: datetime | None) -> str:
        return "" if at is None else at.isoformat().replace("+00:00", "Z")

    phone = view.candidate.phone
    return (
        view.id, view.status, view.reason_code, view.job_id, view.job.title, view.candidate_id, view.candidate.name,
        phone if with_numbers else masked_number(phone), view.purpose, view.attempts, moment(view.created_at),
        moment(view.call_at), moment(view.started_at), moment(view.ended_at), view.duration_s, view.overall_score,
        view.recommendation, view.needs_review, view.external_id, view.simulated,
    )  # fmt: skip


def _line(cells: Sequence[object]) -> bytes:
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerow([cell if _is_number(cell) else defused(_word(cell)) for cell in cells])
    return sheet.getvalue().encode()


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _word(cell: object) -> object:
    return {True: "true", False: "false"}[cell] if isinstance(cell, bool) else cell


def _name(answer: AnswerView) -> str:
    kind = "requirement" if answer.question.knockout else "question"
    return f"{kind}-{answer.question.id}-take-{answer.take}"
