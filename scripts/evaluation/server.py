"""Where the judge's model is: the one in .env, or the project's own double, started for this run."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ivr.bootstrap import build_rating_model
from ivr.gateways.ports import LanguageModel
from ivr.model_choice import models_in_use
from ivr.services.judging import PURPOSE
from ivr.settings import BadSettings, Settings, load_settings
from scripts.demonstration.stage import Stage

# Fast enough to be tried, slow enough to see the progress bar.
DOUBLE_LATENCY_MS = 20


@dataclass(frozen=True, slots=True)
class Server:
    """The model with its name and place; ``simulated`` when a double answers."""

    model: LanguageModel
    name: str
    place: str
    samples: int
    simulated: bool


@contextlib.contextmanager
def double(parallel: int, **wishes: Any) -> Iterator[Server]:
    """The double's model, for as long as this lasts. Raises StageError when it does not start."""
    with Stage(numbers=[], model_latency_ms=DOUBLE_LATENCY_MS) as stage:
        stage.start_model()
        told = stage.environment()
        names = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL")
        # Whatever .env says of other models, this run asks the double.
        others = dict.fromkeys(("openai_model_scoring", "ai_model_api_endpoint", "ai_model_name", "ai_model_version"))
        given = others | {name.lower(): told[name] for name in names} | {"openai_api": "responses", "simulated": True}
        yield _server(_settings(parallel, **given | wishes))


def configured(parallel: int, **wishes: Any) -> Server:
    """The model of the environment and of .env. Raises BadSettings with what is missing."""
    return _server(_settings(parallel, **wishes))


def _settings(parallel: int, **given: Any) -> Settings:
    """Nobody is called and nothing is stored, so what belongs to the telephone and the database need not be set."""
    return load_settings(
        secret_key=secrets.token_urlsafe(32),
        webhook_base_url="http://localhost",
        candidate_link_url=None,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token=secrets.token_urlsafe(32),
        twilio_phone_number="+14155550100",
        twilio_api_base_url="http://localhost",
        # as many connections as rows at once
        worker_threads=parallel,
        **given,
    )


def _server(settings: Settings) -> Server:
    model = build_rating_model(settings)
    if model is None:
        raise BadSettings(["OPENAI_API_KEY is not set. Set it in .env, or try `--double` without a key."])
    address = urlsplit(settings.ai_model_api_endpoint or settings.openai_base_url)
    place = "double" if settings.simulated else address.netloc.rpartition("@")[2]
    return Server(model, models_in_use(settings)[PURPOSE], place, settings.openai_scoring_samples, settings.simulated)
