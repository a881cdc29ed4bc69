"""What is said around the one question that the candidate may ask: all languages side by side."""

from dataclasses import dataclass

from interview.wording import in_language


@dataclass(frozen=True, slots=True)
class CandidateQuestionWording:
    """One language. In braces: ``company``, ``passage`` (words that the employer approved) and ``key`` (the # key).

    ``reply`` is a frame around the passage and nothing else: no word in it comes from a model.
    """

    offer: str  # key
    taken: str
    menu: str
    reply: str  # company, passage
    passed_on: str  # company
    hash_key: str


_EN = CandidateQuestionWording(
    offer=(
        "Before the last question: is there anything you'd like to know about the job? "
        "Ask after the beep, or press {key}."
    ),
    taken="Thank you. We come back to that at the end of this call.",
    menu="To hear this again, press 1. To go on to the last question, press 3.",
    reply="About your question. Here is what {company} says about that: {passage}",
    passed_on="About your question: we pass it on to {company}, and a person there will answer you.",
    hash_key="pound",
)
_ES = CandidateQuestionWording(
    offer=(
        "Antes de la última pregunta: ¿hay algo que quiera saber sobre el puesto? "
        "Pregunte después de la señal, o pulse {key}."
    ),
    taken="Gracias. Volveremos a ello al final de esta llamada.",
    menu="Para oír esto otra vez, pulse 1. Para pasar a la última pregunta, pulse 3.",
    reply="Sobre su pregunta. Esto es lo que dice {company} al respecto: {passage}",
    passed_on="Sobre su pregunta: se la haremos llegar a {company}, y allí una persona le responderá.",
    hash_key="almohadilla",
)
_FR = CandidateQuestionWording(
    offer=(
        "Avant la dernière question : y a-t-il quelque chose que vous aimeriez savoir sur le poste ? "
        "Posez votre question après le signal, ou tapez {key}."
    ),
    taken="Merci. Nous y reviendrons à la fin de cet appel.",
    menu="Pour réentendre ceci, tapez 1. Pour passer à la dernière question, tapez 3.",
    reply="À propos de votre question. Voici ce que dit {company} à ce sujet : {passage}",
    passed_on="À propos de votre question : nous la transmettons à {company}, où une personne vous répondra.",
    hash_key="dièse",
)
_DE = CandidateQuestionWording(
    offer=(
        "Vor der letzten Frage: Möchten Sie etwas über die Stelle wissen? "
        "Fragen Sie nach dem Ton, oder drücken Sie die {key}."
    ),
    taken="Danke. Darauf kommen wir am Ende dieses Anrufs zurück.",
    menu="Um das noch einmal zu hören, drücken Sie die 1. Um zur letzten Frage weiterzugehen, die 3.",
    reply="Zu Ihrer Frage. Dazu sagt {company}: {passage}",
    passed_on="Zu Ihrer Frage: Wir geben sie an {company} weiter. Dort wird Ihnen ein Mensch antworten.",
    hash_key="Raute-Taste",
)
_PT = CandidateQuestionWording(
    offer=(
        "Antes da última pergunta: há algo que você gostaria de saber sobre a vaga? "
        "Pergunte depois do sinal, ou tecle {key}."
    ),
    taken="Certo. Voltaremos a isso no fim desta ligação.",
    menu="Para ouvir isto de novo, tecle 1. Para ir à última pergunta, tecle 3.",
    reply="Sobre a sua pergunta. Isto é o que a empresa {company} diz a respeito: {passage}",
    passed_on="Sobre a sua pergunta: vamos encaminhá-la à empresa {company}, e lá uma pessoa vai responder a você.",
    hash_key="jogo da velha",
)
_PT_PT = CandidateQuestionWording(
    offer=(
        "Antes da última pergunta: há alguma coisa que gostasse de saber sobre o lugar? "
        "Pergunte depois do sinal, ou prima {key}."
    ),
    taken="Muito bem. Voltaremos a isso no fim desta chamada.",
    menu="Para ouvir isto outra vez, prima 1. Para passar à última pergunta, prima 3.",
    reply="Sobre a sua pergunta. Isto é o que a empresa {company} diz a esse respeito: {passage}",
    passed_on="Sobre a sua pergunta: vamos transmiti-la à empresa {company}, onde uma pessoa lhe responderá.",
    hash_key="cardinal",
)
_HI = CandidateQuestionWording(
    offer=(
        "आख़िरी सवाल से पहले: क्या आप इस नौकरी के बारे में कुछ जानना चाहते हैं? "
        "बीप के बाद पूछें, या {key} दबाएँ।"
    ),
    taken="धन्यवाद। इस पर हम कॉल के आख़िर में लौटेंगे।",
    menu="यह दोबारा सुनने के लिए 1 दबाएँ। आख़िरी सवाल पर जाने के लिए 3 दबाएँ।",
    reply="आपके सवाल के बारे में। इस पर {company} का कहना है: {passage}",
    passed_on="आपके सवाल के बारे में: हम इसे {company} तक पहुँचाएँगे, और वहाँ से एक व्यक्ति आपको जवाब देगा।",
    hash_key="हैश",
)
_ZH = CandidateQuestionWording(
    offer="在最后一个问题之前：关于这个职位，您有什么想了解的吗？请在提示音后提问，或按{key}。",
    taken="谢谢。我们会在通话结束前回到这一点。",
    menu="再听一遍请按1。进入最后一个问题请按3。",
    reply="关于您的问题，{company}的说明如下：{passage}",
    passed_on="关于您的问题：我们会转交给{company}，由那里的工作人员答复您。",
    hash_key="井号键",
)
_WORDINGS = {
    "en": _EN, "es": _ES, "fr": _FR, "de": _DE, "pt": _PT, "pt-pt": _PT_PT, "hi": _HI, "zh": _ZH,
}  # fmt: skip
# The # key has a name of its own nearly everywhere; by the regions that the other prompts have.
_HASH_KEYS = {
    **{f"en-{region}": "hash" for region in ("gb", "ie", "au", "nz", "za", "in")},
    "es-mx": "gato",
    **{
        f"es-{region}": "numeral"
        for region in ("419", "us", "ar", "bo", "cl", "co", "cr", "do", "ec", "gt", "hn", "ni", "pa", "pe", "pr", "py",
                       "sv", "uy", "ve")
    },
    "fr-ca": "carré",
}  # fmt: skip


def candidate_question_wording_for(language: str) -> CandidateQuestionWording:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no words in this language.
    """
    return in_language(_WORDINGS, language)


def offer_in(language: str) -> str:
    """The offer with the # key by the name that it has in this place."""
    wording = candidate_question_wording_for(language)
    return wording.offer.format(key=_HASH_KEYS.get(_tag(language), wording.hash_key))


def _tag(language: str) -> str:
    return language.strip().lower().replace("_", "-")
