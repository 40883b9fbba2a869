# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to users: which values are kept, which are refused, and the effect of another group."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.harness import EMAIL, KELLY, SMS, Simulator

PATH = f"/api/2/users/{KELLY}"


def test_given_attributes_are_replaced_and_others_are_kept(sim: Simulator) -> None:
    before = sim.call("GET", PATH).json()
    answer = sim.call("PUT", PATH, {"title": "Captain", "phone": "+64272009999", "custom_attributes": {"drink": "tea"}})
    changed = answer.json()
    assert answer.status_code == 200
    assert changed.pop("updated_at") > before["updated_at"]
    custom = {"food": "chicken", "drink": "tea"}
    new = {"title": "Captain", "phone": "+64272009999", "custom_attributes": custom}
    assert changed == {**{name: value for name, value in before.items() if name != "updated_at"}, **new}
    assert sim.call("GET", PATH).json() == answer.json()
    sim.reset()
    sim.log_in()
    assert sim.call("GET", PATH).json() == before


def test_a_user_is_found_by_a_new_address(sim: Simulator) -> None:
    sim.call("PUT", PATH, {"email": "captain@example.com"})
    found = [
        [row["id"] for row in sim.call("GET", "/api/2/users", params={"email": email}).json()]
        for email in ("captain@example.com", "kelly@example.com")
    ]
    assert found == [[KELLY], []]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"phone": "0272001122"}, 422, "Validation failed: Phone is not a valid phone number"),
        ({"email": "rita@example.com"}, 422, "Validation failed: Email has already been taken"),
        ({"group_id": 999}, 422, "Validation failed: Group_id is invalid"),
        ({"title": 7}, 422, "Validation failed: Title is invalid"),
        ({"shoe_size": 42}, 400, "unknown attribute: shoe_size"),
        ([], 400, "the body is not an object"),
    ],
)
def test_invalid_changes_are_refused(sim: Simulator, change: Any, status: int, said: str) -> None:
    before = sim.call("GET", PATH).json()
    answer = sim.call("PUT", PATH, change)
    assert (answer.status_code, answer.json()["message"]) == (status, said)
    assert sim.call("GET", PATH).json() == before


def test_the_group_of_a_user_determines_the_available_factors(sim: Simulator) -> None:
    """A policy applies through the group: terraform-provider-onelogin, docs/resources/onelogin_policies.md."""
    policies = [
        {"id": 1, "name": "Everybody", "is_default": True, "authentication_factor_ids": [EMAIL]},
        {"id": 2, "name": "Office", "authentication_factor_ids": [SMS, EMAIL]},
    ]
    groups = [{"id": 7, "name": "New"}, {"id": 8, "name": "Office", "policy_id": 2}]
    sim.reset(groups=groups, policies=policies)
    sim.log_in()

    def offered() -> list[int]:
        return sorted(row["factor_id"] for row in sim.mfa("GET", KELLY, "factors").json())

    assert offered() == [EMAIL]
    sim.call("PUT", PATH, {"group_id": 8})
    assert offered() == [SMS, EMAIL]
    sim.call("PUT", PATH, {"group_id": None})
    assert offered() == [EMAIL]


def test_the_list_of_groups(sim: Simulator) -> None:
    """A bare list on the path of version 2: terraform-provider-onelogin, data_source_onelogin_groups.go."""
    answer = sim.call("GET", "/api/2/groups")
    assert answer.json() == [{"reference": None, "policy_id": None, "id": 7, "name": "Group 7"}]


def test_the_list_of_policies(sim: Simulator) -> None:
    """https://github.com/onelogin/onelogin-go-sdk, pkg/onelogin/policies.go: fields of the other kind are absent."""
    sim.reset(policies=[{"id": 1, "name": "Staff", "is_default": True}, {"id": 2, "name": "Finance", "kind": "app"}])
    sim.log_in()
    staff, finance = sim.call("GET", "/api/2/policies").json()
    assert (staff["kind"], finance["kind"]) == ("user", "app")
    assert "mfa_registration_enabled" in staff.keys() - finance.keys()
    assert sim.call("GET", "/api/2/policies/2").json() == finance
    assert sim.call("GET", "/api/2/policies/3").status_code == 404


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"groups": [{"id": 1}]}, "group 1: not an object with an id and a name"),
        ({"policies": [7]}, "policy 1: not an object with an id and a name"),
        ({"groups": {}}, "groups is a list"),
    ],
)
def test_invalid_groups_and_policies_are_refused(sim: Simulator, given: Any, reason: str) -> None:
    answer = sim.http.post(f"{sim.url}/_simulator/reset", json=given)
    assert (answer.status_code, answer.json()) == (400, {"error": reason})
