"""Rates an answer by a rule that it states: how many key points share enough words with what was said.

Per key point: the share of its content words that the transcript has. 0.6 or more is covered, 0.3 or more (and two
words, when the point has three) partial, less is missing. The share of covered points, partial ones counting 0.4,
gives 1 to 5. It is a demo rule for trying the system out, no assessment of anybody.
"""

import re
from dataclasses import dataclass
from typing import Any

from .words import content_words, sentences, tokens, word_count

_COVERED, _PARTIAL, _PARTIAL_COUNTS = 0.6, 0.3, 0.4
_FLOORS = ((0.85, 5), (0.65, 4), (0.4, 3), (0.2, 2))
_LONGEST_QUOTE_WORDS = 40

# Wishes addressed to whoever rates; "told me to ignore the alarm" is a story, not a wish.
_INJECTION = re.compile(
    r"""(?:disregard|ignore|forget|override)\s+(?:\w+\s+){0,3}?(?:marking|rubric|guide|instructions?|criteria|prompt|rules\s+above)
    |(?:award|give|assign|grant)\s+(?:me|this|him|her|it|the\s+answer|the\s+candidate)\b.{0,30}(?:mark|score|rating|points|five|full|\b5\b|top|maximum)
    |(?:write|put|enter|mark)\s+(?:a\s+)?(?:five|5|10|top|full\s+marks)\b
    |good\s+grader|to\s+the\s+(?:grader|ai|model|judge)|recommend\s+(?:this\s+person|me)\s+for\s+hire
    |</?\s*(?:system|answer|assistant|user|instructions?)\s*>|["']?rating["']?\s*[:=]\s*\d|needs_human
    |note\s+from\s+the\s+(?:hiring|recruit)|(?:has|have)\s+passed,?\s+no\s+need|score\s+already\s+agreed
    |system\s+prompt|tell\s+me\s+the\s+(?:key\s+points|rubric)|exactly\s+are\s+you\s+looking\s+for
    |ignor\w+\s+(?:la\s+r[uú]brica|las\s+instrucciones|les\s+consignes|die\s+(?:anweisung|rubrik)|as\s+instru)
    |pon\w*\s+un\s+cinco|忽略|评分标准""",
    re.I | re.X | re.S,
)
_EXAMPLE_MARKERS = (
    r"\b(?:i|my|me)\b",
    r"\b(?:when|once|last|time|example|during|ago|day)\b",
    r"\b(?:first|then|after|finally|next|step|steps|before)\b",
    r"\b(?:result|outcome|so|because|since|led|fell|rose|improved|learned|solved)\b",
)
_LINKS = re.compile(r"\b(?:first|then|after|finally|because|so|next|before|when|while|therefore|but)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Found:
    """How far one key point was met, with the words that show it."""

    id: str
    status: str
    quote: str | None


def rate_answer(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for an ``answer_rating`` payload: same payload, same ratings."""
    question, criteria = payload["question"], payload["criteria"]
    follow_up = payload.get("follow_up") or {}
    parts = [str(payload.get("transcript") or ""), str(follow_up.get("transcript") or "")]
    injected = any(_INJECTION.search(part) for part in parts)
    spoken = [sentence for part in parts for sentence in _short_sentences(part) if not _INJECTION.search(sentence)]
    said = " ".join(spoken)

    found = [_meet(point, spoken) for point in question["key_points"]]
    covered = sum(one.status == "covered" for one in found)
    partial = sum(one.status == "partial" for one in found)
    share = (covered + _PARTIAL_COUNTS * partial) / len(found) if found else 0.0
    content = next((rating for floor, rating in _FLOORS if share >= floor), 1)
    words = word_count(said)
    about = content_words(str(question.get("text", "")))
    off_topic = words >= 15 and not covered and not partial and len(about & content_words(said)) <= 1
    silent = not any(part.strip() for part in parts)

    quotes = list(dict.fromkeys(one.quote for one in found if one.quote))
    if not quotes and spoken:
        quotes = [_whole_enough(0, spoken)]
    basis = f"{covered} of {len(found)} key points covered and {partial} in part, by shared words"
    rated = []
    for criterion in criteria:
        dimension = str(criterion.get("dimension", "content"))
        rating, why = _rating(dimension, content, said, words)
        rated.append(
            {
                "id": criterion["id"],
                "reason": "demo double: nothing was said" if silent else f"demo double: {basis}{why}.",
                "quotes": [] if silent else quotes[:2],
                "rating": None if silent else rating,
            }
        )
    return {
        "key_points": [{"id": one.id, "status": one.status, "quote": one.quote} for one in found],
        "criteria": rated,
        "off_topic": off_topic,
        "needs_clarification": 3 <= words < 15 and not covered and not injected,
        "cannot_score_reason": "Nothing was said." if silent else None,
        "injection_suspected": injected,
    }


def is_injection(text: str) -> bool:
    """Whether a text speaks to whoever rates it."""
    return _INJECTION.search(text) is not None


def _meet(point: dict[str, Any], spoken: list[str]) -> _Found:
    wanted = content_words(str(point["text"]))
    have = wanted & content_words(" ".join(spoken))
    share = len(have) / len(wanted) if wanted else 0.0
    if share >= _COVERED:
        status = "covered"
    elif share >= _PARTIAL and (len(have) >= 2 or len(wanted) <= 2):
        status = "partial"
    else:
        return _Found(point["id"], "missing", None)
    best = max(range(len(spoken)), key=lambda index: len(wanted & content_words(spoken[index])))
    return _Found(point["id"], status, _whole_enough(best, spoken))


def _rating(dimension: str, content: int, said: str, words: int) -> tuple[int, str]:
    """A rating for one dimension, with the part of the reason that is its own."""
    if dimension == "communication":
        links = len(_LINKS.findall(said))
        own = 4 if words >= 40 else 3 if words >= 25 else 2 if words >= 12 else 1
        if words >= 40 and len(sentences(said)) >= 3 and (links >= 2 or not said.isascii()):
            own = 5
        return _bounded(own, content), ", length and order of the sentences, bounded by content"
    if dimension == "behavioral":
        own = 1 + sum(bool(re.search(marker, said, re.I)) for marker in _EXAMPLE_MARKERS)
        own = own if said.isascii() else content
        return _bounded(own, content), ", signs of an example of one's own, bounded by content"
    return content, ""


def _bounded(own: int, content: int) -> int:
    """The own rating at most one above content and two below; nothing lifts an answer without content."""
    return 1 if content == 1 else max(content - 2, min(own, content + 1, 5))


def _short_sentences(text: str) -> list[str]:
    """The sentences of a text; long ones in verbatim pieces of at most forty words."""
    found = []
    for sentence in sentences(text):
        words = list(re.finditer(r"\S+", sentence))
        for start in range(0, len(words), _LONGEST_QUOTE_WORDS):
            piece = words[start : start + _LONGEST_QUOTE_WORDS]
            found.append(sentence[piece[0].start() : piece[-1].end()])
    return found


def _whole_enough(index: int, spoken: list[str]) -> str:
    """A quote of three words or more where the answer has them: a shorter sentence gives way to the next longer one."""
    if len(tokens(spoken[index])) >= 3:
        return spoken[index]
    return max(spoken, key=lambda piece: len(tokens(piece)))
