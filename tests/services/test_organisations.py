"""An organisation's settings and looks, and how a new one begins: on both databases."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import DomainEvent, Interview, Organisation
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.gateways.file_recordings import DirectoryStore
from ivr.services.colours import contrast, is_readable, shades_of
from ivr.services.context import Actor
from ivr.services.drafts import JobSettings, Upload
from ivr.services.erasures import ErasureService
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.logos import MAX_BYTES, read_logo
from ivr.services.organisations import ConsentTextDraft, OrganisationPatch, OrganisationService
from ivr.services.retention import RetentionService
from tests.factories import make_answer, make_interview, make_job, make_organisation
from tests.fakes import FrozenClock


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 2, *extra: bytes) -> bytes:
    """A small grey picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * min(width, 4) for _ in range(min(height, 2))))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(extra) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def jpeg(width: int = 4, height: int = 2, *extra: bytes) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x55\xaa"
    return b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 7) + b"JFIF\0" + b"".join(extra) + frame + scan + b"\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "files")


@pytest.fixture
def service(database: Database, store: DirectoryStore, clock: FrozenClock) -> OrganisationService:
    return OrganisationService(database, store, clock)


@pytest.fixture
def actor(database: Database) -> Actor:
    return Actor(make_organisation(database), "key:test", "key", "req-1")


def test_what_is_not_named_stays(service: OrganisationService, actor: Actor, database: Database) -> None:
    made = service.change(actor, OrganisationPatch(name="Harbour", accent_colour="#0a6068", retention_days=90))
    assert (made.name, made.accent_colour, made.retention_days) == ("Harbour", "#0a6068", 90)
    assert service.change(actor, OrganisationPatch(name="Harbour Kitchen")).accent_colour == "#0a6068"
    last = service.change(actor, OrganisationPatch(accent_colour=None, retention_days=None))
    assert (last.name, last.accent_colour, last.retention_days) == ("Harbour Kitchen", None, None)
    service.change(actor, OrganisationPatch(name="Harbour Kitchen"))
    with database.read() as session:
        told = session.scalars(select(DomainEvent).order_by(DomainEvent.created_at)).all()
    assert sorted(tuple(event.data["changed"]) for event in told) == [
        ("accent_colour", "retention_days"), ("name",), ("name", "accent_colour", "retention_days")
    ]  # fmt: skip


def test_a_version_of_the_consent_text_keeps_its_words(service: OrganisationService, actor: Actor) -> None:
    first = service.change(actor, OrganisationPatch(consent_text=ConsentTextDraft("2", "You agree to a call.")))
    assert first.consent_text_version == "2"
    second = service.change(actor, OrganisationPatch(consent_text=ConsentTextDraft("3", "You agree to be recorded.")))
    assert {(one.version, one.is_present) for one in second.consent_texts} == {("3", True), ("2", False)}
    with pytest.raises(Conflict) as refused:
        service.change(actor, OrganisationPatch(consent_text=ConsentTextDraft("2", "Other words.")))
    assert refused.value.code == "consent_text_exists"
    back = service.change(actor, OrganisationPatch(consent_text=ConsentTextDraft("2", "You agree to a call.")))
    assert back.consent_text_version == "2" and len(back.consent_texts) == 2


@pytest.mark.parametrize("colour", ["#ffd400", "#7fc8c9", "#ffffff", "#777777"])
def test_a_colour_that_cannot_be_read_is_refused(service: OrganisationService, actor: Actor, colour: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.change(actor, OrganisationPatch(accent_colour=colour))
    assert refused.value.code == "colour_contrast"
    assert service.get(actor.organisation_id).accent_colour is None


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0000ff", "#ffffff") == pytest.approx(8.59, abs=0.005)


@pytest.mark.parametrize("colour", ["#0a6068", "#000000", "#0000ff", "#b00020", "#6a1b9a", "#5f6000"])
def test_every_shade_can_be_read_where_it_stands(colour: str) -> None:
    assert is_readable(colour)
    shades = shades_of(colour)
    for theme, surfaces in ((0, ("#ffffff", "#f5f6f3", "#eef1ec")), (1, ("#0e1312", "#151b1a", "#1c2422"))):
        accent, on_accent, soft = shades.accent[theme], shades.on_accent[theme], shades.soft[theme]
        assert min(contrast(accent, surface) for surface in surfaces) >= 4.5
        assert contrast(accent, on_accent) >= 4.5 and contrast(accent, soft) >= 4.5


def test_a_logo_is_kept_replaced_and_taken_away(
    service: OrganisationService, actor: Actor, store: DirectoryStore, database: Database
) -> None:
    assert service.branding(actor.organisation_id).has_logo is False
    with pytest.raises(NotFound):
        service.logo(actor.organisation_id)
    made = service.change(actor, OrganisationPatch(), Upload(png(), "logo.png"))
    assert made.logo_url == "/api/v1/organisation/logo"
    assert service.logo(actor.organisation_id).content_type == "image/png"
    with database.read() as session:
        first = session.get_one(Organisation, actor.organisation_id).logo_key or ""
    mark = service.branding(actor.organisation_id).mark
    service.change(actor, OrganisationPatch(), Upload(jpeg(), "logo.svg"))
    assert service.logo(actor.organisation_id).content_type == "image/jpeg", "the bytes say what it is, not the name"
    assert service.branding(actor.organisation_id).mark != mark
    with pytest.raises(Exception, match=first):
        store.get(first)
    assert service.change(actor, OrganisationPatch(logo=None)).logo_url is None
    with pytest.raises(NotFound):
        service.logo(actor.organisation_id)


def test_a_logo_loses_what_is_not_the_picture() -> None:
    told = png(4, 2, chunk(b"tEXt", b"Comment\0taken at home"), chunk(b"eXIf", b"MM\0*"))
    assert read_logo(told).data == png() and read_logo(png()).data == png()
    assert read_logo(png() + b"<script>").data == png()
    photo = jpeg(4, 2, segment(0xE1, b"Exif\0\0GPS"), segment(0xFE, b"taken at home"))
    assert read_logo(photo).data == jpeg()
    assert read_logo(jpeg() + b"<script>").data == jpeg()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "unsupported_type"),
        (b"GIF89a" + b"\0" * 40, "unsupported_type"),
        (png(3000, 2), "logo_too_large"),
        (jpeg(2, 3000), "logo_too_large"),
        (png() + b"\0" * MAX_BYTES, "logo_too_large"),
        (png()[:-20], "corrupt"),
        (png()[:40], "corrupt"),
        (png().replace(b"IDAT", b"IDAX"), "corrupt"),
        (jpeg()[:-2], "corrupt"),
        (jpeg()[:14], "corrupt"),
        (b"\xff\xd8\xff", "corrupt"),
    ],
)
def test_what_is_no_logo(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_logo(data)
    assert refused.value.code == code


def test_a_new_organisation(service: OrganisationService) -> None:
    made = service.make("Harbour Kitchen", "harbour")
    assert service.organisation(made.id) == made
    with pytest.raises(Conflict):
        service.make("Another", "harbour")
    for name, short in (("", "fine"), ("Fine", "Not Fine"), ("Fine", "-"), ("x" * 201, "fine")):
        with pytest.raises(Invalid):
            service.make(name, short)


@pytest.mark.parametrize(("own", "house", "is_deleted"), [(None, 30, True), (365, 30, False), (None, None, False)])
def test_the_houses_retention_holds_where_a_job_says_nothing(
    database: Database, store: DirectoryStore, clock: FrozenClock, own: int | None, house: int | None, is_deleted: bool
) -> None:
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id, settings=JobSettings(retention_days=own))
    interview_id = make_interview(
        database, organisation_id=organisation_id, job_id=job_id, status=InterviewStatus.COMPLETED, ended_at=clock(),
    )  # fmt: skip
    make_answer(database, interview_id, "q1")
    OrganisationService(database, store, clock).change(
        Actor(organisation_id, "key:x", "key"), OrganisationPatch(retention_days=house)
    )
    clock.now += timedelta(days=31)
    erasures = ErasureService(database, store, clock, lambda: None, secrets=("a-secret-0123456789",))
    RetentionService(database, store, erasures, clock).purge()
    with database.read() as session:
        assert (session.get_one(Interview, interview_id).words_deleted_at is not None) is is_deleted
