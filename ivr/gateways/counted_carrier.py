"""The carrier with an eye on it: every call that it is asked to place is counted."""

from typing import TYPE_CHECKING, Any

from ivr.gateways.ports import CarrierCall, DialRequest, GatewayError
from ivr.gateways.twilio_carrier import TwilioCarrier

if TYPE_CHECKING:
    from ivr.tallies import Tallies


class CountedCarrier(TwilioCarrier):
    """TwilioCarrier that tallies its dials."""

    def __init__(self, tallies: "Tallies", **given: Any) -> None:
        super().__init__(**given)
        self._tallies = tallies

    def place_call(self, request: DialRequest) -> CarrierCall:
        """As TwilioCarrier's. A dial whose fate is unclear is counted as that: it may have rung."""
        try:
            call = super().place_call(request)
        except GatewayError as error:
            self._tallies.count("viva_dials", "unclear" if error.unclear else error.trouble.value)
            raise
        self._tallies.count("viva_dials", "placed")
        return call
