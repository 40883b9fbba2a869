# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the simulated account, from a CSV file, an inventory or a number."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simulator.clock import format_iso_millis
from simulator.settings import ANSWERS

FIRST_ID = 36216766
_CREATED = 1513123076.781


class SeedError(Exception):
    """The people cannot be used; the text says where and why."""


@dataclass
class Person:
    """One user and how the person behind it behaves.

    :ivar record: the user as ``GET /api/2/users/{id}`` answers it.
    :ivar answer: accept, reject or never; ``None`` follows the settings.
    :ivar answer_after: simulated seconds until the person acts; ``None`` follows the settings.
    :ivar wrong_codes: how many wrong codes the person gives first.
    :ivar enrolled: names of the factors enrolled from the start.
    :ivar factors: names of the factors the policy allows; empty means all.
    """

    record: dict[str, Any]
    answer: str | None = None
    answer_after: float | None = None
    wrong_codes: int = 0
    enrolled: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    app_ids: tuple[int, ...] = ()
    wrong_given: int = field(default=0, compare=False)

    @property
    def id(self) -> int:
        """The user's id."""
        return int(self.record["id"])


def _parse_whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("is negative")
    return number


def _parse_seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError("is not a duration")
    return seconds


def _parse_answer(text: str) -> str:
    if text not in ANSWERS:
        raise ValueError(f"is not one of {', '.join(ANSWERS)}")
    return text


def _parse_truth(text: str) -> bool:
    values = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in values:
        raise ValueError("is neither true nor false")
    return values[text.lower()]


def _parse_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _parse_numbers(text: str) -> tuple[int, ...]:
    return tuple(_parse_whole(name) for name in _parse_names(text))


def _parse_status(text: str) -> int:
    number = _parse_whole(text)
    if number not in (0, 1, 2, 3, 4, 5, 7, 8):
        raise ValueError("is not a status of OneLogin (0-5, 7, 8)")
    return number


def _parse_state(text: str) -> int:
    number = _parse_whole(text)
    if number > 3:
        raise ValueError("is not a state of OneLogin (0-3)")
    return number


class Column(NamedTuple):
    """One column of the CSV: its reader raises ValueError with the problem."""

    read: Callable[[str], Any]
    meaning: str


COLUMNS: dict[str, Column] = {
    "id": Column(_parse_whole, "user id; the next free one when empty"),
    "email": Column(str, "address; lets the person enrol OneLogin Email"),
    "username": Column(str, "user name; the email when empty"),
    "firstname": Column(str, "first name"),
    "lastname": Column(str, "last name"),
    "phone": Column(str, "number in E.164 form; lets the person enrol SMS and Voice"),
    "department": Column(str, "department"),
    "title": Column(str, "job title"),
    "company": Column(str, "company"),
    "group_id": Column(_parse_whole, "id of the user's group"),
    "status": Column(_parse_status, "OneLogin's status, 1 (active) when empty"),
    "state": Column(_parse_state, "OneLogin's state, 1 (approved) when empty"),
    "external_id": Column(str, "id in an outside directory"),
    "samaccountname": Column(str, "Active Directory login name"),
    "directory_id": Column(_parse_whole, "id of the user's directory"),
    "app_ids": Column(_parse_numbers, "ids of the user's applications, separated by `;`"),
    "sim_answer": Column(_parse_answer, "accept, reject or never; the `--answer` when empty"),
    "sim_answer_after": Column(_parse_seconds, "seconds until the answer; the `--answer-after` when empty"),
    "sim_wrong_codes": Column(_parse_whole, "how many wrong codes the person gives first"),
    "sim_enrolled": Column(_parse_names, "factors enrolled at the start, separated by `;`"),
    "sim_exists": Column(_parse_truth, "false: the person is not a user in OneLogin"),
    "sim_factors": Column(_parse_names, "factors that the person's policy allows, separated by `;`; all if empty"),
}
CUSTOM = "custom_attributes."


def _read_row(row: Mapping[str, str], where: str) -> dict[str, Any]:
    """Read the cells that are not empty; ``where`` is the row in an error."""
    values: dict[str, Any] = {}
    for name, cell in row.items():
        text = cell.strip()
        if not text:
            continue
        if name.startswith(CUSTOM):
            values[name] = text
        elif name in COLUMNS:
            try:
                values[name] = COLUMNS[name].read(text)
            except ValueError as problem:
                raise SeedError(f"{where}, column {name}: {text!r} {_explain(problem)}") from None
    return values


def _explain(problem: ValueError) -> str:
    text = str(problem)
    return "is not a number" if "literal" in text or "convert" in text else text


def _build_record(values: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Return a user in the documented form, in the order of OneLogin's own sample."""
    stamp = format_iso_millis(_CREATED)
    email = values.get("email")
    custom = {k.removeprefix(CUSTOM): v for k, v in values.items() if k.startswith(CUSTOM)}
    return {
        "activated_at": stamp,
        "distinguished_name": None,
        "external_id": values.get("external_id"),
        "firstname": values.get("firstname"),
        "last_login": None,
        "lastname": values.get("lastname"),
        "company": values.get("company"),
        "directory_id": values.get("directory_id"),
        "invitation_sent_at": None,
        "member_of": None,
        "updated_at": stamp,
        "preferred_locale_code": None,
        "created_at": stamp,
        "userprincipalname": None,
        "trusted_idp_id": None,
        "comment": "",
        "title": values.get("title"),
        "role_ids": [],
        "department": values.get("department"),
        "id": user_id,
        "custom_attributes": custom,
        "invalid_login_attempts": 0,
        "manager_user_id": None,
        "locked_until": None,
        "username": values.get("username") or email,
        "manager_ad_id": None,
        "email": email,
        "phone": values.get("phone"),
        "state": values.get("state", 1),
        "group_id": values.get("group_id"),
        "password_changed_at": None,
        "status": values.get("status", 1),
        "samaccountname": values.get("samaccountname"),
    }


def _build_people(rows: Iterator[tuple[str, Mapping[str, str]]]) -> list[Person]:
    """Build the people of the rows, giving ids to those that have none."""
    read = [(where, _read_row(row, where)) for where, row in rows]
    taken: dict[tuple[str, Any], str] = {}
    for where, values in read:
        if not (values.get("email") or values.get("username")):
            raise SeedError(f"{where}: neither email nor username")
        for name in ("id", "email", "username"):
            if name not in values:
                continue
            key = (name, str(values[name]).casefold())
            if key in taken:
                raise SeedError(f"{where}, column {name}: {values[name]!r} is {taken[key]}'s too")
            taken[key] = where
    used = {values["id"] for _where, values in read if "id" in values}
    free = (number for number in range(FIRST_ID, 2**53) if number not in used)
    people = []
    for _where, values in read:
        user_id = values["id"] if "id" in values else next(free)
        if values.get("sim_exists", True):
            people.append(
                Person(
                    record=_build_record(values, user_id),
                    answer=values.get("sim_answer"),
                    answer_after=values.get("sim_answer_after"),
                    wrong_codes=values.get("sim_wrong_codes", 0),
                    enrolled=values.get("sim_enrolled", ()),
                    factors=values.get("sim_factors", ()),
                    app_ids=values.get("app_ids", ()),
                )
            )
    return people


def read_csv(path: Path) -> list[Person]:
    """Read people from a CSV file with a header row (UTF-8, columns as in ``COLUMNS``).

    :raises SeedError: the file cannot be read, or a value is bad (with its line and column).
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            rows = []
            for row in table:
                where = f"{path.name} line {table.line_num}"
                if None in row:
                    raise SeedError(f"{where}: more cells than the header has")
                rows.append((where, {k: v or "" for k, v in row.items()}))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise SeedError(f"{path.name}: {problem}") from None
    if not rows:
        raise SeedError(f"{path.name}: no people in it")
    return _build_people(iter(rows))


def read_rows(rows: Iterable[Any]) -> list[Person]:
    """Read people from objects, each a row of the CSV: what is left out there is an empty cell.

    :raises SeedError: something is not such an object, or a value is bad (with its place).
    """
    texts = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise SeedError(f"person {number}: not an object")
        texts.append((f"person {number}", {name: _format_cell(value) for name, value in row.items()}))
    return _build_people(iter(texts))


def read_inventory(path: Path) -> list[Person]:
    """Read people from a YAML inventory: hosts with ``onelogin_email`` or ``onelogin_username``.

    ``onelogin_user_id`` gives the id, any other ``onelogin_X`` the column X, ``sim_X`` itself.
    Plain values only; variables of groups reach their hosts.

    :raises SeedError: the file cannot be read, or a value is bad (with its host).
    """
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise SeedError(f"{path.name}: {problem}") from None
    hosts: dict[str, dict[str, Any]] = {}
    if not isinstance(tree, dict):
        raise SeedError(f"{path.name}: not an inventory")
    for group in tree.values():
        _collect(group, {}, hosts)
    rows = []
    for host, variables in hosts.items():
        row = {_name_column(name): _format_cell(value) for name, value in variables.items()}
        if row.get("email") or row.get("username"):
            rows.append((f"{path.name} host {host}", row))
    if not rows:
        raise SeedError(f"{path.name}: no host has onelogin_email or onelogin_username")
    return _build_people(iter(rows))


def _collect(group: Any, inherited: dict[str, Any], hosts: dict[str, dict[str, Any]]) -> None:
    group = group or {}
    variables = {**inherited, **(group.get("vars") or {})}
    for host, own in (group.get("hosts") or {}).items():
        hosts[host] = {**variables, **hosts.get(host, {}), **(own or {})}
    for child in (group.get("children") or {}).values():
        _collect(child, variables, hosts)


def _name_column(variable: str) -> str:
    if variable == "onelogin_user_id":
        return "id"
    if variable.startswith("sim_"):
        return variable
    return variable.removeprefix("onelogin_") if variable.startswith("onelogin_") else ""


def _format_cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return "" if value is None else str(value)


def generate_people(count: int) -> list[Person]:
    """Generate people: ``person00001@example.com`` and so on, every one with a phone."""
    departments = ("Engineering", "Finance", "Operations", "Sales", "Support")
    rows = (
        (
            f"person {number}",
            {
                "email": f"person{number:05d}@example.com",
                "username": f"person{number:05d}",
                "firstname": "Person",
                "lastname": f"{number:05d}",
                "phone": f"+1555{number:07d}",
                "department": departments[number % len(departments)],
                "group_id": str(100 + number % len(departments)),
            },
        )
        for number in range(1, count + 1)
    )
    return _build_people(rows)
