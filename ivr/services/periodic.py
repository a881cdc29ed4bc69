"""What a service wants done from time to time, whatever else happens."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Periodic:
    """``call`` is run every ``every_s`` seconds by each worker process, so it must be safe to run twice at once."""

    name: str
    every_s: float
    call: Callable[[], object]
