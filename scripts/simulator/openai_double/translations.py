"""The sentences for questions in other languages than English: fewer, and built around the job text's own words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How one language asks: questions by type, what a good answer shows with a sentence for it, and the anchors."""

    behavioral: tuple[str, ...]
    situational: tuple[str, ...]
    technical: tuple[str, ...]
    covers: str
    points: tuple[tuple[str, str], ...]
    opening: str
    anchors: tuple[str, str, str]
    skill: str


LANGUAGES: dict[str, Language] = {
    "es": Language(
        (
            "Cuénteme una ocasión en la que tuvo que ocuparse de esto: {p}. ¿Qué hizo y cuál fue el resultado?",
            "Piense en un día difícil con esta tarea: {p}. ¿Cómo actuó y qué aprendió?",
        ),
        (
            "Imagine que va con retraso en esta tarea: {p}. Un colega propone saltarse un control. "
            "¿Qué haría y por qué?",
            "Suponga que esta tarea es urgente: {p}. En ese momento otra persona necesita su ayuda. "
            "¿Qué haría primero?",
        ),
        (
            "¿Cómo realiza usted esta tarea, paso a paso, y cómo comprueba que está bien hecha: {p}?",
            "¿Qué errores son frecuentes en esta tarea y cómo los evita: {p}?",
        ),
        "Habla de lo pedido: {p}",
        (
            ("Da un ejemplo concreto propio", "Doy un ejemplo concreto y propio de mi último trabajo."),
            (
                "Explica los pasos en orden",
                "Explico los pasos en orden: primero preparé todo, luego lo hice y al final lo revisé.",
            ),
            ("Indica un resultado claro", "El resultado fue claro, porque los errores bajaron en un tercio."),
        ),
        "Me ocupé de lo pedido: {p}.",
        (
            "No da ningún ejemplo o habla de otra cosa.",
            "Da un ejemplo real, pero faltan pasos o el resultado.",
            "Da un ejemplo concreto con los pasos en orden y un resultado claro.",
        ),
        "¿Para qué ha usado {p} en su trabajo y cómo comprueba el resultado?",
    ),
    "fr": Language(
        (
            "Parlez-moi d'une situation où vous deviez vous occuper de ceci : {p}. Qu'avez-vous "
            "fait, et avec quel résultat ?",
            "Pensez à une journée difficile pour cette tâche : {p}. Comment avez-vous fait, et qu'avez-vous appris ?",
        ),
        (
            "Imaginez que vous êtes en retard pour cette tâche : {p}. Un collègue propose de sauter un contrôle. Que "
            "faites-vous, et pourquoi ?",
            "Supposez que cette tâche presse : {p}. Au même moment, quelqu'un a besoin de votre "
            "aide. Que faites-vous d'abord ?",
        ),
        (
            "Comment procédez-vous, étape par étape, et comment vérifiez-vous le résultat pour cette tâche : {p} ?",
            "Quelles erreurs sont fréquentes et comment les évitez-vous pour cette tâche : {p} ?",
        ),
        "Parle de la tâche : {p}",
        (
            ("Donne un exemple précis et personnel", "Je donne un exemple précis et personnel de mon dernier poste."),
            (
                "Explique les étapes dans l'ordre",
                "J'explique les étapes dans l'ordre : d'abord j'ai préparé, puis j'ai fait, enfin j'ai vérifié.",
            ),
            ("Indique un résultat clair", "Le résultat était clair, parce que les erreurs ont baissé d'un tiers."),
        ),
        "Je me suis occupé de la tâche : {p}.",
        (
            "Ne donne aucun exemple ou parle d'autre chose.",
            "Donne un exemple réel, mais il manque des étapes ou le résultat.",
            "Donne un exemple précis avec les étapes dans l'ordre et un résultat clair.",
        ),
        "À quoi vous a servi {p} dans votre travail, et comment vérifiez-vous le résultat ?",
    ),
    "de": Language(
        (
            "Erzählen Sie von einer Situation, in der es um Folgendes ging: {p}. Was haben Sie "
            "getan, und was kam dabei heraus?",
            "Denken Sie an einen schwierigen Tag mit dieser Aufgabe: {p}. Wie sind Sie vorgegangen, "
            "und was haben Sie gelernt?",
        ),
        (
            "Stellen Sie sich vor, Sie sind mit dieser Aufgabe in Verzug: {p}. Jemand will eine Prüfung auslassen. Was "
            "tun Sie, und warum?",
            "Angenommen, diese Aufgabe eilt: {p}. Gleichzeitig braucht jemand dringend Ihre Hilfe. Was tun Sie zuerst?",
        ),
        (
            "Wie gehen Sie Schritt für Schritt vor, und wie prüfen Sie das Ergebnis, wenn es um Folgendes geht: {p}?",
            "Welche Fehler kommen oft vor, und wie vermeiden Sie sie, wenn es um Folgendes geht: {p}?",
        ),
        "Spricht über die Aufgabe: {p}",
        (
            (
                "Nennt ein eigenes, konkretes Beispiel",
                "Ich nenne ein eigenes, konkretes Beispiel aus meiner letzten Stelle.",
            ),
            (
                "Erklärt die Schritte der Reihe nach",
                "Ich erkläre die Schritte der Reihe nach: zuerst vorbereiten, dann ausführen, zuletzt prüfen.",
            ),
            ("Nennt ein klares Ergebnis", "Das klare Ergebnis war ein Drittel weniger Fehler."),
        ),
        "Ich habe mich um die Aufgabe gekümmert: {p}.",
        (
            "Nennt kein Beispiel oder spricht über etwas anderes.",
            "Nennt ein echtes Beispiel, aber Schritte oder Ergebnis fehlen.",
            "Nennt ein konkretes Beispiel mit den Schritten der Reihe nach und einem klaren Ergebnis.",
        ),
        "Wofür haben Sie {p} in Ihrer Arbeit eingesetzt, und wie prüfen Sie das Ergebnis?",
    ),
    "pt": Language(
        (
            "Conte-me uma ocasião em que teve de tratar do seguinte: {p}. O que fez e qual foi o resultado?",
            "Pense num dia difícil com esta tarefa: {p}. Como agiu e o que aprendeu?",
        ),
        (
            "Imagine que está atrasado nesta tarefa: {p}. Um colega propõe saltar uma verificação. O "
            "que faria e porquê?",
            "Suponha que esta tarefa é urgente: {p}. Nesse momento alguém precisa da sua ajuda. O que faria primeiro?",
        ),
        (
            "Como realiza esta tarefa, passo a passo, e como verifica que está bem feita: {p}?",
            "Que erros são frequentes nesta tarefa e como os evita: {p}?",
        ),
        "Fala da tarefa: {p}",
        (
            ("Dá um exemplo concreto e próprio", "Dou um exemplo concreto e próprio do meu último trabalho."),
            (
                "Explica os passos por ordem",
                "Explico os passos por ordem: primeiro preparei, depois fiz e no fim verifiquei.",
            ),
            ("Indica um resultado claro", "O resultado foi claro, porque os erros baixaram um terço."),
        ),
        "Tratei da tarefa: {p}.",
        (
            "Não dá nenhum exemplo ou fala de outra coisa.",
            "Dá um exemplo real, mas faltam passos ou o resultado.",
            "Dá um exemplo concreto com os passos por ordem e um resultado claro.",
        ),
        "Para que usou {p} no seu trabalho e como verifica o resultado?",
    ),
    "hi": Language(
        (
            "ऐसा कोई समय बताइए जब आपको यह काम करना पड़ा: {p}। आपने क्या किया और परिणाम क्या रहा?",
            "इस काम का कोई कठिन दिन याद कीजिए: {p}। आपने कैसे संभाला और क्या सीखा?",
        ),
        (
            "मान लीजिए इस काम में देर हो रही है: {p}। एक साथी जाँच छोड़ने को कहता है। आप क्या करेंगे और क्यों?",
            "मान लीजिए यह काम तुरंत करना है: {p}। उसी समय किसी को आपकी मदद चाहिए। आप पहले क्या करेंगे?",
        ),
        (
            "यह काम आप कदम दर कदम कैसे करते हैं और कैसे जाँचते हैं कि वह सही हुआ: {p}?",
            "इस काम में कौन सी गलतियाँ आम हैं और आप उनसे कैसे बचते हैं: {p}?",
        ),
        "इस काम की बात करता है: {p}",
        (
            ("अपना एक ठोस उदाहरण देता है", "मैं अपना एक ठोस उदाहरण देता हूँ, जो पिछली नौकरी का है।"),
            ("कदम क्रम से समझाता है", "मैं कदम क्रम से समझाता हूँ: पहले तैयारी, फिर काम, अंत में जाँच।"),
            ("स्पष्ट परिणाम बताता है", "स्पष्ट परिणाम यह बताता हूँ कि गलतियाँ कम हुईं।"),
        ),
        "मैंने इस काम की ज़िम्मेदारी ली, उसकी बात यह है: {p}।",
        (
            "कोई उदाहरण नहीं देता या दूसरी बात करता है।",
            "सच्चा उदाहरण देता है, पर कदम या परिणाम छूट जाते हैं।",
            "ठोस उदाहरण, क्रम से कदम और स्पष्ट परिणाम देता है।",
        ),
        "अपने काम में आपने {p} का उपयोग किसलिए किया और परिणाम कैसे जाँचते हैं?",
    ),
    "zh": Language(
        (
            "请讲一次您负责这项工作的经历：{p}。您做了什么，结果如何？",
            "请回想这项工作中困难的一天：{p}。您如何处理，学到了什么？",
        ),
        (
            "假设这项工作已经晚了：{p}。同事建议跳过一项检查。您会怎么做，为什么？",
            "假设这项工作很急：{p}。同时有人急需您的帮助。您会先做什么？",
        ),
        ("请一步一步说明您怎样做这项工作，又怎样检查：{p}？", "这项工作常见的错误有哪些，您怎样避免：{p}？"),
        "谈到这项工作：{p}",
        (
            ("举出自己的具体例子", "我举出自己的具体例子，来自上一份工作。"),
            ("按顺序说明步骤", "我按顺序说明步骤：先准备，再执行，最后检查。"),
            ("说出明确的结果", "我说出明确的结果：错误少了三分之一。"),
        ),
        "我谈到这项工作：{p}。",
        ("没有例子，或者说的是别的事。", "有真实例子，但缺少步骤或结果。", "有具体例子，步骤有顺序，结果明确。"),
        "您在工作中用{p}做过什么，又怎样检查结果？",
    ),
}
