# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the people who are due for a reminder, and remind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import mask
from ansible_collections.community.onelogin.plugins.module_utils._operations.reminder import (
    FIND,
    RELEASE,
    build_reminding,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import OperationAction
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.mail import MAIL, Mailer
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.reminder import (
    build_batch,
    find_due_people,
    find_not_sent,
    find_reminded_people,
    record_results,
    warn_of_unmatched,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result

_SCHEDULE = ("exclude", "grace_days", "every_days", "max", "concurrency")


class ActionModule(OperationAction):
    """Only the role mfa_reminder uses it. Its connection options can come from ``module_defaults`` of the group."""

    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Find the people who are due; or with ``due``, remind them; or with ``claimed``, record their results."""
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        return {**result, **self._step(self._task.args, task_vars or {})}

    def _step(self, args: Mapping[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        plan = args["plan"]
        if "claimed" in args:
            return self._record_results(args["claimed"], args.get("not_sent") or [], failed=bool(args.get("failed")))
        if "due" in args:
            return self._remind(plan, args["due"], variables)
        settings = {name: plan["settings"][name] for name in _SCHEDULE}
        batch = build_batch(plan, args.get("found") or {})
        due = self.run_operation(FIND, {**settings, "batch": batch, "on_duplicate": "fail"})
        return {**due, "warnings": [*due.get("warnings", ()), *warn_of_unmatched(due)]}

    def _record_results(self, claimed: Result, not_sent: Sequence[Any], *, failed: bool) -> dict[str, Any]:
        """Return the results after a task file, which reports the people it did not remind, or failed."""
        people = find_not_sent(claimed, not_sent)
        released = self.run_operation(RELEASE, {"batch": people, "concurrency": 1})
        return record_results(claimed, released, [person["key"] for person in people], failed=failed)

    def _remind(self, plan: Mapping[str, Any], due: Mapping[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        people = find_due_people(due)
        settings = plan["settings"].get("mail")
        if not settings:
            claimed = self.run_operation(build_reminding(None), {"batch": people, "concurrency": 1})
            return {**claimed, "people": find_reminded_people(claimed)}

        def send(message: Mapping[str, Any]) -> dict[str, Any]:
            mask(message.get("password"))
            answer: dict[str, Any] = self._execute_module(MAIL, message, task_vars=variables)
            return answer

        # One at a time: actions of Ansible are not made for threads.
        return self.run_operation(build_reminding(Mailer(settings, send)), {"batch": people, "concurrency": 1})
