"""All that is held about one person, as a ZIP that they can be given: rows as JSON, résumé and audio as files."""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from pydantic_core import to_json

from db.repositories import person
from db.repositories.events import record
from db.unit_of_work import Database
from ivr.gateways.ports import FileMissing, FileStore
from ivr.services.context import Actor, Clock
from ivr.services.errors import NotFound

# Above this a ZIP that is being made lies on the disk instead of in memory.
_IN_MEMORY = 4 * 1024 * 1024
_PART = 256 * 1024
_README = """Everything that is held about one person.

person.json     all rows of the database that belong to this person, by table
questions.json  the questions that were asked, by interview
files/          the resume as it was sent, and the audio of answers
missing.txt     files that are named in the rows and are not in the store, if there are any

What a person said of themselves for the fairness of the whole (groups) is kept apart and never beside a name, so it is
not in here either.
"""


@dataclass(frozen=True, slots=True)
class Export:
    """A ZIP that is ready; ``parts`` gives it piece by piece, once."""

    size: int
    file: IO[bytes] = field(repr=False)

    def parts(self) -> Iterator[bytes]:
        """The bytes from the first to the last; the temporary file is gone afterwards."""
        with self.file:
            while part := self.file.read(_PART):
                yield part


class ExportService:
    """Makes exports, and writes down that one was made."""

    def __init__(self, database: Database, store: FileStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    def export(self, actor: Actor, candidate_id: str) -> Export:
        """The ZIP. Raises NotFound, for an erased person too: of them nothing is held that names them."""
        with self._database.write() as unit:
            session = unit.session
            rows = person.rows_of(session, actor.organisation_id, candidate_id)
            if rows is None:
                raise NotFound("candidate")
            questions = person.questions_asked(session, candidate_id)
            record(
                session, organisation_id=actor.organisation_id, type="candidate.exported", subject_kind="candidate",
                subject_id=candidate_id, actor=actor.name, request_id=actor.request_id, at=self._clock(),
                data={"rows": sum(map(len, rows.values()))},
            )  # fmt: skip
        file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by ``parts``
        try:
            self._write(file, rows, questions)
        except BaseException:
            file.close()
            raise
        size = file.tell()
        file.seek(0)
        return Export(size, file)

    def _write(self, file: IO[bytes], rows: Mapping[str, Sequence[Mapping[str, Any]]], questions: object) -> None:
        missing = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _README)
            archive.writestr("person.json", _pretty(rows))
            archive.writestr("questions.json", _pretty(questions))
            for name, key in _files(rows):
                try:
                    size = self._store.size(key)
                except FileMissing:
                    missing.append(name)
                    continue
                entry = zipfile.ZipInfo(f"files/{name}", self._clock().timetuple()[:6])
                # A file is read in parts: nobody's hour of audio is in memory at once.
                with archive.open(entry, "w", force_zip64=True) as target:
                    for start in range(0, size, _PART):
                        target.write(self._store.read_range(key, start, min(start + _PART, size) - 1))
            if missing:
                archive.writestr("missing.txt", "\n".join(missing) + "\n")


def _files(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[tuple[str, str]]:
    """The name of each file in the ZIP, and its key in the store."""
    for candidate in rows["candidates"]:
        if candidate["resume_key"]:
            yield f"resume.{candidate['resume_kind']}", candidate["resume_key"]
    for recording in rows["recordings"]:
        if recording["storage_key"]:
            yield f"{recording['recording_sid']}.wav", recording["storage_key"]


def _pretty(value: object) -> str:
    return json.dumps(json.loads(to_json(value)), ensure_ascii=False, indent=2)
