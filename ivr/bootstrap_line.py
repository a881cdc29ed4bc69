"""Where the line's services are joined to their gateways; ``bootstrap`` goes on from here to all the others."""

from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

from db.columns import utc_now
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.call_in import CallIn, pin_of
from ivr.bell import Bell
from ivr.callbacks import Callbacks
from ivr.gateways.file_recordings import DirectoryStore
from ivr.gateways.ports import FileStore, Mailer, Messenger
from ivr.gateways.redis_pulse import RedisPulse
from ivr.gateways.redis_server import redis_url
from ivr.services.access import AccessService
from ivr.services.calling_in import CallInService
from ivr.services.conversations import ConversationService
from ivr.services.dialing import Gate
from ivr.services.health import HealthService
from ivr.services.line import LineServices
from ivr.services.links import CandidateLinks
from ivr.services.measures import MeasureService
from ivr.services.messages import MessageService
from ivr.services.practice import PlaybackService
from ivr.services.test_calls import TestCallService
from ivr.settings import BadSettings, Settings

WEB_POOL = 20


def build_line_services(
    settings: Settings,
    *,
    pool_size: int = WEB_POOL,
    messenger: Messenger | None = None,
    mailer: Mailer | None = None,
) -> LineServices:
    """What every process has; a worker brings what sends texts and mail. Raises BadSettings."""
    database = Database(settings.database_url, pool_size=pool_size)
    bell = Bell(settings.database_url)
    database.ring = bell.ring
    store = file_store(settings)
    callbacks = Callbacks(settings.webhook_base_url)

    def call_in(interview_id: str) -> CallIn:
        return call_in_of(settings, interview_id)

    conversations = ConversationService(
        TurnStore(database),
        utc_now,
        bell.ring,
        call_in=call_in,
        sends_texts=settings.twilio_messaging_service_sid is not None,
        unrecorded=settings.answer_mode == "speech",
        sends_mail=settings.smtp_url is not None,
        hours_limit=settings.hours_limit,
    )
    calling_in = CallInService(
        database,
        conversations,
        utc_now,
        bell.ring,
        number=settings.twilio_phone_number,
        language=settings.call_in_language,
        secrets=settings.pin_secrets,
        pseudonym_secrets=settings.pseudonym_secrets,
        simulated=settings.simulated,
    )
    messages = MessageService(
        database,
        messenger,
        Gate(settings),
        callbacks,
        utc_now,
        call_in=call_in,
        language=settings.call_in_language,
        mailer=mailer,
        links=CandidateLinks(settings.link_base_url, settings.pin_secrets),
        mail_sender=settings.mail_server.sender if settings.mail_server else None,
    )
    pulse = RedisPulse(redis_url(settings.redis_url, settings.instance_dir))
    return LineServices(
        settings=settings,
        database=database,
        clock=utc_now,
        bell=bell,
        callbacks=callbacks,
        store=store,
        access=AccessService(database, utc_now, settings),
        calling_in=calling_in,
        conversations=conversations,
        health=HealthService(database, pulse),
        measures=MeasureService(database, pulse, utc_now, budget_usd=budget_usd(settings)),
        messages=messages,
        test_calls=TestCallService(database, Gate(settings), utc_now, bell.ring),
        playback=PlaybackService(database, store, settings.pin_secrets),
    )


def call_in_of(settings: Settings, interview_id: str) -> CallIn:
    """The number to call for an interview, and the PIN that names it."""
    return CallIn(settings.twilio_phone_number, pin_of(settings.pin_secrets[0], interview_id))


def budget_usd(settings: Settings) -> Decimal | None:
    """What models may cost an organisation in a month, None where there is no limit."""
    return None if settings.monthly_budget_usd is None else Decimal(str(settings.monthly_budget_usd))


def file_store(settings: Settings) -> FileStore:
    """Where STORAGE_URL says. Nothing is asked of it yet, and boto3 is not loaded. Raises BadSettings."""
    if settings.storage_url.startswith("file://"):
        return DirectoryStore(Path(settings.storage_url.removeprefix("file://")))
    if find_spec("boto3") is None:
        raise BadSettings(["STORAGE_URL is a bucket, which needs boto3: pip install -r requirements-extras.txt."])
    from ivr.gateways.s3_files import Bucket, BucketStore

    try:
        return BucketStore(Bucket.parse(settings.storage_url, settings.s3_endpoint_url))
    except ValueError as error:
        raise BadSettings([f"STORAGE_URL {error}."]) from None
