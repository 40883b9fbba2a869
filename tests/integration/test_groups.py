# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups and policies: reading them, finding them by name or id, and an account without policies."""

from __future__ import annotations

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, task

GROUPS = [
    {"id": 7, "name": "Sales Berlin", "policy_id": 2},
    {"id": 8, "name": "Sales [Rome]"},
    {"id": 9, "name": "Engineering", "policy_id": 1},
]
POLICIES = [
    {"id": 1, "name": "Everybody", "is_default": True},
    {"id": 2, "name": "Sales", "authentication_factor_ids": [58958], "mfa_registration_enabled": False},
    {"id": 3, "name": "Finance", "kind": "app"},
]


def test_groups_are_found_by_name_and_id_with_one_call(sim: Simulator, playbook: Playbook) -> None:
    sim.reset(groups=GROUPS, policies=POLICIES)
    queries = [
        {"name": "sales*"},
        {"name": "SALES [ROME]"},
        {"group_id": 9},
        {"name": "Sal"},
        {"name": "*", "group_id": 7},
    ]
    done = playbook([task("group_info", name="all"), task("group_info", {"batch": queries}, name="some")])
    berlin, rome, engineering = done["all"]["groups"]
    assert (berlin, rome) == (
        {"group_id": 7, "name": "Sales Berlin", "policy_id": 2},
        {"group_id": 8, "name": "Sales [Rome]", "policy_id": None},
    )
    found = [row["groups"] for row in done["some"]["results"]]
    assert found == [[berlin, rome], [rome], [engineering], [], [berlin]]
    assert done["some"]["api"]["calls"] == 1


@pytest.mark.once("it is about the policies of OneLogin; other tests of the modules run there")
@pytest.mark.parametrize(("listed", "calls"), [("full", 2), ("brief", 4)])
def test_policies_have_all_fields_of_their_kind(sim: Simulator, playbook: Playbook, listed: str, calls: int) -> None:
    sim.reset(policies=POLICIES)
    sim.switch(policy_list=listed)
    done = playbook([task("policy_info", {"batch": [{"name": "Sales"}, {"policy_id": 3}]})])
    (sales,), (finance,) = (row["policies"] for row in done.only["results"])
    assert sales == {
        "policy_id": 2,
        "name": "Sales",
        "kind": "user",
        "is_default": False,
        "authentication_factor_ids": [58958],
        "otp_auth_enabled": True,
        "mfa_registration_enabled": False,
        "voluntary_mfa_registration_enabled": False,
        "otp_security_token_expiration_days": 30,
        "user_phone_update_allowed": True,
        "disable_protect_push_notifications": False,
        "disable_protect_push_recovery": False,
        "enable_number_match": False,
        "ip_addresses": [],
        "maximum_invalid_login_attempts": 5,
        "lock_effective_minutes": 15,
    }
    assert finance == {
        "policy_id": 3,
        "name": "Finance",
        "kind": "app",
        "is_default": False,
        "authentication_factor_ids": [58958, 58959, 58960, 58961, 58957],
        "otp_auth_enabled": False,
        "ip_addresses": [],
    }
    assert done.only["api"]["calls"] == calls


def test_an_account_without_policies_gets_a_clear_error(sim: Simulator, playbook: Playbook) -> None:
    sim.switch(policies="406")
    done = playbook(
        [task("policy_info", name="policies"), task("group_info", {"name": "Group 7"}, name="groups")],
    )
    error = done["policies"]["error"]
    assert (error["code"], error["http_status"]) == ("unlicensed", 406)
    assert done["policies"]["msg"] == (
        "The plan of this OneLogin account does not include custom security policies. "
        "Leave out what needs custom security policies, or ask OneLogin for a plan that includes them."
    )
    assert done["groups"]["groups"] == [{"group_id": 7, "name": "Group 7", "policy_id": None}]


SMS_ONLY = {"id": 4, "name": "SMS only", "authentication_factor_ids": [58959]}


@pytest.mark.once("it is about the policies of OneLogin; other tests of the modules run there")
@pytest.mark.parametrize(("check", "listed"), [([], "full"), (["--check"], "brief")])
def test_a_factor_excluded_by_the_policy_is_an_error(
    sim: Simulator, playbook: Playbook, check: list[str], listed: str
) -> None:
    """Two calls explain the failures of everyone, and no message is sent."""
    people = [
        {"email": f"{name}@example.com", "username": name, "phone": "+12025550143", "group_id": group}
        for name, group in {"ann": 9, "bob": 7, "cid": 7, "dee": None}.items()
    ]
    batch = [{"username": person["username"], "factor": "OneLogin SMS"} for person in people]
    misspelt = [{"username": "bob", "factor": "OneLogin SSM"}, {"username": "dee", "factor": "OneLogin Voice"}]
    run = task("mfa_registration", {"batch": [*batch, *misspelt]})
    sim.reset(
        people=people,
        groups=GROUPS,
        policies=[{**POLICIES[0], "is_default": False}, POLICIES[1], {**SMS_ONLY, "is_default": True}],
    )
    sim.switch(policy_list=listed)
    rows = playbook([run], *check).only["results"]
    assert [(row["error"] or {}).get("code") if row["failed"] else None for row in rows] == [
        *(None, "not_in_policy", "not_in_policy", None),
        *("unknown_factor", "not_in_policy"),
    ]
    assert rows[1]["error"]["message"] == "The policy Sales of the group Sales Berlin does not allow OneLogin SMS."
    assert rows[5]["error"]["message"] == "The policy SMS only that applies by default does not allow OneLogin Voice."
    counted = [row["path"] for row in sim.log()]
    assert (counted.count("/api/2/groups"), counted.count("/api/2/policies")) == (1, 1)
    assert [counted.count(f"/api/2/policies/{number}") for number in (2, 4)] == ([0, 0] if listed == "full" else [1, 1])
    messaged = {person["username"] for person in people if sim.messages(str(person["username"]))}
    assert messaged == (set() if check else {"ann", "dee"})


@pytest.mark.once("it is about the policies of OneLogin; other tests of the modules run there")
def test_a_renamed_factor_is_not_reported_as_excluded(sim: Simulator, playbook: Playbook) -> None:
    """The policy allows it under the name that the account gave it."""
    people = [{"email": "bob@example.com", "username": "bob", "phone": "+12025550143", "group_id": 7}]
    factor = {"factor_id": 58959, "name": "Text message", "auth_factor_name": "SMS"}
    sim.reset(people=people, groups=GROUPS, policies=[{**SMS_ONLY, "id": 2}], factors=[factor])
    batch = [{"username": "bob", "factor": "OneLogin SMS"}]
    (row,) = playbook([task("mfa_registration", {"batch": batch})]).only["results"]
    assert row["error"]["code"] == "unknown_factor"
    assert "Available or enrolled: Text message." in row["error"]["message"]


@pytest.mark.once("it is about the policies of OneLogin; other tests of the modules run there")
@pytest.mark.parametrize("fault", ["406", "403"])
def test_without_policies_an_excluded_factor_is_unknown(sim: Simulator, playbook: Playbook, fault: str) -> None:
    people = [{"email": "bob@example.com", "username": "bob", "group_id": 7, "sim_factors": "OneLogin Protect"}]
    sim.reset(people=people, groups=GROUPS, policies=POLICIES)
    if fault == "406":
        sim.switch(policies="406")
    else:
        sim.fault("403", "GET", "/api/2/policies")
    done = playbook([task("mfa_registration", {"batch": [{"username": "bob", "factor": "OneLogin SMS"}]})])
    assert done.only["results"][0]["error"]["code"] == "unknown_factor"
    assert "/api/2/policies" in [row["path"] for row in sim.log()]


def test_people_without_push_notifications_are_named_before_the_wait(sim: Simulator, playbook: Playbook) -> None:
    """Two calls find all of them; the verification is started, since a person can still answer with a code."""
    people = [
        {
            "email": f"{name}@example.com",
            "username": name,
            "group_id": group,
            "sim_enrolled": "OneLogin Protect",
            "sim_answer": "never",
        }
        for name, group in {"ann": 9, "bob": 7, "cid": 7}.items()
    ]
    silent = {**POLICIES[1], "authentication_factor_ids": [58958], "disable_protect_push_notifications": True}
    sim.reset(people=people, groups=GROUPS, policies=[POLICIES[0], silent])
    batch = [{"username": person["username"]} for person in people]
    run = task("mfa_verification", {"batch": batch, "factor": "OneLogin Protect"})
    done = playbook([run])
    assert [row["awaits"] for row in done.only["results"]] == ["user"] * 3
    (warning,) = done.only["warnings"]
    assert warning.startswith("The policy Sales disables push notifications, so OneLogin sends none to bob, cid.")
    counted = [row["path"] for row in sim.log()]
    assert (counted.count("/api/2/groups"), counted.count("/api/2/policies")) == (1, 1)
