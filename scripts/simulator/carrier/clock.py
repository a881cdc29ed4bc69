"""Time on the line: counted in line seconds, ``speed`` of them to a real one, and cut short by hang-ups and limits."""

from __future__ import annotations

import time
from collections.abc import Callable

from .records import Call


class HungUp(Exception):
    """The call is over; the message says by whom or why."""


class Moved(Exception):
    """A REST update sent the call to another document."""


class LineClock:
    """Lets the time of one call pass, and counts it in ``call.line_s``."""

    def __init__(self, call: Call, speed: float, time_limit_s: int) -> None:
        self._call = call
        self._speed = speed
        self._time_limit_s = time_limit_s
        self._alarm: tuple[float, Callable[[], None]] | None = None

    @property
    def has_alarm(self) -> bool:
        """Whether an alarm was set and has not rung."""
        return self._alarm is not None

    def set_alarm(self, after_s: float, action: Callable[[], None]) -> None:
        """Do something once that many line seconds have passed."""
        self._alarm = (self._call.line_s + after_s, action)

    def real_s(self, line_s: float) -> float:
        """Real seconds that so many line seconds last."""
        return line_s / self._speed

    def ring(self, seconds: float) -> None:
        """Let the telephone ring; this is no time on the line. HungUp or Moved when the call is ended meanwhile."""
        if self._call.interrupt.wait(self.real_s(seconds)):
            raise self._reason()

    def spend_real(self, seconds: float) -> None:
        """Count real seconds that the line spent waiting for the application."""
        self._call.line_s += seconds
        self.wait(0.0)

    def wait(self, seconds: float) -> None:
        """Let line time pass; HungUp or Moved when the call is ended or moved meanwhile, or its time is up."""
        if self._alarm is not None and self._call.line_s + seconds >= self._alarm[0]:
            first = min(seconds, max(0.0, self._alarm[0] - self._call.line_s))
            self._pass(first)
            (_, action), self._alarm = self._alarm, None
            action()
            seconds -= first
        self._pass(seconds)

    def _pass(self, seconds: float) -> None:
        left = max(0.0, self._time_limit_s - self._call.line_s)
        passing = min(seconds, left)
        started = time.monotonic()
        if self._call.interrupt.wait(self.real_s(passing)):
            self._call.line_s += min(passing, (time.monotonic() - started) * self._speed)
            raise self._reason()
        self._call.line_s += passing
        if seconds > left or not left:
            raise HungUp("the time limit was reached")

    def _reason(self) -> HungUp | Moved:
        order = self._call.order
        return Moved() if order is not None and order.status is None else HungUp("ended over REST")
