# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of single operations, and how they treat responses that the simulator does not return."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
import yaml
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._operations import (
    access_token,
    device,
    group,
    registration,
    verification,
)

from tests.unit.harness import MFA, Call, Reply, Script, reply, run

pytestmark = pytest.mark.usefixtures("clock")
DEVICE = {"device_id": 5, "type_display_name": "OneLogin SMS", "auth_factor_name": "SMS"}
FACTOR = {"factor_id": 2, "name": "OneLogin SMS", "auth_factor_name": "SMS"}
NAMED = {"user_id": 7, "device_id": "5"}


def test_an_id_in_a_path_is_quoted(script: Script) -> None:
    script.server = lambda _call: reply(200, {"status": "pending"})
    run(registration.INFO, {"user_id": 7, "registration_id": "a/../b"})
    assert script.sent == [f"GET {MFA}/7/registrations/a%2F..%2Fb"]


@pytest.mark.parametrize(
    ("refusal", "gone"),
    [
        (reply(404, {}), True),
        (reply(400, {"message": "The device could not be found"}), True),
        (reply(400, {"message": "The device is locked"}), False),
    ],
    ids=["404", "400", "another"],
)
def test_a_device_that_disappears_during_its_removal_is_absent(script: Script, refusal: Reply, gone: bool) -> None:
    script.server = [reply(200, [DEVICE]), refusal]
    result = run(device.REMOVE, NAMED)
    assert result["failed"] is not gone
    assert script.sent == [f"GET {MFA}/7/devices", f"DELETE {MFA}/7/devices/5"]


def test_the_hint_for_an_unconfirmed_removal_says_that_it_can_be_repeated(script: Script) -> None:
    script.server = lambda call: reply(200, [DEVICE]) if call.method == "GET" else reply(503, {})
    result = run(device.REMOVE, {**NAMED, "retries": 1})
    assert result["error"]["code"] == "unconfirmed"
    assert result["error"]["hint"] == "Run again: a device that is gone is not removed twice."


@pytest.mark.parametrize(
    "refusal", [reply(403, {}), reply(401, {"message": "Insufficient Permission"})], ids=["403", "401"]
)
def test_a_token_that_cannot_read_the_rate_limit_is_revoked(script: Script, refusal: Reply) -> None:
    script.server = [refusal, reply(200, {})]
    result = run(access_token.OPERATION, {"state": "absent"})
    assert (result["changed"], result["msg"]) == (True, "The token is revoked.")
    assert script.sent == ["GET /auth/rate_limit", "POST /auth/oauth2/revoke"]


def test_an_unconfirmed_revocation_is_a_failure(script: Script) -> None:
    replies = iter([reply(200, {}), *[reply(503, {})] * 20])
    script.server = lambda _call: next(replies)
    result = run(access_token.OPERATION, {"state": "absent", "retries": 2})
    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, "unavailable")
    assert script.sent[-1] == "GET /auth/rate_limit", "it has tried to confirm"


@pytest.mark.parametrize(("device_id", "sent"), [("5", 5), ("0x5", "0x5")])
def test_a_code_is_sent_with_the_device_id_as_a_number(script: Script, device_id: str, sent: int | str) -> None:
    def server(call: Call) -> Reply:
        if call.path.endswith("devices"):
            return reply(200, [{**DEVICE, "device_id": device_id}])
        return reply(200, {"status": "pending" if call.method == "GET" else "accepted"})

    script.server = server
    run(verification.VERIFY, {**NAMED, "device_id": device_id, "verification_id": "v", "otp": "123456"})
    assert script.calls[-1].body == {"otp": "123456", "device_id": sent}


@pytest.mark.parametrize("word", ["registration", "verification"])
def test_returned_secrets_are_not_in_the_diff(script: Script, word: str) -> None:
    made = {"id": "its-id", "status": "pending", "factor_data": {"seed": "hush"}}

    def server(call: Call) -> Reply:
        if call.path.endswith("devices"):
            return reply(200, [DEVICE] if word == "verification" else [])
        return reply(200, [FACTOR]) if call.method == "GET" else reply(201, made)

    script.server = server
    operations: dict[str, Operation[Any]] = {"registration": registration.REGISTER, "verification": verification.VERIFY}
    operation = operations[word]
    result = run(operation, {"user_id": 7, "factor": "SMS", "return_secrets": True}, diff=True)
    assert result[word]["factor_data"] == {"seed": "hush"}
    assert result["diff"]["after"]["id"] == "its-id"
    assert "hush" not in str(result["diff"])


TYPES = {"str": str, "int": int, "dict": dict}
NAMED_BY_ID = {"user_id": 7, "registration_id": "its-id", "verification_id": "its-id"}
RETURNING: dict[str, tuple[Operation[Any], dict[str, Any]]] = {
    "mfa_registration": (registration.REGISTER, {"factor": "SMS", "return_secrets": True}),
    "mfa_registration_info": (registration.INFO, {}),
    "mfa_registration_wait": (registration.WAIT, {}),
    "mfa_verification": (verification.VERIFY, {"factor": "SMS", "return_secrets": True}),
    "mfa_verification_info": (verification.INFO, {}),
    "mfa_verification_wait": (verification.WAIT, {}),
}


@pytest.mark.parametrize("name", RETURNING)
def test_results_have_the_documented_keys_and_types(script: Script, name: str) -> None:
    def server(call: Call) -> Reply:
        state = {"id": "its-id", "status": "accepted", "device_id": 5, "expires_at": "2026-01-01T00:10:00Z"}
        if call.path.endswith("devices"):
            return reply(200, [DEVICE] if "verification" in name else [])
        if call.path.endswith("factors"):
            return reply(200, [FACTOR])
        return reply(200, state) if call.method == "GET" else reply(201, {**state, "factor_data": {"seed": "hush"}})

    script.server = server
    operation, options = RETURNING[name]
    ids = {} if options else {key: NAMED_BY_ID[key] for key in NAMED_BY_ID if key in operation.item.specs}
    result = run(operation, {"user_id": 7, **ids, **options})
    word = name.split("_")[1]
    module = import_module(f"ansible_collections.community.onelogin.plugins.modules.{name}")
    documented = yaml.safe_load(module.RETURN)[word]["contains"]
    about = result[word]
    assert set(about) == set(documented)
    assert about["id"] == "its-id"
    wrong = {
        key: its for key, its in about.items() if not isinstance(its, (TYPES[documented[key]["type"]], type(None)))
    }
    assert not wrong


def test_the_message_of_a_batch_that_is_not_about_users_names_no_user(script: Script) -> None:
    script.server = lambda _call: reply(403, {"message": "no"})
    result = run(group.GROUP_INFO, {"batch": [{"name": "Sales"}]})
    assert result["msg"] == (
        "1 of 1 failed. forbidden (1): no (HTTP 403). Use an API credential with the scope Manage All."
    )
