"""Writes interview questions out of a job text by rule: duties become subjects, templates make sentences of them."""

import re
from dataclasses import dataclass
from typing import Any

from .forbidden import is_do_not_ask, may_be_asked
from .good_practice import good_practice
from .grammar import VERBS, as_gerund, upper_first
from .job_text import Item, any_evidence, read_items
from .knockouts import find_knockout
from .templates import COMMON_GROUND, MUST_ASK_POINTS, SKILL_TEMPLATES, STYLES, Point, Template
from .translations import LANGUAGES, Language
from .words import content_words, word_count

_MOST_WORDS = 45
_MOST_IDEAL_WORDS = 118
_MIXED = ("behavioral", "technical", "situational", "behavioral", "technical", "situational", "general")
_LEADS = {
    "behavioral": ("First I took care to", "Then it was time to", "After that I had to"),
    "technical": ("First I", "Then I", "After that I"),
    "general": ("First I", "Then I", "After that I"),
}
_NUMBER = r"(?:\d[\d.,%+]*|two|three|four|five|six|seven|eight|nine|ten|fourteen)"


@dataclass(slots=True)
class _Draft:
    """What is known of one question before it is worded."""

    type: str
    must_ask: str | None = None
    skill: str | None = None


@dataclass(slots=True)
class _Subject:
    """What a question is about, with the words of the job text that ground it."""

    phrase: str
    is_verb: bool
    parts: tuple[str, ...]
    competency: str
    evidence: str
    rank: int = 2


def write_questions(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply for an ``interview_questions`` payload: as many core questions as are still wanted, knockouts on top.

    The same payload gives the same questions. Questions in ``keep`` are not repeated, those in ``complaints`` are
    replaced by others.
    """
    return {"questions": _Writer(payload).write()}


class _Writer:
    """One payload on its way to questions; remembers which subjects and sentences are spent."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self._payload = payload
        self._job_text: str = payload["job_text"]
        self._language = LANGUAGES.get(str(payload.get("language") or "en").lower().split("-")[0])
        self._keep: list[dict[str, Any]] = list(payload.get("keep") or ())
        self._complaints = [str(one.get("text", "")) for one in payload.get("complaints") or ()]
        self._texts = {str(one.get("text", "")) for one in self._keep} | set(self._complaints)
        self._taken = {(str(one.get("competency", "")).lower(), one.get("type")) for one in self._keep}
        self._subjects = self._find_subjects()
        kept = {str(one.get("job_evidence", "")) for one in self._keep}
        self._spent = {subject.evidence: 1 for subject in self._subjects if subject.evidence in kept}
        self._turn = len(self._keep) + len(self._complaints)

    def write(self) -> list[dict[str, Any]]:
        questions = []
        for draft in self._plan():
            if draft.must_ask:
                question = self._must_ask(draft)
            elif draft.skill:
                question = self._skill(draft)
            else:
                question = self._free(draft)
            self._take_competency(question)
            self._texts.add(question["text"])
            self._taken.add((question["competency"].lower(), question["type"]))
            self._turn += 1
            questions.append(question)
        return questions + self._knockouts()

    def _take_competency(self, question: dict[str, Any]) -> None:
        """The next competency of the employer's rubric that nothing is about yet becomes the question's."""
        names = {name for name, _ in self._taken}
        for one in (self._payload.get("rubric") or {}).get("competencies", ()):
            if str(one["name"]).lower() not in names:
                question["competency"] = one["name"]
                return

    # -- what is asked for -------------------------------------------------------------------------------------

    def _plan(self) -> list[_Draft]:
        """The questions still to be written, with their types: must-asks and skills first, then the mix."""
        core = [one for one in self._keep if not one.get("knockout")]
        wanted = max(0, int(self._payload["question_count"]) - len(core))
        kind = str(self._payload.get("interview_type") or "mixed")
        asked = {str(one.get("must_ask")) for one in core} | {str(one.get("text")) for one in core}
        drafts = [
            _Draft(_type_of(sentence, kind), must_ask=sentence)
            for sentence in self._payload.get("must_ask") or ()
            if sentence not in asked and not is_do_not_ask(sentence)
        ]
        covered = {str(one.get("skill")).lower() for one in core}
        skills = [skill for skill in self._payload.get("skills") or () if skill.lower() not in covered]
        drafts += [_Draft("technical" if kind == "mixed" else kind, skill=skill) for skill in skills]
        drafts = drafts[:wanted]
        free = wanted - len(drafts)
        if kind != "mixed":
            return drafts + [_Draft(kind) for _ in range(free)]
        have = [str(one.get("type")) for one in core] + [draft.type for draft in drafts]
        missing = ["behavioral"] * max(0, 2 - have.count("behavioral"))
        missing += ["situational"] * max(0, 1 - have.count("situational"))
        for draft in reversed(drafts):  # the mix comes before the usual type of a skill question
            if len(missing) > free and draft.skill:
                draft.type = missing.pop(0)
        order = [kind for kind in _MIXED if kind not in missing] if len(missing) > free else list(_MIXED)
        types: list[str] = []
        needed = missing[:free]
        for index in range(free):
            cycled = order[(index + len(core)) % len(order)]
            chosen = cycled if free - len(types) > len(needed) else needed[0]
            if chosen in needed:
                needed.remove(chosen)
            types.append(chosen)
        return drafts + [_Draft(kind) for kind in types]

    # -- one question of each sort -----------------------------------------------------------------------------

    def _free(self, draft: _Draft) -> dict[str, Any]:
        subject = self._choose_subject(draft.type)
        self._spent[subject.evidence] = self._spent.get(subject.evidence, 0) + 1
        if self._language:
            return self._translated(self._language, draft, subject)
        template, text = self._word(draft.type, subject)
        return self._english(draft, subject, text, template.points, template.opening)

    def _skill(self, draft: _Draft) -> dict[str, Any]:
        skill = str(draft.skill)
        evidence = self._evidence_for(skill)
        subject = _Subject(skill, False, (skill,), upper_first(skill), evidence)
        if self._language:
            return self._translated(self._language, draft, subject)
        style = STYLES[draft.type]
        text = SKILL_TEMPLATES[draft.type].format(p=skill)
        if text in self._texts:
            text = STYLES[draft.type].for_nouns[self._turn % len(style.for_nouns)].text.format(p=skill)
        template = style.for_nouns[0]
        return self._english(draft, subject, text, template.points, f"I used {skill} in my last job, with care.") | {
            "weight": 1.5
        }

    def _must_ask(self, draft: _Draft) -> dict[str, Any]:
        sentence = " ".join(str(draft.must_ask).split())
        if sentence.endswith(("?", "？")):
            text = str(draft.must_ask)
        elif re.match(
            r"(?:what|how|why|when|which|who|where|do|does|did|can|could|are|is|have|would|will)\b", sentence, re.I
        ):
            text = sentence.rstrip(".! ") + "?"
        else:
            text = f"What can you tell me about this: {sentence.rstrip('.! ')}?"
        kept = [word for word in re.findall(r"[\w'-]+", sentence) if content_words(word) - {"time", "happen"}]
        topic = ", ".join(kept[:5]).lower() or "what was asked"
        subject = _Subject(topic, False, (), f"The employer's question: {topic}", self._evidence_for(sentence))
        point = (f"Stays with the question asked: {topic}", f"I stay with the question asked, which is about {topic}.")
        return self._english(draft, subject, text, (point, *MUST_ASK_POINTS), "")

    def _knockouts(self) -> list[dict[str, Any]]:
        found = (
            None if self._language or any(one.get("knockout") for one in self._keep) else find_knockout(self._job_text)
        )
        if found is None or found.text in self._complaints:
            return []
        points = ("Answers with a clear yes or no", f"Speaks about {found.subject}", "Says whether it is valid today")
        return [
            {
                "text": found.text,
                "competency": "Required by the job",
                "type": "general",
                "difficulty": "easy",
                "key_points": [{"text": point} for point in points],
                "anchors": {
                    "1": "Answers no.",
                    "2": None,
                    "3": "The answer is not clear.",
                    "4": None,
                    "5": "Answers yes.",
                },
                "ideal_answer": f"My clear answer is yes: {found.subject} is no problem, and it is valid today.",
                "knockout": True,
                "pass_rule": "yes",
                "weight": 1.0,
                "max_seconds": 60,
                "job_evidence": found.evidence,
                "skill": None,
                "must_ask": None,
            }
        ]

    # -- subjects ----------------------------------------------------------------------------------------------

    def _find_subjects(self) -> list[_Subject]:
        if self._language:
            return [_Subject(p, False, (p,), _cut_words(p, 6), p) for p in _plain_lines(self._job_text)]
        focus = content_words(" ".join(map(str, self._payload.get("evaluation_focus") or ())))
        focus |= content_words(" ".join(map(str, self._payload.get("stack") or ())))
        items = read_items(self._job_text)
        items.sort(key=lambda item: item.rank - (0.5 if focus & content_words(item.evidence) else 0))
        return [_Subject(i.phrase, i.is_verb, i.parts, _competency(i), i.evidence, i.rank) for i in items]

    def _choose_subject(self, kind: str) -> _Subject:
        """The next subject that is not spent; then one used for another type; then what every job asks for."""
        usable = [s for s in self._subjects if not self._complained(s)]
        fresh = [s for s in usable if s.evidence not in self._spent]
        if kind == "technical":  # what one must know fits a technical question better than what one must do
            fresh.sort(key=lambda s: 1 if s.rank == 1 else s.rank if s.is_verb or s.rank > 2 else 0)
        else:
            fresh.sort(key=lambda s: not s.is_verb)
        again = sorted(usable, key=lambda s: self._spent.get(s.evidence, 0))
        common = [
            _Subject(phrase, True, (phrase,), name, any_evidence(self._job_text)) for name, phrase in COMMON_GROUND
        ]
        if self._language:
            common = [
                _Subject(s.phrase, False, s.parts, f"{s.competency} ({number})", s.evidence)
                for number in range(2, 30)
                for s in self._subjects
            ] or [_Subject(e, False, (e,), e, e) for e in [any_evidence(self._job_text)]]
        names = [name for name, _ in self._taken]
        common.sort(key=lambda s: names.count(s.competency.lower()))
        for subject in [*fresh, *again, *common]:
            if (subject.competency.lower(), kind) not in self._taken:
                return subject
        name = f"{common[self._turn % len(common)].competency} {self._turn}"
        spare = common[self._turn % len(common)]
        return _Subject(spare.phrase, spare.is_verb, spare.parts, name, spare.evidence)

    def _complained(self, subject: _Subject) -> bool:
        return any(subject.phrase.lower() in text.lower() for text in self._complaints)

    def _evidence_for(self, wish: str) -> str:
        """The verbatim piece of the job text that fits a wish best."""
        words = content_words(wish)
        pieces = [" ".join(p.strip(" -*•.").split()) for p in re.split(r"\n|(?<=[.!?])\s", self._job_text)]
        pieces = [p for p in pieces if 2 <= len(p.split()) <= 40 and may_be_asked(p)]
        pieces.sort(key=lambda p: -len(words & content_words(p)))
        if pieces and words & content_words(pieces[0]):
            return pieces[0]
        return self._subjects[0].evidence if self._subjects else any_evidence(self._job_text)

    # -- wording -----------------------------------------------------------------------------------------------

    def _word(self, kind: str, subject: _Subject) -> tuple[Template, str]:
        style = STYLES[kind]
        templates = style.for_verbs if subject.is_verb else style.for_nouns
        for step in range(len(templates)):
            template = templates[(self._turn_of(kind) + step) % len(templates)]
            phrase = subject.phrase
            while word_count(template.text.format(p=phrase)) > _MOST_WORDS and " " in phrase:
                phrase = _cut_words(phrase, len(phrase.split()) - 1)
            text = template.text.format(p=phrase)
            if text not in self._texts:
                break
        return template, text

    def _turn_of(self, kind: str) -> int:
        return sum(1 for _, taken in self._taken if taken == kind) + len(self._complaints)

    def _english(
        self, draft: _Draft, subject: _Subject, text: str, practice: tuple[Point, ...], opening: str
    ) -> dict[str, Any]:
        points = [*_points_of(draft.type, subject, opening), *practice]
        ground = f"{subject.phrase} {subject.evidence}" if subject in self._subjects else subject.phrase
        extra = good_practice(ground, self._turn)
        if len(points) < 6:
            points.append(extra)
        while len(points) > 6:
            points.pop(1)
        ideal = _ideal_answer(points)
        while word_count(ideal) > _MOST_IDEAL_WORDS and len(points) > 3:
            points.pop()
            ideal = _ideal_answer(points)
        style = STYLES[draft.type]
        name = (
            subject.competency[:1].lower() + subject.competency[1:]
            if not subject.competency[:2].isupper()
            else (subject.competency)
        )
        low, middle, high = (anchor.format(g=name) for anchor in style.anchors)
        return self._question(draft, subject, text, points, ideal, (low, middle, high), style.max_seconds)

    def _translated(self, language: Language, draft: _Draft, subject: _Subject) -> dict[str, Any]:
        texts = {"behavioral": language.behavioral, "situational": language.situational, "case": language.situational}
        options = (language.skill,) if draft.skill else texts.get(draft.type, language.technical)
        for step in range(len(options)):
            text = options[(self._turn_of(draft.type) + step) % len(options)].format(p=subject.phrase)
            if text not in self._texts:
                break
        covers = language.covers.format(p=subject.phrase), language.opening.format(p=subject.phrase)
        points = [covers, *language.points]
        return self._question(draft, subject, text, points, _ideal_answer(points), language.anchors, 120)

    def _question(
        self,
        draft: _Draft,
        subject: _Subject,
        text: str,
        points: list[Point],
        ideal: str,
        anchors: tuple[str, str, str],
        max_seconds: int,
    ) -> dict[str, Any]:
        return {
            "text": text,
            "competency": subject.competency,
            "type": draft.type,
            "difficulty": self._payload.get("difficulty") or "medium",
            "key_points": [{"text": point} for point, _ in points],
            "anchors": {"1": anchors[0], "2": None, "3": anchors[1], "4": None, "5": anchors[2]},
            "ideal_answer": ideal,
            "knockout": False,
            "pass_rule": None,
            "weight": 1.0,
            "max_seconds": max_seconds,
            "job_evidence": subject.evidence,
            "skill": draft.skill,
            "must_ask": draft.must_ask,
        }


def _type_of(sentence: str, kind: str) -> str:
    if kind != "mixed":
        return kind
    if re.search(r"\b(?:tell me about a time|describe a|when did you|last time)\b", sentence, re.I):
        return "behavioral"
    if re.search(r"\b(?:imagine|suppose|what would you|how would you)\b", sentence, re.I):
        return "situational"
    return "general"


def _points_of(kind: str, subject: _Subject, opening: str) -> list[Point]:
    """The key points which the subject itself gives, the opening sentence of the ideal answer in the first."""
    start = opening.format(p=subject.phrase.replace("your", "my"))
    if not subject.parts:
        return []
    verbs = [part for part in subject.parts if part.split()[0] in VERBS]
    if not subject.is_verb or len(subject.parts) == 1:
        return [(_how_to(subject.phrase) if subject.is_verb else f"Covers {subject.phrase}", start)]
    if len(verbs) == len(subject.parts):
        leads = _LEADS.get(kind, ("First I would", "Then I would", "After that I would"))
        sentences = [f"{lead} {part}." for lead, part in zip(leads, verbs, strict=False)]
        return [(_how_to(part), sentence) for part, sentence in zip(verbs, sentences, strict=True)]
    details = " and ".join(subject.parts[1:])
    return [(_how_to(subject.phrase), start), (f"Covers {details}", f"That includes {details}.")]


def _how_to(phrase: str) -> str:
    return f"{'Describes' if phrase.startswith('explain') else 'Explains'} how to {phrase.replace('your', 'their')}"


def _ideal_answer(points: list[Point]) -> str:
    sentences = list(dict.fromkeys(sentence for _, sentence in points))
    return ("" if re.search(r"[^\x00-ɏ]", sentences[0]) and not re.search(r"\s", sentences[0]) else " ").join(sentences)


def _competency(item: Item) -> str:
    """A short name for what the item asks for, without numbers: "Caring for adult patients"."""
    phrase = re.sub(rf"\b(?:about )?{_NUMBER}(?: (?:to|or|and) {_NUMBER})?\b\s*", "", item.phrase)
    phrase = re.sub(r"\ban? (?:day|hour|month|year|week)\b\s*", "", phrase).strip()
    name = as_gerund(phrase) if item.is_verb else phrase
    if len(name.split()) > 7:
        heads = re.finditer(
            r" (?:after|before|with|under|from|at|by|used|without|if|when|whether|within|about|on|into|to|the first)\b"
            r"|,? (?:and|or) (?=\w+ing\b)|, (?=\w+ing\b)",
            name,
        )
        fitting = [name[: m.start()] for m in heads if 2 <= len(name[: m.start()].split()) <= 7]
        name = fitting[-1] if fitting else _cut_words(name, 6)
        name = _cut_words(name, 7)
    return upper_first(name.strip(" ,"))


def _cut_words(text: str, most: int) -> str:
    """The first words of a text, without a dangling small word at the end; 14 characters where there are no spaces."""
    words = text.split()
    if len(words) == 1:
        return text if len(text) <= 14 or text.isascii() else text[:14]
    words = words[:most]
    while len(words) > 1 and not content_words(words[-1]):
        words.pop()
    return " ".join(words).rstrip(",;:")


def _plain_lines(job_text: str) -> list[str]:
    """Lines and sentences that can be spoken after a colon, for languages whose grammar the double does not know."""
    found = []
    for number, line in enumerate(job_text.splitlines()):
        bullet = re.match(r"^\s*(?:[-*•–·]|\d+[.)、])\s*", line)
        text = " ".join((line[bullet.end() :] if bullet else line).split())
        if not bullet and (number == 0 or text.endswith((":", "："))):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+|[。！？।]\s*", text):
            piece = sentence.strip(" .;")
            if 2 <= word_count(piece) <= 18 and may_be_asked(piece) and not re.search(r"[?？:：]", piece):
                found.append(piece)
    return list(dict.fromkeys(found))
