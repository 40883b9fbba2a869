# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_offboarding and its playbook: which devices it removes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import ROOT, Simulator
from tests.integration.people import Done, Role, host, one_at_a_time

SMS, PROTECT = {"factor": "OneLogin SMS"}, {"factor": "OneLogin Protect"}
EVE = ["Authenticator", "OneLogin Email", "OneLogin Protect", "OneLogin SMS", "OneLogin Voice"]


@pytest.fixture
def offboard(tmp_path: Path, sim: Simulator) -> Role:
    """Run the playbook against the shared simulator."""
    return Role(tmp_path, sim, "mfa_offboarding", "offboard")


def lose(name: str, *what: Any) -> dict[str, Any]:
    return host(name, mfa_offboarding_factors=list(what))


def has(sim: Simulator, name: str) -> list[str]:
    """The names of the factors that a person has."""
    return sorted(device["factor"] for device in sim.person(name)["devices"])


def deletions(sim: Simulator) -> list[str]:
    return [row for row in sim.writes() if row.startswith("DELETE ")]


def calls(sim: Simulator) -> int:
    total: int = sim.admin("GET", "/log/summary")["total"]
    return total


def test_each_host_gets_the_result_of_its_own_person(offboard: Role, sim: Simulator) -> None:
    hosts = {
        # This host is first because the tasks with run_once run on it.
        "rex": lose("rex", SMS),
        "eve": {**host("eve"), "mfa_offboarding_factors": "all"},
        "nora": lose("nora", PROTECT),
        "kelly": lose("kelly", "all"),
        "nobody": lose("nobody", "all"),
        "nobody2": lose("nobody2", SMS),
        "odd": lose("mia", {"factor": "no such factor"}),
    }
    first = offboard(hosts)
    assert (first.rc, first.changed, first.failed) == (2, {"eve", "nora"}, {"nobody", "nobody2", "odd"})
    assert {name: has(sim, name) for name in ("eve", "nora", "rex")} == {
        "eve": [],
        "nora": ["OneLogin SMS"],
        "rex": ["OneLogin Protect"],
    }
    lost: dict[tuple[str, str | None], str] = {("eve", factor): "absent" for factor in EVE}
    assert first.statuses == lost | {
        ("nora", "OneLogin Protect"): "absent",
        ("rex", "OneLogin SMS"): "absent",
        ("kelly", None): "absent",
        ("nobody", None): "unknown_user",
        ("nobody2", "OneLogin SMS"): "unknown_user",
        ("odd", "no such factor"): "unknown_factor",
    }
    assert all(row["changed"] == bool(row["device"]) for row in first.results)
    assert all("registration" not in row for row in first.results)
    assert "No user has the e-mail address nobody@example.com." in first.output
    assert "kelly@example.com: The user has no device." in first.output
    assert "rex@example.com, OneLogin SMS: The user has no such device." in first.output

    removed = len(deletions(sim))
    assert removed == 6
    second = offboard({name: hosts[name] for name in ("eve", "nora", "rex", "kelly")})
    assert (second.rc, second.changed, second.failed) == (0, set(), set())
    assert len(deletions(sim)) == removed


def test_check_mode_shows_the_removals_and_removes_nothing(offboard: Role, sim: Simulator) -> None:
    hosts = {
        "eve": lose("eve", "all"),
        "nora": lose("nora", SMS),
        "rex": lose("rex", SMS),
        "nobody": lose("nobody", SMS),
    }
    run = offboard(hosts, "--check", "--diff")
    assert (run.changed, run.failed) == ({"eve", "nora"}, {"nobody"})
    assert sim.writes() == []
    assert "nora@example.com, OneLogin SMS: The device would be removed." in run.output
    assert '-    "type_display_name": "OneLogin SMS"' in run.output


@pytest.mark.parametrize("more", [{}, {"mfa_offboarding_factors": []}, {"mfa_offboarding_factors": ""}])
def test_a_person_without_factors_is_refused(offboard: Role, sim: Simulator, more: dict[str, Any]) -> None:
    run = offboard({}, mfa_offboarding_users=[{"email": "eve@example.com"}], **more)
    assert (run.rc, run.failed) == (2, {"localhost"})
    assert "No factor is set. Set mfa_offboarding_factors" in run.output
    assert deletions(sim) == []


def test_each_person_of_a_list_loses_the_named_factors(offboard: Role, sim: Simulator) -> None:
    (protect,) = (device["device_id"] for device in sim.person("rex")["devices"])
    users = [
        # The list has the form that the onboarding role uses.
        {
            "username": "eve",
            "factors": [{**SMS, "verified": True, "display_name": "Phone"}, {"factor": "onelogin voice"}],
        },
        {"email": "rex@example.com", "device_id": protect},
        {"user_id": sim.person("nora")["user_id"]},
    ]
    sim.set(latency=50)
    offboard.variables["mfa_offboarding_concurrency"] = 1
    run = offboard({}, mfa_offboarding_users=users, mfa_offboarding_factors="OneLogin SMS, OneLogin Email")
    assert (run.rc, run.hosts, run.changed) == (0, {"localhost"}, {"localhost"})
    assert [(row["factor"], row["changed"]) for row in run.results] == [
        ("OneLogin SMS", True),
        ("OneLogin Voice", True),
        ("OneLogin Protect", True),
        ("OneLogin SMS", True),
        ("OneLogin Email", False),
    ]
    assert [has(sim, name) for name in ("eve", "rex", "nora")] == [EVE[:3], [], ["OneLogin Protect"]]

    again = offboard({}, mfa_offboarding_users="nora@example.com, rex", mfa_offboarding_factors="ALL")
    assert (again.rc, again.changed, has(sim, "nora")) == (0, {"localhost"}, [])
    assert one_at_a_time(sim)


@pytest.mark.once("it is about the numbers of people; other tests of the role run there")
@pytest.mark.parametrize("empty", [[], "", None])
def test_an_empty_list_of_people_never_means_the_hosts(offboard: Role, sim: Simulator, empty: Any) -> None:
    run = offboard({"eve": lose("eve", "all")}, mfa_offboarding_users=empty)
    assert (run.rc, sim.writes()) == (2, [])
    assert "mfa_offboarding_users is set but empty" in run.output


def test_a_person_under_two_names_is_processed_once(offboard: Role, sim: Simulator) -> None:
    # The names differ, so only OneLogin shows that it is the same person.
    other = {"onelogin_username": "eve", "mfa_offboarding_factors": ["OneLogin SMS"]}
    whole = {"onelogin_user_id": sim.person("eve")["user_id"], "mfa_offboarding_factors": "all"}
    hosts = {"first": lose("eve", "all"), "twin": lose("EVE", SMS), "other": other, "whole": whole}
    run = offboard({**hosts, "rex": lose("rex", "all")})
    assert len(deletions(sim)) == 5 + 1
    assert run.failed >= {"twin", "whole"}
    assert "Host first already removes all devices of this person." in run.of("twin")[0]["msg"]
    assert "does the same for eve@example.com" in run.row("whole")["msg"]
    assert run.failed <= set(hosts), "the second host can fail as a duplicate"


MANY = {name: lose(name, "all") for name in ("eve", "nora", "rex")}


@pytest.mark.parametrize("argument", ["--check", "--diff", "--tags=mfa_remove", "--tags=mfa_plan"])
def test_more_people_than_the_maximum_are_refused(offboard: Role, sim: Simulator, argument: str) -> None:
    run = offboard(MANY, argument, mfa_offboarding_max_people="2")
    assert (run.rc, run.changed, run.results) == (2, set(), [])
    assert "3 people, and mfa_offboarding_max_people allows 2" in run.output
    assert calls(sim) <= 2, "only the rate limit is read"


@pytest.mark.once("it is about the numbers of people; other tests of the role run there")
def test_the_default_maximum_is_ten_people(offboard: Role, sim: Simulator) -> None:
    people = [f"nobody{number}" for number in range(10)]
    assert (
        "This run is for"
        not in offboard({}, "--check", mfa_offboarding_users=people, mfa_offboarding_factors="all").output
    )
    eleven = offboard({}, "--check", mfa_offboarding_users=[*people, "eve"], mfa_offboarding_factors="all")
    assert "11 people, and mfa_offboarding_max_people allows 10" in eleven.output


SERIAL = """
- hosts: all
  gather_facts: false
  serial: 1
  roles: [community.onelogin.mfa_offboarding]
"""


def test_the_maximum_counts_the_people_of_all_serial_batches(offboard: Role, sim: Simulator) -> None:
    run = offboard(MANY, text=SERIAL, mfa_offboarding_max_people=2)
    assert (run.rc, "This run is for 3 people" in run.output, deletions(sim)) == (2, True, [])
    allowed = offboard(MANY, text=SERIAL, mfa_offboarding_max_people=3)
    assert (allowed.rc, allowed.changed) == (0, set(MANY))


@pytest.mark.once("it is about the numbers of people; other tests of the role run there")
def test_the_maximum_counts_only_the_people_of_the_run(offboard: Role, sim: Simulator) -> None:
    run = offboard(MANY, "--limit", "rex", mfa_offboarding_max_people=1)
    assert (run.rc, run.hosts, run.changed) == (0, {"rex"}, {"rex"})
    assert has(sim, "eve") == EVE


@pytest.mark.parametrize("tag", ["mfa_plan", "mfa_report"])
def test_other_tags_alone_remove_nothing(offboard: Role, sim: Simulator, tag: str) -> None:
    run = offboard({"eve": lose("eve", "all")}, "--tags", tag)
    assert (run.rc, run.changed, sim.writes()) == (0, set(), [])
    if tag == "mfa_plan":
        assert "1 person, 1 item." in run.output
    else:
        assert [row["changed"] for row in run.results] == [False] * 5


@pytest.mark.once("it is about the numbers of people; other tests of the role run there")
def test_an_offboarding_makes_one_call_per_person_and_two_per_device(
    tmp_path: Path, start: Callable[..., Simulator]
) -> None:
    sim = start("--people", str(ROOT / "tests/integration/data/people.csv"))
    offboard = Role(tmp_path, sim, "mfa_offboarding", "offboard")
    hosts = {name: {"onelogin_user_id": sim.person(name)["user_id"]} for name in ("eve", "nora", "kelly")}

    def used() -> dict[str, int]:
        sim.admin("DELETE", "/log")
        assert offboard(hosts, mfa_offboarding_factors="all").rc == 0
        counted = [row["method"] for row in sim.log() if row["path"].startswith("/api/")]
        return {method: counted.count(method) for method in ("GET", "DELETE")}

    addresses = 1
    assert used() == {"GET": 3 + 7 + addresses, "DELETE": 7}
    assert used() == {"GET": 3 + addresses, "DELETE": 0}


def test_an_offboarded_person_can_be_enrolled_again(offboard: Role, sim: Simulator, tmp_path: Path) -> None:
    onboard = Role(tmp_path, sim, "mfa_onboarding", "onboard")
    users = [{"email": "kelly@example.com", **SMS, "verified": True}]
    for _round in range(2):
        assert onboard({}, mfa_onboarding_users=users).changed == {"localhost"}
        assert has(sim, "kelly") == ["OneLogin SMS"]
        assert offboard({}, mfa_offboarding_users=users).changed == {"localhost"}
        assert has(sim, "kelly") == []


def test_a_report_is_written(offboard: Role, tmp_path: Path) -> None:
    run: Done = offboard({"eve": lose("eve", "all")}, mfa_offboarding_report=str(tmp_path / "reports"))
    assert run.rc == 0
    (file,) = (tmp_path / "reports").glob("*.json")
    report = json.loads(file.read_text())
    assert (report["totals"]["done"], report["totals"]["people"]) == (5, 1)
