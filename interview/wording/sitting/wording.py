"""What stands on the pages of a sitting and of a candidate's own data. One language has to fill in all of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SittingWords:
    """One language. In braces: ``company``, ``index``, ``total``, ``time`` (minutes and seconds), ``digits`` (the end
    of a number), ``when`` (a day) and ``number``. Nothing says how good an answer was."""

    language: str

    # the way in
    here: str
    here_means: str
    told: str  # company
    agree: str
    begin: str
    go_on: str
    must_agree: str

    # a question
    count: str  # index, total
    second_round: str
    own_question: str
    own_question_means: str
    by_voice: str
    in_writing: str
    limit: str  # time
    yes: str
    no: str
    send_text: str
    skip: str
    end: str
    end_means: str
    later: str

    # the microphone
    record: str
    stop: str
    again: str
    no_more_takes: str
    listen: str
    send: str
    recording: str
    left: str  # time
    time_up: str
    no_microphone: str
    nothing_heard: str

    # sending
    sending: str
    lost: str
    retry: str
    late: str
    refused: str
    empty: str

    # the end
    done_title: str
    done: str  # company
    back: str

    # practice
    practise: str
    practise_means: str
    practise_question: str
    practise_ready: str

    # the candidate's data
    data: str
    prove: str  # digits
    phone_number: str
    show: str
    not_the_number: str
    held: str  # company
    name: str
    email: str
    your_answers: str
    no_words: str
    contest: str
    contest_means: str  # company
    contest_reason: str
    contested: str
    copy: str
    copy_means: str  # company
    copy_asked: str  # company
    erase: str
    erase_means: str
    erase_agree: str
    erase_now: str

    # after the deletion
    receipt: str
    receipt_done: str
    receipt_under_way: str
    receipt_number: str  # number, when
    removed: str
    kept: str
    kept_means: str
