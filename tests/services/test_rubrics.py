"""The library of rubrics: what may stand in it, and what a job that starts from one takes over (Q1-Q4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interview.question import Anchors, QuestionType
from interview.question_rules import InterviewType
from interview.rubric_library import Competency
from ivr.services.context import Actor
from ivr.services.drafts import JobDraft, JobPatch, Page, QuestionEdit, RubricDraft, RubricFilters
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.rubrics import RubricService, RubricView
from scripts.simulator.openai_double.questions import write_questions
from tests.factories import make_organisation
from tests.services.test_jobs import DRAFT, Office, edit_of, office, refused  # noqa: F401 - a fixture

ANCHORS = Anchors(
    one="Names no order.", three="Names an order.", five="Names an order, why, and who is told.", two="Hints at one."
)
CALM = Competency("Choosing under pressure", 2.5, ANCHORS)
HANDOVER = Competency("Handing over a shift", 1.5)
OWN = QuestionEdit(
    text="What do you do first when two patients need you at once?",
    competency="Choosing under pressure",
    type=QuestionType.SITUATIONAL,
    weight=2.5,
    key_points=("looks at who is in danger", "calls for help", "tells the one who waits"),
    anchors=ANCHORS,
    ideal_answer="I look at who is in danger, call for help, and tell the one who has to wait.",
)
SECOND = replace(
    OWN,
    text="When did you last hand over work that was not finished, and what did you pass on?",
    competency="Passing on open work",
    type=QuestionType.BEHAVIORAL,
)
NIGHTS = QuestionEdit(
    text="Are you available for night shifts?", competency="Required by the job", type=QuestionType.GENERAL,
    knockout=True, pass_rule="yes", max_seconds=60,
)  # fmt: skip
RUBRIC = RubricDraft("Nursing", competencies=(CALM, HANDOVER), questions=(OWN, NIGHTS))


@pytest.fixture
def library(office: Office) -> RubricService:  # noqa: F811
    return RubricService(office.database, office.clock)


def texts(office: Office, job_id: str) -> list[str]:  # noqa: F811
    return [question.text for question in office.questions(job_id).questions if not question.knockout]


# --- the library -------------------------------------------------------------------------------------------------


def test_a_rubric_is_kept_as_entered(office: Office, library: RubricService) -> None:  # noqa: F811
    made = library.create(office.actor, replace(RUBRIC, external_id="r-1", metadata={"team": "ward"}))
    assert (made.name, made.language, made.external_id, made.metadata) == ("Nursing", "en-US", "r-1", {"team": "ward"})
    assert made.competencies == (CALM, HANDOVER)
    assert [(one.id, one.text, one.knockout) for one in made.questions] == [
        ("q1", OWN.text, False), ("k1", NIGHTS.text, True),
    ]  # fmt: skip
    assert made.questions[0].anchors == ANCHORS and made.questions[0].weight == 2.5
    assert library.get(office.organisation_id, made.id) == made
    assert office.events() == ["rubric.created"]


def test_a_rubric_is_written_anew_and_the_same_again_changes_nothing(office: Office, library: RubricService) -> None:  # noqa: F811
    made = library.create(office.actor, RUBRIC)
    office.clock.advance(minutes=5)
    assert library.replace(office.actor, made.id, RUBRIC) == made
    changed = library.replace(office.actor, made.id, replace(RUBRIC, name="Ward", questions=(OWN, SECOND)))
    assert (changed.name, changed.created_at, changed.updated_at) == ("Ward", made.created_at, office.clock())
    assert [one.id for one in changed.questions] == ["q1", "q2"]
    assert office.events() == ["rubric.created", "rubric.changed"]
    refused(NotFound, "not_found", lambda: library.replace(office.actor, office.organisation_id, RUBRIC))


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"language": "it-IT"}, "language", "unsupported_language"),
        ({"questions": (replace(OWN, text="How old are you?"),)}, "questions.0.text", "age"),
        ({"questions": (replace(OWN, text="Tell me about it."),)}, "questions.0.text", "question_marks"),
        ({"questions": (OWN, replace(OWN, key_points=("one",)))}, "questions.1.key_points", "key_points_count"),
        ({"questions": (OWN, OWN)}, "questions.1.text", "question_repeated"),
        ({"questions": (replace(OWN, anchors=replace(ANCHORS, five="Fluent.")),)}, "questions.0.anchors", "fluent"),
        ({"questions": (NIGHTS,) * 3}, "questions.2.text", "too_many_knockouts"),
        ({"competencies": (Competency("Enthusiasm"),)}, "competencies.0.name", "enthusiasm"),
        ({"competencies": (CALM, Competency("choosing under  pressure!"))}, "competencies.1.name",
         "competency_repeated"),
        ({"competencies": (Competency("Calm", anchors=replace(ANCHORS, four="Sounds confident.")),)},
         "competencies.0.anchors", "confident"),
        ({"competencies": (Competency("Calm", anchors=replace(ANCHORS, one="Names an order.")),)},
         "competencies.0.anchors", "anchors_missing"),
        ({"competencies": (Competency("Calm", 9.0),)}, "competencies.0.weight", "weight_out_of_range"),
        ({"language": "de-DE", "competencies": (Competency("Calm", anchors=replace(ANCHORS, five="Redet fließend.")),),
          "questions": ()}, "competencies.0.anchors", "fluent"),
    ],
)  # fmt: skip
def test_Q3_Q4_what_may_not_be_asked_or_rated_is_not_kept(
    office: Office, library: RubricService, changes: dict[str, Any], field: str, code: str  # noqa: F811
) -> None:
    error = refused(Invalid, "rubric_invalid", lambda: library.create(office.actor, replace(RUBRIC, **changes)))
    assert (field, code) in {(problem.field, problem.code) for problem in error.problems}
    made = library.create(office.actor, RUBRIC)
    refused(Invalid, "rubric_invalid", lambda: library.replace(office.actor, made.id, replace(RUBRIC, **changes)))
    assert library.get(office.organisation_id, made.id) == made


def test_another_organisation_has_its_own_library(office: Office, library: RubricService) -> None:  # noqa: F811
    made = library.create(office.actor, replace(RUBRIC, external_id="r-1"))
    other = Actor(make_organisation(office.database, slug="other"), "user:bob", "user", "req-2")
    refused(NotFound, "not_found", lambda: library.get(other.organisation_id, made.id))
    refused(NotFound, "not_found", lambda: library.replace(other, made.id, RUBRIC))
    assert library.list(other.organisation_id).items == ()
    error = refused(
        Invalid, "invalid_fields", lambda: office.service.create(other, replace(DRAFT, rubric_id=made.id))
    )
    assert [(one.field, one.code) for one in error.problems] == [("rubric_id", "unknown_id")]
    library.create(other, replace(RUBRIC, external_id="r-1"))
    refused(
        Conflict, "external_id_exists", lambda: library.create(office.actor, replace(RUBRIC, external_id="r-1"))
    )
    assert library.replace(office.actor, made.id, replace(RUBRIC, external_id="r-1")) == made


def test_the_library_is_listed_newest_first_in_pages(office: Office, library: RubricService) -> None:  # noqa: F811
    made: list[RubricView] = []
    for number in range(3):
        office.clock.advance(seconds=1)
        made.append(library.create(office.actor, replace(RUBRIC, name=f"R{number}", external_id=f"r-{number}")))
    first = library.list(office.organisation_id, page=Page(limit=2, with_total=True))
    assert (first.items, first.total) == ((made[2], made[1]), 3)
    rest = library.list(office.organisation_id, page=Page(limit=2, cursor=first.next_cursor))
    assert (rest.items, rest.next_cursor) == ((made[0],), None)
    assert library.list(office.organisation_id, RubricFilters(external_id="r-1")).items == (made[1],)


# --- jobs that start from one --------------------------------------------------------------------------------------


def test_a_job_takes_over_questions_competencies_weights_and_anchors(
    office: Office, library: RubricService  # noqa: F811
) -> None:
    rubric = library.create(office.actor, RUBRIC)
    made = office.create(replace(DRAFT, rubric_id=rubric.id))
    assert (made.questions_status, made.rubric_id) == ("generating", rubric.id)
    # What becomes of the rubric meanwhile is no matter of this job.
    library.replace(office.actor, rubric.id, RubricDraft("Emptied"))
    office.write()
    job = office.job(made.id)
    assert (job.questions_status, job.questions_error) == ("draft", None)
    [asked] = office.asked()
    assert asked.payload["rubric"] == {
        "competencies": [
            {"name": CALM.name, "weight": 2.5, "anchors": {
                "1": ANCHORS.one, "2": ANCHORS.two, "3": ANCHORS.three, "4": None, "5": ANCHORS.five}},
            {"name": HANDOVER.name, "weight": 1.5, "anchors": None},
        ]
    }  # fmt: skip
    assert [one["text"] for one in asked.payload["keep"]] == [OWN.text, NIGHTS.text]
    assert OWN.text not in asked.instructions and CALM.name not in asked.instructions

    found = office.questions(made.id)
    assert (found.source, found.model) == ("rubric", "fake-demo")
    core = [question for question in found.questions if not question.knockout]
    assert len(core) == 6 and core[0] == replace(rubric.questions[0], id=core[0].id)
    assert NIGHTS.text in [question.text for question in found.questions if question.knockout]
    [handover] = [question for question in core if question.competency == HANDOVER.name]
    assert handover.weight == 1.5 and handover.job_evidence
    assert all(question.job_evidence for question in core[1:]), "what the model writes rests on the job's text"
    assert office.service.approve(office.actor, made.id).status == "open"


def test_the_rubrics_weights_and_anchors_are_ours_and_not_the_models(
    office: Office, library: RubricService  # noqa: F811
) -> None:
    rubric = library.create(office.actor, replace(RUBRIC, questions=()))
    job = office.ready(replace(DRAFT, rubric_id=rubric.id))
    [calm] = [question for question in office.questions(job.id).questions if question.competency == CALM.name]
    assert (calm.weight, calm.anchors) == (2.5, ANCHORS)


def test_a_competency_that_the_model_leaves_out_is_asked_for_again(
    office: Office, library: RubricService  # noqa: F811
) -> None:
    rubric = library.create(office.actor, RUBRIC)
    office.replies(lambda payload: write_questions({**payload, "rubric": None}), write_questions)
    job = office.ready(replace(DRAFT, rubric_id=rubric.id))
    assert (job.questions_status, job.questions_error, len(office.asked())) == ("draft", None, 2)
    assert f"No question is about “{HANDOVER.name}”, word for word." in str(office.asked()[1].payload["complaints"])
    assert OWN.text in texts(office, job.id)
    assert HANDOVER.name in [question.competency for question in office.questions(job.id).questions]

    office.replies(lambda payload: write_questions({**payload, "rubric": None}))
    failed = office.ready(replace(DRAFT, rubric_id=rubric.id))
    assert failed.questions_status == "failed" and HANDOVER.name in (failed.questions_error or "")


def test_a_rubric_that_is_a_whole_interview_needs_no_model_to_write_it(office: Office, library: RubricService) -> None:  # noqa: F811
    third = replace(SECOND, text="Which step of a handover do you never leave out, and why?", competency="Care")
    rubric = library.create(office.actor, RubricDraft("Whole", questions=(OWN, SECOND, third)))
    job = office.create(replace(DRAFT, rubric_id=rubric.id, question_count=3, approve=True))
    assert (job.questions_status, job.status) == ("draft", "draft"), "its wording is being checked"
    office.check()
    job = office.job(job.id)
    assert (job.questions_status, job.status) == ("approved", "open")
    found = office.questions(job.id)
    assert (found.source, found.model) == ("rubric", None) and found.questions == rubric.questions
    assert office.asked() == [] and office.is_settled()
    again = office.service.generate(office.actor, job.id)
    assert again.questions_version == 2 and office.questions(job.id).questions == found.questions
    assert office.asked() == []


def test_generating_again_keeps_the_rubrics_questions_under_their_ids(
    office: Office, library: RubricService  # noqa: F811
) -> None:
    rubric = library.create(office.actor, RUBRIC)
    job = office.ready(replace(DRAFT, rubric_id=rubric.id))
    first = office.questions(job.id)
    office.service.generate(office.actor, job.id)
    office.write()
    again = office.questions(job.id)
    assert again.version == 2 and again.questions[0] == first.questions[0]


def test_one_question_of_a_rubric_is_written_anew(office: Office, library: RubricService) -> None:  # noqa: F811
    rubric = library.create(office.actor, RUBRIC)
    job = office.ready(replace(DRAFT, rubric_id=rubric.id))
    before = office.questions(job.id)
    [handover] = [question for question in before.questions if question.competency == HANDOVER.name]
    office.service.regenerate_question(office.actor, job.id, handover.id)
    office.write()
    after = office.questions(job.id)
    assert after.source == "model" and after.questions[0] == before.questions[0]
    [fresh] = [question for question in after.questions if question not in before.questions]
    assert fresh.job_evidence, "the rubric's questions without evidence do not excuse the model's"


def test_what_was_read_can_be_sent_back_and_a_person_may_leave_a_question_out(
    office: Office, library: RubricService  # noqa: F811
) -> None:
    rubric = library.create(office.actor, RUBRIC)
    job = office.ready(replace(DRAFT, rubric_id=rubric.id))
    seen = office.questions(job.id)
    edits = [edit_of(question) for question in seen.questions]
    assert office.service.replace_questions(office.actor, job.id, edits) == seen
    fewer = office.service.replace_questions(office.actor, job.id, edits[1:])
    assert (fewer.source, OWN.text in texts(office, job.id)) == ("human", False)
    assert office.service.approve(office.actor, job.id).status == "open"


def test_Q8_the_bank_fills_up_what_the_rubric_leaves_open(office: Office, library: RubricService) -> None:  # noqa: F811
    rubric = library.create(office.actor, RUBRIC)
    made = office.create(replace(DRAFT, rubric_id=rubric.id))
    office.service.generate(office.actor, made.id, "bank")
    found = office.questions(made.id)
    assert found.source == "bank"
    assert len(texts(office, made.id)) == 6 and texts(office, made.id)[0] == OWN.text
    office.check()
    [asked] = office.asked("question_check")
    assert {text["id"].split(".")[0] for text in asked.payload["texts"]} == {"1", "2"}, "the rubric's two, not the bank"
    assert office.service.approve(office.actor, made.id).status == "open"


def test_a_sentence_that_must_be_asked_is_not_asked_twice(office: Office, library: RubricService) -> None:  # noqa: F811
    rubric = library.create(office.actor, RUBRIC)
    job = office.ready(replace(DRAFT, rubric_id=rubric.id, must_ask=(OWN.text.rstrip("?"),)))
    assert job.questions_error is None
    assert texts(office, job.id).count(OWN.text) == 1


@pytest.mark.parametrize("kind", list(InterviewType))
def test_Q2_every_kind_of_interview_may_start_from_a_rubric(
    office: Office, library: RubricService, kind: InterviewType  # noqa: F811
) -> None:
    rubric = library.create(office.actor, replace(RUBRIC, questions=(OWN, SECOND, NIGHTS)))
    job = office.ready(replace(DRAFT, rubric_id=rubric.id, interview_type=kind, skills=("wound care",)))
    assert (job.questions_status, job.questions_error) == ("draft", None)
    assert texts(office, job.id)[:2] == [OWN.text, SECOND.text] and len(texts(office, job.id)) == 6


@pytest.mark.parametrize(
    ("rubric", "changes", "field", "code"),
    [
        (RUBRIC, {"language": "de-DE"}, "rubric_id", "rubric_language"),
        (RUBRIC, {"question_count": 3, "must_ask": ("Why here?", "Why now?", "Why us?")}, "rubric_id",
         "rubric_exceeds_question_count"),
        (replace(RUBRIC, competencies=tuple(Competency(f"Step {letter}") for letter in "abcd")), {"question_count": 4},
         "rubric_id", "competencies_exceed_question_count"),
        (RUBRIC, {"question_count": 3, "skills": ("wound care", "triage", "rounds")}, "skills",
         "skills_exceed_question_count"),
    ],
)  # fmt: skip
def test_Q2_wishes_that_the_rubric_leaves_no_room_for_are_refused(
    office: Office, library: RubricService, rubric: RubricDraft, changes: dict[str, Any], field: str, code: str  # noqa: F811
) -> None:
    made = library.create(office.actor, rubric)
    wish: JobDraft = replace(DRAFT, rubric_id=made.id, **changes)
    error = refused(Invalid, "wishes_conflict", lambda: office.service.create(office.actor, wish))
    assert [(one.field, one.code) for one in error.problems] == [(field, code)]


def test_Q2_a_change_of_wishes_is_held_against_the_rubric(office: Office, library: RubricService) -> None:  # noqa: F811
    rubric = library.create(office.actor, replace(RUBRIC, questions=(OWN, SECOND)))
    job = office.ready(replace(DRAFT, rubric_id=rubric.id))
    patch = office.service.patch
    many = JobPatch(question_count=3, must_ask=("Why here?", "Why now?"))
    refused(Invalid, "wishes_conflict", lambda: patch(office.actor, job.id, many))
    refused(Invalid, "wishes_conflict", lambda: patch(office.actor, job.id, JobPatch(language="fr-FR")))
    assert patch(office.actor, job.id, JobPatch(question_count=4, language="en-GB")).rubric_id == rubric.id
