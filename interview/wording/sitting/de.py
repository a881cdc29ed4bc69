"""What candidates read in German who answer in a browser."""

from interview.wording.sitting.wording import SittingWords

DE = SittingWords(
    language="de",
    here="Lieber hier antworten",
    here_means="Dieselben Fragen ohne Anruf: Sie sprechen in Ihr Mikrofon oder schreiben. Beides lässt sich mischen.",
    told=(
        "Ein Computer stellt die Fragen, mit Hilfe künstlicher Intelligenz. Ihre Antworten werden aufgenommen oder so "
        "aufbewahrt, wie Sie sie schreiben, und von einem Menschen bei {company} geprüft."
    ),
    agree="Ich bin die eingeladene Person und damit einverstanden, dass meine Antworten aufgenommen werden.",
    begin="Beginnen",
    go_on="Gespräch fortsetzen",
    must_agree="Bitte setzen Sie zuerst das Häkchen.",
    count="Frage {index} von {total}",
    second_round="Diese Frage haben Sie vorhin ausgelassen. Jetzt können Sie sie beantworten.",
    own_question="Vor der letzten Frage: Gibt es etwas, das Sie über die Stelle wissen möchten?",
    own_question_means="Sie wird am Ende beantwortet oder an einen Menschen weitergegeben und nicht bewertet.",
    by_voice="Sprechen",
    in_writing="Schreiben",
    limit="Eine gesprochene Antwort darf bis zu {time} Minuten dauern.",
    yes="Ja",
    no="Nein",
    send_text="Absenden",
    skip="Auslassen",
    end="Gespräch beenden",
    end_means="Was Sie beantwortet haben, wird bewertet. Die übrigen Fragen werden nicht mehr gestellt.",
    later="Sie können diese Seite schließen und später über denselben Link weitermachen.",
    record="Aufnehmen",
    stop="Stopp",
    again="Neu aufnehmen",
    no_more_takes="Eine weitere Aufnahme ist nicht möglich. Sie können sie anhören und absenden, oder schreiben.",
    listen="Hören Sie Ihre Antwort an und senden Sie sie dann ab.",
    send="Aufnahme absenden",
    recording="Aufnahme läuft",
    left="noch {time}",
    time_up="Die Zeit für diese Antwort ist um.",
    no_microphone="Das Mikrofon lässt sich hier nicht nutzen. Sie können schriftlich antworten.",
    nothing_heard="Es war nichts zu hören. Bitte prüfen Sie Ihr Mikrofon, oder schreiben Sie.",
    sending="Wird gesendet",
    lost="Die Verbindung ist weg. Ihre Antwort bleibt auf diesem Gerät und wird gesendet, sobald es wieder geht.",
    retry="Jetzt noch einmal versuchen",
    late="Inzwischen wird eine andere Frage gestellt. Was Sie gesendet haben, ist aufbewahrt.",
    refused="Diese Antwort kann nicht angenommen werden.",
    empty="Bitte schreiben Sie zuerst Ihre Antwort.",
    done_title="Das war alles. Vielen Dank!",
    done="{company} hat Ihre Antworten und meldet sich bei Ihnen. Ein Mensch entscheidet.",
    back="Zurück zur Übersicht",
    practise="Erst ausprobieren",
    practise_means="Eine Frage, die nicht zählt. Sie hören sich selbst; nichts wird gesendet, nichts aufbewahrt.",
    practise_question="Wie beginnen Sie Ihren Tag am liebsten?",
    practise_ready="Das klappt. Sie können es so oft anhören, wie Sie möchten.",
    data="Meine Antworten und meine Daten",
    prove="Bitte geben Sie Ihre Telefonnummer ein, damit niemand sonst sie sieht. Sie endet auf {digits}.",
    phone_number="Telefonnummer",
    show="Anzeigen",
    not_the_number="Diese Nummer haben wir nicht.",
    held="Was {company} hier von Ihnen hat",
    name="Name",
    email="E-Mail",
    your_answers="Ihre Antworten",
    no_words="Von dieser Antwort gibt es keine Worte.",
    contest="Hier stimmt etwas nicht",
    contest_means=(
        "Sagen Sie, was nicht stimmt, etwa falsch verstandene Worte. Ein Mensch bei {company} sieht es sich an."
    ),
    contest_reason="Was stimmt nicht?",
    contested="Sie haben gesagt, dass hier etwas nicht stimmt. Ein Mensch sieht es sich an.",
    copy="Eine Kopie von allem anfordern",
    copy_means="{company} schickt Ihnen alles, was über Sie gespeichert ist.",
    copy_asked="{company} hat Ihre Bitte um eine Kopie.",
    erase="Meine Daten löschen",
    erase_means=(
        "Ihr Name, Ihre Nummer, Ihre Aufnahmen und alle Ihre Worte werden endgültig gelöscht, und das Gespräch ist "
        "beendet. Das lässt sich nicht rückgängig machen."
    ),
    erase_agree="Ich möchte, dass meine Daten gelöscht werden.",
    erase_now="Endgültig löschen",
    receipt="Ihre Daten sind gelöscht",
    receipt_done="Bei uns ist nichts mehr davon übrig.",
    receipt_under_way="Die letzten Dateien und Kopien werden gelöscht. Diese Seite sagt, wann es erledigt ist.",
    receipt_number="Beleg {number}, {when}",
    removed="Gelöscht",
    kept="Was bleibt",
    kept_means=(
        "Zahlen und Daten ohne jedes Wort und ohne Ihren Namen, und Ihre Telefonnummer in einer Form, die niemand "
        "lesen kann, damit Sie nicht versehentlich wieder angerufen werden."
    ),
)

WORDS = (DE,)
