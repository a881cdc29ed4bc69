"""What the carrier's door reaches: the services that a web process has from its start.

A caller waits in silence while this answers, so it is composed, and its libraries loaded, before the first request.
All other services come with ``catalog.Services``, which holds these too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import Database
from ivr.bell import Bell
from ivr.callbacks import Callbacks
from ivr.gateways.ports import FileStore
from ivr.services.access import AccessService
from ivr.services.calling_in import CallInService
from ivr.services.conversations import ConversationService
from ivr.services.health import HealthService
from ivr.services.measures import MeasureService
from ivr.services.messages import MessageService
from ivr.services.practice import PlaybackService
from ivr.services.test_calls import TestCallService
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class LineServices:
    """What is needed on the line: the conversation, its callers and texts; who watches; and what all others share."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    bell: Bell
    callbacks: Callbacks
    store: FileStore
    access: AccessService
    calling_in: CallInService
    conversations: ConversationService
    health: HealthService
    measures: MeasureService
    messages: MessageService
    playback: PlaybackService
    test_calls: TestCallService
