# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workbooks as people files: damaged ones, those without sheets, and the text of each kind of cell."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader import PeopleOptions, read_people
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.workbook import read_sheets, show_value
from openpyxl.chart import BarChart

from tests.unit.people_files import workbook

SHEET = "xl/worksheets/sheet1.xml"
WHOLE = workbook()
UNREADABLE = "hr.xlsx cannot be read as an XLSX file"


def replace_text(member: str, old: bytes, new: bytes) -> bytes:
    """Replace text in one file of the workbook."""
    content = BytesIO()
    with ZipFile(BytesIO(WHOLE)) as source, ZipFile(content, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            assert name != member or old in text
            target.writestr(name, text.replace(old, new, 1) if name == member else text)
    return content.getvalue()


def overwrite(old: bytes, new: bytes) -> bytes:
    """Overwrite bytes of the archive itself."""
    assert old in WHOLE
    return WHOLE.replace(old, new)


def damage(member: str) -> bytes:
    """Overwrite the beginning of the compressed data of one file of the workbook."""
    start = WHOLE.index(member.encode()) + len(member)
    return WHOLE[:start] + b"\xff" * 10 + WHOLE[start + 10 :]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (WHOLE[:-100], "BadZipFile"),
        (damage(SHEET), "error"),
        (overwrite(b"[Content_Types].xml", b"[Content_Typos].xml"), "KeyError"),
        (overwrite(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00"), "RuntimeError"),
        (overwrite(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x63\x00"), "NotImplementedError"),
        (replace_text("xl/workbook.xml", b"</workbook>", b""), "ParseError"),
        (replace_text(SHEET, b"<v>12345</v>", b"<v>x</v>"), "ValueError"),
        (replace_text("xl/workbook.xml", b'sheetId="1"', b""), "TypeError"),
    ],
)
def test_a_damaged_workbook_is_refused(content: bytes, kind: str) -> None:
    with pytest.raises(PeopleFileError) as refusal:
        read_sheets(content, "hr.xlsx", None)
    assert str(refusal.value) == f"{UNREADABLE} ({kind}). Open it in a spreadsheet, and save it again."


@pytest.mark.parametrize(
    ("drawn", "sheet", "message"),
    [
        (True, None, "hr.xlsx has no visible sheet. Set sheet to the name of one."),
        (True, "Figures", "hr.xlsx has no sheet 'Figures'. Its sheets: ."),
        # openpyxl fails for it.
        (False, None, f"{UNREADABLE} (AttributeError). Open it in a spreadsheet, and save it again."),
    ],
)
def test_a_sheet_with_a_chart_has_no_people(tmp_path: Path, drawn: bool, sheet: str | None, message: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    figures = book.create_chartsheet("Figures")
    if drawn:
        figures.add_chart(BarChart())
    book.save(tmp_path / "hr.xlsx")
    with pytest.raises(PeopleFileError) as refusal:
        read_people([tmp_path / "hr.xlsx"], None, PeopleOptions(sheet=sheet))
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "000", ""),
        ("Ann ", None, "Ann "),
        (True, "000", "true"),
        (False, "0", "false"),
        (7, None, "7"),
        (7, "0", "7"),
        (7, "000", "007"),
        (7.0, "000", "007"),
        (1234, "000", "1234"),
        (7, "0.00", "7"),
        ("7", "000", "7"),
        (1.5, "000", "1.5"),
        (-7.0, None, "-7"),
        (999999999999999.0, None, "999999999999999"),
        (1e15, None, "1000000000000000.0"),
        (-1e15, None, "-1000000000000000.0"),
        (1e20, None, "1e+20"),
        (float("inf"), None, "inf"),
        (date(2026, 1, 5), None, "2026-01-05"),
        (datetime(2026, 1, 5), None, "2026-01-05"),  # noqa: DTZ001 - a sheet has no zones
        (datetime(2026, 1, 5, 8, 30), None, "2026-01-05T08:30:00"),  # noqa: DTZ001
        (time(8, 30), None, "08:30:00"),
    ],
)
def test_the_text_of_a_cell_of_a_sheet(value: Any, number_format: str | None, text: str) -> None:
    assert show_value(value, number_format) == text
