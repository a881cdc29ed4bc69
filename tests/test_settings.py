"""Settings: `.env.example` tells of each, and whatever is missing or unsafe stops the start with a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.bootstrap import build_services
from ivr.model_choice import models_in_use
from ivr.settings import BadSettings, Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "SECRET_KEY": "a-secret-key-of-this-test",
    "WEBHOOK_BASE_URL": "https://calls.example.com",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "an-auth-token-of-this-test",
    "TWILIO_PHONE_NUMBER": "+14155550100",
}
DOUBLE = "http://127.0.0.1:9001"
SHORT = "is too short or a well-known default"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with what is required and nothing else of ours."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def sentences(environment: pytest.MonkeyPatch, **changes: str | None) -> list[str]:
    """What a start with these changes is refused with; empty when it goes well."""
    for name, value in changes.items():
        if value is None:
            environment.delenv(name)
        else:
            environment.setenv(name, value)
    try:
        load_settings()
    except BadSettings as error:
        assert str(error) == "\n".join(error.sentences)
        return error.sentences
    return []


# --- .env.example -----------------------------------------------------------------------------------------------------


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    assert all(mark for _, mark, _ in pairs), "each line is a comment or NAME=value"
    names = [name for name, _, _ in pairs]
    assert len(names) == len(set(names)), "no variable stands twice"
    return {name: value for name, _, value in pairs}


def test_every_setting_is_in_the_example_and_the_other_way_round():
    assert set(example()) == {name.upper() for name in Settings.model_fields}


def test_the_example_shows_the_defaults(environment):
    """What it sets is what would hold without it, so copying it changes nothing."""
    plain = load_settings()
    for name, value in example().items():
        if name not in GOOD:
            environment.setenv(name, value)
    assert load_settings() == plain


def test_the_example_holds_no_secret_and_marks_what_is_required():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required == set(GOOD)
    assert all(example()[name] == "" for name in required)
    assert text.count("REQUIRED") == 1 + 3, "the heading and three places: the key, the address, the Twilio account"
    for name, field in Settings.model_fields.items():
        if "Secret" in str(field.annotation):
            assert example()[name.upper()] == ""


def test_every_setting_has_a_word_beside_it():
    """A variable has a comment over it, over its group of lines, or is spoken for by the one just before."""
    commented = False
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if not line:
            commented = False
        elif line.startswith("#"):
            commented = True
        else:
            assert commented, f"{line} stands without a comment"


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_each_required_variable_is_asked_for_by_name(environment, name, value):
    assert sentences(environment, **{name: value}) == [f"{name} is not set. `.env.example` says what it is for."]


REFUSED = [
    ("SECRET_KEY", "changeme", SHORT),
    ("SECRET_KEY", "fifteen letters", SHORT),
    ("SECRET_KEY", " " * 40, SHORT),
    ("SECRET_KEY_PREVIOUS", "changeme", SHORT),
    ("API_KEY", "secret", SHORT),
    ("METRICS_TOKEN", "dev", SHORT),
    ("TWILIO_AUTH_TOKEN", "your_auth_token", "copy the Auth Token from the Twilio console"),
    ("TWILIO_AUTH_TOKEN_PREVIOUS", "xxx", SHORT),
    ("TWILIO_ACCOUNT_SID", "AC" + "x" * 32, '"AC" and 32 hexadecimal digits'),
    ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32, '"AC" and 32 hexadecimal digits'),
    ("TWILIO_PHONE_NUMBER", "4155550100", "Start the number with + and its country code"),
    ("TWILIO_PHONE_NUMBER", "VIVAVOCE", "in digits"),
    ("TWILIO_PHONE_NUMBER", "+1415", "too short for its country"),
    ("WEBHOOK_BASE_URL", "calls.example.com", "absolute http(s) address"),
    ("WEBHOOK_BASE_URL", "ftp://calls.example.com", "absolute http(s) address"),
    ("WEBHOOK_BASE_URL", "http://calls.example.com", "must be https"),
    ("CANDIDATE_LINK_URL", "calls.example.com", "absolute http(s) address"),
    ("TWILIO_API_BASE_URL", "api.twilio.com", "absolute http(s) address"),
    ("OPENAI_BASE_URL", "/v1", "absolute http(s) address"),
    ("OPENAI_TRANSCRIBE_BASE_URL", "file:///etc", "absolute http(s) address"),
    ("DATABASE_URL", "mysql://user:the-password@host/name", "must begin with sqlite:/// or postgresql://"),
    ("REDIS_URL", "http://user:the-password@host", "must begin with redis://"),
    ("STORAGE_URL", "s3://", "must be a directory"),
    ("STORAGE_URL", "s3://key:secret@bucket", "must be a directory"),
    ("S3_ENDPOINT_URL", "minio:9000", "must be an absolute http(s) address"),
    ("STORAGE_URL", "file://", "must be a directory"),
    ("WHITELISTED_NUMBERS", "+14155550123,+1*", "beyond the country code"),
    ("WHITELISTED_NUMBERS", "*", "such as +1415*"),
    ("CALLING_HOURS_LIMIT", "nine to five", "such as 08:00-21:00"),
    ("CALLING_HOURS_LIMIT", "21:00-08:00", "end after they start"),
    ("CALLING_HOURS_LIMIT", "08:00-25:00", "CALLING_HOURS_LIMIT"),
    ("MAX_CONCURRENT_CALLS", "0", "greater than or equal to 1"),
    ("CALLS_PER_SECOND", "0", "greater than 0"),
    ("CALLS_PER_SECOND", "inf", "finite"),
    ("MAX_CALLS_PER_DAY", "many", "valid integer"),
    ("MAX_CALLS_PER_NUMBER_PER_DAY", "-1", "greater than or equal to 1"),
    ("OPENAI_SCORING_SAMPLES", "10", "less than or equal to 9"),
    ("OPENAI_TIMEOUT_S", "600", "less than or equal to 90"),
    ("OPENAI_API", "completions", "'responses', 'chat' or 'auto'"),
    ("AI_MODEL_API_ENDPOINT", "models.example.com", "absolute http(s) address"),
    ("AI_MODEL_NAME", "n" * 61, "at most 60 characters"),
    ("MONTHLY_BUDGET_USD", "-0.01", "greater than or equal to 0"),
    ("RATE_LIMIT_PER_MINUTE", "0", "greater than or equal to 1"),
    ("RATE_LIMIT_INTERVIEWS_PER_MINUTE", "0", "greater than or equal to 1"),
    ("RATE_LIMIT_LOGINS_PER_MINUTE", "0", "greater than or equal to 1"),
    ("PORT", "70000", "less than or equal to 65535"),
    ("WORKER_THREADS", "0", "greater than or equal to 1"),
    ("WORKER_THREADS", "1000", "less than or equal to 256"),
    ("LOG_LEVEL", "LOUD", "'DEBUG', 'INFO'"),
    ("LOG_FORMAT", "xml", "'json' or 'console'"),
    ("SIMULATED", "maybe", "valid boolean"),
]


@pytest.mark.parametrize(("name", "value", "word"), REFUSED, ids=[f"{name}={value}" for name, value, _ in REFUSED])
def test_a_wrong_value_is_refused_with_a_sentence(environment, name, value, word):
    (sentence,) = sentences(environment, **{name: value})
    assert sentence.startswith(name) and word in sentence
    assert re.fullmatch(r"[^.].*[^.]\.", sentence), "one sentence ends with one full stop"


def test_several_faults_are_told_at_once(environment):
    told = sentences(environment, SECRET_KEY=None, PORT="no", CALLING_HOURS_LIMIT="always")
    assert sorted(sentence.split()[0].rstrip(":") for sentence in told) == ["CALLING_HOURS_LIMIT", "PORT", "SECRET_KEY"]


SECRETS = [name.upper() for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)]


@pytest.mark.parametrize("name", [*SECRETS, "DATABASE_URL", "REDIS_URL", "WHITELISTED_NUMBERS", "TWILIO_PHONE_NUMBER"])
def test_no_value_is_repeated_in_a_sentence(environment, name):
    """Neither in the refusal of this very value nor, with a good start of it, in that of another."""
    for value in ("canary-12", "canary-12-and-much-longer-than-that"):
        environment.setenv(name, value)
        told = sentences(environment, PORT="no", CALLING_HOURS_LIMIT="canary-12 to midnight")
        assert told and "canary" not in "".join(told)


def test_a_settings_object_shows_no_secret(environment):
    for name in SECRETS:
        secret = "canary-0123456789-canary"
        environment.setenv(name, f"https://{secret}@sentry.example.com/1" if name == "SENTRY_DSN" else secret)
    environment.setenv("OIDC_ISSUER", "https://login.example.com")
    environment.setenv("OIDC_CLIENT_ID", "viva")
    settings = load_settings()
    assert "canary" not in repr(settings) and "canary" not in str(settings.model_dump())


def test_even_the_library_s_own_error_does_not_repeat_the_value(environment):
    environment.setenv("SECRET_KEY", "canary")
    with pytest.raises(ValueError, match="SECRET_KEY|secret_key") as caught:
        Settings()
    assert "canary" not in str(caught.value)


# --- doubles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, ["TWILIO_API_BASE_URL"]),
        ({"TWILIO_API_BASE_URL": "https://API.Twilio.com:443/"}, ["TWILIO_API_BASE_URL"]),
        ({"TWILIO_API_BASE_URL": "https://api.dublin.ie1.twilio.com"}, ["TWILIO_API_BASE_URL"]),
        ({"OPENAI_API_KEY": "sk-x"}, ["TWILIO_API_BASE_URL", "OPENAI_BASE_URL"]),
        ({"TWILIO_API_BASE_URL": DOUBLE, "OPENAI_API_KEY": "sk-x"}, ["OPENAI_BASE_URL"]),
        (
            {"TWILIO_API_BASE_URL": DOUBLE, "OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": f"{DOUBLE}/v1",
             "OPENAI_TRANSCRIBE_BASE_URL": "https://api.openai.com/v1"},
            ["OPENAI_TRANSCRIBE_BASE_URL"],
        ),
        ({"TWILIO_API_BASE_URL": DOUBLE, "OPENAI_TRANSCRIBE_API_KEY": "sk-x"}, ["OPENAI_TRANSCRIBE_BASE_URL"]),
    ],
)  # fmt: skip
def test_simulated_never_reaches_a_vendor(environment, changes, named):
    (sentence,) = sentences(environment, SIMULATED="1", **changes)
    assert "SIMULATED=1" in sentence
    assert re.findall(r"\w+_BASE_URL", sentence) == named


@pytest.mark.parametrize("openai", [{}, {"OPENAI_API_KEY": "sk-demo", "OPENAI_BASE_URL": f"{DOUBLE}/v1"}])
def test_simulated_with_doubles_on_both_sides_starts(environment, openai):
    assert sentences(environment, SIMULATED="1", TWILIO_API_BASE_URL=DOUBLE, **openai) == []
    assert load_settings().simulated


def test_another_address_alone_does_not_make_it_simulated(environment):
    """A compatible carrier is legal; the mark on a double's answers then stops the work (the gateways' tests)."""
    assert sentences(environment, TWILIO_API_BASE_URL=DOUBLE) == []
    assert not load_settings().simulated


# --- what a value becomes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_psycopg(environment, scheme):
    assert sentences(environment, DATABASE_URL=f"{scheme}://user:p%40ss@host:5432/name?sslmode=require") == []
    settings = load_settings()
    assert settings.database_url == "postgresql+psycopg://user:p%40ss@host:5432/name?sslmode=require"
    assert not settings.is_sqlite


def test_the_default_database_is_a_file(environment):
    assert load_settings().is_sqlite


def test_values_as_people_write_them(environment):
    wanted = {
        "WEBHOOK_BASE_URL": "https://calls.example.com/viva/",
        "TWILIO_PHONE_NUMBER": "+1 (415) 555-0100",
        "WHITELISTED_NUMBERS": " +14155550123 , +1415* ,",
        "CORS_ORIGINS": "https://a.example, https://b.example",
        "LOG_LEVEL": "warning",
        "CALLING_HOURS_LIMIT": "00:00-24:00",
    }
    assert sentences(environment, **wanted) == []
    settings = load_settings()
    assert settings.webhook_base_url == "https://calls.example.com/viva"
    assert settings.twilio_phone_number == "+14155550100"
    assert [pattern.text for pattern in settings.whitelist_floor] == ["+14155550123", "+1415*"]
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.log_level == "WARNING"
    assert settings.hours_limit.is_whole_day


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_needs_no_https(environment, host):
    assert sentences(environment, WEBHOOK_BASE_URL=f"http://{host}:8000") == []


def test_without_a_model_key_there_is_no_model(environment):
    assert not load_settings().has_model
    environment.setenv("OPENAI_API_KEY", "sk-x")
    assert load_settings().has_model


# --- models -----------------------------------------------------------------------------------------------------------

OWN = {
    "AI_MODEL_API_ENDPOINT": "https://models.example.com/interviews/", "AI_MODEL_NAME": "house-rater",
    "AI_MODEL_VERSION": "7",
}  # fmt: skip


def test_one_model_is_for_everything_unless_a_purpose_has_its_own(environment):
    environment.setenv("OPENAI_MODEL", "plain")
    assert set(models_in_use(load_settings()).values()) == {"plain"}
    environment.setenv("OPENAI_MODEL_QUESTIONS", "writer")
    environment.setenv("OPENAI_MODEL_CHECKING", "checker")
    environment.setenv("OPENAI_MODEL_SCORING", "rater")
    environment.setenv("OPENAI_MODEL_WRITING", "speaker")
    assert models_in_use(load_settings()) == {
        "interview_questions": "writer", "question_check": "checker", "answer_rating": "rater",
        "follow_up": "speaker", "candidate_feedback": "speaker", "resume_question": "speaker",
        "interview_narrative": "speaker",
    }  # fmt: skip


def test_a_model_server_of_one_s_own_takes_its_two_purposes(environment):
    assert sentences(environment, OPENAI_MODEL_WRITING="speaker", **OWN) == []
    settings = load_settings()
    assert settings.ai_model_api_endpoint == "https://models.example.com/interviews"
    assert settings.has_model and settings.own_model == "house-rater@7"
    assert models_in_use(settings) == {
        "interview_questions": "house-rater@7", "answer_rating": "house-rater@7", "follow_up": "speaker",
        "candidate_feedback": "speaker", "resume_question": "speaker",
        "interview_narrative": "speaker", "question_check": "gpt-6-luna",
    }  # fmt: skip


@pytest.mark.parametrize("missing", ["AI_MODEL_API_ENDPOINT", "AI_MODEL_NAME", "AI_MODEL_VERSION"])
def test_a_model_server_of_one_s_own_is_named_whole(environment, missing):
    (sentence,) = sentences(environment, **{name: "" if name == missing else value for name, value in OWN.items()})
    assert missing in sentence


def test_simulated_takes_no_vendor_for_a_model_server_of_one_s_own(environment):
    (sentence,) = sentences(
        environment, SIMULATED="1", TWILIO_API_BASE_URL=DOUBLE, **OWN | {"AI_MODEL_API_ENDPOINT": "https://api.openai.com"}
    )
    assert "AI_MODEL_API_ENDPOINT" in sentence


def test_nothing_is_read_after_the_start(environment):
    settings = load_settings()
    environment.setenv("PORT", "9000")
    assert settings.port == 8000
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 9000  # type: ignore[misc]


def test_the_least_that_starts_builds_the_services(environment, tmp_path):
    changes = {"DATABASE_URL": f"sqlite:///{tmp_path}/viva.sqlite3", "INSTANCE_DIR": str(tmp_path / "instance")}
    assert sentences(environment, **changes, STORAGE_URL=f"file://{tmp_path}/files") == []
    services = build_services(load_settings())
    services.database.dispose()


# --- e-mail


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com?from=jobs@example.com", ("mail.example.com", 587, False, None, "jobs@example.com")),
        ("smtps://jobs%40example.com:p%40ss@mail.example.com",
         ("mail.example.com", 465, True, "jobs@example.com", "jobs@example.com")),
        ("smtp://key:secret@mail.example.com:2525/?from=jobs%2Bus@example.com",
         ("mail.example.com", 2525, False, "key", "jobs+us@example.com")),
    ],
)  # fmt: skip
def test_a_mail_server_out_of_its_url(environment, url, expected):
    environment.setenv("SMTP_URL", url)
    server = load_settings().mail_server
    assert (server.host, server.port, server.implicit_tls, server.user, server.sender) == expected
    assert "p@ss" not in repr(server) and "p%40ss" not in repr(load_settings())


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://mail.example.com", "smtp://"), ("smtp://", "smtp://"), ("smtp://host:none", "smtp://"),
        ("smtp://host:99999", "smtp://"), ("smtp://mail.example.com", "?from="), ("smtp://user@host", "password"),
        ("smtp://user:pass@host", "?from="), ("smtp://host?from=jobs@example.com%0d%0aBcc:x", "?from="),
        ("smtp://host/path?from=jobs@example.com", "smtp://"),
    ],
)  # fmt: skip
def test_a_mail_url_that_will_not_do(environment, url, word):
    (sentence,) = sentences(environment, SMTP_URL=url)
    assert sentence.startswith("SMTP_URL") and word in sentence


def test_a_link_is_not_sent_in_the_clear(environment):
    (sentence,) = sentences(environment, CANDIDATE_LINK_URL="http://jobs.example.com")
    assert sentence.startswith("CANDIDATE_LINK_URL") and "https" in sentence


def test_links_point_to_the_same_address_unless_told(environment):
    assert load_settings().link_base_url == GOOD["WEBHOOK_BASE_URL"]
    environment.setenv("CANDIDATE_LINK_URL", "https://jobs.example.com/")
    assert load_settings().link_base_url == "https://jobs.example.com"


SIGN_ON = {
    "OIDC_ISSUER": "https://login.example.com/", "OIDC_CLIENT_ID": "viva", "OIDC_CLIENT_SECRET": "what-the-issuer-gave",
}  # fmt: skip


def test_single_sign_on_is_set_up_whole_or_not_at_all(environment):
    assert sentences(environment) == []
    assert load_settings().oidc_issuer is None
    assert sentences(environment, **SIGN_ON) == []
    found = load_settings()
    # as the issuer writes itself, slash and all
    assert (found.oidc_issuer, found.oidc_client_id) == ("https://login.example.com/", "viva")
    assert "what-the-issuer-gave" not in repr(found)


@pytest.mark.parametrize("missing", sorted(SIGN_ON))
def test_a_part_of_single_sign_on_is_named_when_it_is_missing(environment, missing):
    (sentence,) = sentences(environment, **{**SIGN_ON, missing: ""})
    assert sentence == f"Single sign-on takes three settings, and {missing} is not set."


@pytest.mark.parametrize("issuer", ["http://login.example.com", "login.example.com", "https://x.example.com/?a=1"])
def test_an_issuer_is_asked_over_tls(environment, issuer):
    (sentence,) = sentences(environment, **{**SIGN_ON, "OIDC_ISSUER": issuer})
    assert sentence.startswith("OIDC_ISSUER must be the issuer's https address")
