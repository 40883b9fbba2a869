# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Codes of people: from the people file, and from a file of codes.

They are secrets. So they are never variables of hosts, which ``ansible-inventory --list`` and many others show. They
stay in the memory of the process that reads the inventory, which is the one that runs the playbook, and from which
Ansible forks the process of each task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Union

from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.people import (
    Person,
    add_code,
    name_factor,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.rows import Row

Code = Union[str, dict[str, str]]
"""A code, or codes by factor."""

_kept: dict[str, Mapping[str, Code]] = {}


def keep_codes(source: str, codes: Mapping[str, Code]) -> None:
    """Keep the codes of an inventory source, in place of those that it had.

    :param codes: by the name of the host.
    """
    _kept[source] = dict(codes)


def read_kept_codes() -> dict[str, Code]:
    """Return the codes of all sources, by the name of the host."""
    return {host: code for codes in _kept.values() for host, code in codes.items()}


def match_code_rows(people: Sequence[Person], rows: Iterable[Row]) -> list[str]:
    """Match the rows of a file of codes with people. Their codes override those of the people file.

    A row that cannot be used is a problem of its person.

    :returns: the problems of rows whose name no one has.
    """
    by_key: dict[tuple[str, str], list[Person]] = {}
    for person in people:
        for name, value in person.user.items():
            by_key.setdefault((name, fold(str(value))), []).append(person)
    strangers: list[str] = []
    fresh: set[int] = set()
    for row in rows:
        found = [by_key.get((name, fold(str(value))), []) for name, value in row.user.items()]
        persons = {id(person): person for group in found for person in group}
        if not persons:
            strangers += row.problems or [_describe_stranger(row)]
        for person in persons.values():
            if id(person) not in fresh:
                fresh.add(id(person))
                person.codes.clear()
            _match_row(person, row)
    return strangers


def _describe_stranger(row: Row) -> str:
    name = next(iter(row.user.values()))
    return f"{row.place}: there is a code for {name}, but no such person in the people file. It is not used."


def _match_row(person: Person, row: Row) -> None:
    factor = name_factor(row.factors[0]) if row.factors else None
    named = [name_factor(each) for each in person.factors]
    if row.problems:
        person.problems += row.problems
    elif row.code is None:
        person.problems.append(f"{row.at('otp')}: it is empty. Write the code, or remove the row.")
    elif factor is None and len(named) > 1:
        person.problems.append(
            f"{row.at('otp')}: the code can be for any of {', '.join(named)}. Add a column factor, and name it there."
        )
    elif factor is not None and named and fold(factor) not in map(fold, named):
        person.problems.append(
            f"{row.at('factor')}: the people file has no factor {factor!r} for this person. Correct one of the files."
        )
    else:
        add_code(person, row, row.code)


def select_code(person: Person) -> Code | None:
    """Return the codes of a person, as the option ``codes`` of the roles takes them."""
    by_factor = {factor: code for factor, code in person.codes.items() if factor is not None}
    return by_factor or person.codes.get(None)
