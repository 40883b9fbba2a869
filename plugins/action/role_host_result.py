# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report the result of a host: the last task of the roles, on every host."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import NOTE

NOT_SELECTED = "The tags of this run select no step with a result."
ENDS_THE_PLAY = "This host ends the play, because too many hosts failed."
NOT_DONE = (
    "Nothing was done for this host. The role needs the linear strategy. A condition on the role must hold for the "
    "first host of the play, unless it is on an include_role."
)


class ActionModule(ActionBase):
    """Only the roles of this collection use it. It must cost little, since every host runs it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return this host's result."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        note = variables.get(NOTE) or {}
        if not note.get("works", True):
            return {**result, "skipped": True, "skip_reason": NOT_SELECTED}
        done = variables.get("__mfa_people_done") or {}
        its = done.get("hosts", {}).get(variables["inventory_hostname"])
        if done.get("stop") and done["stop"]["host"] == variables["inventory_hostname"]:
            return {**result, "skipped": True, "skip_reason": ENDS_THE_PLAY}
        if its and its["note"] == note.get("id"):
            its = {"msg": its["msg"], "failed": its["failed"], "changed": its["changed"]}
            return {**result, "_ansible_verbose_always": True, **its}
        return {**result, "failed": True, "msg": NOT_DONE}
