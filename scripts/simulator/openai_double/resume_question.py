"""Asks about the first skill, piece of work or role of a résumé, by rule."""

from typing import Any

_TEXTS: dict[str, str] = {
    "en": "Your résumé mentions {}. What did you do there, and what came of it?",
    "es": "Su currículum menciona {}. ¿Qué hizo usted y qué resultado tuvo?",
    "fr": "Votre CV mentionne {}. Qu'avez-vous fait et qu'est-ce que cela a donné ?",
    "de": "Ihr Lebenslauf nennt {}. Was haben Sie da gemacht, und was kam dabei heraus?",
    "pt": "O seu currículo menciona {}. O que você fez e qual foi o resultado?",
    "hi": "आपके बायोडाटा में {} लिखा है। आपने क्या किया, और उसका परिणाम क्या रहा?",
    "zh": "您的简历提到{}。您具体做了什么，结果如何？",
}


def write_resume_question(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for a ``resume_question`` payload."""
    facts = payload["resume_facts"]
    known = [*facts.get("skills", ()), *([facts["role"]] if facts.get("role") else ())]
    if not known:
        return {"about": None, "text": None}
    text = _TEXTS.get(str(payload.get("language") or "en").lower().split("-")[0], _TEXTS["en"])
    return {"about": known[0], "text": text.format(known[0])}
