# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users are changed once, and only attributes that differ."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, simulator, task
from tests.integration.operations import OperationRunner

KELLY = {"email": "kelly@example.com"}
POLICIES = [
    {"id": 1, "name": "Everybody", "is_default": True, "authentication_factor_ids": [58961]},
    {"id": 2, "name": "With MFA", "authentication_factor_ids": [58958, 58959]},
]
GROUPS = [
    {"id": 7, "name": "Surfers", "policy_id": 1},
    {"id": 8, "name": "Sales", "policy_id": 2},
    {"id": 9, "name": "sales"},
    {"id": 10, "name": "SALES"},
]


def writes(sim: Simulator) -> int:
    """The number of users that were written."""
    return sum(row["method"] == "PUT" for row in sim.log())


def test_only_differing_attributes_are_changed_and_only_once(
    sim: Simulator, playbook: Playbook, way: dict[str, Any]
) -> None:
    wanted = {
        "phone": "+64272009999",
        "email": "Kelly@Example.com",  # the same address
        "title": "Captain",
        "custom_attributes": {"cost_center": 4711},
    }
    options = {**KELLY, "attributes": {**wanted, "department": "", "company": None}}
    done = playbook(
        [
            # ansible-core 2.16 has no check mode for a task in the background.
            task("user", options, check_mode=True, name="check"),
            task("user_info", KELLY, name="before"),
            task("user", options, name="run", **way),
            task("user_info", KELLY, name="after"),
            task("user", options, name="again", **way),
        ],
        "--diff",
    )
    before, after = (done[name]["users"][0] for name in ("before", "after"))
    new = {"phone": "+64272009999", "title": "Captain"}
    assert {name for name in after if after[name] != before[name]} == {*new, "updated_at"}
    user = {name: after[name] for name in ("user_id", "username", "email", "group_id", "department", "company")}
    user |= {"external_id": None, **new, "custom_attributes": {"cost_center": "4711"}}
    previous = {"phone": before["phone"], "title": None, "custom_attributes": {}}
    diff = {
        "before": {"email": before["email"], "phone": before["phone"], "title": None},
        "after": {"email": before["email"], **new},
    }
    diff["before"]["custom_attributes"], diff["after"]["custom_attributes"] = (
        {"cost_center": value} for value in (None, "4711")
    )
    for name, said in (("check", "These would be changed"), ("run", "Changed")):
        result = done[name]
        assert (result["changed"], result["user"], result["previous"]) == (True, user, previous), name
        assert result["diff"] == diff, name
        assert result["msg"] == f"{said}: custom_attributes, phone, title."
    assert (done["again"]["changed"], done["again"]["user"], done["again"]["previous"]) == (False, user, {})
    assert done["again"]["diff"]["before"] == done["again"]["diff"]["after"] == diff["after"]
    assert done["again"]["msg"] == "Nothing differs."
    assert writes(sim) == 1


def test_without_overwrite_only_empty_attributes_are_set(sim: Simulator, playbook: Playbook) -> None:
    options = {**KELLY, "overwrite": False, "attributes": {"phone": "+64272009999", "title": "Captain"}}
    done = playbook([task("user", options, name="run"), task("user", options, name="again")])
    assert done["run"]["previous"] == {"title": None}
    assert done["run"]["user"]["phone"] == "+64272001122"
    assert not done["again"]["changed"]


def test_people_move_into_a_group_by_its_name_with_few_calls(sim: Simulator, playbook: Playbook) -> None:
    """After that, the policy of the group determines the available factors."""
    sim.reset(groups=GROUPS, policies=POLICIES)
    done = playbook(
        [
            task("user_info", {"email": "*@example.com", "fields": ["id", "email"]}, register="found"),
            simulator("DELETE", "/log"),
            task("user", {"batch": "{{ found.users }}", "attributes": {"group": "Sales"}}, name="moved"),
            simulator("GET", "/log", name="log"),
            task("user", {"batch": "{{ found.users }}", "attributes": {"group": "Sales"}}, name="again"),
            task("mfa_factor_info", KELLY, name="factors"),
        ]
    )
    assert done["moved"]["summary"] == {"present": 9}
    groups = [row["user"]["group_id"] for row in done["moved"]["results"]]
    assert groups == [8] * 9
    before = [row["previous"] for row in done["moved"]["results"]]
    assert before == [{"group_id": 7, "group": "Surfers"}] * 3 + [{}] * 3 + [{"group_id": 9, "group": "sales"}] * 3
    calls = [f"{row['method']} {row['path']}" for row in done["log"]["answer"] if "/auth/" not in row["path"]]
    assert sorted(call for call in calls if call.startswith("GET")) == ["GET /api/2/groups", "GET /api/2/users"]
    assert sum(call.startswith("PUT") for call in calls) == 6
    assert not done["again"]["changed"]
    assert [factor["factor_id"] for factor in done["factors"]["factors"]] == [58958, 58959]


REFUSED: dict[str, tuple[dict[str, Any], str, bool]] = {
    "a number from YAML": ({"phone": 64272001122}, "phone is 64272001122; it is not in the form E.164. Did", False),
    "a national number": ({"phone": "027 200 1122"}, "phone is 027 200 1122; it is not in the form E.164.", False),
    "no address": ({"email": "kelly"}, "email is kelly; it is not an e-mail address.", False),
    "two groups": ({"group": "Sales", "group_id": 7}, "The item has two groups: Sales and group_id 7.", False),
    "an unknown group": ({"group": "Salse"}, "No group is named Salse. Groups: SALES, Sales, Surfers, sales.", True),
    "several groups": ({"group": "sAles"}, "3 groups are named sAles: 8, 9, 10.", True),
    "a list": ({"custom_attributes": {"a": ["b"]}}, "custom_attributes.a is a list; it must be text.", False),
    "an unknown id": ({"group_id": 999}, "Validation failed: Group_id is invalid (HTTP 422).", True),
}


@pytest.mark.once("it is about OneLogin's users and responses; other tests of the module run there")
@pytest.mark.parametrize("case", REFUSED)
def test_invalid_attributes_are_refused(sim: Simulator, playbook: Playbook, case: str) -> None:
    attributes, said, asks = REFUSED[case]
    sim.reset(groups=GROUPS)
    done = playbook([task("user", {**KELLY, "attributes": attributes})])
    assert said in done.only["msg"]
    assert done.only["error"]["code"] == ("ambiguous" if case == "several groups" else "invalid")
    assert not done.only["changed"]
    assert asks or sim.log() == []


def test_a_misspelt_attribute_gets_a_suggestion(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            task("user", {**KELLY, "attributes": {"fone": "x"}}, name="one"),
            task("user", {"batch": [{**KELLY, "attributes": {"fone": "x"}}]}, name="batch"),
            task("user", {**KELLY}, name="none"),
        ]
    )
    assert "attributes.fone" in done["one"]["msg"]
    assert 'Unknown option "fone". Did you mean "phone"?' in done["batch"]["msg"]
    assert "has no attributes" in done["none"]["msg"]
    assert sim.log() == []


def test_attributes_of_the_task_and_of_its_items_are_merged(sim: Simulator, playbook: Playbook) -> None:
    items = [
        {**KELLY, "attributes": {"title": "Captain", "company": None}},
        {"username": "paul", "attributes": {"phone": "+64272008888", "company": "Other"}},
        "nora",
    ]
    done = playbook([task("user", {"batch": items, "attributes": {"company": "Example", "title": "Sailor"}})])
    found = [[row["user"][name] for name in ("company", "title")] for row in done.only["results"]]
    assert found == [["Example", "Captain"], ["Other", "Sailor"], ["Example", "Sailor"]]


def test_the_same_user_in_two_items_is_refused(sim: Simulator, playbook: Playbook) -> None:
    """The order of the two changes would be undefined."""
    items = [{**KELLY, "attributes": {"title": "A"}}, {"username": "kelly", "attributes": {"title": "B"}}]
    done = playbook([task("user", {"batch": items})])
    assert "are duplicates" in done.only["msg"]
    assert writes(sim) == 0


@pytest.fixture
def runner(paced: OperationRunner) -> OperationRunner:
    return paced


@pytest.mark.once("it is about OneLogin's users and responses; other tests of the module run there")
@pytest.mark.parametrize(
    ("fault", "times", "code", "changed"),
    [
        ("reset_after", 1, None, True),
        ("reset_before", 1, None, True),
        ("reset_after", 5, None, True),
        ("reset_before", 5, "unconfirmed", False),
        ("503", 5, "unconfirmed", False),
    ],
)
def test_a_change_without_a_response_is_repeated_and_then_checked(
    sim: Simulator, runner: OperationRunner, fault: str, times: int, code: str | None, changed: bool
) -> None:
    """The values are absolute, so a second request is harmless."""
    sim.fault(fault, "PUT", "/api/2/users/", times=times)
    options: dict[str, Any] = {"user_id": runner.user("kelly"), "attributes": {"title": "Captain"}}
    result = runner("user", **options)
    assert (result.get("error", {}).get("code"), result["changed"]) == (code, changed)
    if code:
        assert result["error"]["hint"] == "Run again: only values that differ are changed."
        result = runner("user", **options)
        assert result["changed"]
    assert result["user"]["title"] == "Captain"
    assert not runner("user", **options)["changed"]


@pytest.mark.once("it is about OneLogin's users and responses; other tests of the module run there")
@pytest.mark.parametrize("shape", ["message", "field", "errors", "messages"])
def test_every_form_of_a_refusal_is_reported(sim: Simulator, runner: OperationRunner, shape: str) -> None:
    sim.switch(user_422=shape)
    result = runner("user", user_id=runner.user("kelly"), attributes={"email": "rita@example.com"})
    assert result["error"]["code"] == "invalid"
    assert "has already been taken" in result["error"]["message"]
    assert "email" in result["error"]["message"].lower()


@pytest.mark.once("it is about OneLogin's users and responses; other tests of the module run there")
@pytest.mark.parametrize("kept", ["merged", "replaced"])
def test_other_custom_attributes_are_kept(sim: Simulator, runner: OperationRunner, kept: str) -> None:
    sim.switch(custom_attributes_put=kept)
    kelly = runner.user("kelly")
    runner("user", user_id=kelly, attributes={"custom_attributes": {"food": "x"}})
    result = runner("user", user_id=kelly, attributes={"custom_attributes": {"drink": "x"}})
    assert result["user"]["custom_attributes"] == {"food": "x", "drink": "x"}
    assert not runner("user", user_id=kelly, attributes={"custom_attributes": {"food": "x", "drink": "x"}})["changed"]


def test_users_stay_in_groups_that_group_from_does_not_name(sim: Simulator, playbook: Playbook) -> None:
    groups = {"free": None, "surfer": 7, "seller": 8, "there": 10}
    people = [{"email": f"{name}@example.com", "username": name, "group_id": its} for name, its in groups.items()]
    sim.reset(people=people, groups=GROUPS, policies=POLICIES)
    batch = [{"username": name} for name in groups]
    options = {"batch": batch, "attributes": {"group": "SALES", "title": "Captain"}}
    done = playbook(
        [
            task("user", {**options, "group_from": []}, check_mode=True, name="none"),
            task("user", {**options, "group_from": ["Surfers"]}, name="some"),
            task("user", {**options, "group_from": ["Surfers"]}, name="again"),
            task("user", {**options, "group_from": ["Surfer"]}, name="misspelt", ignore_errors=True),
            task("user", {**KELLY, "attributes": {"title": "x"}, "group_from": []}, name="nowhere", ignore_errors=True),
        ]
    )

    def rows(name: str) -> dict[str, Any]:
        found = done[name]["results"]
        return {its: (row["user"]["group_id"], row["stays_in"]) for its, row in zip(groups, found, strict=True)}

    assert rows("none") == {"free": (10, None), "surfer": (7, "Surfers"), "seller": (8, "Sales"), "there": (10, None)}
    moved = {"free": (10, None), "surfer": (10, None), "seller": (8, "Sales"), "there": (10, None)}
    assert rows("some") == rows("again") == moved
    previous = [row["previous"].get("group", "") for row in done["some"]["results"]]
    assert previous == [None, "Surfers", "", ""]
    assert done["some"]["results"][2]["msg"].endswith("stays in the group Sales, which group_from does not list.")
    assert (done["some"]["changed"], done["again"]["changed"], writes(sim)) == (True, False, 4)
    assert "No group is named Surfer. Groups: SALES, Sales, Surfers, sales." in done["misspelt"]["msg"]
    assert done["nowhere"]["error"]["code"] == "invalid"
