# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check, begin or end the resets of users; the role runs it on the controller only, so it has no module."""

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.module_utils._operations.reset import RESET
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import OperationAction


class ActionModule(OperationAction):
    """Only the role mfa_reset uses it."""

    operation = RESET
