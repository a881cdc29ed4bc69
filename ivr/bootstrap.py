"""The one place where real gateways are made and joined to the services."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from db.columns import utc_now
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.call_in import CallIn
from ivr.bootstrap_line import budget_usd, build_line_services, call_in_of
from ivr.bootstrap_models import embedder, language_model, speaker, speech_client, text_client, transcriber
from ivr.gateways.documents import ChildProcessTextExtractor
from ivr.gateways.ports import Alerter, FileStore, LanguageModel, Mailer, Spans
from ivr.gateways.redis_news import RedisNews
from ivr.gateways.redis_server import redis_url
from ivr.gateways.scorecard_pdf import ChildProcessPrinter
from ivr.model_choice import models_by_name, models_in_use
from ivr.services.account_mail import AccountMail
from ivr.services.alerts import AlertService
from ivr.services.announcements import AnnouncementService
from ivr.services.answers import AnswerService
from ivr.services.audit import AuditService
from ivr.services.blind_first import BlindFirstService
from ivr.services.calibrations import CalibrationService
from ivr.services.call_lists import CallLists
from ivr.services.call_previews import CallPreviewService
from ivr.services.calls import CallService
from ivr.services.campaigns import CampaignService
from ivr.services.candidate_door import CandidateDoor
from ivr.services.candidate_questions import CandidateQuestionService
from ivr.services.candidate_records import CandidateRecordService
from ivr.services.candidate_requests import CandidateRequestService
from ivr.services.candidates import CandidateService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.catalog import Services, WorkerServices
from ivr.services.coaching import CoachingService
from ivr.services.comparisons import ComparisonService
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.cost_estimates import CostEstimateService
from ivr.services.costs import CostService
from ivr.services.dataset import DatasetService
from ivr.services.dialing import Gate
from ivr.services.drift import DriftService
from ivr.services.erasures import ErasureService
from ivr.services.event_objects import EventObjects
from ivr.services.exports import ExportService
from ivr.services.fairness import FairnessService
from ivr.services.feedback import FeedbackService
from ivr.services.feedback_drafts import FeedbackDraftService
from ivr.services.follow_ups import FollowUpService
from ivr.services.hearing import HearingService
from ivr.services.house_status import HouseStatusService
from ivr.services.idempotency import IdempotencyService
from ivr.services.imports import ImportService
from ivr.services.insights import InsightService
from ivr.services.integrity import IntegrityService
from ivr.services.interview_exports import InterviewExports
from ivr.services.interview_lists import InterviewListService
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.job_erasures import JobErasureService
from ivr.services.job_overviews import JobOverviewService
from ivr.services.jobs import JobService
from ivr.services.line import LineServices
from ivr.services.links import CandidateLinks
from ivr.services.live_calls import LiveCallService
from ivr.services.live_events import LiveEventService
from ivr.services.logins import LoginService
from ivr.services.messages import EMAIL, SMS
from ivr.services.model_ledger import ModelLedger
from ivr.services.model_watch import LOOK_S, ModelWatch
from ivr.services.organisations import OrganisationService
from ivr.services.own_data import OwnDataService
from ivr.services.periodic import Periodic
from ivr.services.practice import PracticeService
from ivr.services.profiles import ProfileService
from ivr.services.question_checks import QuestionChecker
from ivr.services.question_insights import QuestionInsightService
from ivr.services.question_writing import QuestionWriter
from ivr.services.ratings import PURPOSE as RATING
from ivr.services.ratings import RatingService
from ivr.services.reports import ReportService
from ivr.services.results import ResultService
from ivr.services.resume_questions import ResumeQuestionService
from ivr.services.retention import DAY_S, RetentionService
from ivr.services.reviews import ReviewService
from ivr.services.rubrics import RubricService
from ivr.services.saved_views import SavedViewService
from ivr.services.scorecards import ScorecardService
from ivr.services.sealing import Seal
from ivr.services.sightings import Sightings
from ivr.services.single_sign_on import SingleSignOn
from ivr.services.sittings import SittingService
from ivr.services.speeches import SpeechService
from ivr.services.stop_switch import StopSwitch
from ivr.services.storage_watch import StorageWatch
from ivr.services.test_dials import TestDialService
from ivr.services.user_links import UserLinks
from ivr.services.users import UserService
from ivr.services.webhook_deliveries import Slots, WebhookDeliveryService
from ivr.services.webhook_endpoints import WebhookEndpointService
from ivr.services.work import WorkService
from ivr.settings import Settings
from ivr.tallies import CountedSpans, Tallies

if TYPE_CHECKING:
    from ivr.gateways.openai_client import OpenAIClient
    from ivr.gateways.twilio_carrier import TwilioCarrier

# How soon work that a fault of ours ended is shown as ended.
PARKED_S = 60.0
# How soon a week is noticed to be over, or a model to be new where nobody has been interviewed yet.
CONTROLS_S = 3600.0


def build_services(settings: Settings, line: LineServices | None = None) -> Services:
    """What a web process needs; nothing of it asks the carrier or a model. ``line`` is what of it is there already."""
    line = line or build_line_services(settings)
    # It asks nobody here, and knows the models' names: what one of them has checked already is not checked again.
    ledger = ModelLedger(
        line.database, None, utc_now, model_name=settings.openai_model, model_names=models_in_use(settings)
    )
    return Services(**_common(settings, line, ledger))


def build_worker_services(settings: Settings) -> WorkerServices:
    """What a worker process needs, with the vendors' libraries behind it."""
    tallies = Tallies()
    carrier, mailer = _carrier(settings, tallies), _mailer(settings)
    line = build_line_services(
        settings,
        # Threads wait for vendors most of the time; a third of them at the database at once is plenty.
        pool_size=max(10, settings.worker_threads // 3),
        messenger=carrier,
        mailer=mailer,
    )
    database, store, conversations = line.database, line.store, line.conversations
    texts, speech = text_client(settings), speech_client(settings)
    ledger = ModelLedger(
        database,
        language_model(texts, settings),
        utc_now,
        transcriber=transcriber(speech, settings),
        model_name=settings.openai_model,
        model_names=models_in_use(settings),
        transcribe_model_name=settings.openai_transcribe_model,
        embedder=embedder(settings),
        embedding_model_name=settings.openai_embedding_model,
        speaker=speaker(texts, settings),
        speech_model_name=settings.openai_speech_model,
        spans=CountedSpans(tallies, _spans(settings)),
        budget_usd=budget_usd(settings),
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
    checker = QuestionChecker(database, ledger, utc_now)
    scorecards = ScorecardService(database, ledger, utc_now)
    control_runs = ControlRunService(database, ledger, utc_now, samples=settings.openai_scoring_samples)
    practices = PracticeService(database, carrier, store, utc_now)
    retention = RetentionService(database, store, common["erasures"], utc_now)
    return WorkerServices(
        **common,
        tallies=tallies,
        announcements=AnnouncementService(database, _news(settings), utc_now),
        webhook_deliveries=_webhook_deliveries(settings, database, common["event_objects"]),
        account_mail=AccountMail(database, mailer, user_links(settings), utc_now),
        calls=calls,
        answers=AnswerService(
            database, carrier, store, ledger, conversations, practices, utc_now
        ),
        candidate_questions=CandidateQuestionService(database, store, ledger, utc_now),
        carrier_copies=CarrierCopies(database, carrier, carrier, utc_now),
        control_runs=control_runs,
        feedback_drafts=FeedbackDraftService(database, ledger, utc_now),
        follow_ups=FollowUpService(database, ledger, checker, utc_now),
        practices=practices,
        speeches=SpeechService(database, store, ledger, utc_now),
        resume_questions=ResumeQuestionService(database, store, ledger, checker, utc_now),
        profiles=ProfileService(database, ledger, utc_now),
        alerts=AlertService(database, _alerter(settings), utc_now),
        ratings=RatingService(
            database, ledger, utc_now, samples=settings.openai_scoring_samples, controls=control_runs
        ),
        scorecards=scorecards,
        test_dials=TestDialService(
            database, carrier, Gate(settings), common["callbacks"], utc_now, calls_per_second=settings.calls_per_second
        ),
        integrity=IntegrityService(database, utc_now),
        periodic=(
            *_periodic(settings, database, texts, speech),
            *_storage_watch(store),
            Periodic("parked_calls", PARKED_S, calls.settle_parked),
            Periodic("drift", DAY_S, common["drift"].watch),
            Periodic("controls", CONTROLS_S, control_runs.begin_due),
            Periodic("parked_results", PARKED_S, scorecards.settle_parked),
            Periodic("retention", DAY_S, retention.purge),
            Periodic("answered_requests", DAY_S, common["idempotency"].purge),
            Periodic("webhook_log", DAY_S, common["webhook_endpoints"].tidy),
        ),
    )


def build_rating_model(settings: Settings) -> LanguageModel | None:
    """The model that rates answers, for who rates without a database; None when none is configured."""
    return language_model(text_client(settings), settings)


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

    results = ResultService(database, store, settings.trace_url_template)
    interviews = InterviewService(
        database,
        Gate(settings),
        candidates,
        results,
        ReviewService(database, utc_now, bell.ring),
        utc_now,
        bell.ring,
        simulated=settings.simulated,
        sends_texts=sends_texts,
        sends_mail=sends_mail,
    )
    checker = QuestionChecker(database, ledger, utc_now)
    jobs = JobService(
        database, utc_now, store, extractor, QuestionWriter(ledger, checker), checker, ring=bell.ring
    )
    costs = CostService(database, utc_now, budget_usd=budget_usd(settings))
    objects = EventObjects(database, jobs, candidates, interviews)
    logins = LoginService(database, utc_now, user_links(settings), sends_mail=sends_mail, ring=bell.ring)
    erasures = ErasureService(database, store, utc_now, bell.ring, secrets=settings.pseudonym_secrets)
    return {
        **{each.name: getattr(line, each.name) for each in fields(LineServices)},
        "audit": AuditService(database, utc_now),
        "blind_first": BlindFirstService(database),
        "calibrations": CalibrationService(database, utc_now),
        "call_lists": CallLists(database, utc_now, settings),
        "call_previews": CallPreviewService(database, Gate(settings), candidates, interviews, utc_now),
        "candidate_records": CandidateRecordService(database, Gate(settings), utc_now),
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
        "comparisons": ComparisonService(database, BlindFirstService(database)),
        "controls": ControlService(database, utc_now, bell.ring),
        "cost_estimates": CostEstimateService(
            database,
            utc_now,
            rating_model=models_in_use(settings).get(RATING, settings.openai_model),
            transcribe_model=settings.openai_transcribe_model,
            samples=settings.openai_scoring_samples,
            simulated=settings.simulated,
        ),
        "costs": costs,
        "dataset": DatasetService(database, utc_now, settings.pseudonym_secrets[0]),
        "erasures": erasures,
        "job_erasures": JobErasureService(database, store, utc_now, bell.ring),
        "job_overviews": JobOverviewService(database),
        "exports": ExportService(database, store, utc_now),
        "drift": DriftService(database, utc_now),
        "fairness": FairnessService(database, utc_now),
        "feedback": FeedbackService(database, utc_now, bell.ring),
        "hearing": HearingService(
            database, store, utc_now, bell.ring,
            model=settings.openai_speech_model if settings.openai_api_key is not None else None,
        ),
        "house_status": HouseStatusService(
            database, utc_now, line.health, costs, models_by_name(settings), own_model=settings.own_model,
            has_model=settings.has_model,
        ),
        "work": WorkService(database, utc_now, bell.ring),
        "idempotency": IdempotencyService(database, utc_now),
        "imports": imports,
        "insights": InsightService(database),
        "interview_lists": InterviewListService(database, BlindFirstService(database)),
        "interview_exports": InterviewExports(database, interviews, utc_now),
        "interviews": interviews,
        "question_insights": QuestionInsightService(database),
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
        "candidate_requests": CandidateRequestService(database, utc_now, bell.ring),
        "coaching": CoachingService(database, links, utc_now),
        "own_data": OwnDataService(database, links, erasures, utc_now, bell.ring),
        "reports": ReportService(database, results, ChildProcessPrinter(), Sightings(database, utc_now)),
        "logins": logins,
        "single_sign_on": _single_sign_on(settings, logins),
        "organisations": OrganisationService(database, store, utc_now),
        "stop_switch": StopSwitch(database, utc_now),
        "users": UserService(database, utc_now, user_links(settings), sends_mail=sends_mail, ring=bell.ring),
        "rubrics": RubricService(database, utc_now),
        "saved_views": SavedViewService(database, utc_now),
        "jobs": jobs,
        "event_objects": objects,
        "live_calls": LiveCallService(database),
        "live_events": LiveEventService(database, _news(settings), objects, utc_now),
        "webhook_endpoints": WebhookEndpointService(
            database, utc_now, _webhook_seal(settings), bell.ring, to_loopback=settings.reaches_loopback
        ),
        "sittings": SittingService(
            database,
            TurnStore(database),
            links,
            store,
            utc_now,
            bell.ring,
            sends_texts=sends_texts,
            sends_mail=sends_mail,
            hours_limit=settings.hours_limit,
        ),
    }


def _single_sign_on(settings: Settings, logins: LoginService) -> SingleSignOn | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret is None:
        return None
    from ivr.gateways.oidc_provider import OidcProvider

    provider = OidcProvider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
    )
    return SingleSignOn(provider, logins, settings.webhook_base_url)


def _news(settings: Settings) -> RedisNews:
    return RedisNews(redis_url(settings.redis_url, settings.instance_dir))


def _webhook_seal(settings: Settings) -> Seal:
    return Seal(settings.pin_secrets, "webhooks")


def _webhook_deliveries(settings: Settings, database: Database, objects: EventObjects) -> WebhookDeliveryService:
    from ivr.api.event_payloads import payload
    from ivr.gateways.webhook_sender import HttpWebhookSender

    return WebhookDeliveryService(
        database,
        HttpWebhookSender(to_loopback=settings.reaches_loopback),
        _webhook_seal(settings),
        objects,
        payload,
        utc_now,
        slots=Slots(settings.worker_threads // 4),
    )


def user_links(settings: Settings) -> UserLinks:
    """The one-time links of people with an account."""
    return UserLinks(settings.webhook_base_url, settings.pin_secrets)


def _storage_watch(store: FileStore) -> tuple[Periodic, ...]:
    from ivr.gateways.s3_files import BucketStore

    return (Periodic("storage", DAY_S, StorageWatch(store).look),) if isinstance(store, BucketStore) else ()


def _carrier(settings: Settings, tallies: Tallies) -> "TwilioCarrier":
    from ivr.gateways.counted_carrier import CountedCarrier

    return CountedCarrier(
        tallies,
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


def _periodic(
    settings: Settings, database: Database, texts: "OpenAIClient | None", speech: "OpenAIClient | None"
) -> tuple[Periodic, ...]:
    from ivr.gateways.openai_models import OpenAIModels

    written = sorted({settings.openai_model, *models_in_use(settings).values()} - {settings.own_model or ""})
    named = (
        *((texts, name) for name in written), (texts, settings.openai_embedding_model),
        (texts, settings.openai_speech_model),
        (speech, settings.openai_transcribe_model),
    )  # fmt: skip
    watched = [(OpenAIModels(client), name) for client, name in named if client is not None]
    watch = ModelWatch(watched, utc_now, database)
    return (Periodic("models", LOOK_S, watch.look),)
