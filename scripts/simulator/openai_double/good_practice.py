"""Good practice by field of work: a key point that a question may ask for, and a sentence that would cover it."""

import re

_BY_FIELD = (
    (
        r"isolat|lock-out|electric|volt|motor|vfd|conveyor|wiring|plc|fault finding|maintenance",
        "Proves the circuit dead before touching it",
        "Before touching anything I prove the circuit dead and lock it off.",
    ),
    (
        r"dressing|blister|visit|homes and choices|ring the office|carer",
        "Respects the person's choices and reports changes",
        "I respect the person's choices, and I report changes the same day.",
    ),
    (
        r"patient|ward|medicine|dose|blood|wound|deteriorat",
        "Checks the right patient and the record before acting",
        "I check that it is the right patient and read the record before acting.",
    ),
    (
        r"pupil|child|lesson|teach|curriculum|parents",
        "Checks what each child has understood and adapts",
        "I check what each child has understood, and I adapt the next step.",
    ),
    (
        r"sql|statistic|dashboard|data|confidence|sampling|timetable",
        "Writes down the assumptions and limits of the data",
        "I write down the assumptions and the limits of the data next to the result.",
    ),
    (
        r"\bapi\b|code|feature|tests?\b|python|incident|deploy|queries|software|service",
        "Measures before and after the change",
        "I measure before and after the change, so that I know that it helped.",
    ),
    (
        r"invoice|payment|ledger|receipt|statement|costs|grants|paperwork|audit",
        "Compares the figures with the source documents",
        "I compare the figures with the source documents and ask about anything that does not match.",
    ),
    (
        r"prospect|quote|negotiat|selling|accounts?\b|forecast|samples|cost sheet|pain points",
        "Asks about the customer's needs before offering a price",
        "I ask about the customer's needs before offering a price.",
    ),
    (
        r"customer|caller|calls|complaint|contracts|billing",
        "Confirms with the customer that the problem is solved",
        "At the end I confirm with the customer that the problem is solved.",
    ),
    (
        r"food|grill|garnish|allergen|fridge|chef|plating|kitchen|saturday",
        "Keeps temperatures and allergens under control",
        "I keep temperatures and allergens under control and write them on the card.",
    ),
    (
        r"pallet|walkway|racking|scanner|stock|orders|trailer|load",
        "Makes the area safe before moving anything",
        "I make the area safe before moving anything, and I report what is damaged.",
    ),
    (
        r"trip|dock|dispatch|inspection|logs|hours-of-service|driver",
        "Stops and calls when it is not safe",
        "When it is not safe I stop and call, even if the load is late.",
    ),
    (
        r"assistant|team|colleague|lead|together|designers",
        "Agrees with the others who does what",
        "I agree with the others who does what before we begin.",
    ),
)
_ANYWHERE = (
    ("Gets a second pair of eyes on the work", "I get a second pair of eyes on the work before it goes out."),
    ("Keeps a short written record", "I keep a short written record, so that anybody can follow it later."),
    ("Tells the people affected early", "I tell the people affected early, before they have to ask."),
)


def good_practice(phrase: str, turn: int) -> tuple[str, str]:
    """A key point and its sentence that fit the phrase; without a field in it, one of the general ones by turn."""
    for pattern, point, sentence in _BY_FIELD:
        if re.search(pattern, phrase, re.I):
            return point, sentence
    return _ANYWHERE[turn % len(_ANYWHERE)]
