"""The one place where real gateways are made and joined to the services."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from db.columns import utc_now
from interview.call_in import CallIn
from ivr.bootstrap_line import build_line_services, call_in_of
from ivr.gateways.documents import ChildProcessTextExtractor
from ivr.gateways.ports import Alerter, Embedder, LanguageModel, Mailer, Spans, Transcriber
from ivr.model_choice import OWN_SERVER, models_in_use, openai_models
from ivr.services.alerts import AlertService
from ivr.services.answers import AnswerService
from ivr.services.audit import AuditService
from ivr.services.blind_first import BlindFirstService
from ivr.services.calibrations import CalibrationService
from ivr.services.calls import CallService
from ivr.services.campaigns import CampaignService
from ivr.services.candidate_door import CandidateDoor
from ivr.services.candidate_questions import CandidateQuestionService
from ivr.services.candidates import CandidateService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.catalog import Services, WorkerServices
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.dialing import Gate
from ivr.services.drift import DriftService
from ivr.services.erasures import ErasureService
from ivr.services.exports import ExportService
from ivr.services.fairness import FairnessService
from ivr.services.follow_ups import FollowUpService
from ivr.services.idempotency import IdempotencyService
from ivr.services.imports import ImportService
from ivr.services.integrity import IntegrityService
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.jobs import JobService
from ivr.services.line import LineServices
from ivr.services.links import CandidateLinks
from ivr.services.messages import EMAIL, SMS
from ivr.services.model_ledger import ModelLedger
from ivr.services.model_watch import DAY_S, ModelWatch
from ivr.services.periodic import Periodic
from ivr.services.practice import PracticeService
from ivr.services.profiles import ProfileService
from ivr.services.question_writing import QuestionWriter
from ivr.services.ratings import RatingService
from ivr.services.results import ResultService
from ivr.services.retention import DAY_S as PURGE_S
from ivr.services.retention import RetentionService
from ivr.services.reviews import ReviewService
from ivr.services.rubrics import RubricService
from ivr.services.scorecards import ScorecardService
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.gateways.openai_client import OpenAIClient
    from ivr.gateways.twilio_carrier import TwilioCarrier

# Whoever asks is on the telephone: what takes longer than this is of no use to them.
EMBEDDING_S = 15.0
_NOT_OFFERED = (
    "The model server of AI_MODEL_API_ENDPOINT writes questions and rates answers; for everything else "
    "OPENAI_API_KEY is missing."
)
# How soon work that a fault of ours ended is shown as ended.
PARKED_S = 60.0
# How soon a week is noticed to be over, or a model to be new where nobody has been interviewed yet.
CONTROLS_S = 3600.0


def build_services(settings: Settings, line: LineServices | None = None) -> Services:
    """What a web process needs; nothing of it asks the carrier or a model. ``line`` is what of it is there already."""
    line = line or build_line_services(settings)
    return Services(**_common(settings, line, ModelLedger(line.database, None, utc_now)))


def build_worker_services(settings: Settings) -> WorkerServices:
    """What a worker process needs, with the vendors' libraries behind it."""
    carrier = _carrier(settings)
    line = build_line_services(
        settings,
        # Threads wait for vendors most of the time; a third of them at the database at once is plenty.
        pool_size=max(10, settings.worker_threads // 3),
        messenger=carrier,
        mailer=_mailer(settings),
    )
    database, store, conversations = line.database, line.store, line.conversations
    texts, speech = _text_client(settings), _speech_client(settings)
    ledger = ModelLedger(
        database,
        _language_model(texts, settings),
        utc_now,
        transcriber=_transcriber(speech, settings),
        model_name=settings.openai_model,
        model_names=models_in_use(settings),
        transcribe_model_name=settings.openai_transcribe_model,
        embedder=_embedder(settings),
        embedding_model_name=settings.openai_embedding_model,
        spans=_spans(settings),
        budget_usd=None if settings.monthly_budget_usd is None else Decimal(str(settings.monthly_budget_usd)),
    )
    common = _common(settings, line, ledger)
    calls = CallService(
        database,
        carrier,
        Gate(settings),
        conversations,
        line.callbacks,
        utc_now,
        calls_per_second=settings.calls_per_second,
    )
    scorecards = ScorecardService(database, ledger, utc_now)
    control_runs = ControlRunService(database, ledger, utc_now, samples=settings.openai_scoring_samples)
    practices = PracticeService(database, carrier, store, utc_now)
    retention = RetentionService(database, store, common["erasures"], utc_now)
    return WorkerServices(
        **common,
        calls=calls,
        answers=AnswerService(database, carrier, store, ledger, conversations, practices, utc_now),
        candidate_questions=CandidateQuestionService(database, store, ledger, utc_now),
        carrier_copies=CarrierCopies(database, carrier, carrier, utc_now),
        control_runs=control_runs,
        follow_ups=FollowUpService(database, ledger, utc_now),
        practices=practices,
        profiles=ProfileService(database, ledger, utc_now),
        alerts=AlertService(database, _alerter(settings), utc_now),
        ratings=RatingService(
            database, ledger, utc_now, samples=settings.openai_scoring_samples, controls=control_runs
        ),
        scorecards=scorecards,
        integrity=IntegrityService(database, utc_now),
        periodic=(
            *_periodic(settings, texts, speech),
            Periodic("parked_calls", PARKED_S, calls.settle_parked),
            Periodic("drift", DAY_S, common["drift"].watch),
            Periodic("controls", CONTROLS_S, control_runs.begin_due),
            Periodic("parked_results", PARKED_S, scorecards.settle_parked),
            Periodic("retention", PURGE_S, retention.purge),
            Periodic("answered_requests", PURGE_S, common["idempotency"].purge),
        ),
    )


def build_rating_model(settings: Settings) -> LanguageModel | None:
    """The model that rates answers, for who rates without a database; None when none is configured."""
    return _language_model(_text_client(settings), settings)


def _common(settings: Settings, line: LineServices, ledger: ModelLedger) -> Mapping[str, Any]:
    database, bell, store = line.database, line.bell, line.store
    extractor = ChildProcessTextExtractor()
    candidates = CandidateService(database, utc_now, store, extractor, ring=bell.ring)
    imports = ImportService(database, candidates)
    sends_texts, sends_mail = settings.twilio_messaging_service_sid is not None, settings.smtp_url is not None
    mail_sender = settings.mail_server.sender if settings.mail_server else None
    links = CandidateLinks(settings.link_base_url, settings.pin_secrets)

    def call_in(interview_id: str) -> CallIn:
        return call_in_of(settings, interview_id)

    interviews = InterviewService(
        database,
        Gate(settings),
        candidates,
        ResultService(database, store, settings.trace_url_template),
        ReviewService(database, utc_now, bell.ring),
        utc_now,
        bell.ring,
        simulated=settings.simulated,
        sends_texts=sends_texts,
        sends_mail=sends_mail,
    )
    return {
        **{each.name: getattr(line, each.name) for each in fields(LineServices)},
        "audit": AuditService(database, utc_now),
        "blind_first": BlindFirstService(database),
        "calibrations": CalibrationService(database, utc_now),
        "campaigns": CampaignService(
            database,
            Gate(settings),
            interviews,
            imports,
            utc_now,
            bell.ring,
            calls_per_second=settings.calls_per_second,
            simulated=settings.simulated,
        ),
        "candidates": candidates,
        "controls": ControlService(database, utc_now, bell.ring),
        "erasures": ErasureService(database, store, utc_now, bell.ring, secrets=settings.pseudonym_secrets),
        "exports": ExportService(database, store, utc_now),
        "drift": DriftService(database, utc_now),
        "fairness": FairnessService(database, utc_now),
        "idempotency": IdempotencyService(database, utc_now),
        "imports": imports,
        "interviews": interviews,
        "invitations": InvitationService(
            database,
            Gate(settings),
            links,
            utc_now,
            bell.ring,
            sends=frozenset(way for way, is_on in ((SMS, sends_texts), (EMAIL, sends_mail)) if is_on),
        ),
        "candidate_door": CandidateDoor(
            database,
            Gate(settings),
            links,
            utc_now,
            bell.ring,
            call_in=call_in,
            remind_by=SMS if sends_texts else EMAIL if sends_mail else None,
            mail_sender=mail_sender,
        ),
        "rubrics": RubricService(database, utc_now),
        "jobs": JobService(database, utc_now, store, extractor, QuestionWriter(ledger), ring=bell.ring),
    }


def _carrier(settings: Settings) -> "TwilioCarrier":
    from ivr.gateways.twilio_carrier import TwilioCarrier

    return TwilioCarrier(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        phone_number=settings.twilio_phone_number,
        base_url=settings.twilio_api_base_url,
        messaging_service_sid=settings.twilio_messaging_service_sid,
        simulated=settings.simulated,
    )


def _alerter(settings: Settings) -> Alerter | None:
    if settings.alert_webhook_url is None:
        return None
    from ivr.gateways.alert_webhook import AlertWebhook

    return AlertWebhook(settings.alert_webhook_url)


def _spans(settings: Settings) -> Spans | None:
    if settings.otel_exporter_otlp_endpoint is None:
        return None
    from ivr.gateways.otlp_spans import OtlpSpans

    return OtlpSpans(settings.otel_exporter_otlp_endpoint, headers=settings.otlp_headers)


def _mailer(settings: Settings) -> Mailer | None:
    server = settings.mail_server
    if server is None:
        return None
    from ivr.gateways.smtp_mailer import SmtpMailer

    return SmtpMailer(
        host=server.host,
        port=server.port,
        implicit_tls=server.implicit_tls,
        user=server.user,
        password=server.password,
        sender=server.sender,
        simulated=settings.simulated,
    )


def _text_client(settings: Settings) -> "OpenAIClient | None":
    # three samples of one answer are asked for side by side
    connections = settings.worker_threads * settings.openai_scoring_samples
    return _client(settings, settings.openai_api_key, settings.openai_base_url, connections)


def _speech_client(settings: Settings) -> "OpenAIClient | None":
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


def _language_model(client: "OpenAIClient | None", settings: Settings) -> LanguageModel | None:
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


def _transcriber(client: "OpenAIClient | None", settings: Settings) -> Transcriber | None:
    if client is None:
        return None
    from ivr.gateways.openai_transcriber import OpenAITranscriber

    return OpenAITranscriber(client, settings.openai_transcribe_model)


def _embedder(settings: Settings) -> Embedder | None:
    total_s = min(EMBEDDING_S, settings.openai_timeout_s)
    client = _client(settings, settings.openai_api_key, settings.openai_base_url, settings.worker_threads, total_s)
    if client is None:
        return None
    from ivr.gateways.openai_embedder import OpenAIEmbedder

    return OpenAIEmbedder(client, settings.openai_embedding_model)


def _periodic(
    settings: Settings, texts: "OpenAIClient | None", speech: "OpenAIClient | None"
) -> tuple[Periodic, ...]:
    from ivr.gateways.openai_models import OpenAIModels

    written = sorted({settings.openai_model, *models_in_use(settings).values()} - {settings.own_model or ""})
    named = (
        *((texts, name) for name in written), (texts, settings.openai_embedding_model),
        (speech, settings.openai_transcribe_model),
    )  # fmt: skip
    watch = ModelWatch([(OpenAIModels(client), name) for client, name in named if client is not None], utc_now)
    return (Periodic("models", DAY_S, watch.look),)
