"""A question about one candidate's résumé (Q7): what it may be about, and whether it can be asked like this."""

from collections.abc import Iterable, Mapping
from typing import Any

from interview.folding import fold
from interview.injection import injection_spans
from interview.lint import check_anchor_text, check_question_text, check_spoken_form
from interview.resume import stands_in


def problems_of(
    text: str, about: str, facts: Mapping[str, Any], asked: Iterable[str], language: str
) -> tuple[str, ...]:
    """Why this question may not be asked, one sentence each; empty when it may.

    ``about`` is the fact that it says it rests on, ``facts`` those that were given (``role`` and ``skills``); ``asked``
    are the texts of the interview's own questions.
    """
    findings = (
        *check_spoken_form(text, language), *check_question_text(text, language), *check_anchor_text(text, language),
    )  # fmt: skip
    problems = [finding.sentence for finding in findings]
    if injection_spans(text):
        problems.append("It speaks to a machine instead of asking the candidate.")
    known = (str(facts.get("role") or ""), *facts.get("skills", ()))
    if not about.strip() or not any(stands_in(about, one) for one in known):
        problems.append("`about` has to be copied from the facts, word for word.")
    if any(fold(text) == fold(own) for own in asked):
        problems.append("It asks what the interview asks already.")
    return tuple(dict.fromkeys(problems))
