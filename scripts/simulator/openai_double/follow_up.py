"""Decides on a follow-up by the same rule that rates: a key point without enough shared words is asked about."""

from typing import Any

from .rating import is_injection, rate_answer
from .words import content_words, stem, tokens

_TEXTS: dict[str, str] = {
    "en": "Could you tell me a little more about {}?",
    "es": "¿Podría contarme un poco más sobre {}?",
    "fr": "Pourriez-vous m'en dire un peu plus sur {} ?",
    "de": "Könnten Sie mir noch etwas mehr dazu erzählen: {}?",
    "pt": "Poderia contar um pouco mais sobre {}?",
    "hi": "क्या आप इसके बारे में थोड़ा और बता सकते हैं: {}?",
    "zh": "您能再多说一点关于{}的情况吗？",
}
_TOPIC_WORDS = 2


def write_follow_up(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for a ``follow_up`` payload: the first key point that is missing or half said, named by its subject."""
    rated = rate_answer({"question": payload["question"], "criteria": [], "transcript": payload["transcript"]})
    if rated["cannot_score_reason"] or is_injection(str(payload["transcript"])):
        return _reply(needed=False)
    if rated["off_topic"] or rated["needs_clarification"]:
        return _reply(needed=True, neutral=True)
    open_ids = [point["id"] for point in rated["key_points"] if point["status"] != "covered"]
    for point in payload["question"]["key_points"]:
        topic = _topic(str(point["text"]), str(payload["question"].get("text", "")))
        if point["id"] in open_ids and topic:
            language = str(payload.get("language", "en")).partition("-")[0]
            text = _TEXTS.get(language, _TEXTS["en"]).format(topic)
            return _reply(needed=True, key_point_id=point["id"], text=text)
    return _reply(needed=False)


def _topic(point: str, question: str) -> str:
    """A word or two that the question used already where there are such, so that little is given away."""
    meant = content_words(point)
    words = [word for word in dict.fromkeys(tokens(point)) if stem(word) in meant and word.isalpha()]
    known = content_words(question)
    words.sort(key=lambda word: stem(word) not in known)
    return " ".join(words[:_TOPIC_WORDS])


def _reply(
    *, needed: bool, neutral: bool = False, key_point_id: str | None = None, text: str | None = None
) -> dict[str, Any]:
    return {"needed": needed, "neutral": neutral, "key_point_id": key_point_id, "text": text}
