# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People files: they lead to hosts with variables, to hosts with the problem of their row, or to an error."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file import encodings, phones, workbook
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.phones import to_e164
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader import (
    PeopleHosts,
    PeopleOptions,
    read_people,
)

from tests.unit.people_files import CASES, Case, text

ROOT = Path(__file__).parents[2]


def read(
    folder: Path, content: bytes, file: str = "people.csv", codes: bytes | None = None, **options: Any
) -> PeopleHosts:
    """Read a people file with this content, and a file of codes."""
    (folder / file).write_bytes(content)
    if codes is not None:
        (folder / "codes.csv").write_bytes(codes)
    return read_people([folder / file], folder / "codes.csv" if codes is not None else None, PeopleOptions(**options))


def variables(hosts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The variables of hosts by their full names."""
    names = {"factors": "mfa_onboarding_factors"}
    return {host: {names.get(n, f"onelogin_{n}"): value for n, value in own.items()} for host, own in hosts.items()}


@pytest.mark.parametrize("case", CASES)
def test_the_hosts_of_a_people_file(tmp_path: Path, case: Case) -> None:
    name = f"{case.name}.{'xlsx' if case.content.startswith(b'PK') else 'csv'}"
    found = read(tmp_path, case.content, name, **case.options)
    assert found.variables == variables(case.hosts)
    assert found.codes == case.codes
    assert len(found.warnings) == len(case.warnings), found.warnings
    for warning, begin in zip(found.warnings, case.warnings, strict=True):
        assert warning.startswith(begin)
    assert not any(code in str(found.variables) for code in ("042137", "hunter2"))


def two_sheets() -> bytes:
    """People in two sheets."""
    book = openpyxl.Workbook()
    book.active.append(["email"])
    book.create_sheet("More").append(["email"])
    book["More"].append(["more@example.com"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"", {}, "people.csv is empty."),
        (b"email\n", {}, "There are no people in people.csv."),
        (text("Name,Seat", "Olga,1"), {}, "has no heading row that names users. It needs a column email, username or"),
        (text("Name,Seat", "Olga,1"), {}, "The first row has: Name, Seat."),
        (text("email,email", "a@example.com,b@example.com"), {}, 'line 1: there are two columns "email".'),
        (text("email,facotr", "a@example.com,x"), {}, 'line 1: unknown column "facotr". Did you mean "factor"?'),
        (text("email", "a@example.com"), {"columns": {"phone": "Cell"}}, 'there is no column "Cell", which columns'),
        (text("email", "a@example.com"), {"columns": {"mail": "x"}}, 'Unknown name "mail" in the options columns'),
        (text("email", "a@example.com"), {"defaults": {"email": "x"}}, "defaults cannot set email"),
        (text("email", "a@example.com"), {"defaults": {"verified": "so"}}, "defaults, verified: 'so' is neither"),
        (text("email", "a@example.com"), {"region": "Atlantis"}, "There is no region 'Atlantis'."),
        (text("email", "a@example.com"), {"delimiter": "::"}, "delimiter is '::'; it must be one character, or tab."),
        (text("email", "a@example.com"), {"encoding": "utf-99"}, "The encoding 'utf-99' does not exist."),
        (b"email\na\xff@example.com\n", {"encoding": "utf-8"}, "people.csv line 2: the text is not in utf-8."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", {}, "is an old Excel file (.xls), or protected by a password. Open it"),
        (b"<html><table>", {}, "is a web page with another extension."),
        (b"PK\x03\x04damaged", {}, "cannot be read as an XLSX file"),
        (two_sheets(), {}, "has people in several sheets: Sheet, More. Set sheet to one of them."),
        (two_sheets(), {"sheet": "Other"}, "has no sheet 'Other'. Its sheets: Sheet, More."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, content: bytes, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(PeopleFileError) as refusal:
        read(tmp_path, content, **options)
    assert words in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError, match=r"none\.csv cannot be read: No such file or directory\."):
        read_people([tmp_path / "none.csv"], None, PeopleOptions())


@pytest.mark.parametrize("sheet", ["more", "2"])
def test_a_sheet_can_be_chosen(tmp_path: Path, sheet: str) -> None:
    assert list(read(tmp_path, two_sheets(), sheet=sheet).variables) == ["more@example.com"]


def test_a_heading_in_columns_is_used_for_one_column_only(tmp_path: Path) -> None:
    found = read(tmp_path, text("Email,Phone", "olga,1"), columns={"username": "email", "user_id": "phone"})
    assert found.variables == {"olga": {"onelogin_username": "olga", "onelogin_user_id": 1}}


def test_a_whole_number_has_no_decimal_point() -> None:
    assert [workbook.show_value(value) for value in (12345.0, 1.5, 1e20)] == ["12345", "1.5", "1e+20"]


def test_a_misspelt_heading_can_have_another_meaning(tmp_path: Path) -> None:
    content = text("email,Verified by", "a@example.com,Olga")
    with pytest.raises(PeopleFileError, match=r"set columns: \{verified: null\}"):
        read(tmp_path, content)
    found = read(tmp_path, content, columns={"verified": None})
    assert found.variables["a@example.com"]["onelogin_verified_by"] == "Olga"


def test_several_files_make_one_list_of_people(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_bytes(text("email,phone", "a@example.com,+12025550101", "b@example.com,"))
    (tmp_path / "two.csv").write_bytes(text("mail;mobile", "a@example.com;+12025550102"))
    found = read_people([tmp_path / "one.csv", tmp_path / "two.csv"], None, PeopleOptions())
    assert list(found.variables) == ["a@example.com", "b@example.com"]
    error = "two.csv line 2, column mobile: '+12025550102' contradicts '+12025550101' in one.csv line 2, which is"
    assert found.variables["a@example.com"]["onelogin_row_error"].startswith(error)


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (["email,code", "A@example.com,042137"], {"a@example.com": "042137"}),
        (["Username;Factor;Code", "b;OneLogin Email;042137"], {"b@example.com": {"OneLogin Email": "042137"}}),
        (
            ["email,code,factor", "b@example.com,042137,OneLogin Email", "b@example.com,042138,OneLogin SMS"],
            {"b@example.com": {"OneLogin Email": "042137", "OneLogin SMS": "042138"}},
        ),
        (["mail,otp", "a@example.com,042137", "a@example.com,042137"], {"a@example.com": "042137"}),
    ],
)
def test_codes_come_from_a_file(tmp_path: Path, rows: list[str], codes: dict[str, Any]) -> None:
    people = text("email,username,factor,otp", "a@example.com,,,111111", "b@example.com,b,OneLogin Email;OneLogin SMS,")
    found = read(tmp_path, people, codes=text(*rows))
    assert found.codes == {"a@example.com": "111111", **codes}
    assert found.warnings == []


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("a@example.com,12,", "codes.csv line 2, column code: the code has 2 digits."),
        ("a@example.com,4 digits!,", "codes.csv line 2, column code: the code has characters other than"),
        ("a@example.com,,", "codes.csv line 2, column code: it is empty."),
        ("a@example.com,042137,", "codes.csv line 2, column code: the code can be for any of SMS, Email."),
        ("a@example.com,042137,Voice", "codes.csv line 2, column factor: the people file has no factor 'Voice'"),
    ],
)
def test_a_code_that_cannot_be_used_fails_its_person(tmp_path: Path, row: str, error: str) -> None:
    people = text("email,factor", "a@example.com,SMS;Email")
    found = read(tmp_path, people, codes=text("email,code,factor", row))
    shown = found.variables["a@example.com"]["onelogin_row_error"]
    assert shown.startswith(error)
    assert found.codes == {}
    assert "042137" not in shown


def test_codes_for_unknown_people_are_reported(tmp_path: Path) -> None:
    codes = text("email,code", "z@example.com,042137", "zz,042138")
    found = read(tmp_path, text("email", "a@example.com"), codes=codes)
    assert found.warnings == [
        "codes.csv line 2: there is a code for z@example.com, but no such person in the people file. It is not used.",
        "codes.csv line 3, column email: 'zz' is not an e-mail address. Write one address, such as jane@example.com.",
    ]
    assert found.codes == {}


def test_a_file_of_codes_needs_a_column_of_codes(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError, match="It needs a column email, username or user_id, and a column code"):
        read(tmp_path, text("email", "a@example.com"), codes=text("email,digits", "a@example.com,042137"))


def test_people_with_the_same_host_name_get_longer_names(tmp_path: Path) -> None:
    content = text("email,lastname,user_id", "a@example.com,Roe,", "b@example.com,Roe,", "c@example.com,a/b,x")
    assert list(read(tmp_path, content, hostname=["onelogin_lastname"]).variables) == [
        "Roe_a@example.com",
        "Roe_b@example.com",
        "a_b",
    ]


def test_an_invalid_row_never_takes_the_name_of_a_valid_row(tmp_path: Path) -> None:
    content = text("email,user_id", "a@example.com,x", "a@example.com,7", "a@example.com,y")
    assert list(read(tmp_path, content).variables) == ["people.csv_line_2", "a@example.com", "people.csv_line_4"]


@pytest.mark.parametrize("library", [True, False])
@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+1 (202) 555-0144", "+12025550144"),
        ("\u202a+12025550144\u202c", "+12025550144"),
        ("+49 (0)30 123456", "+4930123456"),
        ("202-555-0144", None),
        ("+1 202", None),
        ("none", None),
    ],
)
def test_phone_numbers(monkeypatch: pytest.MonkeyPatch, library: bool, given: str, number: str | None) -> None:
    monkeypatch.setattr(phones, "HAS_PHONENUMBERS", library)
    assert to_e164(given, None) == number


def test_the_error_for_a_missing_library_has_the_install_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workbook, "HAS_OPENPYXL", False)
    monkeypatch.setattr(phones, "HAS_PHONENUMBERS", False)
    monkeypatch.setattr(encodings, "HAS_CHARSET_NORMALIZER", False)
    cases: list[tuple[bytes, dict[str, Any], str]] = [
        (two_sheets(), {}, "python -m pip install openpyxl"),
        (text("email", "a@example.com"), {"region": "US"}, "python -m pip install phonenumberslite"),
        (text("email", "é@example.com", encoding="latin-1"), {}, "python -m pip install charset-normalizer"),
    ]
    for content, options, command in cases:
        with pytest.raises(PeopleFileError) as refusal:
            read(tmp_path, content, **options)
        assert str(refusal.value).endswith(command)


def test_the_example_has_forty_people_with_reserved_addresses_and_numbers() -> None:
    found = read_people([ROOT / "examples/people.csv"], None, PeopleOptions())
    people = found.variables.values()
    assert (len(people), found.warnings) == (40, [])
    assert {person["onelogin_department"] for person in people} == {"engineering", "sales", "support"}
    assert all(person["onelogin_email"].endswith("@example.com") for person in people)
    assert all(person["onelogin_phone"].startswith("+120255501") for person in people)


def test_csv_needs_no_libraries(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\na@example.com\n")
    name = "ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader"
    program = (
        "import sys; sys.modules.update(openpyxl=None, phonenumbers=None, charset_normalizer=None);"
        f"from pathlib import Path; from {name} import read_people, PeopleOptions;"
        f"print(*read_people([Path({str(tmp_path / 'people.csv')!r})], None, PeopleOptions()).variables)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "a@example.com\n"
