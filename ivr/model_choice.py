"""Which model the settings name for which purpose."""

from collections.abc import Mapping, Sequence

from ivr.services import (
    feedback_drafts,
    follow_ups,
    judging,
    model_ledger,
    question_checks,
    question_writing,
    resume_questions,
    scorecards,
)
from ivr.settings import Settings

# What a model server of one's own does when there is one.
OWN_SERVER = (question_writing.PURPOSE, judging.PURPOSE)
OTHER = "other"


def openai_models(settings: Settings) -> Mapping[str, str]:
    """The name of OpenAI's model by purpose; OPENAI_MODEL is for all purposes that are not here."""
    writing = settings.openai_model_writing or settings.openai_model
    return {
        question_writing.PURPOSE: settings.openai_model_questions or settings.openai_model,
        question_checks.PURPOSE: settings.openai_model_checking or settings.openai_model,
        judging.PURPOSE: settings.openai_model_scoring or settings.openai_model,
        feedback_drafts.PURPOSE: writing,
        follow_ups.PURPOSE: writing,
        resume_questions.PURPOSE: writing,
        scorecards.PURPOSE: writing,
    }


def models_by_name(settings: Settings) -> Mapping[str, Sequence[str]]:
    """Every model that something here is asked of, with the purposes that it serves; OTHER stands for all that have no
    model of their own."""
    found: dict[str, list[str]] = {}

    def use(name: str, purpose: str) -> None:
        found.setdefault(name, []).append(purpose)

    if settings.openai_api_key is not None:
        for purpose, name in models_in_use(settings).items():
            use(name, purpose)
        use(settings.openai_model, OTHER)
        use(settings.openai_embedding_model, model_ledger.EMBEDDING)
        use(settings.openai_speech_model, model_ledger.SPEECH)
    elif settings.own_model is not None:
        for purpose in OWN_SERVER:
            use(settings.own_model, purpose)
    if (settings.openai_transcribe_api_key or settings.openai_api_key) is not None:
        use(settings.openai_transcribe_model, model_ledger.TRANSCRIPTION)
    return found


def models_in_use(settings: Settings) -> Mapping[str, str]:
    """The same with the model server of one's own in its places."""
    own = settings.own_model
    return {**openai_models(settings), **({} if own is None else dict.fromkeys(OWN_SERVER, own))}
