"""The model's own look at what will be asked (assessment Q3, Q4): the texts that it reads, and what it says to each.

The rules (``lint``) come first; here a model reads the same question whole, and either may refuse.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview.lint_anchor_rules import ANCHOR_WORDS
from interview.lint_rules import INSTEAD, TOPIC_WORDS
from interview.question_drafts import QuestionDraft
from interview.reply_reader import ReplyReader
from interview.wording import base_language

# What the model may object to: the very matters of the rules, under their codes.
TOPICS: tuple[str, ...] = (*TOPIC_WORDS, *ANCHOR_WORDS)
LONGEST_REASON = 300


class Part(StrEnum):
    """Which part of a question a text is, by the field's name."""

    TEXT = "text"
    COMPETENCY = "competency"
    KEY_POINTS = "key_points"
    ANCHORS = "anchors"
    IDEAL_ANSWER = "ideal_answer"


@dataclass(frozen=True, slots=True)
class CheckedText:
    """One text as the model reads it; ``id`` is unique within a request ("2.anchors")."""

    id: str
    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Objection:
    """What keeps one part of a question from being used: a code of ``TOPICS``, and the model's reason."""

    part: Part
    topic: str
    reason: str

    @property
    def sentence(self) -> str:
        """The same for a recruiter, with what may be asked instead where there is such a thing."""
        if self.topic in TOPIC_WORDS:
            instead = INSTEAD.get(self.topic, "")
            found = f"asks about {TOPIC_WORDS[self.topic]}, which may not play a part in the interview.{instead}"
        else:
            found = f"rates {ANCHOR_WORDS[self.topic]}; describe what the answer says instead."
        return f"The model's check finds that this {found} It says: {self.reason}"


class BadVerdicts(Exception):
    """The model's output does not say of each text whether it may be used; ``problems`` say why, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def texts_of(draft: QuestionDraft, number: int) -> tuple[CheckedText, ...]:
    """Everything of the question that somebody hears or is rated by, a text a part; ``number`` begins their ids."""
    anchors = draft.anchors
    spoken = [draft.text, *([draft.say_as] if draft.say_as else [])]
    if draft.knockout:
        spoken.append(f"(Asked for a yes or no; {draft.pass_rule} is needed for the job.)")
    parts = {
        Part.TEXT: spoken,
        Part.COMPETENCY: [draft.competency],
        Part.KEY_POINTS: draft.key_points,
        Part.ANCHORS: [anchors.one, anchors.two, anchors.three, anchors.four, anchors.five],
        Part.IDEAL_ANSWER: [draft.ideal_answer],
    }
    found: list[CheckedText] = []
    for part, lines in parts.items():
        text = "\n".join(line.strip() for line in lines if line and line.strip())
        if text:
            found.append(CheckedText(f"{number}.{part.value}", part, text))
    return tuple(found)


def wording_hash(draft: QuestionDraft, language: str) -> str:
    """SHA-256 (hex) of what the model reads of a question; weight, place and evidence do not play a part."""
    texts = [[text.part.value, text.text] for text in texts_of(draft, 1)]
    canonical = json.dumps([base_language(language), texts], ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def parse_verdicts(obj: object, texts: Sequence[CheckedText]) -> dict[str, Objection]:
    """The objections by text id in ``obj`` (decoded JSON of a ``question_check`` reply); the other texts are fine.

    Raises:
        BadVerdicts: anything is missing, unknown or of the wrong type; a text without a verdict is never fine.
    """
    reader = ReplyReader()
    top = reader.record(obj, "the reply", frozenset({"texts"}))
    ids = [text.id for text in texts]
    fields = frozenset({"id", "ok", "topic", "reason"})
    given = [] if top is None else reader.each(top["texts"], "texts", fields, ids)
    parts = {text.id: text.part for text in texts}
    found: dict[str, Objection] = {}
    for id, entry in given:
        is_fine = reader.flag(entry["ok"], f"ok of {id}")
        reason = " ".join(reader.string(entry["reason"], f"reason of {id}").split())[:LONGEST_REASON]
        topic = reader.text_or_null(entry["topic"], f"topic of {id}")
        if topic is not None and topic not in TOPICS:
            reader.problems.append(f"topic of {id} is none of those that there are")
        elif is_fine and topic is not None:
            reader.problems.append(f"{id} is ok and has a topic all the same")
        elif not is_fine and (topic is None or not reason):
            reader.problems.append(f"{id} is not ok and lacks its topic or reason")
        elif topic is not None:
            found[id] = Objection(parts[id], topic, reason)
    if reader.problems:
        raise BadVerdicts(tuple(dict.fromkeys(reader.problems)))
    return found
