"""What candidates read in German."""

from interview.wording.written.wording import Written

DE = Written(
    language="de",
    days=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ),
    date="{day}, {number}. {month}",
    is_12_hours=False,
    kicker="Gespräch am Telefon",
    about="{company} lädt Sie zu einem Bewerbungsgespräch am Telefon ein, für die Stelle {job}.",
    minutes="Es dauert etwa {minutes} Minuten.",
    one_minute="Es dauert etwa eine Minute.",
    automated="Der Anruf ist automatisch: Ein Computer stellt die Fragen, mit Hilfe künstlicher Intelligenz.",
    reviewed="Ihre Antworten werden aufgenommen und von einem Menschen bei {company} geprüft. Ein Mensch entscheidet.",
    phone="Wir rufen die Nummer an, die mit {digits} endet.",
    soon="Wir rufen Sie gleich an.",
    planned="Wir versuchen, Sie anzurufen: {when}.",
    chosen="Ihr Termin: {when}.",
    calling="Wir rufen Sie gerade an, oder Sie sprechen gerade mit uns.",
    interrupted="Der Anruf wurde unterbrochen. Was Sie gesagt haben, ist gespeichert; wir machen dort weiter.",
    unreached="Wir haben versucht, Sie anzurufen, und Sie nicht erreicht. Sie können gern noch teilnehmen.",
    over="Dieses Gespräch ist beendet. Danke für Ihre Zeit. {company} meldet sich bei Ihnen.",
    declined="Dazu wird es keine automatischen Anrufe mehr geben. {company} weiß Bescheid und meldet sich bei Ihnen.",
    opted_out="Wir rufen Sie nicht mehr an. Wenn Sie es sich anders überlegen, wenden Sie sich bitte an {company}.",
    canceled="Dieses Gespräch ist nicht mehr geplant. Bei Fragen wenden Sie sich bitte an {company}.",
    call_now="Jetzt anrufen lassen",
    call_now_hint="Ihr Telefon klingelt in wenigen Sekunden. Am besten an einem ruhigen Ort.",
    pick="Einen Termin wählen",
    pick_again="Einen anderen Termin wählen",
    choose="Diesen Termin wählen",
    zone="Die Zeiten gelten für {zone}.",
    theirs="{time} bei {company}",
    theirs_note="Darunter steht jeweils die Zeit bei {company}.",
    no_times="Zurzeit gibt es keinen Termin zur Auswahl.",
    calendar="In meinen Kalender eintragen",
    call_yourself="Sie können uns auch selbst anrufen, von Ihrem eigenen Telefon: {number}, Code {pin}.",
    person="Lieber mit einem Menschen sprechen",
    person_means=(
        "Wir sagen {company}, dass Sie lieber mit einem Menschen sprechen möchten. "
        "Automatische Anrufe gibt es dann nicht mehr."
    ),
    stop="Nicht mehr anrufen",
    stop_means="{company} wird Sie von hier aus nicht mehr anrufen und Ihnen nicht mehr schreiben.",
    outside_hours="Um diese Uhrzeit rufen wir nicht an. Die nächste mögliche Zeit: {when}.",
    later="Für heute haben wir Sie oft genug angerufen. Die nächste mögliche Zeit: {when}.",
    impossible="Wir können Sie zurzeit nicht anrufen. Bitte wenden Sie sich an {company}.",
    busy="Wir rufen Sie in diesem Moment an. Bitte versuchen Sie es in einer Minute noch einmal.",
    time_gone="Diese Zeit kann nicht mehr gewählt werden. Bitte wählen Sie eine andere.",
    too_often="Das war zu oft in kurzer Zeit. Bitte warten Sie eine Minute und versuchen Sie es noch einmal.",
    feedback_link="Ihre Rückmeldung lesen",
    feedback_title="Rückmeldung zu Ihrem Gespräch",
    feedback_about=(
        "Ein Mensch bei {company} gibt Ihnen diese Rückmeldung. "
        "Sie bezieht sich auf das, was Sie im Gespräch erzählt haben, und sagt nichts über eine Entscheidung."
    ),
    feedback_strengths="Was Sie gut erzählt haben",
    feedback_topics="Woran es sich zu arbeiten lohnt",
    feedback_to_come="Es gibt noch keine Rückmeldung. Wenn {company} Ihnen eine gibt, finden Sie sie hier.",
    back="Zurück",
    unknown_title="Dieser Link funktioniert nicht",
    unknown=(
        "Vielleicht fehlt ein Stück davon. Bitte öffnen Sie ihn noch einmal aus unserer Nachricht, oder wenden Sie "
        "sich an das Unternehmen, das Sie eingeladen hat."
    ),
    expired_title="Dieser Link ist nicht mehr gültig",
    expired=(
        "Bitte suchen Sie nach einer neueren Nachricht von uns, oder wenden Sie sich an das Unternehmen, das Sie "
        "eingeladen hat."
    ),
    stale_form="Diese Seite war zu lange offen. Bitte öffnen Sie den Link noch einmal und versuchen Sie es erneut.",
    broken_title="Etwas ist schiefgegangen",
    broken="Der Fehler liegt bei uns. Bitte versuchen Sie es in einer Minute noch einmal.",
    subject_invitation="{company}: Ihr Gespräch am Telefon",
    subject_missed_call="{company}: Wir haben Sie nicht erreicht",
    subject_reminder="{company}: Wir rufen Sie in etwa 15 Minuten an",
    button="Mehr erfahren oder einen Termin wählen",
    link_is_yours="Dieser Link ist nur für Sie. Bitte geben Sie ihn nicht weiter.",
    no_more_mail=(
        "Wenn Sie keine Anrufe und Nachrichten mehr bekommen möchten: "
        "Öffnen Sie den Link und wählen Sie „Nicht mehr anrufen“."
    ),
)

WRITTEN = (DE,)
