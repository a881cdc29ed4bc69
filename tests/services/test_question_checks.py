"""The model's own check of question wording (Q3, Q4): before anything is approved, once for the same words, and with
the truth when no model can be had."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from db.models import DomainEvent, ModelCallRow, ModelCheck, QuestionCheck, QuestionSet
from db.repositories import outbox
from interview import lint
from interview.question_check import wording_hash
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.drafts import JobPatch, QuestionEdit
from ivr.services.errors import Conflict, Invalid
from ivr.services.outbox import Outbox
from ivr.services.question_bank import bank_languages, whole_bank
from ivr.services.question_checks import CHECK_SCHEMA
from ivr.services.question_writing import as_draft
from ivr.services.views import QuestionSetView
from scripts.simulator.openai_double.questions import write_questions
from scripts.simulator.openai_double.wording import check_wording
from tests.services.test_jobs import (
    DRAFT,
    OWN,
    Double,
    Office,
    double,  # noqa: F401 - a fixture
    edit_of,
    office,  # noqa: F401 - a fixture
    refused,
    running_double,  # noqa: F401 - a fixture
    written,
)

# The rules let these through; the double's list has them.
SIDE_DOOR = "That is an unusual last name, is it Polish?"
SIDE_DOOR_2 = "Are you from around here, or did you move from another country?"
AWAY = GatewayError("The model server cannot answer now.", trouble=Trouble.RETRY, code="unavailable")
JUNK = {"texts": [{"id": "1.text", "ok": True, "topic": None, "reason": ""}]}


def core_edits(office: Office, job_id: str) -> list[QuestionEdit]:  # noqa: F811
    """The core questions of the first version."""
    return [edit_of(one) for one in office.questions(job_id, 1).questions if not one.knockout]


def edit(office: Office, job_id: str, *changed: QuestionEdit) -> QuestionSetView:  # noqa: F811
    """The first version's questions with these in front."""
    known = {one.id for one in office.questions(job_id).questions}
    rest = [replace(one, id=one.id if one.id in known else None) for one in core_edits(office, job_id)]
    return office.service.replace_questions(office.actor, job_id, [*changed, *rest[:5]])


def checks(office: Office, *replies: Any) -> None:  # noqa: F811
    office.model.replies["question_check"] = list(replies)


def texts_read(office: Office, place: int = -1) -> str:  # noqa: F811
    return json.dumps(office.asked("question_check")[place].payload["texts"], ensure_ascii=False)


def test_the_side_doors_of_these_tests_are_none_to_the_rules():
    assert not lint.check_question_text(SIDE_DOOR, "en-US") and not lint.check_question_text(SIDE_DOOR_2, "en-US")


# --- generated ---------------------------------------------------------------------------------------------------


def test_Q3_a_question_that_the_model_refuses_is_written_anew_once(office: Office):  # noqa: F811
    office.replies(lambda payload: written(payload, text=SIDE_DOOR), write_questions)
    job = office.ready(replace(DRAFT, approve=True))
    assert (job.status, job.questions_error) == ("open", None)
    found = office.questions(job.id)
    assert found.model_check.status == "passed" and SIDE_DOOR not in [one.text for one in found.questions]
    first, second = office.asked()
    [complaint] = second.payload["complaints"]
    assert complaint["text"] == SIDE_DOOR and "national origin" in complaint["problems"][0]
    assert len([one for one in second.payload["keep"] if not one["knockout"]]) == 5, "the others are kept"
    assert SIDE_DOOR in texts_read(office, 0) and SIDE_DOOR not in texts_read(office, 1)
    assert len({text["id"].split(".")[0] for text in office.asked("question_check")[1].payload["texts"]}) == 1


def test_Q3_what_the_rules_and_the_model_refuse_is_mended_in_one_go(office: Office):  # noqa: F811
    def both(payload: Mapping[str, Any]) -> dict[str, Any]:
        reply = written(payload, text=SIDE_DOOR)
        reply["questions"][1]["text"] = "How old are you?"
        return reply

    office.replies(both, write_questions)
    assert office.ready().questions_status == "draft"
    assert len(office.asked()[1].payload["complaints"]) == 2
    assert "How old are you" not in texts_read(office, 0), "the rules have spoken about that one"


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("text", SIDE_DOOR, "national origin"),
        ("key_points", [{"text": "says it without an accent"}, {"text": "b c d"}, {"text": "e f g"}], "an accent"),
        ("ideal_answer", "I am one of us, and I did this in order, with care.", "culture fit"),
    ],
)
def test_Q3_Q4_what_it_refuses_twice_is_reported_in_words(
    office: Office, part: str, value: Any, words: str  # noqa: F811
):
    office.replies(lambda payload: written(payload, **{part: value}))
    failed = office.ready(replace(DRAFT, approve=True))
    assert (failed.status, failed.questions_status) == ("draft", "failed")
    assert "asked twice" in (failed.questions_error or "") and words in (failed.questions_error or "")
    assert "are on its list" in (failed.questions_error or ""), "the model's own reason"
    refused(Conflict, "questions_not_ready", lambda: office.service.approve(office.actor, failed.id))


@pytest.mark.parametrize("times", [1, 2])
def test_Q3_a_check_that_cannot_be_had_keeps_the_questions_and_comes_later(office: Office, times: int):  # noqa: F811
    checks(office, *[AWAY] * times, check_wording)
    job = office.ready(replace(DRAFT, approve=True))
    assert (job.status, job.questions_status) == ("draft", "draft"), "written, and not approved unchecked"
    assert office.questions(job.id).model_check.status == "checking"
    if times == 2:
        with pytest.raises(GatewayError):
            office.check()
        check = office.questions(job.id).model_check
        assert (check.status, check.reason) == ("checking", AWAY.message)
        office.clock.advance(minutes=5)
    office.check()
    job = office.job(job.id)
    assert (job.status, office.questions(job.id).model_check.status) == ("open", "passed")
    assert office.is_settled() and len(office.asked()) == 1


def test_Q3_a_generated_question_refused_late_is_named_and_not_approved(office: Office):  # noqa: F811
    office.replies(lambda payload: written(payload, text=SIDE_DOOR))
    checks(office, AWAY, check_wording)
    job = office.ready(replace(DRAFT, approve=True))
    office.check()
    job = office.job(job.id)
    assert (job.status, job.questions_status) == ("draft", "draft")
    assert "Question 1:" in (job.questions_error or "") and "national origin" in (job.questions_error or "")
    office.replies(write_questions)
    office.service.regenerate_question(office.actor, job.id, office.questions(job.id).questions[0].id)
    office.write()
    job = office.job(job.id)
    assert (job.status, job.questions_error, job.approved_version) == ("open", None, 2)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lie", "lies": ["unknown_text"]}, {"kind": "lie", "lies": ["missing_text"]},
        {"kind": "lie", "lies": ["ok_with_topic"]}, {"kind": "lie", "lies": ["canary_leak"]},
        {"kind": "truncated_json"}, {"kind": "malformed_json"}, {"kind": "wrong_schema"}, {"kind": "refusal"},
    ],
    ids=lambda fault: str(fault.get("lies", fault["kind"])),
)  # fmt: skip
def test_Q3_an_unusable_check_is_asked_for_once_more_and_is_never_a_pass(
    office: Office, double: Double, fault: dict[str, Any]  # noqa: F811
):
    office.service = office.made_with(double.model)
    double.faults({"purpose": "question_check", "times": 1} | fault)
    once = office.ready(replace(DRAFT, approve=True))
    assert (once.status, office.questions(once.id).model_check.status) == ("open", "passed")
    double.faults({"purpose": "question_check", "times": None} | fault)
    # Other words than before: what was checked once is not checked again.
    edits = core_edits(office, once.id)
    office.service.replace_questions(office.actor, once.id, [OWN, *edits])
    office.check()
    check = office.questions(once.id).model_check
    assert check.status == "unavailable" and check.reason
    assert office.job(once.id).approved_version == 1 and office.is_settled()
    refused(Conflict, "questions_unchecked", lambda: office.service.approve(office.actor, once.id))
    with office.database.read() as session:
        rows = session.scalars(select(ModelCallRow).where(ModelCallRow.purpose == "question_check")).all()
    assert len(rows) == 4, "one repair each time"


def test_Q3_a_repair_is_told_what_to_mend(office: Office):  # noqa: F811
    checks(office, JUNK, check_wording)
    assert office.ready(replace(DRAFT, approve=True)).status == "open"
    first, second = office.asked("question_check")
    assert "Mend exactly this" not in first.instructions
    assert "texts lacks 1.competency" in second.instructions.split("Mend exactly this")[1]


def test_Q3_a_false_refusal_costs_another_question_and_nothing_else(office: Office, double: Double):  # noqa: F811
    office.service = office.made_with(double.model)
    double.faults({"purpose": "question_check", "times": 1, "kind": "lie", "lies": ["refuse_harmless"]})
    job = office.ready(replace(DRAFT, approve=True))
    assert (job.status, job.questions_error) == ("open", None)


# --- edited ------------------------------------------------------------------------------------------------------


def test_Q3_an_edit_is_approved_only_after_its_check(office: Office):  # noqa: F811
    job = office.ready()
    seen = edit(office, job.id, OWN)
    assert (seen.version, seen.model_check.status, seen.model_check.checked_at) == (2, "checking", None)
    error = refused(Conflict, "questions_being_checked", lambda: office.service.approve(office.actor, job.id))
    assert "few seconds" in error.hint
    for force in (False, True):  # what is on its way is waited for
        refused(
            Conflict, "questions_being_checked",
            lambda force=force: office.service.approve(office.actor, job.id, without_model_check=force),
        )  # fmt: skip
    office.check()
    check = office.questions(job.id).model_check
    assert (check.status, check.reason, check.objections, check.model) == ("passed", None, (), "gpt-6-luna")
    assert check.checked_at == office.clock()
    assert office.job(job.id).status == "draft", "nobody has approved it yet"
    assert office.service.approve(office.actor, job.id).status == "open"
    assert office.rung >= 2 and office.is_settled()
    with office.database.read() as session:
        events = session.scalars(select(DomainEvent).order_by(DomainEvent.created_at)).all()
    said = {one.type: one.data for one in events}
    assert said["job.questions_checked"] == {"version": 2, "model_check": "passed"}
    assert said["job.questions_approved"]["model_check"] == "passed"


@pytest.mark.parametrize(
    ("changes", "field", "topic"),
    [
        ({"text": SIDE_DOOR}, "questions.0.text", "national_origin"),
        ({"say_as": SIDE_DOOR_2}, "questions.0.text", "national_origin"),
        ({"key_points": ("keeps a calm tone of voice", "b c", "d e")}, "questions.0.key_points", "accent"),
        ({"ideal_answer": "I would have passed the DNA test, I am sure."}, "questions.0.ideal_answer", "genetics"),
    ],
)
def test_Q3_Q4_what_the_model_refuses_is_named_by_field_and_never_approved(
    office: Office, changes: dict[str, Any], field: str, topic: str  # noqa: F811
):
    job = office.ready(replace(DRAFT, approve=True))
    edit(office, job.id, replace(OWN, **changes))
    office.check()
    found = office.questions(job.id)
    [objection] = found.model_check.objections
    assert (found.model_check.status, objection.topic, objection.index) == ("refused", topic, 0)
    assert objection.question_id == found.questions[0].id
    for force in (False, True):
        error = refused(
            Invalid, "questions_invalid",
            lambda force=force: office.service.approve(office.actor, job.id, without_model_check=force),
        )  # fmt: skip
        assert [(one.field, one.code) for one in error.problems] == [(field, topic)]
    seen = office.job(job.id)
    assert (seen.approved_version, seen.questions_status) == (1, "draft")
    assert (seen.questions_error or "").startswith("Question 1: ") and "Edit these" in (seen.questions_error or "")
    # The same again does not change the verdict; other words do.
    assert edit(office, job.id).model_check.status == "passed", "all of it was checked when it was generated"
    assert office.job(job.id).questions_error is None


def test_Q3_the_same_words_are_checked_once(office: Office):  # noqa: F811
    job = office.ready()
    [first] = office.asked("question_check")
    edits = core_edits(office, job.id)
    moved = [edits[1], replace(edits[0], weight=2.5, max_seconds=90), *edits[2:]]
    seen = office.service.replace_questions(office.actor, job.id, moved)
    assert (seen.version, seen.model_check.status) == (2, "passed"), "other weights and places are no other words"
    assert office.service.approve(office.actor, job.id).approved_version == 2

    assert office.service.replace_questions(office.actor, job.id, [OWN, *moved]).model_check.status == "checking"
    office.check()
    ids = {text["id"].split(".")[0] for text in office.asked("question_check")[1].payload["texts"]}
    assert ids == {"1"} and OWN.text in texts_read(office), "only the new one is read"
    again = office.ready(replace(DRAFT, title="The same job again"))
    assert office.service.replace_questions(office.actor, again.id, [OWN, *moved]).model_check.status == "passed"
    assert office.count(QuestionCheck) == len({one.text for one in office.questions(again.id).questions}) + sum(
        one.knockout for one in office.questions(job.id, 1).questions
    )


def test_Q3_another_prompt_or_model_or_language_looks_again(office: Office):  # noqa: F811
    job = office.ready()
    with office.database.write() as unit:
        for row in unit.session.scalars(select(QuestionCheck)):
            row.prompt_version = "check_questions@of-last-year"
    edits = core_edits(office, job.id)
    seen = office.service.replace_questions(office.actor, job.id, [edits[1], edits[0], *edits[2:]])
    assert seen.model_check.status == "checking"
    office.check()
    assert office.service.patch(office.actor, job.id, JobPatch(language="en-GB")).status == "draft"
    assert office.service.approve(office.actor, job.id).status == "open", "the same language elsewhere"

    other = office.ready()
    office.service.patch(office.actor, other.id, JobPatch(language="de-DE"))
    refused(Conflict, "questions_being_checked", lambda: office.service.approve(office.actor, other.id))
    office.check()
    assert office.asked("question_check")[-1].payload["language"] == "de-DE"


def test_Q3_a_refusal_by_a_former_prompt_is_looked_at_again(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, replace(OWN, text=SIDE_DOOR))
    office.check()
    with office.database.write() as unit:
        made = unit.session.scalars(select(QuestionSet).where(QuestionSet.version == 2)).one()
        made.model_check_details = dict(made.model_check_details or {}) | {"prompt_version": "check_questions@old"}
        unit.session.execute(delete(QuestionCheck).where(QuestionCheck.objections != []))
    refused(Conflict, "questions_being_checked", lambda: office.service.approve(office.actor, job.id))
    office.check()
    assert office.questions(job.id).model_check.status == "refused"


def test_Q3_a_newer_edit_leaves_the_older_check(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, replace(OWN, text=SIDE_DOOR))
    lease = office.lease("check_questions")
    edit(office, job.id, OWN)
    office.service.check_questions(lease)
    assert office.questions(job.id, 2).model_check.status == "checking" and office.job(job.id).questions_error is None
    office.check()
    assert office.questions(job.id).model_check.status == "passed"
    assert SIDE_DOOR not in str([one.payload for one in office.asked("question_check")]), "nobody paid for it"
    assert office.is_settled()


def test_Q3_an_edit_while_the_model_reads_is_not_cleared_by_it(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, OWN)
    lease = office.lease("check_questions")
    bad = replace(OWN, text=SIDE_DOOR)
    checks(office, lambda payload: edit(office, job.id, bad) and check_wording(payload), check_wording)
    office.service.check_questions(lease)
    newest = office.questions(job.id)
    assert (newest.version, newest.model_check.status) == (3, "checking")
    refused(Conflict, "questions_being_checked", lambda: office.service.approve(office.actor, job.id))
    office.check()
    assert office.questions(job.id).model_check.status == "refused"


def test_Q3_a_closed_job_is_not_checked(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, OWN)
    office.service.close(office.actor, job.id)
    office.check()
    assert len(office.asked("question_check")) == 1 and office.is_settled()


def test_Q3_an_edit_is_never_approved_by_the_wish_of_the_job_s_beginning(office: Office):  # noqa: F811
    job = office.ready(replace(DRAFT, approve=True))
    edit(office, job.id, OWN)
    office.check()
    assert office.job(job.id).approved_version == 1 and office.job(job.id).questions_status == "draft"


def test_Q3_versions_from_before_are_checked_when_somebody_approves_them(office: Office):  # noqa: F811
    job = office.ready()
    with office.database.write() as unit:
        made = unit.session.scalars(select(QuestionSet)).one()
        made.model_check = made.model_check_details = made.model_checked_at = None
        unit.session.execute(delete(QuestionCheck))
    assert office.questions(job.id).model_check.status == "not_checked"
    refused(Conflict, "questions_being_checked", lambda: office.service.approve(office.actor, job.id))
    office.check()
    assert office.service.approve(office.actor, job.id).status == "open"


# --- when no model can be had ------------------------------------------------------------------------------------


def test_Q8_the_bank_needs_no_model_at_all(office: Office):  # noqa: F811
    office.service = office.made_with(None)
    made = office.create(replace(DRAFT, approve=True))
    office.service.generate(office.actor, made.id, "bank")
    assert office.job(made.id).status == "open"
    check = office.questions(made.id).model_check
    assert (check.status, check.model, check.objections) == ("not_needed", None, ())


def test_Q3_Q8_without_any_model_a_person_decides_and_it_is_on_record(office: Office):  # noqa: F811
    office.service = office.made_with(None)
    made = office.create()
    office.service.generate(office.actor, made.id, "bank")
    edit(office, made.id, OWN)
    office.check()
    check = office.questions(made.id).model_check
    assert (check.status, check.reason) == ("unavailable", "No model is configured.")
    assert "No model has checked the wording" in (office.job(made.id).questions_error or "")
    error = refused(Conflict, "questions_unchecked", lambda: office.service.approve(office.actor, made.id))
    assert "without_model_check" in error.hint
    opened = office.service.approve(office.actor, made.id, without_model_check=True)
    assert (opened.status, opened.questions_error) == ("open", None)
    assert office.questions(made.id).model_check.status == "unavailable", "it stays the truth"
    with office.database.read() as session:
        approved = session.scalars(select(DomainEvent).where(DomainEvent.type == "job.questions_approved")).one()
    assert approved.data["model_check"] == "unavailable" and approved.actor == "user:anna"


def test_Q3_what_a_person_takes_on_is_the_model_s_part_and_not_the_rules(office: Office):  # noqa: F811
    office.service = office.made_with(None)
    made = office.create()
    office.service.generate(office.actor, made.id, "bank")
    edit(office, made.id, OWN)
    office.check()
    with office.database.write() as unit:
        newest = unit.session.scalars(select(QuestionSet).where(QuestionSet.version == 2)).one()
        first, *rest = newest.questions
        newest.questions = (replace(first, text="Are you married, and why?"), *rest)
    refused(
        Invalid, "questions_invalid",
        lambda: office.service.approve(office.actor, made.id, without_model_check=True),
    )  # fmt: skip


def test_Q3_an_outage_is_waited_out_and_then_said_and_may_be_tried_again(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, OWN)
    checks(office, AWAY)
    worker = Outbox(office.database, office.clock, owner="test", chance=lambda: 0.0)
    for _ in range(8):
        office.clock.advance(minutes=2)
        worker.run(office.lease("check_questions"), office.service.check_questions, office.service.give_up_checking)
    check = office.questions(job.id).model_check
    assert (check.status, check.reason) == ("unavailable", AWAY.message) and office.is_settled()
    checks(office, check_wording)
    seen = office.service.replace_questions(
        office.actor, job.id, [edit_of(one) for one in office.questions(job.id).questions]
    )
    assert (seen.version, seen.model_check.status) == (2, "checking"), "the same again asks again"
    office.check()
    assert office.service.approve(office.actor, job.id).status == "open"


def test_Q3_a_check_that_was_unusable_asks_anew_when_it_is_tried_again(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, OWN)
    checks(office, JUNK)
    office.check()
    assert office.questions(job.id).model_check.status == "unavailable"
    checks(office, check_wording)
    office.service.replace_questions(
        office.actor, job.id, [edit_of(one) for one in office.questions(job.id).questions]
    )
    office.check()
    assert office.questions(job.id).model_check.status == "passed", "the ledger does not bring the bad reply back"


def test_Q3_a_wrong_setting_keeps_nobody_waiting_and_its_mending_is_noticed(office: Office):  # noqa: F811
    job = office.ready()
    edit(office, job.id, OWN)
    broke = GatewayError("The month's budget is used up.", trouble=Trouble.CONFIGURATION, code="budget_exceeded")
    checks(office, broke, broke, check_wording)
    worker = Outbox(office.database, office.clock, owner="test", chance=lambda: 0.0)

    def again() -> None:
        worker.run(office.lease("check_questions"), office.service.check_questions, office.service.give_up_checking)
        office.clock.advance(minutes=5)
        worker.sweep()

    again()
    check = office.questions(job.id).model_check
    assert (check.status, check.reason) == ("unavailable", broke.message), "a person may decide by now"
    again()
    again()
    assert office.questions(job.id).model_check.status == "passed" and office.is_settled()
    assert office.events().count("job.questions_checked") == 2


def test_a_repeated_check_pays_nothing(office: Office):  # noqa: F811
    job = office.ready()
    made = edit(office, job.id, OWN)
    office.check()
    asked = len(office.asked("question_check"))
    with office.database.write() as unit:  # as if the worker had died before it wrote anything but the ledger
        newest = unit.session.scalars(select(QuestionSet).where(QuestionSet.version == 2)).one()
        newest.model_check = ModelCheck.CHECKING
        words = wording_hash(as_draft(made.questions[0]), "en-US")
        unit.session.execute(delete(QuestionCheck).where(QuestionCheck.content_hash == words))
        outbox.add(
            unit.session, kind="check_questions", subject_id=newest.id, organisation_id=office.organisation_id,
            due_at=office.clock(),
        )  # fmt: skip
    office.check()
    assert office.questions(job.id).model_check.status == "passed"
    assert len(office.asked("question_check")) == asked == 2, "the first reply is in the ledger"


# --- the double --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", bank_languages())
def test_the_double_refuses_nothing_in_the_bank(language: str):
    for draft in whole_bank(language):
        said = [draft.text, draft.competency, *draft.key_points, draft.anchors.one, draft.anchors.three,
                draft.anchors.five, draft.ideal_answer]  # fmt: skip
        texts = [{"id": str(at), "part": "anchors", "text": text} for at, text in enumerate(said)]
        assert all(one["ok"] for one in check_wording({"texts": texts})["texts"])


def test_the_schema_is_one_that_strict_mode_takes():
    item = CHECK_SCHEMA["properties"]["texts"]["items"]
    for record in (CHECK_SCHEMA, item):
        assert record["additionalProperties"] is False and set(record["required"]) == set(record["properties"])
    assert list(item["properties"]) == ["id", "reason", "topic", "ok"], "the reason comes before the verdict"
