# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of an audit: one for each device, and one for each person without a device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import StepResults
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row, WorkItem


def build_audit_rows(work: Sequence[WorkItem], found: Result, looked: Result) -> list[Row]:
    """Return a row for each device (status ``enrolled``), and one for each person without a device (``none``).

    :param found: the result of the search for users; skipped if the people are listed.
    :param looked: the result of ``mfa_device_info``.
    """
    rows: list[Row] = []
    results = _results_by_key(looked)
    steps = StepResults([looked], kind="device")
    for item in work:
        for row in steps.build_rows(item):
            # A user who was found may have been removed since.
            if not (_was_searched(found) and row["failed"] and row["status"] == "unknown_user"):
                rows += _rows_of_person(item, row, results.get(item["key"], {}))
    return rows


def _results_by_key(looked: Result) -> dict[str, Result]:
    found = {}
    for result in looked.get("results") or ():
        item = result.get("item") or {}
        found[str(item.get("key") or item.get("user_id"))] = result
    return found


def _was_searched(found: Result) -> bool:
    return not found.get("skipped")


def _rows_of_person(item: WorkItem, row: Row, looked: Result) -> Iterator[Row]:
    user_id = item["user_id"] or looked.get("user_id") or _number(item["options"].get("user_id"))
    asked_at = looked.get("asked_at") or looked.get("done_at")
    person: Row = {**row, "user_id": user_id, "user_status": item["user_status"], "asked_at": asked_at}
    if row["failed"]:
        yield person
        return
    none = True
    for device in looked.get("devices") or ():
        none = False
        factor = device["type_display_name"] or device["auth_factor_name"]
        yield {
            **person,
            "user_id": device["user_id"],
            "factor": factor,
            "status": "enrolled",
            "msg": f"{item['user']}, {factor}: A device is enrolled.",
            "device": dict(device),
        }
    if none:
        yield {**person, "factor": None, "status": "none", "msg": f"{item['user']}: No device is enrolled."}


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdigit() else None
