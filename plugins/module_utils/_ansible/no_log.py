# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Arguments as they may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # as AnsibleModule writes it


def without_secrets(params: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a module, with what its specification calls secret hidden, in lists of items too."""
    shown: dict[str, Any] = {}
    for name, value in params.items():
        option = spec.get(name, {})
        if option.get("no_log") and value is not None:
            shown[name] = _HIDDEN
        elif option.get("options") and isinstance(value, list):
            shown[name] = [without_secrets(row, option["options"]) for row in value]
        else:
            shown[name] = value
    return shown


def hide(result: Mapping[str, Any]) -> None:
    """Have ``no_log`` hold for the results of a batch.

    ansible-core 2.19 takes "results" for those of a loop, and shows each that does not say of itself that it is hidden.
    """
    for one in result.get("results") or ():
        one["_ansible_no_log"] = True
