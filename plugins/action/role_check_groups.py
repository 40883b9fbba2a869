# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that the account has the groups that the options of a role name, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.groups import find_group
from ansible_collections.community.onelogin.plugins.module_utils._operations.group import GROUP_INFO
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import OperationAction


class ActionModule(OperationAction):
    """Only roles use it. Its connection options can come from ``module_defaults`` of the group."""

    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail if a group does not exist, or if the groups cannot be read."""
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        found = self.run_operation(GROUP_INFO, {})
        _check_groups((task_vars or {})["mfa_people_role"], self._task.args["plan"]["settings"], found)
        return result


def _check_groups(role: str, settings: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Refuse names of groups that the account does not have, before anything is sent.

    :param found: the result of ``group_info``.
    :raises AnsibleActionFail: a group does not exist, or the groups could not be read.
    """
    if "groups" not in found:
        raise AnsibleActionFail(f"{role}_group needs the groups of the account: {found['msg']} Nothing was done.")
    groups = [Group(group["group_id"], group["name"], group["policy_id"]) for group in found["groups"]]
    named = {f"{role}_group": [settings["group"]], f"{role}_group_from": settings.get("group_from") or []}
    for option, names in named.items():
        for name in names:
            if problem := _find_problem(groups, name):
                raise AnsibleActionFail(f"{option} is {name}. {problem} Nothing was done.")


def _find_problem(groups: list[Group], name: str) -> str | None:
    """Why no single group has the name. On 2.16, an error raised in an except clause prints a traceback."""
    try:
        find_group(groups, name)
    except OneLoginError as error:
        return f"{error.message} {error.hint}"
    return None
