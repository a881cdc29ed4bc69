"""One trace for each interview, found again without keeping anything: its id is the trace's."""

import hashlib
from uuid import UUID


def trace_id_of(subject_id: str) -> str:
    """The 32 hexadecimal digits of the trace about this subject: those of its UUID, else of its hash."""
    try:
        return UUID(subject_id).hex
    except ValueError:
        return hashlib.sha256(subject_id.encode()).hexdigest()[:32]


def trace_url(template: str, interview_id: str) -> str:
    """Where an interview's trace can be looked at: ``{trace_id}`` in the template is replaced."""
    return template.replace("{trace_id}", trace_id_of(interview_id))
