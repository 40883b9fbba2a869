# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a line of a table to the data of a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.cells import clean_cell, clean_text
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import CellError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.headings import (
    CODE,
    FACTOR_OPTIONS,
    PERSON_FIELDS,
    SIGN_IN,
    USER_FIELDS,
    Columns,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.phones import to_e164
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.tables import Line, Table
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.values import is_nothing, read_value

Factor = dict[str, Any]
"""A factor with its options, as the role mfa_onboarding takes them."""


@dataclass(frozen=True)
class Place:
    """The place of a row or cell."""

    file: str
    line: int
    column: str | None = None

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.file} line {self.line}{column}"


@dataclass
class Row:
    """The data of a row.

    :ivar order: the number of the row among all rows of all files.
    :ivar values: of the columns USER_FIELDS and PERSON_FIELDS, by name.
    :ivar others: the text of unknown columns, by the name of the variable.
    :ivar code: the code of the person, which must not be shown.
    :ivar headings: as they are in the file, by our names.
    :ivar problems: why the row cannot be used, each with its place.
    :ivar warnings: harmless problems, each with its place.
    """

    place: Place
    order: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    factors: list[Factor] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    headings: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def at(self, name: str) -> Place:
        """Return the place of the cell of one of our columns."""
        return Place(self.place.file, self.place.line, self.headings.get(name, name))

    @property
    def user(self) -> dict[str, Any]:
        """The identities of the user."""
        return {name: self.values[name] for name in USER_FIELDS if name in self.values}


@dataclass(frozen=True)
class RowSettings:
    """How rows are read.

    :param variables: of unknown columns, by the column's index.
    :param defaults: the text of cells that are empty, by our names.
    :param region: the country of national phone numbers.
    """

    variables: Mapping[int, str]
    defaults: Mapping[str, str]
    region: str | None


def read_row(table: Table, line: Line, columns: Columns, settings: RowSettings) -> Row:
    """Read a line. Its problems are in the row, so that all of them are reported at once."""
    headings = {column.field: column.heading for column in columns.all if column.field}
    row = Row(Place(table.file, line.number), headings=headings)
    if line.problem:
        row.problems.append(f"{row.place}: {line.problem}")
        return row
    found = dict(_read_cells(row, line, columns, settings))
    _note_extra_cells(row, table, line, columns)
    _set_user(row, found, columns)
    row.values.update({name: found[name] for name in PERSON_FIELDS if name in found})
    _set_phone(row, settings.region)
    _set_factors(row, found)
    return row


def _read_cells(row: Row, line: Line, columns: Columns, settings: RowSettings) -> Iterator[tuple[str, Any]]:
    """Return the values of our columns; the others go into the row."""
    texts: dict[str, str] = dict(settings.defaults)
    for column in columns.all:
        text = clean_cell(line.cells[column.index]) if column.index < len(line.cells) else ""
        if not text:
            continue
        if column.field is None:
            row.others[settings.variables[column.index]] = clean_text(text)
        elif not is_nothing(column.field, text):
            texts[column.field] = text
    for name, text in texts.items():
        try:
            yield name, read_value(name, text)
        except CellError as error:
            row.problems.append(f"{row.at(name)}: {error}")


def _note_extra_cells(row: Row, table: Table, line: Line, columns: Columns) -> None:
    extra = [text for text in map(clean_cell, line.cells[columns.width :]) if text]
    if extra and table.shifts:
        row.problems.append(
            f"{row.place}, column {columns.width + 1}: there are more cells than headings. Put cells that hold a"
            " delimiter into quotes, or give the column a heading."
        )


def _set_user(row: Row, found: Mapping[str, Any], columns: Columns) -> None:
    row.values.update({name: found[name] for name in USER_FIELDS if name in found})
    if not row.user and SIGN_IN in found:
        row.values["email" if "@" in found[SIGN_IN] else "username"] = found[SIGN_IN]
    if not row.user and not row.problems:
        names = [column.heading for column in columns.all if column.field in (*USER_FIELDS, SIGN_IN)]
        others = f", and so {'is' if len(names) == 2 else 'are'} {' and '.join(names[1:])}" if names[1:] else ""
        row.problems.append(
            f"{row.place}, column {names[0]}: it is empty{others}, so the row identifies no one."
            " Fill it in, or remove the row."
        )


def _set_phone(row: Row, region: str | None) -> None:
    """Convert the number to its international form. Otherwise keep it, because not every person needs it."""
    if "phone" not in row.values:
        return
    number = to_e164(row.values["phone"], region)
    if number:
        row.values["phone"] = number
    else:
        row.warnings.append(f"{row.at('phone')}: {row.values['phone']!r}")


def _set_factors(row: Row, found: Mapping[str, Any]) -> None:
    options = {name: found[name] for name in FACTOR_OPTIONS if name in found}
    names = found.get("factor", [])
    row.factors = [{"factor_id" if name.isdigit() else "factor": _convert_factor(name), **options} for name in names]
    row.code = found.get(CODE)
    name = next((name for name, value in options.items() if value is not False), None)
    if name and not names:
        row.problems.append(
            f"{row.at(name)}: it is an option of a factor, but the row has no factor. Fill it in, or set factor in"
            " defaults."
        )
    if row.code and len(names) > 1:
        row.problems.append(
            f"{row.at(CODE)}: the code can be for any of {len(names)} factors. Write each factor in a separate row."
        )


def _convert_factor(factor: str) -> str | int:
    return int(factor) if factor.isdigit() else factor
