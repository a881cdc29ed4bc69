"""`talk`: be the candidate at this terminal, without a telephone, an account or a key."""

import importlib.util
from pathlib import Path

import click
from rich.console import Console

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="Be the candidate: the same conversation in this terminal, with doubles of telephone and models.")
@click.option("--description", type=_FILE, help="The job, as text, PDF or Word; a sample when left out.")
@click.option("--company", help="The employer's name.")
@click.option("--language", help="Of the job, such as es-ES; en-US when left out.")
@click.option("--questions", type=click.IntRange(1, 12), default=3, show_default=True, help="How many are asked.")
@click.option("--name", default="Robin", show_default=True, help="The candidate's name.")
@click.option(
    "--speed", type=click.FloatRange(min=0, min_open=True), default=8.0, show_default=True,
    help="How much faster than a real line; 1 is real time.",
)  # fmt: skip
def talk(
    description: Path | None, company: str | None, language: str | None, questions: int, name: str, speed: float
) -> None:
    if importlib.util.find_spec("openapi_core") is None:
        raise click.ClickException("The doubles are not installed here: scripts/talk_through installs and starts them.")
    from scripts.demonstration.stage import StageError
    from scripts.demonstration.talk import talk_through

    fields = {"question_count": str(questions)} | ({"language": language} if language else {})
    where = ({"description": description} if description else {}) | ({"company": company} if company else {})
    try:
        status = talk_through(Console(highlight=False, soft_wrap=True), speed=speed, name=name, **where, **fields)
    except StageError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        raise click.ClickException("Ended; everything that was started here has been ended.") from None
    raise SystemExit(status)
