# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import AccessToken, Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Transport
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import share_group_factors
from hypothesis import settings

from tests.unit.harness import FakeClock, Script
from tests.unit.simulated import simulated

__all__ = ["simulated"]

# A slow machine must not fail a test.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _new_process() -> None:
    """Clear the caches of the process, so that no test sees those of another."""
    share_group_factors.cache_clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """A fake clock, which also replaces each clock that the code under test creates."""
    fake = FakeClock()
    for name in ("monotonic", "now", "sleep", "jitter"):
        method = getattr(fake, name)
        monkeypatch.setattr(Clock, name, lambda _self, *given, _method=method: _method(*given))
    return fake


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """The scripted responses that replace the HTTP transport."""
    own = Script()
    monkeypatch.setattr(Transport, "send", lambda _self, *given, **named: own.send(*given, **named))
    return own


@pytest.fixture
def client(clock: FakeClock, script: Script) -> Callable[..., Client]:
    """Make a client with options of the connection, such as ``retries``."""

    def _client(**options: object) -> Client:
        given = {"token": AccessToken("token-1"), "client_id": "id", "client_secret": "secret", **options}
        return Client(Connection("https://acme.example", **given), clock)  # type: ignore[arg-type]

    return _client
