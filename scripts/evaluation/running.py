"""Rates the rows that have no result yet, several at a time, and writes each down as soon as it is there."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from ivr.gateways.ports import GatewayError, LanguageModel, Trouble
from ivr.services.judging import Judge
from scripts.evaluation.asking import PatientAsker
from scripts.evaluation.configuration import Configuration
from scripts.evaluation.results import Failure, Result
from scripts.evaluation.rows import LabelledAnswer
from scripts.evaluation.run_file import RunFile

# So many failures in a row are no matter of the rows.
GIVE_UP_AFTER = 8


class RunStopped(Exception):
    """The run cannot go on (a wrong key, a model that is not known, no connection); results so far are kept."""


class Runner:
    """Rates rows with one judge under one configuration. ``pause`` is how a refused request waits."""

    def __init__(
        self,
        judge: Judge,
        model: LanguageModel,
        configuration: Configuration,
        file: RunFile,
        *,
        parallel: int,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        self._judge = judge
        self._model = model
        self._hash = configuration.hash
        self._file = file
        self._parallel = parallel
        self._stop = threading.Event()
        # A thread that waits for the server wakes up when the run is over.
        self._pause = pause or self._wait

    def run(
        self, answers: Sequence[LabelledAnswer], tell: Callable[[Result | Failure], None]
    ) -> tuple[list[Result], list[Failure]]:
        """What came of these rows; ``tell`` hears of each, in this thread.

        Raises:
            RunStopped: see there. KeyboardInterrupt passes through; what is done is on disk in both cases.
        """
        results: list[Result] = []
        failures: list[Failure] = []
        lost_in_a_row = 0
        pool = ThreadPoolExecutor(max_workers=self._parallel, thread_name_prefix="row")
        try:
            waiting: set[Future[Result | Failure]] = {pool.submit(self._rate, answer) for answer in answers}
            while waiting:
                done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    found = future.result()
                    tell(found)
                    if isinstance(found, Result):
                        results.append(found)
                        lost_in_a_row = 0
                        continue
                    failures.append(found)
                    lost_in_a_row += 1
                    if lost_in_a_row >= GIVE_UP_AFTER:
                        raise RunStopped(
                            f"{lost_in_a_row} rows in a row could not be rated. The last: {found.sentence}"
                        )
        finally:
            self._stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
        return results, failures

    def _rate(self, answer: LabelledAnswer) -> Result | Failure:
        asker = PatientAsker(self._model, self._pause)
        try:
            judgement = self._judge.rate(answer.judged, asker)
        except GatewayError as error:
            if error.trouble is Trouble.CONFIGURATION:
                raise RunStopped(error.message) from error
            failure = Failure(answer.id, answer.digest, self._hash, error.message)
            self._file.add(failure)
            return failure
        result = Result.of(answer, self._hash, judgement, asker.calls)
        self._file.add(result)
        return result

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise RunStopped("The run is over.")
