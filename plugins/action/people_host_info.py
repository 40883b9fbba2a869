# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Note whom a host stands for."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.tags import asked

MISUSED = (
    "people_host_info takes no options, and needs the variable mfa_people_role, the name of one of this collection's "
    "roles."
)
OF_HOST = {"user_id": "onelogin_user_id", "email": "onelogin_email", "username": "onelogin_username"}


class ActionModule(ActionBase):
    """The whole of it; the module of the same name is its documentation.

    It takes the variables as they lie there: a template in a task costs each of a thousand hosts some milliseconds.
    """

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read the variables of this host."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        role = variables.get("mfa_people_role")
        if not role or self._task.args:
            raise AnsibleActionFail(MISUSED)
        names = {**OF_HOST, "users": f"{role}_users", "factors": f"{role}_factors"}
        noted: dict[str, Any] = {"problem": None}
        for key, name in names.items():
            try:
                noted[key] = self._templar.template(variables.get(name, ""))
            except AnsibleError as error:
                # Not raised: what this task says is hidden, and the verdict is not.
                noted["problem"] = f"The variable {name} cannot be worked out: {error.message}"
        return {
            **result,
            **asked(variables["ansible_run_tags"], variables["ansible_skip_tags"]),
            "host": variables["inventory_hostname"],
            "groups": variables["group_names"],
            **noted,
        }
