# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of a task: validated as its module would validate them, and as its result shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible_collections.community.onelogin.plugins.module_utils._ansible.masking import hide_arguments
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import CONNECTION


def validate_arguments(action: str, args: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Validate a task's arguments, and return them as its module would see them.

    :param action: the name of the module, for messages.
    :raises AnsibleActionFail: the error of the module.
    """
    checked = ArgumentSpecValidator(spec).validate(_simplify(drop_blank(args)))
    if checked.error_messages:
        message = checked.errors.msg
        if isinstance(checked.errors[0], UnsupportedError):
            message = f"Unsupported parameters for ({action}) module: {message}"
        raise AnsibleActionFail(message)
    validated: dict[str, Any] = checked.validated_parameters
    return validated


def drop_blank(args: Mapping[str, Any]) -> dict[str, Any]:
    """Remove the connection options that are blank, so that the environment and defaults apply."""
    return {
        name: value
        for name, value in args.items()
        if name not in CONNECTION.specs or (value is not None and value != "")
    }


def build_invocation(
    options: Mapping[str, Any], spec: Mapping[str, Any], variables: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the invocation for the result: empty unless the user requests it, as of ansible-core 2.21.

    :param variables: those of the task; C(ansible_inject_invocation) requests it.
    """
    try:
        shown = constants.config.get_config_value("INJECT_INVOCATION", variables=variables)
    except AnsibleError:
        shown = True  # an older ansible-core, which always shows it
    return {"invocation": {"module_args": hide_arguments(options, spec)}} if shown else {}


def _simplify(value: Any) -> Any:
    """Return a value as a module gets it: Ansible's own types of text and list have other names in messages."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_simplify(key): _simplify(inner) for key, inner in value.items()}
    return [_simplify(inner) for inner in value] if isinstance(value, (list, tuple)) else value
