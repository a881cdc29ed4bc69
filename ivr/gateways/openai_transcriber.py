"""Recordings into text by OpenAI's transcription endpoint: the bytes as they are, the words as they come."""

import io
import wave
from typing import TYPE_CHECKING, Any

from ivr.gateways.model_words import tokens
from ivr.gateways.openai_client import Calls, OpenAIClient
from ivr.gateways.patience import Patience
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, Trouble

if TYPE_CHECKING:
    from openai import OpenAI

# https://platform.openai.com/docs/guides/speech-to-text: uploads are limited to 25 MB.
MAX_AUDIO_BYTES = 25 * 1024 * 1024
_ENDINGS = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/webm": "webm"}


class OpenAITranscriber:
    """One recording, one request."""

    def __init__(self, client: OpenAIClient | Calls, model: str) -> None:
        self._client = client
        self._model = model
        self._patience = Patience()

    def transcribe(self, audio: bytes, *, language: str, content_type: str = "audio/wav") -> ModelReply:
        """The text, unedited, and what it took. ``language`` is a BCP 47 tag.

        Raises:
            GatewayError: audio that the model cannot read is Trouble.SUBJECT, code "unreadable_audio".
        """
        if len(audio) > MAX_AUDIO_BYTES:
            raise GatewayError("The recording is too large.", trouble=Trouble.SUBJECT, code="too_large")
        spoken = iso_language(language)
        name = f"answer.{_ENDINGS.get(content_type, 'wav')}"

        def make(sdk: "OpenAI") -> Any:
            return sdk.audio.transcriptions.with_raw_response.create(
                file=(name, audio, content_type), model=self._model, language=spoken, response_format="json"
            )

        try:
            reply = self._patience.keep(lambda: self._client.call(make))
        except GatewayError as error:
            # What is wrong with a request that is always the same apart from its audio is the audio.
            if error.trouble is Trouble.SUBJECT and error.code != "too_large":
                raise GatewayError(error.message, trouble=Trouble.SUBJECT, code="unreadable_audio") from None
            raise
        text = reply.body.get("text")
        if not isinstance(text, str):
            raise GatewayError("The reply holds no transcript.", trouble=Trouble.RETRY, code="bad_envelope")
        usage: Any = reply.body.get("usage") or {}
        seconds = usage.get("seconds") if usage.get("type") == "duration" else None
        call = ModelCall(
            purpose="transcription",
            model=self._model if not reply.simulated else _demo_name(self._model),
            prompt_version="",
            request={
                "language": spoken,
                "content_type": content_type,
                "bytes": len(audio),
                "audio_s": seconds if isinstance(seconds, int | float) else wav_length_s(audio),
            },
            reply=text,
            request_id=reply.request_id,
            input_tokens=tokens(usage, "input_tokens"),
            cached_tokens=0,
            output_tokens=tokens(usage, "output_tokens"),
            latency_ms=reply.latency_ms,
            simulated=reply.simulated,
        )
        return ModelReply(text, call)


def iso_language(tag: str) -> str:
    """ISO 639-1 for a BCP 47 tag, as the endpoint wants it: "en-US" gives "en", Mandarin and Norwegian their own."""
    code = tag.split("-")[0].lower()
    return {"cmn": "zh", "nb": "no", "fil": "tl"}.get(code, code)


def wav_length_s(audio: bytes) -> float | None:
    """How long a WAV is, None for anything else."""
    try:
        with wave.open(io.BytesIO(audio)) as opened:
            frames, rate = opened.getnframes(), opened.getframerate()

    except (wave.Error, EOFError):
        return None
    return round(frames / rate, 2) if rate else None


def _demo_name(model: str) -> str:
    """The reply names no model; what a double made must not look like the work of the model that was asked for."""
    return model if "demo" in model else f"demo-{model}"
