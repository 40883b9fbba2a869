# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From rows to people: rows of one person are merged, and contradictions found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.headings import USER_FIELDS
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.rows import Factor, Place, Row


@dataclass
class Person:
    """A person, with all rows about them.

    :ivar codes: the person's codes by factor; the key None is for a code of a row without a factor.
    :ivar problems: why nothing can be done for the person.
    """

    rows: list[Row]
    values: dict[str, Any] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    factors: list[Factor] = field(default_factory=list)
    codes: dict[str | None, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def user(self) -> dict[str, Any]:
        """The identities of the user."""
        return {name: self.values[name] for name in USER_FIELDS if name in self.values}


def merge_rows(rows: Iterable[Row]) -> list[Person]:
    """Merge the rows that share an identity, in the order of their first rows.

    A row that cannot be used is a person of its own, so that it spoils no other row.
    """
    groups: dict[int, list[Row]] = {}
    of_key: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        members = [row]
        if not row.problems:
            joined = {id(group): group for group in (of_key[key] for key in _list_keys(row) if key in of_key)}
            for number, group in joined.items():
                members = [*group, *members]
                del groups[number]
            of_key.update({key: members for member in members for key in _list_keys(member)})
        groups[id(members)] = members
    return sorted(map(_merge, groups.values()), key=lambda person: person.rows[0].order)


def _list_keys(row: Row) -> Iterator[tuple[str, str]]:
    for name, value in row.user.items():
        yield name, fold(str(value))


def _merge(rows: list[Row]) -> Person:
    rows = sorted(rows, key=lambda row: row.order)
    person = Person(rows)
    if rows[0].problems:
        first = rows[0]
        person.values, person.others, person.problems = dict(first.values), dict(first.others), list(first.problems)
        return person
    places: dict[str, Place] = {}
    for row in rows:
        for name, value in row.values.items():
            if name not in person.values:
                person.values[name], places[name] = value, row.at(name)
            elif fold(str(value)) != fold(str(person.values[name])):
                person.problems.append(_describe_contradiction(row.at(name), value, person.values[name], places[name]))
        person.others = {**row.others, **person.others}
        for factor in row.factors:
            _add_factor(person, row, factor)
        if row.code:
            add_code(person, row, row.code)
    return person


def _add_factor(person: Person, row: Row, factor: Factor) -> None:
    name = name_factor(factor)
    same = next((other for other in person.factors if fold(name_factor(other)) == fold(name)), None)
    if same is None:
        person.factors.append(dict(factor))
        return
    for option, value in factor.items():
        if option not in ("factor", "factor_id") and same.setdefault(option, value) != value:
            first = next(other for other in person.rows if option in _find_options(other, name))
            person.problems.append(_describe_contradiction(row.at(option), value, same[option], first.at(option)))


def _find_options(row: Row, name: str) -> Factor:
    return next((factor for factor in row.factors if fold(name_factor(factor)) == fold(name)), {})


def add_code(person: Person, row: Row, code: str) -> None:
    """Add the code of a row. One that contradicts an earlier code is a problem of the person."""
    factor = name_factor(row.factors[0]) if row.factors else None
    same = next((known for known in person.codes if fold(known or "") == fold(factor or "")), factor)
    if any((known is None) != (factor is None) for known in person.codes):
        person.problems.append(
            f"{row.at('otp')}: the person has codes with and without a factor. Name the factor of each."
        )
    elif person.codes.setdefault(same, code) != code:
        person.problems.append(f"{row.at('otp')}: the person has another code above. Remove the older one.")


def name_factor(factor: Factor) -> str:
    """Return the name of a factor, or its id as text."""
    return str(factor.get("factor", factor.get("factor_id")))


def _describe_contradiction(place: Place, value: object, other: object, first: Place) -> str:
    where = f"line {first.line}" if first.file == place.file else f"{first.file} line {first.line}"
    return f"{place}: {value!r} contradicts {other!r} in {where}, which is about the same person. Correct one row."
