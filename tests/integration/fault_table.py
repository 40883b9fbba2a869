# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables at the end of a run: the outcome of each fault of each call, and of each field of the wrong type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TABLES = {
    "faults": "what each fault of each call came to",
    "fields": "what each field of a wrong type came to",
}
"""The names under which tests record ``{column: {row: outcome}}``, and their titles."""
NOT_TRIED = "?"
"""The outcome of a combination that was not tried but should be."""


def table(tests: Iterable[Any], name: str) -> list[str]:
    """Build the lines of a table from the reports of tests; none if no test recorded anything for it.

    An outcome is shown by the first letters of its name, ``.`` for ok.
    """
    found: dict[str, dict[str, str]] = {}
    for test in tests:
        for recorded, value in test.user_properties:
            if recorded == name:
                _add(found, value)
    columns = sorted(found)
    rows = dict.fromkeys(row for cells in found.values() for row in cells)
    outcomes = sorted({outcome for cells in found.values() for outcome in cells.values()} - {NOT_TRIED})
    letters = {outcome: outcome[:4] for outcome in outcomes} | {"ok": ".", NOT_TRIED: NOT_TRIED}
    width = max((24, *(len(row) + 1 for row in rows)))
    lines = [f"{number:>4}  {column}" for number, column in enumerate(columns, 1)]
    lines += ["", f"{'':<{width}}" + "".join(f"{number:>5}" for number in range(1, len(columns) + 1))]
    for row in rows:
        cells = (letters[found[column].get(row, NOT_TRIED)] for column in columns)
        lines.append(f"{row:<{width}}" + "".join(f"{cell:>5}" for cell in cells))
    legend = ", ".join(f"{letter} {outcome}" for outcome, letter in letters.items() if outcome != NOT_TRIED)
    return [*lines, "", f"{legend}, {NOT_TRIED} not tried"] if found else []


def _add(found: dict[str, dict[str, str]], more: Mapping[str, Mapping[str, str]]) -> None:
    """Add the outcomes of a test; an outcome replaces the mark for a combination that another test did not try."""
    for column, cells in more.items():
        known = found.setdefault(column, {})
        known.update({row: cell for row, cell in cells.items() if cell != NOT_TRIED or row not in known})
