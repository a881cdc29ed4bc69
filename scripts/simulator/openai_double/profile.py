"""Copies facts out of a résumé by rule: a line that names a job, lists after a heading, a number of years."""

import re
from typing import Any

_SKILLS = re.compile(r"^\W*(?:key |core )?(?:skills|competences|kenntnisse|habilidades)\W*[:\-–]\s*(.+)$", re.I)
_STUDIES = re.compile(
    r"\b(?:university|college|school|degree|diploma|bachelor|master|bsc|msc|certificate|training)\b", re.I
)
_YEARS = re.compile(r"\b(\d{1,2}) years\b[^.\n]{0,40}", re.I)
_AT = re.compile(r"^\W*([A-Z][\w /&-]{2,60}?)(?: at |, )([A-Z][\w &.'-]{1,60}?)(?=,|\.|;| \(|\s+\d{4}|$)")
_PRIVATE = re.compile(r"@|https?:|www\.|\d{7,}|\b(?:born|married|children|nationality|religion|ignore)\b", re.I)
_WORDS_OF_A_SENTENCE = 6


def draft_profile(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for a ``candidate_profile`` payload; every text in it is a piece of the résumé."""
    text = "\n".join(map(str, payload["resume"]))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line and not _PRIVATE.search(line)]
    jobs = [found for line in lines if not _STUDIES.search(line) and (found := _AT.match(line))]
    skills = [piece for line in lines if (found := _SKILLS.match(line)) for piece in re.split(r"[,;•]", found[1])]
    years = _YEARS.search("\n".join(lines))
    return {
        "role": jobs[0][1].strip() if jobs else None,
        "company": jobs[0][2].strip() if jobs else None,
        "years": {"number": int(years[1]), "quote": years[0].strip()} if years else None,
        "skills": [skill.strip(" .") for skill in skills if skill.strip(" .")],
        "education": [line for line in lines if _STUDIES.search(line)][:5],
        "bio": [line for line in lines if _tells(line)][:2],
    }


def _tells(line: str) -> bool:
    """Whether a line is neither a list nor a heading nor a station of the career."""
    if _SKILLS.match(line) or _AT.match(line) or _STUDIES.search(line):
        return False
    return len(line.split()) >= _WORDS_OF_A_SENTENCE
