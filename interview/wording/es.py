"""Spanish prompts, with usted."""

from interview.facts import Later
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int, computer: str) -> str:
    about = "alrededor de un minuto" if minutes == 1 else f"unos {minutes} minutos"
    return (
        f"Buenos días. Esta es una llamada automática de {company}, sobre el puesto de {job_title}. "
        f"Es una entrevista por {computer}, con ayuda de inteligencia artificial, y dura {about}. "
        "Sus respuestas se grabarán y las revisará una persona."
    )


def _welcome_back(company: str) -> str:
    return (
        f"Le llamamos de nuevo para la entrevista automática de {company}. Podemos seguir donde la dejamos. "
        "Sus respuestas se grabarán y las revisará una persona."
    )


def _closing(company: str) -> str:
    return (
        f"Esa fue la última pregunta. {company} recibirá ahora sus respuestas. "
        "Una persona decidirá los siguientes pasos y se pondrá en contacto con usted. "
        f"Si tiene preguntas, diríjase a {company}. Gracias por su tiempo y hasta luego."
    )


def _wording(language: str, hash_key: str, computer: str) -> Wording:
    return Wording(
        language=language,
        yes_words=(
            "sí", "si", "claro", "por supuesto", "de acuerdo", "vale", "okay", "ok", "correcto", "exacto", "así es",
            "soy yo",
        ),
        no_words=("no", "nunca", "jamás", "tampoco", "incorrecto"),
        stop_phrases=(
            "no me llame más", "no me llamen más", "no me vuelvan a llamar", "dejen de llamar", "no llamen más",
            "no me llame nunca más", "no me vuelva a llamar", "dejen de llamarme", "bórrenme de la lista", "stop",
        ),
        disclosure=lambda company, job_title, minutes: _disclosure(company, job_title, minutes, computer),
        door_keys=(
            "Para empezar, pulse 1. Para que le llamemos más tarde, pulse 2. Para hablar con una persona, pulse 3. "
            "Para no recibir más llamadas, pulse 9."
        ),
        welcome_back=_welcome_back,
        welcome_back_keys=(
            "Para continuar, pulse 1. Para que le llamemos más tarde, pulse 2. Para hablar con una persona, pulse 3. "
            "Para no recibir más llamadas, pulse 9."
        ),
        voicemail=lambda company: (
            f"Buenos días. Esta es una llamada automática de {company}. Lamentamos no haberle encontrado. "
            "Quizá volvamos a llamarle en otro momento. Hasta luego."
        ),
        identity=lambda name: f"¿Hablo con {name}? Si es así, pulse 1. Si no, pulse 2.",
        later_keys=(
            "¿Cuándo quiere que le llamemos? Dentro de 15 minutos, pulse 1. Esta tarde, pulse 2. "
            "Mañana a la misma hora, pulse 3."
        ),
        instructions=lambda pause_s: (
            f"Responda a cada pregunta después de la señal. Cuando haya terminado, pulse {hash_key}. "
            "Para volver a oír la pregunta, pulse asterisco. Para ayuda y más opciones, pulse 0. "
            f"Una pausa de {pause_s} segundos también termina su respuesta."
        ),
        instructions_unrecorded=lambda pause_s: (
            "Responda a cada pregunta cuando la haya oído. No habrá señal. "
            f"Una pausa de {pause_s} segundos termina su respuesta; en esa pausa puede pulsar {hash_key} para seguir. "
            "Para volver a oír la pregunta, pulse asterisco. Para ayuda y más opciones, pulse 0."
        ),
        knockouts_ahead="Empezamos con sí o no. Después vienen las preguntas que usted responde con sus palabras.",
        yes_no_keys="Para sí, pulse 1. Para no, pulse 2.",
        question=lambda number, total, text: f"Pregunta {number} de {total}. {text}",
        follow_up=lambda about, text: f"Vuelvo a lo que dijo sobre este tema: {about}. {text}",
        own_words="¿Podría decirlo con sus propias palabras y con un ejemplo?",
        replacing=(
            "Lo que diga después de la señal sustituye a su respuesta anterior. "
            f"Para conservar la anterior, pulse {hash_key}."
        ),
        replacing_unrecorded=(
            "Lo que diga ahora sustituye a su respuesta anterior. "
            f"Para conservar la anterior, pulse {hash_key}."
        ),
        menu=(
            "Para volver a oír la pregunta, pulse 1. Para saltarla por ahora, pulse 3.",
            "Para una pausa de un minuto, pulse 4. Para terminar la entrevista, pulse 9.",
        ),
        menu_with_answer=(
            "Su respuesta hasta aquí queda guardada. Para volver a oír la pregunta, pulse 1. "
            "Para empezar de nuevo esta respuesta, pulse 2. Para pasar a la siguiente pregunta, pulse 3.",
            "Para una pausa de un minuto, pulse 4. Para terminar la entrevista, pulse 9.",
        ),
        menu_of_knockout=(
            "Para volver a oír la pregunta, pulse 1. Para dejarla sin respuesta, pulse 3.",
            "Para una pausa de un minuto, pulse 4. Para terminar la entrevista, pulse 9.",
        ),
        stuck_keys=(
            "¿Quiere más tiempo? Pulse 1. Para saltar esta pregunta, pulse 2. Para que le volvamos a llamar, pulse 3."
        ),
        pausing="Hacemos una pausa de un minuto. Después oirá otra vez la pregunta.",
        time_short="Esta llamada no puede durar mucho más. Si se corta sola, sus respuestas quedan guardadas.",
        time_up="Gracias, se ha acabado el tiempo para esta pregunta.",
        skipped="Volveremos a esta pregunta al final.",
        skipped_for_good="Dejamos esta pregunta sin respuesta.",
        no_response="No he oído ninguna respuesta, así que seguimos.",
        second_round="Ahora volvemos a lo que dejó para el final.",
        silence="No he oído nada. Tómese su tiempo. La pregunta es:",
        again="Esta es la pregunta otra vez.",
        not_a_key="Esa tecla no tiene función aquí.",
        more_time="Tómese su tiempo.",
        restart="Empezamos de nuevo esta respuesta.",
        no_retakes="Esta respuesta ya no se puede empezar de nuevo. Lo que dijo queda guardado.",
        answer_kept="Su respuesta anterior queda guardada.",
        after_pause="Continuamos.",
        closing=_closing,
        no_key="No he recibido respuesta, así que voy a colgar. Hasta luego.",
        callback={
            Later.IN_15_MINUTES: (
                "Gracias. Le llamaremos dentro de unos 15 minutos, "
                "o en cuanto sea posible. Hasta luego."
            ),
            Later.THIS_EVENING: "Gracias. Le llamaremos esta tarde, o en cuanto sea posible. Hasta luego.",
            Later.SAME_TIME_TOMORROW: (
                "Gracias. Le llamaremos mañana, más o menos a esta hora, "
                "o en cuanto sea posible. Hasta luego."
            ),
        },
        human=lambda company: (
            f"Gracias. Diremos a {company} que prefiere hablar con una persona. "
            "No recibirá más llamadas automáticas sobre esto. Hasta luego."
        ),
        opted_out="De acuerdo. No volveremos a llamarle. Hasta luego.",
        wrong_person="Disculpe la molestia. Hasta luego.",
        no_identity="No he recibido respuesta, así que termino aquí la llamada. Hasta luego.",
        silence_goodbye=(
            "No puedo oírle, así que termino aquí la llamada. Sus respuestas hasta ahora quedan guardadas. "
            "Quizá volvamos a llamarle para que pueda terminar. Hasta luego."
        ),
        ended_by_candidate=(
            "De acuerdo, lo dejamos aquí. Sus respuestas hasta ahora quedan guardadas. "
            "Gracias por su tiempo y hasta luego."
        ),
        ended_by_us=(
            "Lo siento, tenemos que terminar aquí la llamada. Sus respuestas hasta ahora quedan guardadas. "
            "Gracias y hasta luego."
        ),
        apology="Lo sentimos, algo ha fallado por nuestra parte. Intentaremos volver a llamarle. Hasta luego.",
        goodbye="Hasta luego.",
    )


# The # key has a name of its own nearly everywhere; so has the computer, in Spain.
WORDINGS = (
    _wording("es", "almohadilla", "ordenador"),
    _wording("es-MX", "gato", "computadora"),
    *(
        _wording(f"es-{region}", "numeral", "computadora")
        for region in ("419", "US", "AR", "BO", "CL", "CO", "CR", "DO", "EC", "GT", "HN", "NI", "PA", "PE", "PR", "PY",
                       "SV", "UY", "VE")
    ),
)  # fmt: skip
