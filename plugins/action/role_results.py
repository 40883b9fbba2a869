# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect the results of a role's steps: a row for each item, their numbers, and the result of each host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.coverage import (
    apply_threshold,
    describe_coverage,
    measure_coverage,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history import (
    add_history,
    build_audit,
    find_account,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history_lines import describe_history
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.incremental import (
    describe_incremental,
    find_incremental,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.rows import build_audit_rows
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.reminder import (
    build_reminder_rows,
    describe_reminders,
    summarize,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.closing import (
    describe_escalation,
    describe_failures,
    describe_missing_pages,
    describe_results,
    describe_steps,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.reset import Reset
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import build_rows_by_key
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.summary import (
    build_host_results,
    count_rows,
    find_enrolled,
    find_stop,
    is_slice,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Row
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.user_changes import add_groups, add_phones
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.users import select_people
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import name_people

display = Display()

_KINDS = {"mfa_challenge": "verification", "mfa_offboarding": "device"}
"""What the items of these roles are about; those of the others are about registrations."""


class ActionModule(ActionBase):
    """Only the roles of this collection use it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the rows, numbers and hosts' results; or with the argument ``done``, the lines that show them."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = self._task.args
        if "done" in args:
            for line in self._lines(args):
                display.display(line)
            return result
        role, plan = (task_vars or {})["mfa_people_role"], args["plan"]
        plan = {**plan, "work": name_people(plan["work"], args.get("addresses") or {})}
        more: dict[str, Any] = {}
        if role == "mfa_audit":
            rows, more = self._audit(plan, args)
        elif role == "mfa_reminder":
            rows = build_reminder_rows(plan, **args["steps"])
            more = {"reminders": summarize(rows)}
        else:
            rows = self._rows(role, plan, args)
        sliced = is_slice(task_vars or {})
        counts = {**count_rows(rows), **more.get("reminders", {}), "slice": sliced}
        if role == "mfa_onboarding":
            more["enrolled"] = [] if self._task.check_mode or plan["read_only"] else find_enrolled(rows)
        hosts = build_host_results(rows, plan["hosts"])
        return {
            **result,
            **more,
            "rows": rows,
            "hosts": hosts,
            "slice": sliced,
            "notes": describe_steps(args["steps"].values(), plan["new_journal"], is_slice=sliced),
            "stop": find_stop(hosts, plan["settings"].get("max_fail_percentage")),
            # As set_stats does it: for the next node of an AWX workflow.
            "ansible_stats": {"data": {f"{role}_summary": counts}, "per_host": False, "aggregate": False},
        }

    def _lines(self, args: Mapping[str, Any]) -> list[str]:
        """Return the end of the output. The task prints it itself, since callbacks can hide the results of tasks."""
        done, title = args["done"], f"{args['title']}: "
        if "coverage" in done:
            failed = [row for row in done["rows"] if row["failed"] and row["status"] != "none"]
            history, incremental = done["coverage"].get("history"), done["coverage"].get("incremental")
            before = describe_history(history, check_mode=self._task.check_mode) if history else []
            lines = [*before, *describe_coverage(done["coverage"]), *describe_failures(failed)]
            lines[1:1] = describe_incremental(incremental) if incremental else []
        elif "reminders" in done:
            escalate = describe_escalation(done["reminders"]["escalate"])
            failures = describe_failures([row for row in done["rows"] if row["failed"]])
            reminders = describe_reminders(done["rows"], check_mode=self._task.check_mode)
            lines = [*reminders, *escalate, *failures]
        else:
            lines = describe_results(done["rows"], check_mode=self._task.check_mode)
        report = [f"Report: {args['report']}"] if args.get("report") else []
        more = [*describe_missing_pages(args.get("sheets") or {}), *([""] if report or done["notes"] else [])]
        return ["", title + lines[0], *lines[1:], *more, *(f"  {line}" for line in (*report, *done["notes"])), ""]

    def _rows(self, role: str, plan: Mapping[str, Any], args: Mapping[str, Any]) -> list[Row]:
        if role == "mfa_reset":
            return Reset(plan, args["steps"], predicts=self._task.check_mode or plan["read_only"]).build_rows()
        kind = _KINDS.get(role, "registration")
        rows = build_rows_by_key(plan, args["steps"].values(), kind, predicts=self._task.check_mode)
        if changes := args.get("user_changes"):
            add_groups(rows, plan["work"], plan["settings"], changes["groups"], role)
            add_phones(rows, changes["phones"])
        return [row for its in rows.values() for row in its]

    def _audit(self, plan: Mapping[str, Any], args: Mapping[str, Any]) -> tuple[list[Row], dict[str, Any]]:
        found, looked = args["steps"]["users"], args["steps"]["devices"]
        settings, host = plan["settings"], plan["hosts"][0]["name"]
        account = find_account((found, looked))
        if plan["query"] and "users" not in (found.get("results") or [found])[0]:
            account = None
        work, looked = select_people(plan, found, looked, settings.get("group_by"))
        rows = apply_threshold(build_audit_rows(work, found, looked), settings.get("fail_below"), host)
        incremental = find_incremental(looked, rows)
        figures = {**measure_coverage(rows), **({"incremental": incremental} if incremental else {})}
        if not plan["history"] or not account:
            return rows, {"coverage": figures}
        made = build_audit(rows, plan, account)
        audit, history = add_history(made, plan["history"]["folder"], check_mode=self._task.check_mode)
        return rows, {"coverage": {**figures, "history": history}, "audit": audit}
