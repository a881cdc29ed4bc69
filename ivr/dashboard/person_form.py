"""A person as a recruiter types them: contacts, consent, wishes for the call, the profile."""

from functools import cache
from zoneinfo import available_timezones

from interview.script import Accommodations
from interview.wording import supported_languages
from ivr.dashboard.fields import Form
from ivr.services.drafts import CandidateDraft, CandidatePatch, ConsentDraft, Profile
from ivr.services.person_patterns import COUNTRY, EMAIL, LANGUAGE
from ivr.services.views import CandidateView

SOURCE = "dashboard"
# What consent may rest on: code and words. Programs may have entered others.
BASES = (
    ("application", "Given with the application"),
    ("written", "Given in writing"),
    ("spoken", "Given in a conversation"),
)
WISHES = (
    ("slower_speech", "Slower speech", "Everything is spoken slower."),
    ("longer_silence", "Longer pauses", "A pause of thought does not end an answer."),
    ("extra_time", "Extra time", "Half as much time again for each answer."),
    ("written", "In writing", "The link lets them answer by typing."),
)
# What the service calls by another name.
FIELDS = {"candidate.phone": "phone", "resume": "resume"}
_NAME = "Give a name: the call asks for the person by it."
_PHONE = "Give a telephone number."


def draft_of(form: Form) -> CandidateDraft | None:
    """The new person, None when something is wrong; the form then says what."""
    name = form.line("name", 200, required=_NAME)
    phone = form.line("phone", 40, required=_PHONE)
    draft = CandidateDraft(
        name=name or "",
        phone=phone or "",
        country=_country(form),
        say_as=form.line("say_as", 200),
        email=_email(form),
        language=_language(form),
        timezone=form.zone("timezone"),
        consent=consent_of(form),
        accommodations=wishes_of(form),
        external_id=form.line("external_id", 255),
    )
    return draft if form.is_good else None


def patch_of(form: Form) -> CandidatePatch | None:
    """The changes to somebody's contacts and wishes, None when something is wrong; consent and profile stay."""
    patch = CandidatePatch(
        name=form.line("name", 200, required=_NAME) or "",
        phone=form.line("phone", 40, required=_PHONE) or "",
        country=_country(form),
        say_as=form.line("say_as", 200),
        email=_email(form),
        language=_language(form),
        timezone=form.zone("timezone"),
        accommodations=wishes_of(form),
        external_id=form.line("external_id", 255),
    )
    return patch if form.is_good else None


def consent_of(form: Form) -> ConsentDraft | None:
    """The consent that was chosen, None for none."""
    basis = form.get("consent")
    if not basis:
        return None
    if basis not in {code for code, _ in BASES}:
        form.problems["consent"] = "Choose how consent was given."
        return None
    return ConsentDraft(basis, None, form.moment("consent_at", "UTC"), SOURCE)


def wishes_of(form: Form) -> Accommodations:
    """What was ticked for the call."""
    return Accommodations(**{name: form.ticked(name) for name, *_ in WISHES})


def profile_of(form: Form) -> Profile | None:
    """The profile as it was typed, None when something is wrong."""
    profile = Profile(
        role=form.line("role", 500),
        company=form.line("company", 500),
        years=form.number("years", 0, 80),
        skills=form.lines("skills", 500, 100),
        education=form.lines("education", 500, 30),
        bio=form.prose("bio"),
    )
    return profile if form.is_good else None


def form_of(person: CandidateView) -> Form:
    """The form of somebody who is there already."""
    typed = {
        name: getattr(person, name) or ""
        for name in ("name", "phone", "say_as", "email", "language", "timezone", "external_id")
    }
    return Form(typed | {name: "yes" if getattr(person.accommodations, name) else "" for name, *_ in WISHES})


def profile_form(profile: Profile) -> Form:
    """The form of a profile."""
    return Form(
        {
            "role": profile.role or "", "company": profile.company or "", "bio": profile.bio or "",
            "years": "" if profile.years is None else f"{profile.years:g}",
            "skills": "\n".join(profile.skills), "education": "\n".join(profile.education),
        }
    )  # fmt: skip


@cache
def zones() -> tuple[str, ...]:
    """The zones to choose from: places, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def languages() -> tuple[str, ...]:
    """The languages in which interviews are held."""
    return supported_languages()


def _country(form: Form) -> str | None:
    return form.matching("country", COUNTRY, 2, "Write the country as two letters, such as GB or US.")


def _email(form: Form) -> str | None:
    return form.matching("email", EMAIL, 254, "This is not an e-mail address.")


def _language(form: Form) -> str | None:
    return form.matching("language", LANGUAGE, 16, "Write the language as a tag such as en-US.")
