"""German prompts, with Sie."""

from interview.facts import Later
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int) -> str:
    about = "etwa eine Minute" if minutes == 1 else f"etwa {minutes} Minuten"
    return (
        f"Guten Tag, dies ist ein automatischer Anruf von {company} zur Stelle {job_title}. "
        f"Es ist ein Interview durch einen Computer, mit Hilfe künstlicher Intelligenz, und dauert {about}. "
        "Ihre Antworten werden aufgezeichnet und von einem Menschen geprüft."
    )


def _welcome_back(company: str) -> str:
    return (
        f"Guten Tag, wir rufen noch einmal wegen des automatischen Interviews von {company} an. "
        "Wir können da weitermachen, wo wir aufgehört haben. "
        "Ihre Antworten werden aufgezeichnet und von einem Menschen geprüft."
    )


def _closing(company: str) -> str:
    return (
        f"Das war die letzte Frage. Ihre Antworten gehen jetzt an {company}. "
        "Ein Mensch entscheidet, wie es weitergeht, und meldet sich bei Ihnen. "
        f"Wenn Sie Fragen haben, wenden Sie sich an {company}. Vielen Dank für Ihre Zeit und auf Wiederhören."
    )


DE = Wording(
    language="de",
    yes_words=(
        "ja", "jawohl", "jo", "genau", "richtig", "klar", "gerne", "natürlich", "selbstverständlich", "okay", "ok",
        "das bin ich",
    ),
    no_words=("nein", "nee", "nö", "nicht", "kein", "keine", "keinen", "nie", "falsch"),
    stop_phrases=(
        "rufen sie mich nicht mehr an", "nicht mehr anrufen", "keine anrufe mehr", "hören sie auf anzurufen",
        "rufen sie nicht mehr an", "bitte nicht mehr anrufen", "rufen sie mich nie wieder an", "nie wieder anrufen",
        "streichen sie mich von der liste", "stopp", "stop",
    ),
    disclosure=_disclosure,
    door_keys=(
        "Um zu beginnen, drücken Sie die 1. Für einen späteren Anruf die 2. "
        "Um lieber mit einem Menschen zu sprechen, die 3. Um nicht mehr angerufen zu werden, die 9."
    ),
    welcome_back=_welcome_back,
    welcome_back_keys=(
        "Um weiterzumachen, drücken Sie die 1. Für einen späteren Anruf die 2. "
        "Um lieber mit einem Menschen zu sprechen, die 3. Um nicht mehr angerufen zu werden, die 9."
    ),
    voicemail=lambda company: (
        f"Guten Tag, dies ist ein automatischer Anruf von {company}. Leider haben wir Sie nicht erreicht. "
        "Vielleicht versuchen wir es ein andermal. Auf Wiederhören."
    ),
    identity=lambda name: f"Spreche ich mit {name}? Wenn ja, drücken Sie die 1. Wenn nicht, die 2.",
    later_keys=(
        "Wann dürfen wir Sie anrufen? In 15 Minuten, drücken Sie die 1. Heute Abend, die 2. "
        "Morgen um die gleiche Zeit, die 3."
    ),
    instructions=lambda pause_s: (
        "Antworten Sie auf jede Frage nach dem Ton. Wenn Sie fertig sind, drücken Sie die Raute-Taste. "
        "Um die Frage noch einmal zu hören, drücken Sie die Stern-Taste. Für Hilfe und mehr Auswahl die 0. "
        f"Auch eine Pause von {pause_s} Sekunden beendet Ihre Antwort."
    ),
    instructions_unrecorded=lambda pause_s: (
        "Antworten Sie auf jede Frage, sobald Sie sie gehört haben. Es gibt keinen Ton. "
        f"Eine Pause von {pause_s} Sekunden beendet Ihre Antwort; die Raute-Taste führt dann gleich weiter. "
        "Um die Frage noch einmal zu hören, drücken Sie die Stern-Taste. Für Hilfe und mehr Auswahl die 0."
    ),
    knockouts_ahead="Wir beginnen mit Ja oder Nein. Danach kommen die Fragen, die Sie frei beantworten.",
    yes_no_keys="Für Ja drücken Sie die 1. Für Nein die 2.",
    question=lambda number, total, text: f"Frage {number} von {total}. {text}",
    follow_up=lambda about, text: f"Noch einmal zu dem, was Sie zum Thema {about} gesagt haben. {text}",
    own_words="Könnten Sie das in eigenen Worten sagen, mit einem Beispiel?",
    replacing=(
        "Was Sie nach dem Ton sagen, ersetzt Ihre bisherige Antwort. "
        "Um diese zu behalten, drücken Sie die Raute-Taste."
    ),
    replacing_unrecorded=(
        "Was Sie jetzt sagen, ersetzt Ihre bisherige Antwort. Um diese zu behalten, drücken Sie die Raute-Taste."
    ),
    menu=(
        "Um die Frage noch einmal zu hören, drücken Sie die 1. Um sie vorerst zu überspringen, die 3.",
        "Für eine Minute Pause drücken Sie die 4. Um das Interview zu beenden, die 9.",
    ),
    menu_with_answer=(
        "Ihre bisherige Antwort bleibt erhalten. Um die Frage noch einmal zu hören, drücken Sie die 1. "
        "Um diese Antwort neu zu beginnen, die 2. Um zur nächsten Frage zu gehen, die 3.",
        "Für eine Minute Pause drücken Sie die 4. Um das Interview zu beenden, die 9.",
    ),
    menu_of_knockout=(
        "Um die Frage noch einmal zu hören, drücken Sie die 1. Um sie offen zu lassen, die 3.",
        "Für eine Minute Pause drücken Sie die 4. Um das Interview zu beenden, die 9.",
    ),
    stuck_keys=(
        "Möchten Sie mehr Zeit? Drücken Sie die 1. Um diese Frage zu überspringen, die 2. Für einen Rückruf die 3."
    ),
    pausing="Wir machen eine Minute Pause. Danach hören Sie die Frage noch einmal.",
    time_short="Dieser Anruf kann nicht mehr lange dauern. Wenn er von selbst endet, bleiben Ihre Antworten erhalten.",
    time_up="Danke, die Zeit für diese Frage ist um.",
    skipped="Wir kommen am Ende auf diese Frage zurück.",
    skipped_for_good="Wir lassen diese Frage offen.",
    no_response="Ich habe keine Antwort gehört, deshalb machen wir weiter.",
    second_round="Jetzt kommen wir zu dem zurück, was Sie übersprungen haben.",
    silence="Ich habe nichts gehört. Lassen Sie sich Zeit. Die Frage lautet:",
    again="Hier ist die Frage noch einmal.",
    not_a_key="Diese Taste ist hier nicht belegt.",
    more_time="Lassen Sie sich Zeit.",
    restart="Wir beginnen diese Antwort noch einmal.",
    no_retakes="Diese Antwort kann nicht noch einmal begonnen werden. Was Sie gesagt haben, bleibt erhalten.",
    answer_kept="Ihre bisherige Antwort bleibt erhalten.",
    after_pause="Weiter geht es.",
    closing=_closing,
    no_key="Ich habe keine Antwort erhalten und lege jetzt auf. Auf Wiederhören.",
    callback={
        Later.IN_15_MINUTES: "Danke. Wir rufen Sie in etwa 15 Minuten an, oder sobald es möglich ist. Auf Wiederhören.",
        Later.THIS_EVENING: "Danke. Wir rufen Sie heute Abend an, oder sobald es möglich ist. Auf Wiederhören.",
        Later.SAME_TIME_TOMORROW: (
            "Danke. Wir rufen Sie morgen etwa um diese Zeit an, "
            "oder sobald es möglich ist. Auf Wiederhören."
        ),
    },
    human=lambda company: (
        f"Danke. Wir sagen {company}, dass Sie lieber mit einem Menschen sprechen möchten. "
        "Sie erhalten dazu keine automatischen Anrufe mehr. Auf Wiederhören."
    ),
    opted_out="In Ordnung. Sie werden nicht mehr angerufen. Auf Wiederhören.",
    wrong_person="Bitte entschuldigen Sie die Störung. Auf Wiederhören.",
    no_identity="Ich habe keine Antwort erhalten und beende den Anruf. Auf Wiederhören.",
    silence_goodbye=(
        "Ich kann Sie nicht hören und beende deshalb den Anruf. Ihre bisherigen Antworten bleiben erhalten. "
        "Vielleicht rufen wir Sie noch einmal an, damit Sie fertig werden können. Auf Wiederhören."
    ),
    ended_by_candidate=(
        "In Ordnung, wir hören hier auf. Ihre bisherigen Antworten bleiben erhalten. "
        "Vielen Dank für Ihre Zeit und auf Wiederhören."
    ),
    ended_by_us=(
        "Es tut mir leid, wir müssen den Anruf hier beenden. Ihre bisherigen Antworten bleiben erhalten. "
        "Vielen Dank und auf Wiederhören."
    ),
    apology="Es tut uns leid, bei uns ist etwas schiefgegangen. Wir versuchen, Sie zurückzurufen. Auf Wiederhören.",
    goodbye="Auf Wiederhören.",
)

WORDINGS = (DE,)
