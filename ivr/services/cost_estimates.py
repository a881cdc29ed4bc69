"""What one more interview of a job is likely to cost, and what that is based on: its own past, or the price table."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from db.repositories import costs as rows
from db.repositories import interviews
from db.repositories.cohorts import Cohort
from db.unit_of_work import Database
from interview.wording.pace import ANSWER_SHARE
from ivr.gateways.ports import ModelCall
from ivr.gateways.prices import cost_usd
from ivr.services.context import Clock
from ivr.services.costs import CarrierCostView, carrier_costs, usd
from ivr.services.errors import NotFound
from ivr.services.letters import minutes_of
from ivr.services.terms import settings_in_force

# Prices and models change: what was long ago says little about the next call.
LOOKS_BACK = timedelta(days=90)
# A mean of fewer says little.
FEWEST = 3
# One rating by its texts: the instructions, a question with its rubric and a long answer are about 2,000 tokens; the
# reasons, quotes and ratings that come back about 800.
_TOKENS_IN, _TOKENS_OUT = 2_000, 800


@dataclass(frozen=True, slots=True)
class CostEstimateView:
    """``basis`` of ``models_usd`` is "job" or "organisation" (the mean of ``interviews`` of the last 90 days), "prices"
    (the price table, transcription and ratings alone) or "unknown" (then None). ``carrier`` is what the carrier asked
    for those days' calls, by currency; empty while it has asked for none. ``minutes`` is how long the call takes."""

    minutes: int
    models_usd: str | None
    basis: str
    interviews: int
    carrier: tuple[CarrierCostView, ...]
    samples: int
    includes_simulated: bool


class CostEstimateService:
    """``rating_model`` and ``transcribe_model`` name what the settings name; ``samples`` ratings are made an answer."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        rating_model: str,
        transcribe_model: str,
        samples: int,
        simulated: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rating_model = rating_model
        self._transcribe_model = transcribe_model
        self._samples = samples
        self._simulated = simulated

    def of_interview(self, organisation_id: str, job_id: str) -> CostEstimateView:
        """For one interview of this job. Raises NotFound, for a job without approved questions too."""
        with self._database.read() as session:
            job = interviews.job(session, organisation_id, job_id)
            if job is None:
                raise NotFound("job")
            version = interviews.question_set(session, organisation_id, job.approved_set_id)
            if version is None:
                raise NotFound("job with approved questions")
            since = self._clock() - LOOKS_BACK
            own, all_jobs = (
                Cohort(organisation_id, id, since, None, self._simulated) for id in (job_id, None)
            )
            basis, mean = "job", rows.per_interview(session, own)
            if mean.interviews < FEWEST:
                basis, mean = "organisation", rows.per_interview(session, all_jobs)
            prices = rows.carrier_prices(session, own) or rows.carrier_prices(session, all_jobs)
            minutes = minutes_of(job, version)
            amount: Decimal | None
            if mean.interviews < FEWEST:
                core = [one.max_seconds for one in version.spoken if not one.knockout]
                amount = self._by_prices(core, settings_in_force(job, version).answer_max_s)
                basis = "unknown" if amount is None else "prices"
            else:
                amount = mean.cost_usd / mean.interviews
        return CostEstimateView(
            minutes=minutes,
            models_usd=None if amount is None else usd(amount),
            basis=basis,
            interviews=mean.interviews if basis in {"job", "organisation"} else 0,
            carrier=tuple(one for one in carrier_costs(prices) if one.calls > one.unpriced),
            samples=self._samples,
            includes_simulated=self._simulated,
        )

    def _by_prices(self, seconds: list[int], ceiling_s: int) -> Decimal | None:
        """Every answer transcribed once and rated ``samples`` times, by the table; None when a price is not known."""
        heard_s = sum(min(one, ceiling_s) for one in seconds) * ANSWER_SHARE
        heard = cost_usd(_call(self._transcribe_model, audio_s=heard_s))
        rated = cost_usd(_call(self._rating_model, tokens_in=_TOKENS_IN, tokens_out=_TOKENS_OUT))
        if heard is None or rated is None:
            return None
        return heard + rated * len(seconds) * self._samples


def _call(model: str, *, audio_s: float = 0.0, tokens_in: int = 0, tokens_out: int = 0) -> ModelCall:
    """A call as the price table wants it."""
    return ModelCall(
        purpose="estimate", model=model, prompt_version="", request={"audio_s": audio_s}, reply="", request_id="",
        input_tokens=tokens_in, cached_tokens=0, output_tokens=tokens_out, latency_ms=0, simulated=False,
    )  # fmt: skip
