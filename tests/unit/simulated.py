# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator in this process, as the server of a :class:`Script`, on the clock of the test and without HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from starlette.types import Message, Scope

from simulator import app, people
from simulator import clock as clock_of_simulator
from simulator.models import Factor
from simulator.settings import Settings
from simulator.simulation import DEFAULT_FACTORS, Seed, Simulation
from simulator.tokens import Credential
from tests.unit.harness import CONNECTION, Call, FakeClock, Reply, Script, broken, reply


class _Connection:
    """What the simulator needs of a connection that it resets."""

    def __init__(self) -> None:
        self.is_reset = False

    def get_extra_info(self, _name: str) -> _Connection:
        return self

    def setsockopt(self, *_option: object) -> None:
        pass

    def abort(self) -> None:
        self.is_reset = True


class SimulatedAccount:
    """An account of the simulator, which answers the calls of a script."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], **seed: Any) -> None:
        """Create an account with people, and more of what :class:`simulator.simulation.Seed` has.

        :param seed: ``groups``, ``policies``, and ``factors``: further ones, each as an id, a name and a type.
        """
        credential = Credential(CONNECTION["client_id"], CONNECTION["client_secret"])
        factors = [*DEFAULT_FACTORS, *(Factor(*its) for its in seed.pop("factors", ()))]
        settings = Settings(account_id=123456)
        whole = Seed(lambda: people.read_rows(rows), [credential], factors, settings=settings, random_seed=1, **seed)
        self._app = app.build(Simulation(whole))
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Reply:
        """Answer a call."""
        connection, said = _Connection(), list[Message]()
        body = json.dumps(call.body).encode() if call.body else b""

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            said.append(message)

        scope: Scope = {
            "type": "http",
            "scheme": "https",
            "method": call.method,
            "path": call.path,
            "query_string": urlencode(call.query).encode(),
            "headers": [(b"authorization", call.authorization.encode()), (b"content-type", b"application/json")],
            "extensions": {"simulator.transport": {"transport": connection}},
        }
        with self._lock:  # threads of the code under test can go on while the test asks, and after its end
            assert not self._loop.is_closed(), "The test has ended."
            self._loop.run_until_complete(self._app(scope, receive, send))
        if connection.is_reset:
            return broken(sent=True)
        text = b"".join(its.get("body", b"") for its in said).decode()
        headers = {name.decode().replace("-", "_"): value.decode() for name, value in said[0]["headers"]}
        is_json = text.startswith(("{", "["))
        return reply(said[0]["status"], json.loads(text) if is_json else text, None if is_json else text, **headers)

    def close(self) -> None:
        """Close the event loop."""
        with self._lock:
            self._loop.close()

    def admin(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call an administrative path of the simulator, and return its response."""
        done = self(Call(method, f"/_simulator{path}", "", {}, body or {}))
        assert isinstance(done, Response), done
        assert done.status == 200, done
        return done.body


@pytest.fixture
def simulated(
    script: Script, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., SimulatedAccount]]:
    """Create an account on the clock of the test."""
    monkeypatch.setattr(clock_of_simulator.Clock, "now", lambda _self: clock.now().timestamp())
    with contextlib.ExitStack() as opened:

        def create(people: Sequence[Mapping[str, Any]], **seed: Any) -> SimulatedAccount:
            script.server = account = SimulatedAccount(people, **seed)
            opened.callback(account.close)
            return account

        yield create
