"""Text messages on their way: ours are delivered and reported, theirs reach our webhook, and STOP is obeyed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from .exchange import Exchange
from .forms import country_of
from .records import API_VERSION, Message, new_sid, utc_now

# https://help.twilio.com/articles/223134027: what Twilio does with these words by itself, before our webhook hears them
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
# https://www.twilio.com/docs/api/errors/21610: attempt to send to an unsubscribed recipient
UNSUBSCRIBED = 21610


def sender_of(exchange: Exchange, form: Mapping[str, str]) -> str:
    """The number that a message leaves by: From, or one of the Messaging Service's (here: the account's first)."""
    return form.get("From") or next(iter(exchange.seen_numbers), "")


def is_blocked(exchange: Exchange, person: str, sender: str) -> bool:
    """Whether this person has told this sender to stop."""
    with exchange.lock:
        return (person, sender) in exchange.blocked


def send(exchange: Exchange, account_sid: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Take a message on; its resource as the create request is answered. It is delivered meanwhile."""
    message = Message(
        new_sid("SM"), account_sid, form["To"], form.get("From"), form.get("MessagingServiceSid"), form["Body"],
        utc_now(), status="accepted" if form.get("MessagingServiceSid") else "queued",
    )  # fmt: skip
    answer = message.resource()
    with exchange.lock:
        exchange.messages[message.sid] = message
    arguments = (exchange, message, sender_of(exchange, form), form.get("StatusCallback"))
    threading.Thread(target=_deliver, args=arguments, name=f"message {message.to}", daemon=True).start()
    return answer


def receive(exchange: Exchange, person: str, to: str, body: str) -> Message:
    """A person writes to a number of ours: our webhook is asked, and its <Message> replies are kept.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    message = Message(
        new_sid("SM"), exchange.config.account_sid, to, person, None, body, utc_now(), "received", "inbound"
    )
    word = body.strip().upper()
    with exchange.lock:
        exchange.messages[message.sid] = message
        if word in STOP_WORDS:
            exchange.blocked.add((person, to))
        elif word in START_WORDS:
            exchange.blocked.discard((person, to))
        url = exchange.lines[to].sms_url
    if not url:
        return message
    fields = {
        "AccountSid": message.account_sid, "ApiVersion": API_VERSION, "Body": body, "From": person, "To": to,
        "MessageSid": message.sid, "SmsMessageSid": message.sid, "SmsSid": message.sid, "SmsStatus": "received",
        "NumMedia": "0", "NumSegments": "1",
    }  # fmt: skip
    for name, phone in (("From", person), ("To", to)):
        fields |= {f"{name}City": "", f"{name}State": "", f"{name}Zip": "", f"{name}Country": country_of(phone)}
    copies = (exchange.faults.of(person, "messages") or {}).get("duplicate", 1)
    reply = exchange.postman.deliver("sms", "POST", url, fields, message.webhooks.append, copies)
    if not reply.is_ok:
        exchange.violation("webhook", f"the message webhook answered {reply.status or reply.failure}", url=url)
    elif reply.body.strip():
        _take_replies(exchange, message, reply.body.decode(errors="replace"))
    return message


def _take_replies(exchange: Exchange, message: Message, text: str) -> None:
    """https://www.twilio.com/docs/messaging/twiml: a Response of Message verbs, sent unless the person is blocked."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        exchange.violation("twiml", f"the reply to a message is not XML: {error}")
        return
    if root.tag != "Response" or any(verb.tag not in ("Message", "Redirect") for verb in root):
        exchange.violation("twiml", "the reply to a message holds other verbs than Message and Redirect")
    if message.from_ is not None and not is_blocked(exchange, message.from_, message.to):
        message.replies += ["".join(verb.itertext()) for verb in root if verb.tag == "Message"]


def _deliver(exchange: Exchange, message: Message, sender: str, url: str | None) -> None:
    """https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""
    fault = exchange.faults.of(message.to, "messages") or {}
    last = "undelivered" if fault.get("undelivered") else "delivered"
    for status in ("sent", last):
        with exchange.lock:
            message.from_, message.status = sender, status
            message.error_code = fault.get("undelivered") if status == last else None
        if not url:
            continue
        fields = {
            "AccountSid": message.account_sid, "ApiVersion": API_VERSION, "From": sender, "To": message.to,
            "MessageSid": message.sid, "MessageStatus": status, "SmsSid": message.sid, "SmsStatus": status,
        }  # fmt: skip
        if message.messaging_service_sid:
            fields["MessagingServiceSid"] = message.messaging_service_sid
        if message.error_code:
            fields["ErrorCode"] = str(message.error_code)
        copies = fault.get("duplicate", 1)
        exchange.postman.deliver("sms_status", "POST", url, fields, message.webhooks.append, copies)
