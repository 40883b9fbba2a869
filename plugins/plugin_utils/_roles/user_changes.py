# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of user records in onboarding: phone numbers before the enrolment, and the group after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import ErrorResult, OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.phone import check_phone
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import build_error
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import USER_KEYS, build_person_key

IGNORE = "ignore"
"""As the option ``phone``, it leaves phone numbers unchanged."""

Item = dict[str, Any]
RowsByKey = Mapping[str, Sequence[Row]]
PersonKey = tuple[tuple[str, str], ...]


def check_phones(work: Sequence[WorkItem]) -> None:
    """Add a problem to people whose phone number is not in the form E.164, or who have two numbers."""
    first: dict[PersonKey, str] = {}
    for item in work:
        if item["problem"] or not item["phone"]:
            continue
        try:
            check_phone("onelogin_phone", item["phone"])
        except OneLoginError as error:
            item["problem"] = f"{error.message} {error.hint}"
        known = first.setdefault(build_person_key(item["options"]), item["phone"])
        if known != item["phone"]:
            item["problem"] = f"This person has two phone numbers: {known} and {item['phone']}."


def build_phone_items(work: Sequence[WorkItem], mode: str) -> list[Item]:
    """Return the items of the module ``user`` that write the phone numbers, one for each person.

    :param mode: the option ``phone``: ``ignore``, ``fill`` or ``overwrite``.
    """
    if mode == IGNORE:
        return []
    items: dict[PersonKey, Item] = {}
    for its in work:
        if its["phone"] and not its["problem"]:
            item = {"key": its["key"], **_user_of(its), "attributes": {"phone": its["phone"]}}
            items.setdefault(build_person_key(its["options"]), {**item, "overwrite": mode == "overwrite"})
    return list(items.values())


def build_registration_items(work: Sequence[WorkItem], written: Result, phones: Sequence[Item]) -> list[Item]:
    """Return the items of the enrolment. Those of people whose phone number was not written are failures already.

    :param written: the result of the module ``user``; skipped if there are no phone numbers to write.
    :param phones: its items, as :func:`build_phone_items` made them.
    """
    results = {_key(result): result for result in _results_of(written, phones)}
    of_person = {build_person_key(its["options"]): results[its["key"]] for its in work if its["key"] in results}
    return [
        _registration_item(its, of_person.get(build_person_key(its["options"]))) for its in work if not its["problem"]
    ]


def build_group_items(rows: RowsByKey, work: Sequence[WorkItem], options: Mapping[str, Any]) -> list[Item]:
    """Return the items of the module ``user`` that move people all of whose factors are accepted.

    :param rows: the rows of the work items, by key.
    :param options: those of the role: ``group`` and ``group_from``.
    """
    if not options.get("group"):
        return []
    pairs = [(its, row) for its in work for row in rows[its["key"]]]
    ids = {build_person_key(its["options"]): user_id for its, row in pairs if (user_id := _user_id(row)) is not None}
    keys: dict[int, str] = {}
    unfinished = set()
    for its, row in pairs:
        user_id = ids.get(build_person_key(its["options"]))
        if user_id is not None:
            keys.setdefault(user_id, its["key"])
            if row["failed"] or row["status"] != "accepted":
                unfinished.add(user_id)
    group = {"attributes": {"group": options["group"]}, "group_from": list(options.get("group_from") or ())}
    return [{"key": key, "user_id": user_id, **group} for user_id, key in keys.items() if user_id not in unfinished]


def add_phones(rows: RowsByKey, written: Result) -> None:
    """Add the changes of phone numbers to the rows."""
    for result in written.get("results") or ():
        for row in rows.get(_key(result), ())[:1]:
            if result["changed"] and not result["failed"]:
                row["former_phone"] = result["previous"].get("phone")
                _add_change(row, f"Phone number before: {row['former_phone'] or 'none'}.")


def add_groups(rows: RowsByKey, work: Sequence[WorkItem], options: Mapping[str, Any], moved: Result, role: str) -> None:
    """Add the changes of groups to the rows. A person who could not be moved has failed.

    :param moved: the result of the module ``user`` for :func:`build_group_items`; skipped if there are none.
    """
    for result in _results_of(moved, build_group_items(rows, work, options)):
        row = rows[_key(result)][0]
        if result["failed"]:
            _fail(row, result["error"])
        elif result["stays_in"]:
            row["msg"] += f" The user stays in the group {result['stays_in']}, which {role}_group_from does not list."
        elif result["changed"]:
            row["former_group"] = result["previous"].get("group")
            _add_change(row, f"Group before: {row['former_group'] or 'none'}.")


def _results_of(step: Result, items: Sequence[Item]) -> list[Result]:
    """Return the results of a step; those of a task that failed as a whole are its failure, for each item."""
    if step.get("skipped") or "results" in step:
        return list(step.get("results") or ())
    error = step.get("error") or build_error("unavailable", str(step.get("msg") or "No result."), "Run again.")
    return [{"failed": True, "changed": False, "error": error, "item": {"key": item["key"]}} for item in items]


def _registration_item(its: WorkItem, written: Result | None) -> Item:
    if written and written["failed"]:
        return {"failed": True, "error": written["error"], "item": {"key": its["key"], **_user_of(its)}}
    return {**its["options"], **({"phone": its["phone"]} if written else {}), "key": its["key"]}


def _user_id(row: Row) -> int | None:
    """Return the user's id, which is known once there is a registration."""
    user_id: int | None = row.get("registration", {}).get("user_id")
    return user_id


def _user_of(its: WorkItem) -> Item:
    return {key: its["options"][key] for key in USER_KEYS if key in its["options"]}


def _key(result: Result) -> str:
    return str((result.get("item") or {}).get("key"))


def _add_change(row: Row, sentence: str) -> None:
    row["changed"] = True
    row["msg"] = f"{row['msg']} {sentence}"


def _fail(row: Row, error: ErrorResult) -> None:
    row.update({"failed": True, "status": error["code"], "error": error, "awaits": None})
    row["msg"] = f"{row['msg']} The group was not changed: {error['message']} {error['hint']}"
