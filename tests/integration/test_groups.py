# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups and policies, as their names and ids find them, and an account that has no policies."""

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


def test_a_plan_without_policies_is_told(sim: Simulator, playbook: Playbook) -> None:
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
