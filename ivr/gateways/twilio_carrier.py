"""Twilio as our carrier. Its library is loaded with the first request, so that the web process never carries it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from interview.lifecycle import CallStatus
from interview.phone import PhoneNumber
from ivr.gateways.ports import CarrierCall, CarrierRecording, DialRequest, GatewayError, SentText, Trouble
from ivr.gateways.twilio_errors import NOT_FOUND, NOT_IN_PROGRESS

if TYPE_CHECKING:
    from ivr.gateways.twilio_http import CarrierHttp

T = TypeVar("T")

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")
LARGEST_RECORDING = 50 * 1024 * 1024
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long one request may take: to connect, to wait for the next bytes, in all (a body that trickles).

    Looking up the host's name comes before it and follows the system's resolver.
    """

    connect_s: float = 3.0
    read_s: float = 6.0
    total_s: float = 15.0


class TwilioCarrier:
    """The ports Carrier and Messenger over Twilio's REST interface.

    Every request ends within its deadlines and is made once.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        phone_number: str,
        base_url: str,
        simulated: bool,
        messaging_service_sid: str | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._phone_number = phone_number
        self._base_url = base_url
        self._simulated = simulated
        self._messaging_service_sid = messaging_service_sid
        self._deadlines = deadlines or Deadlines()

    def place_call(self, request: DialRequest) -> CarrierCall:
        """The new call, queued. ``unclear`` errors may have placed it: look with ``find_calls``, never dial again.

        https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
        """
        detection: dict[str, str] = {}
        if request.amd_url is not None:
            # The first document is fetched at once; who answered is told when it is known.
            # https://www.twilio.com/docs/voice/answering-machine-detection#asyncamd
            detection = {
                "machine_detection": "Enable",
                "async_amd": "true",
                "async_amd_status_callback": request.amd_url,
            }
        return self._asked(
            lambda: self._call(
                self._client.calls.create(
                    to=request.to.e164,
                    from_=self._phone_number,
                    url=request.answered_url,
                    method="POST",
                    fallback_url=request.fallback_url,
                    fallback_method="POST",
                    status_callback=request.status_url,
                    status_callback_method="POST",
                    status_callback_event=list(STATUS_EVENTS),
                    timeout=request.ring_timeout_s,
                    time_limit=request.time_limit_s,
                    **detection,
                )
            ),
            changes_something=True,
        )

    def find_calls(self, to: PhoneNumber, since: datetime) -> Sequence[CarrierCall]:
        """Calls we placed to that number since then, newest first.

        Twilio's own filter is on the start, which a call that is still queued does not have
        (https://www.twilio.com/docs/voice/api/call-resource#call-properties): so the newest are read and filtered here
        by when they were created, in Twilio's whole seconds.
        """
        found = self._asked(
            lambda: [
                self._call(one)
                for one in self._client.calls.list(
                    to=to.e164, from_=self._phone_number, limit=_PAGE, page_size=_PAGE
                )
            ]
        )
        earliest = since.replace(microsecond=0)
        calls = [call for call in found if call.created_at is None or call.created_at >= earliest]
        return sorted(calls, key=lambda call: call.created_at or datetime.max.replace(tzinfo=UTC), reverse=True)

    def fetch_call(self, carrier_sid: str) -> CarrierCall:
        """The call as it stands."""
        sid = _checked(carrier_sid, "CA")
        return self._asked(lambda: self._call(self._client.calls(sid).fetch()))

    def end_call(self, carrier_sid: str) -> None:
        """Hang up, whether it rings or is talked on; a call that is already over is success."""
        sid = _checked(carrier_sid, "CA")
        try:
            self._asked(lambda: self._client.calls(sid).update(status="completed"))
        except GatewayError as error:
            if error.code != NOT_IN_PROGRESS:
                raise

    def send_sms(self, to: PhoneNumber, body: str, status_url: str | None = None) -> SentText:
        """The message, taken on. It leaves by the Messaging Service if there is one, else by our number.

        https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
        """
        sender = (
            {"messaging_service_sid": self._messaging_service_sid}
            if self._messaging_service_sid
            else {"from_": self._phone_number}
        )
        optional = {"status_callback": status_url} if status_url else {}
        return self._asked(
            lambda: self._text(self._client.messages.create(to=to.e164, body=body, **sender, **optional)),
            changes_something=True,
        )

    def _text(self, resource: Any) -> SentText:
        return SentText(_read_sid(resource.sid, "SM"), str(resource.status), self._simulated)

    def recordings_of(self, carrier_sid: str) -> Sequence[CarrierRecording]:
        """Every recording of the call, newest first."""
        sid = _checked(carrier_sid, "CA")
        return self._asked(
            lambda: [_recording(one) for one in self._client.calls(sid).recordings.list(page_size=_PAGE, limit=1000)]
        )

    def fetch_recording(self, recording_sid: str) -> bytes:
        """The WAV as Twilio made it, from our own base address and never from a URL that a webhook brought.

        Trouble.RETRY with code "not_ready" (404: still being processed, or gone) or "not_audio" (an error page).
        https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file
        """
        sid = _checked(recording_sid, "RE")
        path = f"/2010-04-01/Accounts/{self._account_sid}/Recordings/{sid}.wav"
        try:
            content, content_type = self._http.get_media(path, LARGEST_RECORDING)
        except GatewayError as error:
            if error.code != NOT_FOUND:
                raise
            raise GatewayError("The recording is not ready yet.", trouble=Trouble.RETRY, code="not_ready") from None
        if not content_type.lower().startswith("audio/") or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
            raise GatewayError(
                "What came instead of the recording is not sound.", trouble=Trouble.RETRY, code="not_audio"
            )
        return content

    def delete_recording(self, recording_sid: str) -> None:
        """Delete Twilio's copy; one that is already gone is success."""
        sid = _checked(recording_sid, "RE")
        self._delete(lambda: self._client.recordings(sid).delete())

    def delete_call(self, carrier_sid: str) -> None:
        """Delete Twilio's record of a call that is over; one that is already gone is success.

        https://www.twilio.com/docs/voice/api/call-resource#delete-a-call-resource
        """
        sid = _checked(carrier_sid, "CA")
        self._delete(lambda: self._client.calls(sid).delete())

    def delete_sms(self, carrier_sid: str) -> None:
        """Delete Twilio's copy of a message, sent or received; one that is already gone is success.

        https://www.twilio.com/docs/messaging/api/message-resource#delete-a-message-resource
        """
        sid = _checked(carrier_sid, "SM")
        self._delete(lambda: self._client.messages(sid).delete())

    # --- inside

    def _delete(self, ask: Callable[[], object]) -> None:
        try:
            self._asked(ask)
        except GatewayError as error:
            if error.code != NOT_FOUND:
                raise

    @cached_property
    def _http(self) -> "CarrierHttp":
        from ivr.gateways.twilio_http import CarrierHttp

        credentials = (self._account_sid, self._auth_token)
        return CarrierHttp(self._base_url, credentials, self._deadlines, simulated=self._simulated)

    @cached_property
    def _client(self) -> Any:
        from twilio.rest import Client

        # An environment of its own (an empty one counts as none): TWILIO_EDGE and TWILIO_REGION would bend addresses.
        own = {"TWILIO_REGION": ""}
        return Client(self._account_sid, self._auth_token, http_client=self._http, environment=own)

    def _asked(self, ask: Callable[[], T], *, changes_something: bool = False) -> T:
        """``ask()``; an answer that the library or we cannot read is a GatewayError as well."""
        from twilio.base.exceptions import TwilioException

        try:
            return ask()
        except (TwilioException, KeyError, ValueError, TypeError) as error:
            raise GatewayError(
                "The carrier's answer cannot be read.",
                trouble=Trouble.RETRY,
                code="bad_response",
                unclear=changes_something,
            ) from error

    def _call(self, resource: Any) -> CarrierCall:
        return CarrierCall(
            carrier_sid=_read_sid(resource.sid, "CA"),
            # Twilio writes "in-progress" and "no-answer" where we write "in_progress" and "no_answer"
            status=CallStatus(str(resource.status).replace("-", "_")),
            to=str(resource.to),
            created_at=_moment(resource.date_created),
            duration_s=None if resource.duration is None else int(resource.duration),
            answered_by=resource.answered_by or None,
            price=None if resource.price is None else str(resource.price),
            price_unit=resource.price_unit or None,
            # the HTTP client lets nothing through whose mark differs from the setting
            simulated=self._simulated,
        )


def _recording(resource: Any) -> CarrierRecording:
    seconds = None if resource.duration is None else float(resource.duration)
    return CarrierRecording(
        recording_sid=_read_sid(resource.sid, "RE"),
        carrier_sid=_read_sid(resource.call_sid, "CA"),
        status=str(resource.status),
        # "-1" until it is processed
        duration_s=None if seconds is None or seconds < 0 else seconds,
        created_at=_moment(resource.date_created),
    )


def _moment(value: Any) -> datetime | None:
    """The library leaves a date that it cannot read as text."""
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _checked(sid: str, prefix: str) -> str:
    """The sid if it has Twilio's form, so that nothing else becomes part of a path."""
    try:
        return _read_sid(sid, prefix)
    except ValueError as error:
        raise GatewayError(
            "This is no identifier of the carrier's.", trouble=Trouble.SUBJECT, code="bad_sid"
        ) from error


def _read_sid(sid: object, prefix: str) -> str:
    """The sid of an answer. Raises ValueError: then it is not the carrier who answered, or not in full."""
    if not re.fullmatch(rf"{prefix}[0-9a-f]{{32}}", str(sid)):
        raise ValueError(f"no {prefix} sid")
    return str(sid)
