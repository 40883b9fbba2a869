# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People files as systems and spreadsheets write them, with the expected hosts. The people are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

SMS = {"factor": "OneLogin SMS"}
EMAIL = {"factor": "OneLogin Email"}


@dataclass(frozen=True)
class Case:
    """A file and the expected result.

    :param hosts: the variables of each host, without ``onelogin_``; ``factors`` are ``mfa_onboarding_factors``.
    """

    name: str
    content: bytes
    hosts: Mapping[str, Mapping[str, Any]]
    options: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    codes: Mapping[str, Any] = field(default_factory=dict)


def text(*lines: str, encoding: str = "utf-8", end: str = "\n") -> bytes:
    """The content of a file with these lines."""
    return "".join(line + end for line in lines).encode(encoding)


def workbook() -> bytes:
    """A sheet with a merged title, numbers, dates, formats and a total, beside sheets without people."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Staff"
    sheet.append(["Staff in 2026"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["Employee ID", "E-mail", "Mobile", "Start", "Factor", "Verified", "OTP"])
    sheet.append([12345.0, "olga.brandt@example.com", 12025550144, date(2026, 1, 5), "OneLogin SMS", True, None])
    sheet.append([7, "remi.adler@example.com", "+1 202 555 0145", None, "OneLogin SMS", False, 42137])
    sheet["A5"].number_format, sheet["G5"].number_format = "00000", "000000"
    sheet.append(["Total", None, 2])
    hidden = book.create_sheet("Left")
    hidden.append(["email"])
    hidden.append(["gone@example.com"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Notes").append(["Updated each Monday"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def bad(file: str, *problems: str) -> dict[str, str]:
    """Build the variable of a host for an invalid row; each problem has its line."""
    return {"row_error": " ".join(f"{file} line {problem}" for problem in problems)}


def unusable(file: str, *lines: int) -> list[str]:
    """Build the warning for the rows of a file that cannot be used."""
    rows = f"{len(lines)} rows" if len(lines) > 1 else "1 row"
    places = ", ".join(f"{file} line {line}" for line in lines)
    reason = "The host of each has the reason in onelogin_row_error, and fails with it in the roles."
    return [f"{rows} cannot be used: {places}. {reason}"]


def guessed(file: str, encoding: str) -> list[str]:
    """Build the warning for a file whose encoding was detected."""
    advice = "if names look wrong, set encoding, or save the file as UTF-8."
    return [f"{file} is not in UTF-8. It was read as {encoding}, which is a guess: {advice}"]


def national(place: str) -> list[str]:
    """Build the warning for the only phone number that is not international."""
    kept = "1 phone number is not in the international form, such as +12025550100, and kept as written"
    return [f"{kept}: {place}. Set region for national numbers; that needs phonenumberslite."]


NO_ADDRESS = "is not an e-mail address. Write one address, such as jane@example.com."
OLGA = {"email": "olga.brandt@example.com"}
REMI = {"email": "remi.adler@example.com"}

# The fourteen kinds of files that real rollouts have reported.
FOURTEEN = [
    Case(
        "entra",
        text(
            "userPrincipalName,displayName,surname,mail,givenName,id,department",
            "obrandt@example.com,Olga Brandt,Brandt,olga.brandt@example.com,Olga,8d7c0a51-1111-4222-8333-94e5,Finance",
            "radler@example.com,Remi Adler,Adler,null,Remi,8d7c0a51-1111-4222-8333-94e6,Finance",
            "tim@,,,,,,",
        ),
        {
            "olga.brandt@example.com": {
                **OLGA,
                "displayname": "Olga Brandt",
                "lastname": "Brandt",
                "firstname": "Olga",
                "id": "8d7c0a51-1111-4222-8333-94e5",
                "department": "Finance",
            },
            "radler@example.com": {
                "email": "radler@example.com",
                "displayname": "Remi Adler",
                "lastname": "Adler",
                "firstname": "Remi",
                "id": "8d7c0a51-1111-4222-8333-94e6",
                "department": "Finance",
            },
            "entra.csv_line_4": bad("entra.csv", f"4, column userPrincipalName: 'tim@' {NO_ADDRESS}"),
        },
        warnings=unusable("entra.csv", 4),
    ),
    Case(
        "bamboohr-factor",
        text("id,firstname,lastname,email,factor", "551,Olga,Brandt,olga.brandt@example.com,OneLogin SMS"),
        {
            "olga.brandt@example.com": {
                **OLGA,
                "id": "551",
                "firstname": "Olga",
                "lastname": "Brandt",
                "factors": [SMS],
            }
        },
    ),
    Case(
        "column-names-alike",
        text("email,cost-center,Cost Center", "olga.brandt@example.com,F1,F2"),
        {"olga.brandt@example.com": {**OLGA, "cost_center": "F1", "cost_center_2": "F2"}},
    ),
    Case(
        "control-z",
        text("email,factor", "olga.brandt@example.com,OneLogin SMS", end="\r\n") + b"\x1a",
        {"olga.brandt@example.com": {**OLGA, "factors": [SMS]}},
    ),
    Case(
        "factors-with-comma",
        text("email,factor", 'olga.brandt@example.com,"OneLogin SMS, OneLogin Email;onelogin sms"'),
        {"olga.brandt@example.com": {**OLGA, "factors": [SMS, EMAIL]}},
    ),
    Case(
        "id-and-user_id",
        text("id,user_id,email", "551,7000123,olga.brandt@example.com"),
        {"olga.brandt@example.com": {**OLGA, "id": "551", "user_id": 7000123}},
    ),
    Case(
        "zero-width",
        text(
            "email,factor",
            "mailto:olga.brandt@example.com\u200b,\u00a0OneLogin SMS",
            "Remi Adler <remi.adler@example.com>,",
            "ti\u200bm@example.com,OneLogin SMS",
        ),
        {
            "olga.brandt@example.com": {**OLGA, "factors": [SMS]},
            "remi.adler@example.com": REMI,
            "zero-width.csv_line_4": bad(
                "zero-width.csv",
                "4, column email: there is an invisible character after 'ti': U+200B, ZERO WIDTH SPACE. Remove it.",
            ),
        },
        warnings=unusable("zero-width.csv", 4),
    ),
    Case(
        "nul",
        text("email,department", "olga.brandt@example.com,Fin\0ance", "remi.adler@example.com,Finance"),
        {
            "olga.brandt@example.com": bad(
                "nul.csv",
                "2, column department: there is an invisible character after 'Fin': U+0000, a control character."
                " Remove it.",
            ),
            "remi.adler@example.com": {**REMI, "department": "Finance"},
        },
        warnings=unusable("nul.csv", 2),
    ),
    Case(
        "okta",
        text(
            "login,firstName,lastName,email,department,mobilePhone,secondEmail",
            "olga,Olga,Brandt,olga.brandt@example.com,Finance,+1 (202) 555-0144,olga@home.example",
        ),
        {
            "olga.brandt@example.com": {
                **OLGA,
                "firstname": "Olga",
                "lastname": "Brandt",
                "department": "Finance",
                "phone": "+12025550144",
                "secondemail": "olga@home.example",
            }
        },
    ),
    Case(
        "onelogin-export",
        text("Id,Firstname,Email,Username,Phone", "7000123,Olga,olga.brandt@example.com,obrandt,"),
        {"olga.brandt@example.com": {**OLGA, "id": "7000123", "firstname": "Olga", "username": "obrandt"}},
    ),
    Case(
        "tabs",
        text("email\tfactor", "olga.brandt@example.com\tOneLogin SMS"),
        {"olga.brandt@example.com": {**OLGA, "factors": [SMS]}},
    ),
    Case(
        "trailing-empty-columns",
        text("email,factor,,", "olga.brandt@example.com,OneLogin SMS,,", "remi.adler@example.com,,,Finance"),
        {
            "olga.brandt@example.com": {**OLGA, "factors": [SMS]},
            "remi.adler@example.com": bad(
                "trailing-empty-columns.csv",
                "3, column 3: there are more cells than headings. Put cells that hold a delimiter into quotes, or"
                " give the column a"
                " heading.",
            ),
        },
        warnings=unusable("trailing-empty-columns.csv", 3),
    ),
    Case(
        "user-named-like-a-group",
        text("username,department", "finance,Finance", "all,Finance"),
        {
            "finance": {"username": "finance", "department": "Finance"},
            "user_all": {"username": "all", "department": "Finance"},
        },
    ),
    Case(
        "workday",
        text(
            "Employee ID,Legal Name - First Name,Email - Primary Work,Cost Center,Phone",
            "0004512,Olga,olga.brandt@example.com,F1,+1 202",
        ),
        {
            "olga.brandt@example.com": {
                **OLGA,
                "employee_id": "0004512",
                "firstname": "Olga",
                "cost_center": "F1",
                "phone": "+1 202",
            }
        },
        warnings=national("workday.csv line 2, column Phone: '+1 202'"),
    ),
]

MORE = [
    Case(
        "excel-western",
        text("E-Mail;Vorname", "olga.brandt@example.com;Hélène", encoding="cp1252", end="\r\n"),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Hélène"}},
        warnings=guessed("excel-western.csv", "cp1252"),
    ),
    Case(
        "excel-polish",
        text("email,firstname", "olga.brandt@example.com,Władysław", encoding="cp1250"),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Władysław"}},
        warnings=guessed("excel-polish.csv", "cp1250"),
    ),
    Case(
        "excel-mac",
        text("email,firstname", "olga.brandt@example.com,Zoë", encoding="mac_roman", end="\r"),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Zoë"}},
        warnings=guessed("excel-mac.csv", "mac_roman"),
    ),
    Case(
        "named-encoding",
        text("email,firstname", "olga.brandt@example.com,Şahin", encoding="cp1254"),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Şahin"}},
        options={"encoding": "cp1254"},
    ),
    Case(
        "unicode-text",
        text("email\tfactor", "olga.brandt@example.com\tOneLogin SMS", encoding="utf-16", end="\r\n"),
        {"olga.brandt@example.com": {**OLGA, "factors": [SMS]}},
    ),
    Case(
        "utf16-without-mark",
        text("email,firstname", "olga.brandt@example.com,Jürgen", encoding="utf-16-le"),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Jürgen"}},
    ),
    Case(
        "byte-order-mark-and-sep",
        b"\xef\xbb\xbf"
        + text("sep=;", "email;factor", 'olga.brandt@example.com;"OneLogin SMS;OneLogin Email"', ";x", end="\r\n"),
        {
            "olga.brandt@example.com": {**OLGA, "factors": [SMS, EMAIL]},
            "byte-order-mark-and-sep.csv_line_4": bad(
                "byte-order-mark-and-sep.csv",
                "4, column email: it is empty, so the row identifies no one. Fill it in, or remove the row.",
            ),
        },
        warnings=unusable("byte-order-mark-and-sep.csv", 4),
    ),
    Case(
        "title-blanks-and-totals",
        text(
            "Staff in 2026,,",
            "Login:,hr,",
            "Work Email,First Name,Department",
            "olga.brandt@example.com,Olga,Finance",
            ",,",
            "Subtotal Finance,,1",
            "remi.adler@example.com,Remi,Sales",
            ",Subtotal,1",
            "tim@example.com,,",
            "Total: 2,,",
            "Generated on 5 January,,",
        ),
        {
            "olga.brandt@example.com": {**OLGA, "firstname": "Olga", "department": "Finance"},
            "title-blanks-and-totals.csv_line_6": bad(
                "title-blanks-and-totals.csv",
                "6, column Work Email: 'Subtotal Finance' is not an e-mail address. Write one address, such as"
                " jane@example.com.",
            )
            | {"department": "1"},
            "remi.adler@example.com": {**REMI, "firstname": "Remi", "department": "Sales"},
            "tim@example.com": {"email": "tim@example.com"},
        },
        warnings=unusable("title-blanks-and-totals.csv", 6),
    ),
    Case(
        "guards",
        text(
            "email,employee,phone",
            'olga.brandt@example.com,="00123",\'+12025550144',
            'remi.adler@example.com,"=""00124""",',
        ),
        {
            "olga.brandt@example.com": {**OLGA, "employee": "00123", "phone": "+12025550144"},
            "remi.adler@example.com": {**REMI, "employee": "00124"},
        },
    ),
    Case(
        "google",
        text(
            "First Name [Required],Email Address [Required],Password [Required],Mobile Phone,Mobile Phone",
            "Olga,olga.brandt@example.com,hunter2,202-555-0144,1",
        ),
        {
            "olga.brandt@example.com": {**OLGA, "firstname": "Olga", "phone": "+12025550144", "mobile_phone": "1"},
        },
        options={"region": "us"},
    ),
    Case(
        "entra-template",
        text(
            "version:v1.0,,",
            "User name [userPrincipalName] Required,First name [givenName],Department [department]",
            "olga.brandt@example.com,Olga,Finance",
        ),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Olga", "department": "Finance"}},
    ),
    Case(
        "other-meanings",
        text("User ID,Display Name,User Name,Code", "E77,Olga Brandt,olga.brandt@example.com,F1"),
        {"olga.brandt@example.com": {**OLGA, "user_id_2": "E77", "display_name": "Olga Brandt", "code": "F1"}},
    ),
    Case(
        "two-rows",
        text(
            "email,username,factor,verified,otp",
            "olga.brandt@example.com,,OneLogin SMS,x,",
            "remi.adler@example.com,,,,",
            "OLGA.Brandt@example.com,obrandt,OneLogin Email,,042 137",
            ",obrandt,onelogin sms,yes,",
        ),
        {
            "olga.brandt@example.com": {**OLGA, "username": "obrandt", "factors": [{**SMS, "verified": True}, EMAIL]},
            "remi.adler@example.com": REMI,
        },
        codes={"olga.brandt@example.com": {"OneLogin Email": "042137"}},
    ),
    Case(
        "contradictions",
        text(
            "email,username,phone,factor,verified,otp",
            "olga.brandt@example.com,obrandt,+12025550144,OneLogin SMS,true,042137",
            "remi.adler@example.com,radler,,OneLogin SMS,",
            "olga.brandt@example.com,obrandt,+12025550145,OneLogin SMS,no",
            "other@example.com,radler,,,",
        ),
        {
            "olga.brandt@example.com": bad(
                "contradictions.csv",
                "4, column phone: '+12025550145' contradicts '+12025550144' in line 2, which is about the same person."
                " Correct one row.",
                "4, column verified: False contradicts True in line 2, which is about the same person."
                " Correct one row.",
            ),
            "remi.adler@example.com": bad(
                "contradictions.csv",
                "5, column email: 'other@example.com' contradicts 'remi.adler@example.com' in line 3, which is about"
                " the same person. Correct one row.",
            ),
        },
        warnings=unusable("contradictions.csv", 4, 5),
    ),
    Case(
        "all-bad-at-once",
        text(
            "email,user_id,department,factor,verified,otp",
            "not an address,x7,Finance,OneLogin SMS,maybe,12",
            "olga.brandt@example.com,,,OneLogin SMS;OneLogin Email,,042137",
            ",,,,,",
            "remi.adler@example.com,,,,yes,",
            '"open@example.com,,,,',
            '"a"b@example.com,,,,',
            "#REF!,,,,",
        ),
        {
            "all-bad-at-once.csv_line_2": {
                "department": "Finance",
            }
            | bad(
                "all-bad-at-once.csv",
                f"2, column email: 'not an address' {NO_ADDRESS}",
                "2, column user_id: 'x7' is not the id of a OneLogin user, which is a positive number."
                " Correct or remove it.",
                "2, column verified: 'maybe' is neither true nor false. Write true, false, or nothing.",
                "2, column otp: the code has 2 digits. Spreadsheets remove zeros at the beginning: format the column"
                " as text, and write the code again.",
            ),
            "olga.brandt@example.com": bad(
                "all-bad-at-once.csv",
                "3, column otp: the code can be for any of 2 factors. Write each factor in a separate row.",
            ),
            "remi.adler@example.com": bad(
                "all-bad-at-once.csv",
                "5, column verified: it is an option of a factor, but the row has no factor. Fill it in, or set factor"
                " in defaults.",
            ),
            "all-bad-at-once.csv_line_6": bad(
                "all-bad-at-once.csv",
                "6: a quote is opened and not closed. Close it, or write a quote within a cell twice.",
            ),
            "all-bad-at-once.csv_line_7": bad(
                "all-bad-at-once.csv",
                "7: there is text after a closing quote. Write a quote within a cell twice.",
            ),
            "all-bad-at-once.csv_line_8": bad(
                "all-bad-at-once.csv",
                "8, column email: '#REF!' is the error of a formula. Correct it in the spreadsheet.",
            ),
        },
        warnings=unusable("all-bad-at-once.csv", 2, 3, 5, 6, 7, 8),
    ),
    Case(
        "decomposed",
        text("email,firstname", "olga.brandt@example.com,Ju\u0308rgen"),
        {"olga.brandt@example.com": {**OLGA, "firstname": "Jürgen"}},
    ),
    Case(
        "lines-in-cells",
        text("email,notes", 'olga.brandt@example.com,"one\ntwo ""quoted"""', "remi,x"),
        {
            "olga.brandt@example.com": {**OLGA, "notes": 'one\ntwo "quoted"'},
            "lines-in-cells.csv_line_4": bad(
                "lines-in-cells.csv",
                "4, column email: 'remi' is not an e-mail address. Write one address, such as jane@example.com.",
            )
            | {"notes": "x"},
        },
        warnings=unusable("lines-in-cells.csv", 4),
    ),
    Case(
        "workbook",
        workbook(),
        {
            "olga.brandt@example.com": {
                **OLGA,
                "employee_id": "12345",
                "phone": "12025550144",
                "start": "2026-01-05",
                "factors": [{**SMS, "verified": True}],
            },
            "remi.adler@example.com": {**REMI, "employee_id": "00007", "phone": "+12025550145", "factors": [SMS]},
        },
        warnings=national("workbook.xlsx line 4, column Mobile: '12025550144'"),
        codes={"remi.adler@example.com": {"OneLogin SMS": "042137"}},
    ),
    Case(
        "own-headings",
        text("Login name|Address|Number", "obrandt|olga.brandt@example.com|030 123456"),
        {
            "obrandt": {
                **OLGA,
                "username": "obrandt",
                "number": "030 123456",
                "department": "Finance",
                "factors": [{**SMS, "verified": True}, {**EMAIL, "verified": True}],
            }
        },
        options={
            "columns": {"email": "address", "username": "Login Name"},
            "defaults": {"department": "Finance", "factor": ["OneLogin SMS", "OneLogin Email"], "verified": True},
            "hostname": ["username", "email"],
        },
    ),
]

CASES = [pytest.param(case, id=case.name) for case in (*FOURTEEN, *MORE)]
