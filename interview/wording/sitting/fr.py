"""What candidates read in French who answer in a browser."""

from interview.wording.sitting.wording import SittingWords

FR = SittingWords(
    language="fr",
    here="Répondre ici plutôt",
    here_means="Les mêmes questions, sans appel : parlez dans votre micro ou écrivez. Vous pouvez mêler les deux.",
    told=(
        "Un ordinateur pose les questions, avec l'aide de l'intelligence artificielle. Vos réponses sont enregistrées, "
        "ou conservées telles que vous les écrivez, et examinées par une personne de {company}."
    ),
    agree="Je suis la personne invitée et j'accepte que mes réponses soient enregistrées.",
    begin="Commencer",
    go_on="Continuer l'entretien",
    must_agree="Veuillez d'abord cocher la case.",
    count="Question {index} sur {total}",
    second_round="Vous aviez laissé cette question de côté. Vous pouvez y répondre maintenant.",
    own_question="Avant la dernière question : y a-t-il quelque chose que vous aimeriez savoir sur le poste ?",
    own_question_means="On y répond à la fin ou on la transmet à une personne ; elle n'est pas évaluée.",
    by_voice="Parler",
    in_writing="Écrire",
    limit="Une réponse parlée peut durer jusqu'à {time} minutes.",
    yes="Oui",
    no="Non",
    send_text="Envoyer",
    skip="La laisser de côté",
    end="Terminer l'entretien",
    end_means="Ce que vous avez répondu est évalué. Les autres questions ne sont plus posées.",
    later="Vous pouvez fermer cette page et continuer plus tard par le même lien.",
    record="Enregistrer",
    stop="Arrêter",
    again="Enregistrer de nouveau",
    no_more_takes="Un nouvel enregistrement n'est pas possible. Vous pouvez l'écouter et l'envoyer, ou écrire.",
    listen="Écoutez votre réponse, puis envoyez-la.",
    send="Envoyer l'enregistrement",
    recording="Enregistrement en cours",
    left="encore {time}",
    time_up="Le temps prévu pour cette réponse est écoulé.",
    no_microphone="Le micro ne peut pas être utilisé ici. Vous pouvez répondre par écrit.",
    nothing_heard="Rien n'a été entendu. Vérifiez votre micro, ou écrivez.",
    sending="Envoi en cours",
    lost="La connexion est perdue. Votre réponse reste sur cet appareil et sera envoyée dès que possible.",
    retry="Réessayer maintenant",
    late="Une autre question est déjà posée. Ce que vous avez envoyé est conservé.",
    refused="Cette réponse ne peut pas être prise en compte.",
    empty="Veuillez d'abord écrire votre réponse.",
    done_title="C'est tout. Merci !",
    done="{company} a vos réponses et reviendra vers vous. C'est une personne qui décide.",
    back="Retour à l'aperçu",
    practise="Essayer d'abord",
    practise_means="Une question qui ne compte pas. Vous vous entendez ; rien n'est envoyé ni conservé.",
    practise_question="Comment aimez-vous commencer la journée ?",
    practise_ready="Cela marche. Vous pouvez l'écouter autant de fois que vous voulez.",
    data="Mes réponses et mes données",
    prove=(
        "Indiquez votre numéro de téléphone, pour que personne d'autre ne les voie. Il se termine par {digits}."
    ),
    phone_number="Numéro de téléphone",
    show="Afficher",
    not_the_number="Ce n'est pas le numéro que nous avons.",
    held="Ce que {company} a ici de vous",
    name="Nom",
    email="E-mail",
    your_answers="Vos réponses",
    no_words="Il n'y a pas de paroles de cette réponse.",
    contest="Quelque chose ne va pas ici",
    contest_means="Dites ce qui ne va pas, par exemple des mots mal compris. Une personne de {company} s'en occupe.",
    contest_reason="Qu'est-ce qui ne va pas ?",
    contested="Vous avez signalé que quelque chose ne va pas. Une personne s'en occupe.",
    copy="Demander une copie de tout",
    copy_means="{company} vous envoie tout ce qui est enregistré à votre sujet.",
    copy_asked="{company} a votre demande de copie.",
    erase="Supprimer mes données",
    erase_means=(
        "Votre nom, votre numéro, vos enregistrements et toutes vos paroles sont supprimés définitivement, et "
        "l'entretien prend fin. C'est irréversible."
    ),
    erase_agree="Je veux que mes données soient supprimées.",
    erase_now="Supprimer définitivement",
    receipt="Vos données sont supprimées",
    receipt_done="Il n'en reste rien chez nous.",
    receipt_under_way="Les derniers fichiers et copies sont en cours de suppression. Cette page dira quand c'est fait.",
    receipt_number="Reçu {number}, {when}",
    removed="Supprimé",
    kept="Ce qui reste",
    kept_means=(
        "Des nombres et des dates sans aucune parole et sans votre nom, et votre numéro de téléphone sous une forme "
        "que personne ne peut lire, pour qu'on ne vous rappelle pas par erreur."
    ),
)

WORDS = (FR,)
