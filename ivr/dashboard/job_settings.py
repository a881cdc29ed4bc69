"""The settings of a job as a form: one table of its fields, which the page shows and the reader of the form follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.dashboard.job_fields import Fields
from ivr.services.drafts import JobSettings, settings_to_plain

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_CONSENT_BASIS = "required"
LONGEST_WAIT, MOST_WAITS = 20_160, 10


@dataclass(frozen=True, slots=True)
class Setting:
    """One field. ``name`` is its path in the job's settings; ``kind`` how it is filled in: whole, number, optional (a
    whole number or nothing), tick, waits, clock, days, word, zone, basis, choice."""

    name: str
    label: str
    kind: str
    hint: str = ""
    least: int = 0
    most: int = 0
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def field(self) -> str:
        """Its name in the form, which is that of the API."""
        return f"settings.{self.name}"


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    note: str
    settings: tuple[Setting, ...]


GROUPS = (
    Group(
        "Result", "What the score makes of the answers. Frozen with each approved version.",
        (
            Setting("thresholds.hire", "Hire from", "number", "of 10", 0, 10),
            Setting("thresholds.consider", "Consider from", "number", "of 10; below it is reject", 0, 10),
            Setting("weights.content", "Weight of content", "number", "at least 50 and half of all", 0, 100),
            Setting("weights.communication", "Weight of communication", "number", "", 0, 100),
            Setting("weights.behavioral", "Weight of behaviour", "number", "", 0, 100),
            Setting("blind_first", "Reviewers hear the answers before they see scores", "tick"),
        ),
    ),
    Group(
        "Conversation", "What a candidate meets. Frozen with each approved version.",
        (
            Setting("max_follow_ups", "Follow-up questions", "whole", "at most, the same for everybody", 0, 5),
            Setting("retakes", "Second tries of an answer", "whole", "for each question", 0, 5),
            Setting("answer_max_s", "Longest answer", "whole", "seconds", 30, 180),
            Setting("max_call_minutes", "Longest call", "whole", "minutes", 5, 120),
            Setting("voice", "Voice", "word", "empty: the usual one of the language"),
            Setting("practice", "Offer one answer for practice, never rated", "tick"),
            Setting("resume_question", "Ask about the candidate’s own résumé at the end, never rated", "tick"),
            Setting("resume_in_scoring", "Raters are told role, years and skills from the résumé", "tick"),
        ),
    ),
    Group(
        "Calling", "When and how often the telephone rings, on the candidate’s own clock.",
        (
            Setting("max_attempts", "Calls to reach somebody", "whole", "at most", 1, 10),
            Setting("retry_minutes", "Minutes between them", "waits", "such as 60, 240; the last one repeats"),
            Setting("calling_hours.start", "From", "clock"),
            Setting("calling_hours.end", "Until before", "clock"),
            Setting("calling_hours.days", "Days", "days"),
            Setting("timezone", "Your own time zone", "zone", "shown beside the candidate’s when they pick a time"),
            Setting("amd", "Tell a voicemail from a person", "tick"),
        ),
    ),
    Group(
        "Waits of their own", "Minutes before the next try after one of these; empty leaves it to the rules.",
        (
            Setting("retry_minutes_after.busy", "After an engaged line", "waits"),
            Setting("retry_minutes_after.no_answer", "After no answer", "waits"),
            Setting("retry_minutes_after.voicemail", "After a voicemail", "waits"),
            Setting("retry_minutes_after.interrupted", "After a call that broke off", "waits"),
            Setting("retry_minutes_after.failed", "After a call that never got through", "waits"),
        ),
    ),
    Group(
        "Consent and data", "",
        (
            Setting("consent", "Basis that covers all candidates", "basis", "empty: each has consented"),
            Setting("retention_days", "Keep audio and words", "optional", "days; empty: as everywhere", 1, 3650),
            Setting("raw_model_log_days", "Keep exchanges with the model", "whole", "days", 0, 3650),
            Setting(
                "on_generation_failure", "When no model can write the questions", "choice",
                choices=(("fail", "Say so and wait for me"), ("bank", "Take the built-in questions")),
            ),
        ),
    ),
)  # fmt: skip
SETTINGS = tuple(setting for group in GROUPS for setting in group.settings)
NAMES: Mapping[str, str] = {
    **{setting.name: setting.label for setting in SETTINGS}, "thresholds": "Thresholds", "weights": "Weights",
}  # fmt: skip


def form_values(settings: JobSettings) -> list[tuple[str, str]]:
    """What the form shows of these settings: (field, text), a ticked box as "yes"."""
    plain, pairs = settings_to_plain(settings), []
    for setting in SETTINGS:
        value = _at(plain, setting.name)
        if setting.kind == "days":
            pairs += [(setting.field, day) for day in value]
        elif setting.kind == "tick":
            pairs += [(setting.field, "yes")] if value else []
        else:
            pairs.append((setting.field, _text(setting, value)))
    return pairs


def read_settings(fields: Fields) -> dict[str, Any]:
    """The form's settings as the plain values that a job keeps; what is wrong stands in ``fields.problems``."""
    defaults = settings_to_plain(JobSettings())
    found: dict[str, Any] = {}
    for setting in SETTINGS:
        *above, name = setting.name.split(".")
        into = found.setdefault(above[0], {}) if above else found
        into[name] = _read(fields, setting, _at(defaults, setting.name))
    return found


def _read(fields: Fields, setting: Setting, default: Any) -> Any:
    field, least, most = setting.field, setting.least, setting.most
    match setting.kind:
        case "whole":
            return fields.whole(field, least, most, default)
        case "number":
            return fields.number(field, least, most, default)
        case "optional":
            return fields.whole_or_none(field, least, most)
        case "tick":
            return fields.ticked(field)
        case "clock":
            return fields.clock(field, default)
        case "zone":
            return fields.zone(field)
        case "choice":
            return fields.choice(field, [word for word, _ in setting.choices], default)
        case "days":
            days = fields.choices(field, DAYS)
            if not days:
                fields.problems[field] = "Choose a day at least."
            return list(days)
        case "waits":
            waits = fields.waits(field, LONGEST_WAIT, MOST_WAITS)
            if setting.name == "retry_minutes" and not waits:
                fields.problems.setdefault(field, "Give one number of minutes at least.")
            return list(waits) or None
        case "basis":
            return fields.line(field, 64) or NO_CONSENT_BASIS
        case _:
            word = fields.line(field, 64)
            if word is not None and not all(sign.isalnum() and sign.isascii() or sign in "._-" for sign in word):
                fields.problems[field] = "A voice has a name such as Polly.Amy-Neural."
            return word


def _text(setting: Setting, value: Any) -> str:
    if value is None or (setting.kind == "basis" and value == NO_CONSENT_BASIS):
        return ""
    if setting.kind == "waits":
        return ", ".join(str(minutes) for minutes in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _at(plain: Mapping[str, Any], path: str) -> Any:
    value: Any = plain
    for part in path.split("."):
        value = value[part]
    return value
