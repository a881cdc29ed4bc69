"""Enough English grammar to turn "check pallets" into "checking pallets" and back."""

import re

# Verbs with which duties begin. A word that is not here is taken for a noun: "fault finding", "stock control".
_VERB_LIST = """
accept account achieve act adapt add adjust administer advise agree allocate analyse analyze answer apply
approve arrange assemble assess assign assist attend audit back bake bill book brief bring build calculate
calibrate call calm capture care carry challenge chase check choose clean close coach code collaborate collect
communicate compare compile complete conduct configure confirm connect consult contact contribute control
convert cook coordinate count create cut dance deal debug decide define deliver demonstrate deploy design
detect determine develop diagnose direct discuss dispatch do document draft drive edit educate enable
encourage enforce ensure enter escalate establish estimate evaluate examine execute explain extract file fill
find finish fit fix follow forecast gather generate give greet guard guide hand handle harvest help hire
identify implement improve inform inspect install instruct integrate interpret interview introduce investigate
invoice issue join keep label launch lay lead learn liaise lift listen load log look maintain make manage map
mark match measure meet mentor mix model monitor motivate mount move negotiate notice observe obtain onboard
open operate optimise optimize order organise organize oversee pack paint participate pass perform pick place
plan plant plate position prepare present prevent price prioritise prioritize process produce profile program
programme promote propose protect provide prune publish purchase quote raise read receive recognise recognize
recommend reconcile record recruit reduce register repair replace reply report represent research resolve
respect respond restock review ring run save say scan schedule screen secure sell send serve service set share
ship shop sign solve sort source spot stack staff start stay stock stop store structure submit suggest
supervise supply support take talk teach tell test tidy track train translate transport treat troubleshoot
tune turn understand unload update use validate verify visit wash watch weld work wrap write
"""
VERBS = frozenset(_VERB_LIST.split())
_DOUBLING_LIST = "cut debug fit get let log map plan program run scan set ship shop spot stop submit wrap"
_DOUBLING = frozenset(_DOUBLING_LIST.split())
_KEEPS_E = frozenset({"see", "agree", "oversee"})


def gerund(verb: str) -> str:
    """The -ing form of a verb."""
    if verb in _DOUBLING:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and verb not in _KEEPS_E:
        return f"{verb[:-1]}ing"
    return f"{verb}ing"


# "share of service charge" and "lead for music" begin with nouns.
_NOUN_BEFORE = {"of": VERBS - {"dispose"}, "for": frozenset({"lead", "support", "cover"})}
_PROPER_LIST = """
Python Excel Docker Redis Java Terraform Linux Kubernetes React Flask Django Xero Salesforce Word Outlook
English French German Spanish Monday Tuesday Wednesday Thursday Friday Saturday Sunday Windows Azure Oracle
Tableau
"""
_PROPER = frozenset(_PROPER_LIST.split())
_FROM_GERUND = {gerund(verb): verb for verb in VERBS}


def _third_person(verb: str) -> str:
    if re.search(r"(?:s|sh|ch|x|z)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


_FROM_THIRD = {_third_person(verb): verb for verb in VERBS}


def verb_phrase(phrase: str) -> str | None:
    """The phrase with its leading verb in the base form, or None when it does not begin with a verb.

    ``debugging an incident and writing it up`` gives ``debug an incident and write it up``.
    """
    first, _, rest = phrase.partition(" ")
    word = first.lower().rstrip(",")
    if word in _NOUN_BEFORE.get(rest.partition(" ")[0], ()):
        return None
    if word in VERBS and rest:
        return f"{first.lower()} {rest}"
    if word in _FROM_GERUND and rest:
        turned = re.sub(r"\b(and|or) (\w+ing)\b", lambda m: f"{m[1]} {_FROM_GERUND.get(m[2].lower(), m[2])}", rest)
        return f"{_FROM_GERUND[word]} {turned}"
    # "Planned and reactive maintenance" must stay a noun, "notices things" must not.
    if word in _FROM_THIRD and rest and not rest.startswith(("and ", "of ", "for ", "in ")):
        turned = re.sub(r"(,|\band|\bor) (\w+s)\b", lambda m: f"{m[1]} {_FROM_THIRD.get(m[2].lower(), m[2])}", rest)
        return f"{_FROM_THIRD[word]} {turned}"
    return None


def as_gerund(phrase: str) -> str:
    """A verb phrase as a name for the activity: ``check pallets and load`` gives ``checking pallets and loading``."""
    first, _, rest = phrase.partition(" ")
    verb = first.rstrip(",")
    turned = re.sub(
        r"(,|\band|\bor) (\w+)\b",
        lambda m: f"{m[1]} {gerund(m[2])}" if m[2].lower() in VERBS else m[0],
        f"{first[len(verb) :]} {rest}",
    )
    return gerund(verb) + turned


def lower_first(text: str) -> str:
    """The text with a small first letter, unless its first word is an abbreviation or mixed in case."""
    first = re.split(r"[\s,:/-]", text, maxsplit=1)[0]
    keeps = not text or first in _PROPER or any(letter.isupper() for letter in first[1:])
    return text if keeps else text[0].lower() + text[1:]


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
