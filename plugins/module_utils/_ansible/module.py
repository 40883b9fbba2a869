# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run an operation as an Ansible module."""

from __future__ import annotations

import signal
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import build_argument_spec
from ansible_collections.community.onelogin.plugins.module_utils._ansible.masking import (
    hide_arguments,
    hide_results,
    install_masking,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.account import add_environment
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import read_token
from ansible_collections.community.onelogin.plugins.module_utils._api.requests_library import REQUESTS_IMPORT_ERROR
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.batch import execute
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation


class _Module(AnsibleModule):
    params: dict[str, Any]

    def _log_invocation(self) -> None:
        """Log the arguments without the secrets in items, of which AnsibleModule does not know."""
        params = self.params
        self.params = hide_arguments(params, self.argument_spec)
        super()._log_invocation()
        self.params = params


def run_module(operation: Operation[Any]) -> None:
    """Run an operation with the arguments Ansible gave this process, and exit with its result."""
    spec = build_argument_spec(operation)
    module = _Module(argument_spec=spec, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=f"{missing_required_lib('requests')} The import failed with: {REQUESTS_IMPORT_ERROR}")
    install_masking()
    _mask_only_long_secrets(module)
    for end in (signal.SIGTERM, signal.SIGHUP):  # as on Ctrl-C, the result shows what is known by then
        signal.signal(end, signal.default_int_handler)
    result = execute(operation, module.params, check_mode=module.check_mode, diff=module._diff)
    result["invocation"] = {"module_args": hide_arguments(module.params, spec)}
    if module.no_log:
        hide_results(result)
    if result["failed"]:
        module.fail_json(**result)
    module.exit_json(**result)


def _mask_only_long_secrets(module: AnsibleModule) -> None:
    """Keep a short code from damaging the result.

    AnsibleModule replaces the value of a secret option wherever it stands in the result, so the code 123456 would
    damage every id that holds these digits. Results never hold a code, so only the connection's secrets are replaced.
    """
    options = add_environment(module.params)
    secrets = {options["client_secret"]}
    try:
        token = read_token(options["access_token"])
        secrets.add(token.text if token else None)
    except OneLoginError:
        return  # the token has an unknown shape, which execute reports
    module.no_log_values.clear()
    module.no_log_values.update(secret for secret in secrets if secret)
