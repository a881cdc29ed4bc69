"""The models as settings ask for them: which server, which library, which name; joined in ``bootstrap``."""

from typing import TYPE_CHECKING

from pydantic import SecretStr

from ivr.gateways.ports import Embedder, LanguageModel, Speaker, Transcriber
from ivr.model_choice import OWN_SERVER, openai_models
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.gateways.openai_client import OpenAIClient

# Whoever asks is on the telephone: what takes longer than this is of no use to them.
EMBEDDING_S = 15.0
_NOT_OFFERED = (
    "The model server of AI_MODEL_API_ENDPOINT writes questions and rates answers; for everything else "
    "OPENAI_API_KEY is missing."
)


def text_client(settings: Settings) -> "OpenAIClient | None":
    # three samples of one answer are asked for side by side
    connections = settings.worker_threads * settings.openai_scoring_samples
    return _client(settings, settings.openai_api_key, settings.openai_base_url, connections)


def speech_client(settings: Settings) -> "OpenAIClient | None":
    key = settings.openai_transcribe_api_key or settings.openai_api_key
    base_url = settings.openai_transcribe_base_url or settings.openai_base_url
    return _client(settings, key, base_url, settings.worker_threads)


def _client(
    settings: Settings, key: SecretStr | None, base_url: str, connections: int, total_s: float | None = None
) -> "OpenAIClient | None":
    if key is None:
        return None
    from ivr.gateways.openai_client import OpenAIClient

    return OpenAIClient(
        api_key=key.get_secret_value(),
        base_url=base_url,
        total_s=total_s or settings.openai_timeout_s,
        simulated=settings.simulated,
        max_connections=connections,
    )


def language_model(client: "OpenAIClient | None", settings: Settings) -> LanguageModel | None:
    """The model of each purpose behind one; None when there is none at all."""
    from ivr.gateways.model_router import RoutedLanguageModel

    own = _model_server(settings)
    if client is None:
        if own is None:
            return None
        return RoutedLanguageModel(dict.fromkeys(OWN_SERVER, own), None, _NOT_OFFERED)
    names = openai_models(settings)
    models = {name: _openai_model(client, settings, name) for name in {settings.openai_model, *names.values()}}
    by_purpose = {purpose: models[name] for purpose, name in names.items()}
    if own is not None:
        by_purpose |= dict.fromkeys(OWN_SERVER, own)
    return RoutedLanguageModel(by_purpose, models[settings.openai_model], _NOT_OFFERED)


def _openai_model(client: "OpenAIClient", settings: Settings, name: str) -> LanguageModel:
    from ivr.gateways.openai_auto_model import AutoLanguageModel
    from ivr.gateways.openai_chat_model import ChatLanguageModel
    from ivr.gateways.openai_language_model import OpenAILanguageModel

    match settings.openai_api:
        case "responses":
            return OpenAILanguageModel(client, name)
        case "chat":
            return ChatLanguageModel(client, name)
        case "auto":
            return AutoLanguageModel(OpenAILanguageModel(client, name), ChatLanguageModel(client, name))


def _model_server(settings: Settings) -> LanguageModel | None:
    if settings.ai_model_api_endpoint is None:
        return None
    from ivr.gateways.model_server import ModelServer
    from ivr.gateways.model_server_http import ModelServerHttp

    key = settings.ai_model_api_key
    http = ModelServerHttp(
        endpoint=settings.ai_model_api_endpoint,
        api_key=None if key is None else key.get_secret_value(),
        total_s=settings.openai_timeout_s,
        simulated=settings.simulated,
        max_connections=settings.worker_threads * settings.openai_scoring_samples,
    )
    return ModelServer(http, settings.ai_model_name or "", settings.ai_model_version or "")


def transcriber(client: "OpenAIClient | None", settings: Settings) -> Transcriber | None:
    if client is None:
        return None
    from ivr.gateways.openai_transcriber import OpenAITranscriber

    return OpenAITranscriber(client, settings.openai_transcribe_model)


def speaker(client: "OpenAIClient | None", settings: Settings) -> Speaker | None:
    if client is None:
        return None
    from ivr.gateways.openai_speaker import OpenAISpeaker

    return OpenAISpeaker(client, settings.openai_speech_model)


def embedder(settings: Settings) -> Embedder | None:
    total_s = min(EMBEDDING_S, settings.openai_timeout_s)
    client = _client(settings, settings.openai_api_key, settings.openai_base_url, settings.worker_threads, total_s)
    if client is None:
        return None
    from ivr.gateways.openai_embedder import OpenAIEmbedder

    return OpenAIEmbedder(client, settings.openai_embedding_model)
