# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask a sandbox account how it behaves where OneLogin's documentation does not say."""

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import build_argument_spec
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import (
    OperationAction,
    require_requests,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.arguments import validate_arguments
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.shutdown import delay_end, print_last
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.answers import describe
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.probe import PROBE, STEPS
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import refuse_misspelt
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import list_options, read_settings

ROLE = "mfa_probe"
display = Display()


class ActionModule(OperationAction):
    """Only the role mfa_probe uses it. Its connection options can come from ``module_defaults`` of the group."""

    _supports_async = False
    operation = PROBE

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Probe the account, show the answers, and return them."""
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        require_requests()
        with self._set_environment():
            options = self._read_options(task_vars or {})
            with delay_end(constants.DEFAULT_LOCAL_TMP) as interrupted:
                done = self.execute(PROBE, options)
            if interrupted:
                print_last(done["msg"])
        if "answers" in done:
            for line in describe(done["answers"], done["remarks"], done["account"]):
                display.display(line)
        return {**result, **done}

    def _read_options(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the options of the operation.

        :raises AnsibleActionFail: the probe must not run.
        """
        refuse_misspelt("The play", ROLE, variables)
        given = {name: self._templar.template(variables[name]) for name in list_options(ROLE) if name in variables}
        settings = read_settings(ROLE, given, None)
        user, confirm = settings.pop("user"), settings.pop("confirm", None)
        named = {"email" if "@" in user else "username": user}
        options = validate_arguments(
            self._task.action, {**self._task.args, **named, **settings}, build_argument_spec(PROBE)
        )
        try:
            host = Connection.from_options(options).host
        except OneLoginError as error:
            raise AnsibleActionFail(f"{error.message} {error.hint}") from None
        would = f"The probe would ask the account {host} with the user {user}. {' '.join(STEPS)}"
        if self._task.check_mode:
            raise AnsibleActionFail(f"The probe does not run in check mode. {would} Nothing was done.")
        if confirm != f"{host}/{user}":
            raise AnsibleActionFail(
                f"mfa_probe_confirm is {confirm or 'not set'}. {would} To confirm this, set mfa_probe_confirm to"
                f" {host}/{user}. Nothing was done."
            )
        return options
