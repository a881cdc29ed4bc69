"""The organisation's colour and logo on the page behind a link."""

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.services.branding_styles import style_sheet
from ivr.services.errors import NotFound, ServiceError
from ivr.services.links import UnknownLink
from ivr.services.organisations import Branding


def add_routes(blueprint: Blueprint) -> None:
    """Both files, for who has the link, and ``branding`` for the pages (None where there is none)."""
    blueprint.add_url_rule("/<token>/branding.css", "branding_styles", _styles, methods=["GET"])
    blueprint.add_url_rule("/<token>/logo", "branding_logo", _logo, methods=["GET"])

    @blueprint.context_processor
    def branding() -> dict[str, Branding | None]:
        token = (request.view_args or {}).get("token")
        try:
            found = None if token is None else _branding_behind(token)
        except ServiceError:  # a page that says that the link does not work
            found = None
        return {"branding": found if found is not None and (found.shades or found.has_logo) else None}


def _branding_behind(token: str) -> Branding:
    services = current_services()
    return services.organisations.branding(services.candidate_door.organisation_of(token))


def _styles(token: str) -> Response:
    text = style_sheet(_branding_behind(token), soft="--soft", logo_place="main>header")
    return Response(text, content_type="text/css; charset=utf-8")


def _logo(token: str) -> Response:
    services = current_services()
    try:
        found = services.organisations.logo(services.candidate_door.organisation_of(token))
    except NotFound:
        raise UnknownLink from None
    return Response(found.data, content_type=found.content_type)
