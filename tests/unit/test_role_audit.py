# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of an audit, their devices, and their coverage."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.coverage import (
    apply_threshold,
    describe_coverage,
    measure_coverage,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.rows import build_audit_rows
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Row, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.users import (
    build_query,
    build_user_work,
    join_names,
    name_status,
)

from tests.unit.role_data import SKIPPED, error, failure, host, success, work

SEARCHED = {"changed": False, "failed": False, "results": []}


def devices(*factors: str, user_id: int = 7) -> list[dict[str, Any]]:
    return [
        {"device_id": str(number), "user_id": user_id, "type_display_name": factor, "auth_factor_name": "SMS"}
        for number, factor in enumerate(factors)
    ]


def audited(*people: tuple[str, list[str], list[dict[str, Any]] | str]) -> list[Row]:
    """Build the rows of people; each has a name, groups, and devices or an error code."""
    items = work(*(host(name, *groups, username=name) for name, groups, _its in people), targets=False)
    return build_audit_rows(items, SKIPPED, listed(items, *(its for _name, _groups, its in people)))


def listed(items: list[WorkItem], *found: list[dict[str, Any]] | str) -> dict[str, Any]:
    """Build the result of mfa_device_info, in reverse order of the items."""
    results = [
        failure(item, its) if isinstance(its, str) else success(item, devices=its)
        for item, its in zip(items, found, strict=True)
    ]
    return {"results": results[::-1]}


# Users of the account


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        (None, {}),
        ("", {}),
        ({"email": "*", "username": "", "group_id": None, "fields": ["id"]}, {"email": "*"}),
        (" email = *@example.com ,\n group_id=7\n", {"email": "*@example.com", "group_id": "7"}),
        ('{"user_ids": [1, 2], "email": null}', {"user_ids": ["1", "2"]}),
        ("{username: 0012345}", {"username": "0012345"}),
        ("firstname=a=b", {"firstname": "a=b"}),
    ],
)
def test_filters_can_be_text(filters: Any, query: dict[str, Any]) -> None:
    assert build_query(filters, None) == {
        **query,
        "fields": ["email", "firstname", "id", "lastname", "status", "username"],
    }


def test_a_query_asks_for_the_field_that_names_the_group() -> None:
    fields = ["department", "email", "firstname", "id", "lastname", "status", "username"]
    assert build_query({}, "department")["fields"] == fields


NO_PAIR = "mfa_audit_filters has a part that is not name=value, such as email=*@example.com. Nothing was done."
BROKEN = "mfa_audit_filters begins like a dictionary in JSON, but cannot be parsed. Nothing was done."
NO_DICTIONARY = "mfa_audit_filters must be a dictionary or the text of one. Nothing was done."


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ("everyone", NO_PAIR),
        ("email=a, b", NO_PAIR),
        ("{email: *}", BROKEN),
        ("{email", BROKEN),
        (["email"], NO_DICTIONARY),
        (7, NO_DICTIONARY),
        (False, NO_DICTIONARY),
    ],
)
def test_filters_that_cannot_be_read_are_refused(filters: Any, message: str) -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        build_query(filters, "id")
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "unactivated"),
        (1, "active"),
        (2, "suspended"),
        (3, "locked"),
        (4, "password expired"),
        (5, "awaiting password reset"),
        (6, "6"),
        (7, "password pending"),
        (8, "security questions required"),
        ("new", "new"),
        (None, None),
    ],
)
def test_the_status_of_a_user_in_words(status: Any, words: str | None) -> None:
    assert name_status({"status": status}) == words


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"firstname": " Ann ", "lastname": "Lee"}, "Ann Lee"),
        ({"firstname": None, "lastname": " Lee"}, "Lee"),
        ({"firstname": "  ", "lastname": ""}, None),
        ({"firstname": 7}, None),
    ],
)
def test_the_name_in_a_record(record: dict[str, Any], name: str | None) -> None:
    assert join_names(record) == name


def test_users_of_the_account_are_people() -> None:
    users: list[dict[str, Any]] = [
        {"user_id": 7, "email": "a@example.com", "username": "a", "status": 1, "role_ids": [3, 4]},
        {"user_id": 8, "email": None, "username": "b", "status": 9, "role_ids": None},
        # The user moved to another page while the list was read.
        {
            "user_id": 7,
            "email": "a@example.com",
            "firstname": "A",
            "lastname": "B",
            "status": 2,
            "role_ids": [3, "", 4],
        },
        {"user_id": 9, "role_ids": 5},
        {"user_id": None, "email": "no-id@example.com"},
        {"user_id": None, "email": "neither@example.com"},
    ]
    items = build_user_work(users, "localhost", "role_ids")
    blank: dict[str, Any] = {
        "host": "localhost",
        "groups": [],
        "name": None,
        "phone": None,
        "factor": None,
        "user_status": None,
    }
    no_id = "OneLogin returned this user without an id."
    assert items == [
        {
            **blank,
            "key": "7",
            "groups": ["3", "4"],
            "user": "a@example.com",
            "name": "A B",
            "user_id": 7,
            "user_status": "suspended",
            "options": {"user_id": 7},
            "problem": None,
        },
        {
            **blank,
            "key": "8",
            "user": "b",
            "user_id": 8,
            "user_status": "9",
            "options": {"user_id": 8},
            "problem": None,
        },
        {
            **blank,
            "key": "9",
            "groups": ["5"],
            "user": "9",
            "user_id": 9,
            "options": {"user_id": 9},
            "problem": None,
        },
        *(
            {
                **blank,
                "key": "None",
                "user": f"{name}@example.com",
                "user_id": None,
                "options": {"user_id": None},
                "problem": no_id,
            }
            for name in ("no-id", "neither")
        ),
    ]
    # mfa_device_info returns users without a key, by their ids.
    results: list[dict[str, Any]] = [
        {"failed": False, "changed": False, "devices": devices("SMS"), "item": {"user_id": 7}},
        {"failed": True, "changed": False, "error": error("unavailable"), "item": {"user_id": 9}},
        # This user was removed after the search.
        {"failed": True, "changed": False, "error": error("unknown_user"), "item": {"user_id": 8}},
    ]
    assert [(row["user"], row["status"]) for row in build_audit_rows(items, SEARCHED, {"results": results})] == [
        ("a@example.com", "enrolled"),
        ("9", "unavailable"),
        ("no-id@example.com", "invalid"),
        ("neither@example.com", "invalid"),
    ]


def test_people_with_the_same_address_are_two_people() -> None:
    items = build_user_work([{"user_id": number, "email": "shared@example.com"} for number in (1, 2)], "localhost", "")
    figures = measure_coverage(build_audit_rows(items, SEARCHED, listed(items, devices("x", user_id=1), [])))
    assert (figures["people"], figures["covered"]) == (2, 1)


# Rows


def test_there_is_a_row_for_each_device_and_for_each_person_without() -> None:
    rows = audited(("a", ["x"], devices("SMS", "")), ("b", [], []), ("c", [], "unknown_user"))
    assert [(row["user"], row["user_id"], row["factor"], row["status"], row["failed"]) for row in rows] == [
        ("a", 7, "SMS", "enrolled", False),
        ("a", 7, "SMS", "enrolled", False),
        ("b", None, None, "none", False),
        ("c", None, None, "unknown_user", True),
    ]
    assert [row["device"].get("device_id") for row in rows] == ["0", "1", None, None]
    assert [row["msg"] for row in rows[:3]] == [
        "a, SMS: A device is enrolled.",
        "a, SMS: A device is enrolled.",
        "b: No device is enrolled.",
    ]
    assert rows[0]["groups"] == ["x"]
    assert not any("registration" in row for row in rows)


def test_a_person_with_a_problem_gets_no_result_of_another_person() -> None:
    items = work(host("a", username="a"), host("unnamed"), host("b", username="b"), targets=False)
    looked = listed(items, devices("x"), devices("z"), devices("y"))
    rows = build_audit_rows(items, SKIPPED, looked)
    assert [(row["host"], row["factor"]) for row in rows] == [("a", "x"), ("unnamed", None), ("b", "y")]


# Coverage


def test_coverage_counts_people_and_not_devices() -> None:
    rows = audited(
        ("a", ["x", "y"], devices("SMS", "SMS", "Voice", user_id=1)),
        ("b", ["x"], devices("SMS", user_id=2)),
        ("c", ["y"], []),
        ("d", ["y"], "unknown_user"),
    )
    for row, status in zip(rows, ("active", "active", "active", "locked"), strict=False):
        row["user_status"] = status
    figures = measure_coverage(rows)
    assert figures == {
        "people": 3,
        "covered": 2,
        "unknown": 1,
        "percentage": 66.6,
        "without": ["c"],
        "by_factor": {"SMS": 2, "Voice": 1},
        "by_group": {"x": {"people": 2, "covered": 2}, "y": {"people": 2, "covered": 1}},
        "by_status": {"active": {"people": 1, "covered": 1}, "locked": {"people": 1, "covered": 1}},
    }
    assert describe_coverage(figures) == [
        "2 of 3 people (66.6 %) have a device.",
        "1 could not be read.",
        "factor SMS: 2",
        "factor Voice: 1",
        "group x: 2 of 2",
        "group y: 1 of 2",
        "status active: 1 of 1",
        "status locked: 1 of 1",
        "Without a device: c.",
    ]


def test_a_hundred_percent_means_everyone() -> None:
    most = [(f"a{number}", list[str](), devices("SMS", user_id=number)) for number in range(1, 2000)]
    assert measure_coverage(audited(*most))["percentage"] == 100
    assert measure_coverage(audited(*most, ("b", [], [])))["percentage"] == 99.9


def test_coverage_of_no_people_has_no_percentage() -> None:
    figures = measure_coverage([])
    assert (figures["people"], figures["percentage"]) == (0, None)
    assert describe_coverage(figures) == ["No one was audited."]


def test_a_long_list_of_people_without_a_device_is_cut() -> None:
    figures = measure_coverage(audited(*((f"a{number}", list[str](), list[Any]()) for number in range(5))))
    assert describe_coverage(figures, 3)[-1] == "Without a device: a0, a1, a2 and 2 more."


@pytest.mark.parametrize(("least", "fails"), [(None, False), (0, False), (66.66, False), (66.67, True), (100, True)])
def test_below_the_threshold_people_without_a_device_fail(least: float | None, fails: bool) -> None:
    rows = audited(
        ("a", [], devices("x", user_id=1)), ("b", [], devices("x", user_id=2)), ("c", [], []), ("d", [], "forbidden")
    )
    judged = apply_threshold(rows, least, "localhost")
    assert [row["failed"] for row in judged] == [False, False, fails, True]
    assert [row["status"] for row in judged] == [row["status"] for row in rows]
    assert (judged[2]["error"] is not None) == fails
    assert judged[3] == rows[3]
    assert measure_coverage(judged) == measure_coverage(rows)


def test_coverage_equal_to_the_threshold_is_enough() -> None:
    rows = audited(("a", [], devices("x")), ("b", [], []))
    assert apply_threshold(rows, 50, "localhost") == rows


def test_coverage_of_no_people_meets_no_threshold() -> None:
    message, hint = "There is no one who could have a device.", "Correct the filters, or the list of people."
    assert apply_threshold([], 1, "localhost") == [
        {
            "host": "localhost",
            "groups": [],
            "user": None,
            "name": None,
            "user_id": None,
            "user_status": None,
            "factor": None,
            "status": "none",
            "changed": False,
            "failed": True,
            "msg": f"{message} {hint}",
            "awaits": None,
            "confirmed": False,
            "accepted_at": None,
            "elapsed": None,
            "device": {},
            "error": error("none", message, hint),
        }
    ]
    assert apply_threshold([], None, "localhost") == []
    unread = audited(("d", [], "forbidden"))
    assert apply_threshold(unread, 1, "localhost") == unread
