# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone numbers before the enrolment, and the group that requires MFA after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator
from tests.integration.people import Hosts, Role

GROUPS = [{"id": 7, "name": "MFA required"}, {"id": 8, "name": "Sales"}, {"id": 9, "name": "Administrators"}]
SMS, VOICE = {"factor": "OneLogin SMS", "verified": True}, {"factor": "OneLogin Voice"}
NEW = "+12025550199"


@pytest.fixture
def onboard(tmp_path: Path, sim: Simulator) -> Role:
    """Run the playbook against the shared simulator."""
    return Role(tmp_path, sim, "mfa_onboarding", "onboard", mfa_onboarding_wait_timeout=4)


def _reset(sim: Simulator, people: dict[str, dict[str, Any]]) -> None:
    named = [{"email": f"{name}@example.com", "username": name, **its} for name, its in people.items()]
    sim.reset(people=named, groups=GROUPS)


def _host(name: str, phone: Any = None, *factors: dict[str, Any]) -> dict[str, Any]:
    number = {} if phone is None else {"onelogin_phone": phone}
    return {"onelogin_email": f"{name}@example.com", "mfa_onboarding_factors": list(factors) or [SMS], **number}


def _phones(sim: Simulator, *names: str) -> list[str]:
    return [str(sim.person(name)["phone"] or "") for name in names]


@pytest.mark.parametrize(("mode", "has"), [("ignore", "+12025550101"), ("fill", "+12025550101"), ("overwrite", NEW)])
def test_phone_numbers_are_written_before_the_enrolment(onboard: Role, mode: str, has: str) -> None:
    _reset(onboard.sim, {"none": {}, "some": {"phone": "+12025550101"}, "bad": {}, "taken": {}})
    onboard.sim.fault("403", "PUT", f"/api/2/users/{onboard.sim.person('taken')['user_id']}", times=None)
    hosts: Hosts = {
        "none": _host("none", NEW, SMS, {"factor": "OneLogin Voice", "verified": True}),
        "some": _host("some", NEW),
        "bad": _host("bad", 12025550102),
        "taken": _host("taken", NEW),
    }
    checked = onboard(hosts, "--check", mfa_onboarding_phone=mode) if mode == "fill" else None
    assert onboard.sim.writes() == []
    run = onboard(hosts, mfa_onboarding_phone=mode)
    statuses = {row["host"]: row["status"] for row in run.results}
    writes = mode != "ignore"
    assert statuses == {
        "none": "accepted" if writes else "no_phone",
        "some": "accepted",
        **({"bad": "invalid", "taken": "forbidden"} if writes else {"bad": "no_phone", "taken": "no_phone"}),
    }
    if checked:  # OneLogin's refusal cannot be predicted
        assert {row["host"]: row["status"] for row in checked.results} == {**statuses, "taken": "accepted"}
    assert _phones(onboard.sim, "none", "some", "bad") == [NEW if writes else "", has, ""]
    assert [row.get("former_phone", "") for row in run.of("none")] == ([None, ""] if writes else ["", ""])
    assert run.row("some").get("former_phone") == ("+12025550101" if mode == "overwrite" else None)
    if writes:
        assert 'Write it as text: "+12025550102".' in run.row("bad")["msg"]
        assert not [row for row in onboard.sim.log() if row["method"] == "POST" and "taken" in json.dumps(row)]
        again = onboard({name: hosts[name] for name in ("none", "some")}, mfa_onboarding_phone=mode)
        assert (again.changed, again.failed) == (set(), set())


def test_people_whose_factors_are_all_accepted_are_moved(onboard: Role) -> None:
    """A later run moves them too; from other groups only if these are named; the report names the former group."""
    phone = {"phone": "+12025550101"}
    _reset(
        onboard.sim,
        {
            "free": phone,
            "sales": {**phone, "group_id": 8},
            "admin": {**phone, "group_id": 9},
            "half": {**phone, "sim_answer": "never"},
            "late": {**phone, "sim_answer": "never"},
            "failed": {},
            "there": {**phone, "group_id": 7},
        },
    )
    hosts = {name: _host(name) for name in ("free", "sales", "admin", "failed", "there")}
    hosts |= {"half": _host("half", None, SMS, VOICE), "late": _host("late", None, VOICE)}
    options: dict[str, Any] = {"mfa_onboarding_group": "MFA required", "mfa_onboarding_group_from": "sales"}
    report = onboard.folder / "report"

    def groups() -> dict[str, Any]:
        return {name: onboard.sim.person(name)["group_id"] for name in hosts}

    before = groups()
    checked = onboard(hosts, "--check", **options)
    assert (groups(), onboard.sim.writes()) == (before, [])
    assert {row["host"] for row in checked.results if "former_group" in row} == {"free", "sales"}
    wrong = onboard(hosts, **{**options, "mfa_onboarding_group_from": "Seles"})
    assert "mfa_onboarding_group_from is Seles. No group is named Seles." in wrong.output
    assert onboard.sim.writes() == []

    run = onboard(hosts, **options, mfa_onboarding_report=str(report))
    moved = {**before, "free": 7, "sales": 7}
    assert groups() == moved
    assert {row["host"]: row["former_group"] for row in run.results if "former_group" in row} == {
        "free": None,
        "sales": "Sales",
    }
    assert "stays in the group Administrators, which mfa_onboarding_group_from does not list" in run.row("admin")["msg"]
    (page,) = report.glob("*.json")
    shown = {row["host"]: row["former_group"] for row in json.loads(page.read_text())["rows"] if row["changed"]}
    assert shown["sales"] == "Sales"

    onboard.sim.admin("POST", "/people/late@example.com/approve")
    again = onboard(hosts, **options)
    assert groups() == {**moved, "late": 7}
    assert again.changed == {"late"}


def test_a_group_that_cannot_be_set_fails_the_person(onboard: Role) -> None:
    _reset(onboard.sim, {"free": {"phone": "+12025550101"}})
    onboard.sim.fault("403", "PUT", "/api/2/users/", times=None)
    run = onboard({"free": _host("free")}, mfa_onboarding_group="MFA required")
    assert (run.row("free")["status"], run.failed) == ("forbidden", {"free"})
    assert "The group was not changed" in run.row("free")["msg"]
    onboard.sim.admin("DELETE", "/faults")
    again = onboard({"free": _host("free")}, mfa_onboarding_group="MFA required")
    assert (again.failed, onboard.sim.person("free")["group_id"]) == (set(), 7)
