# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the role mfa_audit; their documentation is in the YAML files of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles import audit as _audit
from ansible_collections.community.onelogin.plugins.plugin_utils._roles import coverage as _coverage


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What Ansible asks for."""
        return {
            "audit_coverage": _coverage.coverage,
            "audit_people": _audit.people,
            "audit_query": _audit.query,
            "audit_results": _audit.audited,
            "audit_summary": _coverage.told,
            "audit_threshold": _coverage.judged,
        }
