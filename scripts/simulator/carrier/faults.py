"""Misbehaviour on request: which faults hold for a number, and how often each may still strike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

GLOBAL = "*"

# What happens to a request on its way, by its webhook family: it reaches nobody, its answer is lost (or too late), or
# something in front of the application answers with an error. Each attempt of
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides counts for itself.
NO_CONNECTION, NO_ANSWER = "no_connection", "no_answer"
# When detection reports: https://www.twilio.com/docs/voice/answering-machine-detection#asyncamd says only "in the
# background", so before the first document, within the call, never, or behind its end are all to be reckoned with.
_AMD_TIMES = ("early", "never", "after_call")

# name of a fault -> its settings and their types; delays are real seconds, never scaled by the carrier's speed
_CALLBACKS: dict[str, type | tuple[type, ...]] = {
    "duplicate": int, "drop": (list, bool), "delay_s": (int, float), "shuffle": bool, "early": bool,
}  # fmt: skip
_KNOWN: dict[str, Mapping[str, type | tuple[type, ...]]] = {
    "create": {"status": int, "code": int, "times": int, "but_call_is_made": bool, "delay_s": (int, float)},
    "status_callbacks": _CALLBACKS,
    "recording_callbacks": _CALLBACKS,
    "amd": {**_CALLBACKS, "when": str, "after_s": (int, float)},
    "documents": {"duplicate": int, "delay_s": (int, float), "stale_copies": bool},
    "network": {"kind": (str, int), "families": list, "skip": int, "times": int},
    "messages": {"status": int, "code": int, "undelivered": int, "times": int, "duplicate": int},
    "media": {"not_found_times": int, "forever": bool, "truncate": bool, "html": bool},
}


class BadFault(ValueError):
    """A description of a fault that cannot be understood."""


class Faults:
    """The faults in force, for everybody and per telephone number; a number's own setting hides the general one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settings: dict[str, dict[str, Any]] = {}
        self._used: dict[tuple[str, str], int] = {}

    def put(self, phone: str | None, settings: Mapping[str, Any]) -> None:
        """Replace what holds for one number, or for all when ``phone`` is None; BadFault names a mistake."""
        _check(settings)
        scope = phone or GLOBAL
        with self._lock:
            self._settings[scope] = {name: value for name, value in settings.items() if value is not None}
            self._used = {key: count for key, count in self._used.items() if key[0] != scope}

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            self._settings.clear()
            self._used.clear()

    def all(self) -> dict[str, dict[str, Any]]:
        """Every fault in force, by number; ``*`` is everybody."""
        with self._lock:
            return {scope: dict(settings) for scope, settings in self._settings.items()}

    def of(self, phone: str, name: str) -> Any:
        """The setting of one fault for a number: an object, a number, or None when all is well."""
        with self._lock:
            return self._scope(phone, name)[1]

    def take(self, phone: str, name: str) -> Any:
        """As ``of``, and counted: the first ``skip`` times all is well, and again once its ``times`` are used up."""
        with self._lock:
            scope, settings = self._scope(phone, name)
            if settings is None:
                return None
            used = self._used.get((scope, name), 0)
            skip = settings.get("skip", 0)
            if used >= skip + settings.get("times", used + 1):
                return None
            self._used[(scope, name)] = used + 1
            return settings if used >= skip else None

    def on_the_way(self, phone: str, family: str) -> Callable[[], str | int | None]:
        """For each attempt of a webhook of this family: what is wrong with the network, None when nothing is."""

        def strike() -> str | int | None:
            if family not in (self.of(phone, "network") or {}).get("families", ["document"]):
                return None
            fault = self.take(phone, "network")
            return None if fault is None else fault["kind"]

        return strike

    def _scope(self, phone: str, name: str) -> tuple[str, Any]:
        for scope in (phone, GLOBAL):
            if name in self._settings.get(scope, {}):
                return scope, self._settings[scope][name]
        return GLOBAL, None


def _check(settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        if value is None:
            continue
        if name == "hang_up_at_verb":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise BadFault("hang_up_at_verb counts verbs from 1")
            continue
        if name not in _KNOWN:
            raise BadFault(f"there is no fault {name}; known: {', '.join([*_KNOWN, 'hang_up_at_verb'])}")
        if not isinstance(value, Mapping):
            raise BadFault(f"{name} is a JSON object")
        for key, setting in value.items():
            if key not in _KNOWN[name]:
                raise BadFault(f"{name} has no setting {key}; known: {', '.join(_KNOWN[name])}")
            if not isinstance(setting, _KNOWN[name][key]):
                raise BadFault(f"{name}.{key} is {setting!r}")
        if "code" in value and "status" not in value:
            raise BadFault(f"{name}.code is Twilio's number in a refusal: say its status as well")
        if name == "network" and value.get("kind") not in (NO_CONNECTION, NO_ANSWER, *range(400, 600)):
            raise BadFault(f"network.kind is {NO_CONNECTION}, {NO_ANSWER} or an HTTP status from 400 to 599")
        if name == "amd" and value.get("when", "early") not in _AMD_TIMES:
            raise BadFault(f"amd.when is one of {', '.join(_AMD_TIMES)}")
