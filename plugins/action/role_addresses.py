# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the addresses of people listed by id only, for lines, reports and pages."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.module_utils._operations.user import INFO
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import OperationAction
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import read_addresses


class ActionModule(OperationAction):
    """Only roles use it. Its connection options can come from ``module_defaults`` of the group."""

    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the addresses, which takes an API call for every 100 people."""
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        own = {"user_ids": self._task.args["user_ids"], "fields": ["id", "email", "username"]}
        found = self.run_operation(INFO, own)
        return {**result, "addresses": read_addresses(found.get("users") or [])}
