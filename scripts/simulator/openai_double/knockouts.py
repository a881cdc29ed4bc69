"""The one requirement of a job text that a yes or no can check: a licence, a registration, an authorisation."""

import re
from dataclasses import dataclass

_HOLDS = r"(?:licen[cs]e|registration|CDL|certificate|qualified teacher status|qualification)"
_MANDATORY = re.compile(r"\(required|\brequired\b|\bmust have\b|\bessential\b", re.I)
_KNOWN = (
    (r"current registration as an? \w+", "Do you hold {}?", "a "),
    (r"(?:full|valid|clean) driving licen[cs]e", "Do you have {}?", "a "),
    (r"valid Class [A-Z] CDL", "Do you hold {}?", "a "),
    (r"qualified teacher status", "Do you hold {}?", ""),
    (r"recognised electrical qualification", "Do you hold {}?", "a "),
    (r"authori[sz]ed to work in [A-Z][\w ]+?(?=[.,;\n]|$)", "Are you {}?", ""),
    (r"available for the \w+ shift", "Are you {}?", ""),
)


@dataclass(frozen=True, slots=True)
class Knockout:
    """A yes/no question with the words of the job text that call for it."""

    text: str
    evidence: str
    subject: str


def find_knockout(job_text: str) -> Knockout | None:
    """The first checkable requirement in the job text, or None when it states none."""
    folded = " ".join(job_text.split())
    for pattern, question, article in _KNOWN:
        found = re.search(pattern, folded, re.I)
        if found:
            subject = article + found[0][0].lower() + found[0][1:]
            return Knockout(question.format(subject), found[0], subject)
    found = re.search(r"background check needed by law|an enhanced check is part of the process", folded, re.I)
    if found:
        text = "Are you willing to have the background check that this job calls for?"
        return Knockout(text, found[0], "the background check")
    for clause in re.split(r"[\n.;,]", job_text):
        short = " ".join(clause.strip(" -*•").split())
        held = re.search(rf"(?:(?:current|valid|full|recognised)\s+)?(?:[\w-]+\s+){{0,3}}{_HOLDS}\b", short, re.I)
        if held and _MANDATORY.search(short) and len(short.split()) <= 12:
            subject = re.sub(r"^(?:must have|required|essential)[: ]+", "", held[0].strip(), flags=re.I)
            article = "an " if subject[0].lower() in "aeiou" else "a "
            return Knockout(f"Do you hold {article}{subject}?", short, article + subject)
    return None
