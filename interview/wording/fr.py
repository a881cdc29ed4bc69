"""French prompts, with vous."""

from interview.facts import Later
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int) -> str:
    about = "environ une minute" if minutes == 1 else f"environ {minutes} minutes"
    return (
        f"Bonjour, ceci est un appel automatique de {company}, au sujet du poste suivant : {job_title}. "
        f"Il s'agit d'un entretien par ordinateur, assisté par intelligence artificielle, qui dure {about}. "
        "Vos réponses seront enregistrées, puis examinées par une personne."
    )


def _welcome_back(company: str) -> str:
    return (
        f"Bonjour, nous vous rappelons pour l'entretien automatique de {company}. "
        "Nous pouvons reprendre là où nous nous sommes arrêtés. "
        "Vos réponses seront enregistrées, puis examinées par une personne."
    )


def _closing(company: str) -> str:
    return (
        f"C'était la dernière question. Vos réponses sont maintenant transmises à {company}. "
        "Une personne décidera de la suite et vous recontactera. "
        f"Pour toute question, adressez-vous à {company}. Merci de votre temps, et au revoir."
    )


def _wording(language: str, hash_key: str) -> Wording:
    return Wording(
        language=language,
        yes_words=(
            "oui", "ouais", "d'accord", "bien sûr", "tout à fait", "exactement", "absolument", "okay", "ok",
            "c'est moi", "c'est ça", "volontiers",
        ),
        no_words=("non", "pas", "jamais", "aucun", "aucune", "ne"),
        stop_phrases=(
            "ne m'appelez plus", "arrêtez de m'appeler", "n'appelez plus", "plus d'appels", "ne me rappelez plus",
            "ne m'appelez plus jamais", "arrêtez d'appeler", "retirez-moi de votre liste", "stop",
        ),
        disclosure=_disclosure,
        door_keys=(
            "Pour commencer, tapez 1. Pour être appelé plus tard, tapez 2. "
            "Pour parler plutôt à une personne, tapez 3. Pour ne plus être appelé, tapez 9."
        ),
        welcome_back=_welcome_back,
        welcome_back_keys=(
            "Pour continuer, tapez 1. Pour être rappelé plus tard, tapez 2. "
            "Pour parler plutôt à une personne, tapez 3. Pour ne plus être appelé, tapez 9."
        ),
        voicemail=lambda company: (
            f"Bonjour, ceci est un appel automatique de {company}. Nous regrettons de ne pas avoir pu vous joindre. "
            "Nous vous rappellerons peut-être à un autre moment. Au revoir."
        ),
        identity=lambda name: f"Est-ce bien {name} à l'appareil ? Si oui, tapez 1. Sinon, tapez 2.",
        later_keys=(
            "Quand souhaitez-vous être rappelé ? Dans 15 minutes, tapez 1. Ce soir, tapez 2. "
            "Demain à la même heure, tapez 3."
        ),
        instructions=lambda pause_s: (
            f"Répondez à chaque question après le signal. Quand vous avez terminé, tapez {hash_key}. "
            "Pour réentendre la question, tapez étoile. Pour de l'aide et d'autres choix, tapez 0. "
            f"Une pause de {pause_s} secondes termine aussi votre réponse."
        ),
        instructions_unrecorded=lambda pause_s: (
            "Répondez à chaque question dès que vous l'avez entendue. Il n'y a pas de signal. "
            f"Une pause de {pause_s} secondes termine votre réponse ; tapez alors {hash_key} pour continuer. "
            "Pour réentendre la question, tapez étoile. Pour de l'aide et d'autres choix, tapez 0."
        ),
        knockouts_ahead="Nous commençons par oui ou non. Ensuite, vous répondrez aux questions librement.",
        yes_no_keys="Pour oui, tapez 1. Pour non, tapez 2.",
        question=lambda number, total, text: f"Question {number} sur {total}. {text}",
        follow_up=lambda about, text: f"Je reviens sur ce que vous avez dit à ce sujet : {about}. {text}",
        own_words="Pourriez-vous le dire avec vos propres mots, avec un exemple ?",
        replacing=(
            "Ce que vous direz après le signal remplacera votre réponse précédente. "
            f"Pour garder celle-ci, tapez {hash_key}."
        ),
        replacing_unrecorded=(
            "Ce que vous direz maintenant remplacera votre réponse précédente. "
            f"Pour garder celle-ci, tapez {hash_key}."
        ),
        menu=(
            "Pour réentendre la question, tapez 1. Pour la passer pour l'instant, tapez 3.",
            "Pour une pause d'une minute, tapez 4. Pour mettre fin à l'entretien, tapez 9.",
        ),
        menu_with_answer=(
            "Votre réponse jusqu'ici est conservée. Pour réentendre la question, tapez 1. "
            "Pour recommencer cette réponse, tapez 2. Pour passer à la question suivante, tapez 3.",
            "Pour une pause d'une minute, tapez 4. Pour mettre fin à l'entretien, tapez 9.",
        ),
        menu_of_knockout=(
            "Pour réentendre la question, tapez 1. Pour la laisser sans réponse, tapez 3.",
            "Pour une pause d'une minute, tapez 4. Pour mettre fin à l'entretien, tapez 9.",
        ),
        stuck_keys=(
            "Souhaitez-vous plus de temps ? Tapez 1. Pour passer cette question, tapez 2. Pour être rappelé, tapez 3."
        ),
        pausing="Nous faisons une pause d'une minute. Vous réentendrez ensuite la question.",
        time_short="Cet appel ne peut plus durer longtemps. S'il s'arrête de lui-même, vos réponses sont conservées.",
        time_up="Merci, le temps prévu pour cette question est écoulé.",
        skipped="Nous reviendrons à cette question à la fin.",
        skipped_for_good="Nous laissons cette question de côté.",
        no_response="Je n'ai pas entendu de réponse, nous continuons donc.",
        second_round="Revenons maintenant à ce que vous avez passé.",
        silence="Je n'ai rien entendu. Prenez votre temps. La question est :",
        again="Voici la question à nouveau.",
        not_a_key="Cette touche n'a pas de fonction ici.",
        more_time="Prenez votre temps.",
        restart="Reprenons cette réponse depuis le début.",
        no_retakes="Cette réponse ne peut plus être recommencée. Ce que vous avez dit est conservé.",
        answer_kept="Votre réponse précédente est conservée.",
        after_pause="Reprenons.",
        closing=_closing,
        no_key="Je n'ai pas reçu de réponse, je vais donc raccrocher. Au revoir.",
        callback={
            Later.IN_15_MINUTES: (
                "Merci. Nous vous rappellerons dans 15 minutes environ, "
                "ou dès que possible. Au revoir."
            ),
            Later.THIS_EVENING: "Merci. Nous vous rappellerons ce soir, ou dès que possible. Au revoir.",
            Later.SAME_TIME_TOMORROW: (
                "Merci. Nous vous rappellerons demain vers la même heure, "
                "ou dès que possible. Au revoir."
            ),
        },
        human=lambda company: (
            f"Merci. Nous dirons à {company} que vous préférez parler à une personne. "
            "Vous ne recevrez plus d'appels automatiques à ce sujet. Au revoir."
        ),
        opted_out="C'est noté. Vous ne serez plus appelé. Au revoir.",
        wrong_person="Veuillez nous excuser de vous avoir dérangé. Au revoir.",
        no_identity="Je n'ai pas reçu de réponse, je mets donc fin à l'appel. Au revoir.",
        silence_goodbye=(
            "Je ne vous entends pas, je mets donc fin à l'appel. Vos réponses jusqu'ici sont conservées. "
            "Nous vous rappellerons peut-être pour que vous puissiez terminer. Au revoir."
        ),
        ended_by_candidate=(
            "D'accord, nous nous arrêtons là. Vos réponses jusqu'ici sont conservées. "
            "Merci de votre temps, et au revoir."
        ),
        ended_by_us=(
            "Je suis désolé, nous devons mettre fin à l'appel. Vos réponses jusqu'ici sont conservées. "
            "Merci, et au revoir."
        ),
        apology=(
            "Nous sommes désolés, une erreur est survenue de notre côté. "
            "Nous essaierons de vous rappeler. Au revoir."
        ),
        goodbye="Au revoir.",
    )


# In Canada the # key is called carré.
WORDINGS = (_wording("fr", "dièse"), _wording("fr-CA", "carré"))
