"""Every URL that we hand to the carrier."""

from dataclasses import dataclass
from urllib.parse import quote

# Twilio: connection overrides in the fragment; 2 s to connect, 4 s to read, three retries on 5xx and timeouts, 15 s in
# all. The fragment is not part of the signature.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#ct=2000&rt=4000&rc=3&rp=5xx,ct,rt"


@dataclass(frozen=True, slots=True)
class TurnUrls:
    """Where the carrier goes with a turn's keys or utterance, with its silence, and with its recording's status;
    ``playback`` is where it fetches what is played, if anything."""

    action: str
    no_input: str
    recording: str
    playback: str = ""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """URLs under our public address; our own call id, and the turn where there is one, stand in each."""

    base_url: str

    def answered(self, call_id: object) -> str:
        """The first document of a call."""
        return self._url(f"answered/{call_id}")

    def for_turn(self, call_id: object, turn: int, playback_token: str | None = None) -> TurnUrls:
        """The ways back from the listen with this turn number; the token opens what is played in it."""
        path = f"turn/{call_id}/{turn}"
        return TurnUrls(
            action=self._url(path),
            no_input=self._url(f"{path}?no_input=1"),
            recording=self._url(f"recording/{call_id}/{turn}"),
            playback="" if playback_token is None else f"{self._base}/playback/practice/{playback_token}",
        )

    def status(self, call_id: object) -> str:
        """Where the call's status changes are told."""
        return self._url(f"status/{call_id}")

    def amd(self, call_id: object) -> str:
        """Where answering machine detection tells who picked up."""
        return self._url(f"amd/{call_id}")

    def inbound(self) -> str:
        """Where the carrier goes when somebody calls our number."""
        return self._url("inbound")

    def inbound_status(self) -> str:
        """Where the carrier tells the end of such a call."""
        return self._url("inbound/status")

    def for_code(self, attempt: int) -> TurnUrls:
        """The ways back from asking a caller for the code, this many times."""
        path = f"inbound/code/{attempt}"
        return TurnUrls(action=self._url(path), no_input=self._url(f"{path}?no_input=1"), recording="")

    def test_answered(self, test_call_id: object) -> str:
        """The first document of a test call."""
        return self._url(f"test/{test_call_id}/answered")

    def for_test_turn(self, test_call_id: object, turn: int) -> TurnUrls:
        """The ways back from a listen of a test call; nothing is recorded in it."""
        path = f"test/{test_call_id}/turn/{turn}"
        return TurnUrls(action=self._url(path), no_input=self._url(f"{path}?no_input=1"), recording="")

    def test_status(self, test_call_id: object) -> str:
        """Where a test call's status changes are told."""
        return self._url(f"test/{test_call_id}/status")

    def sms(self) -> str:
        """Where text messages to us go."""
        return f"{self._base}/webhooks/sms{RETRIES}"

    def sms_status(self, message_id: object) -> str:
        """Where the delivery of a text message of ours is told."""
        return self._url(f"status/{message_id}", "sms")

    def fallback(self, language: str) -> str:
        """What the carrier asks when all else fails; it needs no database, so the language is in the URL."""
        return self._url(f"fallback?lang={quote(language, safe='')}")

    def _url(self, path: str, door: str = "voice") -> str:
        return f"{self._base}/webhooks/{door}/{path}{RETRIES}"

    @property
    def _base(self) -> str:
        return self.base_url.rstrip("/")
