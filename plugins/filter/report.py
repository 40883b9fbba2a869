# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters that make reports; their documentation is in the YAML files of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report import formats as _report_formats


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters for Ansible."""
        return {
            "report_json": _report_formats.json_text,
            "report_csv": _report_formats.csv_text,
            "report_junit": _report_formats.junit_text,
            "report_html": _report_formats.html_text,
        }
