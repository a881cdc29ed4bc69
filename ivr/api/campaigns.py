"""Campaigns: many people called for one job, at a pace."""

from flask import Response

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.requests import CSV_LIMIT
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.campaigns import CampaignIn, CampaignQuery, DryRunQuery
from ivr.http import attachment
from ivr.services.campaign_views import CampaignPlanView, CampaignView
from ivr.services.drafts import Paged

table = Table("Campaigns")
_ONE = "/campaigns/{campaign_id}"
_FILE_CODES = ("empty_file", "csv_unreadable", "csv_no_column")


@table.on(
    "POST", "/campaigns", Scope.CALL, "Call many people, or with dry_run see when each would be called or why not",
    body=CampaignIn, query=DryRunQuery, file_field="csv", body_limit=CSV_LIMIT, limit_bucket="campaigns",
    answer=CampaignView, dry_answer=CampaignPlanView,
    codes=("questions_not_approved", "job_closed", "external_id_exists", *_FILE_CODES),
)  # fmt: skip
def create_campaign(asked: Asked[CampaignIn, DryRunQuery]) -> CampaignView | CampaignPlanView:
    draft = asked.body.draft(asked.upload)
    if asked.query.dry_run:
        return asked.services.campaigns.plan(asked.organisation_id, draft)
    return asked.services.campaigns.create(asked.actor, draft)


@table.on("GET", "/campaigns", Scope.READ, "List campaigns", query=CampaignQuery, answer=CampaignView, is_list=True)
def list_campaigns(asked: Asked[Nothing, CampaignQuery]) -> Paged[CampaignView]:
    return asked.services.campaigns.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on("GET", _ONE, Scope.READ, "See how far a campaign is", answer=CampaignView)
def get_campaign(asked: Asked[Nothing, NoQuery]) -> CampaignView:
    return asked.services.campaigns.get(asked.organisation_id, asked.ids["campaign_id"])


@table.on(
    "POST", _ONE + "/pause", Scope.CALL, "Dial nobody else until it is resumed; calls under way finish",
    body=Nothing, answer=CampaignView, codes=("wrong_status",),
)  # fmt: skip
def pause_campaign(asked: Asked[Nothing, NoQuery]) -> CampaignView:
    return asked.services.campaigns.pause(asked.actor, asked.ids["campaign_id"])


@table.on(
    "POST", _ONE + "/resume", Scope.CALL, "Go on dialling", body=Nothing, answer=CampaignView, codes=("wrong_status",)
)
def resume_campaign(asked: Asked[Nothing, NoQuery]) -> CampaignView:
    return asked.services.campaigns.resume(asked.actor, asked.ids["campaign_id"])


@table.on(
    "POST", _ONE + "/cancel", Scope.CALL, "Dial nobody else, for good; calls under way finish",
    body=Nothing, answer=CampaignView,
)  # fmt: skip
def cancel_campaign(asked: Asked[Nothing, NoQuery]) -> CampaignView:
    return asked.services.campaigns.cancel(asked.actor, asked.ids["campaign_id"])


@table.on("GET", _ONE + "/results.csv", Scope.READ, "Download everybody and what came of the call", media=("text/csv",))
def get_campaign_results(asked: Asked[Nothing, NoQuery]) -> Response:
    sheet = asked.services.campaigns.results_csv(
        asked.organisation_id, asked.ids["campaign_id"], with_numbers=Scope.WRITE in asked.key.scopes,
        seen_by=asked.actor,
    )  # fmt: skip
    # with a byte order mark, or a spreadsheet takes the names for Windows-1252
    return attachment(sheet.encode("utf-8-sig"), "text/csv; charset=utf-8", "results.csv")
