"""The English sentences out of which the double makes its questions, by type of question."""

from dataclasses import dataclass

Point = tuple[str, str]  # what a good answer shows, and a sentence that shows it

_EXAMPLE: Point = ("Names a specific example of their own", "A specific example of my own comes from my last job.")
_STEPS: Point = (
    "Explains the steps taken in order",
    "The steps, in the order they were taken: first I looked at what was needed, then I did it, and "
    "finally I checked it.",
)
_RESULT: Point = (
    "States the result with a number or a clear outcome",
    "The result was a clear outcome, and the number of mistakes fell by a third.",
)
_LEARNED: Point = (
    "Says what they learned and changed afterwards",
    "Because of this I learned to start earlier, and afterwards I changed my routine.",
)
_CHECK: Point = (
    "Names a check for quality or safety",
    "My check for quality and safety is to go over the work once more before I call it done.",
)
_REASON: Point = (
    "Gives the reason for each choice",
    "My reason for each choice is simple: a mistake that is found late costs more than a minute now.",
)
_PRESSURE: Point = (
    "Does not skip the check under time pressure",
    "Even under time pressure I would not skip the check.",
)
_FIRST: Point = (
    "Decides what comes first and why",
    "I would decide what comes first by asking who could come to harm, because that cannot be undone.",
)
_SPEAKS_UP: Point = (
    "Speaks up politely to the senior colleague",
    "I would speak up politely to the senior colleague and explain the risk.",
)
_TELLS: Point = (
    "Tells the supervisor early about the delay",
    "Then I would tell the supervisor early about the delay, so that there is time to react.",
)
_VERIFIES: Point = (
    "Verifies doubtful information at the source",
    "I would verify doubtful information at the source before doing anything with it.",
)
_TRADEOFF: Point = (
    "Weighs the advantages and risks of two options",
    "I weigh the advantages and the risks of two options, and so I can say why I chose one.",
)
_CAUSE: Point = (
    "Looks for the cause with facts before changing anything",
    "I look for the cause with facts before changing anything.",
)
_FOLLOW: Point = (
    "Says how they would see that it worked",
    "A few weeks later I would see that it worked, because the same error no longer comes back.",
)
_MOTIVE: Point = (
    "Links the work to their own experience",
    "This work links to my own experience, because I have done something close to it for two years.",
)
_PITFALL: Point = (
    "Names a common mistake and how to avoid it",
    "A common mistake is to rush, and the way to avoid it is a short list that I go through each time.",
)


@dataclass(frozen=True, slots=True)
class Template:
    """One way to ask: the sentence with ``{p}`` for the subject, the practice it looks for, how its answer begins."""

    text: str
    points: tuple[Point, ...]
    opening: str


@dataclass(frozen=True, slots=True)
class Style:
    """All ways to ask one type of question, and how its answers are told apart."""

    for_verbs: tuple[Template, ...]
    for_nouns: tuple[Template, ...]
    anchors: tuple[str, str, str]
    max_seconds: int


_V_TIME = "When I last had to {p}, I took care of every part of it."
_V_WOULD = "I would still {p}, with the care that it needs."
_V_DO = "When I {p}, I work to a plan."
_N_TIME = "When I last relied on {p}, I took care of every part of it."
_N_WOULD = "I would not cut corners on {p}."
_N_DO = "With {p} I work to a plan."

STYLES: dict[str, Style] = {
    "behavioral": Style(
        (
            Template(
                "Tell me about a time when you had to {p}. What did you do, and what was the result?",
                (_EXAMPLE, _RESULT),
                _V_TIME,
            ),
            Template(
                "Think of a day when it was hard to {p}. How did you go about it, and what came of it?",
                (_STEPS, _RESULT),
                _V_TIME,
            ),
            Template(
                "Describe a recent situation in which you had to {p}. What did you learn from it?",
                (_EXAMPLE, _LEARNED),
                _V_TIME,
            ),
            Template(
                "When did you last have to {p}, and which steps did you take from start to finish?",
                (_STEPS, _LEARNED),
                _V_TIME,
            ),
        ),
        (
            Template(
                "Tell me about a piece of work where you relied on {p}. What did you do, and what was the result?",
                (_EXAMPLE, _RESULT),
                _N_TIME,
            ),
            Template(
                "Describe a difficult day when {p} really mattered. How did you go about it, and what came of it?",
                (_STEPS, _RESULT),
                _N_TIME,
            ),
            Template(
                "Think of a time when you had to improve your {p}. What did you change, and what did you learn?",
                (_EXAMPLE, _LEARNED),
                _N_TIME,
            ),
        ),
        (
            "Gives no example, or one that has nothing to do with {g}.",
            "Gives a real example of {g}, but the steps or the result are missing.",
            "Gives a specific example of {g} with the steps in order and a clear result.",
        ),
        150,
    ),
    "situational": Style(
        (
            Template(
                "Imagine that you have to {p}, but you are already behind and a colleague suggests skipping a check "
                "to save time. What would you do, and why?",
                (_PRESSURE, _TELLS, _REASON),
                _V_WOULD,
            ),
            Template(
                "Suppose you need to {p}, and at that very moment a colleague urgently needs your help. How would you "
                "decide what comes first?",
                (_FIRST, _TELLS),
                _V_WOULD,
            ),
            Template(
                "You are about to {p} when a senior colleague tells you to do it a quicker way that breaks the rules. "
                "What would you say and do?",
                (_SPEAKS_UP, _REASON),
                _V_WOULD,
            ),
            Template(
                "Suppose you have to {p}, but the information you were given looks wrong and time is short. What would "
                "you do?",
                (_VERIFIES, _TELLS),
                _V_WOULD,
            ),
        ),
        (
            Template(
                "Imagine that time is short and your manager asks you to cut corners on {p}. What would you do, and "
                "why?",
                (_PRESSURE, _REASON),
                _N_WOULD,
            ),
            Template(
                "Suppose two colleagues disagree in front of you about {p}, and one of them wants to carry on at once. "
                "What would you do?",
                (_VERIFIES, _FIRST),
                _N_WOULD,
            ),
        ),
        (
            "Gives way without seeing the risk, or does not say what they would do about {g}.",
            "Chooses a sensible action about {g}, but gives no reason or tells nobody.",
            "Weighs both sides of {g}, decides with a reason, and tells the right person in time.",
        ),
        120,
    ),
    "technical": Style(
        (
            Template(
                "How do you {p}, step by step, and how do you check that it was done right?", (_CHECK, _STEPS), _V_DO
            ),
            Template(
                "What matters most when you have to {p}, and which mistakes do people often make?",
                (_PITFALL, _CHECK),
                _V_DO,
            ),
            Template(
                "If you had to show a new colleague how to {p}, what would you explain first, and why?",
                (_REASON, _PITFALL),
                _V_DO,
            ),
        ),
        (
            Template("How do you approach {p}, and how do you check that your work is right?", (_CHECK, _STEPS), _N_DO),
            Template(
                "What would you explain to a new colleague about {p}, and which mistakes would you warn against?",
                (_PITFALL, _REASON),
                _N_DO,
            ),
            Template(
                "What does good work look like when it comes to {p}, and how do you get there?",
                (_CHECK, _REASON),
                _N_DO,
            ),
        ),
        (
            "Cannot say how to go about {g}, or says something that would do harm.",
            "Knows the main steps of {g}, but names no check and no common mistake.",
            "Explains {g} step by step, with the reasons, a check and a common mistake.",
        ),
        120,
    ),
    "case": Style(
        (
            Template(
                "A review finds that things keep going wrong when the team has to {p}. How would you find the cause, "
                "and what would you change first?",
                (_CAUSE, _FOLLOW, _TRADEOFF),
                _V_WOULD,
            ),
            Template(
                "You take over a team whose task is to {p}, in half the usual time. Where would you start, and how "
                "would you know that it works?",
                (_FIRST, _FOLLOW),
                _V_WOULD,
            ),
        ),
        (
            Template(
                "A review finds weak spots in the team's {p}. How would you find the cause, and what would you change "
                "first?",
                (_CAUSE, _FOLLOW, _TRADEOFF),
                _N_WOULD,
            ),
        ),
        (
            "Jumps to a change without looking for the cause in {g}.",
            "Looks for the cause in {g}, but does not say how a change would be checked.",
            "Finds the cause in {g} with facts, chooses between options, and checks that the change worked.",
        ),
        180,
    ),
    "system_design": Style(
        (
            Template(
                "Think of a system for people who {p}. In your own words, how would you design it, and which "
                "trade-offs would you make?",
                (_TRADEOFF, _CHECK, _FOLLOW),
                _V_WOULD,
            ),
            Template(
                "A system for people who {p} must serve ten times as many of them next year. What would you change, "
                "and in what order?",
                (_FIRST, _TRADEOFF, _REASON),
                _V_WOULD,
            ),
        ),
        (
            Template(
                "Explain in words how you would design a system around {p}. Which trade-offs would you make?",
                (_TRADEOFF, _CHECK, _FOLLOW),
                _N_WOULD,
            ),
        ),
        (
            "Names no parts and no trade-off of a design for {g}.",
            "Describes the main parts of a design for {g}, but no trade-off or no way to check it.",
            "Describes the parts of a design for {g}, weighs two options, and says how it would be checked.",
        ),
        180,
    ),
    "coding": Style(
        (
            Template(
                "Think of a small program for people who {p}. How would you explain the way you write it, and which "
                "cases would you test first?",
                (_CHECK, _FIRST, _REASON),
                _V_WOULD,
            ),
            Template(
                "A small program for people who {p} gives a wrong answer now and then. Step by step, how would you "
                "find the error?",
                (_CAUSE, _FOLLOW),
                _V_WOULD,
            ),
        ),
        (
            Template(
                "Think of a small program that has to do with {p}. How would you explain the way you write it, and "
                "which cases would you test first?",
                (_CHECK, _FIRST, _REASON),
                _N_WOULD,
            ),
        ),
        (
            "Describes no steps of a program for {g}.",
            "Describes the main steps of a program for {g}, but few tests.",
            "Describes the steps of a program for {g} in order, with the cases that it must be tested on.",
        ),
        180,
    ),
    "general": Style(
        (
            Template(
                "In this job you would {p}. What have you done before that prepares you for it?",
                (_MOTIVE, _EXAMPLE),
                _V_DO,
            ),
            Template(
                "Part of this job is to {p}. What do you find hardest about it, and how do you deal with that?",
                (_PITFALL, _REASON),
                _V_DO,
            ),
        ),
        (
            Template(
                "This job calls for {p}. What have you done before that prepares you for it?",
                (_MOTIVE, _EXAMPLE),
                _N_DO,
            ),
            Template("What do you find hardest about {p}, and how do you deal with it?", (_PITFALL, _REASON), _N_DO),
        ),
        (
            "Says nothing about {g} beyond wanting the job.",
            "Links some experience to {g}, but without an example.",
            "Links an example of their own to {g} and says what they took from it.",
        ),
        90,
    ),
}

SKILL_TEMPLATES: dict[str, str] = {
    "behavioral": "Tell me about a piece of work in which you used {p}. What did you do, and what was the result?",
    "situational": "Imagine that a task needs {p}, but a colleague wants a quick fix without it. "
    "What would you do, and why?",
    "technical": "How do you use {p} in your work, and how do you check that the result is right?",
    "case": "A project that depends on {p} is late. How would you find the cause, and what would you change first?",
    "system_design": "Explain in words how you would design a system that builds on {p}. Which "
    "trade-offs would you make?",
    "coding": "Explain in words how you would write and test something small with {p}. Which cases "
    "would you test first?",
    "general": "What is your experience with {p}, and what did you use it for?",
}

# For a job text with too few duties: ground that every job has, as verb phrases.
COMMON_GROUND = (
    ("Teamwork", "work with other people towards a deadline"),
    ("Planning", "plan your own day when several things are due"),
    ("Learning", "learn something new in a short time"),
    ("Owning mistakes", "put right a mistake of your own"),
    ("Solving problems", "solve a problem that nobody had seen before"),
    ("Following procedures", "follow a procedure exactly"),
    ("Handing over", "hand over your work to somebody else"),
    ("Taking feedback", "act on feedback that was hard to hear"),
    ("Improving", "improve the way a task is done"),
    ("Explaining", "explain something difficult in simple words"),
    ("Reliability", "keep a promise when things changed"),
    ("Safety", "stop work because something was not safe"),
)

MUST_ASK_POINTS: tuple[Point, ...] = (
    _EXAMPLE,
    _REASON,
)
