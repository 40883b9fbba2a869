# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run operations in this process against a simulator, with a table of all calls."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from importlib import import_module
from multiprocessing.sharedctypes import RawValue
from typing import Any
from unittest.mock import patch

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response, Transport, transport_to
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import Unforeseen
from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import share_group_factors
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation

from simulator.faults import VALUES
from tests.integration.watch import watch
from tests.support.simulator_process import CLIENT_ID, CLIENT_SECRET, SimulatorProcess

_MODULES = "ansible_collections.community.onelogin.plugins.modules"
_MISTAKE = Unforeseen(Exception()).message.partition(":")[0]
TYPES = tuple(VALUES)

Setup = Callable[["OperationRunner"], dict[str, Any]]


class FastClock(Clock):
    """The real time; a sleep advances it at once."""

    def __init__(self) -> None:
        self.slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)


class SharedClock(Clock):
    """The time of the simulator, also in a forked process; a sleep advances the simulator's clock at once."""

    def __init__(self, sim: SimulatorProcess) -> None:
        self._sim = sim
        self._ahead = RawValue("d", 0.0)
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + float(self._ahead.value)

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + timedelta(seconds=self._ahead.value)

    def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        with self._lock:  # threads sleep at the same time, not in sequence
            if (rest := end - self.monotonic()) > 0:
                self._sim.pass_time(rest)
                self._ahead.value += rest

    def synchronize(self) -> None:
        """Read the time from the simulator; a killed run may have advanced only one of the clocks."""
        now = self._sim.admin("POST", "/clock", {"advance": 0})["time"]
        self._ahead.value = datetime.fromisoformat(now).timestamp() - time.time()


def operation_of(module: str) -> Operation[Any]:
    """Return the operation of a module."""
    found: Operation[Any] = import_module(f"{_MODULES}.{module}").OPERATION
    return found


@dataclass(frozen=True)
class OperationRunner:
    """Run operations against a simulator.

    :param hear: receives all output with its source; see watch.py.
    """

    sim: SimulatorProcess
    hear: Callable[[str, str], None] = lambda _where, _said: None

    def __call__(self, module: str, *, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module without Ansible, and return its result."""
        return self.run(module, operation_of(module), check_mode=check_mode, **options)

    def run(self, name: str, operation: Operation[Any], *, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run an operation without a module, and return its result."""
        given = {"base_url": self.sim.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "request_timeout": 1}
        checked = ArgumentSpecValidator(operation.options.specs).validate({**given, "progress": False, **options})
        assert not checked.error_messages, checked.error_messages
        result = _batch.execute(operation, checked.validated_parameters, check_mode=check_mode)
        self._judge(name, result)
        return result

    def _judge(self, module: str, result: Mapping[str, Any]) -> None:
        """Check what holds for every result, whatever failed: no internal error, and no secret in what is shown."""
        whole = json.dumps(result)
        rows = [result, *result.get("results", ())]
        self.hear(f"what {module} returns", whole)
        self.hear(f"what {module} says", json.dumps([[row.get("msg"), row.get("error")] for row in rows]))
        assert _MISTAKE not in whole, whole
        reads = module.endswith(("_info", "_wait"))
        codes = {row["error"]["code"] for row in rows if row.get("error")}
        assert not reads or "unconfirmed" not in codes, f"a read cannot be unconfirmed: {whole}"

    def user(self, name: str) -> int:
        """Return the user id of a person."""
        return int(self.sim.person(name)["user_id"])


@pytest.fixture
def paced(sim: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> OperationRunner:
    """Run operations on the simulator's time; a wait takes no real time."""
    clock = SharedClock(sim)
    monkeypatch.setattr(_batch, "Clock", lambda: clock)
    share_group_factors.cache_clear()  # a new process has an empty cache
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "*")
    return OperationRunner(sim, watch.hear)


@dataclass(frozen=True)
class Row:
    """A call.

    :param kind: how the call is treated if its outcome is unknown: ``read``, ``delete`` and ``silent`` are repeated;
        for a ``code``, the status is read first; a call that sends a message or creates a token is sent only
        ``once``.
    :param setup: creates what the call needs, and returns the options of the module.
    :param missing: the outcome of a 404.
    :param empty: the outcome of an empty list.
    :param fields: the fields that are read, with the outcome of each wrong type; other types are accepted.
    :param label: distinguishes it from another call of the same kind.
    """

    method: str
    path: str
    kind: str
    module: str
    setup: Setup
    missing: str = "not_found"
    empty: str = "bad_response"
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    label: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path.rstrip('$')} {self.label or self.kind}"

    def is_made_by(self, method: str, path: str) -> bool:
        """Whether a request is this call."""
        return method == self.method and bool(re.search(self.path, path))


@contextmanager
def tapped(row: Row, elsewhere: str = "", times: int = 1) -> Iterator[list[Any]]:
    """Record the bodies of the responses to a call; None if there is no response.

    :param elsewhere: URL of a server to which only this call goes, instead of the simulator.
    :param times: how many times it goes there.
    """
    send, bodies = Transport.send, list[Any]()

    def tapping(transport: Transport, method: str, path: str, *more: Any) -> Response:
        if not row.is_made_by(method, path):
            return send(transport, method, path, *more)
        bodies.append(None)
        if elsewhere and len(bodies) <= times:
            transport = transport_to(replace(transport._connection, base_url=elsewhere))
        answer = send(transport, method, path, *more)
        bodies[-1] = answer.body
        return answer

    with patch.object(Transport, "send", tapping):
        yield bodies


def _registration(runner: OperationRunner, factor: str = "OneLogin SMS", name: str = "nils") -> dict[str, Any]:
    made = runner("mfa_registration", user_id=runner.user(name), factor=factor)
    assert not made["failed"], made
    return {"user_id": runner.user(name), "registration_id": made["registration"]["id"]}


def _code_of_registration(runner: OperationRunner) -> dict[str, Any]:
    code = {"factor": "OneLogin SMS", **_registration(runner)}
    return {**code, "otp": runner.sim.messages("nils")[-1]["code"]}


def _verification(runner: OperationRunner) -> dict[str, Any]:
    made = runner("mfa_verification", user_id=runner.user("nora"), factor="OneLogin SMS")
    return {"user_id": runner.user("nora"), "verification_id": made["verification"]["id"]}


def _code_of_verification(runner: OperationRunner) -> dict[str, Any]:
    code = {"factor": "OneLogin SMS", **_verification(runner)}
    return {**code, "otp": runner.sim.messages("nora")[-1]["code"]}


def _of(name: str, **options: Any) -> Setup:
    return lambda runner: {"user_id": runner.user(name), **options}


def _token(runner: OperationRunner) -> dict[str, Any]:
    return {"access_token": runner("access_token")["access_token"]["access_token"], "state": "absent"}


def _brief_policies(runner: OperationRunner) -> dict[str, Any]:
    runner.sim.switch(policy_list="brief")
    return {}


def _events(runner: OperationRunner) -> dict[str, Any]:
    runner("mfa_registration", user_id=runner.user("kelly"), factor="OneLogin SMS", verified=True)
    return {"user_id": runner.user("kelly")}


UNREADABLE = "unreadable"


def only(*taken: str, **others: str) -> dict[str, str]:
    """Map wrong types to outcomes: some are accepted, some have their own outcome, the others are a bad response."""
    return {type_: others.get(type_, UNREADABLE) for type_ in TYPES if type_ not in taken}


_ID, _TEXT = only("int", "string"), only("null", "int", "string")
_STATE = {"id": _TEXT, "status": only("string")}
_MADE = {"id": _ID, "status": only("null"), "expires_at": _TEXT}


ROWS = (
    Row(
        *("POST", "/auth/oauth2/v2/token$", "read", "mfa_device_info", _of("kelly"), "bad_response"),
        fields={"access_token": only("string")},  # an invalid token is refused, and another one is requested
    ),
    Row(
        *("GET", "/auth/rate_limit$", "read", "rate_limit_info", lambda _runner: {}),
        fields={
            "data": only(),
            **{f"data.X-RateLimit-{name}": only("int") for name in ("Limit", "Remaining", "Reset")},
        },
    ),
    Row("GET", "/api/2/users$", "read", "user_info", lambda _runner: {"email": "kelly@example.com"}, empty="ok"),
    Row(
        *("GET", "/factors$", "read", "mfa_factor_info", _of("kelly"), "unknown_user", "ok"),
        fields={"factor_id": only("int")},
    ),
    Row(
        *("GET", "/devices$", "read", "mfa_device_info", _of("nora"), "unknown_user", "ok"),
        fields={"device_id": _ID},
    ),
    Row(
        "DELETE", "/devices/", "delete", "mfa_device", _of("nora", factor="OneLogin SMS", state="absent"), missing="ok"
    ),
    Row("POST", "/registrations$", "once", "mfa_registration", _of("kelly", factor="OneLogin SMS"), fields=_MADE),
    Row(
        *("POST", "/registrations$", "silent", "mfa_registration"),
        _of("nils", factor="OneLogin Protect", return_secrets=True),
        fields={name: types for name, types in _MADE.items() if name != "expires_at"},
    ),
    Row("GET", "/registrations/", "read", "mfa_registration_info", _registration, fields=_STATE),
    Row(
        *("PUT", "/registrations/", "code", "mfa_registration", _code_of_registration),
        fields={"id": _TEXT, "status": only(), "device_id": _TEXT},
    ),
    Row(
        *("POST", "/verifications$", "once", "mfa_verification", _of("nora", factor="OneLogin SMS")),
        fields={"id": _ID, "device_id": _TEXT, "expires_at": _TEXT},
    ),
    Row(
        *("GET", "/verifications/", "read", "mfa_verification_info", _verification),
        fields={**_STATE, "device_id": _TEXT},
    ),
    Row(
        *("PUT", "/verifications/", "code", "mfa_verification", _code_of_verification),
        fields={"status": only(), "status.error": only(bool="otp_rejected")},
    ),
    Row(
        *("POST", "/mfa_token$", "once", "mfa_token", _of("kelly"), "unknown_user"),
        fields={"mfa_token": _ID, "expires_at": _TEXT, "device_id": _TEXT},
    ),
    Row(
        *("GET", r"/api/2/users/\d+$", "read", "user", _of("kelly", attributes={"title": "Captain"}), "unknown_user"),
        fields={"id": only()},
    ),
    Row("PUT", r"/api/2/users/\d+$", "silent", "user", _of("kelly", attributes={"title": "Captain"}), "unknown_user"),
    Row("GET", "/api/2/groups$", "read", "group_info", lambda _runner: {}, empty="ok"),
    Row("GET", "/api/2/policies$", "read", "policy_info", lambda _runner: {}, empty="ok"),
    Row("GET", r"/api/2/policies/\d+$", "read", "policy_info", _brief_policies, fields={"id": only()}),
    Row(
        *("GET", "/api/1/events$", "read", "event_info", _events),
        fields={
            "data": only("list"),
            "pagination": only("null", "object"),
            # Text is taken for a cursor, which the simulator does not know.
            "pagination.after_cursor": only("null", int="invalid", string="invalid"),
        },
    ),
    Row(
        *("GET", "/api/1/events/types$", "read", "event_info"),
        lambda _runner: {"event_types": ["USER_ADDED_OTP_DEVICE"]},
        fields={
            "data": only(list="invalid"),
            "data.id": only("int", **dict.fromkeys(("null", "string", "list", "object", "bool"), "invalid")),
            "data.name": dict.fromkeys(TYPES, "invalid"),
        },
    ),
    Row("POST", "/auth/oauth2/revoke$", "delete", "access_token", _token, missing="bad_response"),
    Row(
        *("GET", "/api/2/users$", "read", "mfa_device_info", lambda _runner: {"username": "nora"}),
        empty="unknown_user",
        fields={"id": only(int="unknown_user"), "username": dict.fromkeys(TYPES, "unknown_user")},
        label="by name",
    ),
)
