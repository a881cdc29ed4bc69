"""What is said in each phase: a progress becomes a step."""

from dataclasses import replace

from interview.dialogue import candidate_question, marks, moves, practice, resume_question
from interview.dialogue.endings import CALLBACKS, Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.dialogue.menus import PAUSE_S
from interview.dialogue.questions import GO_ON_S, LONGER_SILENCE_S, SILENCE_S, max_length_s, silence_s
from interview.progress import Phase, Progress
from interview.script import Script
from interview.steps import GatherDigits, HangUp, HearUtterance, PauseThenAsk, Prompt, RecordUtterance, Step
from interview.wording import Wording, wording_for
from interview.wording.call_in import call_in_wording_for
from interview.wording.coaching import coaching_wording_for
from interview.wording.pace import estimated_minutes

_LATER = {ending: when for when, ending in CALLBACKS.items()}
_PATIENCE_FACTOR = 2
_SLOW = "slow"
_SILENT_MANNERS = frozenset({Manner.BEEP_ONLY, Manner.GO_ON})
# The recogniser is told the first few; every one of the phrases is understood.
_STOP_HINTS = 4


def current_step(script: Script, progress: Progress) -> Step:
    """What is being said and listened for now; for a webhook of a turn already taken it is spoken again."""
    wording = wording_for(script.language)
    step = _step(script, progress, wording)
    if script.accommodations.slower_speech:
        return replace(step, prompts=tuple(replace(prompt, rate=_SLOW) for prompt in step.prompts))
    return step


def _step(script: Script, progress: Progress, wording: Wording) -> Step:
    ending = marks.ending(progress)
    if ending is not None:
        return _goodbye(script, progress, wording, ending)
    keys = GatherDigits(timeout_s=LONGER_SILENCE_S if script.accommodations.longer_silence else SILENCE_S)
    yes_or_no = replace(keys, speech_hints=", ".join((*wording.yes_words, *wording.no_words)))
    leads = _leads(script, progress, wording)
    match progress.phase:
        case Phase.NOT_STARTED | Phase.DOOR:
            hints = (*wording.yes_words, *wording.stop_phrases[:_STOP_HINTS])
            return Step(_door(script, progress, wording), replace(keys, speech_hints=", ".join(hints)))
        case Phase.LATER:
            return Step((*leads, Prompt(wording.later_keys)), keys)
        case Phase.IDENTITY:
            return Step((Prompt(wording.identity(script.candidate_name)),), yes_or_no)
        case Phase.MENU if practice.is_open(progress):
            return practice.menu(script, keys, leads)
        case Phase.MENU if candidate_question.is_open(progress):
            return candidate_question.menu(script, keys, leads)
        case Phase.MENU if resume_question.is_open(progress):
            return resume_question.menu(script, keys, leads)
        case Phase.MENU:
            return Step((*leads, *_menu(script, progress, wording)), keys)
        case Phase.STUCK:
            return Step((*leads, Prompt(wording.stuck_keys)), keys)
        case Phase.PAUSED:
            return Step((Prompt(wording.pausing),), PauseThenAsk(PAUSE_S))
        case Phase.ASKING:
            prompts = (*leads, *_question(script, progress, wording))
            if moves.question_of(script, progress).knockout:
                return Step(prompts, yes_or_no)
            is_silent = marks.manner(progress) in _SILENT_MANNERS
            return Step(() if is_silent else prompts, _utterance(script, progress))
        case Phase.PRACTICE | Phase.PLAYBACK_DUE | Phase.PLAYBACK:
            return practice.step(script, progress, leads)
        case Phase.CANDIDATE_QUESTION:
            return candidate_question.step(script, progress, leads)
        case Phase.RESUME_QUESTION:
            return resume_question.step(script, progress, leads)
        case Phase.ENDED:
            return Step((), HangUp())


def disclosure_of(script: Script) -> str:
    """What is said before anything else, and before anything is recorded: who calls, how, and what will be recorded."""
    minutes = estimated_minutes(script)
    if script.is_coaching:
        own = coaching_wording_for(script.language)
        return own.greeting.format(company=script.company, job=script.job_title, minutes=minutes)
    return wording_for(script.language).disclosure(script.company, script.job_title, minutes)


def _door(script: Script, progress: Progress, wording: Wording) -> tuple[Prompt, ...]:
    if progress.consented:
        again = wording.welcome_back(script.company)
        if script.is_coaching:
            again = coaching_wording_for(script.language).welcome_back.format(company=script.company)
        return Prompt(again), Prompt(wording.welcome_back_keys)
    return Prompt(disclosure_of(script)), Prompt(wording.door_keys)


def _menu(script: Script, progress: Progress, wording: Wording) -> tuple[Prompt, ...]:
    if marks.is_standing(progress):
        texts = wording.menu_with_answer
    elif moves.question_of(script, progress).knockout or moves.follow_up_of(progress) is not None:
        texts = wording.menu_of_knockout
    else:
        texts = wording.menu
    return tuple(Prompt(text) for text in texts)


def _question(script: Script, progress: Progress, wording: Wording) -> tuple[Prompt, ...]:
    question = moves.question_of(script, progress)
    text = question.say_as or question.text
    manner = marks.manner(progress)
    follow_up = moves.follow_up_of(progress)
    if follow_up is not None:
        text = wording.follow_up(follow_up.about, text) if manner is Manner.NUMBERED else text
    elif manner is Manner.NUMBERED and not question.knockout:
        number = sum(not earlier.knockout for earlier in script.questions[: progress.question + 1])
        text = wording.question(number, script.core_count, text)
    asked = Prompt(text, rate=_SLOW if manner is Manner.SLOWLY else "normal")
    if question.knockout:
        return asked, Prompt(wording.yes_no_keys)
    replacing = wording.replacing_unrecorded if script.unrecorded else wording.replacing
    return (asked, Prompt(replacing)) if marks.is_standing(progress) else (asked,)


def _utterance(script: Script, progress: Progress) -> RecordUtterance | HearUtterance:
    """How an answer is listened to, whatever it answers."""
    pause_s = silence_s(script) * (_PATIENCE_FACTOR if marks.has(progress, Mark.PATIENCE) else 1)
    if not script.unrecorded:
        return RecordUtterance(max_length_s(script, moves.question_of(script, progress)), silence_s=pause_s)
    # The silence that ends a piece and the wait for the next one are together the pause that ends an answer.
    is_going_on = marks.manner(progress) is Manner.GO_ON
    return HearUtterance(timeout_s=GO_ON_S if is_going_on else pause_s, silence_s=pause_s - GO_ON_S)


def _leads(script: Script, progress: Progress, wording: Wording) -> tuple[Prompt, ...]:
    said = tuple(
        Prompt(_instructions(script, wording), pause_s=1)
        if lead is Lead.INSTRUCTIONS
        else Prompt(_sentence(lead, wording))
        for lead in marks.leads(progress)
    )
    return (*practice.afterwards(script, progress), *candidate_question.thanks(script, progress), *said)


def _instructions(script: Script, wording: Wording) -> str:
    teach = wording.instructions_unrecorded if script.unrecorded else wording.instructions
    return teach(silence_s(script))


def _sentence(lead: Lead, wording: Wording) -> str:
    sentence: str = getattr(wording, lead.value)
    return sentence


def _goodbye(script: Script, progress: Progress, wording: Wording, ending: Ending) -> Step:
    leads = _leads(script, progress, wording)
    match ending:
        case Ending.COMPLETED if script.is_coaching:
            text = coaching_wording_for(script.language).closing
        case Ending.COMPLETED:
            text = wording.closing(script.company)
        case Ending.NO_KEY:
            text = wording.no_key
        case Ending.VOICEMAIL:
            text = _voicemail(script, wording)
        case Ending.CALLBACK_15_MINUTES | Ending.CALLBACK_EVENING | Ending.CALLBACK_TOMORROW:
            text = wording.callback[_LATER[ending]]
        case Ending.HUMAN:
            text = wording.human(script.company)
        case Ending.OPTED_OUT:
            text = wording.opted_out
        case Ending.WRONG_PERSON:
            text = wording.wrong_person
        case Ending.NO_IDENTITY:
            text = wording.no_identity
        case Ending.SILENCE:
            text = wording.silence_goodbye
        case Ending.BY_CANDIDATE:
            text = wording.ended_by_candidate
        case Ending.BY_US:
            text = wording.ended_by_us
        case Ending.VOICEMAIL_AGAIN | Ending.HUNG_UP | Ending.HUNG_UP_AT_DOOR | Ending.COMPLETED_BY_HANGUP:
            return Step((), HangUp())
    return Step((*leads, *candidate_question.last_words(script, progress), Prompt(text)), HangUp())


def _voicemail(script: Script, wording: Wording) -> str:
    if script.call_in is None:
        return wording.voicemail(script.company)
    return call_in_wording_for(script.language).left_on_voicemail(script.company, script.call_in)
