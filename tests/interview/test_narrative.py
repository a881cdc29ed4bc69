"""A summary may tell what was said; ratings and verdicts in it are refused."""

import pytest

from interview.narrative import Allowed, check_narrative

SAID = Allowed(
    texts=(
        "I trained 4 new colleagues and we cut errors by 30 percent.",
        "The pump failed, so I rejected the pallet.",
        "An early warning score of 5 means that I call the doctor.",
        "我推荐了新的流程。",
    ),
    numbers=(7.25, 60.0),
    verdict="consider",
)

RATINGS = """
Rated four out of five.
She scored 8 on content.
An 8/10 answer.
Strong: 4.5 points.
This person rates 4 overall.
A five star answer.
Full marks for clarity.
A 7.2 of 10.
Calificación: cinco.
Eine Antwort mit vier von fünf Punkten.
Elle obtient quatre sur cinq.
Uma pontuação de oito.
他得了五分。
पाँच में से पाँच अंक
Errors fell by 35 percent.
She trained ９ colleagues.
""".strip().splitlines()

VERDICTS = """
We should hire her.
A clear hire.
Ready to move forward.
Reject.
Not suitable for the role.
I recommend her for the team.
The candidate passed.
He failed the interview.
Clearly a pass.
Recomiendo contratarla.
Fue rechazado.
Il faut l'embaucher.
Je le recommande.
Ich empfehle, sie einzustellen.
Abgelehnt.
Recomendo contratar.
Candidato reprovado.
建议录用。
不合格。
इस उम्मीदवार को नियुक्त करें
""".strip().splitlines()

TOLD = """
She trained 4 new colleagues and cut errors by 30 percent.
He describes how the pump failed, and why he rejected the pallet.
An early warning score of 5 made her call the doctor.
Gives one example and two reasons.
She considers trade-offs before acting.
He passed the message on to the night nurse.
Failed to mention the handover.
Explains three points about safety.
Explica con claridad un ejemplo.
Ein Beispiel mit Ergebnis wurde genannt.
十分清楚地说明了步骤。
他说推荐了新的流程。
""".strip().splitlines()


@pytest.mark.parametrize("text", RATINGS)
def test_R19_ratings_are_refused(text: str) -> None:
    assert check_narrative([text], SAID)


@pytest.mark.parametrize("text", VERDICTS)
def test_R19_verdicts_are_refused(text: str) -> None:
    assert check_narrative([text], SAID)


@pytest.mark.parametrize("text", TOLD)
def test_R19_what_was_said_may_be_told(text: str) -> None:
    assert check_narrative([text], SAID) == ()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Overall 7.3 out of 10.", False),  # 7.25 as it is shown
        ("Overall 7.2 out of 10.", True),
        ("A score of 60.", False),
        ("She should be considered for the role.", False),  # the stored verdict
        ("We should hire her.", True),
    ],
)
def test_R19_only_what_differs_from_what_is_stored_is_refused(text: str, refused: bool) -> None:
    assert bool(check_narrative([text], SAID)) is refused


def test_R19_without_a_stored_verdict_none_may_be_pronounced() -> None:
    assert check_narrative(["She should be considered for the role."], Allowed())


def test_R19_every_text_is_read_and_each_problem_said_once() -> None:
    problems = check_narrative(["Good.", "Reject.", "Reject.", "Rated 4."], Allowed())
    assert problems == ("It pronounces a verdict: “Reject”.", "It gives a rating: “Rated 4”.")
    assert check_narrative([], Allowed()) == ()
