"""People with accounts for tests: both services over one database."""

from __future__ import annotations

from dataclasses import dataclass

from db.models import OutboxRow, Role
from db.unit_of_work import Database
from ivr.services.context import Actor
from ivr.services.logins import LoginService
from ivr.services.user_links import UserLinks
from ivr.services.users import UserService
from tests.factories import make_organisation
from tests.fakes import FrozenClock

PASSWORD = "correct horse battery staple"
ANNA = "anna@example.com"
SECRET = "a-secret-of-the-tests-0123456789"


@dataclass
class People:
    """An organisation with its services for people."""

    users: UserService
    logins: LoginService
    actor: Actor
    database: Database
    links: UserLinks

    def add(self, role: Role = Role.ADMIN, email: str = ANNA) -> str:
        """The id of somebody with ``PASSWORD``."""
        return self.users.create_user(self.actor, email, "Anna", role, PASSWORD).id

    def queued(self) -> list[OutboxRow]:
        with self.database.read() as session:
            return list(session.query(OutboxRow).order_by(OutboxRow.created_at))


def make_people(database: Database, clock: FrozenClock, *, sends_mail: bool = False) -> People:
    links = UserLinks("https://calls.example.com", (SECRET,))
    return People(
        UserService(database, clock, links, sends_mail=sends_mail),
        LoginService(database, clock, links, sends_mail=sends_mail),
        Actor(make_organisation(database), "key:test", "key", "req-1"),
        database,
        links,
    )
