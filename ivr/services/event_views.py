"""Events as people see them, of an interview or of the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened, for the timeline."""

    id: str
    type: str
    at: datetime
    actor: str
    subject_kind: str
    subject_id: str
    data: Mapping[str, Any]
    request_id: str | None
