"""The organisation's settings, for administrators: name, logo, colour, words of consent, how long words are kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, typed, why
from ivr.dashboard.session import user, viewer
from ivr.services.colours import ENOUGH, Shades, contrasts, is_colour, is_readable, shades_of
from ivr.services.drafts import Upload
from ivr.services.errors import Conflict, Invalid
from ivr.services.logos import MAX_BYTES, MAX_SIDE
from ivr.services.organisations import ConsentTextDraft, OrganisationPatch

_PAGE = "/settings"
# The product's own accent, for who has chosen none (``--accent`` of app.css).
_OWN = "#0a6068"
_LONGEST_NAME, _LONGEST_VERSION, _LONGEST_TEXT = 200, 64, 20_000
_LONGEST_DAYS = 3650
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# What a form has saved, in words.
_SAVED = {
    "name": "The name is saved.",
    "logo": "The logo is saved.",
    "colour": "The colour is saved.",
    "days": "How long words are kept is saved.",
    "consent": "New consents name these words from now on.",
}


@dataclass(frozen=True, slots=True)
class ColourShown:
    """A colour with what it does: its contrast on our pages and under white text, at least 1, and the shades that
    follow from it, None where it cannot be read."""

    colour: str
    on_page: float
    under_white: float
    shades: Shades | None

    @classmethod
    def of(cls, colour: str) -> "ColourShown":
        """What would follow from this colour."""
        on_page, under_white = contrasts(colour)
        return cls(colour, on_page, under_white, shades_of(colour) if is_readable(colour) else None)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and refused, to be shown in its place again; None where nothing was."""

    name: str | None = None
    colour: str | None = None
    days: str | None = None
    version: str | None = None
    text: str | None = None


def add_routes(blueprint: Blueprint) -> None:
    """The page and its forms; the table of permissions keeps them for administrators."""
    blueprint.add_url_rule(_PAGE, "settings", _settings, methods=["GET"])
    blueprint.add_url_rule(f"{_PAGE}/colour", "see_colour", _see_colour, methods=["GET"])
    forms: tuple[tuple[str, Callable[[], Response]], ...] = (
        ("name", _name), ("logo", _logo), ("colour", _colour), ("days", _days), ("consent", _consent),
    )  # fmt: skip
    for what, view in forms:
        blueprint.add_url_rule(f"{_PAGE}/{what}", f"set_{what}", view, methods=["POST"])


def _settings() -> Response:
    return _show()


def _see_colour() -> Response:
    """Only the part of the page that shows a colour, as one is being chosen."""
    wanted = request.args.get("accent_colour", "").strip().lower()
    return page("settings_colour.html", colour=ColourShown.of(wanted if is_colour(wanted) else _OWN), enough=ENOUGH)


def _name() -> Response:
    name = typed("name", _LONGEST_NAME)
    if not name or not name.isprintable():
        return _show(422, problem="An organisation has a name of 1 to 200 characters.", given=Typed(name=name))
    return _change("name", OrganisationPatch(name=name))


def _logo() -> Response:
    if request.form.get("remove") == "yes":
        return _change("logo", OrganisationPatch(logo=None))
    sent = request.files.get("logo")
    if sent is None or not sent.filename:
        return _show(422, problem="Choose a PNG or JPEG file first.")
    return _change("logo", OrganisationPatch(), Upload(sent.read(), sent.filename))


def _colour() -> Response:
    if request.form.get("own") == "yes":
        return _change("colour", OrganisationPatch(accent_colour=None))
    colour = typed("accent_colour", 20).lower()
    return _change("colour", OrganisationPatch(accent_colour=colour), given=Typed(colour=colour))


def _days() -> Response:
    days = typed("days", 10)
    if not days:
        return _change("days", OrganisationPatch(retention_days=None))
    if not days.isascii() or not days.isdigit() or not 1 <= int(days) <= _LONGEST_DAYS:
        return _show(
            422, problem=f"Write a number of days from 1 to {_LONGEST_DAYS}, or leave it empty.", given=Typed(days=days)
        )
    return _change("days", OrganisationPatch(retention_days=int(days)))


def _consent() -> Response:
    version = typed("version", _LONGEST_VERSION)
    # A browser ends lines with CR LF; a version that is used again must have the same words.
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    given = Typed(version=version, text=text[:_LONGEST_TEXT])
    if not version or not version.isprintable():
        return _show(422, problem="Name the version, such as 2 or 2027-03.", given=given)
    if not text or len(text) > _LONGEST_TEXT or _CONTROL.search(text):
        return _show(422, problem=f"Write the words in up to {_LONGEST_TEXT} characters.", given=given)
    return _change("consent", OrganisationPatch(consent_text=ConsentTextDraft(version, text)), given=given)


def _change(what: str, patch: OrganisationPatch, logo: Upload | None = None, given: Typed | None = None) -> Response:
    try:
        current_services().organisations.change(viewer(), patch, logo)
    except (Invalid, Conflict) as error:
        return _show(status_of(error), problem=why(error), given=given)
    return go(f"{_PAGE}?saved={what}#set-{what}")


def _show(status: int = 200, *, problem: str | None = None, given: Typed | None = None) -> Response:
    services = current_services()
    found = services.organisations.get(user().organisation_id)
    given = given or Typed()
    wanted = given.colour if given.colour is not None and is_colour(given.colour) else None
    return page(
        "settings.html", status, found=found, problem=problem, given=given,
        saved=_SAVED.get(request.args.get("saved", "")) if status == 200 else None,
        colour=ColourShown.of(wanted or found.accent_colour or _OWN), enough=ENOUGH, longest_days=_LONGEST_DAYS,
        logo_kb=MAX_BYTES // 1024, logo_side=MAX_SIDE,
    )  # fmt: skip
