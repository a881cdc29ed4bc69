"""People with an account as the API takes them."""

from typing import Literal

from pydantic import Field

from db.models import Role
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, Email, ExternalId, Metadata, Name, named, unset
from ivr.services.users import UserDraft, UserFilters, UserPatch


class UserIn(Body):
    """Somebody to invite. ``send``: by e-mail as well; the link is in the answer in any case."""

    email: Email
    name: Name
    role: Role
    send: Literal["email"] | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> UserDraft:
        """The person as the service takes it."""
        return UserDraft(
            self.email, self.name, self.role, self.send == "email", self.external_id, self.metadata
        )


class UserPatchIn(Body):
    """Changes to an account; what is not named stays. ``active``: false deactivates it, true takes that back."""

    name: Name = Field(default_factory=unset)
    role: Role = Field(default_factory=unset)
    active: bool = Field(default_factory=unset)
    external_id: ExternalId | None = Field(default_factory=unset)
    metadata: Metadata = Field(default_factory=unset)

    def patch(self) -> UserPatch:
        """The changes as the service takes them."""
        return UserPatch(**named(self))


class PasswordLinkIn(Body):
    """How the link goes to its user, beside the answer."""

    send: Literal["email"] | None = None


class UserQuery(PageQuery):
    """Which people to list."""

    role: Role | None = None
    external_id: ExternalId | None = None

    def filters(self) -> UserFilters:
        """The filters as the service takes them."""
        return UserFilters(self.role, self.external_id)
