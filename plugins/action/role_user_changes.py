# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the items with which onboarding changes user records, and those of the enrolment between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.groups import find_group
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import build_rows_by_key
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.user_changes import (
    build_group_items,
    build_registration_items,
)


class ActionModule(ActionBase):
    """Only the roles of this collection use it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the items of the step that comes after the results."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = self._task.args
        plan = args["plan"]
        if "groups" in args:
            _check_groups((task_vars or {})["mfa_people_role"], plan["settings"], args["groups"])
            return result
        return {**result, "batch": _make_batch(plan, args)}


def _make_batch(plan: Mapping[str, Any], args: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "phones" in args:
        return build_registration_items(plan["work"], args["phones"], plan["phones"])
    return build_group_items(build_rows_by_key(plan, args["steps"].values()), plan["work"], plan["settings"])


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
