"""The organisation's colour and logo on its people's pages."""

from flask import Blueprint, Response

from ivr.current import current_services
from ivr.dashboard.session import user
from ivr.services.branding_styles import style_sheet

# The address changes with what it shows.
_KEPT = "private, max-age=86400"
# The product's own mark gives way to a logo.
_NO_MARK = (
    ".nav .brand{flex-wrap:wrap}.nav .brand>svg{display:none}\n"
    "@media (max-width:1020px){.nav .brand::before{flex:none;width:120px;height:36px;margin:0}}\n"
)


def add_routes(blueprint: Blueprint) -> None:
    """Both files, for who has logged in."""
    blueprint.add_url_rule("/branding.css", "branding_styles", _styles, methods=["GET"])
    blueprint.add_url_rule("/logo", "branding_logo", _logo, methods=["GET"])


def _styles() -> Response:
    branding = current_services().organisations.branding(user().organisation_id)
    text = style_sheet(branding, soft="--accent-soft", logo_place=".nav .brand")
    response = Response(text + (_NO_MARK if branding.has_logo else ""), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = _KEPT
    return response


def _logo() -> Response:
    found = current_services().organisations.logo(user().organisation_id)
    response = Response(found.data, content_type=found.content_type)
    response.headers["Cache-Control"] = _KEPT
    return response
