"""What each page asks of a role: one table, read by the guard before any page is made."""

from collections.abc import Mapping

from ivr.services.roles import Permission

# By the endpoint's name. A page that is only read and is not named here asks for VIEW; a form that is not named asks
# for RECRUIT, so that a forgotten line lets too few people in and not too many (a test holds every form to a line).
NEEDS: Mapping[str, Permission] = {
    "dashboard.log_out": Permission.VIEW,
    "dashboard.open_result": Permission.REVIEW,
    "dashboard.review": Permission.REVIEW,
    "dashboard.correct": Permission.REVIEW,
    "dashboard.knockout": Permission.REVIEW,
    "dashboard.feedback": Permission.REVIEW,
    "dashboard.rate_blind": Permission.REVIEW,
    "dashboard.new_request": Permission.REVIEW,
    "dashboard.write_request": Permission.REVIEW,
    "dashboard.take_request": Permission.REVIEW,
    "dashboard.close_request": Permission.REVIEW,
    "dashboard.people": Permission.ADMINISTER,
    "dashboard.invite_person": Permission.ADMINISTER,
    "dashboard.change_person": Permission.ADMINISTER,
    "dashboard.person_link": Permission.ADMINISTER,
    "dashboard.keys": Permission.ADMINISTER,
    "dashboard.make_key": Permission.ADMINISTER,
    "dashboard.rotate_key": Permission.ADMINISTER,
    "dashboard.revoke_key": Permission.ADMINISTER,
    "dashboard.settings": Permission.ADMINISTER,
    "dashboard.see_colour": Permission.ADMINISTER,
    "dashboard.set_name": Permission.ADMINISTER,
    "dashboard.set_logo": Permission.ADMINISTER,
    "dashboard.set_colour": Permission.ADMINISTER,
    "dashboard.set_days": Permission.ADMINISTER,
    "dashboard.set_consent": Permission.ADMINISTER,
    "dashboard.numbers": Permission.RECRUIT,
    "dashboard.list_number": Permission.RECRUIT,
    "dashboard.list_file": Permission.RECRUIT,
    "dashboard.look_up_number": Permission.RECRUIT,
    "dashboard.unlist_number": Permission.RECRUIT,
    "dashboard.opt_outs": Permission.RECRUIT,
    "dashboard.add_opt_out": Permission.RECRUIT,
    "dashboard.remove_opt_out": Permission.ADMINISTER,
    "dashboard.stop_calling": Permission.RECRUIT,
    "dashboard.resume_calling": Permission.ADMINISTER,
    "dashboard.try_again": Permission.RECRUIT,
    "dashboard.verify_record": Permission.ADMINISTER,
    "dashboard.webhook_endpoints": Permission.ADMINISTER,
    "dashboard.webhook_endpoint": Permission.ADMINISTER,
    "dashboard.webhook_delivery": Permission.ADMINISTER,
    "dashboard.make_endpoint": Permission.ADMINISTER,
    "dashboard.change_endpoint": Permission.ADMINISTER,
    "dashboard.switch_endpoint": Permission.ADMINISTER,
    "dashboard.rotate_endpoint_secret": Permission.ADMINISTER,
    "dashboard.test_endpoint": Permission.ADMINISTER,
    "dashboard.delete_endpoint": Permission.ADMINISTER,
    "dashboard.replay_delivery": Permission.ADMINISTER,
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SENTENCES: Mapping[Permission, tuple[str, str]] = {
    Permission.VIEW: ("Your role lets you see nothing here.", "Ask an administrator for another role."),
    Permission.REVIEW: (
        "Your role lets you read results, not decide over them.",
        "Ask an administrator for the role of a reviewer.",
    ),
    Permission.RECRUIT: (
        "Your role lets you read and review, not enter jobs and people or have them called.",
        "Ask an administrator for the role of a recruiter.",
    ),
    Permission.ADMINISTER: ("This is for administrators.", "Ask one of them."),
}


def needed(endpoint: str, method: str) -> Permission:
    """What somebody needs for this request."""
    return NEEDS.get(endpoint, Permission.VIEW if method in _READING else Permission.RECRUIT)


def refusal(permission: Permission) -> tuple[str, str]:
    """What is said to somebody without it: a sentence, and what to do."""
    return _SENTENCES[permission]
