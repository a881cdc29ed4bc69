"""The organisation's colour and logo on the page behind a link."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.services.branding_styles import style_sheet
from ivr.services.errors import NotFound
from ivr.services.links import UnknownLink
from ivr.services.organisations import Branding


def add_routes(blueprint: Blueprint) -> None:
    """Both files, for who has the link, and ``branding()`` for the pages that show it (None where there is none)."""
    blueprint.add_url_rule("/<token>/branding.css", "branding_styles", _styles, methods=["GET"])
    blueprint.add_url_rule("/<token>/logo", "branding_logo", _logo, methods=["GET"])

    @blueprint.context_processor
    def looks() -> dict[str, Callable[[], Branding | None]]:
        # Asked for by a page that shows it, so that a page about a fault looks nothing up.
        return {"branding": _of_page}


def _of_page() -> Branding | None:
    """The looks of this page; whatever made the page has looked at the link."""
    try:
        found = current_services().organisations.branding_behind((request.view_args or {}).get("token", ""))
    except NotFound:
        return None
    return found if found.shades is not None or found.has_logo else None


def _styles(token: str) -> Response:
    services = current_services()
    branding = services.organisations.branding(services.candidate_door.organisation_of(token))
    text = style_sheet(branding, soft="--soft", logo_place="main>header")
    return Response(text, content_type="text/css; charset=utf-8")


def _logo(token: str) -> Response:
    services = current_services()
    try:
        found = services.organisations.logo(services.candidate_door.organisation_of(token))
    except NotFound:
        raise UnknownLink from None
    return Response(found.data, content_type=found.content_type)
