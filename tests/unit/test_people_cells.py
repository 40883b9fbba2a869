# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells and headings of people files: what each becomes, or why its row cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader import (
    PeopleHosts,
    PeopleOptions,
    read_people,
)

from tests.unit.harness import read_table

TABLES: dict[str, dict[str, Any]] = read_table("people_cells.yml")
CELLS: dict[str, list[dict[str, Any]]] = TABLES["cells"]
HEADINGS: dict[str, list[str]] = TABLES["headings"]
VARIABLES: dict[str, str] = TABLES["variables"]
IDENTITIES = ("email", "username", "user_id", "sign_in")


def read(folder: Path, *rows: Sequence[str], **options: Any) -> PeopleHosts:
    """Read a people file with these rows of cells."""
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        # The module csv writes NUL as of Python 3.11.
        file.writelines(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\r\n" for row in rows)
    return read_people([folder / "people.csv"], None, PeopleOptions(**options))


def find(found: PeopleHosts, field: str) -> dict[str, Any]:
    """Find what the file's only row has for a column of ours: its value, the error, or nothing."""
    ((host, variables),) = found.variables.items()
    if "onelogin_row_error" in variables:
        return {"error": variables["onelogin_row_error"].removeprefix(f"people.csv line 2, column {field}: ")}
    factors = variables.get("mfa_onboarding_factors", [])
    if field == "factor":
        return {"value": factors}
    names = ("onelogin_email", "onelogin_username") if field == "sign_in" else (f"onelogin_{field}",)
    its = {**({"onelogin_otp": found.codes[host]} if found.codes else {}), **variables}
    for factor in factors:
        its.update({f"onelogin_{name}": value for name, value in factor.items()})
    return next(({"value": its[name]} for name in names if name in its), {})


@pytest.mark.parametrize("field", CELLS)
def test_the_cells_of_a_column(tmp_path: Path, field: str) -> None:
    identity = "oneloginid" if field == "username" else "oneloginusername"
    headings = [identity, "x" if field in ("factor", "otp") else "factor", field]
    more = ["7", "" if field in ("factor", "otp") else "SMS"]
    found = [
        {"cell": its["cell"], **find(read(tmp_path, headings, [*more, its["cell"]]), field)} for its in CELLS[field]
    ]
    assert found == CELLS[field]


def value(field: str, number: int) -> Any:
    """Return a value for a column of ours, another one for each number."""
    values: dict[str, Any] = {
        "email": f"ann{number}@example.com",
        "user_id": 7 + number,
        "phone": f"+120255501{number:02}",
        "factor": [{"factor": f"Factor {number}"}],
        "verified": number == 0,
        "expires_in": 300 + number,
        "otp": f"{421370 + number}",
    }
    return values.get(field, f"Text {number}")


def read_headings(folder: Path, field: str, headings: Sequence[str]) -> dict[str, Any]:
    """Read a file with one row under these headings, and find the value of the column."""
    values = [value(field, number) for number in range(len(headings))]
    cells = [its[0]["factor"] if isinstance(its, list) else str(its) for its in values]
    more = {} if field in IDENTITIES else {"oneloginusername": "jane"}
    if field not in ("factor", "otp"):
        more["factor"] = "SMS"
    return find(read(folder, [*headings, *more], [*cells, *more.values()]), field)


@pytest.mark.parametrize("field", HEADINGS)
def test_the_headings_of_a_column(tmp_path: Path, field: str) -> None:
    def is_found(heading: str) -> bool:
        return read_headings(tmp_path, field, [heading]) == {"value": value(field, 0)}

    # In another spelling, these three have another meaning elsewhere.
    exact = ("username", "user_id", "display_name")
    found = [its for its in HEADINGS[field] if is_found(its) and (its in exact or is_found(f"{its.upper()}:"))]
    assert found == HEADINGS[field]


@pytest.mark.parametrize("field", HEADINGS)
def test_the_first_of_the_headings_for_a_column_counts(tmp_path: Path, field: str) -> None:
    count = len(HEADINGS[field])
    found = read_headings(tmp_path, field, HEADINGS[field][::-1])
    # The value False is left out.
    assert found == ({"value": value(field, count - 1)} if field != "verified" else {})


def test_unknown_columns_become_variables_and_those_with_secrets_do_not(tmp_path: Path) -> None:
    """Headings of ours are unknown here, because the option columns has others or none for them."""
    other = dict.fromkeys(("email", "user_id", "firstname", "lastname", "phone", "department", "factor", "otp"))
    headings = [heading for heading in VARIABLES if heading]
    found = read(
        tmp_path,
        ["Who", "Login", "", *headings],
        ["jane", "jane2", "x", *map(str, range(len(headings)))],
        columns={**other, "username": "who"},
    )
    named = {name: str(number) for number, name in enumerate(VARIABLES.values()) if name}
    assert found.variables == {"jane": {"onelogin_username": "jane", **named}}
