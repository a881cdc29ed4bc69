"""How a service says no: each carries a stable code and a sentence, and each door words it for its own readers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field of what was sent."""

    field: str
    code: str
    message: str


class ServiceError(Exception):
    """``code`` is a stable snake_case word, ``sentence`` says what is wrong, ``hint`` what to do next."""

    def __init__(self, code: str, sentence: str, hint: str = "", *, extra: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.hint = hint
        self.extra = extra or {}


class NotFound(ServiceError):
    """No such thing in this organisation."""

    def __init__(self, what: str) -> None:
        hint = "Check the id; it may belong to another organisation."
        super().__init__("not_found", f"There is no such {what}.", hint)


class Invalid(ServiceError):
    """What was sent cannot be accepted as it is."""

    def __init__(
        self, code: str, sentence: str, hint: str = "", *, problems: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(code, sentence, hint)
        self.problems = tuple(problems)


class Conflict(ServiceError):
    """It would be right at another moment or in another state."""


class Refused(ServiceError):
    """The gate says this person may not be called (now)."""


class ExternalIdTaken(Conflict):
    """Another object of the kind has this external_id; ``what`` it is in a word ("key")."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "external_id_exists", f"Another {what} has this external_id.", f"Use that {what}, or another external_id."
        )


class NotAllowed(ServiceError):
    """Known, but without the scope or role that this needs."""


class Unauthenticated(ServiceError):
    """Unknown, expired or revoked credentials."""


class WordsDeleted(Conflict):
    """It needs what was said, and that is deleted; ``sentence`` says when and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__("words_deleted", sentence, "Scores and states stay; invite the person anew if you need more.")
