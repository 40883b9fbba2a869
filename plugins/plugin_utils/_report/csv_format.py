# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report.history import KINDS
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import Report, ReportHistory

_PERSON = ("host", "user", "name", "factor", "groups")
_RESULT = ("outcome", "status", "label", "changed", "text", "awaits", "accepted_at", "elapsed")
_RECORD = ("former_phone", "former_group", "asked_at")
_IDS = ("user_id", "registration_id", "verification_id", "device_id", "expires_at")
_ERROR = ("http_status", "request_id", "hint")
COLUMNS = ("since_last", "factors_before", *_PERSON, *_RESULT, *_RECORD, *_IDS, *_ERROR)

_FIRST = ("lost", "gained", "", *(kind for kind in KINDS if kind not in ("lost", "gained")))
_TREND = ("at", "people", "covered", "percentage", "unknown", "lost", "gained")

# The characters with which a formula begins in a spreadsheet, also in the wide forms of East Asian keyboards.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(report: Report) -> str:
    """Return a line for each person and factor, under the names of the columns.

    First come the people who lost or gained MFA since the last audit, then failures.
    """
    history = report["history"]
    before = {its["user_id"]: its["before"] for its in (*history["lost"], *history["changed"])} if history else {}
    empty = dict.fromkeys(COLUMNS)
    cells: list[dict[str, Any]] = [
        {**empty, **row, "factors_before": before.get(row["user_id"]), **(row["error"] or {})}
        for row in sorted(report["rows"], key=lambda row: _FIRST.index(row["since_last"] or ""))
    ]
    gone = history["gone"] if history else []
    cells += [{**empty, **its, "since_last": "gone", "factors_before": its["before"]} for its in gone]
    return _format_table(COLUMNS, cells)


def trend_as_csv(history: ReportHistory) -> str:
    """Return a line for each audit, the oldest first."""
    return _format_table(_TREND, [dict(point) for point in history["trend"]])


def _format_table(columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> str:
    file = io.StringIO()
    # With every cell in quotes, a spreadsheet that splits at semicolons finds no formula after one.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([_format_cell(line[name]) for name in columns] for line in lines)
    return file.getvalue()


def _format_cell(value: Any) -> str:
    """Return a cell that is text to a spreadsheet, whatever it begins with."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(value) if isinstance(value, list) else str("" if value is None else value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
