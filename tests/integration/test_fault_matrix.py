# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call the collection makes times every fault the simulator knows, and what each comes to.

The table is printed at the end of the tests. What fails a connection before there is any call
(names, certificates, a closed port) is the same for all of them, and tried in test_tls.py and test_trouble.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.onelogin.plugins.module_utils import _batch
from ansible_collections.community.onelogin.plugins.module_utils._clock import Clock

from simulator.faults import KINDS
from tests.integration.fault_table import PROPERTY
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, ROOT, Simulator

TYPES = ("null", "int", "string", "list", "object", "bool")
Setup = Callable[["Bench"], dict[str, Any]]


class FastClock(Clock):
    """The real time, and what was slept is passed at once."""

    def __init__(self) -> None:
        self.slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)


@dataclass(frozen=True)
class Bench:
    """Runs operations against a simulator."""

    sim: Simulator

    def __call__(self, module: str, **options: Any) -> dict[str, Any]:
        """The result of a module, without Ansible around it."""
        operation = import_module(f"ansible_collections.community.onelogin.plugins.modules.{module}").OPERATION
        given = {"base_url": self.sim.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "request_timeout": 1}
        checked = ArgumentSpecValidator(operation.arguments.options).validate({**given, "progress": False, **options})
        assert not checked.error_messages, checked.error_messages
        return _batch.execute(operation, checked.validated_parameters)

    def user(self, name: str) -> int:
        """The id of a person."""
        return int(self.sim.person(name)["user_id"])


@dataclass(frozen=True)
class Row:
    """A call.

    :param kind: what may be done where its outcome is not known: ``read`` and ``delete`` are repeated, and so is what
        is ``silent``; a ``code`` is looked at and repeated; what tells somebody something, or makes a token, goes out
        ``once``.
    :param setup: what has to be there before; the options of the module.
    :param missing: what a 404 means.
    :param many: whether it answers a list, which may be empty.
    """

    method: str
    path: str
    kind: str
    module: str
    setup: Setup
    missing: str = "not_found"
    many: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path.rstrip('$')} {self.kind}"


def _registration(bench: Bench, factor: str = "OneLogin SMS", name: str = "nils") -> dict[str, Any]:
    made = bench("mfa_registration", user_id=bench.user(name), factor=factor)
    assert not made["failed"], made
    return {"user_id": bench.user(name), "registration_id": made["registration"]["id"]}


def _code_of_registration(bench: Bench) -> dict[str, Any]:
    code = {"factor": "OneLogin SMS", **_registration(bench)}
    return {**code, "otp": bench.sim.messages("nils")[-1]["code"]}


def _verification(bench: Bench) -> dict[str, Any]:
    made = bench("mfa_verification", user_id=bench.user("nora"), factor="OneLogin SMS")
    return {"user_id": bench.user("nora"), "verification_id": made["verification"]["id"]}


def _code_of_verification(bench: Bench) -> dict[str, Any]:
    code = {"factor": "OneLogin SMS", **_verification(bench)}
    return {**code, "otp": bench.sim.messages("nora")[-1]["code"]}


def _of(name: str, **options: Any) -> Setup:
    return lambda bench: {"user_id": bench.user(name), **options}


ROWS = (
    Row("POST", "/auth/oauth2/v2/token$", "read", "mfa_device_info", _of("kelly"), missing="bad_response"),
    Row("GET", "/auth/rate_limit$", "read", "rate_limit_info", lambda _bench: {}),
    Row("GET", "/api/2/users$", "read", "user_info", lambda _bench: {"email": "kelly@example.com"}, many=True),
    Row("GET", "/factors$", "read", "mfa_factor_info", _of("kelly"), missing="unknown_user", many=True),
    Row("GET", "/devices$", "read", "mfa_device_info", _of("kelly"), missing="unknown_user", many=True),
    Row(
        "DELETE", "/devices/", "delete", "mfa_device", _of("nora", factor="OneLogin SMS", state="absent"), missing="ok"
    ),
    Row("POST", "/registrations$", "once", "mfa_registration", _of("kelly", factor="OneLogin SMS")),
    Row("POST", "/registrations$", "silent", "mfa_registration", _of("kelly", factor="Authenticator")),
    Row("GET", "/registrations/", "read", "mfa_registration_info", _registration),
    Row("PUT", "/registrations/", "code", "mfa_registration", _code_of_registration),
    Row("POST", "/verifications$", "once", "mfa_verification", _of("nora", factor="OneLogin SMS")),
    Row("GET", "/verifications/", "read", "mfa_verification_info", _verification),
    Row("PUT", "/verifications/", "code", "mfa_verification", _code_of_verification),
    Row("POST", "/mfa_token$", "once", "mfa_token", _of("kelly"), missing="unknown_user"),
)


def _faults() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every fault by a name of its own, in every form it has."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    forms: Mapping[str, tuple[str, tuple[Any, ...]]] = {
        "429": ("headers", ("reset", "retry_after", "none")),
        "400": ("headers", ("reset", "none")),
        "401": ("body", ("credentials", "envelope", "authentication", "unauthorized", "factor", "permission")),
        "html": ("status", (200, 500)),
        "wrong_type": ("type", TYPES),
        "slow": ("seconds", (1.5,)),
    }
    for kind in KINDS:
        name, values = forms.get(kind, ("", (None,)))
        for value in values:
            found[kind if value is None else f"{kind} {value}"] = (kind, {name: value} if name else {})
    return found


FAULTS = _faults()


FIELDS = (
    *("access_token", "expires_in", "data", "X-RateLimit-Remaining"),
    *("id", "email", "username", "user_id", "factor_id", "device_id", "registration_id"),
    *("name", "auth_factor_name", "user_display_name", "type_display_name", "status", "expires_at", "factor_data"),
    *("default", "active", "mfa_token", "expires_at", "reusable"),
)


def demanded(row: Row, fault: str) -> str:
    """What the design demands of a call that is struck once."""
    kind, params = FAULTS[fault]
    fixed = {"429": "ok", "400": "ok", "expired_token": "ok", "403": "forbidden", "redirect": "bad_response"}
    if kind in fixed:
        return fixed[kind]
    if kind == "404":
        return row.missing
    if kind == "401":
        if params["body"] == "permission":
            return "forbidden"
        # A good token is handed out again, so the refusal of a code counts. Where none was given, no code was refused.
        return "otp_rejected" if row.kind == "code" else "bad_response" if params["body"] == "factor" else "ok"
    if kind == "wrong_type" and row.kind == "read":
        return "ok" if row.many and params["type"] == "list" else "bad_response"
    return "unconfirmed" if row.kind == "once" else "ok"


def outcome(bench: Bench, row: Row, kind: str, params: Mapping[str, Any]) -> str:
    """What a call that is struck once comes to: ``ok`` or the error's code."""
    bench.sim.reset()
    options = row.setup(bench)
    bench.sim.fault(kind, row.method, row.path, params=params)
    told = len(bench.sim.messages())
    result = bench(row.module, **options)
    assert not bench.sim.admin("GET", "/faults"), "the call was not made"
    assert len(bench.sim.messages()) - told <= 1, "somebody was told twice"
    return str(result["error"]["code"]) if result["failed"] else "ok"


@pytest.fixture
def bench(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(_batch, "Clock", FastClock)
    return Bench(sim)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_fault_comes_to(bench: Bench, row: Row, record_property: Callable[[str, Any], None]) -> None:
    found = {fault: outcome(bench, row, *FAULTS[fault]) for fault in FAULTS}
    record_property(PROPERTY, {str(row): found})
    assert found == {fault: demanded(row, fault) for fault in FAULTS}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_field_of_a_wrong_type_is_never_more_than_an_error(bench: Bench, row: Row) -> None:
    for field in FIELDS:
        for type_ in TYPES:
            came_to = outcome(bench, row, "wrong_type", {"field": field, "type": type_})
            # Whatever OneLogin calls a state that is none of the good ones is an end to it.
            ends = {"rejected", "otp_rejected"} if (field, type_) == ("status", "string") else set()
            assert came_to in ends | {"ok", "bad_response", "unconfirmed", "unknown_user", "unknown_factor"}, field


def test_no_call_and_no_fault_is_left_out() -> None:
    """A fault new to the simulator is in the table by itself; a call new to the collection has to be put there."""
    assert {kind for kind, _params in FAULTS.values()} == set(KINDS)
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "plugins/module_utils").rglob("*.py"))
    calls = re.findall(r'call\(\s*"(GET|POST|PUT|DELETE)", (?:_path\(user_id, "(\w+)"|"([^"]+)")', source)
    tried = {(row.method, row.path.strip("/$").rpartition("/")[2]) for row in ROWS}
    assert {(method, (name or path).rpartition("/")[2]) for method, name, path in calls} <= tried
    assert len(calls) >= 12
