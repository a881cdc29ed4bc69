"""The bodies in which OpenAI wraps what a model says, a transcript, or a vector."""

import base64
import hashlib
import math
import struct
import threading
import time
import uuid
from typing import Any

from .audio import SimulatedAudio
from .words import content_words, sentences, stem, tokens

MODELS = ("demo-gpt", "demo-transcribe", "demo-embedding", "demo-tts")
_CREATED = 1_750_000_000
_CACHED_PREFIX_TOKENS = 1024  # https://platform.openai.com/docs/guides/prompt-caching: prefixes of 1024 tokens and more


def demo_name(model: str) -> str:
    """The model's name with "demo" in it, whatever was asked for."""
    return model if "demo" in model else f"demo-{model}"


def count_tokens(text: str) -> int:
    """About how many tokens a text has: a quarter of its characters."""
    return (len(text) + 3) // 4


class PromptCache:
    """Remembers prompt prefixes, so that a repeated one is reported as cached."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[bytes] = set()

    def cached_tokens(self, prompt: str) -> int:
        """1024 when the first 1024 tokens of the prompt were seen before, else 0."""
        if count_tokens(prompt) < _CACHED_PREFIX_TOKENS:
            return 0
        prefix = hashlib.sha256(prompt[: _CACHED_PREFIX_TOKENS * 4].encode()).digest()
        with self._lock:
            if prefix in self._seen:
                return _CACHED_PREFIX_TOKENS
            self._seen.add(prefix)
        return 0


def model_body(model: str) -> dict[str, Any]:
    """One entry of the list of models."""
    return {
        "id": demo_name(model),
        "object": "model",
        "created": _CREATED,
        "owned_by": "demo-double",
        "shutdown_date": None,
    }


def response_body(
    request: dict[str, Any], text: str, prompt: str, cached: int, refusal: bool = False, cut: bool = False
) -> dict[str, Any]:
    """A Responses API body around the model's text; ``cut`` says that the token limit ended it."""
    content: dict[str, Any] = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    if refusal:
        content = {"type": "refusal", "refusal": text}
    used, made = count_tokens(prompt), count_tokens(text)
    now = int(time.time())
    status = "incomplete" if cut else "completed"
    return {
        "id": f"resp_{uuid.uuid4().hex}",
        "object": "response",
        "created_at": now,
        "completed_at": None if cut else now,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "instructions": request.get("instructions"),
        "max_output_tokens": request.get("max_output_tokens"),
        "model": demo_name(str(request["model"])),
        "output": [
            {
                "id": f"msg_{uuid.uuid4().hex}",
                "type": "message",
                "status": status,
                "role": "assistant",
                "content": [content],
            }
        ],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "store": request.get("store", True),
        "temperature": request.get("temperature", 1.0),
        "text": request.get("text") or {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": request.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": {
            "input_tokens": used,
            "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": used + made,
        },
        "metadata": request.get("metadata") or {},
    }


def chat_body(
    request: dict[str, Any], text: str, prompt: str, cached: int, refusal: bool = False, cut: bool = False
) -> dict[str, Any]:
    """A Chat Completions body around the model's text."""
    used, made = count_tokens(prompt), count_tokens(text)
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": demo_name(str(request["model"])),
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": None if refusal else text,
                    "refusal": text if refusal else None,
                    "annotations": [],
                },
                "logprobs": None,
                "finish_reason": "length" if cut else "stop",
            }
        ],
        "usage": {
            "prompt_tokens": used,
            "completion_tokens": made,
            "total_tokens": used + made,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "service_tier": "default",
    }


def transcription_body(audio: SimulatedAudio, text: str, response_format: str, language: str | None) -> dict[str, Any]:
    """A transcription body; ``verbose_json`` spreads the sentences evenly over the length of the sound."""
    if response_format != "verbose_json":
        heard, made = math.ceil(audio.duration_s * 10), count_tokens(text)
        return {
            "text": text,
            "usage": {
                "type": "tokens",
                "input_tokens": heard,
                "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
                "output_tokens": made,
                "total_tokens": heard + made,
            },
        }
    pieces = sentences(text)
    every = audio.duration_s / len(pieces) if pieces else 0.0
    segments = [
        {
            "id": index,
            "seek": 0,
            "start": round(index * every, 2),
            "end": round((index + 1) * every, 2),
            "text": piece,
            "tokens": [],
            "temperature": 0.0,
            "avg_logprob": -0.1,
            "compression_ratio": 1.0,
            "no_speech_prob": 0.01,
        }
        for index, piece in enumerate(pieces)
    ]
    return {
        "task": "transcribe",
        "language": language or "english",
        "duration": audio.duration_s,
        "text": text,
        "segments": segments,
        "usage": {"type": "duration", "seconds": math.ceil(audio.duration_s)},
    }


def embedding_body(model: str, texts: list[str], dimensions: int) -> dict[str, Any]:
    """An embeddings body of hashed bags of words: texts that share words lie near each other."""
    used = sum(count_tokens(text) for text in texts)
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": _vector(text, dimensions)}
            for index, text in enumerate(texts)
        ],
        "model": demo_name(model),
        "usage": {"prompt_tokens": used, "total_tokens": used},
    }


def as_base64(body: dict[str, Any]) -> dict[str, Any]:
    """The same embeddings as base64 of little-endian 32-bit floats, as the SDK asks for them."""
    data = [
        one | {"embedding": base64.b64encode(struct.pack(f"<{len(one['embedding'])}f", *one["embedding"])).decode()}
        for one in body["data"]
    ]
    return body | {"data": data}


def _vector(text: str, dimensions: int) -> list[float]:
    values = [0.0] * dimensions
    meaningful = content_words(text)
    for word in tokens(text):
        if stem(word) in meaningful or not meaningful:
            digest = hashlib.blake2b(stem(word).encode(), digest_size=8).digest()
            values[int.from_bytes(digest[:6], "little") % dimensions] += 1.0 if digest[7] & 1 else -1.0
    length = math.sqrt(sum(value * value for value in values))
    if length == 0.0:
        values[0] = length = 1.0
    return [value / length for value in values]
