"""How a person's details may be written, wherever they are entered as text: a file's cell or a page's field."""

import re
from zoneinfo import ZoneInfo

# PostgreSQL keeps no NUL, and no other control character belongs in a line that people read or hear.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
COUNTRY = re.compile(r"[A-Za-z]{2}")


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone, such as Europe/Berlin."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
