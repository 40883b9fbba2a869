# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Full and incremental audits of a large account: calls.

The operations run in this process on the simulator's clock, so that a week takes no real time.
"""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch

from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch
from ansible_collections.community.onelogin.plugins.module_utils._operations.audit import OPERATION

from tests.benchmark.report import Case, Figure
from tests.benchmark.workspace import SMS, Workspace
from tests.integration.operations import OperationRunner, SharedClock
from tests.support.simulator_process import SimulatorProcess

_DAY = 86400
_LIFTED = 10**6


def audits(workspace: Workspace) -> Case:
    """Audit an account in which one person in a hundred changes, in full and incrementally."""
    count = workspace.size(10_000, 200)
    with workspace.simulator("--count", str(count)) as sim:
        sim.set(limit=_LIFTED, remaining=_LIFTED)
        clock = SharedClock(sim)
        with patch.object(_batch, "Clock", lambda: clock), patch.dict(os.environ, NO_PROXY="*", no_proxy="*"):
            calls, days, missed = _run(workspace, sim, clock, count)
    full, first = calls["full"], calls["first"]
    return Case(
        "audits",
        f"{count} people, where one in a hundred changes each day; on the simulator's clock",
        (
            Figure("calls of a full audit", full),
            Figure("calls of the first incremental audit", first),
            Figure("calls of an incremental audit a day later", days[0]),
            Figure("the same compared with a full audit", days[0] / full, "x", most=0.2),
            Figure("calls of the seven audits of a week", sum(days)),
            Figure("answers that differ from a full audit", missed, most=0),
        ),
    )


def _run(
    workspace: Workspace, sim: SimulatorProcess, clock: SharedClock, count: int
) -> tuple[dict[str, int], list[int], int]:
    """The calls of a full audit, the first incremental one and those of a week; and the number of wrong answers."""
    runner = OperationRunner(sim)
    many: dict[str, Any] = {"concurrency": 16, "request_timeout": 60}
    journal = str(workspace.folder / "audits.sqlite")

    def audit(*, full: bool) -> tuple[int, dict[int, int]]:
        before = len(sim.log())
        users = runner("user_info", batch=[{"fields": ["id", "email"]}])["results"][0]["users"]
        people = [{"user_id": user["user_id"]} for user in users]
        done: dict[str, Any] = (
            runner("mfa_device_info", batch=people, **many)
            if full
            else runner.run("role_audit", OPERATION, batch=people, journal=journal, **many)
        )
        made = sum(row["path"].startswith("/api/") for row in sim.log()[before:])
        return made, {result["user_id"]: len(result["devices"]) for result in done["results"]}

    calls = {"full": audit(full=True)[0], "first": audit(full=False)[0]}
    days, changed = [], 0
    share = max(1, count // 100)
    answers: dict[int, int] = {}
    for _day in range(7):
        numbers = range(changed + 1, changed + share + 1)
        items = [{"email": f"person{number:05d}@example.com", "factor": SMS, "verified": True} for number in numbers]
        runner("mfa_registration", batch=items, **many)
        changed += share
        clock.sleep(_DAY)
        made, answers = audit(full=False)
        days.append(made)
    _calls, truth = audit(full=True)
    return calls, days, sum(answers[user_id] != number for user_id, number in truth.items())
