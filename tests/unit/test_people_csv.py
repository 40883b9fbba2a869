# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory script: people of a CSV as hosts, and bad rows refused by line and column."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from examples.inventories.people_csv import BadPeopleError, inventory

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples/inventories/people_csv.py"


def read(tmp_path: Path, text: str) -> dict[str, Any]:
    file = tmp_path / "people.csv"
    file.write_text(text, encoding="utf-8")
    return inventory(file)


def script(people: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ONELOGIN_PEOPLE_CSV": str(people)}
    return subprocess.run([SCRIPT, *arguments], check=False, env=environment, capture_output=True, text=True)


def test_people_become_hosts_in_the_groups_of_their_departments(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "email,username,user_id,firstname,department,factor,verified,expires_in,sim_answer\n"
        "jane@example.com,,,Jane,Sales,OneLogin SMS; OneLogin Email,yes,300,reject\n"
        "\n"
        ",john,,Jürgen,Field Sales,,,,\n"
        ",,36216766,,,Authenticator,,,\n",
    )
    assert found["all"]["children"] == ["department_none", "field_sales", "sales"]
    assert found["sales"]["hosts"] == ["jane@example.com"]
    options = {"verified": True, "expires_in": 300}
    assert found["_meta"]["hostvars"] == {
        "jane@example.com": {
            "onelogin_email": "jane@example.com",
            "onelogin_firstname": "Jane",
            "onelogin_department": "Sales",
            "mfa_onboarding_factors": [
                {"factor": "OneLogin SMS", **options},
                {"factor": "OneLogin Email", **options},
            ],
        },
        "john": {"onelogin_username": "john", "onelogin_firstname": "Jürgen", "onelogin_department": "Field Sales"},
        "36216766": {"onelogin_user_id": 36216766, "mfa_onboarding_factors": [{"factor": "Authenticator"}]},
    }


def test_a_department_never_takes_the_name_of_a_group_of_ansibles(tmp_path: Path) -> None:
    found = read(tmp_path, "email,department\na@example.com,All\nb@example.com,2nd Line\n")
    assert found["all"]["children"] == ["department_2nd_line", "department_all"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("email,factor\njane,SMS\n", "people.csv line 2, column email: 'jane' is no e-mail address"),
        ("email,user_id\na@example.com,7\nb@example.com,x7\n", "people.csv line 3, column user_id: 'x7' is no user id"),
        (
            "email,factor,verified\na@example.com,SMS,maybe\n",
            "line 2, column verified: 'maybe' is neither true nor false",
        ),
        ("email,factor,expires_in\na@example.com,SMS,60\n", "line 2, column expires_in: '60'"),
        ("email,factor\na@example.com,SMS;sms\n", "line 2, column factor: 'SMS;sms' names one twice"),
        ("email,factor,verified\na@example.com,,true\n", "line 2, column verified: 'true' needs a factor"),
        ("email,factor\n,SMS\n", "line 2, column email: it is empty"),
        (
            "email\na@example.com\nA@example.com\n",
            "line 3, column email: 'A@example.com' is in people.csv line 2 already",
        ),
        ("email\na@example.com,more\n", "line 2: more cells"),
        ("name,factor\nJane,SMS\n", "line 1: none of the columns"),
        ("email,factors\nj@x.example,SMS\n", "line 1, column factors: factor must be meant"),
        ("Email,factor\nj@x.example,SMS\n", "line 1, column Email: email must be meant"),
        ("email,departement\nj@x.example,Sales\n", "line 1, column departement: department must be meant"),
        ("email;factor\nj@x.example;SMS\n", "line 1: the columns are separated by semicolons"),
        ("email,email\na@example.com,b@example.com\n", "line 1, column email: there are two"),
        ("email\n", "nobody is in it"),
        ("", "line 1: none of the columns"),
    ],
)
def test_bad_rows_are_refused_by_line_and_column(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadPeopleError) as refusal:
        read(tmp_path, text)
    assert words in str(refusal.value)


def test_what_looks_like_a_template_is_data(tmp_path: Path) -> None:
    text = (
        "email,firstname,factor,custom_message\n"
        "a@example.com,{{ 1 + 1 }},SMS,Code {{otp_code}}\n"
        "b@example.com,{b},SMS,{otp_code}\n"
    )
    hosts = read(tmp_path, text)["_meta"]["hostvars"]
    assert hosts["a@example.com"]["onelogin_firstname"] == {"__ansible_unsafe": "{{ 1 + 1 }}"}
    (factor,) = hosts["a@example.com"]["mfa_onboarding_factors"]
    assert factor["custom_message"] == {"__ansible_unsafe": "Code {{otp_code}}"}
    assert hosts["b@example.com"]["onelogin_firstname"] == "{b}"


def test_the_script_says_what_is_wrong_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("email\nnobody\n")
    done = script(file, "--list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "mine.csv line 2, column email: 'nobody' is no e-mail address\n"
    done = script(tmp_path / "none.csv")
    assert (done.returncode, "none.csv" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_the_script_answers_for_one_host() -> None:
    done = script(ROOT / "examples/people.csv", "--host", "nadia.benali@example.com")
    assert json.loads(done.stdout)["mfa_onboarding_factors"] == [{"factor": "OneLogin Email", "verified": True}]


def test_the_example_has_forty_people_with_reserved_addresses_and_numbers() -> None:
    found = inventory(ROOT / "examples/people.csv")
    people = found["_meta"]["hostvars"].values()
    assert len(people) == 40
    assert found["all"]["children"] == ["engineering", "sales", "support"]
    assert all(person["onelogin_email"].endswith("@example.com") for person in people)
    assert all(
        person["onelogin_phone"].startswith("+120255501") and len(person["onelogin_phone"]) == 12 for person in people
    )


def test_other_columns_are_variables(tmp_path: Path) -> None:
    found = read(tmp_path, "email,title,group,cost centre\nj@x.example,Head,7,42\n")["_meta"]["hostvars"]
    assert found["j@x.example"].keys() >= {"onelogin_title", "onelogin_group", "onelogin_cost_centre"}


def test_text_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("email,firstname\nj@x.example,Jürgen\n".encode("latin-1"))
    with pytest.raises(BadPeopleError, match="is not in UTF-8"):
        inventory(tmp_path / "people.csv")


def test_the_number_of_an_employee_is_no_user_id(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("id,email,factor\n700003,jane@example.com,OneLogin SMS\n")
    jane = inventory(file)["_meta"]["hostvars"]["jane@example.com"]
    assert (jane["onelogin_id"], "onelogin_user_id" in jane) == ("700003", False)


def test_no_host_has_the_name_of_a_group(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("username,department\nsales,Sales\njane,Sales\nall,HR\nlocalhost,HR\n")
    found = inventory(file)
    assert set(found["_meta"]["hostvars"]) == {"sales", "jane", "user_all", "user_localhost"}
    assert found["all"]["children"] == ["department_sales", "hr"]
