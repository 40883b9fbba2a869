# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a batch: dictionaries, names, and results of other modules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import build_argument_spec
from ansible_collections.community.onelogin.plugins.module_utils._ansible.masking import HIDDEN, hide_arguments
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import read_result
from ansible_collections.community.onelogin.plugins.module_utils._operations import (
    device,
    factor,
    mfa_token,
    registration,
    user,
    user_attributes,
    verification,
)

from tests.unit.harness import MFA, Call, Reply, Script, reply, run

pytestmark = pytest.mark.usefixtures("clock")
FACTORS: list[dict[str, Any]] = [
    {"factor_id": 1, "name": "OneLogin Protect", "auth_factor_name": "OneLogin"},
    {"factor_id": 2, "name": "OneLogin SMS", "auth_factor_name": "SMS"},
]
SECRET = "JBSWY3DPEHPK3PXP"
CODE = "918273"


def _devices(user_id: int) -> list[dict[str, Any]]:
    """The devices of a user; users from 50 on have both factors."""
    if user_id < 50:
        return []
    return [
        {
            "device_id": 10 * user_id + int(str(its["factor_id"])),
            "user_display_name": "Phone",
            "type_display_name": its["name"],
            "auth_factor_name": its["auth_factor_name"],
            "default": False,
        }
        for its in FACTORS
    ]


def _users(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    users = [{"id": n, "username": f"u{n}", "email": f"u{n}@x.example", "status": 1} for n in range(1, 150)]
    users.append({"id": 150, "username": "0012345", "email": "digits@x.example", "status": 1})
    if "user_ids" in query:
        return [its for its in users if str(its["id"]) in query["user_ids"].split(",")]
    return [its for its in users if all(its[key] == query[key] for key in ("username", "email") if key in query)]


def account(call: Call) -> Reply:
    """Simulate an account with 150 users; a registration in the app is accepted at the first poll."""
    if call.path == "/api/2/users":
        return reply(200, _users(call.query))
    if call.path == "/api/2/policies":
        return reply(406)  # as in a plan without policies
    user_id, _slash, rest = call.path.removeprefix(f"{MFA}/").partition("/")
    if call.method == "DELETE":
        return reply(204, text="")
    if rest == "mfa_token":
        return reply(201, {"mfa_token": "87654321", "device_id": "user_temp_otp_1"})
    if call.method == "POST":
        status = "accepted" if call.body.get("verified") else "pending"
        made = {"id": f"{rest[0]}{user_id}", "status": status, "factor_data": {"totp_url": SECRET}}
        return reply(201, {**made, "expires_at": "2026-01-01T00:10:00Z", "device_id": 10 * int(user_id) + 2})
    if rest in ("devices", "factors"):
        return reply(200, FACTORS if rest == "factors" else _devices(int(user_id)))
    return reply(200, {"id": rest.rpartition("/")[2], "status": "accepted", "device_id": 10 * int(user_id) + 1})


@pytest.fixture
def onelogin(script: Script) -> Script:
    """The scripted transport, which returns the responses of the account."""
    script.server = account
    return script


def batch(operation: Operation[Any], items: Any, *, check: bool = False, **beside: Any) -> list[dict[str, Any]]:
    """Run a batch and return its results."""
    result = run(operation, {"batch": items, **beside}, check=check)
    assert "results" in result, result["msg"]
    results: list[dict[str, Any]] = result["results"]
    return results


def refused(operation: Operation[Any], items: Any, **beside: Any) -> tuple[str, str]:
    """Run a batch that is refused, and return the message and the hint."""
    result = run(operation, {"batch": items, **beside})
    assert (result["failed"], result["error"]["code"], "results" in result) == (True, "invalid", False)
    return result["error"]["message"], result["error"]["hint"]


def writes(script: Script) -> list[str]:
    """The calls that changed something, sorted, because a batch makes several at the same time."""
    return sorted(call for call in script.sent if not call.startswith("GET"))


# Dictionaries and names


def test_options_beside_a_batch_are_defaults_of_its_items(onelogin: Script) -> None:
    items = [{"user_id": 1}, {"user_id": 2, "factor": "OneLogin Protect", "verified": False}, {"user_id": 3}]
    results = batch(registration.REGISTER, items, factor="SMS", verified=True, display_name="Mine")
    assert [its["registration"]["factor"] for its in results] == ["OneLogin SMS", "OneLogin Protect", "OneLogin SMS"]
    assert [its["item"] for its in results][:2] == [
        {"user_id": 1, "factor": "SMS"},
        {"user_id": 2, "factor": "OneLogin Protect"},
    ]
    posted = [call.body for call in onelogin.calls if call.method == "POST"]
    assert [body.get("verified") for body in sorted(posted, key=lambda body: -body["factor_id"])] == [True, True, None]
    assert {body["display_name"] for body in posted} == {"Mine"}


@pytest.mark.parametrize("blank", ["", None])
def test_a_blank_option_counts_as_not_given(onelogin: Script, blank: str | None) -> None:
    item = {"user_id": 50, "email": blank, "factor": "SMS", "device_id": blank, "otp": blank, "key": blank}
    (its,) = batch(verification.VERIFY, [item], username=blank, device_id=blank, otp=blank, factor=blank)
    assert (its["failed"], its["item"]) == (False, {"user_id": 50, "factor": "SMS"})
    (its,) = batch(verification.VERIFY, [{"user_id": 50, "factor_id": blank}], factor="SMS")
    assert (its["failed"], its["item"]) == (False, {"user_id": 50, "factor": "SMS"})


@pytest.mark.parametrize(
    ("operation", "name", "value"),
    [
        (registration.REGISTER, "user_id", 7),
        (registration.REGISTER, "email", "u1@x.example"),
        (registration.REGISTER, "username", "u1"),
        (registration.REGISTER, "registration_id", "r"),
        (device.REMOVE, "device_id", "5"),
        (verification.VERIFY, "verification_id", "v"),
    ],
)
def test_an_option_that_identifies_one_user_cannot_be_a_default(
    onelogin: Script, operation: Operation[Any], name: str, value: Any
) -> None:
    message, hint = refused(operation, ["u1"], **{name: value})
    assert message.startswith(f"{name} cannot be a default for the items of a batch")
    assert hint == "Put it into the items of the batch."
    assert onelogin.calls == []


def test_a_code_is_a_default_for_one_item_only(onelogin: Script) -> None:
    message, _hint = refused(registration.REGISTER, ["u1", "u2"], factor="SMS", otp=CODE)
    assert message.startswith("otp cannot be a default for the items of a batch")
    assert not batch(registration.REGISTER, ["u1"], factor="SMS", otp=CODE)[0]["failed"]


@pytest.mark.parametrize(
    ("text", "item", "user_id"),
    [
        ("u1@x.example", {"email": "u1@x.example"}, 1),
        ("u2", {"username": "u2"}, 2),
        ("0012345", {"username": "0012345"}, 150),
    ],
)
@pytest.mark.parametrize("form", [lambda text: [text], lambda text: json.dumps([text])], ids=["list", "JSON"])
def test_text_is_an_address_or_a_username(onelogin: Script, form: Any, text: str, item: Any, user_id: int) -> None:
    (its,) = batch(mfa_token.OPERATION, form(text))
    assert its["item"] == item
    assert onelogin.sent[-1] == f"POST {MFA}/{user_id}/mfa_token"


def test_digits_are_never_an_id(onelogin: Script) -> None:
    (its,) = batch(mfa_token.OPERATION, ["7"])
    assert its["error"]["code"] == "unknown_user"
    assert writes(onelogin) == []


def test_dictionaries_can_be_json_text(onelogin: Script) -> None:
    assert batch(mfa_token.OPERATION, '[{"user_id": 7, "key": "a"}]')[0]["item"] == {"user_id": 7, "key": "a"}


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("u1, u2", "batch is text, but not JSON: ", HINTS["invalid"]),
        ('"u1"', "batch is text; it must be a list", HINTS["invalid"]),
        (7, "batch is a number; it must be a list", HINTS["invalid"]),
        ('{"user_id": 7}', "batch is a dictionary; it must be a list.", "Put it in a list."),
        ({"user_id": 7}, "batch is a dictionary; it must be a list.", "Put it in a list."),
        (
            {"results": [{"user_id": 7}]},
            "batch is a dictionary; it must be a list.",
            'Pass its results: batch: "{{ registered.results }}".',
        ),
    ],
)
def test_a_batch_that_is_not_a_list_is_refused(onelogin: Script, value: Any, message: str, hint: str) -> None:
    assert refused(mfa_token.OPERATION, value)[0].startswith(message)
    assert refused(mfa_token.OPERATION, value)[1] == hint


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (7, "a number"),
        (1.5, "a number"),
        (True, "a boolean"),
        (None, "null"),
        ([{"user_id": 7, "otp": CODE}], "a list"),
        (json.dumps({"email": "u1@x.example", "otp": CODE}), "the text of a dictionary or a list"),
        (f" [{CODE}]", "the text of a dictionary or a list"),
    ],
)
def test_an_entry_that_cannot_be_read_fails_alone(onelogin: Script, entry: Any, kind: str) -> None:
    result = run(registration.REGISTER, {"batch": [entry, "u1"], "factor": "SMS"})
    one, other = result["results"]
    assert one["error"]["code"] == "invalid"
    assert one["error"]["message"].startswith(f"An item is {kind}; it must be ")
    assert one["item"] == {}
    assert not other["failed"]
    assert CODE not in str(result)
    spec = build_argument_spec(registration.REGISTER)
    shown = hide_arguments({"batch": [entry, "u1"]}, spec)["batch"]
    assert shown[1] == "u1"
    assert CODE not in str(shown)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"id": 7}, 'Unknown option "id". The id of a user in OneLogin is user_id; other ids do not identify a user.'),
        ({"Email": "u1@x.example"}, 'Unknown option "Email". Did you mean "email"?'),
        ({"user_id": 1, "reurn_secrets": True}, 'Unknown option "reurn_secrets".'),
        ({"factor": "SMS"}, "The item does not identify a user."),
        ({}, "The item does not identify a user."),
        (
            {"email": 12345},
            "email is 12345, a number: YAML or INI may have changed the value.",
        ),
        ({"username": True}, "username is True, a boolean: YAML or INI may have changed the value."),
        ({"username": ["u1"]}, "username is ['u1'], a list: YAML or INI may have changed the value."),
        ({"user_id": "u1"}, "user_id is 'u1'; it must be a whole number."),
    ],
)
def test_a_wrong_item_is_refused_before_a_call(onelogin: Script, item: dict[str, Any], message: str) -> None:
    (its,) = batch(device.INFO, [item])
    assert its["error"]["code"] == "invalid"
    assert its["error"]["message"] == message
    if "YAML" in message:
        assert its["error"]["hint"] == """Write it as text: "12345" in YAML, '"12345"' in INI."""
    assert onelogin.calls == []


def test_a_key_comes_back_in_the_item(onelogin: Script) -> None:
    items = [{"key": "b", "user_id": 1}, {"key": "a", "email": "no@x.example"}, {"key": 7, "id": 7}]
    results = batch(mfa_token.OPERATION, items)
    assert [its["item"]["key"] for its in results] == ["b", "a", 7]
    assert [its["failed"] for its in results] == [False, True, True]


@pytest.mark.parametrize("own", [{"factor": "SMS"}, {"factor_id": 2}, {"device_id": "502"}])
@pytest.mark.parametrize("default", [{"factor": "OneLogin Protect"}, {"factor_id": 1}])
def test_the_target_of_an_item_overrides_the_target_of_the_task(onelogin: Script, own: Any, default: Any) -> None:
    (its,) = batch(device.REMOVE, [{"user_id": 50, **own}], **default)
    assert its["device"]["device_id"] == "502"
    assert its["item"] == {"user_id": 50, **own}


# Two identities


@pytest.mark.parametrize(
    ("item", "code", "words"),
    [
        ({"user_id": 7, "email": "U7@x.example", "username": "u7"}, None, ""),
        ({"email": "u7@x.example", "username": "u7"}, None, ""),
        ({"user_id": 7, "email": "u8@x.example"}, "invalid", "user_id 7 is not the user with email u8@x.example."),
        (
            {"email": "u7@x.example", "username": "u8"},
            "invalid",
            "email u7@x.example (user_id 7), username u8 (user_id 8).",
        ),
        ({"user_id": 999, "email": "u7@x.example"}, "unknown_user", "No user has the id 999."),
        ({"email": "u7@x.example", "username": "no"}, "unknown_user", "No user has the username no."),
    ],
)
def test_two_identities_name_the_same_user(onelogin: Script, item: Any, code: str | None, words: str) -> None:
    (its,) = batch(mfa_token.OPERATION, [item])
    assert (its.get("error") or {}).get("code") == code
    assert words in its.get("msg", "")
    assert writes(onelogin) == ([] if code else [f"POST {MFA}/7/mfa_token"])


@pytest.mark.parametrize(("count", "queries"), [(1, 1), (100, 1), (101, 2)])
@pytest.mark.parametrize("known", [True, False])
def test_ids_beside_names_are_compared_with_one_query_per_hundred(
    onelogin: Script, count: int, queries: int, known: bool
) -> None:
    first = 1 if known else 1001
    items = [{"user_id": n, "email": f"u{n}@x.example"} for n in range(first, first + count)]
    results = batch(mfa_token.OPERATION, items)
    assert {its["failed"] for its in results} == {not known}
    asked = [call for call in onelogin.calls if call.path == "/api/2/users"]
    assert len(asked) == queries
    assert all(len(call.query["user_ids"].split(",")) <= 100 for call in asked)


@pytest.mark.parametrize(("count", "queries"), [(0, 0), (100, 1), (250, 3)])
def test_users_are_read_by_a_hundred_ids_a_query(onelogin: Script, count: int, queries: int) -> None:
    """An address with thousands of ids would be refused as too long, and an empty list would match everyone."""
    found = run(user.INFO, {"user_ids": [*range(1, count + 1), 1] if count else []})
    assert len(found["users"]) == min(count, 150)
    asked = [call.query["user_ids"].split(",") for call in onelogin.calls if call.path == "/api/2/users"]
    assert [number for ids in asked for number in ids] == [str(number) for number in range(1, count + 1)]
    assert len(asked) == queries


# Results of other modules


def looped(results: Sequence[Mapping[str, Any]], variable: str = "item") -> list[dict[str, Any]]:
    """Build results as a loop over e-mail addresses registers them."""
    return [
        {
            **row,
            variable: f"u{number}@x.example",
            "ansible_loop_var": variable,
            "invocation": {"module_args": {"email": f"u{number}@x.example", "batch": None}},
        }
        for number, row in enumerate(results, start=1)
    ]


def singles(operation: Operation[Any], *items: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Run a task for each item and return the results."""
    return [run(operation, {**item, **more}) for item in items]


FORMS: dict[str, Callable[[Any], Any]] = {
    "batch": lambda items: batch(registration.REGISTER, items),
    "loop": lambda items: looped(singles(registration.REGISTER, *items)),
    "loop variable": lambda items: looped(singles(registration.REGISTER, *items), "person"),
    "single tasks": lambda items: singles(registration.REGISTER, *items),
    "JSON text": lambda items: json.dumps(batch(registration.REGISTER, items)),
}


@pytest.mark.parametrize("form", FORMS)
def test_enrolment_results_can_be_items_of_an_activation(onelogin: Script, form: str) -> None:
    items: list[dict[str, Any]] = [
        {"email": "u1@x.example", "factor": "OneLogin Protect", "return_secrets": True},
        {"email": "u2@x.example", "factor": "OneLogin SMS", "verified": True},
        {"email": "no@x.example", "factor": "OneLogin SMS"},
    ]
    registered = FORMS[form](items)
    del onelogin.calls[:]
    waited = batch(registration.WAIT, registered)
    assert onelogin.sent == [f"GET {MFA}/1/registrations/r1"], "the others need no call"
    assert [its.get("registration", {}).get("status") for its in waited] == ["accepted", "accepted", None]
    # The item of the earlier result, and the values that OneLogin returns only once.
    assert waited[0]["registration"]["factor"] == "OneLogin Protect"
    assert waited[0]["registration"]["device_id"] == "11"
    assert waited[2]["error"]["code"] == "unknown_user"

    onelogin.server = lambda call: (
        reply(200, [{**_devices(50)[0], "device_id": 11}, {**_devices(50)[1], "device_id": 22}])
        if call.path.endswith("/devices")
        else account(call)
    )
    verified = batch(verification.VERIFY, waited)
    assert writes(onelogin) == [f"POST {MFA}/1/verifications", f"POST {MFA}/2/verifications"]
    assert {call.body["device_id"] for call in onelogin.calls if call.method == "POST"} == {11, 22}
    assert [its.get("awaits") for its in verified] == ["user", "otp", None]
    assert verified[2]["error"] == waited[2]["error"]

    del onelogin.calls[:]
    answered = batch(verification.WAIT, verified)
    assert onelogin.sent == [f"GET {MFA}/1/verifications/v1"]
    assert [its.get("verification", {}).get("status") for its in answered] == ["accepted", "pending", None]
    assert answered[0]["verification"]["factor"] == "OneLogin Protect"
    assert answered[1]["awaits"] == "otp"
    assert "Pass the code as otp." in answered[1]["msg"]
    assert answered[2]["error"] == waited[2]["error"]
    assert SECRET not in str([waited, verified, answered])


def test_items_and_keys_pass_through_the_whole_chain(onelogin: Script) -> None:
    items = [{"key": "a", "email": "u1@x.example"}, {"key": "b", "email": "no@x.example"}]
    waited = batch(registration.WAIT, batch(registration.REGISTER, items, factor="OneLogin Protect"))
    named = {"factor": "OneLogin Protect"}
    assert [its["item"] for its in waited] == [
        {"key": "a", "email": "u1@x.example", "user_id": 1, "registration_id": "r1", **named},
        {"key": "b", "email": "no@x.example", **named},
    ]


def test_a_result_that_needs_no_work_makes_no_call(onelogin: Script) -> None:
    done = batch(registration.REGISTER, [{"user_id": 50, "factor": "SMS"}])
    failed = {"failed": True, "msg": "A module of another collection failed.", "item": {"email": "u1@x.example"}}
    skipped = {"changed": False, "skipped": True, "msg": "Not now."}
    del onelogin.calls[:]
    operations: list[Operation[Any]] = [registration.REGISTER, registration.WAIT]
    for operation in operations:
        accepted, lost, left_out = batch(operation, [*done, failed, skipped])
        assert accepted["registration"] == done[0]["registration"]
        assert (accepted["changed"], accepted["failed"]) == (False, False)
        assert (lost["failed"], lost["error"]["code"]) == (True, "invalid")
        assert lost["error"]["message"] == "A module of another collection failed."
        assert (left_out["skipped"], left_out["msg"]) == (True, "Not now.")
    assert onelogin.calls == []


@pytest.mark.parametrize("check", [False, True])
def test_a_pending_enrolment_has_no_device_to_activate(onelogin: Script, check: bool) -> None:
    registered = batch(registration.REGISTER, [{"user_id": 1, "factor": "OneLogin Protect"}], check=check)
    del onelogin.calls[:]
    if not check:
        registered[0]["registration"]["device_id"] = None
    (its,) = batch(verification.VERIFY, registered, check=check)
    assert onelogin.calls == []
    if check:
        assert (its["failed"], its["changed"], its["verification"]["status"]) == (False, True, "pending")
        assert its["msg"] == "The device would be activated once it is enrolled."
        assert batch(registration.WAIT, registered, check=True)[0]["registration"]["user_id"] == 1
    else:
        assert its["error"]["code"] == "not_found"
        assert its["error"]["hint"] == "Wait for it first, with mfa_registration_wait."


@pytest.mark.parametrize("wanted", [{"factor": "SMS"}, {"factor_id": 2}])
def test_a_factor_beside_the_batch_overrides_the_ids_of_results(onelogin: Script, wanted: dict[str, Any]) -> None:
    verified = batch(verification.VERIFY, [{"username": "u50", "device_id": "501"}, {"username": "no", "factor": "x"}])
    assert verified[0]["verification"]["factor"] == "OneLogin Protect"
    removed, failed = batch(device.REMOVE, verified, **wanted)
    assert removed["device"]["device_id"] == "502"
    assert removed["item"] == {"username": "u50", "user_id": 50, **wanted}
    assert failed["error"]["code"] == "unknown_user"


@pytest.mark.parametrize("form", [list, json.dumps])
def test_users_from_user_info_can_be_items(onelogin: Script, form: Any) -> None:
    found = run(user.INFO, {"username": "u50"})["users"]
    assert found[0]["id"] == found[0]["user_id"] == 50
    (its,) = batch(device.INFO, form(found))
    assert [one["device_id"] for one in its["devices"]] == ["501", "502"]
    assert its["item"] == {"email": "u50@x.example", "username": "u50", "user_id": 50}
    keyed = batch(registration.REGISTER, [{**found[0], "key": "a"}], factor="SMS")
    assert (keyed[0]["item"]["key"], keyed[0]["failed"]) == ("a", False)


@pytest.mark.parametrize("own", [{"factor": "SMS"}, {"factor_id": 2}, {"otp": CODE}, {"registration_id": "r1"}])
def test_options_added_to_a_user_of_user_info_are_not_dropped(onelogin: Script, own: dict[str, Any]) -> None:
    found = run(user.INFO, {"username": "u1"})["users"]
    (its,) = batch(registration.REGISTER, [{**found[0], **own}], factor="OneLogin Protect")
    assert its["error"]["message"].startswith('Unknown option "id".')
    assert writes(onelogin) == []


def test_devices_from_mfa_device_info_can_be_items(onelogin: Script) -> None:
    listed = batch(device.INFO, [{"username": "u50", "key": "a"}, {"username": "u1", "key": "b"}, "no"])
    removed = batch(device.REMOVE, listed)
    assert [(its["item"].get("key"), (its.get("device") or {}).get("device_id")) for its in removed] == [
        ("a", "501"),
        ("a", "502"),
        ("b", None),
        (None, None),
    ]
    assert removed[2]["msg"] == "The user has no device."
    assert removed[3]["error"]["code"] == "unknown_user"
    assert writes(onelogin) == [f"DELETE {MFA}/50/devices/501", f"DELETE {MFA}/50/devices/502"]
    assert batch(verification.VERIFY, listed)[2]["error"]["code"] == "not_found"
    # The devices themselves, without the result around them.
    assert [its["changed"] for its in batch(device.REMOVE, listed[0]["devices"])] == [True, True]


@pytest.mark.parametrize("operation", [device.INFO, factor.INFO], ids=["device_info", "factor_info"])
def test_a_result_without_an_id_names_its_user_by_the_item(onelogin: Script, operation: Operation[Any]) -> None:
    listed = batch(operation, ["u1@x.example"])
    (its,) = batch(registration.REGISTER, listed, factor="OneLogin Protect")
    assert (its["failed"], its["registration"] and its["registration"]["user_id"]) == (False, 1)
    # The variable of a loop may name another user.
    (other,) = batch(registration.REGISTER, looped(listed), factor="OneLogin Protect")
    assert other["error"]["message"] == "The item does not identify a user."


def test_results_cannot_be_queries_of_user_info(onelogin: Script) -> None:
    tokens = batch(mfa_token.OPERATION, ["u1"])
    (its,) = batch(user.INFO, tokens)
    assert its["error"]["message"] == "The result of another task cannot be an item of this module."


def _rows() -> dict[str, Any]:
    """Build results of every kind with all possible values."""
    registered = batch(
        registration.REGISTER,
        [{"user_id": 1, "factor": "OneLogin Protect", "key": "a", "otp": CODE}, {"username": "no", "factor": "SMS"}],
        return_secrets=True,
    )
    listed = batch(device.INFO, ["u50", "u1"])
    return {
        "registration": registered[0],
        "failure": registered[1],
        "loop": looped(registered)[0],
        "loop of dictionaries": {**registered[0], "item": {"otp": CODE, "user_id": 1}, "ansible_loop_var": "item"},
        "verification": batch(verification.VERIFY, [{"user_id": 50, "factor": "SMS"}], return_secrets=True)[0],
        "wait": batch(registration.WAIT, registered)[0],
        "devices": listed[0],
        "no devices": listed[1],
        "device": batch(device.REMOVE, [{"user_id": 50, "factor": "SMS"}])[0],
        "device record": listed[0]["devices"][0],
        "token": batch(mfa_token.OPERATION, ["u1"])[0],
        "user record": {**run(user.INFO, {"username": "u50"})["users"][0], "key": "a"},
        "skipped": {"skipped": True, "changed": False, "msg": "No."},
    }


@pytest.mark.usefixtures("onelogin")
def test_reducing_a_reduced_result_changes_nothing() -> None:
    for name, row in _rows().items():
        cut = read_result({**row, "invocation": {"module_args": {"otp": CODE}}})
        assert cut, name
        again = read_result(json.loads(json.dumps(cut.row)))
        assert again, name
        assert (again.row, again.ids, again.kind) == (cut.row, cut.ids, cut.kind), name
        assert "default" not in str(cut.row), "a field of a device that no other module needs"
        assert set(cut.row) <= {
            "failed",
            "skipped",
            "error",
            "msg",
            "awaits",
            "item",
            "devices",
            "ansible_loop_var",
        } | {cut.kind}, name
        assert not [secret for secret in (SECRET, CODE, "87654321") if secret in str(cut.row)], name


# The arguments that Ansible shows


def test_the_shown_arguments_contain_no_secret(onelogin: Script) -> None:
    results = batch(registration.REGISTER, [{"user_id": 1, "factor": "OneLogin Protect"}], return_secrets=True)
    assert SECRET in str(results)
    items = [{"email": "u1@x.example", "otp": CODE}, {"user_id": 7, "otpp": CODE, "factor": "SMS"}, "u1", *results]
    for given in (items, json.dumps(items)):
        shown = hide_arguments(
            {"batch": given, "otp": CODE, "factor": "SMS"}, build_argument_spec(registration.REGISTER)
        )
        assert (shown["otp"], shown["factor"]) == (HIDDEN, "SMS")
        assert shown["batch"][:3] == [
            {"email": "u1@x.example", "otp": HIDDEN},
            {"user_id": 7, "otpp": HIDDEN, "factor": "SMS"},
            "u1",
        ]
        assert shown["batch"][3]["registration"]["id"] == "r1"
        assert SECRET not in str(shown)


@pytest.mark.parametrize("value", [f'[{{"otp": "{CODE}"', {"otp": CODE}, 918273])
def test_a_batch_that_cannot_be_read_is_hidden(value: Any) -> None:
    shown = hide_arguments({"batch": value, "factor": "SMS"}, build_argument_spec(registration.REGISTER))
    assert shown == {"batch": HIDDEN, "factor": "SMS"}


# The message of a batch that failed


@pytest.mark.parametrize(
    ("unknown", "names"),
    [(10, "a0, a1, a2, a3, a4, a5, a6, a7, a8, a9: "), (12, "a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 and 2 more: ")],
)
def test_a_message_names_causes_people_and_what_to_do(onelogin: Script, unknown: int, names: str) -> None:
    items: list[Any] = [f"a{number}" for number in range(unknown)]
    items += ["u1", {"id": 7}, {"email": "u2@x.example", "id": 7}, {"user_id": 0}]
    result = run(mfa_token.OPERATION, {"batch": items})
    hint = HINTS["unknown_user"]
    id_refused = 'Unknown option "id". The id of a user in OneLogin is user_id; other ids do not identify a user.'
    assert id_refused in result["results"][-3]["msg"]
    invalid = HINTS["invalid"]
    assert result["msg"] == (
        f"{unknown + 3} of {unknown + 4} failed."
        f" unknown_user ({unknown}): {names}{hint[:1].lower()}{hint[1:]}"
        f" invalid (3): an item without a user, u2@x.example: {invalid[:1].lower()}{invalid[1:]}"
    )


def test_a_message_common_to_all_items_appears_once(onelogin: Script) -> None:
    result = run(mfa_token.OPERATION, {"batch": [{"id": 7, "username": "u1"}, {"id": 8, "username": "u2"}]})
    assert result["msg"] == (
        '2 of 2 failed. invalid (2): u1, u2: Unknown option "id". The id of a user in OneLogin is user_id; other ids do'
        " not identify a user. Correct the item; nothing was sent for it."
    )


def test_changed_users_can_be_enrolled(onelogin: Script) -> None:
    changed = [
        {"changed": True, "failed": False, "item": {"email": "u1@x.example"}, "user": {"user_id": 1}, "previous": {}},
        {"changed": False, "failed": True, "item": {"user_id": 9}, "error": {"code": "unknown_user", "message": "No."}},
    ]
    enrolled, failed = batch(registration.REGISTER, changed, factor="SMS", verified=True)
    assert (enrolled["registration"]["user_id"], enrolled["item"]["email"]) == (1, "u1@x.example")
    assert failed["error"]["code"] == "unknown_user"


def test_enrolled_users_can_be_changed(script: Script) -> None:
    script.server = lambda _call: reply(200, {"id": 1, "title": "Sailor"})
    enrolled = {"changed": True, "failed": False, "item": {}, "registration": {"id": "r", "user_id": 1, "status": "x"}}
    (changed,) = batch(user_attributes.CHANGE, [enrolled], attributes={"title": "Captain"})
    assert changed["previous"] == {"title": "Sailor"}
    assert script.sent == ["GET /api/2/users/1", "PUT /api/2/users/1"]


def test_a_dictionary_beside_the_batch_supplies_default_keys_for_items(script: Script) -> None:
    """Dictionaries are merged by key; otherwise keys that an item does not set would be lost silently."""
    script.server = lambda _call: reply(200, {"id": 1})
    items = [{"user_id": 1, "attributes": {"title": "Captain", "company": None}}]
    batch(user_attributes.CHANGE, items, attributes={"title": "Sailor", "company": "Example", "phone": ""})
    assert script.calls[-1].body == {"title": "Captain", "company": "Example"}
