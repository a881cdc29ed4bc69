"""A person on the telephone who is led from question to question, so that a fault strikes between two of them."""

import time
from typing import Any

from scripts.demonstration.cast import OFFER
from scripts.demonstration.client import ApiError
from tests.scenarios.house import House, Job, Visit, new_phone, says

_OVER = {"completed", "busy", "no-answer", "failed", "canceled"}
_LONGEST_S = 60.0


class Talker:
    """Takes part: begins, confirms who they are, and answers every question in full."""

    def __init__(self, house: House, job: Job, **invitation: Any) -> None:
        self.visit: Visit = house.invite(job, phone=new_phone(), interactive=True, patience_s=600, **invitation)
        self._house = house
        self._after = 0
        self._heard = ""
        self.is_over = False

    def to_question(self, place: int) -> None:
        """Until the core question at this place (from 0) is to be answered."""
        text = self.visit.job.core[place]["text"]
        while self._waits() and not (text in self._heard and self._speaks):
            self._react()
        assert not self.is_over, f"the call ended before question {place + 1}: …{self._heard[-200:]}"

    def answer(self) -> None:
        """What is waited for now is said or pressed."""
        self._react()

    def to_the_end(self) -> None:
        """Everything else, until the line is closed."""
        while self._waits():
            self._react()

    def _waits(self) -> bool:
        """Until the call waits for this person; False when it is over."""
        deadline = time.monotonic() + _LONGEST_S
        while time.monotonic() < deadline:
            live = self._house.carrier.get(
                "/simulator/live", phone=self.visit.phone, after=str(self._after), wait_s="2"
            )
            self._after = live["next"]
            for event in live["events"]:
                if event["kind"] == "heard":
                    self._heard += " " + event["text"]
                elif event["kind"] == "call" and event["status"] in _OVER:
                    self.is_over = True
                    return False
            if waiting := live["waiting"]:
                self._speaks = bool(waiting["for"] == "record" or waiting.get("record_follows"))
                return True
        raise AssertionError(f"nothing happens on the line: …{self._heard[-200:]}")

    def _react(self) -> None:
        heard, self._heard = self._heard, ""
        action: dict[str, Any] = {"press": "1"}
        asked = [question for question in self.visit.job.core if question["text"] in heard]
        if asked and self._speaks:
            action = {"say": says(asked[-1])["say"], "end_with": "#"}
        elif OFFER in heard:
            action = {"press": "#"}
        try:
            self._house.carrier.post("/simulator/live", {"phone": self.visit.phone, "action": action})
        except ApiError:
            # The call went on, or ended, in this very moment: what comes next says which.
            self._heard = heard
