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
    "dashboard.save_view": Permission.VIEW,
    "dashboard.delete_view": Permission.VIEW,
    "dashboard.export_chosen": Permission.VIEW,
    "dashboard.cancel_chosen": Permission.RECRUIT,
    "dashboard.retry_chosen": Permission.RECRUIT,
    "dashboard.live_hang_up": Permission.RECRUIT,
    "dashboard.call_now": Permission.RECRUIT,
    "dashboard.retry": Permission.RECRUIT,
    "dashboard.hang_up": Permission.RECRUIT,
    "dashboard.cancel": Permission.RECRUIT,
    "dashboard.rescore": Permission.REVIEW,
    "dashboard.invite_candidate": Permission.RECRUIT,
    "dashboard.knockout": Permission.REVIEW,
    "dashboard.feedback": Permission.REVIEW,
    "dashboard.rate_blind": Permission.REVIEW,
    "dashboard.begin_round": Permission.RECRUIT,
    "dashboard.new_job": Permission.RECRUIT,
    "dashboard.create_job": Permission.RECRUIT,
    "dashboard.edit_job": Permission.RECRUIT,
    "dashboard.change_job": Permission.RECRUIT,
    "dashboard.job_facts": Permission.RECRUIT,
    "dashboard.change_job_facts": Permission.RECRUIT,
    "dashboard.job_end": Permission.RECRUIT,
    "dashboard.close_job": Permission.RECRUIT,
    "dashboard.erase_job": Permission.RECRUIT,
    "dashboard.approve_job": Permission.RECRUIT,
    "dashboard.generate_questions": Permission.RECRUIT,
    "dashboard.regenerate_question": Permission.RECRUIT,
    "dashboard.test_call": Permission.RECRUIT,
    "dashboard.job_questions": Permission.RECRUIT,
    "dashboard.save_questions": Permission.RECRUIT,
    "dashboard.check_wording": Permission.RECRUIT,
    "dashboard.new_interview": Permission.RECRUIT,
    "dashboard.start_interview": Permission.RECRUIT,
    "dashboard.look_at_interview": Permission.RECRUIT,
    "dashboard.people_to_call": Permission.RECRUIT,
    "dashboard.new_candidate": Permission.RECRUIT,
    "dashboard.create_candidate": Permission.RECRUIT,
    "dashboard.edit_candidate": Permission.RECRUIT,
    "dashboard.change_candidate": Permission.RECRUIT,
    "dashboard.import_page": Permission.RECRUIT,
    "dashboard.import_candidates": Permission.RECRUIT,
    "dashboard.candidate_consent": Permission.RECRUIT,
    "dashboard.candidate_profile": Permission.RECRUIT,
    "dashboard.list_number": Permission.RECRUIT,
    "dashboard.opt_candidate_out": Permission.RECRUIT,
    "dashboard.candidate_link": Permission.RECRUIT,
    "dashboard.candidate_resume": Permission.RECRUIT,
    "dashboard.confirm_erasure": Permission.RECRUIT,
    "dashboard.erase_candidate": Permission.RECRUIT,
    "dashboard.new_campaign": Permission.RECRUIT,
    "dashboard.create_campaign": Permission.RECRUIT,
    "dashboard.steer_campaign": Permission.RECRUIT,
    "dashboard.export_candidate": Permission.ADMINISTER,
    "dashboard.people": Permission.ADMINISTER,
    "dashboard.invite_person": Permission.ADMINISTER,
    "dashboard.change_person": Permission.ADMINISTER,
    "dashboard.person_link": Permission.ADMINISTER,
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
