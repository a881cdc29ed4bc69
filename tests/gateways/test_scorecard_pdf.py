"""The scorecard on paper: whatever is in the report can be read in it, in any script, and never as a program."""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pytest
import typst
from pydantic import TypeAdapter

from ivr.gateways.ports import GatewayError
from ivr.gateways.scorecard_pdf import NO_NETWORK, ChildProcessPrinter
from ivr.gateways.typesetter import typeset
from ivr.gateways.typesetting.drawable import SIGN, drawable, drawable_text
from ivr.services.integrity_views import IntegrityNoteView
from ivr.services.report_views import ReportView
from ivr.services.reports import bars, report_of
from ivr.services.views import InterviewView, RatedByView, ReviewView
from tests.dashboard.conftest import HIRED, LEFT, NOW, QUOTE_1, SAID, SIMULATED, everybody

FOLDER = Path(typeset.__code__.co_filename).with_name("typesetting")
HEIGHTS = bars([abs((n * 37) % 255 - 127) * 2 for n in range(240)])
# A person in each script that the fonts are chosen for.
NAMES = {
    "Latin": "Zoë Nguyễn-Łukasik", "Greek": "Ελένη Παπαδοπούλου", "Cyrillic": "Дмитрий Щербаков",
    "Arabic": "محمد الفارسي", "Hebrew": "דוד כהן", "Devanagari": "प्रिया नटराजन", "Thai": "สมชาย ใจดี",
    "simplified Chinese": "王小明", "traditional Chinese": "陳國偉", "Japanese": "佐藤さくら", "Korean": "김민준",
}  # fmt: skip
# Readers give what a font joins more than once; the paper itself is right.
JOINED = {"Arabic", "Devanagari", "Thai"}
LATIN, CHINESE = {"NotoSans-SemiBold"}, {"NotoSansSC-Regular"}
FONTS = {
    "Latin": LATIN, "Greek": LATIN, "Cyrillic": LATIN, "Arabic": {"NotoSansArabic-SemiBold", *LATIN},
    "Hebrew": {"NotoSansHebrew-SemiBold", *LATIN}, "Devanagari": {"NotoSansDevanagari-SemiBold", *LATIN},
    "Thai": {"NotoSansThai-SemiBold", *LATIN}, "simplified Chinese": CHINESE, "traditional Chinese": CHINESE,
    "Japanese": CHINESE, "Korean": {"NotoSansKR-Regular"},
}  # fmt: skip
EVIL = '#eval("1+1") $x^2$ [b] *bold* _em_ `raw` #import "@preview/a:1.0.0" @ref <label> \\ // comment = Heading #{1/0}'


def interview(id: str, **changes: Any) -> InterviewView:
    return replace(next(one for one in everybody() if one.id == id), **changes)


def report(view: InterviewView) -> ReportView:
    return report_of(
        view, {answer.id: HEIGHTS for answer in view.answers if answer.has_audio}, questions_hash="ab" * 32,
        transcribed_by=("gpt-transcribe", "carrier"),
    )  # fmt: skip


def as_json(made: ReportView) -> bytes:
    return TypeAdapter(ReportView).dump_json(made)


def printed(view: InterviewView) -> tuple[bytes, list[str]]:
    """The PDF as the child makes it, and what typst warned of."""
    return typeset(drawable(json.loads(as_json(report(view)))), FOLDER)


def opened(pdf: bytes, pages: list[int] | None = None) -> pdfplumber.PDF:
    return pdfplumber.open(io.BytesIO(pdf), pages=pages)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, by a reader that is quicker than pdfplumber."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages_of(pdf)).replace("\ufffe", "-").split())


def letters(text: str) -> str:
    """The characters of a text in whatever order and form a page holds them."""
    return "".join(sorted(character for character in text if not character.isspace()))


def test_a_scorecard_says_everything_that_the_report_says() -> None:
    pdf, warnings = printed(interview(HIRED))
    assert warnings == []
    text = words_of(pdf)
    for told in (
        "Zoë Nguyễn-Łukasik", "Site Reliability Engineer, Harbour Systems", "+44******0118",
        "Recommendation, provisional until a person decides", "Hire 7.7 of 10",
        "Reject below 5.0, consider from 5.0, hire from 7.0.", "100% of the questions scored", "Certainty 82 of 100",
        "Said yes; yes is needed.", "Incident response 43% 8.5", "Content 50 7.9",
        "Acts first and explains afterwards", "Question 1: Tell me about the most serious incident",
        "Soundness 4.5 Rolls back on a time limit, which works. 2", "Nearest to level 4 of 5. Names own actions",
        "Level 5: Also shows what changed", "Tells customers while it lasts: missing", f"1 about 0:00 “{QUOTE_1}”",
        "Asked once more How did you know", "follow-up “looked at last year's peak and added a third”",
        "The call ended during this answer", "Nobody has decided yet.", "Requirement 1 is met.",
        "Questions and rubric version 3 abababababab", "Scored by gpt-6-luna", "Prompt 12", "Cost $0.31",
        "Transcribed by gpt-transcribe, the telephone company", "Audio kept until somebody deletes it",
        "question 1 at 2:36, question 2 at 5:36, question 3 at 8:36",
    ):  # fmt: skip
        assert told in text, told
    assert "+447700900118" not in text and "DEMO" not in text
    assert SAID[:60] in text.replace("deploys1", "deploys")


def test_a_decision_stands_over_the_recommendation_with_its_reason() -> None:
    own = {"30000000-0000-4000-8000-000000000001": {"relevance": 3}}
    why = "Too few cases of their own, as I heard it."
    review = ReviewView("r1", "user:anna@example.com", "consider", why, own, NOW)
    view = interview(HIRED, reviews=(review,))
    assert view.result is not None
    text = words_of(printed(replace(view, result=replace(view.result, human_review=review, provisional=False)))[0])
    assert "Decision after review Consider 7.7 of 10" in text
    assert "anna@example.com decided on 2 Mar 2026, 10:00 UTC: “Too few cases" in text
    assert "The rules had said Hire." in text and "Own ratings for question 1: Relevance 3" in text
    assert "Provisional" not in text and "Decided by a person" in text


def test_what_was_not_scored_is_said_and_carries_no_number() -> None:
    pdf, warnings = printed(interview(LEFT))
    text = words_of(pdf)
    assert warnings == [] and "No recommendation No number:" in text
    assert "Question 2: An answer could not be heard." in text
    assert "Left for a person to judge. Most of the recording is below the level of speech." in text
    assert "No summary. The summary waits" in text
    # the notes are no scores
    assert len(re.findall(r"not scored", text)) == 1


def test_an_interview_without_a_result_and_one_without_anything_are_papers_too() -> None:
    waiting = interview(LEFT, result=None, waiting_reason="Waiting to be scored: the model is not available.")
    text = words_of(printed(waiting)[0])
    assert "No recommendation Waiting to be scored: the model is not available." in text
    empty = interview(
        HIRED, result=None, answers=(), calls=(), timeline=(), started_at=None, ended_at=None, duration_s=None,
        external_id=None,
    )  # fmt: skip
    pdf, warnings = printed(empty)
    assert warnings == [] and "There is no result yet." in words_of(pdf)


@pytest.mark.parametrize("state", ["no_response", "skipped", "technical_failure", "pending"])
def test_answers_that_failed_say_how(state: str) -> None:
    view = interview(LEFT)
    failed = replace(view.answers[-1], state=state, state_reason=None, review_reasons=())
    text = words_of(printed(replace(view, answers=(*view.answers[:-1], failed)))[0])
    said = {
        "no_response": "Nothing was said.", "skipped": "Passed over by the candidate.",
        "technical_failure": "Lost for a technical reason.", "pending": "Waiting to be scored.",
    }  # fmt: skip
    assert said[state] in text


def test_simulated_ones_say_so_on_every_page() -> None:
    pdf, _ = printed(interview(SIMULATED))
    assert all("demo, not an assessment" in page for page in pages_of(pdf))
    assert "Demo, not an assessment. The telephone" in words_of(pdf)
    with opened(pdf, [2]) as document:
        sloping = "".join(c["text"] for c in document.pages[0].chars if abs(c["matrix"][1]) > 0.1)
    assert "".join(sloping.split()) == "DEMO,NOTANASSESSMENT"


def test_A25_integrity_notes_stand_after_all_ratings_and_outside_of_the_score() -> None:
    note = IntegrityNoteView("long_gap", 7.5, "s", "x", 3.0, "low", ("Many people think in silence.",), None)
    view = interview(HIRED)
    noted = replace(view, answers=tuple(replace(one, integrity_notes=(note,)) for one in view.answers))
    text = words_of(printed(noted)[0])
    begin = text.index("Noticed, and no part of the score")
    assert begin > text.rindex("What counted") and begin > text.rindex("Quotes in the recording")
    assert "None of this changed a score" in text[begin:]
    assert "There was a pause of 7.5 seconds. At 0:03. How far to trust it: low." in text[begin:]
    assert "Many people think in silence." in text[begin:] and "pause of 7.5" not in text[:begin]
    with_out, without = report(noted), report(view)
    assert with_out.result == without.result, "notes change no number"


def test_samples_that_differ_are_shown_and_who_rated() -> None:
    by = RatedByView("gpt-6-luna", "score_answer@4", NOW, {"relevance": (4, 4, 3), "clarity": (5, 5, 5)})
    view = interview(HIRED)
    text = words_of(printed(replace(view, answers=tuple(replace(one, rated_by=by) for one in view.answers)))[0])
    assert "Samples: 4, 4, 3." in text and "Samples: 5" not in text
    assert "Rated by gpt-6-luna, prompt score_answer@4, 3 samples, 2 Mar 2026, 10:00 UTC." in text
    assert "résumé" not in text


def test_that_the_rater_knew_the_resume_is_said() -> None:
    by = RatedByView("gpt-6-luna", "score_answer@4+score_answer_with_resume@1", NOW, {})
    view = interview(HIRED)
    text = words_of(printed(replace(view, answers=tuple(replace(one, rated_by=by) for one in view.answers)))[0])
    assert "role, years and skills from the résumé, and this transcript" in text


@pytest.mark.parametrize("script", NAMES)
def test_names_in_every_script_survive(script: str) -> None:
    name = NAMES[script]
    view = interview(HIRED)
    made = replace(view, candidate=replace(view.candidate, name=name))
    pdf, warnings = printed(made)
    assert warnings == []
    with opened(pdf, [1]) as document:
        top = [character for character in document.pages[0].chars if character["size"] > 19.5]
        # What letters join to reads back more than once, and right-to-left in the page's order: they are all there.
        assert set(letters(name)) == set(letters("".join(character["text"] for character in top))), script
        assert {character["fontname"].partition("+")[2] for character in top} <= FONTS[script]
        assert document.metadata["Title"] == f"Scorecard: {name}, Site Reliability Engineer"
    if script not in JOINED:
        assert name in words_of(pdf)
    assert SIGN not in words_of(pdf)


@pytest.mark.parametrize(("language", "said"), [
    ("ar-SA", "أوقفت كل عمليات النشر قبل أن أعرف السبب"), ("he-IL", "עצרתי את כל הפריסות לפני שידעתי את הסיבה"),
    ("hi-IN", "मैंने कारण जानने से पहले सभी बदलाव रोक दिए"), ("th-TH", "ฉันหยุดการติดตั้งทั้งหมดก่อนที่จะรู้สาเหตุ"),
    ("zh-CN", "我在知道原因之前就停止了所有部署"), ("el-GR", "Σταμάτησα κάθε εγκατάσταση πριν μάθω την αιτία"),
])  # fmt: skip
def test_what_was_said_survives_in_the_language_of_the_interview(language: str, said: str) -> None:
    view = interview(HIRED)
    answers = tuple(replace(one, transcript=said, follow_up=None, evidence=(), criteria=(), key_points=())
                    for one in view.answers)  # fmt: skip
    pdf, warnings = printed(replace(view, answers=answers, job=replace(view.job, language=language)))
    assert warnings == []
    alphabet = {character for character in said if character.isalpha()}
    assert alphabet <= set(words_of(pdf))


def test_what_no_font_has_is_a_sign_and_is_counted() -> None:
    assert drawable_text("Ok \U0001f600\U0001f680 fine") == (f"Ok {SIGN} fine", 2)
    assert drawable_text("a\u202eb\x00c\td") == ("abc d", 0), "nothing turns the direction, nothing hides"
    view = interview(HIRED)
    pdf, warnings = printed(replace(view, candidate=replace(view.candidate, name="Ana \U0001f600")))
    text = words_of(pdf)
    assert warnings == []
    assert "drawn as “\N{REPLACEMENT CHARACTER}”" in text and f"Ana {SIGN}" in text


def test_every_character_of_the_coverage_can_be_drawn() -> None:
    """The list is what the fonts have: typst, held to PDF/UA, refuses a character that none of them draws."""
    characters = []
    for stretch in (FOLDER / "fonts" / "coverage.txt").read_text().split():
        first, _, last = stretch.partition("-")
        characters += [chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)]
    assert len(characters) > 15_000
    kept = [one for one in characters if drawable_text(one)[0] == one]
    source = b"#set document(title: \"all\")\n#set text(font: json(bytes(sys.inputs.fonts)))\n#sys.inputs.all"
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")]
    )
    inputs = {"all": " ".join(kept), "fonts": json.dumps(["Noto Sans", *sorted(fonts.families())])}
    compiler = typst.Compiler(source, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)
    made, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    assert made is not None and [str(warning) for warning in warnings] == []


@pytest.mark.parametrize("words", [EVIL, '"); #panic() //', "#sys.inputs", "\\#\\$", "]]] ((( }}}"])
def test_words_from_outside_are_words(words: str) -> None:
    view = interview(HIRED)
    answers = tuple(
        replace(one, transcript=words, human_feedback=words, evidence=(), criteria=(), key_points=(), follow_up=None,
                question=replace(one.question, text=words, competency=words))
        for one in view.answers
    )  # fmt: skip
    assert view.result is not None
    result = replace(view.result, summary=words, strengths=(words,), next_steps=(words,), model=words)
    evil = replace(
        view, candidate=replace(view.candidate, name=words), answers=answers, result=result, external_id=words,
        job=replace(view.job, title=words, company=words, language=words),
    )  # fmt: skip
    pdf, warnings = printed(evil)
    assert warnings == []
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Title") == f"Scorecard: {words}, {words}"
    assert "".join(words_of(pdf).split()).count("".join(words.split())) >= 8


def test_long_texts_run_over_pages_and_endless_words_break() -> None:
    view = interview(HIRED)
    long, endless = "I looked at the logs and rolled it back. " * 400, "x" * 5000
    answers = tuple(replace(one, transcript=long + endless, human_feedback=long) for one in view.answers)
    pdf, warnings = printed(replace(view, answers=answers, candidate=replace(view.candidate, name="N" * 300)))
    assert warnings == []
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) > 15
    for page in pages:
        text = page.get_textpage()
        right = max(text.get_charbox(place)[2] for place in range(0, text.count_chars(), 7))
        assert right <= page.get_width() - 20, "nothing runs off the paper"
    assert words_of(pdf).count("x") >= 3 * 5000


def test_the_paper_is_tagged_has_a_title_and_a_language() -> None:
    pdf, _ = printed(interview(HIRED))
    with opened(pdf) as document:
        catalog = document.doc.catalog
        assert catalog["MarkInfo"]["Marked"] is True and catalog["Lang"] == b"en"
        assert catalog["ViewerPreferences"]["DisplayDocTitle"] is True
        tags = [element["type"] for element in _flat(document.structure_tree)]
    assert b"pdfuaid:part" in pdf, "held to PDF/UA-1"
    assert {"H1", "H2", "H3", "Table", "TH", "TD", "L", "LI"} <= set(tags)
    assert tags.count("H1") == 1 and tags.count("H3") >= 3


def _flat(tree: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for element in tree for found in (element, *_flat(element.get("children", [])))]


def test_read_aloud_the_question_comes_before_its_answer_and_its_score() -> None:
    pdf, _ = printed(interview(HIRED))
    number = next(number for number, page in enumerate(pages_of(pdf), start=1) if "Question 1:" in page)
    with opened(pdf, [number]) as document:
        page = document.pages[0]
        by_mark: dict[int, str] = {}
        for character in page.chars:
            if character["mcid"] is not None:
                by_mark[character["mcid"]] = by_mark.get(character["mcid"], "") + character["text"]
        spoken = " ".join(by_mark.get(mark, "") for one in _flat(page.structure_tree) for mark in one.get("mcids", []))
    order = [spoken.index(words) for words in ("Question 1:", "What was said", "What counted", "Quotes in the")]
    assert order == sorted(order)


def test_the_same_report_gives_the_same_bytes_and_another_gives_others() -> None:
    printer, made = ChildProcessPrinter(), report(interview(HIRED))
    first, second = printer.print_pdf(as_json(made)), printer.print_pdf(as_json(made))
    assert first == second and first.startswith(b"%PDF-")
    assert printer.print_pdf(as_json(replace(made, provisional=False))) != first


def test_a_scorecard_takes_less_than_a_second() -> None:
    """Of a processor: how long a busy machine lets it wait is not measured here."""
    printer, data = ChildProcessPrinter(), as_json(report(interview(HIRED)))
    printer.print_pdf(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    printer.print_pdf(data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert 0 < after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_a_child_that_does_not_end_is_ended_and_one_that_breaks_says_no_words() -> None:
    data = as_json(report(interview(HIRED)))
    with pytest.raises(GatewayError) as slow:
        ChildProcessPrinter(wall_clock_s=0.001).print_pdf(data)
    assert slow.value.code == "too_slow" and not slow.value.retryable
    with pytest.raises(GatewayError) as broken:
        ChildProcessPrinter().print_pdf(b'{"candidate": {"name": "Secret Person"}, "as_of": "2026-03-02T10:00:00Z"}')
    assert broken.value.code == "broken" and "Secret" not in broken.value.message


class SlowPrinter(ChildProcessPrinter):
    """Its children end when they may."""

    def __init__(self) -> None:
        super().__init__(at_once=2, patience_s=30)
        self.may_end = threading.Event()

    def _ask_child(self, report: bytes) -> tuple[bytes, str]:
        assert self.may_end.wait(30)
        return b"%PDF-", ""


def test_a_crowd_is_told_to_come_back_at_once() -> None:
    """Two are printed and two wait; a thread more that waited for paper would answer no webhook."""
    printer = SlowPrinter()
    with ThreadPoolExecutor(4) as threads:
        printing = [threads.submit(printer.print_pdf, b"{}") for _ in range(4)]
        while printer._places._value > 0:  # type: ignore[attr-defined] # four are inside
            time.sleep(0.005)
        with pytest.raises(GatewayError) as busy:
            printer.print_pdf(b"{}")
        assert (busy.value.code, busy.value.retryable) == ("busy", True)
        printer.may_end.set()
        assert [one.result(30) for one in printing] == [b"%PDF-"] * 4
    assert printer.print_pdf(b"{}") == b"%PDF-", "every place is given back"


@pytest.mark.parametrize("reach", [
    '#read("/etc/passwd")', '#read("../typesetter.py")', '#include "../../settings.py"',
    '#import "@preview/tablex:0.0.9": *', '#image("https://example.com/a.png")', '#sys.inputs.environment',
])  # fmt: skip
def test_a_template_reaches_nothing_outside_of_its_folder(tmp_path: Path, reach: str) -> None:
    """Were the template to ask, it would not get it: no file elsewhere, no package, no network."""
    (tmp_path / "fonts").symlink_to(FOLDER / "fonts")
    (tmp_path / "scorecard.typ").write_text(f'#set document(title: "x")\n{reach}\n')
    with pytest.raises(typst.TypstError):
        typeset({"as_of": "2026-03-02T10:00:00Z"}, tmp_path)


def test_the_child_cannot_fetch_a_package(tmp_path: Path) -> None:
    (tmp_path / "fonts").symlink_to(FOLDER / "fonts")
    (tmp_path / "scorecard.typ").write_text('#import "@preview/tablex:0.0.9": *')
    code = (
        "import pathlib, sys; from ivr.gateways.typesetter import typeset;"
        'typeset({"as_of": "2026-03-02T10:00:00Z"}, pathlib.Path(sys.argv[1]))'
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=NO_NETWORK, check=False
    )
    assert done.returncode == 1 and "failed to download package" in done.stderr
    assert "refused" in done.stderr.lower(), "it asked the proxy that there is not, and nobody else"


def test_the_child_limits_itself() -> None:
    code = (
        "import resource; from ivr.gateways.typesetter import limit_this_process as limit; limit();"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "9"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0, "not this one"
