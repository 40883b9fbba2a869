# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the audit role: whom to look at, what they have, and how many that is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.onelogin.plugins.filter.audit import FilterModule
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.people import items

FILTERS = FilterModule().filters()
query, people, results, threshold, coverage, summary = (
    FILTERS[f"audit_{name}"] for name in ("query", "people", "results", "threshold", "coverage", "summary")
)
NOBODY = {"host": "localhost", "groups": ["ungrouped"], "users": "", "email": "", "username": "", "user_id": ""}
SKIPPED = {"skipped": True, "changed": False}
ERROR = {
    "code": "unknown_user",
    "http_status": None,
    "message": "There is no such user.",
    "request_id": None,
    "hint": "Look.",
}


def made(*hosts: dict[str, Any]) -> list[dict[str, Any]]:
    return items(hosts, "mfa_audit_factors", False)


def host(name: str, *groups: str, **more: Any) -> dict[str, Any]:
    return {"host": name, "groups": list(groups), "username": name, **more}


def found(*users: dict[str, Any]) -> dict[str, Any]:
    return {"changed": False, "failed": False, "results": [{"changed": False, "failed": False, "users": list(users)}]}


def has(*factors: str, user_id: int = 7) -> dict[str, Any]:
    """What was found of a person."""
    devices = [
        {"device_id": str(number), "user_id": user_id, "type_display_name": factor, "auth_factor_name": "SMS"}
        for number, factor in enumerate(factors)
    ]
    return {"changed": False, "failed": False, "devices": devices}


def failed(code: str) -> dict[str, Any]:
    return {"changed": False, "failed": True, "error": {**ERROR, "code": code}}


def looked(*people: dict[str, Any]) -> dict[str, Any]:
    return {"changed": False, "failed": False, "results": list(people)}


def audited(*persons: tuple[str, list[str], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of people with a name and groups, and what was found of each."""
    given = made(*(host(name, *groups) for name, groups, _found in persons))
    rows: list[dict[str, Any]] = results(people(given, SKIPPED, "", {}), looked(*(found for _n, _g, found in persons)))
    return rows


def test_one_host_that_names_nobody_stands_for_everybody() -> None:
    fields = ["department", "email", "id", "status", "username"]
    assert query(made(NOBODY), [NOBODY], {}, "department") == [{"fields": fields}]
    assert query(made(NOBODY), [NOBODY], {"email": "*", "username": "", "fields": ["id"]}, "id") == [
        {"email": "*", "fields": ["email", "id", "status", "username"]}
    ]


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [host("a")],
        [NOBODY, {**NOBODY, "host": "other"}],
        [NOBODY, host("a")],
        [NOBODY, {**NOBODY, "host": "other", "users": []}],
        [{**NOBODY, "users": []}],
        [{**NOBODY, "users": [{}]}],
        [{**NOBODY, "users": "a"}],
    ],
)
def test_where_people_are_named_nobody_is_searched_for(hosts: list[dict[str, Any]]) -> None:
    assert query(made(*hosts), hosts, {}, "id") == []


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", {}),
        (" email = *@example.com ,\n group_id=7\n", {"email": "*@example.com", "group_id": "7"}),
        ('{"user_ids": [1, 2], "email": null}', {"user_ids": [1, 2]}),
        ("{group_id: 7}", {"group_id": 7}),
        ("firstname=a=b", {"firstname": "a=b"}),
    ],
)
def test_filters_may_be_text(text: str, filters: dict[str, Any]) -> None:
    ((one),) = query(made(NOBODY), [NOBODY], text, None)
    assert one == {**filters, "fields": ["email", "id", "status", "username"]}


@pytest.mark.parametrize("filters", ["everybody", "{email: *}", "{email", ["email"], 7])
def test_filters_that_cannot_be_read_are_an_error(filters: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="mfa_audit_filters"):
        query(made(NOBODY), [NOBODY], filters, "id")


def test_those_who_were_found_are_people() -> None:
    users: list[dict[str, Any]] = [
        {"id": 7, "email": "a@example.com", "username": "a", "status": 1, "role_ids": [3, 4]},
        {"id": "8", "email": None, "username": "b", "status": 9, "role_ids": None},
        {"id": 7, "email": "a@example.com", "username": "a", "status": 2, "role_ids": [3, 4]},
        {"id": 9, "role_ids": 5},
        {"email": "no-id@example.com"},
    ]
    given = people(made(NOBODY), found(*users), "role_ids", {})
    assert [(item["user"], item["groups"], item["options"], item["user_status"]) for item in given[:3]] == [
        ("a@example.com", ["3", "4"], {"user_id": 7}, "suspended"),
        ("b", [], {"user_id": 8}, "9"),
        ("9", ["5"], {"user_id": 9}, None),
    ]
    assert [bool(item["problem"]) for item in given] == [False, False, False, True]
    rows = results(given, looked(has("SMS"), failed("unknown_user"), failed("unavailable")))
    assert [(row["user"], row["status"]) for row in rows] == [
        ("a@example.com", "enrolled"),
        # The second was removed since.
        ("9", "unavailable"),
        ("no-id@example.com", "invalid"),
    ]


def test_a_search_that_failed_fails_the_host() -> None:
    for trouble in (
        looked(failed("forbidden")),
        {"failed": False, "msg": "No.", "error": {**ERROR, "code": "forbidden"}},
    ):
        given = people(made(NOBODY), trouble, "id", {})
        (row,) = results(given, SKIPPED)
        assert (row["host"], row["user"], row["status"], row["failed"]) == ("localhost", None, "forbidden", True)
        assert (coverage([row])["people"], coverage([row])["unknown"]) == (0, 0)
        assert threshold([row], 50, "localhost") == [row]


def test_each_person_comes_once_with_what_the_inventory_knows() -> None:
    users = [
        {"email": "a", "factors": [{"factor": "x"}, {"factor": "y", "otp": "1"}]},
        {"email": "b", "verified": True},
    ]
    given = people(made({**NOBODY, "users": users}, host("c")), SKIPPED, "id", {"c": {"status": 3}, "localhost": None})
    assert [(item["options"], item["user_status"]) for item in given] == [
        ({"email": "a"}, None),
        ({"email": "b"}, None),
        ({"username": "c"}, "locked"),
    ]


def test_there_is_a_row_for_each_device_and_for_each_without() -> None:
    rows = audited(("a", ["all", "x"], has("SMS", "")), ("b", [], has()), ("c", [], failed("unknown_user")))
    assert [(row["user"], row["user_id"], row["factor"], row["status"], row["failed"]) for row in rows] == [
        ("a", 7, "SMS", "enrolled", False),
        ("a", 7, "SMS", "enrolled", False),
        ("b", None, None, "none", False),
        ("c", None, None, "unknown_user", True),
    ]
    assert [row["device"].get("device_id") for row in rows] == ["0", "1", None, None]
    assert rows[0]["groups"] == ["x"]
    assert not any("registration" in row for row in rows)


def test_coverage_counts_people_and_not_devices() -> None:
    rows = audited(
        ("a", ["x", "y"], has("SMS", "SMS", "Voice", user_id=1)),
        ("b", ["x"], has("SMS", user_id=2)),
        ("c", ["y"], has()),
        ("d", ["y"], failed("unknown_user")),
    )
    figures = coverage(rows)
    assert figures == {
        "people": 3,
        "covered": 2,
        "unknown": 1,
        "percentage": 66.6,
        "without": ["c"],
        "by_factor": {"SMS": 2, "Voice": 1},
        "by_group": {"x": {"people": 2, "covered": 2}, "y": {"people": 2, "covered": 1}},
        "by_status": {},
    }
    assert summary(figures) == [
        "2 of 3 people (66.6 %) have a device.",
        "1 could not be looked at.",
        "factor SMS: 2",
        "factor Voice: 1",
        "group x: 2 of 2",
        "group y: 1 of 2",
        "Without a device: c.",
    ]


def test_only_everybody_is_a_hundred_percent() -> None:
    most: list[tuple[str, list[str], dict[str, Any]]] = [
        (f"a{number}", [], has("SMS", user_id=number)) for number in range(1, 2000)
    ]
    assert coverage(audited(*most))["percentage"] == 100
    figures = coverage(audited(*most, ("b", [], has())))
    assert figures["percentage"] == 99.9
    assert summary(figures)[-1] == "Without a device: b."


def test_nobody_is_no_percentage() -> None:
    figures = coverage([])
    assert (figures["people"], figures["percentage"]) == (0, None)
    assert summary(figures) == ["Nobody was looked at."]


def test_many_without_are_named_in_part() -> None:
    figures = coverage(audited(*((f"a{number}", [], has()) for number in range(5))))
    assert summary(figures, 3)[-1] == "Without a device: a0, a1, a2 and 2 more."


@pytest.mark.parametrize(
    ("least", "fails"), [(None, False), ("", False), (0, False), (66.66, False), ("66.67 %", True), ("100", True)]
)
def test_too_few_fail_those_without(least: Any, fails: bool) -> None:
    rows = audited(
        ("a", [], has("x", user_id=1)), ("b", [], has("x", user_id=2)), ("c", [], has()), ("d", [], failed("forbidden"))
    )
    judged = threshold(rows, least, "localhost")
    assert [row["failed"] for row in judged] == [False, False, fails, True]
    assert [row["status"] for row in judged] == [row["status"] for row in rows]
    assert (judged[2]["error"] is not None) == fails
    assert judged[3] == rows[3]
    assert coverage(judged) == coverage(rows)


def test_just_enough_are_enough() -> None:
    rows = audited(("a", [], has("x")), ("b", [], has()))
    assert threshold(rows, 50, "localhost") == rows


def test_who_share_an_address_are_two_people() -> None:
    users = [{"id": number, "email": "shared@example.com"} for number in (1, 2)]
    rows = results(people(made(NOBODY), found(*users), "", {}), looked(has("x", user_id=1), has()))
    assert (coverage(rows)["people"], coverage(rows)["covered"]) == (2, 1)


def test_who_cannot_be_asked_for_takes_nobody_elses_answer() -> None:
    given = people(made(host("a"), {**NOBODY, "host": "unnamed"}, host("b")), SKIPPED, "", {})
    rows = results(given, looked(has("x"), has("y")))
    assert [(row["host"], row["factor"]) for row in rows] == [("a", "x"), ("unnamed", None), ("b", "y")]


@pytest.mark.parametrize("least", ["most", -1, 100.5, "nan"])
def test_what_is_no_percentage_is_an_error(least: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="from 0 to 100"):
        threshold([], least, "localhost")


def test_of_nobody_no_percentage_is_enough() -> None:
    (row,) = threshold([], 1, "localhost")
    assert (row["host"], row["failed"], row["error"]["code"]) == ("localhost", True, "none")
    assert threshold([], "", "localhost") == []
