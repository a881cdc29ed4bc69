"""Campaigns as the API takes them."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, Country, ExternalId, Metadata, Name, Query
from ivr.api.schemas.candidates import Csv
from ivr.services.drafts import CampaignDraft, CampaignFilters, Upload


class CampaignIn(Body):
    """Whom to call for a job: ``candidate_ids``, or people as the text or the file ``csv``, one of the two."""

    job_id: UUID
    name: Name
    candidate_ids: Annotated[tuple[UUID, ...], Field(max_length=5_000)] = ()
    csv: Csv | None = None
    country: Annotated[Country | None, Field(description="For numbers of csv that name no country.")] = None
    start_at: AwareDatetime | None = None
    calls_per_minute: Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)] | None = None
    max_concurrent: Annotated[int, Field(ge=1, le=1_000)] | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self, upload: Upload | None) -> CampaignDraft:
        """The campaign as the service takes it."""
        return CampaignDraft(
            job_id=str(self.job_id),
            name=self.name,
            candidate_ids=tuple(str(id) for id in self.candidate_ids),
            csv=(self.csv or "").encode() if upload is None else upload.data,
            country=self.country,
            start_at=self.start_at,
            calls_per_minute=self.calls_per_minute,
            max_concurrent=self.max_concurrent,
            external_id=self.external_id,
            metadata=self.metadata,
        )


class DryRunQuery(Query):
    """Whether it is meant."""

    dry_run: Annotated[bool, Field(description="Say what would happen, and change nothing.")] = False


class CampaignQuery(PageQuery):
    """Which campaigns to list."""

    job_id: UUID | None = None
    external_id: ExternalId | None = None

    def filters(self) -> CampaignFilters:
        """The filters as the service takes them."""
        return CampaignFilters(None if self.job_id is None else str(self.job_id), self.external_id)
