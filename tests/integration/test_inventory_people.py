# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin for people files: the inventories of files, and the roles with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from textwrap import dedent
from typing import Any

import openpyxl
import pexpect
import pytest
import yaml

from tests.integration.harness import BIN, ROOT, Simulator, environment, run_ansible
from tests.integration.inventories import Inventory
from tests.integration.people import Done, Role
from tests.integration.watch import watch
from tests.unit.people_files import CASES, Case

EXAMPLE: list[list[Any]] = [
    ["E-Mail", "Username", "Department", "Factor", "Verified"],
    ["kelly@example.com", None, "Sales", "OneLogin SMS", True],
    ["not an address", None, "Sales", "OneLogin SMS", True],
    [None, "mia", "Support", "OneLogin Email; OneLogin SMS", True],
    ["pia@example.com", None, "Support", "OneLogin SMS", "perhaps"],
]
LINE_3 = "'not an address' is not an e-mail address. Write one address, such as jane@example.com."
LINE_5 = "'perhaps' is neither true nor false. Write true, false, or nothing."


class People:
    """A folder with people files and the file of the plugin."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self.folder, self.sim = folder, sim

    def write(self, *lines: str, file: str = "people.csv") -> Path:
        """Write a people file with these lines."""
        path = self.folder / file
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def source(self, file: str = "people.csv", name: str = "hr.people.yml", **options: Any) -> str:
        """Write the file of the plugin."""
        path = self.folder / name
        path.write_text(yaml.safe_dump({"plugin": "community.onelogin.people", "file": file, **options}))
        return str(path)

    def read(self, source: str) -> Inventory:
        """Read a source with ``ansible-inventory``."""
        done = run_ansible(
            self.folder, environment(self.folder, self.sim.url), "ansible-inventory", "-i", source, "--list"
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Inventory(done.stdout, done.stderr)

    def play(
        self, source: str, *arguments: str, role: str = "onboarding", playbook: str = "onboard", **extra: Any
    ) -> Done:
        """Run the playbook of a role on a source."""
        wait = {} if role in ("audit", "offboarding") else {f"mfa_{role}_wait_timeout": 4}
        run = Role(self.folder, self.sim, f"mfa_{role}", playbook, **wait)
        journal = {"ONELOGIN_JOURNAL": str(self.folder / "journal.sqlite")}
        return run({}, "-i", source, *arguments, env=journal, **extra)


@pytest.fixture
def people(tmp_path: Path, sim: Simulator) -> People:
    """People files for the shared simulator."""
    return People(tmp_path, sim)


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as a CSV file."""
    return "\n".join(";".join(f'"{"" if cell is None else cell}"' for cell in row) for row in rows).encode()


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as an XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.once("it is about the content of files")
@pytest.mark.parametrize("case", CASES)
def test_ansible_inventory_lists_the_people_of_a_file(people: People, case: Case) -> None:
    file = f"{case.name}.{'xlsx' if case.content.startswith(b'PK') else 'csv'}"
    (people.folder / file).write_bytes(case.content)
    found = people.read(people.source(file, **case.options))
    assert set(found.hosts) == set(case.hosts)
    for host, variables in case.hosts.items():
        assert found.hosts[host]["ansible_connection"] == "local"
        own = {name for name in found.hosts[host] if not name.startswith("ansible_")}
        assert own == {"mfa_onboarding_factors" if n == "factors" else f"onelogin_{n}" for n in variables}
    for warning in case.warnings:
        assert warning in found.trouble
    assert not any(code in found.text + found.trouble for code in ("042137", "hunter2"))


def test_invalid_rows_fail_and_the_others_are_enrolled(people: People, sim: Simulator) -> None:
    file = "people.xlsx"
    (people.folder / file).write_bytes(as_xlsx(EXAMPLE))
    source = people.source(file, keyed_groups=[{"key": "onelogin_department", "prefix": "department"}])
    bad = {f"{file}_line_3", "pia@example.com"}
    predicted = people.play(source, "--check")
    assert (predicted.failed, sim.writes()) == (bad, [])
    first = people.play(source)
    assert (first.rc, first.failed, first.changed) == (2, bad, {"kelly@example.com", "mia"})
    writes = sim.writes()
    second = people.play(source)
    assert (second.failed, second.changed, sim.writes()) == (bad, set(), writes)
    for run in (predicted, first, second):
        assert {row["host"]: row["msg"] for row in run.results if row["failed"]} == {
            f"{file}_line_3": f"{file}_line_3: {file} line 3, column E-Mail: {LINE_3}",
            "pia@example.com": f"pia@example.com: {file} line 5, column Verified: {LINE_5}",
        }
        assert {row["status"] for row in run.results if row["failed"]} == {"invalid"}
    assert {device["factor"] for device in sim.person("mia")["devices"]} == {"OneLogin Email", "OneLogin SMS"}
    assert len(sim.person("kelly")["devices"]) == 1
    limited = people.play(source, "--limit", "department_Sales:!*line*")
    assert (limited.rc, limited.hosts) == (0, {"kelly@example.com"})


@pytest.mark.parametrize("role", ["challenge", "offboarding", "audit"])
def test_each_role_fails_an_invalid_row_before_it_sends_anything(people: People, sim: Simulator, role: str) -> None:
    people.write("email,user_id", "eve@example.com,seven")
    playbook = {"challenge": "challenge", "offboarding": "offboard", "audit": "audit"}[role]
    factors = {f"mfa_{role}_factors": ["OneLogin SMS"]} if role != "audit" else {}
    for arguments in ([], ["--check"]):
        done = people.play(people.source(), *arguments, role=role, playbook=playbook, **factors)
        (row,) = done.results
        assert (done.failed, row["error"]["code"]) == ({"eve@example.com"}, "invalid")
        assert "people.csv line 2, column user_id: 'seven' is not the id of a OneLogin user" in row["msg"]
    assert [row for row in sim.log() if "/users" in row["path"]] == []


def codes_of(sim: Simulator, *names: str) -> dict[str, str]:
    """The codes that people were sent."""
    return {name: sim.messages(name)[-1]["code"] for name in names}


def test_codes_from_a_column_or_a_file_are_used_and_never_shown(people: People, sim: Simulator) -> None:
    rows = ["username,factor,otp", "kelly,OneLogin SMS,{kelly}", "mia,OneLogin SMS,", "pia,OneLogin SMS,"]
    people.write(*(row.format(kelly="") for row in rows))
    sent = people.play(people.source())
    assert (sent.rc, {row["awaits"] for row in sent.results}) == (0, {"otp"})
    codes = codes_of(sim, "kelly", "mia")
    messages = len(sim.messages())

    people.write(*(row.format(kelly=codes["kelly"]) for row in rows))
    people.write("username;code", f'mia;="{codes["mia"]}"', "rita;111111", file="codes.csv")
    source = people.source(codes="codes.csv", groups={"mia": "onelogin_username == 'mia'"})
    listed = people.read(source)
    assert "codes.csv line 3: there is a code for rita, but no such person in the people file." in listed.trouble
    assert "user_mia" in listed.hosts, "a host never has the name of a group"
    run = people.play(source)
    assert run.statuses == {
        ("kelly", "OneLogin SMS"): "accepted",
        ("user_mia", "OneLogin SMS"): "accepted",
        ("pia", "OneLogin SMS"): "pending",
    }
    assert run.changed == {"kelly", "user_mia"}
    again = people.play(source)
    assert (again.rc, again.changed, len(sim.messages())) == (0, set(), messages)


def test_codes_can_be_typed_at_the_prompt_of_the_guide(people: People, sim: Simulator, tmp_path: Path) -> None:
    people.write("username,factor", "kelly,OneLogin SMS", "mia,OneLogin SMS")
    source = people.source()
    people.play(source)
    codes = codes_of(sim, "kelly", "mia")
    guide = (ROOT / "docs/docsite/rst/guide_inventory.rst").read_text()
    (block,) = re.findall(r"\n((?:    .*\n|\n)+    .*vars_prompt:\n(?:    .*\n|\n)+)", guide)
    (tmp_path / "codes.yml").write_text(dedent(block))
    env = environment(people.folder, sim.url, ONELOGIN_JOURNAL=str(people.folder / "journal.sqlite"))
    terminal = pexpect.spawn(
        str(BIN / "ansible-playbook"),
        ["-i", source, "codes.yml"],
        cwd=people.folder,
        env=env,
        encoding="utf-8",
        timeout=120,
    )
    terminal.expect_exact("Codes, such as jane@example.com: 042137")
    terminal.sendline(f"kelly: {codes['kelly']}, mia: {codes['mia']}")
    printed = terminal.read()
    watch.hear("the terminal", printed)
    assert "MFA onboarding: 2 of 2 done, 2 changed, 0 failed." in printed
    assert {len(sim.person(name)["devices"]) for name in codes} == {1}


def test_the_content_of_a_file_is_never_a_template(people: People, sim: Simulator) -> None:
    people.write(
        "email,firstname,factor,custom_message,{{ 6 * 7 }}",
        "kelly@example.com,{{ 6 * 7 }},SMS,Code {{otp_code}}.,x",
        "{{ 6 * 7 }},,SMS,,",
    )
    source = people.source(keyed_groups=[{"key": "onelogin_firstname"}])
    text = """
- import_playbook: community.onelogin.onboard
- hosts: all
  gather_facts: false
  tasks: [{ansible.builtin.debug: {var: onelogin_firstname}}]
"""
    run = people.play(source, text=text)
    assert run.failed == {"people.csv_line_3"}
    assert "{{ 6 * 7 }}" in run.output
    assert '"42"' not in run.output
    (message,) = sim.messages("kelly")
    assert message["text"] == f"Code {message['code']}."


@pytest.mark.once("it is about the content of files")
@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("hr.people.yml", {"file": "none.csv"}, "none.csv cannot be read: No such file or directory."),
        ("hr.people.yml", {"columns": {"phone": "Cell"}}, 'people.csv line 1: there is no column "Cell"'),
        ("hr.people.yml", {"colums": {}}, "the plugin community.onelogin.people has no option colums."),
        ("hr.yml", {}, "the name of a file of community.onelogin.people must end in .people.yml. Rename the file."),
    ],
)
def test_a_source_that_cannot_be_read_stops_the_play_with_the_reason(
    people: People, sim: Simulator, name: str, options: Mapping[str, Any], reason: str
) -> None:
    people.write("email,factor", "kelly@example.com,OneLogin SMS")
    other = people.write("mia ansible_connection=local onelogin_username=mia", file="other.ini")
    source = people.source(**{"name": name, **options})
    done = people.play(source, "-i", str(other), mfa_onboarding_factors="OneLogin SMS")
    assert f"{source}: " in done.output
    assert reason in " ".join(done.output.split())
    assert f"The inventory is incomplete: {source} could not be read." in " ".join(done.output.split())
    assert (done.failed, sim.writes()) == ({"mia"}, [])
