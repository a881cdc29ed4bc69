"""The form of a job, new or standing: read into what the service takes, and filled in from what it gives."""

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from interview.question import Difficulty
from interview.question_rules import InterviewType
from ivr.dashboard.job_fields import LONGEST_NAME, LONGEST_TEXT, Fields
from ivr.dashboard.job_settings import form_values, read_settings
from ivr.dashboard.job_words import DIFFICULTIES, INTERVIEW_TYPES, LANGUAGES
from ivr.services.drafts import JobDraft, JobPatch, JobSettings, SayAs, overlay_settings, settings_to_plain
from ivr.services.errors import Invalid
from ivr.services.views import JobView

LEAST_QUESTIONS, MOST_QUESTIONS = 3, 10
MOST_WISHES, MOST_SENTENCES, LONGEST_ID = 30, 10, 255
# What this form has no field for: facts stand on a page of their own, and programs keep their pairs.
_NOT_HERE = ("facts", "metadata")


@dataclass(frozen=True, slots=True)
class ReadForm:
    """``draft`` is None where something cannot be read; ``problems`` by field."""

    draft: JobDraft | None
    problems: dict[str, str]


def blank() -> MultiDict[str, str]:
    """The form of a job that is not there yet."""
    draft = JobDraft(title="")
    pairs = [
        ("language", draft.language), ("question_count", str(draft.question_count)),
        ("interview_type", draft.interview_type.value), ("difficulty", draft.difficulty.value),
    ]  # fmt: skip
    return MultiDict(pairs + form_values(draft.settings))


def filled(job: JobView) -> MultiDict[str, str]:
    """The form of a standing job."""
    pairs = [
        ("title", job.title), ("company", job.company), ("say_as.title", job.say_as.title or ""),
        ("say_as.company", job.say_as.company or ""), ("description", job.description), ("language", job.language),
        ("question_count", str(job.question_count)), ("interview_type", job.interview_type),
        ("difficulty", job.difficulty), ("instructions", job.instructions or ""), ("skills", "\n".join(job.skills)),
        ("stack", "\n".join(job.stack)), ("evaluation_focus", "\n".join(job.evaluation_focus)),
        ("experience_level", job.experience_level or ""), ("must_ask", "\n".join(job.must_ask)),
        ("external_id", job.external_id or ""),
    ]  # fmt: skip
    return MultiDict(pairs + form_values(job.settings))


def read(given: MultiDict[str, str], *, standing: JobView | None = None) -> ReadForm:
    """What was filled in. A ``standing`` job keeps its language if that is in no list of ours, and its rubric."""
    fields = Fields(given)
    languages = [tag for tag, _ in LANGUAGES] + ([standing.language] if standing else [])
    plain = read_settings(fields)
    draft = JobDraft(
        title=fields.line("title", LONGEST_NAME, required=True) or "",
        company=fields.line("company", LONGEST_NAME),
        say_as=SayAs(fields.line("say_as.title"), fields.line("say_as.company")),
        description=fields.prose("description", LONGEST_TEXT),
        language=fields.choice("language", languages, "en-US"),
        question_count=fields.whole("question_count", LEAST_QUESTIONS, MOST_QUESTIONS, JobDraft("").question_count),
        interview_type=InterviewType(fields.choice("interview_type", dict(INTERVIEW_TYPES), "mixed")),
        difficulty=Difficulty(fields.choice("difficulty", dict(DIFFICULTIES), "medium")),
        instructions=fields.prose("instructions"),
        skills=fields.lines("skills", MOST_WISHES),
        stack=fields.lines("stack", MOST_WISHES),
        evaluation_focus=fields.lines("evaluation_focus", MOST_WISHES),
        experience_level=fields.line("experience_level"),
        must_ask=fields.lines("must_ask", MOST_SENTENCES),
        rubric_id=fields.line("rubric_id", 64) if standing is None else None,
        approve=fields.ticked("approve") if standing is None else False,
        external_id=fields.line("external_id", LONGEST_ID),
    )
    if fields.problems:
        return ReadForm(None, fields.problems)
    try:
        return ReadForm(replace(draft, settings=overlay_settings(JobSettings(), plain)), {})
    except Invalid as error:
        return ReadForm(None, problems_of(error))


def patch_of(draft: JobDraft, job: JobView) -> JobPatch:
    """What of the form differs from the job, and nothing else, so that the record says what was changed."""
    changes: dict[str, Any] = {}
    for name in JobPatch.__dataclass_fields__:
        if name in _NOT_HERE or name == "settings":
            continue
        wished = getattr(draft, name)
        if name == "description":
            # A file's text is compared as the form shows it: an untouched one keeps the file.
            wished = job.description if wished == filled_in(job.description) else wished or ""
        if wished != getattr(job, name):
            changes[name] = wished
    before, after = settings_to_plain(job.settings), settings_to_plain(draft.settings)
    settings = {name: value for name, value in after.items() if value != before[name]}
    return JobPatch(**changes, **({"settings": settings} if settings else {}))


def filled_in(description: str) -> str:
    """A description as it comes back from the form when nobody has touched it."""
    return description.replace("\r\n", "\n").strip()


def is_empty(patch: JobPatch) -> bool:
    """Whether it changes nothing."""
    return patch == JobPatch()


def problems_of(error: Invalid) -> dict[str, str]:
    """What a service found wrong, by the form's field: an entry of a list at the list's own."""
    found: dict[str, str] = {}
    for problem in error.problems:
        field = ".".join(part for part in problem.field.split(".") if not part.isdigit())
        found[field] = f"{found[field]} {problem.message}" if field in found else problem.message
    return found
