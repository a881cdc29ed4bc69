"""A model that is away, refuses, sends junk or lies: never a number that should not be there, and why is shown."""

import json
from typing import Any

import pytest

from scripts.demonstration.client import ApiError, wait_for
from tests.scenarios.house import CANARY, House, Visit, job_body, numbers_in, says

RATING = "answer_rating"


def _reasons(visit: Visit) -> set[str]:
    return {reason["code"] for one in visit.answers() for reason in one["review_reasons"]}


def _has_no_number(visit: Visit) -> None:
    """No answer, and not the result, carries one; each answer says why."""
    assert visit.states() == ["needs_review"] * 3
    assert numbers_in(visit.seen["answers"]) == []
    assert visit.seen["status"] == "needs_review"
    assert visit.seen["overall_score"] is None and visit.seen["recommendation"] is None
    assert visit.seen["result"]["overall_score"] is None and visit.seen["result"]["dimension_scores"] == {}
    assert all(one["state_reason"] and one["review_reasons"] for one in visit.answers())
    assert all(reason["sentence"] for one in visit.answers() for reason in one["review_reasons"])


# --- away


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429, "headers": {"retry-after": "1"}},
        {"kind": "reset"},
    ],
    ids=["503", "500", "429", "reset"],
)
def test_a_model_that_is_away_is_waited_for_and_then_scores_by_itself(house: House, fault: dict[str, Any]) -> None:
    house.model_faults({"purpose": RATING, "times": None, **fault})
    visit = house.invite(house.job())
    visit.until("processing")
    house.hurry_until(lambda: visit.look()["waiting_reason"], "conclude_interview")
    assert visit.states() == ["pending"] * 3 and numbers_in(visit.seen["answers"]) == []
    assert visit.seen["next_action"]["what"] == "score" and visit.seen["next_action"]["at"]
    assert visit.seen["overall_score"] is None
    house.model_faults()
    house.hurry_until(lambda: visit.look()["status"] == "completed", "score_answer")
    assert visit.states() == ["scored"] * 3 and visit.seen["recommendation"] == "hire"
    assert visit.seen["waiting_reason"] is None


@pytest.mark.parametrize("purpose", [RATING, "transcription"])
def test_a_key_that_is_refused_waits_for_configuration_and_resumes(house: House, purpose: str) -> None:
    house.model_faults({"purpose": purpose, "times": None, "kind": "status", "status": 401})
    visit = house.invite(house.job())
    visit.until("processing")
    kind = "score_answer" if purpose == RATING else "transcribe_answer"
    wait_for(house.open_work, lambda work: any(one.startswith(kind) for one in work), timeout_s=10)
    house.hurry_until(lambda: visit.look()["waiting_reason"], "conclude_interview")
    assert visit.states() == ["pending"] * 3 and numbers_in(visit.seen["answers"]) == []
    house.model_faults()
    house.hurry_until(lambda: visit.look()["status"] == "completed")
    assert visit.states() == ["scored"] * 3 and visit.seen["recommendation"] == "hire"


def test_a_model_that_hangs_is_asked_again(house: House) -> None:
    house.model_faults({"purpose": RATING, "times": 3, "kind": "hang", "seconds": 6})
    visit = house.invite(house.job())
    house.hurry_until(lambda: visit.look()["status"] == "completed", "score_answer", within_s=40)
    assert visit.states() == ["scored"] * 3


def test_a_transcription_that_is_junk_once_is_asked_again(house: House) -> None:
    house.model_faults({"purpose": "transcription", "times": 2, "kind": "malformed_json"})
    visit = house.invite(house.job())
    house.hurry_until(lambda: visit.look()["status"] in {"completed", "needs_review"}, "transcribe_answer")
    for one in visit.answers():
        assert one["state"] in {"scored", "needs_review"}
        assert (one["state"] == "scored") is (one["score"] is not None)
        assert one["transcript"] in {None, says(one["question"])["say"]}


# --- junk


@pytest.mark.parametrize("kind", ["refusal", "truncated_json", "malformed_json", "wrong_schema"])
def test_output_that_cannot_be_used_leaves_the_answer_to_a_person(house: House, kind: str) -> None:
    house.model_faults({"purpose": RATING, "times": None, "kind": kind})
    visit = house.invite(house.job())
    visit.until("needs_review")
    _has_no_number(visit)


@pytest.mark.parametrize("kind", ["malformed_json", "wrong_schema", "truncated_json"])
def test_junk_once_is_mended_by_asking_again(house: House, kind: str) -> None:
    house.model_faults({"purpose": RATING, "times": 1, "kind": kind})
    visit = house.invite(house.job())
    visit.until("completed")
    assert visit.states() == ["scored"] * 3 and visit.seen["recommendation"] == "hire"


# --- lies


@pytest.mark.parametrize("lie", ["out_of_range", "missing_criteria", "unknown_key_point", "canary_leak"])
def test_a_rating_that_breaks_its_contract_is_no_rating(house: House, lie: str) -> None:
    house.lie(lie)
    visit = house.invite(house.job())
    visit.until("needs_review")
    _has_no_number(visit)
    shown = json.dumps(visit.seen)
    assert not CANARY.search(shown)


@pytest.mark.parametrize(
    ("lie", "codes"),
    [
        ("invented_quotes", {"high_rating_unverified", "quotes_unverified"}),
        ("disagree", {"samples_disagree"}),
    ],
)
def test_a_rating_that_cannot_be_believed_carries_no_number(house: House, lie: str, codes: set[str]) -> None:
    house.lie(lie)
    visit = house.invite(house.job())
    visit.until("needs_review")
    _has_no_number(visit)
    assert _reasons(visit) & codes
    for one in visit.answers():
        assert all(quote["text"] in one["transcript"] for quote in one["evidence"])
        assert all(q["text"] in one["transcript"] for criterion in one["criteria"] for q in criterion["quotes"])


def test_a_verdict_in_the_narrative_is_withheld(house: House) -> None:
    house.lie("verdict_words", purpose="interview_narrative")
    visit = house.invite(house.job())
    visit.until("completed")
    result = wait_for(visit.result, lambda seen: "withheld" in (seen["narrative_note"] or ""), timeout_s=10)
    assert result["summary"] is None and "withheld" in result["narrative_note"]
    assert result["recommendation"] == "hire" and "do not hire" not in json.dumps(result).lower()


def test_I28_a_narrative_that_leaks_the_canary_is_withheld(house: House) -> None:
    house.lie("canary_leak", purpose="interview_narrative")
    visit = house.invite(house.job())
    visit.until("completed")
    wait_for(house.open_work, lambda work: not any("narrate" in one for one in work), timeout_s=10)
    result = visit.result()
    assert result["summary"] is None and result["narrative_note"] and not CANARY.search(json.dumps(result))


def test_words_that_a_model_hears_in_silence_are_no_answer(house: House) -> None:
    house.model_faults({"purpose": "transcription", "times": None, "kind": "hallucinate"})
    job = house.job()
    quiet = {"when_heard": "Question 1 of 3", "say": "Mm.", "seconds": 0.5, "on": "record"}
    visit = house.invite(job, [quiet])
    visit.until("completed", "needs_review")
    first, *others = visit.answers()
    assert first["state"] == "no_response" and numbers_in([first]) == []
    assert "watching" not in (first["transcript"] or "")
    assert len(others) == 2


# --- questions


@pytest.mark.parametrize("lie", ["do_not_ask", "bad_evidence", "canary_leak"])
@pytest.mark.parametrize("times", [1, None], ids=["once", "always"])
def test_questions_that_lie_are_mended_or_never_stored(house: House, lie: str, times: int | None) -> None:
    house.lie(lie, purpose="interview_questions", times=times)
    job = house.written(house.api.post("/jobs", job_body())["id"])
    is_failed = job["questions_status"] == "failed"
    questions = [] if is_failed else house.api.get(f"/jobs/{job['id']}/questions")["questions"]
    stored = json.dumps(questions)
    for bad in ("How old are you", "head of a circus", "CANARY"):
        assert bad not in stored
    if times == 1:
        assert job["questions_status"] == "approved", job["questions_error"]
        assert len([question for question in questions if not question["knockout"]]) == 3
    else:
        assert is_failed and job["questions_error"]


def test_a_model_that_is_away_while_questions_are_written(house: House) -> None:
    house.model_faults({"purpose": "interview_questions", "times": 2, "kind": "status", "status": 503})
    made = house.api.post("/jobs", job_body())
    house.hurry_until(
        lambda: house.api.get(f"/jobs/{made['id']}")["questions_status"] == "approved", "write_questions"
    )


# --- the check of their wording

SIDE_DOOR = "That is an unusual last name, is it Polish?"
APPROVE = "/jobs/{}/questions/approve"


def _edit(house: House, job_id: str, text: str) -> dict[str, Any]:
    """The job's questions with another first one, sent back."""
    questions = house.api.get(f"/jobs/{job_id}/questions")["questions"]
    questions[0]["text"] = text
    edited: dict[str, Any] = house.api.put(f"/jobs/{job_id}/questions", {"questions": questions})
    return edited


def test_Q3_an_edit_is_read_by_a_model_before_it_can_be_approved(house: House) -> None:
    job_id = house.written(house.api.post("/jobs", job_body())["id"])["id"]
    assert house.api.get(f"/jobs/{job_id}/questions")["model_check"]["status"] == "passed"
    assert _edit(house, job_id, "Which order do you load a van in, and why?")["model_check"]["status"] == "checking"
    assert house.checked(job_id)["model_check"]["status"] == "passed"
    assert house.api.post(APPROVE.format(job_id))["approved_version"] == 2

    _edit(house, job_id, SIDE_DOOR)
    seen = house.checked(job_id)
    (objection,) = seen["model_check"]["objections"]
    assert (seen["model_check"]["status"], seen["status"]) == ("refused", "draft")
    assert (objection["question_id"], objection["topic"]) == (seen["questions"][0]["id"], "national_origin")
    with pytest.raises(ApiError) as refused:
        house.api.post(APPROVE.format(job_id), {"without_model_check": True})
    assert refused.value.problem["code"] == "questions_invalid"
    assert [one["field"] for one in refused.value.problem["errors"]] == ["questions.0.text"]
    assert house.api.get(f"/jobs/{job_id}")["approved_version"] == 2


@pytest.mark.parametrize(
    ("lie", "sample"), [("refuse_harmless", "08_line_cook"), ("unknown_text", "10_truck_driver_regional")]
)
def test_Q3_a_check_that_lies_approves_nothing(house: House, lie: str, sample: str) -> None:
    house.lie(lie, purpose="question_check", times=None)
    # a job of its own: what was checked for another one is not checked again
    job = house.written(house.api.post("/jobs", job_body(sample=sample))["id"])
    if lie == "refuse_harmless":
        assert job["questions_status"] == "failed" and "age, birth or graduation year" in job["questions_error"]
        return
    check = house.checked(job["id"])["model_check"]
    job = house.api.get(f"/jobs/{job['id']}")
    assert (check["status"], job["status"]) == ("unavailable", "draft") and check["reason"] in job["questions_error"]
    with pytest.raises(ApiError) as refused:
        house.api.post(APPROVE.format(job["id"]))
    assert refused.value.problem["code"] == "questions_unchecked"
    house.model_faults()
    assert house.api.post(APPROVE.format(job["id"]), {"without_model_check": True})["status"] == "open"
