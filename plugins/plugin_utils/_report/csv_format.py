# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import Report

_PERSON = ("host", "user", "name", "factor", "groups")
_RESULT = ("outcome", "status", "label", "changed", "text", "awaits", "accepted_at", "elapsed")
_FORMER = ("former_phone", "former_group")
_IDS = ("user_id", "registration_id", "verification_id", "device_id", "expires_at")
_ERROR = ("http_status", "request_id", "hint")
COLUMNS = (*_PERSON, *_RESULT, *_FORMER, *_IDS, *_ERROR)

# The characters with which a formula begins in a spreadsheet, also in the wide forms of East Asian keyboards.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(report: Report) -> str:
    """A line for each person and factor, failures first, under the names of the columns."""
    file = io.StringIO()
    # With every cell in quotes, a spreadsheet that cuts at semicolons finds no formula behind one.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for row in report["rows"]:
        cells: dict[str, Any] = {**row, **dict.fromkeys(_ERROR), **(row["error"] or {})}
        writer.writerow([_cell(cells[name]) for name in COLUMNS])
    return file.getvalue()


def _cell(value: Any) -> str:
    """A cell that is text to a spreadsheet, whatever it begins with."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(value) if isinstance(value, list) else str("" if value is None else value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
