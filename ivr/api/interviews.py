"""Interviews: invite, follow, hear, correct, decide."""

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.interviews import (
    AnswerPatchIn,
    FeedbackIn,
    InterviewExportQuery,
    InterviewQuery,
    InterviewRow,
    InterviewShown,
    InviteIn,
    KnockoutIn,
    LinkIn,
    ReviewIn,
)
from ivr.http import attachment, in_parts, json_array, ranged, streamed
from ivr.services.drafts import Paged
from ivr.services.feedback_views import FeedbackView
from ivr.services.interview_exports import masked
from ivr.services.invitations import InvitationView
from ivr.services.report_views import ReportView
from ivr.services.views import EventView, InterviewView, PeaksView, ResultView, ReviewView

table = Table("Interviews")
_ONE = "/interviews/{interview_id}"
_ANSWER = _ONE + "/answers/{answer_id}"
_GATE = (
    "not_whitelisted", "number_invalid", "number_class", "opted_out", "no_consent", "outside_calling_hours",
    "questions_not_approved", "interview_exists", "attempts_exhausted", "budget_exceeded", "stopped",
)  # fmt: skip

# There is none yet, or it is the candidate's own.
_OF_RESULT = ("not_ready", "practice_is_private")
# Whom we may not write to.
_WRITING = ("not_whitelisted", "number_invalid", "number_class", "opted_out", "no_consent", "stopped")


@table.on(
    "POST", "/interviews", Scope.CALL, "Invite a candidate: they are called as soon as the rules allow",
    body=InviteIn, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of, limit_bucket="interviews",
    codes=(*_GATE, "external_id_exists", "no_practice_questions"),
)  # fmt: skip
def create_interview(asked: Asked[InviteIn, NoQuery]) -> InterviewView:
    return asked.services.interviews.invite(asked.actor, asked.body.draft())


@table.on(
    "GET", "/interviews", Scope.READ, "List interviews",
    query=InterviewQuery, answer=InterviewRow, of=InterviewView, shows=InterviewRow.of, is_list=True,
)  # fmt: skip
def list_interviews(asked: Asked[Nothing, InterviewQuery]) -> Paged[InterviewView]:
    return asked.services.interviews.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on(
    "GET", "/interviews/export", Scope.READ, "Download all interviews that the filters let through, as CSV or JSON",
    query=InterviewExportQuery, media=("text/csv", "application/json"),
)  # fmt: skip
def export_interviews(asked: Asked[Nothing, InterviewExportQuery]) -> Response:
    exports, with_numbers = asked.services.interview_exports, Scope.WRITE in asked.key.scopes
    views = exports.rows(asked.organisation_id, asked.query.filters())
    if asked.query.format == "csv":
        return streamed(exports.table(views, with_numbers=with_numbers), "text/csv; charset=utf-8", "interviews.csv")
    rows = (InterviewRow.of(view if with_numbers else masked(view)).model_dump_json() for view in views)
    return streamed(json_array(rows), "application/json", "interviews.json")


@table.on(
    "GET", _ONE + "/audio.zip", Scope.READ, "Download the sound of all answers", media=("application/zip",),
    codes=("no_audio",),
)  # fmt: skip
def get_interview_audio(asked: Asked[Nothing, NoQuery]) -> Response:
    made = asked.services.interview_exports.audio(asked.actor, asked.ids["interview_id"])
    return in_parts(made.parts(), made.size, "application/zip", f"interview-{asked.ids['interview_id']}.zip")


@table.on(
    "GET", _ONE, Scope.READ, "Read an interview with its calls, answers, result and timeline",
    answer=InterviewShown, of=InterviewView, shows=InterviewShown.of,
)  # fmt: skip
def get_interview(asked: Asked[Nothing, NoQuery]) -> InterviewView:
    return asked.services.interviews.get(asked.organisation_id, asked.ids["interview_id"], asked.actor)


@table.on(
    "POST", _ONE + "/cancel", Scope.CALL, "Cancel an interview",
    body=Nothing, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of, codes=("wrong_status",),
)  # fmt: skip
def cancel_interview(asked: Asked[Nothing, NoQuery]) -> InterviewView:
    return asked.services.interviews.cancel(asked.actor, asked.ids["interview_id"])


@table.on(
    "POST", _ONE + "/retry", Scope.CALL, "Try again to reach somebody who was not reached",
    body=Nothing, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of, codes=("wrong_status", *_GATE),
)  # fmt: skip
def retry_interview(asked: Asked[Nothing, NoQuery]) -> InterviewView:
    return asked.services.interviews.retry(asked.actor, asked.ids["interview_id"])


@table.on(
    "POST", _ONE + "/call-now", Scope.CALL, "Call now instead of at the time that was set",
    body=Nothing, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of, codes=("wrong_status", *_GATE),
)  # fmt: skip
def call_now(asked: Asked[Nothing, NoQuery]) -> InterviewView:
    return asked.services.interviews.call_now(asked.actor, asked.ids["interview_id"])


@table.on(
    "POST", _ONE + "/hang-up", Scope.CALL, "End the call politely at the next turn",
    body=Nothing, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of, codes=("wrong_status",),
)  # fmt: skip
def hang_up(asked: Asked[Nothing, NoQuery]) -> InterviewView:
    return asked.services.interviews.hang_up(asked.actor, asked.ids["interview_id"])


@table.on(
    "POST", _ONE + "/invite", Scope.CALL, "Make a link for the candidate, shown this once, and send it if asked",
    body=LinkIn, answer=InvitationView, status=201, codes=("wrong_status", "channel_unavailable", *_WRITING),
)  # fmt: skip
def invite_candidate(asked: Asked[LinkIn, NoQuery]) -> InvitationView:
    return asked.services.invitations.invite(asked.actor, asked.ids["interview_id"], asked.body.draft())


@table.on("GET", _ONE + "/result", Scope.READ, "Read the result", answer=ResultView, codes=_OF_RESULT)
def get_result(asked: Asked[Nothing, NoQuery]) -> ResultView:
    return asked.services.interviews.result(asked.organisation_id, asked.ids["interview_id"], asked.actor)


@table.on(
    "GET", _ONE + "/report.json", Scope.READ, "Read the scorecard as data", answer=ReportView, codes=_OF_RESULT,
)  # fmt: skip
def get_report(asked: Asked[Nothing, NoQuery]) -> ReportView:
    return asked.services.reports.report(asked.organisation_id, asked.ids["interview_id"], asked.actor)


@table.on(
    "GET", _ONE + "/scorecard.pdf", Scope.READ, "Read the scorecard as PDF, made from report.json",
    media=("application/pdf",), codes=(*_OF_RESULT, "unavailable"),
)  # fmt: skip
def get_scorecard(asked: Asked[Nothing, NoQuery]) -> Response:
    made = asked.services.reports.scorecard(asked.organisation_id, asked.ids["interview_id"], asked.actor)
    return attachment(made.data, made.content_type, made.filename)


@table.on("GET", _ONE + "/events", Scope.READ, "Read the timeline", query=PageQuery, answer=EventView, is_list=True)
def list_interview_events(asked: Asked[Nothing, PageQuery]) -> Paged[EventView]:
    return asked.services.interviews.events(
        asked.organisation_id, asked.ids["interview_id"], asked.query.page()
    )


@table.on(
    "GET", _ANSWER + "/audio", Scope.READ, "Hear an answer; Range is understood",
    media=("audio/wav", "audio/mpeg"), codes=("no_audio", "practice_is_private", "range_not_satisfiable"),
)  # fmt: skip
def get_audio(asked: Asked[Nothing, NoQuery]) -> Response:
    interviews = asked.services.interviews
    audio = interviews.audio(
        asked.organisation_id, asked.ids["interview_id"], asked.ids["answer_id"], asked.actor
    )
    return ranged(
        audio.size, audio.content_type, audio.filename, audio.key,
        lambda start, end: interviews.read_audio(audio, start, end),
    )  # fmt: skip


@table.on(
    "GET", _ANSWER + "/peaks", Scope.READ, "See the waveform", answer=PeaksView,
    codes=("no_audio", "practice_is_private"),
)  # fmt: skip
def get_peaks(asked: Asked[Nothing, NoQuery]) -> PeaksView:
    return asked.services.interviews.peaks(
        asked.organisation_id, asked.ids["interview_id"], asked.ids["answer_id"]
    )


@table.on(
    "PATCH", _ANSWER, Scope.WRITE, "Correct a transcript, which is then scored anew, or leave feedback",
    body=AnswerPatchIn, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of,
    codes=("wrong_status", "practice_is_private"),
)  # fmt: skip
def change_answer(asked: Asked[AnswerPatchIn, NoQuery]) -> InterviewView:
    return asked.services.interviews.patch_answer(
        asked.actor, asked.ids["interview_id"], asked.ids["answer_id"], asked.body.patch()
    )


@table.on(
    "POST", _ANSWER + "/knockout", Scope.WRITE, "Confirm whether a requirement is met",
    body=KnockoutIn, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of,
    codes=("wrong_status", "practice_is_private"),
)  # fmt: skip
def confirm_knockout(asked: Asked[KnockoutIn, NoQuery]) -> InterviewView:
    return asked.services.interviews.confirm_knockout(
        asked.actor, asked.ids["interview_id"], asked.ids["answer_id"], asked.body.draft()
    )


@table.on(
    "POST", _ONE + "/rescore", Scope.WRITE, "Score anew; the score set before stays",
    body=Nothing, answer=InterviewShown, of=InterviewView, shows=InterviewShown.of, status=202,
    codes=("wrong_status",),
)  # fmt: skip
def rescore_interview(asked: Asked[Nothing, NoQuery]) -> InterviewView:
    return asked.services.interviews.rescore(asked.actor, asked.ids["interview_id"])


@table.on(
    "POST", _ONE + "/reviews", Scope.WRITE, "Decide as a person; both decisions are kept",
    body=ReviewIn, answer=ReviewView, status=201, codes=("wrong_status", "external_id_exists", *_OF_RESULT),
)  # fmt: skip
def create_review(asked: Asked[ReviewIn, NoQuery]) -> ReviewView:
    return asked.services.interviews.review(asked.actor, asked.ids["interview_id"], asked.body.draft())


@table.on(
    "GET", _ONE + "/feedback", Scope.READ, "Read the feedback sheet as it stands", answer=FeedbackView,
    codes=("practice_is_private",),
)  # fmt: skip
def get_feedback(asked: Asked[Nothing, NoQuery]) -> FeedbackView:
    return asked.services.feedback.get(asked.organisation_id, asked.ids["interview_id"])


@table.on(
    "POST", _ONE + "/feedback", Scope.WRITE,
    "Release the feedback sheet to the candidate, once; with release false keep new texts, or have it drafted",
    body=FeedbackIn, answer=FeedbackView,
    codes=(
        "not_ready", "not_reviewed", "feedback_invalid", "feedback_outdated", "feedback_released", "words_deleted",
        "practice_is_private",
    ),
)  # fmt: skip
def write_feedback(asked: Asked[FeedbackIn, NoQuery]) -> FeedbackView:
    return asked.services.feedback.write(asked.actor, asked.ids["interview_id"], asked.body.draft())
