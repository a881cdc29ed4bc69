"""Reads a job text for what a person will do and must know, each with the verbatim words that say so."""

import re
from dataclasses import dataclass

from .forbidden import may_be_asked
from .grammar import VERBS, lower_first, verb_phrase
from .words import content_words


@dataclass(frozen=True, slots=True)
class Item:
    """One duty or requirement: its verbatim words, and the same as a phrase that fits into a question."""

    evidence: str
    phrase: str
    is_verb: bool
    parts: tuple[str, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    rank: int | None


_SECTIONS = (
    (
        r"pay|salary|benefits?|package|contract|location|process|report to|company|we offer|hours|employer|equal|about",
        None,
    ),
    (r"good to have|nice to have|plus|useful|desirable|preferred|bonus|advantage", 3),
    (
        r"you need|must have|requirements?|qualifications?|required|essential|profile|we need|we look for|what matters"
        r"|skills|you have|you bring|your profile",
        2,
    ),
    (
        r"what you will do|you will|duties|main duties|responsibilities|tasks|day to day|the job|purpose of the role"
        r"|the role|your work|what you do|run",
        1,
    ),
)
_LOGISTICS = re.compile(
    r"""\b(?:pay|paid|salary|bonus|commission|premium|overtime|shifts?|rota|on[- ]call|per\s+mile|part-time|full-time
    |hybrid|remote|permanent|weekends?|days?\s+(?:a|on|off)|nights?\s+(?:a|away)|holidays?|uncapped|degree|hiring
    |we\s+(?:are|make|use|train|never|offer|work|run)|hours\s+are|equivalent|applicants?|screen-reader|staff\s+meals
    |closed|guaranteed|provided|qualifications?|qualified|wanted|charity|welcome|certificate|licen[cs]e|registration
    |endorsement|territory|experience\s+nice)\b""",
    re.I | re.X,
)
_YEARS = re.compile(
    r"^(?:at least )?(?:\d+\+?|one|two|three|four|five)\+? (?:years?|yrs)(?: of)?\b\s*(?:verifiable\s+|proven\s+)?",
    re.I,
)
_NO_NOUN = re.compile(r"^(?:on|in|at|for|with|industrial|or|and|to|current|valid|own|full|kind)\b", re.I)
_FIXES = (
    (r"\b(EVERY|ALWAYS|NEVER|ALL|MUST|NOT|ANY|BEFORE|AFTER)\b", lambda m: m[0].lower()),
    (r"\bisnt\b", "isn't"),
    (r"\bdont\b", "don't"),
    (r"\bpeoples (?=\w)", "people's "),
    (r"\bpre- and\b", "pre- and"),
    (r"\bonce trained\b,?", ""),
    (r"\s*/\s*", " or "),
    (r"\byrs\b", "years"),
    (r"\s{2,}", " "),
    (r"\s+,", ","),
)


def read_items(job_text: str) -> list[Item]:
    """The duties and requirements in a job text, the best ground for questions first.

    Every ``evidence`` is a piece of the job text (whitespace folded). Pay, hours, and whatever may not be asked
    about are left out.
    """
    items: list[Item] = []
    for text, section in _lines(job_text):
        if not section.rank:
            continue
        for piece, rank in _pieces(text, section.rank):
            items.extend(_items(piece, rank))
    unique: dict[str, Item] = {}
    for item in items:
        unique.setdefault(item.phrase.lower(), item)
    return sorted(unique.values(), key=lambda item: item.rank)


def any_evidence(job_text: str) -> str:
    """Some harmless words of the job text, for questions that stand on no particular duty."""
    for line in job_text.splitlines():
        for sentence in re.split(r"(?<=[.!?])\s+", line.strip()):
            folded = " ".join(sentence.split())
            if len(folded) >= 4 and may_be_asked(folded):
                return folded
    words = re.findall(r"[^\W\d_]{3,}", job_text)
    return next((word for word in words if may_be_asked(word)), job_text.strip()[:40])


def _lines(job_text: str) -> list[tuple[str, _Section]]:
    """Lines with the section they stand under; a label at the start of a line opens a section for that line."""
    found: list[tuple[str, _Section]] = []
    section = _Section("", 1)
    for number, raw in enumerate(job_text.splitlines()):
        line = " ".join(raw.split())
        bullet = re.match(r"^(?:[-*•–·]|\d+[.)])\s+", line)
        text = line[bullet.end() :] if bullet else line
        if not text:
            section = _Section("", 1)
            continue
        named = _section_of(text.rstrip(":")) if not bullet and len(text.split()) <= 5 else None
        if named and not re.search(r"\w: \w", text):
            section = named
            continue
        label = re.match(r"^([A-Z][\w ]{2,24}|what matters): ", text)
        labelled = _section_of(label[1]) if label and not bullet else None
        if label and labelled:
            found.append((text[label.end() :], labelled))
        elif number == 0 and not bullet and len(text) < 90:
            continue  # the title
        elif bullet:
            found.append((f"- {text}", section))
        else:
            found.append((text, _Section("prose", 1)))
    return found


def _section_of(text: str) -> _Section | None:
    for pattern, rank in _SECTIONS:
        if re.fullmatch(rf"(?:{pattern})(?:\b.*)?", text.lower().strip()):
            return _Section(text, rank)
    return None


def _pieces(text: str, rank: int) -> list[tuple[str, int]]:
    """A line taken apart into pieces of one duty each: bullets stay whole, run-in lists are split."""
    if text.startswith("- "):
        body = text[2:]
        return [(re.split(r"(?<=[.!?])\s+", body)[0], rank)]
    found: list[tuple[str, int]] = []
    for sentence in re.split(r"(?<=[.!?])\s+|;\s*", text):
        sentence, sentence_rank = sentence.strip(" ."), rank
        you = re.match(r"^you (?:will |also |must |can )*(?!are\b|have\b)", sentence, re.I)
        have = re.match(r"^you have ", sentence, re.I)
        if you and not have and sentence.lower().startswith("you "):
            sentence = sentence[you.end() :]
        elif have:
            sentence, sentence_rank = sentence[have.end() :], 2
        elif rank == 1 and verb_phrase(sentence) is None:
            continue
        head, colon, tail = sentence.partition(": ")
        if colon and verb_phrase(head):
            found.append((sentence, sentence_rank))
            details = [part.strip() for part in tail.split(",")] if tail.count(",") >= 2 else []
            found.extend((part, 3) for part in details if len(part.split()) >= 3)
            if len(details[-1:]) and all(len(part.split()) == 2 for part in details[-2:]):
                found.append((", ".join(details[-2:]), 3))  # "fridge temperatures, allergen cards"
            continue
        found.extend((piece, sentence_rank) for piece in _split_list(sentence))
    return found


def _split_list(sentence: str) -> list[str]:
    """A sentence cut where a new duty or requirement begins, each piece verbatim."""
    if sentence.count(",") < 2:
        return [sentence]
    cuts = [0]
    for match in re.finditer(r"(?:, and|,| and) ", _blank_brackets(sentence)):
        following = sentence[match.end() :]
        first = re.split(r"[\s,]", following, maxsplit=1)[0].lower().rstrip(".")
        own_verb = first in VERBS or first == "know" or verb_phrase(following) is not None
        clause = re.split(r",| and ", _blank_brackets(following), maxsplit=1)[0]
        lists_nouns = "," in match.group() and verb_phrase(sentence) is None
        if re.search(r"\b(?:them|it|they|so|then)\b", clause):
            continue  # "pack them" makes no sense alone
        if (own_verb and ("," in match.group() or len(clause.split()) > 2)) or lists_nouns:
            cuts.append(match.end())
    ends = [*cuts[1:], len(sentence)]
    pieces: list[str] = []
    opened: int | None = None
    for start, end in zip(cuts, ends, strict=True):
        opened = start if opened is None else opened
        piece = re.sub(r"(?:, and|,| and)\s*$", "", sentence[opened:end]).strip()
        verb_first = verb_phrase(f"{piece} x") is not None
        if verb_first and len(sentence[start:end].split()) <= 2 and end != len(sentence):
            continue  # "plan visits" is too little for a question: it goes with what follows
        pieces.append(piece)
        opened = None
    return pieces


def _blank_brackets(text: str) -> str:
    return re.sub(r"\([^)]*\)", lambda m: "_" * len(m[0]), text)


def _items(piece: str, rank: int) -> list[Item]:
    evidence = piece.strip().rstrip(".;,")
    if len(evidence.split()) < 2 or not may_be_asked(evidence) or len(evidence) > 300:
        return []
    phrase = _speakable(evidence)
    if _LOGISTICS.search(phrase):
        return []
    head, colon, tail = phrase.partition(": ")
    details = re.split(r",\s*(?:and )?", tail) if colon else []
    phrase, noun_expected = _to_subject(head if colon else phrase)
    as_verb = verb_phrase(phrase)
    if noun_expected and as_verb and phrase.split()[0].lower() in VERBS:
        as_verb = None  # "experience with purchase ledger"
    if as_verb is None and (len(content_words(phrase)) < 2 or _NO_NOUN.match(phrase) or phrase.endswith(" experience")):
        return []
    phrase = _join_last(_shorten(lower_first(as_verb or phrase), 20))
    parts = (phrase,)
    if as_verb:
        parts = (phrase, *(lower_first(detail) for detail in details)) if details else _clauses(phrase)
    return [Item(evidence, phrase, as_verb is not None, tuple(parts[:3]), rank if as_verb or rank != 1 else 2)]


def _speakable(text: str) -> str:
    text = re.sub(r"\s*\([^)]*\)", "", text)
    text = re.split(r" [-–] ", text)[0]
    for pattern, replacement in _FIXES:
        text = re.sub(pattern, replacement, text)
    return text.strip(" .,;")


def _to_subject(phrase: str) -> tuple[str, bool]:
    """The requirement without its frame ("experience with X", "ability to X", "two years of X" give X).

    The second value says that the frame called for a noun.
    """
    years = _YEARS.match(phrase)
    if years:
        phrase = phrase[years.end() :]
    phrase = re.sub(r"^comfortable with ", "working with ", phrase, flags=re.I)
    phrase = re.sub(r"^(\S+) to (?:\S+ ){1,4}level$", r"\1", phrase)
    frame = re.match(
        r"^(?:(?:solid|proven|some|good|strong)\s+)?(?:(?P<noun>experience (?:with|of|in|as) |knowledge of "
        r"|evidence of "
        r"|understanding of |familiar(?:ity)? with |know )|experience |ability to |able to |can )",
        phrase,
        re.I,
    )
    rest = phrase[frame.end() :] if frame else phrase
    if frame and frame[0].lower().startswith("experience with"):
        return f"working with {rest.strip(' ,')}", False
    rest = re.sub(r"^(?:solid|strong|good|proven) ", "", rest, flags=re.I)
    rest = re.sub(r" and (?:an )?(?:understanding|knowledge) of (\w+ and)\b", r", \1", rest)
    rest = re.sub(r"\bone of (\S+ or )", r"\1", rest)
    if phrase.startswith("worked ") or (years and re.match(r"^(?:on|an?|the|in) ", rest)):
        return "", False
    return rest.strip(" ,"), bool(frame and frame["noun"])


def _join_last(phrase: str) -> str:
    """A list without its "and" gets it: "log jobs, suggest improvements" is read out as "… and suggest …"."""
    head, comma, tail = phrase.rpartition(", ")
    joints = re.findall(r"\b(?:and|or) (\w+)", tail)
    first = tail.split(" ")[0].lower()
    nouns_only = first in VERBS and not VERBS & set(joints)
    if not comma or (joints and not nouns_only) or first in ("not", "before", "after"):
        return phrase
    return f"{head} and {tail}"


def _shorten(phrase: str, most_words: int) -> str:
    """The phrase cut at a comma or a joint so that it stays speakable."""
    phrase = re.sub(r", (?:(?:with|from|including|such as)\b|\d).*$", "", phrase)
    while len(phrase.split()) > most_words:
        cut = max(phrase.rfind(", "), phrase.rfind(" and "))
        if cut <= 0:
            return " ".join(phrase.split()[:most_words])
        phrase = phrase[:cut]
    return phrase


def _clauses(phrase: str) -> tuple[str, ...]:
    """The single actions in a verb phrase: "find the cause and agree a fix" gives two."""
    found = [""]
    for bit in re.split(r"(, and |, | and )", phrase):
        starts = bit.split(" ")[0].lower() in VERBS and len(bit.split()) > 1 and bool(content_words(bit))
        if found[-1] and starts and not re.search(r"\b(?:it|them|they)\b", bit) and re.search(r"(,| and) $", found[-1]):
            whole = re.sub(r"(, and |, | and )$", "", found[-1])
            if len(whole.split()) < 2:  # "design and ship features": one action
                found[-1] += bit
                continue
            found[-1] = whole
            found.append(bit)
        else:
            found[-1] += bit
    return tuple(found)
