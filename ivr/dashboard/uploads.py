"""Files in forms: how much each address takes, and a file as services want it."""

from collections.abc import Mapping

from flask import Blueprint, request

from ivr.services.csv_people import MAX_BYTES
from ivr.services.drafts import Upload

_FILE = 11 * 1024 * 1024
# A file of people is sent, or stands in the form as text, where every letter may take three signs on the way.
_PEOPLE = 4 * MAX_BYTES
# Everybody who is chosen for a campaign is a field.
_MOST_FIELDS = 1_200

# Endpoint -> bytes of the whole form, bytes of its fields, number of its fields.
_LIMITS: Mapping[str, tuple[int, int, int]] = {
    "dashboard.create_candidate": (_FILE, 200_000, 100),
    "dashboard.change_candidate": (_FILE, 200_000, 100),
    "dashboard.import_candidates": (_PEOPLE, _PEOPLE, 100),
    "dashboard.create_campaign": (_PEOPLE, _PEOPLE, _MOST_FIELDS),
}


def limit(blueprint: Blueprint) -> None:
    """Tell each form's limits before anybody reads it, the guard that looks for its token too."""

    @blueprint.before_request
    def set_limits() -> None:
        limits = _LIMITS.get(request.endpoint or "")
        if limits is not None:
            request.max_content_length, request.max_form_memory_size, request.max_form_parts = limits


def uploaded(field: str) -> Upload | None:
    """The file of a form, None when none was chosen."""
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    return Upload(file.stream.read(), file.filename[:255])
