# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of a code that a run sends."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._operations import registration, verification

from tests.unit.harness import MFA, Call, Reply, Script, Server, broken, reply, run

SMS = {"device_id": 5, "user_display_name": "", "type_display_name": "OneLogin SMS", "auth_factor_name": "SMS"}
AUTHENTICATOR = {**SMS, "type_display_name": "Authenticator", "auth_factor_name": "Google Authenticator"}
FACTORS = [{"factor_id": 2, "name": "OneLogin SMS", "auth_factor_name": "SMS"}]


def _server(put: Reply, device: dict[str, Any] | None = None) -> Server:
    """Simulate a registration that is pending at first; later reads fail, and a code gets this reply."""
    reads: list[Reply] = [reply(200, {"id": "x", "status": "pending"}), broken(sent=True, lasting=True)]

    def answer(call: Call) -> Reply:
        if call.method == "PUT":
            return put
        if call.method == "POST":
            return reply(201, {"id": "v1"})
        if call.path.endswith("/factors"):
            return reply(200, FACTORS)
        return reply(200, [device] if device else []) if call.path.endswith("/devices") else reads.pop(0)

    return answer


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("status", ["pending", "rejected", "expired"])
@pytest.mark.parametrize("kind", ["registration", "verification"])
def test_only_the_status_accepted_is_a_success(script: Script, kind: str, status: str) -> None:
    script.server = _server(reply(200, {"id": "x", "status": status}), SMS if kind == "verification" else None)
    operations: dict[str, Operation[Any]] = {"registration": registration.REGISTER, "verification": verification.VERIFY}
    operation = operations[kind]
    result = run(operation, {"user_id": 1, "factor": "SMS", "otp": "123456", f"{kind}_id": "x"})
    assert result["error"]["code"] == "otp_rejected"
    assert result[kind]["status"] == status
    assert result["changed"] == (status == "rejected")
    assert ("start a new one" in result["error"]["hint"]) == (status != "pending")


@pytest.mark.usefixtures("clock")
def test_a_code_is_unconfirmed_if_its_outcome_cannot_be_read(script: Script) -> None:
    script.server = _server(broken(sent=True), SMS)
    result = run(verification.VERIFY, {"user_id": 1, "factor": "SMS", "otp": "123456", "verification_id": "x"})
    assert result["error"]["code"] == "unconfirmed"
    assert result["verification"]["id"] == "x"


@pytest.mark.usefixtures("clock")
def test_a_verification_started_before_the_code_failed_is_returned(script: Script) -> None:
    script.server = _server(reply(403, {"message": "no"}), AUTHENTICATOR)
    result = run(verification.VERIFY, {"user_id": 1, "factor": "Authenticator", "otp": "123456"})
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["verification"]["id"] == "v1"
    assert f"POST {MFA}/1/verifications" in script.sent
