"""Jobs and their questions."""

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.jobs import (
    ApproveIn,
    EraseQuery,
    GenerateIn,
    JobIn,
    JobPatchIn,
    JobQuery,
    QuestionSetShown,
    QuestionsIn,
    QuestionsQuery,
    TestCallIn,
)
from ivr.api.schemas.statistics import ComparisonQuery
from ivr.http import attachment, ranged
from ivr.services.comparisons import ComparisonView
from ivr.services.drafts import Paged
from ivr.services.erasures import ErasureView
from ivr.services.hearing import ToCome
from ivr.services.test_calls import TestCallView
from ivr.services.views import JobView, QuestionSetView

table = Table("Jobs")
# The gate's, but for what only concerns candidates.
_TEST_CALL_CODES = (
    "not_whitelisted", "number_invalid", "number_class", "opted_out", "outside_calling_hours", "daily_limit",
    "line_busy", "budget_exceeded", "circuit_open", "stopped",
)  # fmt: skip
_FILE_CODES = ("empty_file", "unsupported_type", "encrypted", "corrupt", "no_text", "too_large", "too_slow")


@table.on(
    "POST", "/jobs", Scope.WRITE, "Create a job; its questions are written in the background",
    body=JobIn, file_field="file", answer=JobView,
    codes=("description_missing", "wishes_conflict", "external_id_exists", *_FILE_CODES),
)  # fmt: skip
def create_job(asked: Asked[JobIn, NoQuery]) -> JobView:
    return asked.services.jobs.create(asked.actor, asked.body.draft(), asked.upload)


@table.on("GET", "/jobs", Scope.READ, "List jobs", query=JobQuery, answer=JobView, is_list=True)
def list_jobs(asked: Asked[Nothing, JobQuery]) -> Paged[JobView]:
    return asked.services.jobs.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on("GET", "/jobs/{job_id}", Scope.READ, "Read a job", answer=JobView)
def get_job(asked: Asked[Nothing, NoQuery]) -> JobView:
    return asked.services.jobs.get(asked.organisation_id, asked.ids["job_id"])


@table.on(
    "PATCH", "/jobs/{job_id}", Scope.WRITE, "Change a job",
    body=JobPatchIn, answer=JobView, codes=("job_closed", "external_id_exists", "wishes_conflict"),
)  # fmt: skip
def change_job(asked: Asked[JobPatchIn, NoQuery]) -> JobView:
    return asked.services.jobs.patch(asked.actor, asked.ids["job_id"], asked.body.patch())


@table.on(
    "DELETE", "/jobs/{job_id}", Scope.WRITE,
    "Close a job (200): nobody is invited to it any more; with erase what was said in its interviews is deleted (202)",
    query=EraseQuery, answer=ErasureView, status=202, dry_answer=JobView,
)  # fmt: skip
def close_job(asked: Asked[Nothing, EraseQuery]) -> JobView | ErasureView:
    if asked.query.erase:
        return asked.services.job_erasures.request(asked.actor, asked.ids["job_id"])
    return asked.services.jobs.close(asked.actor, asked.ids["job_id"])


@table.on(
    "GET", "/jobs/{job_id}/description", Scope.READ, "Download the job description as it was sent",
    media=("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text/plain"),
)  # fmt: skip
def get_job_description(asked: Asked[Nothing, NoQuery]) -> Response:
    file = asked.services.jobs.description(asked.organisation_id, asked.ids["job_id"])
    return attachment(file.data, file.content_type, file.filename)


@table.on(
    "GET", "/jobs/{job_id}/questions", Scope.READ, "Read the newest version of the questions, or an older one",
    query=QuestionsQuery, answer=QuestionSetShown, of=QuestionSetView, shows=QuestionSetShown.of,
    codes=("questions_not_ready",),
)  # fmt: skip
def get_questions(asked: Asked[Nothing, QuestionsQuery]) -> QuestionSetView:
    return asked.services.jobs.questions(asked.organisation_id, asked.ids["job_id"], asked.query.version)


@table.on(
    "GET", "/jobs/{job_id}/comparison", Scope.READ, "Compare what candidates said to the same question",
    query=ComparisonQuery, answer=ComparisonView, codes=("questions_not_approved",),
)  # fmt: skip
def compare_answers(asked: Asked[Nothing, ComparisonQuery]) -> ComparisonView:
    query = asked.query
    return asked.services.comparisons.compare(
        asked.actor, asked.ids["job_id"], query.question_id, version=query.version,
        include_simulated=query.include_simulated,
    )  # fmt: skip


@table.on(
    "PUT", "/jobs/{job_id}/questions", Scope.WRITE, "Write the next version of the questions yourself",
    body=QuestionsIn, answer=QuestionSetShown, of=QuestionSetView, shows=QuestionSetShown.of,
    codes=("questions_invalid", "job_closed"),
)  # fmt: skip
def replace_questions(asked: Asked[QuestionsIn, NoQuery]) -> QuestionSetView:
    return asked.services.jobs.replace_questions(asked.actor, asked.ids["job_id"], asked.body.edits())


@table.on(
    "POST", "/jobs/{job_id}/questions/generate", Scope.WRITE, "Have the questions written again, or take the bank's",
    body=GenerateIn, answer=JobView, status=202, codes=("questions_generating", "job_closed"),
)  # fmt: skip
def generate_questions(asked: Asked[GenerateIn, NoQuery]) -> JobView:
    return asked.services.jobs.generate(asked.actor, asked.ids["job_id"], asked.body.source)


@table.on(
    "POST", "/jobs/{job_id}/questions/approve", Scope.WRITE, "Approve the newest version: it is frozen, the job opens",
    body=ApproveIn, answer=JobView,
    codes=(
        "questions_not_ready", "questions_generating", "questions_being_checked", "questions_unchecked",
        "questions_invalid", "job_closed",
    ),
)  # fmt: skip
def approve_questions(asked: Asked[ApproveIn, NoQuery]) -> JobView:
    return asked.services.jobs.approve(
        asked.actor, asked.ids["job_id"], without_model_check=asked.body.without_model_check
    )


@table.on(
    "POST", "/jobs/{job_id}/questions/{question_id}/regenerate", Scope.WRITE, "Have one question written anew",
    body=Nothing, answer=JobView, status=202, codes=("questions_generating", "questions_not_ready", "job_closed"),
)  # fmt: skip
def regenerate_question(asked: Asked[Nothing, NoQuery]) -> JobView:
    return asked.services.jobs.regenerate_question(asked.actor, asked.ids["job_id"], asked.ids["question_id"])


@table.on(
    "GET", "/jobs/{job_id}/questions/{question_id}/audio", Scope.READ,
    "Hear a question; 202 with Retry-After while its sound is being made",
    media=("audio/wav",), is_made_later=True, codes=("speech_unavailable", "range_not_satisfiable"),
)  # fmt: skip
def hear_question(asked: Asked[Nothing, NoQuery]) -> Response:
    hearing = asked.services.hearing
    audio = hearing.question(asked.actor, asked.ids["job_id"], asked.ids["question_id"])
    if isinstance(audio, ToCome):
        return Response(status=202, headers={"Retry-After": str(audio.retry_after_s), "Cache-Control": "no-store"})
    return ranged(
        audio.size, audio.content_type, audio.filename, audio.key, lambda start, end: hearing.read(audio, start, end)
    )


@table.on(
    "POST", "/jobs/{job_id}/test-call", Scope.CALL, "Have the newest questions read to your own telephone",
    body=TestCallIn, answer=TestCallView, status=202, limit_bucket="interviews",
    codes=("questions_not_ready", *_TEST_CALL_CODES),
)  # fmt: skip
def start_test_call(asked: Asked[TestCallIn, NoQuery]) -> TestCallView:
    return asked.services.test_calls.start(asked.actor, asked.ids["job_id"], asked.body.phone)


@table.on(
    "GET", "/jobs/{job_id}/test-calls", Scope.READ, "See what became of the newest test calls",
    query=PageQuery, answer=TestCallView, is_list=True,
)  # fmt: skip
def list_test_calls(asked: Asked[Nothing, PageQuery]) -> Paged[TestCallView]:
    return asked.services.test_calls.list(asked.organisation_id, asked.ids["job_id"], asked.query.page())
