"""E-mails to candidates: the same words twice, as plain text and as simple HTML that any program shows."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from db.models import Candidate, Interview, Job, QuestionSet
from interview.call_in import CallIn
from interview.lifecycle import InterviewStatus
from interview.phone import PhoneNumber
from interview.script import Script
from interview.texting import one_line
from interview.wording.call_in import call_in_wording_for
from interview.wording.coaching import coaching_wording_for
from interview.wording.pace import estimated_minutes
from interview.wording.written import Written, written_for
from ivr.gateways.ports import Letter
from ivr.services.appointments import calendar_file
from ivr.services.practice_privacy import is_practice
from ivr.services.terms import settings_in_force

_BODY = "margin:0;padding:24px 16px;background:#f5f6f3;color:#14201d;font:16px/1.55 system-ui,-apple-system,sans-serif"
_CARD = "max-width:560px;margin:0 auto;background:#ffffff;border-radius:12px;padding:24px"
_BUTTON = "display:inline-block;background:#0a6068;color:#ffffff;padding:12px 18px;border-radius:8px;font-weight:600"


def minutes_of(job: Job, version: QuestionSet) -> int:
    """How long the interview takes, as its greeting says it."""
    options = settings_in_force(job, version)
    return estimated_minutes(
        Script(
            job.company, job.title, job.language, tuple(version.spoken), answer_max_s=options.answer_max_s,
            max_call_minutes=options.max_call_minutes,
        )
    )  # fmt: skip


def zone_of(candidate: Candidate) -> str:
    """The clock that a candidate reads: their own, else the first that their number may have."""
    return candidate.timezone or next(iter(PhoneNumber(candidate.phone).zones()), "UTC")


def chosen_time_of(interview: Interview) -> datetime | None:
    """The time that was set for the call, if it still waits for it."""
    return interview.call_at if interview.status is InterviewStatus.SCHEDULED else None


def compose(
    kind: str, interview: Interview, job: Job, candidate: Candidate, version: QuestionSet, *, link: str,
    call_in: CallIn, message_key: str, now: datetime, sender: str | None,
) -> Letter:  # fmt: skip
    """An ``invitation``, with a calendar file when a time is set, or a ``missed_call`` or ``reminder``."""
    words, told = written_for(job.language), call_in_wording_for(job.language)
    company = one_line(job.company)
    minutes = minutes_of(job, version)
    at = chosen_time_of(interview)
    if kind == "invitation":
        subject, about, for_whom = words.subject_invitation, words.about, words.reviewed
        if is_practice(interview):
            own = coaching_wording_for(job.language)
            subject, about, for_whom = own.subject, own.about, own.private
        said = [
            about.format(company=company, job=one_line(job.title)), words.takes(minutes), words.automated,
            for_whom.format(company=company),
            words.call_yourself.format(number=call_in.number, pin=call_in.pin),
        ]  # fmt: skip
        if at is not None:
            said.insert(1, words.chosen.format(when=words.moment(at, zone_of(candidate))))
    elif kind == "missed_call":
        subject, said = words.subject_missed_call, [told.told(told.missed_call, company, call_in)]
    else:
        subject, said = words.subject_reminder, [told.told(told.reminder, company, call_in)]
    calendar = None
    if at is not None and kind == "invitation":
        calendar = calendar_file(
            interview_id=interview.id, company=company, at=at, minutes=minutes, sequence=interview.version, now=now,
            sender=sender,
        )  # fmt: skip
    return letter(
        words, to=candidate.email or "", company=company, subject=subject.format(company=company), said=said,
        link=link, message_key=message_key, calendar=calendar,
    )  # fmt: skip


def letter(
    words: Written,
    *,
    to: str,
    company: str,
    subject: str,
    said: Sequence[str],
    link: str,
    message_key: str,
    calendar: bytes | None = None,
) -> Letter:
    """An e-mail that says ``said``, one paragraph each, then shows the link. Names of people and companies are data:
    they are one line in a header and escaped in HTML."""
    name = one_line(company)
    closing = (words.link_is_yours, words.no_more_mail)
    text = "\n\n".join([*said, f"{words.button}:\n{link}", *closing]) + "\n"
    paragraphs = "".join(f'<p style="margin:0 0 14px">{escape(one)}</p>' for one in said)
    small = "".join(f'<p style="margin:0 0 8px;font-size:13px;color:#495753">{escape(one)}</p>' for one in closing)
    address = escape(link, quote=True)
    html = (
        f'<!doctype html><html lang="{escape(words.language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(one_line(subject))}</title></head>'
        f'<body style="{_BODY}"><div style="{_CARD}">'
        f'<p style="margin:0 0 14px;font-size:20px;font-weight:700">{escape(name)}</p>{paragraphs}'
        f'<p style="margin:20px 0"><a href="{address}" style="{_BUTTON};text-decoration:none">'
        f"{escape(words.button)}</a></p>"
        f'<p style="margin:0 0 14px;font-size:13px;word-break:break-all"><a href="{address}">{address}</a></p>{small}'
        "</div></body></html>\n"
    )
    return Letter(to, name, one_line(subject), text, html, message_key, calendar)
