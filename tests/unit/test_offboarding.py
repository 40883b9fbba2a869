# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the offboarding role: from what is asked for to single devices, and back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.filter.offboarding import FilterModule
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.people import items

FILTERS = FilterModule().filters()
people, looks, removals, removed = (FILTERS[f"offboarding_{name}"] for name in ("people", "looks", "items", "results"))
SMS, ALL = {"factor": "OneLogin SMS"}, {"factor": "all"}
SKIPPED = {"skipped": True, "changed": False}
ERROR = {
    "code": "unknown_user",
    "http_status": None,
    "message": "There is no such user.",
    "request_id": None,
    "hint": "Look.",
}


def made(*people: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of hosts h1, h2, ..., each with one person."""
    hosts = [{"host": f"h{number}", "users": [person]} for number, person in enumerate(people, start=1)]
    return items(hosts, "mfa_offboarding_factors")


def device(number: int, factor: str = "OneLogin SMS") -> dict[str, Any]:
    named = {"user_display_name": "Phone", "type_display_name": factor, "auth_factor_name": "SMS", "default": False}
    return {"device_id": str(number), "user_id": 7, **named}


def found(*devices: dict[str, Any]) -> dict[str, Any]:
    return {"changed": False, "failed": False, "devices": list(devices)}


def gone(which: dict[str, Any] | None) -> dict[str, Any]:
    return {"changed": which is not None, "failed": False, "device": which, "msg": "The device is removed."}


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ([], 0),
        ([{"email": "a@example.com", **SMS}, {"email": "A@Example.com", **ALL}], 1),
        ([{"email": "a", **SMS}, {"username": "a", **SMS}, {"user_id": 7, **SMS}], 3),
        ([{"user_id": 7, **SMS}, {"user_id": "7", "device_id": "1"}], 1),
        ([{"username": "a"}, {"factor": "OneLogin SMS"}], 1),
    ],
)
def test_people_are_counted_by_how_they_are_named(given: list[dict[str, Any]], count: int) -> None:
    assert people(made(*given)) == count


def test_only_who_is_to_lose_everything_is_looked_at() -> None:
    given = made({"email": "a", "factor": " All "}, {"email": "b", **SMS}, {"email": "c", "factor_id": 7}, ALL)
    assert looks(given) == [{"email": "a"}]


def test_the_word_is_for_a_factor_and_nothing_else() -> None:
    given = made(
        {"username": "all", **SMS}, {"username": "a", "device_id": "all"}, {"username": "b", **ALL, "device_id": "1"}
    )
    assert looks(given) == []


def test_everything_becomes_single_devices_in_their_place() -> None:
    given = made({"email": "a", **SMS, "verified": True}, {"email": "b", **ALL}, {"email": "c", "device_id": "9"})
    done = removals(given, {"results": [found(device(1), device(2, ""))]})
    assert [(item["host"], item["factor"], item["options"]) for item in done] == [
        ("h1", "OneLogin SMS", {"email": "a", "factor": "OneLogin SMS"}),
        ("h2", "OneLogin SMS", {"user_id": 7, "device_id": "1"}),
        ("h2", "SMS", {"user_id": 7, "device_id": "2"}),
        ("h3", "9", {"email": "c", "device_id": "9"}),
    ]
    rows = removed(done, {"results": [gone(None), gone(device(1)), gone(device(2)), gone(device(9, "OneLogin Voice"))]})
    assert [(row["host"], row["user"], row["factor"], row["changed"]) for row in rows] == [
        ("h1", "a", "OneLogin SMS", False),
        ("h2", "b", "OneLogin SMS", True),
        ("h2", "b", "OneLogin SMS", True),
        ("h3", "c", "OneLogin Voice", True),
    ]
    assert [row["device"].get("device_id") for row in rows] == [None, "1", "2", "9"]
    assert [row["changed"] for row in removed(done, {"results": [gone(device(1))] * 4}, True)] == [False] * 4


def test_who_has_nothing_or_cannot_be_looked_at_is_known_already() -> None:
    given = made({"email": "a", **ALL}, {"email": "b", **SMS}, {"email": "c", **ALL}, {"email": "d"})
    looked = {"results": [found(), {"changed": False, "failed": True, "error": ERROR}]}
    done = removals(given, looked)
    assert [bool(item["known"]) for item in done] == [True, False, True, False]
    rows = removed(done, {"results": [gone(device(1))]})
    assert [(row["user"], row["status"], row["changed"], row["failed"]) for row in rows] == [
        ("a", "absent", False, False),
        ("b", "absent", True, False),
        ("c", "unknown_user", False, True),
        ("d", "invalid", False, True),
    ]
    assert rows[0]["msg"] == "a: The user has no device."
    assert rows[2]["msg"] == "c: There is no such user. Look."
    assert all("device" in row and "registration" not in row for row in rows)


def test_a_bulk_call_that_failed_failed_for_everybody_it_was_for() -> None:
    given = made({"email": "a", **ALL}, {"email": "b", **SMS})
    done = removals(given, {"failed": False, "msg": "No.", "error": {**ERROR, "code": "unauthorized"}})
    rows = removed(done, {"failed": False, "msg": "No.", "error": {**ERROR, "code": "forbidden"}})
    assert [row["status"] for row in rows] == ["unauthorized", "forbidden"]


def test_who_loses_everything_is_not_asked_of_again() -> None:
    given = made({"email": "a", **SMS}, {"email": "A", **ALL}, {"username": "a", **SMS})
    first, second, third = removals(given, {"results": [found(device(1))]})
    assert "by host h2" in first["problem"]
    assert (second["problem"], third["problem"]) == (None, None)


def test_without_anybody_to_look_at_nothing_is_expanded() -> None:
    (item,) = removals(made({"email": "a", **SMS}), SKIPPED)
    assert (item["known"], item["problem"]) == (None, None)
