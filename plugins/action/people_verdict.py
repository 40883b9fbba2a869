# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what came of a host's own people."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

MISUSED = (
    "people_verdict takes no options. It is the last step of this collection's roles; elsewhere there is nothing to "
    "judge."
)
NOT_ASKED = "The tags of this run ask for nothing that has an outcome."
NOT_DONE = (
    "Nothing was done for this host. The role needs the linear strategy, and a condition on it must hold for the first "
    "host of the play."
)


class ActionModule(ActionBase):
    """The whole of it; the module of the same name is its documentation.

    It takes the variables as they lie there: a template in a task costs each of a thousand hosts some milliseconds.
    """

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Look this host up among the verdicts."""
        variables = task_vars or {}
        if "__mfa_people_host" not in variables or self._task.args:
            raise AnsibleActionFail(MISUSED)
        return {**super().run(tmp, task_vars), **_verdict(variables)}


def _verdict(variables: dict[str, Any]) -> dict[str, Any]:
    noted = variables["__mfa_people_host"]
    if not noted["asked"]:
        return {"skipped": True, "skip_reason": NOT_ASKED}
    verdicts = variables["__mfa_people_verdicts"] if noted.get("judged") else {}
    return {
        "_ansible_verbose_always": True,
        **verdicts.get(variables["inventory_hostname"], {"failed": True, "msg": NOT_DONE}),
    }
