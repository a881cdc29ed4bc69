"""The dashboard over real access on SQLite, with interviews as the services describe them and real sound."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from db.models import Role
from db.repositories.paging import decode_cursor, encode_cursor
from db.unit_of_work import Database
from interview.question import DIMENSIONS_BY_TYPE, Anchors, Difficulty, KeyPoint, Question, QuestionType
from ivr.app import create_app
from ivr.dashboard import blueprint
from ivr.gateways.file_recordings import DirectoryStore
from ivr.services.access import AccessService
from ivr.services.context import Actor
from ivr.services.drafts import AnswerPatch, InterviewFilters, JobFilters, KnockoutDraft, Page, Paged, ReviewDraft
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.insights import InsightService
from ivr.services.interview_lists import Tally
from ivr.services.logins import LoginService
from ivr.services.organisations import OrganisationService
from ivr.services.saved_views import SavedViewService
from ivr.services.user_links import UserLinks
from ivr.services.users import UserService
from ivr.services.views import (
    AnswerView,
    AudioFile,
    CallView,
    CandidateRef,
    CompetencyView,
    CostView,
    CriterionView,
    EventView,
    FollowUpView,
    InterviewView,
    JobRef,
    KeyPointView,
    NextAction,
    PeaksView,
    PolicyView,
    ProgressView,
    QuoteView,
    RatedByView,
    ReasonView,
    ResultView,
    ReviewView,
    SpeechView,
    StoredFile,
)
from ivr.settings import Settings
from scripts.simulator.audio import Utterance, render_wav
from tests.dashboard.visitor import Visitor
from tests.dashboard.whole import whole as whole
from tests.fakes import FrozenClock

PASSWORD = "a-long-enough-password"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
JOB = "10000000-0000-4000-8000-000000000001"
HIRED = "20000000-0000-4000-8000-000000000001"
LEFT = "20000000-0000-4000-8000-000000000002"
SIMULATED = "20000000-0000-4000-8000-000000000003"
STALLED = "20000000-0000-4000-8000-000000000004"
CALLING = "20000000-0000-4000-8000-000000000005"
QUEUED = "20000000-0000-4000-8000-000000000006"
GONE = "20000000-0000-4000-8000-000000000007"
SAID = (
    "First thing I did was stop all deploys, before I knew the cause, because two teams were shipping that night. "
    "Then I opened the channel and said who was doing what. I gave myself five minutes on the graphs, and when I could "
    "not explain it I rolled back the last change anyway. Errors dropped within ninety seconds. I did not write to the "
    "status page until it was over, and that I would change."
)
QUOTE_1 = "First thing I did was stop all deploys"
QUOTE_2 = "when I could not explain it I rolled back the last change anyway"
QUOTE_3 = "I did not write to the status page until it was over"
ASKED_LATER = "How did you know that the numbers were good enough?"
SAID_LATER = "We looked at last year's peak and added a third, and it held all winter."
QUOTE_LATER = "looked at last year's peak and added a third"
EVIL = "<script>alert(1)</script>"


def make_settings(**more: Any) -> Settings:
    """Settings that start, without the environment's."""
    given = {
        "secret_key": "test-secret-key-of-the-session",
        "webhook_base_url": "http://127.0.0.1:8000",
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": "test-auth-token-of-the-carrier",
        "twilio_phone_number": "+14155550100",
    }
    return Settings(**{**given, **more})


def question(number: int, text: str, competency: str, *, knockout: bool = False, weight: float = 1.0) -> Question:
    kind = QuestionType.GENERAL if knockout else QuestionType.BEHAVIORAL
    return Question(
        id=f"{'k' if knockout else 'q'}{number}", text=text, competency=competency, type=kind,
        difficulty=Difficulty.MEDIUM, dimensions=DIMENSIONS_BY_TYPE[kind], weight=weight, max_seconds=120,
        key_points=(
            KeyPoint("k1", "Limits the damage before looking for the cause"),
            KeyPoint("k2", "Sets a time limit on the search"),
            KeyPoint("k3", "Tells customers while it lasts"),
        ),
        anchors=Anchors(
            one="Names no own action.", three="Tells what was done, without order or effect.",
            four="Names own actions, their order and their effect.",
            five="Also shows what changed for others afterwards.",
        ),
        ideal_answer="I stopped changes, told everybody, set a limit, rolled back, and wrote down what we changed.",
        job_evidence="You own incidents from the page to the review.", knockout=knockout,
        pass_rule="yes" if knockout else None,
    )  # fmt: skip


def answer(number: int, asked: Question, **changes: Any) -> AnswerView:
    """A scored answer with three quotes."""
    quotes = (QuoteView(QUOTE_1, 0.4, True), QuoteView(QUOTE_2, 9.5, True))
    late = QuoteView(QUOTE_3, 17.0, True)
    made = AnswerView(
        id=f"30000000-0000-4000-8000-00000000000{number}", question=asked, take=1, follow_up=None, state="scored",
        state_reason=None, has_audio=True, duration_s=24.0, partial=False, superseded=False, transcript=SAID,
        transcript_original=SAID, transcript_source="model", words_approximate=True,
        key_points=(
            KeyPointView("k1", "Limits the damage before looking for the cause", "covered", quotes[0]),
            KeyPointView("k2", "Sets a time limit on the search", "partial", quotes[1]),
            KeyPointView("k3", "Tells customers while it lasts", "missing", None),
        ),
        criteria=(
            CriterionView("relevance", 4.0, "Answers with one incident of their own and keeps to it.", quotes[:1]),
            CriterionView("soundness", 4.5, "Rolls back on a time limit, which works.", quotes[1:]),
            CriterionView("reasoning", 4.0, "Says why deploys stopped first.", quotes[:1]),
            CriterionView("clarity", 5.0, "Every step can be repeated by a colleague.", ()),
            CriterionView("organisation", 4.0, "In order, from the page to the end.", ()),
            CriterionView("specific_example", 4.0, "One concrete case with its result.", quotes[1:]),
            CriterionView("named_behaviour", 3.0, "No word to customers while it lasted; names it unasked.", (late,)),
        ),
        score=7.7, score_100=77.0, understanding=8, explainability=9, evidence=(*quotes, late),
        critique="Strong on acting first.", ideal_answer=asked.ideal_answer,
        concepts_missed=("Tells customers while it lasts",), off_topic=False, is_correct=True, bias_flag=False,
        review_reasons=(), integrity_notes=(), speech=SpeechView(148.0, 2, 1.4, 0.9), human_feedback=None,
        score_sets=(), said_yes=None, knockout_confirmed=None, simulated=False,
        rated_by=RatedByView("gpt-6-luna", "score_answer@12", NOW, {"relevance": (4, 4, 3), "soundness": (5, 4, 4)}),
        heard=((0.4, 9.0), (10.0, 23.4)),
    )  # fmt: skip
    return replace(made, **changes)


INCIDENT = question(
    1, "Tell me about the most serious incident you handled yourself. What did you do first?", "Incident response",
    weight=1.5,
)  # fmt: skip
TRACE = question(
    2, "A service’s slowest one percent takes twice as long as yesterday. How do you find out why?", "Fault diagnosis"
)
CAPACITY = question(
    3, "How do you decide that a service needs more capacity, and how far ahead do you look?", "Capacity planning"
)
NIGHTS = question(1, "This job is on call one week in five. Can you do that?", "On-call", knockout=True)
UNSCORED = {
    "key_points": tuple(KeyPointView(k.id, k.text, None, None) for k in CAPACITY.key_points), "criteria": (),
    "score": None, "score_100": None, "understanding": None, "explainability": None, "evidence": (), "critique": "",
    "concepts_missed": (), "is_correct": None, "speech": None, "rated_by": None,
}  # fmt: skip


def result_of(interview_id: str, **changes: Any) -> ResultView:
    made = ResultView(
        interview_id=interview_id, overall_score=7.7, overall_score_100=77.0, overall_rating="good",
        recommendation="hire", hire_recommendation=True, provisional=True, needs_review=False, review_reasons=(),
        borderline=False, coverage=1.0, certainty=82.0,
        dimension_scores={"content": 7.9, "communication": 8.8, "behavioral": 6.3},
        criterion_scores={"relevance": 7.5}, type_scores={"behavioral": 7.7},
        competencies=(
            CompetencyView("Incident response", 1.5, 8.5), CompetencyView("Fault diagnosis", 1.0, 7.1),
            CompetencyView("Capacity planning", 1.0, 6.4),
        ),
        questions_total=3, questions_attempted=3, questions_correct=2, average_response_time_s=0.9,
        completion_time_s=702.0, strengths=("Limits the damage first, and knows when to stop looking and roll back.",),
        improvements=("Would restart a bad host before saving evidence.",), concepts_missed=(),
        recommended_topics=("Status pages", "States the result of an experiment with a number or a clear outcome"),
        summary="Acts first and explains afterwards; keeps an eye on the clock. Talks to the team at once and to "
        "customers late, and says so unasked.",
        next_steps=("Ask for one case in which capacity was planned ahead.",), narrative_note=None,
        policy=PolicyView(
            "1", {"hire": 7.0, "consider": 5.0}, {"content": 50.0, "communication": 30.0, "behavioral": 20.0},
            (
                "3 of 3 core questions could be scored: coverage 1.00, 0.75 is needed.",
                "The mean of the scores, weighted by question, is 7.7 of 10.",
                "7.7 is not below the hire threshold of 7.", "Requirement k1 is met.", "Recommendation: hire.",
            ),
        ),
        score_set=1, model="gpt-6-luna", prompt_version="12", human_review=None, cost=CostView("0.3127", "USD"),
        trace_url=None, simulated=False, created_at=NOW,
    )  # fmt: skip
    return replace(made, **changes)


def event(minutes: float, type_: str, actor: str = "candidate", **data: Any) -> EventView:
    at = NOW + timedelta(minutes=minutes)
    return EventView(f"e{minutes}{type_}", type_, at, actor, "interview", HIRED, data, None)


def interview_of(id: str, name: str, status: str, **changes: Any) -> InterviewView:
    made = InterviewView(
        id=id, job_id=JOB, candidate_id="c" + id[1:],
        job=JobRef(JOB, "Site Reliability Engineer", "Harbour Systems", "en-US", 3),
        candidate=CandidateRef("c" + id[1:], name, "+447700900118", None), purpose="assessment", status=status,
        progress=ProgressView("ended", 2, 3, 3, False), next_action=None, waiting_reason=None, reason_code=None,
        call_at=None, attempts=1, max_attempts=3, hang_up_requested=False, started_at=NOW,
        ended_at=NOW + timedelta(seconds=702), duration_s=702, overall_score=None, recommendation=None,
        needs_review=status == "needs_review", external_id=None, metadata={}, simulated=False,
        created_at=NOW - timedelta(days=1),
    )  # fmt: skip
    return replace(made, **changes)


CALL = CallView(
    "d1", 1, "outbound", "CA" + "1" * 32, "completed", "completed", None, "human", NOW, NOW + timedelta(seconds=702),
    702, "us", CostView("0.1460", "USD"), None, False,
)  # fmt: skip
TIMELINE = (
    event(-1440, "interview.queued", "key:Hiring desk"),
    event(-1, "call.placing", "system", call=1),
    event(0.3, "interview.started"),
    event(0.6, "interview.identified"),
    event(1, "answer.knockout", question="k1"),
    event(3, "answer.captured", question="q1"),
    event(6, "answer.captured", question="q2"),
    event(9, "answer.captured", question="q3"),
    event(11, "interview.processing", "system"),
    event(12, "interview.completed", "system"),
)


def everybody() -> list[InterviewView]:
    """Seven interviews, one for each way in which a row looks different; newest first."""
    knockout = answer(
        9, NIGHTS, has_audio=False, transcript=None, transcript_original=None, said_yes=True, duration_s=0.0, **UNSCORED
    )
    full = (
        knockout,
        answer(1, INCIDENT, score=8.5),
        answer(2, TRACE, transcript=SAID.replace("ninety seconds", f"ninety seconds {EVIL}"), score=7.1),
        answer(
            3, CAPACITY, score=6.4, partial=True, follow_up=FollowUpView(ASKED_LATER, SAID_LATER),
            evidence=(QuoteView(QUOTE_1, 0.4, True), QuoteView(QUOTE_LATER, None, True)),
        ),
    )
    poor = replace(
        full[3], state="needs_review", state_reason="Most of the recording is below the level of speech.",
        transcript=None, transcript_original=None, review_reasons=(
            ReasonView("transcript", "Most of the recording is below the level of speech.", "q3"),
        ), **UNSCORED,
    )  # fmt: skip
    low = ReasonView("low_coverage", "Too few answers could be scored for a recommendation.")
    waiting = replace(full[1], state="pending", **UNSCORED)
    queued = {
        "started_at": None, "ended_at": None, "duration_s": None,
        "progress": ProgressView("not_started", 0, 3, 0, False),
    }  # fmt: skip
    return [
        interview_of(
            CALLING, "Tomasz Wiśniewski", "in_progress", ended_at=None, duration_s=None,
            progress=ProgressView("asking", 1, 3, 1, False),
            next_action=NextAction("conversation", NOW, "The candidate is on the telephone."),
        ),
        interview_of(
            QUEUED, "محمد الفارسي", "queued", attempts=1, **queued,
            next_action=NextAction("call", NOW + timedelta(hours=1), "Nobody took the call."),
        ),
        interview_of(
            HIRED, "Zoë Nguyễn-Łukasik", "completed", overall_score=7.7, recommendation="hire", calls=(CALL,),
            answers=full, result=result_of(HIRED), timeline=TIMELINE, external_id="ATS-4711",
        ),
        interview_of(
            LEFT, "Niamh Ní Bhriain", "needs_review", calls=(CALL,),
            next_action=NextAction("review", None, "Too few answers could be scored for a recommendation."),
            answers=(knockout, full[1], poor),
            result=result_of(
                LEFT, overall_score=None, overall_score_100=None, recommendation=None, hire_recommendation=None,
                overall_rating="pending", needs_review=True, coverage=0.33, certainty=None, strengths=(),
                improvements=(), next_steps=(), recommended_topics=(), summary=None,
                narrative_note="The summary waits: the model is not available.",
                review_reasons=(low, ReasonView("transcript", "An answer could not be heard.", "q3")),
                policy=PolicyView("1", {"hire": 7.0, "consider": 5.0}, {}, ("q3 is left for a person to judge.",)),
            ),
        ),
        interview_of(
            SIMULATED, "Sim Strong", "completed", overall_score=5.2, recommendation="consider", simulated=True,
            answers=full[:2],
            result=result_of(SIMULATED, overall_score=5.2, recommendation="consider", borderline=True, simulated=True),
        ),
        interview_of(
            STALLED, "Lucía Fernández-Ortiz", "processing", answers=(waiting,),
            waiting_reason="Waiting to be scored: the model is not available.",
            next_action=NextAction("score", NOW + timedelta(minutes=15), "The answers are being rated."),
        ),
        interview_of(GONE, "Grace Kim", "unreachable", attempts=3, reason_code="attempts_exhausted", **queued),
    ]  # fmt: skip


@dataclass
class FakeInterviews:
    """What ``InterviewService`` gives a door, from a list; everything belongs to one organisation."""

    organisation_id: str
    wav: bytes
    rows: builtins.list[InterviewView] = field(default_factory=everybody)
    reviews: builtins.list[tuple[Actor, str, ReviewDraft]] = field(default_factory=builtins.list)
    patches: builtins.list[tuple[Actor, str, AnswerPatch]] = field(default_factory=builtins.list)
    confirmed: builtins.list[tuple[Actor, str, bool]] = field(default_factory=builtins.list)

    def list(self, organisation_id: str, filters: InterviewFilters, page: Page) -> Paged[InterviewView]:
        mine = self.rows if organisation_id == self.organisation_id else []
        found = [
            replace(row, calls=(), answers=(), result=None, reviews=(), timeline=())
            for row in mine
            if (not filters.statuses or row.status in filters.statuses)
            and (filters.job_id is None or row.job_id == filters.job_id)
            and (not filters.q or filters.q.lower() in row.candidate.name.lower())
        ]
        start = 1 + [row.id for row in found].index(decode_cursor(page.cursor)[1]) if page.cursor else 0
        end = start + page.limit
        more = encode_cursor(NOW, found[end - 1].id) if end < len(found) else None
        return Paged(tuple(found[start:end]), more, len(found) if page.with_total else None)

    def get(self, organisation_id: str, interview_id: str, seen_by: Any = None) -> InterviewView:
        for row in self.rows if organisation_id == self.organisation_id else []:
            if row.id == interview_id:
                return row
        raise NotFound("interview")

    def peaks(self, organisation_id: str, interview_id: str, answer_id: str) -> PeaksView:
        heights = [abs((n * 37) % 100 - 50) * 2 if n % 29 > 3 else 2 for n in range(240)]
        return PeaksView(tuple(heights), 24.0)

    def all_peaks(self, organisation_id: str, interview_id: str) -> dict[str, PeaksView]:
        found = self.get(organisation_id, interview_id)
        return {a.id: self.peaks(organisation_id, interview_id, a.id) for a in found.answers if a.has_audio}

    def patch_answer(
        self, actor: Actor, interview_id: str, answer_id: str, patch: AnswerPatch
    ) -> InterviewView:
        if patch.transcript is not None and not str(patch.transcript).strip():
            raise Invalid("invalid_fields", "Write what was said; a correction cannot be empty.")
        self.patches.append((actor, answer_id, patch))
        return self.get(actor.organisation_id, interview_id)

    def confirm_knockout(
        self, actor: Actor, interview_id: str, answer_id: str, draft: KnockoutDraft
    ) -> InterviewView:
        self.confirmed.append((actor, answer_id, draft.passed))
        return self.get(actor.organisation_id, interview_id)

    def audio(self, organisation_id: str, interview_id: str, answer_id: str, seen_by: Any = None) -> AudioFile:
        found = self.get(organisation_id, interview_id)
        if all(one.id != answer_id for one in found.answers):
            raise NotFound("answer")
        if not next(one for one in found.answers if one.id == answer_id).has_audio:
            raise Conflict("no_audio", "There is no audio of this answer.")
        return AudioFile("org/recordings/one", len(self.wav), "audio/wav", "answer.wav")

    def read_audio(self, audio: AudioFile, start: int, end: int) -> bytes:
        return self.wav[start : end + 1]

    def review(self, actor: Actor, interview_id: str, draft: ReviewDraft) -> ReviewView:
        found = self.get(actor.organisation_id, interview_id)
        if len(draft.reason) < 20:
            problem = FieldProblem("reason", "too_short", "Give a reason of 20 characters or more.")
            raise Invalid("invalid_fields", problem.message, problems=[problem])
        if found.result is None:
            raise Conflict("not_ready", "There is no result yet.")
        self.reviews.append((actor, interview_id, draft))
        view = ReviewView("r1", actor.name, draft.decision, draft.reason, draft.ratings, NOW)
        done = replace(found, reviews=(*found.reviews, view), result=replace(found.result, human_review=view))
        self.rows[self.rows.index(found)] = done
        return view


@dataclass
class FakeLists:
    """What ``InterviewListService`` gives the list, from the same rows: newest first whatever the order."""

    interviews: FakeInterviews

    def page(
        self, organisation_id: str, filters: InterviewFilters, reader: str | None, *, order: Any, limit: int,
        cursor: str | None = None,
    ) -> Paged[InterviewView]:  # fmt: skip
        return self.interviews.list(organisation_id, filters, Page(limit, cursor))

    def tallies(self, organisation_id: str, filters: InterviewFilters, reader: str | None) -> dict[str, Tally]:
        found = Counter(row.status for row in self.interviews.list(organisation_id, filters, Page(1000)).items)
        return {status: Tally(count, NOW) for status, count in found.items()}


@dataclass
class FakeReports:
    """Prints a line; who looked is kept."""

    seen_by: list[Actor] = field(default_factory=list)

    def scorecard(self, organisation_id: str, interview_id: str, seen_by: Actor) -> StoredFile:
        self.seen_by.append(seen_by)
        return StoredFile(b"%PDF-1.7 paper", "application/pdf", f"scorecard-{interview_id}.pdf")


class FakeJobs:
    """One job."""

    def list(self, organisation_id: str, filters: JobFilters, page: Page) -> Paged[Any]:
        return Paged((SimpleNamespace(id=JOB, title="Site Reliability Engineer", company="Harbour Systems"),))

    def get(self, organisation_id: str, job_id: str) -> Any:
        raise NotFound("job")


@dataclass
class FakeBlindFirst:
    """Scores of these interviews are kept from everybody who has not opened them."""

    hidden: set[str] = field(default_factory=set)
    opened: list[tuple[str, str]] = field(default_factory=list)

    def hidden_from(self, organisation_id: str, reader: str, interview_ids: Collection[str]) -> frozenset[str]:
        return frozenset(one for one in self.hidden.intersection(interview_ids) if (reader, one) not in self.opened)

    def open_result(self, actor: Actor, interview_id: str) -> None:
        self.opened.append((actor.name, interview_id))


@dataclass
class House:
    """The app, what is behind it, and people with accounts."""

    app: Flask
    logins: LoginService
    users: UserService
    organisations: OrganisationService
    interviews: FakeInterviews
    organisation_id: str
    blind_first: FakeBlindFirst
    reports: FakeReports

    @property
    def system(self) -> Actor:
        return Actor(self.organisation_id, "system", "system")

    def person(self, role: Role = Role.REVIEWER, email: str | None = None) -> str:
        """The address of a new account with ``PASSWORD``."""
        address = email or f"{role.value}@example.com"
        self.users.create_user(self.system, address, "Priya Natarajan", role, PASSWORD)
        return address

    def enter(self, role: Role = Role.REVIEWER) -> Visitor:
        """A browser in which somebody with this role has logged in."""
        visitor = Visitor(self.app.test_client())
        came = visitor.send("/login", email=self.person(role), password=PASSWORD)
        assert came.status_code == 303, came.text
        return visitor


@pytest.fixture(scope="session")
def wav() -> bytes:
    """24 seconds of speech."""
    return render_wav(Utterance(SAID, 24.0))


@pytest.fixture
def make_house(sqlite_url: str, clock: FrozenClock, wav: bytes, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Builds the app with settings of the test's own."""
    opened: list[Database] = []

    def make(**more: Any) -> House:
        settings = make_settings(**{"rate_limit_logins_per_minute": 1000, **more})
        database = Database(sqlite_url, pool_size=8)
        opened.append(database)
        access = AccessService(database, clock, settings, beside=lambda work: work())
        organisation_id = access.ensure_first_key()
        interviews = FakeInterviews(organisation_id, wav)
        blind_first, reports = FakeBlindFirst(), FakeReports()
        links = UserLinks(settings.webhook_base_url, settings.pin_secrets)
        logins = LoginService(database, clock, links, sends_mail=settings.smtp_url is not None)
        users = UserService(database, clock, links)
        organisations = OrganisationService(database, DirectoryStore(tmp_path / "files"), clock)
        services: Any = SimpleNamespace(
            settings=settings, access=access, logins=logins, users=users, organisations=organisations,
            interviews=interviews, jobs=FakeJobs(), blind_first=blind_first, reports=reports,
            invitations=SimpleNamespace(ways=("sms",)), interview_lists=FakeLists(interviews),
            saved_views=SavedViewService(database, clock), insights=InsightService(database), clock=clock,
        )  # fmt: skip
        app = create_app(services, settings, doors=(blueprint,))
        return House(app, logins, users, organisations, interviews, organisation_id, blind_first, reports)

    yield make
    for database in opened:
        database.dispose()


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()
