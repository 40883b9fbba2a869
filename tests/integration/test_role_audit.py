# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_audit and its playbook: whose devices it reads, its results, and when people fail."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator
from tests.integration.people import Role, host

PEOPLE = ["kelly", "rita", "nils", "eve", "rex", "nora", "paul", "mia", "pia"]
COVERED = ["eve", "rex", "nora"]
FACTORS = {"Authenticator": 1, "OneLogin Email": 1, "OneLogin Protect": 3, "OneLogin SMS": 2, "OneLogin Voice": 1}
ALL: dict[str, Any] = {"mfa_audit_users": "all"}
EVERYONE = {
    "people": 9,
    "covered": 3,
    "unknown": 0,
    "percentage": 33.3,
    "without": [f"{name}@example.com" for name in PEOPLE if name not in COVERED],
    "by_factor": FACTORS,
    "by_group": {"7": {"people": 3, "covered": 0}, "8": {"people": 3, "covered": 3}, "9": {"people": 3, "covered": 0}},
    "by_status": {"active": {"people": 9, "covered": 3}},
}


@pytest.fixture
def audit(tmp_path: Path, sim: Simulator) -> Role:
    """Run the playbook against the shared simulator."""
    return Role(tmp_path, sim, "mfa_audit", "audit")


def calls(sim: Simulator) -> dict[str, int]:
    """The number of API calls, by the end of their paths."""
    paths = [row["path"].rpartition("/")[2] for row in sim.log() if row["path"].startswith("/api/")]
    return {path: paths.count(path) for path in sorted(set(paths))}


def timeless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results without the times at which they were read."""
    return [{name: value for name, value in row.items() if name != "asked_at"} for row in rows]


def test_the_word_all_means_the_whole_account(audit: Role, sim: Simulator) -> None:
    first = audit({}, **ALL)
    assert (first.rc, first.hosts, first.changed) == (0, {"localhost"}, set())
    assert first.facts["mfa_audit_coverage"] == EVERYONE
    assert (calls(sim), sim.writes()) == ({"devices": 9, "users": 1}, [])
    assert "3 of 9 people (33.3 %) have a device." in first.output
    assert len(first.results) == 8 + 6
    (rex,) = (row for row in first.results if row["user"] == "rex@example.com")
    assert {key: rex[key] for key in ("host", "groups", "factor", "status", "user_status", "failed", "error")} == {
        "host": "localhost",
        "groups": ["8"],
        "factor": "OneLogin Protect",
        "status": "enrolled",
        "user_status": "active",
        "failed": False,
        "error": None,
    }
    assert rex["device"]["device_id"] == sim.person("rex")["devices"][0]["device_id"]
    assert {(row["factor"], row["status"]) for row in first.results if row["user"] == "mia@example.com"} == {
        (None, "none")
    }

    for arguments in ([], ["--check"]):
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        again = audit({}, *arguments, **ALL)
        assert (again.rc, again.changed, timeless(again.results)) == (0, set(), timeless(first.results))
        assert again.results[0]["asked_at"] >= started
    assert sim.writes() == []


def test_without_people_nothing_is_audited(audit: Role, sim: Simulator) -> None:
    run = audit({})
    assert (run.rc != 0, "No host is selected" in run.output, sim.log()) == (True, True, [])


@pytest.mark.once("it is about OneLogin's users and figures; other tests of the role run there")
def test_users_take_one_call_for_each_hundred(tmp_path: Path, start: Callable[..., Simulator]) -> None:
    sim = start("--count", "120")
    run = Role(tmp_path, sim, "mfa_audit", "audit")({}, **ALL, mfa_audit_concurrency="32")
    assert (run.rc, run.facts["mfa_audit_coverage"]["people"]) == (0, 120)
    assert calls(sim) == {"devices": 120, "users": 2}
    assert "and 100 more" in run.output


@pytest.mark.once("it is about OneLogin's users and figures; other tests of the role run there")
@pytest.mark.parametrize(
    ("filters", "people"),
    [
        ({"email": "r*@example.com"}, {"rita", "rex"}),
        ({"user_ids": []}, set()),
        ("email=*@example.com, group_id=9", {"paul", "mia", "pia"}),
        ('{"group_id": 8, "fields": ["id"]}', {"eve", "rex", "nora"}),
        ("", set(PEOPLE)),
    ],
)
def test_filters_select_the_users(audit: Role, filters: Any, people: set[str]) -> None:
    run = audit({}, **ALL, mfa_audit_filters=filters)
    assert (run.rc, {row["user"] for row in run.results}) == (0, {f"{name}@example.com" for name in people})


@pytest.mark.once("it is about OneLogin's users and figures; other tests of the role run there")
@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ("colour=red", "colour"),
        ("everybody", "not name=value"),
        ("{email: *}", "begins like"),
        (["x"], "must be a dictionary"),
    ],
)
def test_invalid_filters_are_an_error(audit: Role, sim: Simulator, filters: Any, words: str) -> None:
    run = audit({}, **ALL, mfa_audit_filters=filters)
    assert (run.rc, words in run.output, calls(sim)) == (2, True, {})


@pytest.mark.once("it is about OneLogin's users and figures; other tests of the role run there")
def test_users_are_grouped_by_a_field(audit: Role) -> None:
    run = audit({}, **ALL, mfa_audit_filters={"group_id": 8}, mfa_audit_group_by="lastname")
    assert run.facts["mfa_audit_coverage"]["by_group"] == {"Enrolled": {"people": 3, "covered": 3}}
    blank = audit({}, **ALL, mfa_audit_filters={"group_id": 8}, mfa_audit_group_by="")
    assert (blank.rc, blank.facts["mfa_audit_coverage"]["by_group"]) == (0, {"8": {"people": 3, "covered": 3}})


HOSTS = {
    "eve": host("eve"),
    "mia": {"onelogin_username": "mia"},
    "rex": host("rex", onelogin_user={"status": 2}),
    "nobody": host("nobody"),
    "unnamed": {},
    "twin": {"onelogin_username": "eve"},
}
GROUPS = {"sales": ["eve", "mia", "nobody"], "staff": ["eve", "rex"]}


def test_each_host_fails_for_its_own_person(audit: Role, sim: Simulator) -> None:
    run = audit(HOSTS, groups=GROUPS)
    assert (run.rc, run.changed, run.failed) == (2, set(), {"nobody", "unnamed", "twin"})
    assert run.facts["mfa_audit_coverage"] == {
        "people": 3,
        "covered": 2,
        "unknown": 2,
        "percentage": 66.6,
        "without": ["mia"],
        "by_factor": {**FACTORS, "OneLogin Protect": 2, "OneLogin SMS": 1},
        "by_group": {"sales": {"people": 2, "covered": 1}, "staff": {"people": 2, "covered": 2}},
        "by_status": {"suspended": {"people": 1, "covered": 1}},
    }
    assert "mia: No device is enrolled." in run.output
    assert "No user has the e-mail address nobody@example.com." in run.output
    assert [row["status"] for row in run.of("unnamed")] == ["invalid"]
    assert "does the same for eve@example.com" in run.row("twin")["msg"]
    assert (calls(sim)["devices"], sim.writes()) == (3, [])

    alone = audit(HOSTS, "--limit", "mia", groups=GROUPS)
    assert (alone.rc, alone.hosts, len(alone.results)) == (0, {"mia"}, 1)


def test_hosts_without_a_user_do_not_mean_the_account(audit: Role, sim: Simulator) -> None:
    run = audit({"web1": {}, "web2": {}})
    assert (run.failed, calls(sim)) == ({"web1", "web2"}, {})


def test_each_person_of_a_list_is_read_once(audit: Role, sim: Simulator) -> None:
    users = [
        # The list has the form that the onboarding role uses.
        {"username": "eve", "factors": [{"factor": "OneLogin SMS", "verified": True}, {"factor": "OneLogin Voice"}]},
        {"email": "mia@example.com", "factor": "OneLogin SMS", "otp": "042137"},
        {"user_id": sim.person("rex")["user_id"]},
    ]
    run = audit({}, mfa_audit_users=users)
    coverage = run.facts["mfa_audit_coverage"]
    assert (run.rc, coverage["people"], coverage["covered"], coverage["without"]) == (0, 3, 2, ["mia@example.com"])
    assert (calls(sim)["devices"], "042137" in run.output) == (3, False)

    survey = audit({}, mfa_audit_users="eve@example.com\nnobody")
    assert (survey.rc, survey.facts["mfa_audit_coverage"]["unknown"]) == (2, 1)
    empty = audit({}, mfa_audit_users=[])
    assert (empty.rc, empty.facts["mfa_audit_coverage"]["percentage"]) == (2, None)
    assert "mfa_audit_users is set but empty" in empty.output


@pytest.mark.once("it is about OneLogin's users and figures; other tests of the role run there")
def test_people_without_a_device_fail_below_the_threshold(audit: Role) -> None:
    hosts = {name: host(name) for name in ("eve", "rex", "mia")}
    enough = audit(hosts, mfa_audit_fail_below="66.6")
    assert (enough.rc, enough.failed) == (0, set())
    run = audit(hosts, mfa_audit_fail_below=67)
    assert (run.rc, run.failed) == (2, {"mia"})
    assert (run.facts["mfa_audit_coverage"], run.of("mia")[0]["status"]) == (enough.facts["mfa_audit_coverage"], "none")
    assert "only 2 of 3 people (66.6 %) have one, which is less than 67 %. Enrol a factor" in run.output


@pytest.mark.once("it is about OneLogin's users and figures; other tests of the role run there")
@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"mfa_audit_fail_below": "50 %"}, "3 of 9 people (33.3 %)"),
        ({"mfa_audit_fail_below": 1, "mfa_audit_filters": "email=nobody@*"}, "no one who could have a device"),
        ({"mfa_audit_fail_below": 1, "mfa_audit_users": []}, "mfa_audit_users is set but empty"),
        ({"mfa_audit_fail_below": "most"}, "must be a percentage from 0 to 100"),
        ({"mfa_audit_fail_below": 101}, "must be a percentage from 0 to 100"),
    ],
)
def test_a_host_with_many_people_fails_below_the_threshold(audit: Role, extra: dict[str, Any], words: str) -> None:
    run = audit({}, **{**ALL, **extra})
    assert (run.rc, run.failed, words in run.output) == (2, {"localhost"}, True)


@pytest.mark.parametrize("hosts", [{}, {"eve": host("eve"), "mia": host("mia")}])
def test_a_wrong_credential_fails_everyone(audit: Role, hosts: dict[str, Any]) -> None:
    run = audit(
        hosts, env={"ONELOGIN_CLIENT_SECRET": "wrong-secret"}, **({} if hosts else ALL), mfa_audit_fail_below=50
    )
    assert (run.rc, run.failed) == (2, set(hosts) or {"localhost"})
    assert {row["status"] for row in run.results} == {"unauthorized"}
    assert "client_secret" in run.output


def test_values_from_onelogin_are_never_templates(tmp_path: Path, start: Callable[..., Simulator]) -> None:
    people = tmp_path / "people.csv"
    people.write_text("username,department,phone,sim_enrolled\n{{ 6 * 7 }},{{ 6 * 7 }},+12025550101,OneLogin SMS\n")
    audit = Role(tmp_path, start("--people", str(people)), "mfa_audit", "audit")
    run = audit({}, **ALL, mfa_audit_group_by="department")
    assert (run.rc, "42" in run.facts["mfa_audit_coverage"]["by_group"]) == (0, False)
    assert [(row["user"], row["groups"]) for row in run.results] == [("{{ 6 * 7 }}", ["{{ 6 * 7 }}"])]
    assert "{{ 6 * 7 }}, OneLogin SMS: A device is enrolled." in run.output


def test_a_report_is_written(audit: Role, tmp_path: Path) -> None:
    assert audit({}, **ALL, mfa_audit_report=str(tmp_path / "reports")).rc == 0
    (file,) = (tmp_path / "reports").glob("*.json")
    blanks: dict[str, Any] = {
        f"mfa_report_{name}": "" for name in ("title", "name", "formats", "started", "finished", "done")
    }
    assert audit({}, **ALL, mfa_audit_report=str(tmp_path / "blank"), **blanks).rc == 0
    assert {path.name for path in (tmp_path / "blank").iterdir()} == {
        f"onelogin-mfa.{ending}" for ending in ("json", "csv", "xml", "html")
    }
    report = json.loads(file.read_text())
    assert report["role"] == "mfa_audit"
    assert report["totals"] == {
        "rows": 14,
        "done": 8,
        "open": 6,
        "failed": 0,
        "changed": 0,
        "people": 9,
        "people_done": 3,
        "people_open": 6,
        "people_failed": 0,
    }
    assert {(row["user"], row["name"], row["label"]) for row in report["rows"] if row["user"][0] in "em"} == {
        ("eve@example.com", "Eve Enrolled", "has MFA"),
        ("mia@example.com", "Mia Second", "lacks MFA"),
    }
    page = file.with_suffix(".html").read_text(encoding="utf-8")
    assert "<strong>3</strong> of 9 people have MFA" in page
    assert "Check mode" not in page

    assert audit({}, "--check", **ALL, mfa_audit_fail_below=50, mfa_audit_report=str(tmp_path / "reports")).rc == 2
    failed = json.loads(file.read_text())
    assert (failed["totals"], failed["check_mode"]) == (report["totals"], False)
    assert [(cause["label"], cause["rows"]) for cause in failed["causes"]] == [("lacks MFA", 6)]
