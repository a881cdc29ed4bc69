"""All that a run shows about the judge, in one value that every report is made from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scripts.evaluation.agreement import Agreement, AmongPeople, agreement, among_people, parts, rated_overall
from scripts.evaluation.bootstrap import Interval, share
from scripts.evaluation.configuration import Configuration
from scripts.evaluation.pairs import Attacks, Guises, attacks, guises
from scripts.evaluation.results import Failure, Result
from scripts.evaluation.rows import LabelledSet


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked and paid; ``usd`` None when the price table does not know the model."""

    requests: int
    input_tokens: int
    output_tokens: int
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Findings:
    """``unrated`` are rows without a result, ``reasons`` why answers were left to a person, by code.

    ``unverified_quotes`` is a share of quotes, ``needs_review`` a share of rows that are no attacks.
    """

    configuration: Configuration
    is_demo: bool
    models: tuple[str, ...]
    rows: int
    rated: int
    unrated: tuple[str, ...]
    overall: Agreement
    criteria: tuple[Agreement, ...]
    types: tuple[Agreement, ...]
    languages: tuple[Agreement, ...]
    among_people: AmongPeople
    guises: Guises
    attacks: Attacks
    needs_review: Interval
    reasons: Mapping[str, int]
    unverified_quotes: Interval
    usage: Usage


def findings(
    labelled: LabelledSet,
    results: Mapping[str, Result],
    configuration: Configuration,
    *,
    failures: Sequence[Failure] = (),
    resamples: int,
) -> Findings:
    """What these results (by row) come to. Rows without one take part in nothing and are named."""
    answers = labelled.answers
    rated = rated_overall(answers, results)
    criteria, types, languages = parts(answers, results, resamples=resamples)
    done = [results[answer.id] for answer in answers if answer.id in results]
    plain = [results[answer.id] for answer in answers if answer.id in results and not answer.is_injection]
    claimed = sum(result.quotes_claimed for result in done)
    verified = sum(result.quotes_verified for result in done)
    told = {failure.row: failure.sentence for failure in failures}
    return Findings(
        configuration=configuration,
        is_demo=configuration.simulated or any(result.simulated for result in done),
        models=tuple(sorted({result.model for result in done if result.model})),
        rows=len(answers),
        rated=len(done),
        unrated=tuple(
            f"{answer.place} ({answer.id}): {told.get(answer.id, 'not rated yet')}"
            for answer in answers
            if answer.id not in results
        ),
        overall=agreement("overall", rated, resamples=resamples),
        criteria=criteria,
        types=types,
        languages=languages,
        among_people=among_people(rated, resamples=resamples),
        guises=guises(answers, results, resamples=resamples),
        attacks=attacks(answers, results),
        needs_review=share(sum(not result.is_scored for result in plain), len(plain)),
        reasons=dict(Counter(code for result in plain for code in result.review_reasons).most_common()),
        unverified_quotes=share(claimed - verified, claimed),
        usage=_usage(done),
    )


def _usage(done: Sequence[Result]) -> Usage:
    costs = [result.spent.cost_usd for result in done]
    known = [Decimal(cost) for cost in costs if cost is not None]
    return Usage(
        sum(result.spent.calls for result in done),
        sum(result.spent.input_tokens for result in done),
        sum(result.spent.output_tokens for result in done),
        sum(known, Decimal(0)) if len(known) == len(costs) else None,
    )
