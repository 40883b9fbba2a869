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
    cell = re.compile(
        r' *"(?P<quoted>(?:[^"]|"")*)"(?P<rest>[^{0}\r\n]*)(?P<end>{0}|\r\n|\r|\n|\Z)'
        r"|(?P<plain>[^{0}\r\n]*)(?P<plain_end>{0}|\r\n|\r|\n|\Z)".replace("{0}", re.escape(delimiter))
    )
    cells: list[str] = []
    problem: str | None = None
    first = place = 0
    while place < len(text) or cells:
        found = cell.match(text, place)
        if not found:  # pragma: no cover - the second alternative always matches
            break
        content = _content(found)
        problem = problem or _find_problem(found, text, number, first)
        cells.append(content)
        place = found.end()
        if (found["end"] if found["plain"] is None else found["plain_end"]) != delimiter:
            yield Line(number, tuple(cells), problem)
            number += len(_END.findall(text, first, place))
            cells, problem, first = [], None, place


def _content(found: re.Match[str]) -> str:
    if found["plain"] is not None:
        return found["plain"]
    return found["quoted"].replace('""', '"') + found["rest"].rstrip()


def _find_problem(found: re.Match[str], text: str, number: int, first: int) -> str | None:
    if found["plain"] is None:
        if not found["rest"].strip():
            return None
        last = number + len(_END.findall(text, first, found.start("rest")))
        lines = f" The quoted text ends in line {last}." if last > number else ""
        return f"there is text after a closing quote.{lines} Write a quote within a cell twice."
    if found["plain"].lstrip().startswith('"'):
        return "a quote is opened and not closed. Close it, or write a quote within a cell twice."
    return None
