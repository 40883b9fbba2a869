# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of audits: the people who lost or gained MFA since the last audit."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.harness import HERE, Simulator, environment
from tests.integration.people import Done, Role, host
from tests.support.ansible_process import run_command

ALL: dict[str, Any] = {"mfa_audit_users": "all"}
FIRST = "MFA audit: This is the first audit of"
SINCE = "MFA audit: {} lost MFA and {} gained it since the last audit of {}, "


def people(**enrolled: str | None) -> list[dict[str, str]]:
    """Build the people of the account, some with other devices; None removes a person."""
    with (HERE / "data/people.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["username"]: row for row in csv.DictReader(file)}
    for name, factors in enrolled.items():
        rows[name] = {
            **rows.get(name, {"username": name, "email": f"{name}@example.com"}),
            "sim_enrolled": factors or "",
        }
    return [row for name, row in rows.items() if enrolled.get(name, "") is not None]


class Audits(Role):
    """Run the playbook with a history."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self.kept = folder / "audits"
        super().__init__(folder, sim, "mfa_audit", "audit", mfa_audit_history=str(self.kept))

    @property
    def files(self) -> list[Path]:
        """The files of the audits, oldest first."""
        return sorted(self.kept.glob("*")) if self.kept.exists() else []


@pytest.fixture
def audit(tmp_path: Path, sim: Simulator) -> Audits:
    """Run the playbook against the shared simulator."""
    return Audits(tmp_path, sim)


def moved(run: Done) -> dict[str, list[str]]:
    """The names of people by kind of change, without empty kinds."""
    history = run.facts["mfa_audit_coverage"]["history"]
    kinds = ("lost", "gained", "changed", "new", "gone", "unknown")
    named = {kind: [its["user"].partition("@")[0] for its in history[kind]] for kind in kinds}
    return {kind: names for kind, names in named.items() if names}


def test_an_audit_shows_who_lost_and_who_gained_mfa(audit: Audits, sim: Simulator, tmp_path: Path) -> None:
    first = audit({}, **ALL)
    assert (first.rc, first.changed, len(audit.files), moved(first)) == (0, set(), 1, {})
    assert f"{FIRST} all users of the account in {audit.kept}." in first.output
    assert [path.stat().st_mode & 0o777 for path in (audit.kept, audit.files[0])] == [0o700, 0o600]
    again = audit({}, **ALL)
    assert (again.rc, again.changed, len(audit.files), moved(again)) == (0, set(), 2, {})
    assert SINCE.format(0, 0, "all users of the account") in again.output
    assert sum(row["path"].startswith("/api/") for row in sim.log()) == 2 * (1 + 9), "the history makes no call"

    damaged = audit.files[-1]
    damaged.write_text(damaged.read_text()[:40])

    def change_and_audit(*arguments: str) -> Done:
        sim.reset(people(nora="", mia="OneLogin SMS", rex="OneLogin SMS", pia=None))
        sim.fault("403", "GET", f"/users/{sim.person('eve')['user_id']}/devices")
        return audit({}, *arguments, **ALL, mfa_audit_report=str(tmp_path / "reports"))

    checked, second = change_and_audit("--check"), change_and_audit()
    moves = {"lost": ["nora"], "gained": ["mia"], "changed": ["rex"], "gone": ["pia"], "unknown": ["eve"]}
    assert (moved(checked), moved(second)) == (moves, moves)
    assert "This audit is not kept in check mode." in checked.output
    assert "[WARNING]: An earlier audit is left out: " in second.output
    assert len(audit.files) == 3
    history = second.facts["mfa_audit_coverage"]["history"]
    (lost,) = history["lost"]
    assert (lost["before"], lost["now"], lost["groups"]) == (["OneLogin Protect", "OneLogin SMS"], [], ["8"])
    assert [(point["covered"], point["lost"]) for point in history["trend"]] == [(3, None), (2, 1)]
    assert history["unreadable"] == [f"{damaged} is damaged: it is not JSON."]
    end = second.output[second.output.rindex("MFA audit: ") :]
    assert end.startswith(SINCE.format(1, 1, "all users of the account"))
    assert (
        end.index("nora@example.com") < end.index("Gained MFA (1):") < end.index("Trend:") < end.index("2 of 7 people")
    )
    check_report(tmp_path / "reports")


def check_report(folder: Path) -> None:
    """Check that JSON, CSV and page begin with the people who lost or gained MFA."""
    report = json.loads((folder / "mfa-audit.json").read_text())
    assert list(report)[5:8] == ["incremental", "history", "totals"]
    assert [its["user"] for its in report["history"]["lost"]] == ["nora@example.com"]
    with (folder / "mfa-audit.csv").open(encoding="utf-8", newline="") as file:
        lines = [(row["since_last"], row["user"], row["factors_before"]) for row in csv.DictReader(file)]
    assert lines[:2] == [
        ("lost", "nora@example.com", "OneLogin Protect, OneLogin SMS"),
        ("gained", "mia@example.com", ""),
    ]
    assert lines[-1] == ("gone", "pia@example.com", "")
    with (folder / "mfa-audit-trend.csv").open(encoding="utf-8", newline="") as file:
        trend = [(row["covered"], row["people"], row["lost"]) for row in csv.DictReader(file)]
    assert trend == [("3", "9", ""), ("2", "7", "1")]
    page = (folder / "mfa-audit.html").read_text()
    assert page.index("lost MFA") < page.index("gained MFA") < page.index('id="trend"') < page.index('id="headline"')


def test_only_audits_of_the_same_people_are_compared(audit: Audits, sim: Simulator) -> None:
    hosts = {name: host(name) for name in ("eve", "nora", "mia")}
    scopes: dict[str, dict[str, Any]] = {
        "all users of the account": ALL,
        "the users with group_id=8": {**ALL, "mfa_audit_filters": "group_id=8"},
        "the hosts all": {},
        "a list of 2 people": {"mfa_audit_users": "nora@example.com, mia"},
    }
    plays = [
        {"hosts": "localhost" if its else "all", "roles": [{"role": "community.onelogin.mfa_audit"}], "vars": its}
        for its in scopes.values()
    ]
    text = yaml.safe_dump([{**each, "gather_facts": False} for each in plays])
    first = audit(hosts, text=text)
    assert [f"{FIRST} {words} in " in first.output for words in scopes] == [True] * 4
    sim.reset(people(nora="", mia="OneLogin SMS", zoe="OneLogin SMS"))
    second = audit(hosts, text=text)
    moves = dict(zip(scopes, [(1, 1), (1, 0), (1, 1), (1, 1)], strict=True))
    assert [SINCE.format(*its, words) in second.output for words, its in moves.items()] == [True] * 4
    # A host that was removed has not lost MFA, and a new one has no earlier state.
    assert moved(audit({name: host(name) for name in ("eve", "mia", "rex")})) == {"new": ["rex"]}
    limited = audit(hosts, "--limit", "nora")
    assert f"{FIRST} the hosts all, limited to nora in " in limited.output
    assert len(audit.files) == 4 + 4 + 2


def test_an_unusable_folder_is_refused_before_any_call(audit: Audits, sim: Simulator, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = audit({}, **ALL, mfa_audit_history=str(tmp_path / "file"))
    assert (run.rc, "and no audit can be kept there: " in run.output, sim.log()) == (2, True, [])


def test_an_audit_without_answers_is_not_kept(audit: Audits) -> None:
    run = audit({}, **ALL, env={"ONELOGIN_CLIENT_SECRET": "wrong-secret"})
    assert (run.rc, audit.files) == (2, [])


def test_two_simultaneous_audits_are_both_kept(audit: Audits, sim: Simulator, tmp_path: Path) -> None:
    variables = json.dumps({**ALL, **audit.variables})

    def start(name: str) -> int:
        home = tmp_path / name
        home.mkdir()
        command = ["ansible-playbook", "community.onelogin.audit", "-e", variables]
        return run_command(environment(home, sim.url), home, command, timeout=120).returncode

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(start, ("one", "two"))) == [0, 0]
    assert len(audit.files) == 2
    assert [len(json.loads(file.read_text())["people"]) for file in audit.files] == [9, 9]
