# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the roles that work on people; their documentation is in the YAML files of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles import people as _people
from ansible_collections.community.onelogin.plugins.plugin_utils._roles import plan as _plan
from ansible_collections.community.onelogin.plugins.plugin_utils._roles import verdicts as _verdicts


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What Ansible asks for."""
        return {
            "people_challenged": _verdicts.challenged,
            "people_challenges": _verdicts.challenges,
            "people_counts": _verdicts.counts,
            "people_items": _people.items,
            "people_plan": _plan.plan,
            "people_results": _verdicts.results,
            "people_summary": _verdicts.summary,
            "people_verdicts": _verdicts.verdicts,
            "people_waits": _verdicts.waits,
        }
