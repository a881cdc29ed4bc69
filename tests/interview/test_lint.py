"""What may not be asked, over two corpora; how an anchor may not be worded; and what can be spoken."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from interview import lint
from interview.lint_anchor_rules import ANCHOR_RULES, ANCHOR_RULES_BY_LANGUAGE, ANCHOR_WORDS
from interview.lint_languages import QUESTION_RULES_BY_LANGUAGE
from interview.lint_private import PRIVATE_ANYWHERE, PRIVATE_WORDS
from interview.lint_rules import INSTEAD, QUESTION_RULES, TOPIC_WORDS

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[list[str]]:
    """The lines of a corpus, split at tabs."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def codes(text: str, language: str = "en-US") -> list[str]:
    """What the question check finds."""
    return [finding.code for finding in lint.check_question_text(text, language)]


# Q3's goal is 95 % caught and under 10 % refused. The held-out part is below it in the first number, see its header.
@pytest.mark.parametrize(
    ("part", "least_lines", "least_caught", "most_refused"),
    [("tuning", 120, 0.95, 0.05), ("heldout", 60, 0.90, 0.10)],
)
def test_bad_questions_are_caught_and_good_ones_let_through(
    part: str, least_lines: int, least_caught: float, most_refused: float
) -> None:
    bad, good = rows(f"lint_bad_{part}.tsv"), rows(f"lint_good_{part}.tsv")
    assert min(len(bad), len(good)) >= least_lines
    missed = [text for _, text in bad if not codes(text)]
    refused = [text for (text,) in good if codes(text)]
    assert 1 - len(missed) / len(bad) >= least_caught, missed
    assert len(refused) / len(good) < most_refused, refused


def test_a_caught_question_is_told_its_own_topic() -> None:
    bad = [(topic, codes(text)) for topic, text in rows("lint_bad_tuning.tsv")]
    named = [topic in found for topic, found in bad if found]
    assert sum(named) / len(named) >= 0.95


def test_the_corpora_share_no_line_and_name_every_topic() -> None:
    tuning, held_out = rows("lint_bad_tuning.tsv"), rows("lint_bad_heldout.tsv")
    assert {text for _, text in tuning}.isdisjoint({text for _, text in held_out})
    assert {topic for topic, _ in tuning} == set(TOPIC_WORDS) == {topic for topic, _ in held_out}
    good = rows("lint_good_tuning.tsv")
    assert {text for (text,) in good}.isdisjoint({text for (text,) in rows("lint_good_heldout.tsv")})


@pytest.mark.parametrize(("language", "topic", "text"), rows("lint_languages.tsv"))
def test_other_languages(language: str, topic: str, text: str) -> None:
    found = codes(text, f"{language}-XX")
    assert found == [] if topic == "good" else topic in found


@pytest.mark.parametrize(
    "text",
    [
        "Are you authorised to work in the United Kingdom?",
        "Are you legally allowed to work in this country?",
        "Are you able to do these tasks with or without adjustment?",
        "How do you manage children's medication charts?",
        "Tell me about a conviction you held about design?",
        "How old is the codebase you maintain?",
        "How do you find a race condition?",
        "Would you build a native mobile app?",
        "When do you use union types?",
        "What are a disability support worker's duties?",
        "How do you care for pregnant patients?",
        "What are your salary expectations?",
    ],
)
def test_the_look_alikes_that_the_design_names_are_allowed(text: str) -> None:
    assert codes(text) == []


def test_an_allowed_phrase_does_not_shield_what_stands_beside_it() -> None:
    assert codes("Are you authorised to work in France, and how old are you?") == ["age"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Are  you\n MARRIED?", "Are  you\n MARRIED"),
        ("Now then: do you have\u200b children?", "do you have\u200b children"),
        ("What does your wife\u2019s family do, and what is your partner\u2019s job?", "your wife"),
    ],
)
def test_the_span_points_into_the_text_as_it_was_written(text: str, found: str) -> None:
    spans = [text[slice(*finding.span)] for finding in lint.check_question_text(text, "en")]
    assert any(found in span or span in found for span in spans), spans
    assert all(span for span in spans)


def test_one_finding_a_topic_with_a_sentence_and_what_to_ask_instead() -> None:
    findings = lint.check_question_text("Are you married, are you divorced, and are you a citizen?", "en")
    assert sorted(finding.code for finding in findings) == ["citizenship", "marital_status"]
    citizenship = next(finding for finding in findings if finding.code == "citizenship")
    assert "authorised to work" in citizenship.sentence


def test_a_raters_words_about_the_candidate_are_checked_too() -> None:
    assert codes("The candidate is too old and not a native speaker.") == ["age", "native_language"]
    assert codes("The answer explains how the patient's medication was checked and by whom.") == []


def test_every_code_has_its_words() -> None:
    tables = [QUESTION_RULES, PRIVATE_WORDS, PRIVATE_ANYWHERE, INSTEAD, *QUESTION_RULES_BY_LANGUAGE.values()]
    assert all(set(table) <= set(TOPIC_WORDS) for table in tables)
    assert all(set(table) <= set(ANCHOR_WORDS) for table in [ANCHOR_RULES, *ANCHOR_RULES_BY_LANGUAGE.values()])


def test_a_long_hostile_text_is_read_quickly() -> None:
    started = time.process_time()
    for piece in ("are you a of the ", "your own own ", "do you have any or any ", "1) a ", "you plan to want to "):
        text = piece * 400
        lint.check_question_text(text, "en")
        lint.check_anchor_text(text, "en")
        lint.check_spoken_form(text, "en")
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Speaks without an accent.", "accent"),
        ("Sounds like a native speaker.", "native"),
        ("Fluent and clear.", "fluent"),
        ("Is articulate.", "articulate"),
        ("Good grammar throughout.", "grammar"),
        ("Shows energy.", "energy"),
        ("Speaks with enthusiasm about testing.", "enthusiasm"),
        ("Gives a confident answer.", "confident"),
        ("Has charisma.", "charisma"),
        ("Would be a culture fit.", "culture_fit"),
        ("A polished answer.", "polish"),
        ("Has a youthful manner.", "youthful"),
        ("Studied at Stanford.", "school_name"),
        ("Went to the University of Leeds.", "school_name"),
        ("Lives in SW1A 1AA.", "postcode"),
    ],
)
def test_an_anchor_may_not_rate_the_person(text: str, code: str) -> None:
    findings = lint.check_anchor_text(text, "en-GB")
    assert [finding.code for finding in findings] == [code]
    assert text[slice(*findings[0].span)]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("es", "Habla con fluidez.", "fluent"),
        ("fr", "Parle sans accent.", "accent"),
        ("de", "Wirkt selbstbewusst.", "confident"),
        ("pt", "Mostra entusiasmo.", "enthusiasm"),
        ("hi", "आत्मविश्वास से बोलता है।", "confident"),
        ("zh", "口音很重。", "accent"),
    ],
)
def test_Q4_anchors_in_other_languages(language: str, text: str, code: str) -> None:
    assert code in [finding.code for finding in lint.check_anchor_text(text, language)]


def test_Q4_german_mit_is_no_school() -> None:
    assert lint.check_anchor_text("Spricht mit dem Kunden und mit dem Team.", "de-DE") == ()
    for text, language in (("Hat am MIT studiert.", "de"), ("Studied at MIT.", "en"), ("Estudió en el MIT.", "es")):
        assert [finding.code for finding in lint.check_anchor_text(text, language)] == ["school_name"]


def test_Q3_mandarin_is_chinese_by_either_code() -> None:
    for language in ("zh-CN", "cmn-CN", "cmn_Hans"):
        [finding] = lint.check_question_text("您的母语是什么？", language)
        assert finding.code == "native_language"


@pytest.mark.parametrize(
    "text",
    [
        "Names two ways to reduce the energy consumption of the building.",
        "Explains what a confidence interval says.",
        "Builds a native app and says why.",
        "Describes a context-free grammar for the query language.",
        "Validates the postcode before the order is placed.",
        "Articulates the trade-off between speed and safety.",
        "Uses a fluent interface and names its cost.",
        "Keeps the customer's trust by telling the truth early.",
        "Chooses an accent colour with enough contrast.",
    ],
)
def test_an_anchor_about_the_subject_is_let_through(text: str) -> None:
    assert lint.check_anchor_text(text, "en") == ()


WORD = "word "


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("How do you test a payment service before a release?", "en-US", []),
        ("How do you use C++ and C# at work?", "en", []),
        ("What would you change about CI/CD in a team of ten?", "en", []),
        (WORD * 44 + "word?", "en", []),
        (WORD * 45 + "word?", "en", ["too_long"]),
        ("字" * 90 + "？", "zh", []),
        ("字" * 91 + "？", "zh", ["too_long"]),
        ("كيف تختبر خدمة الدفع؟", "ar", []),
        ("Πώς ελέγχετε μια υπηρεσία;", "el", []),
        ("How do you test a service;", "en", ["question_marks", "list_or_code"]),
        ("Tell me about a release.", "en", ["question_marks"]),
        ("What did you do? And why?", "en", ["question_marks"]),
        ("Which of these do you know:\n- Java\n- Go\n?", "en", ["list_or_code"]),
        ("What do you do first: 1) test 2) deploy?", "en", ["list_or_code"]),
        ("What does `sort` return?", "en", ["list_or_code"]),
        ("What does print(x) do?", "en", ["list_or_code"]),
        ("What is user_id for?", "en", ["list_or_code", "unspeakable"]),
        ("What do you think of https://example.com/about as a page?", "en", ["url"]),
        ("Have you read www.example.com lately?", "en", ["url"]),
        ("Who answers mail to jobs@example.com today?", "en", ["url"]),
        ("What does \U0001f600 mean to you?", "en", ["unspeakable"]),
        ("How would you round 123456789012 for a report?", "en", ["unspeakable"]),
        ("?", "en", ["unspeakable"]),
        ("", "en", ["question_marks", "unspeakable"]),
    ],
)
def test_what_can_be_spoken(text: str, language: str, expected: list[str]) -> None:
    findings = lint.check_spoken_form(text, language)
    assert sorted(finding.code for finding in findings) == sorted(expected)
    assert all(0 <= finding.span[0] <= finding.span[1] <= len(text) for finding in findings)
