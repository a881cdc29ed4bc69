"""The operator's command line: `python -m scripts.viva --help`."""

import os
import secrets
from pathlib import Path

import click

from scripts.cli.calling import call, campaign, import_people
from scripts.cli.people import organisation
from scripts.cli.restoring import restored
from scripts.cli.talking import talk


def load_env_file(path: Path = Path(".env")) -> None:
    """Take settings from ``.env`` where the environment does not have them already."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, mark, value = line.strip().partition("=")
        if mark and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


@click.group(help="Look after a Viva Voce installation. Settings come from the environment and from .env.")
def viva() -> None:
    load_env_file()


@viva.command(help="Print a secret fit for SECRET_KEY or API_KEY.")
def secret() -> None:
    click.echo(secrets.token_urlsafe(32))


@viva.command(help="Print a one-time login link (15 minutes); the account is made if there is none yet.")
@click.option("--email", required=True, help="The account's e-mail address.")
@click.option("--name", default="", help="The person's name, for a new account.")
@click.option("--role", type=click.Choice(["admin", "recruiter", "reviewer", "viewer"]), default="admin")
def login_link(email: str, name: str, role: str) -> None:
    from db.models import Role
    from ivr.bootstrap import build_services
    from ivr.services.context import Actor
    from ivr.services.errors import Conflict, NotFound
    from ivr.settings import BadSettings, load_settings

    try:
        settings = load_settings()
    except BadSettings as error:
        raise click.ClickException("\n".join(error.sentences)) from None
    services = build_services(settings)
    organisation_id = services.access.ensure_first_key()
    try:
        token = services.logins.make_login_link(email)
    except NotFound:
        actor = Actor(organisation_id, "system:cli", "system")
        try:
            services.users.create_user(actor, email, name or email.split("@")[0], Role(role))
        except Conflict as error:
            raise click.ClickException(error.sentence) from None
        token = services.logins.make_login_link(email)
    click.echo(f"{settings.webhook_base_url}/login/link/{token}")


for command in (import_people, campaign, call, talk, organisation, restored):
    viva.add_command(command)


if __name__ == "__main__":
    viva()
