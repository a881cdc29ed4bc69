"""Texts into sound by OpenAI's speech endpoint, so that a recruiter hears a question before anybody is called."""

import struct
from typing import TYPE_CHECKING, Any

from ivr.gateways.model_words import tokens
from ivr.gateways.openai_client import FetchesBytes, OpenAIClient
from ivr.gateways.patience import Patience
from ivr.gateways.ports import GatewayError, ModelCall, SpokenAudio, Trouble

if TYPE_CHECKING:
    from openai import OpenAI

VOICE = "alloy"
# https://platform.openai.com/docs/api-reference/audio/createSpeech: the input has 4096 characters at most.
LONGEST_TEXT = 4096
_HEADER = 12


class OpenAISpeaker:
    """One text, one request."""

    def __init__(self, client: OpenAIClient | FetchesBytes, model: str) -> None:
        self._client = client
        self._model = model
        self._patience = Patience()

    def speak(self, text: str) -> SpokenAudio:
        """The text as WAV. Raises GatewayError."""
        if len(text) > LONGEST_TEXT:
            raise GatewayError("The text is too long to be spoken.", trouble=Trouble.SUBJECT, code="too_large")

        def make(sdk: "OpenAI") -> Any:
            return sdk.audio.speech.with_raw_response.create(
                model=self._model, voice=VOICE, input=text, response_format="wav"
            )

        reply = self._patience.keep(lambda: self._client.fetch(make))
        audio = with_lengths(reply.data)
        if audio is None:
            # A proxy's page or half a file: the next try may come through.
            raise GatewayError("The reply is no WAV file.", trouble=Trouble.RETRY, code="bad_envelope")
        named = self._model if not reply.simulated or "demo" in self._model else f"demo-{self._model}"
        call = ModelCall(
            purpose="speech",
            model=named,
            prompt_version="",
            request={"characters": len(text), "voice": VOICE},
            reply=f"{len(audio)} bytes of audio",
            request_id=reply.request_id,
            # the endpoint tells no usage: https://platform.openai.com/docs/api-reference/audio/createSpeech
            input_tokens=tokens({}, "input_tokens"),
            cached_tokens=0,
            output_tokens=tokens({}, "output_tokens"),
            latency_ms=reply.latency_ms,
            simulated=reply.simulated,
        )
        return SpokenAudio(audio, call)


def with_lengths(data: bytes) -> bytes | None:
    """The WAV with the lengths that its header should have: a streamed one says 0xFFFFFFFF. None for no WAV."""
    if len(data) <= _HEADER or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    fixed = bytearray(data)
    struct.pack_into("<I", fixed, 4, len(data) - 8)
    at = _HEADER
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        if data[at : at + 4] == b"data":
            struct.pack_into("<I", fixed, at + 4, min(size, len(data) - at - 8))
            return bytes(fixed)
        at += 8 + size + size % 2
    return None
