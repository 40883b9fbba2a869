# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the people and factors of a host: the first task of the roles, on every host."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import take_note


class ActionModule(ActionBase):
    """Only the roles of this collection use it. It must cost little, since every host runs it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the note."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        return {**result, **take_note(variables["mfa_people_role"], variables, self._templar)}
