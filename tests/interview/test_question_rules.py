"""Wishes that contradict each other, drafts that fall short, and the questions that come of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from interview import lint
from interview.question import Anchors, Difficulty, QuestionType
from interview.question_rules import (
    BadDrafts,
    InterviewType,
    Problem,
    QuestionDraft,
    QuestionSpec,
    assemble,
    check_questions,
    conflicts,
    parse_drafts,
    skill_coverage,
)

JOB = """Maintenance Electrician (days)
- Planned and reactive  maintenance on conveyors,
  motors and sensors
- Isolation and lock-out before any work. No exceptions.
Required: recognised electrical qualification"""


@dataclass(frozen=True)
class Found:
    code: str
    sentence: str


class WordLint:
    """Refuses a word of its own for each check, so that a test sees which text went where."""

    def check_question_text(self, text: str, language: str) -> Sequence[Found]:
        return [Found("do_not_ask", "It asks for an age.")] if "years old" in text else []

    def check_anchor_text(self, text: str, language: str) -> Sequence[Found]:
        return [Found("anchor_wording", "It speaks of confidence.")] if "confident" in text else []

    def check_spoken_form(self, text: str, language: str) -> Sequence[Found]:
        return [Found("not_speakable", "It has a list.")] if "1." in text else []


LINT = WordLint()
NUMBERS = iter(range(10_000))


def draft(type: str = "technical", **changes: Any) -> QuestionDraft:
    """A draft without fault and unlike any other."""
    number = next(NUMBERS)
    good = QuestionDraft(
        text=f"How do you isolate machine number {number} before you work on it?",
        competency=f"Safety {number}",
        type=QuestionType(type),
        difficulty=Difficulty.MEDIUM,
        key_points=("switches off", "locks out", "tests for dead"),
        anchors=Anchors(one="Works on a live machine.", three="Locks out.", five="Locks out, tests and tells others."),
        ideal_answer="I switch off, lock out, test for dead and tell everybody.",
        knockout=False,
        pass_rule=None,
        weight=1.0,
        max_seconds=120,
        job_evidence="Isolation and lock-out before any work",
    )
    return replace(good, **changes)


def knockout(**changes: Any) -> QuestionDraft:
    values: dict[str, Any] = {
        "text": f"Do you hold qualification number {next(NUMBERS)}?",
        "knockout": True,
        "pass_rule": "yes",
        "key_points": (),
        "anchors": Anchors("", "", ""),
        "ideal_answer": "",
        "job_evidence": "Required: recognised electrical qualification",
    }
    return draft("general", **(values | changes))


GENERAL = QuestionSpec(question_count=3, interview_type=InterviewType.GENERAL)


def codes_of_one(question: QuestionDraft, spec: QuestionSpec = GENERAL) -> set[str]:
    """The codes against the first of three drafts, the others being good."""
    found = check_questions([question, draft(), draft()], spec, JOB, LINT)
    return {problem.code for problem in found if problem.question_index == 0}


def rest(found: tuple[Problem, ...], drafts: list[QuestionDraft]) -> int:
    """How many core questions are kept when every draft with a problem is dropped."""
    dropped = {problem.question_index for problem in found}
    return sum(not d.knockout for i, d in enumerate(drafts) if i not in dropped)


# --- one question (Q1, Q3, Q4) ------------------------------------------------------------------------------------

LONG = " ".join(["word"] * 44)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "Which of these: 1. fuse 2. relay?"}, "not_speakable"),
        ({"text": "How many years old are your tools?"}, "do_not_ask"),
        ({"say_as": "How many years old are you?"}, "do_not_ask"),
        ({"competency": " "}, "competency_missing"),
        ({"competency": "Being confident"}, "anchor_wording"),
        ({"weight": 0.5}, None),
        ({"weight": 0.4}, "weight_out_of_range"),
        ({"weight": 3.1}, "weight_out_of_range"),
        ({"max_seconds": 60}, None),
        ({"max_seconds": 59}, "max_seconds_out_of_range"),
        ({"max_seconds": 181}, "max_seconds_out_of_range"),
        ({"key_points": ("a b", "c d")}, "key_points_count"),
        ({"key_points": tuple("abcdefg")}, "key_points_count"),
        ({"key_points": ("locks out", "Locks out!", "tests")}, "key_points_repeated"),
        ({"key_points": ("locks out", " ", "tests")}, "key_points_repeated"),
        ({"anchors": Anchors("Poor.", "", "Good.")}, "anchors_missing"),
        ({"anchors": Anchors("Same.", "Same.", "Good.")}, "anchors_missing"),
        ({"anchors": Anchors("Poor.", "Fair.", "Sounds confident.")}, "anchor_wording"),
        ({"anchors": Anchors("Poor.", "Fair.", "Good.", four="More confident.")}, "anchor_wording"),
        ({"ideal_answer": " "}, "ideal_answer_missing"),
        ({"ideal_answer": "word " * 120}, None),
        ({"ideal_answer": "word " * 121}, "ideal_answer_too_long"),
        ({"ideal_answer": "维" * 241}, "ideal_answer_too_long"),
        ({"pass_rule": "yes"}, "pass_rule_unexpected"),
    ],
)
def test_Q1_Q3_Q4_one_question(changes: dict[str, Any], code: str | None) -> None:
    assert codes_of_one(draft(**changes)) == ({code} if code else set())


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (f"{LONG} and?", True),
        (f"{LONG} and more?", False),
        ("维护设备安全，" * 15 + "？", True),
        ("维护设备安全，" * 15 + "吗？", False),
        ("Tell me how you isolate a machine.", False),
        ("How do you isolate it? And then?", False),
        ("See https://example.org, what do you think?", False),
    ],
)
def test_Q1_the_projects_own_wording_checks_serve_as_lint(text: str, good: bool) -> None:
    found = check_questions([draft(text=text), draft(), draft()], GENERAL, JOB, lint)
    assert (found == ()) is good


@pytest.mark.parametrize(
    ("evidence", "good"),
    [
        ("Isolation and lock-out before any work", True),
        ("Planned and reactive maintenance on conveyors, motors", True),  # spaces and a line break folded
        ("  motors \n and   sensors ", True),
        ("Isolation and lockout before any work", False),
        ("isolation and lock-out", False),  # word for word, capital letters too
        ("tors and sensors", False),  # begins within a word
        ("motors and sens", False),
        ("conveyors", False),  # one word is found anywhere
        ("", False),
    ],
)
def test_Q1_evidence_is_a_piece_of_the_job_text(evidence: str, good: bool) -> None:
    assert codes_of_one(draft(job_evidence=evidence)) == (set() if good else {"evidence_not_in_job"})


def test_Q1_a_recruiters_own_question_needs_no_evidence_but_invents_none() -> None:
    drafts = [draft(job_evidence=""), draft(job_evidence="never written there"), draft()]
    found = check_questions(drafts, GENERAL, JOB, LINT, evidence_required=False)
    assert [(problem.question_index, problem.code) for problem in found] == [(1, "evidence_not_in_job")]


# --- the set (Q2) -------------------------------------------------------------------------------------------------


def mixed(*types: str) -> list[QuestionDraft]:
    return [draft(type) for type in types]


SIX = ("behavioral", "behavioral", "situational", "technical", "technical", "general")


def test_Q2_a_good_set_has_no_problem() -> None:
    assert check_questions([*mixed(*SIX), knockout(), knockout()], QuestionSpec(), JOB, LINT) == ()


@pytest.mark.parametrize(
    ("types", "spec", "codes"),
    [
        (SIX[:5], QuestionSpec(), [(None, "too_few_questions")]),
        ((*SIX, "general"), QuestionSpec(), [(6, "too_many_questions")]),
        (("behavioral",) * 2 + ("technical",) * 4, QuestionSpec(), [(5, "mix_not_met")]),
        (("situational",) * 2 + ("technical",) * 4, QuestionSpec(), [(5, "mix_not_met"), (4, "mix_not_met")]),
        (
            ("technical",) * 2 + ("general",) * 4,
            QuestionSpec(interview_type=InterviewType.TECHNICAL),
            [(5, "mix_not_met")],
        ),
        (("technical",) * 3 + ("general",) * 3, QuestionSpec(interview_type=InterviewType.TECHNICAL), []),
        (("technical",) * 6, QuestionSpec(interview_type=InterviewType.GENERAL), []),
        (SIX, QuestionSpec(skills=("PLC",)), [(5, "skill_not_covered")]),
        (SIX, QuestionSpec(must_ask=("How do you log a job?",)), [(5, "must_ask_missing")]),
        (
            SIX,
            QuestionSpec(skills=("PLC", "VFD"), must_ask=("How do you log a job?",)),
            [(5, "must_ask_missing"), (4, "skill_not_covered"), (3, "skill_not_covered")],
        ),
    ],
)
def test_Q2_what_the_set_lacks_is_asked_of_a_question_that_can_be_spared(
    types: tuple[str, ...], spec: QuestionSpec, codes: list[tuple[int | None, str]]
) -> None:
    drafts = mixed(*types)
    found = check_questions(drafts, spec, JOB, LINT)
    assert [(problem.question_index, problem.code) for problem in found] == codes
    missing = sum(code not in ("too_few_questions", "too_many_questions") for _, code in codes)
    assert spec.question_count - rest(found, drafts) >= missing


def test_Q2_a_question_that_is_written_anew_anyway_makes_the_room() -> None:
    drafts = [*mixed(*SIX[:5]), draft("general", weight=9.0)]
    found = check_questions(drafts, QuestionSpec(skills=("PLC",)), JOB, LINT)
    assert [(p.question_index, p.code) for p in found] == [(5, "weight_out_of_range"), (None, "skill_not_covered")]


def test_Q2_skills_and_given_sentences_are_covered_by_name() -> None:
    sentence = "How do you log a job?"
    drafts = [*mixed(*SIX[:4]), draft(skill="plc"), draft("general", text=sentence, must_ask=sentence)]
    assert check_questions(drafts, QuestionSpec(skills=("PLC",), must_ask=(sentence,)), JOB, LINT) == ()


@pytest.mark.parametrize(
    ("text", "claim", "code"),
    [
        ("How would you log each job that you did?", "How do you log a job?", None),
        ("What do you like about conveyors?", "How do you log a job?", "must_ask_reworded"),
        ("How do you log a task?", "How do you log a task?", "must_ask_unknown"),
    ],
)
def test_Q2_a_given_sentence_stays_itself(text: str, claim: str, code: str | None) -> None:
    spec = replace(GENERAL, must_ask=("How do you log a job?",))
    assert codes_of_one(draft(text=text, must_ask=claim), spec) == ({code} if code else set())


def test_Q2_given_sentences_come_before_the_mix() -> None:
    sentences = tuple(f"How do you log job number {i}?" for i in range(3))
    drafts = [draft(text=sentence, must_ask=sentence) for sentence in sentences]
    assert check_questions(drafts, QuestionSpec(question_count=3, must_ask=sentences), JOB, LINT) == ()


@pytest.mark.parametrize(
    ("first", "second", "repeated"),
    [
        ({"competency": "Safety"}, {"competency": "safety "}, True),
        ({"competency": "Safety"}, {"competency": "Safety", "type": QuestionType.CASE}, False),
        ({"text": "What is a relay?"}, {"text": "What is a relay ?"}, True),
    ],
)
def test_Q2_no_two_share_competency_and_type(first: dict[str, Any], second: dict[str, Any], repeated: bool) -> None:
    found = check_questions([draft(**first), draft(**second), draft()], GENERAL, JOB, LINT)
    assert [(p.question_index, p.code) for p in found] == ([(1, "question_repeated")] if repeated else [])


def test_Q2_two_knockouts_at_most_on_top_of_the_count() -> None:
    drafts = [knockout(), draft(), knockout(), draft(), knockout(), draft()]
    assert [(p.question_index, p.code) for p in check_questions(drafts, GENERAL, JOB, LINT)] == [
        (4, "too_many_knockouts")
    ]


@pytest.mark.parametrize(
    ("text", "language", "open"),
    [
        ("Do you hold a valid licence?", "en-US", False),
        ("For this job a licence is required: do you hold one?", "en-GB", False),
        ("Which licence do you hold?", "en-US", True),
        ("Can you tell me about your licence?", "en-US", True),
        ("This job needs a licence: what kind do you hold?", "en-US", True),
        ("¿Tiene usted permiso de conducir?", "es-ES", False),
        ("¿Por qué quiere conducir?", "es-ES", True),
        ("Haben Sie einen Führerschein?", "de-DE", False),
        ("Welche Klasse fahren Sie?", "de-DE", True),
        ("O senhor tem carteira de motorista?", "pt-BR", False),
        ("O que o senhor dirige?", "pt-BR", True),
        ("您有驾驶执照吗？", "zh-CN", False),
        ("您有什么执照？", "zh-CN", True),
        ("क्या आपके पास लाइसेंस है?", "hi-IN", False),
        ("आपके पास कौन सा लाइसेंस है?", "hi-IN", True),
    ],
)
def test_Q2_a_knockout_is_answered_with_yes_or_no(text: str, language: str, open: bool) -> None:
    spec = replace(GENERAL, language=language)
    found = check_questions([knockout(text=text), draft(), draft(), draft()], spec, JOB, LINT)
    assert [p.code for p in found] == (["knockout_not_yes_no"] if open else [])


def test_Q2_a_knockout_says_what_passes() -> None:
    for rule in (None, "maybe"):
        found = check_questions([knockout(pass_rule=rule), draft(), draft(), draft()], GENERAL, JOB, LINT)
        assert [p.code for p in found] == ["pass_rule_missing"]


@pytest.mark.parametrize(
    ("text", "type", "dictated"),
    [
        ("Can you write a function that sorts a list?", "coding", True),
        ("Could you dictate the SQL query for that?", "coding", True),
        ("How would you write a function that sorts a list?", "coding", False),
        ("Explain which query you would write, and why?", "system_design", False),
        ("What matters when you write tests and review other people's code?", "coding", False),
        ("Can you write a function that sorts a list?", "technical", False),
    ],
)
def test_Q2_code_is_explained_and_never_dictated(text: str, type: str, dictated: bool) -> None:
    assert codes_of_one(draft(type, text=text)) == ({"code_dictated"} if dictated else set())


# --- wishes at the door -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (QuestionSpec(), []),
        (QuestionSpec(question_count=3, must_ask=("a b?", "c d?", "e f?"), skills=("x", "y", "z")), []),
        (
            QuestionSpec(question_count=3, must_ask=("a b?", "c d?", "e f?", "g h?")),
            [("must_ask", "must_ask_exceeds_question_count")],
        ),
        (QuestionSpec(question_count=3, skills=tuple("wxyz")), [("skills", "skills_exceed_question_count")]),
        (QuestionSpec(question_count=3, skills=("x", "X", "y", "z")), []),
        (QuestionSpec(skills=(" ",)), [("skills", "skill_empty")]),
        (QuestionSpec(must_ask=("a b?", "A b ?")), [("must_ask", "must_ask_repeated")]),
        (QuestionSpec(must_ask=(f"{LONG} and more?",)), [("must_ask", "must_ask_too_long")]),
        (QuestionSpec(must_ask=("How many years old are you?",)), [("must_ask", "must_ask_refused")]),
        (QuestionSpec(question_count=2), [("question_count", "question_count_out_of_range")]),
        (QuestionSpec(question_count=11), [("question_count", "question_count_out_of_range")]),
    ],
)
def test_Q2_wishes_that_cannot_all_be_met(spec: QuestionSpec, expected: list[tuple[str, str]]) -> None:
    assert [(conflict.field, conflict.code) for conflict in conflicts(spec, LINT)] == expected


# --- reading and assembling ---------------------------------------------------------------------------------------


def item() -> dict[str, Any]:
    return {
        "text": "How do you isolate a machine?",
        "competency": "Safety",
        "type": "technical",
        "difficulty": "hard",
        "key_points": [{"text": "switches off"}, {"text": "locks out"}, {"text": "tests"}],
        "anchors": {"1": "Live.", "2": None, "3": "Locks out.", "4": "Also tests.", "5": "Tells others too."},
        "ideal_answer": "I lock out.",
        "knockout": False,
        "pass_rule": None,
        "weight": 2,
        "max_seconds": 90,
        "job_evidence": "Isolation and lock-out",
        "skill": "PLC",
        "must_ask": None,
    }


def test_Q1_a_reply_is_read_and_assembled() -> None:
    drafts = parse_drafts({"questions": [item(), item() | {"knockout": True, "pass_rule": "no"}, item()]})
    core, gate, last = assemble(drafts)
    assert (core.id, gate.id, last.id) == ("q1", "k1", "q2")
    assert [point.id for point in core.key_points] == ["k1", "k2", "k3"]
    assert core.anchors == Anchors("Live.", "Locks out.", "Tells others too.", None, "Also tests.")
    assert [dimension.value for dimension in core.dimensions] == ["content", "communication"]
    assert (core.weight, core.max_seconds, core.difficulty) == (2.0, 90, Difficulty.HARD)
    assert (gate.knockout, gate.pass_rule) == (True, "no")
    coverage = skill_coverage((core, gate, last), QuestionSpec(skills=("plc", "VFD")))
    assert [(c.skill, c.question_ids, c.covered) for c in coverage] == [("plc", ("q1", "q2"), True), ("VFD", (), False)]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"type": "riddle"}, "type is not one of behavioral, situational, technical"),
        ({"weight": "2"}, "weight is not a number"),
        ({"weight": float("nan")}, "weight is not a number"),
        ({"max_seconds": 90.5}, "max_seconds is not a whole number"),
        ({"knockout": 0}, "knockout is neither true nor false"),
        ({"key_points": [{"text": ""}]}, "a key point is not a text"),
        ({"key_points": ["locks out"]}, "an entry of key_points is not an object"),
        ({"anchors": {"1": "a", "3": "b", "5": "c"}}, "anchors lacks 2"),
        ({"text": None}, "text is not a text"),
        ({"rating": 5}, "an entry of questions has 1 unknown field(s)"),
    ],
)
def test_Q1_a_reply_of_another_shape_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadDrafts) as refusal:
        parse_drafts({"questions": [item() | change]})
    assert any(said.startswith(problem) for said in refusal.value.problems)


@pytest.mark.parametrize("obj", [None, [], {}, {"questions": None}, {"questions": [], "note": ""}])
def test_Q1_what_is_no_list_of_questions_is_refused(obj: object) -> None:
    with pytest.raises(BadDrafts):
        parse_drafts(obj)
