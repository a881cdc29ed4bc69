"""What each role may do: one table for every page that people see."""

from enum import StrEnum

from db.models import Role


class Permission(StrEnum):
    """Something that a person may do."""

    # read jobs, candidates, interviews, results and statistics
    VIEW = "view"
    # decide over results, correct and rate answers, confirm requirements
    REVIEW = "review"
    # enter and change jobs, candidates, interviews and campaigns, and have people called
    RECRUIT = "recruit"
    # people, keys, the organisation's settings, the record
    ADMINISTER = "administer"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.VIEW}),
    Role.REVIEWER: frozenset({Permission.VIEW, Permission.REVIEW}),
    Role.RECRUITER: frozenset({Permission.VIEW, Permission.REVIEW, Permission.RECRUIT}),
    Role.ADMIN: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody with this role may do that."""
    return permission in PERMISSIONS[role]
