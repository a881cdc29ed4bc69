"""What an announced event is about, as it stands now: the object that a receiver is shown beside the event's name."""

from dataclasses import dataclass
from datetime import datetime

from db.models import DomainEvent
from db.repositories import access, hiring
from db.unit_of_work import Database
from ivr.services.call_lists import OptOutView, opt_out_view
from ivr.services.candidates import CandidateService
from ivr.services.errors import NotFound
from ivr.services.interviews import InterviewService
from ivr.services.jobs import JobService
from ivr.services.views import AnswerView, CandidateView, InterviewView, JobView, ReviewView
from ivr.services.webhook_views import WebhookEndpointView


@dataclass(frozen=True, slots=True)
class PartOf:
    """Something that has no address of its own, and the interview that it belongs to."""

    what: AnswerView | ReviewView | CandidateView
    interview_id: str


Announced = JobView | InterviewView | CandidateView | OptOutView | PartOf | WebhookEndpointView


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event for the outside: ``id`` is the same however often it is sent, ``subject`` is what it is about now."""

    id: str
    type: str
    created_at: datetime
    subject: Announced


class EventObjects:
    """Reads what an event is about by way of the services that the API reads it from."""

    def __init__(
        self, database: Database, jobs: JobService, candidates: CandidateService, interviews: InterviewService
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._candidates = candidates
        self._interviews = interviews

    def announcement(self, event: DomainEvent) -> Announcement | None:
        """The event with its object; None when the object is there no more."""
        try:
            subject = self._subject(event)
        except NotFound:
            return None
        return None if subject is None else Announcement(event.id, event.type, event.created_at, subject)

    def _subject(self, event: DomainEvent) -> Announced | None:
        organisation_id, subject_id = event.organisation_id, event.subject_id
        match event.subject_kind:
            case "job":
                return self._jobs.get(organisation_id, subject_id)
            case "candidate":
                return self._candidates.get(organisation_id, subject_id)
            case "opt_out":
                return self._opted_out(organisation_id, subject_id)
            case "interview":
                interview = self._interviews.get(organisation_id, subject_id)
                return self._of_interview(event, interview)
            case _:
                return None

    def _of_interview(self, event: DomainEvent, interview: InterviewView) -> Announced | None:
        what: AnswerView | ReviewView | CandidateView | None
        match event.type.partition(".")[0]:
            case "answer":
                wanted = (event.data.get("question"), event.data.get("take"))
                what = next((one for one in interview.answers if (one.question.id, one.take) == wanted), None)
            case "review":
                what = next((one for one in interview.reviews if one.id == event.data.get("review")), None)
            case "candidate":
                what = self._candidates.get(event.organisation_id, interview.candidate_id)
            case _:
                return interview
        return None if what is None else PartOf(what, interview.id)

    def _opted_out(self, organisation_id: str, opt_out_id: str) -> CandidateView | OptOutView | None:
        """Whoever has this number, or the line in the list when nobody has."""
        with self._database.read() as session:
            row = access.opt_out(session, organisation_id, opt_out_id)
            if row is None:
                return None
            person = hiring.candidate_by_phone(session, organisation_id, row.phone)
            person_id, line = None if person is None else person.id, opt_out_view(row)
        if person_id is not None:
            return self._candidates.get(organisation_id, person_id)
        return line
