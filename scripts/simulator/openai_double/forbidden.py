"""What a question may not touch, so that no such line of a job text becomes one (assessment.md, Q3 and Q4)."""

import re

_DO_NOT_ASK = re.compile(
    r"""\b(?:age|aged|ages|years?[ -]old|old|older|elderly|young\w*|youth\w*|birth\w*|born|graduat\w+\s+year
    |race|racial|ethnic\w*|nationalit\w+|national\s+origin|citizens?|citizenship|immigra\w+|passport|religio\w*|church
    |christian|muslim|jewish|sex|sexual\w*|gender|male|female|m[ae]n|wom[ae]n|girls?|boys?|ladies|lady|gentlem[ae]n
    |pregnan\w*|maternity|paternity|marri\w+|marital|single|husband|wife|spouse|family\s+plan\w*|childcare|child-?free
    |disab\w+|impair\w+|illness\w*|sick\s+leave|health\s+condition|medical\s+(?:card|history|condition)|genetic\w*
    |arrest\w*|convict\w*|criminal|salary\s+history|current\s+salary|previous\s+pay|unions?|military|veterans?|army
    |bankrupt\w*|debts?|credit\s+score|politic\w*|neighbou?rhood|height|weigh\w*|photos?|facebook|instagram
    |social\s+media|physical\s+tasks)\b""",
    re.I | re.X,
)
_POOR_ANCHOR = re.compile(
    r"""\b(?:accents?|native|fluen\w+|articulate|grammar|energ(?:y|etic)|enthusias\w+|confident|charisma\w*|dynamic
    |cultur\w+\s+fit|polish\w*|spoken|postcodes?|in\s+english)\b""",
    re.I | re.X,
)
_INSTRUCTION = re.compile(
    r"[<>{}\[\]]|https?://|\b(?:ignore|disregard|system prompt|instructions?|rubric|office note|as an ai|ask every)\b",
    re.I,
)


def may_be_asked(text: str) -> bool:
    """Whether a piece of a job text may be the ground of a question."""
    return not (_DO_NOT_ASK.search(text) or _POOR_ANCHOR.search(text) or _INSTRUCTION.search(text))


def is_do_not_ask(text: str) -> bool:
    """Whether a sentence asks for what may not be asked."""
    return bool(_DO_NOT_ASK.search(text))
