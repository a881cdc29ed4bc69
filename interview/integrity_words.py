"""Phrases of written language, what a note observes in a sentence, and its ordinary reasons."""

from collections.abc import Callable, Mapping

# Set phrases of essays and of text written by machines. Words that people also say are left out.
_WRITTEN: dict[str, tuple[str, ...]] = {
    "en": (
        "furthermore", "moreover", "in conclusion", "it is important to note", "it is worth noting", "in summary",
        "plays a crucial role", "plays a vital role", "a multifaceted", "in today's fast paced", "firstly", "secondly",
        "lastly", "thereby", "thus", "in addition to this", "it is essential to", "leverage", "a holistic approach",
        "to summarize", "consequently", "the aforementioned",
    ),
    "es": (
        "asimismo", "en conclusión", "cabe destacar", "es importante señalar", "en primer lugar", "en segundo lugar",
        "por consiguiente", "en resumen", "desempeña un papel crucial", "por último", "no obstante", "ante todo",
        "cabe mencionar", "en definitiva",
    ),
    "fr": (
        "en conclusion", "il convient de noter", "il est important de noter", "par conséquent", "premièrement",
        "deuxièmement", "en outre", "de surcroît", "joue un rôle crucial", "en résumé", "ainsi donc", "néanmoins",
        "force est de constater", "en définitive",
    ),
    "de": (
        "darüber hinaus", "zusammenfassend", "es ist wichtig zu beachten", "des weiteren", "erstens", "zweitens",
        "spielt eine entscheidende rolle", "folglich", "abschließend lässt sich sagen", "hierbei", "ferner",
        "somit", "diesbezüglich", "nichtsdestotrotz",
    ),
    "pt": (
        "além disso", "em conclusão", "é importante ressaltar", "vale destacar", "em primeiro lugar",
        "em segundo lugar", "por conseguinte", "em suma", "desempenha um papel crucial", "outrossim", "ademais",
        "é fundamental ressaltar", "dessa forma",
    ),
    "hi": (
        "निष्कर्षतः", "इसके अतिरिक्त", "यह ध्यान देने योग्य है", "प्रथमतः", "द्वितीयतः", "तदुपरांत", "अतः", "परिणामस्वरूप",
    ),
    "zh": (
        "综上所述", "值得注意的是", "此外", "首先", "其次", "总而言之", "起着至关重要的作用", "由此可见", "与此同时",
    ),
}  # fmt: skip

_EXPLANATIONS: dict[str, tuple[str, ...]] = {
    "long_time_to_first_word": (
        "Thinking before speaking is what good answers need.",
        "The line was delayed, or the telephone was not at the ear yet.",
        "The question was in a second language.",
    ),
    "long_gap": (
        "People pause to think or to remember.",
        "Something happened in the room, or the line dropped sound for a moment.",
    ),
    "second_voice_possible": (
        "Somebody else was in the room, on the radio or on an announcement.",
        "The person acted out what somebody else had said.",
        "Bad lines and strong feeling change how high a voice sounds.",
    ),
    "duplicate_text": (
        "Both practised with the same public example.",
        "The question has one usual answer, such as a safety rule known by heart.",
        "It may be one person under two numbers.",
    ),
    "textbook_wording": (
        "Many people prepare with notes, which is allowed.",
        "Who learned the language in school often speaks as it is written.",
    ),
    "wording_unlike_other_answers": (
        "Technical questions need longer words than stories do.",
        "The person had prepared for this question and not for the others.",
    ),
    "addresses_the_grader": (
        "The person talked about instructions, grades or a computer as part of the answer.",
        "The words were misheard. Listen to them.",
    ),
}


_OBSERVED: Mapping[str, Callable[[float], str]] = {
    "long_time_to_first_word": lambda value: f"The first word came after {value:g} seconds.",
    "long_gap": lambda value: f"There was a pause of {value:g} seconds.",
    "second_voice_possible": lambda value: f"For {value:g} seconds there may be a second voice.",
    "duplicate_text": lambda value: (
        f"{value * 100:.0f}% of the wording is another candidate’s answer to this question."
    ),
    "textbook_wording": lambda value: f"Phrases of written language: {value:g} in 100 words.",
    "wording_unlike_other_answers": lambda value: (
        f"Words are {'longer' if value > 0 else 'shorter'} than in this person’s other answers, "
        f"by {abs(value):g} letters on average."
    ),
    "addresses_the_grader": lambda value: "Some words may speak to whoever rates the answer.",
}


def observed(signal: str, value: float) -> str | None:
    """What was noticed, in one sentence; None for a signal that there is not."""
    told = _OBSERVED.get(signal)
    return None if told is None else told(value)


def written_phrases(language: str) -> tuple[str, ...]:
    """The phrases for a language (BCP 47); empty where there is no list, and then nothing is observed."""
    return _WRITTEN.get(language.split("-")[0].lower(), ())


def innocent_explanations(signal: str) -> tuple[str, ...]:
    """The ordinary reasons for a signal, in sentences. Raises KeyError for one that there is not."""
    return _EXPLANATIONS[signal]
