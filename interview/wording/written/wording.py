"""What candidates read: the page behind their link, and e-mails. One language has to fill in all of it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Written:
    """One language. In braces: ``company``, ``job``, ``minutes``, ``digits`` (the end of a number), ``when`` (a moment
    in words), ``zone``, ``time``, ``number`` and ``pin``. Nothing says how good an answer was."""

    language: str
    days: tuple[str, ...]  # from Monday
    months: tuple[str, ...]
    date: str  # day, number, month
    is_12_hours: bool

    # the page: what it is about
    kicker: str
    about: str  # company, job
    minutes: str  # minutes
    one_minute: str
    automated: str
    reviewed: str  # company
    phone: str  # digits

    # where the interview stands
    soon: str
    planned: str  # when
    chosen: str  # when
    calling: str
    interrupted: str
    unreached: str  # company
    over: str  # company
    declined: str  # company
    opted_out: str  # company
    canceled: str  # company

    # what can be done
    call_now: str
    call_now_hint: str
    pick: str
    pick_again: str
    choose: str
    zone: str  # zone
    theirs: str  # company, time
    theirs_note: str  # company
    no_times: str
    calendar: str
    call_yourself: str  # number, pin
    person: str
    person_means: str  # company
    stop: str
    stop_means: str  # company

    # why something cannot be done now
    outside_hours: str  # when
    later: str  # when
    impossible: str  # company
    busy: str
    time_gone: str
    too_often: str

    # what the company says about the interview
    feedback_link: str
    feedback_title: str
    feedback_about: str  # company
    feedback_strengths: str
    feedback_topics: str
    feedback_to_come: str  # company
    back: str

    # when the link leads nowhere
    unknown_title: str
    unknown: str
    expired_title: str
    expired: str
    stale_form: str
    broken_title: str
    broken: str

    # e-mails
    subject_invitation: str  # company
    subject_missed_call: str  # company
    subject_reminder: str  # company
    button: str
    link_is_yours: str
    no_more_mail: str

    def moment(self, at: datetime, zone: str) -> str:
        """A moment on somebody's clock: "Tuesday, 3 March, 2:30 pm"."""
        return f"{self.day(at, zone)}, {self.clock(at, zone)}"

    def day(self, at: datetime, zone: str) -> str:
        """The day of a moment on somebody's clock."""
        local = at.astimezone(ZoneInfo(zone))
        return self.date.format(day=self.days[local.weekday()], number=local.day, month=self.months[local.month - 1])

    def clock(self, at: datetime, zone: str) -> str:
        """The hour and minute of a moment on somebody's clock."""
        local = at.astimezone(ZoneInfo(zone))
        if not self.is_12_hours:
            return f"{local:%H:%M}"
        return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"

    def takes(self, minutes: int) -> str:
        """How long it takes."""
        return self.one_minute if minutes == 1 else self.minutes.format(minutes=minutes)
