# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole people files: all hosts, codes and warnings that each results in, or the whole refusal."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader import PeopleOptions, read_people

from tests.unit.harness import read_table

TABLES: dict[str, Any] = read_table("people_tables.yml")
FILES: dict[str, dict[str, Any]] = TABLES["files"]


def build_content(given: Any, encoding: str) -> bytes:
    """Build the content of a file: text, or the rows of each sheet of a workbook."""
    if isinstance(given, str):
        return given.encode(encoding)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in given.items():
        sheet = book.create_sheet(name.removeprefix("hidden "))
        if name.startswith("hidden "):
            sheet.sheet_state = "hidden"
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def read_files(folder: Path, its: dict[str, Any]) -> dict[str, Any]:
    """Read the files of a case, and return all that is found, or the refusal."""
    for name, content in its["files"].items():
        (folder / name).write_bytes(build_content(content, its.get("bytes", "utf-8")))
    files = [folder / name for name in its["files"] if not name.startswith("codes")]
    codes = next((folder / name for name in its["files"] if name.startswith("codes")), None)
    try:
        found = read_people(files, codes, PeopleOptions(**its.get("options", {})))
    except PeopleFileError as error:
        return {"refusal": str(error).replace(f"{folder}/", "")}
    # The order of hosts is that of people, so it is compared, too.
    whole = {"hosts": [*found.variables.items()], "codes": dict(found.codes), "warnings": [*found.warnings]}
    return {name: value for name, value in whole.items() if value}


@pytest.mark.parametrize("name", FILES)
def test_what_is_found_in_people_files(tmp_path: Path, name: str) -> None:
    its = FILES[name]
    wanted = dict(its["found"])
    if "hosts" in wanted:
        wanted["hosts"] = [*wanted["hosts"].items()]
    found = read_files(tmp_path, its)
    assert found == wanted
    assert "0421" not in str({**found, "codes": None}), "a code is shown"


def test_a_total_is_not_a_person(tmp_path: Path) -> None:
    (tmp_path / "hr.csv").write_text("Seat,email\n1,a@x.example\n2,b@x.example\n", encoding="utf-8")
    people = read_people([tmp_path / "hr.csv"], None, PeopleOptions())
    for word in TABLES["totals"]:
        text = f"Seat,email\n1,a@x.example\n{word},\n2,b@x.example\n"
        (tmp_path / "hr.csv").write_text(text, encoding="utf-8")
        assert read_people([tmp_path / "hr.csv"], None, PeopleOptions()) == people, word
