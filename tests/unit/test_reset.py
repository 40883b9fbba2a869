# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the confirmation of a reset is valid, and which devices the journal keeps for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._operations.reset import RESET

from tests.unit.harness import MFA, Call, FakeClock, Reply, Script, reply, run

PROTECT = {"name": "OneLogin Protect", "auth_factor_name": "OneLogin"}
Phase = Callable[..., dict[str, Any]]


@pytest.fixture
def devices() -> list[int]:
    """The ids of the user's devices."""
    return [71, 72]


@pytest.fixture
def phase(script: Script, devices: list[int], tmp_path: Path) -> Phase:
    """Run a phase of a reset against an account with one user and one factor; return its only result."""

    def server(call: Call) -> Reply:
        if call.path == f"{MFA}/7/devices":
            names = {"type_display_name": PROTECT["name"], "auth_factor_name": PROTECT["auth_factor_name"]}
            return reply(
                200, [{"device_id": n, "user_display_name": "Phone", "default": False, **names} for n in devices]
            )
        if call.path == f"{MFA}/7/factors":
            return reply(200, [{"factor_id": 1, **PROTECT}])
        if call.path.startswith("/auth/"):
            return reply(200, {"access_token": "t", "account_id": 1, "expires_in": 36000, "token_type": "bearer"})
        return reply(200, [{"id": 7, "username": "ann", "email": "ann@x.example", "status": 1}])

    script.server = server

    def run_phase(name: str, **options: Any) -> dict[str, Any]:
        item = {"username": "ann", "new_factors": [{"factor": PROTECT["name"]}], "has_pages": True, **options}
        whole = {"phase": name, "batch": [item], "journal": str(tmp_path / "journal.sqlite"), "access_token": None}
        (result,) = run(RESET, whole)["results"]
        return {"ids": [device["device_id"] for device in result.get("devices", ())], **result}

    return run_phase


@pytest.mark.parametrize(("hours", "needs_proof"), [(0, False), (23, False), (25, True)])
def test_an_open_reset_needs_another_confirmation_after_a_day(
    phase: Phase, devices: list[int], clock: FakeClock, hours: int, needs_proof: bool
) -> None:
    first = phase("check", challenge=PROTECT["name"])
    assert (first["reset"]["state"], first["reset"]["needs_proof"], first["ids"]) == ("new", True, ["71", "72"])
    assert phase("begin")["ids"] == ["71", "72"]
    devices[:] = [72, 73]  # one is removed, and the person has enrolled another
    clock.passed += hours * 3600
    open_ = phase("check", challenge=PROTECT["name"])
    assert (open_["reset"]["state"], open_["reset"]["needs_proof"], open_["ids"]) == ("open", needs_proof, ["72"])
    assert phase("begin")["ids"] == ["72"]
    devices.clear()
    stale = phase("check", challenge=PROTECT["name"])
    assert stale["failed"] == needs_proof


def test_a_reset_is_not_repeated_within_repeat_after(phase: Phase, clock: FakeClock) -> None:
    phase("begin")
    phase("end")
    assert phase("check", repeat_after=3600.0)["reset"]["state"] == "ended"
    clock.passed += 3600
    assert phase("check", repeat_after=3600.0)["reset"]["state"] == "new"
