"""Drafts a feedback sheet by rule: a strength for each answer rated high, a topic for each key point missing."""

from typing import Any

from .narrative import plain_words

_MOST = 4
_TEXTS: dict[str, tuple[str, str]] = {
    "en": ("In your answer about {}, you gave concrete points.", "You could say more about this: {}."),
    "es": ("En su respuesta sobre {} dio puntos concretos.", "Podría contar más sobre esto: {}."),
    "fr": (
        "Dans votre réponse sur {}, vous avez donné des points concrets.", "Vous pourriez en dire plus sur ceci : {}.",
    ),
    "de": ("In Ihrer Antwort zu {} haben Sie Konkretes genannt.", "Dazu könnten Sie mehr erzählen: {}."),
    "pt": ("Na sua resposta sobre {}, você deu pontos concretos.", "Você poderia contar mais sobre isto: {}."),
    "hi": ("{} के अपने उत्तर में आपने ठोस बातें बताईं।", "इसके बारे में आप और बता सकते हैं: {}।"),
    "zh": ("在关于{}的回答中，您谈到了具体内容。", "关于这一点您可以多谈一些：{}。"),
}  # fmt: skip


def draft_feedback(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for a ``candidate_feedback`` payload."""
    language = str(payload.get("language") or "en").lower().split("-")[0]
    strong, more = _TEXTS.get(language, _TEXTS["en"])
    strengths: list[str] = []
    topics: list[str] = []
    for answer in payload["answers"]:
        given = [one["rating"] for one in answer.get("ratings") or () if one.get("rating") is not None]
        name = plain_words(str(answer.get("competency") or ""))
        if given and name and sum(given) / len(given) >= 3.5:
            strengths.append(strong.format(name))
        for missing in answer.get("key_points_missing") or ():
            text = plain_words(str(missing.get("text", "")) if isinstance(missing, dict) else str(missing))
            if text:
                topics.append(more.format(text))
    return {
        "strengths": list(dict.fromkeys(strengths))[:_MOST],
        "topics": list(dict.fromkeys(topics))[:_MOST],
    }
