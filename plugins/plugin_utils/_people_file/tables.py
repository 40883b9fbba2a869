# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table as in the file: lines of cells, without a meaning yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of a table.

    :param number: that of its first line in the file, or its row in the sheet.
    :param problem: why its cells cannot be trusted; None if they can.
    """

    number: int
    cells: tuple[str, ...]
    problem: str | None = None


@dataclass(frozen=True)
class Table:
    """A file, or a sheet of one.

    :param file: the name of the file, for messages.
    :param shifts: whether a delimiter too many moves cells to the right. In a sheet it cannot.
    """

    file: str
    lines: tuple[Line, ...]
    shifts: bool
