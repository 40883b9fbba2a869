# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches: order, duplicates, stopping, the summary; and that any response leads at most to an error."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Transport
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._journal.database import DatabaseJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account
from ansible_collections.community.onelogin.plugins.module_utils._operations import (
    access_token,
    device,
    factor,
    mfa_token,
    rate_limit,
    registration,
    user,
    verification,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.harness import MFA, Call, FakeClock, Reply, Script, reply, run

FACTORS = [
    {"factor_id": 1, "name": "OneLogin Protect", "auth_factor_name": "OneLogin"},
    {"factor_id": 2, "name": "OneLogin SMS", "auth_factor_name": "SMS"},
]


def _account(call: Call) -> Reply:
    """Simulate the users u1 to u100, some with a device; each registration is accepted."""
    if call.path == "/api/2/users":
        users = [{"id": n, "username": f"u{n}", "email": f"u{n}@x.example"} for n in range(1, 101)]
        return reply(
            200, [u for u in users if all(u[k] == call.query[k] for k in ("username", "email") if k in call.query)]
        )
    if call.method == "POST":
        return reply(201, {"id": "r" + call.path.split("/")[-2], "status": "accepted", "device_id": 5})
    return reply(200, FACTORS if call.path.endswith("factors") else [])


def _items(*numbers: int) -> list[dict[str, Any]]:
    return [{"username": f"u{n}", "factor": "sms", "verified": True} for n in numbers]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("concurrency", [1, 8, 64])
def test_results_are_in_the_order_of_the_items(script: Script, concurrency: int) -> None:
    script.server = _account
    numbers = list(range(100, 0, -1))
    result = run(registration.REGISTER, {"batch": _items(*numbers), "concurrency": concurrency})
    assert [one["registration"]["user_id"] for one in result["results"]] == numbers
    assert [one["item"]["username"] for one in result["results"]] == [f"u{n}" for n in numbers]
    assert result["summary"] == {"accepted": 100}
    assert result["msg"] == "100 of 100 done."
    # pages + devices and registration of each + the factors
    assert result["api"]["calls"] == len(script.calls) == 1 + 2 * 100 + 1


@pytest.mark.usefixtures("clock")
def test_batches_of_any_size_share_their_connections(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    script.server = _account
    pools: list[object] = []
    monkeypatch.setattr(Transport, "__init__", lambda _self, connection: pools.append(connection))
    for count in (1, 5, 20):
        run(registration.REGISTER, {"batch": _items(*range(1, count + 1)), "base_url": "https://pooled.example"})
    assert len(pools) == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "second",
    [
        {"username": "u1", "factor": "SMS"},
        {"username": "U1", "factor": "sms"},
        {"username": " u1 ", "factor": " sms "},
        {"email": "u1@x.example", "factor": "sms"},
        {"user_id": 1, "factor": "sms"},
    ],
)
def test_a_batch_with_duplicates_is_refused(script: Script, second: dict[str, Any]) -> None:
    script.server = _account
    result = run(registration.REGISTER, {"batch": [*_items(1, 2), second]})
    assert result["failed"]
    assert result["error"]["code"] == "invalid"
    assert "batch[0] and batch[2]" in result["msg"]
    assert not [call for call in script.calls if call.method != "GET"]


def _with_a_device(call: Call) -> Reply:
    if call.method == "GET" and call.path.endswith("devices"):
        return reply(200, [{"device_id": 5, "type_display_name": "OneLogin SMS", "auth_factor_name": "SMS"}])
    return _account(call)


U1 = {"user_id": 1}
TWICE: dict[str, tuple[Operation[Any], dict[str, Any], dict[str, Any]]] = {
    "factor and its id": (registration.REGISTER, {**U1, "factor": "SMS"}, {**U1, "factor_id": 2}),
    "both names of a factor": (registration.REGISTER, {**U1, "factor": "sms"}, {**U1, "factor": "OneLogin SMS"}),
    "user and its id": (registration.REGISTER, {"email": "u1@x.example", "factor": "SMS"}, {**U1, "factor": "SMS"}),
    "all of it": (registration.REGISTER, {"username": "u1", "factor": "SMS"}, {**U1, "factor_id": 2}),
    "device and factor": (device.REMOVE, {**U1, "device_id": "5"}, {**U1, "factor": "SMS"}),
    "factors of a device": (verification.VERIFY, {**U1, "factor_id": 2}, {**U1, "factor": "SMS"}),
    "token": (mfa_token.OPERATION, {"username": "u1"}, U1),
    "read": (device.INFO, {"email": "u1@x.example"}, {"username": "u1"}),
}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("case", TWICE)
def test_a_batch_with_duplicates_under_different_names_is_refused(script: Script, case: str, check: bool) -> None:
    script.server = _with_a_device
    operation, one, other = TWICE[case]
    third = {**one, "user_id": 3} if "user_id" in one else {**one, **{key: "u4" for key in one if key == "username"}}
    third |= {"email": "u4@x.example"} if "email" in one else {}
    result = run(operation, {"batch": [one, third, other]}, check=check)
    assert result["error"]["code"] == "invalid"
    assert "batch[0] and batch[2] are duplicates" in result["msg"]
    assert "nothing was done" in result["msg"]
    assert not [call for call in script.calls if call.method != "GET"]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("case", TWICE)
def test_with_on_duplicate_fail_only_the_later_duplicate_fails(script: Script, case: str) -> None:
    script.server = _with_a_device
    operation, one, other = TWICE[case]
    result = run(operation, {"batch": [one, other], "on_duplicate": "fail"}, check=True)
    assert [row["failed"] for row in result["results"]] == [False, True]
    assert "batch[0] and batch[1] are duplicates" in result["results"][1]["msg"]
    first = one.get("email") or one.get("username") or "user_id 1"
    assert f"An earlier item does the same for {first}." in result["results"][1]["error"]["hint"]


@pytest.mark.usefixtures("clock")
def test_a_factor_that_only_another_users_device_shows_is_enrolled_once(script: Script) -> None:
    """The list of factors that is read first belongs to a user who has the factor already."""

    def server(call: Call) -> Reply:
        if call.path == f"{MFA}/1/devices":
            return _with_a_device(call)
        if call.path == f"{MFA}/1/factors":
            return reply(200, FACTORS[:1])
        return _account(call)

    script.server = server
    users = [{"user_id": 1, "factor": "SMS"}, {"user_id": 1, "factor": "OneLogin Protect"}]
    same = [{"user_id": 2, "factor": "SMS", "verified": True}, {"user_id": 2, "factor_id": 2, "verified": True}]
    result = run(registration.REGISTER, {"batch": [*users, *same], "concurrency": 1})
    assert script.sent.count(f"POST {MFA}/2/registrations") == 1
    assert result["summary"] == {"accepted": 3, "invalid": 1}
    assert "batch[2] and batch[3] are duplicates" in result["results"][3]["msg"]


ONCE: dict[str, tuple[Operation[Any], dict[str, Any]]] = {
    "registration": (registration.REGISTER, {"factor": "OneLogin Protect"}),
    "verification": (verification.VERIFY, {"factor": "SMS"}),
    "device": (device.REMOVE, {"factor": "SMS"}),
    "token": (mfa_token.OPERATION, {}),
}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("case", ONCE)
def test_a_duplicate_is_found_when_a_user_is_resolved_later(script: Script, case: str) -> None:
    """The look-up of users before the first item has failed."""
    operation, named = ONCE[case]
    trouble = [reply(503, text="")]

    def server(call: Call) -> Reply:
        if trouble and call.path == "/api/2/users":
            return trouble.pop()
        if call.method == "DELETE":
            return reply(204, text="")
        return reply(201, {"mfa_token": "t"}) if call.path.endswith("mfa_token") else _with_a_device(call)

    script.server = server
    batch = [{"username": "u1", **named}, {**U1, **named}]
    one, other = run(operation, {"batch": batch, "concurrency": 1, "retries": 1})["results"]
    assert not one["failed"]
    assert "batch[0] and batch[1] are duplicates" in other["msg"]
    assert len([call for call in script.calls if call.method != "GET"]) == 1


@pytest.mark.usefixtures("clock")
def test_two_factors_for_one_user_are_not_duplicates(script: Script) -> None:
    script.server = _account
    items = [{"user_id": 1, "factor": "SMS", "verified": True}, {"user_id": 1, "factor": "OneLogin Protect"}]
    assert run(registration.REGISTER, {"batch": items})["summary"] == {"accepted": 2}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("word", ["registration", "verification"])
def test_a_response_without_an_id_gets_the_requested_id(script: Script, word: str) -> None:
    def server(call: Call) -> Reply:
        if call.path.endswith("/known") and call.method == "GET":
            return reply(200, {"status": "pending"})
        return reply(200, {"status": "accepted"}) if call.method == "PUT" else _with_a_device(call)

    script.server = (
        server
        if word == "verification"
        else (lambda call: reply(200, []) if call.path.endswith("devices") else server(call))
    )
    operations: dict[str, Operation[Any]] = {"registration": registration.REGISTER, "verification": verification.VERIFY}
    operation = operations[word]
    named = {**U1, "factor": "SMS", f"{word}_id": "known"}
    assert run(operation, named)[word]["id"] == "known"
    answered = run(operation, {**named, "otp": "123456"})
    assert (answered["changed"], answered[word]["id"]) == (True, "known")
    assert f"PUT {MFA}/1/{word}s/known" in script.sent


@pytest.mark.usefixtures("clock")
def test_on_error_stop(script: Script) -> None:
    script.server = _account
    items = [*_items(1), {"username": "nobody", "factor": "sms"}, *_items(2, 3)]
    result = run(registration.REGISTER, {"batch": items, "on_error": "stop", "concurrency": 1})
    assert result["summary"] == {"accepted": 1, "skipped": 2, "unknown_user": 1}
    assert result["msg"].startswith("1 of 4 failed. unknown_user (1): nobody: ")
    assert [one.get("skipped", False) for one in result["results"]] == [False, False, True, True]
    result = run(registration.REGISTER, {"batch": items, "concurrency": 1})
    assert result["summary"] == {"accepted": 3, "unknown_user": 1}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(
    ("operation", "named"),
    [
        (registration.REGISTER, {"factor": "SMS", "verified": True}),
        (registration.WAIT, {"registration_id": "r"}),
    ],
    ids=["each", "wait"],
)
def test_an_internal_error_fails_one_item_and_shows_no_secret(
    script: Script, operation: Operation[Any], named: dict[str, Any], concurrency: int
) -> None:
    def server(call: Call) -> Reply:
        if call.path.startswith(f"{MFA}/2/"):
            raise TypeError("the-secret is not a number")
        return reply(200, {"id": "r", "status": "accepted"}) if call.path.endswith("/r") else _account(call)

    script.server = server
    batch = [{"user_id": number, **named} for number in (1, 2, 3)]
    result = run(operation, {"batch": batch, "concurrency": concurrency})
    one, two, three = result["results"]
    assert one["registration"]["status"] == three["registration"]["status"] == "accepted"
    assert two["error"]["code"] == "unconfirmed"
    assert "TypeError in test_batch.py, line" in two["msg"]
    assert "the-secret" not in str(result)


@pytest.mark.usefixtures("clock")
def test_codes_are_not_repeated_in_items(script: Script) -> None:
    script.server = _account
    result = run(registration.REGISTER, {"batch": [{"user_id": 1, "factor": "sms", "otp": "918273"}]})
    assert "918273" not in str(result)
    assert result["results"][0]["item"] == {"user_id": 1, "factor": "sms"}


# Arbitrary responses

OPERATIONS: dict[str, tuple[Operation[Any], dict[str, Any]]] = {
    "registration": (
        registration.REGISTER,
        {"username": "u1", "factor": "sms", "registration_id": "r1", "otp": "123456"},
    ),
    "registration anew": (registration.REGISTER, {"user_id": 1, "factor": "OneLogin Protect"}),
    "verification": (
        verification.VERIFY,
        {"user_id": 1, "device_id": "5", "verification_id": "v1", "otp": "123456"},
    ),
    "verification anew": (verification.VERIFY, {"user_id": 1, "factor": "sms"}),
    "device": (device.REMOVE, {"user_id": 1, "factor": "sms"}),
    "device_info": (device.INFO, {"email": "u1@x.example"}),
    "factor_info": (factor.INFO, {"user_id": 1}),
    "registration_info": (registration.INFO, {"user_id": 1, "registration_id": "r1"}),
    "verification_info": (verification.INFO, {"user_id": 1, "verification_id": "v1"}),
    "mfa_token": (mfa_token.OPERATION, {"user_id": 1}),
    "user_info": (user.INFO, {"email": "*"}),
    "rate_limit_info": (rate_limit.INFO, {}),
    "access_token": (access_token.OPERATION, {}),
}
NAMES = [
    "id",
    "status",
    "device_id",
    "factor_id",
    "name",
    "auth_factor_name",
    "type_display_name",
    "expires_at",
    "error",
]
NAMES += [
    "user_display_name",
    "factor_data",
    "message",
    "access_token",
    "data",
    "mfa_token",
    "username",
    "email",
    "code",
]
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(
        ["", "pending", "accepted", "rejected", "expired", "5", "SMS", "OneLogin", "u1", "2020-01-01T00:00:00Z"]
    )
    | st.text(max_size=4)
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES | st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3))
BODIES = VALUES | OBJECTS | st.lists(VALUES | OBJECTS, max_size=2)
STATUS = st.sampled_from([200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 422, 429, 500])


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answers=st.lists(st.tuples(STATUS, BODIES), min_size=1, max_size=8))
def test_any_response_leads_at_most_to_an_error(
    clock: FakeClock, script: Script, name: str, answers: list[tuple[int, Any]]
) -> None:
    operation, options = OPERATIONS[name]
    waiting = list(answers)

    def server(_call: Call) -> Reply:
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return reply(status, body)

    script.server = server
    result = run(operation, {**options, "retries": 2, "rate_limit_timeout": 60})
    assert isinstance(result["failed"], bool)
    if result["failed"]:
        assert result["error"]["code"] in HINTS


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("operation", [registration.REGISTER, verification.VERIFY, device.REMOVE])
def test_a_large_batch_reads_the_rate_limit_first(script: Script, operation: Operation[Any]) -> None:
    left = {"X-RateLimit-Limit": 5000, "X-RateLimit-Remaining": 300, "X-RateLimit-Reset": 900}
    script.server = lambda call: reply(200, {"data": left}) if call.path == "/auth/rate_limit" else _account(call)
    batch = [{"user_id": n, "factor": "sms"} for n in range(1, 601)]
    result = run(operation, {"batch": batch, "rate_limit_timeout": 60})
    assert result["error"]["code"] == "rate_limited"
    assert "600 to 1200 API calls are needed and 300 remain" in result["msg"]
    assert script.sent == ["GET /auth/rate_limit"]


def test_a_run_for_one_person_reserves_one_concurrent_call(script: Script, clock: FakeClock, tmp_path: Path) -> None:
    seen: list[int] = []

    def server(call: Call) -> Reply:
        seen.append(other.count_calls_in_progress())
        return _account(call)

    script.server = server
    file = str(tmp_path / "journal.sqlite")
    with closing(DatabaseJournal(file, Account("acme.example"), clock)) as other:
        other.announce(1)
        options = {"user_id": 1, "factor": "SMS", "verified": True, "journal": file}
        result = run(registration.REGISTER, {**options, "client_id": None, "client_secret": None})
    assert not result["failed"]
    assert set(seen) == {2}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("token", [None, "token-1"])
def test_a_wrong_secret_is_not_sent_again_for_each_item(script: Script, token: str | None) -> None:
    script.server = lambda _call: reply(401, {"message": "Please provide valid credentials"})
    batch = [{"user_id": number} for number in range(1, 21)]
    result = run(device.INFO, {"batch": batch, "access_token": token})
    assert result["summary"] == {"unauthorized": 20}
    assert script.sent.count("POST /auth/oauth2/v2/token") == 2, "one retry confirms the refusal"


@pytest.mark.usefixtures("clock")
def test_an_unavailable_token_is_not_requested_again_for_each_item(script: Script) -> None:
    script.server = lambda _call: reply(503, {})
    batch = [{"user_id": number} for number in range(1, 21)]
    result = run(device.INFO, {"batch": batch, "access_token": None, "retries": 1})
    assert result["summary"] == {"unavailable": 20}
    assert script.sent == ["POST /auth/oauth2/v2/token"]
