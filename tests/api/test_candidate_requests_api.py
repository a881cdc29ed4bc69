"""What candidates asked of a person: listed, filtered, written down, resolved; never another organisation's."""

from __future__ import annotations

from typing import Any

from flask import Flask

from db.models import DomainEvent, RequestKind, Scope
from db.repositories import candidate_requests
from ivr.services.catalog import Services
from tests.api.conftest import Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, services  # noqa: F401 - fixtures
from tests.factories import NOW, make_answer, make_candidate, make_interview, make_organisation


def people(services: Services, organisation_id: str | None = None) -> dict[str, str]:  # noqa: F811
    """A candidate with an interview and an answer, of the default organisation unless told otherwise."""
    organisation_id = organisation_id or services.access.ensure_first_key()
    candidate_id = make_candidate(services.database, organisation_id)
    interview_id = make_interview(services.database, organisation_id=organisation_id, candidate_id=candidate_id)
    answer_id = make_answer(services.database, interview_id, "q1")
    return {
        "organisation_id": organisation_id, "candidate_id": candidate_id, "interview_id": interview_id,
        "answer_id": answer_id,
    }  # fmt: skip


def asked(services: Services, who: dict[str, str], kind: RequestKind, **more: Any) -> str:  # noqa: F811
    """A request that the candidate made behind their link."""
    with services.database.write() as unit:
        ids = {name: who[name] for name in ("organisation_id", "candidate_id", "interview_id")}
        made = candidate_requests.add(
            unit.session, kind=kind, source="link", created_by="candidate", at=NOW, **ids, **more
        )
    return made.id


def test_requests_are_listed_filtered_and_resolved(client: Caller, services: Services, fits: Any) -> None:  # noqa: F811
    one, other = people(services), people(services)
    human = asked(services, one, RequestKind.HUMAN)
    contest = asked(services, other, RequestKind.CONTEST, answer_id=other["answer_id"], reason="I said cause.")
    listed = client.get("/requests?include=total").json
    assert listed["total"] == 2 and {row["id"] for row in listed["data"]} == {human, contest}
    for query, wanted in (
        ("kind=contest", [contest]), (f"candidate_id={one['candidate_id']}", [human]),
        (f"interview_id={other['interview_id']}", [contest]), ("status=resolved", []), ("kind=data", []),
    ):  # fmt: skip
        assert [row["id"] for row in client.get(f"/requests?{query}").json["data"]] == wanted, query
    shown = fits("CandidateRequest", client.get(f"/requests/{contest}"))
    assert (shown["kind"], shown["status"], shown["source"], shown["reason"], shown["answer_id"]) == (
        "contest", "open", "link", "I said cause.", other["answer_id"],
    )  # fmt: skip

    key = {"Idempotency-Key": "one"}
    resolve, note = f"/requests/{contest}/resolve", {"note": "Corrected."}
    done = fits("CandidateRequest", client.post(resolve, json=note, headers=key))
    assert done["status"] == "resolved" and done["note"] == "Corrected." and done["resolved_by"].startswith("key:")
    again = client.post(resolve, json=note, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == done
    assert client.post(resolve, json=note).json == done
    assert_problem(client.post(resolve, json={"note": "Other."}), 409, "wrong_status")
    assert [row["id"] for row in client.get("/requests?status=open").json["data"]] == [human]
    with services.database.read() as session:
        types = [row.type for row in session.query(DomainEvent)]
    assert types.count("request.resolved") == 1


def test_what_came_by_letter_is_written_down(client: Caller, services: Services, fits: Any) -> None:  # noqa: F811
    who = people(services)
    person, interview, answer = (who[name] for name in ("candidate_id", "interview_id", "answer_id"))
    made = client.post("/requests", json={"kind": "data", "candidate_id": person, "reason": "By letter of 3 March."})
    assert made.status_code == 201 and fits("CandidateRequest", made)["source"] == "recruiter"
    contest = {"kind": "contest", "candidate_id": person, "interview_id": interview, "answer_id": answer}
    assert client.post("/requests", json=contest).status_code == 201
    for wrong in (
        {"kind": "contest", "candidate_id": person}, {**contest, "kind": "human"},
        {"kind": "contest", "candidate_id": person, "answer_id": answer},
    ):  # fmt: skip
        problem = assert_problem(client.post("/requests", json=wrong), 422, "invalid_fields")
        assert problem["errors"][0]["field"] == "answer_id"
    for wrong, field in (({"kind": "praise", "candidate_id": person}, "kind"), ({"kind": "data"}, "candidate_id"),
                         ({"kind": "data", "candidate_id": person, "urgent": True}, "urgent")):  # fmt: skip
        problem = assert_problem(client.post("/requests", json=wrong), 422, "invalid_fields")
        assert problem["errors"][0]["field"] == field
    assert_problem(client.post(f"/requests/{made.json['id']}/resolve", json={"note": " "}), 422, "invalid_fields")


def test_another_organisations_are_not_there(client: Caller, services: Services) -> None:  # noqa: F811
    ours = people(services)
    theirs = people(services, make_organisation(services.database))
    hidden = asked(services, theirs, RequestKind.DATA)
    assert client.get("/requests").json["data"] == []
    assert_problem(client.get(f"/requests/{hidden}"), 404, "not_found")
    assert_problem(client.post(f"/requests/{hidden}/resolve", json={"note": "No."}), 404, "not_found")
    base = {"kind": "contest", "candidate_id": ours["candidate_id"], "interview_id": ours["interview_id"]}
    for change in (
        {"candidate_id": theirs["candidate_id"], "answer_id": ours["answer_id"]},
        {"interview_id": theirs["interview_id"], "answer_id": ours["answer_id"]},
        {"answer_id": theirs["answer_id"]},
    ):  # fmt: skip
        assert_problem(client.post("/requests", json={**base, **change}), 404, "not_found")


def test_reading_and_resolving_take_their_scopes(app: Flask, services: Services) -> None:  # noqa: F811
    who = people(services)
    open_one = asked(services, who, RequestKind.HUMAN)
    reader = key_with(services, app, Scope.READ)
    assert reader.get("/requests").status_code == 200
    assert_problem(reader.post(f"/requests/{open_one}/resolve", json={"note": "Done."}), 403, "scope_missing")
    wish = {"kind": "data", "candidate_id": who["candidate_id"]}
    assert_problem(reader.post("/requests", json=wish), 403, "scope_missing")
