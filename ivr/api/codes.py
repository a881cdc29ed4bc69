"""The API's table of error codes: the status and title of each, the same for every endpoint."""

CODES: dict[str, tuple[int, str]] = {
    # the request itself
    "bad_request": (400, "The request cannot be read"),
    "invalid_json": (400, "The body is not JSON"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "This method is not possible here"),
    "not_acceptable": (406, "Not available in this form"),
    "too_large": (413, "Too large"),
    "unsupported_media_type": (415, "Unsupported content type"),
    "range_not_satisfiable": (416, "The range lies outside of the file"),
    "invalid_fields": (422, "Some fields are not valid"),
    "invalid_cursor": (422, "The cursor is not valid"),
    "rate_limited": (429, "Too many requests"),
    "internal_error": (500, "Something went wrong on our side"),
    "unavailable": (503, "Not available just now"),
    # who asks
    "key_missing": (401, "An API key is needed"),
    "key_invalid": (401, "The API key is not valid"),
    "login_failed": (401, "The login failed"),
    "login_link_invalid": (401, "The login link is not valid"),
    "sso_failed": (401, "Single sign-on did not confirm it"),
    "sso_email_unverified": (401, "The e-mail address is not confirmed"),
    "sso_unknown_person": (401, "There is no such account"),
    "sso_deactivated": (401, "The account is deactivated"),
    "sso_unavailable": (503, "Single sign-on cannot be reached"),
    "scope_missing": (403, "The key may not do this"),
    "key_from_environment": (409, "The key comes from the environment"),
    "key_revoked": (409, "The key is revoked"),
    "user_exists": (409, "The account exists"),
    "user_deactivated": (409, "The account is deactivated"),
    "last_admin": (409, "The last administrator stays"),
    "organisation_exists": (409, "The organisation exists"),
    "consent_text_exists": (409, "The version has other words"),
    "colour_contrast": (422, "The colour has too little contrast"),
    "logo_too_large": (422, "The logo is too large"),
    "password_too_short": (422, "The password is too short"),
    # repeats
    "idempotency_conflict": (409, "The Idempotency-Key was used for something else"),
    "idempotency_in_progress": (409, "The first request is still running"),
    # files
    "empty_file": (422, "The file is empty"),
    "unsupported_type": (422, "The file is of a kind that cannot be read"),
    "encrypted": (422, "The file is encrypted"),
    "corrupt": (422, "The file is damaged"),
    "no_text": (422, "The file has no text"),
    "too_slow": (422, "The file takes too long to read"),
    "csv_unreadable": (422, "The CSV file cannot be read"),
    "csv_no_column": (422, "The CSV file lacks a column"),
    # jobs and questions
    "external_id_exists": (409, "The external_id is taken"),
    "job_closed": (409, "The job is closed"),
    "questions_generating": (409, "The questions are being written"),
    "questions_being_checked": (409, "The questions are being checked"),
    "questions_unchecked": (409, "The questions have not been checked"),
    "questions_not_ready": (409, "The questions are not ready"),
    "questions_not_approved": (409, "The questions are not approved"),
    "questions_invalid": (422, "The questions cannot be asked like this"),
    "rubric_invalid": (422, "The rubric cannot be used like this"),
    "wishes_conflict": (422, "The wishes for the questions contradict each other"),
    "speech_unavailable": (503, "Questions cannot be heard just now"),
    "description_missing": (422, "The job needs a description"),
    # candidates
    "candidate_exists": (409, "A candidate with this number exists"),
    "consent_missing": (422, "Consent is missing"),
    # the gate
    "not_whitelisted": (422, "The number may not be called"),
    "number_invalid": (422, "The number is not valid"),
    "number_class": (422, "Numbers of this kind are never called"),
    "opted_out": (422, "The person does not want to be called"),
    "no_consent": (422, "There is no consent on file"),
    "outside_calling_hours": (422, "The time lies outside of the calling hours"),
    "attempts_exhausted": (409, "All attempts are used up"),
    "cooling_down": (409, "The last call was a short while ago"),
    "daily_limit": (409, "Today's calls are used up"),
    "line_busy": (409, "All lines are busy"),
    "budget_exceeded": (409, "The budget is used up"),
    "circuit_open": (409, "Dialling is paused after failures"),
    "stopped": (409, "The stop switch is set"),
    # outgoing webhooks and live events
    "webhook_url_refused": (422, "The address cannot be used"),
    "too_many_endpoints": (409, "There are too many webhook endpoints"),
    "too_many_streams": (429, "There are too many live streams"),
    "streams_busy": (503, "All live streams are taken"),
    "endpoint_disabled": (409, "The webhook endpoint is disabled"),
    # interviews
    "interview_exists": (409, "There is an open interview"),
    "no_practice_questions": (409, "There is nothing to practise with"),
    "practice_is_private": (409, "Practice is the candidate's own"),
    "too_few_answers": (409, "There are too few answers"),
    "role_too_low": (403, "The role may not do this"),
    "job_changed": (409, "The job was changed meanwhile"),
    "questions_changed": (409, "The questions were changed meanwhile"),
    "ends_itself": (409, "It ends by itself"),
    "too_late": (409, "Somebody was quicker"),
    "too_many": (422, "Too many at once"),
    "not_ready": (409, "Not ready yet"),
    "not_reviewed": (409, "A person has to decide first"),
    "feedback_invalid": (422, "The feedback cannot be told like this"),
    "feedback_outdated": (409, "The feedback is about older ratings"),
    "feedback_released": (409, "The feedback is released"),
    "channel_unavailable": (409, "It cannot be sent this way"),
    "wrong_status": (409, "Not possible in this status"),
    "no_audio": (404, "There is no audio"),
    "words_deleted": (409, "What was said is deleted"),
}  # fmt: skip


def title_of(code: str) -> str:
    """The title of a code; codes that are in no table get a plain one."""
    return CODES.get(code, (0, "The request was refused"))[1]


def status_of(code: str, otherwise: int) -> int:
    """The status of a code, or ``otherwise``."""
    return CODES.get(code, (otherwise, ""))[0]
