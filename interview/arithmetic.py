"""The arithmetic of scores (assessment J14): ours, exact, and in one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from interview.question import Dimension


@dataclass(frozen=True, slots=True)
class Weights:
    """What each dimension counts; content is at least 50 and at least half of the whole."""

    content: float = 50.0
    communication: float = 30.0
    behavioral: float = 20.0

    def __post_init__(self) -> None:
        if min(self.content, self.communication, self.behavioral) < 0:
            raise ValueError("a weight cannot be negative")
        if self.content < 50 or self.content < self.communication + self.behavioral:
            raise ValueError("the weight of content is at least 50 and at least half of the whole")

    def of(self, dimension: Dimension) -> Fraction:
        """The weight of one dimension."""
        return exact({"content": self.content, "communication": self.communication, "behavioral": self.behavioral}[
            dimension.value
        ])


def exact(number: float) -> Fraction:
    """The fraction that this float stands for.

    Scores are ratios of small whole numbers; as floats they end a hair beside them, and a hair decides at a
    threshold. The nearest fraction with a small denominator is the number that was meant.
    """
    return Fraction(number).limit_denominator(1_000_000)


def mean(numbers: Iterable[Fraction]) -> Fraction | None:
    """The mean, or None of nothing."""
    values = list(numbers)
    return sum(values, Fraction(0)) / len(values) if values else None


def weighted_mean(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The mean of (weight, value) pairs, or None when the weights come to nothing."""
    values = list(pairs)
    total = sum((weight for weight, _ in values), Fraction(0))
    return sum((weight * value for weight, value in values), Fraction(0)) / total if total else None


def out_of_ten(rating: Fraction) -> Fraction:
    """A rating 1-5 on the scale 0-10."""
    return Fraction(5, 2) * (rating - 1)


def one_to_ten(rating: Fraction) -> int:
    """A dimension's rating 1-5 as a whole number 1-10, half up (understanding, explainability)."""
    return half_up(1 + 9 * (rating - 1) / 4)


def half_up(number: Fraction) -> int:
    """The nearest whole number; halves go up."""
    return (number + Fraction(1, 2)).__floor__()


def shown(number: float) -> float:
    """``number`` as people read it: one decimal, half up."""
    # Nine decimals first, so that 6.9499999999999993 is the 6.95 that it stands for.
    return float(Decimal(f"{number:.9f}").quantize(Decimal("0.1"), ROUND_HALF_UP))
