"""Words of the pages about jobs: statuses, languages, parts of a question, and what to do where the API has its own."""

from collections.abc import Callable, Mapping
from typing import Any

from ivr.dashboard.job_settings import NAMES
from ivr.dashboard.words import Label, plain
from ivr.services.errors import FieldProblem, ServiceError
from ivr.services.test_calls import TestCallView
from ivr.services.views import JobView

_STATUS = {
    "draft": Label("Draft", "edit", "out"),
    "open": Label("Open", "ok", "hire"),
    "closed": Label("Closed", "x", ""),
}
_QUESTIONS = {
    "generating": Label("Being written", "clock", "live"),
    "draft": Label("To approve", "person", "cons"),
    "approved": Label("Approved", "ok", "hire"),
    "failed": Label("Could not be written", "x", "rej"),
}
_CHECK = {
    "not_checked": Label("Wording not checked yet", "clock", "out"),
    "checking": Label("Wording being checked", "clock", "live"),
    "passed": Label("Wording checked by a model", "shield", "hire"),
    "not_needed": Label("Checked before it was built in", "shield", "hire"),
    "refused": Label("A model objects to the wording", "mid", "rej"),
    "unavailable": Label("No model could check the wording", "mid", "cons"),
}
_SOURCE = {
    "model": "written by a model",
    "bank": "built-in questions",
    "human": "edited by a person",
    "rubric": "from a rubric",
}
_TEST_CALL = {
    "queued": Label("Waits for a line", "clock", "out"),
    "dialing": Label("Being dialled", "phone", "live"),
    "ringing": Label("Ringing", "phone", "live"),
    "in_progress": Label("On the phone", "phone", "live"),
    "completed": Label("Over", "ok", "hire"),
    "busy": Label("Line busy", "x", "cons"),
    "no_answer": Label("Nobody answered", "x", "cons"),
    "failed": Label("Could not be called", "x", "rej"),
    "refused": Label("Not allowed", "x", "rej"),
    "lost": Label("Not known how it ended", "mid", "cons"),
}
UNDER_WAY = frozenset({"queued", "dialing", "ringing", "in_progress"})

# Languages with a voice of their own region; others can be entered by programs.
LANGUAGES = (
    ("en-US", "English, United States"), ("en-GB", "English, United Kingdom"), ("en-AU", "English, Australia"),
    ("en-CA", "English, Canada"), ("en-IE", "English, Ireland"), ("en-IN", "English, India"),
    ("en-NZ", "English, New Zealand"), ("en-ZA", "English, South Africa"), ("de-DE", "German, Germany"),
    ("de-AT", "German, Austria"), ("es-ES", "Spanish, Spain"), ("es-MX", "Spanish, Mexico"),
    ("es-US", "Spanish, United States"), ("fr-FR", "French, France"), ("fr-CA", "French, Canada"),
    ("pt-BR", "Portuguese, Brazil"), ("pt-PT", "Portuguese, Portugal"), ("hi-IN", "Hindi, India"),
    ("zh-CN", "Chinese, Mandarin"),
)  # fmt: skip
INTERVIEW_TYPES = (
    ("mixed", "Mixed"), ("behavioral", "Behavioural"), ("situational", "Situational"), ("technical", "Technical"),
    ("case", "Case"), ("system_design", "System design"), ("coding", "Coding, explained in words"),
    ("general", "General"),
)  # fmt: skip
QUESTION_TYPES = tuple(pair for pair in INTERVIEW_TYPES if pair[0] != "mixed")
DIFFICULTIES = (("easy", "Easy"), ("medium", "Medium"), ("hard", "Hard"))
_LANGUAGE_NAMES = dict(LANGUAGES)
PARTS: Mapping[str, str] = {
    "text": "Question", "say_as": "Spoken as", "competency": "Competency", "type": "Type", "difficulty": "Difficulty",
    "weight": "Weight", "max_seconds": "Seconds to answer", "knockout": "Requirement, yes or no",
    "pass_rule": "Answer that passes", "key_points": "Key points", "anchors": "Levels",
    **{f"anchors.{level}": f"Level {level}" for level in range(1, 6)}, "ideal_answer": "Ideal answer",
    "job_evidence": "Piece of the job description", "skill": "Skill", "must_ask": "Sentence that must be asked",
    "id": "Question",
}  # fmt: skip

# A finding's code, where its own sentence names a field of the API.
_FINDINGS = {
    "evidence_not_in_job": "This does not stand in the job description, word for word.",
    "max_seconds_out_of_range": "Give a whole number from 60 to 180.",
    "must_ask_reworded": "This no longer asks the sentence that must be asked.",
    "pass_rule_missing": "Choose whether yes or no passes.",
    "pass_rule_unexpected": "Only a requirement has an answer that passes.",
    "knockout_not_yes_no": "A requirement can be answered with yes or no.",
    "too_many_knockouts": "There are at most two requirements.",
}
# What to do, where the service's own hint speaks of requests.
_HINTS = {
    "description_missing": "",
    "questions_being_checked": "This takes a few seconds; the page says when it is done, and then you can approve.",
    "questions_unchecked": (
        "Look at the wording yourself and tick that you have, or save the questions again to have it checked again."
    ),
    "questions_invalid": "Change what stands in red below and save again.",
    "questions_generating": "Wait until they are written, or take the built-in ones.",
    "questions_not_ready": "Have them written, take the built-in ones, or write them yourself.",
    "speech_unavailable": "An administrator can configure one; a test call reads the questions to you without it.",
    "job_closed": "A closed job stays as it is. Create a new one.",
}


def found(problem: FieldProblem) -> str:
    """What is wrong with a part of a question, for somebody who has it in front of them."""
    return _FINDINGS.get(problem.code, problem.message)


def said(error: ServiceError) -> str:
    """A service's refusal and what to do, for somebody in front of a page."""
    hint = _HINTS.get(error.code)
    if hint is None:
        hint = "" if "`" in error.hint or "/" in error.hint else error.hint
    return f"{error.sentence} {hint}".strip()


def job_status(code: str) -> Label:
    """The chip of a job."""
    return _STATUS.get(code, Label(plain(code), "mid"))


def questions_status(job: JobView) -> Label:
    """The chip of a job's questions: a newer draft beside approved ones is to be approved."""
    return _QUESTIONS.get(job.questions_status, Label(plain(job.questions_status), "mid"))


def check_status(code: str) -> Label:
    """The chip of the model's check of the wording."""
    return _CHECK.get(code, Label(plain(code), "mid"))


def source(code: str) -> str:
    """Where questions come from, in words."""
    return _SOURCE.get(code, plain(code))


def test_call_status(call: TestCallView) -> Label:
    """The chip of a test call."""
    return _TEST_CALL.get(call.status, Label(plain(call.status), "mid"))


def language_name(tag: str) -> str:
    """A BCP 47 tag in words, itself when we have none."""
    return _LANGUAGE_NAMES.get(tag, tag)


def setting_name(name: str) -> str:
    """A setting of a job as its form calls it."""
    return NAMES.get(name, plain(name))


def part_name(name: str) -> str:
    """A part of a question as its form calls it."""
    return PARTS.get(name, plain(name))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "job_status": job_status, "questions_status": questions_status, "check_status": check_status,
    "source_words": source, "test_call_status": test_call_status, "language_name": language_name,
    "setting_name": setting_name, "part_name": part_name,
}  # fmt: skip
