# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an XLSX file to lines of cells, as the spreadsheet shows them."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.tables import Line

try:
    import openpyxl
except ImportError:
    HAS_OPENPYXL = False
else:
    HAS_OPENPYXL = True

_ZIP = b"PK\x03\x04"
_OTHER = {
    b"\xd0\xcf\x11\xe0": "is an old Excel file (.xls), or protected by a password",
    b"%PDF": "is a PDF file",
    b"\x1f\x8b": "is compressed with gzip",
    b"<htm": "is a web page with another extension",
    b"<!do": "is a web page with another extension",
    b"<tab": "is a web page with another extension",
    b"<?xm": "is an XML file",
}
# What zipfile and openpyxl raise for a file with wrong bytes.
_DAMAGED = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    SyntaxError,  # of the XML
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)
_ZEROS = re.compile(r"0+")
_EXACT = 1e15  # whole numbers up to it are exact in a spreadsheet


def is_workbook(data: bytes, file: str) -> bool:
    """Return whether the content is that of an XLSX file, by its first bytes.

    :raises PeopleFileError: the plugin does not read this kind of file.
    """
    for begin, kind in _OTHER.items():
        if data.lstrip()[: len(begin)].lower() == begin.lower():
            raise PeopleFileError(f"{file} {kind}. Open it in a spreadsheet, and save it as .xlsx or as CSV.")
    if data.startswith(_ZIP) and b"mimetypeapplication/vnd.oasis" in data[:100]:
        raise PeopleFileError(f"{file} is an OpenDocument file. Save it as .xlsx or as CSV.")
    return data.startswith(_ZIP)


def read_sheets(data: bytes, file: str, sheet: str | None) -> Mapping[str, tuple[Line, ...]]:
    """Return the lines of each visible sheet by its name, or of the one that is asked for.

    :param sheet: the option ``sheet``: a name in any case, or a number from 1.
    :raises PeopleFileError: openpyxl is not installed, the file is damaged, or there is no such sheet.
    """
    if not HAS_OPENPYXL:
        raise PeopleFileError(
            f"{file} is an XLSX file, and the Python library openpyxl is not installed."
            " Install it with: python -m pip install openpyxl"
        )
    try:
        with warnings.catch_warnings():
            # It warns of features that have no effect on the values of cells.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            return {found.title: tuple(_read_lines(found)) for found in _choose(book, file, sheet)}
    except _DAMAGED as error:
        raise PeopleFileError(
            f"{file} cannot be read as an XLSX file ({type(error).__name__})."
            " Open it in a spreadsheet, and save it again."
        ) from None


def _choose(book: Any, file: str, sheet: str | None) -> list[Any]:
    if sheet is None:
        return [found for found in book.worksheets if found.sheet_state == "visible"]
    wanted = [found for found in book.worksheets if found.title.casefold() == sheet.strip().casefold()]
    if not wanted and sheet.isdigit() and 1 <= int(sheet) <= len(book.worksheets):
        wanted = [book.worksheets[int(sheet) - 1]]
    if not wanted:
        names = ", ".join(found.title for found in book.worksheets)
        raise PeopleFileError(f"{file} has no sheet {sheet!r}. Its sheets: {names}.")
    return wanted


def _read_lines(sheet: Any) -> list[Line]:
    # The size that some programs write is wrong, and rows beyond it would be left out.
    sheet.reset_dimensions()
    return [
        Line(number, tuple(show_value(cell.value, getattr(cell, "number_format", None)) for cell in row))
        for number, row in enumerate(sheet.iter_rows(), start=1)
    ]


def show_value(value: Any, number_format: str | None = None) -> str:
    """Return the text of a cell: whole numbers without a point, and with the zeros that their format adds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    if isinstance(value, int) and number_format and _ZEROS.fullmatch(number_format):
        return str(value).zfill(len(number_format))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
