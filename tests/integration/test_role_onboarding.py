# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_onboarding and its playbook: failures, messages, and second runs."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, ROOT, Simulator
from tests.integration.people import Hosts, Role, one_at_a_time

ROLE = "community.onelogin.mfa_onboarding : "
PROTECT, VOICE = {"factor": "OneLogin Protect"}, {"factor": "OneLogin Voice"}
SMS, EMAIL = ({"factor": f"OneLogin {name}", "verified": True} for name in ("SMS", "Email"))
CODE = {"factor": "OneLogin SMS"}

Start = Callable[..., Simulator]


def _onboard(folder: Path, sim: Simulator) -> Role:
    return Role(folder, sim, "mfa_onboarding", "onboard", mfa_onboarding_wait_timeout=4)


def _journal(onboard: Role) -> dict[str, str]:
    """The option for a journal of the test, for an inventory in another folder."""
    return {"ONELOGIN_JOURNAL": str(onboard.folder / "journal.sqlite")}


@pytest.fixture
def onboard(tmp_path: Path, sim: Simulator) -> Role:
    """Run the playbook against the shared simulator."""
    return _onboard(tmp_path, sim)


def person(name: str, *factors: dict[str, Any]) -> dict[str, Any]:
    return {"onelogin_email": f"{name}@example.com", "mfa_onboarding_factors": list(factors)}


PEOPLE: Hosts = {
    "kelly": person("kelly", VOICE),
    "rita": person("rita", PROTECT),
    "nils": person("nils", VOICE),
    "eve": person("eve", SMS),
    "mia": {"onelogin_username": "mia", "mfa_onboarding_factors": [SMS]},
    "paul": person("paul", SMS),
    "nobody": person("nobody", SMS),
    "unasked": {"onelogin_email": "pia@example.com"},
}
BAD = {"rita": "rejected", "nils": "timeout", "nobody": "unknown_user", "paul": "no_phone", "unasked": "invalid"}


def test_each_host_gets_the_result_of_its_own_person(onboard: Role, sim: Simulator) -> None:
    first = onboard(PEOPLE, mfa_onboarding_sheets="sheets")
    assert {row["host"]: row["status"] for row in first.results if row["failed"]} == BAD
    assert first.failed == set(BAD)
    assert first.changed == {"kelly", "mia"}
    assert first.rc == 2
    assert {row["host"]: row["status"] for row in first.results if not row["failed"]} == {
        "kelly": "accepted",
        "eve": "accepted",
        "mia": "accepted",
    }
    for row in first.results:
        assert set(row) >= {"user", "factor", "changed", "msg", "awaits", "registration", "error"}
        assert str(row["user"]) in row["msg"] or row["host"] == "unasked"
    assert first.row("kelly")["registration"]["device_id"] == sim.person("kelly")["devices"][0]["device_id"]
    assert "No user has the e-mail address nobody@example.com." in first.output
    assert onboard.noted() == {"kelly": "accepted", "rita": "rejected", "nils": "pending", "mia": "accepted"}

    onboard.journal.age(3 * 86400)
    messages, writes = len(sim.messages()), len(sim.writes())
    second = onboard(
        {name: PEOPLE[name] for name in ("kelly", "eve", "mia")},
        mfa_onboarding_journal_keep_days=2,
        mfa_onboarding_sheets="sheets",
    )
    assert (second.rc, second.changed, second.failed) == (0, set(), set())
    assert (len(sim.messages()), len(sim.writes())) == (messages, writes)
    assert onboard.noted() == {}, "old entries that have ended are removed"


def test_a_variable_that_cannot_be_evaluated_fails_only_its_host(onboard: Role, sim: Simulator) -> None:
    hosts = {"kelly": person("kelly", SMS), "mia": {**person("mia", SMS), "onelogin_email": "{{ not_there }}"}}
    run = onboard(hosts)
    assert (run.failed, run.changed) == ({"mia"}, {"kelly"})
    assert "The variable onelogin_email cannot be evaluated" in run.row("mia")["msg"]
    assert "'not_there' is undefined" in run.row("mia")["msg"]


def test_a_list_of_people_needs_no_inventory(onboard: Role, sim: Simulator) -> None:
    users = [{"username": "kelly", **SMS}, {"user_id": sim.person("mia")["user_id"], "factors": [SMS, EMAIL]}]
    users.append({"email": "pia@example.com"})
    run = onboard({}, mfa_onboarding_users=users, mfa_onboarding_factors=[PROTECT], mfa_onboarding_sheets="sheets")
    assert (run.rc, run.hosts, run.changed) == (0, {"localhost"}, {"localhost"})
    assert [(row["user"], row["factor"], row["status"]) for row in run.results] == [
        ("kelly", "OneLogin SMS", "accepted"),
        ("mia@example.com", "OneLogin SMS", "accepted"),
        ("mia@example.com", "OneLogin Email", "accepted"),
        ("pia@example.com", "OneLogin Protect", "accepted"),
    ]

    users.append({"email": "nobody@example.com", **SMS})
    again = onboard({}, mfa_onboarding_users=users, mfa_onboarding_factors=[PROTECT], mfa_onboarding_sheets="sheets")
    assert (again.failed, [row["failed"] for row in again.results]) == ({"localhost"}, [False] * 4 + [True])
    empty = onboard({}, mfa_onboarding_users=[])
    assert (empty.rc, empty.failed) == (2, {"localhost"})
    assert "mfa_onboarding_users is set but empty" in empty.output


def test_check_mode_shows_the_work_and_sends_nothing(onboard: Role, sim: Simulator) -> None:
    hosts = {name: PEOPLE[name] for name in ("kelly", "rita", "eve", "mia", "nobody")} | {"pia": person("pia", CODE)}
    run = onboard(
        hosts,
        "--check",
        "--diff",
        mfa_onboarding_sheets="sheets",
        mfa_onboarding_report=str(onboard.folder / "reports"),
    )
    assert sim.writes() == []
    assert (run.failed, run.changed) == ({"nobody"}, {"kelly", "rita", "mia", "pia"})
    assert "kelly@example.com, OneLogin Voice: The factor would be enrolled." in run.output
    assert "mia, OneLogin SMS: The factor would be enrolled." in run.output
    assert '+    "factor": "OneLogin Voice"' in run.output
    (report,) = onboard.folder.glob("reports/*.json")
    assert len(json.loads(report.read_text())["rows"]) == len(hosts), "the plan"
    assert run.row("eve")["msg"].endswith("The user has a device for the factor.")


def test_a_code_is_sent_by_a_later_run(tmp_path: Path, start: Start) -> None:
    sim = start("--count", "40", "--seed", "3")
    onboard = _onboard(tmp_path, sim)
    names = [f"person{number:05d}" for number in range(1, 41)]
    sent = onboard(
        {}, mfa_onboarding_users=[{"username": name, **CODE} for name in names], mfa_onboarding_journal="none"
    )
    assert (sent.rc, {row["awaits"] for row in sent.results}) == (0, {"otp"})
    assert "registration_id" in sent.results[0]["msg"]
    codes = {name: sim.admin("GET", f"/people/{name}/message")["code"] for name in names}
    good = next(name for name in names if codes[name].startswith("0"))
    wrong, silent = [name for name in names if name != good][:2]

    def again(name: str, **more: Any) -> dict[str, Any]:
        (row,) = [row for row in sent.results if row["user"] == name]
        factor = {**CODE, "registration_id": row["registration"]["id"], **more}
        return {"onelogin_username": name, "mfa_onboarding_factors": [factor]}

    hosts = {
        good: again(good, otp=codes[good]),
        wrong: again(wrong, otp=f"{(int(codes[wrong]) + 1) % 1000000:06d}"),
        silent: again(silent),
    }
    messages = len(sim.messages())
    run = onboard(hosts, "-vvv", mfa_onboarding_journal="none")
    assert {row["host"]: row["status"] for row in run.results} == {
        good: "accepted",
        wrong: "otp_rejected",
        silent: "pending",
    }
    assert (run.failed, run.changed) == ({wrong}, {good})
    assert len(sim.messages()) == messages
    for host in (good, wrong):
        assert str(hosts[host]["mfa_onboarding_factors"][0]["otp"]) not in run.output

    unquoted = onboard({silent: again(silent, otp=17503)}, mfa_onboarding_journal="none")  # as YAML reads 042137
    assert (unquoted.failed, "in quotes" in unquoted.row(silent)["msg"]) == ({silent}, True)
    assert len(sim.messages()) == messages


def test_the_role_finds_its_registrations_in_the_journal(tmp_path: Path, start: Start) -> None:
    sim = start("--count", "3", "--seed", "3")
    onboard = _onboard(tmp_path, sim)
    hosts = {f"person{number:05d}": person(f"person{number:05d}", CODE) for number in (1, 2, 3)}
    sent = onboard(hosts)
    assert (sent.rc, len(sim.messages())) == (0, 3)
    assert "registration_id" not in sent.results[0]["msg"]
    assert onboard.journal.file.stat().st_mode & 0o777 == 0o600, "beside the inventory"

    name = "person00001"
    code = sim.admin("GET", f"/people/{name}/message")["code"]
    hosts[name] = person(name, {**CODE, "otp": code})
    run = onboard(hosts)
    assert {row["host"]: row["status"] for row in run.results} == {
        name: "accepted",
        "person00002": "pending",
        "person00003": "pending",
    }
    assert (run.changed, len(sim.messages())) == ({name}, 3)
    assert {row["registration"]["id"] for row in run.results} == {row["registration"]["id"] for row in sent.results}


def test_without_an_inventory_the_journal_is_in_the_current_folder(onboard: Role, tmp_path: Path) -> None:
    onboard({}, mfa_onboarding_users=[{"username": "kelly", **SMS}])
    assert onboard.journal.file.exists()


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_an_enrolment_makes_two_calls_per_person_and_a_second_run_one(tmp_path: Path, start: Start) -> None:
    count, pages, groups = 120, 2, 5
    sim = start("--count", str(count))
    onboard = _onboard(tmp_path, sim)
    users = [{"email": f"person{number:05d}@example.com"} for number in range(1, count + 1)]

    def calls() -> int:
        total: int = sim.admin("GET", "/log/summary")["total"]
        return total

    first = onboard({}, mfa_onboarding_users=users, mfa_onboarding_factors=[SMS])
    assert (first.rc, len(first.results)) == (0, count)
    used = calls()
    assert used <= 2 * count + pages + groups + 3
    second = onboard({}, mfa_onboarding_users=users, mfa_onboarding_factors=[SMS])
    assert (second.rc, second.changed) == (0, set())
    assert calls() - used <= count + pages + groups + 2


def test_serial_processes_batches_in_sequence(onboard: Role, sim: Simulator) -> None:
    text = """
- hosts: all
  gather_facts: false
  serial: 2
  roles: [community.onelogin.mfa_onboarding]
"""
    hosts = {name: person(name, SMS) for name in ("kelly", "rita", "nobody", "nils", "mia")}
    run = onboard(hosts, text=text)
    assert (run.changed, run.failed) == ({"kelly", "rita", "nils", "mia"}, {"nobody"})
    assert [row["host"] for row in run.results] == ["mia"]
    assert sim.count("POST", "/registrations") == 4


def test_limit_selects_the_hosts(onboard: Role, sim: Simulator) -> None:
    run = onboard({name: person(name, SMS) for name in ("kelly", "mia")}, "--limit", "mia")
    assert run.hosts == {"mia"}
    assert sim.person("kelly")["devices"] == []


@pytest.mark.parametrize("limit", ["!kelly", "kelly,mia,!kelly", "no-such-host,mia"])
def test_a_limit_can_be_any_pattern(onboard: Role, limit: str) -> None:
    run = onboard({name: person(name, SMS) for name in ("kelly", "mia")}, "--check", "--limit", limit)
    assert (run.rc, run.hosts) == (0, {"mia"}), run.output


def test_factors_can_be_role_variables_and_differ_by_host(onboard: Role, sim: Simulator) -> None:
    text = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/community.onelogin.onelogin:
      client_secret: "{{ secret }}"
  tasks:
    - ansible.builtin.include_role:
        name: community.onelogin.mfa_onboarding
      vars:
        mfa_onboarding_factors: [{factor: "{{ kind }}", verified: true}]
      when: kind != "none"
"""
    hosts = {
        "kelly": {**person("kelly"), "kind": "OneLogin SMS"},
        "mia": {**person("mia"), "kind": "OneLogin Email"},
        "left_out": {**person("rita"), "kind": "none"},
    }
    run = onboard(hosts, text=text, secret=CLIENT_SECRET, env={"ONELOGIN_CLIENT_SECRET": "wrong-secret"})
    assert (run.rc, run.changed) == (0, {"kelly", "mia"})
    assert run.statuses == {("kelly", "OneLogin SMS"): "accepted", ("mia", "OneLogin Email"): "accepted"}


@pytest.mark.parametrize("where", ["the play", "the role"])
def test_variables_can_be_templates_with_the_name_of_the_host(onboard: Role, sim: Simulator, where: str) -> None:
    own = {"onelogin_email": "{{ inventory_hostname }}@example.com", "mfa_onboarding_factors": "{{ wanted }}"}
    call = {"ansible.builtin.include_role": {"name": "community.onelogin.mfa_onboarding"}}
    of_play, of_role = (own, {}) if where == "the play" else ({}, own)
    text = json.dumps([{"hosts": "all", "gather_facts": False, "vars": of_play, "tasks": [{**call, "vars": of_role}]}])
    run = onboard({"kelly": {"wanted": [SMS]}, "mia": {"wanted": [EMAIL]}, "nobody": {"wanted": [SMS]}}, text=text)
    assert (run.changed, run.failed) == ({"kelly", "mia"}, {"nobody"})
    assert {(row["user"], row["factor"], row["status"]) for row in run.results} == {
        ("kelly@example.com", "OneLogin SMS", "accepted"),
        ("mia@example.com", "OneLogin Email", "accepted"),
        ("nobody@example.com", "OneLogin SMS", "unknown_user"),
    }


def test_a_host_that_a_condition_excludes_is_skipped(onboard: Role, sim: Simulator) -> None:
    text = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: community.onelogin.mfa_onboarding}
      when: inventory_hostname != "rita"
    - ansible.builtin.debug: {var: mfa_onboarding_results}
      run_once: true
    - ansible.builtin.include_role: {name: community.onelogin.mfa_onboarding}
      vars: {mfa_onboarding_factors: [{factor: OneLogin Email, verified: true}]}
      when: inventory_hostname not in ["rita", "kelly"]
"""
    # This excludes the first host, and a host of an earlier call.
    hosts = {name: person(name, SMS) for name in ("rita", "kelly", "mia", "nils")}
    run = onboard(hosts, text=text)
    assert (run.rc, run.changed) == (0, {"kelly", "mia", "nils"}), run.output
    assert run.statuses == {("mia", "OneLogin Email"): "accepted", ("nils", "OneLogin Email"): "accepted"}
    assert {name: sorted(device["factor"] for device in sim.person(name)["devices"]) for name in hosts} == {
        "rita": [],
        "kelly": ["OneLogin SMS"],
        "mia": ["OneLogin Email", "OneLogin SMS"],
        "nils": ["OneLogin Email", "OneLogin SMS"],
    }


def test_a_second_call_of_the_role_is_only_for_its_hosts(onboard: Role, sim: Simulator) -> None:
    text = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: community.onelogin.mfa_onboarding}
    - ansible.builtin.include_role: {name: community.onelogin.mfa_onboarding}
      vars: {mfa_onboarding_factors: [{factor: OneLogin Email, verified: true}]}
      when: inventory_hostname == "mia"
"""
    hosts = {"mia": person("mia", SMS), "kelly": person("kelly", CODE)}
    run = onboard(hosts, text=text)
    assert (run.rc, run.statuses) == (0, {("mia", "OneLogin Email"): "accepted"})
    assert len(sim.messages("kelly")) == 1


def test_a_strategy_without_run_once_is_refused(onboard: Role, sim: Simulator) -> None:
    text = """
- hosts: all
  gather_facts: false
  strategy: free
  roles: [community.onelogin.mfa_onboarding]
"""
    hosts = {name: person(name, SMS) for name in ("kelly", "mia", "rita")}
    run = onboard(hosts, text=text)
    assert (run.rc, sim.writes()) == (2, [])
    assert "The strategy of the play is free. Use linear" in run.output


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_a_person_with_two_factors_fails_if_one_fails(onboard: Role) -> None:
    run = onboard({"kelly": person("kelly", SMS, EMAIL), "mia": person("mia", SMS, {"factor": "no such factor"})})
    assert (run.failed, run.changed) == ({"mia"}, {"kelly"})
    assert run.statuses == {
        ("kelly", "OneLogin SMS"): "accepted",
        ("kelly", "OneLogin Email"): "accepted",
        ("mia", "OneLogin SMS"): "accepted",
        ("mia", "no such factor"): "unknown_factor",
    }


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_without_waiting_a_pending_registration_is_not_a_failure(onboard: Role) -> None:
    run = onboard({"nils": person("nils", VOICE)}, mfa_onboarding_wait=False)
    assert (run.rc, run.row("nils")["awaits"]) == (0, "user")
    assert "The person still has to confirm it." in run.output


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_invalid_options_of_the_wait_fail_the_people_who_wait(onboard: Role) -> None:
    hosts = {"kelly": person("kelly", VOICE), "mia": person("mia", SMS)}
    run = onboard(hosts, mfa_onboarding_wait_timeout=-1)
    assert (run.failed, run.row("kelly")["error"]["code"]) == ({"kelly"}, "invalid")


def test_an_invalid_value_of_a_host_fails_only_that_host(onboard: Role) -> None:
    hosts = {
        "kelly": person("kelly", {**SMS, "colour": "red"}),
        "rita": {"onelogin_user_id": "seven", "mfa_onboarding_factors": [SMS]},
        "twin": person("mia", SMS),
        "mia": person("mia", SMS),
    }
    run = onboard(hosts)
    assert (run.failed, run.changed) == ({"kelly", "rita", "mia"}, {"twin"})
    assert "Host twin requests the same." in run.row("mia")["msg"]


def test_every_variable_can_be_text(onboard: Role, sim: Simulator) -> None:
    texts = {
        "mfa_onboarding_users": "kelly@example.com\nmia",
        "mfa_onboarding_factors": '[{"factor": "OneLogin SMS", "verified": "true"}]',
        "mfa_onboarding_wait": "false",
        "mfa_onboarding_wait_timeout": "4",
        "mfa_onboarding_concurrency": "1",
        "mfa_onboarding_challenge": "no",
        "mfa_onboarding_max_fail_percentage": "50",
        "mfa_onboarding_journal_keep_days": "30",
    }
    sim.set(latency=50)
    run = onboard({}, *(part for name, text in texts.items() for part in ("-e", json.dumps({name: text}))))
    assert (run.rc, run.changed) == (0, {"localhost"})
    assert one_at_a_time(sim)
    assert [(row["user"], row["status"]) for row in run.results] == [
        ("kelly@example.com", "accepted"),
        ("mia", "accepted"),
    ]


def test_an_invalid_setting_is_refused_before_any_enrolment(onboard: Role, sim: Simulator) -> None:
    run = onboard({"kelly": person("kelly", VOICE)}, mfa_onboarding_wait_timeout="soon")
    assert run.rc != 0
    assert "mfa_onboarding_wait_timeout" in run.output
    assert sim.writes() == []


def test_each_tag_is_safe_alone(onboard: Role, sim: Simulator) -> None:
    hosts = {"nils": person("nils", VOICE), "kelly": person("kelly", SMS), "nobody": person("nobody", SMS)}
    planned = onboard(hosts, "--tags", "mfa_plan", mfa_onboarding_report=str(onboard.folder / "reports"))
    assert (planned.rc, planned.results, sim.writes()) == (0, [], [])
    assert not (onboard.folder / "reports").exists()
    assert "3 people, 3 items." in planned.output
    skipped = onboard(hosts, "--skip-tags", "mfa_register")
    assert (skipped.changed, skipped.failed, sim.writes()) == (set(), {"nobody"}, [])
    assert onboard(hosts, "--tags", "something_else").results == []
    for tag in ("mfa_wait", "mfa_report", "mfa_challenge"):
        looked = onboard(hosts, "--tags", tag)
        assert (looked.changed, looked.failed, sim.writes()) == (set(), {"nobody"}, []), tag
    made = onboard(hosts, "--tags", "mfa_register")
    assert (made.changed, made.row("nils")["status"]) == ({"nils", "kelly"}, "pending")
    writes = len(sim.writes())
    waited = onboard(hosts, "--tags", "mfa_wait")
    assert (waited.changed, waited.row("nils")["status"], len(sim.writes())) == (set(), "timeout", writes)
    assert onboard(hosts, "--skip-tags", "mfa_wait").row("nils")["status"] == "pending"


def test_too_many_failures_end_the_play(onboard: Role, sim: Simulator) -> None:
    text = """
- hosts: all
  gather_facts: false
  serial: 2
  roles: [community.onelogin.mfa_onboarding]
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: the next play
"""
    hosts = {name: person(name, SMS) for name in ("kelly", "nobody", "mia", "rita")}
    run = onboard(hosts, text=text, mfa_onboarding_max_fail_percentage=40)
    why = "1 of 2 hosts failed, and max_fail_percentage allows 40 %, so the play ends."
    assert why in run.output
    assert (run.rc, run.hosts, run.failed, run.changed) == (2, {"kelly", "nobody"}, {"nobody"}, {"kelly"})
    assert "the next play" not in run.output
    assert sim.count("POST", "/registrations") == 1
    own = text.replace("  serial: 2", "  serial: 2\n  max_fail_percentage: 40")
    assert onboard(hosts, text=own).hosts == {"kelly", "nobody"}
    go_on = onboard(hosts, text=text, mfa_onboarding_max_fail_percentage="50%")
    assert (go_on.failed, go_on.output.count("the next play")) == ({"nobody"}, 3)


def test_the_first_host_does_not_decide_whether_others_fail(onboard: Role) -> None:
    for order in (("kelly", "nobody", "ghost", "mia"), ("nobody", "kelly", "mia", "ghost"), ("ghost", "nobody")):
        run = onboard({name: person(name, SMS) for name in order}, mfa_onboarding_max_fail_percentage=30)
        assert (run.rc, run.failed) == (2, {"nobody", "ghost"})
        assert "2 of " in run.output.partition("max_fail_percentage allows 30 %")[0]


def test_codes_are_given_by_name_and_unknown_names_are_reported(onboard: Role, sim: Simulator) -> None:
    sim.set(answer="never")
    code = {"factor": "OneLogin SMS"}
    hosts = {
        "kelly": person("kelly", code),
        "mia": {"onelogin_username": "mia", "mfa_onboarding_factors": [code, {"factor": "OneLogin Email"}]},
        "nils": person("nils", code),
        "rita": person("rita", code),
    }
    assert onboard(hosts).changed == set(hosts)
    codes = {name: sim.messages(name)[-1]["code"] for name in ("kelly", "nils")}
    codes |= {"MIA": {"onelogin sms": next(row["code"] for row in sim.messages("mia") if row["kind"] == "sms")}}
    given = {
        "kelly@example.com": codes["kelly"],
        "MIA": codes["MIA"],
        "nils": codes["nils"],
        "jhon": "042137",
        "rita": "",
    }
    run = onboard(hosts, "-l", "kelly,mia,rita", mfa_onboarding_codes=given)
    assert run.changed == {"kelly", "mia"}
    assert {(row["host"], row["factor"]): row["status"] for row in run.results} == {
        ("kelly", "OneLogin SMS"): "accepted",
        ("mia", "OneLogin SMS"): "accepted",
        ("mia", "OneLogin Email"): "pending",
        ("rita", "OneLogin SMS"): "pending",
    }
    assert "There is a code for jhon, but no such person in this run." in run.output
    assert "code for nils" not in run.output
    again = onboard(hosts, mfa_onboarding_codes=json.dumps({"nils": codes["nils"], "mia": "042137"}))
    assert (again.changed, again.failed) == ({"nils"}, {"mia"})
    assert "can be for several factors. Write it as {OneLogin SMS: code}." in again.output


@pytest.mark.parametrize("place", ["beside", "folder", "limit", "alone"])
def test_an_inventory_that_was_not_read_fails(onboard: Role, sim: Simulator, tmp_path: Path, place: str) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    bad = folder / "bad.onelogin.yml"
    bad.write_text("plugin: community.onelogin.users\nfeilds: [id]\n")
    (folder / "group_vars").mkdir()
    (folder / "README.txt~").write_text("not an inventory")
    (folder / "good.yml").write_text("all: {hosts: {kelly: {onelogin_username: kelly}}}")
    arguments = {
        "beside": ["-i", str(folder / "good.yml"), "-i", str(bad)],
        "folder": ["-i", str(folder)],
        "limit": ["-i", str(folder), "-l", "kelly"],
        "alone": ["-i", str(bad)],
    }
    run = onboard({}, *arguments[place], mfa_onboarding_factors=[SMS])
    assert (run.rc != 0, sim.writes()) == (True, [])
    assert f"The inventory is incomplete: {bad} could not be read." in run.output
    bad.unlink()
    if place in ("folder", "limit"):
        assert onboard({}, *arguments[place], mfa_onboarding_factors=[SMS]).changed == {"kelly"}


def test_an_enrolled_person_is_challenged_once_on_the_new_device(onboard: Role, sim: Simulator) -> None:
    hosts = {"kelly": person("kelly", VOICE), "mia": person("mia", SMS), "pia": person("pia", PROTECT)}
    sim.fault("503", "GET", f"{sim.person('pia')['user_id']}/verifications/", times=None)
    run = onboard(hosts, mfa_onboarding_sheets="sheets", mfa_onboarding_challenge=True, mfa_onboarding_wait_events=True)
    assert (run.failed, sim.count("POST", "/verifications")) == ({"pia"}, 2)
    assert sim.count("GET", "/api/1/events/types") == 2, "once for each wait"
    assert run.row("kelly")["verification"]["status"] == "accepted"
    assert "No poll succeeded within 4 s" in run.row("pia")["msg"]
    activated = {row["user_id"]: row["status"] for row in onboard.journal.rows() if row["kind"] == "verification"}
    assert activated == {sim.person("kelly")["user_id"]: "accepted", sim.person("pia")["user_id"]: "pending"}
    again = onboard(hosts, mfa_onboarding_sheets="sheets", mfa_onboarding_challenge=True)
    assert (again.changed, sim.count("POST", "/verifications")) == (set(), 2)


def test_the_report_is_written_even_if_everything_fails(onboard: Role, tmp_path: Path) -> None:
    hosts = {name: person(name, SMS) for name in ("kelly", "mia")}
    folder = tmp_path / "reports"
    run = onboard(hosts, mfa_onboarding_report=str(folder), env={"ONELOGIN_CLIENT_SECRET": "wrong-secret"})
    assert run.failed == {"kelly", "mia"}
    assert {path.suffix for path in folder.iterdir()} == {".json", ".csv", ".xml", ".html"}
    (report,) = folder.glob("*.json")
    rows = json.loads(report.read_text())["rows"]
    assert {row["status"] for row in rows} == {"unauthorized"}
    assert "wrong-secret" not in "".join(path.read_text() for path in folder.iterdir())


def test_the_role_does_not_use_become_of_the_play(onboard: Role, tmp_path: Path) -> None:
    env = {"ANSIBLE_BECOME": "1", "ANSIBLE_BECOME_ALLOW_SAME_USER": "1", "ANSIBLE_BECOME_EXE": "/nowhere/sudo"}
    run = onboard({"kelly": person("kelly", SMS)}, mfa_onboarding_report=str(tmp_path / "reports"), env=env)
    assert (run.rc, run.changed) == (0, {"kelly"}), run.output
    assert list((tmp_path / "reports").glob("*.html"))


@pytest.mark.shows("*", "sheets/*", "a sheet is for its person to read")
def test_sheets_are_written_and_their_secrets_appear_nowhere_else(
    onboard: Role, sim: Simulator, tmp_path: Path
) -> None:
    folder = tmp_path / "sheets"
    hosts = {"nils": person("nils", {"factor": "Authenticator"}), "mia": person("mia", SMS)}
    shown = """
- import_playbook: community.onelogin.onboard
- hosts: all
  gather_facts: false
  tasks: [{ansible.builtin.debug: {var: "hostvars[inventory_hostname]"}}]
"""
    run = onboard(
        hosts, "-vvvv", text=shown, mfa_onboarding_sheets=str(folder), mfa_onboarding_report=str(tmp_path / "r")
    )
    assert run.changed == {"nils", "mia"}
    (sheet,) = folder.iterdir()
    key = re.search(r'id="key">([^<]+)<', sheet.read_text())
    assert key
    seed = key[1].replace(" ", "")
    assert pyotp.TOTP(seed).verify(sim.admin("GET", "/people/nils/totp")["code"], valid_window=1)
    assert seed not in run.output
    assert [path for path in tmp_path.rglob("*") if path.is_file() and seed.encode() in path.read_bytes()] == [sheet]
    assert key[1] not in run.output

    again = onboard(hosts, mfa_onboarding_sheets=str(folder))
    assert (again.changed, [sheet]) == (set(), list(folder.iterdir()))
    folder.chmod(0o755)
    writes = len(sim.writes())
    refused = onboard({"pia": person("pia", PROTECT)}, mfa_onboarding_sheets=str(folder))
    assert refused.rc != 0
    assert ("sheets" in refused.output, len(sim.writes())) == (True, writes)


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_the_inventory_of_departments_sets_the_factors(onboard: Role, start: Start) -> None:
    sim = start("--people", str(ROOT / "examples/people.csv"), "--answer-after", "1")
    onboard.sim = sim
    inventory = str(ROOT / "examples/inventories/departments/hosts.yml")
    run = onboard(
        {}, "-i", inventory, env=_journal(onboard), mfa_onboarding_wait_timeout=20, mfa_onboarding_sheets="sheets"
    )
    assert run.rc == 0, run.output
    assert run.statuses == {
        ("amara", "OneLogin Protect"): "accepted",
        ("mei", "Authenticator"): "pending",
        ("olivia", "OneLogin SMS"): "accepted",
        ("olivia", "OneLogin Email"): "accepted",
        ("samuel", "OneLogin SMS"): "accepted",
        ("samuel", "OneLogin Email"): "accepted",
        ("clara", "OneLogin Voice"): "accepted",
    }


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_the_sdk_of_onelogin_lists_the_devices(onboard: Role, sim: Simulator) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import onelogin
    run = onboard({"kelly": person("kelly", {**SMS, "display_name": "Work phone"}, EMAIL)})
    configuration = onelogin.Configuration(host=sim.url, username=CLIENT_ID, password=CLIENT_SECRET)
    with onelogin.ApiClient(configuration) as client:
        request = onelogin.GenerateTokenRequest(grant_type="client_credentials")
        configuration.access_token = onelogin.OAuth2Api(client).generate_token(request).access_token
        mfa = onelogin.MultiFactorAuthenticationApi(client)
        found = mfa.get_authentication_devices(sim.person("kelly")["user_id"])
    assert {(str(device.device_id), device.user_display_name) for device in found} == {
        (row["registration"]["device_id"], row["registration"]["display_name"]) for row in run.results
    }
    assert [row["registration"]["display_name"] for row in run.results] == ["Work phone", "OneLogin Email"]


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_a_person_under_two_names_fails_only_the_later_host(onboard: Role, sim: Simulator) -> None:
    """Only OneLogin shows that it is the same person. A host whose factors are not a list also fails alone."""
    hosts: Hosts = {
        "kelly": person("kelly", SMS),
        "kelly-again": {"onelogin_user_id": 36216766, "mfa_onboarding_factors": [SMS]},
        "rita": {"onelogin_email": "rita@example.com", "mfa_onboarding_factors": 5},
        "mia": {"onelogin_username": "mia", "mfa_onboarding_factors": [SMS]},
    }
    for run in (onboard(hosts, "--check"), onboard(hosts)):
        assert run.failed == {"kelly-again", "rita"}
        assert run.changed >= {"mia"}
        assert "does the same for kelly@example.com" in run.row("kelly-again")["msg"]
        assert "mfa_onboarding_factors must be a list, or the text of one" in run.row("rita")["msg"]
    assert [len(sim.person(name)["devices"]) for name in ("kelly", "rita", "mia")] == [1, 0, 1]


@pytest.mark.once("it is about people and their results; other tests of the role run there")
def test_no_message_is_sent_if_no_report_can_be_written(onboard: Role, sim: Simulator) -> None:
    (onboard.folder / "file").write_text("")
    done = onboard({"kelly": person("kelly", CODE)}, mfa_onboarding_report=str(onboard.folder / "file/reports"))
    assert done.failed == {"kelly"}
    assert "No report can be written in" in done.output
    assert sim.messages() == []
