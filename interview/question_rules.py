"""What a set of questions must be (assessment Q1-Q4): wishes that contradict each other, and drafts that fall short."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from interview.folding import fold, fold_whitespace, is_unspaced, traced, word_count
from interview.question import Difficulty, Question, QuestionType
from interview.question_drafts import BadDrafts, QuestionDraft, assemble, parse_drafts
from interview.rubric_library import Competency

__all__ = [
    "BadDrafts",
    "Conflict",
    "Finding",
    "InterviewType",
    "Lint",
    "Problem",
    "QuestionDraft",
    "QuestionSpec",
    "SkillCoverage",
    "assemble",
    "check_questions",
    "conflicts",
    "parse_drafts",
    "skill_coverage",
]

MIN_QUESTIONS, MAX_QUESTIONS = 3, 10
MAX_KNOCKOUTS = 2
MAX_QUESTION_WORDS = 45
MAX_IDEAL_WORDS = 120
MIN_KEY_POINTS, MAX_KEY_POINTS = 3, 6
MIN_WEIGHT, MAX_WEIGHT = 0.5, 3.0
MIN_ANSWER_S, MAX_ANSWER_S = 60, 180
# A single word of the job text is found in any job text and proves nothing.
MIN_EVIDENCE_WORDS = 2


class InterviewType(StrEnum):
    MIXED = "mixed"
    BEHAVIORAL = "behavioral"
    SITUATIONAL = "situational"
    TECHNICAL = "technical"
    CASE = "case"
    SYSTEM_DESIGN = "system_design"
    CODING = "coding"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """What was asked for: ``question_count`` core questions, ``must_ask`` sentences word for word among them.

    ``given`` are questions that came with a rubric and stay as they are; ``competencies`` are the rubric's, of which
    each is asked about.
    """

    question_count: int = 6
    interview_type: InterviewType = InterviewType.MIXED
    skills: tuple[str, ...] = ()
    must_ask: tuple[str, ...] = ()
    difficulty: Difficulty = Difficulty.MEDIUM
    language: str = "en-US"
    given: tuple[QuestionDraft, ...] = ()
    competencies: tuple[Competency, ...] = ()

    @property
    def free(self) -> int:
        """How many core questions are neither given nor a sentence that must be asked; negative when too few."""
        given = [draft for draft in self.given if not draft.knockout]
        claimed = {fold(draft.must_ask) for draft in given if draft.must_ask}
        return self.question_count - len(given) - sum(fold(sentence) not in claimed for sentence in self.must_ask)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A wish that cannot be met, for a refusal at the door: the field, a stable word and a sentence."""

    field: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one draft, or with the set when ``question_index`` is None. ``part`` names the draft's field
    where the code does not tell it.

    A problem of the set stands alone only while another draft must be written anyway: else a draft that can be spared
    for it is named, so that dropping every draft with a problem always makes room for what is missing.
    """

    question_index: int | None
    code: str
    sentence: str
    part: str = ""


class Finding(Protocol):
    """What a wording check found."""

    @property
    def code(self) -> str: ...

    @property
    def sentence(self) -> str: ...


class Lint(Protocol):
    """The wording checks (Q1 spoken form, Q3 do not ask, Q4 anchors); a module with these functions will do."""

    def check_question_text(self, text: str, language: str) -> Sequence[Finding]: ...

    def check_anchor_text(self, text: str, language: str) -> Sequence[Finding]: ...

    def check_spoken_form(self, text: str, language: str) -> Sequence[Finding]: ...


@dataclass(frozen=True, slots=True)
class SkillCoverage:
    """Which questions cover a skill that was named; none means it is not covered."""

    skill: str
    question_ids: tuple[str, ...]

    @property
    def covered(self) -> bool:
        """Whether any question does."""
        return bool(self.question_ids)


def conflicts(spec: QuestionSpec, lint: Lint) -> tuple[Conflict, ...]:
    """The wishes that no set of questions can meet together (Q2); empty when there is a way."""
    found: list[Conflict] = []
    count = spec.question_count
    if not MIN_QUESTIONS <= count <= MAX_QUESTIONS:
        found.append(
            Conflict(
                "question_count",
                "question_count_out_of_range",
                f"An interview has {MIN_QUESTIONS} to {MAX_QUESTIONS} core questions.",
            )
        )
    if len(spec.must_ask) > count:
        found.append(
            Conflict(
                "must_ask",
                "must_ask_exceeds_question_count",
                f"{len(spec.must_ask)} sentences must be asked, but there are only {count} questions.",
            )
        )
    skills = {fold(skill) for skill in spec.skills}
    if len(skills) > count:
        found.append(
            Conflict(
                "skills",
                "skills_exceed_question_count",
                f"{len(skills)} skills are named, but {count} questions cover one each at most.",
            )
        )
    if "" in skills:
        found.append(Conflict("skills", "skill_empty", "A skill has no name."))
    if len({fold(sentence) for sentence in spec.must_ask}) < len(spec.must_ask):
        found.append(Conflict("must_ask", "must_ask_repeated", "A sentence that must be asked stands there twice."))
    found += _conflicts_with_given(spec)
    for number, sentence in enumerate(spec.must_ask, start=1):
        where = f"Sentence {number} that must be asked"
        if word_count(sentence) > MAX_QUESTION_WORDS:
            found.append(
                Conflict("must_ask", "must_ask_too_long", f"{where} has more than {MAX_QUESTION_WORDS} words.")
            )
        for finding in lint.check_question_text(sentence, spec.language):
            found.append(Conflict("must_ask", "must_ask_refused", f"{where} may not be asked: {finding.sentence}"))
    return tuple(found)


def _conflicts_with_given(spec: QuestionSpec) -> list[Conflict]:
    """What has no room beside the questions of a rubric, each of which takes a place."""
    core = [draft for draft in spec.given if not draft.knockout]
    if not spec.given and not spec.competencies:
        return []
    if spec.free < 0 and len(spec.must_ask) <= spec.question_count:
        sentence = (
            f"The rubric brings {len(core)} questions, which with the sentences that must be asked is more than "
            f"{spec.question_count}."
        )
        return [Conflict("rubric_id", "rubric_exceeds_question_count", sentence)]
    room = spec.question_count - len(core)
    named, covered = {fold(skill) for skill in spec.skills}, {fold(draft.skill) for draft in core if draft.skill}
    missing = _uncovered(spec.competencies, core)
    found: list[Conflict] = []
    if len(missing) > room:
        sentence = (
            f"{len(missing)} competencies of the rubric have no question of its own, and {room} of "
            f"{spec.question_count} questions are free for them."
        )
        found.append(Conflict("rubric_id", "competencies_exceed_question_count", sentence))
    if len(named - covered) > room and len(named) <= spec.question_count:
        sentence = (
            f"{len(named - covered)} skills have no question in the rubric, and {room} of {spec.question_count} "
            "questions are free for them."
        )
        found.append(Conflict("skills", "skills_exceed_question_count", sentence))
    return found


def _uncovered(competencies: Sequence[Competency], asked: Iterable[QuestionDraft]) -> list[Competency]:
    names = {fold(draft.competency) for draft in asked}
    return [competency for competency in competencies if fold(competency.name) not in names]


def check_questions(
    drafts: Sequence[QuestionDraft],
    spec: QuestionSpec,
    job_text: str,
    lint: Lint,
    *,
    evidence_required: bool = True,
) -> tuple[Problem, ...]:
    """Everything that keeps these drafts from being the questions of this job (Q1-Q4); empty when they are.

    ``question_index`` counts from 0. Without ``evidence_required`` (questions a recruiter wrote) a question may do
    without a piece of the job text, as those of a rubric always may; one that is named is still looked up.
    """
    given = {fold(draft.text) for draft in spec.given}
    problems = [
        Problem(index, found.code, found.sentence, found.part)
        for index, draft in enumerate(drafts)
        for found in _check_one(
            draft, spec.language, job_text, lint, evidence_required and fold(draft.text) not in given
        )
    ]
    faulty = {problem.question_index for problem in problems if problem.question_index is not None}
    return tuple(problems + _check_set(drafts, spec, faulty))


def skill_coverage(questions: Iterable[Question], spec: QuestionSpec) -> tuple[SkillCoverage, ...]:
    """For each named skill the ids of the core questions that cover it."""
    asked = tuple(question for question in questions if not question.knockout)
    return tuple(
        SkillCoverage(
            skill, tuple(question.id for question in asked if question.skill and fold(question.skill) == fold(skill))
        )
        for skill in dict.fromkeys(spec.skills)
    )


class _Complaint(NamedTuple):
    code: str
    sentence: str
    part: str = ""


def _check_one(
    draft: QuestionDraft, language: str, job_text: str, lint: Lint, evidence_required: bool
) -> list[_Complaint]:
    found = _check_text(draft, language, lint)
    if not draft.competency.strip():
        found.append(_Complaint("competency_missing", "The question names no competency."))
    if not MIN_WEIGHT <= draft.weight <= MAX_WEIGHT:
        found.append(_Complaint("weight_out_of_range", f"The weight is not from {MIN_WEIGHT:g} to {MAX_WEIGHT:g}."))
    if not MIN_ANSWER_S <= draft.max_seconds <= MAX_ANSWER_S:
        sentence = f"max_seconds is not from {MIN_ANSWER_S} to {MAX_ANSWER_S}."
        found.append(_Complaint("max_seconds_out_of_range", sentence))
    if (evidence_required or draft.job_evidence.strip()) and not _is_piece_of(draft.job_evidence, job_text):
        found.append(_Complaint("evidence_not_in_job", "job_evidence is not a piece of the job text, word for word."))
    return found + (_check_knockout(draft, language) if draft.knockout else _check_core(draft, language, lint))


def _check_text(draft: QuestionDraft, language: str, lint: Lint) -> list[_Complaint]:
    found: list[_Complaint] = []
    for part, text in (("", draft.text), ("say_as", draft.say_as or "")):
        if text:
            findings = (*lint.check_spoken_form(text, language), *lint.check_question_text(text, language))
            found += [_Complaint(one.code, one.sentence, part) for one in findings]
    return list(dict.fromkeys(found))


def _check_knockout(draft: QuestionDraft, language: str) -> list[_Complaint]:
    found: list[_Complaint] = []
    if draft.pass_rule not in ("yes", "no"):
        found.append(_Complaint("pass_rule_missing", "A knockout says whether yes or no passes."))
    if _asks_openly(draft.text, language):
        found.append(_Complaint("knockout_not_yes_no", "A knockout can be answered with yes or no."))
    return found


def _check_core(draft: QuestionDraft, language: str, lint: Lint) -> list[_Complaint]:
    found: list[_Complaint] = []
    if draft.pass_rule is not None:
        found.append(_Complaint("pass_rule_unexpected", "Only a knockout has a pass rule."))
    points = [fold(point) for point in draft.key_points]
    if not MIN_KEY_POINTS <= len(points) <= MAX_KEY_POINTS:
        found.append(_Complaint("key_points_count", f"A question has {MIN_KEY_POINTS} to {MAX_KEY_POINTS} key points."))
    if "" in points or len(set(points)) < len(points):
        found.append(_Complaint("key_points_repeated", "A key point is empty or stands there twice."))
    required = [fold(anchor) for anchor in (draft.anchors.one, draft.anchors.three, draft.anchors.five)]
    if "" in required or len(set(required)) < len(required):
        found.append(_Complaint("anchors_missing", "The anchors 1, 3 and 5 are needed and differ from each other."))
    if not fold(draft.ideal_answer):
        found.append(_Complaint("ideal_answer_missing", "The ideal answer is empty."))
    if word_count(draft.ideal_answer) > MAX_IDEAL_WORDS:
        found.append(_Complaint("ideal_answer_too_long", f"The ideal answer has more than {MAX_IDEAL_WORDS} words."))
    if draft.type in (QuestionType.CODING, QuestionType.SYSTEM_DESIGN) and _asks_for_code(draft.text):
        found.append(_Complaint("code_dictated", "Code cannot be dictated on the telephone: ask for an explanation."))
    anchors = (draft.anchors.one, draft.anchors.two, draft.anchors.three, draft.anchors.four, draft.anchors.five)
    for part, text in (("competency", draft.competency), *(("anchors", anchor) for anchor in anchors if anchor)):
        found += [_Complaint(one.code, one.sentence, part) for one in lint.check_anchor_text(text, language)]
    return list(dict.fromkeys(found))


def _check_set(drafts: Sequence[QuestionDraft], spec: QuestionSpec, faulty: set[int]) -> list[Problem]:
    found: list[Problem] = []

    def blame(index: int, code: str, sentence: str) -> None:
        found.append(Problem(index, code, sentence))
        faulty.add(index)

    seen: set[tuple[str, str]] = set()
    knockouts = 0
    for index, draft in enumerate(drafts):
        knockouts += draft.knockout
        if draft.knockout and knockouts > MAX_KNOCKOUTS:
            blame(index, "too_many_knockouts", f"There are at most {MAX_KNOCKOUTS} knockouts.")
        keys = {("text", fold(draft.text))}
        if not draft.knockout:
            keys.add((draft.type.value, fold(draft.competency)))
            if draft.must_ask:
                keys.add(("must_ask", fold(draft.must_ask)))
        if keys & seen:
            sentence = "Another question has the same text, the same competency and type, or the same given sentence."
            blame(index, "question_repeated", sentence)
        seen |= keys
        if draft.must_ask is not None and not draft.knockout:
            if not any(fold(draft.must_ask) == fold(sentence) for sentence in spec.must_ask):
                blame(index, "must_ask_unknown", "The question claims to be a sentence that nobody asked for.")
            elif not _says(draft.text, draft.must_ask):
                blame(index, "must_ask_reworded", "The question no longer asks what the given sentence asks.")

    core = [index for index, draft in enumerate(drafts) if not draft.knockout]
    for index in core[spec.question_count :]:
        blame(index, "too_many_questions", f"There are more than {spec.question_count} core questions.")
    slots = max(0, spec.question_count - len(core)) + sum(index in faulty for index in core[: spec.question_count])
    if len(core) < spec.question_count:
        sentence = f"There are {len(core)} of {spec.question_count} core questions."
        found.append(Problem(None, "too_few_questions", sentence))
    for code, sentence, type in _wanting(drafts, core[: spec.question_count], spec):
        spared = None if slots else _spared(drafts, core, spec, faulty, for_mix=type is not None)
        slots = max(0, slots - 1)
        found.append(Problem(spared, code, sentence))
        if spared is not None:
            faulty.add(spared)
    return found


def _wanting(
    drafts: Sequence[QuestionDraft], core: Sequence[int], spec: QuestionSpec
) -> list[tuple[str, str, QuestionType | None]]:
    """What no core question covers yet: a code, a sentence, and the type that is missing if it is one."""
    asked = [drafts[index] for index in core]
    found: list[tuple[str, str, QuestionType | None]] = []
    given = {fold(draft.must_ask) for draft in asked if draft.must_ask}
    for number, sentence in enumerate(spec.must_ask, start=1):
        if fold(sentence) not in given:
            found.append(("must_ask_missing", f"Sentence {number} that must be asked is not there.", None))
    named = {fold(draft.skill) for draft in asked if draft.skill}
    for skill in dict.fromkeys(spec.skills):
        if fold(skill) not in named:
            found.append(("skill_not_covered", f"No question covers the skill “{skill}”.", None))
    for competency in _uncovered(spec.competencies, asked):
        found.append(("competency_not_covered", f"No question is about “{competency.name}”, word for word.", None))
    for type, least in _mix(spec).items():
        have = sum(draft.type is type for draft in asked)
        sentence = f"There are {have} {type.value} questions; this interview needs at least {least}."
        found += [("mix_not_met", sentence, type)] * max(0, least - have)
    return found


def _mix(spec: QuestionSpec) -> dict[QuestionType, int]:
    """The least number of questions by type (Q2): mixed as the design says, else half of them of the type asked for.

    The type of a sentence that must be asked or of a given question is its own, so the mix is asked of the other
    questions only.
    """
    wanted: dict[QuestionType, int] = {}
    if spec.interview_type is InterviewType.MIXED:
        wanted = {QuestionType.BEHAVIORAL: 2, QuestionType.SITUATIONAL: 1}
    elif spec.interview_type is not InterviewType.GENERAL:
        wanted = {QuestionType(spec.interview_type.value): (spec.question_count + 1) // 2}
    free = max(0, spec.free)
    least = {}
    for type, number in wanted.items():
        least[type] = min(number, free)
        free -= least[type]
    return least


def _spared(
    drafts: Sequence[QuestionDraft], core: Sequence[int], spec: QuestionSpec, faulty: set[int], *, for_mix: bool
) -> int | None:
    """The good core question that the fewest wishes depend on, the last of equals; none that harms the mix for it."""
    given = {fold(draft.text) for draft in spec.given}
    good = [index for index in core if index not in faulty and fold(drafts[index].text) not in given]
    least = _mix(spec)
    names = {fold(competency.name) for competency in spec.competencies}
    wanted = {fold(skill) for skill in spec.skills}

    def cost(index: int) -> tuple[bool, bool, bool, bool, int]:
        draft, rest = drafts[index], [drafts[other] for other in good if other != index]
        skill = fold(draft.skill or "")
        breaks_mix = sum(other.type is draft.type for other in rest) < least.get(draft.type, 0)
        breaks_skill = skill in wanted and all(fold(other.skill or "") != skill for other in rest)
        name = fold(draft.competency)
        breaks_competency = name in names and all(fold(other.competency) != name for other in rest)
        return draft.must_ask is not None, breaks_mix, breaks_skill, breaks_competency, -index

    choices = [index for index in good if not (for_mix and any(cost(index)[:2]))]
    return min(choices, key=cost, default=None)


_OPENINGS: dict[str, tuple[str, ...]] = {
    "en": (
        *("what", "why", "how", "when", "where", "which", "who", "whose", "tell", "describe", "explain", "give"),
        *("can you describe", "can you explain", "can you tell", "could you describe", "could you explain"),
    ),
    "es": ("qué", "por qué", "cómo", "cuándo", "dónde", "cuál", "quién", "cuánto", "cuántos", "describa", "cuénteme"),
    "fr": ("que", "quoi", "pourquoi", "comment", "quand", "où", "quel", "quelle", "qui", "combien", "décrivez"),
    "de": ("was", "warum", "wie", "wann", "wo", "welche", "welcher", "wer", "wieso", "beschreiben", "erzählen"),
    "pt": ("o que", "por que", "como", "quando", "onde", "qual", "quem", "quanto", "quantos", "descreva", "conte"),
}
_OPEN_SIGNS = re.compile(r"什么|怎么|如何|哪|谁|多少|何|どう|なぜ|いつ|どこ|誰|क्यों|कैसे|कब|कहाँ|कौन")


def _asks_openly(text: str, language: str) -> bool:
    """Whether the question wants more than yes or no, by the word that opens it or its last clause."""
    openings = _OPENINGS.get(language.split("-")[0].lower(), ())
    clauses = [fold(clause) for clause in re.split(r"[,;:.!?¿—–]\s*", text)]
    spoken = [clause for clause in clauses if clause]
    if _OPEN_SIGNS.search(text):
        return True
    return any(f"{clause} ".startswith(f"{word} ") for clause in spoken[:1] + spoken[-1:] for word in openings)


_CODE_WANTED = re.compile(
    r"\b(?:write|dictate|type|recite|implement|escrib\w*|dict[ae]\w*|écri\w+|schreib\w*|diktier\w*|escrev\w*)"
    r"(?: (?!and\b|y\b|et\b|und\b|e\b)\w+){0,4}? "
    r"(?:code|function|program|script|query|class|method|loop|statement|regex|código|función|programa|consulta|fonction"
    r"|programme|requête|funktion|programm|abfrage|função)\b",
    re.IGNORECASE,
)
_EXPLANATION_WANTED = re.compile(
    r"\b(?:how (?:would|do|did|could) you|explain|describe|cómo|explic\w+|comment|expliqu\w+|wie|erklär\w+|como)\b"
    r"|说明|解释|説明",
    re.IGNORECASE,
)


def _asks_for_code(text: str) -> bool:
    return bool(_CODE_WANTED.search(text)) and not _EXPLANATION_WANTED.search(text)


def _is_piece_of(piece: str, text: str) -> bool:
    """Whether ``piece`` stands in ``text`` as whole words, whitespace and hidden characters aside (Q1)."""
    wanted, whole = fold_whitespace(traced(piece).text), fold_whitespace(traced(text).text)
    if word_count(wanted) < MIN_EVIDENCE_WORDS:
        return False
    at = whole.find(wanted)
    while at >= 0:
        before, after = whole[:at][-1:], whole[at + len(wanted) :][:1]
        if not _joined(before, wanted[0]) and not _joined(wanted[-1], after):
            return True
        at = whole.find(wanted, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not is_unspaced(left) and not is_unspaced(right)


def _says(text: str, sentence: str) -> bool:
    """Whether at least half of the sentence's words are in the text: reworded for speech, but the same question."""
    wanted, said = fold(sentence), fold(text)
    if any(map(is_unspaced, wanted)):
        letters = wanted.replace(" ", "")
        return 2 * sum(letter in said for letter in letters) >= len(letters)
    words, present = wanted.split(), set(said.split())
    return 2 * sum(word in present for word in words) >= len(words)
