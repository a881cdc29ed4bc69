"""What gunicorn calls: `gunicorn "ivr.wsgi:make_app()"`."""

import gc

# Nothing that modules make is garbage yet; looking for some all the while would take a tenth of the start.
gc.disable()
from ivr.web import make_app  # noqa: E402

gc.enable()

__all__ = ["make_app"]
