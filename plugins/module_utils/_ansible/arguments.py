# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of an operation as AnsibleModule takes them."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import OptionSpec
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import Options


def build_argument_spec(operation: Operation[Any]) -> dict[str, dict[str, Any]]:
    """Return the argument specification of the module that runs an operation."""
    spec = build_option_specs(operation.options)
    if "batch" in spec:
        # Ansible documents the options of raw items and leaves their values to us.
        spec["batch"]["options"] = build_option_specs(operation.batch_item)
    return spec


def build_option_specs(options: Options) -> dict[str, dict[str, Any]]:
    """Return options in the form of an argument specification."""
    return {name: _build_option_spec(spec) for name, spec in options.specs.items()}


def _build_option_spec(spec: OptionSpec) -> dict[str, Any]:
    option: dict[str, Any] = {key: value for key, value in spec.items() if key not in ("env", "text")}
    if "options" in spec:
        option["options"] = {name: _build_option_spec(inner) for name, inner in spec["options"].items()}
    if "env" in spec:
        option["fallback"] = (_read_environment, [spec["env"]])
    return option


def _read_environment(*names: str) -> str:
    """Return the value of a variable. An empty one, as AWX makes of an input that is left out, counts as not set.

    :raises AnsibleFallbackNotFound: it is not set.
    """
    value: str = env_fallback(*names)
    if not value:
        raise AnsibleFallbackNotFound
    return value
