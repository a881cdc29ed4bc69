"""People with an account: invited, given a role, deactivated, helped to a new password."""

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.people import PasswordLinkIn, UserIn, UserPatchIn, UserQuery
from ivr.services.drafts import Paged
from ivr.services.users import InvitedUserView, PasswordLinkView, UserView

table = Table("People")
_ONE = "/users/{user_id}"


@table.on("GET", "/users", Scope.ADMIN, "List people", query=UserQuery, answer=UserView, is_list=True)
def list_users(asked: Asked[Nothing, UserQuery]) -> Paged[UserView]:
    return asked.services.users.list(asked.organisation_id, asked.query.filters(), asked.query.page())


@table.on(
    "POST", "/users", Scope.ADMIN, "Invite somebody; the link is shown in this answer only, and sent if asked",
    body=UserIn, answer=InvitedUserView, codes=("user_exists", "external_id_exists", "channel_unavailable"),
)  # fmt: skip
def invite_user(asked: Asked[UserIn, NoQuery]) -> InvitedUserView:
    return asked.services.users.invite(asked.actor, asked.body.draft())


@table.on("GET", _ONE, Scope.ADMIN, "Read an account", answer=UserView)
def get_user(asked: Asked[Nothing, NoQuery]) -> UserView:
    return asked.services.users.get(asked.organisation_id, asked.ids["user_id"])


@table.on(
    "PATCH", _ONE, Scope.ADMIN, "Change an account; another role ends its sessions",
    body=UserPatchIn, answer=UserView, codes=("last_admin", "external_id_exists"),
)  # fmt: skip
def change_user(asked: Asked[UserPatchIn, NoQuery]) -> UserView:
    return asked.services.users.change(asked.actor, asked.ids["user_id"], asked.body.patch())


@table.on(
    "DELETE", _ONE, Scope.ADMIN, "Deactivate an account: its sessions end; what its user did stays on record",
    status=204, codes=("last_admin",),
)  # fmt: skip
def deactivate_user(asked: Asked[Nothing, NoQuery]) -> None:
    asked.services.users.deactivate(asked.actor, asked.ids["user_id"])


@table.on(
    "POST", _ONE + "/reset", Scope.ADMIN,
    "Make a link by which the user chooses a new password, shown in this answer only, and send it if asked",
    body=PasswordLinkIn, answer=PasswordLinkView, codes=("user_deactivated", "channel_unavailable"),
)  # fmt: skip
def reset_user(asked: Asked[PasswordLinkIn, NoQuery]) -> PasswordLinkView:
    return asked.services.users.password_link(
        asked.actor, asked.ids["user_id"], by_email=asked.body.send == "email"
    )
