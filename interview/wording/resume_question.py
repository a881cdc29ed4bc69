"""What is said around the question about a candidate's own résumé: all languages side by side."""

from dataclasses import dataclass

from interview.wording import in_language


@dataclass(frozen=True, slots=True)
class ResumeQuestionWording:
    """One language. ``before`` says what the question is and that it is not rated."""

    before: str
    menu: str


_WORDINGS = {
    "en": ResumeQuestionWording(
        before="One last question, about your own résumé. It is for a person to hear, and it is not rated.",
        menu="To hear the question again, press 1. To end without answering it, press 3.",
    ),
    "es": ResumeQuestionWording(
        before="Una última pregunta, sobre su propio currículum. La escuchará una persona y no se puntúa.",
        menu="Para oír la pregunta otra vez, pulse 1. Para terminar sin responderla, pulse 3.",
    ),
    "fr": ResumeQuestionWording(
        before="Une dernière question, sur votre propre CV. Elle sera écoutée par une personne et n'est pas notée.",
        menu="Pour réentendre la question, tapez 1. Pour terminer sans y répondre, tapez 3.",
    ),
    "de": ResumeQuestionWording(
        before="Eine letzte Frage, zu Ihrem eigenen Lebenslauf. Ein Mensch hört sie an, und sie wird nicht bewertet.",
        menu="Um die Frage noch einmal zu hören, drücken Sie die 1. Um ohne Antwort zu enden, die 3.",
    ),
    "pt": ResumeQuestionWording(
        before="Uma última pergunta, sobre o seu próprio currículo. Uma pessoa vai ouvi-la, e ela não é avaliada.",
        menu="Para ouvir a pergunta de novo, tecle 1. Para terminar sem responder, tecle 3.",
    ),
    "pt-pt": ResumeQuestionWording(
        before="Uma última pergunta, sobre o seu próprio currículo. Será ouvida por uma pessoa e não é avaliada.",
        menu="Para ouvir a pergunta outra vez, prima 1. Para terminar sem responder, prima 3.",
    ),
    "hi": ResumeQuestionWording(
        before="एक आख़िरी सवाल, आपके अपने बायोडाटा के बारे में। इसे एक व्यक्ति सुनेगा, और इस पर कोई अंक नहीं दिए जाते।",
        menu="सवाल दोबारा सुनने के लिए 1 दबाएँ। बिना जवाब दिए समाप्त करने के लिए 3 दबाएँ।",
    ),
    "zh": ResumeQuestionWording(
        before="最后还有一个问题，与您自己的简历有关。它由工作人员收听，不计入评分。",
        menu="再听一遍问题请按1。不回答直接结束请按3。",
    ),
}


def resume_question_wording_for(language: str) -> ResumeQuestionWording:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no words in this language.
    """
    return in_language(_WORDINGS, language)
