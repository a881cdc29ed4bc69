"""Organisations from the command line: there is no public way to make one."""

import click


@click.command(
    name="organisation",
    help="Make an organisation with its first administrator, and print the link by which they choose a password.",
)
@click.option("--name", required=True, help="The organisation's name, as candidates read it.")
@click.option("--short", required=True, help="A short name for addresses: small letters, digits, hyphens.")
@click.option("--admin", "email", required=True, help="The administrator's e-mail address.")
@click.option("--admin-name", default="", help="The administrator's name.")
@click.option("--key", "with_key", is_flag=True, help="Print an API key with all scopes as well.")
def organisation(name: str, short: str, email: str, admin_name: str, with_key: bool) -> None:
    from db.models import Role
    from ivr.bootstrap import build_services
    from ivr.services.access import ALL_SCOPES
    from ivr.services.context import Actor
    from ivr.services.errors import ServiceError
    from ivr.services.users import UserDraft
    from ivr.settings import BadSettings, load_settings

    try:
        settings = load_settings()
    except BadSettings as error:
        raise click.ClickException("\n".join(error.sentences)) from None
    services = build_services(settings)
    services.access.ensure_first_key()
    draft = UserDraft(email, admin_name or email.partition("@")[0], Role.ADMIN)
    try:
        services.users.check_new(draft)  # before the organisation, so that a wrong address leaves none behind
        made = services.organisations.make(name, short)
        actor = Actor(made.id, "system:cli", "system")
        invited = services.users.invite(actor, draft)
    except ServiceError as error:
        raise click.ClickException(f"{error.sentence} {error.hint}".strip()) from None
    click.echo(invited.invitation.url)
    if with_key:
        click.echo(services.access.create_key(actor, "First key", sorted(ALL_SCOPES)).key)
