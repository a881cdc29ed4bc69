"""Whom the organisation may call, and whom never again: the whitelist with its floor, opt-outs, and looking one up."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, typed, why
from ivr.dashboard.session import user, viewer
from ivr.services.call_lists import NumberView, WhitelistDraft, WhyAgain
from ivr.services.drafts import Page
from ivr.services.errors import FieldProblem, Invalid, NotAllowed
from ivr.services.roles import Permission, may
from ivr.services.whitelist_csv import WhitelistLine, lines_of

_LIST, _OUT = "/settings/numbers", "/settings/opt-outs"
_ROWS = 50
_LONGEST_NUMBER, _LONGEST_NOTE = 40, 200
_LONGEST_FILE = 2 * 1024 * 1024
# How many of the environment's lines, and of a file's faults, are shown.
_MOST_OF_FLOOR, _MOST_FAULTS = 40, 20
REASONS = (
    (WhyAgain.ASKED, "They ask to be called again"),
    (WhyAgain.MISTAKE, "It was entered by mistake"),
    (WhyAgain.NEW_OWNER, "The number belongs to somebody else now"),
)


def add_routes(blueprint: Blueprint) -> None:
    """Both lists; the table of permissions says who may what."""
    blueprint.add_url_rule(_LIST, "numbers", _numbers, methods=["GET"])
    blueprint.add_url_rule(_LIST, "list_number", _add, methods=["POST"])
    blueprint.add_url_rule(f"{_LIST}/file", "list_file", _add_file, methods=["POST"])
    blueprint.add_url_rule(f"{_LIST}/look-up", "look_up_number", _look_up, methods=["POST"])
    blueprint.add_url_rule(f"{_LIST}/<entry_id>/remove", "unlist_number", _remove, methods=["POST"])
    blueprint.add_url_rule(_OUT, "opt_outs", _opt_outs, methods=["GET"])
    blueprint.add_url_rule(_OUT, "add_opt_out", _opt_out, methods=["POST"])
    blueprint.add_url_rule(f"{_OUT}/<opt_out_id>/remove", "remove_opt_out", _allow_again, methods=["POST"])


# --- whom we may call


def _numbers() -> Response:
    return _show_list()


def _add() -> Response:
    pattern, note = typed("pattern", _LONGEST_NUMBER), typed("note", _LONGEST_NOTE)
    if not pattern or not (pattern + note).isprintable():
        return _show_list(422, problem="Write a number such as +14155550100.", pattern=pattern, note=note)
    try:
        _enter([WhitelistDraft(pattern, note)])
    except (Invalid, NotAllowed) as error:
        return _show_list(status_of(error), problem=_worded(error), pattern=pattern, note=note)
    return go(f"{_LIST}?done=listed")


def _add_file() -> Response:
    sent = request.files.get("file")
    data = b"" if sent is None else sent.read(_LONGEST_FILE + 1)
    if not data:
        return _show_list(422, problem="Choose a CSV file with a number in each row.")
    if len(data) > _LONGEST_FILE:
        return _show_list(413, problem=f"A file has {_LONGEST_FILE // 1024 // 1024} MB at most.")
    lines: Sequence[WhitelistLine] = ()
    try:
        lines = lines_of(data)
        faults = _faults(lines)
        if faults:
            raise Invalid("invalid_fields", "Not every row can be listed; none was.", problems=faults)
        _enter([WhitelistDraft(line.pattern, line.note) for line in lines])
    except NotAllowed as error:
        return _show_list(status_of(error), problem=_worded(error))
    except Invalid as error:
        faults = [FieldProblem(_row_of(one.field, lines), one.code, one.message) for one in error.problems]
        return _show_list(422, problem=f"{error.sentence} {error.hint}".strip(), faults=faults)
    return go(f"{_LIST}?done=file")


def _enter(drafts: Sequence[WhitelistDraft]) -> None:
    current_services().call_lists.add_to_whitelist(
        viewer(), drafts, may_add_prefixes=may(user().role, Permission.ADMINISTER)
    )


def _look_up() -> Response:
    number = typed("number", _LONGEST_NUMBER)
    try:
        found = current_services().call_lists.look_up(user().organisation_id, number)
    except Invalid as error:
        return _show_list(422, problem=why(error), number=number)
    return _show_list(found=found, number=number)


def _remove(entry_id: str) -> Response:
    current_services().call_lists.remove_from_whitelist(viewer(), entry_id)
    return go(f"{_LIST}?done=unlisted")


def _show_list(
    status: int = 200, *, problem: str | None = None, faults: Sequence[FieldProblem] = (),
    found: NumberView | None = None, **given: str,
) -> Response:  # fmt: skip
    lists, floor = current_services().call_lists, current_services().call_lists.whitelist_floor()
    listed = lists.list_whitelist(user().organisation_id, Page(_ROWS, request.args.get("cursor") or None, True))
    said = {"listed": "It may be called now.", "file": "All rows of the file are listed.",
            "unlisted": "It is off the list: nothing is dialled that no other line allows."}  # fmt: skip
    return page(
        "whitelist.html", status, lines=listed.items, total=listed.total, older=listed.next_cursor, problem=problem,
        faults=faults[:_MOST_FAULTS], more_faults=max(0, len(faults) - _MOST_FAULTS), found=found, given=given,
        floor=floor[:_MOST_OF_FLOOR], more_floor=max(0, len(floor) - _MOST_OF_FLOOR),
        said=said.get(request.args.get("done", "")) if status == 200 else None,
        may_prefix=may(user().role, Permission.ADMINISTER),
    )  # fmt: skip


def _faults(lines: Sequence[WhitelistLine]) -> list[FieldProblem]:
    """What is wrong with rows before anybody looks at their numbers."""
    found = []
    for place, line in enumerate(lines):
        if len(line.pattern) > _LONGEST_NUMBER or not line.pattern.isprintable():
            found.append(FieldProblem(f"entries.{place}", "invalid", "This is no number."))
        elif len(line.note) > _LONGEST_NOTE or not line.note.isprintable():
            sentence = f"A note is one line of {_LONGEST_NOTE} characters at most."
            found.append(FieldProblem(f"entries.{place}", "invalid", sentence))
    return found


def _row_of(field: str, lines: Sequence[WhitelistLine]) -> str:
    """``entries.3.pattern`` as people count in their file."""
    place = field.split(".")[1] if field.startswith("entries.") else "0"
    return f"Row {lines[int(place)].row}"


def _worded(error: Invalid | NotAllowed) -> str:
    if isinstance(error, NotAllowed):
        return f"{error.sentence} Only administrators list prefixes; list the single numbers instead."
    return " ".join(dict.fromkeys(one.message for one in error.problems)) or why(error)


# --- whom never again


def _opt_outs() -> Response:
    return _show_opt_outs()


def _opt_out() -> Response:
    number = typed("number", _LONGEST_NUMBER)
    try:
        current_services().call_lists.add_opt_out(viewer(), number, source="dashboard")
    except Invalid as error:
        return _show_opt_outs(422, problem=why(error), number=number)
    return go(f"{_OUT}?done=added")


def _allow_again(opt_out_id: str) -> Response:
    reasons: Mapping[str, WhyAgain] = {reason.value: reason for reason, _ in REASONS}
    reason = reasons.get(request.form.get("why", ""))
    if reason is None:
        return _show_opt_outs(422, problem="Say why the number may be called again: it is kept in the record.")
    current_services().call_lists.remove_opt_out(viewer(), opt_out_id, reason)
    return go(f"{_OUT}?done=removed")


def _show_opt_outs(status: int = 200, *, problem: str | None = None, **given: Any) -> Response:
    listed = current_services().call_lists.list_opt_outs(
        user().organisation_id, Page(_ROWS, request.args.get("cursor") or None, True)
    )
    said = {"added": "The number is never called again.",
            "removed": "The number may be called again, if a line of the list allows it."}  # fmt: skip
    return page(
        "opt_outs.html", status, rows=listed.items, total=listed.total, older=listed.next_cursor, problem=problem,
        given=given, reasons=REASONS, said=said.get(request.args.get("done", "")) if status == 200 else None,
        may_remove=may(user().role, Permission.ADMINISTER),
    )  # fmt: skip
