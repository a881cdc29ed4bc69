"""The web process: what it has from its start, and how it opens the rest."""

import gc
import sys
from functools import partial

from flask import Flask

from ivr.api.meters import Meters
from ivr.bootstrap_line import build_line_services
from ivr.error_reports import report_errors
from ivr.gateways.redis_server import redis_url
from ivr.line_app import create_line_app
from ivr.logs import setup_logging
from ivr.services.line import LineServices
from ivr.settings import BadSettings, Settings, load_settings
from ivr.webhooks import blueprint as webhooks
from ivr.webhooks.playback import blueprint as playback

# gunicorn's code for "the app cannot be loaded": the master stops instead of trying for ever.
_CANNOT_LOAD = 4


def make_app() -> Flask:
    """The app, built from the environment; a setting that is wrong ends the process with a sentence."""
    try:
        settings = load_settings()
        setup_logging(settings)
        report_errors(settings)
        line = build_line_services(settings)
    except BadSettings as error:
        sys.stderr.write("\n".join(error.sentences) + "\n")
        raise SystemExit(_CANNOT_LOAD) from None
    # Its queries also ready the ORM, which the first text or caller without a PIN would wait for else.
    line.access.ensure_first_key()
    meters = Meters()
    app = create_line_app(
        line, settings, doors=(webhooks, playback), meters=meters, others=partial(_other_doors, line, settings, meters)
    )
    # What is here by now stays; the collector, which stops everybody, need not look at it again during some call.
    gc.freeze()
    return app


def _other_doors(line: LineServices, settings: Settings, meters: Meters) -> Flask:
    """The app of programs, recruiters and candidates. Its modules are imported here: ``line_app`` says why."""
    from ivr.app import create_app
    from ivr.bootstrap import build_services
    from ivr.candidate import blueprint as candidate
    from ivr.dashboard import blueprint as dashboard

    return create_app(
        build_services(settings, line),
        settings,
        doors=(dashboard, candidate),
        redis_url=redis_url(settings.redis_url, settings.instance_dir),
        meters=meters,
    )
