"""The documents of an answered call, executed verb by verb as https://www.twilio.com/docs/voice/twiml describes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from xml.etree import ElementTree

from ..audio import WORDS_PER_MINUTE, count_words, wav_duration_s, words_in_wav
from .callbacks import Callbacks
from .candidate import Candidate
from .clock import HungUp, LineClock, Moved
from .documents import BrokenContract, Document, DocumentSource, NoDocument
from .exchange import Exchange
from .listening import GATHER_TIMEOUT_S, MAX_SPEECH_S, flag, inputs, integer, plan_record, read_keys
from .people import Reaction
from .recorder import Recorded, Recorder
from .records import Call, Order

MAX_DOCUMENTS = 1_000
DEFAULT_PLAY_S = 5.0
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


class Conversation:
    """Runs the documents of one call until it ends."""

    def __init__(
        self, exchange: Exchange, call: Call, candidate: Candidate, clock: LineClock, callbacks: Callbacks
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._candidate = candidate
        self._clock = clock
        self._source = DocumentSource(exchange, call)
        self._recorder = Recorder(exchange, call, candidate, clock, callbacks)
        self._hang_up_at = exchange.faults.of(call.person, "hang_up_at_verb")
        self._verbs = 0

    def run(self) -> None:
        """Execute documents; returns when the last one ends, HungUp when the call ends otherwise."""
        request = self._call.request
        order: Order | None = Order(
            url=request.get("Url"), method=request.get("Method", "POST"), twiml=request.get("Twiml")
        )
        document: Document | None = None
        try:
            for _ in range(MAX_DOCUMENTS):
                try:
                    if order is not None:
                        following, order = order, None
                        document = self._document_of(following)
                    if document is None:
                        return
                    document = self._execute(document)
                except Moved:
                    order = self._take_order()
        except NoDocument as error:
            self._call.twilio_error_heard = True
            self._candidate.hear(APOLOGY, "Say", None, None, twilio_error_heard=True)
            raise HungUp(f"application error: {error}") from None
        except BrokenContract as error:
            raise HungUp(f"broken contract: {error}") from None
        self._violation(f"a call asked for {MAX_DOCUMENTS} documents")
        raise HungUp("the conversation does not end")

    def _take_order(self) -> Order | None:
        with self._exchange.lock:
            order, self._call.order = self._call.order, None
            self._call.interrupt.clear()
        self._candidate.end_turn()
        return order

    def _document_of(self, order: Order) -> Document:
        if order.twiml:
            return self._source.inline(order.twiml)
        # the first document of a call to us is fetched while it still rings: it is what answers the call
        status = "ringing" if self._call.is_inbound and not self._call.documents else "in-progress"
        return self._fetch(order.url or "", order.method, {}, status)

    def _fetch(
        self, url: str, method: str, extra: Mapping[str, str], status: str = "in-progress"
    ) -> Document:
        started = time.monotonic()
        document = self._source.fetch(url, method, extra, status=status)
        self._clock.spend_real(time.monotonic() - started)
        return document

    def _execute(self, document: Document) -> Document | None:
        """Run the verbs in order; the document to go on with, or None when the call ends with this one."""
        verbs = list(document.root)
        following = [verb.tag for verb in verbs[1:]] + [""]
        for verb, next_tag in zip(verbs, following, strict=True):
            self._enter(verb)
            answer: Document | None = None
            match verb.tag:
                case "Say" | "Play" | "Pause":
                    self._sound(verb, document)
                case "Gather":
                    answer = self._gather(verb, document, next_tag)
                case "Record" if self._exchange.config.is_trial:
                    # trial accounts lose this verb: the document goes on as if it were not there
                    stripped = {"code": 0, "url": document.url, "message": "Record stripped: trial account"}
                    self._call.errors.append(stripped)
                case "Record":
                    answer = self._record(verb, document)
                case "Redirect":
                    if any(one.tag in ("Gather", "Record") for one in verbs):
                        self._candidate.end_turn()  # a turn that ended in silence
                    return self._fetch(document.resolve(verb.text), verb.get("method", "POST"), {})
                case "Hangup":
                    raise HungUp("Hangup")
                case "Reject":
                    self._violation("Reject is for incoming calls")
                    raise HungUp("Reject")
                case other:
                    self._violation(f"<{other}> is not executed by this double")
            if answer is not None:
                return answer
        return None

    def _enter(self, verb: ElementTree.Element) -> None:
        self._verbs += 1
        if self._hang_up_at == self._verbs and verb.tag != "Record":
            raise HungUp(f"the person hung up at verb {self._verbs}, {verb.tag}")

    def _sound(self, verb: ElementTree.Element, document: Document) -> None:
        match verb.tag:
            case "Say":
                text = " ".join("".join(verb.itertext()).split())
                loops = max(1, min(1000, integer(verb, "loop", 1)))
                self._candidate.hear(text, "Say", verb.get("language"), verb.get("voice"))
                self._clock.wait(loops * count_words(text) * 60 / WORDS_PER_MINUTE)
            case "Play":
                self._play(verb, document)
            case "Pause":
                self._clock.wait(integer(verb, "length", 1))

    def _play(self, verb: ElementTree.Element, document: Document) -> None:
        if verb.get("digits"):
            self._clock.wait(0.5 * len(verb.get("digits", "")))
            return
        url = document.resolve(verb.text)
        reply = self._exchange.postman.get_media(url, self._call.webhooks.append)
        if not reply.is_ok:
            # an assumption, as the documentation does not say: the error is logged, and the next verb follows
            self._call.errors.append({"code": 11200, "url": url, "message": "the file of a Play could not be fetched"})
            return
        self._candidate.hear(words_in_wav(reply.body) or "", "Play", None, None, url=url)
        self._clock.wait(max(1, integer(verb, "loop", 1)) * (wav_duration_s(reply.body) or DEFAULT_PLAY_S))

    def _gather(self, verb: ElementTree.Element, document: Document, next_tag: str) -> Document | None:
        """https://www.twilio.com/docs/voice/twiml/gather: None when nothing was entered and the next verb follows."""
        timeout_s = integer(verb, "timeout", GATHER_TIMEOUT_S)
        reaction = self._prompt(verb, document)
        if reaction is None:
            reaction = self._candidate.react_after_prompts(verb, next_tag)
            if reaction is not None and reaction.wait_s >= timeout_s:
                reaction = None  # too late for this Gather
        if reaction is None:
            self._clock.wait(timeout_s)
            answer: dict[str, str] = {}
        else:
            answer = self._enter_reaction(verb, reaction, timeout_s)
        if not answer and flag(verb, "actionOnEmptyResult", False):
            # https://www.twilio.com/docs/voice/twiml/gather#actiononemptyresult
            answer = {"Digits": "", "FinishedOnKey": ""} if "dtmf" in inputs(verb) else {"SpeechResult": ""}
        if not answer:
            return None
        self._candidate.end_turn()
        extra = {"msg": "Gather End", **answer}
        return self._fetch(document.resolve(verb.get("action")), verb.get("method", "POST"), extra)

    def _prompt(self, gather: ElementTree.Element, document: Document) -> Reaction | None:
        """Say what a Gather holds, until the person breaks in."""
        for nested in gather:
            self._enter(nested)
            self._sound(nested, document)
            if flag(gather, "bargeIn", True):
                reaction = self._candidate.react_while_prompted(gather)
                if reaction is not None:
                    return reaction
        return None

    def _enter_reaction(self, verb: ElementTree.Element, reaction: Reaction, timeout_s: int) -> dict[str, str]:
        self._candidate.perform(reaction)
        self._clock.wait(reaction.wait_s)
        if reaction.hang_up:
            raise HungUp("the person hung up")
        if reaction.press is not None:
            keys = read_keys(verb, reaction.press)
            if keys.waits:
                self._clock.wait(timeout_s)
            return {"Digits": keys.digits, "FinishedOnKey": keys.finished_on} if keys.digits else {}
        plan = plan_record(verb, Reaction(say=reaction.say, seconds=reaction.seconds, end_with="silence"), "en")
        said = plan.utterance.cut(float(integer(verb, "maxSpeechTime", MAX_SPEECH_S)))
        if said.words != plan.utterance.words:
            self._candidate.goes_on_saying(plan.utterance.words[len(said.words) :].strip())
        self._clock.wait(said.duration_s)
        if reaction.end_with == "hang_up":
            raise HungUp("the person hung up")
        return {"SpeechResult": said.words, "Confidence": "0.9321", "Language": verb.get("language", "en-US")}

    def _record(self, verb: ElementTree.Element, document: Document) -> Document | None:
        recorded = self._recorder.record(verb, document, breaks_off=self._hang_up_at == self._verbs)
        faults = self._exchange.faults.of(self._call.person, "recording_callbacks") or {}
        if faults.get("early"):
            self._recorder.report(verb, document, recorded, at_once=True)
            return self._after_record(verb, document, recorded)
        try:
            return self._after_record(verb, document, recorded)
        finally:
            self._recorder.report(verb, document, recorded, at_once=False)

    def _after_record(self, verb: ElementTree.Element, document: Document, recorded: Recorded) -> Document | None:
        if recorded.moved is not None:
            raise recorded.moved
        action, method = document.resolve(verb.get("action")), verb.get("method", "POST")
        if recorded.hung_up is not None:
            if recorded.posts:
                self._source.post_last_word(action, method, recorded.fields)
            raise HungUp(recorded.hung_up)
        return self._fetch(action, method, recorded.fields) if recorded.posts else None

    def _violation(self, message: str) -> None:
        self._exchange.violation("twiml", message, call_sid=self._call.sid)
