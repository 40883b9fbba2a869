# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From text to lines of cells: CSV, TSV and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.tables import Line

DELIMITERS = (",", ";", "\t", "|")
"""Those that are recognised."""

_SEP = re.compile(r'"?sep=(?P<delimiter>.|\\t)"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_END = re.compile(r"\r\n|\r|\n")
_TEXT_AFTER = "there is text after a closing quote. Write a quote within a cell twice."
_NOT_CLOSED = "a quote is opened and not closed. Close it, or write a quote within a cell twice."


def read_sep_line(text: str) -> tuple[str | None, int]:
    """Read the line ``sep=;`` with which Excel names the delimiter.

    :returns: the delimiter, None if there is no such line, and the length of the line.
    """
    found = _SEP.match(text)
    if not found:
        return None, 0
    return found["delimiter"].replace("\\t", "\t"), found.end()


def split_cells(text: str, delimiter: str, number: int = 1) -> Iterator[Line]:
    """Split text into lines of cells, as RFC 4180 describes it.

    A quote that is wrong spoils its own line only: the csv module would stop, or swallow the rest of the file.

    :param number: the number of the first line.
    """
    ends = f"(?P<end>{re.escape(delimiter)}|\\r\\n|\\r|\\n|\\Z)"
    inside = f"[^{re.escape(delimiter)}\\r\\n]*"
    quoted = re.compile(f' *"(?P<text>(?:[^"]|"")*)"(?P<rest>{inside}){ends}')
    plain = re.compile(f"(?P<text>{inside}){ends}")
    cells: list[str] = []
    problem: str | None = None
    place = 0
    while place < len(text) or cells:
        found = quoted.match(text, place)
        if found and found["rest"].strip():
            problem = problem or _TEXT_AFTER
            # A quote that was never closed ends at the next one, lines below, and would swallow these lines.
            found = None if _END.search(found["text"]) else found
        if found:
            cells.append(found["text"].replace('""', '"') + found["rest"].rstrip())
        else:
            found = plain.match(text, place)
            if not found:
                raise AssertionError("unreachable: the pattern matches everywhere")
            problem = _NOT_CLOSED if found["text"].lstrip().startswith('"') else problem
            cells.append(found["text"])
        place, end = found.end(), found["end"]
        if end != delimiter:
            yield Line(number, tuple(cells), problem)
            number += sum(len(_END.findall(cell)) for cell in cells) + 1
            cells, problem = [], None
