# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to users: phone numbers before an enrolment, and groups after it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.user_changes import (
    add_groups,
    build_group_items,
    build_phone_items,
    build_registration_items,
    check_phones,
)

from tests.unit.role_data import PROTECT, SKIPPED, SMS, failure, host, success, work

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


def test_two_numbers_for_one_person_are_refused() -> None:
    people = [{"username": "a", "phone": PHONE, **SMS}, {"username": "A", "phone": "+12025550102", **PROTECT}]
    items = work(host("h", users=people))
    check_phones(items)
    assert [item["problem"] for item in items] == [
        None,
        "This person has two phone numbers: +12025550101 and +12025550102.",
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
    failed = [its.get("failed", False) for its in build_registration_items(items, written, phones)]
    assert failed == [True, True, False, False]
    assert build_registration_items(items, written, phones)[2]["phone"] == PHONE
    whole = build_registration_items(items, {"failed": False, "msg": "No route."}, phones)
    assert [its.get("failed", False) for its in whole] == [True, True, True, False]


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
    assert [rows[key][0]["failed"] for key in rows] == [True, False]
    assert rows["a/0"][0]["msg"] == " The group was not changed: No route. Run again."
