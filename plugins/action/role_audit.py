# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the devices of people, and ask OneLogin only for those whose devices may have changed."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.module_utils._operations.audit import OPERATION
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import OperationAction


class ActionModule(OperationAction):
    """Only the role mfa_audit uses it. Its connection options can come from ``module_defaults`` of the group."""

    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a result for each person, with the time at which OneLogin was asked."""
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        return {**result, **self.run_operation(OPERATION, self._task.args)}
