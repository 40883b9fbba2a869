# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of a task as its result shows them.

This file is private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible_collections.community.onelogin.plugins.module_utils._no_log import without_secrets


def invocation(options: Mapping[str, Any], spec: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """What to add to the result: nothing where the user has not asked for it, as of ansible-core 2.21.

    :param variables: the task's, of which C(ansible_inject_invocation) is one to ask by.
    """
    try:
        shown = constants.config.get_config_value("INJECT_INVOCATION", variables=variables)
    except AnsibleError:
        shown = True  # an older ansible-core, which always shows it
    return {"invocation": {"module_args": without_secrets(options, spec)}} if shown else {}
