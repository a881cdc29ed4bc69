"""Checks the wording of questions by a rule that it states: a text is refused when one of these phrases is in it."""

import re
from typing import Any

# topic -> what is refused in every part. Some of it is worded so that a list of forbidden words alone may miss it.
_PRIVATE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(pattern, re.I))
    for topic, pattern in (
        ("age", r"how old are you|your age\b|year (?:were|was) you born|finish(?:ed)? school before the year"),
        ("national_origin", r"are you from around here|(?:last|family) name\b.*\bis it|where were you born"),
        ("native_language", r"your (?:mother tongue|native language|accent)|language you spoke as a child"),
        ("religion", r"your (?:religion|church|faith)\b|do you pray"),
        ("marital_status", r"are you (?:married|single|divorced)|your (?:husband|wife|spouse)"),
        ("children", r"(?:have|having|raise) (?:any )?children|who looks after your (?:children|kids)"),
        ("pregnancy", r"are you pregnant|start(?:ing)? a family"),
        ("medication", r"do you need insulin|prescription drugs"),
        ("genetics", r"\bdna test\b"),
        ("salary_history", r"money do you make|your (?:last|current|previous) (?:salary|pay)"),
        ("height_weight", r"weight have you put on|how (?:tall|heavy) are you"),
    )
)
# topic -> what is refused in the parts by which answers are rated.
_RATING: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(pattern, re.I))
    for topic, pattern in (
        ("accent", r"without an accent|tone of voice"),
        ("native", r"native speaker"),
        ("charisma", r"charisma"),
        ("culture_fit", r"culture fit|one of us"),
        ("youthful", r"youthful|fresh-faced"),
    )
)


def check_wording(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for a ``question_check`` payload: one verdict for each text, in their order."""
    return {"texts": [_verdict(text) for text in payload["texts"]]}


def _verdict(given: dict[str, Any]) -> dict[str, Any]:
    rules = _PRIVATE if given["part"] == "text" else (*_PRIVATE, *_RATING)
    for topic, pattern in rules:
        found = pattern.search(str(given["text"]))
        if found:
            reason = f"demo double: the words “{found[0]}” are on its list."
            return {"id": given["id"], "reason": reason, "topic": topic, "ok": False}
    return {"id": given["id"], "reason": "", "topic": None, "ok": True}
