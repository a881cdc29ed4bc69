"""What gunicorn calls: `gunicorn "ivr.wsgi:make_app()"`."""

import sys

from flask import Flask

from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.candidate import blueprint as candidate
from ivr.dashboard import blueprint as dashboard
from ivr.gateways.redis_server import redis_url
from ivr.logs import setup_logging
from ivr.settings import BadSettings, load_settings
from ivr.webhooks import blueprint as webhooks
from ivr.webhooks.playback import blueprint as playback

# gunicorn's code for "the app cannot be loaded": the master stops instead of trying for ever.
_CANNOT_LOAD = 4


def make_app() -> Flask:
    """The app, built from the environment; a setting that is wrong ends the process with a sentence."""
    try:
        settings = load_settings()
    except BadSettings as error:
        sys.stderr.write("\n".join(error.sentences) + "\n")
        raise SystemExit(_CANNOT_LOAD) from None
    setup_logging(settings)
    services = build_services(settings)
    services.access.ensure_first_key()
    return create_app(
        services,
        settings,
        doors=(webhooks, playback, dashboard, candidate),
        redis_url=redis_url(settings.redis_url, settings.instance_dir),
    )
