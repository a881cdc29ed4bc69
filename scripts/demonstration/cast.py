"""The simulated candidates: who picks up, and what each says to the questions that were approved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_VAGUE = (
    "Well, that is a good question. I suppose it depends on the day, really, and on other people too. "
    "I have not thought about it much, but I am sure it would be fine in the end."
)
_BREAKS_OFF = " I think that is the main thing, I would have to look up the rest."


@dataclass(frozen=True, slots=True)
class Part:
    """One candidate: ``expected`` is what the recommendation should be."""

    name: str
    phone: str
    manner: str
    expected: str


CAST = (
    Part("Amara Okafor", "+14155550101", "strong", "hire"),
    Part("Jonas Weber", "+14155550102", "mixed", "consider"),
    Part("Lucía Ferrer", "+14155550103", "weak", "reject"),
)
# What a follow-up begins with in English.
FOLLOW_UP = "Going back to what you said about"
# And the offer to ask something about the job.
OFFER = "anything you'd like to know"
NOT_LISTED = "+14155550199"


def reactions(part: Part, questions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the carrier double is told about this person: keys at the door, words after each question."""
    heard = [
        {"when_heard": "press 1", "press": "1", "times": 2, "on": "gather"},
        {"when_heard": OFFER, "press": "#", "on": "gather"},
    ]
    heard += [
        {
            "when_heard": rf"{FOLLOW_UP}\s+{_snippet(question['competency'])}",
            "say": later_answer(part.manner, question),
            "on": "record",
        }
        for question in questions
        if not question["knockout"]
    ]
    for question in questions:
        if question["knockout"]:
            key = {"no": "2"}.get(question["pass_rule"], "1")
            heard.append({"when_heard": _snippet(question["text"]), "press": key, "on": "gather"})
        else:
            heard.append(
                {
                    "when_heard": _snippet(question["text"]),
                    "say": answer(part.manner, question),
                    "lead_silence_s": 0.9,
                    "end_with": "#" if question["index"] % 2 else "silence",
                    "on": "record",
                }
            )
    return {"pickup": "answer", "answered_by": "human", "reactions": heard}


def answer(manner: str, question: dict[str, Any]) -> str:
    """Words of this manner: all the key points, about half of them, or none."""
    if manner == "strong":
        return str(question["ideal_answer"])
    if manner == "mixed":
        sentences = re.findall(r"[^.!?]+[.!?]", question["ideal_answer"])
        return "".join(sentences[: (len(sentences) + 1) // 2]).strip() + _BREAKS_OFF
    return _VAGUE


def later_answer(manner: str, question: dict[str, Any]) -> str:
    """What is added when it is asked about once more: the next sentence, unless there is nothing to add."""
    if manner == "mixed":
        sentences = re.findall(r"[^.!?]+[.!?]", question["ideal_answer"])
        return f"Yes, I left that out. {sentences[-1].strip()} That was all."
    return str(question["ideal_answer"]) if manner == "strong" else _VAGUE


def _snippet(text: str) -> str:
    """A pattern for the beginning of the question, however the spaces fall."""
    return r"\s+".join(re.escape(word) for word in text.split()[:8])
