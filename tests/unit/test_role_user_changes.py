# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to users: phone numbers before an enrolment, and groups after it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.user_changes import (
    add_groups,
    add_phones,
    build_group_items,
    build_phone_items,
    build_registration_items,
    check_phones,
)

from tests.unit.role_data import PROTECT, SKIPPED, SMS, error, failure, host, success, work

PHONE = "+12025550101"
GROUP = {"group": "MFA", "group_from": ["Sales"]}


def row(status: str, user_id: int | None = 5) -> dict[str, Any]:
    failed = status not in ("accepted", "pending")
    return {"status": status, "failed": failed, "changed": False, "msg": "", "registration": {"user_id": user_id}}


def test_a_person_with_several_factors_has_one_number() -> None:
    items = work(host("a", username="a", phone=PHONE, factors=[PROTECT, SMS]), host("b", username="b", factors=[SMS]))
    assert build_phone_items(items, "ignore") == []
    wanted = {"key": "a/0", "username": "a", "attributes": {"phone": PHONE}, "overwrite": False}
    assert build_phone_items(items, "fill") == [wanted]
    assert build_phone_items(items, "overwrite") == [{**wanted, "overwrite": True}]
    items[0]["problem"] = items[1]["problem"] = "A problem."
    assert build_phone_items(items, "fill") == []


def test_numbers_that_cannot_be_written_are_problems() -> None:
    people = [
        {"username": "a", "phone": PHONE, **SMS},
        {"username": "A", "phone": "+12025550102", **PROTECT},
        {"username": "b", "phone": "2025550103", **SMS},
        {"username": "c", **SMS},
        {"phone": "2025550104", **SMS},
        {"username": "a", "phone": PHONE, "device_id": "5"},
    ]
    items = work(host("h", users=people))
    no_user = items[4]["problem"]
    check_phones(items)
    assert [item["problem"] for item in items] == [
        None,
        "This person has two phone numbers: +12025550101 and +12025550102.",
        (
            "onelogin_phone is 2025550103; it is not in the form E.164. Did you mean +2025550103?"
            ' Write it as text: "+2025550103".'
        ),
        None,
        no_user,
        None,
    ]


def test_a_person_is_not_enrolled_if_the_number_was_not_written() -> None:
    """This includes the other factors of the person, and a task that failed for everyone."""
    items = work(
        host("a", username="a", phone=PHONE, factors=[PROTECT, SMS]),
        host("b", username="b", phone=PHONE, factors=[SMS]),
        host("c", username="c", factors=[SMS]),
    )
    phones = build_phone_items(items, "fill")
    written = {"results": [failure(items[0], "forbidden"), success(items[2])]}
    person, c = {"username": "a"}, {"username": "c", **SMS, "key": "c/0"}
    forbidden = {"failed": True, "error": error("forbidden")}
    assert build_registration_items(items, written, phones) == [
        {**forbidden, "item": {"key": "a/0", **person}},
        {**forbidden, "item": {"key": "a/1", **person}},
        {"username": "b", **SMS, "phone": PHONE, "key": "b/0"},
        c,
    ]
    # The task failed for everyone.
    for whole, problem in (
        ({"failed": False, "msg": "No route."}, error("unavailable", "No route.", "Run again.")),
        ({"msg": None}, error("unavailable", "No result.", "Run again.")),
        ({"error": error("unauthorized")}, error("unauthorized")),
    ):
        failed = {"failed": True, "error": problem}
        assert build_registration_items(items, whole, phones) == [
            {**failed, "item": {"key": "a/0", **person}},
            {**failed, "item": {"key": "a/1", **person}},
            {**failed, "item": {"key": "b/0", "username": "b"}},
            c,
        ]
    items[2]["problem"] = "A problem."
    assert [its["key"] for its in build_registration_items(items, SKIPPED, []) if "key" in its] == ["a/0", "a/1", "c/0"]


@pytest.mark.parametrize(
    ("rows", "moved"),
    [
        (("accepted", "accepted"), True),
        (("accepted", "pending"), False),
        (("accepted", "rejected"), False),
        (("unknown_factor", "accepted"), False),
    ],
)
def test_people_are_moved_when_all_their_factors_are_accepted(rows: tuple[str, str], moved: bool) -> None:
    items = work(host("a", username="a", factors=[PROTECT, SMS]))
    # Without a registration, the id of the user is not known.
    of_key: Any = {f"a/{n}": [row(status, None if status == "unknown_factor" else 5)] for n, status in enumerate(rows)}
    wanted = {"key": "a/0", "user_id": 5, "attributes": {"group": "MFA"}, "group_from": ["Sales"]}
    assert build_group_items(of_key, items, GROUP) == ([wanted] if moved else [])
    assert build_group_items(of_key, items, {"group": None}) == []


def test_a_failed_move_task_fails_the_people_in_it() -> None:
    items = work(host("a", username="a", factors=[SMS]), host("b", username="b", factors=[SMS]))
    rows: Any = {"a/0": [row("accepted", 5)], "b/0": [row("pending", 6)]}
    add_groups(rows, items, GROUP, SKIPPED, "mfa_onboarding")
    assert not rows["a/0"][0]["failed"]
    add_groups(rows, items, GROUP, {"failed": False, "msg": "No route."}, "mfa_onboarding")
    problem = error("unavailable", "No route.", "Run again.")
    failed = {"status": "unavailable", "failed": True, "error": problem, "awaits": None}
    text = " The group was not changed: No route. Run again."
    assert rows == {"a/0": [{**row("accepted", 5), **failed, "msg": text}], "b/0": [row("pending", 6)]}


def test_only_the_first_row_of_a_person_names_the_former_number() -> None:
    rows: Any = {"a/0": [row("accepted"), row("accepted")], "b/0": [row("rejected")]}
    written = {
        "results": [
            {"item": {"key": "a/0"}, "changed": True, "failed": False, "previous": {"phone": None}},
            {"item": {"key": "b/0"}, "changed": True, "failed": True, "previous": {"phone": PHONE}},
            {"item": {"key": "c/0"}, "changed": True, "failed": False, "previous": {"phone": PHONE}},
        ]
    }
    add_phones(rows, written)
    changed = {"former_phone": None, "changed": True, "msg": " Phone number before: none."}
    first, second = row("accepted"), row("accepted")
    assert rows == {"a/0": [{**first, **changed}, second], "b/0": [row("rejected")]}
    add_phones(rows, SKIPPED)


def test_a_person_who_was_in_the_group_before_is_unchanged() -> None:
    items = work(host("a", username="a", factors=[SMS]), host("b", username="b", factors=[SMS]))
    rows: Any = {"a/0": [row("accepted", 5)], "b/0": [row("accepted", 6)]}
    same: dict[str, Any] = {"changed": False, "failed": False, "stays_in": None, "previous": {}}
    moved = {**same, "changed": True}
    results = [{"item": {"key": "a/0"}, **same}, {"item": {"key": "b/0"}, **moved}]
    add_groups(rows, items, GROUP, {"results": results}, "mfa_onboarding")
    change = {"former_group": None, "changed": True, "msg": " Group before: none."}
    assert rows == {"a/0": [row("accepted", 5)], "b/0": [{**row("accepted", 6), **change}]}
