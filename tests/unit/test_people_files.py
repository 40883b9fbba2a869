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
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file import phones
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
    assert found.warnings == [*case.warnings]
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


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError) as refusal:
        read_people([tmp_path / "none.csv"], None, PeopleOptions())
    message = f"{tmp_path}/none.csv cannot be read: No such file or directory. Check the option file or codes."
    assert str(refusal.value) == message


def test_a_heading_in_columns_is_used_for_one_column_only(tmp_path: Path) -> None:
    found = read(tmp_path, text("Email,Phone", "olga,1"), columns={"username": "email", "user_id": "phone"})
    assert found.variables == {"olga": {"onelogin_username": "olga", "onelogin_user_id": 1}}


def test_a_misspelt_heading_can_have_another_meaning(tmp_path: Path) -> None:
    content = text("email,Verified by", "a@example.com,Olga")
    with pytest.raises(PeopleFileError, match=r"set columns: \{verified: null\}"):
        read(tmp_path, content)
    found = read(tmp_path, content, columns={"verified": None})
    assert found.variables["a@example.com"]["onelogin_verified_by"] == "Olga"


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


@pytest.mark.parametrize("library", [True, False])
@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+1 (202) 555-0144", "+12025550144"),
        ("\u202a+12025550144\u202c", "+12025550144"),
        ("+49 (0)30 123456", "+4930123456"),
        ("00 49 30.123/456", "+4930123456"),
        ("1 0049 30 123456", None),
        ("+0123456789", None),
        ("+1234567", None),
        ("202-555-0144", None),
        ("+1 202", None),
        ("none", None),
    ],
)
def test_phone_numbers(monkeypatch: pytest.MonkeyPatch, library: bool, given: str, number: str | None) -> None:
    monkeypatch.setattr(phones, "HAS_PHONENUMBERS", library)
    assert to_e164(given, None) == number


def test_without_the_library_any_number_of_a_possible_length_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "HAS_PHONENUMBERS", False)
    numbers = ["+12345678", "+123456789012345", "+1234567", "+1234567890123456", "12345678"]
    assert [number for number in numbers if to_e164(number, None) == number] == numbers[:2]
    assert to_e164("+12345678", "US") == "+12345678"


def test_the_example_has_forty_people_with_reserved_addresses_and_numbers() -> None:
    found = read_people([ROOT / "examples/people.csv"], None, PeopleOptions())
    people = found.variables.values()
    assert (len(people), found.warnings) == (40, [])
    assert {person["onelogin_department"] for person in people} == {"engineering", "sales", "support"}
    assert all(person["onelogin_email"].endswith("@example.com") for person in people)
    assert all(person["onelogin_phone"].startswith("+120255501") for person in people)


WITHOUT_LIBRARIES = """
import sys
sys.modules.update(dict.fromkeys(("openpyxl", "phonenumbers", "charset_normalizer", "pyotp", "segno")))
from pathlib import Path
from ansible_collections.community.onelogin.plugins.filter.otp import otpauth_code
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader import PeopleOptions, read_people
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import SEGNO_MISSING
for file, region in ("csv", None), ("xlsx", None), ("csv", "US"), ("latin", None):
    try:
        found = read_people([Path(sys.argv[1]) / f"people.{file}"], None, PeopleOptions(region=region))
        print(*found.variables.items())
    except Exception as error:
        print(error)
try:
    otpauth_code("")
except Exception as error:
    print(str(error).partition(" on ")[0])
print("segno is missing:", SEGNO_MISSING)
"""


CHARSETS = (
    "Set encoding, or install the Python library charset-normalizer, which recognises others:"
    " python -m pip install charset-normalizer"
)


def test_csv_needs_no_libraries_and_what_does_names_them(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(text("email,phone", "a@example.com,+1 202 555 0144"))
    (tmp_path / "people.latin").write_bytes(text("email", "é@example.com", encoding="latin-1"))
    (tmp_path / "people.xlsx").write_bytes(two_sheets())
    command = [sys.executable, "-c", WITHOUT_LIBRARIES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    install = "Install it with: python -m pip install"
    assert done.stdout.splitlines() == [
        "('a@example.com', {'onelogin_email': 'a@example.com', 'onelogin_phone': '+12025550144'})",
        f"people.xlsx is an XLSX file, and the Python library openpyxl is not installed. {install} openpyxl",
        f"The option region needs the Python library phonenumberslite. {install} phonenumberslite",
        f"people.latin is not in UTF-8. {CHARSETS}",
        "otpauth_code: Failed to import the required Python library (pyotp)",
        "segno is missing: True",
    ]
