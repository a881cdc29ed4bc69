"""What candidates ask of a person, as the API takes and shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, ExternalId, Metadata, Note, Prose, Shown
from ivr.services.candidate_requests import RequestDraft, RequestFilters, RequestView

Kind = Literal["human", "contest", "data"]


class CandidateRequestIn(Body):
    """A request that reached somebody by letter, e-mail or telephone; a contest names its interview and answer."""

    kind: Kind
    candidate_id: UUID
    interview_id: UUID | None = None
    answer_id: UUID | None = None
    reason: Prose | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> RequestDraft:
        """The request as the service takes it."""
        return RequestDraft(
            kind=self.kind,
            candidate_id=str(self.candidate_id),
            interview_id=None if self.interview_id is None else str(self.interview_id),
            answer_id=None if self.answer_id is None else str(self.answer_id),
            reason=self.reason,
            external_id=self.external_id,
            metadata=self.metadata,
        )


class ResolutionIn(Body):
    """How a person dealt with a request."""

    note: Note


class CandidateRequestQuery(PageQuery):
    """Which requests to list."""

    kind: Kind | None = None
    status: Literal["open", "resolved"] | None = None
    candidate_id: UUID | None = None
    interview_id: UUID | None = None
    external_id: ExternalId | None = None

    def filters(self) -> RequestFilters:
        """The filters as the service takes them."""
        return RequestFilters(
            kind=self.kind,
            status=self.status,
            candidate_id=None if self.candidate_id is None else str(self.candidate_id),
            interview_id=None if self.interview_id is None else str(self.interview_id),
            external_id=self.external_id,
        )


class CandidateRequestShown(Shown):
    """A request: asked for in a call, behind the candidate's link, or written down by a recruiter (``source``)."""

    id: str
    kind: Kind
    status: Literal["open", "resolved"]
    source: Literal["call", "link", "recruiter"]
    candidate_id: str
    interview_id: str | None
    answer_id: str | None
    reason: Annotated[str | None, Field(description="The candidate's own words.")]
    note: Annotated[str | None, Field(description="How a person dealt with it.")]
    created_at: datetime
    taken_at: Annotated[datetime | None, Field(description="When a person took it into their hands.")]
    taken_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    external_id: str | None
    metadata: Mapping[str, str]

    @classmethod
    def of(cls, view: RequestView) -> "CandidateRequestShown":
        """As shown."""
        return cls.model_construct(**{name: getattr(view, name) for name in cls.model_fields})
