"""R19: a feedback sheet is drafted when somebody asks, changed and released by a person, and read by its candidate."""

from typing import Any

import pytest

from db.models import DomainEvent, FeedbackSheet, Interview, ModelCallRow
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.candidate_door import CandidateDoor, NoFeedback
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.drafts import ReviewDraft
from ivr.services.errors import Conflict, Invalid, NotFound, WordsDeleted
from ivr.services.feedback import FeedbackDraft
from ivr.services.feedback_views import FeedbackView
from ivr.services.invitations import InvitationService, LinkDraft
from ivr.services.links import CandidateLinks
from ivr.services.reviews import ReviewService
from ivr.services.word_deletion import RETENTION, delete_words
from tests.api.conftest import make_settings
from tests.factories import make_organisation
from tests.fakes import FrozenClock
from tests.pipeline import STRONG, Pipeline, rates

TEXTS = {
    "strengths": ["You told how you “looked at the logs” first, and why."],
    "topics": ["Say what changed for others afterwards."],
}
ASK = FeedbackDraft(release=False)
RELEASE = FeedbackDraft()


class Desk:
    """A rated interview, and a person before it."""

    def __init__(self, database: Database, clock: FrozenClock, **interview: Any) -> None:
        self.line = Pipeline(database, clock, **interview)
        self.line.model.replies["candidate_feedback"] = TEXTS
        self.id = self.line.interview_id
        self.actor = Actor(self.line.interview().organisation_id, "user:anna@example.com", "user")
        self.reviews = ReviewService(database, clock, lambda: None)
        self.settings = make_settings(calling_hours_limit="00:00-24:00")
        self.links = CandidateLinks("https://x.example.com", ("secret-of-the-links",))

    def rate(self, *, review: bool = True) -> "Desk":
        self.line.begin()
        self.line.say(STRONG)
        self.line.say(STRONG)
        self.line.work()
        if review:
            self.review()
        return self

    def review(self) -> None:
        reason = "I heard both answers and agree with what is said."
        self.reviews.review(self.actor, self.id, ReviewDraft("hire", reason))

    def write(self, draft: FeedbackDraft) -> FeedbackView:
        return self.line.feedback.write(self.actor, self.id, draft)

    def drafted(self) -> FeedbackView:
        assert self.write(ASK).status == "drafting"
        self.line.work()
        return self.get()

    def get(self) -> FeedbackView:
        return self.line.feedback.get(self.actor.organisation_id, self.id)

    def door(self) -> CandidateDoor:
        return CandidateDoor(
            self.line.database, Gate(self.settings), self.links, self.line.clock, lambda: None,
            call_in=lambda _: None, remind_by=None, mail_sender=None,  # type: ignore[arg-type, return-value]
        )  # fmt: skip

    def link(self) -> str:
        service = InvitationService(
            self.line.database, Gate(self.settings), self.links, self.line.clock, lambda: None, sends=frozenset()
        )
        made = service.invite(self.actor, self.id, LinkDraft())
        return (made.url or "").rpartition("/")[2]

    def events(self) -> list[str]:
        return [event.type for event in self.line.all(DomainEvent) if event.type.startswith("feedback.")]


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock).rate()


def refused(desk: Desk, draft: FeedbackDraft, code: str) -> Conflict:
    with pytest.raises(Conflict) as caught:
        desk.write(draft)
    assert caught.value.code == code
    return caught.value


def test_R19_a_draft_is_written_when_somebody_asks_and_not_before(desk: Desk) -> None:
    assert desk.get() == FeedbackView(desk.id, "none")
    assert desk.line.model.count("candidate_feedback") == 0
    view = desk.drafted()
    assert (view.status, view.written_by, view.simulated) == ("draft", "model", True)
    assert (list(view.strengths), list(view.topics)) == (TEXTS["strengths"], TEXTS["topics"])
    assert view.released_at is None and desk.events() == ["feedback.draft_requested", "feedback.drafted"]
    row = next(row for row in desk.line.all(ModelCallRow) if row.purpose == "candidate_feedback")
    assert (row.interview_id, row.outcome) == (desk.id, "ok")


def test_R19_the_model_gets_ratings_quotes_and_concepts_and_nothing_about_the_person(desk: Desk) -> None:
    desk.drafted()
    (asked,) = [one for one in desk.line.model.asked if one.purpose == "candidate_feedback"]
    assert set(asked.payload) == {"language", "answers"}
    assert set(asked.payload["answers"][0]) == {"question", "competency", "type", "ratings", "key_points_missing"}
    assert "Ada" not in str(asked) and "+1415" not in str(asked) and "hire" not in str(asked.payload)


def test_R19_asking_twice_is_asking_once_and_anew_is_a_new_draft(desk: Desk) -> None:
    desk.write(ASK)
    desk.write(ASK)
    desk.line.work()
    assert desk.line.model.count("candidate_feedback") == 1
    desk.line.model.replies["candidate_feedback"] = {"strengths": ["You told it in order."], "topics": []}
    assert desk.drafted().strengths == ("You told it in order.",)


def test_R19_a_person_changes_and_releases_it_once(desk: Desk) -> None:
    desk.drafted()
    kept = desk.write(FeedbackDraft(topics=("Tell how the team noticed.",), release=False))
    assert (kept.status, kept.written_by, list(kept.strengths)) == ("draft", "person", TEXTS["strengths"])
    done = desk.write(RELEASE)
    assert (done.status, done.released_by) == ("released", "user:anna@example.com")
    assert desk.write(RELEASE) == done, "the same again changes nothing"
    for another in (ASK, FeedbackDraft(topics=("Something else.",)), FeedbackDraft(strengths=(), release=False)):
        refused(desk, another, "feedback_released")
    assert desk.get() == done
    released = [event for event in desk.line.all(DomainEvent) if event.type == "feedback.released"]
    assert len(released) == 1 and released[0].actor == "user:anna@example.com"
    assert released[0].data["written_by"] == "person" and len(released[0].data["content_hash"]) == 64
    assert "Tell how" not in str(released[0].data)


def test_R19_text_and_release_in_one_request_without_any_draft(desk: Desk) -> None:
    refused(desk, RELEASE, "not_ready")
    done = desk.write(FeedbackDraft(strengths=("You told it in order.",)))
    assert (done.status, done.strengths, done.topics) == ("released", ("You told it in order.",), ())
    assert desk.line.model.count("candidate_feedback") == 0


def test_R20_nothing_is_told_before_a_person_has_decided(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock).rate(review=False)
    assert desk.drafted().status == "draft", "it may be drafted"
    refused(desk, RELEASE, "not_reviewed")
    assert desk.get().status == "draft" and "feedback.released" not in desk.events()
    desk.review()
    assert desk.write(RELEASE).status == "released"


def test_R19_a_draft_about_older_ratings_is_not_released(desk: Desk) -> None:
    desk.drafted()
    desk.line.model.replies["answer_rating"] = rates(3)
    desk.reviews.rescore(desk.actor, desk.id)
    refused(desk, RELEASE, "not_ready")
    desk.line.work()
    assert desk.get().outdated
    refused(desk, RELEASE, "feedback_outdated")
    again = desk.write(FeedbackDraft(strengths=desk.get().strengths, topics=("Say more.",), release=False))
    assert not again.outdated, "a person stands for it now"
    refused(desk, RELEASE, "not_reviewed")
    desk.review()
    assert desk.write(RELEASE).status == "released"


@pytest.mark.parametrize(
    ("entry", "what"),
    [("You got 4 out of 5.", "rating"), ("We will hire you.", "verdict"), ("Your accent is strong.", "accent")],
)
def test_R19_a_person_too_may_not_tell_a_rating_or_a_verdict(desk: Desk, entry: str, what: str) -> None:
    for release in (True, False):
        with pytest.raises(Invalid) as caught:
            desk.write(FeedbackDraft(topics=("Say more.", entry), release=release))
        assert caught.value.code == "feedback_invalid"
        assert {problem.field for problem in caught.value.problems} == {"topics.1"}
        assert what in " ".join(problem.message for problem in caught.value.problems)
    assert desk.get().status == "none", "nothing is kept"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ({"strengths": ["You were rated 5 out of 5."], "topics": []}, "withheld"),
        ({"strengths": [], "topics": ["We recommend you."]}, "withheld"),
        ({"strengths": ["You said “I rebuilt everything alone”."], "topics": []}, "nobody said"),
        ({"strengths": ["Your voice was pleasant and you sounded confident."], "topics": []}, "withheld"),
        ({"strengths": [], "topics": []}, "nothing to say"),
        ({"strengths": "all", "topics": []}, "form that was asked for"),
        (GatewayError("No.", trouble=Trouble.OUTPUT, code="refusal"), "could not draft it"),
        (GatewayError("No key.", trouble=Trouble.CONFIGURATION, code="not_configured"), "could not draft it"),
    ],
)  # fmt: skip
def test_R19_without_a_usable_draft_a_person_still_writes_it(desk: Desk, reply: Any, why: str) -> None:
    desk.line.model.replies["candidate_feedback"] = reply
    view = desk.drafted()
    assert (view.status, view.strengths, view.topics, view.written_by) == ("draft", (), (), None)
    assert why in (view.note or "") and (view.note or "").endswith("You can write it yourself.")
    assert not [row for row in desk.line.open_tasks() if row.kind == "draft_feedback"], "no operator is waited for"
    refused(desk, RELEASE, "not_ready")
    assert desk.write(FeedbackDraft(strengths=("You told it in order.",))).status == "released"


def test_R19_a_model_that_is_away_is_asked_again_and_then_given_up(desk: Desk) -> None:
    desk.line.model.replies["candidate_feedback"] = GatewayError("away", trouble=Trouble.RETRY, code="503")
    desk.write(ASK)
    desk.line.work()
    assert desk.get().status == "drafting"
    for _ in range(12):
        desk.line.later(seconds=90)
    assert desk.get().status == "draft" and "away" in (desk.get().note or "")


def test_R19_who_writes_while_it_is_drafted_keeps_their_own_words(desk: Desk) -> None:
    desk.write(ASK)
    desk.write(FeedbackDraft(strengths=("My own words.",), release=False))
    desk.line.work()
    assert (desk.get().strengths, desk.get().written_by) == (("My own words.",), "person")


def test_R19_too_early_and_elsewhere(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock)
    desk.line.begin()
    refused(desk, ASK, "not_ready")
    stranger = Actor(make_organisation(database), "key:other", "key")
    for ask in (lambda: desk.line.feedback.get(stranger.organisation_id, desk.id),
                lambda: desk.line.feedback.write(stranger, desk.id, ASK)):  # fmt: skip
        with pytest.raises(NotFound):
            ask()


def test_R19_the_candidate_reads_it_behind_a_link_once_it_is_released(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.link()  # the interview is over, and there is nothing to read
    desk.write(FeedbackDraft(strengths=("You told it in order.",), topics=("Say more.",)))
    token = desk.link()
    sheet = desk.door().feedback(token)
    assert (sheet.strengths, sheet.topics) == (("You told it in order.",), ("Say more.",))
    assert desk.door().look(token).has_feedback
    with desk.line.database.write() as unit:
        unit.session.query(FeedbackSheet).one().state = "draft"
    assert not desk.door().look(token).has_feedback
    with pytest.raises(NoFeedback):
        desk.door().feedback(token)


def test_R19_a_link_of_feedback_is_handed_on_and_not_sent(desk: Desk) -> None:
    desk.write(FeedbackDraft(strengths=("You told it in order.",)))
    service = InvitationService(
        desk.line.database, Gate(desk.settings), desk.links, desk.line.clock, lambda: None, sends=frozenset({"sms"})
    )
    with pytest.raises(Conflict):
        service.invite(desk.actor, desk.id, LinkDraft(send=("sms",)))


def test_F34_the_sheet_goes_with_the_words(desk: Desk) -> None:
    desk.write(FeedbackDraft(strengths=("You told it in order.",)))
    token = desk.link()
    with desk.line.database.write() as unit:
        interview = unit.session.get_one(Interview, desk.id, with_for_update=True)
        counts = delete_words(unit.session, interview, RETENTION, desk.line.clock())
    assert counts["feedback_sheets"] == 1
    assert desk.get().strengths == () and desk.get().status == "released"
    with pytest.raises(NoFeedback):
        desk.door().feedback(token)
    with pytest.raises(WordsDeleted):
        desk.write(RELEASE)


def test_R21_a_sheet_changes_no_rating_no_result_and_no_status(desk: Desk) -> None:
    before = (desk.line.result(), [row.content for row in desk.line.ratings_stored()], desk.line.interview().version)
    desk.drafted()
    desk.write(RELEASE)
    after = (desk.line.result(), [row.content for row in desk.line.ratings_stored()], desk.line.interview().version)
    assert before[0] is not None and after[0] is not None
    assert (before[0].content, before[0].narrative, *before[1:]) == (after[0].content, after[0].narrative, *after[1:])
