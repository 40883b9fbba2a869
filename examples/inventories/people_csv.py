#!/usr/bin/env python3
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory of the people of a CSV file, for the role community.onelogin.mfa_onboarding.

The file is the one ONELOGIN_PEOPLE_CSV names, else people.csv beside this script. Its first line names the columns:

* email, username, user_id: who it is in OneLogin, at least one of them. All of them have to name the same user;
* factor: the factor to enrol, or several with ``;`` between. If it is empty, group_vars say;
* verified, expires_in, display_name, custom_message, redirect_to: options for each of the row's factors;
* department: makes the group the person is in;
* firstname, lastname, and any other column: become variables (onelogin_firstname and so on). So does id, which in the
  exports of HR systems is the number of an employee.

Columns whose names start with ``sim_`` are for the simulator, and left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

Row = dict[str, str]


class BadPeopleError(Exception):
    """The people cannot be used; the text says where in the file and why."""


def _truth(text: str) -> bool:
    values = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in values:
        raise ValueError("is neither true nor false")
    return values[text.lower()]


def _user_id(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise ValueError("is no user id, which is a positive number")
    return int(text)


def _seconds(text: str) -> int:
    if not re.fullmatch(r"[0-9]{3}", text) or not 120 <= int(text) <= 900:
        raise ValueError("is not a number of seconds from 120 to 900")
    return int(text)


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("is no e-mail address")
    return text


USER: dict[str, Callable[[str], Any]] = {"user_id": _user_id, "email": _email, "username": str}
OPTIONS: dict[str, Callable[[str], Any]] = {
    "verified": _truth,
    "expires_in": _seconds,
    "display_name": str,
    "custom_message": str,
    "redirect_to": str,
}
# Any other column becomes a variable, unless it is one of these with a slip of the pen.
COLUMNS = ("id", *USER, "factor", *OPTIONS, "department", "firstname", "lastname", "phone")
_ALIKE = 0.85
TAKEN = ("all", "ungrouped", "localhost")


def read_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """The rows that hold something, each with the words for where it stands.

    Raises:
        BadPeopleError: the file cannot be read, or is no table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            _refuse_header(path, table.fieldnames or [])
            for row in table:
                where = f"{path.name} line {table.line_num}"
                if None in row:
                    raise BadPeopleError(f"{where}: more cells than the first line has columns")
                if any(row.values()):
                    yield where, {name.strip(): (cell or "").strip() for name, cell in row.items()}
    except UnicodeDecodeError:
        raise BadPeopleError(f"{path}: is not in UTF-8; save it so") from None
    except (OSError, csv.Error) as problem:
        raise BadPeopleError(f"{path}: {problem}") from None


def _refuse_header(path: Path, columns: Any) -> None:
    names = [name.strip() for name in columns]
    if len(names) == 1 and ";" in names[0]:
        raise BadPeopleError(f"{path.name} line 1: the columns are separated by semicolons; write commas")
    for name in names:
        meant = [] if name in COLUMNS else get_close_matches(name.lower(), COLUMNS, 1, _ALIKE)
        if meant:
            raise BadPeopleError(f"{path.name} line 1, column {name}: {meant[0]} must be meant, and is written so")
    if not set(USER).intersection(names):
        raise BadPeopleError(f"{path.name} line 1: none of the columns email, username and user_id")
    for name in names:
        if names.count(name) > 1:
            raise BadPeopleError(f"{path.name} line 1, column {name}: there are two of that name")


def read_person(where: str, row: Row) -> dict[str, Any]:
    """The variables of the host that stands for the person of a row.

    Raises:
        BadPeopleError: a cell cannot be used.
    """
    row = {name: cell for name, cell in row.items() if cell}
    person = {f"onelogin_{name}": value for name, value in _read_cells(where, row, USER).items()}
    if not person:
        raise BadPeopleError(f"{where}, column email: it is empty, and so are username and user_id")
    if factors := _read_factors(where, row):
        person["mfa_onboarding_factors"] = factors
    for name, cell in row.items():
        if name not in (*USER, *OPTIONS, "factor") and not name.startswith("sim_"):
            person["onelogin_" + re.sub(r"\W", "_", name)] = _plain(cell)
    return person


def _read_factors(where: str, row: Row) -> list[dict[str, Any]]:
    """The factors of a row, each with the options of the row."""
    options = _read_cells(where, row, OPTIONS)
    factors = [name.strip() for name in row.get("factor", "").split(";") if name.strip()]
    if len({name.lower() for name in factors}) < len(factors):
        raise BadPeopleError(f"{where}, column factor: {row['factor']!r} names one twice")
    if options and not factors:
        name = next(iter(options))
        raise BadPeopleError(f"{where}, column {name}: {row[name]!r} needs a factor to go with, and there is none")
    plain_options = {name: _plain(option) for name, option in options.items()}
    return [{"factor": _plain(name), **plain_options} for name in factors]


def _read_cells(where: str, row: Row, readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The values of the row's cells in those columns that have a reader."""
    values: dict[str, Any] = {}
    for column, read in readers.items():
        if column in row:
            try:
                values[column] = read(row[column])
            except ValueError as problem:
                raise BadPeopleError(f"{where}, column {column}: {row[column]!r} {problem}") from None
    return values


def _plain(value: Any) -> Any:
    """A cell as Ansible leaves it alone, whatever is in it: data is no template."""
    return {"__ansible_unsafe": value} if isinstance(value, str) and re.search(r"\{[{%#]", value) else value


def _group(department: str) -> str:
    name = re.sub(r"\W+", "_", department.lower()).strip("_") or "none"
    return f"department_{name}" if name[0].isdigit() or name in ("all", "none", "ungrouped") else name


def inventory(path: Path) -> dict[str, Any]:
    """The inventory in the form Ansible takes from scripts.

    Raises:
        BadPeopleError: anything in the file cannot be used.
    """
    hosts: dict[str, dict[str, Any]] = {}
    groups: dict[str, list[str]] = {}
    lines: dict[tuple[str, str], str] = {}
    for where, row in read_rows(path):
        person = read_person(where, row)
        for name in USER:
            key = (name, str(person.get(f"onelogin_{name}", "")).casefold())
            if key[1] and key in lines:
                raise BadPeopleError(f"{where}, column {name}: {row.get(name)!r} is in {lines[key]} already")
            lines[key] = where
        host = next(
            str(person[key]) for key in ("onelogin_email", "onelogin_username", "onelogin_user_id") if key in person
        )
        host = f"user_{host}" if host in TAKEN else host
        hosts[host] = person
        groups.setdefault(_group(row.get("department", "")), []).append(host)
    # A host with the name of a group would hide the group.
    groups = {f"department_{name}" if name in hosts else name: members for name, members in groups.items()}
    if not hosts:
        raise BadPeopleError(f"{path.name}: nobody is in it")
    # The collection's work is done on the machine that runs Ansible.
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {
        "_meta": {"hostvars": hosts},
        "all": {"children": sorted(groups), "vars": local},
        **{name: {"hosts": members} for name, members in sorted(groups.items())},
    }


def main() -> int:
    """Answer ``--list`` and ``--host``."""
    parser = argparse.ArgumentParser(description="An inventory of the people of a CSV file.")
    parser.add_argument("--list", action="store_true", help="the whole inventory (this is what it does anyhow)")
    parser.add_argument("--host", metavar="NAME", help="the variables of one host")
    given = parser.parse_args()
    path = Path(os.environ.get("ONELOGIN_PEOPLE_CSV") or Path(__file__).with_name("people.csv"))
    try:
        whole = inventory(path)
    except BadPeopleError as problem:
        print(problem, file=sys.stderr)
        return 1
    answer = whole["_meta"]["hostvars"].get(given.host, {}) if given.host else whole
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
