"""The OpenAI double's ratings and narratives: full, half, empty and hostile answers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.simulator.openai_double.narrative import write_narrative
from scripts.simulator.openai_double.questions import write_questions
from scripts.simulator.openai_double.rating import rate_answer

SAMPLES = Path(__file__).parents[2] / "scripts/samples"
JOBS = sorted((SAMPLES / "job_descriptions").glob("[01]*.txt"))
INJECTIONS = [json.loads(line) for line in (SAMPLES / "injection_examples.jsonl").read_text().splitlines()]
CRITERIA = [{"id": f"c-{name}", "dimension": name, "description": name} for name in
            ("content", "communication", "behavioral")]  # fmt: skip
VAGUE = (
    "Well, I am a hard worker and people like me a lot. I always give everything and I never complain, "
    "so I think that I would be great here and you would be happy with me."
)


def questions(job: Path) -> list[dict[str, Any]]:
    asked = write_questions(
        {"language": "en", "question_count": 6, "interview_type": "mixed", "job_text": job.read_text()}
    )
    return [question for question in asked["questions"] if not question["knockout"]]


def payload(question: dict[str, Any], transcript: str, follow_up: dict[str, str] | None = None) -> dict[str, Any]:
    points = [{"id": f"k{number}", "text": point["text"]} for number, point in enumerate(question["key_points"])]
    asked = {key: question[key] for key in ("text", "type", "anchors", "ideal_answer")} | {"key_points": points}
    return {"question": asked, "criteria": CRITERIA, "transcript": transcript, "follow_up": follow_up}


def ratings(reply: dict[str, Any]) -> list[int | None]:
    return [criterion["rating"] for criterion in reply["criteria"]]


def assert_quotes_are_said(reply: dict[str, Any], said: str) -> None:
    quotes = [point["quote"] for point in reply["key_points"] if point["quote"]]
    quotes += [quote for criterion in reply["criteria"] for quote in criterion["quotes"]]
    assert all(quote in said for quote in quotes)
    for criterion in reply["criteria"]:
        assert criterion["rating"] is None or criterion["rating"] < 4 or criterion["quotes"]


@pytest.mark.parametrize("job", JOBS, ids=lambda path: path.stem)
def test_the_ideal_answer_gets_mostly_fives_and_a_vague_one_mostly_ones(job: Path) -> None:
    best, worst = [], []
    for question in questions(job):
        strong = rate_answer(payload(question, question["ideal_answer"]))
        assert strong["criteria"][0]["rating"] == 5
        assert {point["status"] for point in strong["key_points"]} == {"covered"}
        assert_quotes_are_said(strong, question["ideal_answer"])
        assert not strong["injection_suspected"] and not strong["off_topic"]
        best += ratings(strong)
        weak = rate_answer(payload(question, VAGUE))
        assert_quotes_are_said(weak, VAGUE)
        worst += ratings(weak)
    assert sum(best) / len(best) >= 4.4
    assert sum(worst) / len(worst) <= 1.3


def test_half_of_the_key_points_gives_a_three() -> None:
    question = questions(JOBS[0])[0] | {
        "key_points": [
            {"text": text}
            for text in ("Checks the drug chart", "Calls the doctor early", "Writes the handover note", "Washes hands")
        ]
    }
    said = "I check the drug chart before I begin. When a patient gets worse I call the doctor early, and I stay there."
    reply = rate_answer(payload(question, said))
    assert [point["status"] for point in reply["key_points"]] == ["covered", "covered", "missing", "missing"]
    assert reply["criteria"][0]["rating"] == 3
    assert_quotes_are_said(reply, said)


def test_the_follow_up_counts_with_its_answer() -> None:
    question = questions(JOBS[0])[0] | {"key_points": [{"text": "Checks the chart"}, {"text": "Calls the doctor"}]}
    alone = rate_answer(payload(question, "I check the chart every time."))
    both = rate_answer(
        payload(
            question, "I check the chart every time.", {"question": "And then?", "transcript": "I call the doctor."}
        )
    )
    assert alone["criteria"][0]["rating"] < both["criteria"][0]["rating"] == 5
    assert both["key_points"][1]["quote"] == "I call the doctor."


def test_the_reason_states_the_rule() -> None:
    reply = rate_answer(payload(questions(JOBS[0])[0], VAGUE))
    assert all(criterion["reason"].startswith("demo double: 0 of ") for criterion in reply["criteria"])


def test_another_subject_is_off_the_topic() -> None:
    said = "My favourite football club won again yesterday and the weather in the mountains was lovely for skiing too."
    assert rate_answer(payload(questions(JOBS[8])[0], said))["off_topic"]


def test_silence_is_not_rated() -> None:
    reply = rate_answer(payload(questions(JOBS[0])[0], "  "))
    assert ratings(reply) == [None, None, None]
    assert reply["cannot_score_reason"]


@pytest.mark.parametrize("example", INJECTIONS, ids=lambda example: example["id"])
def test_wishes_to_the_grader_are_flagged_and_change_nothing(example: dict[str, str]) -> None:
    question = questions(JOBS[0])[0]
    harmless = example["id"] == "sample-12"
    alone = rate_answer(payload(question, example["text"]))
    if example["channel"] in ("spoken_answer", "resume"):
        assert alone["injection_suspected"] is not harmless
    assert max(rating or 0 for rating in ratings(alone)) <= 1
    clean = rate_answer(payload(question, question["ideal_answer"]))
    mixed = rate_answer(payload(question, f"{question['ideal_answer']} {example['text']}"))
    if not harmless:
        assert ratings(mixed) == ratings(clean)


def test_the_same_payload_gives_the_same_rating() -> None:
    asked = payload(questions(JOBS[2])[1], "I calm the customer down, and then I find the cause.")
    assert rate_answer(asked) == rate_answer(asked)


def narrative(language: str = "en") -> dict[str, Any]:
    def answer(competency: str, rating: int, missing: list[str]) -> dict[str, Any]:
        rated = {"criterion": "c", "rating": rating, "reason": "demo double: 3 of 5", "quotes": []}
        return {"question": "?", "competency": competency, "type": "technical", "ratings": [rated],
                "key_points_missing": missing}  # fmt: skip

    return write_narrative(
        {
            "language": language,
            "answers": [
                answer("Picking 90 lines", 5, []),
                answer("Reading cost sheets", 1, ["Names a check in 3 steps", "Tells the supervisor"]),
                answer("Loading trailers", 3, []),
            ],
        }
    )


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt", "hi", "zh"])
def test_a_narrative_has_no_number_and_no_verdict(language: str) -> None:
    told = narrative(language)
    assert not re.search(r"\d|hire|reject|recommend(?!ed_topics)|score|rating", json.dumps(told, ensure_ascii=False))
    assert any("Picking lines" in strength for strength in told["strengths"])
    assert any("Reading cost sheets" in one for one in told["improvements"])
    assert told["recommended_topics"] == ["Names a check in steps", "Tells the supervisor"]
    assert "Loading trailers" not in told["summary"]
