"""Who asks, and what time it is: what every changing use case is told rather than looks up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

Clock = Callable[[], datetime]
ActorKind = Literal["system", "carrier", "key", "user", "candidate"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One asker within one organisation. ``name`` goes into domain events: "key:Demo", "user:anna@example.com".

    ``answering`` is set when the request carried an Idempotency-Key, see ``remember``.
    """

    organisation_id: str
    name: str
    kind: ActorKind
    request_id: str | None = None
    answering: Callable[[Session, Any], None] | None = field(default=None, repr=False, compare=False)

    def remember(self, session: Session, view: object) -> None:
        """Store ``view``, which the method is about to return, as the answer to this request.

        Called as the last thing inside the transaction that has the effect, so that both commit together and a
        repeated request finds the answer instead of doing the work again. Does nothing when nobody asked for it.
        """
        if self.answering is not None:
            self.answering(session, view)


def system_actor(organisation_id: str, request_id: str | None = None) -> Actor:
    """The product itself, acting by its own rules."""
    return Actor(organisation_id, "system", "system", request_id)
