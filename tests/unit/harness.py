# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that tests control, and a transport that returns scripted responses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import RequestFailed, Response
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.batch import execute
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation

EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)
MFA = "/api/2/mfa/users"


class FakeClock(Clock):
    """A clock that advances only when code sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.naps: list[float] = []
        self.jitters: list[tuple[float, float]] = []
        self.draw = 1.0  # position of random numbers within their bounds: 0 is the lowest, 1 the highest

    def monotonic(self) -> float:
        return 5000.0 + self.passed

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.passed)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.passed += max(0.0, seconds)

    def jitter(self, low: float, high: float) -> float:
        self.jitters.append((low, high))
        return low + (high - low) * self.draw


@dataclass(frozen=True)
class Call:
    """A request that was sent."""

    method: str
    path: str
    authorization: str
    query: Mapping[str, Any]
    body: Mapping[str, Any]


Reply = Response | RequestFailed
Server = Callable[[Call], Reply]


@dataclass
class Script:
    """Replace the HTTP transport. Responses come from a list, in order, or from a function of the call."""

    server: Server | list[Reply] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    lock: AbstractContextManager[Any] = field(default_factory=threading.Lock)

    def send(self, method: str, path: str, authorization: str, query: Any = None, body: Any = None) -> Response:
        call = Call(method, path, authorization, query or {}, body or {})
        with self.lock:
            self.calls.append(call)
            reply = self.server(call) if callable(self.server) else self.server.pop(0)
        if isinstance(reply, RequestFailed):
            raise reply
        return reply

    @property
    def sent(self) -> list[str]:
        """Method and path of each call."""
        return [f"{call.method} {call.path}" for call in self.calls]


def reply(status: int = 200, body: Any = None, text: str | None = None, **headers: Any) -> Response:
    """Build a response; ``text`` is a body that is not JSON. In header names, write _ for -."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Response(
        status, named, None if text is not None else body, text is None, str(body) if text is None else text
    )


def broken(*, sent: bool, lasting: bool = False) -> RequestFailed:
    """Build a connection error: the connection broke after the request was sent, or was refused."""
    return RequestFailed(OneLoginError("unavailable", "The connection broke."), sent=sent, lasting=lasting)


CONNECTION = {
    "base_url": "https://acme.example",
    "access_token": "token-1",
    "client_id": "id",
    "client_secret": "secret",
}


def run(
    operation: Operation[Any], options: Mapping[str, Any], *, check: bool = False, diff: bool = False
) -> dict[str, Any]:
    """Run an operation with options as in a playbook; missing options get their defaults."""

    def complete(given: Mapping[str, Any], specs: Mapping[str, Any]) -> dict[str, Any]:
        assert not set(given) - set(specs), set(given) - set(specs)
        return {name: given.get(name, spec.get("default")) for name, spec in specs.items()}

    whole = complete({**CONNECTION, **options}, operation.options.specs)
    return execute(operation, whole, check_mode=check, diff=diff)


def read_table(name: str) -> Any:
    """Read a table of this folder. Some are long, so the parser in C reads them, where PyYAML has it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((Path(__file__).parent / name).read_text(encoding="utf-8"), loader)
