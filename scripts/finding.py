"""What a try of one outside piece has found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What one piece is like. ``trouble`` and ``remedy`` are empty when it is fine; ``note`` is worth knowing then."""

    piece: str
    note: str = ""
    trouble: str = ""
    remedy: str = ""

    @property
    def is_fine(self) -> bool:
        return not self.trouble

    def line(self) -> str:
        """The one line about it."""
        told = self.note if self.is_fine else f"{self.trouble} -> {self.remedy}"
        return f"{'ok' if self.is_fine else 'WRONG':<6} {self.piece:<15} {told}".rstrip()
