"""Keys as the API takes and shows them."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from db.models import Scope
from ivr.api.schemas.base import Body, ExternalId, Metadata, Name
from ivr.services.organisations import OrganisationView


class ApiKeyIn(Body):
    """A key for a program; without ``expires_at`` it is good until it is revoked."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=4)]
    expires_at: AwareDatetime | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)


class RotateIn(Body):
    """For how many hours the secret before stays good; 0 ends it at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24


class KeyShown(BaseModel):
    """The key that asks."""

    id: str
    name: str
    scopes: tuple[str, ...]


class MeShown(BaseModel):
    """Who asks."""

    organisation: OrganisationView
    key: KeyShown
