"""How long it takes to say something, and so how long an interview is about to be."""

import math
import unicodedata

from interview.script import EXTRA_TIME_FACTOR, Script
from interview.wording import base_language, wording_for
from interview.wording.candidate_question import candidate_question_wording_for, offer_in
from interview.wording.practice import practice_wording_for
from interview.wording.resume_question import resume_question_wording_for

# Our own cautious assumption, to be on the long side: an unhurried telephone voice. People read aloud faster: 228 words
# a minute in English, 158 in Chinese (Trauzettel-Klosinski and Dietz 2012, https://doi.org/10.1167/iovs.11-8284).
WORDS_PER_MINUTE: dict[str, int] = {"en": 155, "es": 150, "fr": 150, "de": 135, "pt": 145, "hi": 135}
_OTHER_WORDS_PER_MINUTE = 130
# Where no spaces stand between words, characters are counted.
CHARACTERS_PER_MINUTE: dict[str, int] = {"zh": 230}
SLOW_FACTOR = 1.25

# What a call holds besides our own words. These are assumptions: most people use a part of an answer's time, press a
# key a moment after they have heard what it does, practise in a few words and ask a short question.
ANSWER_SHARE = 0.6
KNOCKOUT_ANSWER_S = 4.0
KEY_S = 2.0
PRACTICE_ANSWER_S = 8.0
CANDIDATE_QUESTION_S = 6.0
RESUME_ANSWER_S = 40.0
# Any number does: one number is one word.
_SOME_MINUTES = 10


def speech_s(text: str, language: str, rate: str = "normal") -> float:
    """The seconds that a telephone voice needs for the text."""
    base = base_language(language)
    per_minute = CHARACTERS_PER_MINUTE.get(base)
    if per_minute is None:
        units, per_minute = len(text.split()), WORDS_PER_MINUTE.get(base, _OTHER_WORDS_PER_MINUTE)
    else:
        units = sum(unicodedata.category(character)[0] in "LN" for character in text)
    return units * 60 / per_minute * (SLOW_FACTOR if rate == "slow" else 1.0)


def estimated_s(script: Script) -> float:
    """The seconds of a call in which everything is said once, and each answer uses a part of its time."""
    wording = wording_for(script.language)
    has_knockouts, has_core = script.core_count < len(script.questions), script.core_count > 0
    said = [wording.disclosure(script.company, script.job_title, _SOME_MINUTES), wording.door_keys]
    said += [wording.identity(script.candidate_name)] if script.candidate_name else []
    said += [wording.knockouts_ahead] if has_knockouts else []
    said += [wording.instructions(_SOME_MINUTES)] if has_core else []
    listening_s = KEY_S * (2 if script.candidate_name else 1)
    for question in script.questions:
        text = question.say_as or question.text
        if question.knockout:
            said += [text, wording.yes_no_keys]
            listening_s += KNOCKOUT_ANSWER_S
        else:
            said.append(wording.question(script.core_count, script.core_count, text))
            longer = EXTRA_TIME_FACTOR if script.accommodations.extra_time else 1.0
            listening_s += min(question.max_seconds, script.answer_max_s) * longer * ANSWER_SHARE
    if script.offers_practice:
        practice = practice_wording_for(script.language)
        said += [practice.prompt, practice.waiting, practice.playback, practice.played]
        listening_s += 2 * PRACTICE_ANSWER_S
    if script.offers_question:
        own = candidate_question_wording_for(script.language)
        said += [offer_in(script.language), own.taken, own.passed_on.format(company=script.company)]
        listening_s += CANDIDATE_QUESTION_S
    if script.asks_about_resume:
        said += [resume_question_wording_for(script.language).before, script.resume_question or ""]
        listening_s += RESUME_ANSWER_S
    said.append(wording.closing(script.company))
    rate = "slow" if script.accommodations.slower_speech else "normal"
    return listening_s + sum(speech_s(text, script.language, rate) for text in said)


def estimated_minutes(script: Script) -> int:
    """What the greeting says: the nearest whole minute, at least one, and never more than the call may last."""
    return max(1, min(math.floor(estimated_s(script) / 60 + 0.5), script.max_call_minutes))
