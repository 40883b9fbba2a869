# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of a role as numbers, and as the result of each host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import (
    Counts,
    Enrolled,
    Host,
    HostResult,
    Row,
    Stop,
)


def count_rows(rows: Sequence[Row]) -> Counts:
    """Return the numbers, in all and by factor."""
    by_factor: dict[str, Counter[str]] = {}
    for row in rows:
        by_factor.setdefault(str(row["factor"] or "no factor"), Counter())[str(row["status"])] += 1
    return {
        "total": len(rows),
        "changed": sum(row["changed"] for row in rows),
        "failed": sum(row["failed"] for row in rows),
        "waiting": sum(bool(row["awaits"]) for row in rows),
        "by_factor": {factor: dict(sorted(statuses.items())) for factor, statuses in sorted(by_factor.items())},
    }


def is_slice(variables: Mapping[str, Any]) -> bool:
    """Return whether this is a slice of a job template of AWX, whose slices are a workflow with the template's name."""
    template = variables.get("awx_job_template_name")
    return template is not None and template == variables.get("awx_workflow_job_name")


def find_enrolled(rows: Sequence[Row]) -> list[Enrolled]:
    """Return the people that this run has enrolled, each with the new factors."""
    factors: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        registration = row.get("registration") or {}
        user_id, factor = registration.get("user_id"), row["factor"]
        if row["accepted_at"] and user_id is not None and factor:
            device_id = registration.get("device_id")
            factors.setdefault(user_id, []).append({"device_id": device_id} if device_id else {"factor": factor})
    return [{"user_id": user_id, "factors": its} for user_id, its in factors.items()]


def build_host_results(rows: Sequence[Row], hosts: Sequence[Host]) -> Mapping[str, HostResult]:
    """Return the result of each host, by its name.

    The message of a host with one person is the sentence about that person. That of a host with a list of
    people has the numbers only: the end of the run names them.
    """
    of_host: dict[str, list[Row]] = {host["name"]: [] for host in hosts}
    for row in rows:
        of_host.setdefault(row["host"], []).append(row)
    notes = {host["name"]: host["note"]["id"] for host in hosts}
    return {
        host: {
            "note": notes.get(host, ""),
            "msg": _describe_host(its),
            "failed": any(row["failed"] for row in its),
            "changed": any(row["changed"] for row in its),
        }
        for host, its in of_host.items()
    }


def find_stop(hosts: Mapping[str, HostResult], most: float | None) -> Stop | None:
    """Return how the play ends if more than a percentage of the hosts failed; None if it continues.

    :param most: the role's option ``max_fail_percentage``.
    """
    failed = [name for name, result in hosts.items() if result["failed"]]
    if most is None or len(failed) * 100 <= most * len(hosts):
        return None
    last = failed[-1]
    why = f"{len(failed)} of {len(hosts)} hosts failed, and max_fail_percentage allows {most:g} %, so the play ends."
    return {"host": last, "msg": f"{hosts[last]['msg']} {why}"}


def _describe_host(rows: Sequence[Row]) -> str:
    if not rows:
        return "There is no one to work on."
    if len({row["user"] for row in rows}) == 1:
        return " ".join(row["msg"] for row in _worth_reading(rows))
    failed, pending = sum(row["failed"] for row in rows), sum(bool(row["awaits"]) for row in rows)
    return f"{len(rows)} results: {len(rows) - failed - pending} done, {pending} pending, {failed} failed."


def _worth_reading(rows: Sequence[Row]) -> list[Row]:
    failed = [row for row in rows if row["failed"]]
    return [*failed, *(row for row in rows if row["awaits"])] if failed else list(rows)
