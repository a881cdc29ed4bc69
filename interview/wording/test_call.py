"""What a recruiter hears before and after the questions of a test call: all languages side by side."""

from dataclasses import dataclass

from interview.wording import in_language


@dataclass(frozen=True, slots=True)
class TestCallWording:
    """One language."""

    __test__ = False  # pytest: no test

    opening: str
    ending: str


_WORDINGS = {
    "en": TestCallWording(
        opening=(
            "This is a test call. You will hear what candidates hear. Nothing is recorded. "
            "After each question press pound to go on, or star to hear it again. Press 9 to end."
        ),
        ending="That was the test call.",
    ),
    "es": TestCallWording(
        opening=(
            "Esta es una llamada de prueba. Oirá lo que oyen los candidatos. No se graba nada. Después de cada "
            "pregunta, pulse almohadilla para seguir o asterisco para oírla otra vez. Pulse 9 para terminar."
        ),
        ending="Esta fue la llamada de prueba.",
    ),
    "fr": TestCallWording(
        opening=(
            "Ceci est un appel d'essai. Vous entendrez ce qu'entendent les candidats. Rien n'est enregistré. Après "
            "chaque question, tapez dièse pour continuer ou étoile pour la réentendre. Tapez 9 pour terminer."
        ),
        ending="C'était l'appel d'essai.",
    ),
    "de": TestCallWording(
        opening=(
            "Dies ist ein Probeanruf. Sie hören, was die Bewerber hören. Nichts wird aufgenommen. Drücken Sie nach "
            "jeder Frage die Raute-Taste, um weiterzugehen, oder die Stern-Taste, um sie noch einmal zu hören. "
            "Mit der 9 beenden Sie den Anruf."
        ),
        ending="Das war der Probeanruf.",
    ),
    "pt": TestCallWording(
        opening=(
            "Esta é uma ligação de teste. Você vai ouvir o que os candidatos ouvem. Nada é gravado. Depois de cada "
            "pergunta, tecle jogo da velha para continuar ou asterisco para ouvir de novo. Tecle 9 para terminar."
        ),
        ending="Esta foi a ligação de teste.",
    ),
    "pt-pt": TestCallWording(
        opening=(
            "Esta é uma chamada de teste. Vai ouvir o que os candidatos ouvem. Nada é gravado. Depois de cada "
            "pergunta, prima cardinal para continuar ou asterisco para ouvir outra vez. Prima 9 para terminar."
        ),
        ending="Esta foi a chamada de teste.",
    ),
    "hi": TestCallWording(
        opening=(
            "यह एक परीक्षण कॉल है। आप वही सुनेंगे जो उम्मीदवार सुनते हैं। कुछ भी रिकॉर्ड नहीं होता। हर सवाल के बाद आगे बढ़ने "
            "के लिए हैश दबाएँ, दोबारा सुनने के लिए स्टार। समाप्त करने के लिए 9 दबाएँ।"
        ),
        ending="यह परीक्षण कॉल थी।",
    ),
    "zh": TestCallWording(
        opening="这是一通测试电话。您将听到候选人所听到的内容，不会录音。每个问题之后按井号键继续，按星号键重听，按9结束。",
        ending="测试电话到此结束。",
    ),
}


def test_call_wording_for(language: str) -> TestCallWording:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no words in this language.
    """
    return in_language(_WORDINGS, language)
