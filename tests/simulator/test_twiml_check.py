"""Documents that Twilio takes and documents that it does not, each with the word that must be in the complaint."""

from __future__ import annotations

import pytest

from scripts.simulator.twiml_check import check_twiml

ANSWER_TURN = """<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Gather input="dtmf" numDigits="1" finishOnKey="" timeout="1" method="POST"
          action="https://calls.example.com/turn/3?call=a&amp;turn=3#ct=2000&amp;rc=3">
    <Say language="de-DE" voice="Google.de-DE-Neural2-C">Frage zwei: <prosody rate="slow">warum &lt; 3?</prosody></Say>
    <Pause length="1"/>
  </Gather>
  <Record maxLength="120" timeout="5" finishOnKey="#*0" trim="do-not-trim" playBeep="true"
          action="/turn/3" recordingStatusCallback="/recording" recordingStatusCallbackEvent="completed absent"/>
  <Redirect method="POST">/turn/3?no_input=1</Redirect>
</Response>"""


@pytest.mark.parametrize(
    "document",
    [
        ANSWER_TURN,
        "<Response/>",
        '<Response><Reject reason="busy"/></Response>',
        '<Response><Say>One<break time="1s"/>two</Say><Play loop="2">https://x.example/a.wav</Play><Hangup/></Response>',
        '<Response><Gather input="dtmf speech" speechTimeout="auto" actionOnEmptyResult="true"/></Response>',
    ],
)
def test_good_documents_pass(document):
    assert check_twiml(document) == []


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("<Response><Say>open</Response>", "not well-formed"),
        ("", "not well-formed"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Response><Say>&a;</Say></Response>", "document type"),
        ("<Hello/>", "not <Response>"),
        ("<Response>words</Response>", "holds text"),
        ("<Response><Speak>hi</Speak></Response>", "not a TwiML element"),
        ("<Response><say>hi</say></Response>", "not a TwiML element"),
        ("<Response><Gather><Record/></Gather></Response>", "may not stand inside"),
        ("<Response><Say speed='2'>hi</Say></Response>", "no attribute speed"),
        ("<Response><Record trim='yes'/></Response>", "trim"),
        ("<Response><Record maxLength='2m'/></Response>", "whole number"),
        ("<Response><Record playBeep='yes'/></Response>", "neither true nor false"),
        ("<Response><Record recordingStatusCallbackEvent='completed done'/></Response>", "done"),
        ("<Response><Gather method='PUT'/></Response>", "GET or POST"),
        ("<Response><Record recordingStatusCallbackMethod='post'/></Response>", "GET or POST"),
        ("<Response><Say voice='Nobody'>hi</Say></Response>", "Nobody"),
        ("<Response><Say language='xx-YY'>hi</Say></Response>", "xx-YY"),
        ("<Response><Say>" + "a" * 70_000 + "</Say></Response>", "limit"),
    ],
)
def test_bad_documents_are_named(document, complaint):
    assert any(complaint in problem for problem in check_twiml(document))


def test_the_schema_itself_is_asked():
    # the rule table knows no order or text rule of its own for this one: only the schema's words say "schema:"
    problems = check_twiml("<Response>words<Hangup/></Response>")
    assert any(problem.startswith("schema:") for problem in problems)
