# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin for OneLogin's users, and the guide on inventories."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from tests.integration.conftest import Playbook
from tests.integration.harness import BIN, CLIENT_SECRET, ROOT, Run, Simulator, environment, run_ansible, run_playbook
from tests.integration.inventories import Inventory

Start = Callable[..., Simulator]
EVERYONE = {"kelly", "rita", "nils", "eve", "rex", "nora", "paul", "mia", "pia"}
USERNAMES: dict[str, Any] = {"hostname": "username"}
GUIDE = ROOT / "docs/docsite/rst/guide_inventory.rst"


class Reading:
    """Read inventories of the users of a simulator."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self.folder, self.sim = folder, sim
        self.file = folder / "onelogin.yml"

    def write(self, **options: Any) -> Path:
        """Write the file of the plugin."""
        self.file.write_text(yaml.safe_dump({"plugin": "community.onelogin.users", **options}))
        return self.file

    def ask(self, command: str, file: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run one of Ansible's commands with an inventory file."""
        given = environment(self.folder, self.sim.url, **env)
        done = run_ansible(self.folder, given, command, "-i", str(file), *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 0, done.stderr
        return done

    def run(self, file: Path, *arguments: str, **env: str) -> Inventory:
        """Read the inventory of a file."""
        done = self.ask("ansible-inventory", file, "--list", *arguments, **env)
        return Inventory(done.stdout, done.stderr)

    def __call__(self, *arguments: str, env: dict[str, str] | None = None, **options: Any) -> Inventory:
        """Read the inventory with these options, which must not have errors."""
        found = self.run(self.write(**options), *arguments, **(env or {}))
        assert "Failed to parse" not in found.trouble, found.trouble
        return found

    def refused(self, env: dict[str, str] | None = None, **options: Any) -> str:
        """Read an inventory that must fail, and return the message."""
        found = self.run(self.write(**options), **(env or {}))
        assert found.hosts == {}
        assert re.search(r"Failed to parse .*\bauto'? plugin", found.trouble)
        return found.trouble

    def calls(self) -> list[str]:
        """The calls that count against the rate limit."""
        return [f"{row['method']} {row['path']}" for row in self.sim.log() if row["path"].startswith("/api/")]


@pytest.fixture
def read(tmp_path: Path, sim: Simulator) -> Reading:
    """Inventories of the shared simulator."""
    return Reading(tmp_path, sim)


def test_each_user_is_a_host(read: Reading, sim: Simulator) -> None:
    found = read()
    assert set(found.hosts) == {f"{name}@example.com" for name in EVERYONE}
    kelly = found.hosts["kelly@example.com"]
    assert kelly["onelogin_user_id"] == sim.person("kelly")["user_id"]
    assert kelly["onelogin_username"] == "kelly"
    assert kelly["ansible_connection"] == "local"
    assert kelly["onelogin_user"]["firstname"] == "Kelly"
    assert kelly["onelogin_user"]["group_id"] == 7
    assert "onelogin_mfa_devices" not in kelly
    assert read.calls() == ["GET /api/2/users"]


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_the_name_of_a_host_can_be_chosen(read: Reading) -> None:
    assert set(read(**USERNAMES).hosts) == EVERYONE
    ids = read(hostname=["external_id", "id"], fields=["firstname"]).hosts
    assert all(name == str(row["onelogin_user_id"]) for name, row in ids.items())
    shared = read(hostname=["lastname"]).hosts
    assert {"Slater", "Never"} < set(shared)
    enrolled = {name for name, row in shared.items() if row["onelogin_user"]["lastname"] == "Enrolled"}
    assert len(enrolled) == 3
    assert all(name == f"Enrolled_{shared[name]['onelogin_user_id']}" for name in enrolled)


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_two_users_with_the_same_host_name_are_an_error(tmp_path: Path, start: Start) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,email,firstname\n7,a@example.com,Jo\n8,b@example.com,Jo\n9,c@example.com,Jo_8\n")
    read = Reading(tmp_path, start("--people", str(people)))
    assert "Two users would have the host name Jo_8. Set hostname to id" in read.refused(hostname="firstname")


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
@pytest.mark.parametrize(
    ("filters", "users"),
    [
        ({"email": "k*@example.com"}, {"kelly"}),
        ({"username": "n*", "group_id": 8}, {"nora"}),
        ({"lastname": "Enrolled"}, {"eve", "rex", "nora"}),
        ({"group_id": "7"}, {"kelly", "rita", "nils"}),
        ({"created_since": "2100-01-01T00:00:00Z"}, set()),
        ({"custom_attributes": {"team": "a"}}, set()),
        ({"user_ids": []}, set()),
    ],
)
def test_filters_select_users(read: Reading, filters: dict[str, Any], users: set[str]) -> None:
    assert read(filters=filters).users == users


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_hosts_have_only_the_requested_fields(read: Reading, sim: Simulator) -> None:
    found = read(fields=["group_id", "custom_attributes"])
    for row in found.hosts.values():
        assert set(row["onelogin_user"]) == {"group_id", "custom_attributes"}
        assert row["onelogin_email"]
        assert row["onelogin_username"]
    (query,) = [row["query"] for row in sim.log() if row["path"] == "/api/2/users"]
    assert "firstname" not in query


def test_variables_and_groups_are_constructed(read: Reading) -> None:
    constructed: dict[str, Any] = {
        "compose": {"greeting": "'Hello ' ~ onelogin_user.firstname", "broken": "onelogin_user.no.such"},
        "groups": {"seven": "onelogin_user.group_id == 7"},
        "keyed_groups": [{"key": "onelogin_user.lastname | lower", "prefix": "last"}],
    }
    found = read(**USERNAMES, **constructed)
    assert found["seven"] == {"kelly", "rita", "nils"}
    assert found["last_enrolled"] == {"eve", "rex", "nora"}
    assert found.hosts["eve"]["greeting"] == "Hello Eve"
    assert "broken" not in found.hosts["eve"]
    assert "Could not set broken for host" in read.refused(strict=True, **constructed)


def test_hosts_have_their_enrolled_factors(read: Reading, sim: Simulator, playbook: Playbook) -> None:
    found = read(**USERNAMES, mfa=True)
    assert found["mfa_none"] == {"kelly", "rita", "nils", "paul", "mia", "pia"}
    assert found["mfa_onelogin_protect"] == {"eve", "rex", "nora"}
    assert found["mfa_onelogin_sms"] == {"eve", "nora"}
    assert found["mfa_authenticator"] == {"eve"}
    assert found.hosts["nora"]["onelogin_mfa_factors"] == ["OneLogin Protect", "OneLogin SMS"]
    assert found.hosts["kelly"]["onelogin_mfa_devices"] == []
    ids = [row["onelogin_user_id"] for row in found.hosts.values()]
    wanted = ["GET /api/2/users", *(f"GET /api/2/mfa/users/{user_id}/devices" for user_id in sorted(ids))]
    assert sorted(read.calls()) == sorted(wanted)
    assert sim.count("POST", "/token") == 1
    done = playbook([{"community.onelogin.mfa_device_info": {"username": "eve"}}])
    assert found.hosts["eve"]["onelogin_mfa_devices"] == done.only["devices"]
    assert read(mfa=True, mfa_prefix="Has ", **USERNAMES)["Has_onelogin_voice"] == {"eve"}


def test_the_group_of_users_without_mfa_exists_even_if_it_is_empty(read: Reading) -> None:
    found = read(mfa=True, filters={"email": "eve@example.com"})
    assert "mfa_none" in found.groups["all"]["children"]


def test_a_user_removed_during_the_reading_is_left_out(read: Reading, sim: Simulator) -> None:
    sim.fault("404", "GET", f"/users/{sim.person('rex')['user_id']}/devices$")
    assert set(read(**USERNAMES, mfa=True).hosts) == EVERYONE - {"rex"}


def test_a_second_run_from_the_cache_makes_no_call(read: Reading, sim: Simulator, start: Start) -> None:
    cache: dict[str, Any] = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(read.folder / "cache")}
    first = read(**USERNAMES, **cache, mfa=True)
    made = len(sim.log())
    second = read(**USERNAMES, **cache, mfa=True)
    assert len(sim.log()) == made
    assert (second.hosts, second["mfa_none"]) == (first.hosts, first["mfa_none"])
    kept = "".join(file.read_text() for file in (read.folder / "cache").iterdir())
    assert "kelly" in kept
    assert CLIENT_SECRET not in kept
    assert "access_token" not in kept

    # The same file is used for another account.
    other = start("--count", "2")
    assert read(**USERNAMES, **cache, mfa=True, env={"ONELOGIN_BASE_URL": other.url}).users == {
        "person00001",
        "person00002",
    }

    # Groups are constructed from the cached data.
    assert read(**USERNAMES, **cache, mfa=True, groups={"k": "inventory_hostname == 'kelly'"})["k"] == {"kelly"}
    assert len(sim.log()) == made
    assert read(**USERNAMES, **cache, mfa=True, filters={"group_id": 8}).users == {"eve", "rex", "nora"}
    assert len(sim.log()) == made + 5
    (read.folder / "nothing.yml").write_text("[{hosts: all, gather_facts: false}]")
    read.ask("ansible-playbook", read.write(**USERNAMES, **cache, mfa=True), "nothing.yml", "--flush-cache")
    assert len(sim.log()) > made + 5


def test_names_are_never_templates(tmp_path: Path, start: Start) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "email,username,firstname\n"
        'a@example.com,"{{ 6 * 7 }}",Ann\n'
        "b@example.com,ben,\"{{ lookup('ansible.builtin.pipe', 'touch owned') }}\"\n"
    )
    read = Reading(tmp_path, start("--people", str(people)))
    cache: dict[str, Any] = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    file = read.write(**USERNAMES, compose={"greeting": "'Hello ' ~ onelogin_user.firstname"}, **cache)
    text = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }}, {{ onelogin_username }}, {{ onelogin_user.firstname }}, {{ greeting }}"
"""
    for _from in ("OneLogin", "the cache"):
        done = run_playbook(tmp_path, text, environment(tmp_path, read.sim.url), "-i", str(file))
        assert done.rc == 0, done.output
        assert '"{{ 6 * 7 }}, {{ 6 * 7 }}, Ann, Hello Ann"' in done.output
        assert done.output.count("touch owned") == 2
        assert not (tmp_path / "owned").exists()


def test_names_are_harmless_in_terminals_logs_and_files(tmp_path: Path, start: Start) -> None:
    """They cannot color or clear a terminal, start a line, reverse text, or leave the folder of the fact cache."""
    people = tmp_path / "people.csv"
    fake = "\nok: [fake]\n::error::fake\r\x1b[2J\x07\x9b31m\u202egnp.exe\u2066"
    people.write_text(
        f'email,username,firstname\na@example.com,"../../outside{fake}","Ann{fake}"\n'
        f'b@example.com,..,"{"long" * 9000}"\n',
        encoding="utf-8",
    )
    read = Reading(tmp_path, start("--people", str(people)))
    file = read.write(**USERNAMES, mfa=True)
    text = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        var: onelogin_user.firstname
    - ansible.builtin.set_fact:
        kept: "{{ onelogin_user.firstname }}"
        cacheable: true
- hosts: all
  gather_facts: false
  roles:
    - role: community.onelogin.mfa_audit
      vars:
        mfa_audit_report: "{{ playbook_dir }}/reports/audit"
"""
    env = environment(
        tmp_path,
        read.sim.url,
        ANSIBLE_CACHE_PLUGIN="jsonfile",
        ANSIBLE_CACHE_PLUGIN_CONNECTION=str(tmp_path / "facts" / "kept" / "cache"),
        ANSIBLE_CALLBACK_RESULT_FORMAT="yaml",
        ANSIBLE_NOCOLOR="1",
    )
    done = run_playbook(tmp_path, text, env, "-i", str(file))
    assert done.rc == 0, done.output
    written = [path for path in (tmp_path / "facts").rglob("*") if path.is_file()]
    assert {path.parent.name for path in written} == {"cache"}
    assert len(written) == 2
    reports = [path.read_text(encoding="utf-8") for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert reports
    for output in (done.output, *reports):
        assert not re.search("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", output)
        assert not re.search("^(ok: .fake|::)", output, re.MULTILINE)
        assert "long" * 200 not in output


def test_keys_that_ansible_reserves_do_not_break_the_cache(tmp_path: Path, start: Start) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "email,username,custom_attributes.__ansible_vault,custom_attributes.__ansible_unsafe,custom_attributes.team\n"
        "a@example.com,ann,no vault,no text,blue\n"
    )
    read = Reading(tmp_path, start("--people", str(people)))
    cache: dict[str, Any] = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    for _from in ("OneLogin", "the cache"):
        found = read(**USERNAMES, **cache, fields=["username", "custom_attributes"])
        assert found.hosts["ann"]["onelogin_user"]["custom_attributes"] == {"team": "blue"}


def test_a_host_never_has_the_name_of_a_group(tmp_path: Path, start: Start) -> None:
    """Nor a name that is special for Ansible. The unique id of the user is appended."""
    people = tmp_path / "people.csv"
    names = [
        "all",
        "ungrouped",
        "localhost",
        "127.0.0.1",
        "sales",
        "department_sales",
        "a/b",
        "a\u200bb",
        "tab\tname",
        "..",
        "../../cache",
        "ann",
    ]
    people.write_text(
        "id,email,username,department\n"
        + "".join(f'{number},u{number}@example.com,"{name}",sales\n' for number, name in enumerate(names, 1)),
        encoding="utf-8",
    )
    read = Reading(tmp_path, start("--people", str(people)))
    found = read(
        **USERNAMES,
        keyed_groups=[{"key": "onelogin_user.department", "prefix": "", "separator": ""}],
        groups={"department_sales": True},
    )
    renamed = ["all_1", "ungrouped_2", "localhost_3", "127.0.0.1_4", "sales_5", "department_sales_6"]
    assert set(found.hosts) == {*renamed, "a_b_7", "a_b_8", "tab name", "__", ".._.._cache", "ann"}
    assert {name: its["onelogin_user_id"] for name, its in found.hosts.items()}["sales_5"] == 5
    assert len(found["sales"]) == len(names)


def test_an_inventory_that_cannot_be_read_names_the_reason(read: Reading, sim: Simulator) -> None:
    wrong = read.refused(env={"ONELOGIN_CLIENT_SECRET": "wrong-secret-4d5e"})
    assert "OneLogin rejected the API credential" in wrong
    assert "Check the client_id and client_secret" in wrong
    assert "wrong-secret-4d5e" not in wrong
    assert read.calls() == []
    sim.fault("wrong_type", "GET", "/users$", params={"field": "id", "type": "null"})
    assert "A user in OneLogin's response has no id. Check the subdomain" in read.refused()
    assert "neither access_token nor both" in read.refused(env={"ONELOGIN_CLIENT_ID": ""})
    small: dict[str, Any] = {"ONELOGIN_CLIENT_ID": "small-id", "ONELOGIN_CLIENT_SECRET": "small-secret-9z8y7x"}
    assert read(env=small).users == EVERYONE
    assert "scope Manage All" in read.refused(env=small, mfa=True, concurrency=1)
    assert sum("/devices" in row["path"] for row in sim.log()) == 1


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"feilds": ["id"]}, "the plugin community.onelogin.users has no option feilds"),
        ({"filters": {"mail": "a*"}}, "filters: mail. Supported parameters include"),
        ({"filters": {"group_id": "seven"}}, "filters: argument 'group_id' is of type"),
        ({"mfa": True, "concurrency": 65}, "concurrency is 65; it must be from 1 to 64"),
        ({"retries": 0}, "retries is 0; it must be from 1 to"),
    ],
)
def test_invalid_options_are_refused(read: Reading, options: dict[str, Any], words: str) -> None:
    assert words in read.refused(**options)
    assert [path for path in read.calls() if path.endswith("/devices")] == []


def test_the_plugin_recognizes_its_files_by_name(read: Reading) -> None:
    for name, accepted in (("Acme.OneLogin.yaml", True), ("people.yml", False)):
        found = read.run(read.write().rename(read.folder / name))
        assert bool(found.hosts) is accepted
        assert ("could not be verified" in found.trouble) is not accepted


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_the_needed_calls_are_compared_with_the_remaining_calls(tmp_path: Path, start: Start) -> None:
    read = Reading(tmp_path, start("--count", "60", "--limit", "30"))
    assert "60 API calls are needed and 29 remain this hour." in read.refused(mfa=True, rate_limit_timeout=0)
    assert [path for path in read.calls() if path.endswith("/devices")] == []


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_progress_lines_can_be_switched_off(read: Reading, sim: Simulator) -> None:
    sim.set(window=2, remaining=3)
    found = read(mfa=True, progress=False)
    assert len(found.users) == 9
    assert "calls are needed" not in found.trouble


@pytest.mark.shows(
    "access token", "*/onelogin-token-*", "a run that a signal ends leaves the file behind, readable only by its owner"
)
def test_progress_lines_are_not_in_the_printed_inventory(tmp_path: Path, start: Start) -> None:
    read = Reading(tmp_path, start("--count", "100", "--limit", "50", "--window", "30"))
    with (tmp_path / "document").open("w") as document:
        process = subprocess.Popen(
            [str(BIN / "ansible-inventory"), "-i", str(read.write(mfa=True)), "--list"],
            cwd=tmp_path,
            env=environment(tmp_path, read.sim.url),
            stdout=document,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stderr
            said = any("onelogin: 100 API calls are needed and 49 remain" in line for line in process.stderr)
            process.terminate()
    assert said
    assert (tmp_path / "document").read_text() == ""


def test_the_variables_of_every_host_can_be_shown(read: Reading) -> None:
    text = """
- hosts: all
  gather_facts: false
  tasks: [{ansible.builtin.debug: {var: "hostvars[inventory_hostname]"}}]
"""
    done = _play(read, text, "-i", str(read.write(mfa=True)))
    assert "onelogin_mfa_devices" in done.output


def test_users_without_mfa_are_enrolled_with_one_token_for_the_run(read: Reading, sim: Simulator) -> None:
    text = """
- hosts: mfa_none:!pia
  gather_facts: false
  roles: [community.onelogin.mfa_onboarding]
  vars: {mfa_onboarding_factors: [{factor: OneLogin Email, verified: true}]}
"""
    done = _play(read, text, "-i", str(read.write(**USERNAMES, mfa=True)))
    assert done.rc == 0, done.output
    enrolled = {name for name in EVERYONE if "OneLogin Email" in _factors(sim, name)}
    assert enrolled == {"eve", "kelly", "rita", "nils", "paul", "mia"}
    assert sim.count("POST", "/registrations") == 5
    assert sim.count("POST", "/token") == 1


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_the_inventory_of_the_example(tmp_path: Path, start: Start) -> None:
    read = Reading(tmp_path, start("--people", str(ROOT / "examples/people.csv")))
    found = read.run(ROOT / "examples/inventories/onelogin.yml")
    assert found["mfa_onelogin_protect"] == {"amara.okafor@example.com"}
    assert len(found.hosts) == len(found["active"]) == 39
    assert len(found["department_sales"] & found["mfa_none"]) == 13
    assert found.hosts["mei.chen@example.com"]["mfa_onboarding_factors"] == [{"factor": "OneLogin Protect"}]


def _play(read: Reading, text: str, *arguments: str) -> Run:
    env = environment(read.folder, read.sim.url, ONELOGIN_JOURNAL=str(read.folder / "journal.sqlite"))
    return run_playbook(read.folder, text, env, *arguments)


def _factors(sim: Simulator, name: str) -> set[str]:
    return {device["factor"] for device in sim.person(name)["devices"]}


# The guide


def _blocks(language: str) -> list[str]:
    """The code blocks of the guide in a language."""
    found = re.findall(
        rf"^\.\. code-block:: {language}\n(?:    :\w+:.*\n)*\n((?:    .*\n|\n)+)", GUIDE.read_text(), re.MULTILINE
    )
    return [dedent(block) for block in found]


def _block(words: str, language: str = "yaml") -> str:
    (block,) = [block for block in _blocks(language) if words in block]
    return block


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_the_inventory_of_the_guide(read: Reading) -> None:
    read.file.write_text(_block("plugin: community.onelogin.users") + _block("cache_plugin"))
    found = read.run(read.file)
    assert (found.users, found["active"]) == (EVERYONE, set(found.hosts))
    assert "rita@example.com" in found["mfa_none"]
    calls = len(read.sim.log())
    assert read.run(read.file).hosts == found.hosts
    assert len(read.sim.log()) == calls


@pytest.mark.once("it is about OneLogin's users; other tests of the plugin run there")
def test_the_csv_file_of_the_guide_sets_the_factors(read: Reading, sim: Simulator) -> None:
    (read.folder / "factors.csv").write_text('email,name,factor\nmia@example.com,"Second, Mia",OneLogin Protect\n')
    (read.folder / "group_vars").mkdir()
    (read.folder / "group_vars/all.yml").write_text(_block("csvfile"))
    text = "- import_playbook: community.onelogin.onboard"
    sheets = ("-e", f"mfa_onboarding_sheets={read.folder}/sheets")
    done = _play(read, text, "-i", str(read.write(filters={"email": "*ia@example.com"})), *sheets)
    assert _factors(sim, "mia") == {"OneLogin Protect"}, done.output
    assert "No factor is set" in done.output
    assert (done.rc, _factors(sim, "pia")) == (2, set())
