"""Settings: read once from the environment; whatever is missing or unsafe stops the start with a sentence."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from interview.calling_hours import HoursLimit
from interview.phone import PhoneNumber, WhitelistPattern
from interview.wording import base_language, supported_languages

TWILIO_API = "https://api.twilio.com"
OPENAI_API = "https://api.openai.com/v1"
_VENDORS = ("twilio.com", "openai.com")
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_KNOWN_DEFAULTS = {"changeme", "change-me", "secret", "dev", "password", "your_auth_token", "your-secret-key", "xxx"}


class BadSettings(Exception):
    """One or more settings are missing or wrong; ``sentences`` says which and what to do."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class MailServer:
    """SMTP_URL taken apart. ``implicit_tls``: TLS from the first byte (smtps), else by STARTTLS."""

    host: str
    port: int
    implicit_tls: bool
    user: str | None
    password: str | None = field(repr=False)
    sender: str

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """``smtp://user:password@host:587?from=jobs@example.com``, or ``smtps://…``. ValueError with what is wrong."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("must be like smtp://user:password@host:587?from=jobs@example.com") from None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("must be like smtp://user:password@host:587?from=jobs@example.com")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if user is not None and password is None:
            raise ValueError("names a user without a password")
        sender = dict(parse_qsl(parts.query)).get("from") or user or ""
        if not _ADDRESS.fullmatch(sender):
            raise ValueError("needs the address that e-mails come from: add ?from=jobs@example.com")
        is_tls = parts.scheme == "smtps"
        return cls(parts.hostname, port or (465 if is_tls else 587), is_tls, user, password, sender)


class Settings(BaseSettings):
    """Every variable the product reads, with its default; `.env.example` says the same in words."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    # data
    database_url: str = "sqlite:///instance/viva.sqlite3"
    redis_url: str | None = None
    storage_url: str = "file://instance/files"
    s3_endpoint_url: str | None = None
    instance_dir: Path = Path("instance")

    # secrets, access
    secret_key: SecretStr
    secret_key_previous: SecretStr | None = None
    pseudonym_key: SecretStr | None = None
    api_key: SecretStr | None = None
    whitelisted_numbers: Annotated[tuple[str, ...], NoDecode] = ()
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    metrics_token: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    rate_limit_per_minute: int = Field(default=60, ge=1)
    rate_limit_interviews_per_minute: int = Field(default=10, ge=1)
    rate_limit_logins_per_minute: int = Field(default=5, ge=1)

    # carrier
    webhook_base_url: str
    candidate_link_url: str | None = None
    twilio_account_sid: str
    twilio_auth_token: SecretStr
    twilio_auth_token_previous: SecretStr | None = None
    twilio_phone_number: str
    twilio_messaging_service_sid: str | None = None
    smtp_url: str | None = Field(default=None, repr=False)
    call_in_language: str = "en-US"
    twilio_api_base_url: str = TWILIO_API
    answer_mode: Literal["record", "speech"] = "record"
    calling_hours_limit: str = "08:00-21:00"
    max_concurrent_calls: int = Field(default=10, ge=1)
    calls_per_second: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    max_calls_per_day: int = Field(default=500, ge=1)
    max_calls_per_number_per_day: int = Field(default=3, ge=1)

    # models
    openai_api_key: SecretStr | None = None
    openai_base_url: str = OPENAI_API
    openai_api: Literal["responses", "chat", "auto"] = "responses"
    openai_model: str = "gpt-6-luna"
    openai_model_questions: str | None = None
    openai_model_checking: str | None = None
    openai_model_scoring: str | None = None
    openai_model_writing: str | None = None
    openai_transcribe_model: str = "gpt-transcribe"
    openai_transcribe_base_url: str | None = None
    openai_transcribe_api_key: SecretStr | None = None
    openai_embedding_model: str = "text-embedding-3-small"
    openai_speech_model: str = "gpt-4o-mini-tts"
    openai_scoring_samples: int = Field(default=3, ge=1, le=9)
    openai_timeout_s: float = Field(default=60.0, gt=0, le=90)
    monthly_budget_usd: float | None = Field(default=None, ge=0)
    ai_model_api_endpoint: str | None = None
    ai_model_api_key: SecretStr | None = None
    ai_model_name: str | None = Field(default=None, max_length=60)
    ai_model_version: str | None = Field(default=None, max_length=30)

    # running
    port: int = Field(default=8000, ge=1, le=65_535)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    worker_threads: int = Field(default=32, ge=1, le=256)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    alert_webhook_url: str | None = Field(default=None, repr=False)
    sentry_dsn: SecretStr | None = None
    otel_exporter_otlp_endpoint: str | None = None
    otel_exporter_otlp_headers: SecretStr | None = None
    trace_url_template: str | None = None
    webhooks_to_loopback: bool = False
    simulated: bool = False

    @field_validator("whitelisted_numbers", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("whitelisted_numbers")
    @classmethod
    def _patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            WhitelistPattern.parse(pattern)
        return value

    @field_validator("calling_hours_limit")
    @classmethod
    def _hours(cls, value: str) -> str:
        HoursLimit.parse(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _driver(cls, value: str) -> str:
        """Heroku's ``postgres://`` and plain ``postgresql://`` both mean psycopg 3 here."""
        url = re.sub(r"^(postgres|postgresql)://", "postgresql+psycopg://", value)
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("storage_url")
    @classmethod
    def _place(cls, value: str) -> str:
        parts = urlsplit(value)
        is_bucket = parts.scheme == "s3" and bool(parts.hostname) and "@" not in parts.netloc and not parts.query
        if not is_bucket and (not value.startswith("file://") or value == "file://"):
            raise ValueError("must be a directory, such as file://instance/files, or a bucket: s3://bucket/prefix")
        return value

    @field_validator("twilio_phone_number")
    @classmethod
    def _number(cls, value: str) -> str:
        return PhoneNumber.parse(value).e164

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator(
        "webhook_base_url", "candidate_link_url", "twilio_api_base_url", "openai_base_url",
        "openai_transcribe_base_url", "ai_model_api_endpoint", "s3_endpoint_url",
    )  # fmt: skip
    @classmethod
    def _no_slash(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
            raise ValueError("must be an absolute http(s) address such as https://calls.example.com")
        return value.rstrip("/")

    @field_validator("twilio_account_sid")
    @classmethod
    def _account(cls, value: str) -> str:
        if not re.fullmatch(r"AC[0-9a-f]{32}", value):
            raise ValueError('must be the Account SID from the Twilio console: "AC" and 32 hexadecimal digits')
        return value

    @field_validator("twilio_messaging_service_sid")
    @classmethod
    def _messaging_service(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"MG[0-9a-f]{32}", value):
            raise ValueError('must be a Messaging Service SID from the Twilio console: "MG" and 32 hexadecimal digits')
        return value

    @field_validator("alert_webhook_url")
    @classmethod
    def _alerts(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://x")
        is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or is_here):
            raise ValueError("must be an https address (http only on this machine)")
        return value

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value() if value else "https://key@host/1")
        if parts.scheme not in {"http", "https"} or not (parts.username and parts.hostname and parts.path.strip("/")):
            raise ValueError("must be the address from Sentry's project settings, like https://key@host/1")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://x")
        is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or is_here) or parts.query or parts.fragment:
            raise ValueError("must be the issuer's https address as it writes it, such as https://login.example.com")
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _collector(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("must be the collector's address for OTLP over HTTP, such as http://localhost:4318")
        return value

    @field_validator("trace_url_template")
    @classmethod
    def _trace(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or "{trace_id}" not in value):
            raise ValueError("must be an address with {trace_id} in it, such as https://traces.example.com/{trace_id}")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail(cls, value: str | None) -> str | None:
        if value is not None:
            MailServer.parse(value)
        return value

    @field_validator("call_in_language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if base_language(value) not in supported_languages():
            raise ValueError(f"must be one of our languages: {', '.join(supported_languages())}")
        return value

    @field_validator("secret_key", "secret_key_previous", "pseudonym_key", "api_key", "metrics_token")
    @classmethod
    def _strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and _is_weak(value):
            raise ValueError("is too short or a well-known default; make one with `python -m scripts.viva secret`")
        return value

    @field_validator("twilio_auth_token", "twilio_auth_token_previous")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        """Whoever knows the former token gets in as well, so it may be no weaker."""
        if value is not None and _is_weak(value):
            raise ValueError("is too short or a well-known default: copy the Auth Token from the Twilio console")
        return value

    @model_validator(mode="after")
    def _real_or_simulated(self) -> "Settings":
        """A double is used on purpose and for both sides, or not at all (SIMULATED)."""
        vendors = {"TWILIO_API_BASE_URL": _is_vendor(self.twilio_api_base_url)}
        if self.openai_api_key is not None:
            vendors["OPENAI_BASE_URL"] = _is_vendor(self.openai_base_url)
        if self.openai_transcribe_api_key is not None or self.openai_transcribe_base_url is not None:
            speech = self.openai_transcribe_base_url or self.openai_base_url
            vendors["OPENAI_TRANSCRIBE_BASE_URL"] = _is_vendor(speech)
        if self.ai_model_api_endpoint is not None:
            vendors["AI_MODEL_API_ENDPOINT"] = _is_vendor(self.ai_model_api_endpoint)
        if self.simulated and any(vendors.values()):
            names = ", ".join(name for name, is_vendor in vendors.items() if is_vendor)
            raise ValueError(f"SIMULATED=1 is for the project's own doubles only, but the vendor is at {names}")
        public = urlsplit(self.webhook_base_url)
        if public.scheme != "https" and public.hostname not in _LOCAL_HOSTS:
            raise ValueError("WEBHOOK_BASE_URL must be https: Twilio would send answers and keys in the clear")
        links = urlsplit(self.link_base_url)
        if links.scheme != "https" and links.hostname not in _LOCAL_HOSTS:
            raise ValueError("CANDIDATE_LINK_URL must be https: whoever reads a candidate's link can use it")
        return self

    @model_validator(mode="after")
    def _own_model_is_named(self) -> "Settings":
        """A rating must say which model made it, or nobody could tell a change of model from a change of candidates."""
        if self.ai_model_api_endpoint is None and self.ai_model_name is not None:
            raise ValueError("AI_MODEL_API_ENDPOINT is not set, but AI_MODEL_NAME is")
        if self.ai_model_api_endpoint is not None and not (self.ai_model_name and self.ai_model_version):
            raise ValueError("AI_MODEL_NAME and AI_MODEL_VERSION must be set beside AI_MODEL_API_ENDPOINT")
        return self

    @model_validator(mode="after")
    def _sign_on_is_whole(self) -> "Settings":
        """Single sign-on is set up with all three, or not at all."""
        given = {
            "OIDC_ISSUER": self.oidc_issuer, "OIDC_CLIENT_ID": self.oidc_client_id,
            "OIDC_CLIENT_SECRET": self.oidc_client_secret,
        }  # fmt: skip
        missing = [name for name, value in given.items() if value is None]
        if missing and len(missing) < len(given):
            is_or_are = "is" if len(missing) == 1 else "are"
            raise ValueError(f"Single sign-on takes three settings, and {' and '.join(missing)} {is_or_are} not set")
        return self

    @property
    def otlp_headers(self) -> dict[str, str]:
        """OTEL_EXPORTER_OTLP_HEADERS taken apart: ``name=value`` pairs with commas between, values percent-encoded."""
        given = self.otel_exporter_otlp_headers.get_secret_value() if self.otel_exporter_otlp_headers else ""
        pairs = (pair.partition("=") for pair in given.split(",") if "=" in pair)
        return {name.strip(): unquote(value.strip()) for name, _, value in pairs}

    @property
    def reaches_loopback(self) -> bool:
        """Whether outgoing webhooks may go to this machine."""
        return self.simulated or self.webhooks_to_loopback

    @property
    def link_base_url(self) -> str:
        """Where candidates' links point."""
        return self.candidate_link_url or self.webhook_base_url

    @property
    def mail_server(self) -> "MailServer | None":
        """The server of SMTP_URL; without one no e-mail is sent."""
        return None if self.smtp_url is None else MailServer.parse(self.smtp_url)

    @property
    def whitelist_floor(self) -> tuple[WhitelistPattern, ...]:
        """The numbers in WHITELISTED_NUMBERS, for every organisation."""
        return tuple(WhitelistPattern.parse(text) for text in self.whitelisted_numbers)

    @property
    def hours_limit(self) -> HoursLimit:
        """The hard limit of calling hours in the candidate's zone."""
        return HoursLimit.parse(self.calling_hours_limit)

    @property
    def pin_secrets(self) -> tuple[str, ...]:
        """What codes for calling in are made from: the present key, and the one before it during a rotation."""
        keys = (self.secret_key, self.secret_key_previous)
        return tuple(key.get_secret_value() for key in keys if key is not None)

    @property
    def pseudonym_secrets(self) -> tuple[str, ...]:
        """What stands for forgotten numbers is made from the first; all of them are tried when one is looked for."""
        own = () if self.pseudonym_key is None else (self.pseudonym_key.get_secret_value(),)
        return (*own, *self.pin_secrets)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def has_model(self) -> bool:
        """True when there is a model to rate answers; without one interviews complete and wait to be scored."""
        return self.openai_api_key is not None or self.ai_model_api_endpoint is not None

    @property
    def own_model(self) -> str | None:
        """The name and version of the model on a server of one's own, as ratings keep it."""
        if self.ai_model_api_endpoint is None:
            return None
        return f"{self.ai_model_name}@{self.ai_model_version}"


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment. Raises BadSettings with a sentence for each variable at fault."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise BadSettings([_sentence(item) for item in error.errors(include_input=False, include_url=False)]) from None


def _is_weak(secret: SecretStr) -> bool:
    text = secret.get_secret_value().strip()
    return len(text) < 16 or text.lower() in _KNOWN_DEFAULTS


def _is_vendor(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".")
    return any(host == vendor or host.endswith("." + vendor) for vendor in _VENDORS)


def _sentence(item: Any) -> str:
    name = str(item["loc"][0]).upper() if item["loc"] else ""
    if item["type"] == "missing":
        return f"{name} is not set. `.env.example` says what it is for."
    message = str(item["msg"]).removeprefix("Value error, ").removesuffix(".")
    message = re.sub(r"^Input should be", "must be", message).partition(", unable to")[0]
    if not name:
        return f"{message}."
    return f"{name} {message}." if message[0].islower() else f"{name}: {message}."
