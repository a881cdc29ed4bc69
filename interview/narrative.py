"""A summary in words may tell what was said, never how it was rated (assessment R19): the check that refuses it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from interview.arithmetic import shown
from interview.folding import fold, is_unspaced, traced


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a narrative may repeat: words and numbers of these texts (verified quotes, questions), the stored numbers
    (as ``shown``), and the stored recommendation."""

    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    verdict: str | None = None


def check_narrative(texts: Iterable[str], allowed: Allowed) -> tuple[str, ...]:
    """Why these texts may not be shown, one sentence each; empty when they may (R19).

    A number passes if it was quoted or stored, but next to words of rating only if it was stored. A word of verdict
    passes if it was quoted or is the stored one. There is no repair: a narrative that fails is left out.
    """
    sources = f" {' '.join(fold(text) for text in allowed.texts)} "
    quoted = {_canonical(n) for text in allowed.texts for n in _NUMBER.findall(traced(text).text)}
    stored = {_canonical(form) for number in allowed.numbers for form in (f"{number:g}", f"{shown(number):.1f}")}
    problems: list[str] = []
    for text in texts:
        plain = traced(text).text
        problems += _ratings(plain, sources, stored)
        problems += [
            f"It has the number {number}, which was neither said nor stored."
            for number in _NUMBER.findall(_RATING.sub(" ", plain))
            if _canonical(number) not in quoted | stored
        ]
        problems += _verdicts(plain, sources, allowed.verdict)
    return tuple(dict.fromkeys(problems))


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORDS = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|hundred"
    r"|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien"
    r"|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|dix|cent"
    r"|null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert"
    r"|um|dois|três|quatro|sete|oito|nove|dez|cem"
    r"|एक|दो|तीन|चार|पाँच|पांच|छह|सात|आठ|नौ|दस)"
)
_AMOUNT = rf"(?:\d+(?:[.,]\d+)?|{_NUMBER_WORDS})"
_SCALE_END = r"(?:5|10|100|five|ten|a hundred|cinco|diez|cien|cinq|dix|cent|fünf|zehn|hundert|dez|cem|पाँच|दस)"
_UNIT = (
    r"(?:points?(?! (?:about|on|that|of|in|where|which|to)\b)|marks?|stars?|puntos?|estrellas?|étoiles?|punkten?"
    r"|sternen?|pontos?|estrelas?|अंक|अंकों|स्टार)"
)
_RATED = (
    r"(?:rated|rating|scor(?:ed?|es|ing)|graded|marked|calificación|puntuación|puntaje|note de|noté|bewertung|bewertet"
    r"|pontuação|avaliação|nota de|रेटिंग|स्कोर)"
)
# A number that says how good: "four out of five", "rated 4", "8/10", "a score of seven", "5分".
_RATING = re.compile(
    rf"\b(?P<of>{_AMOUNT})\s*(?:/|out of|of|von|sur|de|में से)\s*(?:a possible\s+)?{_SCALE_END}\b"
    rf"|\b{_RATED}\W+(?:\w+\W+){{0,2}}?(?P<rated>{_AMOUNT})\b"
    rf"|\brates?\s+(?:an?\s+)?(?P<rates>{_AMOUNT})\b"
    rf"|\b(?P<unit>{_AMOUNT})[\s-]+{_UNIT}\b"
    r"|[打得给评]了?[\d一二三四五六七八九十]+分|[\d一二三四五六七八九十]+分(?:制|满分)",
    re.IGNORECASE,
)
_TOP_MARKS = re.compile(
    r"\b(?:full|top|maximum|highest|perfect|lowest)\s+(?:marks?|scores?|ratings?|points)\b|满分|最高分"
    r"|\bpuntuación (?:máxima|perfecta)\b|\bnote (?:maximale|parfaite)\b|\b(?:volle punktzahl|bestnote)\b"
    r"|\bnota (?:máxima|perfeita)\b|पूरे अंक",
    re.IGNORECASE,
)

_THE = r"(?:(?:the|this|her|his|their|an?) )?"
_PERSON = r"(?:candidate|applicant|person|she|he|they)"
# By recommendation, the words that pronounce it; the languages of the speech we know to check.
_VERDICTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (verdict, re.compile(pattern, re.IGNORECASE))
    for verdict, pattern in (
        (
            "hire",
            r"\b(?:hir(?:e|es|ed|ing|able)|employ (?:her|him|them|this)|job offer|shortlist(?:ed)?"
            r"|(?:move|moving|moved|go|proceed|advance)s? (?:forward|to the next (?:round|stage)|ahead)"
            r"|contrat(?:ar|e|ado|ada|ación|ação)\w*|embauch\w+|recrut(?:er|ez|é|ée|ement)"
            r"|einstellen|einzustellen|eingestellt|anheuern)\b|नियुक्त|नौकरी पर रख|भर्ती|录用|聘用|雇用|录取",
        ),
        (
            "reject",
            r"\b(?:reject\w*|turn(?:ed)? (?:her|him|them) down|unsuitable|not (?:a )?(?:suitable|good fit|fit for)"
            r"|rechaz\w+|descart(?:ar|ado|ada)|rejet\w+|ablehn\w*|abgelehnt|abzulehnen|ungeeignet|rejeit\w+|descartad\w+)\b"
            r"|अस्वीकार|अस्वीकृत|拒绝|淘汰|不予录",
        ),
        (
            "consider",
            r"\b(?:consider(?:ed|ing)? (?:her|him|them|for|(?:this|the) (?:candidate|person|applicant))"
            r"|(?:should|could|can|may|to) be considered|worth considering|under consideration|for consideration"
            r"|(?:tener|tomar) en cuenta (?:para|como)|considerar(?:se|lo|la)? (?:para|al|a la|o candidato|a candidata)"
            r"|envisager (?:sa|la|cette) candidature|in (?:betracht|erwägung) (?:ziehen|gezogen))\b"
            r"|विचार किया जा|可(?:以)?考虑(?:录|此|该|这)|予以考虑|值得考虑",
        ),
        (
            "",
            r"\b(?:recommend\w*|recomend\w+|recomiend\w+|recommand\w+|empfehl\w*|empfiehl\w*|empfohlen)\b"
            r"|सिफ़ारिश|सिफारिश|अनुशंसा|推荐|建议录",
        ),
        (
            "",
            rf"\b(?:(?:pass|fail)(?:es|s|ed|ing)? {_THE}(?:interview|assessment|test|bar|round|screening)"
            rf"|(?:{_PERSON}|should|would|clear(?:ly)?|an?) (?:ha(?:s|ve) )?(?:pass|fail)(?:es|s|ed)?"
            r"(?=\s*(?:[.,;!]|$))"
            r"|aprobad[oa]|suspens[oa]|reprobad[oa]|suspend(?:e|er|ió)|(?<!no )apt[oa] para el puesto|no apt[oa]"
            r"|échou\w+|échec|recalé\w*|durchgefallen|(?:nicht )?bestanden|aprovad[oa]|reprovad[oa]|reprov(?:ar|ou))\b"
            r"|उत्तीर्ण|अनुत्तीर्ण|फेल|पास (?:हो|कर)|(?:不|未)?通过(?:了)?(?:面试|考核|评估)|不合格|合格",
        ),
    )
)


def _canonical(number: str) -> str:
    """The number with ASCII digits and a point, without idle zeros."""
    digits = "".join(str(int(c)) if c.isdigit() else c for c in number).replace(",", ".")
    return digits.rstrip("0").rstrip(".") if digits.count(".") == 1 else digits


def _ratings(text: str, sources: str, stored: set[str]) -> list[str]:
    found = [f"It gives a rating: “{match[0]}”." for match in _TOP_MARKS.finditer(text) if not _said(match[0], sources)]
    for match in _RATING.finditer(text):
        value = match["of"] or match["rated"] or match["rates"] or match["unit"] or ""
        if _canonical(value) not in stored and not _said(match[0], sources):
            found.append(f"It gives a rating: “{match[0]}”.")
    return found


def _said(words: str, sources: str) -> bool:
    folded = fold(words)
    return (folded if is_unspaced(folded[0]) else f" {folded} ") in sources


def _verdicts(text: str, sources: str, verdict: str | None) -> list[str]:
    found = []
    for own, pattern in _VERDICTS:
        for match in pattern.finditer(text):
            if (own and own == verdict) or _said(match[0], sources):
                continue
            found.append(f"It pronounces a verdict: “{match[0]}”.")
    return found
