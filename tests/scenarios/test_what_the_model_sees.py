"""What leaves the house for the model, and what people may say to it: nothing about the person, and no orders taken."""

import json
import re
from typing import Any

import pytest

from ivr.webhooks import voice
from scripts.demonstration.cast import FOLLOW_UP
from scripts.demonstration.client import ApiError, wait_for
from tests.scenarios.house import ALWAYS_OPEN, CANARY, SAMPLES, House, Job, job_body

EXAMPLES = [
    json.loads(line) for line in (SAMPLES / "injection_examples.jsonl").read_text(encoding="utf-8").splitlines()
]
_BLOCK = re.compile(r"<<<DATA-(\w+)\s*\n(.*?)\n\s*DATA-\1>>>", re.S)
RESUME = (
    "Zephyrine Quillfeather\nquillfeather@example.org\nBorn 1971 in Ljubljana.\n"
    "Chief of the Marmalade Depot, Ostrava, 1999 to 2014. Fluent in Slovene.\n"
)


def _examples(channel: str) -> list[Any]:
    return [pytest.param(one, id=one["id"]) for one in EXAMPLES if one["channel"] == channel]


def _texts(value: Any) -> str:
    """All that a request holds, as one text."""
    return json.dumps(value, ensure_ascii=False)


def test_accommodations_change_the_call_and_nothing_that_is_rated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slower speech, longer silence and extra time are in the TwiML; the rater is asked the very same."""
    spoken: list[str] = []

    def render(*given: Any) -> str:
        spoken.append(voice_render(*given))
        return spoken[-1]

    voice_render = voice.render
    monkeypatch.setattr(voice, "render", render)
    job = house.job()
    plain = house.invite(job)
    plain.until("completed")
    said_plainly = "".join(spoken)
    before = len(house.asked_of_model("answer_rating"))
    all_three = {"slower_speech": True, "longer_silence": True, "extra_time": True}
    helped = house.invite(job, candidate={"accommodations": all_three})
    helped.until("completed")
    requests = house.asked_of_model("answer_rating")
    first, second = requests[:before][-3 * house.settings.openai_scoring_samples :], requests[before:]
    assert _rated(first) == _rated(second) and len(_rated(second)) == 3
    assert "ccommodat" not in _texts(second) and "slower" not in _texts([entry["body"] for entry in second])
    documents = [said_plainly, "".join(spoken).removeprefix(said_plainly)]
    assert "<prosody" not in documents[0] and "<prosody" in documents[1]
    for twiml, silence_s in zip(documents, (5, 8), strict=True):
        assert {int(found) for found in re.findall(r'<Record[^>]* timeout="(\d+)"', twiml)} == {silence_s}
    lengths = [[int(found) for found in re.findall(r'maxLength="(\d+)"', twiml)] for twiml in documents]
    assert lengths[1] == [length * 3 // 2 for length in lengths[0]]
    assert helped.result()["overall_score"] == plain.result()["overall_score"]


def _rated(requests: list[dict[str, Any]]) -> set[str]:
    """What the rater was given, without the mark around it that nobody can guess."""
    found = [_BLOCK.search(_texts_of_user(json.loads(entry["body"]))) for entry in requests]
    return {one[2] for one in found if one is not None}


def test_J9_Q7_a_rating_is_asked_for_with_the_question_and_the_answer_alone(house: House) -> None:
    """J9, I26 and Q7: a résumé that has been read and a profile stay out of it."""
    before = len(house.asked_of_model("answer_rating"))
    job = house.job()
    candidate = house.api.upload(
        "/candidates",
        {
            "name": "Zephyrine Quillfeather", "phone": "+12125559901", "email": "quillfeather@example.org",
            "timezone": "America/New_York", "external_id": "ats-77123",
            "profile": json.dumps({"role": "Depot chief", "company": "Marmalade Depot", "years": 15}),
        },
        "resume", "cv.txt", RESUME.encode(),
    )  # fmt: skip
    wait_for(house.open_work, lambda work: not any("_resume" in one or "_profile" in one for one in work), timeout_s=15)
    drafted = house.api.get(f"/candidates/{candidate['id']}")["profile"]
    assert drafted["role"] == "Depot chief" and drafted["company"] == "Marmalade Depot", "what a person wrote stays"
    visit = house.invite_known(job, candidate["id"], "+12125559901")
    interview = visit.until("completed")
    answers = {one["question"]["id"]: one for one in visit.answers()}
    asked = [json.loads(entry["body"]) for entry in house.asked_of_model("answer_rating")[before:]]
    assert len(asked) == 3 * house.settings.openai_scoring_samples
    by_question: dict[str, set[str]] = {}
    for request in asked:
        data = json.loads(_BLOCK.search(_texts_of_user(request))[2])  # type: ignore[index]
        question = next(one for one in job.core if one["text"] == data["question"]["text"])
        assert set(data) == {"question", "criteria", "transcript", "follow_up"}
        assert set(data["question"]) == {"text", "type", "key_points", "anchors", "ideal_answer"}
        said = answers[question["id"]]["transcript"]
        assert _words(data["transcript"]) <= _words(said)
        others = [one["transcript"] for key, one in answers.items() if key != question["id"]]
        whole = _texts(request)
        for forbidden in (
            "Zephyrine", "Quillfeather", "5559901", "example.org", "Marmalade", "Ljubljana", "Slovene", "1971",
            "ats-77123", candidate["id"], interview["id"], visit.calls()[0]["sid"], "words_per_minute", "New_York",
            *others, *(one["id"] for one in answers.values()),
        ):  # fmt: skip
            assert forbidden not in whole, forbidden
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", whole), "a date"
        assert request.get("tools") in (None, []) and request["store"] is False
        # Rules in the system role only; what was said stands inside of the data.
        assert said[:40] not in str(request.get("instructions", ""))
        by_question.setdefault(question["id"], set()).add(_before_the_answer(request))
    # the part before the answer is the same in every sample of a question, and so are the rules of all: it is cached
    assert all(len(beginnings) == 1 for beginnings in by_question.values())
    assert len({request.get("instructions") for request in asked}) == 1
    markers = {_BLOCK.search(_texts_of_user(request))[1] for request in asked}  # type: ignore[index]
    assert all(len(marker) >= 8 for marker in markers)


def _texts_of_user(request: dict[str, Any]) -> str:
    given = request["input"]
    if isinstance(given, str):
        return given
    parts = [part for one in given if one.get("role") == "user" for part in _parts(one["content"])]
    return "\n".join(parts)


def _parts(content: Any) -> list[str]:
    return [content] if isinstance(content, str) else [part.get("text", "") for part in content]


def _before_the_answer(request: dict[str, Any]) -> str:
    """The data up to the transcript, whatever the random marker is."""
    data = _BLOCK.search(_texts_of_user(request))
    assert data is not None
    return data[2].split('"transcript"')[0]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("example", _examples("spoken_answer"))
def test_an_order_to_the_grader_buys_nothing(house: House, example: dict[str, str]) -> None:
    before = len(house.asked_of_model("answer_rating"))
    job = house.job()
    # asked once more about it, they say the same again
    said = {"when_heard": rf"Question \d of 3|{FOLLOW_UP}", "say": example["text"], "on": "record"}
    visit = house.invite(job, [said])
    interview = visit.until("completed", "needs_review")
    for one in visit.answers():
        assert one["score"] is None or one["score"] < 7.0
        assert all(criterion["rating"] is None or criterion["rating"] < 5 for criterion in one["criteria"])
    assert interview["overall_score"] is None or interview["overall_score"] < 7.0
    assert interview["recommendation"] != "hire"
    shown = _texts(interview)
    assert not CANARY.search(shown)
    codes = {reason["code"] for one in visit.answers() for reason in one["review_reasons"]}
    if example["id"] == "sample-12":
        assert visit.states() == ["scored"] * 3 and not any("injection" in code for code in codes)
    for entry in house.asked_of_model("answer_rating")[before:]:
        request = json.loads(entry["body"])
        assert len(re.findall(r"<<<DATA-", _texts_of_user(request))) == 1
        assert example["text"] not in str(request.get("instructions", ""))


@pytest.mark.parametrize("example", _examples("job_description"))
def test_a_job_text_gives_no_orders_and_never_reaches_the_line_unescaped(
    house: House, example: dict[str, str]
) -> None:
    text = (SAMPLES / "job_descriptions" / "02_warehouse_operative.txt").read_text(encoding="utf-8")
    body = job_body() | {
        "description": f"{text}\n\n{example['text']}\n", "company": 'Smith & Sons <"Best">',
        "title": "Guard </Say><Hangup/><Say>", "approve": True,
        "settings": {"consent": "applied_and_agreed", "calling_hours": ALWAYS_OPEN},
    }  # fmt: skip
    made = house.written(house.api.post("/jobs", body)["id"])
    if made["questions_status"] == "failed":
        assert made["questions_error"]
        return
    questions = house.api.get(f"/jobs/{made['id']}/questions")["questions"]
    for question in questions:
        assert "married" not in question["text"].lower() and "<" not in question["text"]
    visit = house.invite(Job(made["id"], questions))
    visit.until("completed")
    for document in visit.calls()[0]["documents"]:
        assert "<Hangup/><Say>" not in _texts(document)
    # the listener heard it as text, and the call went on to its end
    assert "</Say><Hangup/><Say>" in visit.heard() and 'Smith & Sons <"Best">' in visit.heard()


def test_an_edited_question_with_markup_is_refused_or_escaped(house: House) -> None:
    job = house.job()
    status, _ = _try_to_edit(house, job.id, "What would you do when </Say><Hangup/><Say> the belt stops?")
    assert status in {200, 422}
    if status == 200:
        house.checked(job.id)
        house.api.post(f"/jobs/{job.id}/questions/approve")
        questions = house.api.get(f"/jobs/{job.id}/questions")["questions"]
        visit = house.invite(Job(job.id, questions))
        visit.until("completed", "needs_review")
        assert "</Say><Hangup/><Say>" in visit.heard()


def _try_to_edit(house: House, job_id: str, text: str) -> tuple[int, Any]:
    questions = house.api.get(f"/jobs/{job_id}/questions")["questions"]
    questions[-1]["text"] = text
    try:
        return 200, house.api.put(f"/jobs/{job_id}/questions", {"questions": questions})
    except ApiError as error:
        return error.status, error.problem
