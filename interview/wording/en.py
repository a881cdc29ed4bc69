"""English prompts."""

from dataclasses import replace

from interview.facts import Later
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int) -> str:
    about = "about a minute" if minutes == 1 else f"about {minutes} minutes"
    return (
        f"Hello, this is an automated call from {company}, about the job of {job_title}. "
        f"It is an interview by computer, with the help of artificial intelligence, and it takes {about}. "
        "Your answers will be recorded, and reviewed by a person."
    )


def _welcome_back(company: str) -> str:
    return (
        f"Hello again, this is the automated interview from {company}. "
        "We can go on from where we stopped. Your answers will be recorded, and reviewed by a person."
    )


def _closing(company: str) -> str:
    return (
        "That was the last question. "
        f"Your answers now go to {company}, where a person decides what happens next and gets back to you. "
        f"If you have questions, please contact {company}. Thank you for your time, and goodbye."
    )


EN = Wording(
    language="en",
    yes_words=("yes", "yeah", "yep", "yup", "sure", "okay", "ok", "of course", "absolutely", "correct", "that's me"),
    no_words=("no", "nope", "nah", "not", "don't", "can't", "never", "wrong"),
    stop_phrases=(
        "stop", "stop calling", "stop calling me", "do not call", "don't call", "do not call me", "don't call me",
        "do not call me again", "don't call me again", "never call me again", "never call again", "unsubscribe",
        "remove me", "take me off your list", "please stop calling me", "please don't call me again",
    ),
    disclosure=_disclosure,
    door_keys=(
        "To begin, press 1. To be called later, press 2. To ask for a person instead, press 3. "
        "To not be called again, press 9."
    ),
    welcome_back=_welcome_back,
    welcome_back_keys=(
        "To continue, press 1. To be called later, press 2. To ask for a person instead, press 3. "
        "To not be called again, press 9."
    ),
    voicemail=lambda company: (
        f"Hello, this is an automated call from {company}. We are sorry that we missed you. "
        "We may try to reach you another time. Goodbye."
    ),
    identity=lambda name: f"Am I speaking with {name}? For yes, press 1. If not, press 2.",
    later_keys=(
        "When shall we call you? In 15 minutes, press 1. This evening, press 2. Tomorrow at the same time, press 3."
    ),
    instructions=lambda pause_s: (
        "You answer each question after a beep. When you have finished, press pound. "
        "To hear the question again, press star. For help and more choices, press 0. "
        f"A pause of {pause_s} seconds also ends your answer."
    ),
    instructions_unrecorded=lambda pause_s: (
        "Answer each question when you have heard it. There is no beep. "
        f"A pause of {pause_s} seconds ends your answer; press pound in that pause to go on at once. "
        "To hear the question again, press star. For help and more choices, press 0."
    ),
    knockouts_ahead="We start with yes or no, and then come to the questions that you answer in your own words.",
    yes_no_keys="For yes, press 1. For no, press 2.",
    question=lambda number, total, text: f"Question {number} of {total}. {text}",
    follow_up=lambda about, text: f"Going back to what you said about {about}. {text}",
    own_words="Could you say that in your own words, with an example?",
    replacing="What you say after the beep takes the place of your answer so far. To keep that answer, press pound.",
    replacing_unrecorded=(
        "What you say now takes the place of your answer so far. To keep that answer, press pound."
    ),
    menu=(
        "To hear the question again, press 1. To skip it for now, press 3.",
        "To pause for a minute, press 4. To end the interview, press 9.",
    ),
    menu_with_answer=(
        "Your answer so far is kept. To hear the question again, press 1. To start this answer again, press 2. "
        "To go on to the next question, press 3.",
        "To pause for a minute, press 4. To end the interview, press 9.",
    ),
    menu_of_knockout=(
        "To hear the question again, press 1. To leave it out, press 3.",
        "To pause for a minute, press 4. To end the interview, press 9.",
    ),
    stuck_keys="Would you like more time? Press 1. To skip this question, press 2. To be called back, press 3.",
    pausing="We pause for one minute. Then you will hear the question again.",
    time_short="This call cannot last much longer. If it ends by itself, your answers so far are kept.",
    time_up="Thank you, that was all the time for this one.",
    skipped="We will come back to this one at the end.",
    skipped_for_good="We leave this one out.",
    no_response="I did not hear an answer, so let's go on.",
    second_round="Now we come back to what you skipped.",
    silence="I didn't hear anything. Take your time. The question is:",
    again="Here is the question again.",
    not_a_key="That key has no meaning here.",
    more_time="Take your time.",
    restart="Let's start this answer again.",
    no_retakes="This answer cannot be started again. What you said is kept.",
    answer_kept="Your earlier answer is kept.",
    after_pause="Let's go on.",
    closing=_closing,
    no_key="I did not get an answer, so I will hang up now. Goodbye.",
    callback={
        Later.IN_15_MINUTES: (
            "Thank you. We will call you in about 15 minutes, "
            "or at the next time that is possible. Goodbye."
        ),
        Later.THIS_EVENING: "Thank you. We will call you this evening, or at the next time that is possible. Goodbye.",
        Later.SAME_TIME_TOMORROW: (
            "Thank you. We will call you tomorrow at about this time, "
            "or at the next time that is possible. Goodbye."
        ),
    },
    human=lambda company: (
        f"Thank you. We will tell {company} that you would like to speak with a person. "
        "You will get no more automated calls about this. Goodbye."
    ),
    opted_out="All right. You will not be called again. Goodbye.",
    wrong_person="We are sorry to have disturbed you. Goodbye.",
    no_identity="I did not get an answer, so I will end the call here. Goodbye.",
    silence_goodbye=(
        "I cannot hear you, so I will end the call here. Your answers so far are kept. "
        "We may call you another time, so that you can finish. Goodbye."
    ),
    ended_by_candidate="All right, we stop here. Your answers so far are kept. Thank you for your time, and goodbye.",
    ended_by_us="I am sorry, we have to end the call here. Your answers so far are kept. Thank you, and goodbye.",
    apology="We are sorry, something went wrong on our side. We will try to call you back. Goodbye.",
    goodbye="Goodbye.",
)


def _with_hash_key(region: str) -> Wording:
    """English as spoken outside North America, where the # key is called hash."""
    return replace(
        EN,
        language=f"en-{region}",
        instructions=lambda pause_s: EN.instructions(pause_s).replace("press pound", "press hash"),
        instructions_unrecorded=lambda pause_s: (
            EN.instructions_unrecorded(pause_s).replace("press pound", "press hash")
        ),
        replacing=EN.replacing.replace("press pound", "press hash"),
        replacing_unrecorded=EN.replacing_unrecorded.replace("press pound", "press hash"),
    )


WORDINGS = (EN, *(_with_hash_key(region) for region in ("GB", "IE", "AU", "NZ", "ZA", "IN")))
