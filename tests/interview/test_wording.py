"""The prompts of every language: complete, short, in time, and without a word about how good an answer was."""

import dataclasses
import re
from dataclasses import replace

import pytest

from interview.dialogue import marks
from interview.dialogue.marks import Lead, Mark
from interview.dialogue.practice import PracticeTake
from interview.dialogue.replies import wants_no_calls, yes_or_no
from interview.dialogue.speaking import current_step
from interview.facts import Later
from interview.machine import Available
from interview.progress import Phase
from interview.script import Accommodations, Script, SpokenQuestion
from interview.steps import HangUp, RecordUtterance
from interview.wording import UnsupportedLanguage, Wording, supported_languages, wording_for
from interview.wording.coaching import coaching_wording_for
from interview.wording.pace import (
    ANSWER_SHARE,
    CANDIDATE_QUESTION_S,
    KEY_S,
    KNOCKOUT_ANSWER_S,
    PRACTICE_ANSWER_S,
    estimated_minutes,
    estimated_s,
    speech_s,
)
from tests.interview.conversation import Conversation, make_script

# One tag for every file and variant.
LANGUAGES = (*supported_languages(), "en-GB", "es-MX", "es-AR", "fr-CA", "pt-PT")
EVALUATIVE = re.compile(
    r"\b(great|good|excellent|perfect|well done|correct answer|nice|bad|poor|interesting|impressive|unfortunately)\b",
    re.IGNORECASE,
)


def texts_of(wording: Wording) -> dict[str, str]:
    """Every prompt by name, filled in."""
    filled = {
        "disclosure": wording.disclosure("Acme", "Driver", 9),
        "welcome_back": wording.welcome_back("Acme"),
        "voicemail": wording.voicemail("Acme"),
        "identity": wording.identity("Maria"),
        "instructions": wording.instructions(5),
        "question": wording.question(2, 6, "Why?"),
        "closing": wording.closing("Acme"),
        "human": wording.human("Acme"),
    }
    for field in dataclasses.fields(wording):
        value = getattr(wording, field.name)
        if field.name == "callback":
            filled |= {f"callback {when}": text for when, text in value.items()}
        elif field.name.startswith("menu"):
            filled |= {f"{field.name} {n}": text for n, text in enumerate(value)}
        elif isinstance(value, str) and field.name != "language":
            filled[field.name] = value
    return filled


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_is_there(language: str):
    wording = wording_for(language)
    assert all(text.strip() == text and text for text in texts_of(wording).values())
    assert set(wording.callback) == set(Later)
    assert all(getattr(wording, lead) for lead in Lead if lead is not Lead.INSTRUCTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_greeting_and_the_others_name(language: str):
    wording = wording_for(language)
    disclosure = wording.disclosure("Acme", "Driver", 9)
    assert "Acme" in disclosure and "Driver" in disclosure and "9" in disclosure
    assert "Acme" in wording.welcome_back("Acme") and "Acme" in wording.closing("Acme")
    assert "Maria" in wording.identity("Maria")
    assert "8" in wording.instructions(8)
    assert re.search(r"2.*6.*Why\?", wording.question(2, 6, "Why?"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("door_keys", {"1", "2", "3", "9"}),
        ("welcome_back_keys", {"1", "2", "3", "9"}),
        ("identity", {"1", "2"}),
        ("later_keys", {"1", "2", "3"}),
        ("yes_no_keys", {"1", "2"}),
        ("stuck_keys", {"1", "2", "3"}),
        ("menu 0", {"1", "3"}),
        ("menu 1", {"4", "9"}),
        ("menu_with_answer 0", {"1", "2", "3"}),
        ("menu_with_answer 1", {"4", "9"}),
        ("menu_of_knockout 0", {"1", "3"}),
        ("menu_of_knockout 1", {"4", "9"}),
    ],
)
def test_the_keys_of_each_prompt_are_four_at_most_and_the_right_ones(language: str, name: str, keys: set[str]):
    text = texts_of(wording_for(language))[name].replace("15", "")
    assert set(re.findall(r"\d", text)) == keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_practice_is_greeted_and_ended_as_practice(language: str):
    """Who practises is never told that a person reviews the answers, or decides."""
    wording = wording_for(language)
    call = Conversation(make_script(language=language, is_coaching=True))
    call.answer()
    heard = call.step.prompts[0].text
    script = call.script
    assert heard != wording.disclosure(script.company, script.job_title, estimated_minutes(script))
    assert script.company in heard and script.job_title in heard and "{" not in heard
    assert str(estimated_minutes(script)) in heard
    own = coaching_wording_for(language)
    ended = current_step(script, marks.with_marks(call.progress, ended="completed")).prompts[-1].text
    assert ended == own.closing != wording.closing(script.company)
    back = current_step(script, replace(call.progress, consented=True)).prompts[0].text
    assert back == own.welcome_back.format(company=script.company) != wording.welcome_back(script.company)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wrong_person_hears_nothing_about_whom_or_what(language: str):
    wording = wording_for(language)
    assert not re.search(r"interview|entretien|entrevista|gespräch|साक्षात्कार|面试", wording.wrong_person.lower())
    assert not re.search(r"interview|entretien|entrevista|gespräch|साक्षात्कार|面试", wording.voicemail("Acme").lower())


def test_nothing_evaluative_is_said():
    for name, text in texts_of(wording_for("en")).items():
        assert not EVALUATIVE.search(text), (name, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("knockouts", "is_coaching"), [(0, False), (2, False), (0, True)])
def test_from_answer_to_the_first_question_at_most_60_seconds_are_spoken(
    language: str, knockouts: int, is_coaching: bool
):
    call = Conversation(make_script(language=language, knockouts=knockouts, is_coaching=is_coaching))
    spoken_s = 0.0
    for act in (call.answer, lambda: call.press("1"), lambda: call.press("1")):
        act()
        prompts = call.step.prompts
        if call.progress.phase.value == "asking":
            prompts = [p for p in prompts if call.script.questions[0].text not in p.text]
        spoken_s += sum(speech_s(prompt.text, language) + prompt.pause_s for prompt in prompts)
    assert 20 < spoken_s <= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_is_short(language: str):
    for name, text in texts_of(wording_for(language)).items():
        assert speech_s(text, language) <= 22, (name, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_no_and_stop_are_understood(language: str):
    wording = wording_for(language)
    assert all(yes_or_no(word, wording) is True for word in wording.yes_words)
    assert all(yes_or_no(word, wording) is False for word in wording.no_words)
    assert all(wants_no_calls(phrase, wording) for phrase in wording.stop_phrases)
    assert not any(wants_no_calls(word, wording) for word in (*wording.yes_words, *wording.no_words))


@pytest.mark.parametrize(
    ("tag", "base"),
    [
        ("en-US", "en"), ("en-CA", "en"), ("EN_us", "en"), ("en-GB", "en-GB"), ("en-AU", "en-AU"), ("es-ES", "es"),
        ("es-419", "es-419"), ("de-AT", "de"), ("pt-BR", "pt"), ("pt-PT", "pt-PT"), ("zh-TW", "zh"), ("cmn-CN", "zh"),
        ("cmn-Hans-CN", "zh"), ("hi-IN", "hi"),
    ],
)  # fmt: skip
def test_a_region_falls_back_to_its_language(tag: str, base: str):
    assert wording_for(tag).language == base


def test_the_hash_key_has_its_name_in_britain():
    british, american = wording_for("en-GB"), wording_for("en-US")
    assert "press hash" in british.instructions(5) and "press hash" in british.replacing
    assert "pound" not in " ".join(texts_of(british).values())
    assert "press pound" in american.instructions(5)


@pytest.mark.parametrize(
    ("language", "words", "meaning"),
    [
        ("es", "Sí, claro.", True), ("es", "Claro que no", None), ("fr", "Oui, d'accord", True),
        ("fr", "Oui, mais pas le soir", None), ("de", "Ja, gerne!", True), ("de", "Nein, danke.", False),
        ("pt", "Não.", False), ("pt-PT", "Sim, sou eu.", True), ("hi", "जी हाँ", True), ("hi", "जी नहीं।", False),
        ("hi", "हम", None), ("zh", "是的，我是。", True), ("zh", "不是。", False), ("zh", "也许吧", None),
        ("en", "that's me", True), ("en", "That\u2019s me!", True), ("en", "Of course not", None),
    ],
)  # fmt: skip
def test_how_people_answer_in_their_language(language: str, words: str, meaning: bool | None):
    assert yes_or_no(words, wording_for(language)) is meaning


@pytest.mark.parametrize("tag", ["tlh", "", "english", "x-klingon"])
def test_an_unknown_language_is_refused_by_name(tag: str):
    with pytest.raises(UnsupportedLanguage, match="en"):
        wording_for(tag)


@pytest.mark.parametrize(
    ("text", "language", "seconds"),
    [("one two three four five", "en-US", 60 * 5 / 155), ("请按一键，谢谢。", "zh-CN", 60 * 6 / 230), ("", "en", 0.0)],
)
def test_how_long_words_take(text: str, language: str, seconds: float):
    assert speech_s(text, language) == pytest.approx(seconds)
    assert speech_s(text, language, "slow") == pytest.approx(1.25 * seconds)


@pytest.mark.parametrize(
    ("questions", "call_limit", "minutes"),
    [
        ((), 30, 1),
        ((SpokenQuestion("q", "Why?", 120),), 30, 2),
        ((SpokenQuestion("q", "Why?", 120),) * 6, 30, 8),
        ((SpokenQuestion("q", "Why?", 180),) * 10, 15, 15),
        ((SpokenQuestion("k", "May you work here?", 180, knockout=True),), 30, 1),
    ],
)
def test_how_long_the_interview_is_said_to_take(questions, call_limit: int, minutes: int):
    script = Script("Acme", "Driver", "en-US", questions, max_call_minutes=call_limit)
    assert estimated_minutes(script) == minutes


FULL_CALLS = {
    "as usual": {},
    "no name, no knockouts": {"name": "", "knockouts": 0},
    "three questions": {"questions": 3},
    "twelve questions": {"questions": 12},
    "slower, with more time": {"accommodations": Accommodations(slower_speech=True, extra_time=True)},
    "a short ceiling": {"answer_max_s": 60, "questions": 8},
    "with practice": {"practises": True},
    "with a question of their own": {"may_ask": True},
    "with both": {"practises": True, "may_ask": True, "questions": 4},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FULL_CALLS)
def test_a_full_call_takes_as_long_as_the_greeting_says(language: str, kind: str):
    """Every word of the call by the table of its language, the answers and keys as assumed: what the greeting states is
    that, within a tenth; a call of a few minutes within the half minute that whole minutes cannot tell."""
    given = {"questions": 6, "knockouts": 2} | FULL_CALLS[kind]
    # a question of a usual length in the language itself
    text = f"{wording_for(language).own_words} {wording_for(language).own_words}"
    asked = tuple(SpokenQuestion(f"q{n}", text, (90, 120, 180)[n % 3]) for n in range(given.pop("questions")))
    call = Conversation(make_script(language=language, questions=asked, **given))
    took_s, stated = 0.0, 0
    for n in range(40):
        if n == 0:
            call.answer()
            stated = int(re.findall(r"\d+", call.step.prompts[0].text)[0])
        elif isinstance(call.step.then, RecordUtterance):
            own = {Phase.PRACTICE: PRACTICE_ANSWER_S, Phase.CANDIDATE_QUESTION: CANDIDATE_QUESTION_S}
            said_s = own.get(call.progress.phase, ANSWER_SHARE * call.step.then.max_length_s)
            call.speak(said_s)
            took_s += said_s
            if Mark.PRACTICE_TAKE in call.progress.extra:
                call.available = Available(practice=PracticeTake(int(call.progress.extra[Mark.PRACTICE_TAKE]), "r"))
        elif call.progress.phase in (Phase.PLAYBACK_DUE, Phase.PLAYBACK):
            took_s += PRACTICE_ANSWER_S if call.step.playback else 0
            call.silence()
        else:
            took_s += KNOCKOUT_ANSWER_S if call.progress.phase is Phase.ASKING else KEY_S
            call.press("1")
        took_s += sum(speech_s(prompt.text, language, prompt.rate) + prompt.pause_s for prompt in call.step.prompts)
        if isinstance(call.step.then, HangUp):
            break
    assert call.progress.phase is Phase.ENDED and call.progress.answered == len(call.script.questions)
    assert estimated_s(call.script) == pytest.approx(took_s, rel=0.02)
    # half a minute is less than a tenth of any call of five minutes
    assert abs(stated * 60 - took_s) <= max(0.1 * took_s, 30)


def test_a_minute_is_not_minutes():
    wording = wording_for("en")
    assert "about a minute." in wording.disclosure("Acme", "Driver", 1)
    assert "about 2 minutes." in wording.disclosure("Acme", "Driver", 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_call_is_spoken_in_its_language_to_the_end(language: str):
    call = Conversation(make_script(language=language)).to_first_question()
    for _ in call.script.questions:
        call.speak()
    assert isinstance(call.step.then, HangUp)
    assert call.heard == wording_for(language).closing("Northwind Logistics")
