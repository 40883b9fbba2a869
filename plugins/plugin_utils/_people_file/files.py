# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a file to its table: read, decoded, split, and with the meaning of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.cells import clean_cell
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.delimited import (
    DELIMITERS,
    read_sep_line,
    split_cells,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.encodings import decode
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.headings import (
    CODE,
    SIGN_IN,
    USER_FIELDS,
    Columns,
    WantedHeadings,
    check_headings,
    read_headings,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.tables import Line, Table
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.workbook import is_workbook, read_sheets

_ABOVE = 40
"""Lines in which the heading row is sought: titles can be above it."""
_HEAD = 200_000  # characters
_TAB = ("tab", "\\t")
# At the end of exports; in a few of the languages in which spreadsheets are used.
_TOTAL = re.compile(
    r"(grand |sub)?totals?|sum|count|average|gesamt\w*|summe|anzahl|somme|nombre|suma|totale|total general"
    r"|(number of )?(records?|rows?|users?|employees?|people)( total| count)?|end of (report|file)"
    r"|(generated|exported|created|printed)( on| by| at)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """The layout of the files; None to detect it.

    :param columns: headings by our names.
    :param sheet: the name or number of a sheet.
    """

    columns: WantedHeadings
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class PeopleTable:
    """The table of a file, with the meaning of its columns and the lines below its heading row.

    :param warning: a warning for the reader.
    """

    table: Table
    columns: Columns
    lines: tuple[Line, ...]
    warning: str | None


def read_table(path: Path, layout: Layout, *, codes: bool) -> PeopleTable:
    """Read the table of a file.

    :param codes: whether it is a file of codes.
    :raises PeopleFileError: it cannot be read, or is not such a table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PeopleFileError(f"{path} cannot be read: {error.strerror}. Check the option file or codes.") from None
    if is_workbook(data, path.name):
        return _read_workbook(data, path.name, layout, codes)
    decoded = decode(data, path.name, layout.encoding)
    table = Table(path.name, _split(decoded.text, path, layout, codes), shifts=True)
    found = _find_heading(table, layout, codes)
    warning = (
        f"{path.name} is not in UTF-8. It was read as {decoded.encoding}, which is a guess: if names look wrong, set"
        " encoding, or save the file as UTF-8."
    )
    return _select_lines(table, *_require(found, table, codes), layout, codes, warning if decoded.guessed else None)


def _read_workbook(data: bytes, file: str, layout: Layout, codes: bool) -> PeopleTable:
    sheets = read_sheets(data, file, layout.sheet)
    tables = {name: Table(file, lines, shifts=False) for name, lines in sheets.items()}
    found = {name: _find_heading(table, layout, codes) for name, table in tables.items()}
    fitting = [name for name, heading in found.items() if heading]
    if len(fitting) > 1:
        raise PeopleFileError(f"{file} has people in several sheets: {', '.join(fitting)}. Set sheet to one of them.")
    name = fitting[0] if fitting else next(iter(tables), None)
    if name is None:
        raise PeopleFileError(f"{file} has no visible sheet. Set sheet to the name of one.")
    return _select_lines(tables[name], *_require(found[name], tables[name], codes), layout, codes, None)


def _split(text: str, path: Path, layout: Layout, codes: bool) -> tuple[Line, ...]:
    named, length = read_sep_line(text)
    number = 2 if length else 1
    delimiter = _read_delimiter(layout.delimiter) or named
    if delimiter is None:
        head = text[length : length + _HEAD]

        def score(candidate: str) -> tuple[int, int]:
            table = Table(path.name, tuple(split_cells(head, candidate)), shifts=True)
            found = _find_heading(table, layout, codes)
            fields = len(found[1].fields) if found else 0
            return fields, max((len(line.cells) for line in table.lines[:_ABOVE]), default=0)

        delimiter = max(DELIMITERS, key=score)
    return tuple(split_cells(text[length:], delimiter, number))


def _read_delimiter(option: str | None) -> str | None:
    """Return the delimiter that the option names.

    :raises PeopleFileError: it is longer than a character.
    """
    if option is None:
        return None
    delimiter = "\t" if option.lower() in _TAB else option
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise PeopleFileError(f"delimiter is {option!r}; it must be one character, or tab.")
    return delimiter


def _find_heading(table: Table, layout: Layout, codes: bool) -> tuple[int, Columns] | None:
    """Find the heading row: of those with a heading that identifies users, the one with most of our columns."""
    found = [
        (index, read_headings(line.cells, layout.columns, codes=codes))
        for index, line in enumerate(table.lines[:_ABOVE])
    ]
    fitting = [(i, columns) for i, columns in found if columns.names_users and (not codes or CODE in columns.fields)]
    return max(fitting, key=lambda each: len(each[1].fields), default=None)


def _require(found: tuple[int, Columns] | None, table: Table, codes: bool) -> tuple[int, Columns]:
    if found:
        return found
    rows = (tuple(text for text in map(clean_cell, line.cells) if text) for line in table.lines)
    first = next((cells for cells in rows if cells), None)
    if first is None:
        raise PeopleFileError(f"{table.file} is empty.")
    needed = "email, username or user_id" + (", and a column code" if codes else "")
    # The option columns is for the people file only.
    advice = "rename it" if codes else f"set columns, such as columns: {{email: {first[0]}}}"
    raise PeopleFileError(
        f"{table.file} has no heading row that names users. It needs a column {needed}. The first row has:"
        f" {', '.join(first[:20])}. If one of these is the right column, {advice}."
    )


def _select_lines(
    table: Table, index: int, columns: Columns, layout: Layout, codes: bool, warning: str | None
) -> PeopleTable:
    """Return the table with the lines below its heading row, without blank ones and totals.

    :raises PeopleFileError: the headings would be misunderstood.
    """
    check_headings(columns, layout.columns, table.file, table.lines[index].number, codes=codes)
    lines = [line for line in table.lines[index + 1 :] if any(map(clean_cell, line.cells))]
    users = [column.index for column in columns.all if column.field in (*USER_FIELDS, SIGN_IN)]
    lines = [line for line in lines if not _is_total(line, _build_blank_check(users))]
    while lines and _is_total(lines[-1], lambda cells: "@" not in "".join(cells)):
        lines.pop()
    return PeopleTable(table, columns, tuple(lines), warning)


def _build_blank_check(users: Iterable[int]) -> Callable[[Sequence[str]], bool]:
    indexes = list(users)
    return lambda cells: not any(cells[index] for index in indexes if index < len(cells))


def _is_total(line: Line, names_no_one: Callable[[Sequence[str]], bool]) -> bool:
    """Return whether a line is a total: it begins with such a word, and identifies no one."""
    if line.problem:
        return False
    cells = [clean_cell(cell) for cell in line.cells]
    first = next((cell for cell in cells if cell), "")
    word = re.split(r"[:=\d(]", first, maxsplit=1)[0].strip()
    return bool(_TOTAL.fullmatch(word)) and names_no_one(cells)


def format_defaults(defaults: Mapping[str, object]) -> dict[str, str]:
    """Return the option ``defaults`` as the cells of a row: a list of factors is a cell with several."""
    texts = {
        name: ";".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in defaults.items()
        if value is not None
    }
    return {name: cleaned for name, text in texts.items() if (cleaned := clean_cell(text))}
