"""Where the carrier fetches a practice answer to play it: the address itself is signed, and soon worth nothing."""

from flask import Blueprint, Response

from ivr.current import line_services
from ivr.services.errors import NotFound

# No door of the signature's: the carrier fetches media without saying who it is.
blueprint = Blueprint("playback", __name__, url_prefix="/playback")


@blueprint.get("/practice/<token>")
def practice(token: str) -> Response:
    """The audio, once it is asked for with a good token; 404 without a word of why else."""
    try:
        audio = line_services().playback.audio(token)
    except NotFound:
        return Response(status=404)
    return Response(audio, content_type="audio/wav", headers={"Cache-Control": "no-store"})
