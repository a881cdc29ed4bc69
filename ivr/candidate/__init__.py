"""The candidates' door: the pages behind a signed link, and the same as JSON for another front end."""

from flask import Blueprint

from ivr.candidate import access, branding, errors, feedback, link, own_data, pages, repeats, sitting

# Its own folder of files under /c, so that a proxy may lead this door to a host of its own.
blueprint = Blueprint(
    "candidate", __name__, url_prefix="/c", template_folder="templates", static_folder="static",
    static_url_path="/static",
)  # fmt: skip
access.guard(blueprint)
repeats.remember(blueprint)
pages.protect(blueprint)
errors.register(blueprint)
feedback.add_routes(blueprint)
sitting.add_routes(blueprint)
own_data.add_routes(blueprint)
link.add_routes(blueprint)
branding.add_routes(blueprint)
