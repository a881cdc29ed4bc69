"""What candidates read in French."""

from interview.wording.written.wording import Written

FR = Written(
    language="fr",
    days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    date="{day} {number} {month}",
    is_12_hours=False,
    kicker="Entretien par téléphone",
    about="{company} vous invite à un entretien par téléphone pour le poste de {job}.",
    minutes="Il dure environ {minutes} minutes.",
    one_minute="Il dure environ une minute.",
    automated="C'est un appel automatique : un ordinateur pose les questions, à l'aide de l'intelligence artificielle.",
    reviewed=(
        "Vos réponses sont enregistrées et examinées par une personne chez {company}. C'est une personne qui décide."
    ),
    phone="Nous appelons le numéro qui se termine par {digits}.",
    soon="Nous vous appelons dans un instant.",
    planned="Nous essaierons de vous appeler : {when}.",
    chosen="Votre rendez-vous : {when}.",
    calling="Nous vous appelons, ou vous êtes au téléphone avec nous en ce moment.",
    interrupted="L'appel a été coupé. Ce que vous avez dit est conservé, et nous reprendrons où nous en étions.",
    unreached="Nous avons essayé de vous appeler sans succès. Vous pouvez encore participer si vous le souhaitez.",
    over="Cet entretien est terminé. Merci de votre temps. {company} reviendra vers vous.",
    declined="Il n'y aura plus d'appel automatique à ce sujet. {company} est au courant et reviendra vers vous.",
    opted_out="Nous ne vous appellerons plus. Si vous changez d'avis, contactez {company}.",
    canceled="Cet entretien n'est plus prévu. Pour toute question, contactez {company}.",
    call_now="Appelez-moi maintenant",
    call_now_hint="Votre téléphone sonne dans quelques secondes. Un endroit calme est préférable.",
    pick="Choisir une heure",
    pick_again="Choisir une autre heure",
    choose="Choisir cette heure",
    zone="Les heures sont celles de {zone}.",
    theirs="{time} chez {company}",
    theirs_note="Sous chacune figure l'heure chez {company}.",
    no_times="Il n'y a pas d'heure à choisir pour le moment.",
    calendar="Ajouter à mon agenda",
    call_yourself="Vous pouvez aussi nous appeler depuis votre propre téléphone : {number}, code {pin}.",
    person="Je préfère parler à une personne",
    person_means=(
        "Nous dirons à {company} que vous préférez parler à une personne. Il n'y aura plus d'appel automatique."
    ),
    stop="Ne m'appelez plus",
    stop_means="{company} ne vous appellera plus et ne vous écrira plus d'ici.",
    outside_hours="Nous n'appelons pas à cette heure-ci. Prochaine heure possible : {when}.",
    later="Nous vous avons assez appelé pour aujourd'hui. Prochaine heure possible : {when}.",
    impossible="Nous ne pouvons pas vous appeler pour le moment. Contactez {company}.",
    busy="Nous vous appelons à l'instant même. Réessayez dans une minute.",
    time_gone="Cette heure ne peut plus être choisie. Choisissez-en une autre.",
    too_often="Trop de tentatives en peu de temps. Attendez une minute et réessayez.",
    feedback_link="Lire votre retour",
    feedback_title="Retour sur votre entretien",
    feedback_about=(
        "Une personne chez {company} vous donne ce retour. "
        "Il porte sur ce que vous avez raconté pendant l'entretien et ne dit rien d'une décision."
    ),
    feedback_strengths="Ce que vous avez bien raconté",
    feedback_topics="Ce qui mérite d'être travaillé",
    feedback_to_come="Il n'y a pas encore de retour. Si {company} vous en donne un, vous le trouverez ici.",
    back="Retour à la page",
    unknown_title="Ce lien ne fonctionne pas",
    unknown=(
        "Il en manque peut-être une partie. Ouvrez-le à nouveau depuis notre message, ou contactez l'entreprise qui "
        "vous a invité."
    ),
    expired_title="Ce lien n'est plus valable",
    expired="Cherchez un message plus récent de notre part, ou contactez l'entreprise qui vous a invité.",
    stale_form="Cette page est restée ouverte trop longtemps. Ouvrez à nouveau le lien et réessayez.",
    broken_title="Un problème est survenu",
    broken="La faute est de notre côté. Réessayez dans une minute.",
    subject_invitation="{company} : votre entretien par téléphone",
    subject_missed_call="{company} : nous n'avons pas pu vous joindre",
    subject_reminder="{company} : nous vous appelons dans 15 minutes environ",
    button="Voir de quoi il s'agit ou choisir une heure",
    link_is_yours="Ce lien est à vous seul. Merci de ne pas le transmettre.",
    no_more_mail="Pour ne plus recevoir d'appels ni de messages, ouvrez le lien et choisissez « Ne m'appelez plus ».",
)

WRITTEN = (FR,)
