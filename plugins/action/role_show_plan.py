# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the plan of a role, with the API calls that are needed and left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.onelogin.plugins.module_utils._operations.rate_limit import INFO
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history_lines import describe_unreadable
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import OperationAction
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.plan import describe_plan
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result

display = Display()

_CODE_SECONDS = {"mfa_onboarding": 900, "mfa_reset": 900}
"""The tasks of these roles have this as ``expires_in``. The role mfa_challenge has an option."""


class ActionModule(OperationAction):
    """Only roles use it. Its connection options can come from ``module_defaults`` of the group."""

    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show the plan."""
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        plan = self._task.args["plan"]
        for line in _describe(plan, self._read_limit()):
            display.display(line)
        warnings = _warn(plan)
        return {**result, **({"warnings": warnings} if warnings else {})}

    def _read_limit(self) -> Result:
        """Return the result of ``rate_limit_info``. The tasks that do the work report what is wrong."""
        try:
            return self.run_operation(INFO, {})
        except AnsibleActionFail:
            return {}


def _warn(plan: Mapping[str, Any]) -> list[str]:
    unused = [
        f"There is a code for {name}, but no such person in this run. The code was not used."
        for name in plan.get("codes_of_no_one") or []
    ]
    return unused + describe_unreadable((plan.get("history") or {}).get("unreadable") or [])


def _describe(plan: Mapping[str, Any], limit: Result) -> list[str]:
    settings = plan["settings"]
    if settings.get("incremental"):
        return ["Incremental: one API call for each person whose devices may have changed. At first that is everyone."]
    if plan["query"]:
        return ["All users of the account that match: one API call for each, and one for every 100 of them."]
    wait = settings.get("wait_timeout", 0.0) if settings.get("wait") else 0.0
    lines = describe_plan(plan["work"], limit, settings.get("concurrency", 1), wait)
    if plan.get("phones"):
        count = len(plan["phones"])
        lines.append(
            f"Phone numbers of {count} {'person' if count == 1 else 'people'} are written first, if they differ."
        )
    if settings.get("group"):
        lines.append(f"People whose factors are all accepted are moved into the group {settings['group']}.")
    if seconds := settings.get("expires_in", _CODE_SECONDS.get(plan["role"])):
        lines.append(f"Codes that are sent are valid for {seconds / 60:g} minutes, unless an item has expires_in.")
    return lines
