# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the items of the next step of a reset from the results of the steps before."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.reset import (
    Reset,
    select_steps_before,
)

_FIRST_TASKS = {
    "check": "checked",
    "challenge": "challenged",
    "begin": "begun",
    "enrol": "registered",
    "end": "ended",
}
"""The task that works on the items of a step."""


class ActionModule(ActionBase):
    """Only the role mfa_reset uses it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the items of the step ``next``."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = self._task.args
        plan = args["plan"]
        steps = select_steps_before(_FIRST_TASKS[args["next"]], args.get("steps") or {})
        reset = Reset(plan, steps, predicts=self._task.check_mode or plan["read_only"])
        make = {
            "check": reset.list_checks,
            "challenge": reset.list_challenges,
            "begin": reset.list_begins,
            "enrol": reset.list_enrolments,
            "end": reset.list_ends,
        }
        return {**result, "batch": make[args["next"]]()}
