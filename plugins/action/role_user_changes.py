# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the items with which onboarding changes user records, and those of the enrolment between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase
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
        return {**result, "batch": _make_batch(args["plan"], args)}


def _make_batch(plan: Mapping[str, Any], args: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "phones" in args:
        return build_registration_items(plan["work"], args["phones"], plan["phones"])
    return build_group_items(build_rows_by_key(plan, args["steps"].values()), plan["work"], plan["settings"])
