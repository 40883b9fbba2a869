# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say where the pages are, before a role waits for the people who scan them."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.plan import announce_pages

display = Display()


class ActionModule(ActionBase):
    """Only the roles of this collection use it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show the line."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        display.display(announce_pages(self._task.args["pages"], float(self._task.args["wait"])))
        return result
