"""What may be taken from a résumé: only what stands in it, and for a rater (Q7) only what the work is about."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from interview.folding import fold, is_unspaced, sanitise
from interview.injection import injection_spans
from interview.lint import check_anchor_text, check_question_text

MAX_SKILLS, MAX_EDUCATION, MAX_EXCERPTS = 30, 10, 4
MAX_LINE_CHARS, MAX_BIO_CHARS = 200, 800
MAX_YEARS = 80
# A page of names and dates is no experience; a rater gets a handful of facts or none.
MAX_RATER_SKILLS = 15

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_CONTACT = re.compile(r"@|https?:|www\.|\+?\d[\d ()./-]{6,}\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class ResumeFacts:
    """What a model found in a résumé and the résumé bears out; None and () where it says nothing of it."""

    role: str | None = None
    company: str | None = None
    years: float | None = None
    skills: tuple[str, ...] = ()
    education: tuple[str, ...] = ()
    bio: str | None = None


def facts_in(reply: Mapping[str, Any], resume: str) -> ResumeFacts:
    """The facts of a ``candidate_profile`` reply that stand in ``resume``, word for word; whatever else it says is
    dropped. Years need a quote in which their number stands."""

    def lines(values: Iterable[object], most: int) -> tuple[str, ...]:
        kept = [line for value in values if (line := _line(value, resume)) is not None]
        return tuple({fold(line): line for line in reversed(kept)}.values())[::-1][:most]

    excerpts = [piece for value in reply["bio"] if (piece := _line(value, resume, MAX_BIO_CHARS)) is not None]
    bio = " ".join(dict.fromkeys(excerpts[:MAX_EXCERPTS]))
    return ResumeFacts(
        role=_line(reply["role"], resume),
        company=_line(reply["company"], resume),
        years=_years(reply["years"], resume),
        skills=lines(reply["skills"], MAX_SKILLS),
        education=lines(reply["education"], MAX_EDUCATION),
        bio=bio[:MAX_BIO_CHARS] or None,
    )


def facts_for_rater(facts: ResumeFacts, name: str, language: str) -> dict[str, Any] | None:
    """Role, years and skills as a rater may read them (Q7), or None when nothing is left.

    Never the name, an employer, a school, a date or a way to reach somebody; nothing that may not be asked or rated
    (Q3, Q4), and nothing that speaks to the grader (I27).
    """
    names = {word for word in fold(name).split() if len(word) > 1}
    names |= {f"{word}s" for word in names}

    def may_be_read(text: str) -> bool:
        if _CONTACT.search(text) or _YEAR.search(text) or injection_spans(text):
            return False
        if check_anchor_text(text, language) or check_question_text(text, language):
            return False
        folded = fold(text)
        return not names & set(folded.split()) and not any(is_unspaced(one[0]) and one in folded for one in names)

    role = facts.role if facts.role and may_be_read(facts.role) else None
    skills = [skill for skill in facts.skills if may_be_read(skill)][:MAX_RATER_SKILLS]
    if role is None and facts.years is None and not skills:
        return None
    return {"role": role, "years": facts.years, "skills": skills}


def stands_in(piece: str, text: str) -> bool:
    """Whether ``piece`` stands in ``text`` as whole words; case, punctuation and whitespace aside."""
    wanted, whole = fold(piece), fold(text)
    if not wanted:
        return False
    if any(map(is_unspaced, wanted)):
        return wanted in whole
    return f" {wanted} " in f" {whole} "


def _line(value: object, resume: str, most: int = MAX_LINE_CHARS) -> str | None:
    if not isinstance(value, str):
        return None
    line = " ".join(sanitise(value).split())
    return line if 0 < len(line) <= most and stands_in(line, resume) else None


def _years(value: object, resume: str) -> float | None:
    if not isinstance(value, Mapping):
        return None
    number, quote = value["number"], _line(value["quote"], resume)
    if quote is None or isinstance(number, bool) or not isinstance(number, int | float):
        return None
    said = {float(found.replace(",", ".")) for found in _NUMBER.findall(quote)}
    return float(number) if 0 <= number <= MAX_YEARS and float(number) in said else None
