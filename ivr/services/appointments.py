"""A chosen time as a calendar file: what a calendar that colleagues may see should say, and no more."""

from datetime import datetime, timedelta

from interview.texting import one_line


def calendar_file(
    *, interview_id: str, company: str, at: datetime, minutes: int, sequence: int, now: datetime,
    sender: str | None,
) -> bytes:  # fmt: skip
    """An .ics with one event. The same interview is the same event: ``sequence`` rises when the time is changed.

    Neither the job nor a number nor the link stands in it. Times are UTC, so that no zone has to be described.
    https://www.rfc-editor.org/rfc/rfc5545#section-3.6.1
    """
    # the web process loads it when the first file is asked for
    from icalendar import Alarm, Calendar, Event, vCalAddress

    name = one_line(company)
    event = Event()
    event.add("uid", f"{interview_id}@viva-voce")
    event.add("dtstamp", now)
    event.add("dtstart", at)
    event.add("dtend", at + timedelta(minutes=minutes))
    event.add("sequence", sequence)
    event.add("summary", name)
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    if sender is not None:
        organizer = vCalAddress(f"mailto:{sender}")
        # a parameter's value cannot hold a quotation mark: https://www.rfc-editor.org/rfc/rfc5545#section-3.1
        organizer.params["CN"] = name.replace('"', "'")
        event["organizer"] = organizer
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", name)
    alarm.add("trigger", timedelta(minutes=-10))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Viva Voce//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
