"""Whitelist and opt-outs, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.unit_of_work import Database
from ivr.services.audit import AuditService
from ivr.services.call_lists import CallLists, WhitelistDraft
from ivr.services.context import Actor
from ivr.services.drafts import Page
from ivr.services.errors import Invalid, NotAllowed, NotFound
from tests.api.conftest import make_settings
from tests.factories import make_organisation
from tests.fakes import FrozenClock


def call_lists(database: Database, clock: FrozenClock, **settings: Any) -> CallLists:
    return CallLists(database, clock, make_settings(**settings))


@pytest.fixture
def service(database: Database, clock: FrozenClock) -> CallLists:
    return call_lists(database, clock)


def system(organisation_id: str) -> Actor:
    return Actor(organisation_id, "system", "system")


def test_the_whitelist(service: CallLists, database: Database) -> None:
    actor = system(make_organisation(database))
    views = service.add_to_whitelist(
        actor, [WhitelistDraft("+1 (415) 555-0123", "Ann"), WhitelistDraft("+4420*")], may_add_prefixes=True
    )
    assert [(view.pattern, view.note) for view in views] == [("+14155550123", "Ann"), ("+4420*", "")]
    again = service.add_to_whitelist(actor, [WhitelistDraft("+14155550123", "Other")], may_add_prefixes=False)
    assert again[0] == views[0]
    assert len(service.list_whitelist(actor.organisation_id, Page()).items) == 2
    service.remove_from_whitelist(actor, views[0].id or "")
    with pytest.raises(NotFound):
        service.remove_from_whitelist(actor, views[0].id or "")
    assert service.list_whitelist(actor.organisation_id, Page(with_total=True)).total == 1


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("+1*", "number_invalid"), ("call me", "number_invalid"), ("+19005550123", "number_class"),
     ("+449098790123", "number_class")],
)  # fmt: skip
def test_what_cannot_be_listed_lists_nothing(
    service: CallLists, database: Database, pattern: str, code: str
) -> None:
    actor = system(make_organisation(database))
    with pytest.raises(Invalid) as refused:
        service.add_to_whitelist(
            actor, [WhitelistDraft("+14155550123"), WhitelistDraft(pattern)], may_add_prefixes=True
        )
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("entries.1.pattern", code)]
    assert service.list_whitelist(actor.organisation_id, Page()).items == ()


def test_a_prefix_needs_leave(service: CallLists, database: Database) -> None:
    with pytest.raises(NotAllowed):
        service.add_to_whitelist(
            system(make_organisation(database)), [WhitelistDraft("+1415*")], may_add_prefixes=False
        )


def test_the_floor_of_the_environment(database: Database, clock: FrozenClock) -> None:
    service = call_lists(database, clock, whitelisted_numbers="+14155550123,+4420*")
    assert [(entry.pattern, entry.source) for entry in service.whitelist_floor()] == [
        ("+14155550123", "environment"), ("+4420*", "environment")
    ]  # fmt: skip


def test_opt_outs(service: CallLists, database: Database, clock: FrozenClock) -> None:
    actor = system(make_organisation(database))
    made = service.add_opt_out(actor, "(415) 555-0123", "US")
    assert made.phone == "+14155550123" and service.add_opt_out(actor, "+14155550123") == made
    events = AuditService(database, clock).list(actor.organisation_id, Page()).items
    assert [event.type for event in events] == ["candidate.opted_out"]
    assert events[0].data == {"phone": "+1******0123"}
    service.remove_opt_out(actor, made.id)
    assert service.list_opt_outs(actor.organisation_id, Page()).items == ()
    with pytest.raises(Invalid):
        service.add_opt_out(actor, "555")


def test_each_organisation_has_its_own(service: CallLists, database: Database) -> None:
    ours, theirs = system(make_organisation(database)), system(make_organisation(database))
    entry = service.add_to_whitelist(ours, [WhitelistDraft("+14155550123")], may_add_prefixes=True)[0]
    opt_out = service.add_opt_out(ours, "+14155550199")
    strange: list[Callable[[], object]] = [
        lambda: service.remove_from_whitelist(theirs, entry.id or ""),
        lambda: service.remove_opt_out(theirs, opt_out.id),
    ]
    for attempt in strange:
        with pytest.raises(NotFound):
            attempt()
    for page in (service.list_whitelist, service.list_opt_outs):
        assert page(theirs.organisation_id, Page()).items == ()
