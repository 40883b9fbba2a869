# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What Ansible shows of a task: the secrets in its output, its arguments and its results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import add_listener
from ansible_collections.community.onelogin.plugins.module_utils._engine.items import is_name, read_batch
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import read_result

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before ansible-core 2.22, which masks arguments only

    def register_secrets(values: Iterable[str], /) -> None:
        """Do nothing."""


HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # the word that AnsibleModule uses


def install_masking() -> None:
    """Have Ansible mask every secret that this process learns."""
    add_listener(register_secrets)


def hide_secrets(params: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a module with the values of its ``no_log`` options hidden."""
    shown: dict[str, Any] = {}
    for name, value in params.items():
        option = spec.get(name, {})
        if option.get("no_log") and value is not None:
            shown[name] = HIDDEN
        else:
            shown[name] = value
    return shown


def hide_arguments(params: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a module as they may be shown, with its batch cut down."""
    if params.get("batch") is None or "batch" not in spec:
        return hide_secrets(params, spec)
    try:
        batch = read_batch(params["batch"])
    except OneLoginError:
        return hide_secrets({**params, "batch": HIDDEN}, spec)
    options = spec["batch"]["options"]
    shown = [_hide_in_item(entry, options) for entry in batch]
    return {**hide_secrets(params, spec), "batch": shown}


def _hide_in_item(entry: Any, spec: Mapping[str, Any]) -> Any:
    """Return an entry of a batch. The value of an unknown option is hidden: it may be a misspelt secret."""
    if not isinstance(entry, Mapping):
        return entry if is_name(entry) else HIDDEN
    if read_result(entry):
        return dict(entry)
    return {name: value if name in spec else HIDDEN for name, value in hide_secrets(entry, spec).items()}


def hide_results(result: Mapping[str, Any]) -> None:
    """Apply ``no_log`` to each result of a batch.

    ansible-core 2.19 takes ``results`` for those of a loop, and shows each one that is not marked as hidden.
    """
    for row in result.get("results") or ():
        row["_ansible_no_log"] = True
