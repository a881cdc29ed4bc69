"""What the judge said of one row, as it is kept and counted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from interview.rating import tally
from interview.scorecard import AnswerState
from ivr.gateways.ports import ModelCall
from ivr.gateways.prices import cost_usd
from ivr.services.judging import Judgement
from scripts.evaluation.rows import LabelledAnswer


@dataclass(frozen=True, slots=True)
class Spent:
    """What the calls for one row took; ``cost_usd`` None when the model has no price in our table."""

    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: str | None

    @classmethod
    def of(cls, calls: Sequence[ModelCall]) -> "Spent":
        costs = [cost_usd(call) for call in calls]
        known = [cost for cost in costs if cost is not None]
        return cls(
            len(calls),
            sum(call.input_tokens for call in calls),
            sum(call.cached_tokens for call in calls),
            sum(call.output_tokens for call in calls),
            str(sum(known, Decimal(0))) if len(known) == len(costs) else None,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """One row rated under one configuration.

    ``score`` 0-10 and ``criteria`` 1-5 are what the product would show: None and empty for an answer that is left to
    a person. ``raw_score`` is what the samples come to before that is decided; it is measured, never shown as a score.
    """

    row: str
    digest: str
    configuration: str
    state: str
    score: float | None
    raw_score: float | None
    criteria: Mapping[str, float]
    review_reasons: tuple[str, ...]
    quotes_claimed: int
    quotes_verified: int
    injection_flag: bool
    certainty: float | None
    model: str
    simulated: bool
    spent: Spent
    samples: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def is_scored(self) -> bool:
        return self.score is not None

    @classmethod
    def of(
        cls, answer: LabelledAnswer, configuration: str, judgement: Judgement, calls: Sequence[ModelCall]
    ) -> "Result":
        """``calls`` are all that were paid for, those without a usable reply included."""
        score, judged = judgement.score, answer.judged
        raw = tally(judgement.samples, judged.question, judged.criteria, judged.weights) if judgement.samples else None
        is_scored = score.state is AnswerState.SCORED
        return cls(
            row=answer.id,
            digest=answer.digest,
            configuration=configuration,
            state=score.state.value,
            score=score.answer10 if is_scored else None,
            raw_score=raw.score if raw else None,
            criteria={one.id: one.rating for one in score.criteria if one.rating is not None} if is_scored else {},
            review_reasons=tuple(reason.code for reason in score.review_reasons),
            quotes_claimed=score.quotes_claimed,
            quotes_verified=score.quotes_verified,
            injection_flag=score.injection_flag,
            certainty=score.certainty,
            model=calls[0].model if calls else "",
            simulated=any(call.simulated for call in calls),
            spent=Spent.of(calls),
            # as they come back from the disk: lists for tuples
            samples=tuple(json.loads(json.dumps(asdict(sample))) for sample in judgement.samples),
        )

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Result":
        """From ``plain()``. TypeError or KeyError when it is of another form."""
        given = dict(plain)
        given["spent"] = Spent(**given["spent"])
        for name in ("review_reasons", "samples"):
            given[name] = tuple(given[name])
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that could not be rated this time, and why; it is asked for again by the next run."""

    row: str
    digest: str
    configuration: str
    sentence: str

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)
