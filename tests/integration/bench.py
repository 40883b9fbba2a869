# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations in this process against a simulator, and every call there is to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.onelogin.plugins.module_utils import _batch
from ansible_collections.community.onelogin.plugins.module_utils._clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._operation import Operation

from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, Simulator

_MODULES = "ansible_collections.community.onelogin.plugins.modules"

Setup = Callable[["Bench"], dict[str, Any]]


class FastClock(Clock):
    """The real time, and what was slept is passed at once."""

    def __init__(self) -> None:
        self.slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)


def operation_of(module: str) -> Operation[Any]:
    """What a module does."""
    found: Operation[Any] = import_module(f"{_MODULES}.{module}").OPERATION
    return found


@dataclass(frozen=True)
class Bench:
    """Runs operations against a simulator."""

    sim: Simulator

    def __call__(self, module: str, *, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a module, without Ansible around it."""
        operation = operation_of(module)
        given = {"base_url": self.sim.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "request_timeout": 1}
        checked = ArgumentSpecValidator(operation.arguments.options).validate({**given, "progress": False, **options})
        assert not checked.error_messages, checked.error_messages
        return _batch.execute(operation, checked.validated_parameters, check_mode=check_mode)

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
