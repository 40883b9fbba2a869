# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters that make reports; their documentation is in the YAML files of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report.formats import (
    format_csv,
    format_html,
    format_json,
    format_junit,
)


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters for Ansible."""
        return {
            "report_json": format_json,
            "report_csv": format_csv,
            "report_junit": format_junit,
            "report_html": format_html,
        }
