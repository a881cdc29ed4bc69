"""Which edition of a job somebody has read: a word that changes with whatever people write into the job."""

import hashlib
import json

from pydantic_core import to_jsonable_python

from ivr.services.views import JobView

# What moves by itself while somebody edits; what is written about the questions has their version.
_NOT_WRITTEN = (
    "status", "questions_status", "questions_error", "questions_version", "approved_version", "settings_pending",
    "skill_coverage", "simulated",
)  # fmt: skip


def edition_of(job: JobView) -> str:
    """Twelve hexadecimal digits; equal ones mean that nobody has changed the job in between."""
    written = {name: getattr(job, name) for name in JobView.__dataclass_fields__ if name not in _NOT_WRITTEN}
    canonical = json.dumps(to_jsonable_python(written), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
