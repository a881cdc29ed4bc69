"""Brings a database to the newest schema: `python -m db.migrate` in the Procfile's release step."""

import os
import re
from pathlib import Path

from alembic import command
from alembic.config import Config


def config_for(url: str) -> Config:
    """Alembic's configuration for this database, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run every revision up to ``revision``; nothing happens when the schema is already there."""
    if url.startswith("sqlite:///") and ":memory:" not in url:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config_for(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Undo revisions down to ``revision`` ("base" for an empty database)."""
    command.downgrade(config_for(url), revision)


if __name__ == "__main__":
    _url = os.environ.get("DATABASE_URL") or "sqlite:///instance/viva.sqlite3"
    upgrade(re.sub(r"^(postgres|postgresql)://", "postgresql+psycopg://", _url))
