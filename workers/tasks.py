"""The tasks: one function a kind of outbox row, named by RQ's bells. Each takes up its row and leaves it settled."""

from workers import context


def write_questions(outbox_id: str, generation: int) -> None:
    """Write a job's questions from its description."""
    context.run("write_questions", outbox_id, generation)


def check_questions(outbox_id: str, generation: int) -> None:
    """Have a model check the wording of a job's questions."""
    context.run("check_questions", outbox_id, generation)


def read_resume(outbox_id: str, generation: int) -> None:
    """Read the text of a candidate's résumé."""
    context.run("read_resume", outbox_id, generation)


def draft_profile(outbox_id: str, generation: int) -> None:
    """Draft a candidate's profile from the résumé."""
    context.run("draft_profile", outbox_id, generation)


def run_campaign(outbox_id: str, generation: int) -> None:
    """Invite a campaign's people, or wake or let go of those it has."""
    context.run("run_campaign", outbox_id, generation)


def place_call(outbox_id: str, generation: int) -> None:
    """Dial an interview's candidate, if the gate still allows it."""
    context.run("place_call", outbox_id, generation)


def place_test_call(outbox_id: str, generation: int) -> None:
    """Dial the telephone to which a job's questions are to be read."""
    context.run("place_test_call", outbox_id, generation)


def reconcile_call(outbox_id: str, generation: int) -> None:
    """Ask the carrier what became of a call."""
    context.run("reconcile_call", outbox_id, generation)


def end_sitting(outbox_id: str, generation: int) -> None:
    """Interrupt an interview in a browser that the candidate has left."""
    context.run("end_sitting", outbox_id, generation)


def transcribe_answer(outbox_id: str, generation: int) -> None:
    """Fetch a recording, keep it, and make text of it."""
    context.run("transcribe_answer", outbox_id, generation)


def write_follow_up(outbox_id: str, generation: int) -> None:
    """Write one question more about an answer, if one is needed."""
    context.run("write_follow_up", outbox_id, generation)


def answer_candidate_question(outbox_id: str, generation: int) -> None:
    """Put a candidate's own question into words, and look for what they may be told."""
    context.run("answer_candidate_question", outbox_id, generation)


def write_resume_question(outbox_id: str, generation: int) -> None:
    """Write the question about a candidate's résumé for an interview that is to come."""
    context.run("write_resume_question", outbox_id, generation)


def transcribe_resume_answer(outbox_id: str, generation: int) -> None:
    """Put into words what a candidate said about their résumé."""
    context.run("transcribe_resume_answer", outbox_id, generation)


def score_answer(outbox_id: str, generation: int) -> None:
    """Have an answer rated."""
    context.run("score_answer", outbox_id, generation)


def conclude_interview(outbox_id: str, generation: int) -> None:
    """Compute the result, once every answer has its state."""
    context.run("conclude_interview", outbox_id, generation)


def narrate_interview(outbox_id: str, generation: int) -> None:
    """Put a result into words."""
    context.run("narrate_interview", outbox_id, generation)


def draft_feedback(outbox_id: str, generation: int) -> None:
    """Draft what a candidate may be told about an interview."""
    context.run("draft_feedback", outbox_id, generation)


def note_integrity(outbox_id: str, generation: int) -> None:
    """Note what a person may want to look at in an interview's answers."""
    context.run("note_integrity", outbox_id, generation)


def rate_controls(outbox_id: str, generation: int) -> None:
    """Rate the control answers of a job, to see whether scores drift."""
    context.run("rate_controls", outbox_id, generation)


def speak_text(outbox_id: str, generation: int) -> None:
    """Put a question into sound."""
    context.run("speak_text", outbox_id, generation)


def send_account_email(outbox_id: str, generation: int) -> None:
    """Send somebody with an account a link by which they choose a password."""
    context.run("send_account_email", outbox_id, generation)


def send_alert(outbox_id: str, generation: int) -> None:
    """Tell the operator that something needs a person now."""
    context.run("send_alert", outbox_id, generation)


def announce_event(outbox_id: str, generation: int) -> None:
    """Tell those who listen what happened: webhooks and live streams."""
    context.run("announce_event", outbox_id, generation)


def deliver_webhook(outbox_id: str, generation: int) -> None:
    """Send one message to one webhook endpoint."""
    context.run("deliver_webhook", outbox_id, generation)


def discard_practice(outbox_id: str, generation: int) -> None:
    """Delete an interview's practice answers, here and at the carrier."""
    context.run("discard_practice", outbox_id, generation)


def delete_recording(outbox_id: str, generation: int) -> None:
    """Delete the carrier's copy of a recording."""
    context.run("delete_recording", outbox_id, generation)


def delete_carrier_copies(outbox_id: str, generation: int) -> None:
    """Delete what the carrier still holds of an interview whose words are deleted."""
    context.run("delete_carrier_copies", outbox_id, generation)


def erase_job(outbox_id: str, generation: int) -> None:
    """Delete the files of an erased job's interviews, and what was written while we did."""
    context.run("erase_job", outbox_id, generation)


def erase_candidate(outbox_id: str, generation: int) -> None:
    """Delete the files of a person who is to be forgotten."""
    context.run("erase_candidate", outbox_id, generation)


def send_sms(outbox_id: str, generation: int) -> None:
    """Send the text message of an event."""
    context.run("send_sms", outbox_id, generation)


def send_email(outbox_id: str, generation: int) -> None:
    """Send the e-mail of an event."""
    context.run("send_email", outbox_id, generation)


KINDS = (
    "write_questions",
    "check_questions",
    "read_resume",
    "draft_profile",
    "run_campaign",
    "place_call",
    "place_test_call",
    "reconcile_call",
    "end_sitting",
    "transcribe_answer",
    "write_follow_up",
    "answer_candidate_question",
    "write_resume_question",
    "transcribe_resume_answer",
    "score_answer",
    "conclude_interview",
    "narrate_interview",
    "draft_feedback",
    "note_integrity",
    "rate_controls",
    "speak_text",
    "send_account_email",
    "send_alert",
    "announce_event",
    "deliver_webhook",
    "discard_practice",
    "delete_recording",
    "delete_carrier_copies",
    "erase_candidate",
    "erase_job",
    "send_sms",
    "send_email",
)
