# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table at the end of a run: what each fault of each call came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PROPERTY = "faults"
"""Under this name a test records ``{call: {fault: outcome}}``."""
NOT_TRIED = "?"


def table(tests: Iterable[Any]) -> list[str]:
    """The lines of the table, from the reports of tests; none where no test has anything for it.

    A call is a column, a fault a row, and an outcome the first letters of its name, ``.`` for ok.
    """
    found: dict[str, Mapping[str, str]] = {}
    for test in tests:
        for name, value in test.user_properties:
            if name == PROPERTY:
                found |= value
    calls = sorted(found)
    outcomes = sorted({outcome for cells in found.values() for outcome in cells.values()})
    letters = {outcome: outcome[:4] for outcome in outcomes} | {"ok": "."}
    lines = [f"{number:>4}  {call}" for number, call in enumerate(calls, 1)]
    lines += ["", f"{'':<24}" + "".join(f"{number:>5}" for number in range(1, len(calls) + 1))]
    for fault in dict.fromkeys(fault for cells in found.values() for fault in cells):
        cells = (found[call].get(fault) for call in calls)
        lines.append(f"{fault:<24}" + "".join(f"{letters[cell] if cell else NOT_TRIED:>5}" for cell in cells))
    legend = ", ".join(f"{letter} {outcome}" for outcome, letter in letters.items())
    return [*lines, "", f"{legend}, {NOT_TRIED} not tried"] if found else []
