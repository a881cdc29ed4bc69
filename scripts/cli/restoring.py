"""What an operator says before the first start on a restored database."""

import click


@click.command(
    name="restored",
    help="After a restore and before any worker starts: set every stop switch, and let due messages be.",
)
def restored() -> None:
    from db.columns import utc_now
    from db.unit_of_work import Database
    from ivr.services.restores import RestoreService
    from ivr.settings import BadSettings, load_settings

    try:
        settings = load_settings()
    except BadSettings as error:
        raise click.ClickException("\n".join(error.sentences)) from None
    done = RestoreService(Database(settings.database_url), utc_now).settle()
    click.echo(f"Stop switches set: {done.stopped_organisations}. Messages let be: {done.messages}.")
    click.echo(f"Calls that wait: {done.calls}. Start web and worker, look at the interviews, then release the switch")
    click.echo("(Settings, Calling; or DELETE /api/v1/stop). Whoever was called since the backup is not called again.")
