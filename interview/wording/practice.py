"""What is said around the practice answer: all languages side by side."""

from dataclasses import dataclass

from interview.wording import in_language


@dataclass(frozen=True, slots=True)
class PracticeWording:
    """One language. What is asked has an answer that everybody knows and that says nothing about who gives it.

    ``waiting`` fills the time until the recording can be played; ``played``, ``skipped`` and ``not_ready`` are how the
    practice ends, before question 1.
    """

    prompt: str
    menu: str
    waiting: str
    playback: str
    played: str
    skipped: str
    not_ready: str


_EN = PracticeWording(
    prompt=(
        "First a short practice. It is not assessed, and it is deleted right afterwards. "
        "After the beep, please name a few things that are usually found in a kitchen. "
        "To leave the practice out, press 3."
    ),
    menu="To hear this again, press 1. To go on without practice, press 3.",
    waiting=(
        "In a moment you will hear your recording. The interview works in the same way: "
        "first you hear the question, then a beep, and then you answer in your own time."
    ),
    playback="This is your recording.",
    played="That was the practice. Now we come to the questions.",
    skipped="We go on without practice.",
    not_ready="The playback isn't ready, let's go on.",
)
_ES = PracticeWording(
    prompt=(
        "Primero, una breve práctica. No se evalúa, y se borra justo después. "
        "Después de la señal, nombre algunas cosas que suele haber en una cocina. "
        "Para saltarse la práctica, pulse 3."
    ),
    menu="Para oír esto otra vez, pulse 1. Para seguir sin práctica, pulse 3.",
    waiting=(
        "Enseguida oirá su grabación. La entrevista funciona igual: "
        "primero oye la pregunta, luego una señal, y después responde con calma."
    ),
    playback="Esta es su grabación.",
    played="Esa fue la práctica. Ahora pasamos a las preguntas.",
    skipped="Seguimos sin práctica.",
    not_ready="La grabación todavía no está lista, así que seguimos.",
)
_FR = PracticeWording(
    prompt=(
        "D'abord, un court essai. Il n'est pas évalué, et il est effacé juste après. "
        "Après le signal, citez quelques objets que l'on trouve d'habitude dans une cuisine. "
        "Pour passer l'essai, tapez 3."
    ),
    menu="Pour réentendre ceci, tapez 1. Pour continuer sans essai, tapez 3.",
    waiting=(
        "Dans un instant, vous entendrez votre enregistrement. L'entretien se déroule de la même façon : "
        "d'abord la question, puis un signal, et vous répondez ensuite à votre rythme."
    ),
    playback="Voici votre enregistrement.",
    played="L'essai est terminé. Passons maintenant aux questions.",
    skipped="Nous continuons sans essai.",
    not_ready="L'enregistrement n'est pas encore prêt, continuons.",
)
_DE = PracticeWording(
    prompt=(
        "Zuerst eine kurze Übung. Sie wird nicht bewertet und gleich danach gelöscht. "
        "Nennen Sie nach dem Ton bitte einige Dinge, die es in einer Küche meistens gibt. "
        "Um die Übung auszulassen, drücken Sie die 3."
    ),
    menu="Um das noch einmal zu hören, drücken Sie die 1. Um ohne Übung weiterzugehen, die 3.",
    waiting=(
        "Gleich hören Sie Ihre Aufnahme. Im Interview geht es genauso: "
        "Erst hören Sie die Frage, dann einen Ton, und dann antworten Sie in Ruhe."
    ),
    playback="Das ist Ihre Aufnahme.",
    played="Das war die Übung. Jetzt kommen wir zu den Fragen.",
    skipped="Wir machen ohne Übung weiter.",
    not_ready="Die Aufnahme ist noch nicht bereit, deshalb machen wir weiter.",
)
_PT = PracticeWording(
    prompt=(
        "Primeiro, um breve treino. Ele não é avaliado e é apagado logo em seguida. "
        "Depois do sinal, diga algumas coisas que costumam existir em uma cozinha. "
        "Para pular o treino, tecle 3."
    ),
    menu="Para ouvir isto de novo, tecle 1. Para continuar sem treino, tecle 3.",
    waiting=(
        "Daqui a pouco você vai ouvir sua gravação. A entrevista funciona do mesmo jeito: "
        "primeiro você ouve a pergunta, depois um sinal, e então responde com calma."
    ),
    playback="Esta é a sua gravação.",
    played="Esse foi o treino. Agora vamos às perguntas.",
    skipped="Vamos continuar sem treino.",
    not_ready="A gravação ainda não está pronta, então vamos continuar.",
)
_PT_PT = PracticeWording(
    prompt=(
        "Primeiro, um breve ensaio. Não é avaliado e é apagado logo a seguir. "
        "Depois do sinal, diga algumas coisas que costuma haver numa cozinha. "
        "Para passar o ensaio à frente, prima 3."
    ),
    menu="Para ouvir isto outra vez, prima 1. Para continuar sem ensaio, prima 3.",
    waiting=(
        "Daqui a pouco vai ouvir a sua gravação. A entrevista funciona da mesma forma: "
        "primeiro ouve a pergunta, depois um sinal, e então responde com calma."
    ),
    playback="Esta é a sua gravação.",
    played="O ensaio terminou. Agora passamos às perguntas.",
    skipped="Vamos continuar sem ensaio.",
    not_ready="A gravação ainda não está pronta, por isso vamos continuar.",
)
_HI = PracticeWording(
    prompt=(
        "पहले एक छोटा अभ्यास। इसका मूल्यांकन नहीं होता, और इसे तुरंत बाद मिटा दिया जाता है। "
        "बीप के बाद कुछ ऐसी चीज़ों के नाम बताइए जो आम तौर पर रसोई में होती हैं। "
        "अभ्यास छोड़ने के लिए 3 दबाएँ।"
    ),
    menu="यह दोबारा सुनने के लिए 1 दबाएँ। बिना अभ्यास के आगे बढ़ने के लिए 3 दबाएँ।",
    waiting=(
        "थोड़ी देर में आप अपनी रिकॉर्डिंग सुनेंगे। इंटरव्यू भी इसी तरह चलता है: "
        "पहले आप सवाल सुनते हैं, फिर बीप, और उसके बाद आराम से जवाब देते हैं।"
    ),
    playback="यह आपकी रिकॉर्डिंग है।",
    played="अभ्यास पूरा हुआ। अब सवालों पर आते हैं।",
    skipped="हम बिना अभ्यास के आगे बढ़ते हैं।",
    not_ready="रिकॉर्डिंग अभी तैयार नहीं है, इसलिए हम आगे बढ़ते हैं।",
)
_ZH = PracticeWording(
    prompt=(
        "我们先做一个简短的练习。练习不计入评估，结束后立即删除。"
        "请在提示音后说出几样厨房里常见的东西。跳过练习请按3。"
    ),
    menu="再听一遍请按1。跳过练习请按3。",
    waiting="稍后您会听到自己的录音。面试的方式也一样：先听问题，再听提示音，然后您可以从容回答。",
    playback="这是您的录音。",
    played="练习到此结束。现在开始提问。",
    skipped="我们跳过练习，继续进行。",
    not_ready="录音还没有准备好，我们继续。",
)
_WORDINGS = {
    "en": _EN, "es": _ES, "fr": _FR, "de": _DE, "pt": _PT, "pt-pt": _PT_PT, "hi": _HI, "zh": _ZH,
}  # fmt: skip


def practice_wording_for(language: str) -> PracticeWording:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no words in this language.
    """
    return in_language(_WORDINGS, language)
