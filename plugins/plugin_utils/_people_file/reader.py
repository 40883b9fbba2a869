# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From files to hosts: the hosts, warnings and codes for the inventory plugin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.codes import (
    Code,
    match_code_rows,
    select_code,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import CellError, PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.files import (
    Layout,
    PeopleTable,
    format_defaults,
    read_table,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.headings import (
    CODE,
    USER_FIELDS,
    check_wanted,
    name_variables,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.hosts import (
    OWN_VARIABLES,
    Variables,
    build_variables,
    describe_bad_rows,
    name_hosts,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.people import Person, merge_rows
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.phones import check_region
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.rows import Row, RowSettings, read_row
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.values import read_value

_SHOWN = 5


@dataclass(frozen=True)
class PeopleOptions:
    """The options of the plugin that say how people are read.

    :param columns: their headings by our names.
    :param defaults: values of empty cells, by our names.
    :param hostname: columns or variables; the first one that is set is the name of the host.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    hostname: Sequence[str] = USER_FIELDS
    region: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class PeopleHosts:
    """The hosts of the people.

    :param variables: of each host, by its name.
    :param codes: by the name of the host; secrets.
    :param warnings: warnings for the reader.
    """

    variables: Mapping[str, Variables]
    codes: Mapping[str, Code]
    warnings: Sequence[str]


def read_people(files: Sequence[Path], codes: Path | None, options: PeopleOptions) -> PeopleHosts:
    """Read people, and their codes.

    :param codes: the file of codes.
    :raises PeopleFileError: a file or an option cannot be used. A row that cannot be used is a host with the reason.
    """
    _check_options(options)
    tables = [read_table(path, _build_layout(options), codes=False) for path in files]
    numbers = count()
    rows = [row for table in tables for row in _read_rows(table, options, numbers)]
    if not rows:
        raise PeopleFileError(f"There are no people in {', '.join(path.name for path in files)}.")
    people = merge_rows(rows)
    warnings = [table.warning for table in tables if table.warning]
    if codes:
        strangers, warning = _add_codes(people, codes, options)
        warnings += [*strangers, *([warning] if warning else [])]
    names = name_hosts(people, options.hostname)
    summary = describe_bad_rows(people)
    return PeopleHosts(
        {name: build_variables(person) for name, person in zip(names, people)},
        dict(_select_codes(names, people)),
        [*warnings, *_describe_phones(rows), *([summary] if summary else [])],
    )


def _check_options(options: PeopleOptions) -> None:
    """Fail for options with which no row can be read.

    :raises PeopleFileError: an option is wrong.
    """
    check_wanted({**options.columns, **options.defaults})
    check_region(options.region)
    for name, text in format_defaults(options.defaults).items():
        if name in (*USER_FIELDS, CODE):
            raise PeopleFileError(f"defaults cannot set {name}, which differs from person to person.")
        try:
            read_value(name, text)
        except CellError as error:
            raise PeopleFileError(f"defaults, {name}: {error}") from None


def _build_layout(options: PeopleOptions) -> Layout:
    columns = {name: None if heading is None else str(heading) for name, heading in options.columns.items()}
    return Layout(columns, options.delimiter, options.encoding, options.sheet)


def _read_rows(found: PeopleTable, options: PeopleOptions, numbers: Iterator[int]) -> Iterator[Row]:
    variables = name_variables(found.columns.all, OWN_VARIABLES)
    settings = RowSettings(variables, format_defaults(options.defaults), options.region)
    for line, number in zip(found.lines, numbers):
        row = read_row(found.table, line, found.columns, settings)
        row.order = number
        yield row


def _add_codes(people: Sequence[Person], path: Path, options: PeopleOptions) -> tuple[list[str], str | None]:
    """Give people the codes of a file, whose layout is independent of the people file."""
    found = read_table(path, Layout({}, encoding=options.encoding), codes=True)
    plain = PeopleOptions(region=options.region)
    return match_code_rows(people, _read_rows(found, plain, count())), found.warning


def _select_codes(names: Sequence[str], people: Sequence[Person]) -> Iterator[tuple[str, Code]]:
    for name, person in zip(names, people):
        code = select_code(person)
        if code is not None and not person.problems:
            yield name, code


def _describe_phones(rows: Sequence[Row]) -> Iterator[str]:
    bad = [warning for row in rows for warning in row.warnings]
    if bad:
        more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        numbers = "number is" if len(bad) == 1 else "numbers are"
        yield (
            f"{len(bad)} phone {numbers} not in the international form, such as +12025550100, and kept as written:"
            f" {', '.join(bad[:_SHOWN])}{more}. Set region for national numbers; that needs phonenumberslite."
        )
