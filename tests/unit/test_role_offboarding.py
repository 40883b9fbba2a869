# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices that an offboarding removes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.offboarding import split_work
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import StepResults
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import check_max_people

from tests.unit.role_data import SKIPPED, SMS, error, failure, host, success, work

ALL = {"factor": "all"}


def items_of(*people: dict[str, Any]) -> list[WorkItem]:
    """Build the items of hosts h1, h2, ..., each with one person."""
    hosts = (host(f"h{number}", users=[person]) for number, person in enumerate(people, start=1))
    return work(*hosts, role="mfa_offboarding")


def device(number: int, factor: str = "OneLogin SMS") -> dict[str, Any]:
    return {"device_id": str(number), "user_id": 7, "type_display_name": factor, "auth_factor_name": "SMS"}


def rows(items: list[WorkItem], *steps: Result, read_only: bool = False) -> list[Row]:
    results = StepResults(steps, kind="device", read_only=read_only)
    return [row for item in items for row in results.build_rows(item)]


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ([], 0),
        ([{"email": "a@example.com", **SMS}, {"email": "A@Example.com", **ALL}], 1),
        ([{"email": "a", **SMS}, {"username": "a", **SMS}, {"user_id": 7, **SMS}], 3),
        ([{"user_id": 7, **SMS}, {"user_id": "7", "device_id": "1"}], 1),
        ([{"username": "a"}, SMS], 1),
    ],
)
def test_people_are_counted_by_their_identity(given: list[dict[str, Any]], count: int) -> None:
    check_max_people(items_of(*given), "mfa_offboarding", 0, max(1, count))
    with pytest.raises(AnsibleActionFail, match=f"This run is for {count + 2} people"):
        check_max_people(items_of(*given), "mfa_offboarding", 2, count + 1)


def test_a_maximum_below_one_is_refused() -> None:
    with pytest.raises(AnsibleActionFail, match="set mfa_offboarding_max_people to at least 1"):
        check_max_people([], "mfa_offboarding", 0, 0)


def test_only_people_who_lose_all_devices_are_looked_up() -> None:
    given = items_of({"email": "a", "factor": " All "}, {"email": "b", **SMS}, {"email": "c", "factor_id": 7}, ALL)
    lookups, single = split_work(given)
    assert [(item["host"], item["factor"]) for item in lookups] == [("h1", None)]
    assert [(item["host"], bool(item["problem"])) for item in single] == [("h2", False), ("h3", False), ("h4", True)]


def test_the_word_all_means_every_device_only_as_a_factor() -> None:
    given = items_of(
        {"username": "all", **SMS}, {"username": "a", "device_id": "all"}, {"username": "b", **ALL, "device_id": "1"}
    )
    assert split_work(given)[0] == []


def test_another_item_for_a_person_who_loses_all_devices_is_a_problem() -> None:
    first, second, third = given = items_of({"email": "a", **SMS}, {"email": "A", **ALL}, {"username": "a", **SMS})
    split_work(given)
    assert first["problem"] == "Host h2 already removes all devices of this person. Leave one of them out."
    assert (second["problem"], third["problem"]) == (None, None)


def test_every_removed_device_has_a_row() -> None:
    given = items_of({"email": "a", **SMS}, {"email": "b", **ALL}, {"email": "c", "device_id": "9"})
    split_work(given)
    a, b, c = given
    listed = {"results": [success(b, devices=[device(1), device(2, "")])]}
    removed = {
        "results": [
            success(a, device=None, msg="The user has no such device."),
            {**success(c, device=device(9, "OneLogin Voice")), "changed": True},
            {**success(b, device=device(1)), "changed": True},
            {**success(b, device=device(2, "Office phone")), "changed": True},
        ]
    }
    found = rows(given, listed, removed)
    assert [(row["host"], row["user"], row["factor"], row["status"], row["changed"]) for row in found] == [
        ("h1", "a", "OneLogin SMS", "absent", False),
        ("h2", "b", "OneLogin SMS", "absent", True),
        ("h2", "b", "Office phone", "absent", True),
        ("h3", "c", "OneLogin Voice", "absent", True),
    ]
    assert [row["device"].get("device_id") for row in found] == [None, "1", "2", "9"]
    assert [row["changed"] for row in rows(given, listed, removed, read_only=True)] == [False] * 4


def test_people_without_devices_and_people_who_cannot_be_read_have_rows() -> None:
    given = items_of({"email": "a", **ALL}, {"email": "b", **SMS}, {"email": "c", **ALL}, {"email": "d"})
    split_work(given)
    a, b, c, _d = given
    listed = {"results": [success(a, devices=[]), failure(c, "unknown_user")]}
    removed = {
        "results": [
            {**success(b, device=device(1)), "changed": True},
            success(a, device=None, msg="The user has no device."),
            failure(c, "unknown_user"),
        ]
    }
    found = rows(given, listed, removed)
    assert [(row["user"], row["status"], row["changed"], row["failed"]) for row in found] == [
        ("a", "absent", False, False),
        ("b", "absent", True, False),
        ("c", "unknown_user", False, True),
        ("d", "invalid", False, True),
    ]
    assert all("device" in row and "registration" not in row for row in found)
    assert found[0]["msg"] == "a: The user has no device."
    assert found[2]["msg"] == "c: The person rejected it. Ask."


def test_a_failed_list_task_fails_only_the_people_in_it() -> None:
    given = items_of({"email": "a", **ALL}, {"email": "b", **SMS})
    split_work(given)
    listed = {"failed": False, "msg": "No.", "error": error("unauthorized")}
    removed = {"results": [success(given[1], device=device(1))]}
    assert [row["status"] for row in rows(given, listed, removed)] == ["unauthorized", "absent"]


def test_a_failed_removal_task_fails_everyone_with_a_device() -> None:
    given = items_of({"email": "a", **ALL}, {"email": "b", **SMS}, {"email": "c", **ALL})
    split_work(given)
    listed = {"results": [success(given[0], devices=[device(1)]), success(given[2], devices=[])]}
    removed = {"failed": False, "msg": "No.", "error": error("forbidden")}
    assert [row["status"] for row in rows(given, listed, removed)] == ["forbidden", "forbidden", "absent"]
    assert [row["status"] for row in rows(given[1:2], SKIPPED, removed)] == ["forbidden"]
