"""Twilio's lists: which rows a query means, and one page of them.

https://www.twilio.com/docs/usage/twilios-response#pagination
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

Query = MultiDict[str, str]


def is_within(query: Query, name: str, moment: dt.datetime | None) -> bool:
    """Whether a time fits the query's ``Name``, ``Name<`` and ``Name>``; a day without time means all of that day.

    Raises ValueError for what is neither a day nor a time.
    """
    for sign in ("", "<", ">"):
        asked = query.get(name + sign)
        if asked is None:
            continue
        if moment is None:
            return False
        limit, is_day = _moment(asked)
        ends = limit + dt.timedelta(days=1) if is_day else limit
        fits = {"": limit <= moment < ends if is_day else moment == limit, "<": moment <= ends, ">": moment >= limit}
        if not fits[sign]:
            return False
    return True


def _moment(text: str) -> tuple[dt.datetime, bool]:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not a date or a time: {text}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)), len(text) == 10


def page_of(name: str, rows: list[dict[str, Any]], path: str, query: Query) -> dict[str, Any]:
    """One page of a list, with Twilio's links to the others."""
    size = max(1, min(1000, query.get("PageSize", 50, type=int)))
    page = max(0, query.get("Page", 0, type=int))
    shown = rows[page * size : (page + 1) * size]

    def uri(number: int) -> str:
        others = [(key, value) for key, value in query.items() if key not in ("Page", "PageSize", "PageToken")]
        return f"{path}?{urlencode([*others, ('PageSize', size), ('Page', number)])}"

    return {
        name: shown,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(shown) - 1),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(page - 1) if page else None,
        "next_page_uri": uri(page + 1) if len(rows) > (page + 1) * size else None,
    }
