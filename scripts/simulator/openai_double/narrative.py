"""Writes the summary of an interview from its ratings, without a number and without a verdict."""

import re
from typing import Any

# No number, and none of the words in which a verdict comes.
_LEFT_OUT = re.compile(
    r"""^(?:\S*\d\S*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundreds?|thousands?
    |hir(?:e|ed|es|ing)|reject\w*|consider\w*|recommend\w*|pass(?:ed|es|ing)?|fail\w*|excellent|good|average|poor
    |scores?|scored|ratings?|rated|verdict|suitable|unsuitable|strong|weak)[,.;:]?$""",
    re.I | re.X,
)
_TEXTS: dict[str, tuple[str, str, str, str, str, str]] = {
    "en": (
        "This demo summary is drawn from key points found in the answers.",
        "Answers about {} covered most of what was asked for.",
        "Answers about {} left out much of what was asked for.",
        "Concrete points about: {}",
        "More detail about: {}",
        "Ask for a concrete example about: {}",
    ),
    "es": (
        "Este resumen de demostración se basa en los puntos clave hallados en las respuestas.",
        "Las respuestas sobre {} cubrieron casi todo lo pedido.",
        "En las respuestas sobre {} faltó mucho de lo pedido.",
        "Puntos concretos sobre: {}",
        "Más detalle sobre: {}",
        "Pedir un ejemplo concreto sobre: {}",
    ),
    "fr": (
        "Ce résumé de démonstration repose sur les points clés trouvés dans les réponses.",
        "Les réponses sur {} couvrent presque tout ce qui était demandé.",
        "Il manque beaucoup dans les réponses sur {}.",
        "Points concrets sur : {}",
        "Plus de détails sur : {}",
        "Demander un exemple concret sur : {}",
    ),
    "de": (
        "Diese Demo-Zusammenfassung beruht auf den Punkten, die in den Antworten gefunden wurden.",
        "Die Antworten zu {} enthielten fast alles, was gefragt war.",
        "In den Antworten zu {} fehlte vieles, was gefragt war.",
        "Konkretes zu: {}",
        "Mehr Einzelheiten zu: {}",
        "Nach einem konkreten Beispiel fragen zu: {}",
    ),
    "pt": (
        "Este resumo de demonstração baseia-se nos pontos-chave encontrados nas respostas.",
        "As respostas sobre {} cobriram quase tudo o que foi pedido.",
        "Nas respostas sobre {} faltou muito do que foi pedido.",
        "Pontos concretos sobre: {}",
        "Mais detalhe sobre: {}",
        "Pedir um exemplo concreto sobre: {}",
    ),
    "hi": (
        "यह डेमो सारांश उत्तरों में मिले मुख्य बिंदुओं पर आधारित है।",
        "{} के उत्तरों में पूछी गई लगभग सारी बातें थीं।",
        "{} के उत्तरों में बहुत कुछ छूट गया।",
        "ठोस बातें: {}",
        "और विवरण: {}",
        "ठोस उदाहरण पूछें: {}",
    ),
    "zh": (
        "本演示摘要依据回答中找到的要点写成。",
        "关于{}的回答涵盖了大部分要点。",
        "关于{}的回答缺少许多要点。",
        "内容具体：{}",
        "需要更多细节：{}",
        "请对方举具体例子：{}",
    ),
}


def write_narrative(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for an ``interview_narrative`` payload: strengths were rated high, improvements low."""
    opening, most, little, concrete, more, ask = _TEXTS.get(
        str(payload.get("language") or "en").lower().split("-")[0], _TEXTS["en"]
    )
    high: list[str] = []
    low: list[str] = []
    topics: list[str] = []
    for answer in payload["answers"]:
        given = [one["rating"] for one in answer.get("ratings") or () if one.get("rating") is not None]
        name = plain_words(str(answer.get("competency") or ""))
        if given and name:
            mean = sum(given) / len(given)
            if mean >= 3.5:
                high.append(name)
            elif mean < 2.5:
                low.append(name)
        for missing in answer.get("key_points_missing") or ():
            text = plain_words(str(missing.get("text", "")) if isinstance(missing, dict) else str(missing))
            if text and text not in topics:
                topics.append(text)
    high, low = list(dict.fromkeys(high)), [name for name in dict.fromkeys(low) if name not in high]
    summary = [opening]
    if high:
        summary.append(most.format(", ".join(high[:3])))
    if low:
        summary.append(little.format(", ".join(low[:3])))
    return {
        "summary": " ".join(summary),
        "strengths": [concrete.format(name) for name in high[:5]],
        "improvements": [more.format(name) for name in low[:5]],
        "next_steps": [ask.format(name) for name in (low or topics)[:5]],
        "recommended_topics": topics[:6],
    }


def plain_words(text: str) -> str:
    """The text without numbers and words of verdict."""
    return " ".join(word for word in text.split() if not _LEFT_OUT.match(word)).strip(" ,;:")
