"""What is said and written around a candidate's own practice (``purpose`` practice): all languages side by side.

It stands where an interview's words would promise that a person reviews the answers and decides. Nothing here says how
good an answer was.
"""

from dataclasses import dataclass

from interview.wording import in_language


@dataclass(frozen=True, slots=True)
class CoachingWording:
    """One language. In braces: ``company``, ``job`` and ``minutes``."""

    # on the telephone
    greeting: str  # company, job, minutes
    welcome_back: str  # company
    closing: str

    # behind the link, and in the invitation
    kicker: str
    subject: str  # company
    about: str  # company, job
    private: str  # company
    told: str  # company
    done: str
    over: str

    # the report
    report_link: str
    report_title: str
    report_about: str
    report_to_come: str
    by_question: str
    covered: str  # what follows says what an answer does
    full: str
    missing: str
    example: str
    left_out: str
    not_assessed: str


_EN = CoachingWording(
    greeting=(
        "Hello, this is an automated call from {company}, for your own practice for the job of {job}. "
        "It is an interview by computer, with the help of artificial intelligence, and it takes about {minutes} "
        "minutes. Your answers will be recorded for you alone, and are not shown to {company}."
    ),
    welcome_back=(
        "Hello again, this is your own practice with {company}. We can go on from where we stopped. "
        "Your answers will be recorded for you alone."
    ),
    closing=(
        "That was the last question. In a few minutes you find your report behind your link. It is for you alone. "
        "Thank you for your time, and goodbye."
    ),
    kicker="Practice interview",
    subject="{company}: your practice interview",
    about="{company} offers you a practice interview for the job of {job}. The interview itself asks other questions.",
    private=(
        "Your answers are recorded for you alone. They are not shown to {company}, and nothing of this counts for your "
        "application."
    ),
    told=(
        "A computer asks the questions, with the help of artificial intelligence. Your answers are recorded, or kept "
        "as you wrote them, for you alone: they are not shown to {company}."
    ),
    done="In a few minutes you find your report behind this link. It is for you alone.",
    over="This practice is over. Nothing of it counts for your application.",
    report_link="Read your report",
    report_title="Your practice report",
    report_about=(
        "A computer wrote this from what you said. It is for you alone and says nothing about a decision. "
        "The interview itself asks other questions."
    ),
    report_to_come="Your report is not there yet. Please look again a few minutes after your last answer.",
    by_question="Question by question",
    covered="Your answer",
    full="A full answer",
    missing="A full answer also",
    example="What a full answer could sound like",
    left_out="You left this question out.",
    not_assessed="This answer could not be assessed.",
)
_ES = CoachingWording(
    greeting=(
        "Buenos días. Esta es una llamada automática de {company}, para que practique para el puesto de {job}. "
        "Es una entrevista automática, con ayuda de inteligencia artificial, y dura unos {minutes} minutos. "
        "Sus respuestas se grabarán solo para usted y no se muestran a {company}."
    ),
    welcome_back=(
        "Le llamamos de nuevo para su práctica con {company}. Podemos seguir donde la dejamos. "
        "Sus respuestas se grabarán solo para usted."
    ),
    closing=(
        "Esa fue la última pregunta. Dentro de unos minutos encontrará su informe en su enlace. Es solo para usted. "
        "Gracias por su tiempo y hasta luego."
    ),
    kicker="Entrevista de práctica",
    subject="{company}: su entrevista de práctica",
    about=(
        "{company} le ofrece una entrevista de práctica para el puesto de {job}. "
        "En la entrevista de verdad las preguntas son otras."
    ),
    private=(
        "Sus respuestas se graban solo para usted. No se muestran a {company}, y nada de esto cuenta para su "
        "candidatura."
    ),
    told=(
        "Las preguntas las hace un ordenador, con ayuda de inteligencia artificial. Sus respuestas se graban, o se "
        "guardan como las escriba, solo para usted: no se muestran a {company}."
    ),
    done="Dentro de unos minutos encontrará su informe en este enlace. Es solo para usted.",
    over="Esta práctica ha terminado. Nada de ella cuenta para su candidatura.",
    report_link="Leer su informe",
    report_title="Informe de su práctica",
    report_about=(
        "Lo ha escrito un ordenador a partir de lo que usted dijo. Es solo para usted y no dice nada de una decisión. "
        "En la entrevista de verdad las preguntas son otras."
    ),
    report_to_come="Su informe todavía no está. Vuelva a mirar unos minutos después de su última respuesta.",
    by_question="Pregunta por pregunta",
    covered="Su respuesta",
    full="Una respuesta completa",
    missing="Una respuesta completa además",
    example="Cómo podría sonar una respuesta completa",
    left_out="Dejó esta pregunta sin responder.",
    not_assessed="Esta respuesta no se pudo evaluar.",
)
_FR = CoachingWording(
    greeting=(
        "Bonjour, ceci est un appel automatique de {company}, pour votre propre entraînement au poste suivant : {job}. "
        "Il s'agit d'un entretien par ordinateur, assisté par intelligence artificielle, qui dure environ {minutes} "
        "minutes. Vos réponses seront enregistrées pour vous seul et ne sont pas montrées à {company}."
    ),
    welcome_back=(
        "Bonjour, nous vous rappelons pour votre entraînement avec {company}. "
        "Nous pouvons reprendre là où nous nous sommes arrêtés. Vos réponses seront enregistrées pour vous seul."
    ),
    closing=(
        "C'était la dernière question. Dans quelques minutes, vous trouverez votre bilan derrière votre lien. "
        "Il n'est que pour vous. Merci de votre temps, et au revoir."
    ),
    kicker="Entretien d'entraînement",
    subject="{company} : votre entretien d'entraînement",
    about=(
        "{company} vous propose un entretien d'entraînement pour le poste de {job}. "
        "L'entretien lui-même pose d'autres questions."
    ),
    private=(
        "Vos réponses sont enregistrées pour vous seul. Elles ne sont pas montrées à {company}, et rien de ceci ne "
        "compte pour votre candidature."
    ),
    told=(
        "Un ordinateur pose les questions, avec l'aide de l'intelligence artificielle. Vos réponses sont enregistrées, "
        "ou conservées telles que vous les écrivez, pour vous seul : elles ne sont pas montrées à {company}."
    ),
    done="Dans quelques minutes, vous trouverez votre bilan derrière ce lien. Il n'est que pour vous.",
    over="Cet entraînement est terminé. Rien ne compte pour votre candidature.",
    report_link="Lire votre bilan",
    report_title="Bilan de votre entraînement",
    report_about=(
        "Un ordinateur l'a écrit d'après ce que vous avez dit. Il n'est que pour vous et ne dit rien d'une décision. "
        "L'entretien lui-même pose d'autres questions."
    ),
    report_to_come="Votre bilan n'est pas encore là. Revenez quelques minutes après votre dernière réponse.",
    by_question="Question par question",
    covered="Votre réponse",
    full="Une réponse complète",
    missing="Une réponse complète, en plus,",
    example="À quoi pourrait ressembler une réponse complète",
    left_out="Vous avez laissé cette question de côté.",
    not_assessed="Cette réponse n'a pas pu être évaluée.",
)
_DE = CoachingWording(
    greeting=(
        "Guten Tag, dies ist ein automatischer Anruf von {company}, zum Üben für die Stelle {job}. "
        "Ein Computer fragt, mit Hilfe künstlicher Intelligenz, und es dauert etwa {minutes} Minuten. "
        "Ihre Antworten werden nur für Sie aufgezeichnet und {company} nicht gezeigt."
    ),
    welcome_back=(
        "Guten Tag, wir rufen noch einmal wegen Ihrer Übung mit {company} an. "
        "Wir können da weitermachen, wo wir aufgehört haben. Ihre Antworten werden nur für Sie aufgezeichnet."
    ),
    closing=(
        "Das war die letzte Frage. In einigen Minuten finden Sie Ihren Bericht hinter Ihrem Link. "
        "Er ist nur für Sie. Vielen Dank für Ihre Zeit und auf Wiederhören."
    ),
    kicker="Gespräch zum Üben",
    subject="{company}: Ihr Gespräch zum Üben",
    about=(
        "{company} bietet Ihnen ein Gespräch zum Üben an, für die Stelle {job}. "
        "Im Bewerbungsgespräch selbst werden andere Fragen gestellt."
    ),
    private=(
        "Ihre Antworten werden nur für Sie aufgenommen. {company} bekommt sie nicht zu sehen, und nichts davon zählt "
        "für Ihre Bewerbung."
    ),
    told=(
        "Ein Computer stellt die Fragen, mit Hilfe künstlicher Intelligenz. Ihre Antworten werden aufgenommen oder so "
        "aufbewahrt, wie Sie sie schreiben, und nur für Sie: {company} bekommt sie nicht zu sehen."
    ),
    done="In einigen Minuten finden Sie Ihren Bericht hinter diesem Link. Er ist nur für Sie.",
    over="Diese Übung ist beendet. Nichts davon zählt für Ihre Bewerbung.",
    report_link="Ihren Bericht lesen",
    report_title="Bericht zu Ihrer Übung",
    report_about=(
        "Ein Computer hat das nach dem geschrieben, was Sie gesagt haben. Es ist nur für Sie und sagt nichts über eine "
        "Entscheidung. Im Bewerbungsgespräch selbst werden andere Fragen gestellt."
    ),
    report_to_come=(
        "Ihr Bericht ist noch nicht da. Bitte sehen Sie einige Minuten nach Ihrer letzten Antwort wieder nach."
    ),
    by_question="Frage für Frage",
    covered="Ihre Antwort",
    full="Eine vollständige Antwort",
    missing="Eine vollständige Antwort außerdem",
    example="So könnte eine vollständige Antwort klingen",
    left_out="Diese Frage haben Sie ausgelassen.",
    not_assessed="Diese Antwort konnte nicht beurteilt werden.",
)
_PT = CoachingWording(
    greeting=(
        "Olá, esta é uma ligação automática da empresa {company}, para você praticar para a vaga de {job}. "
        "É uma entrevista por computador, com ajuda de inteligência artificial, e dura cerca de {minutes} minutos. "
        "Suas respostas serão gravadas só para você e não são mostradas à empresa {company}."
    ),
    welcome_back=(
        "Olá, estamos ligando de novo para a sua prática com a empresa {company}. "
        "Podemos continuar de onde paramos. Suas respostas serão gravadas só para você."
    ),
    closing=(
        "Essa foi a última pergunta. Em alguns minutos você encontra o seu relatório no seu link. Ele é só para você. "
        "Agradecemos o seu tempo. Até logo."
    ),
    kicker="Entrevista de treino",
    subject="{company}: a sua entrevista de treino",
    about=(
        "A empresa {company} oferece a você uma entrevista de treino para a vaga de {job}. "
        "A entrevista de verdade tem outras perguntas."
    ),
    private=(
        "As suas respostas são gravadas só para você. Elas não são mostradas à empresa {company}, e nada disto conta "
        "para a sua candidatura."
    ),
    told=(
        "Um computador faz as perguntas, com a ajuda de inteligência artificial. As suas respostas são gravadas, ou "
        "guardadas como você as escrever, só para você: não são mostradas à empresa {company}."
    ),
    done="Em alguns minutos você encontra o seu relatório neste link. Ele é só para você.",
    over="Este treino terminou. Nada dele conta para a sua candidatura.",
    report_link="Ler o seu relatório",
    report_title="Relatório do seu treino",
    report_about=(
        "Um computador escreveu isto a partir do que você disse. É só para você e não diz nada sobre uma decisão. "
        "A entrevista de verdade tem outras perguntas."
    ),
    report_to_come="O seu relatório ainda não está pronto. Volte alguns minutos depois da sua última resposta.",
    by_question="Pergunta por pergunta",
    covered="A sua resposta",
    full="Uma resposta completa",
    missing="Uma resposta completa também",
    example="Como poderia ser uma resposta completa",
    left_out="Você deixou esta pergunta de lado.",
    not_assessed="Não foi possível avaliar esta resposta.",
)
_PT_PT = CoachingWording(
    greeting=(
        "Olá, esta é uma chamada automática da empresa {company}, para praticar para a vaga de {job}. "
        "É uma entrevista por computador, com ajuda de inteligência artificial, e dura cerca de {minutes} minutos. "
        "As suas respostas serão gravadas só para si e não são mostradas à empresa {company}."
    ),
    welcome_back=(
        "Olá, esta é de novo a sua prática com a empresa {company}. "
        "Podemos continuar onde parámos. As suas respostas serão gravadas só para si."
    ),
    closing=(
        "Essa foi a última pergunta. Dentro de alguns minutos encontra o seu relatório na sua ligação. É só para si. "
        "Agradecemos o seu tempo. Até logo."
    ),
    kicker="Entrevista de treino",
    subject="{company}: a sua entrevista de treino",
    about=(
        "A empresa {company} oferece-lhe uma entrevista de treino para a função de {job}. "
        "A entrevista de verdade tem outras perguntas."
    ),
    private=(
        "As suas respostas são gravadas só para si. Não são mostradas à empresa {company}, e nada disto conta para a "
        "sua candidatura."
    ),
    told=(
        "Um computador faz as perguntas, com a ajuda de inteligência artificial. As suas respostas são gravadas, ou "
        "guardadas como as escrever, só para si: não são mostradas à empresa {company}."
    ),
    done="Dentro de alguns minutos encontra o seu relatório nesta ligação. É só para si.",
    over="Este treino terminou. Nada dele conta para a sua candidatura.",
    report_link="Ler o seu relatório",
    report_title="Relatório do seu treino",
    report_about=(
        "Um computador escreveu isto a partir do que disse. É só para si e não diz nada sobre uma decisão. "
        "A entrevista de verdade tem outras perguntas."
    ),
    report_to_come="O seu relatório ainda não está pronto. Volte alguns minutos depois da sua última resposta.",
    by_question="Pergunta a pergunta",
    covered="A sua resposta",
    full="Uma resposta completa",
    missing="Uma resposta completa também",
    example="Como poderia ser uma resposta completa",
    left_out="Deixou esta pergunta de lado.",
    not_assessed="Não foi possível avaliar esta resposta.",
)
_HI = CoachingWording(
    greeting=(
        "नमस्ते, यह {company} की ओर से {job} की नौकरी के लिए आपके अभ्यास की स्वचालित कॉल है। "
        "सवाल कंप्यूटर, आर्टिफ़िशियल इंटेलिजेंस की मदद से पूछता है, और इसमें लगभग {minutes} मिनट लगेंगे। "
        "जवाब सिर्फ़ आपके लिए रिकॉर्ड होंगे और {company} को नहीं दिखाए जाते।"
    ),
    welcome_back=(
        "नमस्ते, यह फिर से {company} के साथ आपका अभ्यास है। हम वहीं से आगे बढ़ सकते हैं जहाँ हम रुके थे। "
        "आपके जवाब सिर्फ़ आपके लिए रिकॉर्ड किए जाएँगे।"
    ),
    closing=(
        "यह आख़िरी सवाल था। कुछ मिनटों में आपकी रिपोर्ट आपके लिंक पर मिलेगी। वह सिर्फ़ आपके लिए है। "
        "आपके समय के लिए धन्यवाद। नमस्ते।"
    ),
    kicker="अभ्यास इंटरव्यू",
    subject="{company}: आपका अभ्यास इंटरव्यू",
    about="{company} आपको {job} के पद के लिए अभ्यास इंटरव्यू देती है। असली इंटरव्यू में दूसरे सवाल पूछे जाते हैं।",
    private=(
        "आपके जवाब सिर्फ़ आपके लिए रिकॉर्ड होते हैं। वे {company} को नहीं दिखाए जाते, और इसका आपके आवेदन पर कोई असर नहीं होता।"
    ),
    told=(
        "सवाल कंप्यूटर पूछता है, आर्टिफ़िशियल इंटेलिजेंस की मदद से। आपके जवाब रिकॉर्ड किए जाते हैं, या जैसे आप लिखें वैसे "
        "रखे जाते हैं, सिर्फ़ आपके लिए: वे {company} को नहीं दिखाए जाते।"
    ),
    done="कुछ मिनटों में आपकी रिपोर्ट इसी लिंक पर मिलेगी। वह सिर्फ़ आपके लिए है।",
    over="यह अभ्यास पूरा हो गया है। इसका आपके आवेदन पर कोई असर नहीं होता।",
    report_link="अपनी रिपोर्ट पढ़ें",
    report_title="आपके अभ्यास की रिपोर्ट",
    report_about=(
        "यह आपकी कही बातों से कंप्यूटर ने लिखा है। यह सिर्फ़ आपके लिए है और किसी फ़ैसले के बारे में कुछ नहीं कहता। "
        "असली इंटरव्यू में दूसरे सवाल पूछे जाते हैं।"
    ),
    report_to_come="आपकी रिपोर्ट अभी नहीं आई है। कृपया आख़िरी जवाब के कुछ मिनट बाद फिर देखें।",
    by_question="हर सवाल पर",
    covered="अपने जवाब में आप",
    full="पूरे जवाब में आप",
    missing="पूरे जवाब में आप यह भी",
    example="पूरा जवाब कैसा हो सकता है",
    left_out="आपने यह सवाल छोड़ दिया।",
    not_assessed="इस जवाब का आकलन नहीं हो सका।",
)
_ZH = CoachingWording(
    greeting=(
        "您好，这是{company}的自动来电，供您为{job}这个职位自己练习。"
        "这是一次由电脑进行、人工智能辅助的面试，大约需要{minutes}分钟。"
        "您的回答只为您本人录音，不会给{company}看。"
    ),
    welcome_back="您好，这是您与{company}的练习。我们可以从上次停下的地方继续。您的回答只为您本人录音。",
    closing="以上是最后一个问题。几分钟后，您可以在您的链接中看到报告，它只给您本人看。感谢您的时间，再见。",
    kicker="练习面试",
    subject="{company}：您的练习面试",
    about="{company}为您提供{job}职位的练习面试。正式面试会问其他问题。",
    private="您的回答只为您本人录音，不会给{company}看，也不会影响您的申请。",
    told="问题由计算机提出，并借助人工智能。您的回答会被录音，或按您所写的内容保存，只给您本人：不会给{company}看。",
    done="几分钟后，您可以在此链接中看到报告，它只给您本人看。",
    over="本次练习已经结束，不会影响您的申请。",
    report_link="查看您的报告",
    report_title="您的练习报告",
    report_about="这是计算机根据您所说的内容写的，只给您本人看，不涉及任何决定。正式面试会问其他问题。",
    report_to_come="您的报告还没有准备好。请在回答完最后一题几分钟后再来查看。",
    by_question="逐题说明",
    covered="您的回答",
    full="完整的回答",
    missing="完整的回答还会",
    example="完整的回答可以是这样",
    left_out="您跳过了这道题。",
    not_assessed="这个回答无法评估。",
)
_WORDINGS = {
    "en": _EN, "es": _ES, "fr": _FR, "de": _DE, "pt": _PT, "pt-pt": _PT_PT, "hi": _HI, "zh": _ZH,
}  # fmt: skip


def coaching_wording_for(language: str) -> CoachingWording:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no words in this language.
    """
    return in_language(_WORDINGS, language)
