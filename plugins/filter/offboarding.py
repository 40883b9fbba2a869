# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the role mfa_offboarding; their documentation is in the YAML files of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles import offboarding as _offboarding


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What Ansible asks for."""
        return {
            "offboarding_items": _offboarding.removals,
            "offboarding_looks": _offboarding.looks,
            "offboarding_people": _offboarding.people,
            "offboarding_results": _offboarding.removed,
        }
